/**
 * @file WGSL that sums moments of fields over neurons, and ends an iteration: unstable signs, largest change, which runs
 * go on.
 */
import { CHUNK_COLUMNS, MOST_RUNS, reads, sharesWgsl, source, word, writes } from "./belief-common.wgsl.ts";

/**
 * Partial sums over a chunk of columns: moments (whole, rest, whole, rest) and fields of the signs of T (whole, rest).
 * With `compare` those of the newer set, and the largest change against the older one.
 */
export const partialsSource = source(
  "partials",
  [
    reads("couplings", "f32"),
    reads("messages", "f32"),
    writes("control", "atomic<u32>"),
    reads("neurons", "vec4f"),
    writes("partials", "vec4i"),
    writes("partialSigns", "vec2i"),
  ],
  /* wgsl */ `
${sharesWgsl}
var<workgroup> wholes: array<vec2i, 256>;
var<workgroup> rests: array<vec2f, 256>;
var<workgroup> signWholes: array<i32, 256>;
var<workgroup> signRests: array<f32, 256>;
var<workgroup> largest: atomic<u32>;
var<workgroup> idle: u32;

@compute @workgroup_size(64, 4) fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) at: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let run = group.z;
  if (local == 0u) { idle = u32(atomicLoad(&control[${word("active")}]) == 0u); }
  if (workgroupUniformLoad(&idle) == 1u) { return; }
  let before = atomicLoad(&control[${word("steps")}]) & 1u;
  let turn = select(before, 1u - before, p.compare == 1u);
  let i = group.x * 64u + at.x;
  let first = group.y * ${CHUNK_COLUMNS}u;
  let end = min(min(first + ${CHUNK_COLUMNS}u, p.columns), p.n - p.firstColumn);
  var whole = vec2i(0);
  var rest = vec2f(0.0);
  var signWhole = 0;
  var signRest = 0.0;
  var change = 0.0;
  for (var c = first + at.y; c < end; c += 4u) {
    let total = neurons[neuronAt(turn, run, p.firstColumn + c)].x;
    let share = shareOf(couplings[c * p.stride + i], total - messages[messagesAt(turn, run, c) + i]);
    whole += vec2i(share.whole, share.varianceWhole);
    rest += vec2f(share.rest, share.varianceRest);
    let down = total < 0.0;
    signWhole += select(share.couplingWhole, -share.couplingWhole, down);
    signRest += select(share.couplingRest, -share.couplingRest, down);
    if (p.compare == 1u) {
      let field = neurons[neuronAt(before, run, p.firstColumn + c)].x - messages[messagesAt(before, run, c) + i];
      let m = 1.0 - poles(field).x;
      change = max(change, abs(share.magnetization - select(m, -m, field < 0.0)));
    }
  }
  wholes[local] = whole;
  rests[local] = rest;
  signWholes[local] = signWhole;
  signRests[local] = signRest;
  atomicMax(&largest, bitcast<u32>(change));
  workgroupBarrier();
  if (at.y == 0u) {
    for (var k = 1u; k < 4u; k++) {
      let other = local + 64u * k;
      whole += wholes[other];
      rest += rests[other];
      signWhole += signWholes[other];
      signRest += signRests[other];
    }
    let chunk = p.firstColumn / ${CHUNK_COLUMNS}u + group.y;
    let out = (run * p.chunks + chunk) * p.stride + i;
    partials[out] = vec4i(whole.x, bitcast<i32>(rest.x), whole.y, bitcast<i32>(rest.y));
    partialSigns[out] = vec2i(signWhole, bitcast<i32>(signRest));
  }
  if (local == 0u && p.compare == 1u) { atomicMax(&control[${word("residual")}], atomicLoad(&largest)); }
}`,
);

/** Moments from the partial sums; with `compare` also unstable signs (P1) and the change of own magnetizations. */
export const momentsSource = source(
  "moments",
  [
    writes("control", "atomic<u32>"),
    reads("neurons", "vec4f"),
    reads("partials", "vec4i"),
    reads("partialSigns", "vec2i"),
    writes("moments", "vec4i"),
  ],
  /* wgsl */ `
var<workgroup> violations: atomic<u32>;
var<workgroup> largest: atomic<u32>;
var<workgroup> idle: u32;

fn magnetization(field: f32) -> f32 {
  let m = tanhOf(abs(field));
  return select(m, -m, field < 0.0);
}

@compute @workgroup_size(64) fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let run = group.y;
  if (local == 0u) { idle = u32(atomicLoad(&control[${word("active")}]) == 0u); }
  if (workgroupUniformLoad(&idle) == 1u) { return; }
  let i = group.x * 64u + local;
  var moment = vec2i(0);
  var rest = vec2f(0.0);
  var signWhole = 0;
  var signRest = 0.0;
  for (var chunk = 0u; chunk < p.chunks; chunk++) {
    let at = (run * p.chunks + chunk) * p.stride + i;
    let partial = partials[at];
    moment += partial.xz;
    rest += bitcast<vec2f>(partial.yw);
    let signs = partialSigns[at];
    signWhole += signs.x;
    signRest += bitcast<f32>(signs.y);
  }
  moments[run * p.stride + i] = vec4i(moment.x, bitcast<i32>(rest.x), moment.y, bitcast<i32>(rest.y));
  if (p.compare == 1u && i < p.n) {
    let turn = atomicLoad(&control[${word("steps")}]) & 1u;
    let before = neurons[neuronAt(turn, run, i)];
    let after = neurons[neuronAt(1u - turn, run, i)];
    let down = after.x < 0.0;
    let whole = bitcast<i32>(atomicLoad(&control[${word("selfWhole")}])) + select(signWhole, -signWhole, down);
    let left = bitcast<f32>(atomicLoad(&control[${word("selfRest")}])) + select(signRest, -signRest, down);
    if (!(fma(p.quantum, f32(whole), left) > 0.0)) { atomicAdd(&violations, 1u); }
    let change = abs(magnetization(after.x - after.y) - magnetization(before.x - before.y));
    atomicMax(&largest, bitcast<u32>(change));
  }
  workgroupBarrier();
  if (local == 0u && p.compare == 1u) {
    atomicAdd(&control[${word("violations")}], atomicLoad(&violations));
    atomicMax(&control[${word("residual")}], atomicLoad(&largest));
  }
}`,
);

/**
 * Ends an iteration: records unstable signs and largest change of each run that iterates, and stops those that have none
 * (with `compare`) or changed by `number` at most.
 */
export const recordSource = source(
  "record",
  [writes("control", "u32"), writes("records", "vec2u")],
  /* wgsl */ `
@compute @workgroup_size(${MOST_RUNS}) fn main(@builtin(local_invocation_index) run: u32) {
  if (run >= p.runs || control[${word("active")}] == 0u) { return; }
  let violations = control[${word("violations")}];
  let residual = control[${word("residual")}];
  let at = control[${word("records")}];
  records[run * p.capacity + at] = vec2u(violations, residual);
  control[${word("records")}] = at + 1u;
  control[${word("steps")}] += 1u;
  control[${word("violations")}] = 0u;
  control[${word("residual")}] = 0u;
  let stable = p.compare == 1u && violations == 0u;
  if (stable || bitcast<f32>(residual) <= p.number) { control[${word("active")}] = 0u; }
}`,
);
