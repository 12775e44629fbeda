/**
 * @file Fractions of samples that succeed and the time that they take, against J_D at one size: points with
 * their intervals, fitted logistic curves, medians.
 */
import type { ConfidenceInterval, RowStatus, SizeThreshold } from "../experiments/rows.ts";
import { curve } from "./select.ts";
import { stroke, symbols } from "./theme.ts";
import type { ErrorBars, ScatterTrace } from "./types.ts";

/** Points of a drawn logistic curve across the panel. */
const logisticPoints = 161;

/** Samples at one J_D. */
export interface SuccessPoint {
  readonly status: RowStatus;
  readonly selfCoupling: number;
  /** Number of samples, > 0. */
  readonly samples: number;
  readonly successes: number;
  /** Confidence interval of the fraction; null draws none. */
  readonly interval: ConfidenceInterval | null;
  /** Median time over all samples; null when half of them did not succeed. */
  readonly medianTime: number | null;
}

/** How the points of one N look. */
export interface SizeStyle {
  readonly color: string;
  readonly symbol: string;
}

/** What the traces of one N share. */
export interface SizeSeries {
  readonly n: number;
  /** Whether the traces stand in the legend. */
  readonly inLegend: boolean;
  readonly style: SizeStyle;
  /** Axes of the panel, such as { xaxis: "x2", yaxis: "y2" }; the first panel by default. */
  readonly place?: Pick<ScatterTrace, "xaxis" | "yaxis">;
}

/** Distances of the ends of the intervals from the fractions. */
function intervalBars(points: readonly SuccessPoint[], color: string): ErrorBars {
  const distances = points.map(({ successes, samples, interval }) => {
    const fraction = successes / samples;
    const { low, high } = interval ?? { low: fraction, high: fraction };
    return { up: Math.max(0, high - fraction), down: Math.max(0, fraction - low) };
  });
  const [array, arrayminus] = [distances.map(({ up }) => up), distances.map(({ down }) => down)];
  return { type: "data", symmetric: false, array, arrayminus, color, thickness: 1, width: 2 };
}

const shared = ({ n, place }: SizeSeries) => ({ type: "scatter", legendgroup: `N${n}`, ...place }) as const;

const legend = ({ n, inLegend }: SizeSeries) => ({
  name: `${symbols.size} = ${n}`,
  ...(inLegend ? {} : { showlegend: false }),
});

/**
 * Fractions with their intervals, and below them the fitted logistic curve where there is one.
 * @param fit threshold and width; undefined or null numbers where none was fitted
 * @param range J_D over which the curve is drawn
 */
export function fractionTraces(
  series: SizeSeries,
  points: readonly SuccessPoint[],
  fit: Pick<SizeThreshold, "selfCoupling" | "width"> | undefined,
  [low, high]: readonly [number, number],
): ScatterTrace[] {
  const { color, symbol } = series.style;
  const fractions: ScatterTrace = {
    ...shared(series),
    ...legend(series),
    mode: "markers",
    x: points.map((point) => point.selfCoupling),
    y: points.map((point) => point.successes / point.samples),
    error_y: intervalBars(points, color),
    marker: { symbol, size: 6, color },
    cliponaxis: false,
    hovertemplate: `N = ${series.n}, J_D = %{x:.4g}<br>fraction %{y:.3f}<extra></extra>`,
  };
  if (fit === undefined || fit.selfCoupling === null || fit.width === null || fit.width <= 0)
    return [fractions];
  const { selfCoupling: centre, width } = fit;
  const x = Array.from({ length: logisticPoints }, (_, k) => low + ((high - low) * k) / (logisticPoints - 1));
  const y = x.map((value) => 1 / (1 + Math.exp(-(value - centre) / width)));
  const line = stroke(color, 1.2);
  return [{ ...shared(series), mode: "lines", x, y, line, showlegend: false, hoverinfo: "skip" }, fractions];
}

/** Median times; the line breaks where fewer than half of the samples succeed. */
export function medianTrace(series: SizeSeries, points: readonly SuccessPoint[], unit: string): ScatterTrace {
  const { color, symbol } = series.style;
  return {
    ...shared(series),
    ...legend(series),
    mode: "lines+markers",
    ...curve(
      points,
      (point) => point.selfCoupling,
      (point) => point.medianTime,
    ),
    line: stroke(color, 1),
    marker: { symbol, size: 5, color },
    hovertemplate: `N = ${series.n}, J_D = %{x:.4g}<br>median %{y:.4g} ${unit}<extra></extra>`,
  };
}
