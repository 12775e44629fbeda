/** @file Figure: overlaps of the states that a trained network gives to samples of the same and of different classes. */
import type { RepresentationMeans } from "../experiments/representations.ts";
import type { Estimate } from "../experiments/rows.ts";
import { representationsTable, classOverlapsTable } from "./learning-probe-tables.ts";
import {
  axis,
  baseLayout,
  extent,
  label,
  legendAt,
  legendEntry,
  logAxis,
  logRange,
  markerAt,
  padded,
  palette,
  panelLabel,
  sequentialColors,
  stroke,
  textSize,
  dashAt,
  viridis,
  withoutData,
} from "./theme.ts";
import type { Axis, ColorBar, ErrorBars, Figure, HeatmapTrace, Layout, ScatterTrace } from "./types.ts";

const title = "Representations that steering learns";

const feedback = "<i>λ</i><sub>back</sub>";

const caption =
  `States of Entangled MNIST test samples after inference, through training by (P21). (a) Mean overlap of different ` +
  `samples of two classes, before training (start) and after the last epoch (end), in the first and last layer of the ` +
  `deepest network. (b) Mean overlap of different samples of the same class (full symbols, solid) and of different classes (open symbols, ` +
  `dashed) against epochs; black: the same of the inputs. (c) Normalised Hamming distance of the clamped state, at the end ` +
  `of the phase with the feedback of the right label, and the free state at the end of the phase without it. ` +
  `${feedback}: strength of the feedback. Bars: one standard error over runs.`;

/** Heat maps in a row: first and last layer at first and last epoch. */
const mostMaps = 4;

/** Share of the width between heat maps. */
const mapGap = 0.04;

/** Shares of width and height of the panels; (a) is as long as (b) and (c) together. */
const mapRow = [0.7, 1] as const;
const curveRow = [0, 0.54] as const;
const curveColumns = [
  [0, 0.42],
  [0.58, 1],
] as const;

const height = 440;
const margin = { l: 52, r: 158, t: 40, b: 44 };

const colorbar: ColorBar = {
  title: { text: "overlap", side: "right", font: { size: textSize } },
  thickness: 12,
  len: mapRow[1] - mapRow[0],
  y: mapRow[1],
  yanchor: "top",
  x: 1.02,
  xpad: 0,
  ypad: 0,
  outlinewidth: 1,
  ticks: "outside",
  ticklen: 4,
};

/** Distances below this are as good as none: less than a neuron in a thousand samples of a small network. */
const leastDistance = 1e-6;

/** One layer of one network, by epoch. */
interface Series {
  readonly layer: number;
  readonly layers: number;
  readonly hidden: number;
  readonly feedbackStrength: number;
  readonly rows: readonly RepresentationMeans[];
}

/** Layers of networks in the order in which they first appear, their epochs ascending. */
function seriesOf(rows: readonly RepresentationMeans[]): Series[] {
  const all = new Map<string, RepresentationMeans[]>();
  for (const row of rows) {
    if (row.runs === 0 || row.within === null) continue;
    const key = [row.hidden, row.layers, row.feedbackStrength, row.layer].join(" ");
    all.set(key, [...(all.get(key) ?? []), row]);
  }
  return [...all.values()].map((own) => {
    const { hidden, layers, layer, feedbackStrength } = own[0]!;
    return { hidden, layers, layer, feedbackStrength, rows: own.sort((a, b) => a.epoch - b.epoch) };
  });
}

/** Names of the series: what differs between them. */
function namesOf(series: readonly Series[]): string[] {
  const sizes = new Set(series.map(({ hidden }) => hidden)).size;
  return series.map(({ hidden, layers, layer, feedbackStrength }) => {
    const size = sizes > 1 ? `<i>H</i> = ${hidden}, ` : "";
    const place = layers === 1 ? "1 layer" : `layer ${layer + 1} of ${layers}`;
    return `${size}${place}, ${feedback} = ${label(feedbackStrength)}`;
  });
}

/** One heat map of panel (a). */
interface ClassMap {
  readonly name: string;
  readonly matrix: readonly (readonly number[])[];
}

/** First and last layer of the deepest network, before and after training; of equally deep ones the last. */
function mapsOf(series: readonly Series[]): ClassMap[] {
  const deepest = series.reduce((best, next) => (next.layers >= best.layers ? next : best));
  const own = series.filter(
    ({ layers, hidden, feedbackStrength }) =>
      layers === deepest.layers && hidden === deepest.hidden && feedbackStrength === deepest.feedbackStrength,
  );
  const layers = own.length > 1 ? [own[0]!, own.at(-1)!] : own;
  return layers
    .flatMap(({ layer, rows }) => {
      const ends = rows.length > 1 ? [rows[0]!, rows.at(-1)!] : rows;
      return ends.map(({ matrix }, end) => ({
        name: `${deepest.layers > 1 ? `layer ${layer + 1}, ` : ""}${end === 0 ? "start" : "end"}`,
        matrix: matrix ?? [],
      }));
    })
    .slice(0, mostMaps);
}

/** Shares of the width of a heat map. */
const mapColumn = (map: number): readonly [number, number] => {
  const width = (1 - mapGap * (mostMaps - 1)) / mostMaps;
  const left = map * (width + mapGap);
  return [left, Math.min(1, left + width)];
};

/** Axes of the heat maps come after those of the two panels of curves. */
const mapSuffix = (map: number): string => (map === 0 ? "" : String(map + 3));

/** Heat maps on one scale with one colour bar, beside the first. */
function mapTraces(maps: readonly ClassMap[]): HeatmapTrace[] {
  const [low, high] = extent(maps.flatMap(({ matrix }) => matrix.flat())) ?? [0, 1];
  return maps.map(({ matrix }, k) => {
    const classes = matrix.map((_, each) => each);
    return {
      type: "heatmap",
      x: classes,
      y: classes,
      z: matrix,
      xaxis: `x${mapSuffix(k)}`,
      yaxis: `y${mapSuffix(k)}`,
      zmin: Math.min(0, low),
      zmax: Math.max(high, low + 1e-3),
      colorscale: viridis.map((color, each) => [each / (viridis.length - 1), color] as const),
      showscale: k === maps.length - 1,
      colorbar,
      hovertemplate: "overlap %{z:.3f}<extra></extra>",
    };
  });
}

/** Axes of the heat maps; only the first shows its labels upwards. */
function mapAxes(maps: readonly ClassMap[]): Record<string, Axis> {
  return Object.fromEntries(
    maps.flatMap(({ matrix: { length: classes } }, k) => {
      const tickvals = Array.from({ length: classes }, (_, each) => each).filter((each) => each % 3 === 0);
      const plain = { showline: true, ticks: "", mirror: true, tickvals } as const;
      return [
        [
          `xaxis${mapSuffix(k)}`,
          axis("", {
            ...plain,
            domain: mapColumn(k),
            range: [-0.5, classes - 0.5],
            anchor: `y${mapSuffix(k)}`,
          }),
        ],
        [
          `yaxis${mapSuffix(k)}`,
          axis(k === 0 ? "class" : "", {
            ...plain,
            domain: mapRow,
            range: [classes - 0.5, -0.5],
            anchor: `x${mapSuffix(k)}`,
            showticklabels: k === 0,
          }),
        ],
      ];
    }),
  );
}

function bars(values: readonly (Estimate | null)[], color: string, least = -Infinity): ErrorBars {
  const errors = values.map((value) => value?.standardError ?? 0);
  const room = values.map((value) => Math.max(0, (value?.mean ?? 0) - least));
  const arrayminus = errors.map((error, k) => Math.min(error, room[k]!));
  return { type: "data", symmetric: false, array: errors, arrayminus, color, thickness: 1, width: 2 };
}

interface Style {
  readonly name: string;
  readonly color: string;
  readonly symbol: string;
}

/** The two curves of a series in panel (b) and the one in panel (c). */
function seriesTraces({ rows }: Series, { name, color, symbol }: Style): ScatterTrace[] {
  const x = rows.map(({ epoch }) => epoch);
  const trace = (y: readonly (Estimate | null)[], suffix: string, open: boolean): ScatterTrace => ({
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: name,
    showlegend: suffix === "2" && !open,
    x,
    y: y.map((value) => value?.mean ?? null),
    error_y: bars(y, color, suffix === "3" ? leastDistance : -Infinity),
    line: stroke(color, 1.3, dashAt(open ? 1 : 0)),
    marker: { symbol: open ? `${symbol}-open` : symbol, size: 6, color },
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    hovertemplate: `epoch %{x}: %{y:.4g}<extra>${name}</extra>`,
  });
  // A distance of zero has no place on a logarithmic axis.
  const distances = rows.map(({ clampedFreeDistance: value }) =>
    value !== null && value.mean >= leastDistance ? value : null,
  );
  return [
    trace(
      rows.map(({ within }) => within),
      "2",
      false,
    ),
    trace(
      rows.map(({ between }) => between),
      "2",
      true,
    ),
    ...(distances.some((value) => value !== null) ? [trace(distances, "3", false)] : []),
  ];
}

/** Overlaps of the inputs as horizontal lines. */
function inputTraces({ rows }: Series): ScatterTrace[] {
  const [first, last] = [rows[0]!, rows.at(-1)!];
  return ([first.inputWithin, first.inputBetween] as const).flatMap((value, k): ScatterTrace[] =>
    value === null
      ? []
      : [
          {
            type: "scatter",
            mode: "lines",
            name: "inputs",
            legendgroup: "inputs",
            showlegend: k === 0,
            x: [first.epoch, last.epoch],
            y: [value.mean, value.mean],
            line: stroke(palette.black, 1, dashAt(k)),
            xaxis: "x2",
            yaxis: "y2",
            hovertemplate: "inputs: %{y:.4g}<extra></extra>",
          },
        ],
  );
}

function layoutOf(maps: readonly ClassMap[], curves: readonly ScatterTrace[]): Layout {
  const [left, right] = curveColumns;
  const of = (axisName: string): ScatterTrace[] => curves.filter(({ yaxis }) => yaxis === axisName);
  const epochs = padded(extent(curves.flatMap(({ x }) => x)) ?? [0, 1]);
  return baseLayout(
    { height, margin },
    {
      ...mapAxes(maps),
      xaxis2: axis("epoch", { domain: left, range: epochs, anchor: "y2" }),
      yaxis2: axis("mean overlap", {
        domain: curveRow,
        range: padded(extent(of("y2").flatMap(({ y }) => y)) ?? [0, 1], 0.06),
        anchor: "x2",
      }),
      xaxis3: axis("epoch", { domain: right, range: epochs, anchor: "y3" }),
      yaxis3: logAxis("clamped to free distance", {
        domain: curveRow,
        range: logRange(extent(of("y3").flatMap(({ y }) => y)) ?? [0.01, 1]),
        anchor: "x3",
      }),
      annotations: [
        ...maps.map(({ name }, k) => panelLabel(k === 0 ? `(a) ${name}` : name, mapSuffix(k))),
        panelLabel("(b) overlaps", "2"),
        panelLabel("(c) steering", "3"),
      ],
      legend: legendAt(1.02, curveRow[1]),
    },
  );
}

/**
 * Overlap matrices of states by class, overlaps within and between classes, and clamped against free states.
 * @param rows means over runs, any order; those without a run are left out
 * @source draws rows of {@link representationMeans}
 */
export function representationsFigure(rows: readonly RepresentationMeans[]): Figure {
  const tables = [representationsTable(rows), classOverlapsTable(rows)];
  const head = { name: "representations", title, caption, tables };
  const series = seriesOf(rows);
  if (series.length === 0) return withoutData(head);
  const colors = sequentialColors(series.length);
  const names = namesOf(series);
  const maps = mapsOf(series);
  const curves = [
    ...inputTraces(series[0]!),
    ...series.flatMap((one, k) =>
      seriesTraces(one, { name: names[k]!, color: colors[k]!, symbol: markerAt(k) }),
    ),
  ];
  const meanings = [
    legendEntry("same class", { mode: "lines", line: stroke(palette.grey, 1.3) }),
    legendEntry("different classes", { mode: "lines", line: stroke(palette.grey, 1.3, dashAt(1)) }),
  ];
  return { ...head, data: [...mapTraces(maps), ...curves, ...meanings], layout: layoutOf(maps, curves) };
}
