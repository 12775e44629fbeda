/** @file Figure: where focusing belief propagation finds a fixed point, and how long it takes, along each protocol. */
import type { FocusingRow, FocusingThresholdRow, ThresholdsRow } from "../experiments/rows.ts";
import { criticalMarks, markEntry } from "./critical.ts";
import type { CriticalMark } from "./critical.ts";
import { distinct } from "./select.ts";
import { fractionTraces, medianTrace } from "./success.ts";
import type { SizeStyle } from "./success.ts";
import { focusingTable, focusingThresholdTable, thresholdsTable } from "./tables.ts";
import {
  axis,
  baseLayout,
  extent,
  legendAt,
  logAxis,
  logRange,
  markerAt,
  padded,
  panelLabel,
  sequentialColors,
  symbols,
  withoutData,
} from "./theme.ts";
import type { Axis, Figure, Layout, Shape, Table, Trace } from "./types.ts";

/** Protocols side by side at most. */
const mostColumns = 3;

/** Share of the width between neighbouring panels. */
const columnGap = 0.06;

/** Shares of the height of the fractions and of the medians. */
const panelRows = [
  [0.54, 1],
  [0, 0.46],
] as const;

/** Parts of a decade kept free above and below the medians. */
const medianMargin = 1.3;

const title = "Fixed points found by focusing belief propagation";

const caption =
  `Focusing belief propagation (P18)–(P20): replicas around a centre are drawn together along a protocol until the signs of ` +
  `the fields are a fixed point; one column a protocol. Top: fraction of random networks in which it finds a fixed point, against ` +
  `the self-coupling ${symbols.selfCoupling}, for several sizes ${symbols.size}, with 95 % Wilson intervals and ` +
  `logistic fits (lines). Bottom: median number of iterations, where at least half of the networks are solved. Vertical lines: ` +
  `the self-couplings ${symbols.gap} (P15), from which dense clusters of fixed points exist at every distance, and ` +
  `${symbols.monotone} (P16), from which their entropy grows with distance throughout.`;

/** Rows of one protocol in one column of panels. */
interface Column {
  readonly protocol: string;
  readonly rows: readonly FocusingRow[];
  readonly thresholds: readonly FocusingThresholdRow[];
  readonly domain: readonly [number, number];
  /** Axes of the upper and of the lower panel: "" for the first, "2", ... */
  readonly suffixes: readonly [string, string];
}

/** One column for each protocol, in the order in which they first appear. */
function columnsOf(
  rows: readonly FocusingRow[],
  thresholds: readonly FocusingThresholdRow[],
): readonly Column[] {
  const protocols = [...new Set(rows.map(({ protocol }) => protocol))].slice(0, mostColumns);
  const width = (1 - columnGap * (protocols.length - 1)) / protocols.length;
  return protocols.map((protocol, k): Column => {
    const left = k * (width + columnGap);
    return {
      protocol,
      rows: rows.filter((row) => row.protocol === protocol),
      thresholds: thresholds.filter((row) => row.protocol === protocol && row.status === "ok"),
      domain: [left, Math.min(1, left + width)],
      suffixes: [k === 0 ? "" : String(k + 1), String(protocols.length + k + 1)],
    };
  });
}

/** Fractions, fit and medians of one N in one column; only the first column has them in the legend. */
function sizeTraces(
  { rows, thresholds, suffixes }: Column,
  n: number,
  style: SizeStyle,
  couplings: readonly [number, number],
): Trace[] {
  const points = rows
    .filter((row) => row.n === n)
    .map((row) => ({
      ...row,
      successes: row.solved,
      interval: row.solvedInterval,
      medianTime: row.medianIterations,
    }));
  const fit = thresholds.find((row) => row.n === n);
  const [upper, lower] = suffixes.map((suffix) => ({ xaxis: `x${suffix}`, yaxis: `y${suffix}` }));
  const inLegend = suffixes[0] === "";
  return [
    ...fractionTraces({ n, inLegend, style, place: upper! }, points, fit, couplings),
    medianTrace({ n, inLegend: false, style, place: lower! }, points, "iterations"),
  ];
}

/** A mark across one panel. */
const markShape = ({ selfCoupling, line }: CriticalMark, suffix: string): Shape => ({
  type: "line",
  xref: `x${suffix}`,
  yref: `y${suffix} domain`,
  x0: selfCoupling,
  x1: selfCoupling,
  y0: 0,
  y1: 1,
  line,
  layer: "below",
});

/** Axes of the two panels of a column; only the first column has titles on its y axes. */
function columnAxes(
  { domain, suffixes: [upper, lower] }: Column,
  couplings: readonly [number, number],
  medians: readonly [number, number],
): Record<`${"x" | "y"}axis${string}`, Axis> {
  const first = upper === "";
  const [fractionRow, medianRow] = panelRows;
  const iterations = {
    domain: medianRow,
    range: logRange([medians[0] / medianMargin, medians[1] * medianMargin]),
    anchor: `x${lower}`,
    showticklabels: first,
  };
  return {
    [`xaxis${upper}`]: axis("", {
      domain,
      range: couplings,
      dtick: 0.1,
      anchor: `y${upper}`,
      showticklabels: false,
    }),
    [`yaxis${upper}`]: axis(first ? "fraction solved" : "", {
      domain: fractionRow,
      range: [-0.04, 1.04],
      anchor: `x${upper}`,
      showticklabels: first,
    }),
    [`xaxis${lower}`]: axis(`self-coupling ${symbols.selfCoupling}`, {
      domain,
      range: couplings,
      dtick: 0.1,
      anchor: `y${lower}`,
    }),
    [`yaxis${lower}`]: logAxis(first ? "median time (iterations)" : "", iterations),
  };
}

function panelsLayout(
  columns: readonly Column[],
  couplings: readonly [number, number],
  marks: readonly CriticalMark[],
): Layout {
  const medians = extent(columns.flatMap(({ rows }) => rows.map((row) => row.medianIterations))) ?? [
    10, 1000,
  ];
  const [upperRow, lowerRow] = panelRows;
  return baseLayout(
    { height: 460, margin: { l: 58, r: 112, t: 22, b: 46 } },
    {
      ...Object.assign({}, ...columns.map((column) => columnAxes(column, couplings, medians))),
      legend: legendAt(1.02, upperRow[1]),
      legend2: legendAt(1.02, lowerRow[1]),
      shapes: columns.flatMap(({ suffixes }) =>
        suffixes.flatMap((suffix) => marks.map((mark) => markShape(mark, suffix))),
      ),
      annotations: columns.flatMap(({ protocol, suffixes: [upper, lower] }, k) => [
        panelLabel(`(${"abc"[k]}) ${protocol}`, upper),
        panelLabel(`(${"abcdef"[columns.length + k]})`, lower),
      ]),
    },
  );
}

/**
 * Success and time of focusing belief propagation against J_D for each N, a column for each protocol (three at most).
 * @param rows any order
 * @param focusingThresholds logistic fits per (N, protocol)
 * @param thresholds for J_gap and J_mono; null where they are not known
 * @source draws rows of {@link focusingRows} and `focusingThresholds`
 */
export function focusingFigure(
  rows: readonly FocusingRow[],
  focusingThresholds: readonly FocusingThresholdRow[] = [],
  thresholds: ThresholdsRow | null = null,
): Figure {
  const tables: Table[] = [
    focusingTable(rows),
    focusingThresholdTable(focusingThresholds),
    ...(thresholds === null ? [] : [thresholdsTable(thresholds)]),
  ];
  const head = { name: "focusing", title, caption, tables };
  const sound = rows.filter((row) => row.status === "ok" && row.samples > 0);
  if (sound.length === 0) return withoutData(head);
  const marks = criticalMarks(thresholds);
  const columns = columnsOf(sound, focusingThresholds);
  const shown = [...sound.map((row) => row.selfCoupling), ...marks.map((mark) => mark.selfCoupling)];
  const couplings = padded(extent(shown)!, 0.03);
  const sizes = distinct(sound, (row) => row.n);
  const colors = sequentialColors(sizes.length);
  const data = columns.flatMap((column) =>
    sizes.flatMap((n, k) => sizeTraces(column, n, { color: colors[k]!, symbol: markerAt(k) }, couplings)),
  );
  return {
    ...head,
    data: [...marks.map((mark) => markEntry(mark, "legend2")), ...data],
    layout: panelsLayout(columns, couplings, marks),
  };
}
