/**
 * @file New messages to neuron j, one column, from the series of the rows (belief-series.as.ts). A magnetization m comes
 * as its distance d = 1 − |m| from the nearer pole ±1, with the sign of m: see belief-moments.as.ts.
 */
import { BeliefFrame, ROW_BLOCK } from "./belief-frame.as";
import { Single } from "./single.as";

/** The bit of the sign. */
const SIGN: i32 = 0x80000000;

/** J² (1 − m²), m at distance d from its pole: as belief-moments.as.ts adds it to V_i. */
function varianceShare(J: v128, d: v128): v128 {
  return f32x4.mul(f32x4.mul(J, J), f32x4.mul(d, f32x4.sub(f32x4.splat(2), d)));
}

/**
 * Appends to a list the lanes of a group of four rows where the series does not hold. An entry has 16 bytes: number of
 * the row, number of the message, u32; m_{j→i} as in frame.poles, J_ij² (1 − m²_{j→i}), f32.
 * @returns new end of the list
 */
function listMessages(end: usize, row: u32, message: u32, within: v128, pole: v128, share: v128): usize {
  const lanes = i32x4(0, 1, 2, 3);
  const rows = i32x4.add(i32x4.splat(row), lanes);
  const numbers = i32x4.add(i32x4.splat(message), lanes);
  const lowNumbers = v128.shuffle<i32>(rows, numbers, 0, 4, 1, 5);
  const highNumbers = v128.shuffle<i32>(rows, numbers, 2, 6, 3, 7);
  const lowShares = v128.shuffle<i32>(pole, share, 0, 4, 1, 5);
  const highShares = v128.shuffle<i32>(pole, share, 2, 6, 3, 7);
  const beyond = ~i32x4.bitmask(within);
  v128.store(end, v128.shuffle<i64>(lowNumbers, lowShares, 0, 2));
  end += (beyond & 1) << 4;
  v128.store(end, v128.shuffle<i64>(lowNumbers, lowShares, 1, 3));
  end += (beyond & 2) << 3;
  v128.store(end, v128.shuffle<i64>(highNumbers, highShares, 0, 2));
  end += (beyond & 4) << 2;
  v128.store(end, v128.shuffle<i64>(highNumbers, highShares, 1, 3));
  return end + ((beyond & 8) << 1);
}

/**
 * New messages of column j from the series (belief-series.as.ts), damped, in place. Where the series does not hold they
 * get the damped old message alone, and are listed: the fresh one has yet to be added.
 * @param old where m_{j→i} of the old messages goes, f32, `stride` of them
 * @param end of the list
 * @returns new end of the list
 */
export function updateColumn(frame: BeliefFrame, j: u32, old: usize, damping: f64, end: usize): usize {
  const kept = f32x4.splat(<f32>damping);
  const renewed = f32x4.splat(<f32>(1 - damping));
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  const sign = i32x4.splat(SIGN);
  const stride = frame.stride;
  const number = j * stride;
  const start = (<usize>number) << 2;
  const spilled = frame.spilled;
  let coupling = frame.couplings + start;
  let pole = frame.poles + start;
  let message = frame.messages + start;
  let block = frame.rows;
  let row: u32 = 0;
  do {
    const x = v128.load(pole);
    const J = v128.load(coupling);
    const d = v128.andnot(x, sign);
    const m = v128.or(f32x4.sub(one, d), v128.and(x, sign));
    v128.store(old, m);
    // All in units of √V_i. Where the series does not hold it may overflow, and is cut out in the end.
    const h = f32x4.mul(J, v128.load(block));
    const p = f32x4.mul(h, h);
    const k = f32x4.mul(p, f32x4.mul(d, f32x4.sub(two, d)));
    const q = f32x4.mul(h, m);
    const t = f32x4.mul(q, q);
    const b = v128.load(block, 32);
    const pb = f32x4.mul(p, b);
    const power = f32x4.mul(f32x4.mul(f32x4.mul(k, b), pb), f32x4.mul(pb, pb));
    const within = f32x4.le(Single.plus(power, t, v128.load(block, 16)), one);
    if (i32x4.bitmask(within) != 15) {
      end = listMessages(end, row, number + row, within, x, varianceShare(J, d));
    }

    // Without κ, even powers of q and odd ones. Partial sums are stored, which has no other purpose than that they are
    // computed before the next coefficients are loaded: these would not all find room in the registers.
    const tt = f32x4.mul(t, t);
    let even = Single.plus(v128.load(block, 112), t, v128.load(block, 128));
    even = Single.plus(Single.plus(v128.load(block, 80), t, v128.load(block, 96)), tt, even);
    even = Single.plus(Single.plus(v128.load(block, 48), t, v128.load(block, 64)), tt, even);
    v128.store(spilled, even);
    let odd = Single.plus(v128.load(block, 176), tt, v128.load(block, 208));
    odd = Single.plus(odd, t, v128.load(block, 192));
    odd = Single.plus(Single.plus(v128.load(block, 144), t, v128.load(block, 160)), tt, odd);
    const pure = Single.plus(even, q, odd);
    v128.store(spilled, pure, 16);
    let first = Single.plus(v128.load(block, 256), q, v128.load(block, 272));
    first = Single.plus(first, t, v128.load(block, 288));
    first = Single.plus(Single.plus(v128.load(block, 224), q, v128.load(block, 240)), t, first);
    let second = Single.plus(v128.load(block, 304), q, v128.load(block, 320));
    second = Single.plus(second, t, v128.load(block, 336));
    second = Single.plus(second, k, v128.load(block, 352));
    const sum = Single.plus(pure, k, Single.plus(first, k, second));

    const fresh = v128.and(f32x4.mul(h, sum), within);
    v128.store(message, Single.plus(f32x4.mul(kept, v128.load(message)), renewed, fresh));
    coupling += 16;
    pole += 16;
    message += 16;
    old += 16;
    block += ROW_BLOCK;
    row += 4;
  } while (row < stride);
  return end;
}
