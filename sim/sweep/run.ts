/** @file Runs a sweep: round after round of its tasks on the workers of this machine, into one store. */
import type { SweepExperiment } from "./experiment.ts";
import type { FailedTask } from "./failures.ts";
import type { RunOptions, StopReason } from "./local.ts";
import { runTasks } from "./local.ts";
import type { TaskSource } from "./source.ts";
import type { ResultStore } from "./store.ts";
import type { Task } from "./task.ts";
import { taskKey } from "./task.ts";

/** Options of {@link runSweep}; those of the executor are described there. */
export interface SweepRunOptions extends Omit<RunOptions, "tasks" | "store" | "worker" | "cost"> {
  readonly experiment: SweepExperiment;
  readonly source: TaskSource;
  /** Open store; one that keeps results where the source asks for them. */
  readonly store: Pick<
    ResultStore,
    "has" | "append" | "appendFailure" | "claim" | "release" | "refresh" | "results"
  >;
  /** Keys of the tasks to run; default all. The source is then asked once. */
  readonly only?: ReadonlySet<string>;
}

/** How a sweep ended; done + skipped + others + failed.length + left = tasks. */
export interface SweepSummary {
  /** Number of tasks asked for. */
  readonly tasks: number;
  /** Number of tasks run and stored by this call. */
  readonly done: number;
  /** Number of tasks that were stored at the start. */
  readonly skipped: number;
  /** Number of tasks that other processes stored meanwhile. */
  readonly others: number;
  /** Tasks that failed, in the order of the sweep. */
  readonly failed: readonly FailedTask[];
  /** Number of tasks not finished. */
  readonly left: number;
  /** Why tasks are left, null when none is. */
  readonly stoppedBy: StopReason | null;
  /** True when no round will follow; false in an adaptive sweep that was stopped or lacks failed tasks. */
  readonly complete: boolean;
}

/**
 * Runs all tasks of a sweep that are not in its store. An adaptive sweep is asked for its next tasks whenever those
 * known so far are done; it ends when it asks for no more, or when tasks failed or were left, since the next round
 * depends on them.
 * @param options see {@link SweepRunOptions}
 * @returns counts and failures; the results are in the store
 * @throws OutOfDomain when a task or an option is not valid
 * @throws StoreError when results can no longer be written; those written before stay
 * @throws WorkerError when the module of the experiment cannot be loaded or exports no `runTask`
 * @source contract of this project: rounds are a function of complete earlier rounds, so that any interruption can be resumed
 */
export async function runSweep(options: SweepRunOptions): Promise<SweepSummary> {
  const { experiment, source, store, only, ...run } = options;
  const resultOf = (task: Task): unknown => store.results.get(taskKey(task))?.result;
  let [done, others] = [0, 0];
  for (;;) {
    const { tasks, keys, complete } = source.next(resultOf);
    const chosen = only === undefined ? tasks : tasks.filter((_, k) => only.has(keys[k]!));
    const summary = await runTasks({
      ...run,
      tasks: chosen,
      store,
      worker: experiment.module,
      cost: (task) => experiment.cost(task),
    });
    done += summary.done;
    others += summary.others;
    const { failed, left, stoppedBy } = summary;
    if (complete || only !== undefined || failed.length > 0 || left > 0) {
      const total = summary.done + summary.skipped + summary.others + failed.length + left;
      const skipped = total - done - others - failed.length - left;
      return { tasks: total, done, skipped, others, failed, left, stoppedBy, complete };
    }
  }
}
