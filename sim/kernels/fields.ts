/**
 * @file Scalar twin of fields.as.ts: local fields h_i = Σ_{j≠i} J_ij s_j. The diagonal of J is stored as zero, so that
 * the self-coupling never enters h. Every sum runs over the columns in the same order as in the kernels; a product of
 * a coupling with ±1 or ±2 is exact, so that each addition rounds once.
 */
import { viewFrame, type FrameViews } from "./frame.ts";
import type { KernelFunctions } from "./functions.ts";

/** h ← h + Σ scale·s_j·J_·j over the listed neurons, rounded to f32 after each. */
export function addColumns(views: FrameViews, scale: number, list: ArrayLike<number>): void {
  const { stride, couplings, state, fields } = views;
  for (let k = 0; k < list.length; k++) {
    const j = list[k]!;
    const factor = scale * state[j]!;
    for (let i = 0; i < stride; i++) fields[i] = fields[i]! + factor * couplings[j * stride + i]!;
  }
}

/** s_j ← −s_j and h ← h + 2 s_j J_·j. */
export function flipNeuron(views: FrameViews, j: number): void {
  views.state[j] = -views.state[j]!;
  addColumns(views, 2, [j]);
}

/** The kernels `initialFields`, `exactFields` and `flip` on `memory`. */
export function scalarFields(
  memory: WebAssembly.Memory,
): Pick<KernelFunctions, "initialFields" | "exactFields" | "flip"> {
  return {
    initialFields(frame) {
      const views = viewFrame(memory, frame);
      views.fields.fill(0);
      addColumns(views, 1, Array.from(views.state.keys()));
    },
    exactFields(frame) {
      const { stride, couplings, state, exactFields } = viewFrame(memory, frame);
      exactFields.fill(0);
      state.forEach((s, j) => {
        for (let i = 0; i < stride; i++) exactFields[i] = exactFields[i]! + s * couplings[j * stride + i]!;
      });
    },
    flip(frame, neuron) {
      flipNeuron(viewFrame(memory, frame), neuron);
    },
  };
}
