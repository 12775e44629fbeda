/**
 * @file The saddle of the quenched Franz–Parisi entropy (P8): Newton's method for its three conditions and continuation
 * in the distance, from d = ½ where it is known to the end of the branch.
 */
import { NotConverged } from "./errors.ts";
import { franzParisiAverages } from "./franz-parisi-averages.ts";
import type { FranzParisiTrial, Resolution } from "./franz-parisi-averages.ts";
import { franzParisiEnd } from "./franz-parisi-limit.ts";
import { hazard } from "./normal.ts";
import { newtonSystem } from "./solvers.ts";

/** A point of a Franz–Parisi curve. */
export interface FranzParisiPoint {
  /** J_D in [0, 3]. */
  readonly selfCoupling: number;
  /** Normalised Hamming distance d = (1 − Ω)/2, in [3·10⁻⁴, 0.4999]. */
  readonly distance: number;
}

/** log Ω̂, log p̂ and log((p − Ω²)/(1 − p)): every triple of reals is admissible. */
type Coordinates = readonly [number, number, number];

interface Saddle {
  /** Continuation parameter log((d − d_end)/(½ − d)): the coordinates are nearly linear in it at both ends. */
  readonly place: number;
  readonly coordinates: Coordinates;
  readonly residual: number;
}

/** Resolution at which the saddle is solved: the entropy is stationary, so the saddle's error enters squared. */
export const solverResolution: Resolution = { panelOrder: 10, tiltStep: 0.35 };

/** Residuals are relative; p ~ Ω² leaves them no more digits than roundingResidual/Ω² near d = ½. */
const residualTolerance = 1e-10;
const roundingResidual = 1e-14;

/** Distance from which continuation starts: the leading order in Ω is good to 1e−4 there. */
export const farDistance = 0.495;

/** Longest and shortest step of the continuation parameter. */
const longestStep = 2;
const shortestStep = 1e-3;

/** Evaluations of the conditions that a step may take: more than this and a shorter step is cheaper. */
const stepEvaluations = 8;

/** The point of (P8) at given coordinates. */
export function toTrial({ selfCoupling, distance }: FranzParisiPoint, [field, inner, logit]: Coordinates) {
  const overlap = 1 - 2 * distance;
  const fraction = 1 / (1 + Math.exp(-logit));
  return {
    selfCoupling,
    overlap,
    conjugateOverlap: Math.exp(field),
    innerOverlap: overlap * overlap + 4 * distance * (1 - distance) * fraction,
    conjugateInnerOverlap: Math.exp(inner),
  } satisfies FranzParisiTrial;
}

/** Trials with 1 − p or (p − Ω²)/p below this have lost their digits, and panels could not follow them. */
const narrowest = 1e-10;

/** Relative residuals of Ω = ⟨m⟩, p = ⟨m²⟩, p̂ = ⟨L²⟩ and their derivatives by the coordinates; NaN where p is at a bound. */
function stationarity(point: FranzParisiPoint, coordinates: Coordinates) {
  const trial = toTrial(point, coordinates);
  const { overlap, innerOverlap: inner, conjugateInnerOverlap: conjugate } = trial;
  if (!(1 - inner > narrowest && inner - overlap * overlap > narrowest * inner))
    return { residuals: [NaN], jacobian: [] };
  const { moments, jacobian } = franzParisiAverages(trial, solverResolution);
  const innerByLogit =
    ((inner - overlap * overlap) * (1 - inner)) / (4 * point.distance * (1 - point.distance));
  const scales = [1 / overlap, 1 / inner, 1 / conjugate];
  const rows = jacobian.map(([byField, byInner, byConjugate], k) => [
    byField * trial.conjugateOverlap * scales[k],
    byConjugate * conjugate * scales[k],
    byInner * innerByLogit * scales[k],
  ]);
  rows[1][2] -= (moments[1] / inner) * (innerByLogit / inner);
  rows[2][1] -= moments[2] / conjugate;
  return { residuals: moments.map((moment, k) => moment * scales[k] - 1), jacobian: rows };
}

function solveSaddle(point: FranzParisiPoint, place: number, start: Coordinates) {
  const tolerance = Math.max(residualTolerance, roundingResidual / (1 - 2 * point.distance) ** 2);
  let evaluations = 0;
  const system = ([field, inner, logit]: readonly number[]) => {
    if (++evaluations > stepEvaluations)
      throw new NotConverged(`residual above ${tolerance} after ${stepEvaluations} evaluations`);
    return stationarity(point, [field, inner, logit]);
  };
  const { x, residual, iterations } = newtonSystem(system, start, { tolerance, maxStep: 2 });
  const saddle: Saddle = { place, coordinates: [x[0], x[1], x[2]], residual };
  return { saddle, iterations };
}

/**
 * The saddle to leading order in Ω → 0, where m = Ω̂ + √p̂ z + g w and L = g m − J_D g w: Ω̂ = (1−g²)Ω, and p, p̂ of
 * order Ω² from two linear equations.
 */
function farSaddle({ selfCoupling, distance }: FranzParisiPoint): Coordinates {
  const overlap = 1 - 2 * distance;
  const g = hazard(selfCoupling);
  const jg = selfCoupling * g;
  const stay = 1 - g * g;
  const forInner = stay * stay + 2 * g * g * stay - g * g * jg;
  const forConjugate = g * g * stay * stay - 2 * jg * g * g * stay - jg ** 3;
  const determinant = stay * stay - jg * jg;
  const inner = ((stay * forInner + forConjugate) / determinant) * overlap * overlap;
  const conjugate = ((jg * jg * forInner + stay * forConjugate) / determinant) * overlap * overlap;
  return [Math.log(stay * overlap), Math.log(conjugate), Math.log((inner - overlap * overlap) / (1 - inner))];
}

/** Lagrange extrapolation of the coordinates through the last saddles (up to three). */
function predict(history: readonly Saddle[], place: number): Coordinates {
  const last = history.slice(-3);
  if (last.length === 1) {
    // Leading order in Ω, with place = −log Ω + const: Ω̂ ~ Ω, p − Ω² ~ p̂ ~ Ω².
    const move = last[0].place - place;
    const [field, inner, logit] = last[0].coordinates;
    return [field + move, inner + 2 * move, logit + 2 * move];
  }
  const weights = last.map(({ place: own }) =>
    last.reduce(
      (product, { place: other }) => (other === own ? product : (product * (place - other)) / (own - other)),
      1,
    ),
  );
  const at = (k: 0 | 1 | 2) => last.reduce((sum, { coordinates }, i) => sum + weights[i] * coordinates[k], 0);
  return [at(0), at(1), at(2)];
}

/**
 * Saddles at one self-coupling, followed from d = ½ down: distances are to be asked for in descending order.
 * Keeps the saddles it has found, to extrapolate from.
 */
export class SaddleBranch {
  private readonly history: Saddle[] = [];
  iterations = 0;
  readonly selfCoupling: number;
  readonly end: number;

  constructor(selfCoupling: number) {
    this.selfCoupling = selfCoupling;
    this.end = franzParisiEnd(selfCoupling);
  }

  private placeOf(distance: number): number {
    return Math.log((distance - this.end) / (0.5 - distance));
  }

  private distanceAt(place: number): number {
    const odds = Math.exp(place);
    return (0.5 * odds + this.end) / (1 + odds);
  }

  private solve(distance: number, place: number): Saddle {
    const point = { selfCoupling: this.selfCoupling, distance };
    const last = this.history.at(-1);
    const start = last === undefined ? farSaddle(point) : predict(this.history, place);
    const { saddle, iterations } = solveSaddle(point, place, start);
    this.iterations += iterations;
    // Extrapolating through two saddles that all but coincide would only amplify their rounding.
    if (last === undefined || Math.abs(last.place - place) > 0.5 * shortestStep) this.history.push(saddle);
    return saddle;
  }

  /**
   * Follows the branch to `distance`, halving steps that Newton's method refuses.
   * @throws NotConverged if even the shortest step fails
   */
  follow(distance: number): Saddle {
    const target = this.placeOf(distance);
    if (this.history.length === 0) {
      const first = Math.max(distance, farDistance);
      this.solve(first, this.placeOf(first));
    }
    for (let stride = longestStep; ;) {
      const last = this.history[this.history.length - 1];
      const place = Math.max(target, last.place - stride);
      try {
        if (place === target) return this.solve(distance, target);
        this.solve(this.distanceAt(place), place);
        stride = Math.min(longestStep, 2 * stride);
      } catch (error) {
        stride = 0.5 * (last.place - place);
        if (!(error instanceof NotConverged) || stride < shortestStep)
          throw new NotConverged(
            `quenchedFranzParisi: no saddle at selfCoupling ${this.selfCoupling}, distance ${distance}: ${String(error)}`,
          );
      }
    }
  }
}
