/** @file Lists on the command line. */
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { OutOfDomain } from "../../theory/errors.ts";
import { parseInteger, parseIntegerList, parseList } from "../../sim/expressions.ts";

describe("parseList", () => {
  test("comma lists, ranges with an inclusive stop, and both together", async () => {
    expect(await parseList("--jd", "0,0.1,0.5")).toEqual([0, 0.1, 0.5]);
    expect(await parseList("--jd", "0:0.1:0.5")).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(await parseList("--jd", "1:-0.5:0")).toEqual([1, 0.5, 0]);
    expect(await parseList("--jd", "3, 0:1:2")).toEqual([3, 0, 1, 2]);
    expect(await parseList("--jd", "0:0.3:1")).toEqual([0, 0.3, 0.6, 0.9]);
  });

  test("a range of k steps of 10^-e holds k + 1 values that print as they should", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 4 }), async (k, e) => {
        const step = Number(`1e-${e}`);
        const values = await parseList("x", `0:${step}:${Number(`${k}e-${e}`)}`);
        expect(values).toEqual(Array.from({ length: k + 1 }, (_, i) => Number(`${i}e-${e}`)));
      }),
    );
  });

  test("expressions, a comma inside parentheses included", async () => {
    const [a, b] = await parseList("--jd", "sqrt(2/pi),max(1,2)");
    expect(a).toBeCloseTo(Math.sqrt(2 / Math.PI), 15);
    expect(b).toBe(2);
  });

  test("linspace ends exactly where it says, and is even between", async () => {
    expect(await parseList("x", "linspace(0, 1, 11)")).toEqual([
      0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
    ]);
    const values = await parseList("x", "5,linspace(0,sqrt(2/pi),4), linspace(2,-2,3)");
    expect(values).toHaveLength(8);
    expect(values[0]).toBe(5);
    expect(values[4]).toBe(Math.sqrt(2 / Math.PI));
    expect(values[2]).toBeCloseTo(Math.sqrt(2 / Math.PI) / 3, 11);
    expect(values.slice(5)).toEqual([2, 0, -2]);
  });

  test("logspace takes exponents of 10, as in NumPy", async () => {
    expect(await parseList("x", "logspace(-3, 2, 6)")).toEqual([0.001, 0.01, 0.1, 1, 10, 100]);
    // numpy.logspace(0, 1, 3)
    const [, middle] = await parseList("x", "logspace(0, 1, 3)");
    expect(middle).toBeCloseTo(3.1622776601683795, 11);
  });

  test.each([
    "linspace(0,1)",
    "linspace(0,1,1)",
    "linspace(0,1,2.5)",
    "linspace(0,1,1e9)",
    "linspace(0,nope,5)",
    "linspace(0,1,5",
    "logspace(0,999,5)",
    "logspace(-999,0,5)",
    "2*linspace(0,1,3)",
    "NaN",
    "nan",
    "Infinity",
    "-inf",
    "",
    "1,,2",
    "abc",
    "1:2",
    "0:0:1",
    "0:-1:1",
    "0:NaN:1",
    "0:1e-9:1",
    "i",
    "[1,2]",
    "random()",
    "a=0.5",
    'evaluate("1")',
    "ones(30000,30000)",
    "1;2",
    "factorial(5)!",
    "2020-01-01",
    "2020-1-1",
  ])("refuses %j with one line that names the option", async (text) => {
    const error = await parseList("--jd", text).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(OutOfDomain);
    expect((error as Error).message).toMatch(/^--jd(: count of linspace)? must [^\n]*$/);
  });
});

describe("integers", () => {
  test("within bounds", async () => {
    expect(await parseInteger("--n", "12", 2, 30)).toBe(12);
    expect(await parseIntegerList("--n", "8:4:20", 2, 30)).toEqual([8, 12, 16, 20]);
  });

  test.each(["0", "40", "2.5", "-3", "NaN"])("refuses %s for --n from 2 to 30", async (text) => {
    await expect(parseInteger("--n", text, 2, 30)).rejects.toThrow(OutOfDomain);
    await expect(parseIntegerList("--n", text, 2, 30)).rejects.toThrow(/--n must/);
  });
});
