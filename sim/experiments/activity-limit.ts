/**
 * @file The self-coupling at which the stationary activity (activity-relaxation.ts) vanishes, J_a(N → ∞), where its root
 * falls linearly.
 */
import { relaxationForms } from "./activity-relaxation.ts";
import { fitCurve } from "./curve-fit.ts";
import { orElseNotConverged } from "./experiment.ts";
import type { ActivityLimitRow, RelaxationForm, StationaryActivityRow } from "./rows-beyond.ts";

/** A point of √activity against J_D. */
interface RootPoint {
  readonly x: number;
  readonly y: number;
  readonly error: number;
}

/** √activity with its standard error; a negative activity keeps its sign. */
function rootPoints(rows: readonly StationaryActivityRow[]): RootPoint[] {
  return rows.flatMap(({ selfCoupling, activity, standardError }) => {
    if (activity === null || standardError === null || standardError === 0) return [];
    const root = Math.sqrt(Math.abs(activity));
    // Near zero the error of the root is that of the activity over the root of the error.
    const error = standardError / (2 * Math.max(root, Math.sqrt(standardError)));
    return [{ x: selfCoupling, y: Math.sign(activity) * root, error }];
  });
}

/** J_a and exponent of a fit. */
type Vanishing = readonly [selfCoupling: number, exponent: number];

/** √a = c (J_a − J_D) + e (J_a − J_D)². */
function squareRootVanishing(points: readonly RootPoint[]): Vanishing {
  const curve = ([end, slope, bend]: readonly number[]): number[] =>
    points.map(({ x }) => slope! * (end! - x) + bend! * (end! - x) ** 2);
  const fit = fitCurve({ ...columnsOf(points), curve, start: [lastOf(points) + 0.1, 0.65, 0] });
  return [fit.parameters[0]!, 2];
}

/** √a = c (J_a − J_D)^(exponent/2), zero from J_a on. */
function freeVanishing(points: readonly RootPoint[]): Vanishing {
  const curve = ([end, amplitude, power]: readonly number[]): number[] =>
    points.map(({ x }) => (x < end! ? amplitude! * (end! - x) ** power! : 0));
  const fit = fitCurve({ ...columnsOf(points), curve, start: [lastOf(points) + 0.1, 0.65, 1] });
  return [fit.parameters[0]!, 2 * fit.parameters[2]!];
}

const columnsOf = (points: readonly RootPoint[]) => ({
  values: points.map(({ y }) => y),
  errors: points.map(({ error }) => error),
});

const lastOf = (points: readonly RootPoint[]): number => Math.max(...points.map(({ x }) => x));

/** Change of a value, in its standard errors, for the derivative of a fit. */
const errorShare = 0.5;

/** Standard error of the place of vanishing from those of the points, by its derivatives. */
function vanishingError(
  points: readonly RootPoint[],
  fit: (points: readonly RootPoint[]) => Vanishing,
): number {
  const shifted = (k: number, sign: number): number =>
    fit(
      points.map((point, j) =>
        j === k ? { ...point, y: point.y + sign * errorShare * point.error } : point,
      ),
    )[0];
  const changes = points.map((_, k) => (shifted(k, 1) - shifted(k, -1)) / (2 * errorShare));
  return Math.hypot(...changes);
}

/** Fewest points of a curve of three parameters that leave one to judge by. */
const fewestPoints = 4;

const vanishingForms = [
  ["square root", squareRootVanishing],
  ["free exponent", freeVanishing],
] as const;

/** J_a(N → ∞) of one form in time and one in J_D, or of all of them together. */
export interface JudgedLimitRow extends Omit<ActivityLimitRow, "form"> {
  /** "combined": all forms together, without a relaxation and an exponent. */
  readonly form: NonNullable<ActivityLimitRow["form"]> | "combined";
  /** J_D whose stationary activity the fit in time did not determine; they are not used. Combined: of any form. */
  readonly undetermined: readonly number[];
}

/** J_a(N → ∞) of one form in time and one in J_D. */
function limitRow(
  rows: readonly StationaryActivityRow[],
  relaxation: RelaxationForm,
  [form, fit]: (typeof vanishingForms)[number],
): JudgedLimitRow {
  const points = rootPoints(rows.filter(({ status }) => status === "ok"));
  const undetermined = rows
    .filter(({ status }) => status === "not-converged")
    .map(({ selfCoupling }) => selfCoupling);
  const nothing = { form, relaxation, ...noLimit, undetermined };
  if (rows.some(({ status }) => status === "unstarted")) return { status: "unstarted", ...nothing };
  if (points.length < fewestPoints) return { status: "no-solution", ...nothing };
  return orElseNotConverged(
    (): JudgedLimitRow => {
      const [selfCoupling, exponent] = fit(points);
      const standardError = vanishingError(points, fit);
      return { status: "ok", form, relaxation, selfCoupling, standardError, exponent, undetermined };
    },
    () => ({ status: "not-converged", ...nothing }),
  );
}

const noLimit = { selfCoupling: null, standardError: null, exponent: null } as const;

/**
 * One J_a(N → ∞) from those of several forms: the middle between the lowest and the highest. Its error is the largest of
 * their standard errors together with half of that spread: the forms are fits to the same data, so that their spread says
 * what the choice of a form does, not what chance does.
 * @param rows of single forms
 * @returns a row `combined`, without a number where fewer than two forms have one, or one of them is unstarted
 * @source (lowest + highest)/2 ± √(error² + spread²/4)
 */
export function combinedLimit(rows: readonly JudgedLimitRow[]): JudgedLimitRow {
  const undetermined = [...new Set(rows.flatMap((row) => row.undetermined))].sort((a, b) => a - b);
  const nothing = { form: "combined", ...noLimit, undetermined } as const;
  if (rows.some(({ status }) => status === "unstarted")) return { status: "unstarted", ...nothing };
  const known = rows.filter(({ status }) => status === "ok");
  if (known.length < 2) {
    const failed = rows.some(({ status }) => status === "not-converged");
    return { status: failed ? "not-converged" : "no-solution", ...nothing };
  }
  const values = known.map(({ selfCoupling }) => selfCoupling!);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const chance = Math.max(...known.map((row) => row.standardError!));
  const standardError = Math.hypot(chance, (high - low) / 2);
  return { ...nothing, status: "ok", selfCoupling: (low + high) / 2, standardError };
}

/**
 * J_a(N → ∞): J_D at which the stationary activity vanishes, for each form of the activity in time and in J_D; last a row
 * that combines them, see {@link combinedLimit}.
 * @param stationary rows of {@link stationaryRows}; only those with status "ok" are points of the fits
 * @source √activity against J_D by weighted least squares; exponent 2 as derived for slow fields with hysteresis
 */
export function activityLimits(stationary: readonly StationaryActivityRow[]): JudgedLimitRow[] {
  const rows = relaxationForms.flatMap((relaxation) => {
    const same = stationary.filter(({ form }) => form === relaxation);
    return vanishingForms.map((form) => limitRow(same, relaxation, form));
  });
  return [...rows, combinedLimit(rows)];
}
