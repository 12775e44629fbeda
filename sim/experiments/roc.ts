/** @file Receiver operating characteristic of a score that should be larger for positives than for negatives. Pure. */
import { OutOfDomain } from "../../theory/errors.ts";

/** A ROC curve, from (0, 0) to (1, 1), with the area below it. */
export interface RocCurve {
  /** Share of negatives, and of positives, at or above each threshold; thresholds descend. */
  readonly falseRates: number[];
  readonly trueRates: number[];
  /** Probability that a positive scores above a negative, ties counted by half. */
  readonly area: number;
  /** Standard error of the area by DeLong et al., Biometrics 44, 837 (1988); null with fewer than two of a kind. */
  readonly standardError: number | null;
}

/** Scores of one value. */
interface Level {
  positives: number;
  negatives: number;
}

/** Numbers of positives and negatives at each distinct score, largest score first. */
function levelsOf(positives: ArrayLike<number>, negatives: ArrayLike<number>): Level[] {
  const levels = new Map<number, Level>();
  const count = (scores: ArrayLike<number>, kind: keyof Level): void => {
    for (const score of Array.from(scores)) {
      if (Number.isNaN(score)) throw new OutOfDomain(`scores of ${kind} must be numbers, got NaN`);
      const level = levels.get(score) ?? { positives: 0, negatives: 0 };
      level[kind]++;
      levels.set(score, level);
    }
  };
  count(positives, "positives");
  count(negatives, "negatives");
  return [...levels].sort(([a], [b]) => b - a).map(([, level]) => level);
}

/** Variance of a mean from sums of the values and of their squares over `count` samples. */
function varianceOfMean(sum: number, squares: number, count: number): number {
  return Math.max(0, squares - (sum * sum) / count) / (count - 1) / count;
}

/**
 * ROC curve of a score: the area is that of the trapezoids, which is the Mann–Whitney statistic with ½ for ties.
 * @param positives scores of the samples to be found, at least one
 * @param negatives scores of the others, at least one
 * @throws OutOfDomain where either is empty or a score is NaN
 */
export function rocCurve(positives: ArrayLike<number>, negatives: ArrayLike<number>): RocCurve {
  const [m, n] = [positives.length, negatives.length];
  if (m === 0 || n === 0) {
    throw new OutOfDomain(`a ROC curve needs positives and negatives, got ${m} and ${n}`);
  }
  const falseRates = [0];
  const trueRates = [0];
  let [above, aboveNegative] = [0, 0];
  // Twice the pairs won: an integer, so that the area has no rounding but that of one division.
  let won = 0;
  // Placements: share of negatives below a positive, and of positives above a negative, ties by half.
  const placed = { positive: { sum: 0, squares: 0 }, negative: { sum: 0, squares: 0 } };
  for (const level of levelsOf(positives, negatives)) {
    const ofPositive = (n - aboveNegative - level.negatives / 2) / n;
    const ofNegative = (above + level.positives / 2) / m;
    won += level.positives * (2 * (n - aboveNegative) - level.negatives);
    placed.positive.sum += level.positives * ofPositive;
    placed.positive.squares += level.positives * ofPositive ** 2;
    placed.negative.sum += level.negatives * ofNegative;
    placed.negative.squares += level.negatives * ofNegative ** 2;
    above += level.positives;
    aboveNegative += level.negatives;
    trueRates.push(above / m);
    falseRates.push(aboveNegative / n);
  }
  const variance =
    varianceOfMean(placed.positive.sum, placed.positive.squares, m) +
    varianceOfMean(placed.negative.sum, placed.negative.squares, n);
  return {
    falseRates,
    trueRates,
    area: won / (2 * m * n),
    standardError: m > 1 && n > 1 ? Math.sqrt(variance) : null,
  };
}
