/** @file Solvers on problems whose answers are known. */
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import { findRoot, newtonSystem } from "../../theory/solvers.ts";
import { minimizeScalar } from "./minimize.ts";

describe("findRoot", () => {
  test("finds the root of a monotone function at a random place in few evaluations", () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (root) => {
        const f = (x: number) => Math.sinh(x) - Math.sinh(root);
        const { x, iterations } = findRoot(f, -6, 7);
        expect(Math.abs(x - root)).toBeLessThan(1e-12);
        expect(iterations).toBeLessThan(25);
      }),
    );
  });

  test("accepts a root at an end and in a steep tail", () => {
    expect(findRoot((x) => x, 0, 1).x).toBe(0);
    expect(findRoot((x) => Math.exp(x) - 1e-8, -100, 100).x).toBeCloseTo(Math.log(1e-8), 12);
  });

  test("tells signs apart where the product of the values underflows", () => {
    expect(() => findRoot((x) => 1e-200 * (1 + x), 0, 1)).toThrow(OutOfDomain);
    expect(findRoot((x) => 1e-200 * (x - 0.25), 0, 1).x).toBeCloseTo(0.25, 12);
  });

  test("refuses an interval without a sign change and a function that turns NaN", () => {
    expect(() => findRoot((x) => x * x + 1, -1, 1)).toThrow(OutOfDomain);
    expect(() => findRoot((x) => (x === 1 || x === -1 ? x : NaN), -1, 1)).toThrow(NotConverged);
  });
});

describe("minimizeScalar", () => {
  test("finds the minimum of x − log x at 1", () => {
    const { x, value } = minimizeScalar((t) => t - Math.log(t), 0.1, 7);
    expect(x).toBeCloseTo(1, 7);
    expect(value).toBeCloseTo(1, 14);
  });
});

describe("newtonSystem", () => {
  const circleAndLine = ([a, b]: readonly number[]) => ({
    residuals: [a * a + b * b - 1, a - 2 * b],
    jacobian: [
      [2 * a, 2 * b],
      [1, -2],
    ],
  });

  test("meets a circle and a line", () => {
    const { x, residual } = newtonSystem(circleAndLine, [3, 1]);
    expect(x[0]).toBeCloseTo(2 / Math.sqrt(5), 13);
    expect(x[1]).toBeCloseTo(1 / Math.sqrt(5), 13);
    expect(residual).toBeLessThan(1e-12);
  });

  test("a singular Jacobian is a typed error", () => {
    const flat = () => ({
      residuals: [1, 1],
      jacobian: [
        [1, 1],
        [1, 1],
      ],
    });
    expect(() => newtonSystem(flat, [0, 0])).toThrow(NotConverged);
  });

  test("throws rather than return a point that is no solution", () => {
    const noRoot = ([a]: readonly number[]) => ({ residuals: [a * a + 1], jacobian: [[2 * a]] });
    expect(() => newtonSystem(noRoot, [0.7])).toThrow(NotConverged);
  });
});
