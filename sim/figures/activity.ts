/** @file Figure: activity of the asynchronous rule, theory beside simulation, and where its stationary value vanishes. */
import type { JudgedLimitRow } from "../experiments/activity-limit.ts";
import type { WindowedActivityRow } from "../experiments/activity-rows.ts";
import type { ActivityRow, RelaxationForm, StationaryActivityRow } from "../experiments/rows-beyond.ts";
import type { ExtrapolationRow } from "../experiments/rows.ts";
import { extrapolationForms } from "./access-threshold.ts";
import {
  activityLimitTable,
  activityTable,
  activityWindowsTable,
  stationaryActivityTable,
} from "./activity-tables.ts";
import { distinct, isSame } from "./select.ts";
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
  palette,
  panelLabel,
  sequentialColors,
  stroke,
  symbols,
  withoutData,
} from "./theme.ts";
import type { Figure, Layout, ScatterTrace, Table } from "./types.ts";

const title = "Activity of the asynchronous dynamics";

const caption =
  `(a) Flips per neuron in each sweep from random starts, for several self-couplings ${symbols.selfCoupling}. Lines: ` +
  `single-neuron process (P27), <i>N</i> → ∞, at vanishing time step; points: networks with <i>N</i> independent picks a ` +
  `sweep, with standard errors. (b) Square root of the stationary activity against ${symbols.selfCoupling}, from solutions ` +
  `of (P27) over a long time carried on in two forms, with standard errors, where the fit in time determines it; lines lead on to where a polynomial of second degree through them vanishes, ` +
  `the accessibility threshold ${symbols.access}(<i>N</i> → ∞) of the theory; marks on the axis: that threshold with its ` +
  `standard error, and extrapolations of ${symbols.access}(<i>N</i>) from finite sizes.`;

/** Sweeps whose simulated activity is marked: enough to see every decade, few enough to see the lines. */
const marked = [1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 1000];

/** Activities below this share of the largest are not drawn: a few flips in all samples. */
const smallestShare = 3e-4;

const panelWidths = [
  [0, 0.44],
  [0.58, 1],
] as const;

/** Line of the theory at vanishing time step. */
function theoryTrace({ selfCoupling, activity }: ActivityRow, color: string): ScatterTrace {
  return {
    type: "scatter",
    mode: "lines",
    name: `${symbols.selfCoupling} = ${label(selfCoupling)}`,
    legendgroup: label(selfCoupling),
    x: activity.map((_, k) => k + 1),
    y: activity.map((value) => (value > 0 ? value : null)),
    line: stroke(color, 1.5),
    hovertemplate: `theory, sweep %{x}: %{y:.4f}<extra></extra>`,
  };
}

/** Points of simulated networks. */
function simulationTrace(
  { selfCoupling, n, activity, standardError }: ActivityRow,
  color: string,
  symbol: string,
): ScatterTrace {
  const sweeps = marked.filter((sweep) => sweep <= activity.length && activity[sweep - 1]! > 0);
  const errors = sweeps.map((sweep) => standardError?.[sweep - 1] ?? 0);
  return {
    type: "scatter",
    mode: "markers",
    legendgroup: label(selfCoupling),
    showlegend: false,
    x: sweeps,
    y: sweeps.map((sweep) => activity[sweep - 1]!),
    error_y: { type: "data", array: errors, color, thickness: 1, width: 2 },
    marker: { symbol, size: 5, color },
    hovertemplate: `N = ${n}, sweep %{x}: %{y:.4f}<extra></extra>`,
  };
}

/** Lines and points of panel (a). */
function courseTraces(rows: readonly ActivityRow[]): ScatterTrace[] {
  const sound = rows.filter(({ status }) => status === "ok");
  const solved = sound.filter(({ source, timeStep }) => source === "theory" && timeStep === 0);
  const runs = sound.filter(({ source }) => source === "simulation");
  const largest = Math.max(...runs.map(({ n }) => n!));
  const couplings = distinct([...solved, ...runs], (row) => row.selfCoupling);
  const colors = sequentialColors(couplings.length);
  const at = (row: ActivityRow): number => couplings.findIndex((value) => isSame(value, row.selfCoupling));
  return [
    ...solved.map((row) => theoryTrace(row, colors[at(row)]!)),
    ...runs
      .filter(({ n }) => n === largest)
      .map((row) => simulationTrace(row, colors[at(row)]!, markerAt(at(row)))),
  ];
}

const place = { xaxis: "x2", yaxis: "y2", legend: "legend2" } as const;

const formStyles: Readonly<
  Record<RelaxationForm, { readonly color: string; readonly symbol: string; readonly dash: number }>
> = {
  "power law": { color: palette.vermillion, symbol: "square-open", dash: 1 },
  "slow hysteresis": { color: palette.blue, symbol: "circle", dash: 0 },
};

/** √activity; an activity below zero, which stands for one that dies out, is drawn at zero. */
const rootOf = (activity: number): number => Math.sqrt(Math.max(0, activity));

/** Stationary activities of one form, and where they vanish. */
function formTraces(
  form: RelaxationForm,
  stationary: readonly StationaryActivityRow[],
  limits: readonly JudgedLimitRow[],
): ScatterTrace[] {
  const { color, symbol, dash } = formStyles[form];
  const points = stationary
    .filter((row) => row.form === form && row.status === "ok" && row.activity !== null)
    .sort((a, b) => a.selfCoupling - b.selfCoupling);
  if (points.length === 0) return [];
  const limit = limits.find((row) => row.relaxation === form && row.form === "square root");
  const end = limit?.selfCoupling ?? null;
  const x = points.map((row) => row.selfCoupling);
  const y = points.map((row) => rootOf(row.activity!));
  const errors = points.map(
    ({ standardError }, k) => (standardError ?? 0) / (2 * Math.max(y[k]!, Math.sqrt(standardError ?? 1))),
  );
  const bars = { type: "data", array: errors, color, thickness: 1, width: 3 } as const;
  const dots: ScatterTrace = {
    type: "scatter",
    mode: "markers",
    name: form,
    x,
    y,
    error_y: bars,
    marker: { symbol, size: 6, color },
    hovertemplate: `J_D = %{x}: √a = %{y:.4f}<extra></extra>`,
    ...place,
  };
  if (end === null) return [dots];
  const inside = points.map((_, k) => k).filter((k) => x[k]! < end);
  return [
    dots,
    {
      type: "scatter",
      mode: "lines",
      showlegend: false,
      x: [...inside.map((k) => x[k]!), end],
      y: [...inside.map((k) => y[k]!), 0],
      line: stroke(color, 1, dashAt(dash)),
      hoverinfo: "skip",
      ...place,
    },
    axisMark(`(P27): ${label(end, 3)}`, limit!, color, symbol),
  ];
}

/** A threshold on the axis with its standard error. */
function axisMark(
  name: string,
  row: { readonly selfCoupling: number | null; readonly standardError: number | null },
  color: string,
  symbol: string,
): ScatterTrace {
  return {
    type: "scatter",
    mode: "markers",
    name,
    x: [row.selfCoupling],
    y: [0],
    error_x: { type: "data", array: [row.standardError ?? 0], color, thickness: 1, width: 4 },
    marker: { symbol, size: 8, color, line: { color, width: 1.4 } },
    cliponaxis: false,
    hovertemplate: `${name}: %{x:.4f}<extra></extra>`,
    ...place,
  };
}

/** Extrapolations of J_a(N) from finite sizes, at the largest budget among them. */
function finiteSizeTraces(rows: readonly ExtrapolationRow[]): ScatterTrace[] {
  const known = rows.filter(({ status, selfCoupling }) => status === "ok" && selfCoupling !== null);
  const budget = Math.max(...known.map((row) => row.budget));
  return known
    .filter((row) => row.budget === budget)
    .map((row) => {
      const { name } = extrapolationForms[row.form];
      return axisMark(`${name}: ${label(row.selfCoupling!, 3)}`, row, palette.grey, markers[row.form]);
    });
}

const markers: Readonly<Record<ExtrapolationRow["form"], string>> = {
  "1/log N": "triangle-up-open",
  "N^(-1/3)": "diamond-open",
  "N^(-1/2)": "triangle-down-open",
};

function layoutOf(courses: readonly ScatterTrace[], limits: readonly ScatterTrace[]): Layout {
  const [left, right] = panelWidths;
  const values = courses.flatMap(({ y }) => y);
  const [low, high] = extent(values.filter((value) => value !== null && value > 0)) ?? [1e-3, 1];
  const last = extent(courses.flatMap(({ x }) => x))?.[1] ?? 10;
  const couplings = extent(limits.flatMap(({ x }) => x)) ?? [0, 1];
  const roots = extent(limits.flatMap(({ y }) => y)) ?? [0, 1];
  return baseLayout(
    { height: 300, margin: { l: 58, r: 150, t: 24, b: 46 } },
    {
      xaxis: logAxis("time (sweeps)", { domain: left, range: logRange([0.9, 1.1 * last]) }),
      yaxis: logAxis("flips per neuron and sweep", {
        range: logRange([Math.max(low, smallestShare * high) / 1.2, 1.2 * high]),
      }),
      xaxis2: axis(`self-coupling ${symbols.selfCoupling}`, {
        domain: right,
        range: [couplings[0] - 0.04, couplings[1] + 0.06],
        anchor: "y2",
      }),
      yaxis2: axis("√(stationary activity)", { range: [0, 1.1 * roots[1] || 1], anchor: "x2" }),
      legend: legendAt(1.02, 1, "(a)"),
      legend2: legendAt(1.02, 0.42, "(b)"),
      annotations: [panelLabel("(a)", ""), panelLabel("(b)", "2")],
    },
  );
}

/**
 * Activity in each sweep, theory and simulation, and the stationary activity against J_D.
 * @param rows activities; of simulations those of the largest N are drawn, of the theory those at vanishing time step
 * @param stationary activities carried on to infinite time
 * @param limits self-couplings at which they vanish
 * @param extrapolations J_a(N → ∞) from finite sizes, drawn beside it
 * @source draws rows of `activityRows`, `stationaryRows` and `activityLimits`
 */
export function activityFigure(
  rows: readonly WindowedActivityRow[],
  stationary: readonly StationaryActivityRow[] = [],
  limits: readonly JudgedLimitRow[] = [],
  extrapolations: readonly ExtrapolationRow[] = [],
): Figure {
  const tables: Table[] = [
    activityTable(rows),
    activityWindowsTable(rows),
    stationaryActivityTable(stationary),
    activityLimitTable(limits),
  ];
  const head = { name: "activity", title, caption, tables };
  const courses = courseTraces(rows);
  const forms = (["slow hysteresis", "power law"] as const).flatMap((form) =>
    formTraces(form, stationary, limits),
  );
  if (courses.length === 0 && forms.length === 0) return withoutData(head);
  const right = [...forms, ...finiteSizeTraces(extrapolations)];
  return { ...head, data: [...courses, ...right], layout: layoutOf(courses, right) };
}
