/** @file Findings of the figure `learning-batch`: what large batches do to the accuracy, and what makes up for it. */
import type { LearningBatchRow } from "../../experiments/learning-rows.ts";
import { batchComparisons } from "../learning-batch-summary.ts";
import type { BatchComparison, BatchSummary } from "../learning-batch-summary.ts";
import type { RunSummary } from "../learning-summary.ts";
import type { Finding } from "../types.ts";
import { agreement } from "./judge.ts";
import { lead, leadFinding, leadInWords, leadSpread, percent, points } from "./leads.ts";
import type { Pair } from "./leads.ts";
import { spreadInWords } from "./seeds.ts";
import type { PooledSpread } from "./seeds.ts";

/** A change of accuracy that must not stay unseen where none is claimed, in points. */
const tellingChange = 2;

/** One accuracy for each batch size. */
interface Series {
  /** "After 20 epochs with the rates of the preset", in a sentence. */
  readonly how: string;
  readonly sizes: readonly { readonly batchSize: number; readonly summary: RunSummary }[];
}

/** The accuracies that are known, ascending in B. */
const known = (
  runs: readonly BatchSummary[],
  valueOf: (run: BatchSummary) => RunSummary | null,
): Series["sizes"] =>
  runs.flatMap((run) => {
    const summary = valueOf(run);
    return summary === null ? [] : [{ batchSize: run.shared.batchSize, summary }];
  });

/** Equal epochs, equal epochs with raised rates, more epochs. */
function seriesOf({ preset, hidden, comparedEpochs, plain, raised }: BatchComparison): Series[] {
  const network = `preset ${preset}, <i>H</i> = ${hidden}`;
  const after = `after ${comparedEpochs} epochs`;
  return [
    {
      how: `With the rates of ${network}, ${after}`,
      sizes: known(plain, ({ equal }) => equal),
    },
    {
      how: `With these rates times √(<i>B</i>/16), ${after} (${network})`,
      sizes: known(raised, ({ equal }) => equal),
    },
    {
      how: `With the rates of ${network}, after ${comparedEpochs} × √(<i>B</i>/16) epochs`,
      sizes: known(plain, ({ last }) => last),
    },
  ];
}

const listed = (texts: readonly string[]): string =>
  [texts.slice(0, -1).join(", "), texts.at(-1)].filter((text) => text !== "").join(" and ");

/** Pairs of a larger batch and the smallest one. */
const pairsOf = ({ sizes }: Series): Pair[] =>
  sizes.slice(1).map(({ summary }): Pair => [summary, sizes[0]!.summary]);

/** All accuracies of a series, and whether the largest batch is as good as the smallest one. */
function seriesFinding(series: Series, spread: PooledSpread): Finding[] {
  const { how, sizes } = series;
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const measured = lead([last.summary, first.summary], spread);
  if (measured === null) return [];
  const shares = sizes.map(({ summary }) => (percent * summary.test.mean).toFixed(1));
  const batches = sizes.map(({ batchSize }) => String(batchSize));
  const claim =
    `${how}, ${listed(shares)} % of the test images are answered right with <i>B</i> = ${listed(batches)}; the largest ` +
    `batch is ${leadInWords(measured)} the smallest`;
  const remark = `predicted: as good as the smallest batch; ${spreadInWords(spread)}`;
  const statement = { claim, measured, remark, freedom: spread.freedom };
  return [agreement(statement, { predicted: { value: 0, unit: points }, resolution: tellingChange })];
}

/** Raised rates beside those of the preset at the largest batch that both have. */
function raisedFinding({ plain, raised, preset, hidden }: BatchComparison, spread: PooledSpread): Finding[] {
  const largest = plain.at(-1);
  const same = raised.find((run) => run !== largest && run.shared.batchSize === largest?.shared.batchSize);
  const pair = largest?.equal && same?.equal ? ([same.equal, largest.equal] as const) : null;
  return leadFinding(
    pair,
    spread,
    "rates that keep the total step of an epoch are better than those of the preset",
    (measured) =>
      `With <i>B</i> = ${String(largest?.shared.batchSize)}, rates times √(<i>B</i>/16) are ${leadInWords(measured)} the ` +
      `rates of preset ${preset} (<i>H</i> = ${hidden})`,
  );
}

/**
 * What the figure of batch sizes shows.
 * @param rows runs, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source the rule (P21) in batches; standard errors of differences paired by seed decide
 */
export function learningBatchFindings(rows: readonly LearningBatchRow[]): Finding[] {
  return batchComparisons(rows).flatMap((comparison) => {
    const all = seriesOf(comparison);
    const spread = leadSpread(all.flatMap(pairsOf));
    return [...all.flatMap((series) => seriesFinding(series, spread)), ...raisedFinding(comparison, spread)];
  });
}
