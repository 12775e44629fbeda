/** @file Figure: accuracy of the learning rule against the epochs and against the batch size. */
import type { LearningBatchRow } from "../experiments/learning-rows.ts";
import { batchComparisons, batchCurvesTable, batchRunsTable, batchTable } from "./learning-batch-summary.ts";
import type { BatchComparison, BatchSummary } from "./learning-batch-summary.ts";
import { extentWithBars, rangeInWords, standardBars } from "./learning-summary.ts";
import type { RunSummary } from "./learning-summary.ts";
import { distinct } from "./select.ts";
import {
  axis,
  baseLayout,
  dashAt,
  extent,
  label,
  legendAt,
  logAxis,
  logRange,
  markerAt,
  padded,
  palette,
  panelLabel,
  sequentialColors,
  stroke,
  withoutData,
} from "./theme.ts";
import type { Axis, Figure, Layout, ScatterTrace, Shape } from "./types.ts";

const title = "Learning in batches";

const batchSymbol = "<i>B</i>";

const caption = (comparisons: readonly BatchComparison[]): string =>
  `Share of right answers on test images of Entangled MNIST of networks that learn by the rule (P21) in batches of ` +
  `${batchSymbol} samples, means over seeds. The rule sums updates over the batch and divides by √${batchSymbol}, so that ` +
  `all steps of an epoch, where they point the same way, add up to less the larger the batch. Left: against the epochs, ` +
  `solid with the rates of the preset, dashed with rates times √(${batchSymbol}/16), which keep that sum. Right: against ` +
  `${batchSymbol}, with standard errors, after as many epochs as the vertical line to the left marks, and with the rates ` +
  `of the preset after √(${batchSymbol}/16) times as many. The bars hold what all batch sizes of a seed share, images and ` +
  `projection; differences seed by seed, in the table, have smaller errors.` +
  comparisons.map((comparison, k) => ` (${panelNames(k).join(", ")}) ${inWords(comparison)}.`).join("");

/** "Preset small, H = 300, 6,000 training samples, 20 epochs, 5 seeds". */
function inWords({ preset, hidden, trainSamples, comparedEpochs, plain, raised }: BatchComparison): string {
  const seeds = [...plain, ...raised].flatMap(({ equal }) => (equal === null ? [] : [equal.test.count]));
  const counted = seeds.length === 0 ? "" : `, seeds: ${rangeInWords(seeds)}`;
  return (
    `Preset ${preset}, <i>H</i> = ${hidden}, ${rangeInWords([trainSamples])} training samples, compared after ` +
    `${comparedEpochs} epochs${counted}`
  );
}

/** Letters of the two panels of the k-th comparison. */
const panelNames = (k: number): [left: string, right: string] => [
  String.fromCharCode(97 + 2 * k),
  String.fromCharCode(98 + 2 * k),
];

/** Suffixes of the axes of the two panels of the k-th comparison. */
const suffixes = (k: number): [left: string, right: string] => [
  k === 0 ? "" : String(2 * k + 1),
  String(2 * k + 2),
];

/** Shares of the width of the two columns of panels; heights in CSS pixels. */
const panelColumns = [
  [0, 0.47],
  [0.6, 1],
] as const;
const panelHeight = 185;
const panelGap = 66;
const margin = { l: 58, r: 168, t: 24, b: 46 };

/** Ways to take steps: how they are drawn, and what they are called. */
const looks = {
  plain: { name: "rates of the preset", color: palette.black, symbol: markerAt(0), dash: dashAt(0) },
  raised: { name: "rates × √(<i>B</i>/16)", color: palette.vermillion, symbol: markerAt(1), dash: dashAt(1) },
  longer: { name: "epochs × √(<i>B</i>/16)", color: palette.blue, symbol: markerAt(2), dash: dashAt(2) },
} as const;

/** Accuracy epoch after epoch, of one batch size. */
function curveTrace(
  { shared, curve }: BatchSummary,
  { k, color, way }: { k: number; color: string; way: "plain" | "raised" },
): ScatterTrace {
  const name = `${batchSymbol} = ${label(shared.batchSize)}`;
  return {
    type: "scatter",
    mode: curve.length > 1 ? "lines" : "markers",
    name,
    legendgroup: name,
    showlegend: k === 0 && way === "plain",
    x: curve.map(({ epoch }) => epoch),
    y: curve.map(({ test }) => test.mean),
    line: stroke(color, 1.3, looks[way].dash),
    marker: { symbol: looks[way].symbol, size: 5, color },
    xaxis: `x${suffixes(k)[0]}`,
    yaxis: `y${suffixes(k)[0]}`,
    hovertemplate: `${name}, ${looks[way].name}<br>epoch %{x}: %{y:.4f}<extra></extra>`,
  };
}

/** Accuracy against the batch size, of one way to take steps. */
function sizeTrace(
  runs: readonly BatchSummary[],
  {
    k,
    way,
    valueOf,
  }: { k: number; way: keyof typeof looks; valueOf: (run: BatchSummary) => RunSummary | null },
): ScatterTrace[] {
  const points = runs.flatMap((run) => {
    const value = valueOf(run);
    return value === null ? [] : [{ batchSize: run.shared.batchSize, value }];
  });
  if (points.length === 0) return [];
  const { name, color, symbol, dash } = looks[way];
  return [
    {
      type: "scatter",
      mode: "lines+markers",
      name,
      legend: "legend2",
      legendgroup: way,
      showlegend: k === 0,
      x: points.map(({ batchSize }) => batchSize),
      y: points.map(({ value }) => value.test.mean),
      error_y: standardBars(
        points.map(({ value }) => value.test),
        color,
      ),
      line: stroke(color, 1.3, dash),
      marker: { symbol, size: 6, color },
      xaxis: `x${suffixes(k)[1]}`,
      yaxis: `y${suffixes(k)[1]}`,
      hovertemplate: `${name}, B = %{x}<br>%{y:.4f}<extra></extra>`,
    },
  ];
}

function comparisonTraces(
  { plain, raised }: BatchComparison,
  k: number,
  colorOf: ReadonlyMap<number, string>,
): ScatterTrace[] {
  const color = ({ shared }: BatchSummary): string => colorOf.get(shared.batchSize)!;
  return [
    ...plain.map((run) => curveTrace(run, { k, color: color(run), way: "plain" })),
    ...raised.slice(1).map((run) => curveTrace(run, { k, color: color(run), way: "raised" })),
    ...sizeTrace(plain, { k, way: "longer", valueOf: ({ last }) => last }),
    ...sizeTrace(raised, { k, way: "raised", valueOf: ({ equal }) => equal }),
    ...sizeTrace(plain, { k, way: "plain", valueOf: ({ equal }) => equal }),
  ];
}

/** Marks the epochs after which batch sizes are compared. */
const comparedLine = ({ comparedEpochs }: BatchComparison, suffix: string): Shape => ({
  type: "line",
  xref: `x${suffix}`,
  yref: `y${suffix} domain`,
  x0: comparedEpochs,
  x1: comparedEpochs,
  y0: 0,
  y1: 1,
  line: { color: palette.grey, width: 1 },
  layer: "below",
});

/** Axes of the two panels of the k-th comparison. */
function axesOf(
  data: readonly ScatterTrace[],
  comparison: BatchComparison,
  place: { readonly k: number; readonly row: readonly [number, number]; readonly isLast: boolean },
): Record<string, Axis> {
  const { k, row, isLast } = place;
  const sizes = comparison.plain.map(({ shared }) => shared.batchSize);
  const titles = [isLast ? "epochs" : "", isLast ? `batch size ${batchSymbol}` : ""];
  return Object.fromEntries(
    suffixes(k).flatMap((suffix, column) => {
      const own = data.filter(({ yaxis }) => yaxis === `y${suffix}`);
      const [least, most] = extent(own.flatMap(({ x }) => x)) ?? [1, 10];
      const ticks = column === 0 ? {} : { tickvals: sizes, ticktext: sizes.map((size) => label(size)) };
      return [
        [
          `xaxis${suffix}`,
          logAxis(titles[column]!, {
            range: logRange([0.9 * least, 1.1 * most]),
            domain: panelColumns[column]!,
            anchor: `y${suffix}`,
            ...(column === 0 ? {} : { ...ticks, minor: {}, tickfont: { size: 11 } }),
          }),
        ],
        [
          `yaxis${suffix}`,
          axis(column === 0 ? "test accuracy" : "", {
            range: padded(extentWithBars(own, "y") ?? [0, 1], 0.07),
            domain: row,
            anchor: `x${suffix}`,
          }),
        ],
      ];
    }),
  );
}

function panelsLayout(data: readonly ScatterTrace[], comparisons: readonly BatchComparison[]): Layout {
  const inner = comparisons.length * (panelHeight + panelGap) - panelGap;
  const rows = comparisons.map((_, k) => {
    const top = 1 - (k * (panelHeight + panelGap)) / inner;
    return [Math.max(0, top - panelHeight / inner), top] as const;
  });
  const axes = comparisons.map((comparison, k) =>
    axesOf(data, comparison, { k, row: rows[k]!, isLast: k === comparisons.length - 1 }),
  );
  const heading = ({ preset, hidden }: BatchComparison): string => `${preset}, <i>H</i> = ${hidden}`;
  return baseLayout(
    { height: inner + margin.t + margin.b, margin },
    {
      ...Object.assign({}, ...axes),
      legend: legendAt(1.02, 1),
      legend2: legendAt(1.02, 1 - 85 / inner),
      shapes: comparisons.map((comparison, k) => comparedLine(comparison, suffixes(k)[0])),
      annotations: comparisons.flatMap((comparison, k) => {
        const [left, right] = panelNames(k);
        return [
          panelLabel(`(${left}) ${heading(comparison)}`, suffixes(k)[0]),
          panelLabel(`(${right})`, suffixes(k)[1]),
        ];
      }),
    },
  );
}

/**
 * Test accuracy of the rule in batches of several sizes, a row of two panels for each network and data: against the
 * epochs, and against B after equal epochs, with raised rates, and after more epochs. Means over complete runs.
 * @param rows any order; comparisons appear in the order of the rows
 * @source draws (P21) with its batch size B changed
 */
export function learningBatchFigure(rows: readonly LearningBatchRow[]): Figure {
  const comparisons = batchComparisons(rows);
  const tables = [batchTable(comparisons), batchCurvesTable(comparisons), batchRunsTable(rows)];
  const head = { name: "learning-batch", title, caption: caption(comparisons), tables };
  if (comparisons.length === 0) return withoutData(head);
  const sizes = distinct(rows, ({ batchSize }) => batchSize);
  const colors = sequentialColors(sizes.length);
  const colorOf = new Map(sizes.map((size, k) => [size, colors[k]!]));
  const data = comparisons.flatMap((comparison, k) => comparisonTraces(comparison, k, colorOf));
  return { ...head, data, layout: panelsLayout(data, comparisons) };
}
