/** @file Figure 3: S* over the plane of self-coupling and distance, with its zero contour and the thresholds. */
import type { LocalEntropyRow, ThresholdsRow } from "../experiments/rows.ts";
import { distinct, isSame } from "./select.ts";
import { localEntropyTable, thresholdsTable } from "./tables.ts";
import {
  axis,
  baseLayout,
  dashAt,
  extent,
  label,
  legendAt,
  legendEntry,
  logAxis,
  note,
  palette,
  symbols,
  viridis,
  withoutData,
} from "./theme.ts";
import type { ColorBar, ColorScale, Coordinates, Figure, Layout, Trace } from "./types.ts";

/** Values of S* marked on the colour bar, as far as they lie within the data. */
const markedEntropies = [-0.05, -0.02, -0.01, -0.003, 0, 0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.6];

/** Neighbouring marks of the colour bar are at least this share of its length apart. */
const markSpacing = 0.05;

/** Deepest and shallowest colour of S* < 0: pale red, far from the dark end of viridis that starts at zero. */
const negativeColors = ["#d6604d", "#fbe3da"] as const;

/** Lines over the map: black on a wider white one, so that they stand out on dark and on pale cells. */
const haloed = [
  { color: "#ffffff", width: 4 },
  { color: palette.black, width: 1.6 },
] as const;

/** Cells without a solution. */
const blankColor = "#c8c8c8";

const barTop = { xref: "x domain", yref: "y domain", x: 1.01, y: 1 } as const;

const title = `Densest clusters over self-coupling and distance`;

const caption =
  `Local entropy ${symbols.densest} of the densest clusters of fixed points at mutual distance ${symbols.distance} (P14), in nats per ` +
  `neuron, over the plane of self-coupling ${symbols.selfCoupling} and distance. The colour scale is linear in the square root ` +
  `of |${symbols.densest}| on either side of zero, so that the small values near the gap can be told apart; the colour jumps ` +
  `at zero. Solid line: ${symbols.densest} = 0, the edge of the gap (pale red), in which no group of about ${symbols.yStar} or more ` +
  `fixed points with that mutual distance exists. ` +
  `Broken lines: the gap closes at ${symbols.gap} (P15) and the curve ${symbols.densest}(${symbols.distance}) becomes monotone at ` +
  `${symbols.monotone} (P16); the symbols mark the distances at which this happens. Grey: no solution in the range of the solver.`;

/** Signed square root: what the colour scale is linear in. */
const stretch = (entropy: number): number => Math.sign(entropy) * Math.sqrt(Math.abs(entropy));

/** Values on the grid of distances (rows) and self-couplings (columns); null where there is no sound value. */
interface Grid {
  readonly couplings: number[];
  readonly distances: number[];
  readonly entropies: Coordinates[];
}

function gridOf(rows: readonly LocalEntropyRow[]): Grid {
  const couplings = distinct(rows, (row) => row.selfCoupling);
  const distances = distinct(rows, (row) => row.distance);
  const place = (values: readonly number[], value: number): number =>
    values.findIndex((other) => isSame(other, value));
  const entropies = distances.map(() => new Array<number | null>(couplings.length).fill(null));
  for (const row of rows) {
    if (row.status !== "ok" || row.localEntropy === null) continue;
    entropies[place(distances, row.distance)]![place(couplings, row.selfCoupling)] = row.localEntropy;
  }
  return { couplings, distances, entropies };
}

/** Pale reds below zero, viridis above; fractions of [low, high], values of the stretched entropy. */
function zeroSplitScale(low: number, high: number): ColorScale {
  const zero = low < 0 ? -low / (high - low) : 0;
  const above = viridis.map((color, k): readonly [number, string] => [
    k === viridis.length - 1 ? 1 : zero + ((1 - zero) * k) / (viridis.length - 1),
    color,
  ]);
  return low < 0 ? [[0, negativeColors[0]], [zero, negativeColors[1]], ...above] : above;
}

/** Marks at round values of S*; those too close to the one before are left out, zero always stays. */
function colorBar(low: number, high: number): ColorBar {
  const inside = markedEntropies.filter((value) => stretch(value) >= low && stretch(value) <= high);
  const farEnough = (a: number, b: number): boolean =>
    Math.abs(stretch(a) - stretch(b)) > markSpacing * (high - low);
  const shown = inside.filter((value) => value === 0 || farEnough(value, 0));
  return {
    tickvals: shown.map(stretch),
    ticktext: shown.map((value) => label(value)),
    ticks: "outside",
    ticklen: 4,
    thickness: 14,
    len: 1,
    outlinewidth: 1,
    x: 1.02,
    xpad: 0,
    ypad: 0,
  };
}

function mapTraces({ couplings: x, distances: y, entropies }: Grid): Trace[] {
  const z = entropies.map((row) => row.map((value) => (value === null ? null : stretch(value))));
  const [low, high] = extent(z.flat())!;
  const zmin = Math.min(low, 0);
  const zmax = high > zmin ? high : zmin + 1;
  return [
    {
      type: "heatmap",
      x,
      y,
      z,
      customdata: entropies,
      zmin,
      zmax,
      colorscale: zeroSplitScale(zmin, zmax),
      colorbar: colorBar(zmin, zmax),
      hovertemplate: "J_D = %{x:.4g}, d = %{y:.4g}<br>S* = %{customdata:.5g}<extra></extra>",
    },
    ...haloed.map(({ color, width }): Trace => ({
      type: "contour",
      x,
      y,
      z: entropies,
      contours: { type: "levels", start: 0, end: 0, size: 1, coloring: "none" },
      line: { color, width, smoothing: 0 },
      showscale: false,
      showlegend: false,
      hoverinfo: "skip",
    })),
  ];
}

/** Vertical line at a threshold with a symbol where it is reached, and one entry for both in the legend. */
function thresholdTraces(
  name: string,
  point: { readonly selfCoupling: number; readonly distance: number } | null,
  distances: readonly [number, number],
  style: { readonly dash: string; readonly symbol: string },
): Trace[] {
  if (point === null) return [];
  const [halo, ink] = haloed;
  const line = { ...ink, dash: style.dash };
  const marker = {
    symbol: style.symbol,
    size: 9,
    color: "#ffffff",
    line: { color: palette.black, width: 1.5 },
  };
  const text = `${name} = ${label(point.selfCoupling)}`;
  const shared = { type: "scatter", hoverinfo: "skip" } as const;
  return [
    ...[halo, line].map((stroke): Trace => ({
      ...shared,
      mode: "lines",
      x: [point.selfCoupling, point.selfCoupling],
      y: distances,
      line: stroke,
      showlegend: false,
    })),
    {
      ...shared,
      mode: "markers",
      x: [point.selfCoupling],
      y: [point.distance],
      marker,
      showlegend: false,
      cliponaxis: false,
    },
    legendEntry(text, { mode: "lines+markers", line, marker }),
  ];
}

const blankEntry = legendEntry("no solution", {
  mode: "markers",
  marker: { symbol: "square", size: 11, color: blankColor, line: { color: palette.black, width: 0.5 } },
});

/** Edges of the outer cells: half a step beyond the outer grid values. */
function outerEdges(values: readonly number[]): [number, number] {
  const last = values.length - 1;
  if (last === 0) return [values[0]! - 0.5, values[0]! + 0.5];
  return [
    values[0]! - (values[1]! - values[0]!) / 2,
    values[last]! + (values[last]! - values[last - 1]!) / 2,
  ];
}

function mapLayout({ couplings, distances }: Grid): Layout {
  return baseLayout(
    { height: 440, margin: { l: 56, r: 72, t: 40, b: 46 } },
    {
      xaxis: axis(`self-coupling ${symbols.selfCoupling}`, {
        range: outerEdges(couplings),
        layer: "above traces",
      }),
      yaxis: logAxis(`distance ${symbols.distance}`, {
        range: outerEdges(distances.map(Math.log10)),
        layer: "above traces",
      }),
      plot_bgcolor: blankColor,
      annotations: [
        note(`${symbols.densest} (nats)`, { ...barTop, xanchor: "left", yanchor: "bottom", yshift: 5 }),
      ],
      legend: { ...legendAt(0, 1.015), orientation: "h", yanchor: "bottom" },
    },
  );
}

/**
 * Heat map of S* over (J_D, d), with the contour S* = 0 and the thresholds J_gap and J_mono.
 * @param rows points at zero complexity (P14) on a rectangular grid, any order; missing points stay blank
 * @param thresholds null where they are not known
 * @source draws (P14), (P15), (P16)
 */
export function phaseDiagramFigure(
  rows: readonly LocalEntropyRow[],
  thresholds: ThresholdsRow | null = null,
): Figure {
  const tables = [localEntropyTable(rows), ...(thresholds === null ? [] : [thresholdsTable(thresholds)])];
  const head = { name: "phase-diagram", title, caption, tables };
  if (!rows.some((row) => row.status === "ok" && row.localEntropy !== null)) return withoutData(head);
  const grid = gridOf(rows);
  const [bottom, top] = outerEdges(grid.distances.map(Math.log10));
  const distances = [10 ** bottom, 10 ** top] as const;
  const edge = legendEntry(`${symbols.densest} = 0`, { mode: "lines", line: haloed[1] });
  const blanks = grid.entropies.some((line) => line.includes(null)) ? [blankEntry] : [];
  const data = [
    ...mapTraces(grid),
    edge,
    ...thresholdTraces(symbols.gap, thresholds?.gapClosing ?? null, distances, {
      dash: dashAt(1),
      symbol: "circle",
    }),
    ...thresholdTraces(symbols.monotone, thresholds?.monotone ?? null, distances, {
      dash: dashAt(2),
      symbol: "diamond",
    }),
    ...blanks,
  ];
  return { ...head, data, layout: mapLayout(grid) };
}
