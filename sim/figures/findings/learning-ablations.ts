/** @file Findings of the figure `learning-ablations`: which choices of the rule matter. */
import type { LearningRow } from "../../experiments/learning-rows.ts";
import { summarize } from "../learning-summary.ts";
import type { RunSummary } from "../learning-summary.ts";
import { label, symbols } from "../theme.ts";
import type { Finding } from "../types.ts";
import { agreement } from "./judge.ts";
import { lead, leadFinding, leadInWords, leadSpread, points } from "./leads.ts";
import type { Pair } from "./leads.ts";
import { spreadInWords } from "./seeds.ts";
import type { PooledSpread } from "./seeds.ts";

/** A change of accuracy that must not stay unseen where none is claimed, in points. */
const tellingChange = 2;

/** Two layers with the input to both. */
const layered = (runs: readonly RunSummary[]): RunSummary[] =>
  runs.filter(({ run }) => run.layers === 2 && run.variant.startsWith("input to both"));

/** The best bonds without self-coupling beside self-coupling without bonds. */
function bondsFinding(runs: readonly RunSummary[], spread: PooledSpread): Finding[] {
  const two = layered(runs);
  const best = (candidates: readonly RunSummary[]): RunSummary | undefined =>
    [...candidates].sort((a, b) => b.test.mean - a.test.mean)[0];
  const bonds = best(two.filter(({ run }) => run.selfCoupling === 0 && run.layerCoupling > 0));
  const coupled = best(two.filter(({ run }) => run.selfCoupling > 0 && run.layerCoupling === 0));
  if (bonds === undefined || coupled === undefined) return [];
  const [selfCoupling, bond] = [label(coupled.run.selfCoupling), label(bonds.run.layerCoupling)];
  return leadFinding(
    [coupled, bonds],
    spread,
    "bonds do not replace the self-coupling",
    (measured) =>
      `In two layers a self-coupling ${symbols.selfCoupling} = ${selfCoupling} without bonds is ${leadInWords(measured)} bonds <i>λ</i> = ${bond} without self-coupling`,
  );
}

/** Readout targets as in the published code, which should make no difference. */
function targetsFinding(pair: Pair | null, spread: PooledSpread): Finding[] {
  const measured = pair && lead(pair, spread);
  if (!measured) return [];
  const claim = `Rescaling the readout targets as the published code does changes the accuracy by ${measured.value.toFixed(1)} points`;
  const statement = { claim, measured, remark: spreadInWords(spread), freedom: spread.freedom };
  return [agreement(statement, { predicted: { value: 0, unit: points }, resolution: tellingChange })];
}

/**
 * What the figure of ablations shows.
 * @param rows runs, any order; the last epoch of complete ones counts
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source the rule (P21) with one choice changed; standard errors of paired differences decide
 */
export function learningAblationsFindings(rows: readonly LearningRow[]): Finding[] {
  const runs = summarize(rows);
  const named = (variant: string) => runs.find(({ run }) => run.variant === variant);
  const baseline = named("baseline");
  const pairOf = (one: RunSummary | undefined, other: RunSummary | undefined): Pair | null =>
    one === undefined || other === undefined ? null : [one, other];
  const others = runs.filter((run) => run !== baseline && run.run.layers === 1);
  const spread = leadSpread(baseline === undefined ? [] : others.map((other): Pair => [baseline, other]));
  const two = runs.filter(({ run }) => run.layers === 2);
  const layerSpread = leadSpread(two.slice(1).map((other): Pair => [two[0]!, other]));
  return [
    ...leadFinding(
      pairOf(named("no self-coupling: feedback stays"), named("no self-coupling: feedback removed")),
      spread,
      "the free phase needs the self-coupling",
      (measured) =>
        `Without self-coupling, learning with the feedback left on is ${leadInWords(measured)} learning after its removal`,
    ),
    ...leadFinding(
      pairOf(baseline, named("feedback: absent")),
      spread,
      "feedback from the target helps",
      (measured) => `The rule with feedback is ${leadInWords(measured)} the rule without any`,
    ),
    ...bondsFinding(runs, layerSpread),
    ...targetsFinding(pairOf(named("readout targets: published"), baseline), spread),
  ];
}
