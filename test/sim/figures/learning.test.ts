/** @file The figures of learning from synthetic rows: error bars, gaps, groups, and rows that are missing. */
import { describe, expect, test } from "vitest";
import type { LearningRow } from "../../../sim/experiments/learning-rows.ts";
import type { Figure, Trace } from "../../../sim/figures/index.ts";
import { learningAblationsFigure } from "../../../sim/figures/learning-ablations.ts";
import { learningCouplingFigure } from "../../../sim/figures/learning-coupling.ts";
import { learningSizeFigure } from "../../../sim/figures/learning-size.ts";
import type { ScatterTrace } from "../../../sim/figures/types.ts";
import { thresholds } from "./fixtures.ts";

const plain: LearningRow = {
  status: "ok",
  method: "rule",
  variant: "baseline",
  hidden: 100,
  layers: 1,
  selfCoupling: 0.5,
  layerCoupling: 0,
  trainSamples: 6000,
  seed: 1,
  epoch: 20,
  epochs: 20,
  trainAccuracy: 0.8,
  testAccuracy: 0.7,
  hiddenUpdates: 0.1,
  readoutUpdates: 0.5,
  meanSweeps: 3,
  settled: 0.9,
  symmetry: 0.05,
};

/** A run from seeds 1, 2, ..., with the given test accuracies; an epoch before the last is there to be passed over. */
const seeds = (run: Partial<LearningRow>, accuracies: readonly number[]): LearningRow[] =>
  accuracies.flatMap((testAccuracy, k) => {
    const last = { ...plain, ...run, seed: k + 1, testAccuracy, trainAccuracy: testAccuracy + 0.1 };
    return [{ ...last, epoch: 19, testAccuracy: 0.1 }, last];
  });

const scatter = (figure: Figure): ScatterTrace[] =>
  figure.data.filter((trace: Trace): trace is ScatterTrace => trace.type === "scatter");
const inPanel = (figure: Figure, yaxis: string) =>
  scatter(figure).filter((trace) => (trace.yaxis ?? "y") === yaxis && trace.hoverinfo !== "skip");
const named = (traces: readonly ScatterTrace[], name: string) =>
  traces.filter((trace) => trace.name === name);
const texts = (figure: Figure) => figure.layout.annotations!.map(({ text }) => text);

/** No hole anywhere that JSON would turn into something else. */
function expectPlain(figure: Figure): void {
  expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
  expect(JSON.stringify([figure.data, figure.layout, figure.caption])).not.toMatch(/NaN|Infinity|undefined/);
}

/** Mean 0.73; deviations −0.03, −0.01, 0.04; standard error √(0.0026/2/3). */
const three = [0.7, 0.72, 0.77];
const threeError = Math.sqrt(0.0026 / 6);

describe("accuracy against size", () => {
  const rows = [
    ...seeds({ hidden: 400 }, [0.8, 0.8, 0.8]),
    ...seeds({}, three),
    ...seeds({ method: "random-features", selfCoupling: 0, meanSweeps: null }, [0.65, 0.66, 0.7]),
    ...seeds({ method: "reservoir" }, [0.6, 0.62]),
    ...seeds({ method: "mlp", epochs: 20 }, [0.78, 0.78]),
    ...seeds({ method: "perceptron", hidden: 0, layers: 0 }, [0.75, 0.77]),
  ];
  const figure = learningSizeFigure(rows);

  test("means over seeds with hand-computed standard errors, ascending in H, of last epochs only", () => {
    const [training, testing] = named(inPanel(figure, "y"), "rule");
    expect(testing!.x).toEqual([100, 400]);
    expect(testing!.y[0]).toBeCloseTo(0.73, 14);
    expect(testing!.error_y!.array[0]).toBeCloseTo(threeError, 14);
    expect(testing!.error_y!.array[1]).toBeCloseTo(0, 14);
    expect(training!.y[0]).toBeCloseTo(0.83, 14);
    expect(training!.line!.dash).not.toBe("solid");
    expect(testing!.line!.dash).toBe("solid");
    expectPlain(figure);
  });

  test("gaps are taken seed by seed: 0.05, 0.06, 0.07 give 0.06 ± 0.01/√3; seeds without a partner are left out", () => {
    const gaps = inPanel(figure, "y2").filter(({ mode }) => mode === "lines+markers");
    expect(gaps.map(({ name, x }) => [name, x])).toEqual([
      ["random features", [100]],
      ["reservoir", [100]],
    ]);
    expect(gaps[0]!.y[0]).toBeCloseTo(0.06, 14);
    expect(gaps[0]!.error_y!.array[0]).toBeCloseTo(0.01 / Math.sqrt(3), 14);
    expect(gaps[1]!.y[0]).toBeCloseTo(0.1, 14);
  });

  test("published values stand as open symbols in both panels, the caption says for what", () => {
    const open = (yaxis: string) =>
      inPanel(figure, yaxis).filter(({ marker }) => String(marker?.symbol).endsWith("-open"));
    expect(open("y").map(({ x }) => x.length)).toEqual([5, 2, 2, 2]);
    expect(open("y2").map(({ y }) => y.map((value) => value!.toFixed(3)))).toEqual([
      ["0.165", "0.041"],
      ["0.175", "0.054"],
    ]);
    expect(figure.caption).toMatch(/published test accuracies, with 60,000 training images/);
    expect(figure.caption).toContain("6,000 training samples, 20 epochs, 2 to 3 seeds");
  });

  test("the perceptron is a line across at its mean", () => {
    const levels = figure.layout.shapes!.filter(({ yref }) => yref === "y").map(({ y0 }) => y0);
    expect(levels[0]).toBeCloseTo(0.76, 14);
    expect(levels[1]).toBeCloseTo(0.86, 14);
  });

  test("runs without a result, single seeds and missing methods break nothing", () => {
    const unstarted = { status: "unstarted", testAccuracy: null, trainAccuracy: null } as const;
    const cut = [
      ...seeds({}, [0.7]),
      { ...plain, ...unstarted, hidden: 400 },
      { ...plain, ...unstarted, method: "mlp" as const },
    ];
    const drawn = learningSizeFigure(cut);
    const [, testing] = named(inPanel(drawn, "y"), "rule");
    expect([testing!.x, testing!.y, testing!.error_y!.array]).toEqual([[100], [0.7], [0]]);
    expect(drawn.tables[1]!.rows.map(([status]) => status)).toEqual(["ok", "unstarted", "unstarted"]);
    expectPlain(drawn);
    for (const few of [[], seeds({ method: "perceptron", hidden: 0 }, [0.7])]) {
      expect(learningSizeFigure(few).data).toEqual([]);
    }
  });

  test("the table holds means and standard errors, null where one seed gives none", () => {
    const [table] = figure.tables;
    const cell = (row: number, column: string) => table!.rows[row]![table!.columns.indexOf(column)];
    expect(cell(1, "testAccuracyError")).toBeCloseTo(threeError, 14);
    expect(cell(1, "seeds")).toBe(3);
    const single = learningSizeFigure(seeds({}, [0.7])).tables[0]!;
    expect(single.rows[0]![single.columns.indexOf("testAccuracyError")]).toBeNull();
  });
});

describe("accuracy against self-coupling", () => {
  const variant = "self-coupling";
  const rows = [
    ...seeds({ variant, selfCoupling: 1 }, [0.75, 0.77]),
    ...seeds({ variant, selfCoupling: 0 }, three),
    ...seeds({ variant, selfCoupling: 0.1, settled: 0.6 }, [0.74, 0.76]),
    ...seeds({ variant, method: "reservoir", selfCoupling: 0.5 }, [0.7, 0.7]),
  ];
  const figure = learningCouplingFigure(rows, thresholds);

  test("zero has a place left of all others, apart from the line; four panels", () => {
    const [, testing] = named(inPanel(figure, "y"), "rule, <i>H</i> = 100");
    const [zero, gap, ...others] = testing!.x;
    expect(zero).toBeGreaterThan(0);
    expect(zero).toBeLessThan(Math.min(0.1, thresholds.gapClosing!.selfCoupling));
    expect([gap, testing!.y[1]]).toEqual([zero, null]);
    expect(others).toEqual([0.1, 1]);
    expect(testing!.error_y!.array[0]).toBeCloseTo(threeError, 14);
    const axis = figure.layout.xaxis as { tickvals: number[]; ticktext: string[] };
    expect(axis.ticktext[axis.tickvals.indexOf(zero!)]).toBe("0");
    for (const yaxis of ["y2", "y3", "y4"]) expect(inPanel(figure, yaxis)).toHaveLength(2);
    expect(inPanel(figure, "y3")[0]!.y[2]).toBeCloseTo(0.6, 14);
    expectPlain(figure);
  });

  test("J_gap and J_mono cross every panel, and are left out where they are not known", () => {
    const places = figure.layout.shapes!.map(({ x0 }) => x0);
    const marks = [thresholds.gapClosing!, thresholds.monotone!].map(({ selfCoupling }) => selfCoupling);
    expect(places).toEqual([...marks, ...marks, ...marks, ...marks]);
    expect(learningCouplingFigure(rows).layout.shapes).toEqual([]);
  });

  test("without rows, without zero, and with unstarted rows it still stands", () => {
    expect(learningCouplingFigure([]).data).toEqual([]);
    expect(learningCouplingFigure([{ ...plain, status: "unstarted", testAccuracy: null }]).data).toEqual([]);
    expectPlain(learningCouplingFigure(seeds({ selfCoupling: 0.5, symmetry: null }, [0.7])));
    expectPlain(learningCouplingFigure(seeds({ selfCoupling: 0 }, [0.7])));
  });
});

describe("ablations", () => {
  const rows = [
    ...seeds({}, three),
    ...seeds({ variant: "feedback: absent" }, [0.69, 0.7, 0.76]),
    ...seeds({ variant: "feedback: frozen" }, three),
    ...seeds({ variant: "initial J: symmetric", symmetry: 0.98 }, [0.71, 0.74, 0.8]),
    ...seeds(
      { variant: "input to both: J_D = 0, λ = 1", layers: 2, selfCoupling: 0, layerCoupling: 1 },
      three,
    ),
    ...seeds({ variant: "input to both: J_D = 0, λ = 0", layers: 2, selfCoupling: 0 }, [0.5, 0.6]),
    ...seeds(
      { variant: "input to first: J_D = 0, λ = 1", layers: 2, selfCoupling: 0, layerCoupling: 1 },
      [0.4],
    ),
  ];
  const figure = learningAblationsFigure(rows);

  test("a line for each case under its group, at its mean with its standard error", () => {
    const axis = figure.layout.yaxis as { ticktext: string[] };
    expect(axis.ticktext).toEqual([
      "<b>baseline</b>",
      "<b>feedback</b>",
      "absent",
      "frozen",
      "<b>initial J</b>",
      "symmetric",
    ]);
    const [dots] = inPanel(figure, "y");
    expect(dots!.y).toEqual([0, 2, 3, 5]);
    expect(dots!.x[0]).toBeCloseTo(0.73, 14);
    expect(dots!.error_x!.array[0]).toBeCloseTo(threeError, 14);
    expectPlain(figure);
  });

  test("differences from the baseline are paired by seed: −0.01, −0.02, −0.01 give −1.3 ± 0.3 %", () => {
    const words = texts(figure);
    expect(words).toContain("−1.3 ± 0.3");
    expect(words).toContain("+2.0 ± 0.6");
    expect(words.filter((text) => text === "0")).toHaveLength(1);
    expect(words).toContain("0.98");
  });

  test("the baseline is a line with its standard error as a band, in both panels", () => {
    const [band, line, level] = figure.layout.shapes!;
    expect([band!.x0, band!.x1].map((x) => x - 0.73)).toEqual([
      expect.closeTo(-threeError, 12),
      expect.closeTo(threeError, 12),
    ]);
    expect(line!.x0).toBeCloseTo(0.73, 14);
    expect(level!.y0).toBeCloseTo(0.73, 14);
  });

  test("two layers: accuracy against λ, a curve for each group and J_D", () => {
    const curves = inPanel(figure, "y2");
    expect(curves.map(({ name, x }) => [name, x])).toEqual([
      ["input to both, <i>J</i><sub>D</sub> = 0", [0, 1]],
      ["input to first, <i>J</i><sub>D</sub> = 0", [1]],
    ]);
    expect(curves[0]!.y[0]).toBeCloseTo(0.55, 14);
  });

  test("it stands without baseline, without two layers, with layers alone, and without rows", () => {
    const single = rows.filter(({ layers }) => layers === 1);
    const without = learningAblationsFigure(single.filter(({ variant }) => variant !== "baseline"));
    expect(without.layout.shapes).toEqual([]);
    expect(texts(without).some((text) => text.includes("±"))).toBe(false);
    for (const some of [single, rows.filter(({ layers }) => layers === 2)]) {
      expectPlain(learningAblationsFigure(some));
    }
    expect(learningAblationsFigure([]).data).toEqual([]);
  });
});
