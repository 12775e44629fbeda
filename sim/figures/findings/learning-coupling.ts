/** @file Findings of the figure `learning-coupling`: what the self-coupling does to learning. */
import type { LearningRow } from "../../experiments/learning-rows.ts";
import { summarize } from "../learning-summary.ts";
import type { RunSummary } from "../learning-summary.ts";
import { shown } from "../report-numbers.ts";
import { isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding } from "../types.ts";
import { difference, exceeding, undecided } from "./judge.ts";
import { leadFinding, leadInWords, leadSpread, percent } from "./leads.ts";
import type { Pair } from "./leads.ts";
import { pooledQuantity, pooledSpread, pooledSpreadOfMeans, seedQuantity, spreadInWords } from "./seeds.ts";

/** The self-coupling of the published settings. */
const usualCoupling = 0.5;

/**
 * Published test accuracy without self-coupling, with a free phase (a public notebook to arXiv 2509.05041, whose other
 * settings are not all known), in per cent.
 */
const publishedWithout = 11;

const coupled = ({ run }: RunSummary): string => `${symbols.selfCoupling} = ${label(run.selfCoupling)}`;

/** Sweeps to rest at the smallest and the largest J_D. */
function sweepsFinding(rule: readonly RunSummary[]): Finding[] {
  const known = rule.filter(({ meanSweeps }) => meanSweeps !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const spread = pooledSpreadOfMeans(
    known.map(({ meanSweeps }) => ({ ...meanSweeps!, runs: meanSweeps!.count })),
  );
  const [slow, fast] = [first, last].map(({ meanSweeps }) =>
    pooledQuantity({ ...meanSweeps!, runs: meanSweeps!.count }, spread, "sweeps"),
  );
  const claim = `Inference comes to rest after ${shown(slow!.value, 3)} sweeps at ${coupled(first)} and after ${shown(fast!.value, 3)} at ${coupled(last)}`;
  const remark = `measured: the difference; ${spreadInWords(spread)}`;
  const statement = { claim, measured: difference(slow!, fast!), remark, freedom: spread.freedom };
  return [exceeding(statement, "self-coupling shortens inference")];
}

/** What is left without self-coupling, beside a published failure. */
function withoutFinding(rule: readonly RunSummary[], none: RunSummary): Finding {
  const spread = pooledSpread(rule.map(({ bySeed }) => [...bySeed.values()].map((each) => percent * each)));
  const measured = seedQuantity(
    [...none.bySeed.values()].map((each) => percent * each),
    spread,
    "%",
  );
  return undecided(
    `Without self-coupling the rule still answers ${measured.value.toFixed(1)} % of the test images right, where 10 % would be chance`,
    measured,
    { value: publishedWithout, unit: "%" },
    "the published failure is of a network of another size, more images and settings that are not all known",
  );
}

/**
 * What the figure of accuracy against self-coupling shows.
 * @param rows runs, any order; the last epoch of complete ones counts
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source the rule (P21) with and without self-coupling, and the published failure without
 */
export function learningCouplingFindings(rows: readonly LearningRow[]): Finding[] {
  const rule = summarize(rows)
    .filter(({ run }) => run.method === "rule")
    .sort((a, b) => a.run.selfCoupling - b.run.selfCoupling);
  const usual = rule.find(({ run }) => isSame(run.selfCoupling, usualCoupling));
  const none = rule.find(({ run }) => run.selfCoupling === 0);
  const last = rule.at(-1);
  if (usual === undefined || none === undefined || last === undefined) return sweepsFinding(rule);
  const spread = leadSpread(rule.filter((other) => other !== usual).map((other): Pair => [usual, other]));
  return [
    ...leadFinding(
      [usual, none],
      spread,
      "self-coupling lets the rule learn",
      (measured) =>
        `With ${coupled(usual)} the rule is ${leadInWords(measured)} the same network without self-coupling`,
    ),
    withoutFinding(rule, none),
    ...sweepsFinding(rule),
    ...(last === usual
      ? []
      : leadFinding(
          [usual, last],
          spread,
          "accuracy falls again at large self-coupling",
          (measured) =>
            `At ${coupled(usual)} the rule is ${leadInWords(measured)} itself at ${coupled(last)}`,
        )),
  ];
}
