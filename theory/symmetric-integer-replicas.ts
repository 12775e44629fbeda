/**
 * @file Free entropy of an integer number of replicas with correlated couplings (P23) by an exact sum over the number of
 * spins up. It shares nothing with the solver for real y but log Φ and the hazard, and serves as its check; the fields need
 * not be real here.
 */
import { NotConverged, requireInteger } from "./errors.ts";
import { hazard, logNormalCdf } from "./normal.ts";
import { compositeGaussLegendre } from "./quadrature.ts";
import { newtonSystem } from "./solvers.ts";
import { requireSymmetricDomain } from "./symmetric-replicas-domain.ts";

/** Largest y: beyond it the sum is still exact, but slow. */
const largestReplicaNumber = 20;

/** Half-width of the t integral: the exponent can lean by log 2 per replica, and e^{−9²/2} is below 1e−17. */
const tMargin = 9;

/** Panel width in units of the width of the step of Φ±, and their order. */
const panelWidth = 1;
const panelOrder = 24;

/** Step of the central differences in the Jacobian, and steps in η from the independent couplings. */
const differenceStep = 1e-5;
const pathSteps = 2;

/** Start of q̂ at η = 0, per replica: the field that holds a Curie–Weiss magnet at the overlap. */
const startConjugate = (q: number, y: number) => Math.atanh(Math.sqrt(q)) / Math.sqrt(q) / (y + 1);

/** (q̂, R, r). */
type Unknowns = readonly number[];

interface Problem {
  readonly selfCoupling: number;
  readonly overlap: number;
  readonly y: number;
  readonly symmetry: number;
}

/** log ∫Dt Φ₊^k Φ₋^{y−k} at M = 2k − y, with the averages of the derivatives of its integrand's log by J and by √q t. */
function stepIntegral({ overlap: q, y }: Problem, up: number, selfCoupling: number, shift: number) {
  const width = Math.sqrt((1 - q) / q);
  const half = tMargin + Math.sqrt(2 * y * Math.LN2);
  const panels = Math.ceil((2 * half) / Math.min(1, panelWidth * width));
  const edges = Array.from({ length: panels + 1 }, (_, k) => half * ((2 * k) / panels - 1));
  const { nodes, weights } = compositeGaussLegendre(edges, panelOrder);
  const scale = Math.sqrt(1 - q);
  const exponents = nodes.map((t, i) => {
    const x = Math.sqrt(q) * t + shift;
    const logs =
      up * logNormalCdf((selfCoupling + x) / scale) + (y - up) * logNormalCdf((selfCoupling - x) / scale);
    return Math.log(weights[i]) - 0.5 * t * t - 0.5 * Math.log(2 * Math.PI) + logs;
  });
  const top = exponents.reduce((most, value) => Math.max(most, value), -Infinity);
  let [sum, byJ, byX] = [0, 0, 0];
  exponents.forEach((exponent, i) => {
    if (exponent < top - 45) return;
    const x = Math.sqrt(q) * nodes[i] + shift;
    const above = (up * hazard((selfCoupling + x) / scale)) / scale;
    const below = ((y - up) * hazard((selfCoupling - x) / scale)) / scale;
    const share = Math.exp(exponent - top);
    sum += share;
    byJ += share * (above + below);
    byX += share * (above - below);
  });
  return { log: top + Math.log(sum), byJ: byJ / sum, byX: byX / sum };
}

/** φ and the residuals ⟨M²⟩ − y − y(y−1)q, R and r less their averages, at any (q̂, R, r). */
function evaluate(problem: Problem, [conjugate, response, crossResponse]: Unknowns) {
  const { selfCoupling, overlap: q, y, symmetry } = problem;
  const effective = selfCoupling + symmetry * (response - crossResponse);
  let logBinomial = 0;
  const levels = Array.from({ length: y + 1 }, (_, k) => {
    if (k > 0) logBinomial += Math.log((y - k + 1) / k);
    const spin = 2 * k - y;
    const integral = stepIntegral(problem, k, effective, symmetry * crossResponse * spin);
    return { spin, ...integral, log: logBinomial + 0.5 * conjugate * spin * spin + integral.log };
  });
  const top = Math.max(...levels.map(({ log }) => log));
  const total = levels.reduce((sum, { log }) => sum + Math.exp(log - top), 0);
  const mean = (f: (level: (typeof levels)[number]) => number) =>
    levels.reduce((sum, level) => sum + Math.exp(level.log - top) * f(level), 0) / total;
  const own = mean(({ byJ }) => byJ) / y;
  // ⟨M ∂log/∂x⟩ = y R + y(y−1) r, for M ∂/∂x counts every pair of replicas.
  const all = mean(({ spin, byX }) => spin * byX);
  const cross = (all - y * own) / (y * (y - 1));
  const phi =
    -0.5 * y * conjugate * ((y - 1) * q + 1) -
    0.5 * symmetry * y * (response ** 2 + (y - 1) * crossResponse ** 2) +
    top +
    Math.log(total);
  const overlap = (mean(({ spin }) => spin * spin) - y) / (y * (y - 1));
  return { phi, residuals: [overlap - q, own - response, cross - crossResponse] };
}

function solve(problem: Problem, start: Unknowns): Unknowns {
  const system = (x: Unknowns) => {
    const columns = x.map((_, k) => {
      const at = (sign: number) =>
        evaluate(
          problem,
          x.map((value, i) => value + (i === k ? sign * differenceStep : 0)),
        ).residuals;
      const [above, below] = [at(1), at(-1)];
      return above.map((value, i) => (value - below[i]) / (2 * differenceStep));
    });
    const { residuals } = evaluate(problem, x);
    return { residuals, jacobian: residuals.map((_, i) => columns.map((column) => column[i])) };
  };
  return newtonSystem(system, start, { tolerance: 1e-12, maxStep: 0.5 }).x;
}

/** The saddle, from independent couplings in a few steps of η. */
function followPath(problem: Problem): Unknowns {
  const { selfCoupling, overlap, y, symmetry } = problem;
  let unknowns: Unknowns = [startConjugate(overlap, y), 0, 0];
  try {
    for (let step = 0; step <= pathSteps; step++)
      unknowns = solve({ ...problem, symmetry: (step / pathSteps) * symmetry }, unknowns);
  } catch (error) {
    if (!(error instanceof NotConverged)) throw error;
    const where = `selfCoupling ${selfCoupling}, overlap ${overlap}, replicas ${y}, symmetry ${symmetry}`;
    throw new NotConverged(`symmetricIntegerReplicas at ${where}: ${error.message}`);
  }
  return unknowns;
}

/**
 * Replicated free entropy φ(y, q) of (P23) for integer y, with the integral as an exact sum over the number k of spins
 * up, M = 2k − y:
 *
 * $$\sum_{\sigma} e^{\frac12 \hat q M^2} \int\! Dt\, \prod_a \Phi = \sum_{k=0}^{y} \binom{y}{k} e^{\frac12 \hat q M^2} \int\! Dt\,
 * \Phi_+^k \Phi_-^{y-k}, \qquad \Phi_\pm = \Phi\left(\frac{J \pm (\sqrt q\, t + \eta r M)}{\sqrt{1-q}}\right)$$
 * @param input selfCoupling J_D in [−1, 3]; overlap q in [0.01, 0.9994]; replicas y, an integer from 2 to 20; symmetry η
 *   in [−0.5, 1]
 * @returns phi in nats per neuron, the conjugate overlap q̂ and the responses R and r, all to about 1e−11; after milliseconds at small y
 *   and q, 2 s at y = 20 and q = 0.9, 10 s at y = 20 and q = 0.9994
 * @throws OutOfDomain outside these ranges; NotConverged if the saddle is not found, as at J_D well below 0
 * @source (P23), derived in theory/README.md
 */
export function symmetricIntegerReplicas(input: {
  readonly selfCoupling: number;
  readonly overlap: number;
  readonly replicas: number;
  readonly symmetry: number;
}): {
  readonly phi: number;
  readonly conjugateOverlap: number;
  readonly response: number;
  readonly crossResponse: number;
} {
  const { selfCoupling, overlap, replicas, symmetry } = input;
  requireSymmetricDomain(selfCoupling, overlap, symmetry);
  const y = requireInteger("replicas", replicas, 2, largestReplicaNumber);
  const unknowns = followPath({ selfCoupling, overlap, y, symmetry });
  const [conjugateOverlap, response, crossResponse] = unknowns;
  const { phi } = evaluate({ selfCoupling, overlap, y, symmetry }, unknowns);
  return { phi, conjugateOverlap, response, crossResponse };
}
