/** @file Figure 6: which fixed points zero-temperature dynamics reaches, against self-coupling, size and budget. */
import type {
  AccessibilityRow,
  AccessThresholdRow,
  ExtrapolationRow,
  ThresholdsRow,
  UpdateOrder,
} from "../experiments/rows.ts";
import { budgetTrace, extrapolationTraces, gapTraces, sizePoint } from "./access-threshold.ts";
import type { SizeStyle } from "./access-threshold.ts";
import { curve, distinct } from "./select.ts";
import { accessibilityTable, accessThresholdTable, extrapolationTable, thresholdsTable } from "./tables.ts";
import {
  axis,
  baseLayout,
  extent,
  label,
  legendAt,
  logAxis,
  logRange,
  markerAt,
  padded,
  panelLabel,
  sequentialColors,
  stroke,
  symbols,
  withoutData,
} from "./theme.ts";
import type { ErrorBars, Figure, Layout, ScatterTrace, Table, Trace } from "./types.ts";

/** Points of a drawn logistic curve across the panel. */
const logisticPoints = 161;

/** Shares of the width and height of the four panels. */
const columns = [
  [0, 0.42],
  [0.58, 1],
] as const;
const panelRows = [
  [0.58, 1],
  [0, 0.42],
] as const;

/** Rows of figure 6 at one update order. */
interface Series {
  readonly rows: readonly AccessibilityRow[];
  readonly thresholds: readonly AccessThresholdRow[];
  readonly extrapolations: readonly ExtrapolationRow[];
  readonly update: UpdateOrder;
  /** The budget of panels (a) to (c), in sweeps: the largest that was tried. */
  readonly budget: number;
}

const title = "Accessibility of fixed points to zero-temperature dynamics";

const updateNames: Readonly<Record<UpdateOrder, string>> = {
  async: "each sweep updates all neurons once in a fresh random order",
  random: "each sweep makes <i>N</i> independent picks of a neuron",
  sync: "each sweep updates all neurons at once",
  partial: "each sweep updates a random part of the neurons at once",
};

const caption = ({ update, budget }: Pick<Series, "update" | "budget">): string =>
  `Zero-temperature dynamics from random starts; ${updateNames[update]}. (a) Fraction of samples that reach a fixed point ` +
  `within ${budget} sweeps against the self-coupling ${symbols.selfCoupling}, for several sizes <i>N</i>, with Wilson intervals of ` +
  `one standard error and logistic fits (lines). (b) Median number of sweeps to convergence, where at least half of the ` +
  `samples converge. (c) Accessibility threshold ${symbols.access}(<i>N</i>), at which half of the samples converge, with ` +
  `95 % confidence intervals, against 1/log <i>N</i>; lines: least-squares fits of three forms and their limits at ` +
  `<i>N</i> → ∞ with standard errors; dotted level: ${symbols.gap} (P15). (d) ${symbols.access}(<i>N</i>) against the budget of sweeps.`;

/** Wilson score interval of one standard error for k successes in n, as distances from k/n; it stays inside [0, 1] and is never empty. */
function wilsonDistances(k: number, n: number): { up: number; down: number } {
  const p = k / n;
  const centre = (p + 1 / (2 * n)) / (1 + 1 / n);
  const half = Math.sqrt((p * (1 - p)) / n + 1 / (4 * n * n)) / (1 + 1 / n);
  return { up: Math.max(0, centre + half - p), down: Math.max(0, p - (centre - half)) };
}

function binomialBars(rows: readonly AccessibilityRow[], color: string): ErrorBars {
  const distances = rows.map((row) => wilsonDistances(row.converged, row.samples));
  const [array, arrayminus] = [distances.map(({ up }) => up), distances.map(({ down }) => down)];
  return { type: "data", symmetric: false, array, arrayminus, color, thickness: 1, width: 2 };
}

/** Fractions with their errors and the logistic fit, and the median time, at one N. */
function sizeTraces(
  series: Series,
  n: number,
  { color, symbol }: SizeStyle,
  couplings: readonly [number, number],
): Trace[] {
  const rows = series.rows.filter((row) => row.n === n && row.budget === series.budget && row.samples > 0);
  const fit = series.thresholds.find((row) => row.n === n && row.budget === series.budget);
  const shared = { type: "scatter", legendgroup: `N${n}` } as const;
  const marker = { symbol, size: 6, color };
  const name = `${symbols.size} = ${n}`;
  const fractions: ScatterTrace = {
    ...shared,
    mode: "markers",
    name,
    x: rows.map((row) => row.selfCoupling),
    y: rows.map((row) => row.converged / row.samples),
    error_y: binomialBars(rows, color),
    marker,
    cliponaxis: false,
    hovertemplate: `N = ${n}, J_D = %{x:.4g}<br>fraction %{y:.3f}<extra></extra>`,
  };
  const medians: ScatterTrace = {
    ...shared,
    mode: "lines+markers",
    name,
    ...curve(
      rows,
      (row) => row.selfCoupling,
      (row) => row.medianSweeps,
    ),
    line: stroke(color, 1),
    marker: { ...marker, size: 5 },
    xaxis: "x2",
    yaxis: "y2",
    showlegend: false,
    hovertemplate: `N = ${n}, J_D = %{x:.4g}<br>median %{y:.4g} sweeps<extra></extra>`,
  };
  if (fit === undefined || fit.selfCoupling === null || fit.width === null || fit.width <= 0)
    return [fractions, medians];
  const { selfCoupling: centre, width } = fit;
  const [low, high] = couplings;
  const x = Array.from({ length: logisticPoints }, (_, k) => low + ((high - low) * k) / (logisticPoints - 1));
  const y = x.map((value) => 1 / (1 + Math.exp(-(value - centre) / width)));
  const line = stroke(color, 1.2);
  return [{ ...shared, mode: "lines", x, y, line, showlegend: false, hoverinfo: "skip" }, fractions, medians];
}

function panelsLayout(series: Series, couplings: readonly [number, number], smallest: number): Layout {
  const couplingTitle = `self-coupling ${symbols.selfCoupling}`;
  const [left, right] = columns;
  const [upper, lower] = panelRows;
  const medians = extent(series.rows.map((row) => row.medianSweeps)) ?? [1, 10];
  const budgets = distinct(series.thresholds, (row) => row.budget);
  const budgetRange = logRange([0.8 * (budgets[0] ?? 100), 1.25 * (budgets.at(-1) ?? 1000)]);
  const thresholdTitle = `threshold ${symbols.access}`;
  return baseLayout(
    { height: 520, margin: { l: 58, r: 104, t: 22, b: 46 } },
    {
      xaxis: axis(couplingTitle, { domain: left, range: couplings }),
      yaxis: axis("fraction converged", { domain: upper, range: [-0.04, 1.04] }),
      xaxis2: axis(couplingTitle, { domain: right, range: couplings, anchor: "y2" }),
      yaxis2: logAxis("median time (sweeps)", {
        domain: upper,
        range: logRange([medians[0] / 1.2, medians[1] * 1.2]),
        anchor: "x2",
      }),
      xaxis3: axis(`1/log ${symbols.size}`, {
        domain: left,
        range: [-0.01, 1.08 / Math.log(smallest)],
        anchor: "y3",
      }),
      yaxis3: axis(thresholdTitle, { domain: lower, rangemode: "tozero", anchor: "x3" }),
      xaxis4: logAxis("budget (sweeps)", {
        domain: right,
        range: budgetRange,
        tickvals: budgets,
        ticktext: budgets.map((budget) => label(budget)),
        anchor: "y4",
      }),
      yaxis4: axis(thresholdTitle, { domain: lower, anchor: "x4" }),
      legend: legendAt(1.02, 1),
      legend2: legendAt(1.02, lower[1], "(c)"),
      annotations: ["(a)", "(b)", "(c)", "(d)"].map((text, k) =>
        panelLabel(text, k === 0 ? "" : String(k + 1)),
      ),
    },
  );
}

/** The update order with most rows; of its budgets the largest. */
function mainSeries(
  rows: readonly AccessibilityRow[],
  thresholds: readonly AccessThresholdRow[],
  extrapolations: readonly ExtrapolationRow[],
): Series | null {
  const sound = rows.filter((row) => row.status === "ok");
  const counts = new Map<UpdateOrder, number>();
  for (const { update } of sound) counts.set(update, (counts.get(update) ?? 0) + 1);
  const [update] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (update === undefined) return null;
  const own = sound.filter((row) => row.update === update);
  return {
    update,
    budget: Math.max(...own.map((row) => row.budget)),
    rows: own.sort((a, b) => a.selfCoupling - b.selfCoupling),
    thresholds: thresholds.filter(
      (row) => row.update === update && row.status === "ok" && row.selfCoupling !== null,
    ),
    extrapolations: extrapolations.filter((row) => row.update === update && row.status === "ok"),
  };
}

/**
 * Convergence of zero-temperature dynamics: probability and median time against J_D for each N, J_a(N) with its
 * extrapolations beside J_gap, and J_a against the budget. Where several update orders are among the rows, the one with
 * most rows is drawn, at its largest budget.
 * @param rows any order
 * @param accessThresholds logistic fits per (N, update, budget)
 * @param extrapolations limits N → ∞ per (update, budget, form)
 * @param thresholds for J_gap; null where it is not known
 */
export function accessibilityFigure(
  rows: readonly AccessibilityRow[],
  accessThresholds: readonly AccessThresholdRow[] = [],
  extrapolations: readonly ExtrapolationRow[] = [],
  thresholds: ThresholdsRow | null = null,
): Figure {
  const tables: Table[] = [
    accessibilityTable(rows),
    accessThresholdTable(accessThresholds),
    extrapolationTable(extrapolations),
    ...(thresholds === null ? [] : [thresholdsTable(thresholds)]),
  ];
  const series = mainSeries(rows, accessThresholds, extrapolations);
  const head = { name: "accessibility", title, tables };
  if (series === null) return withoutData({ ...head, caption: caption({ update: "async", budget: 0 }) });
  const couplings = padded(extent(series.rows.map((row) => row.selfCoupling))!, 0.03);
  const sizes = distinct(series.rows, (row) => row.n);
  const colors = sequentialColors(sizes.length);
  const perSize = sizes.flatMap((n, k) => {
    const style = { color: colors[k]!, symbol: markerAt(k) };
    const fits = series.thresholds.filter((row) => row.n === n);
    const atBudget = fits.filter((row) => row.budget === series.budget);
    return [
      ...sizeTraces(series, n, style, couplings),
      sizePoint(atBudget, n, style),
      budgetTrace(fits, n, style),
    ];
  });
  const limits = series.extrapolations.filter((row) => row.budget === series.budget);
  const data = [...extrapolationTraces(limits, sizes[0]!), ...gapTraces(thresholds, sizes[0]!), ...perSize];
  return { ...head, caption: caption(series), data, layout: panelsLayout(series, couplings, sizes[0]!) };
}
