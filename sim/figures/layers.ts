/** @file Figure `layers`: what ferromagnetic bonds between layers do to fixed points, beside a self-coupling. */
import type { Depth, EnsembleLocalEntropyRow, EnsembleThresholdsRow } from "../experiments/rows-beyond.ts";
import {
  accessAtLargestBudget,
  accessTrace,
  clusterLabel,
  densestTrace,
  panelColumns,
  panelPlace,
  panelRows,
  thresholdTrace,
} from "./ensemble-panels.ts";
import type { SeriesLook } from "./ensemble-panels.ts";
import {
  ensembleAccessTable,
  ensembleCheckTable,
  ensembleLocalEntropyTable,
  ensembleThresholdsTable,
  layeredEntropyTable,
} from "./ensemble-tables.ts";
import {
  bondOf,
  depthInSymbols,
  depthOf,
  depthsOf,
  equivalenceEntry,
  equivalenceTraces,
  hasMap,
  mapGrid,
  outerEdges,
} from "./layers-map.ts";
import type { LayersRows, MapGrid } from "./layers-map.ts";
import { distinct, isSame } from "./select.ts";
import {
  axis,
  baseLayout,
  dashAt,
  extent,
  gapFill,
  horizontalBand,
  horizontalLine,
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
  symbols,
  withoutData,
} from "./theme.ts";
import type { Figure, Layout, ScatterTrace } from "./types.ts";

const title = "Ferromagnetic bonds between layers";

const lambda = "<i>λ</i>";
const layersSymbol = "<i>L</i>";
const equivalent = "<i>J</i><sub>eff</sub>";

const caption = (depth: Depth | null): string =>
  `Chains of ${layersSymbol} layers, each with couplings of its own, whose neighbours are joined neuron by neuron by a ` +
  `ferromagnetic coupling ${lambda}. (a) ${equivalent} − ${symbols.selfCoupling}, where a single layer with self-coupling ` +
  `${equivalent} has as many fixed points per neuron (P25), over ${lambda} and ${symbols.selfCoupling}, for ` +
  `${depth === null ? "the chain" : depthInWords(depth)}; line: zero. (b) Local entropy ${symbols.densest} of the densest clusters ` +
  `of fixed points at mutual distance ${symbols.distance}, in nats per neuron, for several ${lambda}; shaded: ${symbols.densest} ` +
  `< 0, no such clusters. (c) Self-couplings at which the gap of distances without clusters closes, ${symbols.gap} (P15), and ` +
  `from which ${symbols.densest} grows with distance throughout, ${symbols.monotone} (P16), with the errors of the theory. (d) ` +
  `Self-coupling ${symbols.access} from which zero-temperature dynamics reaches a fixed point in half of the networks of ` +
  `${symbols.size} neurons a layer, with 95 % confidence intervals, beside ${symbols.gap}.`;

const depthInWords = (depth: Depth): string =>
  depth === "infinite" ? "infinitely many layers" : depth === 1 ? "one layer" : `${depth} layers`;

/** Nats on either side of zero that panel (b) shows at least. */
const leastEntropy = 0.004;

/** S*(d): a colour for each λ, a kind of line for each depth and J_D. */
function clusterTraces(curves: readonly EnsembleLocalEntropyRow[]): ScatterTrace[] {
  const bonds = distinct(curves, bondOf);
  const colors = sequentialColors(bonds.length);
  const couplings = distinct(curves, (row) => row.selfCoupling);
  const kinds = depthsOf(curves).flatMap((depth) =>
    couplings.map((selfCoupling) => ({ depth, selfCoupling })),
  );
  const place = { ...panelPlace(2), showlegend: false };
  const entries = [
    ...bonds.map((bond, k) =>
      legendEntry(`${lambda} = ${label(bond)}`, { mode: "lines", line: stroke(colors[k]!, 1.5) }),
    ),
    ...kinds.map(({ depth, selfCoupling }, k) => {
      const coupling = couplings.length > 1 ? `, ${symbols.selfCoupling} = ${label(selfCoupling)}` : "";
      const line = stroke(palette.grey, 1.5, dashAt(k));
      return legendEntry(`${depthInSymbols(depth)}${coupling}`, { mode: "lines", line });
    }),
  ].map((entry) => ({ ...entry, ...panelPlace(2), legend: "legend2" }));
  const traces = kinds.flatMap(({ depth, selfCoupling }, kind) =>
    bonds.map((bond, k) => {
      const rows = curves.filter(
        (row) =>
          depthOf(row) === depth && isSame(bondOf(row), bond) && isSame(row.selfCoupling, selfCoupling),
      );
      const name = `λ = ${label(bond)}, ${depthInWords(depth)}, J_D = ${label(selfCoupling)}`;
      return densestTrace(name, rows, { color: colors[k]!, dash: dashAt(kind) }, place);
    }),
  );
  return [...traces.filter(hasValues), ...entries];
}

const hasValues = ({ y }: ScatterTrace): boolean => y.some((value) => value !== null);

/** Colours of J_gap and J_mono; the symbols are filled for the shallowest chain, open for the deeper ones. */
const gapColor = palette.blue;
const monotoneColor = palette.vermillion;

function depthLook(color: string, k: number, symbol: string): SeriesLook {
  return { color, dash: dashAt(k), symbol: k === 0 ? symbol : `${symbol}-open` };
}

/** J_gap(λ) and J_mono(λ) in panel (c), for each depth. */
function geometryTraces(rows: readonly EnsembleThresholdsRow[]): ScatterTrace[] {
  const place = { ...panelPlace(3), legend: "legend3" };
  return depthsOf(rows)
    .flatMap((depth, k) => {
      const own = rows.filter((row) => depthOf(row) === depth);
      const at = (point: (row: EnsembleThresholdsRow) => EnsembleThresholdsRow["monotone"]) =>
        own.map((row) => ({ x: bondOf(row), point: point(row) }));
      const [gap, monotone] = [symbols.gap, symbols.monotone].map(
        (name) => `${name}, ${depthInSymbols(depth)}`,
      );
      return [
        thresholdTrace(
          gap!,
          at((row) => row.gapClosing),
          depthLook(gapColor, k, "circle"),
          place,
        ),
        thresholdTrace(
          monotone!,
          at((row) => row.monotone),
          depthLook(monotoneColor, k, "diamond"),
          place,
        ),
      ];
    })
    .filter(hasValues);
}

/** J_a(N, λ) in panel (d), and J_gap of the same depths. */
function accessTraces(
  rows: LayersRows["access"],
  thresholds: readonly EnsembleThresholdsRow[],
): ScatterTrace[] {
  const place = { ...panelPlace(4), legend: "legend4" };
  const sound = accessAtLargestBudget(rows);
  const kinds = depthsOf(sound).flatMap((depth) =>
    distinct(
      sound.filter((row) => depthOf(row) === depth),
      ({ n }) => n,
    ).map((n) => ({ depth, n })),
  );
  const colors = sequentialColors(kinds.length);
  const dynamics = kinds.map(({ depth, n }, k) => {
    const own = sound.filter((row) => row.n === n && depthOf(row) === depth);
    const look = { color: colors[k]!, dash: "solid", symbol: markerAt(k) };
    const name = `${symbols.access}(${n}), ${depthInSymbols(depth)}`;
    return accessTrace(name, own, bondOf, look, place);
  });
  const gaps = depthsOf(sound).map((depth, k): ScatterTrace => {
    const own = thresholds.filter((row) => depthOf(row) === depth).sort((a, b) => bondOf(a) - bondOf(b));
    return {
      type: "scatter",
      mode: "lines",
      name: `${symbols.gap}, ${depthInSymbols(depth)}`,
      x: own.map(bondOf),
      y: own.map((row) => row.gapClosing?.selfCoupling ?? null),
      line: stroke(gapColor, 1.3, dashAt(k)),
      hoverinfo: "skip",
      ...place,
    };
  });
  return [...dynamics, ...gaps].filter(hasValues);
}

/** Share of the width that the map takes: the colour bar stands between it and panel (b). */
const mapColumn = [0, 0.36] as const;

function panelsLayout({ curves, thresholds, access }: LayersRows, grid: MapGrid): Layout {
  const [left, right] = panelColumns;
  const [upper, lower] = panelRows;
  const sound = curves.filter(({ status }) => status === "ok");
  const entropies = padded(
    extent([-leastEntropy, leastEntropy, ...sound.map((row) => row.localEntropy)])!,
    0.05,
  );
  const distances = extent(sound.map((row) => row.distance)) ?? [0.001, 0.5];
  const bonds = padded(extent([...thresholds, ...access].map(bondOf)) ?? [0, 1], 0.05);
  const couplingTitle = `self-coupling ${symbols.selfCoupling}`;
  const bondTitle = `ferromagnetic coupling ${lambda}`;
  return baseLayout(
    { height: 540, margin: { l: 60, r: 116, t: 22, b: 46 } },
    {
      xaxis: axis(bondTitle, { domain: mapColumn, range: outerEdges(grid.bonds), layer: "above traces" }),
      yaxis: axis(couplingTitle, { domain: upper, range: outerEdges(grid.couplings), layer: "above traces" }),
      xaxis2: logAxis(`distance ${symbols.distance}`, {
        domain: right,
        range: logRange(distances),
        anchor: "y2",
      }),
      yaxis2: axis(`local entropy ${symbols.densest} (nats)`, {
        domain: upper,
        range: entropies,
        anchor: "x2",
      }),
      xaxis3: axis(bondTitle, { domain: left, range: bonds, anchor: "y3" }),
      yaxis3: axis(couplingTitle, { domain: lower, anchor: "x3" }),
      xaxis4: axis(bondTitle, { domain: right, range: bonds, anchor: "y4" }),
      yaxis4: axis(couplingTitle, { domain: lower, anchor: "x4" }),
      legend: legendAt(1.02, 1, "(a)"),
      legend2: legendAt(1.02, 0.9, "(b)"),
      legend3: legendAt(1.02, lower[1] + 0.06, "(c)"),
      legend4: legendAt(1.02, lower[1] - 0.14, "(d)"),
      shapes: [
        horizontalBand(entropies[0], 0, "2", gapFill),
        horizontalLine(0, "2", { color: palette.grey, width: 1 }),
      ],
      annotations: [
        panelLabel(`(a) ${equivalent} − ${symbols.selfCoupling}`, ""),
        ...[clusterLabel(curves), "(c)", "(d)"].map((text, k) => panelLabel(text, String(k + 2))),
      ],
    },
  );
}

/**
 * Fixed points of layers with ferromagnetic bonds: J_eff over (λ, J_D), densest clusters of short and long chains,
 * J_gap(λ) and J_mono(λ), and J_a(N, λ) of the dynamics.
 * @param rows theory and simulation, each in any order; of several depths of the map the largest is drawn
 * @source draws (P24), (P25), (P26), (P15), (P16) and J_a(N)
 */
export function layersFigure(rows: LayersRows): Figure {
  const tables = [
    layeredEntropyTable(rows.map),
    ensembleCheckTable(rows.checks, "layers"),
    ensembleLocalEntropyTable(rows.curves, "layers"),
    ensembleThresholdsTable(rows.thresholds, "layers"),
    ensembleAccessTable(rows.access, "layers"),
  ].filter((table, k) => k === 0 || table.rows.length > 0);
  const depth = depthsOf(rows.map).at(-1) ?? null;
  const head = { name: "layers", title, caption: caption(depth), tables };
  const grid = mapGrid(rows.map.filter((row) => row.layers === depth));
  if (!hasMap(grid)) return withoutData(head);
  const data = [
    ...equivalenceTraces(grid),
    equivalenceEntry,
    ...clusterTraces(rows.curves),
    ...geometryTraces(rows.thresholds),
    ...accessTraces(rows.access, rows.thresholds),
  ];
  return { ...head, data, layout: panelsLayout(rows, grid) };
}
