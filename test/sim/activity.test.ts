/** @file Flips of every sweep against whole runs of the dynamics. */
import { expect, test } from "vitest";
import { flipsOfSweeps } from "../../sim/instance/activity.ts";
import { relax } from "../../sim/instance/dynamics.ts";
import { randomState, sampleNetwork } from "../../sim/instance/network.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { stream } from "../../sim/random.ts";
import { OutOfDomain } from "../../theory/errors.ts";

const n = 150;
const network = sampleNetwork({ n, kernels: loadKernels() }, stream(4, "couplings"));
const state = randomState(n, stream(4, "state"));
const input = { state, selfCoupling: 0.3, order: stream(4, "order") };

test("every sweep counts the flips that a run with one sweep more makes more", () => {
  const flips = flipsOfSweeps(network, input, { sweeps: 12 });
  const runs = flips.map((_, k) => relax(network, input, { update: "random", budget: k + 1 }).flips);
  expect(flips.map((_, k) => flips.slice(0, k + 1).reduce((sum, value) => sum + value, 0))).toEqual(runs);
});

test("at a fixed point nothing flips any more", () => {
  const strong = { ...input, selfCoupling: 1.5 };
  const flips = flipsOfSweeps(network, strong, { sweeps: 60 });
  const { converged, flips: all } = relax(network, strong, { update: "random" });
  expect(converged).toBe(true);
  expect(flips.reduce((sum, value) => sum + value, 0)).toBe(all);
  expect(flips.slice(-20)).toEqual(new Array(20).fill(0));
});

test.each([
  [{ ...input, selfCoupling: -1 }, 5],
  [input, 0],
  [{ ...input, state: state.slice(1) }, 5],
])("bad input is refused (%#)", (bad, sweeps) => {
  expect(() => flipsOfSweeps(network, bad, { sweeps })).toThrow(OutOfDomain);
});
