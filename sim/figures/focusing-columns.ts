/**
 * @file Columns of the figure of focusing belief propagation: one number of replicas each, curves above and differences to
 * (P28) below.
 */
import type { FocusingEntropyRow } from "../experiments/rows.ts";
import { distinct, isSame } from "./select.ts";
import { axis, dashAt, extent, gapFill, label, padded, palette, stroke, symbols } from "./theme.ts";
import type { Axis, ScatterTrace, Shape } from "./types.ts";

/** Numbers of replicas side by side at most. */
const mostColumns = 3;

/** Share of the width between neighbouring columns. */
const columnGap = 0.085;

/** Shares of the height: curves, differences. */
const curveRow = [0.66, 1] as const;
const differenceRow = [0.41, 0.61] as const;

/** Most points of a drawn theory line: more are not seen. */
const linePoints = 150;

/** Networks drawn at each size: all lie on each other. */
const drawnNetworks = 6;

/** Rows of one y in one column of panels. */
export interface Column {
  readonly replicas: number;
  readonly rows: readonly FocusingEntropyRow[];
  readonly domain: readonly [number, number];
  /** Axes of the curves and of the differences: "" for the first, "2", ... */
  readonly suffixes: readonly [string, string];
}

/** At most `count` of the values, evenly spread, both ends among them. */
export function spread<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values];
  return Array.from(
    { length: count },
    (_, k) => values[Math.round((k * (values.length - 1)) / (count - 1))]!,
  );
}

export const suffixAt = (k: number): string => (k === 0 ? "" : String(k + 1));

export function columnsOf(rows: readonly FocusingEntropyRow[]): Column[] {
  const ys = spread(
    distinct(rows, (row) => row.replicas),
    mostColumns,
  );
  const width = (1 - columnGap * (ys.length - 1)) / ys.length;
  return ys.map((replicas, k) => {
    const left = k * (width + columnGap);
    return {
      replicas,
      rows: rows.filter((row) => isSame(row.replicas, replicas)).sort((a, b) => a.overlap! - b.overlap!),
      domain: [left, Math.min(1, left + width)],
      suffixes: [suffixAt(k), suffixAt(ys.length + k)],
    };
  });
}

/** Intervals of the overlap in which (P28) has no centres; ends half way between rows. */
function centrelessIntervals(rows: readonly FocusingEntropyRow[]): [number, number][] {
  const intervals: [number, number][] = [];
  rows.forEach((row, k) => {
    if (row.centredComplexity === null || row.centredComplexity >= 0) return;
    const low = 0.5 * (row.overlap! + rows[Math.max(0, k - 1)]!.overlap!);
    const high = 0.5 * (row.overlap! + rows[Math.min(rows.length - 1, k + 1)]!.overlap!);
    const last = intervals.at(-1);
    if (last !== undefined && last[1] >= low) last[1] = high;
    else intervals.push([low, high]);
  });
  return intervals;
}

/** Shaded overlaps in both panels of a column. */
export function centrelessBands({ rows, suffixes }: Column): Shape[] {
  return centrelessIntervals(rows).flatMap(([x0, x1]) =>
    suffixes.map((suffix): Shape => {
      const place = { xref: `x${suffix}`, yref: `y${suffix} domain`, x0, x1, y0: 0, y1: 1 };
      return { type: "rect", ...place, fillcolor: gapFill, line: { width: 0 }, layer: "below" };
    }),
  );
}

export const centredLine = stroke(palette.black, 1.4);
export const uncentredLine = stroke(palette.grey, 1.2, dashAt(1));

/** How points of the smallest and of the largest N look. */
export const sizeStyles = [
  { symbol: "circle-open", color: palette.vermillion },
  { symbol: "circle", color: palette.blue },
] as const;

/** Theory at the overlaps found, in both panels of a column. */
export function theoryTraces({ rows, suffixes: [upper, lower] }: Column): ScatterTrace[] {
  const points = spread(rows, linePoints);
  const shared = {
    type: "scatter",
    mode: "lines",
    x: points.map((row) => row.overlap),
    showlegend: false,
  } as const;
  const above = { xaxis: `x${upper}`, yaxis: `y${upper}` };
  const below = { xaxis: `x${lower}`, yaxis: `y${lower}` };
  const excess = points.map((row) =>
    row.uncentredEntropy === null ? null : row.uncentredEntropy - row.centredEntropy!,
  );
  return [
    {
      ...shared,
      ...above,
      y: points.map((row) => row.uncentredEntropy),
      line: uncentredLine,
      hoverinfo: "skip",
    },
    { ...shared, ...above, y: points.map((row) => row.centredEntropy), line: centredLine, hoverinfo: "skip" },
    { ...shared, ...below, y: excess, line: uncentredLine, hoverinfo: "skip" },
  ];
}

/** Points of the networks of one size in both panels of a column. */
export function networkTraces(
  { replicas, rows, suffixes: [upper, lower] }: Column,
  n: number,
  { symbol, color }: (typeof sizeStyles)[number],
): ScatterTrace[] {
  const ofSize = rows.filter((row) => row.n === n);
  const samples = spread(
    distinct(ofSize, (row) => row.sample),
    drawnNetworks,
  );
  const points = ofSize.filter((row) => samples.includes(row.sample));
  const hint = `N = ${n}, y = ${label(replicas)}<br>q = %{x:.4f}`;
  const shared = {
    type: "scatter",
    mode: "markers",
    x: points.map((row) => row.overlap),
    showlegend: false,
    marker: { symbol, color, size: 4.5 },
  } as const;
  return [
    {
      ...shared,
      y: points.map((row) => row.localEntropy),
      xaxis: `x${upper}`,
      yaxis: `y${upper}`,
      hovertemplate: `${hint}<br>local entropy %{y:.5f}<extra></extra>`,
    },
    {
      ...shared,
      y: points.map((row) => row.difference),
      xaxis: `x${lower}`,
      yaxis: `y${lower}`,
      hovertemplate: `${hint}<br>less (P28) %{y:.5f}<extra></extra>`,
    },
  ];
}

/** Axes of the two panels of a column; only the first column has titles on its y axes. */
export function columnAxes(
  { rows, domain, suffixes: [upper, lower] }: Column,
  entropies: readonly [number, number],
): Record<string, Axis> {
  const first = upper === "";
  const overlaps = { domain, range: [0, 1] as const, dtick: 0.2 };
  const differences = extent([0, ...rows.map((row) => row.difference)])!;
  return {
    [`xaxis${upper}`]: axis("", { ...overlaps, anchor: `y${upper}`, showticklabels: false }),
    [`yaxis${upper}`]: axis(first ? `${symbols.localEntropy} (nats)` : "", {
      domain: curveRow,
      range: entropies,
      anchor: `x${upper}`,
      showticklabels: first,
    }),
    [`xaxis${lower}`]: axis("overlap <i>q</i> of two replicas", { ...overlaps, anchor: `y${lower}` }),
    [`yaxis${lower}`]: axis(first ? "less (P28)" : "", {
      domain: differenceRow,
      range: padded(differences, 0.15),
      nticks: 4,
      anchor: `x${lower}`,
    }),
  };
}
