/**
 * @file WGSL of belief propagation (P18)-(P20) for several runs on one network: the same couplings, each run with its own
 * J_D and messages. Twin: sim/kernels/belief.ts.
 *
 * Means and variances of fields are kept as whole multiples of a power of two, in i32, and what is left over in f32: the
 * whole parts add exactly, so that a share taken out again for a cavity leaves the small rest of a large sum intact.
 *
 * A run has two sets of messages and neurons, used in turn; the number of its iterations says which is the newer one.
 * Columns are split into panels, one buffer each; `firstColumn` is that of the panel.
 */
import { functionsWgsl } from "./belief-math.wgsl.ts";
import type { Access, KernelSource } from "./source.ts";

/** Columns that one workgroup sums for the moments: one slot of partial sums. */
export const CHUNK_COLUMNS = 64;

/** u32 of a run in `control`. */
export const CONTROL_WORDS = 8;

/** Most runs at a time: the workgroup that keeps the records has one thread for each. */
export const MOST_RUNS = 64;

/** Where a run has its words in `control`. */
export const Control = {
  /** 1 while it iterates; kernels pass over runs that hold 0. */
  active: 0,
  /** Iterations so far; odd ones are in the second set. */
  steps: 1,
  /** Unstable signs of the iteration at work, and largest change of a magnetization (bits of f32). */
  violations: 2,
  residual: 3,
  /** J_D, whole part and rest. */
  selfWhole: 4,
  selfRest: 5,
  /** Records written since the host last read them. */
  records: 6,
} as const;

/** Parameters that all kernels share; 64 bytes. */
export const PARAMETER_BYTES = 64;
const header = /* wgsl */ `
struct Parameters {
  n: u32, stride: u32, runs: u32, chunks: u32,
  firstColumn: u32, columns: u32, compare: u32, capacity: u32,
  quantum: f32, perQuantum: f32, varianceQuantum: f32, perVarianceQuantum: f32,
  others: f32, bond: f32, tanhBond: f32, number: f32,
}
@group(0) @binding(0) var<uniform> p: Parameters;
`;

/** Index of a neuron of a run in its set. */
const indices = /* wgsl */ `
fn neuronAt(turn: u32, run: u32, j: u32) -> u32 { return (turn * p.runs + run) * p.stride + j; }
fn messagesAt(turn: u32, run: u32, column: u32) -> u32 { return ((turn * p.runs + run) * p.columns + column) * p.stride; }
`;

/** What a neuron adds to mean and variance of the field on another one. */
export const sharesWgsl = /* wgsl */ `
struct Share {
  whole: i32, rest: f32, varianceWhole: i32, varianceRest: f32,
  couplingWhole: i32, couplingRest: f32,
  magnetization: f32,
}

// 1 − |tanh x| and 1 + |tanh x|.
fn poles(field: f32) -> vec2f {
  let odds = exponential(-2.0 * abs(field));
  let far = 2.0 / (1.0 + odds);
  return vec2f(odds * far, far);
}

fn shareOf(coupling: f32, field: f32) -> Share {
  let pole = poles(field);
  let down = field < 0.0;
  let couplingWhole = i32(round(coupling * p.perQuantum));
  let couplingRest = fma(-p.quantum, f32(couplingWhole), coupling);
  let rest = fma(-coupling, pole.x, couplingRest);
  let variance = coupling * coupling * (pole.x * pole.y);
  let varianceWhole = i32(round(variance * p.perVarianceQuantum));
  let m = 1.0 - pole.x;
  return Share(
    select(couplingWhole, -couplingWhole, down), select(rest, -rest, down),
    varianceWhole, fma(-p.varianceQuantum, f32(varianceWhole), variance),
    couplingWhole, couplingRest, select(m, -m, down));
}
`;

/** Binding declarations. */
const binding = (index: number, access: "read" | "read_write", name: string, type: string): string =>
  `@group(0) @binding(${index}) var<storage, ${access}> ${name}: array<${type}>;`;

interface Storage {
  readonly name: string;
  readonly type: string;
  readonly access: Access;
}

export const reads = (name: string, type: string): Storage => ({ name, type, access: "read" });
export const writes = (name: string, type: string): Storage => ({ name, type, access: "write" });

/** A kernel on these buffers, with what all of them have. */
export function source(label: string, storage: readonly Storage[], body: string): KernelSource {
  const declared = storage.map(({ name, type, access }, k) =>
    binding(k + 1, access === "read" ? "read" : "read_write", name, type),
  );
  return {
    label: `belief ${label}`,
    bindings: storage.map(({ access }) => access),
    parameterBytes: PARAMETER_BYTES,
    code: [header, declared.join("\n"), indices, functionsWgsl, body].join("\n"),
  };
}

/** Index of a word of a run in `control`. */
export const word = (name: keyof typeof Control): string => `run * ${CONTROL_WORDS}u + ${Control[name]}u`;
