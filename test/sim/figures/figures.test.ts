/** @file The figures as pure functions: what is drawn, what is left out, and that nothing undrawable gets through. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FranzParisiRow, LocalEntropyRow, RowStatus } from "../../../sim/experiments/rows.ts";
import {
  accessibilityFigure,
  complexityFigure,
  entropyFigure,
  focusingFigure,
  localEntropyFigure,
  phaseDiagramFigure,
  reachFigure,
  typicalFigure,
} from "../../../sim/figures/index.ts";
import type { Figure, Trace } from "../../../sim/figures/index.ts";
import type { HeatmapTrace, ScatterTrace } from "../../../sim/figures/types.ts";
import * as fixtures from "./fixtures.ts";

const figures: Record<string, Figure> = fixtures.allFigures();

/** Paths of values that JSON cannot hold. */
function undrawable(value: unknown, path = ""): string[] {
  if (value === undefined) return [path];
  if (typeof value === "number") return Number.isFinite(value) ? [] : [path];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => undrawable(inner, `${path}.${key}`));
}

const scatter = (figure: Figure): ScatterTrace[] => figure.data.filter((trace) => trace.type === "scatter");
const named = (figure: Figure, name: string): ScatterTrace =>
  scatter(figure).find((trace) => trace.name === name)!;
const layoutKey = (reference: string): string => `${reference.slice(0, 1)}axis${reference.slice(1)}`;

describe.each(Object.entries(figures))("figure %s", (name, figure) => {
  test("has texts, tables and data without NaN or undefined", () => {
    expect(figure.name).toBe(name);
    expect(figure.caption).toMatch(/\(P\d+\)/);
    expect(figure.data.length).toBeGreaterThan(0);
    expect(undrawable(figure)).toEqual([]);
    for (const { columns, rows } of figure.tables)
      for (const row of rows) expect(row.length).toBe(columns.length);
  });

  test("refers only to axes and legends that its layout has", () => {
    const used = (trace: Trace): (string | undefined)[] => [
      trace.legend,
      layoutKey(trace.xaxis ?? "x"),
      layoutKey(trace.yaxis ?? "y"),
    ];
    const references = figure.data.flatMap(used).filter((key) => key !== undefined);
    for (const reference of references) expect(figure.layout).toHaveProperty(reference);
  });

  test("has coordinates of equal length", () => {
    for (const trace of scatter(figure)) {
      expect(trace.y.length).toBe(trace.x.length);
      if (trace.error_y) expect(trace.error_y.array.length).toBe(trace.x.length);
    }
  });

  test("tells curves of one legend apart in grey: no two entries share dash, symbol and colour", () => {
    const shown = scatter(figure).filter((trace) => trace.showlegend !== false);
    const styles = shown.map(({ legend, line, marker }) =>
      JSON.stringify([legend, line?.color, line?.dash, marker?.symbol]),
    );
    expect(new Set(styles).size).toBe(styles.length);
  });
});

describe("no rows", () => {
  const blank: Figure[] = [
    entropyFigure([]),
    localEntropyFigure([]),
    phaseDiagramFigure([]),
    typicalFigure([], []),
    complexityFigure([]),
    accessibilityFigure([]),
    focusingFigure([]),
    reachFigure([]),
  ];
  test.each(blank.map((figure) => [figure.name, figure] as const))(
    "figure %s says that it has no data",
    (_, figure) => {
      expect(figure.data).toEqual([]);
      expect(figure.layout.annotations![0]!.text).toMatch(/no data/i);
      expect(undrawable(figure)).toEqual([]);
    },
  );
});

describe("entropy figure", () => {
  const figure = figures.entropy!;

  test("draws the closed form, the solved saddle and log(mean)/N with its error", () => {
    expect(named(figure, "closed form (P2)").y).toEqual(fixtures.entropyRows.map((row) => row.annealed));
    expect(named(figure, "RS saddle (P4)").y).toEqual(fixtures.entropyRows.map((row) => row.rs!.entropy));
    const [row] = fixtures.entropyCheckRows;
    const points = scatter(figure).find((trace) => trace.name === `enumeration, <i>N</i> = ${row!.n}`)!;
    const [mean, error] = [row!.meanCount!, row!.standardError!];
    expect(points.y[0]).toBeCloseTo(Math.log(mean) / row!.n, 14);
    expect(points.y[0]! + points.error_y!.array[0]!).toBeCloseTo(Math.log(mean + error) / row!.n, 14);
    expect(points.y[0]! - points.error_y!.arrayminus![0]!).toBeCloseTo(Math.log(mean - error) / row!.n, 14);
  });

  test("leaves out unsolved saddles, runs without samples and means of zero, but keeps the z-score of the latter", () => {
    const [first, second] = fixtures.entropyRows;
    const check = { ...fixtures.entropyCheckRows[0]!, zScore: -2 };
    const drawn = entropyFigure(
      [first!, { ...second!, status: "not-converged", rs: null }],
      [
        { ...check, meanCount: 0 },
        { ...check, n: 12, status: "unstarted", meanCount: null, standardError: null, zScore: null },
      ],
    );
    expect(named(drawn, "RS saddle (P4)").x).toEqual([first!.selfCoupling]);
    expect(named(drawn, `enumeration, <i>N</i> = ${check.n}`).x).toEqual([]);
    expect(scatter(drawn).find((trace) => trace.yaxis === "y2")!.y).toEqual([-2]);
    expect(named(drawn, "enumeration, <i>N</i> = 12")).toBeUndefined();
  });
});

describe("local-entropy figures", () => {
  const rows: LocalEntropyRow[] = fixtures.curveRows.filter((row) => row.selfCoupling === 0.1);
  const broken = rows.map((row, k) => (k === 7 ? { ...row, ...fixtures.unsolved } : row));

  test("a row without a solution breaks its line and is never a zero", () => {
    const [line] = scatter(localEntropyFigure([...broken].reverse()));
    expect(line!.y[7]).toBeNull();
    expect(line!.y.filter((value) => value === null)).toHaveLength(1);
    expect(line!.x).toEqual(rows.map((row) => row.distance));
  });

  test("the gap below zero is shaded in both panels", () => {
    const bands = figures["local-entropy"]!.layout.shapes!.filter((shape) => shape.type === "rect");
    expect(bands.map((band) => band.yref)).toEqual(["y", "y2"]);
    for (const band of bands) expect(band.y1).toBe(0);
  });

  test("the map is blank where there is no solution, and the colour jumps at zero", () => {
    const map = figures["phase-diagram"]!.data.find(
      (trace): trace is HeatmapTrace => trace.type === "heatmap",
    )!;
    const unsolved = fixtures.diagramRows.filter((row) => row.localEntropy === null).length;
    expect(map.z.flat().filter((value) => value === null)).toHaveLength(unsolved);
    const zero = -map.zmin / (map.zmax - map.zmin);
    expect(map.colorscale.filter(([position]) => Math.abs(position - zero) < 1e-12)).toHaveLength(2);
    const positions = map.colorscale.map(([position]) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect([positions[0], positions.at(-1)]).toEqual([0, 1]);
  });

  test("the thresholds are marked where they are", () => {
    const marks = scatter(figures["phase-diagram"]!).filter(
      (trace) => trace.mode === "markers" && trace.x[0] !== null,
    );
    const { gapClosing, monotone } = fixtures.thresholds;
    expect(marks.map(({ x, y }) => [x[0], y[0]])).toEqual(
      [gapClosing!, monotone!].map((point) => [point.selfCoupling, point.distance]),
    );
  });

  test("circles at zero complexity stand at (y*, 0), (y*, S*) and (S*, 0)", () => {
    const densest = fixtures.complexityEnds[0]!;
    const marks = scatter(figures.complexity!)
      .filter((trace) => trace.mode === "markers")
      .slice(0, 3);
    expect(marks.map(({ x, y }) => [x[0], y[0]])).toEqual([
      [densest.y, 0],
      [densest.y, densest.localEntropy],
      [densest.localEntropy, 0],
    ]);
  });
});

describe("typical figure", () => {
  test("keeps the annealed bound where the quenched saddle has no solution", () => {
    const rows: FranzParisiRow[] = fixtures.franzParisiRows.map((row, k) =>
      k === 0 ? { ...row, status: "no-solution", quenched: null, innerOverlap: null } : row,
    );
    const [, annealed, quenched] = scatter(typicalFigure(rows, fixtures.curveRows));
    expect(annealed!.y[0]).toBe(rows[0]!.annealed);
    expect(quenched!.y[0]).toBeNull();
  });
});

describe("accessibility figure", () => {
  const figure = figures.accessibility!;

  test("draws fractions at the largest budget with the intervals of the rows", () => {
    const points = named(figure, "<i>N</i> = 200");
    const rows = fixtures.accessibilityRows.filter(
      (row) => row.n === 200 && row.budget === Math.max(...fixtures.budgets),
    );
    expect(points.y).toEqual(rows.map((row) => row.converged / row.samples));
    points.y.forEach((value, k) => {
      const [up, down] = [points.error_y!.array[k]!, points.error_y!.arrayminus![k]!];
      expect(value! + up).toBeCloseTo(rows[k]!.convergedInterval!.high, 12);
      expect(value! - down).toBeCloseTo(rows[k]!.convergedInterval!.low, 12);
    });
  });

  test("fit lines pass through one half at J_a, and extrapolations through their limit at N = infinity", () => {
    const fit = fixtures.accessThresholdRows.find(
      (row) => row.n === 200 && row.budget === Math.max(...fixtures.budgets),
    )!;
    const line = scatter(figure).find((trace) => trace.mode === "lines" && trace.legendgroup === "N200")!;
    const k = line.x.findIndex((x) => x! > fit.selfCoupling!);
    expect(line.y[k - 1]).toBeLessThanOrEqual(0.5);
    expect(line.y[k]).toBeGreaterThan(0.5);
    const limit = fixtures.extrapolationRows.find(
      (row) => row.form === "N^(-1/2)" && row.budget === fit.budget,
    )!;
    const curve = named(figure, "<i>N</i><sup>−1/2</sup>");
    expect([curve.x[0], curve.y[0]]).toEqual([0, limit.selfCoupling]);
    const t = curve.x[40]!;
    expect(curve.y[40]).toBeCloseTo(limit.selfCoupling! + limit.slope! * Math.exp(1 / t) ** -0.5, 12);
  });

  test("works without thresholds, fits and medians", () => {
    const rows = fixtures.accessibilityRows.map((row) => ({ ...row, medianSweeps: null, converged: 0 }));
    expect(undrawable(accessibilityFigure(rows))).toEqual([]);
  });
});

test("rows of any status with any missing value never give NaN, undefined or an exception", () => {
  const number = fc.option(fc.double({ min: -1, max: 1, noNaN: true }), { nil: null });
  const row: fc.Arbitrary<LocalEntropyRow> = fc.record({
    status: fc.constantFrom<RowStatus>("ok", "no-solution", "not-converged", "unstarted"),
    selfCoupling: fc.constantFrom(0, 0.1, 0.2),
    distance: fc.constantFrom(0.001, 0.01, 0.1, 0.4),
    overlap: fc.constant(0.5),
    y: fc.option(fc.double({ min: 1, max: 5000, noNaN: true }), { nil: null }),
    qhat: number,
    phi: number,
    localEntropy: number,
    complexity: number,
    residual: number,
    error: number,
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
      const typical = rows.map((each): FranzParisiRow => ({
        ...each,
        annealed: each.phi,
        quenched: each.localEntropy,
        innerOverlap: null,
      }));
      const drawn = [
        localEntropyFigure(rows),
        phaseDiagramFigure(rows, fixtures.thresholds),
        complexityFigure(rows, rows),
        typicalFigure(typical, rows),
      ];
      for (const figure of drawn) expect(undrawable(figure)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
