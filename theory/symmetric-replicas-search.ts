/**
 * @file Saddles of (P23) without a start nearby: at fixed y from independent couplings, where the saddle is that of (P9),
 * along a straight path in the symmetry η; and the zero of the complexity by a bracketed search in y.
 */
import { NotConverged } from "./errors.ts";
import { replicaDomain } from "./one-rsb-domain.ts";
import { replicaWeight } from "./one-rsb-quadrature.ts";
import { guessConjugateOverlap, solveConjugateOverlap } from "./one-rsb-saddle.ts";
import type { SymmetricWeight } from "./symmetric-replicas-averages.ts";
import { symmetricEntropiesAt, symmetricNewton, weightParameters } from "./symmetric-replicas-saddle.ts";
import type {
  SymmetricFailure,
  SymmetricPosition,
  SymmetricProblem,
  SymmetricRoot,
} from "./symmetric-replicas-saddle.ts";

/** Shortest step along the path, as a part of it; the path is given up below it. */
const shortestStep = 1 / 32;

/** Factor by which a step that succeeded grows. */
const stepGrowth = 2;

/** Factor by which y moves in the bracketed search. */
const searchFactor = 2;

/** Halvings in log y of a bracket in which Newton failed. */
const bracketHalvings = 60;

/** The saddle of (P9) with the responses, which at η = 0 are mere averages. */
function independentSaddle(weight: SymmetricWeight, problem: SymmetricProblem, y: number): SymmetricPosition {
  const { overlap } = problem;
  const independent = replicaWeight(problem, 1);
  const start = guessConjugateOverlap(overlap, y);
  const { conjugateOverlap } = solveConjugateOverlap(independent, overlap, y, start);
  const position = { fieldVariance: conjugateOverlap, ownResponse: 0, crossResponse: 0, y };
  const { response, ownResponse } = weight.averages(weightParameters({ ...problem, symmetry: 0 }, position));
  return { ...position, ownResponse, crossResponse: response - ownResponse };
}

/** Start for `part` of the path from the last two saddles, linear in q̃, R − r and r. */
function predict(
  [last, beforeLast]: readonly SymmetricPosition[],
  [at, before]: readonly number[],
  part: number,
): SymmetricPosition {
  if (beforeLast === undefined) return last;
  const ahead = (part - at) / (at - before);
  const line = (key: keyof SymmetricPosition) => last[key] + ahead * (last[key] - beforeLast[key]);
  const fieldVariance = line("fieldVariance");
  if (!(fieldVariance > 0)) return last;
  const [ownResponse, crossResponse] = [line("ownResponse"), line("crossResponse")];
  return { fieldVariance, ownResponse, crossResponse, y: last.y };
}

/**
 * The saddle at fixed y, followed from η = 0 to the symmetry of the problem with steps that halve where Newton fails. A
 * self-coupling that (P9) is not solved for is reached along the same path.
 * @returns the saddle, or in words why there is none
 * @throws NotConverged if an average cannot be computed
 */
export function followSymmetry(
  weight: SymmetricWeight,
  problem: SymmetricProblem,
  y: number,
): SymmetricRoot | string {
  const { min, max } = replicaDomain.selfCoupling;
  const origin = Math.max(min, Math.min(max, problem.selfCoupling));
  let saddles = [independentSaddle(weight, { ...problem, selfCoupling: origin }, y)];
  let parts = [0];
  let step = 1;
  let iterations = 0;
  let failure: SymmetricFailure = "no saddle found";
  while (step >= shortestStep) {
    const part = Math.min(1, parts[0] + step);
    const onPath = {
      overlap: problem.overlap,
      symmetry: part * problem.symmetry,
      selfCoupling: origin + part * (problem.selfCoupling - origin),
    };
    const root = symmetricNewton(weight, onPath, predict(saddles, parts, part), "fixed");
    if (typeof root === "string") {
      failure = root;
      step *= 0.5;
      continue;
    }
    iterations += root.iterations;
    if (part === 1) return { ...root, iterations };
    saddles = [root.position, saddles[0]];
    parts = [part, parts[0]];
    step *= stepGrowth;
  }
  return `${failure} at y = ${y}`;
}

/** The saddle at y from one at another y, or along the path in η if that is too far. */
function saddleAt(
  weight: SymmetricWeight,
  problem: SymmetricProblem,
  y: number,
  near: SymmetricPosition | null,
): FixedReplicas | string {
  const start = near === null ? null : { ...near, fieldVariance: (near.fieldVariance * near.y) / y, y };
  const nearby = start === null ? null : symmetricNewton(weight, problem, start, "fixed");
  const root = nearby === null || typeof nearby === "string" ? followSymmetry(weight, problem, y) : nearby;
  if (typeof root === "string") return root;
  const { complexity } = symmetricEntropiesAt(problem, root.averagedAt, root.averages);
  return { complexity, position: root.position, iterations: root.iterations };
}

interface FixedReplicas {
  readonly complexity: number;
  readonly position: SymmetricPosition;
  readonly iterations: number;
}

/** Brackets the zero of Σ(y) by a geometric search from `start`, or says why there is none. */
function bracketComplexity(weight: SymmetricWeight, problem: SymmetricProblem, start: number) {
  const { min, max } = replicaDomain.y;
  const first = saddleAt(weight, problem, start, null);
  if (typeof first === "string") return first;
  let point = first;
  let { iterations } = point;
  const descending = point.complexity <= 0;
  for (;;) {
    const { y } = point.position;
    if (descending && y === min) return `complexity is not positive at y = ${min}`;
    if (!descending && y === max) return `complexity is still positive at y = ${max}`;
    const nextY = descending ? Math.max(min, y / searchFactor) : Math.min(max, y * searchFactor);
    const next = saddleAt(weight, problem, nextY, point.position);
    if (typeof next === "string") return next;
    iterations += next.iterations;
    if (next.complexity <= 0 !== descending)
      return { low: descending ? next : point, high: descending ? point : next, iterations };
    point = next;
  }
}

/**
 * The zero of Σ without a start: bracket in y, then Newton for all unknowns inside it, halving the bracket as long as
 * that fails.
 * @returns the zero, or in words why there is none for y in [1, 5000]
 * @throws NotConverged if the bracket shrinks to nothing without a zero, or an average cannot be computed
 */
export function searchSymmetricRoot(
  weight: SymmetricWeight,
  problem: SymmetricProblem,
  startReplicas: number,
): SymmetricRoot | string {
  const bracket = bracketComplexity(weight, problem, startReplicas);
  if (typeof bracket === "string") return bracket;
  let { low, high, iterations } = bracket;
  for (let halving = 0; halving < bracketHalvings; halving++) {
    const start = -low.complexity < high.complexity ? low : high;
    const range = { min: low.position.y, max: high.position.y };
    const root = symmetricNewton(weight, problem, start.position, range);
    if (typeof root !== "string") return { ...root, iterations: iterations + root.iterations };
    const middle = saddleAt(weight, problem, Math.sqrt(range.min * range.max), low.position);
    if (typeof middle === "string") return middle;
    iterations += middle.iterations;
    if (middle.complexity > 0) low = middle;
    else high = middle;
  }
  throw new NotConverged(
    `no zero of the complexity found between y ${low.position.y} and ${high.position.y} (overlap ${problem.overlap})`,
  );
}
