/**
 * @file Figure: local entropy at the fixed points of focusing belief propagation on single networks, against the theory
 * of y replicas around a centre (P28) and without one (P9).
 */
import type { FocusingEntropyRow, FocusingEntropySummary } from "../experiments/rows.ts";
import {
  centredLine,
  centrelessBands,
  columnAxes,
  columnsOf,
  networkTraces,
  sizeStyles,
  spread,
  suffixAt,
  theoryTraces,
  uncentredLine,
} from "./focusing-columns.ts";
import type { Column } from "./focusing-columns.ts";
import { agreementAxes, agreementTraces, seriesOf } from "./focusing-agreement.ts";
import type { AgreementSeries } from "./focusing-agreement.ts";
import { distinct, isSame } from "./select.ts";
import { focusingEntropySummaryTable, focusingEntropyTable } from "./focusing-entropy-tables.ts";
import {
  baseLayout,
  extent,
  horizontalLine,
  label,
  legendAt,
  legendEntry,
  padded,
  palette,
  panelLabel,
  symbols,
  withoutData,
} from "./theme.ts";
import type { Figure, Layout, ScatterTrace, Trace } from "./types.ts";

/** Share of the height of the deviations. */
const summaryRow = [0, 0.27] as const;

const title = "Local entropy of focusing belief propagation against theory";

const size = symbols.size;

const caption =
  `Local entropy, in nats per neuron, at the fixed points of focusing belief propagation (P18)–(P20) on single random ` +
  `networks, against the overlap <i>q</i> of two replicas; one column a number of replicas ${symbols.y}. Top: points of several ` +
  `networks at two sizes ${size}, and theory at the same ${symbols.selfCoupling}, ${symbols.y} and <i>q</i>: replicas around a ` +
  `centre (P28), and replicas without one (P9), which the former approaches as ${symbols.y} grows. Middle: the same less (P28). ` +
  `Shaded: overlaps at which (P28) has a negative entropy of centres, so that a typical network has none and the theory is void. ` +
  `Bottom: root mean square of the difference to theory over 0.2 ≤ <i>q</i> ≤ 0.95 outside the shaded regions, median and ` +
  `quartiles over networks: left from (P28) against 1/${size}, right from (P28) (filled) and from (P9) (open) against ` +
  `${symbols.y} at the largest ${size}. Belief propagation leaves out the correlation of replicas of one centre inside a ` +
  `constraint: with few replicas a difference remains as ${size} grows. Points that did not converge are not shown.`;

/** The J_D with most rows, of several the largest. */
function mainSelfCoupling(rows: readonly FocusingEntropyRow[]): number {
  const couplings = distinct(rows, (row) => row.selfCoupling);
  const counts = couplings.map((J) => rows.filter((row) => isSame(row.selfCoupling, J)).length);
  return couplings[counts.lastIndexOf(Math.max(...counts))]!;
}

function legendTraces(sizes: readonly number[]): ScatterTrace[] {
  return [
    legendEntry("with a centre (P28)", { mode: "lines", line: centredLine }),
    legendEntry("without (P9)", { mode: "lines", line: uncentredLine }),
    ...sizes.map((n, k) =>
      legendEntry(`${size} = ${n}`, { mode: "markers", marker: { ...sizeStyles[k]!, size: 6 } }),
    ),
  ];
}

function panelsLayout(
  columns: readonly Column[],
  selfCoupling: number,
  series: readonly AgreementSeries[],
): Layout {
  const drawn = columns.flatMap(({ rows }) => rows);
  const entropies = padded(
    extent([0, ...drawn.flatMap((row) => [row.localEntropy, row.centredEntropy])])!,
    0.06,
  );
  const zero = { color: palette.black, width: 1 };
  const bottom = [suffixAt(2 * columns.length), suffixAt(2 * columns.length + 1)] as const;
  const letters = "abcdefgh";
  return baseLayout(
    { height: 620, margin: { l: 62, r: 14, t: 46, b: 46 } },
    {
      ...Object.assign({}, ...columns.map((column) => columnAxes(column, entropies))),
      ...agreementAxes(series, bottom, summaryRow),
      // Groups in the other legend would stack the entries of this one.
      legend: { ...legendAt(0, 1.035), orientation: "h", yanchor: "bottom", traceorder: "normal" },
      legend2: legendAt(0.86, summaryRow[1], `${symbols.selfCoupling}, ${symbols.y}`),
      shapes: [
        ...columns.flatMap(centrelessBands),
        ...columns.map(({ suffixes }) => horizontalLine(0, suffixes[1], zero)),
      ],
      annotations: [
        ...columns.map(({ replicas, suffixes }, k) =>
          panelLabel(
            `(${letters[k]!}) ${symbols.y} = ${label(replicas)}${k === 0 ? `, ${symbols.selfCoupling} = ${label(selfCoupling)}` : ""}`,
            suffixes[0],
          ),
        ),
        ...bottom.map((suffix, k) => panelLabel(`(${letters[columns.length + k]!})`, suffix)),
      ],
    },
  );
}

/**
 * Local entropy of focusing belief propagation against the overlap of replicas, beside theory, at the J_D with most rows
 * and up to three y; differences at the smallest and largest N; medians of all (N, J_D, y).
 * @param rows points of single networks, any order
 * @param summaries their medians
 * @source draws {@link focusedReplicas} beside (P28) and (P9)
 */
export function focusingEntropyFigure(
  rows: readonly FocusingEntropyRow[],
  summaries: readonly FocusingEntropySummary[],
): Figure {
  const tables = [focusingEntropyTable(rows), focusingEntropySummaryTable(summaries)];
  const head = { name: "focusing-entropy", title, caption, tables };
  const sound = rows.filter(
    (row) => row.status === "ok" && row.overlap !== null && row.centredEntropy !== null,
  );
  if (sound.length === 0) return withoutData(head);
  const selfCoupling = mainSelfCoupling(sound);
  const shown = sound.filter((row) => isSame(row.selfCoupling, selfCoupling));
  const columns = columnsOf(shown);
  const sizes = spread(
    distinct(shown, (row) => row.n),
    2,
  );
  const series = seriesOf(summaries.filter((row) => row.status === "ok"));
  const data: Trace[] = [
    ...legendTraces(sizes),
    ...columns.flatMap((column) => [
      ...theoryTraces(column),
      ...sizes.flatMap((n, k) => networkTraces(column, n, sizeStyles[k]!)),
    ]),
    ...agreementTraces(series, [suffixAt(2 * columns.length), suffixAt(2 * columns.length + 1)]),
  ];
  return { ...head, data, layout: panelsLayout(columns, selfCoupling, series) };
}
