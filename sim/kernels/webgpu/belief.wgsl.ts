/** @file WGSL that goes over the columns of messages: their totals, the update (P18)-(P20), what edges add to entropies. */
import { LARGEST_MESSAGE, VARIANCE_FLOOR } from "../belief.ts";
import { reads, sharesWgsl, source, word, writes } from "./belief-common.wgsl.ts";
import { messageWgsl } from "./belief-math.wgsl.ts";

/** Threads that go over a column together: with a workgroup for each column, few enough that small networks use all. */
const COLUMN_THREADS = 64;

/** Sum over a workgroup. */
const columnSum = /* wgsl */ `
var<workgroup> sums: array<f32, ${COLUMN_THREADS}>;
fn sumAll(own: f32, local: u32) -> f32 {
  sums[local] = own;
  workgroupBarrier();
  for (var half = ${COLUMN_THREADS / 2}u; half > 0u; half >>= 1u) {
    if (local < half) { sums[local] += sums[local + half]; }
    workgroupBarrier();
  }
  return sums[0];
}
`;

/** T_j, u_{j→j}, φ_j and T_j without φ_j of the messages as they are. */
export const totalsSource = source(
  "totals",
  [reads("messages", "f32"), reads("control", "u32"), writes("neurons", "vec4f")],
  /* wgsl */ `
${messageWgsl}
${columnSum}
@compute @workgroup_size(${COLUMN_THREADS}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let run = group.z;
  if (control[${word("active")}] == 0u) { return; }
  let turn = control[${word("steps")}] & 1u;
  let column = messagesAt(turn, run, group.x);
  var sum = 0.0;
  for (var i = local; i < p.n; i += ${COLUMN_THREADS}u) { sum += messages[column + i]; }
  sum = sumAll(sum, local);
  if (local == 0u) {
    let at = neuronAt(turn, run, p.firstColumn + group.x);
    let own = neurons[at].y;
    let field = own + sum;
    let centre = centreMessage(field, p.others, p.bond, p.tanhBond);
    neurons[at] = vec4f(field + centre, own, centre, field);
  }
}`,
);

/** New messages of a column and its T_j, from the moments; `number` is the damping. */
export const updateSource = source(
  "update",
  [
    reads("couplings", "f32"),
    writes("messages", "f32"),
    reads("control", "u32"),
    reads("moments", "vec4i"),
    writes("neurons", "vec4f"),
  ],
  /* wgsl */ `
${messageWgsl}
${sharesWgsl}
${columnSum}
const FLOOR: f32 = ${VARIANCE_FLOOR};
const LARGEST: f32 = ${LARGEST_MESSAGE};

fn widthOf(whole: i32, rest: f32) -> f32 { return sqrt(max(fma(p.varianceQuantum, f32(whole), rest), FLOOR)); }
fn value(whole: i32, rest: f32) -> f32 { return fma(p.quantum, f32(whole), rest); }
fn damped(fresh: f32, old: f32) -> f32 { return mix(fresh, old, p.number); }

// (P18)
fn fromFactor(coupling: f32, field: f32, moment: vec4i, selfWhole: i32, selfRest: f32, ownField: f32) -> f32 {
  let share = shareOf(coupling, field);
  let whole = moment.x - share.whole;
  let rest = bitcast<f32>(moment.y) - share.rest;
  let w = share.couplingWhole;
  let r = share.couplingRest;
  let plus = selfWhole + whole;
  let minus = selfWhole - whole;
  let plusRest = selfRest + rest;
  let minusRest = selfRest - rest;
  return messageOf(Arguments(
    vec2f(value(plus + w, plusRest + r), value(minus - w, minusRest - r)),
    vec2f(value(plus - w, plusRest - r), value(minus + w, minusRest + r)),
    vec2f(value(plus, plusRest), value(minus, minusRest)),
    coupling,
    widthOf(moment.z - share.varianceWhole, bitcast<f32>(moment.w) - share.varianceRest),
    ownField), LARGEST);
}

// (P19): (P18) with the mean in place of the coupling, and the own spin out of it.
fn fromOwnFactor(moment: vec4i, selfWhole: i32, selfRest: f32) -> f32 {
  let rest = bitcast<f32>(moment.y);
  return messageOf(Arguments(
    vec2f(value(selfWhole + moment.x, selfRest + rest)),
    vec2f(value(selfWhole - moment.x, selfRest - rest)),
    vec2f(value(selfWhole, selfRest)),
    value(moment.x, rest),
    widthOf(moment.z, bitcast<f32>(moment.w)),
    1e30), LARGEST);
}

@compute @workgroup_size(${COLUMN_THREADS}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let run = group.z;
  if (control[${word("active")}] == 0u) { return; }
  let turn = control[${word("steps")}] & 1u;
  let selfWhole = bitcast<i32>(control[${word("selfWhole")}]);
  let selfRest = bitcast<f32>(control[${word("selfRest")}]);
  let j = p.firstColumn + group.x;
  let old = messagesAt(turn, run, group.x);
  let fresh = messagesAt(1u - turn, run, group.x);
  let neuron = neurons[neuronAt(turn, run, j)];
  var sum = 0.0;
  for (var i = local; i < p.n; i += ${COLUMN_THREADS}u) {
    let before = messages[old + i];
    let factor = neurons[neuronAt(turn, run, i)];
    let moment = moments[run * p.stride + i];
    let coupling = couplings[group.x * p.stride + i];
    let u = fromFactor(coupling, neuron.x - before, moment, selfWhole, selfRest, factor.x - factor.y);
    let after = damped(u, before);
    messages[fresh + i] = after;
    sum += after;
  }
  sum = sumAll(sum, local);
  if (local == 0u) {
    let own = damped(fromOwnFactor(moments[run * p.stride + j], selfWhole, selfRest), neuron.y);
    let field = own + sum;
    let centre = centreMessage(field, p.others, p.bond, p.tanhBond);
    neurons[neuronAt(1u - turn, run, j)] = vec4f(field + centre, own, centre, field);
  }
}`,
);

/** Σ_i [log 2cosh(T_j − u_{i→j}) − log 2cosh T_j] of each column: what edges take from the Bethe entropy (P19'). */
export const edgesSource = source(
  "edges",
  [reads("messages", "f32"), reads("control", "u32"), reads("neurons", "vec4f"), writes("edges", "f32")],
  /* wgsl */ `
${columnSum}
@compute @workgroup_size(${COLUMN_THREADS}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let run = group.z;
  let turn = control[${word("steps")}] & 1u;
  let j = p.firstColumn + group.x;
  let total = neurons[neuronAt(turn, run, j)].x;
  let ofTotal = 1.0 + exponential(-2.0 * abs(total));
  let column = messagesAt(turn, run, group.x);
  var sum = 0.0;
  for (var i = local; i < p.n; i += ${COLUMN_THREADS}u) {
    let u = messages[column + i];
    let field = total - u;
    let towards = select(1.0, -1.0, total < 0.0);
    let sizes = select(abs(field) - abs(total), -u * towards, field * towards >= 0.0);
    sum += sizes + logarithm((1.0 + exponential(-2.0 * abs(field))) / ofTotal);
  }
  sum = sumAll(sum, local);
  if (local == 0u) { edges[run * p.stride + j] = sum; }
}`,
);
