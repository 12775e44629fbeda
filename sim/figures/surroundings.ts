/** @file Figure: what surrounds fixed points found by focusing, those reached by dynamics, and typical ones. */
import type { FranzParisiRow, LocalEntropyRow, SurroundingsRow } from "../experiments/rows.ts";
import { distinct, isSame } from "./select.ts";
import {
  entropyTraces,
  fewestFlips,
  flipTraces,
  kinds,
  stabilityTraces,
  walkTraces,
} from "./surroundings-panels.ts";
import type { Main } from "./surroundings-panels.ts";
import { aroundTable, stabilitiesTable, surroundingsTable, walksTable } from "./surroundings-tables.ts";
import { franzParisiTable, localEntropyTable } from "./tables.ts";
import {
  axis,
  baseLayout,
  extent,
  gapFill,
  horizontalBand,
  horizontalLine,
  label,
  legendAt,
  logAxis,
  logRange,
  note,
  padded,
  palette,
  panelLabel,
  symbols,
  textSize,
  withoutData,
} from "./theme.ts";
import type { Figure, Layout, ScatterTrace } from "./types.ts";

const title = "Surroundings of fixed points";

const stabilitySymbol = `<i>s<sub>i</sub>h<sub>i</sub></i> + ${symbols.selfCoupling}`;

const caption = ({ n, selfCoupling }: Pick<Main, "n" | "selfCoupling">): string =>
  `What lies around fixed points that focusing belief propagation (P20) finds, around those that zero-temperature ` +
  `dynamics reaches, and around typical ones (planted, equivalent to uniform by (P5); at small <i>N</i> also drawn ` +
  `uniformly by enumeration), at ${symbols.selfCoupling} = ${label(selfCoupling)} and, but for (b), ${symbols.size} = ${n}; ` +
  `bars: one standard error over samples. (a) Entropy of the fixed points at distance ${symbols.distance}, by belief ` +
  `propagation on single networks (P18)–(P19'). Dashed: quenched entropy around a typical one (P8). Black: ` +
  `${symbols.densest} (P14) at 2${symbols.distance}(1 − ${symbols.distance}), the largest mutual distance of fixed points ` +
  `that surround one at distance ${symbols.distance}; where ${symbols.densest} grows with distance, none is surrounded by ` +
  `more. Shaded: negative entropy, where there is typically none. (b) Number of neurons whose flip alone leads to another ` +
  `fixed point, against ${symbols.size}; dashed: exact mean around a planted one, (P6') over (P3). (c) Random walks that ` +
  `flip one neuron a step and visit fixed points only: distance from the start against steps per neuron. ` +
  `(d) Distribution of the stabilities ${stabilitySymbol}; dashed: normal law cut off at 0.`;

/** Shares of the width and height of the four panels. */
const columns = [
  [0, 0.43],
  [0.57, 1],
] as const;
const panelRows = [
  [0.57, 1],
  [0, 0.43],
] as const;

const panelTitles = ["(a) local entropy", "(b) single flips", "(c) random walks", "(d) stabilities"];

/** Places of the notes in panel (b): corners on the left are free, since the curves part towards the right. */
const atLeft = { xref: "x2 domain", yref: "y2 domain", x: 0.03, xanchor: "left" } as const;
const atTop = { ...atLeft, y: 0.97, yanchor: "top" } as const;
const atBottom = { ...atLeft, y: 0.03, yanchor: "bottom" } as const;

/** Height in CSS pixels; the legend stands above the panels. */
const height = 540;
const margin = { l: 58, r: 12, t: 66, b: 46 };

/** Stabilities whose densities are below this are not drawn. */
const rareDensity = 2e-3;

/** Theory is drawn down to this fraction of the smallest distance reached on single networks. */
const distanceBelow = 0.1;

/** The largest of the values whose rows weigh most. */
function heaviest(
  rows: readonly SurroundingsRow[],
  valueOf: (row: SurroundingsRow) => number,
  weightOf: (row: SurroundingsRow) => number,
): number {
  const weighed = distinct(rows, valueOf).map((value) => {
    const own = rows.filter((row) => isSame(valueOf(row), value));
    return { value, weight: own.reduce((sum, row) => sum + weightOf(row), 0) };
  });
  return weighed.reduce((best, next) => (next.weight >= best.weight ? next : best)).value;
}

const hasDetails = ({ localEntropy, walk }: SurroundingsRow): boolean =>
  localEntropy.length > 0 && walk.length > 0;

/** The J_D with most rows, and the largest size at which most kinds are known in detail. */
function chooseMain(rows: readonly SurroundingsRow[]): Main | null {
  const sound = rows.filter(({ status, samples }) => status === "ok" && samples > 0);
  if (sound.length === 0) return null;
  const selfCoupling = heaviest(
    sound,
    (row) => row.selfCoupling,
    () => 1,
  );
  const order = Object.keys(kinds);
  const own = sound
    .filter((row) => isSame(row.selfCoupling, selfCoupling))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.n - b.n);
  const n = heaviest(
    own,
    (row) => row.n,
    (row) => (hasDetails(row) ? 1 : 0),
  );
  return { n, selfCoupling, rows: own, atSize: own.filter((row) => row.n === n) };
}

/** One entry for each kind and for theory, from their first traces. */
function withLegend(traces: readonly ScatterTrace[]): ScatterTrace[] {
  const explained = new Set<string | undefined>();
  return traces.map((trace) => {
    const first = !explained.has(trace.legendgroup);
    explained.add(trace.legendgroup);
    return { ...trace, showlegend: trace.legendgroup === undefined || first };
  });
}

/** Extent of the coordinates of all traces of one panel. */
function extentOf(traces: readonly ScatterTrace[], coordinate: "x" | "y"): [number, number] {
  return extent(traces.flatMap((trace) => trace[coordinate])) ?? [0.1, 1];
}

/** Traces of the four panels. */
type Panels = readonly [ScatterTrace[], ScatterTrace[], ScatterTrace[], ScatterTrace[]];

function panelsLayout({ rows, atSize }: Main, [entropies, flips, walks]: Panels): Layout {
  const [left, right] = columns;
  const [upper, lower] = panelRows;
  const entropyRange = padded(extentOf(entropies, "y"), 0.05);
  const sizes = distinct(rows, (row) => row.n);
  const most = Math.max(1, ...flips.flatMap(({ y }) => y.map((value) => value ?? 0)));
  const seen = atSize.flatMap(({ stabilities }) =>
    stabilities.filter(({ density }) => density.mean > rareDensity).map(({ stability }) => stability),
  );
  const flipRange = [fewestFlips, 3 * most] as const;
  const reached = extent(atSize.flatMap(({ localEntropy }) => localEntropy.map(({ distance }) => distance)));
  const [nearest, farthest] = extentOf(entropies, "x");
  const distances = [Math.max(nearest, distanceBelow * (reached?.[0] ?? 0)), farthest] as const;
  return baseLayout(
    { height, margin },
    {
      xaxis: logAxis(`distance ${symbols.distance}`, {
        domain: left,
        range: logRange(distances),
      }),
      yaxis: axis("entropy (nats per neuron)", { domain: upper, range: entropyRange }),
      xaxis2: logAxis(symbols.size, {
        domain: right,
        range: logRange([0.85 * (sizes[0] ?? 10), 1.15 * (sizes.at(-1) ?? 100)]),
        tickvals: sizes,
        ticktext: sizes.map((size) => label(size)),
        tickfont: { size: textSize },
        anchor: "y2",
      }),
      yaxis2: logAxis("allowed flips", {
        domain: upper,
        range: logRange(flipRange),
        anchor: "x2",
      }),
      xaxis3: logAxis("steps per neuron", {
        domain: left,
        range: logRange(extentOf(walks, "x")),
        anchor: "y3",
      }),
      yaxis3: axis("distance from the start", {
        domain: lower,
        range: padded(extentOf(walks, "y"), 0.06),
        anchor: "x3",
      }),
      xaxis4: axis(`stability ${stabilitySymbol}`, {
        domain: right,
        range: [0, extent(seen)?.[1] ?? 4],
        anchor: "y4",
      }),
      yaxis4: axis("density", { domain: lower, rangemode: "tozero", anchor: "x4" }),
      shapes: [
        horizontalBand(entropyRange[0], 0, "", gapFill),
        horizontalLine(0, "", { color: palette.grey, width: 1 }),
      ],
      annotations: [
        ...panelTitles.map((text, k) => panelLabel(text, k === 0 ? "" : String(k + 1))),
        note("dense", { ...atTop, font: { color: kinds.focusing.color } }),
        note("isolated", { ...atBottom, font: { color: kinds.planted.color } }),
      ],
      legend: {
        ...legendAt(0, 1 + 22 / (height - margin.t - margin.b)),
        orientation: "h",
        yanchor: "bottom",
      },
    },
  );
}

/**
 * What surrounds fixed points of several kinds: local entropy, flips of one neuron, random walks, stabilities. Of the
 * self-couplings among the rows the one with most rows is drawn.
 * @param rows any order
 * @param densest points at zero complexity (P14); those of other J_D are ignored
 * @param typical rows of (P8); those of other J_D are ignored
 * @source draws {@link entropyAround}, {@link allowedFlips} and {@link walkFixedPoints} beside (P8) and (P14)
 */
export function surroundingsFigure(
  rows: readonly SurroundingsRow[],
  densest: readonly LocalEntropyRow[] = [],
  typical: readonly FranzParisiRow[] = [],
): Figure {
  const main = chooseMain(rows);
  const here = <Row extends { readonly selfCoupling: number }>(theoryRows: readonly Row[]): Row[] =>
    theoryRows.filter((row) => main !== null && isSame(row.selfCoupling, main.selfCoupling));
  const [clusters, around] = [here(densest), here(typical)];
  const tables = [
    ...[surroundingsTable, aroundTable, walksTable, stabilitiesTable].map((table) => table(rows)),
    ...(clusters.length > 0 ? [localEntropyTable(clusters, "densest")] : []),
    ...(around.length > 0 ? [franzParisiTable(around)] : []),
  ];
  const head = { name: "surroundings", title, tables };
  if (main === null) return withoutData({ ...head, caption: caption({ n: 0, selfCoupling: 0 }) });
  const panels: Panels = [
    entropyTraces(main, clusters, around),
    flipTraces(main),
    walkTraces(main),
    stabilityTraces(main),
  ];
  const data = withLegend(panels.flat());
  return { ...head, caption: caption(main), data, layout: panelsLayout(main, panels) };
}
