/** @file Packed states against the plain arrays that they stand for. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  countDifferences,
  isUp,
  overlapOf,
  packedLength,
  packState,
} from "../../../sim/explorer/network/packed.ts";

const states = (n: number) =>
  fc.array(fc.constantFrom(1, -1), { minLength: n, maxLength: n }).map((spins) => Int8Array.from(spins));
const anyState = fc.integer({ min: 1, max: 70 }).chain(states);
const twoStates = fc.integer({ min: 1, max: 70 }).chain((n) => fc.tuple(states(n), states(n)));

describe("packed states", () => {
  test("hold every spin, and nothing behind the last", () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const packed = packState(state);
        expect(Array.from(state, (_, i) => (isUp(packed, i) ? 1 : -1))).toEqual(Array.from(state));
        for (let i = state.length; i < 8 * packed.length; i++) expect(isUp(packed, i)).toBe(false);
      }),
    );
  });

  test("overwrite what the target held", () => {
    const target = new Uint8Array(2).fill(255);
    expect(packState(Int8Array.of(-1, 1, -1, -1, -1, -1, -1, -1, 1), target)).toBe(target);
    expect(Array.from(target)).toEqual([2, 1]);
  });

  test("give the overlap Σ s_i s'_i / N and the number of differences", () => {
    fc.assert(
      fc.property(twoStates, ([one, other]) => {
        const n = one.length;
        const sum = one.reduce((total, s, i) => total + s * other[i]!, 0);
        const [packedOne, packedOther] = [packState(one), packState(other)];
        expect(overlapOf(packedOne, packedOther, n)).toBeCloseTo(sum / n, 14);
        expect(countDifferences(packedOne, packedOther)).toBe((n - sum) / 2);
      }),
    );
  });

  test("of other lengths are refused", () => {
    expect(() => packedLength(0)).toThrow("n must be an integer");
    expect(() => packState(new Int8Array(0))).toThrow("n must be an integer");
    expect(() => packState(Int8Array.of(1), new Uint8Array(2))).toThrow("target must hold 1 bytes, got 2");
    expect(() => countDifferences(new Uint8Array(1), new Uint8Array(2))).toThrow("one length, got 1 and 2");
    expect(() => overlapOf(new Uint8Array(1), new Uint8Array(1), 9)).toThrow("n = 9 has 2 bytes, got 1");
  });
});
