/**
 * @file Speed of the 1RSB theory: one local-entropy curve, and a whole phase diagram on one core, in processor time.
 * Ratios are against the targets and against the reference (bench/reference/brute-force-replicas.ts) in the same run:
 * a point solved by Newton at two resolutions, over a single brute-force evaluation of (P9) at its solution.
 */
import { localEntropyCurve } from "../theory/local-entropy.ts";
import { isMain, median, processorSeconds } from "./measure.ts";
import { bruteForcePhi } from "./reference/brute-force-replicas.ts";

const CURVE_DISTANCES = 60;
const CURVE_SELF_COUPLINGS = [0.05, 0.2, 0.5];
const CURVE_TARGET_SECONDS = 0.3;
const REPETITIONS = 7;
const REFERENCE_DISTANCES = 12;

const DIAGRAM_DISTANCES = 61;
const DIAGRAM_SELF_COUPLINGS = Array.from({ length: 41 }, (_, k) => 0.025 * k);
/** Ten seconds on each of two cores. */
const DIAGRAM_TARGET_SECONDS = 20;

const SMALLEST_DISTANCE = 1e-3;
const LARGEST_DISTANCE = 0.45;

/** Distances in equal ratios, ends included. */
function distances(count: number): number[] {
  const ratio = LARGEST_DISTANCE / SMALLEST_DISTANCE;
  return Array.from({ length: count }, (_, k) =>
    k === count - 1 ? LARGEST_DISTANCE : SMALLEST_DISTANCE * ratio ** (k / (count - 1)),
  );
}

type Curve = ReturnType<typeof localEntropyCurve>;

/** Largest error estimate among the points that have a solution, and how the points came out. */
function quality(points: Curve): string {
  const errors = points.flatMap((point) => (point.status === "ok" ? [point.error] : []));
  const failed = points.filter(({ status }) => status === "not-converged").length;
  const without = points.length - errors.length - failed;
  const largest = Math.max(0, ...errors).toExponential(1);
  return `${errors.length} solved, ${without} without a solution, ${failed} not converged, largest error ${largest}`;
}

function curveLine(selfCoupling: number): string {
  const grid = distances(CURVE_DISTANCES);
  let points: Curve = [];
  const seconds = Array.from({ length: REPETITIONS }, () =>
    processorSeconds(() => (points = localEntropyCurve(selfCoupling, grid))),
  );
  const time = median(seconds);
  const ratio = (time / CURVE_TARGET_SECONDS).toFixed(2);
  const size = `curve of ${CURVE_DISTANCES} distances, J_D = ${selfCoupling}`;
  return `${size}: ${(time * 1e3).toFixed(0)} ms, ${ratio} of the target; ${quality(points)}`;
}

/** Reference and solver on the same points, with the largest difference of φ. */
function referenceLine(selfCoupling: number): string {
  const grid = distances(REFERENCE_DISTANCES);
  let points: Curve = [];
  const solving = median(
    Array.from({ length: REPETITIONS }, () =>
      processorSeconds(() => (points = localEntropyCurve(selfCoupling, grid))),
    ),
  );
  const solved = points.flatMap((point) => (point.status === "ok" ? [point] : []));
  let largest = 0;
  const brute = processorSeconds(() => {
    for (const point of solved) largest = Math.max(largest, Math.abs(bruteForcePhi(point) - point.phi));
  });
  const ratio = (solving / brute).toFixed(2);
  return `solving ${solved.length} points, J_D = ${selfCoupling}: ${ratio} × one brute-force evaluation at each; φ differs by ${largest.toExponential(1)}`;
}

function diagramLine(): string {
  const grid = distances(DIAGRAM_DISTANCES);
  let points: Curve = [];
  const time = processorSeconds(() => {
    points = DIAGRAM_SELF_COUPLINGS.flatMap((selfCoupling) => localEntropyCurve(selfCoupling, grid));
  });
  const size = `phase diagram ${DIAGRAM_SELF_COUPLINGS.length} J_D × ${DIAGRAM_DISTANCES} distances`;
  const ratio = (time / DIAGRAM_TARGET_SECONDS).toFixed(2);
  return `${size}: ${time.toFixed(1)} s, ${ratio} of the target of two cores; ${quality(points)}`;
}

/**
 * Times a curve at three self-couplings (medians of 7 after a first one unmeasured) and one phase diagram.
 * @returns one line a figure
 */
export function runTheoryBench(): string[] {
  localEntropyCurve(CURVE_SELF_COUPLINGS[0]!, distances(CURVE_DISTANCES));
  return [
    ...CURVE_SELF_COUPLINGS.flatMap((selfCoupling) => [curveLine(selfCoupling), referenceLine(selfCoupling)]),
    diagramLine(),
  ];
}

if (isMain(import.meta.url)) for (const line of runTheoryBench()) console.log(line);
