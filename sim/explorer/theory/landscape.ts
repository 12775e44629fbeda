/**
 * @file The landscape at one J_D, solved so that it follows a slider: S*(d) by continuation from the last J_D and
 * along d at once, first on few distances, then on all. Pure generators: they yield after every few milliseconds of
 * work, so that the caller may give up in between.
 *
 * Notation: d distance, q̂ conjugate overlap, y number of replicas.
 */
import { annealedEntropy } from "../../../theory/entropy.ts";
import { NotConverged } from "../../../theory/errors.ts";
import { densestClusters } from "../../../theory/local-entropy.ts";
import type { DensestClusters } from "../../../theory/local-entropy.ts";
import { replicaDomain, replicatedFreeEntropy } from "../../../theory/one-rsb.ts";
import type { LocalEntropyRow } from "../../experiments/rows.ts";
import type { Landscape, LandscapePoint } from "./protocol.ts";

/** Number of distances of a full curve; a preview takes one in `previewStride`. */
const gridSize = 49;
const previewStride = 6;

/** Coordinate in which y* and q̂ are nearly linear, and its inverse. */
const toScale = (distance: number): number => Math.log(distance / (1 - 2 * distance));
const fromScale = (scale: number): number => Math.exp(scale) / (1 + 2 * Math.exp(scale));

/** Distances of the curve, evenly spaced in log d/(1 − 2d) over the domain of the solver. */
export const distanceGrid: readonly number[] = Array.from({ length: gridSize }, (_, k) => {
  const { min, max } = replicaDomain.distance;
  const scale = toScale(min) + ((toScale(max) - toScale(min)) * k) / (gridSize - 1);
  return Math.min(max, Math.max(min, fromScale(scale)));
});

/** Place on the grid at which clusters exist inside the solver's domain at every J_D up to 2: d = 0.26. */
const anchor = 30;

/** Places from the anchor outwards, in both directions. */
const wings = (places: readonly number[]): readonly (readonly number[])[] => [
  places.filter((k) => k <= anchor).reverse(),
  places.filter((k) => k > anchor),
];

const allPlaces = distanceGrid.map((_, k) => k);

/** Places of a preview: some of those with a known solution, the outermost among them; all sparse ones at first. */
function previewPlaces(known: GridSolutions): number[] {
  const sparse = allPlaces.filter((k) => (k - anchor) % previewStride === 0);
  if (known.size === 0) return sparse;
  const ends = [Math.min(...known.keys()), Math.max(...known.keys())] as const;
  return [...new Set([...sparse, ...ends])].filter((k) => k >= ends[0] && k <= ends[1]).sort((i, j) => i - j);
}

/** Solutions at one J_D by their place on the grid. */
export type GridSolutions = ReadonlyMap<number, DensestClusters>;

/** Where a Newton iteration starts. */
interface Position {
  readonly y: number;
  readonly conjugateOverlap: number;
}

/** What one solution tells of the next: by how much they moved since the last J_D, and the two before along d. */
class Continuation {
  private readonly known: GridSolutions;
  private readonly solved: [number, DensestClusters][] = [];

  constructor(known: GridSolutions, solved: readonly (readonly [number, DensestClusters])[]) {
    this.known = known;
    for (const [k, solution] of solved) this.add(k, solution);
  }

  add(k: number, solution: DensestClusters): void {
    this.solved.push([k, solution]);
  }

  /** Place of the last solution, where there is one. */
  get lastPlace(): number | undefined {
    return this.solved.at(-1)?.[0];
  }

  /** Expected position at the place k, or undefined where nothing is known. */
  expected(k: number): Position | undefined {
    const [last, before] = [this.solved.at(-1), this.solved.at(-2)];
    const old = this.known.get(k);
    if (old !== undefined) {
      const moved = last && this.known.get(last[0]);
      return moved ? scaled(old, ratio(last[1], moved), 1) : old;
    }
    if (last === undefined) return undefined;
    if (before === undefined) return last[1];
    return scaled(last[1], ratio(last[1], before[1]), (k - last[0]) / (last[0] - before[0]));
  }
}

function ratio(to: Position, from: Position): Position {
  return { y: to.y / from.y, conjugateOverlap: to.conjugateOverlap / from.conjugateOverlap };
}

function scaled({ y, conjugateOverlap }: Position, by: Position, power: number): Position {
  return { y: y * by.y ** power, conjugateOverlap: conjugateOverlap * by.conjugateOverlap ** power };
}

/** Densest clusters, from a start where it lies in the domain; null where there are none or the solver fails. */
function solve(selfCoupling: number, distance: number, start: Position | undefined): DensestClusters | null {
  const { min, max } = replicaDomain.y;
  const near = start !== undefined && start.y >= min && start.y <= max ? start : undefined;
  try {
    const solution = densestClusters({ selfCoupling, distance }, { near });
    return solution.status === "ok" ? solution : null;
  } catch (error) {
    if (error instanceof NotConverged) return null;
    throw error;
  }
}

/**
 * Largest y that a preview expects a solution at: nearer to the end of the domain there may be none, and a search that
 * finds none takes longer than the whole preview.
 */
const previewReplicas = 3000;

/** The place furthest out, from k inwards, at which a preview may expect a solution; null where there is none. */
function reachable(continuation: Continuation, k: number): number | null {
  const last = continuation.lastPlace ?? k;
  const inwards = Math.sign(last - k);
  for (let place = k; ; place += inwards) {
    const expected = continuation.expected(place);
    if (expected !== undefined && expected.y <= previewReplicas) return place;
    if (Math.abs(place - last) <= 1) return null;
  }
}

/** How much of a curve is solved. */
export interface CurveRequest {
  readonly selfCoupling: number;
  /** Solutions at a J_D nearby; they change the time, not the result. */
  readonly known: GridSolutions;
  /** Few distances, and only where a solution is expected. */
  readonly preview: boolean;
}

/**
 * S*(d) on the grid (P14), outwards from the anchor. Clusters inside the solver's domain exist over one interval of d:
 * each wing ends at the first distance without them.
 * @returns solutions by their place on the grid
 */
export function* solveCurve({
  selfCoupling,
  known,
  preview,
}: CurveRequest): Generator<undefined, Map<number, DensestClusters>> {
  const found = new Map<number, DensestClusters>();
  const cautious = preview && known.size > 0;
  for (const wing of wings(preview ? previewPlaces(known) : allPlaces)) {
    const start = found.get(anchor);
    const continuation = new Continuation(known, start ? [[anchor, start]] : []);
    for (const k of wing) {
      const place = cautious ? reachable(continuation, k) : k;
      if (place === null) break;
      const solution = solve(selfCoupling, distanceGrid[place]!, continuation.expected(place));
      yield;
      if (solution === null) break;
      found.set(place, solution);
      continuation.add(place, solution);
      if (place !== k) break;
    }
  }
  return found;
}

/** The row of a solution, as experiments store it. */
function solvedRow(solution: DensestClusters): LocalEntropyRow {
  const { selfCoupling, distance, overlap, y, conjugateOverlap, phi } = solution;
  const { localEntropy, complexity, residual, error } = solution;
  return {
    status: "ok",
    ...{ selfCoupling, distance, overlap, y, qhat: conjugateOverlap },
    ...{ phi, localEntropy, complexity, residual, error },
  };
}

function emptyRow(status: LocalEntropyRow["status"], point: Omit<LandscapePoint, "y">, y: number | null) {
  const { selfCoupling, distance } = point;
  const missing = {
    qhat: null,
    phi: null,
    localEntropy: null,
    complexity: null,
    residual: null,
    error: null,
  };
  return {
    status,
    selfCoupling,
    distance,
    overlap: 1 - 2 * distance,
    y,
    ...missing,
  } satisfies LocalEntropyRow;
}

/** Points drawn between two solved ones of a preview. */
const drawnBetween = 9;

/** Cubic through two values with their slopes at share t of the interval of length h. */
function hermite(
  t: number,
  h: number,
  [f0, s0]: readonly [number, number],
  [f1, s1]: readonly [number, number],
) {
  const u = 1 - t;
  return u * u * (1 + 2 * t) * f0 + t * t * (1 + 2 * u) * f1 + h * t * u * (u * s0 - t * s1);
}

/** S* and dS*\/d log d = −2 d dS*\/dq of a solution. */
const valueAndSlope = ({ localEntropy, slope, distance }: DensestClusters): readonly [number, number] => [
  localEntropy,
  -2 * distance * slope,
];

/** Rows between two solutions, by the cubic with the exact slopes (P14'); y* by its logarithm. */
function rowsBetween(from: DensestClusters, to: DensestClusters): LocalEntropyRow[] {
  const h = Math.log(to.distance / from.distance);
  return Array.from({ length: drawnBetween - 1 }, (_, k) => {
    const t = (k + 1) / drawnBetween;
    const distance = from.distance * Math.exp(t * h);
    return {
      ...emptyRow("ok", { selfCoupling: from.selfCoupling, distance }, from.y * (to.y / from.y) ** t),
      localEntropy: hermite(t, h, valueAndSlope(from), valueAndSlope(to)),
      complexity: 0,
    };
  });
}

/** Rows of a curve, ascending in d, with points of the interpolating cubic between the solved ones. */
export function curveRows(solutions: GridSolutions): LocalEntropyRow[] {
  const solved = [...solutions].sort(([a], [b]) => a - b).map(([, solution]) => solution);
  return solved.flatMap((solution, k) => {
    const next = solved[k + 1];
    return [solvedRow(solution), ...(next === undefined ? [] : rowsBetween(solution, next))];
  });
}

/** Solution of the grid nearest to d on the scale of the grid. */
function nearestOnGrid(solutions: GridSolutions, distance: number): DensestClusters | undefined {
  const away = (solution: DensestClusters) => Math.abs(toScale(solution.distance) - toScale(distance));
  return [...solutions.values()].sort((a, b) => away(a) - away(b))[0];
}

/** The densest clusters at the d of the point, started from the curve. */
function densestRow(point: LandscapePoint, solutions: GridSolutions): LocalEntropyRow {
  const solution = solve(point.selfCoupling, point.distance, nearestOnGrid(solutions, point.distance));
  return solution === null ? emptyRow("no-solution", point, null) : solvedRow(solution);
}

/** Largest error of the numbers at given y that is shown: rounding at y in the thousands exceeds the default. */
const tolerance = 1e-6;

/** The 1RSB point (P9)-(P12) at given y as a row; status "not-converged" where the solver fails. */
export function replicaRow(point: LandscapePoint): LocalEntropyRow {
  const { selfCoupling, distance, y } = point;
  try {
    const overlap = 1 - 2 * distance;
    const { conjugateOverlap, ...numbers } = replicatedFreeEntropy(
      { selfCoupling, overlap, y },
      { tolerance },
    );
    const { phi, localEntropy, complexity, residual, error } = numbers;
    const values = { qhat: conjugateOverlap, phi, localEntropy, complexity, residual, error };
    return { ...emptyRow("ok", point, y), ...values };
  } catch (error) {
    if (error instanceof NotConverged) return emptyRow("not-converged", point, y);
    throw error;
  }
}

/** Values of y of a scan, and how far beyond y* it goes. */
const scanSize = 24;
const scanBeyond = 4;
const leastScanEnd = 20;

/** Logarithmic grid of y from 1 to beyond y* (to the end of the domain where there is no y*). */
export function replicaGrid(yStar: number | null): number[] {
  const { min, max } = replicaDomain.y;
  const end = yStar === null ? max : Math.min(max, Math.max(leastScanEnd, scanBeyond * yStar));
  return Array.from({ length: scanSize }, (_, k) =>
    k === scanSize - 1 ? end : min * (end / min) ** (k / (scanSize - 1)),
  );
}

/**
 * Curve, densest clusters and 1RSB point at the sliders' place.
 * @param known solutions at the last J_D
 * @returns the landscape and its solutions, for the next continuation
 */
export function* solveLandscape(
  point: LandscapePoint,
  known: GridSolutions,
  resolution: Landscape["resolution"],
): Generator<undefined, { landscape: Landscape; solutions: Map<number, DensestClusters> }> {
  const { selfCoupling } = point;
  const solutions = yield* solveCurve({ selfCoupling, known, preview: resolution === "preview" });
  const densest = densestRow(point, solutions);
  yield;
  const atY = replicaRow(point);
  const entropy = annealedEntropy(selfCoupling);
  return { landscape: { point, entropy, curve: curveRows(solutions), densest, atY, resolution }, solutions };
}
