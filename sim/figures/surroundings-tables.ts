/** @file Tables of what surrounds fixed points: counts and flips, local entropies, walks, stabilities. */
import type { Estimate, SurroundingsRow } from "../experiments/rows.ts";
import type { Cell, Table } from "./types.ts";

const cells = (estimate: Estimate | null): Cell[] => [
  estimate?.mean ?? null,
  estimate?.standardError ?? null,
];

const place = ({ kind, n, selfCoupling }: SurroundingsRow): Cell[] => [kind, n, selfCoupling];
const placeColumns = ["kind", "n", "selfCoupling"];

/** Fixed points found and their allowed flips, a row per kind, N and J_D. */
export function surroundingsTable(rows: readonly SurroundingsRow[]): Table {
  const flips = ["allowedFlips", "standardError", "expectedFlips", "isolated", "walks"];
  return {
    name: "surroundings",
    title: "Flips of one neuron that lead from a fixed point to another",
    columns: ["status", ...placeColumns, "tried", "samples", ...flips],
    rows: rows.map((row) => [
      row.status,
      ...place(row),
      row.tried,
      row.samples,
      ...cells(row.allowedFlips),
      row.expectedFlips,
      row.isolated,
      row.walks,
    ]),
  };
}

/** Local entropy around fixed points, a row per kind, N, J_D and distance. */
export function aroundTable(rows: readonly SurroundingsRow[]): Table {
  const entropy = ["entropy", "entropyError", "innerOverlap", "innerOverlapError"];
  return {
    name: "around",
    title: "Local entropy around fixed points of single networks",
    columns: [...placeColumns, "distance", "samples", "converged", ...entropy],
    rows: rows.flatMap((row) =>
      row.localEntropy.map((point) => [
        ...place(row),
        point.distance,
        point.samples,
        point.converged,
        ...cells(point.entropy),
        ...cells(point.innerOverlap),
      ]),
    ),
  };
}

/** Random walks over fixed points, a row per kind, N, J_D and step. */
export function walksTable(rows: readonly SurroundingsRow[]): Table {
  return {
    name: "walks",
    title: "Random walks over fixed points joined by flips of one neuron",
    columns: [...placeColumns, "step", "distance", "distanceError", "allowedFlips", "allowedFlipsError"],
    rows: rows.flatMap((row) =>
      row.walk.map(({ step, distance, allowedFlips }) => [
        ...place(row),
        step,
        ...cells(distance),
        ...cells(allowedFlips),
      ]),
    ),
  };
}

/** Histograms of stabilities, a row per kind, N, J_D and bin. */
export function stabilitiesTable(rows: readonly SurroundingsRow[]): Table {
  return {
    name: "stabilities",
    title: "Density of the stabilities <i>s<sub>i</sub>h<sub>i</sub></i> + <i>J</i><sub>D</sub>",
    columns: [...placeColumns, "stability", "density", "densityError", "expected"],
    rows: rows.flatMap((row) =>
      row.stabilities.map(({ stability, density, expected }) => [
        ...place(row),
        stability,
        ...cells(density),
        expected,
      ]),
    ),
  };
}
