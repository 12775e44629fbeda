/**
 * @file Scalar twin of steering.as.ts: total fields of one layer and one sample, new states, and the neurons that learn.
 *
 * f_i = (h_i + drive_i) + (J_D s_i + (λ n_i + μ n'_i)), all in f32: h = J s without self-coupling, drive the fields of
 * input and feedback, n and n' the sums of the states of the same neuron one and two layers away (0 where there is none).
 * s_i ← sgn f_i with sgn 0 = 1. (P21), step 4: neuron i learns when s_i f_i ≤ margin.
 */
import type { KernelFunctions } from "./functions.ts";

/** Bytes of a record of bonds (class Bonds in steering.as.ts). */
export const BONDS_BYTES = 52;

/** Places in a record, in words of four bytes, of what changes from sample to sample; `writeBonds` writes all of it. */
export const BOND_WORDS = {
  below: 0,
  above: 1,
  secondBelow: 2,
  secondAbove: 3,
  words: 11,
  threshold: 12,
} as const;

/** What binds a layer to itself and to the others. Addresses are those of i8 states of the same sample. */
export interface BondsRecord {
  readonly below: number;
  readonly above: number;
  readonly secondBelow: number;
  readonly secondAbove: number;
  /** J_D. */
  readonly selfCoupling: number;
  /** λ between neighbouring layers. */
  readonly layerCoupling: number;
  /** μ between layers two apart. */
  readonly skipCoupling: number;
  /** A neuron learns when s_i f_i is at most this. */
  readonly margin: number;
  /** Neurons of the layer; rows beyond are padding. */
  readonly neurons: number;
  /** Own rows, firstRow..lastRow−1: multiples of four. */
  readonly firstRow: number;
  readonly lastRow: number;
  /** Random words of the own rows, u32: a neuron keeps its state unless its word < threshold; 0 when all are updated. */
  readonly words: number;
  readonly threshold: number;
}

/** Writes a record of bonds for the kernels. */
export function writeBonds(memory: WebAssembly.Memory, address: number, bonds: BondsRecord): void {
  const { below, above, secondBelow, secondAbove, neurons, firstRow, lastRow, words, threshold } = bonds;
  const { selfCoupling, layerCoupling, skipCoupling, margin } = bonds;
  new Uint32Array(memory.buffer, address, 4).set([below, above, secondBelow, secondAbove]);
  new Float32Array(memory.buffer, address + 16, 4).set([selfCoupling, layerCoupling, skipCoupling, margin]);
  new Uint32Array(memory.buffer, address + 32, 5).set([neurons, firstRow, lastRow, words, threshold]);
}

/** A record of bonds and the total field of neuron i. */
interface BondsView {
  readonly margin: number;
  readonly neurons: number;
  readonly firstRow: number;
  readonly lastRow: number;
  readonly words: number;
  readonly threshold: number;
  readonly fieldOf: (i: number) => number;
}

const round = Math.fround;

/** Reads the record at `address` for the layer and sample whose state, fields and drive are given. */
function viewBonds(
  memory: WebAssembly.Memory,
  address: number,
  state: number,
  fields: number,
  drive: number,
): BondsView {
  const addresses = new Uint32Array(memory.buffer, address, 4);
  const [selfCoupling, layerCoupling, skipCoupling, margin] = new Float32Array(
    memory.buffer,
    address + 16,
    4,
  );
  const [neurons, firstRow, rows, words, threshold] = new Uint32Array(memory.buffer, address + 32, 5);
  const [below, above, secondBelow, secondAbove] = Array.from(
    addresses,
    (start) => new Int8Array(memory.buffer, start, rows),
  );
  const s = new Int8Array(memory.buffer, state, rows);
  const h = new Float32Array(memory.buffer, fields, rows);
  const external = new Float32Array(memory.buffer, drive, rows);
  const fieldOf = (i: number): number => {
    const near = round(layerCoupling! * (below![i]! + above![i]!));
    const far = round(skipCoupling! * (secondBelow![i]! + secondAbove![i]!));
    const bond = round(round(selfCoupling! * s[i]!) + round(near + far));
    return round(round(h[i]! + external[i]!) + bond);
  };
  return {
    margin: margin!,
    neurons: neurons!,
    firstRow: firstRow!,
    lastRow: rows!,
    words: words!,
    threshold: threshold!,
    fieldOf,
  };
}

/** The kernels `alignStates` and `learningSites` on `memory`. */
export function scalarSteering(
  memory: WebAssembly.Memory,
): Pick<KernelFunctions, "alignStates" | "learningSites"> {
  return {
    alignStates(bonds, next, state, fields, drive) {
      const { firstRow, lastRow, words, threshold, fieldOf } = viewBonds(memory, bonds, state, fields, drive);
      const before = new Int8Array(memory.buffer, state, lastRow);
      const after = new Int8Array(memory.buffer, next, lastRow);
      const random = new Uint32Array(memory.buffer, words, words === 0 ? 0 : lastRow - firstRow);
      for (let i = firstRow; i < lastRow; i++) {
        const chosen = words === 0 || random[i - firstRow]! < threshold;
        after[i] = !chosen ? before[i]! : fieldOf(i) >= 0 ? 1 : -1;
      }
    },
    learningSites(bonds, sites, state, fields, drive) {
      const { firstRow, lastRow, margin, neurons, fieldOf } = viewBonds(memory, bonds, state, fields, drive);
      const s = new Int8Array(memory.buffer, state, lastRow);
      const out = new Int8Array(memory.buffer, sites, lastRow);
      let count = 0;
      for (let i = firstRow; i < lastRow; i++) {
        const learns = i < neurons && round(s[i]! * fieldOf(i)) <= margin;
        out[i] = learns ? s[i]! : 0;
        if (out[i] !== 0) count++;
      }
      return count;
    },
  };
}
