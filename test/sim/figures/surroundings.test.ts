/** @file The figure of surroundings: what is drawn where, what is left out, and that nothing undrawable gets through. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Estimate, ReferenceKind, RowStatus, SurroundingsRow } from "../../../sim/experiments/rows.ts";
import { surroundingsFigure } from "../../../sim/figures/surroundings.ts";
import type { Figure, ScatterTrace } from "../../../sim/figures/types.ts";
import { curveRows, franzParisiRows, linear, logarithmic, unsolved } from "./fixtures.ts";

const estimate = (mean: number): Estimate => ({ mean, standardError: 0.1 * mean });

/** Rows with the right signs and orders: dense, less dense, isolated. */
function row(kind: ReferenceKind, n: number, selfCoupling = 0.5): SurroundingsRow {
  const density = { focusing: 1, dynamics: 0.6, planted: 0.1, enumerated: 0.1 }[kind];
  const planted = kind === "planted";
  const flips = planted ? 100 * Math.exp(-Math.sqrt(n)) : density * 0.1 * n;
  return {
    status: "ok",
    kind,
    n,
    selfCoupling,
    tried: 12,
    samples: 10,
    allowedFlips: estimate(flips),
    expectedFlips: planted ? flips : null,
    isolated: planted ? 9 : 0,
    walks: 10,
    walk: [0, 1, 10, 100].map((step) => ({
      step,
      distance: estimate(density * 0.05 * Math.log1p(step)),
      allowedFlips: estimate(flips),
    })),
    stabilities: linear(0.1, 4.9, 25).map((stability) => ({
      stability,
      density: estimate(Math.exp(-0.5 * (stability - 1) ** 2)),
      expected: planted ? Math.exp(-0.5 * (stability - 1) ** 2) : null,
    })),
    localEntropy: logarithmic(0.01, 0.5, 8).map((distance) => ({
      distance,
      samples: 10,
      converged: 10,
      entropy: estimate(0.3 * (2 * distance) ** (1 - 0.5 * density)),
      innerOverlap: estimate((1 - 2 * distance) ** 2),
    })),
  };
}

/** The same without walks and local entropies. */
const plain = (kind: ReferenceKind, n: number): SurroundingsRow => ({
  ...row(kind, n),
  walks: 0,
  walk: [],
  localEntropy: [],
});

const main = (["focusing", "dynamics", "planted"] as const).map((kind) => row(kind, 200));
const others = [plain("focusing", 800), plain("planted", 800), plain("planted", 20), plain("enumerated", 20)];
const rows: SurroundingsRow[] = [...others, ...main, row("planted", 200, 0.1)];
const figure = surroundingsFigure(rows, curveRows, franzParisiRows);

const traces = (drawn: Figure): ScatterTrace[] => drawn.data.filter((trace) => trace.type === "scatter");
const named = (drawn: Figure, panel: string, name: string): ScatterTrace | undefined =>
  traces(drawn).find((trace) => (trace.xaxis ?? "x") === `x${panel}` && trace.name === name);

/** Paths of values that JSON cannot hold. */
function undrawable(value: unknown, path = ""): string[] {
  if (value === undefined) return [path];
  if (typeof value === "number") return Number.isFinite(value) ? [] : [path];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => undrawable(inner, `${path}.${key}`));
}

describe("the figure", () => {
  test("has texts, tables and axes, and nothing that JSON cannot hold", () => {
    expect(figure.caption).toMatch(/\(P8\).*\(P14\).*\(P6'\) over \(P3\)/);
    expect(figure.caption).toContain("= 200");
    expect(undrawable(figure)).toEqual([]);
    for (const trace of traces(figure)) {
      expect(figure.layout).toHaveProperty((trace.xaxis ?? "x").replace("x", "xaxis"));
      expect(figure.layout).toHaveProperty((trace.yaxis ?? "y").replace("y", "yaxis"));
      expect(trace.y.length).toBe(trace.x.length);
    }
    for (const { columns, rows: cells } of figure.tables) {
      expect(cells.length).toBeGreaterThan(0);
      for (const line of cells) expect(line.length).toBe(columns.length);
    }
    const names = figure.tables.map((table) => table.name);
    expect(new Set(names).size).toBe(names.length);
  });

  test("explains every style once, in styles that differ", () => {
    const shown = traces(figure).filter((trace) => trace.showlegend !== false);
    expect(shown.map((trace) => trace.name).sort()).toEqual([
      "densest, <i>S</i>* (P14)",
      "found by focusing",
      "reached by dynamics",
      "typical (enumerated)",
      "typical (planted)",
      "typical, theory",
    ]);
    const styles = shown.map(({ mode, line, marker }) => JSON.stringify([mode, line?.dash, marker?.symbol]));
    expect(new Set(styles).size).toBe(styles.length);
  });

  test("takes the J_D with most rows, and the size that is known in detail", () => {
    const around = named(figure, "", "found by focusing")!;
    expect(around.x).toEqual(main[0]!.localEntropy.map(({ distance }) => distance));
    expect(around.y).toEqual(main[0]!.localEntropy.map(({ entropy }) => entropy!.mean));
    expect(named(figure, "2", "typical (planted)")!.x).toEqual([20, 200, 800]);
    expect(named(figure, "", "typical (planted)")!.mode).toBe("markers");
  });

  test("draws S* where the mutual overlap of surrounding states is the square of their overlap with the centre", () => {
    const bound = named(figure, "", "densest, <i>S</i>* (P14)")!;
    const densest = curveRows.filter((each) => each.selfCoupling === 0.5);
    expect(bound.y).toEqual(densest.map((each) => each.localEntropy));
    bound.x.forEach((distance, k) => {
      expect(2 * distance! * (1 - distance!)).toBeCloseTo(densest[k]!.distance, 12);
    });
  });

  test("walks are drawn in steps per neuron without the start, stabilities with their law", () => {
    expect(named(figure, "3", "found by focusing")!.x).toEqual([1 / 200, 10 / 200, 100 / 200]);
    expect(named(figure, "4", "typical, theory")!.y).toEqual(main[2]!.stabilities.map((bin) => bin.expected));
  });
});

describe("what is missing", () => {
  test("no rows: says so", () => {
    const blank = surroundingsFigure([]);
    expect(blank.data).toEqual([]);
    expect(blank.layout.annotations![0]!.text).toMatch(/no data/i);
    const failed = {
      ...row("dynamics", 200),
      status: "no-solution" as const,
      samples: 0,
      allowedFlips: null,
    };
    expect(surroundingsFigure([failed]).data).toEqual([]);
  });

  test("without theory typical points are joined by lines, and nothing else changes", () => {
    const alone = surroundingsFigure(rows);
    expect(named(alone, "", "typical, theory")).toBeUndefined();
    expect(named(alone, "", "typical (planted)")!.mode).toBe("lines+markers");
    expect(undrawable(alone)).toEqual([]);
  });

  test("no allowed flip at all has no place on a logarithmic axis; error bars end above its lower end", () => {
    const none = { ...plain("dynamics", 800), allowedFlips: estimate(0) };
    const rare = { ...plain("dynamics", 400), allowedFlips: { mean: 0.01, standardError: 0.01 } };
    const drawn = named(surroundingsFigure([...rows, none, rare]), "2", "reached by dynamics")!;
    expect(drawn.x).toEqual([200, 400]);
    expect(drawn.y[1]! - drawn.error_y!.arrayminus![1]!).toBeGreaterThan(0);
  });

  test("distances at which nothing converged break the line", () => {
    const localEntropy = main[0]!.localEntropy.map((point, k) =>
      k === 0 ? { ...point, converged: 0, entropy: null, innerOverlap: null } : point,
    );
    const drawn = surroundingsFigure([{ ...main[0]!, localEntropy }], [{ ...curveRows[0]!, ...unsolved }]);
    expect(named(drawn, "", "found by focusing")!.y[0]).toBeNull();
    expect(undrawable(drawn)).toEqual([]);
  });
});

test("rows of any status with any missing part never give NaN, undefined or an exception", () => {
  const value = fc.double({ min: 0, max: 3, noNaN: true });
  const error = fc.option(value, { nil: null });
  const some: fc.Arbitrary<Estimate> = fc.record({ mean: value, standardError: error });
  const maybe = fc.option(some, { nil: null });
  const arbitrary: fc.Arbitrary<SurroundingsRow> = fc.record({
    status: fc.constantFrom<RowStatus>("ok", "no-solution", "not-converged", "unstarted"),
    kind: fc.constantFrom<ReferenceKind>("focusing", "dynamics", "planted", "enumerated"),
    n: fc.constantFrom(10, 100),
    selfCoupling: fc.constantFrom(0, 0.5),
    tried: fc.nat(9),
    samples: fc.nat(9),
    allowedFlips: maybe,
    expectedFlips: error,
    isolated: fc.nat(9),
    walks: fc.nat(9),
    walk: fc.array(fc.record({ step: fc.nat(99), distance: some, allowedFlips: some }), { maxLength: 3 }),
    stabilities: fc.array(fc.record({ stability: value, density: some, expected: error }), { maxLength: 3 }),
    localEntropy: fc.array(
      fc.record({
        distance: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        samples: fc.nat(9),
        converged: fc.nat(9),
        entropy: maybe,
        innerOverlap: maybe,
      }),
      { maxLength: 3 },
    ),
  });
  fc.assert(
    fc.property(fc.array(arbitrary, { maxLength: 6 }), (all) => {
      expect(undrawable(surroundingsFigure(all, curveRows.slice(0, 3), franzParisiRows.slice(0, 3)))).toEqual(
        [],
      );
    }),
    { numRuns: 200 },
  );
});
