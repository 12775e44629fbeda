/** @file Runs of learning for drawing: the last epochs of complete runs, means over seeds, and their tables. */
import type { LearningRow, Method } from "../experiments/learning-rows.ts";
import { extent, label, markerAt, palette } from "./theme.ts";
import type { Cell, Coordinates, ErrorBars, ScatterTrace, Table } from "./types.ts";

/** Mean over seeds. */
export interface Estimate {
  readonly mean: number;
  /** Null with fewer than two values. */
  readonly standardError: number | null;
  readonly count: number;
}

/** Mean and standard error of the values that are known; null without any. */
export function estimate(values: readonly (number | null)[]): Estimate | null {
  const known = values.filter((value) => value !== null);
  const count = known.length;
  if (count === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, standardError: null, count };
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (count - 1) / count), count };
}

/** Runs that differ in their seeds only. */
export interface RunSummary {
  /** One of the runs, for what all share. */
  readonly run: LearningRow;
  /** Test accuracy by seed. */
  readonly bySeed: ReadonlyMap<number, number>;
  readonly test: Estimate;
  readonly train: Estimate | null;
  readonly meanSweeps: Estimate | null;
  readonly settled: Estimate | null;
  readonly symmetry: Estimate | null;
}

/** A row with a result of the last epoch. */
type FinalRow = LearningRow & { readonly testAccuracy: number };

const isFinal = (row: LearningRow): row is FinalRow =>
  row.status === "ok" && row.epoch === row.epochs && row.testAccuracy !== null;

/** What is the same in runs that differ in their seeds only. */
const sharedFields = [
  "method",
  "variant",
  "hidden",
  "layers",
  "selfCoupling",
  "layerCoupling",
  "trainSamples",
  "epochs",
] as const;

/** Complete runs, means over seeds; in the order in which they first appear. Incomplete runs are left out. */
export function summarize(rows: readonly LearningRow[]): RunSummary[] {
  const groups = new Map<string, FinalRow[]>();
  for (const row of rows.filter(isFinal)) {
    const key = JSON.stringify(sharedFields.map((field) => row[field]));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((runs): RunSummary => {
    const over = (field: "trainAccuracy" | "testAccuracy" | "meanSweeps" | "settled" | "symmetry") =>
      estimate(runs.map((row) => row[field]));
    return {
      run: runs[0]!,
      bySeed: new Map(runs.map(({ seed, testAccuracy }) => [seed, testAccuracy])),
      test: over("testAccuracy")!,
      train: over("trainAccuracy"),
      meanSweeps: over("meanSweeps"),
      settled: over("settled"),
      symmetry: over("symmetry"),
    };
  });
}

/** Mean and standard error over seeds, a row for each kind of run. */
export function summaryTable(name: string, summaries: readonly RunSummary[]): Table {
  const estimates = ["test", "train", "meanSweeps", "settled", "symmetry"] as const;
  const titles = ["testAccuracy", "trainAccuracy", "meanSweeps", "settled", "symmetry"];
  return {
    name,
    title: "Last epochs: means over seeds with standard errors",
    columns: [...sharedFields, "seeds", ...titles.flatMap((title) => [title, `${title}Error`])],
    rows: summaries.map((summary): Cell[] => [
      ...sharedFields.map((field) => summary.run[field]),
      summary.test.count,
      ...estimates.flatMap((field) => [summary[field]?.mean ?? null, summary[field]?.standardError ?? null]),
    ]),
  };
}

/** The last epoch of each run, also of those without a result. */
export function runsTable(name: string, rows: readonly LearningRow[]): Table {
  const places = ["status", ...sharedFields, "seed"] as const;
  const values = [
    "trainAccuracy",
    "testAccuracy",
    "hiddenUpdates",
    "readoutUpdates",
    "meanSweeps",
    "settled",
    "symmetry",
  ] as const;
  const columns = [...places, ...values];
  return {
    name,
    title: "Last epochs of all runs",
    columns,
    rows: rows
      .filter(({ epoch, epochs }) => epoch === epochs)
      .map((row) => columns.map((column) => row[column])),
  };
}

/** Error bars of one standard error; without one the bar has no length. */
export const standardBars = (estimates: readonly (Estimate | null)[], color: string): ErrorBars => ({
  type: "data",
  array: estimates.map((each) => each?.standardError ?? 0),
  color,
  thickness: 1,
  width: 3,
});

/** Extent of points with their error bars along one axis. */
export function extentWithBars(traces: readonly ScatterTrace[], along: "x" | "y"): [number, number] | null {
  const ends = (values: Coordinates, bars: ErrorBars | undefined): number[] =>
    values.flatMap((value, k) => {
      const half = bars?.array[k] ?? 0;
      return value === null ? [] : [value - half, value + half];
    });
  return extent(traces.flatMap((trace) => ends(trace[along], along === "x" ? trace.error_x : trace.error_y)));
}

/** Mean over seeds of the difference of test accuracies, where both have a run of the same seed; null without any. */
export function pairedDifference(one: RunSummary, other: RunSummary): Estimate | null {
  return estimate(
    [...one.bySeed].map(([seed, accuracy]) => {
      const theirs = other.bySeed.get(seed);
      return theirs === undefined ? null : accuracy - theirs;
    }),
  );
}

/** Name, colour and symbol of a method. */
export const methodLooks: Readonly<Record<Method, { name: string; color: string; symbol: string }>> = {
  rule: { name: "rule", color: palette.black, symbol: markerAt(0) },
  mlp: { name: "sign MLP (backprop)", color: palette.green, symbol: markerAt(3) },
  "random-features": { name: "random features", color: palette.blue, symbol: markerAt(1) },
  reservoir: { name: "reservoir", color: palette.vermillion, symbol: markerAt(2) },
  perceptron: { name: "perceptron", color: palette.grey, symbol: markerAt(5) },
};

/** The smallest and the largest of some whole numbers, in words: "20" or "4 to 20"; thousands are set apart. */
export function rangeInWords(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => grouped(value));
  return least === most ? least! : `${least} to ${most}`;
}

const grouped = (value: number): string => label(value, 15).replace(/\B(?=(\d{3})+$)/g, ",");

/** "6,000 images, 20 epochs, 3 seeds" of the runs that are drawn. */
export function runsInWords(summaries: readonly RunSummary[]): string {
  const samples = rangeInWords(summaries.map(({ run }) => run.trainSamples));
  const epochs = rangeInWords(summaries.map(({ run }) => run.epochs));
  const seeds = rangeInWords(summaries.map(({ test }) => test.count));
  return `${samples} training samples, ${epochs} ${epochs === "1" ? "epoch" : "epochs"}, ${seeds} ${seeds === "1" ? "seed" : "seeds"}`;
}
