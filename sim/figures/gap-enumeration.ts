/** @file Panels (c) and (d) of the figure of the gap from both sides: enumerated tuples against their exact mean. */
import type { TupleCheckRow } from "../experiments/rows-beyond.ts";
import { distinct, isSame } from "./select.ts";
import { dashAt, label, legendEntry, markerAt, palette, sequentialColors, stroke, symbols } from "./theme.ts";
import type { ScatterTrace } from "./types.ts";

/** A mean that is not zero, with its error. */
export interface Enumerated extends TupleCheckRow {
  readonly mean: number;
  readonly standardError: number;
}

/** Rows with something to draw. */
export const enumerated = (rows: readonly TupleCheckRow[]): Enumerated[] =>
  rows.filter(
    (row): row is Enumerated =>
      row.status === "ok" && row.mean !== null && row.mean > 0 && row.standardError !== null,
  );

const words: Readonly<Record<number, string>> = { 2: "pairs", 3: "triples", 4: "quadruples" };

const looksOf = (replicas: number) => ({
  name: words[replicas] ?? `${replicas} members`,
  color: [palette.blue, palette.vermillion, palette.green][replicas - 2] ?? palette.grey,
  symbol: markerAt(replicas - 2),
});

const panelC = { xaxis: "x3", yaxis: "y3", legend: "legend3" } as const;
const panelD = { xaxis: "x4", yaxis: "y4", legend: "legend4" } as const;

/** Means of tuples with so many members at one J_D, on the line of the exact ones. */
function meanTraces(rows: readonly Enumerated[], replicas: number, open: boolean): ScatterTrace[] {
  const { name, color, symbol } = looksOf(replicas);
  const placed = rows.filter((row) => row.replicas === replicas).sort((a, b) => a.flips - b.flips);
  if (placed.length === 0) return [];
  const shared = { x: placed.map(({ flips }) => flips), showlegend: false, legendgroup: name, ...panelC };
  const line = stroke(color, 1, dashAt(open ? 1 : 0));
  return [
    {
      type: "scatter",
      mode: "lines",
      y: placed.map(({ expected }) => expected),
      line,
      hoverinfo: "skip",
      ...shared,
    },
    {
      type: "scatter",
      mode: "markers",
      name,
      y: placed.map(({ mean }) => mean),
      error_y: {
        type: "data",
        symmetric: false,
        array: placed.map(({ standardError }) => standardError),
        // On a logarithmic axis an error bar has to end above zero.
        arrayminus: placed.map(({ mean, standardError }) => Math.min(standardError, 0.9 * mean)),
        color,
        thickness: 1,
        width: 3,
      },
      marker: { symbol: open ? `${symbol}-open` : symbol, size: 6, color },
      hovertemplate: `${name}, D = %{x}<br>%{y:.5g}<extra></extra>`,
      cliponaxis: false,
      ...shared,
    },
  ];
}

/** Members that occur, ascending. */
export const membersOf = (rows: readonly TupleCheckRow[]): number[] =>
  distinct(rows, ({ replicas }) => replicas);

/** Numbers of tuples at one N for each J_D (two at most), with a legend of symbols (panel c). */
export function countTraces(rows: readonly Enumerated[]): ScatterTrace[] {
  const couplings = distinct(rows, ({ selfCoupling }) => selfCoupling).slice(0, 2);
  const members = membersOf(rows);
  const entries = members.map((replicas) => {
    const { name, color, symbol } = looksOf(replicas);
    return { ...legendEntry(name, { mode: "markers", marker: { symbol, size: 6, color } }), ...panelC };
  });
  const couplingEntries = couplings.map((selfCoupling, k) => ({
    ...legendEntry(`exact, ${symbols.selfCoupling} = ${label(selfCoupling)}`, {
      mode: "lines",
      line: stroke(palette.grey, 1.2, dashAt(k)),
    }),
    ...panelC,
  }));
  const drawn = couplings.flatMap((selfCoupling, k) =>
    members.flatMap((replicas) =>
      meanTraces(
        rows.filter((row) => isSame(row.selfCoupling, selfCoupling)),
        replicas,
        k > 0,
      ),
    ),
  );
  return [...drawn, ...entries, ...couplingEntries];
}

/** Deviations in standard errors against d = D/N, a symbol for each number of members, a colour for each N (panel d). */
export function scoreTraces(rows: readonly TupleCheckRow[]): ScatterTrace[] {
  const scored = rows.filter(({ status, zScore }) => status === "ok" && zScore !== null);
  const sizes = distinct(scored, ({ n }) => n);
  const colors = sequentialColors(sizes.length);
  const drawn = sizes.flatMap((n, k) =>
    membersOf(scored).flatMap((replicas): ScatterTrace[] => {
      const own = scored.filter((row) => row.n === n && row.replicas === replicas);
      return [
        {
          type: "scatter",
          mode: "markers",
          showlegend: false,
          x: own.map(({ flips }) => flips / n),
          y: own.map(({ zScore }) => zScore),
          marker: { symbol: markerAt(replicas - 2), size: 5, color: colors[k]! },
          hovertemplate: `N = ${n}, ${looksOf(replicas).name}, d = %{x:.3g}<br>z = %{y:.3g}<extra></extra>`,
          ...panelD,
        },
      ];
    }),
  );
  const entries = sizes.map((n, k) => ({
    ...legendEntry(`${symbols.size} = ${n}`, {
      mode: "markers",
      marker: { symbol: markerAt(0), size: 6, color: colors[k]! },
    }),
    ...panelD,
  }));
  return [...drawn, ...entries];
}
