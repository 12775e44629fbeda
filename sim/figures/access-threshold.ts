/** @file Panels (c) and (d) of figure 6: J_a against size, with its extrapolations, and against the budget. */
import type {
  AccessThresholdRow,
  ExtrapolationRow,
  SizeThreshold,
  ThresholdLimit,
  ThresholdsRow,
} from "../experiments/rows.ts";
import type { SizeStyle } from "./success.ts";
import { dashAt, label, palette, stroke, symbols } from "./theme.ts";
import type { ErrorBars, ScatterTrace } from "./types.ts";

/** Points of a drawn extrapolation. */
const extrapolationPoints = 80;

/** A form of x(N) as a function of t = 1/log N, how it is written, and how its line looks. */
export const extrapolationForms = {
  "1/log N": {
    of: (t: number) => t,
    name: "1/log <i>N</i>",
    color: palette.black,
    dash: dashAt(0),
    symbol: "circle-open",
  },
  "N^(-1/3)": {
    of: (t: number) => Math.exp(-1 / (3 * t)),
    name: "<i>N</i><sup>−1/3</sup>",
    color: palette.vermillion,
    dash: dashAt(1),
    symbol: "square-open",
  },
  "N^(-1/2)": {
    of: (t: number) => Math.exp(-1 / (2 * t)),
    name: "<i>N</i><sup>−1/2</sup>",
    color: palette.orange,
    dash: dashAt(3),
    symbol: "diamond-open",
  },
} as const;

/** Confidence intervals of thresholds as error bars; none where an end is missing. */
export function intervalBars(rows: readonly SizeThreshold[], color: string): ErrorBars {
  const length = (from: number | null, to: number | null): number =>
    from === null || to === null ? 0 : Math.max(0, to - from);
  return {
    type: "data",
    symmetric: false,
    array: rows.map((row) => length(row.selfCoupling, row.high)),
    arrayminus: rows.map((row) => length(row.low, row.selfCoupling)),
    color,
    thickness: 1,
    width: 3,
  };
}

/** J_a at one N and one budget against 1/log N (panel c), for rows with a value. */
export function sizePoint(
  rows: readonly AccessThresholdRow[],
  n: number,
  { color, symbol }: SizeStyle,
): ScatterTrace {
  return {
    type: "scatter",
    mode: "markers",
    legendgroup: `N${n}`,
    showlegend: false,
    x: rows.map((row) => 1 / Math.log(row.n)),
    y: rows.map((row) => row.selfCoupling),
    error_y: intervalBars(rows, color),
    marker: { symbol, size: 7, color },
    xaxis: "x3",
    yaxis: "y3",
    hovertemplate: `N = ${n}<br>J_a = %{y:.4f}<extra></extra>`,
  };
}

/** J_a at one N against the budget (panel d), for rows with a value. */
export function budgetTrace(
  rows: readonly AccessThresholdRow[],
  n: number,
  { color, symbol }: SizeStyle,
): ScatterTrace {
  const ordered = [...rows].sort((a, b) => a.budget - b.budget);
  return {
    type: "scatter",
    mode: "lines+markers",
    legendgroup: `N${n}`,
    showlegend: false,
    x: ordered.map((row) => row.budget),
    y: ordered.map((row) => row.selfCoupling),
    error_y: intervalBars(ordered, color),
    line: stroke(color, 1),
    marker: { symbol, size: 6, color },
    xaxis: "x4",
    yaxis: "y4",
    hovertemplate: `N = ${n}, %{x} sweeps<br>J_a = %{y:.4f}<extra></extra>`,
  };
}

/**
 * A fitted form as a line from N = ∞ to t = `end`; none where nothing was fitted.
 * @param end largest t = 1/log N
 */
export function extrapolationLine(
  { form, selfCoupling: limit, slope }: ThresholdLimit,
  end: number,
): { t: number[]; y: number[] } | null {
  if (limit === null || slope === null) return null;
  const { of } = extrapolationForms[form];
  const t = Array.from({ length: extrapolationPoints }, (_, k) => (end * k) / (extrapolationPoints - 1));
  return { t, y: t.map((value) => limit + slope * (value === 0 ? 0 : of(value))) };
}

/** A fitted form from the smallest N to N = ∞, and its limit with its standard error. */
function extrapolationTrace(row: ExtrapolationRow, smallest: number): ScatterTrace[] {
  const fitted = extrapolationLine(row, 1.05 / Math.log(smallest));
  if (fitted === null) return [];
  const { t: x, y } = fitted;
  const { selfCoupling: limit, standardError } = row;
  const { name, color, dash, symbol } = extrapolationForms[row.form];
  const place = { xaxis: "x3", yaxis: "y3", legend: "legend2", legendgroup: row.form } as const;
  const error: ErrorBars = { type: "data", array: [standardError ?? 0], color, thickness: 1, width: 4 };
  const marker = { symbol, size: 8, color, line: { color, width: 1.4 } };
  const template = `N → ∞ by ${row.form}<br>J = %{y:.4f}<extra></extra>`;
  return [
    {
      type: "scatter",
      mode: "lines",
      name,
      x,
      y,
      line: stroke(color, 1.3, dash),
      hoverinfo: "skip",
      ...place,
    },
    {
      type: "scatter",
      mode: "markers",
      name: `${name} limit`,
      x: [0],
      y: [limit],
      error_y: error,
      marker,
      showlegend: false,
      hovertemplate: template,
      ...place,
    },
  ];
}

/**
 * The fitted forms of one budget with their limits (panel c).
 * @param smallest smallest N, where the lines end
 */
export function extrapolationTraces(rows: readonly ExtrapolationRow[], smallest: number): ScatterTrace[] {
  return rows.flatMap((row) => extrapolationTrace(row, smallest));
}

/** J_gap as a level across panel (c); nothing where it is not known. */
export function gapTraces(thresholds: ThresholdsRow | null, smallest: number): ScatterTrace[] {
  const gap = thresholds?.gapClosing;
  if (gap === null || gap === undefined) return [];
  return [
    {
      type: "scatter",
      mode: "lines",
      name: `${symbols.gap} = ${label(gap.selfCoupling, 4)}`,
      x: [0, 1.05 / Math.log(smallest)],
      y: [gap.selfCoupling, gap.selfCoupling],
      line: stroke(palette.blue, 1.5, dashAt(2)),
      xaxis: "x3",
      yaxis: "y3",
      legend: "legend2",
      hoverinfo: "skip",
    },
  ];
}
