/** @file Figures of trained networks that are looked at: what is drawn, what is left out, what a legend says. */
import { describe, expect, test } from "vitest";
import type { EquilibrationMeans } from "../../../sim/experiments/equilibration-rows.ts";
import type { RepresentationMeans } from "../../../sim/experiments/representations.ts";
import type { Estimate } from "../../../sim/experiments/rows.ts";
import type { ShiftMeans } from "../../../sim/experiments/shift.ts";
import { equilibrationFigure } from "../../../sim/figures/equilibration.ts";
import { representationsFigure } from "../../../sim/figures/representations.ts";
import { shiftFigure } from "../../../sim/figures/shift.ts";
import type { Figure, HeatmapTrace, ScatterTrace } from "../../../sim/figures/types.ts";

const estimate = (mean: number): Estimate => ({ mean, standardError: 0.1 * mean });

function representation(layers: number, layer: number, epoch: number): RepresentationMeans {
  const within = 0.3 + 0.05 * epoch;
  const diagonal = (a: number, b: number): number => (a === b ? within : 0.1 - 0.02 * layer);
  return {
    status: "ok",
    hidden: 200,
    layers,
    feedbackStrength: 5,
    layer,
    epoch,
    runs: 3,
    within: estimate(within),
    between: estimate(0.1 - 0.02 * layer),
    clampedFreeDistance: estimate(0.1 / (1 + epoch)),
    inputWithin: estimate(0.34),
    inputBetween: estimate(0.24),
    matrix: Array.from({ length: 10 }, (_, a) => Array.from({ length: 10 }, (_, b) => diagonal(a, b))),
  };
}

function equilibration(
  kind: string,
  feedbackStrength: number,
  sweeps: readonly number[],
): EquilibrationMeans {
  const reference = kind === "right target" || kind === "no target" ? null : "no target";
  return {
    status: "ok",
    hidden: 200,
    feedbackStrength,
    kind,
    reference,
    runs: 2,
    sweeps,
    mean: estimate(3),
    auc: reference === null ? null : { mean: 0.7125, standardError: 0.0123 },
    marginAuc: reference === null ? null : estimate(0.6),
    rocFalse: reference === null ? [] : [0, 0.25, 1],
    rocTrue: reference === null ? [] : [0, 0.75, 1],
  };
}

const shift = (method: ShiftMeans["method"], trainingFlips: number, flipProbability: number): ShiftMeans => ({
  status: "ok",
  method,
  hidden: 200,
  trainingFlips,
  flipProbability,
  runs: 3,
  accuracy: estimate(0.8 - flipProbability),
});

const representations = representationsFigure(
  [4, 0, 1].flatMap((epoch) => [
    representation(1, 0, epoch),
    representation(2, 0, epoch),
    representation(2, 1, epoch),
  ]),
);
const rests = equilibrationFigure(
  [0.5, 5, 2].flatMap((feedback) => [
    equilibration("right target", feedback, [0, 3, 1, 0]),
    equilibration("no target", feedback, [1, 2, 1, 0]),
    equilibration("uniform noise", feedback, [0, 1, 1, 2]),
  ]),
);
const shifts = shiftFigure(
  [0.2, 0, 0.1].flatMap((flips) => [
    shift("rule", 0, flips),
    shift("rule", 0.1, flips),
    shift("reservoir", 0, flips),
  ]),
);

const scatter = (figure: Figure): ScatterTrace[] => figure.data.filter((trace) => trace.type === "scatter");
const heatmap = (figure: Figure): HeatmapTrace => figure.data.find((trace) => trace.type === "heatmap")!;

/** Paths of values that JSON cannot hold. */
function undrawable(value: unknown, path = ""): string[] {
  if (value === undefined) return [path];
  if (typeof value === "number") return Number.isFinite(value) ? [] : [path];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => undrawable(inner, `${path}.${key}`));
}

describe.each([
  ["representations", representations],
  ["equilibration", rests],
  ["shift", shifts],
])("figure %s", (name, figure) => {
  test("has texts, axes and tables, and nothing that JSON cannot hold", () => {
    expect(figure.name).toBe(name);
    expect(figure.caption).toContain("Entangled MNIST");
    expect(undrawable(figure)).toEqual([]);
    for (const trace of scatter(figure)) {
      expect(figure.layout).toHaveProperty((trace.xaxis ?? "x").replace("x", "xaxis"));
      expect(figure.layout).toHaveProperty((trace.yaxis ?? "y").replace("y", "yaxis"));
      expect(figure.layout).toHaveProperty(trace.legend ?? "legend");
      expect(trace.y.length).toBe(trace.x.length);
    }
    for (const { columns, rows } of figure.tables) {
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row.length).toBe(columns.length);
    }
    expect(figure.tables[0]!.name).toBe(name);
  });

  test("explains no curve twice in a legend", () => {
    const shown = scatter(figure).filter(({ showlegend }) => showlegend !== false);
    const entries = shown.map((trace) => `${trace.legend ?? ""} ${trace.name}`);
    expect(new Set(entries).size).toBe(entries.length);
  });
});

describe("representations", () => {
  test("heat maps: both layers of the deeper network, first and last epoch, on one scale with one bar", () => {
    const maps = representations.data.filter((trace): trace is HeatmapTrace => trace.type === "heatmap");
    expect(maps.map(({ x, y, z }) => [x.length, y.length, z.length])).toEqual(Array(4).fill([10, 10, 10]));
    expect(maps.map(({ z }) => z[3]![3])).toEqual([0.3, 0.5, 0.3, 0.5]);
    expect(maps.map(({ z }) => z[3]![4])).toEqual([0.1, 0.1, 0.08, 0.08]);
    expect(maps.map(({ zmin, zmax }) => [zmin, zmax])).toEqual(Array(4).fill([0, 0.5]));
    expect(maps.map(({ showscale }) => showscale)).toEqual([false, false, false, true]);
  });

  test("curves ascend in epochs; a distance of zero is left out of the logarithmic panel", () => {
    const [within] = scatter(representations).filter(({ yaxis, legendgroup }) => {
      return yaxis === "y2" && legendgroup!.startsWith("1 layer");
    });
    expect(within!.x).toEqual([0, 1, 4]);
    within!.y.forEach((value, k) => {
      expect(value).toBeCloseTo([0.3, 0.35, 0.5][k]!, 12);
    });
    const still = { ...representation(1, 0, 4), clampedFreeDistance: estimate(0) };
    const figure = representationsFigure([representation(1, 0, 0), still]);
    expect(scatter(figure).find(({ yaxis }) => yaxis === "y3")!.y).toEqual([0.1, null]);
    expect(
      heatmap(figure)
        .z[0]!.slice(24)
        .every((value) => value === null),
    ).toBe(true);
  });
});

describe("equilibration", () => {
  test("weakest and strongest feedback; distributions are steps that end at the share at rest", () => {
    const noise = scatter(rests).filter(({ name, legend }) => name === "uniform noise" && !legend);
    expect(noise.map(({ xaxis }) => xaxis)).toEqual(["x", "x3"]);
    expect(noise[0]!.x).toEqual([1, 2, 2, 3, 3, 4]);
    expect(noise[0]!.y).toEqual([0, 0, 0.25, 0.25, 0.5, 0.5]);
    expect(JSON.stringify(rests.layout)).not.toContain("= 2");
  });

  test("legends of ROC curves name area and standard error", () => {
    const named = scatter(rests).filter(({ legend }) => legend !== undefined);
    expect(named.map(({ name, legend }) => [name, legend])).toEqual([
      ["uniform noise: 0.713 ± 0.012", "legend2"],
      ["uniform noise: 0.713 ± 0.012", "legend3"],
    ]);
    expect(named[0]!.y).toEqual([0, 0.75, 1]);
  });
});

test("equilibration: an area of one run without a standard error stands alone", () => {
  const figure = equilibrationFigure([
    equilibration("no target", 5, [1, 2, 1, 0]),
    { ...equilibration("uniform noise", 5, [0, 1, 1, 2]), auc: { mean: 0.7125, standardError: null } },
  ]);
  const names = scatter(figure).filter(({ legend }) => legend !== undefined);
  expect(names.map(({ name }) => name)).toEqual(["uniform noise: 0.713"]);
});

test("shift: one curve a method and training, noise ascending, error bars of one standard error", () => {
  expect(scatter(shifts).map(({ name }) => name)).toEqual([
    "learning rule",
    "learning rule, trained with 10 %",
    "reservoir",
  ]);
  const [rule] = scatter(shifts);
  expect(rule!.x).toEqual([0, 0.1, 0.2]);
  rule!.error_y!.array.forEach((error, k) => {
    expect(error).toBeCloseTo(0.1 * (0.8 - 0.1 * k), 12);
  });
});

test("without a run each figure says that there is nothing to draw", () => {
  const unstarted = { status: "unstarted", runs: 0 } as const;
  const empty = [
    representationsFigure([
      { ...representation(1, 0, 0), ...unstarted, within: null, between: null, matrix: null },
    ]),
    equilibrationFigure([{ ...equilibration("no target", 5, []), ...unstarted, mean: null }]),
    shiftFigure([{ ...shift("rule", 0, 0), ...unstarted, accuracy: null }]),
  ];
  for (const figure of [...empty, representationsFigure([]), equilibrationFigure([]), shiftFigure([])]) {
    expect(figure.data).toEqual([]);
    expect(JSON.stringify(figure.layout)).toContain("No data");
  }
});
