/**
 * @file The saddle of (P28) at fixed overlap q: entropies from the averages over Σ_c 𝒜_c^y, and the pair (q̂, γ) that
 * solves ⟨m²⟩ = q and ⟨L²⟩ = q̂.
 *
 * Notation: q overlap, q̂ conjugate overlap, y number of replicas, γ coupling to the centre, m and L as in
 * centred-quadrature.ts.
 */
import type { CentredAverages, CentredPosition, CentredWeight } from "./centred-quadrature.ts";
import { NotConverged } from "./errors.ts";

/** Newton is quadratic: after a relative step in q̂ and γ² below this, the next is below rounding. */
const lastStep = 1e-9;

/** Where γ² is so small that rounding moves it by more, residuals below this are the end. */
const smallestResidual = 1e-14;

/** Largest step in log q̂ of the joint Newton, range of the factor on γ² in one step, and iterations from a close start. */
const longestJointStep = 0.7;
const smallestGrowth = 0.05;
const largestGrowth = 4;
const jointIterations = 16;

/** Largest step in log q̂ of the search, the step below which joint Newton takes over, and its iterations. */
const longestStep = 6;
const nearEnough = 0.5;
const searchIterations = 80;

/** Accuracy of logit ⟨m²⟩ to which γ follows q̂ in the search, and the iterations that this may take. */
const followTolerance = 1e-2;
const followIterations = 60;

/** Far beyond the couplings of the domain, all below 5; up to here the exponents stay in range. */
const largestCoupling = 30;

/** φ_c, local entropy and complexity of (P28) at (q̂, γ), not necessarily at the saddle, nats per neuron. */
export interface CentredEntropies {
  readonly freeEntropy: number;
  readonly localEntropy: number;
  readonly complexity: number;
}

/**
 * φ_c = −½ y(y−1) q q̂ − ½ y q̂ + log Z_y, its ∂φ_c/∂y at fixed γ, the local entropy ∂φ_c/∂y − γ⟨cσ⟩ and the entropy of
 * centres φ_c − y ∂φ_c/∂y, all moved to first order by `step`.
 */
export function centredEntropiesAt(
  q: number,
  y: number,
  { conjugateOverlap, coupling }: CentredPosition,
  averages: CentredAverages,
  step: CentredPosition = { conjugateOverlap: 0, coupling: 0 },
): CentredEntropies {
  const { centreOverlap, byConjugate, byCoupling } = averages;
  const along = (conjugate: number, byGamma: number) =>
    conjugate * step.conjugateOverlap + byGamma * step.coupling;
  const freeEntropy =
    -0.5 * y * conjugateOverlap * ((y - 1) * q + 1) +
    averages.logPartition +
    along(0.5 * y * (y - 1) * (averages.overlap - q), y * centreOverlap);
  const tilted =
    -0.5 * conjugateOverlap * ((2 * y - 1) * q + 1) +
    averages.logSite +
    along(-0.5 * ((2 * y - 1) * q + 1) + byConjugate.logSite, byCoupling.logSite);
  const pull =
    coupling * centreOverlap +
    along(coupling * byConjugate.centreOverlap, centreOverlap + coupling * byCoupling.centreOverlap);
  return { freeEntropy, localEntropy: tilted - pull, complexity: freeEntropy - y * tilted };
}

/**
 * Rounding of the averages, absolute and for each replica: exponents y log 𝒜 carry y·10⁻¹⁶. Measured on random points,
 * where it is at most this.
 */
const averageRounding = { floor: 4e-15, perReplica: 5e-16 };

/** Rounding of the complexity in units of y², likewise: the noise of ⟨log 𝒜⟩ grows with y and enters y times. */
const complexityRounding = 1e-15;

/** Largest change of localEntropy, complexity and freeEntropy/y by rounding, through (q̂, γ) and directly. */
export function centredRounding(
  q: number,
  y: number,
  position: CentredPosition,
  averages: CentredAverages,
): number {
  const noise = averageRounding.floor + averageRounding.perReplica * y;
  const exact = centredEntropiesAt(q, y, position, averages);
  const logs = Math.abs(averages.logPartition) + y * Math.abs(averages.logSite);
  let largest = averageRounding.floor * (1 + logs) + complexityRounding * y * y;
  for (const [overlap, force] of [
    [noise, 0],
    [0, noise * averages.overlapForce],
  ]) {
    const step = centredStep(q, position, averages, { overlap, force });
    const shifted = centredEntropiesAt(q, y, position, averages, step);
    largest = Math.max(
      largest,
      Math.abs(shifted.localEntropy - exact.localEntropy),
      Math.abs(shifted.complexity - exact.complexity),
      Math.abs(shifted.freeEntropy - exact.freeEntropy) / y,
    );
  }
  return largest;
}

/** Violation of the two stationarity conditions. */
export function residualOf(
  q: number,
  { conjugateOverlap }: CentredPosition,
  { overlap, overlapForce }: CentredAverages,
): number {
  return Math.max(Math.abs(overlap - q), Math.abs(overlapForce - conjugateOverlap));
}

/**
 * Newton step in (q̂, γ) for ⟨m²⟩ = q and ⟨L²⟩ = q̂.
 * @param excess ⟨m²⟩ − q and ⟨L²⟩ − q̂, from the averages unless given
 */
export function centredStep(
  q: number,
  { conjugateOverlap }: CentredPosition,
  { overlap, overlapForce, byConjugate, byCoupling }: CentredAverages,
  excess = { overlap: overlap - q, force: overlapForce - conjugateOverlap },
): CentredPosition {
  const a = byConjugate.overlap;
  const b = byCoupling.overlap;
  const c = byConjugate.overlapForce - 1;
  const e = byCoupling.overlapForce;
  const determinant = a * e - b * c;
  return {
    conjugateOverlap: (b * excess.force - e * excess.overlap) / determinant,
    coupling: (c * excess.overlap - a * excess.force) / determinant,
  };
}

/** dγ/dq along the saddle at fixed y. */
export function couplingSlope(q: number, position: CentredPosition, averages: CentredAverages): number {
  const { overlap, overlapForce } = averages.byOverlap;
  return centredStep(q, position, averages, { overlap: overlap - 1, force: overlapForce }).coupling;
}

/** Largest relative change of q̂ and γ² in a step. */
function lengthOf(position: CentredPosition, step: CentredPosition): number {
  return Math.max(
    Math.abs(step.conjugateOverlap) / position.conjugateOverlap,
    (2 * Math.abs(step.coupling)) / position.coupling,
  );
}

/** The averages are even in γ: a step is taken in γ², and in log q̂; neither leaves the positive numbers. */
function moved({ conjugateOverlap, coupling }: CentredPosition, step: CentredPosition): CentredPosition {
  const change = step.conjugateOverlap / conjugateOverlap;
  const growth = 1 + (2 * step.coupling) / coupling;
  return {
    conjugateOverlap:
      conjugateOverlap * Math.exp(Math.max(-longestJointStep, Math.min(longestJointStep, change))),
    coupling: coupling * Math.sqrt(Math.max(smallestGrowth, Math.min(largestGrowth, growth))),
  };
}

/** A saddle, with the averages one Newton step before it. */
export interface CentredRoot {
  readonly position: CentredPosition;
  readonly averages: CentredAverages;
  /** The position at which `averages` were taken. */
  readonly averagedAt: CentredPosition;
  readonly iterations: number;
}

/**
 * Newton in (log q̂, γ²) from a nearby start.
 * @returns the saddle, or null when the steps do not settle
 * @throws NotConverged if an average cannot be computed
 */
export function followCentredSaddle(
  weight: CentredWeight,
  q: number,
  start: CentredPosition,
): CentredRoot | null {
  let position = start;
  for (let iterations = 1; iterations <= jointIterations; iterations++) {
    if (!(position.coupling > 0 && position.coupling < largestCoupling)) return null;
    const averages = weight.averages(position);
    const step = centredStep(q, position, averages);
    const length = lengthOf(position, step);
    if (!(length < Infinity)) return null;
    if (
      length < lastStep ||
      (length < longestJointStep && residualOf(q, position, averages) < smallestResidual)
    )
      return { position: moved(position, step), averages, averagedAt: position, iterations };
    position = moved(position, step);
  }
  return null;
}

/** γ at which ⟨m²⟩ = q at fixed q̂, to {@link followTolerance}; ⟨m²⟩ grows with γ², and is below q at γ = 0. */
function couplingAt(weight: CentredWeight, q: number, conjugateOverlap: number, start: number) {
  let coupling = start;
  let low = 0;
  let high = largestCoupling;
  for (let evaluations = 1; evaluations <= followIterations; evaluations++) {
    const position = { conjugateOverlap, coupling };
    const averages = weight.averages(position);
    const { overlap } = averages;
    const mismatch = Math.log(overlap / (1 - overlap)) - Math.log(q / (1 - q));
    if (Math.abs(mismatch) < followTolerance) return { position, averages, evaluations };
    if (mismatch < 0) low = coupling;
    else high = coupling;
    const step = (-mismatch * overlap * (1 - overlap)) / averages.byCoupling.overlap;
    const next = coupling * Math.sqrt(Math.max(0, 1 + (2 * step) / coupling));
    coupling = next > low && next < high ? next : 0.5 * (low + high);
  }
  throw new NotConverged(`no coupling found for conjugate overlap ${conjugateOverlap}`);
}

/** ⟨L²⟩ moved in γ to the line ⟨m²⟩ = q, to first order, and its derivative by q̂ along that line. */
function forceAlongLine(q: number, { overlap, overlapForce, byConjugate, byCoupling }: CentredAverages) {
  const ratio = byCoupling.overlapForce / byCoupling.overlap;
  return {
    force: overlapForce + ratio * (q - overlap),
    slope: byConjugate.overlapForce - ratio * byConjugate.overlap,
  };
}

/**
 * The saddle without a start. Along the line ⟨m²⟩ = q in the plane (q̂, γ) the force ⟨L²⟩ exceeds q̂ at q̂ = 0; where it is
 * below at the other end, γ = 0, there is a saddle between. The line is followed by Newton in log q̂ inside that bracket,
 * with the two equations solved together as soon as they are close.
 * @param highest q̂ at the end γ = 0 of the line: the conjugate overlap of (P9)
 * @throws NotConverged if the bracket shrinks to nothing without a saddle
 */
export function searchCentredSaddle(
  weight: CentredWeight,
  q: number,
  highest: number,
  start: CentredPosition,
): CentredRoot {
  let low = -Infinity;
  let high = Math.log(highest);
  let { conjugateOverlap, coupling } = start;
  let iterations = 0;
  for (let round = 0; round < searchIterations; round++) {
    const { position, averages, evaluations } = couplingAt(weight, q, conjugateOverlap, coupling);
    iterations += evaluations;
    const { force, slope } = forceAlongLine(q, averages);
    const here = Math.log(conjugateOverlap);
    const imbalance = Math.log(force / conjugateOverlap);
    if (imbalance > 0) low = here;
    else high = here;
    const change = imbalance / (1 - (slope * conjugateOverlap) / force);
    if (Math.abs(change) < nearEnough) {
      const root = followCentredSaddle(weight, q, position);
      const place = root === null ? NaN : Math.log(root.position.conjugateOverlap);
      // The end of the bracket may be the saddle itself, to the tolerance of the line.
      if (root !== null && place > low - followTolerance && place < high + followTolerance)
        return { ...root, iterations: iterations + root.iterations };
    }
    const newton = here + change;
    const middle = low > -Infinity ? 0.5 * (low + high) : here - longestStep;
    conjugateOverlap = Math.exp(
      newton > low && newton < high && Math.abs(change) < longestStep ? newton : middle,
    );
    coupling = position.coupling;
  }
  throw new NotConverged(`no saddle found between conjugate overlaps ${Math.exp(low)} and ${Math.exp(high)}`);
}
