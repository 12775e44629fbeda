/** @file Progress of `atlas learn` on stderr: epoch, accuracy so far and time left, as a bar or as lines of a log. */
import cliProgress from "cli-progress";
import { formatDuration } from "../sweep/progress.ts";

/** Where a run is. */
export interface LearnProgress {
  /** The epoch that runs, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Share of all epochs that this process is to run which is done, 0..1. */
  readonly fraction: number;
  /** After the last epoch, once there is one. */
  readonly testAccuracy: number | undefined;
}

/** Options of {@link showLearning}. */
export interface LearnProgressOptions {
  /** Shows nothing; default false. */
  readonly quiet?: boolean;
  /** Where to write; default stderr. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Time in milliseconds; default the clock. */
  readonly now?: () => number;
}

/** A progress display; `stop` must be called, or the bar keeps the process alive. */
export interface LearnDisplay {
  readonly update: (progress: LearnProgress) => void;
  readonly stop: () => void;
}

/** Often enough to see life, seldom enough for a log file. */
const lineInterval = 5000;

/** Leaves room for the text on a terminal of 80 columns. */
const barLength = 14;

/** Starts a display; nothing appears before the first `update`. */
export function showLearning(options: LearnProgressOptions = {}): LearnDisplay {
  const { quiet = false, stream = process.stderr, now = Date.now } = options;
  if (quiet) return { update: () => undefined, stop: () => undefined };
  const start = now();
  const textOf = (progress: LearnProgress) => describe(progress, now() - start);
  if (stream.isTTY === true) return showBar(stream, textOf);
  let written = start;
  return {
    update: (progress) => {
      const time = now();
      if (progress.fraction < 1 && time - written < lineInterval) return;
      written = time;
      stream.write(`learn: ${textOf(progress)}\n`);
    },
    stop: () => undefined,
  };
}

function showBar(stream: NodeJS.WritableStream, textOf: (progress: LearnProgress) => string): LearnDisplay {
  // linewrap: true trims to the width of the terminal; the other modes change settings that a killed process leaves so.
  const bar = new cliProgress.SingleBar(
    { format: "learn [{bar}] {text}", stream, barsize: barLength, linewrap: true, gracefulExit: false },
    cliProgress.Presets.legacy,
  );
  let running = false;
  return {
    update: (progress) => {
      const payload = { text: textOf(progress) };
      if (running) bar.update(progress.fraction, payload);
      else bar.start(1, progress.fraction, payload);
      running = true;
    },
    stop: () => bar.stop(),
  };
}

/** What is shown: `epoch 3/20, test accuracy 76.3 %, 12 s left`. */
function describe({ epoch, epochs, fraction, testAccuracy }: LearnProgress, elapsed: number): string {
  const accuracy = testAccuracy === undefined ? "" : `, test accuracy ${(100 * testAccuracy).toFixed(1)} %`;
  const left =
    fraction === 0 || fraction >= 1
      ? ""
      : `, ${formatDuration((elapsed * (1 - fraction)) / fraction / 1000)} left`;
  return `epoch ${epoch}/${epochs}${accuracy}${left}`;
}
