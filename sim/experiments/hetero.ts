/**
 * @file Experiment `hetero`: how many random pairs of patterns (ξ_in, ξ_out) layers of N neurons associate. The input is
 * a field on the first layer, the target one on the last layer during the clamped phase; layers are joined neuron to
 * neuron by ferromagnetic bonds; couplings inside the layers learn by (P21). Recall starts from s = 0 with the input alone.
 */
import type { PatternPairs } from "../data/patterns.ts";
import { randomPairs } from "../data/patterns.ts";
import { loadKernels } from "../kernels/load.ts";
import type { Kernels } from "../kernels/memory.ts";
import { DeviceLost } from "../kernels/webgpu/errors.ts";
import type { LearningBackend } from "../learning/backend.ts";
import { deviceBackend, wasmBackend } from "../learning/backend.ts";
import type { NetworkModel, SteeringRule } from "../learning/model.ts";
import { networkModel, steeringRule } from "../learning/model.ts";
import type { Task } from "../sweep/task.ts";
import { awaitOrElseNotConverged, defineExperiment } from "./experiment.ts";
import type { Recall, RecallCriterion } from "./hetero-capacity.ts";
import { meetsCriterion, RECALLED_OVERLAP, searchCapacity } from "./hetero-capacity.ts";
import type { HeteroRow } from "./learning-rows.ts";
import { onTaskDevice } from "./task-device.ts";

/** Network and rule of hetero-association; all strengths in units of λ where that is 1. */
export interface HeteroSettings {
  /** Ferromagnetic coupling [λ] > 0 between layers. */
  readonly layerCoupling: number;
  /** [J_D] ≥ 0. */
  readonly selfCoupling: number;
  /** Standard deviation of the initial couplings times √N, ≥ 0. */
  readonly couplingStrength: number;
  /** Field [λ_in] ≥ 0 of the input on the first layer. */
  readonly inputStrength: number;
  /** Field [λ_back] ≥ 0 of the target on the last layer. */
  readonly feedbackStrength: number;
  /** [κ], beyond J_D and all bonds of a neuron; null: `heteroMargin` of the depth. */
  readonly margin: number | null;
  /** Learning rate [η_J] ≥ 0. */
  readonly rate: number;
  /** [η_in] ≥ 0 of the input weights, which begin as λ_in times the identity. */
  readonly inputRate: number;
  /** Weight decay [δ] ≥ 0 of the couplings. */
  readonly decay: number;
  /** Sweeps of each phase and of recall, for each layer, ≥ 1. */
  readonly sweepsPerLayer: number;
  /** Pairs [B] of a batch. */
  readonly batchSize: number;
  /** What follows the clamped phase. */
  readonly freePhase: SteeringRule["freePhase"];
}

/**
 * Margin by depth, in units of λ = 1, fitted to the best ones of L = 2, 3, 5 and 7 at N = 100 (2.5, 1, 0.5, 0.5). Two
 * layers must turn half of their bits against input and bonds, which takes strong couplings; where many layers share
 * the turns, strong couplings only hold the state in the wrong place.
 */
export const heteroMargin = (layers: number): number => 0.45 + 2 / Math.max(1, layers - 1) ** 2;

/**
 * Chosen at N = 64 to 200 for many pairs. What matters: the state is imprinted while the target acts (later the last
 * layer has drifted from the target, and that would be learned), bonds as strong as the fields that are learned, weak
 * initial couplings, and no self-coupling, which would hold the copy of the input in which all layers begin. λ_in differs
 * from λ, or input and bond of the first layer would cancel.
 */
export const defaultHeteroSettings: HeteroSettings = {
  layerCoupling: 1,
  selfCoupling: 0,
  couplingStrength: 0.3,
  inputStrength: 1.15,
  feedbackStrength: 8,
  margin: null,
  rate: 0.03,
  inputRate: 0,
  decay: 0,
  sweepsPerLayer: 8,
  batchSize: 4,
  freePhase: "none",
};

/** Networks to search, and how. */
export interface HeteroParameters {
  /** Numbers of layers L ≥ 1. */
  readonly layers: readonly number[];
  /** Numbers of neurons N ≥ 2 of a layer. */
  readonly sizes: readonly number[];
  /** Networks, each with pairs of its own, at each (L, N); sample k has the same pairs at every L. */
  readonly samples: number;
  readonly criterion: RecallCriterion;
  /** Epochs after which a number of pairs is given up. */
  readonly epochs: number;
  readonly settings: HeteroSettings;
  /** Learns on the GPU of the thread that runs the task; default by the compiled kernels. */
  readonly backend?: "webgpu";
}

/** One network. */
interface HeteroPart {
  readonly layers: number;
  readonly n: number;
  readonly sample: number;
  readonly criterion: RecallCriterion;
  readonly epochs: number;
  readonly settings: HeteroSettings;
  readonly backend?: "webgpu";
}

/** Epochs between two looks at the recall, which costs about half an epoch. */
const JUDGED_EVERY = 5;

/** No number of pairs beyond this multiple of N is tried; a perceptron without hidden layers learns at most 2 N. */
const MOST_LOAD = 2;

/** Load that is tried first: low, since few pairs are quick. */
const FIRST_LOAD = 0.05;

/** Brackets of P this narrow, relative to P, end a search: finer than samples scatter. */
const RESOLUTION = 0.02;

/** Seeds of samples follow one another, wrapped into the range of seeds. */
const sampleSeed = (seed: number, sample: number): number => (seed + sample) % Number.MAX_SAFE_INTEGER;

/**
 * Network and rule at one depth and size.
 * @throws OutOfDomain naming the first field outside of its domain
 */
export function heteroSetup(
  { layers, n }: { readonly layers: number; readonly n: number },
  settings: HeteroSettings,
): { readonly model: NetworkModel; readonly rule: SteeringRule } {
  const { rate, inputRate, decay, sweepsPerLayer, margin, batchSize, freePhase, ...strengths } = settings;
  const model = networkModel({
    inputs: n,
    hidden: n,
    outputs: n,
    layers,
    association: "patterns",
    ...strengths,
  });
  const rates = { couplings: rate, input: inputRate, readout: 0 };
  const decays = { couplings: decay, input: 0, readout: 0 };
  const sweeps = sweepsPerLayer * layers;
  const rule = { sweeps, margin: margin ?? heteroMargin(layers), rates, decays, batchSize, freePhase };
  return { model, rule: steeringRule(rule, model) };
}

/** Share of recalled pairs and mean overlap, from the overlaps of all pairs. */
function recallOf(overlaps: Float32Array): Recall {
  const count = overlaps.length;
  return {
    recalled: overlaps.reduce((sum, overlap) => sum + Number(overlap >= RECALLED_OVERLAP), 0) / count,
    meanOverlap: overlaps.reduce((sum, overlap) => sum + overlap, 0) / count,
  };
}

/** What {@link trainPairs} needs. */
export interface PairTraining {
  readonly layers: number;
  readonly pairs: PatternPairs;
  readonly settings: HeteroSettings;
  readonly criterion: RecallCriterion;
  readonly epochs: number;
  /** Of initial couplings and the order of pairs. */
  readonly seed: number;
  /** Memory that is given back at the end. */
  readonly kernels?: Kernels;
  /** Where the network learns; default by these kernels. */
  readonly backend?: LearningBackend;
}

/**
 * Trains a fresh network on pairs until they count as recalled, nothing is learned any more, or the epochs are over.
 * @returns recall at the end, and the epochs that it took, null when the criterion was not met
 * @throws OutOfDomain when settings are outside of their domain; NotConverged when weights grow beyond f32
 */
export async function trainPairs(training: PairTraining): Promise<Recall & { epochs: number | null }> {
  const { layers, pairs, settings, criterion, epochs, seed, kernels = loadKernels() } = training;
  const { backend = wasmBackend({ kernels }) } = training;
  const mark = kernels.mark();
  const setup = heteroSetup({ layers, n: pairs.n }, settings);
  const learner = await backend.open({ ...setup, sets: { pairs }, seed });
  try {
    for (let epoch = 1; ; epoch++) {
      const updates = await learner.trainEpoch("pairs", epoch);
      // Without an update, and so without decay, all later epochs would be the same.
      const over = epoch >= epochs || (updates?.hidden === 0 && settings.decay === 0);
      if (!over && epoch % JUDGED_EVERY !== 0) continue;
      const recall = recallOf((await learner.answer("pairs")).values);
      const met = meetsCriterion(criterion, recall);
      if (met || over) return { ...recall, epochs: met ? epoch : null };
    }
  } finally {
    await learner.close();
    kernels.release(mark);
  }
}

/** Where training diverges nothing is recalled: the search for the largest number goes on below. */
const diverged = { status: "not-converged", recalled: 0, meanOverlap: 0, epochs: null } as const;

/** Rows of one task: one for each number of pairs that was tried, ascending. */
export async function runTask(task: Task): Promise<HeteroRow[]> {
  const part = task.parameters as HeteroPart;
  if (part.backend === undefined) return searchPairs(part, task.seed);
  // A search that a lost GPU ends begins anew on the next one.
  return onTaskDevice((device) => {
    const reopen = () => Promise.reject(new DeviceLost("the GPU was lost"));
    return searchPairs(part, task.seed, deviceBackend(device, { reopen }));
  });
}

/** Tries numbers of pairs on one network; `backend` is where it learns, default by the compiled kernels. */
async function searchPairs(
  { layers, n, sample, criterion, epochs, settings }: HeteroPart,
  taskSeed: number,
  backend?: LearningBackend,
): Promise<HeteroRow[]> {
  const seed = sampleSeed(taskSeed, sample);
  const kernels = loadKernels();
  const where = backend === undefined ? { kernels } : { kernels, backend };
  const rows: HeteroRow[] = [];
  const recalls = async (count: number): Promise<boolean> => {
    const pairs = randomPairs({ n, pairs: count, seed });
    const found = await awaitOrElseNotConverged<Recall & Pick<HeteroRow, "status" | "epochs">>(
      async () => ({
        status: "ok",
        ...(await trainPairs({ layers, pairs, settings, criterion, epochs, seed, ...where })),
      }),
      () => diverged,
    );
    rows.push({ layers, n, pairs: count, seed, load: count / n, ...found });
    return found.epochs !== null;
  };
  const most = MOST_LOAD * n;
  const first = Math.max(1, Math.round(FIRST_LOAD * n));
  await searchCapacity(recalls, { first, most, resolution: RESOLUTION });
  return rows.sort((a, b) => a.pairs - b.pairs);
}

/** Seconds of one core for a pair in an epoch, for each coupling; a search is about so many runs at a load like this. */
const SECONDS_PER_COUPLING = 3e-9;
const RUNS = 6;
const TYPICAL_LOAD = 0.3;

/** The experiment; a row for each number of pairs tried, networks in the order of depth, size and sample. */
export const heteroExperiment = defineExperiment<HeteroParameters, HeteroPart, HeteroRow>({
  name: "hetero",
  version: 1,
  module: import.meta.url,
  random: true,
  split: ({ layers, sizes, samples, ...common }) =>
    layers.flatMap((depth) =>
      sizes.flatMap((n) =>
        Array.from({ length: samples }, (_, sample) => ({ layers: depth, n, sample, ...common })),
      ),
    ),
  seconds: ({ layers, n, epochs }) =>
    RUNS * epochs * TYPICAL_LOAD * n * layers * n * n * SECONDS_PER_COUPLING,
  unstarted: ({ layers, n }) => [
    {
      status: "unstarted",
      layers,
      n,
      pairs: 0,
      seed: 0,
      load: 0,
      epochs: null,
      recalled: 0,
      meanOverlap: 0,
    },
  ],
});
