/** @file The figures of focusing belief propagation: what is drawn where, and what is left out. */
import { describe, expect, test } from "vitest";
import type { FocusingRow } from "../../../sim/experiments/rows.ts";
import { focusingFigure, reachFigure } from "../../../sim/figures/index.ts";
import type { Figure } from "../../../sim/figures/index.ts";
import type { ScatterTrace } from "../../../sim/figures/types.ts";
import { accessThresholdRows, budgets, extrapolationRows, thresholds } from "./fixtures.ts";
import {
  focusingExtrapolationRows,
  focusingRows,
  focusingThresholdRows,
  protocols,
} from "./focusing-fixtures.ts";

const scatter = (figure: Figure): ScatterTrace[] => figure.data.filter((trace) => trace.type === "scatter");
const at = (figure: Figure, xaxis: string): ScatterTrace[] =>
  scatter(figure).filter((trace) => (trace.xaxis ?? "x") === xaxis);

describe("focusing figure", () => {
  const figure = focusingFigure(focusingRows, focusingThresholdRows, thresholds);

  test("one column a protocol: fractions above, medians below, the fit through one half at J_fBP", () => {
    for (const [k, protocol] of protocols.entries()) {
      const upper = at(figure, k === 0 ? "x" : "x2").filter((trace) => trace.legendgroup === "N400");
      const rows = focusingRows.filter((row) => row.protocol === protocol && row.n === 400);
      const points = upper.find((trace) => trace.mode === "markers")!;
      expect(points.x).toEqual(rows.map((row) => row.selfCoupling));
      expect(points.y).toEqual(rows.map((row) => row.solved / row.samples));
      const line = upper.find((trace) => trace.mode === "lines")!;
      const fit = focusingThresholdRows.find((row) => row.protocol === protocol && row.n === 400)!;
      const crossing = line.x.findIndex((x) => x! > fit.selfCoupling!);
      expect(line.y[crossing - 1]).toBeLessThanOrEqual(0.5);
      expect(line.y[crossing]).toBeGreaterThan(0.5);
      const [lower] = at(figure, `x${3 + k}`).filter((trace) => trace.legendgroup === "N400");
      expect(lower!.y).toEqual(rows.map((row) => row.medianIterations));
    }
  });

  test("J_gap and J_mono cross every panel", () => {
    const places = figure.layout.shapes!.map(({ xref, x0 }) => [xref, x0]);
    const marks = [thresholds.gapClosing!.selfCoupling, thresholds.monotone!.selfCoupling];
    expect(places).toHaveLength(8);
    for (const xref of ["x", "x2", "x3", "x4"])
      for (const mark of marks) expect(places).toContainEqual([xref, mark]);
  });

  test("each size stands in the legend once, whatever the number of protocols", () => {
    const names = (drawn: Figure) =>
      scatter(drawn).filter((trace) => trace.showlegend !== false && trace.legend === undefined);
    expect(names(figure).map(({ name }) => name)).toEqual(
      [100, 200, 400, 800, 1600].map((n) => `<i>N</i> = ${n}`),
    );
    const alone = focusingFigure(focusingRows.filter(({ protocol }) => protocol === protocols[1]));
    expect(names(alone)).toHaveLength(5);
    expect(alone.layout).toHaveProperty("xaxis2");
    expect(alone.layout).not.toHaveProperty("xaxis3");
  });

  test("rows that did not run are left out, all-failed rows are drawn at zero", () => {
    const [first, second, ...rest] = focusingRows.filter(
      (row) => row.n === 100 && row.protocol === "scoping",
    );
    const changed: FocusingRow[] = [
      { ...first!, status: "unstarted", samples: 0, solved: 0, medianIterations: null },
      { ...second!, solved: 0, medianIterations: null },
      ...rest,
    ];
    const points = at(focusingFigure(changed), "x").find((trace) => trace.mode === "markers")!;
    expect(points.x[0]).toBe(second!.selfCoupling);
    expect(points.y[0]).toBe(0);
  });
});

describe("reach figure", () => {
  const figure = reachFigure(
    focusingThresholdRows,
    focusingExtrapolationRows,
    accessThresholdRows,
    extrapolationRows,
    thresholds,
  );
  const points = (xaxis: string) =>
    at(figure, xaxis).filter((trace) => trace.mode === "markers" && trace.error_y?.arrayminus);

  test("thresholds stand at 1/log N and at 1/N with their intervals, dynamics at its largest budget", () => {
    const rows = focusingThresholdRows.filter(({ protocol }) => protocol === "scoping");
    const access = accessThresholdRows.filter(({ budget }) => budget === Math.max(...budgets));
    for (const [xaxis, xOf] of [
      ["x", (n: number) => 1 / Math.log(n)],
      ["x2", (n: number) => 1 / n],
    ] as const) {
      const [scoping, pseudo, dynamics] = points(xaxis);
      for (const [trace, own] of [
        [scoping!, rows],
        [dynamics!, access],
      ] as const) {
        own.forEach(({ n, selfCoupling, low, high }, k) => {
          expect(trace.x[k]).toBeCloseTo(xOf(n), 14);
          expect(trace.y[k]).toBe(selfCoupling);
          expect(trace.y[k]! + trace.error_y!.array[k]!).toBeCloseTo(high!, 14);
          expect(trace.y[k]! - trace.error_y!.arrayminus![k]!).toBeCloseTo(low!, 14);
        });
      }
      expect(pseudo!.x).toHaveLength(5);
    }
  });

  test("every fitted line passes from its limit at N = ∞ through J_∞ + slope·x(N)", () => {
    const lines = at(figure, "x2").filter((trace) => trace.mode === "lines");
    expect(lines).toHaveLength(9);
    const limit = focusingExtrapolationRows.find(
      (row) => row.protocol === "scoping" && row.form === "N^(-1/2)",
    )!;
    const line = lines[2]!;
    expect([line.x[0], line.y[0]]).toEqual([0, limit.selfCoupling]);
    const x = line.x[60]!;
    expect(line.y[60]).toBeCloseTo(limit.selfCoupling! + limit.slope! * Math.sqrt(x), 12);
  });

  test("the regions are named, as far as their borders are known", () => {
    const words = (drawn: Figure) =>
      drawn.layout.annotations!.map(({ text }) => text).filter((text) => !text.startsWith("("));
    expect(words(figure)).toEqual([
      "no dense clusters",
      "dense clusters exist",
      "focusing BP reaches them",
      "plain dynamics reaches them",
    ]);
    expect(words(reachFigure(focusingThresholdRows))).toEqual(["focusing BP reaches them"]);
    expect(words(reachFigure([], [], accessThresholdRows, [], thresholds))).toEqual([
      "no dense clusters",
      "dense clusters exist",
      "plain dynamics reaches them",
    ]);
  });

  test("fits without a threshold are left out; limits below zero have no place on the axis", () => {
    const [first, ...rest] = focusingThresholdRows.filter(({ protocol }) => protocol === "scoping");
    const failed = { ...first!, status: "no-solution", selfCoupling: null, low: null, high: null } as const;
    const negative = focusingExtrapolationRows.map((row) => ({ ...row, selfCoupling: -0.1, slope: 1 }));
    const drawn = reachFigure([failed, ...rest], negative);
    const trace = at(drawn, "x").find(({ error_y }) => error_y?.arrayminus)!;
    expect(trace.x).toHaveLength(4);
    for (const { y } of scatter(drawn)) for (const value of y) expect(value ?? 1).toBeGreaterThan(0);
    expect(reachFigure([failed]).data).toEqual([]);
  });
});
