/**
 * @file The single-neuron process (P27) against networks: N = 4000, sweeps 1 to 50, four J_D, time step → 0; and networks of
 * 1000 against those of 4000, which bounds what finite N changes by 4 standard errors of a sweep (at J_D = 0.8 late sweeps
 * do depend on N).
 */
import { beforeAll, expect, test } from "vitest";
import { activityRows, type WindowedActivityRow } from "../../../sim/experiments/activity-rows.ts";
import { activityExperiment, runTask, type ActivityParameters } from "../../../sim/experiments/activity.ts";

const selfCouplings = [0.2, 0.4, 0.6, 0.8];
const sweeps = 50;
const parameters: ActivityParameters = {
  theories: [{ selfCouplings, sweeps, timeSteps: [1 / 4, 1 / 8], trajectories: 2500, repetitions: 15 }],
  simulations: [
    { n: 1000, selfCouplings, sweeps, samples: 64 },
    { n: 4000, selfCouplings, sweeps, samples: 20 },
  ],
};

let rows: readonly WindowedActivityRow[] = [];

beforeAll(() => {
  rows = activityRows(activityExperiment.collect(parameters, 5, runTask));
}, 600_000);

const rowOf = (source: string, selfCoupling: number, size: number): WindowedActivityRow =>
  rows.find(
    (row) =>
      row.source === source &&
      row.selfCoupling === selfCoupling &&
      (source === "theory" ? row.timeStep : row.n) === size,
  )!;

/** Differences of two rows in combined standard errors, a number for each sweep. */
const deviations = (one: WindowedActivityRow, other: WindowedActivityRow): number[] =>
  one.activity.map(
    (value, k) => (value - other.activity[k]!) / Math.hypot(one.standardError![k]!, other.standardError![k]!),
  );

/** The same, a number for each window of sweeps. */
const windowDeviations = (one: WindowedActivityRow, other: WindowedActivityRow): number[] =>
  one.windows.map((window, k) => {
    const same = other.windows[k]!;
    return (window.activity - same.activity) / Math.hypot(window.standardError!, same.standardError!);
  });

/**
 * Errors come from 14 and 19 degrees of freedom; chance takes one of 200 comparisons beyond 4 of them in about 5 % of seeds.
 * Windows of sweeps, with errors from the mean of each sample, see a small deviation that persists.
 */
test.each(selfCouplings)(
  "networks of 4000 follow the theory in every sweep at J_D = %f (20 networks, 15 × 2500 trajectories at two steps)",
  (selfCoupling) => {
    const all = deviations(rowOf("theory", selfCoupling, 0), rowOf("simulation", selfCoupling, 4000));
    expect(all).toHaveLength(sweeps);
    expect(Math.max(...all.map(Math.abs))).toBeLessThan(4);
    const windows = windowDeviations(
      rowOf("theory", selfCoupling, 0),
      rowOf("simulation", selfCoupling, 4000),
    );
    expect(windows).toHaveLength(3);
    expect(Math.max(...windows.map(Math.abs))).toBeLessThan(4);
  },
);

test.each(selfCouplings)("networks of 1000 are as active as those of 4000 at J_D = %f", (selfCoupling) => {
  const all = deviations(rowOf("simulation", selfCoupling, 1000), rowOf("simulation", selfCoupling, 4000));
  expect(Math.max(...all.map(Math.abs))).toBeLessThan(4);
});

test("the comparison can fail: at a J_D that differs by 0.2 most sweeps are beyond 4 errors", () => {
  const all = deviations(rowOf("theory", 0.4, 0), rowOf("simulation", 0.6, 4000));
  expect(all.filter((value) => Math.abs(value) > 4).length).toBeGreaterThan(40);
});
