/** @file The live network against `relax` with the same streams, and against the rule written out in f64. */
import { describe, expect, test } from "vitest";
import { LiveNetwork } from "../../../sim/explorer/network/live-network.ts";
import { packState } from "../../../sim/explorer/network/packed.ts";
import { relax } from "../../../sim/instance/dynamics.ts";
import {
  couplingColumn,
  localFields,
  randomState,
  sampleNetwork,
  type Network,
} from "../../../sim/instance/network.ts";
import { loadKernels } from "../../../sim/kernels/load.ts";
import { stream, type Stream } from "../../../sim/random.ts";

/** What an experiment would draw for its first sample. */
function drawSample(n: number, seed: number): { network: Network; state: Int8Array; order: Stream } {
  return {
    network: sampleNetwork({ n, kernels: loadKernels() }, stream(seed, "couplings", n, 0)),
    state: randomState(n, stream(seed, "initial state", n, 0)),
    order: stream(seed, "update order", n, 0),
  };
}

const live = (n: number, selfCoupling: number, seed: number): LiveNetwork =>
  new LiveNetwork(loadKernels(), { n, selfCoupling, seed });

describe("against relax, sample 0 of the same seed", () => {
  test.each([
    [20, 0.2, 1],
    [50, 0.3, 2],
    [131, 0.45, 3],
  ])("N = %i, J_D = %d, seed %i: the same state after every sweep", (n, selfCoupling, seed) => {
    const { network, state, order } = drawSample(n, seed);
    const stepped = live(n, selfCoupling, seed);
    expect(stepped.packedState()).toEqual(packState(state));
    for (let budget = 1; budget <= 40; budget++) {
      stepped.sweep();
      const run = relax(network, { state, selfCoupling, order }, { budget });
      expect(stepped.packedState()).toEqual(packState(run.state));
      expect(stepped.totalFlips).toBe(run.flips);
      expect(stepped.fixedPointAfter).toBe(run.converged ? run.sweeps : null);
    }
  });

  test("N = 60, J_D = 0: the same state after 1100 sweeps, across the refresh of fields", () => {
    const { network, state, order } = drawSample(60, 5);
    const stepped = live(60, 0, 5);
    for (let sweep = 0; sweep < 1100; sweep++) stepped.sweep();
    const run = relax(network, { state, selfCoupling: 0, order }, { budget: 1100 });
    expect(run.outcome).toBe("budget");
    expect(stepped.packedState()).toEqual(packState(run.state));
    expect(stepped.totalFlips).toBe(run.flips);
  });

  test("fixed points come after as many sweeps: N = 100, J_D = 0.6, seeds 0..19", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { network, state, order } = drawSample(100, seed);
      const run = relax(network, { state, selfCoupling: 0.6, order }, { budget: 500 });
      const stepped = live(100, 0.6, seed);
      for (let sweep = 0; sweep < 500 && stepped.fixedPointAfter === null; sweep++) stepped.sweep();
      expect(stepped.fixedPointAfter).toBe(run.converged ? run.sweeps : null);
      expect(stepped.packedState()).toEqual(packState(run.state));
    }
  });
});

describe("while J_D changes", () => {
  test("every sweep follows the rule written out in f64 with the J_D of that sweep", () => {
    const [n, seed] = [40, 7];
    const { network, state, order } = drawSample(n, seed);
    const columns = Array.from({ length: n }, (_, j) => Float64Array.from(couplingColumn(network, j)));
    const stepped = live(n, 0.2, seed);
    const schedule = [0.2, 0.2, 0.2, 0.7, 0.7, 0.1, 0.1, 0.1, 0];
    schedule.forEach((selfCoupling, sweep) => {
      stepped.selfCoupling = selfCoupling;
      stepped.sweep();
      for (const i of order.substream(sweep).permutation(n)) {
        const field = columns.reduce((sum, column, j) => sum + column[i]! * state[j]!, 0);
        if (state[i]! * field + selfCoupling < 0) state[i] = -state[i]!;
      }
      expect(stepped.packedState()).toEqual(packState(state));
      expect(stepped.selfCoupling).toBe(selfCoupling);
    });
  });

  test("a fixed point remains one under a larger J_D, and wakes under one below its least stability", () => {
    const network = live(100, 0.8, 1);
    while (network.fixedPointAfter === null) network.sweep();
    const after = network.fixedPointAfter;
    expect(after).toBe(network.sweeps);
    network.selfCoupling = 2;
    expect(network.fixedPointAfter).toBe(after);
    network.sweep();
    expect([network.lastFlips, network.fixedPointAfter, network.sweeps]).toEqual([0, after, after + 1]);
    const least = Math.min(...network.stabilities());
    network.selfCoupling = Math.max(0, 2 - least - 1e-3);
    expect(network.fixedPointAfter).toBeNull();
    network.sweep();
    expect(network.lastFlips).toBeGreaterThan(0);
  });

  test("any state is a fixed point under a J_D beyond every field, at once", () => {
    const network = live(30, 0, 4);
    network.selfCoupling = 100;
    expect(network.fixedPointAfter).toBe(0);
  });
});

describe("starts", () => {
  test("are the samples 0, 1, … of the same seed on the same couplings, at the present J_D", () => {
    const [n, seed] = [80, 6];
    const network = live(n, 0.2, seed);
    network.selfCoupling = 0.7;
    const { network: aside, runs } = network.starts(5);
    const { network: drawn } = drawSample(n, seed);
    for (let j = 0; j < n; j++) expect(couplingColumn(aside, j)).toEqual(couplingColumn(drawn, j));
    runs.forEach((run, k) => {
      expect(run.selfCoupling).toBe(0.7);
      expect(run.state).toEqual(randomState(n, stream(seed, "initial state", n, k)));
      expect(run.order.key).toEqual(stream(seed, "update order", n, k).key);
    });
  });

  test("relax without a trace in the live network, which goes on as if they had not", () => {
    const [undisturbed, disturbed] = [live(90, 0.1, 8), live(90, 0.1, 8)];
    for (let sweep = 0; sweep < 20; sweep++) {
      undisturbed.sweep();
      disturbed.sweep();
      const { network, runs } = disturbed.starts(2);
      for (const run of runs) relax(network, run, { update: "block", blockSize: 8, budget: 50 });
      expect(disturbed.packedState()).toEqual(undisturbed.packedState());
      expect(disturbed.stabilities()).toEqual(undisturbed.stabilities());
    }
  });
});

test("stabilities are s_i h_i + J_D to within 1e-5 of sums in f64", () => {
  const { network, state } = drawSample(200, 9);
  const fields = localFields(network, state);
  live(200, 0.35, 9)
    .stabilities()
    .forEach((stability, i) => {
      expect(Math.abs(stability - (state[i]! * fields[i]! + 0.35))).toBeLessThan(1e-5);
    });
});

test.each([
  [{ n: 1, selfCoupling: 0.5, seed: 1 }, "n must be an integer"],
  [{ n: 20.5, selfCoupling: 0.5, seed: 1 }, "must be an integer"],
  [{ n: 20, selfCoupling: -0.1, seed: 1 }, "selfCoupling must be"],
  [{ n: 20, selfCoupling: NaN, seed: 1 }, "selfCoupling must be"],
  [{ n: 20, selfCoupling: 0.5, seed: -1 }, "seed must be an integer"],
])("%o is refused", (parameters, message) => {
  expect(() => new LiveNetwork(loadKernels(), parameters)).toThrow(message);
});

test("a J_D that is no number at least 0 is refused, and the one before stays", () => {
  const network = live(20, 0.5, 1);
  expect(() => (network.selfCoupling = NaN)).toThrow("selfCoupling must be");
  expect(() => (network.selfCoupling = -1)).toThrow("selfCoupling must be");
  expect(network.selfCoupling).toBe(0.5);
});
