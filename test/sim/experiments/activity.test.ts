/** @file Experiment `activity`: its rows, the limit of vanishing steps, and fits to made-up activities with known limits. */
import { describe, expect, test } from "vitest";
import {
  activityLimits,
  combinedLimit,
  type JudgedLimitRow,
} from "../../../sim/experiments/activity-limit.ts";
import { stationaryRows } from "../../../sim/experiments/activity-relaxation.ts";
import {
  activityRows,
  interceptWeights,
  type ActivitySample,
} from "../../../sim/experiments/activity-rows.ts";
import { activityExperiment, runTask, type ActivityParameters } from "../../../sim/experiments/activity.ts";
import { fitCurve } from "../../../sim/experiments/curve-fit.ts";
import { stream } from "../../../sim/random.ts";
import { NotConverged } from "../../../theory/errors.ts";

const parameters: ActivityParameters = {
  theories: [
    { selfCouplings: [0.2, 0.6], sweeps: 3, timeSteps: [1 / 2, 1], trajectories: 60, repetitions: 3 },
  ],
  simulations: [{ n: 40, selfCouplings: [0.2], sweeps: 3, samples: 2 }],
};

const collect = (seed: number, run: boolean): ActivitySample[] =>
  activityExperiment.collect(parameters, seed, (task) => (run ? runTask(task) : undefined));

describe("rows", () => {
  test("a row a source, J_D and step, then the limits of vanishing step", () => {
    const rows = activityRows(collect(1, true));
    expect(
      rows.map(({ source, selfCoupling, timeStep, samples }) => [source, selfCoupling, timeStep, samples]),
    ).toEqual([
      ["theory", 0.2, 0.5, 3],
      ["theory", 0.2, 1, 3],
      ["theory", 0.6, 0.5, 3],
      ["theory", 0.6, 1, 3],
      ["simulation", 0.2, null, 2],
      ["theory", 0.2, 0, 3],
      ["theory", 0.6, 0, 3],
    ]);
    const [half, whole, limit] = [rows[0]!, rows[1]!, rows[5]!];
    limit.activity.forEach((value, k) => {
      expect(value).toBeCloseTo(2 * half.activity[k]! - whole.activity[k]!, 12);
      const error = Math.hypot(2 * half.standardError![k]!, whole.standardError![k]!);
      expect(limit.standardError![k]).toBeCloseTo(error, 12);
    });
    expect(rows.every(({ status }) => status === "ok")).toBe(true);
  });

  test("windows take the mean of each sample: sweeps that cancel within a sample leave no error, equal ones all of it", () => {
    const samples = [-1, 0, 1].flatMap((sign, sample) =>
      [false, true].map((cancels): ActivitySample => {
        const signAt = (k: number): number => (cancels ? sign * (-1) ** k : sign);
        const activity = Array.from({ length: 25 }, (_, k) => 0.5 + (k < 15 ? 0 : 0.1) + 0.02 * signAt(k));
        const place = {
          source: "simulation",
          n: cancels ? 20 : 10,
          timeStep: null,
          trajectories: null,
        } as const;
        return { status: "ok", selfCoupling: 0.3, ...place, sweeps: 25, sample, activity };
      }),
    );
    const [together, cancelling] = activityRows(samples);
    const edges = together!.windows.map(({ first, last }) => [first, last]);
    expect(edges).toEqual([
      [1, 5],
      [6, 15],
      [16, 25],
    ]);
    [0.5, 0.5, 0.6].forEach((value, k) => {
      expect(together!.windows[k]!.activity).toBeCloseTo(value, 12);
      // −0.02, 0, 0.02 have standard deviation 0.02; three samples.
      expect(together!.windows[k]!.standardError).toBeCloseTo(0.02 / Math.sqrt(3), 12);
      // Five alternating signs leave one fifth of them, ten leave nothing.
      const left = k === 0 ? 0.02 / 5 / Math.sqrt(3) : 0;
      expect(cancelling!.windows[k]!.standardError).toBeCloseTo(left, 12);
      expect(cancelling!.standardError![6 * k]).toBeCloseTo(0.02 / Math.sqrt(3), 12);
    });
  });

  test("windows at vanishing step are those of the steps on a straight line; one sample has no error", () => {
    const rows = activityRows(collect(1, true));
    const [half, whole, limit] = [rows[0]!, rows[1]!, rows[5]!].map(({ windows }) => windows[0]!);
    expect(limit).toMatchObject({ first: 1, last: 3 });
    expect(limit!.activity).toBeCloseTo(2 * half!.activity - whole!.activity, 12);
    expect(limit!.standardError).toBeCloseTo(Math.hypot(2 * half!.standardError!, whole!.standardError!), 12);
    const [alone] = activityRows(collect(1, true).filter(({ sample }) => sample === 0));
    expect(alone!.windows[0]!.standardError).toBeNull();
    expect(activityRows(collect(1, false)).every(({ windows }) => windows.length === 0)).toBe(true);
  });

  test("what did not run is said to be unstarted, and gives no number", () => {
    const samples = collect(1, false);
    expect(samples).toHaveLength(2 * 2 * 3 + 2);
    const rows = activityRows(samples);
    expect(rows).toHaveLength(5);
    expect(
      rows.every(
        ({ status, activity, samples: ran }) => status === "unstarted" && ran === 0 && activity.length === 0,
      ),
    ).toBe(true);
  });

  test("seeds and repetitions differ, the same seed does not", () => {
    const [one, same, other] = [collect(1, true), collect(1, true), collect(2, true)];
    expect(one).toEqual(same);
    expect(one[0]!.activity).not.toEqual(one[1]!.activity);
    expect(one[0]!.activity).not.toEqual(other[0]!.activity);
  });
});

test("the weights of an intercept are exact on straight lines, whatever the weights of the points", () => {
  const points = [0.5, 0.25, 0.125].map((x, k) => ({ x, weight: k + 1 }));
  const weights = interceptWeights(points);
  const at = (slope: number): number =>
    points.reduce((sum, { x }, k) => sum + weights[k]! * (3 + slope * x), 0);
  expect(at(0)).toBeCloseTo(3, 12);
  expect(at(-7)).toBeCloseTo(3, 12);
});

describe("least squares of curves", () => {
  test("finds the parameters of exact data", () => {
    const x = [1, 2, 4, 8, 16];
    const curve = ([a, b, c]: readonly number[]): number[] => x.map((value) => a! + b! * value ** -c!);
    const values = curve([0.2, 1.5, 0.7]);
    const { parameters: found, chiSquared } = fitCurve({
      curve,
      values,
      errors: x.map(() => 0.1),
      start: [0, 1, 1],
    });
    [0.2, 1.5, 0.7].forEach((value, k) => expect(found[k]).toBeCloseTo(value, 6));
    expect(chiSquared).toBeLessThan(1e-12);
  });

  test("refuses a start without sense", () => {
    const curve = ([a]: readonly number[]): number[] => [Math.sqrt(a!)];
    expect(() => fitCurve({ curve, values: [1], errors: [1], start: [-1] })).toThrow(NotConverged);
  });
});

/** Samples with the given activity and a little noise, of repetitions over 400 sweeps. */
function made(selfCoupling: number, activityAt: (time: number) => number, noise = 0.002): ActivitySample[] {
  return Array.from({ length: 6 }, (_, sample) => {
    const random = stream(1, "noise", Math.round(1000 * selfCoupling), sample);
    const activity = Array.from(
      { length: 400 },
      (__, k) => activityAt(k + 0.5) * (1 + noise * (random.uniform() - 0.5)),
    );
    const place = { source: "theory", selfCoupling, n: null, timeStep: 1, trajectories: 1000 } as const;
    return { status: "ok", ...place, sweeps: 400, sample, activity };
  });
}

describe("stationary activity and where it vanishes", () => {
  test("a power law gives back its limit and exponent", () => {
    const row = stationaryRows(made(0.5, (time) => 0.03 + 0.2 / time)).find(
      ({ form }) => form === "power law",
    )!;
    expect(row.activity).toBeCloseTo(0.03, 3);
    expect(row.exponent).toBeCloseTo(1, 1);
    expect(row.standardError).toBeLessThan(1e-3);
  });

  test("slow hysteresis gives back its limit, approached by Euler's rule in small steps", () => {
    const path: number[] = [];
    let u = 0.4;
    for (let time = 0; time < 400; time += 0.01) {
      path.push(u * u);
      u -= 0.01 * 13 * u ** 3 * (u - 0.15);
    }
    const rows = stationaryRows(made(0.5, (time) => path[Math.floor(100 * time)]!));
    const row = rows.find(({ form }) => form === "slow hysteresis")!;
    expect(row.activity).toBeCloseTo(0.0225, 3);
    expect(row.exponent).toBeNull();
  });

  test("slow hysteresis beyond J_a, where rate and limit act as one product, is not used", () => {
    const path: number[] = [];
    let u = 0.4;
    for (let time = 0; time < 400; time += 0.01) {
      path.push(u * u);
      u -= 0.01 * 13 * u ** 3 * (u + 0.3);
    }
    const beyond = stationaryRows(made(0.85, (time) => path[Math.floor(100 * time)]!));
    const row = beyond.find(({ form }) => form === "slow hysteresis")!;
    expect(row).toMatchObject({ status: "not-converged", activity: null, standardError: null });
    const below = [0.3, 0.4, 0.5, 0.6].flatMap((x) => made(x, () => (0.6 * (0.8 - x)) ** 2));
    const limits = activityLimits([...stationaryRows(below), ...beyond]);
    const hysteresis = limits.filter(({ relaxation }) => relaxation === "slow hysteresis");
    for (const { status, selfCoupling, undetermined } of hysteresis) {
      expect([status, undetermined]).toEqual(["ok", [0.85]]);
      expect(selfCoupling).toBeCloseTo(0.8, 2);
    }
    expect(limits.at(-1)!.undetermined).toContain(0.85);
  });

  test("J_a is where the root of the activity vanishes, in both forms", () => {
    const samples = [0.3, 0.4, 0.5, 0.6, 0.65].flatMap((x) =>
      made(x, (time) => (0.6 * (0.8 - x)) ** 2 + 0.05 / time ** 2),
    );
    const limits = activityLimits(stationaryRows(samples)).filter(
      ({ relaxation }) => relaxation === "power law",
    );
    expect(limits.map(({ form }) => form)).toEqual(["square root", "free exponent"]);
    for (const { selfCoupling, standardError, exponent } of limits) {
      expect(selfCoupling).toBeCloseTo(0.8, 2);
      expect(standardError).toBeLessThan(0.01);
      expect(exponent).toBeCloseTo(2, 1);
    }
  });

  test("the last row is the middle of all forms, with half of their spread and the largest error", () => {
    const row = (selfCoupling: number, standardError: number): JudgedLimitRow => {
      return {
        status: "ok",
        form: "square root",
        selfCoupling,
        standardError,
        exponent: 2,
        undetermined: [],
      };
    };
    const combined = combinedLimit([row(0.7, 0.01), row(0.78, 0.03), row(0.76, 0.02)]);
    expect(combined).toMatchObject({ status: "ok", form: "combined", exponent: null });
    expect(combined.selfCoupling).toBeCloseTo(0.74, 12);
    expect(combined.standardError).toBeCloseTo(0.05, 12);
    const stopped = { ...row(0.7, 0.01), status: "unstarted" as const };
    expect(combinedLimit([row(0.7, 0.01), row(0.7, 0.01), stopped]).status).toBe("unstarted");
  });

  test("a time too short to be divided gives no limit", () => {
    const brief = made(0.5, () => 0.1).map((row) => ({
      ...row,
      sweeps: 8,
      activity: row.activity.slice(0, 8),
    }));
    expect(stationaryRows(brief).map(({ status }) => status)).toEqual(["no-solution", "no-solution"]);
  });

  test("no activity, too few points or unstarted samples give no limit, and no NaN", () => {
    const quiet = stationaryRows(made(1.2, (time) => (time < 20 ? 0.1 : 0)));
    expect(quiet.map(({ status, activity }) => [status, activity])).toEqual([
      ["no-solution", null],
      ["no-solution", null],
    ]);
    expect(
      activityLimits(quiet).every(
        ({ status, selfCoupling }) => status === "no-solution" && selfCoupling === null,
      ),
    ).toBe(true);
    const stopped = made(0.5, () => 0.1).map((row) => ({
      ...row,
      status: "unstarted" as const,
      activity: [],
    }));
    expect(activityLimits(stationaryRows(stopped)).every(({ status }) => status === "unstarted")).toBe(true);
  });
});
