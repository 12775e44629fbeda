/**
 * @file Exact mean number of fixed points of N neurons when J_ij and J_ji are correlated: one Gaussian integral, along
 * the real axis for η > 0 and along a contour through the saddle for η < 0.
 */
import { equalThresholds } from "./bivariate-tail.ts";
import { complexLogNormalCdf } from "./complex-normal.ts";
import { requireInteger } from "./errors.ts";
import { hazard, logNormalCdf } from "./normal.ts";
import { requireSymmetricPoint, shiftRoot } from "./symmetric-shift.ts";

/** Largest N: the logarithm of the mean then still has 9 digits after the point. */
const largestSize = 1e6;

/** Step of the trapezoid rule in widths of the peak; the error from a Gaussian is 2e^{−2π²/h²} < 1e−30. */
const realStep = 0.25;

/** Step in θ along the contour: the integrand is analytic for |Im θ| < π/4 and more, which leaves e^{−π²/2h} < 1e−26. */
const contourStep = 0.08;

/** The sums stop where the integrand has fallen by e^{−40} from its peak. */
const cutoffExponent = 40;

/** Longest walk along the contour in θ; where η = −1 the integrand falls as e^{−(N−1)θ}. */
const largestTheta = 40;

/**
 * Slope with which the contour leaves the vertical for J_D > 0, where the integrand has e^{−N J_D m/v}: it then decays
 * instead of oscillating. 0.3 keeps the far ends in the sector |arg m| > π/4, where Φ grows as fast as the weight falls.
 */
const contourBend = 0.3;

/** A network of finite size. */
export interface SymmetricCount {
  /** Number of neurons N, an integer from 2 to 10⁶. */
  readonly n: number;
  /** J_D in [−3, 3], in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Symmetry η in [−1, 1], dimensionless: E[J_ij J_ji] = η/N. */
  readonly symmetry: number;
}

/** log I of I = √(N/2π|η|) ∫ dm e^{N f(m)}, f = −m²/2η + log Φ((J_D+m)/√v), given the saddle of f. */
interface Peak {
  readonly n: number;
  readonly selfCoupling: number;
  readonly symmetry: number;
  /** Root v of the variance that each stability has of its own. */
  readonly deviation: number;
  /** The saddle m*. */
  readonly shift: number;
  /** f(m*). */
  readonly height: number;
  /** 1/√(N |f''|). */
  readonly width: number;
}

function findPeak({ n, selfCoupling, symmetry }: SymmetricCount): Peak {
  const deviation = Math.sqrt((n - 1 - symmetry) / n);
  const argument = (m: number) => (selfCoupling + m) / deviation;
  const { shift } = shiftRoot(
    (m) => m - (symmetry * hazard(argument(m))) / deviation,
    Math.sign(symmetry),
    `expectedSymmetricCount at symmetry ${symmetry}, selfCoupling ${selfCoupling}`,
  );
  const x = argument(shift);
  const g = hazard(x);
  const curvature = Math.abs(1 / symmetry + (g * g + x * g) / deviation ** 2);
  return {
    n,
    selfCoupling,
    symmetry,
    deviation,
    shift,
    height: (-0.5 * shift * shift) / symmetry + logNormalCdf(x),
    width: 1 / Math.sqrt(n * curvature),
  };
}

/** ∫ dm e^{N (f − f*)} along the real axis (η > 0), where f is concave. */
function realIntegral({ n, selfCoupling, symmetry, deviation, shift, height, width }: Peak): number {
  const step = realStep * width;
  let sum = 1;
  for (const direction of [-step, step]) {
    for (let k = 1; ; k++) {
      const m = shift + k * direction;
      const exponent =
        n * ((-0.5 * m * m) / symmetry + logNormalCdf((selfCoupling + m) / deviation) - height);
      if (exponent < -cutoffExponent) break;
      sum += Math.exp(exponent);
    }
  }
  return sum * step;
}

/**
 * −i ∫ dm e^{N (f − f*)} along m = m* + w (i sinh θ + b (cosh θ − 1)) (η < 0): the saddle is a maximum in the imaginary
 * direction. Conjugate points give conjugate terms.
 */
function contourIntegral({ n, selfCoupling, symmetry, deviation, shift, height, width }: Peak): number {
  const bend = selfCoupling > 0 ? contourBend : 0;
  let sum = 1;
  for (let theta = contourStep; theta < largestTheta; theta += contourStep) {
    const [sinh, cosh] = [Math.sinh(theta), Math.cosh(theta)];
    const re = shift + width * bend * (cosh - 1);
    const im = width * sinh;
    const logCdf = complexLogNormalCdf({ re: (selfCoupling + re) / deviation, im: im / deviation });
    const exponent = n * ((-0.5 * (re - im) * (re + im)) / symmetry + logCdf.re - height);
    const phase = n * ((-re * im) / symmetry + logCdf.im);
    const size = Math.exp(exponent) * cosh;
    // dm/dθ = w (i cosh θ + b sinh θ); twice the real part of e^{…} (cosh θ − i b sinh θ).
    sum += 2 * size * (Math.cos(phase) + bend * (sinh / cosh) * Math.sin(phase));
    if (exponent + theta < -cutoffExponent) break;
  }
  return sum * contourStep * width;
}

/**
 * Logarithm of the mean number of fixed points of N neurons at symmetry η, exact (the logarithm of
 * {@link expectedSymmetricCount}, (P22) at finite N).
 * @param network N from 2 to 10⁶, J_D in [−3, 3], η in [−1, 1]
 * @returns nats of the whole network; −Infinity at η = −1, J_D ≤ 0, where no fixed point exists
 * @throws OutOfDomain outside these ranges; NotConverged at J_D ≤ 0 within 10⁻⁵ of η = −1
 */
export function logExpectedSymmetricCount(network: SymmetricCount): number {
  const n = requireInteger("n", network.n, 2, largestSize);
  const { selfCoupling, symmetry } = requireSymmetricPoint(network);
  // Σ_i s_i h_i = 0 for an antisymmetric matrix: not every stability can exceed a number above 0.
  if (symmetry === -1 && selfCoupling <= 0) return -Infinity;
  if (symmetry === 0) return n * (Math.LN2 + logNormalCdf(selfCoupling * Math.sqrt(n / (n - 1))));
  // N = 2: the two stabilities have variance ½ and correlation η; no variance of their own is left at η = 1.
  if (n === 2) return n * Math.LN2 + equalThresholds(selfCoupling * Math.SQRT2, symmetry).logProbability;
  const peak = findPeak({ n, selfCoupling, symmetry });
  const integral = symmetry > 0 ? realIntegral(peak) : contourIntegral(peak);
  return (
    n * (Math.LN2 + peak.height) + Math.log(integral) + 0.5 * Math.log(n / (2 * Math.PI * Math.abs(symmetry)))
  );
}

/**
 * Mean number of fixed points of N neurons at symmetry η of the couplings, exact; Infinity where it exceeds the
 * largest double (then {@link logExpectedSymmetricCount} serves).
 *
 * The stabilities s_i h_i of a state have variance 1 − 1/N and covariance η/N: each is a Gaussian of its own plus
 * √(η/N) x with one x for all (P22),
 *
 * $$\mathbb{E}[\#] = 2^N \int\! Dx\, \Phi\left(\frac{J_D + \sqrt{\eta/N}\, x}{\sqrt{v}}\right)^N,\qquad
 * v = \frac{N-1-\eta}{N}$$
 *
 * For η < 0 the shift is imaginary and Φ is continued to the complex plane. (P3) at η = 0.
 * @param network N from 2 to 10⁶, J_D in [−3, 3], η in [−1, 1]
 * @returns number of fixed points, a mean ≥ 0
 * @throws OutOfDomain outside these ranges; NotConverged at J_D ≤ 0 within 10⁻⁵ of η = −1
 */
export function expectedSymmetricCount(network: SymmetricCount): number {
  return Math.exp(logExpectedSymmetricCount(network));
}
