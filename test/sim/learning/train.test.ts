/** @file Training runs: schedules, what an epoch reports, resuming, stopping, and that something is learned. */
import { describe, expect, test } from "vitest";
import { takeSamples } from "../../../sim/data/labelled.ts";
import { prototypes } from "../../../sim/data/patterns.ts";
import { learningPresets, networkSetup } from "../../../sim/learning/presets.ts";
import type { NetworkMethod } from "../../../sim/learning/presets.ts";
import type {
  TrainingOptions,
  TrainingRun,
  TrainingState,
  TrainingStep,
} from "../../../sim/learning/train.ts";
import { accuracyOf, rateFactor, trainEpochs } from "../../../sim/learning/train.ts";
import { couplingSymmetry } from "../../../sim/learning/weights.ts";
import { OutOfDomain } from "../../../theory/errors.ts";

/** Noisy prototypes of ten classes, easy but for their noise. */
const all = prototypes({ n: 40, classes: 10, samples: 600, flipProbability: 0.2, seed: 4 });
const sets = { train: takeSamples(all, 0, 400), test: takeSamples(all, 400, 200) };
const sizes = { inputs: 40, hidden: 60, outputs: 10 };

/** A short run of a method with the settings of the small preset. */
function runOf(method: NetworkMethod, special: Partial<TrainingRun> = {}): TrainingRun {
  const { model, rule } = learningPresets.small;
  const setup = networkSetup(method, { ...sizes, ...model }, rule);
  return { ...setup, epochs: 3, schedule: "constant", seed: 2, ...special };
}

/** All steps of a run, with the states after each. */
async function steps(run: TrainingRun, options: TrainingOptions = {}) {
  const taken: { result: TrainingStep["result"]; state: TrainingState }[] = [];
  for await (const { result, state } of trainEpochs(run, sets, options))
    taken.push({ result, state: await state() });
  return taken;
}

describe("learning rates", () => {
  test.each([
    ["constant", [1, 1, 1, 1]],
    ["linear", [1, 0.75, 0.5, 0.25]],
    ["cosine", [1, (1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2]],
  ] as const)("%s over four epochs", (schedule, factors) => {
    factors.forEach((factor, k) => {
      expect(rateFactor(schedule, k + 1, 4)).toBeCloseTo(factor, 14);
    });
  });

  test("no update without rates: a linear schedule weakens the later epochs", async () => {
    const [constant, linear] = await Promise.all([
      steps(runOf("rule")),
      steps(runOf("rule", { schedule: "linear" })),
    ]);
    expect(linear[0]!.state.weights).toEqual(constant[0]!.state.weights);
    expect(linear[1]!.state.weights).not.toEqual(constant[1]!.state.weights);
  });
});

test("accuracy is the share of right answers", () => {
  const part = takeSamples(all, 0, 4);
  const values = Float32Array.from(part.labels);
  expect(accuracyOf({ values, sweeps: new Uint32Array(4) }, part)).toBe(1);
  values[2] = (values[2]! + 1) % 10;
  expect(accuracyOf({ values, sweeps: new Uint32Array(4) }, part)).toBe(0.75);
});

describe("a run", () => {
  test("reports epochs whose figures are those of the learner it hands out", async () => {
    const run = runOf("rule", { epochs: 2 });
    let epochs = 0;
    for await (const { result, learner, state } of trainEpochs(run, sets, { judged: 100 })) {
      epochs++;
      expect(result.epoch).toBe(epochs);
      expect((await state()).epoch).toBe(epochs);
      const tested = await learner.answer("test");
      const trained = await learner.answer("train");
      expect(result.testAccuracy).toBe(accuracyOf(tested, sets.test));
      const first = trained.values.slice(0, 100).filter((answer, b) => answer === sets.train.labels[b]);
      expect(result.trainAccuracy).toBe(first.length / 100);
      expect(result.symmetry).toBe(couplingSymmetry(await learner.couplings(0)));
      expect(result.settled).toBe(tested.sweeps.filter((at) => at <= 7).length / 200);
      expect(result.meanSweeps).toBeCloseTo(tested.sweeps.reduce((sum, at) => sum + at, 0) / 200, 12);
      expect(result.meanSweeps).toBeGreaterThan(1);
      expect(result.meanSweeps).toBeLessThanOrEqual(8);
      for (const share of [result.hiddenUpdates, result.readoutUpdates]) {
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThan(1);
      }
    }
    expect(epochs).toBe(2);
  });

  test("that goes on from any epoch ends as one that never stopped", async () => {
    const partly = networkSetup("rule", sizes, {
      updateProbability: 0.8,
      feedback: "learned",
      feedbackRate: 0.1,
    });
    for (const special of [{}, partly]) {
      const run = runOf("rule", { ...special, schedule: "cosine" });
      const whole = await steps(run);
      for (const at of [1, 2]) {
        const rest = await steps(run, { from: whole[at - 1]!.state });
        expect(rest.map(({ result }) => result)).toEqual(whole.slice(at).map(({ result }) => result));
        expect(rest.at(-1)!.state).toEqual(whole.at(-1)!.state);
      }
      expect(await steps(run, { from: whole.at(-1)!.state })).toEqual([]);
    }
  });

  test("on two workers is the run on one", async () => {
    const run = runOf("rule", { epochs: 2 });
    expect(await steps(run, { workers: 2 })).toEqual(await steps(run));
  });

  test("that is stopped leaves out the epoch that ran", async () => {
    const stop = new AbortController();
    const onProgress = (epoch: number, share: number): void => {
      if (epoch === 2 && share >= 0.5) stop.abort();
    };
    const taken = await steps(runOf("rule"), { signal: stop.signal, onProgress });
    expect(taken.map(({ result }) => result.epoch)).toEqual([1]);
  });

  test("refuses what does not fit, and does nothing in no epochs", async () => {
    expect(await steps(runOf("rule", { epochs: 0 }))).toEqual([]);
    await expect(steps(runOf("rule", { epochs: -1 }))).rejects.toThrow(/epochs/);
    await expect(steps(runOf("rule"), { judged: 0 })).rejects.toThrow(/judged/);
    const state = (await steps(runOf("rule", { epochs: 1 })))[0]!.state;
    const larger = networkSetup("rule", { ...sizes, hidden: 61 }, {});
    await expect(steps(runOf("rule", larger), { from: state })).rejects.toThrow(OutOfDomain);
    const deeper = networkSetup("rule", { ...sizes, layers: 2, layerCoupling: 1 }, {});
    await expect(steps(runOf("rule", deeper), { from: state })).rejects.toThrow(/5 matrices, got 4/);
  });
});

describe("learning", () => {
  // Chance is 0.1; noise of 20 % flips leaves the ten prototypes of 40 bits well apart.
  test.each(["rule", "random-features", "reservoir"] as const)(
    "%s: prototypes are told apart",
    async (method) => {
      const taken = await steps(runOf(method, { epochs: 8 }));
      expect(taken.at(-1)!.result.testAccuracy).toBeGreaterThan(0.6);
    },
  );

  test("baselines leave all weights but the readout as they are", async () => {
    for (const method of ["random-features", "reservoir"] as const) {
      const taken = await steps(runOf(method, { epochs: 2 }));
      const [first, second] = taken.map(({ state }) => state.weights);
      expect(first!.slice(0, -1)).toEqual(second!.slice(0, -1));
      expect(first!.at(-1)).not.toEqual(second!.at(-1));
    }
  });
});

describe("without a meaning, and so null", () => {
  const last = async (setup: Partial<TrainingRun>) =>
    (await steps(runOf("rule", { ...setup, epochs: 1 })))[0]!.result;

  test("rest and symmetry without couplings, whether the method or the network has none", async () => {
    const [features] = await steps(runOf("random-features", { epochs: 1 }));
    const bare = networkSetup("rule", { ...sizes, couplingStrength: 0 }, { rates: { couplings: 0 } });
    for (const result of [features!.result, await last(bare)]) {
      expect(result).toMatchObject({ meanSweeps: null, settled: null, symmetry: null });
    }
  });

  test("rest, but not the symmetry, where a part of the neurons is updated; couplings that only grow count", async () => {
    const partly = await last(networkSetup("rule", sizes, { updateProbability: 0.8 }));
    expect(partly).toMatchObject({ meanSweeps: null, settled: null, symmetry: expect.any(Number) as number });
    const grown = await last(networkSetup("rule", { ...sizes, couplingStrength: 0 }, {}));
    for (const value of [grown.meanSweeps, grown.settled, grown.symmetry]) {
      expect(value).toEqual(expect.any(Number));
    }
  });
});
