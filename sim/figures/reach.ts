/** @file Figure: what exists and what is reached: thresholds of geometry, of focusing and of plain dynamics against N. */
import type {
  AccessThresholdRow,
  ExtrapolationRow,
  FocusingExtrapolationRow,
  FocusingThresholdRow,
  SizeThreshold,
  ThresholdLimit,
  ThresholdsRow,
} from "../experiments/rows.ts";
import { extrapolationForms, extrapolationLine, intervalBars } from "./access-threshold.ts";
import { criticalMarks, markEntry } from "./critical.ts";
import {
  accessThresholdTable,
  extrapolationTable,
  focusingExtrapolationTable,
  focusingThresholdTable,
  thresholdsTable,
} from "./tables.ts";
import {
  axis,
  baseLayout,
  gapFill,
  horizontalBand,
  horizontalLine,
  label,
  legendAt,
  legendEntry,
  logAxis,
  markerAt,
  note,
  palette,
  panelLabel,
  stroke,
  symbols,
  withoutData,
} from "./theme.ts";
import type { Annotation, Axis, Figure, Layout, ScatterTrace, Shape } from "./types.ts";

const title = "What exists and what is reached";

const caption =
  `Self-couplings ${symbols.selfCoupling} from which fixed points are found in half of the random networks of size ${symbols.size}: ` +
  `by focusing belief propagation (P18)–(P20), ${symbols.focusing}, along each protocol, and by plain zero-temperature dynamics, ` +
  `${symbols.access}, with 95 % confidence intervals, (a) against 1/log ${symbols.size} and (b) against 1/${symbols.size}. Lines: ` +
  `least-squares fits of three forms in the colours of their points; open symbols at the left end: their limits at ` +
  `${symbols.size} → ∞ with standard errors. Levels: ${symbols.gap} (P15), from which dense clusters of fixed points exist at ` +
  `every distance (below it, grey, there is a gap), and ${symbols.monotone} (P16), from which their entropy grows with distance ` +
  `throughout.`;

/** One algorithm: its thresholds with a value, by size, and their limits. */
interface Series {
  readonly name: string;
  readonly color: string;
  readonly symbol: string;
  readonly points: readonly SizeThreshold[];
  readonly limits: readonly ThresholdLimit[];
}

/** A panel: how N becomes x, in terms of t = 1/log N, and where it stands. */
interface Panel {
  readonly suffix: string;
  readonly title: string;
  readonly domain: readonly [number, number];
  readonly xOf: (t: number) => number;
}

const panels: readonly [Panel, Panel] = [
  { suffix: "", title: `1/log ${symbols.size}`, domain: [0, 0.54], xOf: (t) => t },
  {
    suffix: "2",
    title: `1/${symbols.size}`,
    domain: [0.62, 1],
    xOf: (t) => (t === 0 ? 0 : Math.exp(-1 / t)),
  },
];

const focusingLooks = [
  { color: palette.blue, symbol: markerAt(0) },
  { color: palette.black, symbol: markerAt(1) },
  { color: palette.orange, symbol: markerAt(3) },
] as const;
const dynamicsLook = { color: palette.green, symbol: markerAt(2) };

/** Range of J_D where nothing has a value, and room beyond the values, as factors. */
const emptyRange = [0.05, 1] as const;
const room = [0.55, 1.5] as const;

/** Labelled values of J_D. */
const roundCouplings = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** Share of an x axis beyond its largest value, and before zero, where the limits stand. */
const sideMargin = { right: 0.06, left: 0.04 };

const valued = <Row extends SizeThreshold>(rows: readonly Row[]): Row[] =>
  rows
    .filter((row) => row.status === "ok" && row.selfCoupling !== null && row.selfCoupling > 0)
    .sort((a, b) => a.n - b.n);

const sound = <Row extends ThresholdLimit>(rows: readonly Row[]): Row[] =>
  rows.filter((row) => row.status === "ok");

/** One series for each protocol, in the order in which they first appear. */
function focusingSeries(
  thresholds: readonly FocusingThresholdRow[],
  extrapolations: readonly FocusingExtrapolationRow[],
): Series[] {
  const protocols = [...new Set(thresholds.map(({ protocol }) => protocol))].slice(0, focusingLooks.length);
  return protocols.map((protocol, k): Series => ({
    name: `${symbols.focusing}, ${protocol}`,
    ...focusingLooks[k]!,
    points: valued(thresholds.filter((row) => row.protocol === protocol)),
    limits: sound(extrapolations.filter((row) => row.protocol === protocol)),
  }));
}

/** Plain dynamics at the largest budget; of several update orders the first. */
function dynamicsSeries(
  thresholds: readonly AccessThresholdRow[],
  extrapolations: readonly ExtrapolationRow[],
): Series[] {
  const update = thresholds[0]?.update;
  const budget = Math.max(...thresholds.map((row) => row.budget));
  const isShown = (row: AccessThresholdRow | ExtrapolationRow) =>
    row.update === update && row.budget === budget;
  const points = valued(thresholds.filter(isShown));
  if (points.length === 0) return [];
  const name = `${symbols.access}, ${update}, ${budget} sweeps`;
  return [{ name, ...dynamicsLook, points, limits: sound(extrapolations.filter(isShown)) }];
}

const inverseLog = (n: number): number => 1 / Math.log(n);

/** Points of a series in one panel; the first panel has them in the legend. */
function pointsTrace({ name, color, symbol, points }: Series, { suffix, xOf }: Panel): ScatterTrace {
  return {
    type: "scatter",
    mode: "markers",
    name,
    legendgroup: name,
    showlegend: suffix === "",
    x: points.map(({ n }) => xOf(inverseLog(n))),
    y: points.map((row) => row.selfCoupling),
    error_y: intervalBars(points, color),
    marker: { symbol, size: 7, color },
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    hovertemplate: `${name}<br>J_D = %{y:.4f}<extra></extra>`,
  };
}

/** Fitted forms of a series in one panel, each with its limit. */
function limitTraces({ name, color, symbol, limits }: Series, panel: Panel, end: number): ScatterTrace[] {
  const { suffix, xOf } = panel;
  const place = { xaxis: `x${suffix}`, yaxis: `y${suffix}`, legendgroup: name, showlegend: false } as const;
  return limits.flatMap((row): ScatterTrace[] => {
    const fitted = extrapolationLine(row, end);
    if (fitted === null || row.selfCoupling === null) return [];
    const line = stroke(color, 1, extrapolationForms[row.form].dash);
    // On a logarithmic axis there is no place for what falls below zero.
    const y = fitted.y.map((value) => (value > 0 ? value : null));
    const marker = { symbol: `${symbol}-open`, size: 7, color, line: { color, width: 1.2 } };
    const error = { type: "data", array: [row.standardError ?? 0], color, thickness: 1, width: 3 } as const;
    const template = `${name}<br>N → ∞ by ${row.form}: %{y:.4f}<extra></extra>`;
    return [
      { type: "scatter", mode: "lines", x: fitted.t.map(xOf), y, line, hoverinfo: "skip", ...place },
      {
        type: "scatter",
        mode: "markers",
        x: [0],
        y: [row.selfCoupling > 0 ? row.selfCoupling : null],
        error_y: error,
        marker,
        hovertemplate: template,
        cliponaxis: false,
        ...place,
      },
    ];
  });
}

/** Smallest threshold at the largest size of these series. */
function border(series: readonly Series[]): number | undefined {
  const points = series.flatMap((each) => each.points);
  const largest = Math.max(...points.map(({ n }) => n));
  const values = points.flatMap(({ n, selfCoupling }) => (n === largest ? [selfCoupling ?? Infinity] : []));
  return values.length === 0 ? undefined : Math.min(...values);
}

/** Words for the regions of panel (a), between the borders that are known; `bottom` and `top` in J_D. */
function regionNotes(
  series: { readonly focusing: readonly Series[]; readonly dynamics: readonly Series[] },
  gap: number | undefined,
  [bottom, top]: readonly [number, number],
): Annotation[] {
  const focusing = border(series.focusing);
  const dynamics = border(series.dynamics);
  const at = (
    text: string,
    from: number | undefined,
    to: number | undefined,
    color: string,
    { x, share }: { readonly x: number; readonly share: number } = { x: 0.5, share: 0.5 },
  ): Annotation[] => {
    if (from === undefined || to === undefined) return [];
    const y = (1 - share) * Math.log10(from) + share * Math.log10(to);
    const place = { x, y, xref: "x domain", yref: "y" };
    return [note(text, { ...place, xanchor: "center", yanchor: "middle", font: { color } })];
  };
  return [
    ...at("no dense clusters", gap === undefined ? undefined : bottom, gap, palette.black),
    ...at("dense clusters exist", gap, focusing ?? dynamics, palette.black),
    ...at("focusing BP reaches them", focusing, dynamics ?? top, focusingLooks[0].color),
    // Above the curves, which rise to the left.
    ...at("plain dynamics reaches them", dynamics, top, dynamicsLook.color, { x: 0.62, share: 0.75 }),
  ];
}

/** Legend of the line styles of the fitted forms. */
const formEntries = (): ScatterTrace[] =>
  Object.values(extrapolationForms).map(({ name, dash }) =>
    legendEntry(name, { mode: "lines", line: stroke(palette.grey, 1.2, dash), legend: "legend3" }),
  );

function panelsLayout(
  smallest: number,
  [bottom, top]: readonly [number, number],
  gap: number | undefined,
  parts: { readonly shapes: readonly Shape[]; readonly annotations: readonly Annotation[] },
): Layout {
  const axes: Record<`${"x" | "y"}axis${string}`, Axis> = {};
  for (const { suffix, title: text, domain, xOf } of panels) {
    const largest = xOf(inverseLog(smallest));
    const range = [-sideMargin.left * largest, (1 + sideMargin.right) * largest] as const;
    axes[`xaxis${suffix}`] = axis(text, { domain, range, anchor: `y${suffix}` });
    axes[`yaxis${suffix}`] = logAxis(suffix === "" ? `self-coupling ${symbols.selfCoupling}` : "", {
      range: [Math.log10(bottom), Math.log10(top)],
      tickvals: roundCouplings,
      ticktext: roundCouplings.map((value) => label(value)),
      anchor: `x${suffix}`,
      ...(suffix === "" ? {} : { showticklabels: false }),
    });
  }
  const bands =
    gap === undefined ? [] : panels.map(({ suffix }) => horizontalBand(bottom, gap, suffix, gapFill));
  return baseLayout(
    { height: 400, margin: { l: 58, r: 190, t: 22, b: 46 } },
    {
      ...axes,
      legend: legendAt(1.02, 1),
      legend2: legendAt(1.02, 0.42),
      legend3: legendAt(1.02, 0.26, "extrapolation"),
      shapes: [...bands, ...parts.shapes],
      annotations: [panelLabel("(a)", ""), panelLabel("(b)", "2"), ...parts.annotations],
    },
  );
}

/**
 * Thresholds of focusing belief propagation along each protocol (three at most) and of plain dynamics against the size,
 * with their extrapolations, over the thresholds of the geometry.
 * @param focusingThresholds J_fBP(N) of `focusingThresholds`, any order
 * @param focusingExtrapolations their limits N → ∞
 * @param accessThresholds J_a(N) of `accessThresholds`, any order
 * @param accessExtrapolations their limits N → ∞
 * @param thresholds for J_gap and J_mono; null where they are not known
 * @source draws (P15), (P16) beside what algorithms reach
 */
export function reachFigure(
  focusingThresholds: readonly FocusingThresholdRow[],
  focusingExtrapolations: readonly FocusingExtrapolationRow[] = [],
  accessThresholds: readonly AccessThresholdRow[] = [],
  accessExtrapolations: readonly ExtrapolationRow[] = [],
  thresholds: ThresholdsRow | null = null,
): Figure {
  const tables = [
    focusingThresholdTable(focusingThresholds),
    focusingExtrapolationTable(focusingExtrapolations),
    accessThresholdTable(accessThresholds),
    extrapolationTable(accessExtrapolations),
    ...(thresholds === null ? [] : [thresholdsTable(thresholds)]),
  ];
  const head = { name: "reach", title, caption, tables };
  const focusing = focusingSeries(focusingThresholds, focusingExtrapolations);
  const dynamics = dynamicsSeries(accessThresholds, accessExtrapolations);
  const all = [...focusing, ...dynamics];
  const points = all.flatMap((series) => series.points);
  if (points.length === 0) return withoutData(head);
  const smallest = Math.min(...points.map(({ n }) => n));
  const gap = thresholds?.gapClosing?.selfCoupling;
  const values = [...points.map((row) => row.selfCoupling!), ...(gap === undefined ? [] : [gap])];
  const limits = all.flatMap((series) => series.limits.map((row) => row.selfCoupling ?? 0));
  const range = [
    Math.min(emptyRange[0], room[0] * Math.min(...values)),
    Math.max(emptyRange[1], room[1] * Math.max(...values, ...limits)),
  ] as const;
  const end = (1 + sideMargin.right) / Math.log(smallest);
  const marks = criticalMarks(thresholds);
  const shapes = panels.flatMap(({ suffix }) =>
    marks.map(({ selfCoupling, line }) => horizontalLine(selfCoupling, suffix, line)),
  );
  const entries = marks.map((mark) => markEntry(mark, "legend2"));
  const data = panels.flatMap((panel) => [
    ...all.flatMap((series) => limitTraces(series, panel, end)),
    ...all.map((series) => pointsTrace(series, panel)),
  ]);
  const annotations = regionNotes({ focusing, dynamics }, gap, range);
  const forms = all.some((series) => series.limits.length > 0) ? formEntries() : [];
  return {
    ...head,
    data: [...data, ...entries, ...forms],
    layout: panelsLayout(smallest, range, gap, { shapes, annotations }),
  };
}
