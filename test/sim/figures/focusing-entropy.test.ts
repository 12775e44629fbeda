/** @file The figure of focusing belief propagation against theory: what is drawn where, and what is left out. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { focusingEntropySummaries } from "../../../sim/experiments/focusing-entropy-summary.ts";
import type { FocusingEntropyRow, RowStatus } from "../../../sim/experiments/rows.ts";
import { focusingEntropyFigure } from "../../../sim/figures/focusing-entropy.ts";
import type { Figure, ScatterTrace } from "../../../sim/figures/types.ts";
import {
  focusingEntropyRow,
  focusingEntropyRows as rows,
  focusingEntropySummaryRows as summaries,
} from "./focusing-entropy-fixtures.ts";

const traces = (figure: Figure): ScatterTrace[] => figure.data.filter((trace) => trace.type === "scatter");
const at = (figure: Figure, suffix: string): ScatterTrace[] =>
  traces(figure).filter((trace) => trace.xaxis === `x${suffix}`);
const layoutKey = (reference: string): string => `${reference.slice(0, 1)}axis${reference.slice(1)}`;

/** Paths of values that JSON cannot hold. */
function undrawable(value: unknown, path = ""): string[] {
  if (value === undefined) return [path];
  if (typeof value === "number") return Number.isFinite(value) ? [] : [path];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => undrawable(inner, `${path}.${key}`));
}

const figure = focusingEntropyFigure(rows, summaries);

describe("figure as a whole", () => {
  test("has texts, tables and data without NaN or undefined", () => {
    expect(figure.name).toBe("focusing-entropy");
    expect(figure.caption).toMatch(/\(P28\)/);
    expect(undrawable(figure)).toEqual([]);
    for (const { columns, rows: cells } of figure.tables)
      for (const row of cells) expect(row.length).toBe(columns.length);
    expect(figure.tables.map(({ rows: cells }) => cells.length)).toEqual([rows.length, summaries.length]);
  });

  test("refers only to axes and legends that its layout has", () => {
    for (const { xaxis = "x", yaxis = "y", legend, x, y, error_y } of traces(figure)) {
      expect(figure.layout).toHaveProperty(layoutKey(xaxis));
      expect(figure.layout).toHaveProperty(layoutKey(yaxis));
      if (legend !== undefined) expect(figure.layout).toHaveProperty(legend);
      expect(y.length).toBe(x.length);
      if (error_y !== undefined) expect(error_y.array.length).toBe(x.length);
    }
  });

  test("no two legend entries look the same", () => {
    const shown = traces(figure).filter((trace) => trace.showlegend !== false);
    const styles = shown.map(({ legend, line, marker }) =>
      JSON.stringify([legend, line?.color, line?.dash, marker?.symbol]),
    );
    expect(new Set(styles).size).toBe(styles.length);
  });
});

describe("columns", () => {
  test("are the numbers of replicas at the largest J_D of equally many rows, with its points at two sizes", () => {
    ["", "2", "3"].forEach((suffix, k) => {
      const points = at(figure, suffix).filter((trace) => trace.mode === "markers");
      expect(points).toHaveLength(2);
      points.forEach((trace, which) => {
        const drawn = rows.filter(
          (row) => row.selfCoupling === 0.5 && row.replicas === [3, 10, 30][k] && row.n === [100, 800][which],
        );
        expect([...trace.y].sort()).toEqual(drawn.map((row) => row.localEntropy).sort());
      });
    });
  });

  test("show differences to (P28) below, and there (P9) less (P28)", () => {
    for (const [k, suffix] of ["4", "5", "6"].entries()) {
      const [line, ...points] = at(figure, suffix);
      for (const value of line!.y) expect(value).toBeCloseTo(0.15 / [3, 10, 30][k]!, 12);
      const values = points.flatMap(({ y }) => y);
      const known = rows.map((row) => row.difference);
      for (const value of values) expect(known).toContain(value);
    }
  });

  test("shade the overlaps without centres in both panels, and only there", () => {
    const bands = figure.layout.shapes!.filter(({ type }) => type === "rect");
    expect(bands.map(({ xref }) => xref)).toEqual(["x3", "x6"]);
    for (const { x0, x1 } of bands) {
      expect(x0).toBeGreaterThan(0.45);
      expect(x0).toBeLessThan(0.65);
      expect(x1).toBeGreaterThan(0.66);
      expect(x1).toBeLessThan(0.86);
    }
  });

  test("become fewer with fewer y", () => {
    const some = rows.filter((row) => row.replicas === 10);
    const drawn = focusingEntropyFigure(some, focusingEntropySummaries(some));
    expect(drawn.layout).toHaveProperty("xaxis4");
    expect(drawn.layout).not.toHaveProperty("xaxis5");
  });
});

describe("deviations", () => {
  test("stand against 1/N with their quartiles, one line a (J_D, y)", () => {
    const lines = at(figure, "7");
    expect(lines.map(({ name }) => name)).toEqual([
      "0.2, 3",
      "0.2, 10",
      "0.2, 30",
      "0.5, 3",
      "0.5, 10",
      "0.5, 30",
    ]);
    const own = summaries.filter((row) => row.selfCoupling === 0.2 && row.replicas === 10);
    expect(lines[1]!.x).toEqual(own.map(({ n }) => 1 / n));
    expect(lines[1]!.y).toEqual(own.map(({ deviation }) => deviation!.median));
    own.forEach(({ deviation }, k) => {
      const { array, arrayminus } = lines[1]!.error_y!;
      expect(deviation!.median + array[k]!).toBeCloseTo(deviation!.high, 12);
      expect(deviation!.median - arrayminus![k]!).toBeCloseTo(deviation!.low, 12);
    });
  });

  test("stand against y at the largest N: from (P28) filled, from (P9) open", () => {
    const [filled, open] = at(figure, "8");
    const largest = summaries.filter((row) => row.selfCoupling === 0.2 && row.n === 800);
    expect(filled!.x).toEqual([3, 10, 30]);
    expect(filled!.y).toEqual(largest.map(({ deviation }) => deviation!.median));
    expect(open!.y).toEqual(largest.map(({ uncentredDeviation }) => uncentredDeviation!.median));
    expect(open!.marker!.symbol).toEqual(
      (filled!.marker!.symbol as string[]).map((symbol) => `${symbol}-open`),
    );
  });
});

describe("what is left out", () => {
  test("points that did not converge or have no theory", () => {
    const [first, second, ...others] = rows.filter(
      (row) => row.n === 100 && row.replicas === 3 && row.selfCoupling === 0.5,
    );
    const drawn = focusingEntropyFigure(
      [
        { ...first!, status: "not-converged", localEntropy: -7 },
        { ...second!, status: "no-solution", localEntropy: -8, centredEntropy: null, difference: null },
        ...others,
      ],
      summaries,
    );
    const values = traces(drawn).flatMap(({ y }) => y);
    expect(values).not.toContain(-7);
    expect(values).not.toContain(-8);
    expect(drawn.tables[0]!.rows).toHaveLength(others.length + 2);
  });

  test("everything, without rows", () => {
    const blank = focusingEntropyFigure([], []);
    expect(blank.data).toEqual([]);
    expect(blank.layout.annotations![0]!.text).toMatch(/no data/i);
  });

  test("summaries that are not there: the curves stand alone", () => {
    expect(undrawable(focusingEntropyFigure(rows, []))).toEqual([]);
  });
});

test("rows of any status with any missing value never give NaN, undefined or an exception", () => {
  const number = fc.option(fc.double({ min: -1, max: 1, noNaN: true }), { nil: null });
  const row: fc.Arbitrary<FocusingEntropyRow> = fc
    .record({
      status: fc.constantFrom<RowStatus>("ok", "no-solution", "not-converged", "unstarted"),
      n: fc.constantFrom(2, 100, 800),
      replicas: fc.constantFrom(1, 2.5, 10, 50),
      sample: fc.nat(3),
      overlap: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
      centredEntropy: number,
      centredComplexity: number,
      uncentredEntropy: number,
      difference: number,
      uncentredDifference: number,
    })
    .map((change) => ({
      ...focusingEntropyRow({ n: 2, selfCoupling: 0.5, replicas: 2, sample: 0 }, 0),
      ...change,
    }));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (some) => {
      expect(undrawable(focusingEntropyFigure(some, focusingEntropySummaries(some)))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
