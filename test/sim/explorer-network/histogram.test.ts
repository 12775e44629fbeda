/** @file Histogram of stabilities: edges, counts, and the curve of a random state against sampled networks. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  binsFor,
  countScale,
  countStabilities,
  randomStateDensity,
} from "../../../sim/explorer/network/histogram.ts";
import { LiveNetwork } from "../../../sim/explorer/network/live-network.ts";
import { loadKernels } from "../../../sim/kernels/load.ts";

const sizes = fc.integer({ min: 1, max: 5000 });
const selfCouplings = fc.double({ min: 0, max: 10, noNaN: true });

describe("bins", () => {
  test("have an edge exactly at 0 and reach four standard deviations beyond 0 and J_D", () => {
    fc.assert(
      fc.property(sizes, selfCouplings, (n, selfCoupling) => {
        const { low, width, count } = binsFor(n, selfCoupling);
        expect(Number.isInteger(-low / width)).toBe(true);
        expect(low).toBeLessThanOrEqual(-4);
        expect(low + count * width).toBeGreaterThanOrEqual(Math.max(4, selfCoupling + 4));
      }),
    );
  });

  test("stay as they are while J_D moves from 0 to 1", () => {
    expect(binsFor(400, 0)).toEqual(binsFor(400, 1));
    expect(binsFor(400, 1.01)).not.toEqual(binsFor(400, 1));
  });

  test("are refused outside the domain", () => {
    expect(() => binsFor(0, 0.5)).toThrow("n must be an integer");
    expect(() => binsFor(10, -0.5)).toThrow("selfCoupling must be");
    expect(() => binsFor(10, NaN)).toThrow("selfCoupling must be");
  });
});

describe("counts", () => {
  const values = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 300 });

  test("count every neuron once, the unstable ones in the bins below 0", () => {
    fc.assert(
      fc.property(values, selfCouplings, (list, selfCoupling) => {
        const bins = binsFor(list.length, selfCoupling);
        const { counts, unstable, mean } = countStabilities(Float64Array.from(list), bins);
        const sum = (part: Uint32Array): number => part.reduce((total, count) => total + count, 0);
        const zero = -bins.low / bins.width;
        expect(sum(counts)).toBe(list.length);
        // −0 is stable: the tie stays.
        expect(sum(counts.subarray(0, zero))).toBe(list.filter((value) => value < 0).length);
        expect(unstable).toBe(list.filter((value) => value < 0).length);
        expect(mean).toBeCloseTo(list.reduce((total, value) => total + value, 0) / list.length, 10);
      }),
    );
  });

  test("put a value on an edge into the bin above it, and outliers into the outer bins", () => {
    const bins = { low: -1, width: 0.5, count: 4 };
    const { counts } = countStabilities(Float64Array.of(-9, -1, -0.5, 0, 0.49, 1, 9), bins);
    expect(Array.from(counts)).toEqual([2, 1, 2, 2]);
  });

  test("have a scale that holds the tallest bar and rests at half for a random state", () => {
    const bins = { low: -1, width: 0.5, count: 4 };
    const scaleOf = (...counts: number[]): number =>
      countScale({ bins, counts: Uint32Array.from(counts), unstable: 0, mean: 0 });
    expect(scaleOf(0, 20, 20, 60)).toBe(62.5);
    expect(scaleOf(25, 25, 25, 25)).toBe(25);
    expect(scaleOf(0, 0, 0, 0)).toBeGreaterThan(0);
  });
});

describe("curve of a random state", () => {
  test("has total N, mean J_D and variance (N−1)/N", () => {
    const input = { n: 20, selfCoupling: 0.7 };
    const step = 0.01;
    const points = Array.from({ length: 2001 }, (_, k) => -9.3 + k * step);
    const moment = (power: number): number =>
      points.reduce((sum, x) => sum + step * (x - 0.7) ** power * randomStateDensity(x, input), 0) / 20;
    // The trapezoid rule is exact to far below 1e-9 for a Gaussian at this step.
    expect(moment(0)).toBeCloseTo(1, 9);
    expect(moment(1)).toBeCloseTo(0, 9);
    expect(moment(2)).toBeCloseTo(19 / 20, 9);
  });

  test("agrees with 20 sampled networks of N = 1000: χ² within 4 of its standard deviations", () => {
    const selfCoupling = 0.4;
    const bins = { low: -4, width: 0.5, count: 18 };
    const sums = new Float64Array(bins.count);
    for (let seed = 0; seed < 20; seed++) {
      const network = new LiveNetwork(loadKernels(), { n: 1000, selfCoupling, seed });
      countStabilities(network.stabilities(), bins).counts.forEach((count, bin) => (sums[bin]! += count));
    }
    // Bins of the body only (|x − J_D| < 2.4, more than 300 neurons expected); Simpson's rule within each.
    const body = Array.from(sums.keys()).filter(
      (bin) => Math.abs(-4 + 0.5 * bin + 0.25 - selfCoupling) < 2.2,
    );
    const chiSquare = body.reduce((sum, bin) => {
      const x = -4 + 0.5 * bin;
      const [left, middle, right] = [x, x + 0.25, x + 0.5].map((at) =>
        randomStateDensity(at, { n: 1000, selfCoupling }),
      );
      const expected = (20 * 0.5 * (left! + 4 * middle! + right!)) / 6;
      return sum + (sums[bin]! - expected) ** 2 / expected;
    }, 0);
    expect(body.length).toBeGreaterThan(7);
    expect(chiSquare).toBeLessThan(body.length + 4 * Math.sqrt(2 * body.length));
  });
});
