/**
 * @file Mean number of tuples of fixed points at finite N, exact: two, three or four fixed points of one network, every
 * two of them at the same Hamming distance.
 *
 * The m spins of one neuron form a pattern, the same up to a common sign: all agree, one is odd, or two stand against
 * two. Equal distances fix how many neurons have each pattern, up to one number at m = 4.
 */
import { centralProbability } from "./entropy.ts";
import { NotConverged, requireInside, requireInteger } from "./errors.ts";
import { normalCdf } from "./normal.ts";
import { orthantProbability } from "./normal-orthants.ts";

/** Tuples of fixed points in a network of N neurons. */
export interface TupleCount {
  /** Number of neurons N, an integer from 2 to 10⁵. */
  readonly n: number;
  /** J_D in [0, 3]. */
  readonly selfCoupling: number;
  /** Number m of fixed points in a tuple, an integer from 2 to 4. */
  readonly replicas: number;
  /** Hamming distance D of every two of them, in flips, an integer from 1 to N. */
  readonly distance: number;
}

/** At larger N the limit N → ∞ says all; the sum over patterns has D/2 terms. */
const largestSize = 1e5;

/** Largest J_D, as in the theory of N → ∞. */
const largestSelfCoupling = 3;

/** Numbers m of fixed points. */
const replicaRange = { min: 2, max: 4 };

/** Patterns that differ by the order of the members only. */
interface PatternClass {
  /** Spins of the members, one of the patterns. */
  readonly spins: readonly number[];
  /** Number of such patterns. */
  readonly patterns: number;
}

/** Classes of patterns of m spins, by the number of odd spins. */
const classesOf: Readonly<Record<number, readonly PatternClass[]>> = {
  2: [
    { spins: [1, 1], patterns: 1 },
    { spins: [1, -1], patterns: 1 },
  ],
  3: [
    { spins: [1, 1, 1], patterns: 1 },
    { spins: [1, 1, -1], patterns: 3 },
  ],
  4: [
    { spins: [1, 1, 1, 1], patterns: 1 },
    { spins: [1, 1, 1, -1], patterns: 4 },
    { spins: [1, 1, -1, -1], patterns: 3 },
  ],
};

/**
 * Numbers of neurons with one pattern of each class, all that give every two members the distance D: each odd pattern
 * of three members takes D/2; of four, 2k with one odd spin and 2l with two against two, k + l = D/2.
 */
function occupations(n: number, replicas: number, distance: number): number[][] {
  if (replicas === 2) return [[n - distance, distance]];
  if (distance % 2 === 1) return [];
  const half = distance / 2;
  const candidates =
    replicas === 3
      ? [[n - 3 * half, half]]
      : Array.from({ length: half + 1 }, (_, odd) => [n - 3 * half - odd, odd, half - odd]);
  return candidates.filter(([agreeing]) => agreeing >= 0);
}

/** Smallest P_σ of three or four members, one in 10⁴ of which its absolute error of 10⁻¹² may be. */
const smallestProbability = 1e-8;

/** P_σ where members with the same spin are opposite, as in N = 3 at D = 2, and the others independent. */
function withOpposites(spins: readonly number[], threshold: number): number {
  const pairs = [1, -1].filter((sign) => spins.filter((spin) => spin === sign).length === 2).length;
  return centralProbability(threshold) ** pairs * normalCdf(threshold) ** (spins.length - 2 * pairs);
}

/**
 * log of the probability that one neuron with these spins is stable in all members. Its stabilities s^a h^a + J_D have
 * covariance s^a s^b q − 1/N, since h leaves out its own spin.
 */
function logStable(spins: readonly number[], { n, selfCoupling, distance }: TupleCount): number {
  const threshold = selfCoupling * Math.sqrt(n / (n - 1));
  const overlap = n - 2 * distance;
  if (spins.length > 2 && overlap === 2 - n) return Math.log(withOpposites(spins, threshold));
  // Stabilities that add up to zero, each with itself too: 2D/(N−1) on the diagonal, beside the sums over the others.
  const total = spins.reduce((sum, spin) => sum + spin, 0);
  const balanced = spins.every((spin) => spin * total * overlap - spins.length + 2 * distance === 0);
  if (balanced && selfCoupling === 0) return -Infinity;
  const correlations = spins.map((one) => spins.map((other) => (one * other * overlap - 1) / (n - 1)));
  const probability = orthantProbability(threshold, correlations);
  if (spins.length > 2 && probability < smallestProbability)
    throw new NotConverged(
      `expectedTuples at n ${n}, selfCoupling ${selfCoupling}, replicas ${spins.length}, distance ${distance}: ` +
        `a stability of probability below ${smallestProbability} is not known well enough`,
    );
  return Math.log(probability);
}

/** log k! for k = 0 … n. */
function logFactorials(n: number): Float64Array {
  const table = new Float64Array(n + 1);
  for (let k = 2; k <= n; k++) table[k] = table[k - 1] + Math.log(k);
  return table;
}

/** log Σ e^x, −Infinity without terms. */
function logSumExp(terms: readonly number[]): number {
  const top = Math.max(...terms);
  if (top === -Infinity) return top;
  return top + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - top), 0));
}

/**
 * Mean number of ordered tuples of m fixed points at finite N, every two at Hamming distance D > 0, exact. Given the
 * tuple, neurons are independent; P_σ is the probability that a neuron with the pattern σ of spins is stable in all
 * members, normal variables of correlations ρ₊ where two members agree and ρ₋ where they differ, as in (P6'):
 *
 * $$E = 2^N \sum_{\{n_\sigma\}} \frac{N!}{\prod_\sigma n_\sigma!} \prod_\sigma P_\sigma^{n_\sigma}, \qquad
 * \mathrm{cov}(s^a h^a, s^b h^b) = \sigma^a\sigma^b q - \tfrac1N$$
 *
 * The sum is over the numbers n_σ of neurons with each pattern that give all pairs the distance D: one term for
 * m = 2 (P6') and m = 3 (n_σ = D/2 for each odd member), D/2 + 1 at most for m = 4. For m ≥ 3 an odd D has no tuples.
 * @param tuple size, self-coupling, members and distance
 * @returns the mean (Infinity where it exceeds the largest double) and its logarithm (−Infinity for a mean of 0), the
 * logarithm to about N·10⁻¹⁴ over the smallest P_σ; N·10⁻¹² over it for m = 4 at D = 2 and D = 2(N−1)/3, where the
 * fields of one pattern add up to zero, so that P_σ ∼ J_D³
 * @throws OutOfDomain outside the ranges of {@link TupleCount}; NotConverged where a P_σ of three or four members is
 * above 0 but below 10⁻⁸: only there, at J_D below about 0.004
 * @source (P6') for pairs; first moment over rows of independent couplings for more
 */
export function expectedTuples(tuple: TupleCount): { readonly mean: number; readonly logMean: number } {
  const { n, selfCoupling, replicas, distance } = tuple;
  requireInteger("n", n, 2, largestSize);
  requireInside("selfCoupling", selfCoupling, { min: 0, max: largestSelfCoupling });
  requireInteger("replicas", replicas, replicaRange.min, replicaRange.max);
  requireInteger("distance", distance, 1, n);
  const classes = classesOf[replicas];
  const families = occupations(n, replicas, distance);
  const stable = classes.map(({ spins }, k) =>
    families.some((family) => family[k] > 0) ? logStable(spins, tuple) : 0,
  );
  const logFactorial = logFactorials(n);
  const terms = families.map((family) =>
    family.reduce(
      (sum, count, k) =>
        count === 0 ? sum : sum + classes[k].patterns * (count * stable[k] - logFactorial[count]),
      n * Math.LN2 + logFactorial[n],
    ),
  );
  const logMean = logSumExp(terms);
  return { mean: Math.exp(logMean), logMean };
}
