/** @file The figure and the findings on batch sizes from synthetic rows: equal epochs, longer runs, raised rates. */
import { describe, expect, test } from "vitest";
import type { LearningBatchRow } from "../../../sim/experiments/learning-rows.ts";
import { learningBatchFindings } from "../../../sim/figures/findings/index.ts";
import { learningBatchFigure } from "../../../sim/figures/learning-batch.ts";
import type { Figure, ScatterTrace } from "../../../sim/figures/types.ts";

const plain: LearningBatchRow = {
  status: "ok",
  method: "rule",
  variant: "any",
  preset: "small",
  batchSize: 16,
  rateFactor: 1,
  comparedEpochs: 4,
  hidden: 300,
  layers: 1,
  selfCoupling: 0.5,
  layerCoupling: 0,
  trainSamples: 6000,
  seed: 1,
  epoch: 4,
  epochs: 4,
  trainAccuracy: 0.8,
  testAccuracy: 0.7,
  hiddenUpdates: 0.1,
  readoutUpdates: 0.5,
  meanSweeps: 3,
  settled: 0.9,
  symmetry: 0.05,
};

/** Deviations of the seeds 1, 2, 3 from the mean: sum zero, standard error √(2·0.01²/2/3). */
const deviations = [-0.01, 0, 0.01];
const deviationError = 0.01 / Math.sqrt(3);

/** Runs of three seeds with the accuracy `at` of each epoch; `turn` moves the deviations on, so that pairs differ. */
const runs = (
  changes: Partial<LearningBatchRow>,
  at: (epoch: number) => number,
  turn = 0,
): LearningBatchRow[] =>
  deviations.flatMap((_, k) => {
    const epochs = changes.epochs ?? plain.epochs;
    return Array.from({ length: epochs }, (__, before) => {
      const testAccuracy = at(before + 1) + deviations[(k + turn) % 3]!;
      return { ...plain, ...changes, epochs, seed: k + 1, epoch: before + 1, testAccuracy };
    });
  });

/** 0.6 + 0.02·epoch with B = 16; with B = 64 as much in twice as many epochs, or at once with the rates raised. */
const rows = [
  ...runs({ batchSize: 64, epochs: 8 }, (epoch) => 0.58 + 0.0125 * epoch, 1),
  ...runs({}, (epoch) => 0.6 + 0.02 * epoch),
  ...runs({ batchSize: 64, rateFactor: 2 }, (epoch) => 0.4 + 0.01 * epoch, 2),
];

const inPanel = (figure: Figure, yaxis: string): ScatterTrace[] =>
  figure.data.filter((trace): trace is ScatterTrace => trace.type === "scatter" && trace.yaxis === yaxis);

describe("the figure", () => {
  const figure = learningBatchFigure(rows);

  test("a curve for each batch size and choice of rates against the epochs, of means over seeds", () => {
    const curves = inPanel(figure, "y");
    expect(curves.map(({ name, x, line }) => [name, x.length, line!.dash === "solid"])).toEqual([
      ["<i>B</i> = 16", 4, true],
      ["<i>B</i> = 64", 8, true],
      ["<i>B</i> = 64", 4, false],
    ]);
    curves[0]!.y.forEach((value, k) => expect(value).toBeCloseTo(0.6 + 0.02 * (k + 1), 12));
    expect(curves[1]!.line!.color).toBe(curves[2]!.line!.color);
  });

  test("against B: after equal epochs, with raised rates, and after more epochs, with standard errors", () => {
    const found = new Map(inPanel(figure, "y2").map((trace) => [trace.name!, trace]));
    const expected = {
      "rates of the preset": [0.68, 0.63],
      "rates × √(<i>B</i>/16)": [0.68, 0.44],
      "epochs × √(<i>B</i>/16)": [0.68, 0.68],
    };
    expect([...found.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [name, values] of Object.entries(expected)) {
      const { x, y, error_y: bars } = found.get(name)!;
      expect(x).toEqual([16, 64]);
      values.forEach((value, k) => expect(y[k]).toBeCloseTo(value, 12));
      bars!.array.forEach((error) => expect(error).toBeCloseTo(deviationError, 12));
    }
  });

  test("the table has every run after equal epochs, longer ones also at their end, and differences seed by seed", () => {
    const [table] = figure.tables;
    const column = (name: string) => table!.rows.map((row) => row[table!.columns.indexOf(name)]);
    expect(column("batchSize")).toEqual([16, 64, 64, 64]);
    expect(column("rateFactor")).toEqual([1, 1, 1, 2]);
    expect(column("epoch")).toEqual([4, 4, 8, 4]);
    const differences = column("fromSmallestBatch") as (number | null)[];
    expect(differences[0]).toBeNull();
    [-0.05, 0, -0.24].forEach((value, k) => expect(differences[k + 1]).toBeCloseTo(value, 12));
    // Deviations turned by one place differ by 0.01, 0.01, −0.02: variance 0.0003, three seeds.
    expect(column("fromSmallestBatchError")[1]).toBeCloseTo(0.01, 12);
  });

  test("networks of two sizes stand in two rows of panels, each with the epochs that are compared", () => {
    const other = rows.map((row) => ({ ...row, preset: "large", hidden: 400, comparedEpochs: 3 }));
    const both = learningBatchFigure([...rows, ...other]);
    expect(inPanel(both, "y3")).toHaveLength(3);
    expect(inPanel(both, "y4")).toHaveLength(3);
    expect(both.layout.shapes!.map(({ xref, x0 }) => [xref, x0])).toEqual([
      ["x", 4],
      ["x3", 3],
    ]);
    const [upper, lower] = [both.layout.yaxis, both.layout.yaxis3].map((each) => each!.domain!);
    expect(lower![1]).toBeLessThan(upper![0]);
    expect(lower![0]).toBeCloseTo(0, 12);
    expect(both.caption).toContain("(c, d) Preset large, <i>H</i> = 400");
  });

  test("runs that stopped or never began leave no hole; without rows there is no figure", () => {
    const empty = { testAccuracy: null, trainAccuracy: null } as const;
    const cut = [
      ...rows.filter(({ batchSize, rateFactor }) => batchSize === 16 || rateFactor === 1),
      { ...plain, ...empty, status: "not-converged" as const, batchSize: 64, rateFactor: 2 },
      { ...plain, ...empty, status: "unstarted" as const, batchSize: 256 },
    ];
    const drawn = learningBatchFigure(cut);
    expect(JSON.parse(JSON.stringify(drawn))).toEqual(drawn);
    expect(JSON.stringify(drawn)).not.toMatch(/NaN|Infinity|undefined/);
    expect(inPanel(drawn, "y").map(({ name }) => name)).toEqual(["<i>B</i> = 16", "<i>B</i> = 64"]);
    const runsOf = drawn.tables.find(({ name }) => name === "runs")!;
    expect(runsOf.rows.map(([status]) => status)).toContain("not-converged");
    expect(learningBatchFigure([]).data).toEqual([]);
    expect(learningBatchFigure([{ ...plain, ...empty, status: "unstarted" }]).data).toEqual([]);
    expect(learningBatchFindings([])).toEqual([]);
  });
});

describe("the findings", () => {
  test("less with larger batches and with raised rates, as much after more epochs", () => {
    const found = learningBatchFindings(rows);
    // Differences have an error of one point: four of them are more than the two points that would tell.
    expect(found.map(({ verdict }) => verdict)).toEqual(["differs", "differs", "open", "differs"]);
    const values = found.map(({ measured }) => measured!.value);
    [-5, -24, 0, -19].forEach((value, k) => expect(values[k]).toBeCloseTo(value, 10));
    expect(found[0]!.claim).toContain("68.0 and 63.0 %");
    expect(found[0]!.claim).toContain("<i>B</i> = 16 and 64; the largest batch is 5.0 points behind");
  });

  test("the same rows turned around: equal epochs agree, more epochs and raised rates gain", () => {
    const close = (value: number, turn: number, k: number) => value + 1e-4 * ((k + turn) % 3);
    const narrow = (changes: Partial<LearningBatchRow>, at: (epoch: number) => number, turn: number) =>
      runs(changes, at).map((row) => ({ ...row, testAccuracy: close(at(row.epoch), turn, row.seed) }));
    const turned = [
      ...narrow({}, () => 0.7, 0),
      ...narrow({ batchSize: 64, epochs: 8 }, (epoch) => (epoch > 4 ? 0.75 : 0.7), 1),
      ...narrow({ batchSize: 64, rateFactor: 2 }, () => 0.72, 2),
    ];
    const found = learningBatchFindings(turned);
    expect(found.map(({ verdict }) => verdict)).toEqual(["agrees", "differs", "differs", "agrees"]);
    expect(found[3]!.claim).toContain("2.0 points ahead of");
  });
});
