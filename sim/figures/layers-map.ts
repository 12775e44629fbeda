/** @file Map of J_eff − J_D over ferromagnetic coupling and self-coupling: panel (a) of the figure `layers`. */
import type {
  Depth,
  EnsembleLocalEntropyRow,
  EnsembleThresholdsRow,
  LayeredEntropyRow,
} from "../experiments/rows-beyond.ts";
import type { AccessThresholdRow, EntropyCheckRow } from "../experiments/rows.ts";
import { distinct, isSame } from "./select.ts";
import { extent, label, legendEntry, palette } from "./theme.ts";
import type { ColorScale, Coordinates, ScatterTrace, Trace } from "./types.ts";

/** What the figure is drawn from. */
export interface LayersRows {
  /** Entropy of all fixed points over a rectangular grid of λ and J_D, at one depth or several. */
  readonly map: readonly LayeredEntropyRow[];
  /** Enumeration of small chains. */
  readonly checks: readonly EntropyCheckRow[];
  /** Densest clusters at some λ and depths. */
  readonly curves: readonly EnsembleLocalEntropyRow[];
  readonly thresholds: readonly EnsembleThresholdsRow[];
  /** J_a(N) of the dynamics at some λ. */
  readonly access: readonly AccessThresholdRow[];
}

/** λ of a row, 0 where it is left out. */
export const bondOf = ({ ferromagneticCoupling = 0 }: { readonly ferromagneticCoupling?: number }): number =>
  ferromagneticCoupling;

/** Depth of a row, one layer where it is left out. */
export const depthOf = ({ layers = 1 }: { readonly layers?: Depth }): Depth => layers;

const depthOrder = (depth: Depth): number => (depth === "infinite" ? Infinity : depth);

/** Depths among the rows, from shallow to deep. */
export const depthsOf = (rows: readonly { readonly layers?: Depth }[]): Depth[] =>
  [...new Set(rows.map(depthOf))].sort((a, b) => depthOrder(a) - depthOrder(b));

/** "L = 2" or "L = ∞". */
export const depthInSymbols = (depth: Depth): string => `<i>L</i> = ${depth === "infinite" ? "∞" : depth}`;

/** J_eff − J_D on the grid of self-couplings (rows) and λ (columns); null where it is not known. */
export interface MapGrid {
  readonly bonds: readonly number[];
  readonly couplings: readonly number[];
  readonly gains: readonly Coordinates[];
}

/** The grid of the rows of one depth. */
export function mapGrid(rows: readonly LayeredEntropyRow[]): MapGrid {
  const bonds = distinct(rows, (row) => row.ferromagneticCoupling);
  const couplings = distinct(rows, (row) => row.selfCoupling);
  const place = (values: readonly number[], value: number) =>
    values.findIndex((other) => isSame(other, value));
  const gains = couplings.map(() => new Array<number | null>(bonds.length).fill(null));
  for (const { status, equivalentSelfCoupling, selfCoupling, ferromagneticCoupling } of rows) {
    if (status !== "ok" || equivalentSelfCoupling === null) continue;
    const [row, column] = [place(couplings, selfCoupling), place(bonds, ferromagneticCoupling)];
    gains[row]![column] = equivalentSelfCoupling - selfCoupling;
  }
  return { bonds, couplings, gains };
}

/** Whether anything on the grid is known. */
export const hasMap = ({ gains }: MapGrid): boolean =>
  gains.some((row) => row.some((value) => value !== null));

/** Losses, nothing, gains: equal steps of lightness on either side of white. */
const scale: ColorScale = [
  [0, "#b2182b"],
  [0.25, "#ef8a62"],
  [0.5, "#ffffff"],
  [0.75, "#67a9cf"],
  [1, "#2166ac"],
];

/** Zero line: black on a wider white one. */
const zeroLines = [
  { color: "#ffffff", width: 4 },
  { color: palette.black, width: 1.6 },
] as const;

/** Entry of the zero line in the legend. */
export const equivalenceEntry: ScatterTrace = legendEntry("<i>J</i><sub>eff</sub> = <i>J</i><sub>D</sub>", {
  mode: "lines",
  line: zeroLines[1],
});

/** Round numbers of a colour bar from −limit to limit. */
function barValues(limit: number): number[] {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].find((each) => limit / each < 4) ?? limit;
  const count = Math.floor(limit / step);
  return Array.from({ length: 2 * count + 1 }, (_, k) => Number(((k - count) * step).toPrecision(6)));
}

/** The map with its zero line; the colours are white where λ changes nothing. */
export function equivalenceTraces({ bonds, couplings, gains }: MapGrid): Trace[] {
  const [low, high] = extent(gains.flat()) ?? [-1, 1];
  const limit = Math.max(-low, high) || 1;
  const values = barValues(limit);
  // Without bonds nothing changes: that column would be part of the zero line.
  const bound = bonds.map((bond, k) => ({ bond, k })).filter(({ bond }) => bond > 0);
  const shared = { x: bonds, y: couplings, z: gains } as const;
  return [
    {
      type: "heatmap",
      ...shared,
      zmin: -limit,
      zmax: limit,
      colorscale: scale,
      colorbar: {
        tickvals: values,
        ticktext: values.map((value) => label(value)),
        ticks: "outside",
        ticklen: 4,
        thickness: 10,
        outlinewidth: 1,
        len: 0.42,
        x: 0.37,
        y: 1,
        yanchor: "top",
        xpad: 0,
        ypad: 0,
      },
      hovertemplate: "λ = %{x:.4g}, J_D = %{y:.4g}<br>J_eff − J_D = %{z:.4g}<extra></extra>",
    },
    ...zeroLines.map((line): Trace => ({
      type: "contour",
      x: bound.map(({ bond }) => bond),
      y: couplings,
      z: gains.map((row) => bound.map(({ k }) => row[k]!)),
      contours: { type: "levels", start: 0, end: 0, size: 1, coloring: "none" },
      line: { ...line, smoothing: 0 },
      showscale: false,
      showlegend: false,
      hoverinfo: "skip",
    })),
  ];
}

/** Edges of the outer cells: half a step beyond the outer grid values. */
export function outerEdges(values: readonly number[]): [number, number] {
  const last = values.length - 1;
  if (last < 1) return [(values[0] ?? 0) - 0.5, (values[0] ?? 0) + 0.5];
  const [first, second, before, end] = [values[0]!, values[1]!, values[last - 1]!, values[last]!];
  return [first - (second - first) / 2, end + (end - before) / 2];
}
