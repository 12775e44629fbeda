/**
 * @file The course of a run: as many lanes as workers, each with one task at a time; what starts, what is tried again,
 * what is stored, and when all of it stops.
 */
import { Alarm } from "./alarm.ts";
import { Calibration } from "./calibration.ts";
import { WorkerError } from "./errors.ts";
import type { FailedTask } from "./failures.ts";
import type { Job } from "./jobs.ts";
import { JobQueue } from "./jobs.ts";
import type { Outcome, TaskPool } from "./pool.ts";
import type { ResultSink } from "./sink.ts";

/** How a run goes on and stops. */
export interface RunControl {
  /** Open store, in a folder or in memory, that takes the results; tasks that it holds are skipped. */
  readonly store: ResultSink;
  /** How often a task is tried whose worker dies or runs out of memory, an integer, 1..100; default 2. */
  readonly attempts?: number;
  /** Stops the run at the first task that fails; default false: the others go on. */
  readonly failFast?: boolean;
  /** Stops the run: nothing new starts, what is running is abandoned after `grace`, what was finished is stored. */
  readonly signal?: AbortSignal;
  /** Seconds that running tasks have to finish when the signal or a failure stops the run, ≥ 0; default 0. */
  readonly grace?: number;
  /**
   * Seconds of wall time left to this process, as in a batch job. No task starts that is expected to take longer, and
   * running ones are abandoned in time. Default without end.
   */
  readonly timeLeft?: () => number;
  /** Seconds before the end of `timeLeft` at which everything has to have ended, ≥ 0; default 5. */
  readonly margin?: number;
  /** Seconds between two looks at the tasks that other processes hold, above 0; default 1. */
  readonly poll?: number;
  /** Called at the start and whenever tasks end. */
  readonly onProgress?: (progress: Progress) => void;
  /** Plain JSON object stored beside each result, together with its wall time in `seconds`. */
  readonly provenance?: object;
}

/** How far a run is; done + skipped + others + failed + left = total. */
export interface Progress {
  /** Number of different tasks. */
  readonly total: number;
  /** Tasks run and stored. */
  readonly done: number;
  /** Tasks that the store held at the start. */
  readonly skipped: number;
  /** Tasks that other processes have stored since the start. */
  readonly others: number;
  /** Number of tasks that failed. */
  readonly failed: number;
  /** Tasks not finished: waiting or running. */
  readonly left: number;
  /** Share of the expected work of this start that is finished, from 0 to 1. */
  readonly fraction: number;
}

/** What ended a run before all tasks were finished: its signal, the end of its time, or the first failure. */
export type StopReason = "signal" | "time" | "failure";

/** What a lane brings back. */
interface Ending {
  readonly job: Job;
  readonly outcome: Outcome;
  readonly attempts: number;
}

/** A worker may die of another program's hunger for memory; a task whose worker dies twice is taken to be the cause. */
const usualAttempts = 2;
const usualMargin = 5;
const usualPoll = 1;

/** Shortest sleep between two looks at the time, in seconds. */
const shortestSleep = 0.01;

/** The state of one run. */
export class Run {
  readonly #control: RunControl;
  readonly #lanes: number;
  readonly #total: number;
  readonly #skipped: number;
  readonly #work: number;
  readonly #queue: JobQueue;
  readonly #calibration = new Calibration();
  readonly #alarm = new Alarm();
  readonly #running = new Set<Job>();
  readonly #failed = new Map<string, FailedTask>();
  #pool: TaskPool | undefined;
  #graceTimer: NodeJS.Timeout | undefined;
  #done = 0;
  #others = 0;
  #finishedWork = 0;
  #stoppedBy: StopReason | null = null;
  #ended = false;

  /**
   * @param jobs tasks that are not stored
   * @param total number of tasks, stored ones included
   * @param lanes number of workers
   * @param control see {@link RunControl}
   */
  constructor(jobs: readonly Job[], total: number, lanes: number, control: RunControl) {
    this.#control = control;
    this.#lanes = lanes;
    this.#total = total;
    this.#skipped = total - jobs.length;
    this.#work = jobs.reduce((sum, { cost }) => sum + cost, 0);
    this.#queue = new JobQueue(jobs, {
      store: control.store,
      calibration: this.#calibration,
      lanes,
      onOther: (job) => {
        this.#others++;
        this.#finishedWork += job.cost;
      },
    });
  }

  /** Tasks that failed, by key. */
  get failed(): ReadonlyMap<string, FailedTask> {
    return this.#failed;
  }

  /** Why tasks are left, null when none is. */
  get stoppedBy(): StopReason | null {
    if (this.progress().left === 0) return null;
    // Without a stop, tasks are left only when none of them was short enough for the time left.
    return this.#stoppedBy ?? (this.#control.signal?.aborted === true ? "signal" : "time");
  }

  /** Counts so far. */
  progress(): Progress {
    const counts = {
      total: this.#total,
      done: this.#done,
      skipped: this.#skipped,
      others: this.#others,
      failed: this.#failed.size,
    };
    const left = counts.total - counts.done - counts.skipped - counts.others - counts.failed;
    const fraction = left === 0 ? 1 : this.#work === 0 ? 0 : Math.min(this.#finishedWork / this.#work, 1);
    return { ...counts, left, fraction };
  }

  /**
   * Works through the queue. When it returns or throws, no task is running and none is reserved any more.
   * @param pool running pool with as many workers as there are lanes; it is stopped at the end
   * @throws StoreError when the store cannot be read or written
   * @throws WorkerError when the workers cannot start, or the module is no task module
   */
  async finish(pool: TaskPool): Promise<void> {
    const { signal, store } = this.#control;
    this.#pool = pool;
    const stop = () => this.#stop("signal");
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted === true) stop();
    const lanes = Array.from({ length: this.#lanes }, () => this.#lane(pool));
    const work = Promise.all(lanes).finally(() => this.#end());
    const watch = this.#watch(pool);
    try {
      await Promise.all([work, watch]);
    } finally {
      signal?.removeEventListener("abort", stop);
      this.#end();
      // Nothing may be written once the caller goes on to close the store.
      await Promise.allSettled([...lanes, work, watch, pool.stop()]);
      this.#queue.close();
      store.release([...this.#running].map(({ key }) => key));
    }
  }

  async #lane(pool: TaskPool): Promise<void> {
    let ending: Ending | undefined;
    for (;;) {
      // The next task starts before the last result is stored: the worker need not wait for the disk.
      const job = this.#next();
      const next = job === undefined ? undefined : this.#run(pool, job);
      if (ending !== undefined) this.#settle(ending);
      if (this.#running.size === this.#lanes && !this.#isOver()) this.#queue.claimAhead(this.#timeLeft());
      ending = undefined;
      if (next !== undefined) {
        ending = await next;
        this.#running.delete(ending.job);
        if (this.#control.failFast === true && isFailure(ending.outcome)) this.#stop("failure");
      } else if (this.#isOver() || !this.#queue.mayGetMore(this.#timeLeft())) return;
      else await this.#alarm.sleep();
    }
  }

  #next(): Job | undefined {
    if (this.#isOver()) return undefined;
    return this.#reportOthers(() => this.#queue.take(this.#lanes - this.#running.size, this.#timeLeft()));
  }

  async #run(pool: TaskPool, job: Job): Promise<Ending> {
    this.#running.add(job);
    const { attempts: most = usualAttempts } = this.#control;
    for (let attempts = 1; ; attempts++) {
      const outcome = await pool.run(job.task);
      const mayTryAgain = outcome.kind === "died" || outcome.kind === "memory";
      if (!mayTryAgain || attempts === most || this.#isOver()) return { job, outcome, attempts };
    }
  }

  #settle({ job, outcome, attempts }: Ending): void {
    const { store, onProgress, provenance } = this.#control;
    const { key, task, cost } = job;
    if (outcome.kind === "unloadable") throw new WorkerError(outcome.message);
    if (outcome.kind === "result") {
      store.append(task, outcome.result, { ...provenance, seconds: outcome.seconds });
      this.#calibration.add(cost, outcome.seconds);
      this.#done++;
    } else {
      // Of a worker that ended because the run did, nothing is known.
      if (outcome.kind === "died" && this.#isOver()) return store.release([key]);
      const { kind, message, stack } = outcome;
      const failure = { key, task, kind, message, stack, attempts };
      store.appendFailure(failure);
      store.release([key]);
      this.#failed.set(key, failure);
    }
    this.#finishedWork += cost;
    onProgress?.(this.progress());
  }

  /** Looks again and again at what other processes have done, and at the time left. */
  async #watch(pool: TaskPool): Promise<void> {
    const { poll = usualPoll } = this.#control;
    while (!this.#ended) {
      // A timer may wake a moment early; without a shortest sleep the loop would spin through that moment.
      await this.#alarm.sleep(Math.max(Math.min(poll, this.#timeLeft()), shortestSleep));
      if (this.#ended) return;
      if (this.#timeLeft() <= 0) {
        this.#stop("time");
        void pool.stop();
      }
      if (this.#isOver()) continue;
      this.#reportOthers(() => this.#queue.review(this.#lanes - this.#running.size, this.#timeLeft()));
      this.#alarm.ring();
    }
  }

  /** Does something that may find tasks done by others, and tells so. */
  #reportOthers<R>(look: () => R): R {
    const others = this.#others;
    const result = look();
    if (this.#others > others) this.#control.onProgress?.(this.progress());
    return result;
  }

  /** Seconds until everything has to have ended. */
  #timeLeft(): number {
    const { timeLeft, margin = usualMargin } = this.#control;
    return timeLeft === undefined ? Infinity : timeLeft() - margin;
  }

  #isOver(): boolean {
    return this.#ended || this.#stoppedBy !== null;
  }

  #stop(reason: StopReason): void {
    if (this.#isOver()) return;
    this.#stoppedBy = reason;
    const { grace = 0 } = this.#control;
    if (grace === 0) void this.#pool?.stop();
    else this.#graceTimer = setTimeout(() => void this.#pool?.stop(), grace * 1000);
    this.#alarm.ring();
  }

  #end(): void {
    this.#ended = true;
    clearTimeout(this.#graceTimer);
    this.#alarm.ring();
  }
}

function isFailure({ kind }: Outcome): boolean {
  return kind !== "result" && kind !== "unloadable";
}
