/** @file Figure: capacity of hetero-association against the number of neurons, and its slope against depth. */
import type { HeteroCapacityRow, HeteroRow, HeteroSlopeRow } from "../experiments/learning-rows.ts";
import { distinct } from "./select.ts";
import {
  axis,
  baseLayout,
  extent,
  legendAt,
  markerAt,
  padded,
  palette,
  panelLabel,
  sequentialColors,
  stroke,
  symbols,
  withoutData,
} from "./theme.ts";
import type { Cell, ErrorBars, Figure, Layout, ScatterTrace, Table } from "./types.ts";

/** Slopes of the capacity against N that were published for this task, without the criterion of recall. */
export const published = [
  { layers: 2, slope: 0.38 },
  { layers: 7, slope: 0.86 },
] as const;

const title = "Capacity of hetero-association against size and depth";

const capacitySymbol = "<i>P</i><sub>max</sub>";
const depthSymbol = "<i>L</i>";

const caption = (criteria: readonly string[], samples: readonly number[]): string =>
  `Random pairs of patterns associated by ${depthSymbol} layers of ${symbols.size} neurons that learn by steering (P21). ` +
  `(a) Largest number ${capacitySymbol} of pairs that is recalled from the input, with ` +
  `standard errors over ${samples.join(" or ") || "no"} networks, and weighted least-squares lines; recalled means: ` +
  `${criteria.join(" or ") || "no criterion"}. (b) Slope of these lines against ${depthSymbol} with standard errors; open ` +
  `diamonds: published values, whose criterion of recall is not known.`;

/** One colour and symbol a depth. */
interface DepthStyle {
  readonly color: string;
  readonly symbol: string;
}

/** Standard errors as bars; none where they are not known. */
const errorBars = (errors: readonly (number | null)[], color: string): ErrorBars => ({
  type: "data",
  array: errors.map((error) => error ?? 0),
  color,
  thickness: 1,
  width: 3,
});

/** Capacities of one depth and the line through them (panel a). */
function depthTraces(
  rows: readonly HeteroCapacityRow[],
  fit: HeteroSlopeRow | undefined,
  { color, symbol }: DepthStyle,
): ScatterTrace[] {
  const sorted = [...rows].sort((a, b) => a.n - b.n);
  const x = sorted.map(({ n }) => n);
  const depth = sorted[0]!.layers;
  const points: ScatterTrace = {
    type: "scatter",
    mode: "markers",
    name: String(depth),
    legendgroup: `L${depth}`,
    x,
    y: sorted.map(({ capacity }) => capacity),
    error_y: errorBars(
      sorted.map(({ standardError }) => standardError),
      color,
    ),
    marker: { symbol, size: 7, color },
    hovertemplate: `L = ${depth}, N = %{x}<br>P = %{y:.1f}<extra></extra>`,
  };
  if (fit === undefined || fit.slope === null || fit.intercept === null) return [points];
  const { slope, intercept } = fit;
  const ends = [x[0]!, x.at(-1)!];
  const line: ScatterTrace = {
    type: "scatter",
    mode: "lines",
    legendgroup: `L${depth}`,
    showlegend: false,
    x: ends,
    y: ends.map((n) => intercept + slope * n),
    line: stroke(color, 1.2),
    hoverinfo: "skip",
  };
  return [line, points];
}

/** Slopes against depth, beside the published ones (panel b). */
function slopeTraces(slopes: readonly HeteroSlopeRow[]): ScatterTrace[] {
  const place = { xaxis: "x2", yaxis: "y2", legend: "legend2" } as const;
  const sorted = [...slopes].sort((a, b) => a.layers - b.layers);
  return [
    {
      type: "scatter",
      mode: "lines+markers",
      name: "measured",
      x: sorted.map(({ layers }) => layers),
      y: sorted.map(({ slope }) => slope),
      error_y: errorBars(
        sorted.map(({ standardError }) => standardError),
        palette.black,
      ),
      line: stroke(palette.black, 1),
      marker: { symbol: "circle", size: 7, color: palette.black },
      hovertemplate: "L = %{x}<br>slope %{y:.3f}<extra></extra>",
      ...place,
    },
    {
      type: "scatter",
      mode: "markers",
      name: "published",
      x: published.map(({ layers }) => layers),
      y: published.map(({ slope }) => slope),
      marker: {
        symbol: "diamond-open",
        size: 9,
        color: palette.vermillion,
        line: { color: palette.vermillion, width: 1.5 },
      },
      hovertemplate: "published, L = %{x}<br>slope %{y}<extra></extra>",
      ...place,
    },
  ];
}

function panelsLayout(capacities: readonly HeteroCapacityRow[], slopes: readonly HeteroSlopeRow[]): Layout {
  const depths = [...capacities, ...published].map(({ layers }) => layers);
  const rise = [...slopes.map(({ slope }) => slope), ...published.map(({ slope }) => slope), 0];
  const lowest = Math.min(0, ...capacities.map(({ capacity }) => capacity ?? 0));
  const highest = Math.max(1, ...capacities.map((row) => (row.capacity ?? 0) + (row.standardError ?? 0)));
  return baseLayout(
    { height: 300, margin: { l: 58, r: 20, t: 22, b: 46 } },
    {
      xaxis: axis(`neurons a layer ${symbols.size}`, {
        domain: [0, 0.42],
        range: padded(extent(capacities.map(({ n }) => n))!, 0.06),
      }),
      yaxis: axis(`capacity ${capacitySymbol}`, { range: padded([lowest, highest], 0.06) }),
      xaxis2: axis(`layers ${depthSymbol}`, {
        domain: [0.62, 1],
        range: padded(extent(depths)!, 0.08),
        dtick: 1,
        anchor: "y2",
      }),
      yaxis2: axis(`slope d${capacitySymbol}/d${symbols.size}`, {
        range: padded(extent(rise)!, 0.08),
        anchor: "x2",
      }),
      legend: legendAt(0.43, 1, depthSymbol),
      legend2: legendAt(0.63, 0.98),
      annotations: ["(a)", "(b)"].map((text, k) => panelLabel(text, k === 0 ? "" : String(k + 1))),
    },
  );
}

const table = <Row extends object>(
  name: string,
  heading: string,
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
): Table => ({
  name,
  title: heading,
  columns,
  rows: rows.map((row) => columns.map((column) => row[column] as Cell)),
});

/** Slopes, capacities and single searches as tables. */
function heteroTables(
  rows: readonly HeteroRow[],
  capacities: readonly HeteroCapacityRow[],
  slopes: readonly HeteroSlopeRow[],
): Table[] {
  const runColumns = ["status", "layers", "n", "pairs", "seed", "load", "epochs"] as const;
  const sizeColumns = ["status", "layers", "n", "samples", "capacity", "standardError", "criterion"] as const;
  const slopeColumns = ["status", "layers", "slope", "standardError", "intercept"] as const;
  return [
    table("slopes", "Slope of the capacity against <i>N</i>", slopes, slopeColumns),
    table("capacities", "Largest number of pairs recalled", capacities, sizeColumns),
    table("hetero", "Recall at each number of pairs tried", rows, [...runColumns, "recalled", "meanOverlap"]),
  ];
}

/**
 * Capacity of hetero-association against N with a line for each depth, and the slopes of these lines against depth.
 * @param rows recall at each number of pairs tried, for the tables
 * @param capacities drawn where status is ok
 * @param slopes drawn where status is ok
 * @source draws rows of {@link heteroCapacities} and {@link heteroSlopes} beside the published slopes
 */
export function heteroFigure(
  rows: readonly HeteroRow[],
  capacities: readonly HeteroCapacityRow[],
  slopes: readonly HeteroSlopeRow[],
): Figure {
  const sound = capacities.filter(({ status, capacity }) => status === "ok" && capacity !== null);
  const fits = slopes.filter(({ status, slope }) => status === "ok" && slope !== null);
  const criteria = [...new Set(sound.map(({ criterion }) => criterion))];
  const samples = [...new Set(sound.map((row) => row.samples))];
  const tables = heteroTables(rows, capacities, slopes);
  const head = { name: "hetero", title, caption: caption(criteria, samples), tables };
  if (sound.length === 0) return withoutData(head);
  const depths = distinct(sound, ({ layers }) => layers);
  const colors = sequentialColors(depths.length);
  const perDepth = depths.flatMap((depth, k) =>
    depthTraces(
      sound.filter(({ layers }) => layers === depth),
      fits.find(({ layers }) => layers === depth),
      { color: colors[k]!, symbol: markerAt(k) },
    ),
  );
  return { ...head, data: [...perDepth, ...slopeTraces(fits)], layout: panelsLayout(sound, fits) };
}
