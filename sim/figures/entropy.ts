/** @file Figure 1: entropy of all fixed points against the self-coupling, theory and exact enumeration. */
import type { EntropyCheckRow, EntropyRow } from "../experiments/rows.ts";
import { entropyCheckTable, entropyTable, pairsTable } from "./tables.ts";
import {
  axis,
  baseLayout,
  dashAt,
  extent,
  gapFill,
  horizontalBand,
  horizontalLine,
  legendAt,
  legendEntry,
  markerAt,
  padded,
  palette,
  panelLabel,
  sequentialColors,
  stroke,
  symbols,
  withoutData,
} from "./theme.ts";
import type { Figure, Layout, ScatterTrace, Trace } from "./types.ts";

/** Vertical share of the two panels. */
const upperPanel = [0.36, 1] as const;
const lowerPanel = [0, 0.28] as const;

/** |z| that all enumeration points are required to stay below; drawn as dashed lines. */
const acceptedScore = 4;

const title = `Entropy of fixed points against the self-coupling`;

const caption =
  `Entropy per neuron of all fixed points, in nats, against the self-coupling ${symbols.selfCoupling}. ` +
  `Line: closed form <i>S</i> = log 2 + log Φ(${symbols.selfCoupling}) (P2). Open circles: replica-symmetric saddle point solved ` +
  `numerically (P4), which returns overlap zero and the closed form. Filled symbols: logarithm of the mean number of ` +
  `fixed points found by exact enumeration of random networks, divided by <i>N</i>, with one standard error; dotted lines ` +
  `join the exact means at that <i>N</i> (P3). Lower panel: deviation of the enumerated mean from (P3) in standard ` +
  `errors; grey: two standard errors, dashed: four.`;

const bySelfCoupling = <Row extends { readonly selfCoupling: number }>(rows: readonly Row[]): Row[] =>
  [...rows].sort((a, b) => a.selfCoupling - b.selfCoupling);

/** Closed form as a line, solved saddle as open circles. */
function theoryTraces(rows: readonly EntropyRow[]): Trace[] {
  const closed = bySelfCoupling(rows.filter((row) => row.annealed !== null));
  const solved = bySelfCoupling(rows.filter((row) => row.status === "ok" && row.rs !== null));
  return [
    {
      type: "scatter",
      mode: "lines",
      name: "closed form (P2)",
      x: closed.map((row) => row.selfCoupling),
      y: closed.map((row) => row.annealed),
      line: stroke(palette.black, 1.5),
      hovertemplate: "J_D = %{x:.4g}<br>S = %{y:.6g}",
    },
    {
      type: "scatter",
      mode: "markers",
      name: "RS saddle (P4)",
      x: solved.map((row) => row.selfCoupling),
      y: solved.map((row) => row.rs!.entropy),
      marker: { symbol: "circle-open", size: 6, color: palette.vermillion, line: { width: 1.2 } },
      hovertemplate: "J_D = %{x:.4g}<br>S = %{y:.6g}",
      cliponaxis: false,
    },
  ];
}

/** An enumeration with a mean. */
export interface Counted extends EntropyCheckRow {
  readonly meanCount: number;
  readonly standardError: number;
}

/** True of an enumeration with a mean. */
export const isCounted = <Row extends EntropyCheckRow>(row: Row): row is Row & Counted =>
  row.status === "ok" && row.meanCount !== null && row.standardError !== null;

/** Half-widths of the interval of log(mean ± error)/N around log(mean)/N; downwards none where the error reaches zero. */
export function logErrors({
  meanCount,
  standardError,
  n,
}: Pick<Counted, "meanCount" | "standardError" | "n">): { up: number; down: number } {
  const ratio = standardError / meanCount;
  return { up: Math.log1p(ratio) / n, down: ratio < 1 ? -Math.log1p(-ratio) / n : 0 };
}

/** Enumeration at one N: means with errors and their exact values above, z-scores below. */
function enumerationTraces(n: number, rows: readonly Counted[], color: string, symbol: string): Trace[] {
  const found = rows.filter((row) => row.meanCount > 0);
  const errors = found.map(logErrors);
  const scored = rows.filter((row) => row.zScore !== null);
  const marker = { symbol, size: 7, color };
  const exact: ScatterTrace = {
    type: "scatter",
    mode: "lines",
    showlegend: false,
    hoverinfo: "skip",
    x: rows.map((row) => row.selfCoupling),
    y: rows.map((row) => Math.log(row.expectedCount) / row.n),
    line: stroke(color, 1, dashAt(2)),
  };
  const means: ScatterTrace = {
    type: "scatter",
    mode: "markers",
    name: `enumeration, ${symbols.size} = ${n}`,
    x: found.map((row) => row.selfCoupling),
    y: found.map((row) => Math.log(row.meanCount) / row.n),
    error_y: {
      type: "data",
      symmetric: false,
      array: errors.map((error) => error.up),
      arrayminus: errors.map((error) => error.down),
      color,
      thickness: 1,
      width: 3,
    },
    marker,
    hovertemplate: `N = ${n}, J_D = %{x:.4g}<br>log(mean)/N = %{y:.6g}`,
    cliponaxis: false,
  };
  const scores: ScatterTrace = {
    type: "scatter",
    mode: "markers",
    showlegend: false,
    x: scored.map((row) => row.selfCoupling),
    y: scored.map((row) => row.zScore),
    xaxis: "x2",
    yaxis: "y2",
    marker,
    hovertemplate: `N = ${n}, J_D = %{x:.4g}<br>z = %{y:.3g}`,
  };
  return [exact, means, scores];
}

/** Two panels above each other when there is an enumeration, one otherwise. */
function entropyLayout(rows: readonly EntropyRow[], checks: readonly EntropyCheckRow[]): Layout {
  const range = padded(extent([...rows, ...checks].map((row) => row.selfCoupling)) ?? [0, 1], 0.03);
  const couplingTitle = `self-coupling ${symbols.selfCoupling}`;
  const entropyAxis = axis("entropy <i>S</i> (nats per neuron)");
  const margin = { l: 62, r: 12, t: 12, b: 46 };
  const legend = legendAt(0.985, checks.length > 0 ? upperPanel[0] + 0.015 : 0.02, undefined, "bottom right");
  if (checks.length === 0) {
    return baseLayout(
      { height: 380, margin },
      { xaxis: axis(couplingTitle, { range }), yaxis: entropyAxis, legend },
    );
  }
  const farthest = extent(checks.map((row) => Math.abs(row.zScore ?? 0)))?.[1] ?? 0;
  const scoreLimit = 1.15 * Math.max(acceptedScore, farthest);
  const dashed = { color: palette.grey, width: 1, dash: dashAt(1) };
  return baseLayout(
    { height: 460, margin: { ...margin, t: 22 } },
    {
      xaxis: axis("", { range, matches: "x2", showticklabels: false }),
      yaxis: { ...entropyAxis, domain: upperPanel },
      xaxis2: axis(couplingTitle, { range, anchor: "y2" }),
      yaxis2: axis("deviation (s.e.)", {
        domain: lowerPanel,
        range: [-scoreLimit, scoreLimit],
        dtick: 4,
        anchor: "x2",
      }),
      legend,
      shapes: [
        horizontalBand(-2, 2, "2", gapFill),
        ...[-acceptedScore, acceptedScore].map((z) => horizontalLine(z, "2", dashed)),
        horizontalLine(0, "2", { color: palette.grey, width: 1 }),
      ],
      annotations: [panelLabel("(a)", ""), panelLabel("(b)", "2")],
    },
  );
}

/**
 * Entropy of fixed points against J_D: closed form (P2), replica-symmetric saddle (P4), and enumeration at finite N
 * with its deviation from the exact mean (P3).
 * @param rows theory, any order
 * @param checks enumeration, any order; none is fine
 */
export function entropyFigure(rows: readonly EntropyRow[], checks: readonly EntropyCheckRow[] = []): Figure {
  const tables = [
    entropyTable(rows),
    ...(checks.length > 0 ? [entropyCheckTable(checks), pairsTable(checks)] : []),
  ];
  const head = { name: "entropy", title, caption, tables };
  const counted = bySelfCoupling(checks.filter(isCounted));
  const theory = theoryTraces(rows);
  if (counted.length === 0 && theory.every((trace) => trace.x.length === 0)) return withoutData(head);
  const sizes = [...new Set(counted.map((row) => row.n))].sort((a, b) => a - b);
  const colors = sequentialColors(sizes.length);
  const enumeration = sizes.flatMap((n, k) =>
    enumerationTraces(
      n,
      counted.filter((row) => row.n === n),
      colors[k]!,
      markerAt(k + 1),
    ),
  );
  const dotted = { color: palette.grey, width: 1, dash: dashAt(2) };
  const explained =
    sizes.length > 0
      ? [legendEntry(`exact mean at that ${symbols.size} (P3)`, { mode: "lines", line: dotted })]
      : [];
  return { ...head, data: [...theory, ...enumeration, ...explained], layout: entropyLayout(rows, counted) };
}
