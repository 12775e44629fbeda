/** @file Tables of focusing belief propagation against (P28): points of single networks, and their medians. */
import type { FocusingEntropyRow, FocusingEntropySummary, Quartiles } from "../experiments/rows.ts";
import type { Cell, Table } from "./types.ts";

/** Columns of the points, fields of the rows. */
const pointColumns = [
  "status",
  "n",
  "selfCoupling",
  "replicas",
  "sample",
  "bond",
  "iterations",
  "residual",
  "overlap",
  "squaredMagnetization",
  "centreOverlap",
  "localEntropy",
  "centredEntropy",
  "centredBond",
  "centredCentreOverlap",
  "centredComplexity",
  "uncentredEntropy",
  "difference",
  "uncentredDifference",
] as const;

/** Points of single networks with the theory at their overlap, a row per (N, J_D, y, sample, γ). */
export function focusingEntropyTable(rows: readonly FocusingEntropyRow[]): Table {
  return {
    name: "focusing-entropy",
    title: "Local entropy of focusing belief propagation, and (P28), (P9) at the same overlap",
    columns: pointColumns,
    rows: rows.map((row) => pointColumns.map((column): Cell => row[column])),
  };
}

const cells = (values: Quartiles | null): Cell[] =>
  values === null ? [null, null, null] : [values.low, values.median, values.high];

const quartileColumns = (name: string): string[] => [`${name}Low`, name, `${name}High`];

/** Median differences with quartiles over networks, a row per (N, J_D, y). */
export function focusingEntropySummaryTable(summaries: readonly FocusingEntropySummary[]): Table {
  const place = ["status", "n", "selfCoupling", "replicas"] as const;
  const counts = ["networks", "points", "unconverged", "unpolarized", "centreless"] as const;
  const differences = ["difference", "deviation", "uncentredDeviation"].flatMap(quartileColumns);
  return {
    name: "medians",
    title: "Difference of networks to (P28) and (P9): medians with quartiles",
    columns: [...place, ...counts, ...differences],
    rows: summaries.map((row) => [
      ...[...place, ...counts].map((column): Cell => row[column]),
      ...cells(row.difference),
      ...cells(row.deviation),
      ...cells(row.uncentredDeviation),
    ]),
  };
}
