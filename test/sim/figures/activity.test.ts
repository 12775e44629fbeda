/** @file The figure of activity: what is drawn where, and what its findings say of theory, networks and limits. */
import { describe, expect, test } from "vitest";
import type {
  ActivityLimitRow,
  ActivityRow,
  StationaryActivityRow,
} from "../../../sim/experiments/rows-beyond.ts";
import type { ExtrapolationRow } from "../../../sim/experiments/rows.ts";
import { activityFigure } from "../../../sim/figures/activity.ts";
import { activityFindings } from "../../../sim/figures/findings/activity.ts";

const sweeps = 5;
const error = 0.002;

/** Activities that fall as 1/k, all of them shifted by so many of their errors. */
function activity(selfCoupling: number, source: "theory" | "simulation", shift = 0): ActivityRow {
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

const limits = (["power law", "slow hysteresis"] as const).flatMap((relaxation) =>
  (["square root", "free exponent"] as const).map((form, k): ActivityLimitRow => ({
    status: "ok",
    form,
    relaxation,
    selfCoupling: 0.8 - 0.02 * k,
    standardError: 0.005,
    exponent: 2 - 0.3 * k,
  })),
);

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
    const verdictOf = (rows: readonly ActivityRow[]) => activityFindings(rows)[0]!.verdict;
    expect(verdictOf(agreeing)).toBe("agrees");
    const off = [...agreeing.slice(0, -1), activity(0.8, "simulation", 9)];
    expect(verdictOf(off)).toBe("differs");
    expect(verdictOf(agreeing.map((row) => ({ ...row, samples: 4 })))).toBe("open");
  });

  test("limits: the spread of the forms is in the error, and extrapolations are judged against it", () => {
    const found = activityFindings([], limits, sizes);
    expect(found.map(({ verdict }) => verdict)).toEqual(["agrees", "differs"]);
    const [{ predicted }] = found;
    expect(predicted!.value).toBeCloseTo(0.79, 12);
    expect(predicted!.error).toBeCloseTo(Math.hypot(0.005, 0.01), 12);
  });

  test("nothing is claimed without rows", () => {
    expect(activityFindings([], [], [])).toEqual([]);
  });
});
