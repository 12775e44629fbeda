/** @file Figure 5: complexity and local entropy at fixed overlap against y, and the y of the densest clusters. */
import type { LocalEntropyRow } from "../experiments/rows.ts";
import { curve, distinct, hasPoints, isSame } from "./select.ts";
import type { Curve } from "./select.ts";
import { localEntropyTable } from "./tables.ts";
import {
  axis,
  baseLayout,
  dashAt,
  extent,
  gapFill,
  horizontalBand,
  horizontalLine,
  label,
  legendAt,
  logAxis,
  logRange,
  padded,
  palette,
  panelLabel,
  sequentialColors,
  stroke,
  symbols,
  withoutData,
} from "./theme.ts";
import type { Figure, Layout, ScatterTrace, Trace } from "./types.ts";

/** More curves of y*(d) than this crowd their panel; of a longer list, evenly spread ones are drawn. */
const mostCurves = 6;

/** Negative complexities are shown down to this share of the highest one: beyond, they say nothing about clusters. */
const negativeShare = 0.5;

/** Shares of the width and height of the four panels. */
const columns = [
  [0, 0.43],
  [0.57, 1],
] as const;
const panelRows = [
  [0.59, 1],
  [0, 0.41],
] as const;

const title = `Complexity, local entropy and <i>y</i>* of dense clusters`;

const caption =
  `Clusters of <i>y</i> replicas at fixed mutual distance ${symbols.distance} (P9). (a) Complexity Σ (P12), the logarithm of the ` +
  `number of clusters per neuron, and (b) their local entropy ${symbols.localEntropy} (P11), both in nats per neuron, against ` +
  `<i>y</i>. (c) Σ against ${symbols.localEntropy}, with <i>y</i> as parameter. Shaded: Σ < 0, where no such clusters exist (nor do ` +
  `they where ${symbols.localEntropy} < 0); at Σ = 0 stand the densest ones, with ${symbols.y} = ${symbols.yStar} and ${symbols.localEntropy} = ${symbols.densest} (P14; filled ` +
  `circles where solved for). (d) ${symbols.yStar} against the distance, for several self-couplings.`;

/** Curves at one (J_D, d): the three panels share colour, dash and legend entry. */
interface Family {
  readonly selfCoupling: number;
  readonly distance: number;
  readonly rows: readonly LocalEntropyRow[];
  /** The point of zero complexity at the same (J_D, d), where it is among the rows. */
  readonly densest: LocalEntropyRow | undefined;
}

function familiesOf(atY: readonly LocalEntropyRow[], atZero: readonly LocalEntropyRow[]): Family[] {
  return distinct(atY, (row) => row.selfCoupling).flatMap((selfCoupling) => {
    const coupled = atY.filter((row) => isSame(row.selfCoupling, selfCoupling));
    return distinct(coupled, (row) => row.distance).map((distance) => ({
      selfCoupling,
      distance,
      rows: coupled.filter((row) => isSame(row.distance, distance)),
      densest: atZero.find(
        (row) =>
          row.status === "ok" && isSame(row.selfCoupling, selfCoupling) && isSame(row.distance, distance),
      ),
    }));
  });
}

/** Legend entries of the families, and what all of them share. */
function familyNames(families: readonly Family[]): { names: string[]; common: string } {
  const coupling = (family: Family): string => `${symbols.selfCoupling} = ${label(family.selfCoupling)}`;
  const distance = (family: Family): string => `${symbols.distance} = ${label(family.distance)}`;
  const [first] = families;
  if (first === undefined) return { names: [], common: "" };
  if (families.every((family) => isSame(family.distance, first.distance))) {
    return { names: families.map(coupling), common: distance(first) };
  }
  if (families.every((family) => isSame(family.selfCoupling, first.selfCoupling))) {
    return { names: families.map(distance), common: coupling(first) };
  }
  return { names: families.map((family) => `${coupling(family)}, ${distance(family)}`), common: "" };
}

const yOf = (row: LocalEntropyRow): number | null => row.y;
const complexityOf = (row: LocalEntropyRow): number | null => row.complexity;
const localEntropyOf = (row: LocalEntropyRow): number | null => row.localEntropy;

/** Σ against S_I in the order of y: the curve may turn back, so it is not sorted by its abscissa. */
function parametric(rows: readonly LocalEntropyRow[]): { x: (number | null)[]; y: (number | null)[] } {
  return { x: curve(rows, yOf, localEntropyOf).y, y: curve(rows, yOf, complexityOf).y };
}

function familyTraces(family: Family, name: string, color: string, dash: string): Trace[] {
  const { rows, densest } = family;
  const line = stroke(color, 1.5, dash);
  const complexity = curve(rows, yOf, complexityOf);
  if (!hasPoints(complexity)) return [];
  const shared = { type: "scatter", name, legendgroup: name } as const;
  const hint = `${name}<br>`;
  const curves: ScatterTrace[] = [
    {
      ...shared,
      mode: "lines",
      ...complexity,
      line,
      hovertemplate: `${hint}y = %{x:.4g}, Σ = %{y:.4g}<extra></extra>`,
    },
    {
      ...shared,
      mode: "lines",
      ...curve(rows, yOf, localEntropyOf),
      line,
      xaxis: "x2",
      yaxis: "y2",
      showlegend: false,
      hovertemplate: `${hint}y = %{x:.4g}, S_I = %{y:.4g}<extra></extra>`,
    },
    {
      ...shared,
      mode: "lines",
      ...parametric(rows),
      line,
      xaxis: "x3",
      yaxis: "y3",
      showlegend: false,
      hovertemplate: `${hint}S_I = %{x:.4g}, Σ = %{y:.4g}<extra></extra>`,
    },
  ];
  if (densest === undefined) return curves;
  const marker = { symbol: "circle", size: 6, color };
  const ends = [
    [densest.y, 0, ""],
    [densest.y, densest.localEntropy, "2"],
    [densest.localEntropy, 0, "3"],
  ] as const;
  const marks = ends.map(([x, y, suffix]): ScatterTrace => {
    const place = { xaxis: `x${suffix}`, yaxis: `y${suffix}`, showlegend: false, hoverinfo: "skip" };
    return { ...shared, mode: "markers", x: [x], y: [y], marker, ...place };
  });
  return [...curves, ...marks];
}

/** At most `mostCurves` of the values, evenly spread, both ends among them. */
function spread(values: readonly number[]): number[] {
  if (values.length <= mostCurves) return [...values];
  return Array.from(
    { length: mostCurves },
    (_, k) => values[Math.round((k * (values.length - 1)) / (mostCurves - 1))]!,
  );
}

/** y*(d), one curve per J_D, with a legend of its own. */
function yStarTraces(atZero: readonly LocalEntropyRow[]): Trace[] {
  const couplings = spread(
    distinct(
      atZero.filter((row) => row.status === "ok" && row.y !== null),
      (row) => row.selfCoupling,
    ),
  );
  const colors = sequentialColors(couplings.length);
  return couplings.map((selfCoupling, k): ScatterTrace => {
    const rows = atZero.filter((row) => isSame(row.selfCoupling, selfCoupling));
    const points: Curve = curve(rows, (row) => row.distance, yOf);
    return {
      type: "scatter",
      mode: "lines",
      name: `${symbols.selfCoupling} = ${label(selfCoupling)}`,
      ...points,
      line: stroke(colors[k]!, 1.5, dashAt(k)),
      xaxis: "x4",
      yaxis: "y4",
      legend: "legend2",
      hovertemplate: `J_D = ${label(selfCoupling)}, d = %{x:.4g}<br>y* = %{y:.4g}<extra></extra>`,
    };
  });
}

/** Range of a logarithmic axis around the values, or of one decade where there are none. */
const rangeOf = (values: Iterable<number | null>): [number, number] => logRange(extent(values) ?? [1, 10]);

function panelsLayout(
  atY: readonly LocalEntropyRow[],
  atZero: readonly LocalEntropyRow[],
  common: string,
): Layout {
  const sound = atY.filter((row) => row.status === "ok");
  const densest = atZero.filter((row) => row.status === "ok");
  const highest = extent([0, ...sound.map(complexityOf)])![1];
  const top = highest > 0 ? highest : 1;
  const complexity = [-negativeShare * top, 1.08 * top] as const;
  const near = sound.filter((row) => (row.complexity ?? 0) >= complexity[0]);
  const entropies = padded(extent(near.map(localEntropyOf)) ?? [0, 1], 0.06);
  const ys = rangeOf(sound.map(yOf));
  const complexityTitle = "complexity Σ (nats)";
  const entropyTitle = `local entropy ${symbols.localEntropy} (nats)`;
  const yTitle = `number of replicas ${symbols.y}`;
  const [left, right] = columns;
  const [upper, lower] = panelRows;
  const zero = { color: palette.grey, width: 1 };
  return baseLayout(
    { height: 500, margin: { l: 66, r: 132, t: 22, b: 46 } },
    {
      xaxis: logAxis(yTitle, { domain: left, range: ys }),
      yaxis: axis(complexityTitle, { domain: upper, range: complexity }),
      xaxis2: logAxis(yTitle, { domain: right, range: ys, anchor: "y2" }),
      yaxis2: axis(entropyTitle, { domain: upper, range: entropies, anchor: "x2" }),
      xaxis3: axis(entropyTitle, { domain: left, range: entropies, anchor: "y3" }),
      yaxis3: axis(complexityTitle, { domain: lower, range: complexity, anchor: "x3" }),
      xaxis4: logAxis(`distance ${symbols.distance}`, {
        domain: right,
        range: rangeOf(densest.map((row) => row.distance)),
        anchor: "y4",
      }),
      yaxis4: logAxis(symbols.yStar, { domain: lower, range: rangeOf(densest.map(yOf)), anchor: "x4" }),
      legend: legendAt(1.02, 1, `(a), (b), (c)${common === "" ? "" : `<br>${common}`}`),
      legend2: legendAt(1.02, lower[1], "(d)"),
      shapes: ["", "3"].flatMap((suffix) => [
        horizontalBand(complexity[0], 0, suffix, gapFill),
        horizontalLine(0, suffix, zero),
      ]),
      annotations: ["(a)", "(b)", "(c)", "(d)"].map((text, k) =>
        panelLabel(text, k === 0 ? "" : String(k + 1)),
      ),
    },
  );
}

/**
 * Σ(y), S_I(y) and Σ(S_I) at fixed (J_D, d), and y*(d).
 * @param atY points at given y (P11), (P12), any order; about six (J_D, d) stay readable
 * @param atZeroComplexity points of the densest clusters (P14); of many J_D, six spread evenly are drawn
 * @source draws (P11), (P12), (P14)
 */
export function complexityFigure(
  atY: readonly LocalEntropyRow[],
  atZeroComplexity: readonly LocalEntropyRow[] = [],
): Figure {
  const densestTable = localEntropyTable(atZeroComplexity, "densest");
  const tables = [localEntropyTable(atY), ...(atZeroComplexity.length > 0 ? [densestTable] : [])];
  const head = { name: "complexity", title, caption, tables };
  const families = familiesOf(atY, atZeroComplexity);
  const colors = sequentialColors(families.length);
  const { names, common } = familyNames(families);
  const curves = families.flatMap((family, k) => familyTraces(family, names[k]!, colors[k]!, dashAt(k)));
  const data = [...curves, ...yStarTraces(atZeroComplexity)];
  return data.length === 0
    ? withoutData(head)
    : { ...head, data, layout: panelsLayout(atY, atZeroComplexity, common) };
}
