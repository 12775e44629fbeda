/** @file Points of a grid and tasks of a sweep. */
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { OutOfDomain } from "../../../theory/errors.ts";
import { parseDefinition } from "../../../sim/sweep/definition.ts";
import type { SweepExperiment } from "../../../sim/sweep/experiment.ts";
import { gridPoints, sweepSeeds, sweepTasks } from "../../../sim/sweep/grid.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import { sweepExperiment as sums } from "./fixtures/own-experiment.ts";

const define = (fields: object) => parseDefinition({ experiment: "sums", ...fields }, "a.yaml");
const theory: SweepExperiment = { ...sums, random: false };

describe("gridPoints", () => {
  test("the last parameter of the file changes fastest, and defaults are filled in", async () => {
    expect(await gridPoints(define({ grid: { b: "1:1:2", a: [0.5, "linspace(1, 2, 2)"] } }), sums)).toEqual([
      { a: 0.5, b: 1, order: "ab" },
      { a: 1, b: 1, order: "ab" },
      { a: 2, b: 1, order: "ab" },
      { a: 0.5, b: 2, order: "ab" },
      { a: 1, b: 2, order: "ab" },
      { a: 2, b: 2, order: "ab" },
    ]);
  });

  test("words stand in lists or between commas, and what is written twice counts once", async () => {
    const points = await gridPoints(define({ grid: { a: [1, "1", "0:1:1"], order: "ba, ab,ba" } }), sums);
    expect(points.map(({ a, order }) => [a, order])).toEqual([
      [1, "ba"],
      [1, "ab"],
      [0, "ba"],
      [0, "ab"],
    ]);
  });

  test("there are as many points as the product of the lists, all different", async () => {
    const list = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(list, list, async (a, b) => {
        const points = await gridPoints(define({ grid: { a, b } }), sums);
        expect(points).toHaveLength(a.length * b.length);
        expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(points.length);
        points.forEach((point, k) =>
          expect(point).toMatchObject({ a: a[Math.floor(k / b.length)], b: b[k % b.length] }),
        );
      }),
    );
  });

  test("budget is short for the parameter budget", async () => {
    const budget = { type: "integer", min: 1, max: 9, description: "steps" } as const;
    const experiment = { ...sums, parameters: { budget } };
    expect(await gridPoints(define({ budget: "1:1:2" }), experiment)).toEqual([{ budget: 1 }, { budget: 2 }]);
    await expect(gridPoints(define({ budget: 10 }), experiment)).rejects.toThrow(
      /^budget must be an integer/,
    );
    await expect(gridPoints(define({ grid: { a: 1 }, budget: 1 }), sums)).rejects.toThrow(
      "budget: experiment sums has no parameter budget; known: a, b, order",
    );
  });

  test("what an adaptive search varies is left out, and must be a number of the experiment", async () => {
    const points = await gridPoints(define({ grid: { b: 3 }, adaptive: { parameter: "a" } }), sums);
    expect(points).toEqual([{ b: 3, order: "ab" }]);
    const wrong = define({ grid: { a: 1 }, adaptive: { parameter: "order" } });
    await expect(gridPoints(wrong, sums)).rejects.toThrow(
      "adaptive.parameter: experiment sums has no number order; known: a, b",
    );
  });

  describe("a parameter that goes with some words of another one", () => {
    const b = { ...sums.parameters.b, default: null, goesWith: { order: ["ab"] } };
    const experiment = { ...sums, parameters: { ...sums.parameters, b } };

    test("is null at the other points, which count once", async () => {
      const grid = { b: [3, 4], order: ["ba", "ab"], a: [1, 2] };
      expect(await gridPoints(define({ grid }), experiment)).toEqual([
        { a: 1, b: null, order: "ba" },
        { a: 2, b: null, order: "ba" },
        { a: 1, b: 3, order: "ab" },
        { a: 2, b: 3, order: "ab" },
        { a: 1, b: 4, order: "ab" },
        { a: 2, b: 4, order: "ab" },
      ]);
    });

    test("is left to the experiment where it goes with no point", async () => {
      const grid = { a: 1, b: 3, order: "ba" };
      expect(await gridPoints(define({ grid }), experiment)).toEqual([{ a: 1, b: 3, order: "ba" }]);
    });

    test("keeps a default where it is not given", async () => {
      expect(await gridPoints(define({ grid: { a: 1, order: "ba" } }), experiment)).toEqual([
        { a: 1, b: null, order: "ba" },
      ]);
    });
  });

  test.each<[string, object, string]>([
    ["unknown", { a: 1, bb: 2 }, "grid.bb: experiment sums has no parameter bb; did you mean b?"],
    [
      "of the prototype",
      { a: 1, constructor: 2 },
      "grid.constructor: experiment sums has no parameter constructor; known: a, b, order",
    ],
    ["missing", { b: 1 }, "grid.a must be given: first number"],
    ["outside", { a: [1, 11] }, "grid.a must be in [-10, 10], got 11"],
    ["no integer", { a: 1, b: "0:0.5:1" }, "grid.b must be an integer from 0 to 1000, got 0.5"],
    ["no number", { a: [0, "abc"] }, "grid.a[1] must be a finite number, got abc"],
    ["no word", { a: 0, order: ["ab", "bb"] }, "grid.order must be one of ab, ba, got bb"],
    [
      "too many",
      { a: "linspace(0,1,50000)", b: "0:1:30" },
      "grid must have at most 1000000 points, got 1550000",
    ],
  ])("a parameter that is %s", async (_, grid, message) => {
    const error = await gridPoints(define({ grid }), sums).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(OutOfDomain);
    expect((error as Error).message).toBe(message);
  });
});

describe("sweepSeeds", () => {
  test("one by default, or a list, each once", async () => {
    expect(await sweepSeeds(define({}), sums)).toEqual([1]);
    expect(await sweepSeeds(define({ seeds: 5 }), sums)).toEqual([5]);
    expect(await sweepSeeds(define({ seeds: "1:1:3" }), sums)).toEqual([1, 2, 3]);
    expect(await sweepSeeds(define({ seeds: [7, "1:3:7"] }), sums)).toEqual([7, 1, 4]);
  });

  test.each([-1, 0.5, 2 ** 53])("refuses %s", async (seeds) => {
    await expect(sweepSeeds(define({ seeds }), sums)).rejects.toThrow(/^seeds must be an integer/);
  });

  test("whose samples are the runs of the seeds that follow lie at least so many apart", async () => {
    const runs = { ...sums, consecutiveSeeds: true };
    expect(await sweepSeeds(define({ seeds: [8, 2, 5], samples: 3 }), runs)).toEqual([8, 2, 5]);
    expect(await sweepSeeds(define({ seeds: [6, 5] }), runs)).toEqual([6, 5]);
    expect(await sweepSeeds(define({ seeds: [6, 5], samples: 2 }), sums)).toEqual([6, 5]);
    await expect(sweepSeeds(define({ seeds: [6, 1, 5], samples: 2 }), runs)).rejects.toThrow(
      "seeds must lie 2 apart with 2 samples, since sample k of seed s is the run of seed s + k, got 5 and 6",
    );
    const last = Number.MAX_SAFE_INTEGER;
    expect(await sweepSeeds(define({ seeds: last - 1, samples: 2 }), runs)).toEqual([last - 1]);
    await expect(sweepSeeds(define({ seeds: last, samples: 2 }), runs)).rejects.toThrow(
      /^seeds must be at most 9007199254740990 with 2 samples, .*, got 9007199254740991$/,
    );
  });

  test("theory is neither repeated nor seeded", async () => {
    expect(await sweepSeeds(define({ samples: 1, seeds: 4 }), theory)).toEqual([4]);
    await expect(sweepSeeds(define({ samples: 2 }), theory)).rejects.toThrow(
      "samples must be one: nothing in",
    );
    await expect(sweepSeeds(define({ seeds: [1, 2] }), theory)).rejects.toThrow(
      "seeds must be one: nothing in",
    );
  });
});

describe("sweepTasks", () => {
  test("points in their order, each with every seed", async () => {
    const tasks = await sweepTasks(define({ grid: { a: [2, 1] }, seeds: [1, 0], samples: 2 }), sums);
    expect(tasks.map(({ parameters, seed }) => ({ ...parameters, seed }))).toEqual(
      [2, 1].flatMap((a) => [1, 0].flatMap((seed) => [0, 1].map((sample) => ({ a, b: 1, sample, seed })))),
    );
    expect(new Set(tasks.map(taskKey)).size).toBe(tasks.length);
  });

  test("equal tasks of different points count once", async () => {
    expect(await sweepTasks(define({ grid: { a: 1, order: "ab, ba" } }), sums)).toHaveLength(1);
  });

  test("too many tasks are refused before they are made", async () => {
    const made = () => {
      throw new Error("made");
    };
    const many = define({ grid: { a: "linspace(0,1,1000)" }, samples: 2000, samplesPerTask: 1 });
    await expect(sweepTasks(many, { ...sums, tasks: made })).rejects.toThrow(
      "grid must make at most 1000000 tasks, got 2000000 or more",
    );
  });

  test("what an experiment refuses is told with the point", async () => {
    const picky: SweepExperiment = {
      ...sums,
      tasks: () => {
        throw new OutOfDomain("order goes with b");
      },
    };
    await expect(sweepTasks(define({ grid: { a: 1 } }), picky)).rejects.toThrow(
      "grid at a = 1, b = 1, order = ab: order goes with b",
    );
    const b = { ...sums.parameters.b, default: null };
    const sparse = { ...picky, parameters: { ...sums.parameters, b } };
    await expect(sweepTasks(define({ grid: { a: 1 } }), sparse)).rejects.toThrow(
      "grid at a = 1, order = ab: order goes with b",
    );
  });
});
