/** @file Runs of learning in batches for drawing: means over seeds after equal epochs and at the end, and their tables. */
import type { LearningBatchRow } from "../experiments/learning-rows.ts";
import { estimate, pairedDifference, summarize } from "./learning-summary.ts";
import type { Estimate, RunSummary } from "./learning-summary.ts";
import type { Cell, Table } from "./types.ts";

/** Runs of one batch size and one choice of rates, which differ in their seeds only. */
export interface BatchSummary {
  /** One of the rows, for what all share. */
  readonly shared: LearningBatchRow;
  /** After the epochs at which batch sizes are compared; null where no run got there. */
  readonly equal: RunSummary | null;
  /** After the last epoch; null where no run got there. */
  readonly last: RunSummary | null;
  /** Test accuracy epoch after epoch, ascending. */
  readonly curve: readonly { readonly epoch: number; readonly test: Estimate }[];
}

/** A network and data on which batch sizes are compared. */
export interface BatchComparison {
  readonly preset: string;
  readonly hidden: number;
  readonly trainSamples: number;
  readonly comparedEpochs: number;
  /** With the rates of the preset, ascending in B. */
  readonly plain: readonly BatchSummary[];
  /** The same with the smallest B, then those with raised rates, ascending in B. */
  readonly raised: readonly BatchSummary[];
}

/** Rows by a key, in the order in which keys first appear. */
function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => unknown): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

/** Runs as if the epoch had been their last. */
const summaryAt = (rows: readonly LearningBatchRow[], epoch: number): RunSummary | null =>
  summarize(rows.filter((row) => row.epoch === epoch).map((row) => ({ ...row, epochs: epoch })))[0] ?? null;

function batchSummary(rows: readonly LearningBatchRow[]): BatchSummary {
  const shared = rows[0]!;
  const curve = grouped(rows, ({ epoch }) => epoch).flatMap((own) => {
    const test = estimate(own.map(({ status, testAccuracy }) => (status === "ok" ? testAccuracy : null)));
    return test === null ? [] : [{ epoch: own[0]!.epoch, test }];
  });
  return {
    shared,
    equal: summaryAt(rows, shared.comparedEpochs),
    last: summaryAt(rows, shared.epochs),
    curve: curve.sort((a, b) => a.epoch - b.epoch),
  };
}

/**
 * Comparisons of batch sizes in the order in which they first appear in the rows.
 * @param rows any order; runs without a result count for nothing
 */
export function batchComparisons(rows: readonly LearningBatchRow[]): BatchComparison[] {
  const settings = grouped(rows, ({ preset, hidden, trainSamples, comparedEpochs }) => [
    ...[preset, hidden, trainSamples, comparedEpochs],
  ]);
  return settings.flatMap((own) => {
    const { preset, hidden, trainSamples, comparedEpochs } = own[0]!;
    const runs = grouped(own, ({ batchSize, rateFactor }) => [batchSize, rateFactor])
      .map(batchSummary)
      .filter(({ curve }) => curve.length > 0)
      .sort((a, b) => a.shared.batchSize - b.shared.batchSize);
    const plain = runs.filter(({ shared }) => shared.rateFactor === 1);
    const raised = [...plain.slice(0, 1), ...runs.filter(({ shared }) => shared.rateFactor !== 1)];
    return runs.length === 0 ? [] : [{ preset, hidden, trainSamples, comparedEpochs, plain, raised }];
  });
}

/** All runs of a comparison, each once. */
const runsOf = ({ plain, raised }: BatchComparison): BatchSummary[] => [
  ...plain,
  ...raised.filter((run) => !plain.includes(run)),
];

/** Difference of test accuracies from those of the smallest batch after equal epochs, seed by seed. */
export function fromSmallest({ plain }: BatchComparison, summary: RunSummary): Estimate | null {
  const smallest = plain[0]?.equal ?? null;
  return smallest === null || smallest === summary ? null : pairedDifference(summary, smallest);
}

/** Means over seeds of each batch size after equal epochs, and at the end of runs that are longer. */
export function batchTable(comparisons: readonly BatchComparison[]): Table {
  const shared = ["preset", "hidden", "trainSamples", "batchSize", "rateFactor"] as const;
  const cells = (value: Estimate | null): Cell[] => [value?.mean ?? null, value?.standardError ?? null];
  const rows = comparisons.flatMap((comparison) =>
    runsOf(comparison).flatMap(({ shared: run, equal, last }) =>
      [equal, run.epochs > run.comparedEpochs ? last : null]
        .filter((summary) => summary !== null)
        .map((summary): Cell[] => [
          ...shared.map((field) => run[field]),
          ...[summary.run.epoch, summary.test.count],
          ...[summary.test, summary.train, fromSmallest(comparison, summary)].flatMap(cells),
        ]),
    ),
  );
  const values = ["testAccuracy", "trainAccuracy", "fromSmallestBatch"];
  return {
    name: "accuracies",
    title: "Means over seeds with standard errors, after equal epochs and at the end of longer runs",
    columns: [...shared, "epoch", "seeds", ...values.flatMap((name) => [name, `${name}Error`])],
    rows,
  };
}

/** Test accuracies epoch after epoch, means over seeds. */
export function batchCurvesTable(comparisons: readonly BatchComparison[]): Table {
  const rows = comparisons.flatMap((comparison) =>
    runsOf(comparison).flatMap(({ shared, curve }) =>
      curve.map(({ epoch, test }): Cell[] => [
        ...[shared.preset, shared.hidden, shared.trainSamples, shared.batchSize, shared.rateFactor],
        ...[epoch, test.count, test.mean, test.standardError],
      ]),
    ),
  );
  const columns = ["preset", "hidden", "trainSamples", "batchSize", "rateFactor", "epoch", "seeds"];
  return {
    name: "epochs",
    title: "Test accuracy epoch after epoch, means over seeds with standard errors",
    columns: [...columns, "testAccuracy", "testAccuracyError"],
    rows,
  };
}

/** All runs after equal epochs and after the last one, also those without a result. */
export function batchRunsTable(rows: readonly LearningBatchRow[]): Table {
  const columns = [
    ...(["status", "preset", "hidden", "trainSamples", "batchSize", "rateFactor", "seed", "epoch"] as const),
    ...(["trainAccuracy", "testAccuracy", "hiddenUpdates", "readoutUpdates"] as const),
    ...(["meanSweeps", "settled", "symmetry"] as const),
  ];
  return {
    name: "runs",
    title: "All runs after equal epochs and after the last one",
    columns,
    rows: rows
      .filter(({ epoch, epochs, comparedEpochs }) => epoch === comparedEpochs || epoch === epochs)
      .map((row) => columns.map((column) => row[column])),
  };
}
