/** @file The linear perceptron: the readout rule by hand, what a linear readout can and cannot separate; accuracy. */
import { describe, expect, test } from "vitest";
import type { LabelledStates } from "../../../sim/data/labelled.ts";
import { takeSamples } from "../../../sim/data/labelled.ts";
import { parityTask, prototypes } from "../../../sim/data/patterns.ts";
import type { BaselineData, BaselineEpoch, Batch } from "../../../sim/learning/baseline.ts";
import { classAccuracy, runEpochs } from "../../../sim/learning/baseline.ts";
import { trainPerceptron, updateReadout } from "../../../sim/learning/perceptron.ts";
import { stream } from "../../../sim/random.ts";
import { NotConverged, OutOfDomain } from "../../../theory/errors.ts";

const last = (run: Iterable<BaselineEpoch>): BaselineEpoch => [...run].at(-1)!;

/** Random ±1 inputs with labels of a function of the input; inputs for which it gives nothing are drawn again. */
function labelled(
  n: number,
  count: number,
  seed: number,
  labelOf: (x: Int8Array) => number | undefined,
): LabelledStates {
  const words = stream(seed, "test inputs");
  const states = new Int8Array(count * n);
  const labels = new Uint8Array(count);
  for (let sample = 0; sample < count;) {
    const x = states.subarray(sample * n, (sample + 1) * n);
    for (let j = 0; j < n; j++) x[j] = words.below(2) === 0 ? -1 : 1;
    const label = labelOf(x);
    if (label !== undefined) labels[sample++] = label;
  }
  return { count, n, classes: 2, states, labels };
}

/** Train and test halves. */
function halves(all: LabelledStates, seed: number): BaselineData {
  const count = Math.floor(all.count / 2);
  return { train: takeSamples(all, 0, count), test: takeSamples(all, count, all.count - count), seed };
}

describe("accuracy", () => {
  test("counts largest scores; of equal ones the first", () => {
    const scores = Float32Array.of(0, 1, 2, 5, 5, 1, -3, -2, -1, -1, -1, -1);
    expect(classAccuracy(scores, Uint8Array.of(2, 0, 2, 0), 3)).toBe(1);
    expect(classAccuracy(scores, Uint8Array.of(2, 1, 0, 0), 3)).toBe(0.5);
  });

  test("refuses scores that are no numbers, and none at all", () => {
    expect(() => classAccuracy(Float32Array.of(1, NaN), Uint8Array.of(0), 2)).toThrow(NotConverged);
    expect(() => classAccuracy(Float32Array.of(1, Infinity), Uint8Array.of(0), 2)).toThrow(/learning rate/);
    expect(() => classAccuracy(new Float32Array(0), new Uint8Array(0), 2)).toThrow(OutOfDomain);
    expect(() => classAccuracy(new Float32Array(5), new Uint8Array(2), 2)).toThrow(OutOfDomain);
  });
});

describe("readout rule", () => {
  // N = 4, C = 4, B = 4: √N = √B = 2 and √C/2 = 1, so that all numbers below are written by hand.
  const rule = { margin: 3, learningRate: 0.4, decay: 2.5 };
  const inputs = Float32Array.of(1, 1, 1, 1, 1, 1, -1, -1, 1, -1, 1, -1, -1, 1, 1, -1);
  const labels = Uint8Array.of(0, 1, 1, 3);

  test("one update by hand: margins decide who learns, fields are taken before decay", () => {
    const weights = Float32Array.of(4, 0, 0, 0, 0, 4, 0, 0, -8, 0, 0, 0, 0, 0, 0, 2);
    updateReadout(weights, { size: 4, width: 4, inputs, labels }, rule);
    // Fields W x of the four samples (a row each): [4, 4, -8, 2], [4, 4, -8, -2], [4, -4, -8, -2], [-4, 4, 8, -2];
    // ŷ·field: [4, -2, 4, -1], [-2, 4, 4, 1], [-2, -4, 4, 1], [2, -2, -4, -2]; all ≤ 3 learn.
    // Decay 1 − 0.4·2.5/2 = 0.5; each sample adds 0.4/2/2 ŷ x = 0.1 ŷ x.
    const expected = [
      // unit 0: −½(x₁ + x₂ + x₃) = −½(1, 1, 1, −3)
      ...[2 - 0.05, -0.05, -0.05, 0.15],
      // unit 1: −½x₀ + x₂ − ½x₃ = (1, −2, 0, −1)
      ...[0.1, 2 - 0.2, 0, -0.1],
      // unit 2: −½x₃
      ...[-4 + 0.05, -0.05, -0.05, 0.05],
      // unit 3: −½(x₀ + x₁ + x₂) + x₃ = −½(3, 1, 1, −1) + (−1, 1, 1, −1)
      ...[-0.25, 0.05, 0.05, 1 - 0.05],
    ];
    expected.forEach((weight, k) => {
      expect(weights[k]).toBeCloseTo(weight, 6);
    });
  });

  test("a field at the margin still learns, one above it does not; unused rows of the batch do nothing", () => {
    const update = (w: number): number => {
      const weights = Float32Array.of(w, 0, 0, 0, -100, 0, 0, 0, -100, 0, 0, 0, -100, 0, 0, 0);
      updateReadout(weights, { size: 1, width: 4, inputs, labels }, { ...rule, decay: 0 });
      expect([...weights.subarray(4)]).toEqual([-100, 0, 0, 0, -100, 0, 0, 0, -100, 0, 0, 0]);
      return weights[0]! - w;
    };
    expect(update(3)).toBeCloseTo(0.2, 6);
    expect(update(3.001)).toBeCloseTo(0, 6);
  });

  test("targets of nine classes: 3/2 for the right one, −1/2 for the others", () => {
    const weights = new Float32Array(9 * 4);
    updateReadout(weights, { size: 1, width: 4, inputs, labels: Uint8Array.of(7) }, rule);
    const changes = Array.from({ length: 9 }, (_, c) => weights[4 * c]! / 0.2);
    changes.forEach((change, c) => {
      expect(change).toBeCloseTo(c === 7 ? 1.5 : -0.5, 6);
    });
  });
});

describe("what a linear readout learns", () => {
  test("a linear teacher with a gap: all training samples, and most others", () => {
    const n = 40;
    const words = stream(1, "test teacher");
    const teacher = Array.from({ length: n }, () => 2 * words.uniform() - 1);
    const data = labelled(n, 1000, 2, (x) => {
      const field = teacher.reduce((sum, t, j) => sum + t * x[j]!, 0);
      return Math.abs(field) < 0.5 ? undefined : Number(field > 0);
    });
    const end = last(trainPerceptron(halves(data, 3), { epochs: 100, decay: 0, margin: 0 }));
    expect(end.trainAccuracy).toBe(1);
    expect(end.testAccuracy).toBeGreaterThan(0.93);
  });

  test("random labels: all below the capacity of 2 samples a weight, never all far above it (Cover)", () => {
    const trained = (count: number): number => {
      const words = stream(4, "test labels");
      const data = labelled(60, 2 * count, 5, () => words.below(2));
      return last(trainPerceptron(halves(data, 6), { epochs: 300, decay: 0, margin: 0 })).trainAccuracy;
    };
    expect(trained(50)).toBe(1);
    expect(trained(360)).toBeLessThan(0.95);
  });

  test("ten noisy prototypes with the rule of the table: no error (overlap 0.8, next class 8 deviations away)", () => {
    const data = prototypes({ n: 200, classes: 10, samples: 2000, seed: 7 });
    const [before, ...after] = [...trainPerceptron(halves(data, 8), { epochs: 3 })];
    // Chance is 0.1 on average over W; samples come in ten clusters, so single runs are far from it.
    expect(before!.testAccuracy).toBeLessThan(0.5);
    expect(after.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(after.at(-1)).toEqual({ epoch: 3, trainAccuracy: 1, testAccuracy: 1 });
  });

  test("parity stays at chance: scores are odd in x, labels even (4 standard errors of 2000 samples)", () => {
    const data = parityTask({ n: 40, samples: 4000, seed: 9 });
    for (const { testAccuracy } of trainPerceptron(halves(data, 10), { epochs: 5 })) {
      expect(Math.abs(testAccuracy - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(2000));
    }
  });
});

describe("epochs", () => {
  test("every epoch shows all samples once with their labels, in a new order, and tells its progress", () => {
    // The label of a sample is its number, its first four bits write it.
    const states = Int8Array.from({ length: 13 * 4 }, (_, k) => (((k >> 2) >> (k & 3)) & 1 ? 1 : -1));
    const all = {
      count: 13,
      n: 4,
      classes: 13,
      states,
      labels: Uint8Array.from({ length: 13 }, (_, k) => k),
    };
    const shown: number[][] = [];
    const progress: number[] = [];
    const learner = {
      width: 5,
      scores: ({ count }: LabelledStates) => new Float32Array(count * 13),
      learn({ size, inputs, labels }: Batch, done: number) {
        for (let b = 0; b < size; b++) {
          const [x0, x1, x2, x3, one] = inputs.subarray(5 * b, 5 * b + 5);
          expect(Number(x0! > 0) + 2 * Number(x1! > 0) + 4 * Number(x2! > 0) + 8 * Number(x3! > 0)).toBe(
            labels[b],
          );
          expect(one).toBe(1);
        }
        shown.push([...labels.subarray(0, size)]);
        progress.push(done);
      },
    };
    const data = { train: all, test: all, seed: 1 };
    expect([...runEpochs(data, () => learner, { epochs: 2, batchSize: 5 })]).toHaveLength(3);
    expect(shown.map((batch) => batch.length)).toEqual([5, 5, 3, 5, 5, 3]);
    expect(progress).toEqual(
      [0, 5 / 26, 10 / 26, 13 / 26, 18 / 26, 23 / 26].map((done) => expect.closeTo(done, 12) as number),
    );
    const [first, second] = [shown.slice(0, 3).flat(), shown.slice(3).flat()];
    for (const order of [first, second]) expect(order.toSorted((a, b) => a - b)).toEqual([...all.labels]);
    expect(second).not.toEqual(first);
  });
});

describe("runs", () => {
  const data = halves(parityTask({ n: 21, samples: 300, seed: 11 }), 12);

  test("the same seed gives the same accuracies, another seed others", () => {
    const run = (seed: number): BaselineEpoch[] => [...trainPerceptron({ ...data, seed }, { epochs: 4 })];
    expect(run(12)).toEqual(run(12));
    expect(run(13)).not.toEqual(run(12));
  });

  test("training accuracy is that of the first samples asked for", () => {
    const [start] = trainPerceptron(data, { epochs: 0 });
    const [one] = trainPerceptron(data, { epochs: 0, scored: 1 });
    const [part] = trainPerceptron({ ...data, train: takeSamples(data.train, 0, 70) }, { epochs: 0 });
    const [same] = trainPerceptron(data, { epochs: 0, scored: 70 });
    expect([0, 1]).toContain(one!.trainAccuracy);
    expect(same!.trainAccuracy).toBe(part!.trainAccuracy);
    expect(same!.testAccuracy).toBe(start!.testAccuracy);
  });

  test("the last batch may be smaller, a batch larger than the data is all of it", () => {
    expect([...trainPerceptron(data, { epochs: 1, batchSize: 7 })]).toHaveLength(2);
    expect([...trainPerceptron(data, { epochs: 2, batchSize: 150 })]).toEqual([
      ...trainPerceptron(data, { epochs: 2, batchSize: 1000 }),
    ]);
  });

  test("weights that run away end the run with one clear line", () => {
    const run = trainPerceptron(data, { epochs: 3, learningRate: 1e300, decay: 0 });
    expect(() => [...run]).toThrow(NotConverged);
  });

  const { train, test: tested, seed } = data;
  const empty: LabelledStates = { ...train, count: 0, states: new Int8Array(0), labels: new Uint8Array(0) };
  test.each<[string, BaselineData, object, RegExp]>([
    ["no training samples", { train: empty, test: tested, seed }, {}, /train: samples .* got 0/],
    ["no test samples", { train, test: empty, seed }, {}, /test: samples .* got 0/],
    ["one class", { train: { ...train, classes: 1 }, test: tested, seed }, {}, /train: classes/],
    ["other classes", { train, test: { ...tested, classes: 3 }, seed }, {}, /classes, got 2 and 3/],
    [
      "an empty class",
      { train: { ...train, classes: 3 }, test: { ...tested, classes: 3 }, seed },
      {},
      /class 2/,
    ],
    [
      "other bits",
      { train, test: parityTask({ n: 20, samples: 9, seed: 1 }), seed },
      {},
      /bits, got 21 and 20/,
    ],
    [
      "missing entries",
      { train: { ...train, states: train.states.subarray(1) }, test: tested, seed },
      {},
      /entries/,
    ],
    ["missing labels", { train, test: { ...tested, labels: new Uint8Array(3) }, seed }, {}, /test: labels/],
    [
      "a foreign label",
      { train: { ...train, labels: train.labels.map((y) => 2 * y) }, test: tested, seed },
      {},
      /train: label .* got 2/,
    ],
    ["a bad seed", { train, test: tested, seed: -1 }, {}, /seed/],
    ["epochs", data, { epochs: 1.5 }, /epochs/],
    ["an empty batch", data, { batchSize: 0 }, /batchSize/],
    ["nothing scored", data, { scored: 0 }, /scored/],
    ["a negative rate", data, { learningRate: -0.1 }, /learningRate/],
    ["a decay beyond zero", data, { learningRate: 1, decay: 5 }, /learningRate × decay/],
    ["no margin", data, { margin: NaN }, /margin/],
  ])("refuses %s at once", (_, bad, options, message) => {
    expect(() => trainPerceptron(bad, options)).toThrow(OutOfDomain);
    expect(() => trainPerceptron(bad, options)).toThrow(message);
  });
});
