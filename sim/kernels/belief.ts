/**
 * @file Scalar twin of belief.as.ts: belief propagation over the fixed points of one network, (P18)-(P20), in f64 with
 * messages kept as f32 fields.
 *
 * Notation as in the equations: factor i demands s_i h_i + J_D > 0, u_{i→j} is its message to neuron j as a field,
 * m_{j→i} = tanh(T_j − u_{i→j}) the magnetization of neuron j without factor i.
 *
 * The compiled kernels differ from this by the rounding of magnetizations to f32, by series in J_ij/√V_i where these
 * hold, and by logs of tails in f32 elsewhere. After one iteration from the same messages |u_kernel − u_twin| is at most
 * MESSAGE_ERROR·max(1, |u|), besides what u changes with the errors of μ_{i\j} and V_{i\j}, which are at most
 * MOMENT_ERROR·√V and MOMENT_ERROR·V. The latter show where u is steep in them: where the argument of Φ lies far in the
 * tail, below −10, and the own spin is as strongly against it.
 */
import { logNormalCdf } from "../../theory/normal.ts";
import { viewBeliefs, type BeliefViews } from "./belief-frame.ts";
import type { KernelFunctions } from "./functions.ts";

/** Least V_i: messages that polarize make the Gaussian of a field narrow, and this keeps its width above zero. */
export const VARIANCE_FLOOR = 1e-8;

/** Largest |u|: tanh 30 is 1 in f64, so that a larger field says no more; sums of such fields stay exact enough in f32. */
export const LARGEST_MESSAGE = 30;

/** Bound on |u_kernel − u_twin| / max(1, |u|) after one iteration from the same messages, see above. */
export const MESSAGE_ERROR = 1e-6;

/** Bound on |μ_kernel − μ_twin|/√V and on |V_kernel − V_twin|/V, V = max(V_i, VARIANCE_FLOOR). */
export const MOMENT_ERROR = 5e-7;

/** log 2cosh x. */
export const logTwoCosh = (x: number): number => Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x)));

/** log (1 + tanh x)/2. */
const logUp = (x: number): number => x - logTwoCosh(x);

/** Field that a spin of field h sends through a bond γ: atanh(tanh h tanh γ). */
export function throughBond(field: number, bond: number): number {
  if (bond === Infinity) return field;
  return 0.5 * (logTwoCosh(field + bond) - logTwoCosh(field - bond));
}

/** log Σ_σ p(σ) Φ((J_D + σx)/√V), p(σ) = (1 + σ tanh ownField)/2. */
function logFactor(x: number, selfCoupling: number, width: number, ownField: number): number {
  const up = logUp(ownField) + logNormalCdf((selfCoupling + x) / width);
  const down = logUp(-ownField) + logNormalCdf((selfCoupling - x) / width);
  return Math.max(up, down) + Math.log1p(Math.exp(-Math.abs(up - down)));
}

const clamp = (u: number): number => Math.max(-LARGEST_MESSAGE, Math.min(LARGEST_MESSAGE, u));

/** 1 − tanh² x. */
function sechSquared(x: number): number {
  const e = Math.exp(-2 * Math.abs(x));
  return (4 * e) / ((1 + e) * (1 + e));
}

/** T_j and φ_j from the messages to neuron j, with y replicas bound to a centre by γ (P20); returns T_j. */
function total(views: BeliefViews, j: number, replicas: number, bond: number): number {
  const { n, stride, messages, ownMessages, externalFields, centreMessages, totals } = views;
  let field = externalFields[j]! + ownMessages[j]!;
  for (let i = 0; i < n; i++) field += messages[j * stride + i]!;
  centreMessages[j] = throughBond((replicas - 1) * throughBond(field, bond), bond);
  totals[j] = field + centreMessages[j];
  return totals[j];
}

/** μ_i and V_i of all factors from messages and totals. */
function moments({ n, stride, couplings, messages, totals, means, variances }: BeliefViews): void {
  means.fill(0);
  variances.fill(0);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const coupling = couplings[j * stride + i]!;
      const field = totals[j]! - messages[j * stride + i]!;
      means[i]! += coupling * Math.tanh(field);
      variances[i]! += coupling * coupling * sechSquared(field);
    }
  }
}

/** u_{i→j} (P18) from the messages of the last iteration. */
function message(views: BeliefViews, i: number, j: number, selfCoupling: number): number {
  const { stride, couplings, messages, ownMessages, totals, means, variances } = views;
  const coupling = couplings[j * stride + i]!;
  const field = totals[j]! - messages[j * stride + i]!;
  const mean = means[i]! - coupling * Math.tanh(field);
  const variance = variances[i]! - coupling * coupling * sechSquared(field);
  const width = Math.sqrt(Math.max(variance, VARIANCE_FLOOR));
  const ownField = totals[i]! - ownMessages[i]!;
  const up = logFactor(mean + coupling, selfCoupling, width, ownField);
  const down = logFactor(mean - coupling, selfCoupling, width, ownField);
  return clamp(0.5 * (up - down));
}

/** u_{i→i} (P19). */
function ownMessage({ means, variances }: BeliefViews, i: number, selfCoupling: number): number {
  const width = Math.sqrt(Math.max(variances[i]!, VARIANCE_FLOOR));
  const up = logNormalCdf((selfCoupling + means[i]!) / width);
  const down = logNormalCdf((selfCoupling - means[i]!) / width);
  return clamp(0.5 * (up - down));
}

/** One iteration over all messages; returns the largest change of a magnetization m_{j→i}. */
function iterate(
  views: BeliefViews,
  selfCoupling: number,
  replicas: number,
  bond: number,
  damping: number,
): number {
  const { n, stride, messages, ownMessages, totals } = views;
  const updated = new Float32Array(n * stride);
  const updatedOwn = new Float64Array(n);
  const damped = (fresh: number, old: number) => (1 - damping) * fresh + damping * old;
  for (let i = 0; i < n; i++) updatedOwn[i] = damped(ownMessage(views, i, selfCoupling), ownMessages[i]!);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      if (i === j) continue;
      updated[j * stride + i] = damped(message(views, i, j, selfCoupling), messages[j * stride + i]!);
    }
  }
  const before = Float64Array.from(totals);
  const change = (j: number, fresh: number, old: number) =>
    Math.abs(Math.tanh(totals[j]! - fresh) - Math.tanh(before[j]! - old));
  let largest = 0;
  const old = messages.slice();
  const oldOwn = ownMessages.slice();
  messages.set(updated);
  ownMessages.set(updatedOwn);
  for (let j = 0; j < n; j++) {
    total(views, j, replicas, bond);
    largest = Math.max(largest, change(j, updatedOwn[j]!, oldOwn[j]!));
    for (let i = 0; i < n; i++) {
      const at = j * stride + i;
      largest = Math.max(largest, change(j, messages[at]!, old[at]!));
    }
  }
  moments(views);
  return largest;
}

/** The kernels of belief propagation on `memory`. */
export function scalarBelief(
  memory: WebAssembly.Memory,
): Pick<KernelFunctions, "beliefTotals" | "beliefIteration"> {
  return {
    beliefTotals(beliefs, replicas, bond) {
      const views = viewBeliefs(memory, beliefs);
      for (let j = 0; j < views.n; j++) total(views, j, replicas, bond);
      moments(views);
    },
    beliefIteration(beliefs, selfCoupling, replicas, bond, damping) {
      return iterate(viewBeliefs(memory, beliefs), selfCoupling, replicas, bond, damping);
    },
  };
}
