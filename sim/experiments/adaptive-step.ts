/** @file What the searches of adaptive sweeps share: settings, counts, rounds and answers. Pure functions. */
import { wilsonInterval } from "../statistics.ts";
import type { RowStatus } from "./rows.ts";

/** What a search looks for and how far it may go. */
export interface SearchSettings {
  /** Values of the parameter within which the threshold is looked for, low < high. */
  readonly range: readonly [number, number];
  /** Probability of the outcome at the threshold, in [0.05, 0.95]. */
  readonly probability: number;
  /** Standard error that is asked for, or, of a bisection, width of the bracket; in the unit of the parameter. */
  readonly error: number;
  /** Samples of a round at most; a bisection asks for as many at each of its values. */
  readonly samplesPerRound: number;
  /** Samples of the whole search at most. */
  readonly mostSamples: number;
  /** Confidence level of the interval. */
  readonly level: number;
}

/** Independent samples at one value of the parameter. */
export interface Tally {
  readonly value: number;
  readonly successes: number;
  /** Samples with a known outcome. */
  readonly trials: number;
  /** Samples asked for, those without an outcome included. */
  readonly asked: number;
}

/** Samples that a round asks for at one value. */
export interface DesignPoint {
  readonly value: number;
  /** An integer ≥ 1. */
  readonly samples: number;
}

/** What the samples so far say of the threshold. */
export interface Answer {
  /**
   * `ok`: known as well as asked for; `no-solution`: the outcome is rarer, or more frequent, than asked for at both ends
   * of the range; `not-converged`: the samples were used up before; `unstarted`: the search is still going.
   */
  readonly status: RowStatus;
  readonly value: number | null;
  /** Null for a bisection, which knows an interval only. */
  readonly standardError: number | null;
  /** Ends of the confidence interval. */
  readonly low: number | null;
  readonly high: number | null;
  /** Width w of the logistic 1/(1 + e^{−(x − x₀)/w}); null where none was fitted. */
  readonly width: number | null;
}

/** A search after a round: the next round, empty when it has ended. */
export interface SearchStep {
  readonly answer: Answer;
  readonly next: readonly DesignPoint[];
}

/** An answer without a number. */
export const withoutValue = (status: RowStatus): Answer => ({
  status,
  value: null,
  standardError: null,
  low: null,
  high: null,
  width: null,
});

/**
 * The value to ask for: rounded to a power of ten, a tenth of the error at most, inside the range. Rounding keeps tasks
 * equal where machines differ in the last digit of a fit; the samples know their values exactly, so that it costs no
 * precision.
 */
export function askedValue({ range: [low, high], error }: SearchSettings, value: number): number {
  const digits = 1 - Math.floor(Math.log10(error));
  const rounded = Number((Math.round(value * 10 ** digits) / 10 ** digits).toPrecision(15));
  return Math.min(high, Math.max(low, rounded));
}

/** Samples shared out over values as equally as can be; values that are equal are asked for once. */
export function sharedOut(values: readonly number[], samples: number): DesignPoint[] {
  if (samples < 1) return [];
  const distinct = [...new Set(values)].slice(0, samples);
  const share = Math.floor(samples / distinct.length);
  const rest = samples - share * distinct.length;
  return distinct.map((value, k) => ({ value, samples: share + (k < rest ? 1 : 0) }));
}

/** The step that ends a search. */
export const ended = (answer: Answer): SearchStep => ({ answer, next: [] });

/** The step of a search that goes on, or has used up its samples where nothing is asked for. */
export function goOn(answer: Omit<Answer, "status">, next: readonly DesignPoint[]): SearchStep {
  return next.length === 0
    ? ended({ ...answer, status: "not-converged" })
    : { answer: { ...answer, status: "unstarted" }, next };
}

/** Samples that a search may still ask for. */
export const samplesLeft = ({ mostSamples }: SearchSettings, tallies: readonly Tally[]): number =>
  Math.max(0, mostSamples - tallies.reduce((sum, { asked }) => sum + asked, 0));

/**
 * Whether P at a value lies below or above the probability looked for: on which side its Wilson interval lies, open where
 * it holds the probability.
 */
export function sideOf(
  tally: Tally | undefined,
  probability: number,
  level: number,
): "below" | "above" | "open" {
  if (tally === undefined || tally.trials === 0) return "open";
  const { low, high } = wilsonInterval(tally.successes, tally.trials, { level });
  if (high < probability) return "below";
  return low > probability ? "above" : "open";
}
