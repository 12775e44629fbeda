/** @file Focusing belief propagation: what rows say of samples, protocols and stopped runs. */
import { describe, expect, test } from "vitest";
import {
  focusingExperiment,
  focusingExtrapolations,
  focusingRows,
  focusingThresholds,
  protocolPoints,
  runTask,
  violatedConstraints,
} from "../../../sim/experiments/focusing-scan.ts";
import type { FocusingParameters, FocusingSampleRow } from "../../../sim/experiments/focusing-scan.ts";
import { drawNetwork } from "../../../sim/experiments/scan.ts";
import { relax } from "../../../sim/instance/dynamics.ts";
import { couplingColumn, networkOf, randomState } from "../../../sim/instance/network.ts";
import { createScalarKernels } from "../../../sim/kernels/scalar.ts";
import { stream } from "../../../sim/random.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import type { Task } from "../../../sim/sweep/task.ts";
import { normalCdf } from "../figures/fixtures.ts";

function run(parameters: FocusingParameters, seed: number): FocusingSampleRow[] {
  const results = new Map(
    focusingExperiment.tasks(parameters, seed).map((task) => [taskKey(task), runTask(task)]),
  );
  return focusingExperiment.collect(parameters, seed, (task: Task) => results.get(taskKey(task)));
}

describe("violatedConstraints", () => {
  test("counts by hand in a network of three neurons", () => {
    const rows = [
      [0, 1, -0.5],
      [0.25, 0, 0.5],
      [-1, -2, 0],
    ];
    const network = networkOf({ n: 3, kernels: createScalarKernels() }, (i, j) => rows[i][j]);
    // s h = 0.5, 0.75, −3 for s = (1, 1, 1); J_D = 3 makes the last one exactly 0, which is no fixed point.
    expect([0, 2.5, 3, 3.5].map((jd) => violatedConstraints(network, Int8Array.of(1, 1, 1), jd))).toEqual([
      1, 1, 1, 0,
    ]);
    // s h = −1.5, 0.25, −1 for s = (1, −1, 1).
    expect([0, 0.5, 1.25, 2].map((jd) => violatedConstraints(network, Int8Array.of(1, -1, 1), jd))).toEqual([
      2, 2, 1, 0,
    ]);
  });

  test("is 0 where the dynamics has converged, and 1 or more beside it where a neuron is pinned", () => {
    const network = drawNetwork(60, 5, 0);
    const input = {
      state: randomState(60, stream(5, "start")),
      selfCoupling: 0.8,
      order: stream(5, "order"),
    };
    const { converged, state } = relax(network, input, { update: "async", budget: 1000 });
    expect(converged).toBe(true);
    expect(violatedConstraints(network, state, 0.8)).toBe(0);
  });
});

const selfCouplings = [0.02, 0.1, 0.2, 0.3, 0.6];
const protocols = [
  { name: "scoping", steps: 31 },
  { name: "pseudo-reinforcement", steps: 40 },
] as const;
const scan = (n: number, samples = 12) => ({ n, selfCouplings, samples });

describe("a scan of small networks", () => {
  const parameters: FocusingParameters = { protocols, scans: [scan(30), scan(45), scan(60)] };
  const samples = run(parameters, 4);

  test("one row a sample, J_D and protocol; a sample does not depend on what runs beside it", () => {
    expect(samples).toHaveLength(3 * 12 * 5 * 2);
    const alone = run({ protocols: [protocols[1]], scans: [{ n: 45, selfCouplings: [0.3], samples: 3 }] }, 4);
    const same = samples.filter(
      ({ n, sample, selfCoupling, protocol }) =>
        n === 45 && sample < 3 && selfCoupling === 0.3 && protocol === "pseudo-reinforcement",
    );
    expect(alone).toEqual(same);
  });

  test("solved rows have no violations, the others have some and went to the end of the protocol", () => {
    for (const { solved, violations, protocol, step } of samples) {
      expect(violations === 0).toBe(solved);
      if (!solved) expect(step).toBe(protocol === "scoping" ? 30 : 39);
    }
    expect(samples.some(({ solved }) => solved)).toBe(true);
    expect(samples.some(({ solved }) => !solved)).toBe(true);
  });

  test("counts and medians agree with the samples; success grows with J_D", () => {
    const rows = focusingRows(samples);
    expect(rows).toHaveLength(3 * 5 * 2);
    for (const row of rows) {
      const own = samples.filter(
        ({ n, selfCoupling, protocol }) =>
          n === row.n && selfCoupling === row.selfCoupling && protocol === row.protocol,
      );
      const times = own.flatMap(({ solved, iterations }) => (solved ? [iterations ?? 0] : []));
      expect([row.samples, row.solved]).toEqual([12, times.length]);
      expect(row.medianIterations === null).toBe(times.length < 7);
      if (times.length === 12) {
        times.sort((a, b) => a - b);
        expect(row.medianIterations).toBe((times[5] + times[6]) / 2);
      }
      const unstable = own.reduce((sum, { violations }) => sum + (violations ?? 0), 0);
      expect(row.unstableFraction).toBeCloseTo(unstable / (12 * row.n), 12);
    }
    for (const n of [30, 45, 60]) {
      const counts = rows.filter((row) => row.n === n && row.protocol === "scoping").map((row) => row.solved);
      expect(counts.at(-1)).toBe(12);
      expect(counts[0]).toBeLessThan(12);
    }
  });

  test("the Bethe entropy is that of the paramagnet, log 2 + mean log Φ(J_D/√Σ_j J_ij²), along every protocol", () => {
    for (const sample of [0, 5]) {
      const network = drawNetwork(60, 4, sample);
      const squares = new Float64Array(60);
      for (let j = 0; j < 60; j++) couplingColumn(network, j).forEach((c, i) => (squares[i] += c * c));
      for (const selfCoupling of [0.3, 0.6]) {
        const logs = squares.map((sum) => Math.log(normalCdf(selfCoupling / Math.sqrt(sum))));
        const expected = Math.log(2) + logs.reduce((a, b) => a + b) / 60;
        const own = samples.filter(
          (row) => row.n === 60 && row.sample === sample && row.selfCoupling === selfCoupling,
        );
        expect(own).toHaveLength(2);
        for (const { betheEntropy } of own) expect(betheEntropy).toBeCloseTo(expected, 5);
      }
    }
  });

  test("thresholds lie inside the scan, the same bits for the same seed; three sizes extrapolate in every form", () => {
    const thresholds = focusingThresholds(samples, 4);
    expect(thresholds.map(({ n, protocol }) => [n, protocol])).toEqual(
      [30, 45, 60].flatMap((n) => protocols.map(({ name }) => [n, name])),
    );
    for (const { status, selfCoupling, low, high, samples: count } of thresholds) {
      expect([status, count]).toEqual(["ok", 12]);
      expect(low).toBeLessThanOrEqual(selfCoupling ?? 0);
      expect(high).toBeGreaterThanOrEqual(selfCoupling ?? 1);
      expect(selfCoupling).toBeGreaterThan(0.02);
      expect(selfCoupling).toBeLessThan(0.6);
    }
    expect(focusingThresholds(samples, 4)).toEqual(thresholds);
    const limits = focusingExtrapolations(thresholds);
    expect(limits).toHaveLength(6);
    for (const { status, degreesOfFreedom } of limits) expect([status, degreesOfFreedom]).toEqual(["ok", 1]);
    expect(focusingExtrapolations(thresholds.slice(2)).every(({ status }) => status === "no-solution")).toBe(
      true,
    );
  });
});

test("protocols: defaults by name, options, points of one's own; two of one name are refused", () => {
  expect(protocolPoints({ name: "scoping", replicas: 7, steps: 5, lastBond: 2 })).toEqual(
    [0, 0.5, 1, 1.5, 2].map((bond) => ({ replicas: 7, bond })),
  );
  expect(protocolPoints({ name: "reinforcement", steps: 4 }).at(-1)).toEqual({ replicas: 4, bond: Infinity });
  const points = [{ replicas: 3, bond: 0.7 }];
  expect(protocolPoints({ name: "points", points })).toEqual(points);
  const twice = { protocols: [protocols[0], protocols[0]], scans: [scan(30, 1)] };
  expect(() => focusingExperiment.tasks(twice, 1)).toThrow(/different names/);
});

test("large networks are split over J_D, small ones are taken together", () => {
  const tasks = (n: number, samples: number) =>
    focusingExperiment.tasks({ protocols, scans: [{ n, selfCouplings, samples }] }, 1).map((task) => {
      const part = task.parameters as { samples: number; selfCouplings: number[]; firstSample: number };
      return [part.firstSample, part.samples, part.selfCouplings.length];
    });
  expect(tasks(3200, 2)).toEqual([0, 1].flatMap((sample) => selfCouplings.map(() => [sample, 1, 1])));
  expect(tasks(20, 10)).toEqual([[0, 10, 5]]);
});

test("a stopped run: finished samples are counted, the rest is unstarted, no threshold is fitted", () => {
  const parameters: FocusingParameters = { protocols: [protocols[0]], scans: [scan(30, 4)] };
  const finished = run({ ...parameters, scans: [scan(30, 1)] }, 1);
  const rest = focusingExperiment.collect({ ...parameters, scans: [scan(30, 3)] }, 1, () => undefined);
  const rows = focusingRows([...finished, ...rest]);
  expect(rows).toHaveLength(5);
  expect(rows.every(({ status, samples }) => status === "unstarted" && samples === 1)).toBe(true);
  const empty = focusingRows(rest);
  for (const row of empty) {
    expect([row.samples, row.solved]).toEqual([0, 0]);
    for (const value of [
      row.medianIterations,
      row.betheEntropy,
      row.overlap,
      row.distance,
      row.unstableFraction,
    ])
      expect(value).toBeNull();
  }
  expect(focusingThresholds([...finished, ...rest], 1)).toMatchObject([
    { status: "unstarted", selfCoupling: null, protocol: "scoping" },
  ]);
});
