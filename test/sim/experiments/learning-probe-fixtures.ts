/** @file Small images as IDX files, a small training on them, and the dynamics of one layer in plain numbers. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProbedTraining } from "../../../sim/experiments/probed-training.ts";
import type { WeightMatrix } from "../../../sim/learning/weights.ts";
import { stream } from "../../../sim/random.ts";
import type { Experiment } from "../../../sim/experiments/experiment.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import type { Task } from "../../../sim/sweep/task.ts";

const side = 6;
const classes = 10;

function idx(magic: number, dimensions: readonly number[], values: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(4 + 4 * dimensions.length));
  [magic, ...dimensions].forEach((value, k) => {
    head.setUint32(4 * k, value);
  });
  return Buffer.concat([new Uint8Array(head.buffer), values]);
}

/** A folder of images that look like one of ten random patterns, classes in turn; remove it when done. */
export function imageFolder(train: number, test: number): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "images-"));
  const patterns = stream(5, "patterns");
  const prototypes = Uint8Array.from({ length: classes * side * side }, () => patterns.below(256));
  const parts = [
    ["train", train],
    ["t10k", test],
  ] as const;
  for (const [part, count] of parts) {
    const words = stream(5, part);
    const labels = Uint8Array.from({ length: count }, (_, k) => k % classes);
    const pixels = Uint8Array.from({ length: count * side * side }, (_, k) => {
      const label = labels[Math.floor(k / side ** 2)]!;
      return words.below(4) === 0 ? words.below(256) : prototypes[label * side ** 2 + (k % side ** 2)]!;
    });
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), idx(0x803, [count, side, side], pixels));
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), idx(0x801, [count], labels));
  }
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

/** A network of 40 neurons in which the feedback is felt. */
export const smallTraining = (folder: string): ProbedTraining => ({
  trainSamples: 200,
  testSamples: 100,
  data: folder,
  epochs: 2,
  schedule: "constant",
  model: {
    inputs: 30,
    hidden: 40,
    outputs: 10,
    selfCoupling: 0.5,
    inputStrength: 2,
    feedbackStrength: 4,
  },
  rule: { sweeps: 6, margin: 0.5 },
});

/** All rows of an experiment, its tasks run one after the other. */
export async function collectRows<Parameters, Row>(
  experiment: Experiment<Parameters, Row>,
  runTask: (task: Task) => Promise<unknown>,
  parameters: Parameters,
  seed: number,
): Promise<Row[]> {
  const results = new Map<string, unknown>();
  for (const task of experiment.tasks(parameters, seed)) results.set(taskKey(task), await runTask(task));
  return experiment.collect(parameters, seed, (task) => results.get(taskKey(task)));
}

/** States of one sample under (P21), one layer: after each sweep of input alone, then of input and feedback. */
export function plainDynamics(
  [couplings, input, feedback]: readonly WeightMatrix[],
  selfCoupling: number,
  sample: { readonly bits: Int8Array; readonly label: number },
  fedIn: (sweep: number) => boolean,
  sweeps: number,
): number[][] {
  const { rows: hidden } = couplings!;
  const product = ({ columns, values }: WeightMatrix, i: number, vector: ArrayLike<number>): number =>
    Array.from(vector).reduce((sum, value, j) => sum + values[i * columns + j]! * value, 0);
  const targets = Array.from({ length: classes }, (_, c) =>
    c === sample.label ? Math.sqrt(classes) / 2 : -0.5,
  );
  const states: number[][] = [];
  let state = new Array<number>(hidden).fill(0);
  for (let sweep = 1; sweep <= sweeps; sweep++) {
    const before = state;
    state = before.map((s, i) => {
      const own = product(couplings!, i, before) + selfCoupling * s + product(input!, i, sample.bits);
      const field = own + (fedIn(sweep) ? product(feedback!, i, targets) : 0);
      return field >= 0 ? 1 : -1;
    });
    states.push(state);
  }
  return states;
}
