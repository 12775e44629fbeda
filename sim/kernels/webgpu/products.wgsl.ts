/**
 * @file WGSL of the products of a matrix with a batch of states, out_bi = Σ_j W_ij x_bj; twin: signedProduct in
 * sim/kernels/tiles.ts. Tiles of rows and of samples go through workgroup memory a slice of columns at a time.
 *
 * `wide` serves many samples: 64 × 64 results a workgroup, 4 × 4 a thread. `narrow` serves few: 16 × 16 results a
 * workgroup, whose columns are shared out among 8 groups of threads, so that a layer of a thousand neurons still fills a
 * GPU. `plain` needs no workgroup memory, whose barriers cost a GPU on paper (one that computes on the processor) a hundred
 * times what they save. Sums are taken slice by slice, which keeps their errors near 10⁻⁶ of their scale.
 */
import type { CouplingPrecision } from "./matrix.ts";
import type { KernelSource } from "./source.ts";

/** Rows and samples of a workgroup. */
export interface Tile {
  readonly rows: number;
  readonly samples: number;
}

export const wideTile: Tile = { rows: 64, samples: 64 };
export const narrowTile: Tile = { rows: 16, samples: 16 };
export const plainTile: Tile = { rows: 64, samples: 4 };

/** Bytes of the parameters of a product. */
const PARAMETER_BYTES = 32;

/** Reads four weights of a row from column `4·quad` on. */
const weightsOf = (precision: CouplingPrecision): string =>
  precision === "f32"
    ? `
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
fn weightsAt(quad: u32) -> vec4f { return weights[quad]; }`
    : `
@group(0) @binding(1) var<storage, read> weights: array<vec2u>;
fn weightsAt(quad: u32) -> vec4f {
  let words = weights[quad];
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
}`;

/** `quads`: fours of columns with padding; offsets of states in fours, of results in floats, of rows within the panel. */
const common = (precision: CouplingPrecision): string => `
struct Parameters {
  quads: u32, samples: u32, statesOffset: u32, outOffset: u32,
  outStride: u32, firstRow: u32, outRow: u32, skip: u32,
}
@group(0) @binding(0) var<uniform> p: Parameters;
${weightsOf(precision)}
@group(0) @binding(2) var<storage, read> states: array<vec4f>;
@group(0) @binding(3) var<storage, read> flags: array<u32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

fn statesAt(sample: u32, quad: u32) -> vec4f {
  if (sample >= p.samples) { return vec4f(0); }
  return states[p.statesOffset + sample * p.quads + quad];
}`;

/** Whether the flag is set, as one answer for the whole workgroup: only then may barriers follow. */
const flagOfGroup = `
var<workgroup> skipped: u32;
fn isSkipped(lane: u32) -> bool {
  if (lane == 0u) { skipped = flags[p.skip]; }
  return workgroupUniformLoad(&skipped) == 1u;
}`;

const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

/** A line for each pair of own row i and own sample j; threads of a GPU keep numbered variables in registers, arrays not. */
const eachResult = (rows: number, samples: number, line: (i: number, j: number) => string): string =>
  range(rows)
    .flatMap((i) => range(samples).map((j) => line(i, j)))
    .join("\n");

/** A line for each number below `count`. */
const each = (count: number, line: (k: number) => string): string => range(count).map(line).join("\n");

/**
 * Many samples. A slice is 16 columns, four fours; rows of it lie five fours apart in workgroup memory, so that the rows of
 * neighbouring threads are in different banks. Thread (r, b) has rows r + 16 i and samples b + 16 j.
 */
export const wideSource = (precision: CouplingPrecision): KernelSource => ({
  label: `product, many samples, ${precision}`,
  parameterBytes: PARAMETER_BYTES,
  bindings: ["read", "read", "read", "write"],
  code: `${common(precision)}${flagOfGroup}
var<workgroup> w: array<vec4f, 320>;
var<workgroup> x: array<vec4f, 320>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (isSkipped(lane)) { return; }
  let row = p.firstRow + 64u * group.x;
  let sample = 64u * group.y;
  let loaded = lane / 4u;
  let four = lane % 4u;
  let r = lane % 16u;
  let b = lane / 16u;
  ${eachResult(4, 4, (i, j) => `var sum${i}${j} = 0.0;`)}
  for (var quad = 0u; quad < p.quads; quad += 4u) {
    w[loaded * 5u + four] = weightsAt((row + loaded) * p.quads + quad + four);
    x[loaded * 5u + four] = statesAt(sample + loaded, quad + four);
    workgroupBarrier();
    ${eachResult(4, 4, (i, j) => `var slice${i}${j} = 0.0;`)}
    for (var c = 0u; c < 4u; c++) {
      ${each(4, (i) => `let w${i} = w[(r + ${16 * i}u) * 5u + c];`)}
      ${each(4, (j) => `let x${j} = x[(b + ${16 * j}u) * 5u + c];`)}
      ${eachResult(4, 4, (i, j) => `slice${i}${j} += dot(w${i}, x${j});`)}
    }
    ${eachResult(4, 4, (i, j) => `sum${i}${j} += slice${i}${j};`)}
    workgroupBarrier();
  }
  ${each(
    4,
    (j) => `if (sample + b + ${16 * j}u < p.samples) {
    let at = p.outOffset + (sample + b + ${16 * j}u) * p.outStride + p.outRow + 64u * group.x + r;
    ${each(4, (i) => `out[at + ${16 * i}u] = sum${i}${j};`)}
  }`,
  )}
}`,
});

/**
 * Few samples. A slice is 32 columns, eight fours, one for each group of 32 threads; rows of it lie nine fours apart.
 * Thread (r, b) of a group has rows r + 8 i and samples b + 4 j; the groups' sums are added at the end.
 */
export const narrowSource = (precision: CouplingPrecision): KernelSource => ({
  label: `product, few samples, ${precision}`,
  parameterBytes: PARAMETER_BYTES,
  bindings: ["read", "read", "read", "write"],
  code: `${common(precision)}${flagOfGroup}
var<workgroup> w: array<vec4f, 144>;
var<workgroup> x: array<vec4f, 144>;
var<workgroup> parts: array<f32, 2048>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (isSkipped(lane)) { return; }
  let row = p.firstRow + 16u * group.x;
  let sample = 16u * group.y;
  let loaded = (lane % 128u) / 8u;
  let four = lane % 8u;
  let split = lane / 32u;
  let r = lane % 8u;
  let b = (lane % 32u) / 8u;
  ${eachResult(2, 4, (i, j) => `var sum${i}${j} = 0.0;`)}
  for (var quad = 0u; quad < p.quads; quad += 8u) {
    if (lane < 128u) { w[loaded * 9u + four] = weightsAt((row + loaded) * p.quads + quad + four); }
    else { x[loaded * 9u + four] = statesAt(sample + loaded, quad + four); }
    workgroupBarrier();
    ${each(2, (i) => `let w${i} = w[(r + ${8 * i}u) * 9u + split];`)}
    ${each(4, (j) => `let x${j} = x[(b + ${4 * j}u) * 9u + split];`)}
    ${eachResult(2, 4, (i, j) => `sum${i}${j} += dot(w${i}, x${j});`)}
    workgroupBarrier();
  }
  ${eachResult(2, 4, (i, j) => `parts[split * 256u + (b + ${4 * j}u) * 16u + r + ${8 * i}u] = sum${i}${j};`)}
  workgroupBarrier();
  var sum = 0.0;
  for (var k = 0u; k < 8u; k++) { sum += parts[k * 256u + lane]; }
  let mine = sample + lane / 16u;
  if (mine < p.samples) {
    out[p.outOffset + mine * p.outStride + p.outRow + 16u * group.x + lane % 16u] = sum;
  }
}`,
});

/** No workgroup memory: each of 16 threads sums four rows of four samples. */
export const plainSource = (precision: CouplingPrecision): KernelSource => ({
  label: `product, plain, ${precision}`,
  parameterBytes: PARAMETER_BYTES,
  bindings: ["read", "read", "read", "write"],
  code: `${common(precision)}
@compute @workgroup_size(16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (flags[p.skip] == 1u) { return; }
  let own = 64u * group.x + 4u * lane;
  let row = p.firstRow + own;
  let sample = 4u * group.y;
  ${eachResult(4, 4, (i, j) => `var sum${i}${j} = 0.0;`)}
  for (var quad = 0u; quad < p.quads; quad++) {
    ${each(4, (i) => `let w${i} = weightsAt((row + ${i}u) * p.quads + quad);`)}
    ${each(4, (j) => `let x${j} = statesAt(sample + ${j}u, quad);`)}
    ${eachResult(4, 4, (i, j) => `sum${i}${j} += dot(w${i}, x${j});`)}
  }
  ${each(
    4,
    (j) => `if (sample + ${j}u < p.samples) {
    let at = p.outOffset + (sample + ${j}u) * p.outStride + p.outRow + own;
    ${each(4, (i) => `out[at + ${i}u] = sum${i}${j};`)}
  }`,
  )}
}`,
});

/** Rounds fours of f32 to half precision. */
export const halvesSource: KernelSource = {
  label: "halves of a matrix",
  parameterBytes: 16,
  bindings: ["read", "write"],
  code: `
struct Parameters { quads: u32, groupsPerRow: u32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> values: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> halves: array<vec2u>;
@compute @workgroup_size(64) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let quad = (group.y * p.groupsPerRow + group.x) * 64u + lane;
  if (quad >= p.quads) { return; }
  let four = values[quad];
  halves[quad] = vec2u(pack2x16float(four.xy), pack2x16float(four.zw));
}`,
};
