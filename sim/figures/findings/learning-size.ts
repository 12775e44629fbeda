/** @file Findings of the figure `learning-size`: the rule beside its baselines and beside what is published. */
import type { LearningRow, Method } from "../../experiments/learning-rows.ts";
import { published as publishedAccuracies } from "../learning-size.ts";
import { summarize } from "../learning-summary.ts";
import type { RunSummary } from "../learning-summary.ts";
import type { Finding, Quantity } from "../types.ts";
import { agreement, undecided } from "./judge.ts";
import { baselineNames, lead, leadFinding, leadInWords, leadSpread, percent } from "./leads.ts";
import type { Pair } from "./leads.ts";
import { pooledSpread, seedQuantity, spreadInWords } from "./seeds.ts";

const hiddenSymbol = "<i>H</i>";

/** Published accuracies were read off a figure to this accuracy, in points. */
const readingError = 0.5;

/** Training images of the published accuracies. */
const publishedImages = 60_000;

const ofMethod = (summaries: readonly RunSummary[], method: Method): RunSummary[] =>
  summaries.filter(({ run }) => run.method === method).sort((a, b) => a.run.hidden - b.run.hidden);

/** Runs of the rule with those of another method at the same H, ascending. */
const pairsWith = (rule: readonly RunSummary[], others: readonly RunSummary[]): Pair[] =>
  rule.flatMap((one) => {
    const other = others.find(({ run }) => run.hidden === one.run.hidden);
    return other === undefined ? [] : [[one, other] as const];
  });

const images = (count: number): string => count.toLocaleString("en-US");

const setting = ({ run }: RunSummary): string =>
  `${hiddenSymbol} = ${run.hidden}, ${images(run.trainSamples)} images`;

/** The rule against the published accuracy at the largest H that both have. */
function publishedFinding(rule: readonly RunSummary[]): Finding[] {
  const known = publishedAccuracies.rule ?? [];
  const own = rule.filter(({ run }) => known.some(([hidden]) => hidden === run.hidden)).at(-1);
  const accuracy = known.find(([hidden]) => hidden === own?.run.hidden)?.[1];
  if (own === undefined || accuracy === undefined) return [];
  const inPercent = rule.map(({ bySeed }) => [...bySeed.values()].map((each) => percent * each));
  const spread = pooledSpread(inPercent);
  const measured = seedQuantity(inPercent[rule.indexOf(own)]!, spread, "%");
  const predicted = { value: percent * accuracy, error: readingError, unit: "%" };
  const claim = `At ${setting(own)} and ${own.run.epochs} epochs the rule answers ${measured.value.toFixed(1)} % of the test images right; published after 200 to 400 epochs with ${images(publishedImages)} images: ${predicted.value.toFixed(1)} %`;
  if (own.run.trainSamples !== publishedImages)
    return [undecided(claim, measured, predicted, "trained with fewer images than the published network")];
  const remark = `published values read off the figure of arXiv 2509.05041; ${spreadInWords(spread)}`;
  return [agreement({ claim, measured, remark, freedom: spread.freedom }, { predicted })];
}

/**
 * What the figure of accuracy against size shows.
 * @param rows runs, any order; the last epoch of complete ones counts
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source the rule (P21) against its baselines, and accuracies read off the figure of arXiv 2509.05041
 */
export function learningSizeFindings(rows: readonly LearningRow[]): Finding[] {
  const summaries = summarize(rows);
  const rule = ofMethod(summaries, "rule");
  const against = (method: Method) => pairsWith(rule, ofMethod(summaries, method));
  const [features, reservoir] = [against("random-features"), against("reservoir")];
  const mlp = against("mlp");
  const [perceptron] = ofMethod(summaries, "perceptron");
  const linear = perceptron === undefined ? [] : rule.map((one): Pair => [one, perceptron]);
  const spread = leadSpread([features, reservoir, mlp, linear].flat());
  const beside = (method: keyof typeof baselineNames, pairs: readonly Pair[]): Finding[] => {
    const [smallest, largest] = [pairs[0], pairs.at(-1)];
    if (smallest === undefined || largest === undefined) return [];
    const first = lead(smallest, spread);
    const smaller =
      first === null || smallest === largest
        ? ""
        : ` (at ${hiddenSymbol} = ${smallest[0].run.hidden}: ${leadInWords(first).replace(" of", "")})`;
    const name = baselineNames[method];
    const claimOf = (measured: Quantity) =>
      `At ${setting(largest[0])} the rule is ${leadInWords(measured)} ${name}${smaller}`;
    return leadFinding(largest, spread, `rule > ${name}`, claimOf);
  };
  const last = mlp.at(-1);
  const backwards = last === undefined ? null : ([last[1], last[0]] as const);
  return [
    ...beside("random-features", features),
    ...beside("reservoir", reservoir),
    ...publishedFinding(rule),
    ...leadFinding(
      backwards,
      spread,
      "backpropagation > rule, as published",
      (measured) =>
        `Sign units trained by backpropagation are ${leadInWords(measured)} the rule at ${setting(last![0])}`,
    ),
    ...beside("perceptron", linear),
  ];
}
