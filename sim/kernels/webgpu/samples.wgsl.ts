/**
 * @file WGSL around a batch of samples: its way from packed sets into f32 states, the readout's update and answers, and a
 * check that weights are finite.
 */
import type { KernelSource } from "./source.ts";

/** Threads of a workgroup. */
export const SAMPLE_THREADS = 64;

/** Workgroups of the check that weights are finite; each goes through its share of them. */
export const FINITE_GROUPS = 512;

const threads = `@compute @workgroup_size(${SAMPLE_THREADS})`;

/**
 * Sets of samples hold a bit for each input (1 for +1) and for each target neuron, or a label for each sample. `source`
 * becomes the label, or for patterns the sample's place in the batch. Flags: the samples' to 0, the sweeps' to 1.
 */
export const loadSource: KernelSource = {
  label: "load samples",
  parameterBytes: 64,
  bindings: ["read", "read", "read", "write", "write", "write", "write"],
  code: `
struct Parameters {
  inputs: u32, inputStride: u32, inputWords: u32, first: u32,
  outputs: u32, targetStride: u32, targetWords: u32, shuffled: u32,
  classes: u32, capacity: u32, flags: u32, right: f32, other: f32,
}
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> packedInputs: array<u32>;
@group(0) @binding(2) var<storage, read> packedTargets: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read_write> inputs: array<f32>;
@group(0) @binding(5) var<storage, read_write> targets: array<f32>;
@group(0) @binding(6) var<storage, read_write> source: array<u32>;
@group(0) @binding(7) var<storage, read_write> flags: array<u32>;

fn spin(word: u32, column: u32) -> f32 { return f32((word >> (column % 32u)) & 1u) * 2 - 1; }

${threads}
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) lane: u32) {
  let column = group.x * ${SAMPLE_THREADS}u + lane;
  let b = group.y;
  var sample = p.first + b;
  if (p.shuffled == 1u) { sample = order[sample]; }
  if (column < p.inputStride) {
    var value = 0.0;
    if (column < p.inputs) {
      value = spin(packedInputs[sample * p.inputWords + column / 32u], column);
    }
    inputs[b * p.inputStride + column] = value;
  }
  if (column < p.targetStride) {
    var value = 0.0;
    if (column < p.outputs) {
      if (p.classes == 1u) { value = select(p.other, p.right, packedTargets[sample] == column); }
      else { value = spin(packedTargets[sample * p.targetWords + column / 32u], column); }
    }
    targets[b * p.targetStride + column] = value;
  }
  if (column == 0u) {
    if (p.classes == 1u) { source[b] = packedTargets[sample]; } else { source[b] = b; }
  }
  let all = groups.x * groups.y * ${SAMPLE_THREADS}u;
  for (var k = (b * groups.x + group.x) * ${SAMPLE_THREADS}u + lane; k < p.flags; k += all) {
    flags[k] = select(0u, 1u, k >= p.capacity);
  }
}`,
};

/** Unit c learns when ŷ_c f_c ≤ κ_out; its site is then the target that the update imprints, else 0. */
export const readoutSitesSource: KernelSource = {
  label: "readout sites",
  parameterBytes: 32,
  bindings: ["read", "read", "write", "write"],
  code: `
struct Parameters {
  outputs: u32, stride: u32, place: u32,
  right: f32, other: f32, margin: f32,
}
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> sites: array<f32>;
@group(0) @binding(4) var<storage, read_write> counts: array<atomic<u32>>;
var<workgroup> learning: atomic<u32>;

${threads}
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let unit = group.x * ${SAMPLE_THREADS}u + lane;
  let b = group.y;
  if (unit < p.stride) {
    var site = 0.0;
    if (unit < p.outputs) {
      let wanted = select(p.other, p.right, labels[b] == unit);
      if (wanted * scores[b * p.stride + unit] <= p.margin) {
        site = wanted;
        atomicAdd(&learning, 1u);
      }
    }
    sites[b * p.stride + unit] = site;
  }
  workgroupBarrier();
  if (lane == 0u) { atomicAdd(&counts[p.place], atomicLoad(&learning)); }
}`,
};

/** Index of the largest score of each sample, the first one at a tie, and its sweeps to rest. */
export const classesSource: KernelSource = {
  label: "predicted classes",
  parameterBytes: 16,
  bindings: ["read", "read", "write", "write"],
  code: `
struct Parameters { outputs: u32, stride: u32, samples: u32, first: u32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> flags: array<u32>;
@group(0) @binding(3) var<storage, read_write> answers: array<f32>;
@group(0) @binding(4) var<storage, read_write> sweeps: array<u32>;

${threads}
fn main(@builtin(global_invocation_id) id: vec3u) {
  let b = id.x;
  if (b >= p.samples) { return; }
  var best = 0u;
  for (var c = 1u; c < p.outputs; c++) {
    if (scores[b * p.stride + c] > scores[b * p.stride + best]) { best = c; }
  }
  answers[p.first + b] = f32(best);
  sweeps[p.first + b] = flags[b] + 1u;
}`,
};

/** Sum over neurons of state times target (an exact integer) of each sample, and its sweeps to rest. */
export const overlapsSource: KernelSource = {
  label: "overlaps",
  parameterBytes: 16,
  bindings: ["read", "read", "read", "write", "write"],
  code: `
struct Parameters { stride: u32, statesOffset: u32, first: u32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> states: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read> flags: array<u32>;
@group(0) @binding(4) var<storage, read_write> answers: array<f32>;
@group(0) @binding(5) var<storage, read_write> sweeps: array<u32>;
var<workgroup> sum: atomic<i32>;

${threads}
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let b = group.x;
  var own = 0.0;
  for (var i = lane; i < p.stride; i += ${SAMPLE_THREADS}u) {
    own += states[p.statesOffset + b * p.stride + i] * targets[b * p.stride + i];
  }
  atomicAdd(&sum, i32(own));
  workgroupBarrier();
  if (lane == 0u) {
    answers[p.first + b] = f32(atomicLoad(&sum));
    sweeps[p.first + b] = flags[b] + 1u;
  }
}`,
};

/** Sets a mark where any weight is infinite or not a number; bits, as WGSL may take floats to be finite. */
export const finiteSource: KernelSource = {
  label: "finite weights",
  parameterBytes: 16,
  bindings: ["read", "write"],
  code: `
struct Parameters { count: u32, place: u32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> weights: array<u32>;
@group(0) @binding(2) var<storage, read_write> marks: array<atomic<u32>>;

@compute @workgroup_size(${SAMPLE_THREADS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  var wrong = false;
  for (var k = id.x; k < p.count; k += ${SAMPLE_THREADS * FINITE_GROUPS}u) {
    wrong = wrong || (weights[k] & 0x7f800000u) == 0x7f800000u;
  }
  if (wrong) { atomicStore(&marks[p.place], 1u); }
}`,
};
