/**
 * @file References for the replicas with a centre (P28) that share nothing with the package but log Φ, and tables.
 *
 * `trapezoidTable`: numpy, uniform trapezoids on the whole (z, t) plane for c = 1 alone (t step at most a quarter of
 * √((1−q)/q) and narrower at large y, z step 0.1), Newton in (log q̂, log γ) with a Jacobian from differences; a second
 * grid, 0.7 times as wide, agreed to 3e−12 or better.
 * `exactSumTable`: mpmath with 25 digits; the z integral by the exact sum over the number of spins up, ∂/∂q of the
 * t integrals by fourth-order differences, both stationarity conditions by findroot.
 */
import { logNormalCdf } from "../../theory/normal.ts";
import { findRoot } from "../../theory/solvers.ts";

/** Where the functional of (P28) is evaluated, on its saddle or off it. */
export interface CentredTrial {
  readonly selfCoupling: number;
  readonly y: number;
  readonly overlap: number;
  readonly conjugateOverlap: number;
  readonly coupling: number;
}

/** Derivative of a smooth function by differences of fourth order. */
export function slopeOf(f: (x: number) => number, x: number, step: number): number {
  return (8 * (f(x + step) - f(x - step)) - (f(x + 2 * step) - f(x - 2 * step))) / (12 * step);
}

/** log Σ e^{terms}. */
function logSumExp(terms: readonly number[]): number {
  const top = terms.reduce((a, b) => Math.max(a, b), -Infinity);
  return top + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - top), 0));
}

/** Nodes of a uniform trapezoid on [−reach, reach]. */
function uniform(reach: number, step: number): number[] {
  const half = Math.ceil(reach / step);
  return Array.from({ length: 2 * half + 1 }, (_, k) => (k - half) * step);
}

const gaussian = (x: number) => -0.5 * x * x - 0.5 * Math.log(2 * Math.PI);

/** −½ y(y−1) q q̂ − ½ y q̂. */
const quadraticPart = ({ y, overlap, conjugateOverlap }: CentredTrial) =>
  -0.5 * y * conjugateOverlap * ((y - 1) * overlap + 1);

/** φ_c off its saddle by uniform trapezoids in z and t over the whole plane, c = 1 only; good for y below 100. */
export function centredFunctional(trial: CentredTrial): number {
  const { selfCoupling, y, overlap, conjugateOverlap, coupling } = trial;
  const x = Math.sqrt(conjugateOverlap);
  const width = Math.sqrt(1 - overlap);
  const [stepT, stepZ] = [Math.min(0.1, 0.25 * (width / Math.sqrt(overlap))), 0.15];
  const nodesZ = uniform(y * x + 9, stepZ);
  const rows = uniform(12, stepT).map((t) => {
    const up = logNormalCdf((selfCoupling + Math.sqrt(overlap) * t) / width) + coupling;
    const down = logNormalCdf((selfCoupling - Math.sqrt(overlap) * t) / width) - coupling;
    const exponents = nodesZ.map((z) => {
      const gap = down - up - 2 * x * z;
      const log = up + x * z + (gap > 0 ? gap + Math.log1p(Math.exp(-gap)) : Math.log1p(Math.exp(gap)));
      return y * log + gaussian(z);
    });
    return gaussian(t) + logSumExp(exponents);
  });
  return quadraticPart(trial) + Math.LN2 + logSumExp(rows) + Math.log(stepT * stepZ);
}

/** log of C(y,k) e^{γ(2k−y)} ∫Dt Φ₊^k Φ₋^{y−k} for k = 0..y, by a uniform trapezoid in t. */
function integerLevels({ selfCoupling, y, overlap, coupling }: Omit<CentredTrial, "conjugateOverlap">) {
  const width = Math.sqrt(1 - overlap);
  const step = Math.min(0.1, 0.25 * (width / Math.sqrt(overlap)));
  const nodes = uniform(12, step).map((t) => ({
    log: gaussian(t) + Math.log(step),
    up: logNormalCdf((selfCoupling + Math.sqrt(overlap) * t) / width),
    down: logNormalCdf((selfCoupling - Math.sqrt(overlap) * t) / width),
  }));
  let logBinomial = 0;
  return Array.from({ length: y + 1 }, (_, k) => {
    if (k > 0) logBinomial += Math.log((y - k + 1) / k);
    const logIntegral = logSumExp(nodes.map(({ log, up, down }) => log + k * up + (y - k) * down));
    return { sum: 2 * k - y, log: logBinomial + coupling * (2 * k - y) + logIntegral };
  });
}

/**
 * φ_c at given (q, γ) for integer y, minimised over q̂: the z integral is the exact sum over the number of spins up, as in
 * (P13), and q̂ solves ⟨(Σσ)²⟩ = y + y(y−1)q.
 */
export function integerCentred(point: Omit<CentredTrial, "conjugateOverlap">) {
  const { y, overlap } = point;
  const levels = integerLevels(point);
  const logs = (conjugate: number) => levels.map(({ sum, log }) => log + 0.5 * conjugate * sum * sum);
  const excess = (conjugate: number) => {
    const exponents = logs(conjugate);
    const total = logSumExp(exponents);
    const square = levels.reduce((mean, { sum }, k) => mean + sum * sum * Math.exp(exponents[k] - total), 0);
    return (square - y) / (y * (y - 1)) - overlap;
  };
  const { x: conjugateOverlap } = findRoot(excess, 0, 60 / y);
  const exponents = logs(conjugateOverlap);
  const total = logSumExp(exponents);
  const spin = levels.reduce((mean, { sum }, k) => mean + (sum / y) * Math.exp(exponents[k] - total), 0);
  return {
    conjugateOverlap,
    centreOverlap: spin,
    freeEntropy: quadraticPart({ ...point, conjugateOverlap }) + Math.LN2 + total,
  };
}

/** Saddle at given (J_D, y, q). */
export const trapezoidTable = [
  {
    selfCoupling: 0,
    y: 2.5,
    overlap: 0.6,
    freeEntropy: 0.7865598830702,
    localEntropy: -0.02979678460083,
    complexity: 0.6196268270634,
    coupling: 0.2377770238252,
    centreOverlap: 0.4061368312633,
    conjugateOverlap: 0.142672389142,
  },
  {
    selfCoupling: 0.05,
    y: 4.2,
    overlap: 0.9,
    freeEntropy: 0.9701238022905,
    localEntropy: -0.00114302128755,
    complexity: 0.4618971655126,
    coupling: 0.1952401679654,
    centreOverlap: 0.6256364387022,
    conjugateOverlap: 0.1972303822446,
  },
  {
    selfCoupling: 0.2,
    y: 1.0,
    overlap: 0.5,
    freeEntropy: 0.9736851981013,
    localEntropy: 0.05060781258763,
    complexity: 0.6675384649672,
    coupling: 0.5280739628687,
    centreOverlap: 0.483907441977,
    conjugateOverlap: 0.2448656312668,
  },
  {
    selfCoupling: 0.2,
    y: 1.3,
    overlap: 0.95,
    freeEntropy: 1.347220820268,
    localEntropy: -0.02009531153944,
    complexity: 0.4984961395021,
    coupling: 0.849393132094,
    centreOverlap: 0.7922838379106,
    conjugateOverlap: 1.604026146028,
  },
  {
    selfCoupling: 0.2,
    y: 3,
    overlap: 0.5,
    freeEntropy: 1.358578501327,
    localEntropy: 0.08136514899462,
    complexity: 0.5816754580572,
    coupling: 0.3401074793394,
    centreOverlap: 0.5221953143759,
    conjugateOverlap: 0.1120374892062,
  },
  {
    selfCoupling: 0.2,
    y: 7.5,
    overlap: 0.01,
    freeEntropy: 1.806639323753,
    localEntropy: 0.1457954706468,
    complexity: 0.6928765436171,
    coupling: 0.05086868462689,
    centreOverlap: 0.05320038037629,
    conjugateOverlap: 0.002523252111756,
  },
  {
    selfCoupling: 0.2,
    y: 20,
    overlap: 0.9,
    freeEntropy: 9.175769236852,
    localEntropy: 0.04991262299697,
    complexity: -0.05786738660323,
    coupling: 0.4355429010901,
    centreOverlap: 0.9454159559144,
    conjugateOverlap: 0.02552122648641,
  },
  {
    selfCoupling: 0.2,
    y: 200,
    overlap: 0.5,
    freeEntropy: 39.49780866754,
    localEntropy: 0.1151352039382,
    complexity: -0.6153373474799,
    coupling: 0.1222154984753,
    centreOverlap: 0.6990154866009,
    conjugateOverlap: 0.001031570724309,
  },
  {
    selfCoupling: 0.2,
    y: 200,
    overlap: 0.99,
    freeEntropy: 382.5502590891,
    localEntropy: 0.01378116321003,
    complexity: -0.1244060523754,
    coupling: 1.90920234365,
    centreOverlap: 0.994966389401,
    conjugateOverlap: 0.002197367082289,
  },
  {
    selfCoupling: 0.1,
    y: 30,
    overlap: 0.98,
    freeEntropy: 15.15400621698,
    localEntropy: 0.01220412183172,
    complexity: -0.05975650588769,
    coupling: 0.500114566324,
    centreOverlap: 0.9896158512272,
    conjugateOverlap: 0.02385360733489,
  },
  {
    selfCoupling: 0.5,
    y: 10,
    overlap: 0.8,
    freeEntropy: 7.645827598804,
    localEntropy: 0.1337140756049,
    complexity: 0.1634457874899,
    coupling: 0.6915465159809,
    centreOverlap: 0.8886229506266,
    conjugateOverlap: 0.04834822327985,
  },
  {
    selfCoupling: 1,
    y: 55.5,
    overlap: 0.3,
    freeEntropy: 35.19202383158,
    localEntropy: 0.4308806758598,
    complexity: 0.06995160479222,
    coupling: 0.3728305447395,
    centreOverlap: 0.5416655292922,
    conjugateOverlap: 0.00493166182614,
  },
  {
    selfCoupling: 2.5,
    y: 5,
    overlap: 0.95,
    freeEntropy: 11.50659981842,
    localEntropy: 0.06709495232319,
    complexity: 0.6852670991189,
    coupling: 2.151673209873,
    centreOverlap: 0.974670122728,
    conjugateOverlap: 0.0061026858679,
  },
  {
    selfCoupling: 0.02,
    y: 100,
    overlap: 0.05,
    freeEntropy: 2.273968509034,
    localEntropy: 0.01532845254353,
    complexity: 0.6293422382651,
    coupling: 0.0143806430732,
    centreOverlap: 0.0777301931818,
    conjugateOverlap: 0.0008581441420075,
  },
] as const;

/** Saddle at given (J_D, y, q), integer y. */
export const exactSumTable = [
  {
    selfCoupling: 0.2,
    y: 3,
    overlap: 0.5,
    freeEntropy: 1.35857850132666,
    coupling: 0.340107479339354,
    centreOverlap: 0.522195314375907,
    conjugateOverlap: 0.112037489206238,
  },
  {
    selfCoupling: 0.35,
    y: 5,
    overlap: 0.8,
    freeEntropy: 3.1197394120157,
    coupling: 0.554551408063448,
    centreOverlap: 0.869614217243536,
    conjugateOverlap: 0.1234681743965,
  },
  {
    selfCoupling: 0,
    y: 4,
    overlap: 0.85,
    freeEntropy: 0.68944679546851,
    coupling: 0.111721244603123,
    centreOverlap: 0.372698707966706,
    conjugateOverlap: 0.152421730378266,
  },
  {
    selfCoupling: 1,
    y: 8,
    overlap: 0.2,
    freeEntropy: 5.41838776387488,
    coupling: 0.357303873340851,
    centreOverlap: 0.41795578589858,
    conjugateOverlap: 0.019847367514822,
  },
] as const;
