/** @file The planted network: its state is a fixed point, its couplings have the law of a network under that condition. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectedCount } from "../../theory/entropy.ts";
import { OutOfDomain } from "../../theory/errors.ts";
import { hazard, normalCdf } from "../../theory/normal.ts";
import { expectedPairs } from "../../theory/pairs.ts";
import { findFixedPoints } from "../../sim/instance/enumerate.ts";
import { couplingColumn, localFields, randomState, sampleNetwork } from "../../sim/instance/network.ts";
import type { Network } from "../../sim/instance/network.ts";
import { plantFixedPoint } from "../../sim/instance/planted.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { stream } from "../../sim/random.ts";

const kernels = loadKernels();

/** A network with a planted state; its memory is given back after `look`. */
function withPlanted<Result>(
  n: number,
  selfCoupling: number,
  sample: number,
  look: (network: Network, state: Int8Array, before: readonly Float32Array[]) => Result,
): Result {
  const mark = kernels.mark();
  const network = sampleNetwork({ n, kernels }, stream(77, "couplings", n, sample));
  const state = randomState(n, stream(77, "state", n, sample));
  const before = Array.from({ length: n }, (_, j) => couplingColumn(network, j).slice());
  plantFixedPoint(network, { state, selfCoupling }, stream(77, "planted", n, sample));
  const result = look(network, state, before);
  kernels.release(mark);
  return result;
}

/** s_i h_i of all neurons. */
const aligned = (network: Network, state: Int8Array): Float64Array =>
  localFields(network, state).map((field, i) => state[i]! * field);

test("the planted state is a fixed point (P1), any N and J_D", () => {
  const selfCoupling = fc.double({ min: 0, max: 2, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 90 }), selfCoupling, fc.nat(10_000), (n, jd, sample) => {
      withPlanted(n, jd, sample, (network, state) => {
        for (const value of aligned(network, state)) expect(value + jd).toBeGreaterThan(0);
      });
    }),
    { numRuns: 60, seed: 5 },
  );
});

test("planting moves each row along the state alone, and leaves the diagonal zero", () => {
  withPlanted(60, 0.4, 0, (network, state, before) => {
    const after = before.map((_, j) => couplingColumn(network, j));
    for (let i = 0; i < 60; i++) {
      expect(after[i]![i]).toBe(0);
      const shifts = before.flatMap((column, j) =>
        j === i ? [] : [(after[j]![i]! - column[i]!) * state[j]!],
      );
      for (const shift of shifts) expect(Math.abs(shift - shifts[0]!)).toBeLessThan(1e-7);
    }
  });
});

describe.each([0, 0.5, 1.5])("s_i h_i of 20 networks of 200 neurons at J_D = %f", (selfCoupling) => {
  const n = 200;
  const values = Array.from({ length: 20 }, (_, sample) =>
    withPlanted(n, selfCoupling, sample, (network, state) => [...aligned(network, state)]),
  ).flat();
  const deviation = Math.sqrt((n - 1) / n);
  const edge = selfCoupling / deviation;

  test("mean and variance of the normal law cut off at −J_D, within 4 standard errors", () => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const fourth = values.reduce((sum, value) => sum + (value - mean) ** 4, 0) / values.length;
    const g = hazard(edge);
    const expected = deviation * deviation * (1 - edge * g - g * g);
    expect(Math.abs(mean - deviation * g)).toBeLessThan(4 * Math.sqrt(expected / values.length));
    const spread = Math.sqrt((fourth - variance * variance) / values.length);
    expect(Math.abs(variance - expected)).toBeLessThan(4 * spread);
  });

  test("distribution: Kolmogorov–Smirnov distance below 2.3/√4000, exceeded with probability 5e−5", () => {
    const sorted = values.sort((a, b) => a - b);
    const law = (x: number) => 1 - normalCdf(-x / deviation) / normalCdf(edge);
    const largest = sorted.reduce((worst, value, k) => {
      const at = law(value);
      return Math.max(worst, (k + 1) / sorted.length - at, at - k / sorted.length);
    }, 0);
    expect(largest * Math.sqrt(sorted.length)).toBeLessThan(2.3);
  });
});

test("2000 planted networks of 10 neurons hold E[#²]/E[#] fixed points, (P6') and (P3), within 4 standard errors", () => {
  const n = 10;
  for (const selfCoupling of [0.3, 0.8]) {
    const counts = Array.from({ length: 2000 }, (_, sample) =>
      withPlanted(n, selfCoupling, sample, (network) => findFixedPoints(network, selfCoupling).count),
    );
    const pairs = Array.from({ length: n + 1 }, (_, distance) =>
      expectedPairs({ n, selfCoupling, distance }),
    );
    const expected = pairs.reduce((sum, { mean }) => sum + mean, 0) / expectedCount(n, selfCoupling);
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
    const standardError = Math.sqrt(squares / (counts.length - 1) / counts.length);
    expect(Math.abs(mean - expected) / standardError, `J_D = ${selfCoupling}`).toBeLessThan(4);
  }
});

test("refuses a negative self-coupling and a state of another length", () => {
  const network = sampleNetwork({ n: 5, kernels }, stream(1, "couplings"));
  const state = new Int8Array(5).fill(1);
  expect(() => plantFixedPoint(network, { state, selfCoupling: -0.1 }, stream(1, "planted"))).toThrow(
    OutOfDomain,
  );
  expect(() => plantFixedPoint(network, { state, selfCoupling: NaN }, stream(1, "planted"))).toThrow(
    OutOfDomain,
  );
  const short = { state: state.slice(1), selfCoupling: 0.1 };
  expect(() => plantFixedPoint(network, short, stream(1, "planted"))).toThrow(OutOfDomain);
});
