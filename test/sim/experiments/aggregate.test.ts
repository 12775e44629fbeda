/** @file Rows taken together, against counts and means by hand. */
import { describe, expect, test } from "vitest";
import { aggregatedColumns, aggregateRows } from "../../../sim/experiments/aggregate.ts";
import { stream } from "../../../sim/random.ts";
import type { Column, FlatRow } from "../../../sim/sweep/experiment.ts";
import { OutOfDomain } from "../../../theory/errors.ts";

const all: readonly Column[] = [
  { name: "n", type: "integer", unit: "neurons", description: "size" },
  { name: "update", type: "text", unit: "1", description: "order of updates" },
  { name: "converged", type: "boolean", unit: "1", description: "whether it converged" },
  { name: "sweeps", type: "integer", unit: "sweeps", description: "time" },
];
const [n, update, converged, sweeps] = all as [Column, Column, Column, Column];
const options = { by: ["n"], columns: [converged, sweeps], seed: 1 };

const row = (size: number, time: number | null): FlatRow => ({
  n: size,
  update: "async",
  converged: time !== null,
  sweeps: time,
});

describe("aggregateRows", () => {
  const rows = [row(10, 3), row(20, null), row(10, null), row(10, 5), row(10, 10), row(30, 7)];
  const [ten, twenty, thirty] = aggregateRows(rows, options);

  test("groups in the order in which they appear, with counts, fractions, means and medians", () => {
    expect([ten!.n, twenty!.n, thirty!.n]).toEqual([10, 20, 30]);
    expect(ten).toMatchObject({ count: 4, converged: 0.75, sweeps: 6, sweepsMedian: 5, sweepsMissing: 1 });
    expect(ten).toMatchObject({ convergedMissing: 0 });
  });

  test("fractions have Wilson intervals", () => {
    // scipy: binomtest(3, 4).proportion_ci(0.95, method="wilson"), and (0, 1).
    expect(ten!.convergedLow).toBeCloseTo(0.30064184258240184, 10);
    expect(ten!.convergedHigh).toBeCloseTo(0.9544127391902995, 10);
    expect(twenty).toMatchObject({ converged: 0, convergedLow: 0 });
    expect(twenty!.convergedHigh).toBeCloseTo(0.7934506856227626, 10);
  });

  test("what cannot be had is null", () => {
    expect(twenty).toMatchObject({ sweeps: null, sweepsLow: null, sweepsMedian: null, sweepsMissing: 1 });
    expect(thirty).toMatchObject({ sweeps: 7, sweepsLow: null, sweepsHigh: null, sweepsMedian: 7 });
    expect(aggregateRows([], options)).toEqual([]);
    const unknown = { ...row(10, 3), converged: null };
    expect(aggregateRows([unknown], options)[0]).toMatchObject({
      converged: null,
      convergedLow: null,
      convergedMissing: 1,
    });
  });

  test("the mean of many normal values has the textbook interval, below and above the limit of the bootstrap", () => {
    const random = stream(5, "values");
    for (const count of [400, 12_000]) {
      const values = Array.from({ length: count }, () => {
        const radius = Math.sqrt(-2 * Math.log(random.uniform()));
        return 7 + 2 * radius * Math.cos(2 * Math.PI * random.uniform());
      });
      const group = values.map((value) => row(10, value));
      const [summary] = aggregateRows(group, { ...options, columns: [sweeps], resamples: 2000 });
      const half = (1.959964 * 2) / Math.sqrt(count);
      // Ends of a bootstrap with 2,000 resamples scatter by 3 % of the half-width, the scatter of 400 values by 3.5 %.
      const found = 0.5 * (Number(summary!.sweepsHigh) - Number(summary!.sweepsLow));
      expect(Math.abs(found / half - 1)).toBeLessThan(4 * Math.hypot(0.03, 0.035));
      expect(Math.abs(Number(summary!.sweeps) - 7)).toBeLessThan((4 / 1.959964) * half);
    }
  });

  test("the numbers of a group depend on its rows only, not on their order nor on other groups", () => {
    const others = [row(99, 1), row(99, 8)];
    expect(aggregateRows([...others, ...[...rows].reverse()], options).find((one) => one.n === 10)).toEqual(
      ten,
    );
    expect(aggregateRows(rows, { ...options, seed: 2 })[0]!.converged).toBe(ten!.converged);
  });

  test("without groups all rows are one; a wider level holds a narrower one", () => {
    const [wide] = aggregateRows(rows, { ...options, by: [], level: 0.99 });
    const [narrow] = aggregateRows(rows, { ...options, by: [], level: 0.8 });
    expect(wide).toMatchObject({ count: 6, sweeps: 6.25 });
    expect(Number(wide!.convergedLow)).toBeLessThan(Number(narrow!.convergedLow));
    expect(Number(wide!.sweepsHigh)).toBeGreaterThanOrEqual(Number(narrow!.sweepsHigh));
  });

  test.each([
    ["texts", { columns: [update] }, /update holds texts/],
    ["a column twice", { columns: [n] }, /n cannot tell groups apart and be summarised/],
    ["an unknown column", { by: ["m"] }, /no column m/],
  ])("%s: refused", (_, wrong, message) => {
    expect(() => aggregateRows(rows, { ...options, ...wrong })).toThrow(OutOfDomain);
    expect(() => aggregateRows(rows, { ...options, ...wrong })).toThrow(message);
  });

  test("its columns are those that are declared", () => {
    const declared = aggregatedColumns(all, options);
    expect(declared.map(({ name }) => name)).toEqual(Object.keys(ten!));
    expect(declared.find(({ name }) => name === "convergedLow")?.description).toBe(
      "lower end of the 95 % Wilson interval of the fraction of: whether it converged",
    );
    expect(() => aggregatedColumns(all, { by: ["m"], columns: [] })).toThrow(/no column m/);
  });
});
