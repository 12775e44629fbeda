/** @file Findings of the figure `focusing-entropy`: message passing on single networks against theories of replicas. */
import type { FocusingEntropySummary, Quartiles } from "../../experiments/rows.ts";
import { shown } from "../report-numbers.ts";
import { distinct, isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding, Quantity } from "../types.ts";

/** A summary with numbers. */
type Compared = FocusingEntropySummary & {
  readonly difference: Quartiles;
  readonly deviation: Quartiles;
  readonly uncentredDeviation: Quartiles;
};

const isCompared = (row: FocusingEntropySummary): row is Compared =>
  row.status === "ok" && row.difference !== null && row.deviation !== null && row.uncentredDeviation !== null;

const quantity = ({ low, median, high }: Quartiles): Quantity => ({
  value: median,
  interval: [low, high],
  unit: "nats per neuron",
});

const place = ({ n, selfCoupling, replicas }: Compared): string =>
  `${symbols.y} = ${replicas}, ${symbols.selfCoupling} = ${label(selfCoupling)}, ${symbols.size} = ${n}`;

const quartileNote = "median and quartiles over networks";

/** Which of two theories is nearer, where they are furthest apart: with few replicas. */
function nearerFinding(row: Compared): Finding {
  const { deviation, uncentredDeviation } = row;
  const nearer = deviation.high < uncentredDeviation.low;
  const further = deviation.low > uncentredDeviation.high;
  return {
    claim:
      `At ${place(row)} local entropies of focusing belief propagation are off by ${shown(deviation.median, 2)} from theory with a ` +
      `centre (P28), by ${shown(uncentredDeviation.median, 2)} from theory without (P9)`,
    measured: quantity(deviation),
    predicted: null,
    criterion: `expected: nearer to (P28), quartiles of the root mean square difference apart; ${quartileNote}`,
    verdict: nearer ? "agrees" : further ? "differs" : "open",
  };
}

/** What is left with many replicas, where message passing should be exact at large N. */
function restFinding(row: Compared): Finding {
  const { low, median, high } = row.difference;
  const holds = low <= 0 && high >= 0;
  return {
    claim: `At ${place(row)} local entropies of focusing belief propagation lie ${shown(Math.abs(median), 2)} ${median < 0 ? "below" : "above"} (P28)`,
    measured: quantity(row.difference),
    predicted: { value: 0 },
    criterion: `agrees where the quartiles enclose 0; ${quartileNote}; finite ${symbols.size} and correlations of replicas that message passing leaves out shift it`,
    verdict: holds ? "agrees" : "differs",
  };
}

/**
 * What the figure of the local entropy of focusing belief propagation shows, at the largest size.
 * @param summaries medians at each (N, J_D, y), any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source local entropies against (P28); quartiles decide
 */
export function focusingEntropyFindings(summaries: readonly FocusingEntropySummary[]): Finding[] {
  const compared = summaries.filter(isCompared);
  const n = Math.max(...compared.map((row) => row.n));
  const largest = compared.filter((row) => row.n === n);
  const perCoupling = distinct(largest, ({ selfCoupling }) => selfCoupling).map((selfCoupling) =>
    largest.filter((row) => isSame(row.selfCoupling, selfCoupling)).sort((a, b) => a.replicas - b.replicas),
  );
  return [
    ...perCoupling.map((rows) => nearerFinding(rows[0]!)),
    ...perCoupling.filter((rows) => rows.length > 1).map((rows) => restFinding(rows.at(-1)!)),
  ];
}
