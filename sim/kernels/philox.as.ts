/**
 * @file Philox4x32-10 in SIMD, four blocks at a time; the twin is sim/random.ts, where the generator is described.
 * Counter words: (block, 0, substream, 1), the family of substreams.
 */

const MULTIPLIER_0: u32 = 0xd2511f53;
const MULTIPLIER_1: u32 = 0xcd9e8d57;
const WEYL_0: u32 = 0x9e3779b9;
const WEYL_1: u32 = 0xbb67ae85;
const ROUNDS: i32 = 10;

/** Fourth counter word of a substream (SUBSTREAM_FAMILY in sim/random.ts). */
const SUBSTREAM_FAMILY: i32 = 1;

/** Number of words that one call of `philoxGroup` writes: of eight blocks, two times four, to fill both pipelines. */
export const GROUP_WORDS: u32 = 32;

/**
 * Blocks 8·group to 8·group + 7 of a substream, four and four, transposed: vector w at out + 16·w holds word w of the
 * first four blocks, vector w at out + 64 + 16·w that of the others.
 */
export function philoxGroup(out: usize, group: u32, key0: u32, key1: u32, substream: u32): void {
  let c0 = i32x4.add(i32x4.splat(group << 3), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(0);
  let c2 = i32x4.splat(substream);
  let c3 = i32x4.splat(SUBSTREAM_FAMILY);
  let d0 = i32x4.add(c0, i32x4.splat(4));
  let d1 = c1;
  let d2 = c2;
  let d3 = c3;
  let k0 = i32x4.splat(key0);
  let k1 = i32x4.splat(key1);
  const m0 = i32x4.splat(MULTIPLIER_0);
  const m1 = i32x4.splat(MULTIPLIER_1);
  const weyl0 = i32x4.splat(WEYL_0);
  const weyl1 = i32x4.splat(WEYL_1);
  for (let round = 0; round < ROUNDS; round++) {
    const evenC0 = i64x2.extmul_low_i32x4_u(m0, c0);
    const oddC0 = i64x2.extmul_high_i32x4_u(m0, c0);
    const evenC1 = i64x2.extmul_low_i32x4_u(m1, c2);
    const oddC1 = i64x2.extmul_high_i32x4_u(m1, c2);
    c0 = v128.xor(v128.xor(v128.shuffle<i32>(evenC1, oddC1, 1, 3, 5, 7), c1), k0);
    c1 = v128.shuffle<i32>(evenC1, oddC1, 0, 2, 4, 6);
    c2 = v128.xor(v128.xor(v128.shuffle<i32>(evenC0, oddC0, 1, 3, 5, 7), c3), k1);
    c3 = v128.shuffle<i32>(evenC0, oddC0, 0, 2, 4, 6);
    const evenD0 = i64x2.extmul_low_i32x4_u(m0, d0);
    const oddD0 = i64x2.extmul_high_i32x4_u(m0, d0);
    const evenD1 = i64x2.extmul_low_i32x4_u(m1, d2);
    const oddD1 = i64x2.extmul_high_i32x4_u(m1, d2);
    d0 = v128.xor(v128.xor(v128.shuffle<i32>(evenD1, oddD1, 1, 3, 5, 7), d1), k0);
    d1 = v128.shuffle<i32>(evenD1, oddD1, 0, 2, 4, 6);
    d2 = v128.xor(v128.xor(v128.shuffle<i32>(evenD0, oddD0, 1, 3, 5, 7), d3), k1);
    d3 = v128.shuffle<i32>(evenD0, oddD0, 0, 2, 4, 6);
    k0 = i32x4.add(k0, weyl0);
    k1 = i32x4.add(k1, weyl1);
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
  v128.store(out, d0, 64);
  v128.store(out, d1, 80);
  v128.store(out, d2, 96);
  v128.store(out, d3, 112);
}

/** Turns four transposed blocks at `out` into the order of the sequence, in place. */
function untranspose(out: usize): void {
  const w0 = v128.load(out);
  const w1 = v128.load(out, 16);
  const w2 = v128.load(out, 32);
  const w3 = v128.load(out, 48);
  const low01 = v128.shuffle<i32>(w0, w1, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(w0, w1, 2, 6, 3, 7);
  const low23 = v128.shuffle<i32>(w2, w3, 0, 4, 1, 5);
  const high23 = v128.shuffle<i32>(w2, w3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(low01, low23, 0, 2));
  v128.store(out, v128.shuffle<i64>(low01, low23, 1, 3), 16);
  v128.store(out, v128.shuffle<i64>(high01, high23, 0, 2), 32);
  v128.store(out, v128.shuffle<i64>(high01, high23, 1, 3), 48);
}

/**
 * Words 32·firstGroup and on of a substream, `groups`·32 of them, in the order of `Stream.substream(…).nextUint32()`.
 */
export function philoxWords(
  out: usize,
  firstGroup: u32,
  groups: u32,
  key0: u32,
  key1: u32,
  substream: u32,
): void {
  for (let group: u32 = 0; group < groups; group++) {
    philoxGroup(out, firstGroup + group, key0, key1, substream);
    untranspose(out);
    untranspose(out + 64);
    out += 128;
  }
}
