/** @file How much wall time a Slurm job has left. */
import type { RunProcess } from "./process.ts";
import { ask, runProcess } from "./process.ts";
import { clockSeconds } from "./time.ts";

/** Clocks and process runner of {@link wallTimeLeft}; tests put others in their place. */
export interface WallTimeOptions {
  readonly run?: RunProcess;
  /** Seconds of a clock that only goes forward. */
  readonly now?: () => number;
  /** Seconds since 1970. */
  readonly date?: () => number;
}

/**
 * Finds out once how much wall time the job of this process has left, from `SLURM_JOB_END_TIME` (set by Slurm 23.02
 * and later) or from squeue, and counts it down by the monotonic clock. A later change of the job's time limit is not
 * seen.
 * @param env environment of the process
 * @returns a function that returns the seconds left, negative after the end; undefined outside Slurm jobs, without a
 * time limit, and where neither source gives it: Slurm's SIGTERM before the end then has to do
 */
export async function wallTimeLeft(
  env: Readonly<Record<string, string | undefined>>,
  options: WallTimeOptions = {},
): Promise<(() => number) | undefined> {
  const { run = runProcess, now = () => performance.now() / 1000, date = () => Date.now() / 1000 } = options;
  const asked = now();
  const left = secondsToEnd(env, date) ?? (await secondsOfQueue(env, run));
  // Counted from before the question: an answer that came late is then taken to be older than it is.
  return left === undefined ? undefined : () => left - (now() - asked);
}

/** Some versions write a far date for jobs without a limit; a time in the past belongs to another job. */
const farthest = 10 * 365 * 86_400;

function secondsToEnd(
  env: Readonly<Record<string, string | undefined>>,
  date: () => number,
): number | undefined {
  const { SLURM_JOB_ID: job, SLURM_JOB_END_TIME: end } = env;
  if (job === undefined || end === undefined || !/^\d+$/.test(end)) return undefined;
  const left = Number(end) - date();
  return 0 < left && left < farthest ? left : undefined;
}

async function secondsOfQueue(
  env: Readonly<Record<string, string | undefined>>,
  run: RunProcess,
): Promise<number | undefined> {
  const { SLURM_JOB_ID: job, SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task } = env;
  // The last array task has the id of the whole array as its job id.
  const id = array !== undefined && task !== undefined ? `${array}_${task}` : job;
  if (id === undefined) return undefined;
  try {
    const lines = (await ask(run, "squeue", ["--noheader", "--jobs", id, "--format=%L"])).trim().split("\n");
    return clockSeconds(lines.at(-1)!.trim());
  } catch {
    return undefined;
  }
}
