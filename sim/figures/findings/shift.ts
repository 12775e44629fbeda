/** @file Findings of the figure `shift`: who keeps answering when bits of the inputs are flipped. */
import type { Method } from "../../experiments/learning-rows.ts";
import type { ShiftMeans } from "../../experiments/shift.ts";
import { distinct } from "../select.ts";
import { label } from "../theme.ts";
import type { Finding, Quantity } from "../types.ts";
import { difference, exceeding } from "./judge.ts";
import { baselineNames, leadInWords, percent, points } from "./leads.ts";
import { pooledQuantity, pooledSpreadOfMeans, spreadInWords } from "./seeds.ts";
import type { PooledSpread, RunMean } from "./seeds.ts";

/** A mean over runs. */
type Known = ShiftMeans & { readonly accuracy: NonNullable<ShiftMeans["accuracy"]> };

const isKnown = (row: ShiftMeans): row is Known => row.status === "ok" && row.accuracy !== null;

const inPoints = ({ accuracy: { mean, standardError }, runs }: Known): RunMean => ({
  mean: percent * mean,
  standardError: standardError === null ? null : percent * standardError,
  runs,
});

/** Spread of accuracies, in points. */
const spreadOf = (rows: readonly Known[]): PooledSpread => pooledSpreadOfMeans(rows.map(inPoints));

const quantity = (row: Known, spread: PooledSpread): Quantity =>
  pooledQuantity(inPoints(row), spread, points);

/**
 * What the figure of flipped bits shows.
 * @param means one row a method and pair of noises, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source accuracies of the rule (P21) and its baselines at flipped bits; standard errors over seeds decide
 */
export function shiftFindings(means: readonly ShiftMeans[]): Finding[] {
  const known = means.filter(isKnown);
  const spread = spreadOf(known);
  const flips = distinct(known, ({ flipProbability }) => flipProbability);
  const middle = flips[Math.floor(flips.length / 2)];
  const most = flips.at(-1);
  const find = (method: Method, trainingFlips: number, flipProbability: number | undefined) =>
    known.find(
      (row) =>
        row.method === method &&
        row.trainingFlips === trainingFlips &&
        row.flipProbability === flipProbability,
    );
  const remark = spreadInWords(spread);
  const { freedom } = spread;
  const compared = (["random-features", "reservoir"] as const).flatMap((method): Finding[] => {
    const [rule, other] = [find("rule", 0, middle), find(method, 0, middle)];
    if (rule === undefined || other === undefined) return [];
    const measured = difference(quantity(rule, spread), quantity(other, spread));
    const name = baselineNames[method];
    const claim = `With ${label(percent * middle!)} % of the bits flipped the rule is ${leadInWords(measured)} ${name}`;
    return [exceeding({ claim, measured, remark, freedom }, `rule > ${name}`)];
  });
  const noisy = known.find(
    ({ method, trainingFlips }) => method === "rule" && trainingFlips > 0,
  )?.trainingFlips;
  const [hardened, plain] = [find("rule", noisy ?? NaN, most), find("rule", 0, most)];
  if (hardened === undefined || plain === undefined) return compared;
  const measured = difference(quantity(hardened, spread), quantity(plain, spread));
  const claim = `Trained with ${label(percent * noisy!)} % of the bits flipped, the rule is ${leadInWords(measured)} itself trained without, where ${label(percent * most!)} % are flipped`;
  const statement = { claim, measured, remark, freedom };
  return [...compared, exceeding(statement, "training with noise helps against noise")];
}
