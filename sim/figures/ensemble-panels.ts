/** @file What the figures of correlated couplings and of layers share: four panels, curves of S*(d), thresholds. */
import type { EnsembleLocalEntropyRow } from "../experiments/rows-beyond.ts";
import type { AccessThresholdRow, ThresholdPoint } from "../experiments/rows.ts";
import { intervalBars } from "./access-threshold.ts";
import { curve, distinct } from "./select.ts";
import { label, stroke, symbols } from "./theme.ts";
import type { Dash, ScatterTrace } from "./types.ts";

/** Shares of the width and height of the four panels. */
export const panelColumns = [
  [0, 0.42],
  [0.58, 1],
] as const;
export const panelRows = [
  [0.58, 1],
  [0, 0.42],
] as const;

/** How a series looks. */
export interface SeriesLook {
  readonly color: string;
  readonly dash: Dash;
  readonly symbol: string;
}

/** Axes of a panel and the legend that explains it; the first of each by default. */
export type Place = Pick<ScatterTrace, "xaxis" | "yaxis" | "legend" | "legendgroup" | "showlegend">;

/** Place in panel k, 1 to 4. */
export const panelPlace = (k: number): Required<Pick<Place, "xaxis" | "yaxis">> => {
  const suffix = k === 1 ? "" : String(k);
  return { xaxis: `x${suffix}`, yaxis: `y${suffix}` };
};

/** S*(d) of one ensemble at one J_D. */
export function densestTrace(
  name: string,
  rows: readonly EnsembleLocalEntropyRow[],
  { color, dash }: Pick<SeriesLook, "color" | "dash">,
  place: Place,
): ScatterTrace {
  const points = curve(
    rows,
    (row) => row.distance,
    (row) => row.localEntropy,
  );
  return {
    type: "scatter",
    mode: "lines",
    name,
    ...points,
    line: stroke(color, 1.5, dash),
    hovertemplate: `${name}<br>d = %{x:.4g}, S* = %{y:.5g}<extra></extra>`,
    ...place,
  };
}

/** Label of the panel of S*(d): with the self-coupling where all curves share it. */
export function clusterLabel(curves: readonly EnsembleLocalEntropyRow[]): string {
  const couplings = distinct(curves, (row) => row.selfCoupling);
  return couplings.length === 1 ? `(b) ${symbols.selfCoupling} = ${label(couplings[0]!)}` : "(b)";
}

/** A threshold of theory at one value of a parameter of the ensemble. */
export interface PlacedThreshold {
  readonly x: number;
  readonly point: Pick<ThresholdPoint, "selfCoupling" | "error"> | null;
}

/** A threshold of theory against a parameter: points with their errors, joined where they are known. */
export function thresholdTrace(
  name: string,
  points: readonly PlacedThreshold[],
  { color, dash, symbol }: SeriesLook,
  place: Place,
): ScatterTrace {
  const ordered = [...points].sort((a, b) => a.x - b.x);
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    x: ordered.map(({ x }) => x),
    y: ordered.map(({ point }) => point?.selfCoupling ?? null),
    error_y: {
      type: "data",
      array: ordered.map(({ point }) => point?.error ?? null),
      color,
      thickness: 1,
      width: 3,
    },
    line: stroke(color, 1.3, dash),
    marker: { symbol, size: 6, color },
    hovertemplate: `${name}<br>%{x:.4g}: %{y:.6g}<extra></extra>`,
    cliponaxis: false,
    ...place,
  };
}

/** J_a(N) against a parameter at one N, for rows with a value. */
export function accessTrace<Row extends AccessThresholdRow>(
  name: string,
  rows: readonly Row[],
  xOf: (row: Row) => number,
  { color, dash, symbol }: SeriesLook,
  place: Place,
): ScatterTrace {
  const ordered = [...rows].sort((a, b) => xOf(a) - xOf(b));
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    x: ordered.map(xOf),
    y: ordered.map((row) => row.selfCoupling),
    error_y: intervalBars(ordered, color),
    line: stroke(color, 1, dash),
    marker: { symbol, size: 6, color },
    hovertemplate: `${name}<br>%{x:.4g}: J_a = %{y:.4f}<extra></extra>`,
    cliponaxis: false,
    ...place,
  };
}

/** Rows of J_a(N) with a value, at the largest budget among them. */
export function accessAtLargestBudget<Row extends AccessThresholdRow>(rows: readonly Row[]): Row[] {
  const valued = rows.filter(({ status, selfCoupling }) => status === "ok" && selfCoupling !== null);
  const budget = Math.max(...valued.map((row) => row.budget));
  return valued.filter((row) => row.budget === budget);
}
