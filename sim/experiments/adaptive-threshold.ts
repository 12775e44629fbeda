/**
 * @file Search for a threshold by a logistic fit to independent samples: where the next ones go, and when to stop. Pure
 * functions of counts.
 */
import { normalQuantile } from "../statistics.ts";
import { askedValue, ended, goOn, samplesLeft, sharedOut, sideOf, withoutValue } from "./adaptive-step.ts";
import type { Answer, DesignPoint, SearchSettings, SearchStep, Tally } from "./adaptive-step.ts";
import { orElseNotConverged } from "./experiment.ts";
import { logisticMaximum } from "./logistic-likelihood.ts";

/** Values over the whole range in a first look, ends included, and inside a gap in a later one. */
const spreadValues = 9;
const gapValues = 5;

/** Samples at each of these values, at most and at least: enough to see on which side of the rise it lies. */
const mostPerValue = 8;
const fewestPerValue = 2;

/**
 * Confidence that an end of the range lies on the wrong side of the threshold before there is no solution, and that
 * the ends of a gap lie on its two sides before it counts as bracketed. Eleven equal outcomes are enough at
 * probability 1/2.
 */
const sideLevel = 0.999;

/** Samples by which one end of the range is tried further. */
const sideSamples = 12;

/** Least distance between the two values of a round, in errors asked for: a step in P would make them one. */
const leastDistance = 0.1;

/** Where samples go at most, as a distance in logit P from the threshold: 0.3 and 0.7 at probability 1/2. */
const widestOffset = 0.85;

/** The offset while the threshold is known badly, in standard errors of it: one of the two values is beyond it then. */
const offsetErrors = 2;

/**
 * Samples near the threshold that a fit needs before its standard error counts, and how far they may be from it in logit P:
 * 0.1 and 0.9 at probability 1/2.
 */
const fewestInside = 40;
const insideDistance = 2.2;

/** Part of a full round that a round has at least, so that the last ones do not dwindle. */
const smallestRound = 0.1;

/** Samples above those that are missing by the fit, so that one last round suffices most often. */
const surplus = 1.05;

/** A logistic through the counts, with its threshold. */
interface ThresholdFit {
  readonly value: number;
  readonly width: number;
  readonly standardError: number;
  /** Samples near the threshold. */
  readonly inside: number;
}

/** Ends of the values with successes and of those with failures; infinite where there are none. */
function extents(tallies: readonly Tally[]) {
  const withSuccess = tallies.filter(({ successes }) => successes > 0).map(({ value }) => value);
  const withFailure = tallies.filter(({ successes, trials }) => successes < trials).map(({ value }) => value);
  return {
    firstSuccess: Math.min(...withSuccess),
    lastSuccess: Math.max(...withSuccess),
    firstFailure: Math.min(...withFailure),
    lastFailure: Math.max(...withFailure),
  };
}

const logit = (p: number): number => Math.log(p / (1 - p));
const logistic = (t: number): number => 1 / (1 + Math.exp(-t));

/**
 * Maximum-likelihood fit of P(x) = 1/(1 + e^{−(a + b x)}) and the threshold x_p = (logit p − a)/b. Its standard error is
 * that of a + b x at fixed x = x_p, over b (delta method): √(V_aa + 2 x_p V_ab + x_p² V_bb)/b with V the inverse Fisher
 * information; times √(1 + V_bb/b²), the root mean square of b̂/b, since b is only known as b̂.
 * @param tallies counts that overlap (see {@link logisticMaximum})
 * @returns null where P does not rise
 */
function thresholdFit(tallies: readonly Tally[], probability: number): ThresholdFit | null {
  const { firstSuccess, lastFailure } = extents(tallies);
  const centre = 0.5 * (firstSuccess + lastFailure);
  const unit = lastFailure - firstSuccess;
  const counts = tallies.map(({ value, successes, trials }) => ({
    x: (value - centre) / unit,
    successes,
    trials,
  }));
  const fit = logisticMaximum(counts);
  if (fit.slope <= 0) return null;
  const x = (logit(probability) - fit.intercept) / fit.slope;
  const variance = fit.interceptVariance + 2 * x * fit.covariance + x * x * fit.slopeVariance;
  return {
    value: centre + unit * x,
    width: unit / fit.slope,
    standardError: (unit * Math.sqrt(variance * (1 + fit.slopeVariance / fit.slope ** 2))) / fit.slope,
    inside: counts
      .filter((count) => fit.slope * Math.abs(count.x - x) <= insideDistance)
      .reduce((sum, { trials }) => sum + trials, 0),
  };
}

/** On which side of the threshold a value lies with near certainty. */
const certainSide = (tallies: readonly Tally[], value: number, probability: number) =>
  sideOf(
    tallies.find((tally) => tally.value === value),
    probability,
    sideLevel,
  );

/** `count` values from low to high, both included. */
const evenly = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => low + ((high - low) * k) / (count - 1));

/** A look at the whole range. */
function spread(settings: SearchSettings, most: number): DesignPoint[] {
  const count = Math.min(spreadValues, Math.max(2, Math.floor(most / fewestPerValue)));
  const values = evenly(...settings.range, count).map((value) => askedValue(settings, value));
  return sharedOut(values, Math.min(most, mostPerValue * count));
}

/** All failures lie below all successes: a look into the gap between them, or at its ends once it is narrow. */
function bracketed(settings: SearchSettings, tallies: readonly Tally[], most: number): SearchStep {
  const { firstSuccess, lastFailure } = extents(tallies);
  const values = tallies.map(({ value }) => value);
  const below = Math.max(settings.range[0], ...values.filter((value) => value < firstSuccess));
  const above = Math.min(settings.range[1], ...values.filter((value) => value > lastFailure));
  // The threshold is as likely anywhere in the gap.
  const standardError = (above - below) / Math.sqrt(12);
  const answer = { value: 0.5 * (below + above), standardError, low: below, high: above, width: null };
  if (standardError > settings.error) {
    const count = Math.min(gapValues, Math.max(1, Math.floor(most / fewestPerValue)));
    const inside = evenly(below, above, count + 2).slice(1, -1);
    const asked = inside.map((value) => askedValue(settings, value));
    return goOn(answer, sharedOut(asked, Math.min(most, mostPerValue * count)));
  }
  const open = [below, above].filter((end) => certainSide(tallies, end, settings.probability) === "open");
  if (open.length === 0) return ended({ ...answer, status: "ok" });
  return goOn(answer, sharedOut(open, Math.min(most, mostPerValue * open.length)));
}

/** Two values beside the threshold of a fit, and as many samples as its error still wants. */
function besideThreshold(settings: SearchSettings, fit: ThresholdFit, left: number): DesignPoint[] {
  const { range, probability, error, samplesPerRound } = settings;
  const used = settings.mostSamples - left;
  const offset = Math.min(
    widestOffset,
    Math.max(Math.sqrt((2 * error) / fit.width), (offsetErrors * fit.standardError) / fit.width),
  );
  const informations = [-offset, offset].map((shift) => {
    const p = logistic(logit(probability) + shift);
    return p * (1 - p);
  });
  // Variance of the mean of two logits, half of the samples at each, times the number of samples.
  const variance = fit.width ** 2 * 0.5 * (1 / informations[0]! + 1 / informations[1]!);
  const missing = surplus * variance * (1 / error ** 2 - 1 / fit.standardError ** 2);
  const fewest = Math.max(2, Math.ceil(smallestRound * samplesPerRound));
  const wanted = Math.max(fewest, Math.ceil(missing));
  const samples = Math.min(wanted, samplesPerRound, Math.max(fewest, used), left);
  const distance = Math.max(offset * fit.width, leastDistance * error);
  const centre = Math.min(range[1], Math.max(range[0], fit.value));
  const [low, high] = [centre - distance, centre + distance].map((value) => askedValue(settings, value));
  return sharedOut([low!, high!], samples);
}

/** The answer that a fit gives. */
function answerOf({ value, standardError, width }: ThresholdFit, level: number): Omit<Answer, "status"> {
  const half = normalQuantile(level) * standardError;
  return { value, standardError, low: value - half, high: value + half, width };
}

/**
 * One step of the search for the x at which a rising P(x) passes a probability p, given all counts so far.
 *
 * Where the samples go. First a few over the whole range; nothing, or everything, succeeds: more at that end of the range,
 * until it is certain that there is no threshold. While all failures lie below all successes, the likelihood has no finite
 * maximum: a few inside the gap, which shrinks sixfold, until it is as narrow as the error. From then on a logistic of
 * threshold x_p and width w is fitted to all counts, and half of the next samples go to x_p − δw, half to x_p + δw. At p = 1/2
 * they have the variance w²/(n P(1 − P)) of x_p, at δ → 0 the smallest that n samples can have, 4w²/n; the width is
 * known to 2/(δ√n) of itself. Real P(x) are not logistic. Two values interpolate them in logit P, so that the curvature
 * of logit P shifts the threshold by a multiple of δ²w: 0.11 δ²w for 1 − exp(−e^x). With δ = √(2 × error/w) this is a fifth
 * of the error asked for, and the width is known as well as it need be. The samples of early rounds, further away, add to
 * the shift: half an error in all for that law where error = w/10, a third where error = w/30. `test/` measures it.
 * @param settings search
 * @param tallies counts of all complete rounds, one a value, in any order
 * @source sequential designs for a quantile (Wu, J. Am. Stat. Assoc. 80, 974 (1985))
 */
export function thresholdStep(settings: SearchSettings, tallies: readonly Tally[]): SearchStep {
  const { range, probability, error, samplesPerRound, level } = settings;
  const [low, high] = range;
  const left = samplesLeft(settings, tallies);
  const most = Math.min(samplesPerRound, left);
  if (
    certainSide(tallies, high, probability) === "below" ||
    certainSide(tallies, low, probability) === "above"
  )
    return ended(withoutValue("no-solution"));
  const unknown = withoutValue("unstarted");
  const look = () => goOn(unknown, most === 0 ? [] : spread(settings, most));
  if (tallies.length === 0) return look();
  const { firstSuccess, lastSuccess, firstFailure, lastFailure } = extents(tallies);
  const atEnd = (value: number) =>
    goOn(unknown, most === 0 ? [] : [{ value, samples: Math.min(most, sideSamples) }]);
  if (lastSuccess === -Infinity) return atEnd(high);
  if (lastFailure === -Infinity) return atEnd(low);
  if (lastFailure <= firstSuccess) return bracketed(settings, tallies, most);
  const fit =
    lastSuccess <= firstFailure
      ? null
      : orElseNotConverged(
          () => thresholdFit(tallies, probability),
          () => null,
        );
  if (fit === null) return look();
  const answer = answerOf(fit, level);
  const isKnown = fit.inside >= fewestInside && fit.standardError <= error;
  if (isKnown && fit.value >= low && fit.value <= high) return ended({ ...answer, status: "ok" });
  return goOn(answer, besideThreshold(settings, fit, left));
}
