/** @file Search for a threshold by bisection, each value decided by a sequential binomial test. Pure functions of counts. */
import { askedValue, ended, goOn, samplesLeft, sideOf, withoutValue } from "./adaptive-step.ts";
import type { SearchSettings, SearchStep, Tally } from "./adaptive-step.ts";

/** Looks at a value without a decision after which the threshold counts as near it. */
const patience = 4;

/** Values beside a near threshold, in errors from it: a bracket of both is narrower than the error, rounding included. */
const besideDistance = 0.4;

/** Values that a search can come to other than by halving: both ends of the range, and some beside a near threshold. */
const furtherValues = 6;

/**
 * Confidence at which a value is tested after its k-th look. All tests together err with a probability of 1 − level at
 * most: it is shared equally by the values that a search can come to, and at one value the k-th look may err with
 * 1/(k(k + 1)) of its share, which sums to the whole.
 */
function testLevel({ range, error, level, samplesPerRound }: SearchSettings, asked: number): number {
  const values = furtherValues + Math.max(0, Math.ceil(Math.log2((range[1] - range[0]) / error)));
  const look = Math.max(1, Math.ceil(asked / samplesPerRound));
  return 1 - (1 - level) / (values * look * (look + 1));
}

/** The values to look at next inside a bracket. */
function nextValues(
  settings: SearchSettings,
  open: readonly Tally[],
  [low, high]: readonly [number, number],
) {
  const isInside = (value: number) => value > low && value < high;
  const near = open
    .filter(({ value, asked }) => isInside(value) && asked >= patience * settings.samplesPerRound)
    .reduce<Tally | null>((most, tally) => (most === null || tally.asked > most.asked ? tally : most), null);
  if (near === null) return [askedValue(settings, 0.5 * (low + high))];
  const distance = besideDistance * settings.error;
  return [near.value - distance, near.value, near.value + distance]
    .map((value) => askedValue(settings, value))
    .filter(isInside);
}

/**
 * One step of the search for the x at which a rising P(x) passes a probability p, given all counts so far: first at both
 * ends of the range, then at the midpoint of the bracket, which is halved once the Wilson interval there excludes p. A
 * midpoint without a decision after some looks is near the threshold: two values beside it, less than an error apart, are
 * looked at as well. The bracket holds the threshold with probability `level` (as well as Wilson intervals keep theirs).
 * Beside {@link thresholdStep} it supposes nothing but that P rises, and pays for it: some 3,000 (w/error)² samples in all
 * where P is a logistic of width w, a thousand where it is a step.
 * @param settings search; it ends when the bracket is no wider than `error`
 * @param tallies counts of all complete rounds, one a value, in any order
 * @source sequential test with a spent error (Armitage, McPherson & Rowe, J. R. Stat. Soc. A 132, 235 (1969)) at Wilson's
 * interval
 */
export function bisectionStep(settings: SearchSettings, tallies: readonly Tally[]): SearchStep {
  const { range, probability, error, samplesPerRound } = settings;
  const sides = tallies.map((tally) => ({
    tally,
    side: sideOf(tally, probability, testLevel(settings, tally.asked)),
  }));
  const valuesOf = (wanted: "below" | "above") =>
    sides.filter(({ side }) => side === wanted).map(({ tally }) => tally.value);
  /** One look more at each value, as far as the samples go. */
  const look = (values: readonly number[]) => {
    const share = Math.min(samplesPerRound, Math.floor(samplesLeft(settings, tallies) / values.length));
    return share === 0 ? [] : values.map((value) => ({ value, samples: share }));
  };
  const low = Math.max(...valuesOf("below"));
  const high = Math.min(...valuesOf("above"));
  if (high === range[0] || low === range[1]) return ended(withoutValue("no-solution"));
  const openEnds = range.filter((_, k) => !Number.isFinite(k === 0 ? low : high));
  if (openEnds.length > 0) return goOn(withoutValue("unstarted"), look(openEnds));
  // P that does not rise, or one of the rare wrong decisions.
  if (low >= high) return ended(withoutValue("not-converged"));
  const answer = { value: 0.5 * (low + high), standardError: null, low, high, width: null };
  if (high - low <= error) return ended({ ...answer, status: "ok" });
  const open = sides.filter(({ side }) => side === "open").map(({ tally }) => tally);
  return goOn(answer, look(nextValues(settings, open, [low, high])));
}
