/** @file Progress of a run on stderr: a bar on a terminal, a line now and then elsewhere. Never on stdout. */
import cliProgress from "cli-progress";
import type { Progress } from "./local.ts";

/** Options of {@link showProgress}. */
export interface ProgressOptions {
  /** What is running, in a word or two. */
  readonly label: string;
  /** Shows nothing; default false. */
  readonly quiet?: boolean;
  /** Where to write; default stderr. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Time in milliseconds; default a clock that nobody sets. */
  readonly now?: () => number;
}

/** A progress display. */
export interface ProgressDisplay {
  /** Shows the state; made for `onProgress` of `runTasks`. */
  readonly update: (progress: Progress) => void;
  /** Ends the display; must be called, or the bar keeps the process alive. */
  readonly stop: () => void;
}

const monotonicTime = (): number => performance.now();

/** Often enough to see life, seldom enough for a log file. */
const lineInterval = 5000;

/**
 * Starts a progress display; nothing appears before the first `update`.
 * @param options see {@link ProgressOptions}
 */
export function showProgress(options: ProgressOptions): ProgressDisplay {
  const { quiet = false, stream = process.stderr } = options;
  if (quiet) return { update: () => undefined, stop: () => undefined };
  return stream.isTTY === true ? showBar(options, stream) : showLines(options, stream);
}

function showBar(
  { label, now = monotonicTime }: ProgressOptions,
  stream: NodeJS.WritableStream,
): ProgressDisplay {
  // linewrap: true trims to the width of the terminal; the other modes change settings that a killed process leaves so.
  const bar = new cliProgress.SingleBar(
    {
      format: `${label} [{bar}] {value}/{total}{note}`,
      stream,
      barsize: 24,
      linewrap: true,
      gracefulExit: false,
    },
    cliProgress.Presets.legacy,
  );
  const start = now();
  let running = false;
  return {
    update: (progress) => {
      const payload = { note: note(progress, now() - start) };
      const finished = progress.total - progress.left;
      if (running) bar.update(finished, payload);
      else bar.start(progress.total, finished, payload);
      running = true;
    },
    stop: () => bar.stop(),
  };
}

function showLines(
  { label, now = monotonicTime }: ProgressOptions,
  stream: NodeJS.WritableStream,
): ProgressDisplay {
  const start = now();
  let written = start;
  return {
    update: (progress) => {
      const time = now();
      // The first line and the last are written too: a log then tells what was there and how it ended.
      const first = written === start && progress.done + progress.others + progress.failed === 0;
      if (!first && progress.left > 0 && time - written < lineInterval) return;
      written = time;
      const finished = progress.total - progress.left;
      stream.write(`${label}: ${finished}/${progress.total}${note(progress, time - start)}\n`);
    },
    stop: () => undefined,
  };
}

/** What stands behind the count: tasks of other processes, failures and the time left, from the share of the expected work that is finished. */
function note({ others, failed, fraction, left }: Progress, elapsed: number): string {
  const elsewhere = others > 0 ? `, ${others} by other processes` : "";
  const counts = `${elsewhere}${failed > 0 ? `, ${failed} failed` : ""}`;
  if (left === 0 || fraction === 0) return counts;
  return `${counts}, ${formatDuration((elapsed * (1 - fraction)) / fraction / 1000)} left`;
}

/**
 * A duration as people say it: `42 s`, `3 min 05 s`, `2 h 10 min`.
 * @param seconds duration, ≥ 0
 */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}
