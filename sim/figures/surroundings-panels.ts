/** @file Traces of the panels of figure `surroundings`: one series a kind of fixed points, and what theory says. */
import type {
  Estimate,
  FranzParisiRow,
  LocalEntropyRow,
  ReferenceKind,
  SurroundingsRow,
} from "../experiments/rows.ts";
import { curve, hasPoints } from "./select.ts";
import type { Curve } from "./select.ts";
import { dashAt, palette, stroke, symbols } from "./theme.ts";
import type { ErrorBars, ScatterTrace } from "./types.ts";

/** How each kind is shown, in the order of the legend. */
export const kinds: Readonly<Record<ReferenceKind, { name: string; color: string; symbol: string }>> = {
  focusing: { name: "found by focusing", color: palette.vermillion, symbol: "square" },
  dynamics: { name: "reached by dynamics", color: palette.green, symbol: "diamond" },
  planted: { name: "typical (planted)", color: palette.blue, symbol: "circle" },
  enumerated: { name: "typical (enumerated)", color: palette.blue, symbol: "circle-open" },
};

const isTypical = (kind: ReferenceKind): boolean => kind === "planted" || kind === "enumerated";

/** What theory says of typical fixed points, in all panels. */
const theory = { name: "typical, theory", line: stroke(palette.blue, 1.3, dashAt(1)) };

/** Numbers of flips below this are as good as none. */
export const fewestFlips = 1e-3;

/** The rows that are drawn: those at one J_D, and for panels (a), (c) and (d) those of one size. */
export interface Main {
  readonly n: number;
  readonly selfCoupling: number;
  /** All sizes, ascending. */
  readonly rows: readonly SurroundingsRow[];
  /** At the main size, in the order of the legend. */
  readonly atSize: readonly SurroundingsRow[];
}

/** Means of one kind in one panel. */
interface Series {
  readonly kind: ReferenceKind;
  /** Of the axes of the panel. */
  readonly suffix: string;
  readonly x: readonly number[];
  readonly y: readonly (Estimate | null)[];
  readonly markerSize?: number;
  /** Markers alone, where theory draws the line. */
  readonly markersOnly?: boolean;
  /** Where error bars end at the lowest. */
  readonly floor?: number;
}

function errorBars(y: Series["y"], color: string, floor: number): ErrorBars {
  const errors = y.map((value) => value?.standardError ?? 0);
  return {
    type: "data",
    symmetric: false,
    array: errors,
    arrayminus: errors.map((error, k) => Math.min(error, Math.max(0, (y[k]?.mean ?? 0) - floor))),
    color,
    thickness: 1,
    width: 2,
  };
}

function seriesTrace(series: Series): ScatterTrace {
  const { kind, suffix, x, y, markerSize = 5, markersOnly = false, floor = -Infinity } = series;
  const { name, color, symbol } = kinds[kind];
  return {
    type: "scatter",
    mode: markersOnly ? "markers" : "lines+markers",
    name,
    legendgroup: kind,
    showlegend: false,
    x,
    y: y.map((value) => value?.mean ?? null),
    error_y: errorBars(y, color, floor),
    line: stroke(color, 1.2),
    marker: { symbol, size: markerSize, color },
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    hovertemplate: `%{x:.4g}: %{y:.4g}<extra>${name}</extra>`,
  };
}

function theoryTrace(points: Curve, suffix: string): ScatterTrace[] {
  if (!hasPoints(points)) return [];
  const place = { xaxis: `x${suffix}`, yaxis: `y${suffix}`, showlegend: false };
  return [{ type: "scatter", mode: "lines", ...theory, legendgroup: "theory", ...points, ...place }];
}

/**
 * Panel (a): local entropies, what theory says of typical fixed points, and the bound by the densest clusters.
 * @param densest points at zero complexity (P14), at the J_D of the figure
 * @param typical rows of (P8), at the J_D of the figure
 */
export function entropyTraces(
  { atSize }: Main,
  densest: readonly LocalEntropyRow[],
  typical: readonly FranzParisiRow[],
): ScatterTrace[] {
  const quenched = curve(
    typical,
    (row) => row.distance,
    (row) => row.quenched,
  );
  // At distance d from a common state the mutual overlap is (1 − 2d)² or more.
  const bound = curve(
    densest,
    (row) => 0.5 * (1 - Math.sqrt(Math.max(0, row.overlap))),
    (row) => row.localEntropy,
  );
  const black: ScatterTrace = {
    type: "scatter",
    mode: "lines",
    name: `densest, ${symbols.densest} (P14)`,
    ...bound,
    line: stroke(palette.black, 1.3),
  };
  const around = atSize.map(({ kind, localEntropy }) =>
    seriesTrace({
      kind,
      suffix: "",
      x: localEntropy.map(({ distance }) => distance),
      y: localEntropy.map(({ entropy }) => entropy),
      markersOnly: isTypical(kind) && hasPoints(quenched),
    }),
  );
  return [...(hasPoints(bound) ? [black] : []), ...theoryTrace(quenched, ""), ...around];
}

/** Panel (b): allowed flips against size; where none was met there is nothing to draw on a logarithmic axis. */
export function flipTraces({ rows }: Main): ScatterTrace[] {
  const expected = curve(
    rows,
    (row) => (row.expectedFlips === null ? null : row.n),
    (row) => row.expectedFlips,
  );
  const perKind = (Object.keys(kinds) as ReferenceKind[]).flatMap((kind): ScatterTrace[] => {
    const own = rows.filter((row) => row.kind === kind && (row.allowedFlips?.mean ?? 0) > 0);
    const y = own.map((row) => row.allowedFlips);
    const x = own.map((row) => row.n);
    // At small N enumerated and planted points nearly coincide: the open symbol stands around the full one.
    const looks = { markerSize: kind === "enumerated" ? 9 : 6, markersOnly: isTypical(kind) };
    return own.length === 0 ? [] : [seriesTrace({ kind, suffix: "2", x, y, ...looks, floor: fewestFlips })];
  });
  return [...theoryTrace(expected, "2"), ...perKind];
}

/** Panel (c): distance from the start against steps per neuron. */
export function walkTraces({ atSize, n }: Main): ScatterTrace[] {
  return atSize.flatMap(({ kind, walk }): ScatterTrace[] => {
    const points = walk.filter(({ step }) => step > 0);
    const x = points.map(({ step }) => step / n);
    const y = points.map(({ distance }) => distance);
    return points.length === 0 ? [] : [seriesTrace({ kind, suffix: "3", x, y, markerSize: 4 })];
  });
}

/** Panel (d): densities of the stabilities. */
export function stabilityTraces({ atSize }: Main): ScatterTrace[] {
  const perKind = atSize.map(({ kind, stabilities }) =>
    seriesTrace({
      kind,
      suffix: "4",
      x: stabilities.map(({ stability }) => stability),
      y: stabilities.map(({ density }) => density),
      markerSize: 4,
      markersOnly: kind === "planted",
    }),
  );
  const expected = atSize.find(({ kind }) => kind === "planted")?.stabilities ?? [];
  const x = expected.map(({ stability }) => stability);
  return [...perKind, ...theoryTrace({ x, y: expected.map((bin) => bin.expected) }, "4")];
}
