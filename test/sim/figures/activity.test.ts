/** @file The figure of activity: what is drawn where, and what its findings say of theory, networks and limits. */
import { describe, expect, test } from "vitest";
import { combinedLimit, type JudgedLimitRow } from "../../../sim/experiments/activity-limit.ts";
import {
  activityRows,
  type ActivitySample,
  type WindowedActivityRow,
} from "../../../sim/experiments/activity-rows.ts";
import type { StationaryActivityRow } from "../../../sim/experiments/rows-beyond.ts";
import type { ExtrapolationRow } from "../../../sim/experiments/rows.ts";
import { activityFigure } from "../../../sim/figures/activity.ts";
import { activityFindings } from "../../../sim/figures/findings/activity.ts";

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value) / values.length;

const sweeps = 5;
const error = 0.002;

/** Activities that fall as 1/k, all of them shifted by so many of their errors. */
function activity(selfCoupling: number, source: "theory" | "simulation", shift = 0): WindowedActivityRow {
  const values = Array.from({ length: sweeps }, (_, k) => (0.3 - 0.2 * selfCoupling) / (k + 1));
  return {
    status: "ok",
    selfCoupling,
    source,
    n: source === "theory" ? null : 4000,
    timeStep: source === "theory" ? 0 : null,
    samples: 20,
    trajectories: source === "theory" ? 4000 : null,
    activity: values.map((value) => value + shift * error),
    standardError: values.map(() => error),
    windows: [{ first: 1, last: sweeps, activity: mean(values) + shift * error, standardError: error }],
  };
}

const couplings = [0.2, 0.4, 0.6, 0.8];
const agreeing = couplings.flatMap((value) => [activity(value, "theory"), activity(value, "simulation", 1)]);

const stationary = (["power law", "slow hysteresis"] as const).flatMap((form) =>
  [0.4, 0.5, 0.6, 0.7].map((selfCoupling): StationaryActivityRow => ({
    status: "ok",
    selfCoupling,
    form,
    sweeps: 300,
    timeStep: 1,
    activity: (0.8 - selfCoupling) ** 2,
    standardError: 0.001,
    exponent: form === "power law" ? 1 : null,
  })),
);

const fits = (["power law", "slow hysteresis"] as const).flatMap((relaxation) =>
  (["square root", "free exponent"] as const).map((form, k): JudgedLimitRow => ({
    status: "ok",
    form,
    relaxation,
    selfCoupling: 0.8 - 0.02 * k,
    standardError: 0.005,
    exponent: 2 - 0.3 * k,
    undetermined: relaxation === "power law" ? [] : [0.85],
  })),
);
const limits = [...fits, combinedLimit(fits)];

const extrapolation = (form: ExtrapolationRow["form"], selfCoupling: number): ExtrapolationRow => ({
  status: "ok",
  form,
  update: "async",
  budget: 2000,
  selfCoupling,
  standardError: 0.01,
  slope: -1,
  chiSquared: 2,
  degreesOfFreedom: 30,
});
const sizes = [extrapolation("N^(-1/2)", 0.79), extrapolation("1/log N", 1.25)];

describe("the figure", () => {
  const figure = activityFigure(agreeing, stationary, limits, sizes);

  test("has rows in every table as wide as its columns, and only numbers that can be drawn", () => {
    expect(JSON.stringify({ data: figure.data, layout: figure.layout })).not.toMatch(/NaN|Infinity/);
    expect(figure.tables.length).toBeGreaterThan(0);
    for (const { columns, rows } of figure.tables) {
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row).toHaveLength(columns.length);
    }
  });

  test("draws a curve and the networks for each J_D, and √activity of both forms", () => {
    const scatter = figure.data.flatMap((trace) => (trace.type === "scatter" ? [trace] : []));
    const names = scatter.map(({ name }) => name ?? "");
    for (const value of couplings) expect(names.some((name) => name.includes(String(value)))).toBe(true);
    const roots = scatter.filter(({ xaxis, x }) => xaxis === "x2" && x.length === 4);
    expect(roots.length).toBeGreaterThanOrEqual(2);
    for (const { x, y } of roots) x.forEach((value, k) => expect(y[k]).toBeCloseTo(0.8 - Number(value), 12));
  });

  test("is drawn without stationary activities too", () => {
    expect(activityFigure(agreeing, [], [], []).data.length).toBeGreaterThan(0);
  });
});

describe("findings", () => {
  test("networks within their errors agree; five errors away in one J_D they differ", () => {
    const verdictOf = (rows: readonly WindowedActivityRow[]) => activityFindings(rows)[0]!.verdict;
    expect(verdictOf(agreeing)).toBe("agrees");
    const off = [...agreeing.slice(0, -1), activity(0.8, "simulation", 9)];
    expect(verdictOf(off)).toBe("differs");
    expect(verdictOf(agreeing.map((row) => ({ ...row, samples: 4 })))).toBe("open");
  });

  test("limits: the spread of the forms is in the error, and extrapolations are judged against it", () => {
    const found = activityFindings([], limits, sizes);
    expect(found.map(({ verdict }) => verdict)).toEqual(["agrees", "differs"]);
    const [{ predicted, criterion }] = found;
    expect(predicted!.value).toBeCloseTo(0.79, 12);
    expect(predicted!.error).toBeCloseTo(Math.hypot(0.005, 0.01), 12);
    expect(criterion).toMatch(/4 of 4 fits/);
    expect(criterion).toMatch(/seen last.*: 0\.85/);
  });

  test("limits: without a combined one nothing is said of extrapolations", () => {
    expect(activityFindings([], fits.slice(0, 1), sizes)).toEqual([]);
    const [first, ...others] = fits;
    const failed = others.map((row) => ({
      ...row,
      status: "not-converged" as const,
      selfCoupling: null,
      standardError: null,
    }));
    const combined = combinedLimit([first!, ...failed]);
    expect(combined).toMatchObject({ status: "not-converged", selfCoupling: null, standardError: null });
    expect(activityFindings([], [first!, ...failed, combined], sizes)).toEqual([]);
  });

  test("nothing is claimed without rows", () => {
    expect(activityFindings([], [], [])).toEqual([]);
  });
});

/** Walsh function of the number k: one of 15 sets of 16 signs that add up to zero and are orthogonal to each other. */
const walsh = (k: number, sample: number): number => {
  const bits = [1, 2, 4, 8].filter((bit) => (k & sample & bit) !== 0).length;
  return bits % 2 === 0 ? 1 : -1;
};

const length = 15;
const noise = 0.001;
/** Standard error of 16 values ±noise that add up to zero. */
const sweepError = noise / Math.sqrt(15);
/** The line through steps 1/4 and 1/8 is 2 y − y' at step zero; with networks of the same error, √(4 + 1 + 1). */
const combined = Math.sqrt(6) * sweepError;

/**
 * Theory at two steps and networks, 16 samples each, whose sweeps scatter exactly as a standard error says.
 * @param offset networks − theory in every sweep
 * @param patternOf pattern of signs in a sweep: a pattern a sweep for sweeps that are independent
 */
function scattered(offset: number, patternOf: (sweep: number) => number): WindowedActivityRow[] {
  const places = [
    { source: "theory", n: null, timeStep: 1 / 4, trajectories: 100 },
    { source: "theory", n: null, timeStep: 1 / 8, trajectories: 100 },
    { source: "simulation", n: 4000, timeStep: null, trajectories: null },
  ] as const;
  const samples = places.flatMap((place) =>
    Array.from({ length: 16 }, (_, sample): ActivitySample => {
      const shift = place.source === "theory" ? 0 : offset;
      const activity = Array.from(
        { length },
        (__, k) => 0.2 / (k + 1) + shift + noise * walsh(patternOf(k + 1), sample),
      );
      return { status: "ok", selfCoupling: 0.4, ...place, sweeps: length, sample, activity };
    }),
  );
  return activityRows(samples);
}

/** Largest deviations that the two comparisons measure, and their verdicts. */
const judged = (rows: readonly WindowedActivityRow[]) =>
  activityFindings(rows).map(({ measured, verdict, claim }) => ({ worst: measured!.value, verdict, claim }));

describe("windows of sweeps", () => {
  test("an offset of two errors in every sweep passes sweep by sweep, and differs in windows", () => {
    const [single, windows] = judged(scattered(2 * combined, (sweep) => sweep));
    expect(single!.verdict).toBe("agrees");
    expect(single!.worst).toBeCloseTo(2, 8);
    expect(windows!.verdict).toBe("differs");
    // Sweeps 6 to 15 are ten independent ones.
    expect(windows!.worst).toBeCloseTo(2 * Math.sqrt(10), 8);
    expect(windows!.claim).toMatch(/0 of 2 windows \(sweeps 1 to 5, 6 to 15;/);
    expect(windows!.claim).toContain("6.3 combined standard errors, and 0.0013 flips");
  });

  test("the same offset is within the errors where all sweeps of a sample deviate together", () => {
    const [single, windows] = judged(scattered(2 * combined, () => 1));
    expect(single!.verdict).toBe("agrees");
    expect(windows!.verdict).toBe("agrees");
    expect(windows!.worst).toBeCloseTo(2, 8);
  });

  test("without an offset both agree; with one of five errors both differ", () => {
    expect(judged(scattered(0, (sweep) => sweep)).map(({ verdict }) => verdict)).toEqual([
      "agrees",
      "agrees",
    ]);
    const far = judged(scattered(-5 * combined, (sweep) => sweep));
    expect(far.map(({ verdict }) => verdict)).toEqual(["differs", "differs"]);
  });

  test("only windows of the same sweeps are compared", () => {
    const rows = scattered(2 * combined, (sweep) => sweep).map((row) =>
      row.source === "theory" ? row : { ...row, windows: row.windows.slice(0, 1) },
    );
    const [, windows] = judged(rows);
    expect(windows!.claim).toMatch(/0 of 1 windows/);
    expect(windows!.worst).toBeCloseTo(2 * Math.sqrt(5), 8);
  });
});
