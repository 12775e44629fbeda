/** @file Findings of the figure `focusing-entropy`: message passing on single networks against theories of replicas. */
import type { FocusingEntropySummary, Quartiles } from "../../experiments/rows.ts";
import { shown } from "../report-numbers.ts";
import { distinct, isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding, Quantity } from "../types.ts";
import { agreement, difference, exceeding, undecided } from "./judge.ts";
import { tooFew } from "./limits.ts";

/** A summary with numbers. */
type Compared = FocusingEntropySummary & {
  readonly difference: Quartiles;
  readonly deviation: Quartiles;
  readonly uncentredDeviation: Quartiles;
};

const isCompared = (row: FocusingEntropySummary): row is Compared =>
  row.status === "ok" && row.difference !== null && row.deviation !== null && row.uncentredDeviation !== null;

/** A rest that must not stay unseen, in nats per neuron: the two theories are further apart with few replicas. */
const tellingRest = 0.005;

const quantity = ({ low, median, high }: Quartiles): Quantity => ({
  value: median,
  interval: [low, high],
  intervalKind: "quartiles",
  unit: "nats per neuron",
});

const place = ({ n, selfCoupling, replicas }: Compared): string =>
  `${symbols.y} = ${replicas}, ${symbols.selfCoupling} = ${label(selfCoupling)}, ${symbols.size} = ${n}`;

/** Standard error of a median of n normal values in quartile ranges: 1.2533/1.349 over √n. */
const errorInRanges = 0.929;

/** Median with the standard error that its quartiles tell. */
const medianQuantity = ({ low, median, high }: Quartiles, networks: number): Quantity => ({
  value: median,
  error: (errorInRanges * (high - low)) / Math.sqrt(networks),
  unit: "nats per neuron",
});

const errorNote = "median over networks, its standard error from the quartiles";

/** Which of two theories is nearer, where they are furthest apart: with few replicas. */
function nearerFinding(row: Compared): Finding {
  const { deviation, uncentredDeviation, networks } = row;
  const claim =
    `At ${place(row)} local entropies of focusing belief propagation are off by ${shown(deviation.median, 2)} from theory with a ` +
    `centre (P28), by ${shown(uncentredDeviation.median, 2)} from theory without (P9)`;
  const measured = quantity(deviation);
  const doubt = tooFew(row);
  if (doubt !== null) return undecided(claim, measured, null, doubt);
  const [own, other] = [deviation, uncentredDeviation].map((each) => medianQuantity(each, networks));
  const remark = `root mean square differences, compared: ${errorNote}; ${networks} networks`;
  const statement = { claim, measured: difference(other!, own!), remark, freedom: networks - 1 };
  return { ...exceeding(statement, "nearer to (P28)"), measured };
}

/** What is left with many replicas, where message passing should be exact at large N. */
function restFinding(row: Compared): Finding {
  const { difference: rest, networks } = row;
  const claim = `At ${place(row)} local entropies of focusing belief propagation lie ${shown(Math.abs(rest.median), 2)} ${rest.median < 0 ? "below" : "above"} (P28)`;
  const predicted = { value: 0 };
  const doubt = tooFew(row);
  if (doubt !== null) return undecided(claim, quantity(rest), predicted, doubt);
  const remark = `${errorNote}; ${networks} networks; finite ${symbols.size} and correlations of replicas that message passing leaves out shift it`;
  const statement = { claim, measured: medianQuantity(rest, networks), remark, freedom: networks - 1 };
  return { ...agreement(statement, { predicted, resolution: tellingRest }), measured: quantity(rest) };
}

/**
 * What the figure of the local entropy of focusing belief propagation shows, at the largest size with enough
 * networks, or the largest of all.
 * @param summaries medians at each (N, J_D, y), any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source local entropies against (P28); four standard errors of medians decide
 */
export function focusingEntropyFindings(summaries: readonly FocusingEntropySummary[]): Finding[] {
  const compared = summaries.filter(isCompared);
  const sound = compared.filter((row) => tooFew(row) === null);
  const n = Math.max(...(sound.length > 0 ? sound : compared).map((row) => row.n));
  const largest = compared.filter((row) => row.n === n);
  const perCoupling = distinct(largest, ({ selfCoupling }) => selfCoupling).map((selfCoupling) =>
    largest.filter((row) => isSame(row.selfCoupling, selfCoupling)).sort((a, b) => a.replicas - b.replicas),
  );
  return [
    ...perCoupling.map((rows) => nearerFinding(rows[0]!)),
    ...perCoupling.filter((rows) => rows.length > 1).map((rows) => restFinding(rows.at(-1)!)),
  ];
}
