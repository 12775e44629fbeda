/** @file Figure: accuracy of the learning rule and of its baselines against the number of hidden neurons. */
import type { LearningRow, Method } from "../experiments/learning-rows.ts";
import {
  extentWithBars,
  methodLooks,
  pairedDifference,
  rangeInWords,
  runsInWords,
  runsTable,
  standardBars,
  summarize,
  summaryTable,
} from "./learning-summary.ts";
import type { Estimate, RunSummary } from "./learning-summary.ts";
import {
  axis,
  baseLayout,
  dashAt,
  extent,
  horizontalLine,
  legendAt,
  legendEntry,
  logAxis,
  logRange,
  padded,
  palette,
  panelLabel,
  stroke,
  withoutData,
} from "./theme.ts";
import type { Figure, Layout, ScatterTrace } from "./types.ts";

const title = "Accuracy against size";

const hiddenSymbol = "<i>H</i>";

/**
 * Test accuracies read off the public figure of the authors (arXiv 2509.05041, mattia-scardecchia/Biological-Learning):
 * 60,000 images, 200 to 400 epochs. To about ±0.005.
 */
export const published: Readonly<
  Partial<Record<Method, readonly (readonly [hidden: number, accuracy: number])[]>>
> = {
  rule: [
    [100, 0.815],
    [400, 0.852],
    [1600, 0.863],
    [3200, 0.876],
    [6400, 0.896],
  ],
  "random-features": [
    [100, 0.65],
    [6400, 0.855],
  ],
  reservoir: [
    [100, 0.64],
    [6400, 0.842],
  ],
  mlp: [
    [200, 0.876],
    [6400, 0.914],
  ],
};

/** Methods with a curve against H, and those that the rule is compared with in the lower panel. */
const curves = ["rule", "mlp", "random-features", "reservoir"] as const;
const compared = ["random-features", "reservoir"] as const;

/** Shares of the height of the accuracies and of the gaps. */
const panelRows = [
  [0.42, 1],
  [0, 0.33],
] as const;

/** "; epochs: rule 10, sign MLP 2" where methods were not trained for the same number of epochs. */
function differingEpochs(summaries: readonly RunSummary[]): string {
  if (new Set(summaries.map(({ run }) => run.epochs)).size < 2) return "";
  const parts = ([...curves, "perceptron"] as const).flatMap((method) => {
    const epochs = ofMethod(summaries, method).map(({ run }) => run.epochs);
    return epochs.length === 0 ? [] : [`${methodLooks[method].name} ${rangeInWords(epochs)}`];
  });
  return `; epochs: ${parts.join(", ")}`;
}

const caption = (summaries: readonly RunSummary[]): string =>
  `Share of right answers on Entangled MNIST against the number ${hiddenSymbol} of hidden neurons, of the rule (P21), of ` +
  `networks whose readout alone learns (random features, reservoir), of a multilayer perceptron of sign units trained by ` +
  `backpropagation, and of the linear perceptron without hidden units (lines across): on test images (solid) and on ` +
  `training images (dashed), means over seeds after the last epoch, with standard errors` +
  (summaries.length === 0 ? "" : ` (${runsInWords(summaries)}${differingEpochs(summaries)})`) +
  `. Open symbols: published test accuracies, with 60,000 training images and 200 to 400 epochs, read off a figure. ` +
  `(b) Test accuracy of the rule minus that of random features and of the reservoir, pair by pair of the same seed.`;

/** Summaries of a method, ascending in H. */
const ofMethod = (summaries: readonly RunSummary[], method: Method): RunSummary[] =>
  summaries.filter(({ run }) => run.method === method).sort((a, b) => a.run.hidden - b.run.hidden);

/** Line with symbols and error bars of one method. */
function curveTrace(
  method: Method,
  points: readonly { readonly hidden: number; readonly value: Estimate | null }[],
  options: Pick<ScatterTrace, "showlegend" | "yaxis" | "xaxis"> & {
    readonly dashed?: boolean;
    readonly what: string;
  },
): ScatterTrace {
  const { name, color, symbol } = methodLooks[method];
  const { dashed = false, what, ...place } = options;
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: method,
    x: points.map(({ hidden }) => hidden),
    y: points.map(({ value }) => value?.mean ?? null),
    error_y: standardBars(
      points.map(({ value }) => value),
      color,
    ),
    line: stroke(color, dashed ? 1 : 1.4, dashAt(dashed ? 1 : 0)),
    marker: { symbol, size: dashed ? 4 : 6, color },
    hovertemplate: `${name}, H = %{x}<br>${what} %{y:.4f}<extra></extra>`,
    ...place,
  };
}

/** Test and training accuracies of one method. */
function accuracyTraces(summaries: readonly RunSummary[], method: Method): ScatterTrace[] {
  const own = ofMethod(summaries, method);
  if (own.length === 0) return [];
  const points = (value: (summary: RunSummary) => Estimate | null) =>
    own.map((summary) => ({ hidden: summary.run.hidden, value: value(summary) }));
  return [
    curveTrace(
      method,
      points(({ train }) => train),
      { dashed: true, showlegend: false, what: "training" },
    ),
    curveTrace(
      method,
      points(({ test }) => test),
      { what: "test" },
    ),
  ];
}

/** Published test accuracies of a method in the upper panel, or the published gap to it in the lower one. */
function publishedTrace(method: Method, panel: "accuracy" | "gap"): ScatterTrace[] {
  const { name, color, symbol } = methodLooks[method];
  const values = (published[method] ?? []).flatMap(([hidden, accuracy]) => {
    if (panel === "accuracy") return [[hidden, accuracy] as const];
    const own = published.rule?.find(([size]) => size === hidden)?.[1];
    return own === undefined ? [] : [[hidden, own - accuracy] as const];
  });
  if (values.length === 0) return [];
  return [
    {
      type: "scatter",
      mode: "markers",
      x: values.map(([hidden]) => hidden),
      y: values.map(([, value]) => value),
      marker: { symbol: `${symbol}-open`, size: 8, color, line: { color, width: 1.2 } },
      showlegend: false,
      hovertemplate: `${name}, published, H = %{x}<br>%{y:.3f}<extra></extra>`,
      ...(panel === "gap" ? { xaxis: "x2", yaxis: "y2" } : {}),
    },
  ];
}

/** Mean over seeds of the difference of test accuracies, where both runs are complete. */
function gapPoints(summaries: readonly RunSummary[], method: Method) {
  const others = ofMethod(summaries, method);
  return ofMethod(summaries, "rule").flatMap((own) => {
    const other = others.find(({ run }) => run.hidden === own.run.hidden);
    if (other === undefined) return [];
    const value = pairedDifference(own, other);
    return value === null ? [] : [{ hidden: own.run.hidden, value }];
  });
}

function gapTraces(summaries: readonly RunSummary[]): ScatterTrace[] {
  return compared.flatMap((method) => {
    const points = gapPoints(summaries, method);
    const place = { xaxis: "x2", yaxis: "y2", showlegend: false, what: "rule ahead by" } as const;
    return points.length === 0 ? [] : [curveTrace(method, points, place)];
  });
}

/** The perceptron has no H: a line across, solid for test and dashed for training images. */
function perceptronParts(summaries: readonly RunSummary[]) {
  const [found] = ofMethod(summaries, "perceptron");
  if (found === undefined) return { shapes: [], entries: [] };
  const { name, color } = methodLooks.perceptron;
  const lines = [
    { value: found.test, line: stroke(color, 1.4) },
    { value: found.train, line: stroke(color, 1, dashAt(1)) },
  ];
  return {
    shapes: lines.flatMap(({ value, line }) =>
      value === null ? [] : [horizontalLine(value.mean, "", line)],
    ),
    entries: [legendEntry(name, { mode: "lines", line: stroke(color, 1.4) })],
  };
}

/** Legend of what lines and open symbols mean. */
const styleEntries = (): ScatterTrace[] => [
  legendEntry("test", { mode: "lines", line: stroke(palette.black, 1.4), legend: "legend2" }),
  legendEntry("training", { mode: "lines", line: stroke(palette.black, 1, dashAt(1)), legend: "legend2" }),
  legendEntry("published, test", {
    mode: "markers",
    marker: { symbol: "circle-open", size: 8, color: palette.black, line: { width: 1.2 } },
    legend: "legend2",
  }),
];

function panelsLayout(
  data: readonly ScatterTrace[],
  shapes: Layout["shapes"],
  levels: readonly number[],
): Layout {
  const upper = data.filter(({ yaxis }) => yaxis !== "y2");
  const lower = data.filter(({ yaxis }) => yaxis === "y2");
  const sizes = extent(data.flatMap(({ x }) => x)) ?? [100, 1000];
  const range = logRange([0.9 * sizes[0], 1.1 * sizes[1]]);
  const accuracies = extent([...(extentWithBars(upper, "y") ?? []), ...levels]) ?? [0, 1];
  const gaps = extent([0, ...(extentWithBars(lower, "y") ?? [0.1])])!;
  const [accuracyRow, gapRow] = panelRows;
  return baseLayout(
    { height: 480, margin: { l: 62, r: 168, t: 22, b: 46 } },
    {
      xaxis: logAxis("", { range, anchor: "y", matches: "x2", showticklabels: false }),
      yaxis: axis("accuracy", { domain: accuracyRow, range: padded(accuracies, 0.06), anchor: "x" }),
      xaxis2: logAxis(`hidden neurons ${hiddenSymbol}`, { range, anchor: "y2" }),
      yaxis2: axis("rule ahead by", { domain: gapRow, range: padded(gaps, 0.12), anchor: "x2" }),
      legend: legendAt(1.02, 1),
      legend2: legendAt(1.02, 0.66),
      shapes: [...(shapes ?? []), horizontalLine(0, "2", { color: palette.grey, width: 1 })],
      annotations: [panelLabel("(a)", ""), panelLabel("(b)", "2")],
    },
  );
}

/**
 * Accuracy against H of the rule, of random features, of the reservoir and of the multilayer perceptron, with the level
 * of the linear perceptron; below, how far the rule is ahead. Only complete runs are drawn.
 * @param rows any order; epochs before the last are passed over
 * @source draws (P21) against H beside the values of arXiv 2509.05041
 */
export function learningSizeFigure(rows: readonly LearningRow[]): Figure {
  const summaries = summarize(rows);
  const tables = [summaryTable("accuracies", summaries), runsTable("runs", rows)];
  const head = { name: "learning-size", title, caption: caption(summaries), tables };
  const measured = curves.flatMap((method) => accuracyTraces(summaries, method));
  if (measured.length === 0) return withoutData(head);
  const isShown = (method: Method): boolean => ofMethod(summaries, method).length > 0;
  const { shapes, entries } = perceptronParts(summaries);
  const data = [
    ...measured,
    ...gapTraces(summaries),
    ...curves.filter(isShown).flatMap((method) => publishedTrace(method, "accuracy")),
    ...compared.filter(isShown).flatMap((method) => publishedTrace(method, "gap")),
  ];
  const levels = shapes.map(({ y0 }) => y0);
  return {
    ...head,
    data: [...data, ...entries, ...styleEntries()],
    layout: panelsLayout(data, shapes, levels),
  };
}
