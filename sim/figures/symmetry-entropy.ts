/** @file Entropy of all fixed points of correlated couplings with enumeration: panel (a) of the figure `symmetry`. */
import type {
  EnsembleLocalEntropyRow,
  EnsembleThresholdsRow,
  SymmetricEntropyRow,
} from "../experiments/rows-beyond.ts";
import type { AccessThresholdRow, EntropyCheckRow } from "../experiments/rows.ts";
import type { SeriesLook } from "./ensemble-panels.ts";
import { isCounted, logErrors } from "./entropy.ts";
import { curve, distinct, isSame } from "./select.ts";
import { dashAt, label, legendEntry, palette, stroke, symbols } from "./theme.ts";
import type { ScatterTrace } from "./types.ts";

/** What the figure is drawn from. */
export interface SymmetryRows {
  /** Entropy of all fixed points (P22) at several η. */
  readonly entropy: readonly SymmetricEntropyRow[];
  /** Enumeration at some of these η; η = 0 where it is left out. */
  readonly checks: readonly EntropyCheckRow[];
  /** Densest clusters at some η and at one or two J_D. */
  readonly curves: readonly EnsembleLocalEntropyRow[];
  readonly thresholds: readonly EnsembleThresholdsRow[];
  /** J_a(N) of the dynamics at some η. */
  readonly access: readonly AccessThresholdRow[];
}

/** η of a row, 0 where it is left out. */
export const symmetryOf = ({ symmetry = 0 }: { readonly symmetry?: number }): number => symmetry;

/** Closed form and enumeration at one η; the line is the entry of η in the legend of (a) and (b). */
export function entropyTraces(
  symmetry: number,
  { entropy, checks }: SymmetryRows,
  look: SeriesLook,
): ScatterTrace[] {
  const line: ScatterTrace = {
    type: "scatter",
    mode: "lines",
    name: label(symmetry),
    ...curve(
      entropy.filter((row) => isSame(row.symmetry, symmetry)),
      (row) => row.selfCoupling,
      (row) => row.annealed,
    ),
    line: stroke(look.color, 1.5, look.dash),
    hovertemplate: `η = ${label(symmetry)}<br>J_D = %{x:.4g}, S = %{y:.6g}<extra></extra>`,
  };
  return [line, ...enumerationTraces(symmetry, checks, look)];
}

/** Enumeration at one η and the largest N. */
function enumerationTraces(
  symmetry: number,
  checks: SymmetryRows["checks"],
  { color, symbol }: SeriesLook,
): ScatterTrace[] {
  const own = checks.filter(isCounted).filter((row) => isSame(symmetryOf(row), symmetry));
  const largest = Math.max(...own.map(({ n }) => n));
  const rows = own
    .filter(({ n, meanCount }) => n === largest && meanCount > 0)
    .sort((a, b) => a.selfCoupling - b.selfCoupling);
  if (rows.length === 0) return [];
  const errors = rows.map(logErrors);
  const x = rows.map((row) => row.selfCoupling);
  const shared = { type: "scatter", showlegend: false, x } as const;
  return [
    {
      ...shared,
      mode: "lines",
      y: rows.map((row) => Math.log(row.expectedCount) / row.n),
      line: stroke(color, 1, dashAt(2)),
      hoverinfo: "skip",
    },
    {
      ...shared,
      mode: "markers",
      y: rows.map((row) => Math.log(row.meanCount) / row.n),
      error_y: {
        type: "data",
        symmetric: false,
        array: errors.map(({ up }) => up),
        arrayminus: errors.map(({ down }) => down),
        color,
        thickness: 1,
        width: 3,
      },
      marker: { symbol, size: 6, color },
      hovertemplate: `η = ${label(symmetry)}, N = ${largest}<br>J_D = %{x:.4g}, log(mean)/N = %{y:.6g}<extra></extra>`,
    },
  ];
}

/** Entries that say what symbols and dotted lines of panel (a) are. */
export function enumerationEntries(checks: SymmetryRows["checks"]): ScatterTrace[] {
  const sizes = distinct(checks.filter(isCounted), ({ n }) => n);
  if (sizes.length === 0) return [];
  const color = palette.grey;
  const name = `at ${symbols.size} = ${sizes.at(-1)}`;
  const marker = { symbol: "circle", size: 6, color };
  return [legendEntry(name, { mode: "lines+markers", marker, line: stroke(color, 1, dashAt(2)) })];
}
