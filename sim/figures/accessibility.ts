/** @file Figure 6: which fixed points zero-temperature dynamics reaches, against self-coupling, size and budget. */
import type {
  AccessibilityRow,
  AccessThresholdRow,
  ExtrapolationRow,
  ThresholdsRow,
  UpdateOrder,
} from "../experiments/rows.ts";
import { budgetTrace, extrapolationTraces, gapTraces, sizePoint } from "./access-threshold.ts";
import { distinct } from "./select.ts";
import { fractionTraces, medianTrace } from "./success.ts";
import type { SizeStyle } from "./success.ts";
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
  symbols,
  withoutData,
} from "./theme.ts";
import type { Figure, Layout, Table, Trace } from "./types.ts";

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
  block: "each sweep updates blocks of neurons in a fresh random order, the neurons of a block at once",
};

const caption = ({ update, budget }: Pick<Series, "update" | "budget">): string =>
  `Zero-temperature dynamics from random starts; ${updateNames[update]}. (a) Fraction of samples that reach a fixed point ` +
  `within ${budget} sweeps against the self-coupling ${symbols.selfCoupling}, for several sizes <i>N</i>, with 95 % Wilson ` +
  `intervals and logistic fits (lines). (b) Median number of sweeps to convergence, where at least half of the ` +
  `samples converge. (c) Accessibility threshold ${symbols.access}(<i>N</i>), at which half of the samples converge, with ` +
  `95 % confidence intervals, against 1/log <i>N</i>; lines: least-squares fits of three forms and their limits at ` +
  `<i>N</i> → ∞ with standard errors; dotted level: ${symbols.gap} (P15). (d) ${symbols.access}(<i>N</i>) against the budget of sweeps.`;

/** Fractions with their errors and the logistic fit, and the median time, at one N. */
function sizeTraces(
  series: Series,
  n: number,
  style: SizeStyle,
  couplings: readonly [number, number],
): Trace[] {
  const points = series.rows
    .filter((row) => row.n === n && row.budget === series.budget && row.samples > 0)
    .map((row) => ({
      ...row,
      successes: row.converged,
      interval: row.convergedInterval,
      medianTime: row.medianSweeps,
    }));
  const fit = series.thresholds.find((row) => row.n === n && row.budget === series.budget);
  return [
    ...fractionTraces({ n, inLegend: true, style }, points, fit, couplings),
    medianTrace({ n, inLegend: false, style, place: { xaxis: "x2", yaxis: "y2" } }, points, "sweeps"),
  ];
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
 * @source draws rows of {@link accessibilityRows}, `accessThresholds` and {@link extrapolationRows}
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
