/**
 * @file Scalar twin of enumerate.as.ts, and the layout it reads: fixed points s_i h_i + J_D > 0 (P1) by Gray code.
 *
 * A state and its negative are fixed points together, so that only the 2^(N−1) states with s_N = +1 are visited.
 * Neighbours in Gray order differ in one neuron: one column updates all fields. Fields are f64 and summed afresh every
 * REFRESH_STEPS steps. A state with some s_i h_i + J_D below −driftBound is no fixed point; one with all of them above
 * +driftBound is; between the two, the fields are summed afresh and decide.
 */
import type { KernelFunctions } from "./functions.ts";
import type { Kernels } from "./memory.ts";

/** Gray-code steps between two fresh sums of the fields. */
export const REFRESH_STEPS = 4096;

/** Field of a padding neuron: far beyond every |h_i|, so that it never counts as unstable. */
const PADDING_FIELD = 1e300;

/** Columns are padded to a multiple of this: the number of f64 that one step of the SIMD loop handles. */
const ROW_BLOCK = 4;

/** Number of u32 fields of the record. */
const RECORD_WORDS = 7;

/** Where a network lies for enumeration; pointers are byte offsets. */
export interface EnumerationFrame {
  readonly address: number;
  /** Address of the words found, u32. */
  readonly found: number;
}

/**
 * Reserves memory for the enumeration of a small network and copies its couplings.
 * @param n number of neurons, 2..30
 * @param couplingOf J_ij of neurons i ≠ j
 * @param capacity most states that one call of `enumerate` will visit
 */
export function createEnumerationFrame(
  kernels: Kernels,
  n: number,
  couplingOf: (i: number, j: number) => number,
  capacity: number,
): EnumerationFrame {
  const stride = Math.ceil(n / ROW_BLOCK) * ROW_BLOCK;
  const address = kernels.allocate(RECORD_WORDS * 4);
  const couplings = kernels.allocate(n * stride * 8);
  const state = kernels.allocate(stride * 8);
  const fields = kernels.allocate(stride * 8);
  const freshFields = kernels.allocate(stride * 8);
  const found = kernels.allocate(capacity * 4);
  kernels.uint32(address, RECORD_WORDS).set([n, stride, couplings, state, fields, freshFields, found]);
  const columns = kernels.float64(couplings, n * stride).fill(0);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) if (i !== j) columns[j * stride + i] = couplingOf(i, j);
  }
  return { address, found };
}

/** Views of the record at `address`. */
function viewEnumeration(memory: WebAssembly.Memory, address: number) {
  const record = new Uint32Array(memory.buffer, address, RECORD_WORDS);
  const [n, stride, couplings, state, fields, freshFields, found] = record;
  const float64 = (start: number, length: number) => new Float64Array(memory.buffer, start, length);
  return {
    n: n!,
    stride: stride!,
    couplings: float64(couplings!, n! * stride!),
    state: float64(state!, stride!),
    fields: float64(fields!, stride!),
    freshFields: float64(freshFields!, stride!),
    found: new Uint32Array(memory.buffer, found!),
  };
}

type EnumerationViews = ReturnType<typeof viewEnumeration>;

/** Fields summed column by column from zero. */
function sumFields({ n, stride, couplings, state }: EnumerationViews, fields: Float64Array): void {
  for (let i = 0; i < stride; i++) fields[i] = i < n ? 0 : PADDING_FIELD;
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) fields[i] = fields[i]! + state[j]! * couplings[j * stride + i]!;
  }
}

/** State and fields of a word: bit i is set where s_i = +1. */
function enter(views: EnumerationViews, word: number): void {
  const { n, state } = views;
  for (let i = 0; i < state.length; i++) state[i] = i >= n || ((word >>> i) & 1) === 1 ? 1 : -1;
  sumFields(views, views.fields);
}

/** Flips one neuron. */
function step({ stride, couplings, state, fields }: EnumerationViews, neuron: number): void {
  state[neuron] = -state[neuron]!;
  const factor = 2 * state[neuron];
  for (let i = 0; i < stride; i++) fields[i] = fields[i]! + factor * couplings[neuron * stride + i]!;
}

/** Whether the current state is a fixed point; sums the fields afresh where they do not decide. */
function isFixedPoint(views: EnumerationViews, selfCoupling: number, driftBound: number): boolean {
  const { state, fields, freshFields } = views;
  if (state.some((s, i) => s * fields[i]! < -selfCoupling - driftBound)) return false;
  if (state.every((s, i) => s * fields[i]! > driftBound - selfCoupling)) return true;
  sumFields(views, freshFields);
  return state.every((s, i) => s * freshFields[i]! > -selfCoupling);
}

/** Index of the lowest bit set. */
const lowestBit = (index: number): number => 31 - Math.clz32(index & -index);

/** The kernel `enumerate` on `memory`. */
export function scalarEnumerate(memory: WebAssembly.Memory): Pick<KernelFunctions, "enumerate"> {
  return {
    enumerate(enumeration, selfCoupling, driftBound, first, last) {
      const views = viewEnumeration(memory, enumeration);
      const top = 2 ** (views.n - 1);
      let count = 0;
      for (let index = first; index < last; index++) {
        const word = top + (index ^ (index >>> 1));
        if (index === first || index % REFRESH_STEPS === 0) enter(views, word);
        else step(views, lowestBit(index));
        if (isFixedPoint(views, selfCoupling, driftBound)) views.found[count++] = word;
      }
      return count;
    },
  };
}
