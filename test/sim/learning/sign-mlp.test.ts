/** @file The sign network: gradients against finite differences, what hidden units can and a linear readout cannot. */
import { describe, expect, test } from "vitest";
import { takeSamples } from "../../../sim/data/labelled.ts";
import { parityTask, prototypes } from "../../../sim/data/patterns.ts";
import type { BaselineData, BaselineEpoch } from "../../../sim/learning/baseline.ts";
import { emptyBatch, fillBatch } from "../../../sim/learning/baseline.ts";
import type { SignMlp, SignMlpOptions } from "../../../sim/learning/sign-mlp.ts";
import {
  createSignMlp,
  signMlpGradients,
  signMlpScores,
  trainSignMlp,
} from "../../../sim/learning/sign-mlp.ts";
import { NotConverged, OutOfDomain } from "../../../theory/errors.ts";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Rows of a matrix as plain arrays. */
const rowsOf = (values: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, row) =>
    Array.from({ length: width }, (_, k) => values[row * width + k]!),
  );

const sign = (a: number): number => (a >= 0 ? 1 : -1);

/** Straightforward network in f64 with any activation: hidden values and scores of one input. */
function evaluate(
  w1: number[][],
  w2: number[][],
  x: number[],
  activation: (a: number) => number,
): { hidden: number[]; scores: number[] } {
  const hidden = w1.map((w) => activation(sum(w.map((value, j) => value * x[j]!))));
  const scores = w2[0]!.map((_, c) => sum(hidden.map((s, i) => s * w2[i]![c]!)));
  return { hidden, scores };
}

const softmax = (scores: number[]): number[] => {
  const total = sum(scores.map(Math.exp));
  return scores.map((score) => Math.exp(score) / total);
};

/** 1: all samples inside the window of the surrogate; 4: about half, in other numbers for each unit. */
describe.each([1, 4])("gradients, initial input weights times %d", (scale) => {
  const steepness = 2;
  const data = prototypes({ n: 11, classes: 4, samples: 9, flipProbability: 0.4, seed: 1 });
  const initial = createSignMlp({ n: 11, hidden: 6, classes: 4 }, 2);
  // The third unit has no weights: all its fields are 0.
  const inputWeights = initial.inputWeights.map((w, k) => (k >= 24 && k < 36 ? 0 : scale * w));
  const network: SignMlp = { ...initial, inputWeights };
  // Nine samples first, so that rows from the seventh on hold something.
  const batch = emptyBatch(9, 12);
  fillBatch(batch, data, Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8));
  const chosen = [8, 3, 5, 1, 0, 7, 2];
  const seven = fillBatch(batch, data, Uint32Array.from(chosen));
  const inputs = chosen.map((k) => [...rowsOf(data.states, 11)[k]!, 1]);
  const labels = chosen.map((k) => data.labels[k]!);
  const w1 = rowsOf(network.inputWeights, 12);
  const w2 = rowsOf(network.outputWeights, 4);
  const gradients = { input: [] as number[][], output: [] as number[][] };
  signMlpGradients(network, seven, steepness, (unit, input, output) => {
    gradients.input[unit] = [...input];
    gradients.output[unit] = [...output];
  });

  /** Central difference of a function of one entry of a matrix. */
  const slope = (matrix: number[][], row: number, column: number, value: () => number): number => {
    const step = 1e-5;
    const middle = matrix[row]![column]!;
    const at = (entry: number): number => {
      matrix[row]![column] = entry;
      return value();
    };
    const difference = at(middle + step) - at(middle - step);
    matrix[row]![column] = middle;
    return difference / (2 * step);
  };

  test("readout weights: finite differences of the mean cross entropy", () => {
    const loss = (): number =>
      sum(inputs.map((x, b) => -Math.log(softmax(evaluate(w1, w2, x, sign).scores)[labels[b]!]!))) / 7;
    w2.forEach((row, i) => {
      row.forEach((_, c) => {
        expect(gradients.output[i]![c]).toBeCloseTo(slope(w2, i, c, loss), 7);
      });
    });
  });

  test("input weights: finite differences with tanh(βa) in place of sgn(a), errors those of the sign network", () => {
    const errors = inputs.map((x, b) =>
      softmax(evaluate(w1, w2, x, sign).scores).map((p, c) => (p - Number(c === labels[b])) / 7),
    );
    const smooth = (): number =>
      sum(
        inputs.map((x, b) => {
          const { scores } = evaluate(w1, w2, x, (a) => Math.tanh(steepness * a));
          return sum(scores.map((score, c) => score * errors[b]![c]!));
        }),
      );
    const largest = Math.max(...gradients.input.flat().map(Math.abs));
    expect(largest).toBeGreaterThan(0.01);
    w1.forEach((row, i) => {
      row.forEach((_, j) => {
        // The window leaves out at most 10⁻⁴ β of each sample's error times a weight below 1.2.
        const difference = gradients.input[i]![j]! - slope(w1, i, j, smooth);
        expect(Math.abs(difference)).toBeLessThan(1e-4 * steepness * 1.2);
      });
    });
  });

  test("samples outside the window of the surrogate contribute nothing to the input weights", () => {
    const far = network.inputWeights.map((w) => 1000 * w);
    const outputs: number[][] = [];
    signMlpGradients({ ...network, inputWeights: far }, seven, steepness, (unit, input, output) => {
      expect([...input].every((value) => value === 0)).toBe(unit !== 2);
      outputs[unit] = [...output];
    });
    expect(outputs).toEqual(gradients.output);
  });

  test("scores are those of the plain network, for any number of samples and sgn(0) = +1", () => {
    const many = prototypes({ n: 11, classes: 4, samples: 131, seed: 3 });
    const scores = rowsOf(signMlpScores(network, many), 4);
    rowsOf(many.states, 11).forEach((x, b) => {
      evaluate(w1, w2, [...x, 1], sign).scores.forEach((score, c) => {
        expect(scores[b]![c]).toBeCloseTo(score, 5);
      });
    });
    const still: SignMlp = { ...network, inputWeights: new Float32Array(6 * 12) };
    expect(signMlpScores(still, takeSamples(many, 0, 1))[0]).toBeCloseTo(sum(w2.map((row) => row[0]!)), 5);
  });
});

test("initial weights: N(0, 1/N) and N(0, 1/H) (4.5 standard errors of 40,800 and 8,000 weights)", () => {
  const { inputWeights, outputWeights } = createSignMlp({ n: 50, hidden: 800, classes: 10 }, 4);
  for (const [weights, variance] of [[inputWeights, 1 / 50] as const, [outputWeights, 1 / 800] as const]) {
    const squares = sum([...weights].map((w) => w * w)) / weights.length;
    expect(Math.abs(squares / variance - 1)).toBeLessThan(4.5 * Math.sqrt(2 / weights.length));
    const mean = sum([...weights]) / weights.length;
    expect(Math.abs(mean)).toBeLessThan(4.5 * Math.sqrt(variance / weights.length));
  }
});

const parity = (samples: number): BaselineData => {
  const all = parityTask({ n: 40, samples, seed: 9 });
  const half = samples / 2;
  return { train: takeSamples(all, 0, half), test: takeSamples(all, half, half), seed: 10 };
};

describe("what hidden units learn", () => {
  test("parity, where a linear readout stays at chance: above 99 % (4 standard errors of 2000 samples: 0.9 %)", () => {
    const end = [...trainSignMlp(parity(4000), { hidden: 40, epochs: 8 })].at(-1)!;
    expect(end.epoch).toBe(8);
    expect(end.trainAccuracy).toBeGreaterThan(0.99);
    expect(end.testAccuracy).toBeGreaterThan(0.99);
  });

  test("rate 0 changes nothing", () => {
    const epochs = [...trainSignMlp(parity(400), { hidden: 7, epochs: 2, learningRate: 0 })];
    expect(new Set(epochs.map(({ testAccuracy }) => testAccuracy)).size).toBe(1);
  });

  test("memory: random labels far above the capacity of a linear readout are learned by heart", () => {
    const states = prototypes({ n: 30, classes: 2, samples: 300, flipProbability: 0.5, seed: 5 });
    const end = [...trainSignMlp({ train: states, test: states, seed: 6 }, { hidden: 300, epochs: 60 })].at(
      -1,
    )!;
    expect(end.trainAccuracy).toBeGreaterThan(0.99);
  });
});

describe("runs", () => {
  const data = parity(300);

  test("the same seed gives the same accuracies, another seed others; they come one by one", () => {
    const run = (seed: number): BaselineEpoch[] => [
      ...trainSignMlp({ ...data, seed }, { hidden: 9, epochs: 3, batchSize: 32 }),
    ];
    expect(run(12)).toEqual(run(12));
    expect(run(13)).not.toEqual(run(12));
    // The steps of the first epoch are smaller in a run of one epoch than in one of three.
    const [, alone] = trainSignMlp({ ...data, seed: 12 }, { hidden: 9, epochs: 1, batchSize: 32 });
    expect(alone).not.toEqual(run(12)[1]);
    expect(run(12).map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3]);
  });

  test("weights that run away end the run with one clear line", () => {
    const run = trainSignMlp(data, { hidden: 5, epochs: 3, learningRate: 1e300 });
    expect(() => [...run]).toThrow(NotConverged);
  });

  test.each<[string, Partial<BaselineData>, Partial<SignMlpOptions>, RegExp]>([
    ["no hidden units", {}, { hidden: 0 }, /hidden must be an integer/],
    ["too many hidden units", {}, { hidden: 2 ** 31 }, /hidden/],
    ["a flat surrogate", {}, { steepness: 0 }, /steepness/],
    ["no rate", {}, { learningRate: NaN }, /learningRate/],
    ["a batch of one half", {}, { batchSize: 0.5 }, /batchSize/],
    ["negative epochs", {}, { epochs: -1 }, /epochs/],
    ["a bad seed", { seed: 0.5 }, {}, /seed/],
    ["other classes", { test: { ...data.test, classes: 9 } }, {}, /classes, got 2 and 9/],
    ["an empty class", { train: { ...data.train, labels: new Uint8Array(150) } }, {}, /class 1/],
  ])("refuses %s at once", (_, bad, options, message) => {
    const start = (): unknown => trainSignMlp({ ...data, ...bad }, { hidden: 4, ...options });
    expect(start).toThrow(OutOfDomain);
    expect(start).toThrow(message);
  });
});
