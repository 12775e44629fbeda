/** @file Where the tasks of a sweep come from: a list, or rounds that depend on the results so far. */
import type { Task } from "./task.ts";

/** What is known of the tasks of a sweep. */
export interface TaskRound {
  /** All tasks known so far, those of earlier rounds included, in an order that never changes. */
  readonly tasks: readonly Task[];
  /** Their keys, in the same order. */
  readonly keys: readonly string[];
  /** True when no further tasks will come. */
  readonly complete: boolean;
}

/** Tasks round after round: a pure function of the results, so that a sweep that was stopped asks for the same ones. */
export interface TaskSource {
  /**
   * The tasks to run, given the results so far.
   * @param resultOf result of a task, undefined while there is none
   */
  next(resultOf: (task: Task) => unknown): TaskRound;
}

/**
 * The source of a sweep without feedback: all tasks at once.
 * @param tasks the tasks by their keys
 */
export function fixedSource(tasks: ReadonlyMap<string, Task>): TaskSource {
  const round = { tasks: [...tasks.values()], keys: [...tasks.keys()], complete: true };
  return { next: () => round };
}
