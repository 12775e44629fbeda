/** @file The bound that a GPU compares fields with decides as exact arithmetic does. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { flipBound } from "../../sim/kernels/webgpu/dynamics.ts";

/** f64 comparison of an f32 with an f64 is exact. */
const decides = (field: number, selfCoupling: number): boolean =>
  field < flipBound(selfCoupling) === field < -selfCoupling;

test("for every f32 field and every self-coupling", () => {
  const selfCouplings = fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true });
  fc.assert(fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), selfCouplings, decides), {
    numRuns: 2000,
    seed: 1,
  });
});

test("at the two f32 neighbours of a self-coupling, and at a tie", () => {
  fc.assert(
    fc.property(fc.double({ min: 2 ** -100, max: 2 ** 100, noNaN: true }), (selfCoupling) => {
      const near = Math.fround(-selfCoupling);
      const [below, above] = [Math.fround(near * (1 + 2 ** -23)), Math.fround(near * (1 - 2 ** -24))];
      return [below, near, above].every((field) => decides(field, selfCoupling));
    }),
    { numRuns: 2000, seed: 1 },
  );
  expect([0, 0.5, 3, 1e308, 1e-300].map((value) => flipBound(value))).toEqual([
    -0, -0.5, -3, -3.4028234663852886e38, -0,
  ]);
});
