/**
 * @file Entropy of all fixed points: annealed closed form (P2), exact finite-N mean (P3) and the replica-symmetric
 * saddle (P4), which has to return (P2). Nats per neuron.
 */
import { NotConverged, requireInside, requireInteger } from "./errors.ts";
import { gaussianTrapezoid } from "./gaussian-trapezoid.ts";
import { hazard, logNormalCdf, normalPdf } from "./normal.ts";

/** Below this argument 2Φ(x) − 1 comes from its series: 1 − 2(1 − Φ(x)) would lose digits. */
const largestSeriesArgument = 1;

/**
 * P(|u| < x) = 2Φ(x) − 1 for a standard normal u, with full relative accuracy at small x.
 * @param x x ≥ 0, dimensionless
 * @returns a probability in [0, 1]
 * @throws OutOfDomain if x is negative or NaN
 * @source law of |u|; series of Φ − ½ (Abramowitz & Stegun 26.2.11)
 */
export function centralProbability(x: number): number {
  requireInside("x", x, { min: 0, max: Infinity });
  if (x > largestSeriesArgument) return 2 * Math.exp(logNormalCdf(x)) - 1;
  // 2φ(x) Σ_k x^{2k+1}/(2k+1)!!, all terms positive.
  let term = x;
  let sum = x;
  for (let k = 3; term > sum * (Number.EPSILON / 4); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 2 * normalPdf(x) * sum;
}

function requireSelfCoupling(selfCoupling: number): number {
  return requireInside("selfCoupling", selfCoupling, { min: 0, max: Infinity, openMax: true });
}

/**
 * Annealed entropy of fixed points (P2), which is also the quenched one (P5):
 *
 * $$S(J_D) = \log 2 + \log \Phi(J_D)$$
 *
 * S ≈ J_D √(2/π) at small J_D, kept to full relative accuracy; S → log 2 at large J_D.
 * @param selfCoupling J_D ≥ 0, in standard deviations of the local field
 * @returns nats per neuron, in [0, log 2]
 * @throws OutOfDomain if selfCoupling is negative, infinite or NaN
 */
export function annealedEntropy(selfCoupling: number): number {
  requireSelfCoupling(selfCoupling);
  if (selfCoupling > largestSeriesArgument) return Math.LN2 + logNormalCdf(selfCoupling);
  return Math.log1p(centralProbability(selfCoupling));
}

/**
 * Logarithm of the mean number of fixed points at finite N, N log(2Φ(J_D √(N/(N−1)))) (P3), exact for every N ≥ 2.
 * @param n number of neurons N ≥ 2
 * @param selfCoupling J_D ≥ 0
 * @returns nats of the whole network, ≥ 0
 * @throws OutOfDomain outside these ranges
 */
export function logExpectedCount(n: number, selfCoupling: number): number {
  requireInteger("n", n, 2, Number.MAX_SAFE_INTEGER);
  return n * annealedEntropy(selfCoupling * Math.sqrt(n / (n - 1)));
}

/**
 * Mean number of fixed points at finite N (P3), exact; Infinity where it exceeds the largest double
 * (then {@link logExpectedCount} serves).
 *
 * $$\mathbb{E}[\#] = \left(2\,\Phi\left(J_D \sqrt{\frac N{N-1}}\right)\right)^N$$
 * @param n number of neurons N ≥ 2
 * @param selfCoupling J_D ≥ 0
 * @returns number of fixed points, a mean ≥ 1
 * @throws OutOfDomain outside these ranges
 */
export function expectedCount(n: number, selfCoupling: number): number {
  return Math.exp(logExpectedCount(n, selfCoupling));
}

/** How the saddle of (P4) is searched. */
export interface ReplicaSymmetricOptions {
  /** Overlaps in [0, 0.9999] from which the iteration starts; all of them must reach the same saddle. */
  readonly starts?: readonly number[];
  /** On the residual of both stationarity conditions, ≥ 0; default 1e−15. */
  readonly tolerance?: number;
  /** Iterations for each start, at least 1; default 1000. */
  readonly maxIterations?: number;
}

/** Replica-symmetric saddle point (P4). */
export interface ReplicaSymmetricEntropy {
  /** Nats per neuron. */
  readonly entropy: number;
  /** q. */
  readonly overlap: number;
  /** q̂. */
  readonly conjugateOverlap: number;
  /** Largest violation of the two stationarity conditions. */
  readonly residual: number;
  /** Sum over the starts. */
  readonly iterations: number;
}

/** A trial point (q, q̂), 0 ≤ q < 1, q̂ ≥ 0. */
export interface Overlaps {
  /** Overlap q in [0, 0.9999]. */
  readonly overlap: number;
  /** Conjugate overlap q̂ in [0, 10⁸]. */
  readonly conjugateOverlap: number;
}

interface SaddleAverages {
  readonly meanLog: number;
  readonly squaredMagnetization: number;
  readonly squaredSlope: number;
}

/** Trapezoid steps in the two fields, √q̂ z and √q t/√(1−q); halving them changes (P4) by less than 1e−11 at any overlap allowed here, by nothing at the saddle. */
const tiltStep = 0.3;
const fieldStep = 0.25;

/** Conjugate overlaps beyond this would need millions of nodes, too. */
const largestConjugateOverlap = 1e8;

/** Overlaps beyond this would need millions of nodes and lie on the way to nothing. */
const largestOverlap = 0.9999;

/** Starts are taken to agree when their overlaps differ by less than this. */
const agreement = 1e-10;

/**
 * The averages of (P4) at (q, q̂), with Z = Σ_s e^{√q̂ z s} Φ((J_D + s√q t)/√(1−q)):
 * ⟨log Z⟩, ⟨m²⟩ (m mean of s) and ⟨(∂ log Z/∂x)²⟩, x = √q t. (z, t) → (−z, −t) leaves all three as they are.
 */
function saddleAverages(selfCoupling: number, { overlap, conjugateOverlap }: Overlaps): SaddleAverages {
  const width = Math.sqrt(1 - overlap);
  const spread = Math.sqrt(overlap);
  const tilt = Math.sqrt(conjugateOverlap);
  const t = gaussianTrapezoid((fieldStep * width) / spread);
  const z = gaussianTrapezoid(tiltStep / tilt);
  const centre = (t.nodes.length - 1) / 2;
  let meanLog = 0;
  let squaredMagnetization = 0;
  let squaredSlope = 0;
  for (let i = centre; i < t.nodes.length; i++) {
    const up = (selfCoupling + spread * t.nodes[i]) / width;
    const down = (selfCoupling - spread * t.nodes[i]) / width;
    const bothSigns = i === centre ? 1 : 2;
    const logUp = logNormalCdf(up);
    const logDown = logNormalCdf(down);
    const slopeUp = hazard(up) / width;
    const slopeDown = -hazard(down) / width;
    for (let k = 0; k < z.nodes.length; k++) {
      const weight = bothSigns * t.weights[i] * z.weights[k];
      const plus = tilt * z.nodes[k] + logUp;
      const minus = -tilt * z.nodes[k] + logDown;
      const m = Math.tanh(0.5 * (plus - minus));
      const slope = 0.5 * ((1 + m) * slopeUp + (1 - m) * slopeDown);
      meanLog += weight * (Math.max(plus, minus) + Math.log1p(Math.exp(-Math.abs(plus - minus))));
      squaredMagnetization += weight * m * m;
      squaredSlope += weight * slope * slope;
    }
  }
  return { meanLog, squaredMagnetization, squaredSlope };
}

/**
 * The function of (q, q̂) whose stationary point is the replica-symmetric entropy (P4). Its derivatives vanish where
 * q = ⟨m²⟩ (from q̂) and q̂ = ⟨(∂ log Z/∂x)²⟩ (from q; Φ obeys the heat equation, so the second derivatives cancel).
 * @param selfCoupling J_D ≥ 0
 * @param trial q in [0, 0.9999] and q̂ in [0, 10⁸]
 * @returns the value and the right-hand sides of the two conditions
 * @throws OutOfDomain outside these ranges
 */
export function replicaSymmetricFunctional(selfCoupling: number, trial: Overlaps) {
  requireSelfCoupling(selfCoupling);
  const q = requireInside("overlap", trial.overlap, { min: 0, max: largestOverlap });
  const qHat = requireInside("conjugateOverlap", trial.conjugateOverlap, {
    min: 0,
    max: largestConjugateOverlap,
  });
  const averages = saddleAverages(selfCoupling, { overlap: q, conjugateOverlap: qHat });
  return {
    value: -0.5 * qHat * (1 - q) + averages.meanLog,
    overlap: averages.squaredMagnetization,
    conjugateOverlap: averages.squaredSlope,
  };
}

/**
 * Iterates the two conditions from one start. Near the saddle the iteration contracts with the eigenvalues g² ± J_D g,
 * below 1 for every J_D ≥ 0 (the same inequality that keeps q = 0 stable in (P5)), so it needs no derivatives.
 */
function iterateSaddle(selfCoupling: number, start: number, tolerance: number, maxIterations: number) {
  let trial: Overlaps = { overlap: start, conjugateOverlap: start / (1 - start) };
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const { value, ...next } = replicaSymmetricFunctional(selfCoupling, trial);
    const residual = Math.max(
      Math.abs(next.overlap - trial.overlap),
      Math.abs(next.conjugateOverlap - trial.conjugateOverlap),
    );
    if (residual <= tolerance) return { entropy: value, ...trial, residual, iterations };
    trial = next;
  }
  throw new NotConverged(
    `replicaSymmetricEntropy: no saddle at selfCoupling ${selfCoupling} from overlap ${start} in ${maxIterations} iterations`,
  );
}

/**
 * Replica-symmetric entropy of fixed points (P4): solves the stationarity conditions for (q, q̂) from several starts.
 * The saddle is q = q̂ = 0 and the entropy there is (P2); nothing of this is put in by hand.
 *
 * $$s_{\mathrm{RS}} = \operatorname*{extr}_{q,\hat q} \left[ -\tfrac12 \hat q (1-q) + \int\! Dz\,Dt\, \log
 * \sum_{s=\pm1} e^{\sqrt{\hat q} z s}\, \Phi\left(\frac{J_D + s\sqrt q\, t}{\sqrt{1-q}}\right) \right]$$
 * @param selfCoupling J_D ≥ 0
 * @param options starts (default overlaps 0.1, 0.5, 0.9), tolerance on the residual (1e−15), iterations a start (1000)
 * @returns the saddle; iterations are summed over the starts, the residual is the largest of them
 * @throws OutOfDomain for a bad selfCoupling or start; NotConverged if a start does not converge or reaches another saddle
 */
export function replicaSymmetricEntropy(
  selfCoupling: number,
  { starts = [0.1, 0.5, 0.9], tolerance = 1e-15, maxIterations = 1000 }: ReplicaSymmetricOptions = {},
): ReplicaSymmetricEntropy {
  requireSelfCoupling(selfCoupling);
  requireInteger("number of starts", starts.length, 1, Number.MAX_SAFE_INTEGER);
  const solutions = starts.map((start) => {
    requireInside("start", start, { min: 0, max: largestOverlap });
    return iterateSaddle(selfCoupling, start, tolerance, maxIterations);
  });
  const [first] = solutions;
  for (const { overlap } of solutions) {
    if (Math.abs(overlap - first.overlap) > agreement)
      throw new NotConverged(
        `replicaSymmetricEntropy: starts reach overlaps ${first.overlap} and ${overlap} at selfCoupling ${selfCoupling}`,
      );
  }
  return {
    ...first,
    residual: Math.max(...solutions.map(({ residual }) => residual)),
    iterations: solutions.reduce((sum, { iterations }) => sum + iterations, 0),
  };
}
