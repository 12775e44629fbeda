/** @file Figure: accuracy, time to rest and symmetry of networks that learn, against the self-coupling J_D. */
import type { LearningRow } from "../experiments/learning-rows.ts";
import type { ThresholdsRow } from "../experiments/rows.ts";
import { criticalMarks, markEntry } from "./critical.ts";
import type { CriticalMark } from "./critical.ts";
import {
  extentWithBars,
  methodLooks,
  runsInWords,
  runsTable,
  standardBars,
  summarize,
  summaryTable,
} from "./learning-summary.ts";
import type { Estimate, RunSummary } from "./learning-summary.ts";
import { thresholdsTable } from "./tables.ts";
import {
  axis,
  baseLayout,
  dashAt,
  extent,
  label,
  legendAt,
  legendEntry,
  logAxis,
  markerAt,
  padded,
  palette,
  panelLabel,
  sequentialColors,
  stroke,
  symbols,
  withoutData,
} from "./theme.ts";
import type { Axis, Figure, Layout, ScatterTrace, Shape } from "./types.ts";

const title = "Learning against self-coupling";

const caption = (summaries: readonly RunSummary[]): string =>
  `Networks with self-coupling ${symbols.selfCoupling} on Entangled MNIST, after the last epoch: means over seeds with ` +
  `standard errors${summaries.length === 0 ? "" : ` (${runsInWords(summaries)})`}. (a) Share of right answers on test ` +
  `(solid) and training images (dashed). (b) Mean number of sweeps of inference to rest, for test images; those that still ` +
  `move after the last sweep <i>T</i> count as <i>T</i> + 1. (c) Share of test images at rest after <i>T</i> sweeps. ` +
  `(d) Correlation of <i>J<sub>ij</sub></i> and <i>J<sub>ji</sub></i>. Vertical lines: the self-couplings ${symbols.gap} ` +
  `(P15), from which dense clusters of fixed points of random networks exist at every distance, and ${symbols.monotone} ` +
  `(P16), from which their entropy grows with distance throughout. The logarithmic axis has a place of its own for ` +
  `${symbols.selfCoupling} = 0.`;

/** Shares of the width and height of the four panels. */
const columns = [
  [0, 0.43],
  [0.57, 1],
] as const;
const panelRows = [
  [0.57, 1],
  [0, 0.43],
] as const;

/** Zero stands where this fraction of the smallest positive J_D would. */
const zeroFraction = 0.4;

/** Labelled values of J_D. */
const roundCouplings = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** Height in CSS pixels; the legend stands above the panels. */
const height = 500;
const margin = { l: 58, r: 12, t: 66, b: 46 };

/** Runs of one method and size, ascending in J_D. */
interface Series {
  readonly name: string;
  readonly color: string;
  readonly symbol: string;
  readonly points: readonly RunSummary[];
}

/** What a panel shows. */
interface Panel {
  readonly suffix: string;
  readonly name: string;
  readonly axis: string;
  readonly valueOf: (summary: RunSummary) => Estimate | null;
  readonly dashed?: (summary: RunSummary) => Estimate | null;
}

const panels: readonly Panel[] = [
  { suffix: "", name: "(a)", axis: "accuracy", valueOf: ({ test }) => test, dashed: ({ train }) => train },
  { suffix: "2", name: "(b)", axis: "sweeps to rest", valueOf: ({ meanSweeps }) => meanSweeps },
  { suffix: "3", name: "(c)", axis: "share at rest", valueOf: ({ settled }) => settled },
  { suffix: "4", name: "(d)", axis: "symmetry of <i>J</i>", valueOf: ({ symmetry }) => symmetry },
];

function seriesOf(summaries: readonly RunSummary[]): Series[] {
  const groups = new Map<string, RunSummary[]>();
  for (const summary of summaries) {
    const { method, hidden } = summary.run;
    const name = `${methodLooks[method].name}, <i>H</i> = ${label(hidden)}`;
    groups.set(name, [...(groups.get(name) ?? []), summary]);
  }
  const colors = sequentialColors(groups.size);
  return [...groups].map(([name, found], k) => ({
    name,
    color: colors[k]!,
    symbol: markerAt(k),
    points: [...found].sort((a, b) => a.run.selfCoupling - b.run.selfCoupling),
  }));
}

/** A line of one series; it is broken between zero, which has a place beside the axis, and the rest. */
function lineTrace(
  { name, color, symbol, points }: Series,
  { suffix, axis: what }: Panel,
  { zero, valueOf, dashed }: { zero: number; valueOf: Panel["valueOf"]; dashed: boolean },
): ScatterTrace {
  const drawn = points.flatMap((summary): { x: number; value: Estimate | null }[] => {
    const { selfCoupling } = summary.run;
    const value = valueOf(summary);
    return selfCoupling > 0
      ? [{ x: selfCoupling, value }]
      : [
          { x: zero, value },
          { x: zero, value: null },
        ];
  });
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: name,
    showlegend: suffix === "" && !dashed,
    x: drawn.map(({ x }) => x),
    y: drawn.map(({ value }) => value?.mean ?? null),
    error_y: standardBars(
      drawn.map(({ value }) => value),
      color,
    ),
    line: stroke(color, dashed ? 1 : 1.4, dashAt(dashed ? 1 : 0)),
    marker: { symbol, size: dashed ? 4 : 6, color },
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    hovertemplate: `${name}, J_D = %{x:.4g}<br>${dashed ? "training " : ""}${what} %{y:.4f}<extra></extra>`,
  };
}

function panelTraces(series: readonly Series[], panel: Panel, zero: number): ScatterTrace[] {
  const known = series.filter(({ points }) => points.some((point) => panel.valueOf(point) !== null));
  const { valueOf, dashed } = panel;
  return [
    ...(dashed === undefined
      ? []
      : known.map((each) => lineTrace(each, panel, { zero, valueOf: dashed, dashed: true }))),
    ...known.map((each) => lineTrace(each, panel, { zero, valueOf, dashed: false })),
  ];
}

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

function panelsLayout(
  data: readonly ScatterTrace[],
  { couplings, zero, marks }: { couplings: readonly number[]; zero: number; marks: readonly CriticalMark[] },
): Layout {
  const hasZero = couplings.includes(0);
  const [least, most] = extent([...couplings.filter((value) => value > 0), ...(hasZero ? [zero] : [])]) ?? [
    0.1, 1,
  ];
  const range = padded([Math.log10(least), Math.log10(most)], 0.05);
  const rounds = roundCouplings.filter(
    (value) =>
      Math.log10(value) <= range[1] && value > (hasZero ? 1.5 * zero : 0) && Math.log10(value) >= range[0],
  );
  const ticks = {
    tickvals: [...(hasZero ? [zero] : []), ...rounds],
    ticktext: [...(hasZero ? ["0"] : []), ...rounds.map((value) => label(value))],
    minor: {},
  };
  const axes: Record<`${"x" | "y"}axis${string}`, Axis> = {};
  panels.forEach(({ suffix, axis: name }, k) => {
    const own = data.filter(({ yaxis }) => yaxis === `y${suffix}`);
    const lower = k > 1;
    axes[`xaxis${suffix}`] = logAxis(lower ? `self-coupling ${symbols.selfCoupling}` : "", {
      ...ticks,
      range,
      domain: columns[k % 2]!,
      anchor: `y${suffix}`,
      tickfont: { size: 11 },
    });
    axes[`yaxis${suffix}`] = axis(name, {
      domain: panelRows[lower ? 1 : 0],
      range: padded(extentWithBars(own, "y") ?? [0, 1], 0.07),
      anchor: `x${suffix}`,
    });
  });
  return baseLayout(
    { height, margin },
    {
      ...axes,
      shapes: panels.flatMap(({ suffix }) => marks.map((mark) => markShape(mark, suffix))),
      annotations: panels.map(({ name, suffix }) => panelLabel(name, suffix)),
      legend: {
        ...legendAt(0, 1 + 22 / (height - margin.t - margin.b)),
        orientation: "h",
        yanchor: "bottom",
      },
    },
  );
}

/** Legend of the line styles of panel (a). */
const styleEntries = (): ScatterTrace[] => [
  legendEntry("test", { mode: "lines", line: stroke(palette.black, 1.4) }),
  legendEntry("training", { mode: "lines", line: stroke(palette.black, 1, dashAt(1)) }),
];

/**
 * Accuracy, sweeps to rest, share at rest and symmetry of J against J_D, a curve for each method and size. Only complete
 * runs with sweeps to rest are drawn.
 * @param rows any order; epochs before the last are passed over
 * @param thresholds for J_gap and J_mono; null where they are not known
 * @source draws (P21) against J_D
 */
export function learningCouplingFigure(
  rows: readonly LearningRow[],
  thresholds: ThresholdsRow | null = null,
): Figure {
  const summaries = summarize(rows).filter(({ meanSweeps }) => meanSweeps !== null);
  const tables = [
    summaryTable("accuracies", summaries),
    runsTable("runs", rows),
    ...(thresholds === null ? [] : [thresholdsTable(thresholds)]),
  ];
  const head = { name: "learning-coupling", title, caption: caption(summaries), tables };
  if (summaries.length === 0) return withoutData(head);
  const couplings = summaries.map(({ run }) => run.selfCoupling);
  const marks = criticalMarks(thresholds);
  const positive = [...couplings, ...marks.map(({ selfCoupling }) => selfCoupling)].filter(
    (value) => value > 0,
  );
  const zero = zeroFraction * Math.min(1, ...positive);
  const series = seriesOf(summaries);
  const data = panels.flatMap((panel) => panelTraces(series, panel, zero));
  return {
    ...head,
    data: [...data, ...styleEntries(), ...marks.map((mark) => markEntry(mark, "legend"))],
    layout: panelsLayout(data, { couplings: [...couplings, ...positive], zero, marks }),
  };
}
