/** @file Figure: what the accuracy of the learning rule depends on: one choice changed at a time, and two layers. */
import type { LearningRow } from "../experiments/learning-rows.ts";
import {
  extentWithBars,
  pairedDifference,
  runsInWords,
  runsTable,
  standardBars,
  summarize,
  summaryTable,
} from "./learning-summary.ts";
import type { RunSummary } from "./learning-summary.ts";
import { distinct, isSame } from "./select.ts";
import {
  axis,
  baseLayout,
  dashAt,
  extent,
  gapFill,
  horizontalLine,
  label,
  legendAt,
  markerAt,
  note,
  padded,
  palette,
  panelLabel,
  sequentialColors,
  stroke,
  symbols,
  wideOnly,
  withoutData,
} from "./theme.ts";
import type { Annotation, Figure, Layout, ScatterTrace, Shape } from "./types.ts";

/** Variant of the run that the others are compared with. */
const baselineVariant = "baseline";

const title = "What the learning rule depends on";

const layerSymbol = "λ";

const caption = (summaries: readonly RunSummary[], baseline: RunSummary | undefined): string =>
  `Share of right answers on test images of Entangled MNIST after the last epoch, means over seeds with standard errors` +
  (summaries.length === 0 ? "" : ` (${runsInWords(summaries)})`) +
  `. (a) One choice changed at a time in a network of one layer` +
  (baseline === undefined
    ? ""
    : ` of <i>H</i> = ${baseline.run.hidden} neurons with ${symbols.selfCoupling} = ${label(baseline.run.selfCoupling)}`) +
  `; vertical line and band: the rule without changes and its standard error. Beside it the difference from it in per ` +
  `cent, pair by pair of the same seed and data and thus with smaller errors, and the symmetry of <i>J</i>, the ` +
  `correlation of <i>J<sub>ij</sub></i> and <i>J<sub>ji</sub></i>, at the end. (b) Two layers with ` +
  `ferromagnetic bonds ${layerSymbol} between them, for several self-couplings ${symbols.selfCoupling}, with the input to ` +
  `both layers or to the first alone; the readout sees the last. Dashed: the network of one layer.`;

/** Shares of the width of the two panels, and of the height of panel (b). */
const panelColumns = { dots: [0, 0.38], layers: [0.74, 1] } as const;
const layersRow = [0.55, 1] as const;

/** CSS pixels of a line of panel (a), and its columns of numbers to the right of the panel. */
const lineHeight = 15;
const numberColumns = { difference: 40, symmetry: 104 } as const;
const margin = { l: 160, r: 12, t: 40, b: 46 };

/** A line of panel (a): a heading, or a case with its runs. */
interface DotLine {
  readonly text: string;
  readonly summary: RunSummary | null;
}

/** "group: case" as its two halves; without a colon the variant is a group of its own. */
function halves(variant: string): readonly [group: string, each: string] {
  const at = variant.indexOf(": ");
  return at < 0 ? [variant, variant] : [variant.slice(0, at), variant.slice(at + 2)];
}

/** Runs by the first half of their variants, in the order in which they first appear. */
function byGroup(summaries: readonly RunSummary[]): Map<string, RunSummary[]> {
  const groups = new Map<string, RunSummary[]>();
  for (const summary of summaries) {
    const [group] = halves(summary.run.variant);
    groups.set(group, [...(groups.get(group) ?? []), summary]);
  }
  return groups;
}

function dotLines(summaries: readonly RunSummary[]): DotLine[] {
  return [...byGroup(summaries)].flatMap(([group, own]): DotLine[] =>
    own.length === 1 && own[0]!.run.variant === group
      ? [{ text: `<b>${group}</b>`, summary: own[0]! }]
      : [
          { text: `<b>${group}</b>`, summary: null },
          ...own.map((summary) => ({ text: halves(summary.run.variant)[1], summary })),
        ],
  );
}

function dotTrace(lines: readonly DotLine[]): ScatterTrace {
  const drawn = lines.flatMap(({ summary }, y) => (summary === null ? [] : [{ summary, y }]));
  const color = palette.blue;
  return {
    type: "scatter",
    mode: "markers",
    x: drawn.map(({ summary }) => summary.test.mean),
    y: drawn.map(({ y }) => y),
    error_x: standardBars(
      drawn.map(({ summary }) => summary.test),
      color,
    ),
    marker: { symbol: markerAt(0), size: 6, color },
    showlegend: false,
    hovertemplate: "%{x:.4f}<extra></extra>",
  };
}

const signed = (value: number, digits: number): string => value.toFixed(digits).replace("-", "−");

/** "+1.3 ± 0.2" in per cent, "0" for the same runs under another name; empty for the baseline itself. */
function differenceText(summary: RunSummary, baseline: RunSummary | undefined): string {
  const difference = baseline === undefined ? null : pairedDifference(summary, baseline);
  if (difference === null || summary === baseline) return "";
  const { mean, standardError } = difference;
  if (mean === 0 && (standardError ?? 0) === 0) return "0";
  const plus = mean > 0 ? "+" : "";
  const error = standardError === null ? "" : ` ± ${(100 * standardError).toFixed(1)}`;
  return `${plus}${signed(100 * mean, 1)}${error}`;
}

/** Difference from the baseline and symmetry, right of the panel. */
function numberNotes(lines: readonly DotLine[], baseline: RunSummary | undefined): Annotation[] {
  const at = (text: string, y: number, xshift: number, options: object = {}): Annotation =>
    note(text, {
      ...{ x: 1, y, xref: "x domain", yref: "y", xshift, xanchor: "center", yanchor: "middle" },
      font: { size: 11 },
      ...options,
    });
  const heading = { yref: "y domain", yanchor: "bottom", yshift: 3 };
  const { difference, symmetry } = numberColumns;
  return [
    at("difference", 1, difference, heading),
    at("symmetry", 1, symmetry, { ...heading, name: wideOnly }),
    ...lines.flatMap(({ summary }, y) =>
      summary === null
        ? []
        : [
            at(differenceText(summary, baseline), y, difference),
            at(summary.symmetry === null ? "" : signed(summary.symmetry.mean, 2), y, symmetry, {
              name: wideOnly,
            }),
          ],
    ),
  ];
}

/** Accuracy of the unchanged rule across panel (a), with its standard error as a band, and across panel (b). */
function baselineShapes(baseline: RunSummary | undefined, hasLayers: boolean): Shape[] {
  if (baseline === undefined) return [];
  const { mean, standardError } = baseline.test;
  const upright = { xref: "x", yref: "y domain", y0: 0, y1: 1, layer: "below" } as const;
  const half = standardError ?? 0;
  const line = stroke(palette.black, 1, dashAt(1));
  return [
    { type: "rect", ...upright, x0: mean - half, x1: mean + half, fillcolor: gapFill, line: { width: 0 } },
    { type: "line", ...upright, x0: mean, x1: mean, line },
    ...(hasLayers ? [horizontalLine(mean, "2", line)] : []),
  ];
}

/** Accuracy against λ, a line for each J_D, a symbol and a dash for each group. */
function layerTraces(summaries: readonly RunSummary[]): ScatterTrace[] {
  const couplings = distinct(summaries, ({ run }) => run.selfCoupling);
  const colors = sequentialColors(couplings.length);
  return [...byGroup(summaries)].flatMap(([group, own], g) =>
    couplings.flatMap((selfCoupling, k): ScatterTrace[] => {
      const points = own
        .filter(({ run }) => isSame(run.selfCoupling, selfCoupling))
        .sort((a, b) => a.run.layerCoupling - b.run.layerCoupling);
      if (points.length === 0) return [];
      const color = colors[k]!;
      const name = `${group}, ${symbols.selfCoupling} = ${label(selfCoupling)}`;
      return [
        {
          type: "scatter",
          mode: "lines+markers",
          name,
          x: points.map(({ run }) => run.layerCoupling),
          y: points.map(({ test }) => test.mean),
          error_y: standardBars(
            points.map(({ test }) => test),
            color,
          ),
          line: stroke(color, 1.2, dashAt(g)),
          marker: { symbol: `${markerAt(k)}${g === 0 ? "" : "-open"}`, size: 6, color },
          xaxis: "x2",
          yaxis: "y2",
          hovertemplate: `${name}, λ = %{x}<br>%{y:.4f}<extra></extra>`,
        },
      ];
    }),
  );
}

function panelsLayout(
  lines: readonly DotLine[],
  layers: readonly ScatterTrace[],
  baseline: RunSummary | undefined,
  dots: ScatterTrace,
): Layout {
  const reached = extent([...(extentWithBars(layers, "y") ?? []), baseline?.test.mean]);
  const second = {
    xaxis2: axis(`bonds ${layerSymbol}`, {
      domain: panelColumns.layers,
      range: padded(extent(layers.flatMap(({ x }) => x)) ?? [0, 1], 0.07),
      anchor: "y2",
    }),
    yaxis2: axis("test accuracy", {
      domain: layersRow,
      range: padded(reached ?? [0, 1], 0.07),
      anchor: "x2",
    }),
    legend: legendAt(panelColumns.layers[0] - 0.07, layersRow[0] - 0.13),
  };
  return baseLayout(
    { height: Math.max(400, lineHeight * (lines.length + 1) + margin.t + margin.b), margin },
    {
      xaxis: axis("test accuracy", {
        domain: panelColumns.dots,
        range: padded(extentWithBars([dots], "x") ?? [0, 1], 0.06),
      }),
      yaxis: axis("", {
        range: [lines.length - 0.4, -0.6],
        tickvals: lines.map((_, y) => y),
        ticktext: lines.map(({ text }) => text),
        tickfont: { size: 11 },
        ticks: "",
      }),
      ...(layers.length === 0 ? {} : second),
      shapes: baselineShapes(baseline, layers.length > 0),
      annotations: [
        panelLabel("(a)", ""),
        ...(layers.length === 0 ? [] : [panelLabel("(b) two layers", "2")]),
        ...numberNotes(lines, baseline),
      ],
    },
  );
}

/**
 * Test accuracies of variants of the rule, grouped by the first half of their names ("group: case"), with the variant
 * `baseline` as a line; and those of networks of two layers against λ. Only complete runs are drawn.
 * @param rows any order of runs; groups appear in the order of the rows
 * @source draws (P21) with one choice changed at a time
 */
export function learningAblationsFigure(rows: readonly LearningRow[]): Figure {
  const summaries = summarize(rows);
  const single = summaries.filter(({ run }) => run.layers === 1);
  const layered = summaries.filter(({ run }) => run.layers > 1);
  const baseline = single.find(({ run }) => run.variant === baselineVariant);
  const tables = [summaryTable("accuracies", summaries), runsTable("runs", rows)];
  const head = { name: "learning-ablations", title, caption: caption(summaries, baseline), tables };
  if (summaries.length === 0) return withoutData(head);
  const lines = dotLines(single);
  const dots = dotTrace(lines);
  const layers = layerTraces(layered);
  return { ...head, data: [dots, ...layers], layout: panelsLayout(lines, layers, baseline, dots) };
}
