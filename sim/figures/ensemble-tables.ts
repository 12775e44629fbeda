/** @file Tables of correlated couplings and of layers: entropies, densest clusters, thresholds, enumeration, dynamics. */
import type {
  EnsembleFields,
  EnsembleLocalEntropyRow,
  EnsembleThresholdsRow,
  LayeredEntropyRow,
  SymmetricEntropyRow,
} from "../experiments/rows-beyond.ts";
import type { AccessThresholdRow, EntropyCheckRow } from "../experiments/rows.ts";
import type { Cell, Table } from "./types.ts";

/** Which columns say what the ensemble is. */
export type EnsembleColumns = "symmetry" | "layers";

/** Columns of an ensemble, with their values where a field is left out. */
const ensembleColumns = {
  symmetry: { names: ["symmetry"], cells: ({ symmetry = 0 }: EnsembleFields): Cell[] => [symmetry] },
  layers: {
    names: ["layers", "ferromagneticCoupling"],
    cells: ({ layers = 1, ferromagneticCoupling = 0 }: EnsembleFields): Cell[] => [
      layers,
      ferromagneticCoupling,
    ],
  },
} as const;

/** Entropy of all fixed points of correlated couplings (P22), a row per (η, J_D). */
export function symmetricEntropyTable(rows: readonly SymmetricEntropyRow[]): Table {
  return {
    name: "symmetric-entropy",
    title: "Entropy of fixed points per neuron at symmetry η",
    columns: ["status", "symmetry", "selfCoupling", "annealed", "response", "residual"],
    rows: rows.map(({ status, symmetry, selfCoupling, annealed, response, residual }) => [
      ...[status, symmetry, selfCoupling],
      ...[annealed, response, residual],
    ]),
  };
}

/** Entropy of all fixed points of layers (P24)-(P26), a row per (depth, λ, J_D). */
export function layeredEntropyTable(rows: readonly LayeredEntropyRow[]): Table {
  return {
    name: "layered-entropy",
    title:
      "Entropy of fixed points per neuron of layers, and the self-coupling of one layer with the same entropy",
    columns: [
      "status",
      "layers",
      "ferromagneticCoupling",
      "selfCoupling",
      "annealed",
      "equivalentSelfCoupling",
    ],
    rows: rows.map((row) => [
      ...[row.status, row.layers, row.ferromagneticCoupling, row.selfCoupling],
      ...[row.annealed, row.equivalentSelfCoupling],
    ]),
  };
}

/** Densest clusters (P14), a row per (ensemble, J_D, d). */
export function ensembleLocalEntropyTable(
  rows: readonly EnsembleLocalEntropyRow[],
  kind: EnsembleColumns,
): Table {
  const { names, cells } = ensembleColumns[kind];
  const numbers = ["y", "localEntropy", "complexity", "residual", "error"];
  return {
    name: "local-entropy",
    title: "Local entropy of dense clusters",
    columns: ["status", ...names, "selfCoupling", "distance", ...numbers],
    rows: rows.map((row) => [
      ...[row.status, ...cells(row), row.selfCoupling, row.distance],
      ...[row.y, row.localEntropy, row.complexity, row.residual, row.error],
    ]),
  };
}

/** J_gap, J_mono and the J_D at which the entropy vanishes, a row per ensemble. */
export function ensembleThresholdsTable(
  rows: readonly EnsembleThresholdsRow[],
  kind: EnsembleColumns,
): Table {
  const { names, cells } = ensembleColumns[kind];
  const gap = ["gapClosing", "gapDistance", "gapY", "gapError"];
  return {
    name: "ensemble-thresholds",
    title: "Critical self-couplings of the densest clusters",
    columns: ["status", ...names, ...gap, "monotone", "monotoneDistance", "monotoneError", "vanishing"],
    rows: rows.map(({ status, gapClosing, monotone, vanishing, ...ensemble }) => [
      ...[status, ...cells(ensemble)],
      gapClosing?.selfCoupling ?? null,
      gapClosing?.distance ?? null,
      gapClosing?.y ?? null,
      gapClosing?.error ?? null,
      monotone?.selfCoupling ?? null,
      monotone?.distance ?? null,
      monotone?.error ?? null,
      vanishing,
    ]),
  };
}

/** Exact enumeration against the exact mean at that N, a row per (ensemble, N, J_D). */
export function ensembleCheckTable(rows: readonly EntropyCheckRow[], kind: EnsembleColumns): Table {
  const { names, cells } = ensembleColumns[kind];
  const numbers = ["samples", "meanCount", "standardError", "expectedCount", "zScore"];
  return {
    name: "enumeration",
    title: "Mean number of fixed points: enumeration and exact mean at that <i>N</i>",
    columns: ["status", ...names, "n", "selfCoupling", ...numbers],
    rows: rows.map((row) => [
      ...[row.status, ...cells(row), row.n, row.selfCoupling],
      ...[row.samples, row.meanCount, row.standardError, row.expectedCount, row.zScore],
    ]),
  };
}

/** Accessibility thresholds J_a(N), a row per (ensemble, N, budget). */
export function ensembleAccessTable(rows: readonly AccessThresholdRow[], kind: EnsembleColumns): Table {
  const { names, cells } = ensembleColumns[kind];
  const numbers = ["samples", "accessThreshold", "low", "high", "width"];
  return {
    name: "ensemble-access-thresholds",
    title: "Accessibility threshold <i>J</i><sub>a</sub>(<i>N</i>) with 95 % confidence interval",
    columns: ["status", ...names, "n", "update", "budget", ...numbers],
    rows: rows.map((row) => [
      ...[row.status, ...cells(row), row.n, row.update, row.budget],
      ...[row.samples, row.selfCoupling, row.low, row.high, row.width],
    ]),
  };
}
