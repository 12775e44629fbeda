/**
 * @file Runs an experiment on the GPU, task after task in this thread: a GPU works on one task at a time anyway, and a
 * worker thread that is ended while a GPU works for it would take the whole process with it.
 */
import type { Experiment } from "../experiments/experiment.ts";
import { closeTaskDevice } from "../experiments/task-device.ts";
import { showProgress } from "../sweep/progress.ts";
import type { Task } from "../sweep/task.ts";
import { taskKey } from "../sweep/task.ts";
import type { CommandContext } from "./command.ts";

/** What a module with tasks for the GPU exports. */
interface DeviceTaskModule {
  runTask(task: Task): unknown;
}

/**
 * Runs all tasks of an experiment on the GPU and collects its rows; a stopped run gives rows `unstarted`.
 * @param experiment its module exports `runTask`, which computes on the GPU of this thread (task-device.ts)
 * @param parameters parameters of the experiment
 * @param seed seed of everything random
 * @param context progress, and the signal that stops the run
 * @throws what a task throws: NoDevice, DeviceMemory, DeviceLost
 */
export async function runExperimentOnDevice<Parameters, Row>(
  experiment: Experiment<Parameters, Row>,
  parameters: Parameters,
  seed: number,
  { progress, signal }: CommandContext,
): Promise<Row[]> {
  const { runTask } = (await import(experiment.module.href)) as DeviceTaskModule;
  const tasks = experiment.tasks(parameters, seed);
  const costs = tasks.map((task) => experiment.cost(task));
  const work = costs.reduce((sum, cost) => sum + cost, 0);
  const results = new Map<string, unknown>();
  const display = showProgress({ label: experiment.name, quiet: !progress });
  let finished = 0;
  const update = (): void => {
    const [total, done] = [tasks.length, results.size];
    const fraction = done === total ? 1 : finished / work;
    display.update({ total, done, skipped: 0, others: 0, failed: 0, left: total - done, fraction });
  };
  // Without its GPU a task ends at once.
  const stop = (): void => void closeTaskDevice();
  signal.addEventListener("abort", stop);
  try {
    update();
    for (const [k, task] of tasks.entries()) {
      if (signal.aborted) break;
      results.set(taskKey(task), await runTask(task));
      finished += costs[k]!;
      update();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    display.stop();
    await closeTaskDevice();
  }
  return experiment.collect(parameters, seed, (task) => results.get(taskKey(task)));
}
