/**
 * @file Many random states of one network relax: all at once on a GPU where there is one, else one after the other, a few
 * in each task, so that requests of the page are heard in between. Clock, timer and GPU are given.
 */
import { relax, type Relaxation, type RelaxationInput } from "../../instance/dynamics.ts";
import type { Network } from "../../instance/network.ts";
import type { StartsInput } from "./live-network.ts";
import { STARTS_BUDGET, type StartsPlace } from "./protocol.ts";

/** Milliseconds of relaxing in one task, after which the requests that wait are received. */
const TASK_MILLISECONDS = 30;

/** Milliseconds after which a GPU counts as too slow: many times what one takes, and less than the page's patience. */
const GPU_MILLISECONDS = 20_000;

/** Milliseconds between two tellings of how far it is. */
const TELL_MILLISECONDS = 200;

/** Most neurons of a block, which keep a GPU busy, and least number of blocks: small networks would else oscillate. */
const MOST_BLOCK_SIZE = 64;
const LEAST_BLOCKS = 8;

/** How the starts relax. */
export interface StartsOptions {
  readonly update: "block";
  /** Most sweeps. */
  readonly budget: number;
  /** Neurons that are updated at once. */
  readonly blockSize: number;
}

/** A GPU for one call; close it afterwards. */
export interface StartsGpu {
  /** Name of the GPU; may be empty. */
  readonly name: string;
  /** Results in the order of the runs; state and fields of the network are overwritten. */
  relax(network: Network, runs: readonly RelaxationInput[], options: StartsOptions): Promise<Relaxation[]>;
  /** Frees it; a call that is under way then fails soon. */
  close(): void;
}

/** What {@link relaxStarts} works with. */
export interface StartsSurroundings {
  /** Present time, milliseconds. */
  readonly now: () => number;
  /** Calls back once the requests that are waiting have been received. */
  readonly schedule: (task: () => void) => void;
  /** Opens the GPU; null where there is none that is worth it. */
  readonly openGpu: () => Promise<StartsGpu | null>;
  /** A signal that is given after so many milliseconds. */
  readonly timeout: (milliseconds: number) => AbortSignal;
}

/** Where to stop, and whom to tell. */
export interface StartsListeners {
  /** Ends it, without a result. */
  readonly signal: AbortSignal;
  /** Told how many starts have ended, at first and a few times a second. */
  readonly onProgress: (done: number, place: StartsPlace) => void;
}

/** What has come of the starts. */
export interface StartsOutcome {
  /** How many came to rest: fixed points, verified in f64. */
  readonly atRest: number;
  /** Median of the sweeps that those took, the flipless one included; null if there are none. */
  readonly medianSweeps: number | null;
  /** Time that it took, the opening of the GPU included, milliseconds. */
  readonly milliseconds: number;
  readonly place: StartsPlace;
}

/** What an error says, in one line without a full stop: it becomes part of a sentence. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0]!.replace(/\.$/, "");

/** The middle of the values; null if there are none. */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** All at once; null where there is no GPU. */
async function relaxOnGpu(
  { network, runs }: StartsInput,
  options: StartsOptions,
  { openGpu, timeout }: StartsSurroundings,
  { signal, onProgress }: StartsListeners,
): Promise<{ readonly results: Relaxation[]; readonly place: StartsPlace } | null> {
  const gpu = await openGpu();
  if (gpu === null) return null;
  const tooLate = timeout(GPU_MILLISECONDS);
  const end = AbortSignal.any([signal, tooLate]);
  const close = (): void => {
    gpu.close();
  };
  end.addEventListener("abort", close);
  try {
    if (signal.aborted) return null;
    const place = { on: "gpu", name: gpu.name } as const;
    onProgress(0, place);
    return { results: await gpu.relax(network, runs, options), place };
  } catch (error) {
    // The error of a GPU that was closed does not say why.
    throw tooLate.aborted ? new Error(`it took longer than ${GPU_MILLISECONDS / 1000} s`) : error;
  } finally {
    end.removeEventListener("abort", close);
    close();
  }
}

/** One after the other; null once the signal is given. */
async function relaxOnProcessor(
  { network, runs }: StartsInput,
  options: StartsOptions,
  { now, schedule }: StartsSurroundings,
  { signal, onDone }: { readonly signal: AbortSignal; readonly onDone: (done: number) => void },
): Promise<Relaxation[] | null> {
  const results: Relaxation[] = [];
  onDone(0);
  let told = now();
  while (results.length < runs.length) {
    await new Promise<void>((resolve) => {
      schedule(resolve);
    });
    if (signal.aborted) return null;
    const end = now() + TASK_MILLISECONDS;
    do {
      results.push(relax(network, runs[results.length]!, options));
    } while (results.length < runs.length && now() < end);
    if (now() < told + TELL_MILLISECONDS) continue;
    onDone(results.length);
    told = now();
  }
  return results;
}

/**
 * Lets states of a network relax in blocks, at most {@link STARTS_BUDGET} sweeps. A GPU that fails is not the end: the
 * starts then begin anew on the processor, and the place says why.
 * @param input the network and its starts; see {@link StartsInput}
 * @param surroundings clock, timer and GPU
 * @param listeners see {@link StartsListeners}
 * @returns how many came to rest and how fast; null after the signal. Once it has settled, nothing uses the network
 * @throws OutOfDomain on a state or self-coupling that `relax` does not take
 */
export async function relaxStarts(
  input: StartsInput,
  surroundings: StartsSurroundings,
  listeners: StartsListeners,
): Promise<StartsOutcome | null> {
  const { signal, onProgress } = listeners;
  const begin = surroundings.now();
  const blockSize = Math.min(MOST_BLOCK_SIZE, Math.ceil(input.network.n / LEAST_BLOCKS));
  const options = { update: "block", budget: STARTS_BUDGET, blockSize } as const;
  const outcomeOf = (results: readonly Relaxation[], place: StartsPlace): StartsOutcome => {
    const rested = results.filter(({ converged }) => converged).map(({ sweeps }) => sweeps);
    const milliseconds = surroundings.now() - begin;
    return { atRest: rested.length, medianSweeps: median(rested), milliseconds, place };
  };

  let failure: string | null = null;
  try {
    const found = await relaxOnGpu(input, options, surroundings, listeners);
    if (signal.aborted) return null;
    if (found !== null) return outcomeOf(found.results, found.place);
  } catch (error) {
    failure = reasonOf(error);
  }
  if (signal.aborted) return null;
  const place = { on: "processor", failure } as const;
  const onDone = (done: number): void => {
    onProgress(done, place);
  };
  const results = await relaxOnProcessor(input, options, surroundings, { signal, onDone });
  return results === null ? null : outcomeOf(results, place);
}
