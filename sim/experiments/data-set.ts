/** @file An experiment with its parameters, as the figures of a report ask for it. */
import type { Experiment } from "./experiment.ts";

/** Runs an experiment and returns its rows; the caller owns workers, store and progress. */
export type Runner = <Parameters, Row>(
  experiment: Experiment<Parameters, Row>,
  parameters: Parameters,
) => Promise<Row[]>;

/** An experiment with its parameters; its rows are computed at most once a report. */
export interface DataSet<Row> {
  readonly tasks: number;
  /** Expected seconds of one core. */
  readonly seconds: number;
  readonly rows: (run: Runner) => Promise<Row[]>;
}

/** The data set of an experiment with its parameters. */
export function dataSet<Parameters, Row>(
  experiment: Experiment<Parameters, Row>,
  parameters: Parameters,
): DataSet<Row> {
  const tasks = experiment.tasks(parameters, 0);
  let rows: Promise<Row[]> | undefined;
  return {
    tasks: tasks.length,
    seconds: tasks.reduce((sum, task) => sum + experiment.cost(task), 0),
    rows: (run) => (rows ??= run(experiment, parameters)),
  };
}
