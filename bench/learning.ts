/**
 * @file Time of an epoch of learning by steering at H = 1600 on Entangled MNIST, 60,000 samples, two workers, as a ratio
 * to bench/reference/learning.py (numpy) on the same cores in the same run; the compiled kernels as a ratio to the scalar
 * twin; memory and time at H = 6400.
 *
 * numpy is timed on a part of an epoch, every batch of which costs the same, and the line says so. It is timed with as
 * many BLAS threads as there are workers and with one, and the faster counts: beside other load one is often better.
 * `npx tsx bench/learning.ts --full` times its whole epoch and compares accuracies too.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { entangle } from "../sim/data/entangled.ts";
import type { LabelledStates } from "../sim/data/labelled.ts";
import { takeSamples } from "../sim/data/labelled.ts";
import { readLabelledImages } from "../sim/data/mnist.ts";
import { loadKernels } from "../sim/kernels/load.ts";
import type { Kernels } from "../sim/kernels/memory.ts";
import { createScalarKernels } from "../sim/kernels/scalar.ts";
import { batchesOf } from "../sim/learning/command.ts";
import { openLearner, type Learner } from "../sim/learning/learner.ts";
import { learningPresets, networkSetup } from "../sim/learning/presets.ts";
import type { TrainingSets } from "../sim/learning/train.ts";
import { accuracyOf } from "../sim/learning/train.ts";
import { inTemporaryFolder, isMain } from "./measure.ts";

const HIDDEN = 1600;
const WORKERS = 2;
const TARGET_RATIO = 3;
const SEED = 1;
/** Batches that numpy is timed on; an epoch has 3750. */
const REFERENCE_BATCHES = 200;

/** Neurons and batches of the comparison with the scalar twin. */
const TWIN_HIDDEN = 300;
const TWIN_BATCHES = 2;
const TWIN_REPETITIONS = 20;

const LARGE = 6400;
/** Parts of an epoch (learner.ts) that are timed at H = 6400: 2 % each; the first one only warms up. */
const LARGE_PARTS = 2;

/** What the benchmark does beyond the usual. */
export interface LearningBenchOptions {
  /** Whether numpy goes through a whole epoch. Default false. */
  readonly full?: boolean;
}

/** Network and rule of the preset `large` with another number of neurons. */
export function setupOf(hidden: number) {
  const { model, rule } = learningPresets.large;
  return networkSetup("rule", { ...model, inputs: 100, hidden, outputs: 10 }, rule);
}

/** Entangled MNIST, 60,000 and 10,000 images. */
export async function entangledSets(): Promise<TrainingSets> {
  const [train, test] = await Promise.all(
    (["train", "test"] as const).map(async (part) =>
      entangle(await readLabelledImages({ part }), { seed: SEED }),
    ),
  );
  return { train: train!, test: test! };
}

const open = (hidden: number, sets: TrainingSets, options: { workers?: number; kernels?: Kernels }) =>
  openLearner({ ...setupOf(hidden), sets: { ...sets }, seed: SEED }, options);

/** Seconds of wall clock and of processor time. */
interface Times {
  readonly wall: number;
  readonly processor: number;
}

async function timesOf(work: () => Promise<unknown>): Promise<Times> {
  const [start, processor] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(processor);
  return { wall: (performance.now() - start) * 1e-3, processor: (user + system) * 1e-6 };
}

/** Times and figures of the numpy reference on the first batches of an epoch; undefined without numpy. */
function runReference({ train, test }: TrainingSets, batches: number, blasThreads: number) {
  try {
    execFileSync("python3", ["-c", "import numpy"], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  return inTemporaryFolder((folder) => {
    const write = (part: string, { states, labels }: LabelledStates): void => {
      writeFileSync(join(folder, `${part}.i8`), states);
      writeFileSync(join(folder, `${part}.labels`), labels);
    };
    write("train", train);
    write("test", test);
    const program = fileURLToPath(new URL("./reference/learning.py", import.meta.url));
    const numbers = [train.n, HIDDEN, train.classes, batches, SEED].map(String);
    const threads = String(blasThreads);
    const printed = execFileSync("python3", [program, folder, ...numbers], {
      encoding: "utf8",
      env: { ...process.env, OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads },
    });
    const [wall, processor, accuracy] = printed.trim().split(" ").map(Number);
    return { wall: wall!, processor: processor!, accuracy: accuracy! };
  });
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

async function benchEpoch(sets: TrainingSets, full: boolean): Promise<string[]> {
  const learner = await open(HIDDEN, sets, { workers: WORKERS });
  try {
    const { wall, processor } = await timesOf(() => learner.trainEpoch("train", 1));
    const accuracy = accuracyOf(await learner.answer("test"), sets.test);
    const { count } = sets.train;
    const line =
      `H = ${HIDDEN}, ${count} samples, ${WORKERS} workers: ${wall.toFixed(1)} s an epoch (${processor.toFixed(1)} s of ` +
      `processor time), ${(count / wall).toFixed(0)} samples/s, test accuracy ${percent(accuracy)}, load ${loadavg()[0]!.toFixed(1)}`;
    const batches = batchesOf(count, learner.plan.rule.batchSize);
    return [
      line,
      ...compareWithReference(sets, { wall, processor }, full ? batches : REFERENCE_BATCHES, batches),
    ];
  } finally {
    await learner.close();
  }
}

function compareWithReference(
  sets: TrainingSets,
  { wall, processor }: Times,
  timed: number,
  batches: number,
): string[] {
  const runs = [WORKERS, 1].map((threads) => ({
    threads,
    result: runReference(sets, REFERENCE_BATCHES, threads),
  }));
  const faster = runs.toSorted((a, b) => (a.result?.wall ?? 0) - (b.result?.wall ?? 0))[0]!;
  const reference = timed === REFERENCE_BATCHES ? faster.result : runReference(sets, timed, faster.threads);
  if (reference === undefined) return ["  no python3 with numpy: no ratio to learning.py"];
  const scale = batches / timed;
  const how = scale === 1 ? "timed on the whole epoch" : `extrapolated from ${timed} of ${batches} batches`;
  const perBatch = runs.map(
    ({ threads, result }) => `${((result!.wall / REFERENCE_BATCHES) * 1e3).toFixed(0)} ms with ${threads}`,
  );
  const lines = [
    `  ${((scale * reference.wall) / wall).toFixed(1)} × as fast as numpy (target ≥ ${TARGET_RATIO}): ` +
      `${(scale * reference.wall).toFixed(1)} s, ${how}; ratio of processor times ` +
      ((scale * reference.processor) / processor).toFixed(1),
    `  numpy takes ${perBatch.join(" and ")} BLAS thread(s) a batch; the faster counts`,
  ];
  if (scale === 1) lines.push(`  test accuracy of numpy after the epoch: ${percent(reference.accuracy)}`);
  return lines;
}

/** Processor seconds of `repetitions` epochs of a few batches on one worker. */
async function secondsOfEpochs(learner: Learner, repetitions: number): Promise<number> {
  await learner.trainEpoch("train", 1);
  const { processor } = await timesOf(async () => {
    for (let k = 0; k < repetitions; k++) await learner.trainEpoch("train", 2 + k);
  });
  return processor / repetitions;
}

async function benchTwin(sets: TrainingSets): Promise<string> {
  const samples = TWIN_BATCHES * setupOf(TWIN_HIDDEN).rule.batchSize;
  const few = { train: takeSamples(sets.train, 0, samples), test: takeSamples(sets.test, 0, 1) };
  const compiled = await open(TWIN_HIDDEN, few, { kernels: loadKernels() });
  const scalar = await open(TWIN_HIDDEN, few, { kernels: createScalarKernels() });
  const ratio = (await secondsOfEpochs(scalar, 1)) / (await secondsOfEpochs(compiled, TWIN_REPETITIONS));
  return `H = ${TWIN_HIDDEN}, ${TWIN_BATCHES} batches: ${ratio.toFixed(0)} × as fast as the scalar twin, one worker`;
}

/** An epoch's time, from a part of it. */
export interface EpochTime {
  readonly seconds: number;
  /** Share of the epoch that was timed. */
  readonly share: number;
}

/**
 * Time of an epoch from its first parts (learner.ts: 2 % each), without the very first one, which only warms up.
 * @param parts number of parts to time, 1..49
 */
export async function timeEpochParts(
  learner: Pick<Learner, "trainEpoch">,
  parts: number,
): Promise<EpochTime> {
  const stop = new AbortController();
  const times: number[] = [];
  const shares: number[] = [];
  const onProgress = (share: number): void => {
    times.push(performance.now() * 1e-3);
    shares.push(share);
    if (times.length > parts) stop.abort();
  };
  await learner.trainEpoch("train", 1, { signal: stop.signal, onProgress });
  const share = shares.at(-1)! - shares[0]!;
  return { seconds: (times.at(-1)! - times[0]!) / share, share };
}

async function benchLarge(sets: TrainingSets): Promise<string> {
  const learner = await open(LARGE, sets, { workers: WORKERS });
  try {
    const { seconds, share } = await timeEpochParts(learner, LARGE_PARTS);
    const megabytes = learner.kernels.memory.buffer.byteLength / 2 ** 20;
    return (
      `H = ${LARGE}: ${seconds.toFixed(0)} s an epoch on ${WORKERS} workers, extrapolated from ${percent(share)} of it, ` +
      `${megabytes.toFixed(0)} MiB of kernel memory`
    );
  } finally {
    await learner.close();
  }
}

/**
 * Times an epoch at H = 1600 against numpy, the compiled kernels against the scalar twin, and a part of an epoch at
 * H = 6400.
 * @returns one line a figure
 */
export async function runLearningBench({ full = false }: LearningBenchOptions = {}): Promise<string[]> {
  const sets = await entangledSets();
  return [...(await benchEpoch(sets, full)), await benchTwin(sets), await benchLarge(sets)];
}

if (isMain(import.meta.url)) {
  for (const line of await runLearningBench({ full: process.argv.includes("--full") })) console.log(line);
}
