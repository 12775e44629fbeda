/** @file Adaptive sweeps: rounds of tasks, whatever the order in which results arrive, and J_a of small networks. */
import { describe, expect, test } from "vitest";
import { runTask } from "../../../sim/experiments/accessibility.ts";
import { adaptiveSource } from "../../../sim/experiments/adaptive.ts";
import { dynamicsSweep } from "../../../sim/experiments/sweeps/dynamics.ts";
import { stream } from "../../../sim/random.ts";
import { parseDefinition } from "../../../sim/sweep/definition.ts";
import type { SweepExperiment } from "../../../sim/sweep/experiment.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import type { Task } from "../../../sim/sweep/task.ts";

interface CoinPart {
  readonly n: number;
  readonly x: number;
  readonly firstSample: number;
  readonly samples: number;
}

/** Coins in tasks of at most ten: sample k at size n shows heads with probability 1/(1 + e^{−(x − 1/n)/0.02}). */
const coins: SweepExperiment = {
  name: "coins",
  summary: "coins",
  module: "file:///coins.ts",
  random: true,
  parameters: {
    n: { type: "integer", description: "size", min: 1, max: 100 },
    x: { type: "number", description: "place", min: 0, max: 1 },
    side: { type: "word", description: "which", words: ["heads", "tails"], default: "heads" },
  },
  columns: [
    { name: "x", type: "number", unit: "1", description: "place" },
    { name: "heads", type: "boolean", unit: "1", description: "whether heads" },
    { name: "tails", type: "boolean", unit: "1", description: "whether tails" },
    {
      name: "sometimes",
      type: "boolean",
      unit: "1",
      description: "heads, but unknown for every third sample",
    },
  ],
  tasks: ({ n, x }, { samples, firstSample = 0, seed, samplesPerTask = 10 }) =>
    Array.from({ length: Math.ceil(samples / samplesPerTask) }, (_, k) => ({
      experiment: "coins",
      version: 1,
      parameters: {
        n,
        x,
        firstSample: firstSample + k * samplesPerTask,
        samples: Math.min(samplesPerTask, samples - k * samplesPerTask),
      },
      seed,
    })),
  cost: () => 1,
  rows: (task, result) =>
    (result as boolean[]).map((heads, k) => {
      const { x, firstSample } = task.parameters as CoinPart;
      const sometimes = (firstSample + k) % 3 === 0 ? null : heads;
      return { x, heads, tails: !heads, sometimes };
    }),
};

function flip({ parameters, seed }: Task): boolean[] {
  const { n, x, firstSample, samples } = parameters as CoinPart;
  const probability = 1 / (1 + Math.exp(-(x - 1 / n) / 0.02));
  return Array.from(
    { length: samples },
    (_, k) => stream(seed, "coin", n, firstSample + k).uniform() < probability,
  );
}

const usualSection = {
  parameter: "x",
  range: [0, 1],
  outcome: "heads",
  error: 0.004,
  samplesPerRound: 100,
};

function coinSource(section: object = {}, seeds: readonly number[] = [1]) {
  const adaptive = { ...usualSection, ...section };
  const definition = parseDefinition({ experiment: "coins", grid: { n: [2, 5] }, adaptive }, "coins.yaml");
  const points = [{ n: 2 }, { n: 5 }];
  return adaptiveSource({ name: "coins.yaml", definition, experiment: coins, points, seeds });
}

type Source = ReturnType<typeof coinSource>;

/** Runs a source to its end; `pick` chooses the task that is done next. */
function runAll(source: Source, run: (task: Task) => unknown, pick: (waiting: number) => number = () => 0) {
  const results = new Map<string, unknown>();
  const resultOf = (task: Task) => results.get(taskKey(task));
  for (;;) {
    const { tasks, complete } = source.next(resultOf);
    const waiting = tasks.filter((task) => !results.has(taskKey(task)));
    if (waiting.length === 0) return { tasks, complete, results, resultOf };
    const task = waiting[pick(waiting.length)]!;
    results.set(taskKey(task), run(task));
  }
}

describe("an adaptive sweep of coins", () => {
  const reference = runAll(coinSource(), flip);

  test("ends with both thresholds, each within four of its standard errors", () => {
    expect(reference.complete).toBe(true);
    const estimates = coinSource().estimates(reference.resultOf);
    expect(estimates.map(({ point, seed, parameter }) => [point, seed, parameter])).toEqual([
      [{ n: 2 }, 1, "x"],
      [{ n: 5 }, 1, "x"],
    ]);
    for (const { point, status, value, standardError, low, high } of estimates) {
      expect(status).toBe("ok");
      expect(standardError).toBeLessThanOrEqual(0.004);
      expect(Math.abs(value! - 1 / Number(point.n))).toBeLessThan(4 * standardError!);
      expect((high! - low!) / (2 * standardError!)).toBeCloseTo(1.96, 2);
    }
  });

  test("tasks are distinct, and no two samples of a search have the same number", () => {
    const keys = reference.tasks.map(taskKey);
    expect(new Set(keys).size).toBe(keys.length);
    for (const n of [2, 5]) {
      const numbers = reference.tasks
        .map(({ parameters }) => parameters as CoinPart)
        .filter((part) => part.n === n)
        .flatMap(({ firstSample, samples }) => Array.from({ length: samples }, (_, k) => firstSample + k));
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(Math.max(...numbers)).toBe(numbers.length - 1);
      const estimate = coinSource()
        .estimates(reference.resultOf)
        .find(({ point }) => point.n === n);
      expect(estimate?.samples).toBe(numbers.length);
    }
  });

  test.each([1, 2, 3])(
    "results that arrive in any order (seed %d) lead to the same tasks in the same order",
    (seed) => {
      const random = stream(seed, "arrival");
      const shuffled = runAll(coinSource(), flip, (waiting) => random.below(waiting));
      expect(shuffled.tasks).toEqual(reference.tasks);
      expect(coinSource().estimates(shuffled.resultOf)).toEqual(coinSource().estimates(reference.resultOf));
    },
  );

  test("a sweep that starts anew from any part of the results goes on to the same tasks", () => {
    const keys = [...reference.results.keys()];
    for (const share of [0.1, 0.5, 0.9]) {
      const random = stream(9, "part");
      const kept = new Map(keys.filter(() => random.uniform() < share).map((key) => [key, true]));
      const source = coinSource();
      const resultOf = (task: Task) => (kept.has(taskKey(task)) ? reference.resultOf(task) : undefined);
      const partial = source.next(resultOf);
      expect(partial.complete).toBe(false);
      const known = new Set(keys);
      expect(partial.tasks.every((task) => known.has(taskKey(task)))).toBe(true);
      expect(source.next(reference.resultOf)).toEqual({
        tasks: reference.tasks,
        keys: reference.tasks.map(taskKey),
        complete: true,
      });
    }
  });

  test("before the first round is complete: its tasks, and estimates without numbers", () => {
    const source = coinSource();
    const { tasks, complete } = source.next(() => undefined);
    expect(complete).toBe(false);
    expect(tasks.length).toBeGreaterThan(0);
    for (const estimate of source.estimates(() => undefined))
      expect(estimate).toMatchObject({ status: "unstarted", value: null, samples: 0, rounds: 0 });
  });

  test("a falling outcome has the same threshold as the rising one of its absence", () => {
    const falling = { outcome: "tails", direction: "falling", probability: 0.3 };
    const rising = { outcome: "heads", probability: 0.7 };
    const found = coinSource(falling).estimates(runAll(coinSource(falling), flip).resultOf);
    const mirrored = coinSource(rising).estimates(runAll(coinSource(rising), flip).resultOf);
    expect(found.map(({ value }) => value)).toEqual(
      mirrored.map(({ value }) => expect.closeTo(value ?? NaN, 9)),
    );
    expect(found[0]!.probability).toBe(0.3);
  });

  test("samples without an outcome are left out and counted", () => {
    const section = { outcome: "sometimes" };
    const { resultOf } = runAll(coinSource(section), flip);
    for (const estimate of coinSource(section).estimates(resultOf)) {
      expect(estimate.status).toBe("ok");
      expect(estimate.unknown / estimate.samples).toBeCloseTo(1 / 3, 1);
    }
  });

  test("a bisection brackets both thresholds through the same door", () => {
    const section = { method: "bisection", error: 0.05 };
    const { resultOf, complete } = runAll(coinSource(section), flip);
    expect(complete).toBe(true);
    for (const { point, status, low, high } of coinSource(section).estimates(resultOf)) {
      expect(status).toBe("ok");
      expect(high! - low!).toBeLessThanOrEqual(0.05);
      expect(low!).toBeLessThan(1 / Number(point.n));
      expect(high!).toBeGreaterThan(1 / Number(point.n));
    }
  });

  test("each seed has its own search", () => {
    const { tasks } = runAll(coinSource({}, [4, 7]), flip);
    expect(new Set(tasks.map(({ seed }) => seed))).toEqual(new Set([4, 7]));
    expect(coinSource({}, [4, 7]).estimates(() => undefined)).toHaveLength(4);
  });
});

describe("a section that is wrong is refused in one line", () => {
  test.each([
    [
      "no such key",
      { eror: 1 },
      /coins.yaml: adaptive has no key eror; did you mean error|adaptive has no key eror/,
    ],
    ["range upside down", { range: [1, 0] }, /adaptive\.range must be two numbers, the smaller first/],
    ["range outside of the parameter", { range: [0, 2] }, /adaptive\.range\[1\] must be in \[0, 1\], got 2/],
    ["error as large as the range", { error: 2 }, /adaptive\.error must be between/],
    ["error too fine", { error: 1e-9 }, /adaptive\.error must be between/],
    [
      "an integer",
      { parameter: "n" },
      /adaptive\.parameter must be a real number of experiment coins, got n/,
    ],
    ["a word", { parameter: "side" }, /adaptive\.parameter must be a real number/],
    [
      "no column of flags",
      { outcome: "x" },
      /adaptive\.outcome must be a column .*\(heads, tails, sometimes\), got x/,
    ],
    ["no method", { method: "guess" }, /adaptive\.method must be threshold or bisection/],
    ["probability of one", { probability: 1 }, /adaptive\.probability must be at most 0\.95/],
  ])("%s", (_, section, message) => {
    const definition = { experiment: "coins", grid: {}, adaptive: { ...usualSection, ...section } };
    expect(() =>
      adaptiveSource({ name: "coins.yaml", definition, experiment: coins, points: [{}], seeds: [1] }),
    ).toThrow(message);
  });

  test("theory has no samples", () => {
    const definition = { experiment: "coins", grid: {}, adaptive: usualSection };
    const experiment = { ...coins, random: false };
    expect(() =>
      adaptiveSource({ name: "coins.yaml", definition, experiment, points: [{}], seeds: [1] }),
    ).toThrow(/has no samples/);
  });
});

test("J_a of 30 neurons: other networks at the value found converge half of the time", () => {
  const definition = parseDefinition(
    {
      experiment: "dynamics",
      grid: { n: 30 },
      budget: 200,
      adaptive: { parameter: "selfCoupling", range: [0, 1], outcome: "converged", error: 0.01 },
    },
    "small.yaml",
  );
  const points = [{ n: 30, budget: 200, update: "async", probability: null }];
  const input = { name: "small.yaml", definition, experiment: dynamicsSweep, points, seeds: [1] };
  const { resultOf } = runAll(adaptiveSource(input), runTask);
  const [{ status, value, standardError, width }] = adaptiveSource(input).estimates(resultOf);
  expect(status).toBe("ok");
  const samples = 2000;
  const others = dynamicsSweep.tasks({ ...points[0], selfCoupling: value }, { samples, seed: 2 });
  const converged = others
    .flatMap((task) => dynamicsSweep.rows(task, runTask(task)))
    .filter((row) => row.converged === true).length;
  // Four standard errors: those of the count, and that of the threshold times the slope 1/(4w).
  const error = Math.hypot(Math.sqrt(0.25 / samples), standardError! / (4 * width!));
  expect(Math.abs(converged / samples - 0.5)).toBeLessThan(4 * error);
});
