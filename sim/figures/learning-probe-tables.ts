/** @file Tables of the figures on trained networks: representations, sweeps to rest, accuracy under noise. */
import type { EquilibrationMeans } from "../experiments/equilibration-rows.ts";
import type { RepresentationMeans } from "../experiments/representations.ts";
import type { Estimate } from "../experiments/rows.ts";
import type { ShiftMeans } from "../experiments/shift.ts";
import type { Cell, Table } from "./types.ts";

const cells = (estimate: Estimate | null): Cell[] => [
  estimate?.mean ?? null,
  estimate?.standardError ?? null,
];

/** Names of the two columns of an estimate. */
const columns = (name: string): string[] => [name, `${name}Error`];

const place = ({ hidden, layers, feedbackStrength, layer, epoch }: RepresentationMeans): Cell[] => [
  hidden,
  layers,
  feedbackStrength,
  layer,
  epoch,
];
const placeColumns = ["hidden", "layers", "feedbackStrength", "layer", "epoch"];

/** Mean overlaps and distances, a row per network, layer and epoch. */
export function representationsTable(rows: readonly RepresentationMeans[]): Table {
  const names = ["within", "between", "clampedFreeDistance", "inputWithin", "inputBetween"] as const;
  return {
    name: "representations",
    title: "Overlaps of the states of different samples, and distance of clamped and free states",
    columns: ["status", ...placeColumns, "runs", ...names.flatMap(columns)],
    rows: rows.map((row) => [
      row.status,
      ...place(row),
      row.runs,
      ...names.flatMap((name) => cells(row[name])),
    ]),
  };
}

/** Mean overlaps by class, a row per network, layer, epoch and pair of classes. */
export function classOverlapsTable(rows: readonly RepresentationMeans[]): Table {
  return {
    name: "classes",
    title: "Mean overlaps of the states of different samples by class",
    columns: [...placeColumns, "class", "otherClass", "overlap"],
    rows: rows.flatMap((row) =>
      (row.matrix ?? []).flatMap((line, a) => line.map((value, b) => [...place(row), a, b, value])),
    ),
  };
}

const equilibrationPlace = ({ hidden, feedbackStrength, kind }: EquilibrationMeans): Cell[] => [
  hidden,
  feedbackStrength,
  kind,
];
const equilibrationColumns = ["hidden", "feedbackStrength", "kind"];

/** Mean sweeps to rest and areas under ROC curves, a row per network and kind. */
export function equilibrationTable(rows: readonly EquilibrationMeans[]): Table {
  const estimates = ["mean", "auc", "marginAuc"] as const;
  return {
    name: "equilibration",
    title: "Sweeps to rest, and area under the ROC curve against the reference",
    columns: ["status", ...equilibrationColumns, "reference", "runs", ...estimates.flatMap(columns)],
    rows: rows.map((row) => [
      row.status,
      ...equilibrationPlace(row),
      row.reference,
      row.runs,
      ...estimates.flatMap((name) => cells(row[name])),
    ]),
  };
}

/** Numbers of samples by sweeps to rest; sweeps null: not at rest in the sweeps allowed. */
export function sweepsTable(rows: readonly EquilibrationMeans[]): Table {
  return {
    name: "sweeps",
    title: "Samples by sweeps to rest; without a number of sweeps: not at rest",
    columns: [...equilibrationColumns, "sweeps", "samples"],
    rows: rows.flatMap((row) =>
      row.sweeps.map((samples, k): Cell[] => [
        ...equilibrationPlace(row),
        k === row.sweeps.length - 1 ? null : k + 1,
        samples,
      ]),
    ),
  };
}

/** Accuracy by noise, a row per method, size and pair of noises. */
export function shiftTable(rows: readonly ShiftMeans[]): Table {
  return {
    name: "shift",
    title: "Accuracy on test inputs with flipped bits",
    columns: [
      "status",
      "method",
      "hidden",
      "trainingFlips",
      "flipProbability",
      "runs",
      ...columns("accuracy"),
    ],
    rows: rows.map(({ status, method, hidden, trainingFlips, flipProbability, runs, accuracy }) => [
      status,
      method,
      hidden,
      trainingFlips,
      flipProbability,
      runs,
      ...cells(accuracy),
    ]),
  };
}
