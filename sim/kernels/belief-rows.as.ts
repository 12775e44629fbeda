/**
 * @file What an iteration of belief propagation needs of each factor (row) once: its own message (P19), and the
 * derivatives that the series of belief-series.as.ts is made of.
 *
 * L(x, V) = log F, F = Σ_σ p(σ) Φ((J_D + σx)/√V), is needed with its first eleven derivatives ℓ_k in x at (μ, V), in
 * units of √V. Those of F follow from d_k = Φ^{(k)}/Φ, d_{k+2} = −a d_{k+1} − k d_k, and ℓ_k from them as cumulants
 * from moments.
 */
import { BeliefFrame, ROW_DERIVATIVES } from "./belief-frame.as";
import { Double } from "./double.as";

/** Least V_i (belief.ts). */
export const VARIANCE_FLOOR: f64 = 1e-8;
/** Below this V_i the floor may act on V_{i\j}, which no series knows of: J² (1 − m²) is at most 5 % of V_i in one. */
const NEAR_FLOOR: f64 = 1.06 * VARIANCE_FLOOR;
/** Largest |u| (belief.ts). */
export const LARGEST_MESSAGE: f64 = 30;

/** Odds and tails below e^−18, and Φ(−5.6) = 1e−8, count as nothing: all messages of such a row are zero to 1e−8. */
const QUIET_ARGUMENT: f64 = 5.6;
const QUIET_LOG_ODDS: f64 = 18;

/** u within ±LARGEST_MESSAGE. */
function clamp(u: v128): v128 {
  return f64x2.pmax(f64x2.pmin(u, f64x2.splat(LARGEST_MESSAGE)), f64x2.splat(-LARGEST_MESSAGE));
}

/** −(ax + ky). */
function nextDerivative(a: v128, x: v128, k: f64, y: v128): v128 {
  return f64x2.neg(f64x2.add(f64x2.mul(a, x), f64x2.mul(f64x2.splat(k), y)));
}

/**
 * Up to which |J|, in units of √V, all messages of a row are zero to 1e−8, as F does not change with x: Φ of the
 * better sign is 1, and the other sign has no weight, or its Φ is 0 or 1 as well.
 * @param upper argument of Φ for the better sign; lower, for the other one
 * @param logOdds of the better sign
 */
function quietReach(upper: v128, lower: v128, logOdds: v128): v128 {
  const zero = f64x2.splat(0);
  const missing = f64x2.sub(f64x2.splat(2 * QUIET_LOG_ODDS), f64x2.add(logOdds, logOdds));
  const deficit = f64x2.pmax(missing, zero);
  const vanishes = f64x2.neg(f64x2.add(f64x2.sqrt(deficit), lower));
  const saturates = f64x2.sub(lower, f64x2.splat(QUIET_ARGUMENT));
  const noWeight = v128.and(f64x2.le(missing, zero), f64x2.splat(f64.MAX_VALUE));
  const other = f64x2.pmax(f64x2.pmax(vanishes, saturates), noWeight);
  const slack = f64x2.pmin(f64x2.sub(upper, f64x2.splat(QUIET_ARGUMENT)), other);
  return f64x2.mul(f64x2.splat(0.5), slack);
}

/**
 * Own messages and their cavity fields, and for two rows at a time the derivatives d_1..d_11 of F over F, the width √V
 * and the quiet reach to frame.rowDerivatives.
 */
export function prepareRows(frame: BeliefFrame, selfCoupling: f64, damping: f64): void {
  const self = f64x2.splat(selfCoupling);
  const bytes = (<usize>frame.stride) << 3;
  const kept = f64x2.splat(damping);
  const renewed = f64x2.splat(1 - damping);
  const one = f64x2.splat(1);
  let out = frame.rowDerivatives;
  let offset: usize = 0;
  do {
    const mean = v128.load(frame.means + offset);
    const variance = f64x2.pmax(v128.load(frame.variances + offset), f64x2.splat(VARIANCE_FLOOR));
    const width = f64x2.sqrt(variance);
    const up = f64x2.div(f64x2.add(self, mean), width);
    const down = f64x2.div(f64x2.sub(self, mean), width);
    const upDensity = Double.gaussian(up);
    const downDensity = Double.gaussian(down);
    const upScaled = Double.scaledCdf(up, upDensity);
    const downScaled = Double.scaledCdf(down, downDensity);
    const logRatio = f64x2.sub(Double.logCdf(up, upScaled), Double.logCdf(down, downScaled));
    const raw = f64x2.mul(f64x2.splat(0.5), logRatio);

    const own = v128.load(frame.ownMessages + offset);
    const cavityField = f64x2.sub(v128.load(frame.totals + offset), own);
    v128.store(frame.cavityFields + offset, cavityField);
    const damped = f64x2.add(f64x2.mul(renewed, clamp(raw)), f64x2.mul(kept, own));
    v128.store(frame.ownMessages + offset, damped);

    // Weight of sign − over that of sign + in F, and φ/Φ of both signs times their weights.
    const logOdds = f64x2.mul(f64x2.splat(-2), f64x2.add(cavityField, raw));
    const odds = Double.exponential(f64x2.pmin(logOdds, f64x2.splat(700)));
    const weight = f64x2.div(one, f64x2.add(odds, one));
    let a = f64x2.mul(weight, Double.hazard(up, upDensity, upScaled));
    let b = f64x2.mul(f64x2.mul(odds, weight), Double.hazard(down, downDensity, downScaled));
    // Infinite where there is to be no series.
    const nearFloor = f64x2.lt(v128.load(frame.variances + offset), f64x2.splat(NEAR_FLOOR));
    v128.store(out, v128.bitselect(f64x2.splat(Infinity), f64x2.sub(a, b), nearFloor));
    let nextA = f64x2.neg(f64x2.mul(up, a));
    let nextB = f64x2.neg(f64x2.mul(down, b));
    v128.store(out, f64x2.add(nextA, nextB), 16);
    a = nextDerivative(up, nextA, 1, a);
    b = nextDerivative(down, nextB, 1, b);
    v128.store(out, f64x2.sub(a, b), 32);
    nextA = nextDerivative(up, a, 2, nextA);
    nextB = nextDerivative(down, b, 2, nextB);
    v128.store(out, f64x2.add(nextA, nextB), 48);
    a = nextDerivative(up, nextA, 3, a);
    b = nextDerivative(down, nextB, 3, b);
    v128.store(out, f64x2.sub(a, b), 64);
    nextA = nextDerivative(up, a, 4, nextA);
    nextB = nextDerivative(down, b, 4, nextB);
    v128.store(out, f64x2.add(nextA, nextB), 80);
    a = nextDerivative(up, nextA, 5, a);
    b = nextDerivative(down, nextB, 5, b);
    v128.store(out, f64x2.sub(a, b), 96);
    nextA = nextDerivative(up, a, 6, nextA);
    nextB = nextDerivative(down, b, 6, nextB);
    v128.store(out, f64x2.add(nextA, nextB), 112);
    a = nextDerivative(up, nextA, 7, a);
    b = nextDerivative(down, nextB, 7, b);
    v128.store(out, f64x2.sub(a, b), 128);
    nextA = nextDerivative(up, a, 8, nextA);
    nextB = nextDerivative(down, b, 8, nextB);
    v128.store(out, f64x2.add(nextA, nextB), 144);
    a = nextDerivative(up, nextA, 9, a);
    b = nextDerivative(down, nextB, 9, b);
    v128.store(out, f64x2.sub(a, b), 160);

    const upIsUpper = f64x2.ge(mean, f64x2.splat(0));
    const upper = v128.bitselect(up, down, upIsUpper);
    const lower = v128.bitselect(down, up, upIsUpper);
    const sign = v128.bitselect(f64x2.splat(2), f64x2.splat(-2), upIsUpper);
    v128.store(out, width, 176);
    v128.store(out, quietReach(upper, lower, f64x2.mul(sign, cavityField)), 192);
    out += ROW_DERIVATIVES;
    offset += 16;
  } while (offset < bytes);
}
