/** @file Deviation of focusing belief propagation from theory: from (P28) against 1/N, from (P28) and (P9) against y. */
import type { FocusingEntropySummary, Quartiles } from "../experiments/rows.ts";
import { distinct, isSame } from "./select.ts";
import {
  axis,
  dashAt,
  extent,
  label,
  logAxis,
  logRange,
  markerAt,
  sequentialColors,
  stroke,
  symbols,
} from "./theme.ts";
import type { Axis, ErrorBars, ScatterTrace } from "./types.ts";

/** Shares of the width of the two panels. */
const left = [0, 0.37] as const;
const right = [0.49, 0.83] as const;

/** Parts by which the range of y and of the deviations is widened on each side. */
const marginOfY = 1.25;
const marginOfDeviations = 1.4;

/** Summaries of one (J_D, y), by ascending N, and how they look. */
export interface AgreementSeries {
  readonly selfCoupling: number;
  readonly replicas: number;
  readonly points: readonly FocusingEntropySummary[];
  readonly color: string;
  readonly symbol: string;
}

/** One series for each (J_D, y): colour for J_D, symbol for y. */
export function seriesOf(summaries: readonly FocusingEntropySummary[]): AgreementSeries[] {
  const couplings = distinct(summaries, (row) => row.selfCoupling);
  const ys = distinct(summaries, (row) => row.replicas);
  const colors = sequentialColors(couplings.length);
  return couplings.flatMap((selfCoupling, k) =>
    ys.flatMap((replicas, l) => {
      const points = summaries
        .filter((row) => isSame(row.selfCoupling, selfCoupling) && isSame(row.replicas, replicas))
        .sort((a, b) => a.n - b.n);
      return points.length === 0
        ? []
        : [{ selfCoupling, replicas, points, color: colors[k]!, symbol: markerAt(l) }];
    }),
  );
}

/** Quartiles as bars around the medians. */
function bars(values: readonly (Quartiles | null)[], color: string): ErrorBars {
  return {
    type: "data",
    symmetric: false,
    array: values.map((value) => (value === null ? null : value.high - value.median)),
    arrayminus: values.map((value) => (value === null ? null : value.median - value.low)),
    color,
    thickness: 1,
    width: 2,
  };
}

const medians = (values: readonly (Quartiles | null)[]): (number | null)[] =>
  values.map((value) => value?.median ?? null);

const nameOf = ({ selfCoupling, replicas }: AgreementSeries): string =>
  `${label(selfCoupling)}, ${label(replicas)}`;

/** Deviations of one series from (P28) against 1/N. */
function sizeTrace(series: AgreementSeries, suffix: string): ScatterTrace {
  const { selfCoupling, replicas, points, color, symbol } = series;
  const deviations = points.map((row) => row.deviation);
  return {
    type: "scatter",
    mode: "lines+markers",
    name: nameOf(series),
    legend: "legend2",
    x: points.map((row) => 1 / row.n),
    y: medians(deviations),
    error_y: bars(deviations, color),
    marker: { symbol, size: 6, color },
    line: stroke(color, 1),
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    hovertemplate: `J_D = ${label(selfCoupling)}, y = ${label(replicas)}<br>1/N = %{x:.5f}: %{y:.5f}<extra></extra>`,
  };
}

/** Deviations at one J_D and the largest N of each y from (P28), filled, and from (P9), open, against y. */
function replicaTraces(series: readonly AgreementSeries[], suffix: string): ScatterTrace[] {
  const { selfCoupling, color } = series[0]!;
  const last = series.map(({ points }) => points.at(-1)!);
  const kinds = [
    { equation: "(P28)", values: last.map((row) => row.deviation), ending: "", dash: dashAt(0) },
    { equation: "(P9)", values: last.map((row) => row.uncentredDeviation), ending: "-open", dash: dashAt(1) },
  ];
  return kinds.map(({ equation, values, ending, dash }) => ({
    type: "scatter",
    mode: "lines+markers",
    showlegend: false,
    x: series.map(({ replicas }) => replicas),
    y: medians(values),
    error_y: bars(values, color),
    marker: { symbol: series.map(({ symbol }) => symbol + ending), size: 6, color },
    line: stroke(color, 1, dash),
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    hovertemplate: `J_D = ${label(selfCoupling)}, y = %{x}<br>from ${equation}: %{y:.5f}<extra></extra>`,
  }));
}

/** Traces of all series in the two panels. */
export function agreementTraces(
  series: readonly AgreementSeries[],
  [first, second]: readonly [string, string],
): ScatterTrace[] {
  const couplings = distinct(series, ({ selfCoupling }) => selfCoupling);
  const ofCoupling = (value: number) => series.filter(({ selfCoupling }) => isSame(selfCoupling, value));
  return [
    ...series.map((each) => sizeTrace(each, first)),
    ...couplings.flatMap((selfCoupling) => replicaTraces(ofCoupling(selfCoupling), second)),
  ];
}

/** Axes of the two panels. */
export function agreementAxes(
  series: readonly AgreementSeries[],
  [first, second]: readonly [string, string],
  domain: readonly [number, number],
): Record<string, Axis> {
  const all = series.flatMap(({ points }) => points);
  const sizes = distinct(all, (row) => row.n);
  const ys = distinct(all, (row) => row.replicas);
  const highest = extent(all.map((row) => row.deviation?.high))?.[1] ?? 1;
  const last = series.map(({ points }) => points.at(-1)!);
  const deviations = last.flatMap(({ deviation, uncentredDeviation }) =>
    [deviation, uncentredDeviation].flatMap((value) => (value === null ? [] : [value.low, value.high])),
  );
  // A logarithmic axis has no place for a deviation of zero.
  const [low, high] = extent(deviations.filter((value) => value > 0)) ?? [0.001, 0.1];
  const title = "rms deviation (nats)";
  return {
    [`xaxis${first}`]: axis(`1/${symbols.size}`, {
      domain: left,
      anchor: `y${first}`,
      range: [0, 1.08 / (sizes[0] ?? 100)],
      tickvals: sizes.map((n) => 1 / n),
      ticktext: sizes.map((n) => `1/${n}`),
    }),
    [`yaxis${first}`]: axis(title, { domain, anchor: `x${first}`, range: [0, 1.1 * highest] }),
    [`xaxis${second}`]: logAxis(`number of replicas ${symbols.y}`, {
      domain: right,
      anchor: `y${second}`,
      range: logRange([(ys[0] ?? 1) / marginOfY, (ys.at(-1) ?? 10) * marginOfY]),
      tickvals: ys,
      ticktext: ys.map((y) => label(y)),
    }),
    [`yaxis${second}`]: logAxis(title, {
      domain,
      anchor: `x${second}`,
      range: logRange([low / marginOfDeviations, high * marginOfDeviations]),
    }),
  };
}
