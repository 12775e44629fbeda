/** @file The workers of a network: one that fails or dies ends the command with an error, and never leaves it waiting. */
import { describe, expect, onTestFinished, test } from "vitest";
import type { Crew } from "../../../sim/learning/crew.ts";
import { startCrew } from "../../../sim/learning/crew.ts";
import type { LearningPlan } from "../../../sim/learning/lane.ts";
import { ownTiles } from "../../../sim/learning/lane.ts";
import type { LaneBlock } from "../../../sim/learning/layout.ts";
import { loadKernels } from "../../../sim/kernels/load.ts";
import { learnerOf, noisySamples } from "./learners.ts";

const sets = { train: noisySamples(20, 32, 1) };
const model = { inputs: 20, hidden: 100, outputs: 10 };
const train = {
  kind: "train",
  set: "train",
  firstBatch: 0,
  lastBatch: 2,
  rateFactor: 1,
  key: [1, 2],
} as const;

/** A plan for two workers whose second one has another place for itself; and its crew. */
async function brokenCrew(second: Partial<LaneBlock> | null): Promise<Crew> {
  const rule = { updateProbability: 0.5 };
  const { plan, kernels } = await learnerOf({ model, rule, sets }, { workers: 2 });
  const [first, block] = plan.layout.lanes;
  const lanes = second === null ? [first!] : [first!, { ...block!, ...second }];
  const crew = startCrew(kernels, { ...plan, layout: { ...plan.layout, lanes } });
  onTestFinished(() => crew.close());
  return crew;
}

/** Far outside of the memory. */
const NOWHERE = 2 ** 32 - 4096;

describe("a worker", () => {
  test("that dies at its start ends this command and the next, though the other waits for it", async () => {
    const crew = await brokenCrew(null);
    await expect(crew.run(train)).rejects.toThrow();
    await expect(crew.run(train)).rejects.toThrow();
  });

  test("that fails in a batch ends this command and the next, though the other waits for it", async () => {
    const crew = await brokenCrew({ words: NOWHERE });
    await expect(crew.run(train)).rejects.toThrow(/out of bounds/);
    await expect(crew.run({ kind: "feedback" })).rejects.toThrow();
  });

  test.each([1, 2])("%i of them: a command that makes no sense is an error", async (workers) => {
    const { plan, kernels } = await learnerOf({ model, sets }, { workers });
    const crew = startCrew(kernels, plan);
    onTestFinished(() => crew.close());
    await expect(crew.run({ ...train, set: "nothing" })).rejects.toThrow();
  });

  test("that is stopped in the middle of an epoch ends it", async () => {
    const many = { train: noisySamples(20, 20_000, 1) };
    const learner = await learnerOf({ model: { ...model, hidden: 300 }, sets: many }, { workers: 2 });
    const epoch = learner.trainEpoch("train", 1);
    const ended = expect(epoch).rejects.toThrow(/ended/);
    await learner.close();
    await ended;
  });
});

test("several workers need shared memory", async () => {
  const kernels = loadKernels();
  await expect(learnerOf({ model, sets }, { workers: 2, kernels })).rejects.toThrow();
});

test.each([
  [4, 3],
  [4, 7],
  [1, 64],
  [50, 2],
])("%i tiles are split among %i workers without gap or overlap", (tiles, workers) => {
  const owners = new Array<number>(tiles).fill(0);
  for (let rank = 0; rank < workers; rank++) {
    const [first, last] = ownTiles(tiles, rank, workers);
    for (let tile = first; tile < last; tile++) owners[tile]!++;
    expect(last - first).toBeLessThanOrEqual(Math.ceil(tiles / workers));
  }
  expect(owners).toEqual(new Array<number>(tiles).fill(1));
});

test("plans are plain data: a copy by structured clone is the same", async () => {
  const { plan } = await learnerOf({ model, sets });
  expect(structuredClone(plan)).toEqual(plan satisfies LearningPlan);
});
