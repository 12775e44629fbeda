/** @file Runs an experiment of the project on all cores and gives its rows, for a cell of a notebook. */
import type { Experiment } from "../sim/experiments/experiment.ts";
import { runTasks } from "../sim/sweep/local.ts";
import { memoryStore } from "../sim/sweep/memory.ts";
import { taskKey } from "../sim/sweep/task.ts";

/**
 * Rows of an experiment, in the order of its parameters; they depend on parameters and seed alone.
 * @param experiment one of sim/experiments
 * @param parameters what it varies
 * @param seed of everything random; default 1
 * @throws Error with the message of the first task that failed
 */
export async function rowsOf<Parameters, Row>(
  experiment: Experiment<Parameters, Row>,
  parameters: Parameters,
  seed = 1,
): Promise<Row[]> {
  const store = memoryStore();
  const summary = await runTasks({
    tasks: experiment.tasks(parameters, seed),
    store,
    worker: experiment.module,
    cost: (task) => experiment.cost(task),
  });
  const [failure] = summary.failed;
  if (failure !== undefined) throw new Error(`${experiment.name}: ${failure.message}`);
  return experiment.collect(parameters, seed, (task) => store.results.get(taskKey(task))?.result);
}
