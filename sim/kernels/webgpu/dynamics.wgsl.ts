/**
 * @file WGSL of zero-temperature dynamics of many runs at once. Twins: sweep.ts (all or some neurons at once) and the
 * sweeps in blocks of sim/instance; a neuron flips if and only if s_i h_i + J_D < 0, which is exact here as there:
 * the self-coupling comes as the smallest f32 that is not below −J_D.
 */
import type { KernelSource } from "./source.ts";

/** Threads of the kernels that look at neurons. */
export const ALIGN_THREADS = 256;

/** Threads of the kernels that add columns; each has four rows. */
export const COLUMN_THREADS = 64;

/** Runs for which a column is read once in a full product. */
export const PRODUCT_RUNS = 8;

/** Bytes of the record of a run: bound, order, and key of the stream of its updates. */
export const RUN_BYTES = 16;

const runRecord = /* wgsl */ `
struct Run { bound: f32, order: u32, key0: u32, key1: u32 }
fn unstable(run: Run, state: f32, field: f32) -> bool { return state * field < run.bound; }
`;

/** Philox4x32-10 of a substream (sim/random.ts); high halves of products from halves of 16 bits. */
const philox = /* wgsl */ `
fn multiplyHigh(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let carry = aLow * bHigh + (middle & 0xffffu);
  return aHigh * bHigh + (middle >> 16u) + (carry >> 16u);
}
fn philoxBlock(block: u32, substream: u32, key0: u32, key1: u32) -> vec4u {
  var c = vec4u(block, 0u, substream, 1u);
  var k = vec2u(key0, key1);
  for (var round = 0u; round < 10u; round++) {
    let high0 = multiplyHigh(0xd2511f53u, c.x);
    let high1 = multiplyHigh(0xcd9e8d57u, c.z);
    c = vec4u(high1 ^ c.y ^ k.x, 0xcd9e8d57u * c.z, high0 ^ c.w ^ k.y, 0xd2511f53u * c.x);
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}
`;

/**
 * All or some neurons at once, from fields that are up to date: new states, flips and unstable neurons of each run into
 * its two counters, new states as bits. Groups: (rows / 256, runs).
 */
export const alignSource: KernelSource = {
  label: "align",
  parameterBytes: 32,
  bindings: ["write", "read", "read", "write"],
  code: /* wgsl */ `
${runRecord}${philox}
struct Parameters {
  n: u32, stride: u32, sweep: u32, lastWord: u32, counters: u32, bits: u32
}
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read_write> states: array<f32>;
@group(0) @binding(2) var<storage, read> fields: array<f32>;
@group(0) @binding(3) var<storage, read> runs: array<Run>;
@group(0) @binding(4) var<storage, read_write> report: array<atomic<u32>>;

var<workgroup> flipCount: atomic<u32>;
var<workgroup> unstableCount: atomic<u32>;
var<workgroup> signs: array<atomic<u32>, ${ALIGN_THREADS / 32}>;

@compute @workgroup_size(${ALIGN_THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let b = group.y;
  let i = group.x * ${ALIGN_THREADS}u + lane;
  if (i < p.n) {
    let run = runs[b];
    let at = b * p.stride + i;
    var s = states[at];
    if (unstable(run, s, fields[at])) {
      atomicAdd(&unstableCount, 1u);
      var takesPart = true;
      if (p.lastWord != 0xffffffffu) {
        takesPart = philoxBlock(i / 4u, p.sweep, run.key0, run.key1)[i % 4u] <= p.lastWord;
      }
      if (takesPart) {
        s = -s;
        states[at] = s;
        atomicAdd(&flipCount, 1u);
      }
    }
    if (s > 0.0) { atomicOr(&signs[lane / 32u], 1u << (lane % 32u)); }
  }
  workgroupBarrier();
  if (lane < ${ALIGN_THREADS / 32}u) {
    let words = p.stride / 32u;
    let word = group.x * ${ALIGN_THREADS / 32}u + lane;
    if (word < words) { atomicStore(&report[p.bits + b * words + word], atomicLoad(&signs[lane])); }
  }
  if (lane == 0u) {
    atomicAdd(&report[p.counters + 2u * b], atomicLoad(&flipCount));
    atomicAdd(&report[p.counters + 2u * b + 1u], atomicLoad(&unstableCount));
  }
}`,
};

/** Random words of a sweep, word i for neuron i, for each order. Groups: (stride / 4 / 64, orders). */
export const wordsSource: KernelSource = {
  label: "words of a sweep",
  parameterBytes: 16,
  bindings: ["read", "write"],
  code: /* wgsl */ `
${philox}
struct Parameters { blocks: u32, sweep: u32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> keys: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> words: array<vec4u>;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= p.blocks) { return; }
  let key = keys[id.y];
  words[id.y * p.blocks + id.x] = philoxBlock(id.x, p.sweep, key.x, key.y);
}`,
};

/**
 * Neurons by ascending words, equal words by index: every neuron counts those before it. Groups: (rows / 256, orders).
 */
export const orderSource: KernelSource = {
  label: "order of a sweep",
  parameterBytes: 16,
  bindings: ["read", "write"],
  code: /* wgsl */ `
struct Parameters { n: u32, stride: u32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> words: array<u32>;
@group(0) @binding(2) var<storage, read_write> order: array<u32>;

var<workgroup> tile: array<u32, ${ALIGN_THREADS}>;

@compute @workgroup_size(${ALIGN_THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let start = group.y * p.stride;
  let i = group.x * ${ALIGN_THREADS}u + lane;
  let own = words[start + min(i, p.n - 1u)];
  var rank = 0u;
  for (var first = 0u; first < p.n; first += ${ALIGN_THREADS}u) {
    workgroupBarrier();
    tile[lane] = words[start + min(first + lane, p.n - 1u)];
    workgroupBarrier();
    let count = min(${ALIGN_THREADS}u, p.n - first);
    for (var k = 0u; k < count; k++) {
      let other = tile[k];
      rank += select(0u, 1u, other < own || (other == own && first + k < i));
    }
  }
  if (i < p.n) { order[start + rank] = i; }
}`,
};

/**
 * The unstable neurons of a block, places first..last−1 of the order: flipped, listed (index, and bit 31 where the state
 * fell) after their number, counted. Groups: (runs).
 */
export const blockSource: KernelSource = {
  label: "block",
  parameterBytes: 32,
  bindings: ["write", "read", "read", "read", "write", "write"],
  code: /* wgsl */ `
${runRecord}
struct Parameters { stride: u32, first: u32, last: u32, listStride: u32, counters: u32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read_write> states: array<f32>;
@group(0) @binding(2) var<storage, read> fields: array<f32>;
@group(0) @binding(3) var<storage, read> runs: array<Run>;
@group(0) @binding(4) var<storage, read> order: array<u32>;
@group(0) @binding(5) var<storage, read_write> list: array<u32>;
@group(0) @binding(6) var<storage, read_write> report: array<u32>;

var<workgroup> flags: array<u32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let b = group.x;
  let run = runs[b];
  let start = b * p.listStride;
  var count = 0u;
  for (var base = p.first; base < p.last; base += 64u) {
    var entry = 0u;
    var flips = 0u;
    if (base + lane < p.last) {
      let i = order[run.order * p.stride + base + lane];
      let at = b * p.stride + i;
      let s = states[at];
      if (unstable(run, s, fields[at])) {
        flips = 1u;
        entry = i | select(0u, 0x80000000u, s > 0.0);
        states[at] = -s;
      }
    }
    flags[lane] = flips;
    workgroupBarrier();
    var place = count;
    for (var k = 0u; k < 64u; k++) {
      place += select(0u, flags[k], k < lane);
      count += flags[k];
    }
    if (flips == 1u) { list[start + 1u + place] = entry; }
    workgroupBarrier();
  }
  if (lane == 0u) {
    list[start] = count;
    report[p.counters + 2u * b] += count;
    // In a sweep in blocks every neuron is looked at: what is unstable flips.
    report[p.counters + 2u * b + 1u] += count;
  }
}`,
};

/** fields ← fields ± 2 J_·j over the listed neurons j whose columns are in the panel. Groups: (stride / 4 / 64, runs). */
export const columnsSource: KernelSource = {
  label: "columns",
  parameterBytes: 16,
  bindings: ["write", "read", "read"],
  code: /* wgsl */ `
struct Parameters { quads: u32, listStride: u32, firstColumn: u32, columns: u32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read_write> fields: array<vec4f>;
@group(0) @binding(2) var<storage, read> panel: array<vec4f>;
@group(0) @binding(3) var<storage, read> list: array<u32>;

@compute @workgroup_size(${COLUMN_THREADS}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let start = id.y * p.listStride;
  let end = start + list[start];
  if (id.x >= p.quads || end == start) { return; }
  let at = id.y * p.quads + id.x;
  var field = fields[at];
  for (var k = start + 1u; k <= end; k++) {
    let entry = list[k];
    let column = (entry & 0x7fffffffu) - p.firstColumn;
    if (column < p.columns) {
      field += select(2.0, -2.0, entry >= 0x80000000u) * panel[column * p.quads + id.x];
    }
  }
  fields[at] = field;
}`,
};

/**
 * fields ← (fields, from the second panel on) + Σ_j s_j J_·j over the columns of a panel, for eight runs at a time.
 * Groups: (stride / 4 / 64, runs / 8).
 */
export const columnProductSource: KernelSource = {
  label: "product by columns",
  parameterBytes: 16,
  bindings: ["write", "read", "read"],
  code: /* wgsl */ `
struct Parameters { quads: u32, firstColumn: u32, columns: u32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read_write> fields: array<vec4f>;
@group(0) @binding(2) var<storage, read> panel: array<vec4f>;
@group(0) @binding(3) var<storage, read> states: array<f32>;

@compute @workgroup_size(${COLUMN_THREADS}) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= p.quads) { return; }
  let firstRun = id.y * ${PRODUCT_RUNS}u;
  var sums: array<vec4f, ${PRODUCT_RUNS}>;
  if (p.firstColumn > 0u) {
    for (var r = 0u; r < ${PRODUCT_RUNS}u; r++) { sums[r] = fields[(firstRun + r) * p.quads + id.x]; }
  }
  for (var j = 0u; j < p.columns; j++) {
    let column = panel[j * p.quads + id.x];
    for (var r = 0u; r < ${PRODUCT_RUNS}u; r++) {
      sums[r] += states[(firstRun + r) * 4u * p.quads + p.firstColumn + j] * column;
    }
  }
  for (var r = 0u; r < ${PRODUCT_RUNS}u; r++) { fields[(firstRun + r) * p.quads + id.x] = sums[r]; }
}`,
};

/** States as bits, 32 to a word. Groups: (stride / 32 / 64, runs). */
export const packSource: KernelSource = {
  label: "pack",
  parameterBytes: 16,
  bindings: ["read", "write"],
  code: /* wgsl */ `
struct Parameters { words: u32, bits: u32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> states: array<f32>;
@group(0) @binding(2) var<storage, read_write> report: array<u32>;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= p.words) { return; }
  let word = id.y * p.words + id.x;
  var bits = 0u;
  for (var k = 0u; k < 32u; k++) { bits |= select(0u, 1u << k, states[32u * word + k] > 0.0); }
  report[p.bits + word] = bits;
}`,
};
