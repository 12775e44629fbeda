/**
 * @file The queue of a run: longest tasks first, reserved shortly before they start so that other processes can have the
 * rest, and those that others hold kept aside until they are done or given back.
 */
import type { Calibration } from "./calibration.ts";
import type { ResultSink } from "./sink.ts";
import type { Task } from "./task.ts";

/** A task of a run. */
export interface Job {
  readonly key: string;
  readonly task: Task;
  /** Expected work, in any unit, ≥ 0. */
  readonly cost: number;
}

/** What a queue needs besides its jobs. */
export interface JobQueueOptions {
  readonly store: Pick<ResultSink, "has" | "claim" | "release" | "refresh">;
  readonly calibration: Calibration;
  /** Number of workers. */
  readonly lanes: number;
  /** Called for each job that another process has done. */
  readonly onOther: (job: Job) => void;
}

/** Reserved ahead in seconds of work for each worker: one look at the folder then serves many short tasks. */
const secondsAhead = 0.25;

/** Most jobs reserved ahead for each worker, however short they are. */
const mostAhead = 250;

/** Most jobs of others that are asked for at once. */
const mostAsked = 1000;

/** The jobs of a run that have not been started. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  /** Jobs that were not asked for yet, longest first. */
  #waiting: Job[];
  /** Jobs reserved for this process, longest first. */
  #claimed: Job[] = [];
  /** Jobs of other processes, in no order. */
  #held: Job[] = [];

  /**
   * @param jobs jobs that are not done
   * @param options see {@link JobQueueOptions}
   */
  constructor(jobs: readonly Job[], options: JobQueueOptions) {
    this.#options = options;
    this.#waiting = jobs.toSorted(longestFirst);
  }

  /**
   * The next job, reserved for this process.
   * @param idle number of workers that have nothing to do, ≥ 1
   * @param limit longest expected time of a job that may still start, in seconds
   * @returns undefined when none is free that is short enough
   * @throws StoreError when the store cannot be read or written
   */
  take(idle: number, limit = Infinity): Job | undefined {
    this.#putBackLongerThan(limit);
    if (this.#claimed.length === 0) this.#claim(idle, limit);
    return this.#claimed.shift();
  }

  /** Reserves short jobs ahead of the time when a worker asks for one; to be called while all have something to do. */
  claimAhead(limit = Infinity): void {
    if (this.#claimed.length === 0 && this.#options.calibration.measured) this.#claim(0, limit);
  }

  /**
   * Looks again at the jobs that other processes hold: those done by now are counted, free ones reserved.
   * @param idle number of workers that have nothing to do; with 0 nothing is reserved
   * @param limit as in {@link JobQueue.take}
   * @throws StoreError when the store cannot be read or written
   */
  review(idle: number, limit = Infinity): void {
    if (this.#held.length === 0) return;
    const { store } = this.#options;
    store.refresh();
    this.#held = this.#withoutDone(this.#held).sort(longestFirst);
    const isBusy = idle === 0 || this.#claimed.length > 0;
    if (isBusy || this.#firstWithin(this.#waiting, limit) < this.#waiting.length) return;
    const candidates = this.#held.splice(this.#firstWithin(this.#held, limit));
    while (candidates.length > 0 && this.#claimed.length === 0) this.#ask(candidates.splice(0, mostAsked));
    // A dead process may leave more than there is use for here: the others get their share.
    const surplus = this.#claimed.splice(this.#batchLength(this.#claimed, idle));
    store.release(surplus.map(({ key }) => key));
    this.#held.push(...candidates, ...surplus);
  }

  /** True when jobs that others hold may still fall to this process. */
  mayGetMore(limit = Infinity): boolean {
    return this.#held.some(({ cost }) => this.#options.calibration.seconds(cost) <= limit);
  }

  /** Gives back what was reserved. */
  close(): void {
    this.#putBack(this.#claimed);
  }

  /** Reserves jobs until at least one is ours or none is left to ask for. */
  #claim(least: number, limit: number): void {
    while (this.#claimed.length === 0) {
      const first = this.#firstWithin(this.#waiting, limit);
      const count = this.#batchLength(this.#waiting, least, first);
      if (count === 0) return;
      const batch = this.#withoutDone(this.#waiting.splice(first, count));
      if (batch.length > 0) this.#ask(batch);
    }
  }

  /** Asks the store for jobs and puts each where it then belongs. */
  #ask(batch: readonly Job[]): void {
    const granted = this.#options.store.claim(batch.map(({ key }) => key));
    this.#claimed.push(...batch.filter(({ key }) => granted.has(key)));
    this.#held.push(...this.#withoutDone(batch.filter(({ key }) => !granted.has(key))));
  }

  #withoutDone(jobs: readonly Job[]): Job[] {
    const { store, onOther } = this.#options;
    return jobs.filter((job) => {
      const done = store.has(job.key);
      if (done) onOther(job);
      return !done;
    });
  }

  /** Number of jobs from `first` on that are worth reserving: `least`, and what keeps the workers busy for a moment. */
  #batchLength(jobs: readonly Job[], least: number, first = 0): number {
    const { calibration, lanes } = this.#options;
    let count = Math.min(least, jobs.length - first);
    if (!calibration.measured) return count;
    const most = Math.min(mostAhead * lanes, jobs.length - first);
    let seconds = 0;
    for (let k = 0; k < most; k++) {
      seconds += calibration.seconds(jobs[first + k]!.cost);
      if (seconds > secondsAhead * lanes) break;
      count = Math.max(count, k + 1);
    }
    return count;
  }

  #putBackLongerThan(limit: number): void {
    if (limit === Infinity) return;
    this.#putBack(this.#claimed.filter(({ cost }) => this.#options.calibration.seconds(cost) > limit));
  }

  #putBack(jobs: readonly Job[]): void {
    if (jobs.length === 0) return;
    const keys = new Set(jobs.map(({ key }) => key));
    this.#options.store.release(keys);
    this.#claimed = this.#claimed.filter(({ key }) => !keys.has(key));
    this.#waiting = [...jobs, ...this.#waiting].sort(longestFirst);
  }

  /** Index of the first job whose expected time is within the limit; the number of jobs when there is none. */
  #firstWithin(jobs: readonly Job[], limit: number): number {
    let [low, high] = [0, jobs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#options.calibration.seconds(jobs[middle]!.cost) <= limit) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function longestFirst(a: Job, b: Job): number {
  return b.cost - a.cost;
}
