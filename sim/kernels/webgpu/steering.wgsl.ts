/**
 * @file WGSL of the steering kernels: new states of all layers and samples, and the neurons that learn. Twin:
 * sim/kernels/steering.ts, which gives the formulas. Four consecutive neurons are one thread's work.
 */
import type { KernelSource } from "./source.ts";

/** Threads of a workgroup. */
export const STEERING_THREADS = 64;

/** Neurons of a thread. */
export const STEERING_ROWS = 4;

/**
 * What a layer is bound to. Arrays over [layer][sample][row] have `capacity` samples a layer; `done` sweeps have been
 * made, and layers are at zero before the sweep that wakes them, whatever the buffers hold.
 */
const bonds = `
struct Layer { waking: u32, input: u32, feedback: u32, margin: f32 }
struct Parameters {
  quads: u32, neurons: u32, capacity: u32, layers: u32,
  selfCoupling: f32, layerCoupling: f32, skipCoupling: f32, gain: f32,
  done: u32, feedbackRows: u32, place: u32, unused: u32,
  flag: u32, restFlag: u32, chosen: u32, threshold: u32,
  key0: u32, key1: u32, substream: u32, substreamStep: u32,
  wordSamples: u32, wordQuads: u32,
}
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> layers: array<Layer>;
@group(0) @binding(2) var<storage, read> states: array<vec4f>;
@group(0) @binding(3) var<storage, read> fields: array<vec4f>;
@group(0) @binding(4) var<storage, read> drive: array<vec4f>;

fn awake(layer: u32) -> bool { return p.done >= layers[layer].waking; }

fn cell(layer: u32, sample: u32, quad: u32) -> u32 {
  return (layer * p.capacity + sample) * p.quads + quad;
}

fn stateOf(layer: u32, sample: u32, quad: u32) -> vec4f {
  // Below layer 0 the number wraps around and is too large as well.
  if (layer >= p.layers || !awake(layer)) { return vec4f(0); }
  return states[cell(layer, sample, quad)];
}

fn inputField(layer: u32, sample: u32, quad: u32) -> vec4f {
  let input = layers[layer].input;
  if (input == 0u) { return vec4f(0); }
  return drive[cell(input - 1u, sample, quad)];
}

fn totalField(layer: u32, sample: u32, quad: u32, own: vec4f, outer: vec4f) -> vec4f {
  var near = vec4f(0);
  var far = vec4f(0);
  if (p.layers > 1u) {
    near = p.layerCoupling * (stateOf(layer - 1u, sample, quad) + stateOf(layer + 1u, sample, quad));
    far = p.skipCoupling * (stateOf(layer - 2u, sample, quad) + stateOf(layer + 2u, sample, quad));
  }
  var inner = vec4f(0);
  if (awake(layer)) { inner = fields[cell(layer, sample, quad)]; }
  return (inner + outer) + (p.selfCoupling * own + (near + far));
}

fn isNeuron(quad: u32) -> vec4<bool> {
  return 4u * quad + vec4u(0, 1, 2, 3) < vec4u(p.neurons);
}
`;

/** Philox4x32-10; twin: philox4x32 of sim/random.ts, substream family 1. */
const philox = `
fn multiplyHigh(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let carry = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (middle >> 16u) + (carry >> 16u);
}

fn randomWords(block: u32, substream: u32) -> vec4u {
  var c = vec4u(block, 0u, substream, 1u);
  var key = vec2u(p.key0, p.key1);
  for (var round = 0; round < 10; round++) {
    let high0 = multiplyHigh(0xd2511f53u, c.x);
    let high1 = multiplyHigh(0xcd9e8d57u, c.z);
    c = vec4u(high1 ^ c.y ^ key.x, 0xcd9e8d57u * c.z, high0 ^ c.w ^ key.y, 0xd2511f53u * c.x);
    key += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}
`;

/** Reads its flag before it writes another one: index 0 of `restFlag` is no flag, flags lie behind the samples. */
export const alignSource: KernelSource = {
  label: "align",
  parameterBytes: 96,
  bindings: ["read", "read", "read", "read", "read", "read", "write", "write"],
  code: `${bonds}${philox}
@group(0) @binding(5) var<storage, read> feedback: array<vec4f>;
@group(0) @binding(6) var<storage, read> feedbackRow: array<u32>;
@group(0) @binding(7) var<storage, read_write> next: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> flags: array<atomic<u32>>;

fn externalField(layer: u32, sample: u32, quad: u32) -> vec4f {
  let input = inputField(layer, sample, quad);
  let place = layers[layer].feedback;
  if (place == 0u || p.gain == 0) { return input; }
  let row = (place - 1u) * p.feedbackRows + feedbackRow[sample];
  return input + p.gain * feedback[row * p.quads + quad];
}

fn words(layer: u32, sample: u32, quad: u32) -> vec4u {
  let slot = layer * p.wordSamples + sample % p.wordSamples;
  let chunk = sample / p.wordSamples;
  return randomWords(slot * p.wordQuads + quad, p.substream + chunk * p.substreamStep + p.done);
}

@compute @workgroup_size(${STEERING_THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let quad = group.x * ${STEERING_THREADS}u + lane;
  let sample = group.y;
  let layer = group.z;
  let waking = layers[layer].waking;
  let rests = p.restFlag != 0u && atomicLoad(&flags[p.restFlag]) == 1u;
  if (rests || quad >= p.quads || p.done + 1u < waking) { return; }
  let before = stateOf(layer, sample, quad);
  let field = totalField(layer, sample, quad, before, externalField(layer, sample, quad));
  var after = select(vec4f(-1), vec4f(1), field >= vec4f(0));
  if (p.chosen == 1u && p.done >= waking) {
    after = select(before, after, words(layer, sample, quad) < vec4u(p.threshold));
  }
  after = select(vec4f(0), after, isNeuron(quad));
  next[cell(layer, sample, quad)] = after;
  if (all(after == before)) { return; }
  // Most find the marks made by another thread: reads are cheaper than writes to one place.
  if (atomicLoad(&flags[sample]) <= p.done) { atomicMax(&flags[sample], p.done + 1u); }
  if (atomicLoad(&flags[p.flag]) == 1u) { atomicStore(&flags[p.flag], 0u); }
}`,
};

export const sitesSource: KernelSource = {
  label: "learning sites",
  parameterBytes: 96,
  bindings: ["read", "read", "read", "read", "write", "write"],
  code: `${bonds}
@group(0) @binding(5) var<storage, read_write> sites: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> counts: array<atomic<u32>>;
var<workgroup> learning: atomic<u32>;

@compute @workgroup_size(${STEERING_THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let quad = group.x * ${STEERING_THREADS}u + lane;
  let sample = group.y;
  let layer = group.z;
  if (quad < p.quads) {
    let own = stateOf(layer, sample, quad);
    let stability = own * totalField(layer, sample, quad, own, inputField(layer, sample, quad));
    let learns = (stability <= vec4f(layers[layer].margin)) & isNeuron(quad);
    let site = select(vec4f(0), own, learns);
    atomicAdd(&learning, u32(dot(site, site)));
    sites[cell(layer, sample, quad)] = site;
  }
  workgroupBarrier();
  if (lane == 0u) {
    let count = atomicLoad(&learning);
    if (count > 0u) { atomicAdd(&counts[p.place], count); }
  }
}`,
};
