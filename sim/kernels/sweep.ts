/**
 * @file Scalar twin of sweep.as.ts: sweeps of zero-temperature dynamics, s_i ← sgn(h_i + J_D s_i).
 *
 * Neuron i flips if and only if s_i h_i + J_D < 0, evaluated in f64 from the f32 field; at a tie, s_i h_i + J_D = 0,
 * it stays. Sweep t draws from substream t, so that a run can be continued from any sweep.
 */
import { RandomWords, SUBSTREAM_FAMILY } from "../random.ts";
import { addColumns, flipNeuron } from "./fields.ts";
import { viewFrame, type FrameViews } from "./frame.ts";
import type { KernelFunctions } from "./functions.ts";

/** Whether neuron i has s_i h_i + J_D < 0. */
const isUnstable = ({ state, fields }: FrameViews, i: number, selfCoupling: number): boolean =>
  state[i]! * fields[i]! + selfCoupling < 0;

/** Updates the neurons one after the other; returns the number of flips. */
function updateInTurn(views: FrameViews, neurons: Iterable<number>, selfCoupling: number): number {
  let flips = 0;
  for (const i of neurons) {
    if (!isUnstable(views, i, selfCoupling)) continue;
    flipNeuron(views, i);
    flips++;
  }
  return flips;
}

/** N independent picks. */
function* picks(n: number, words: RandomWords): Generator<number> {
  for (let k = 0; k < n; k++) yield words.below(n);
}

/**
 * Flips the listed neurons at once. Where more flip than stay, the fields of the negated target state are reached by
 * flipping those that stay, and everything is negated: at most N/2 columns are added.
 */
function flipTogether(views: FrameViews, flipping: readonly number[], staying: readonly number[]): void {
  const { state, fields } = views;
  const complement = flipping.length > staying.length;
  const list = complement ? staying : flipping;
  for (const i of list) state[i] = -state[i]!;
  addColumns(views, 2, list);
  if (!complement) return;
  for (let i = 0; i < views.n; i++) {
    state[i] = -state[i]!;
    fields[i] = -fields[i]!;
  }
}

/** The kernels `permutationSweep`, `randomSweep` and `parallelSweep` on `memory`. */
export function scalarSweeps(
  memory: WebAssembly.Memory,
): Pick<KernelFunctions, "permutationSweep" | "randomSweep" | "parallelSweep"> {
  return {
    permutationSweep(frame, selfCoupling, key0, key1, sweep) {
      const views = viewFrame(memory, frame);
      const order = new RandomWords([key0, key1], sweep, SUBSTREAM_FAMILY).permutation(views.n);
      return updateInTurn(views, order, selfCoupling);
    },
    randomSweep(frame, selfCoupling, key0, key1, sweep) {
      const views = viewFrame(memory, frame);
      const words = new RandomWords([key0, key1], sweep, SUBSTREAM_FAMILY);
      return updateInTurn(views, picks(views.n, words), selfCoupling);
    },
    parallelSweep(frame, selfCoupling, threshold, key0, key1, sweep) {
      const views = viewFrame(memory, frame);
      const words = new RandomWords([key0, key1], sweep, SUBSTREAM_FAMILY);
      const flipping: number[] = [];
      const staying: number[] = [];
      for (let i = 0; i < views.n; i++) {
        const takesPart = words.nextUint32() < threshold;
        const list = takesPart && isUnstable(views, i, selfCoupling) ? flipping : staying;
        list.push(i);
      }
      // The kernel lists the neurons that stay from the end of the array.
      flipTogether(views, flipping, staying.reverse());
      return flipping.length;
    },
  };
}
