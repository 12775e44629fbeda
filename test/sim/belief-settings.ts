/** @file What the tests of the belief kernels share: messages on small networks, and the bound on a message. */
import { logNormalCdf } from "../../theory/normal.ts";
import { LARGEST_MESSAGE, MESSAGE_ERROR, MOMENT_ERROR, VARIANCE_FLOOR } from "../../sim/kernels/belief.ts";
import { createBeliefFrame, viewBeliefs } from "../../sim/kernels/belief-frame.ts";
import { createFrame } from "../../sim/kernels/frame.ts";
import type { Kernels } from "../../sim/kernels/memory.ts";
import { stream, type RandomWords } from "../../sim/random.ts";

/** Messages on a network of Gaussian couplings, in new memory of `kernels`. */
export function prepare(kernels: Kernels, n: number, seed = 51) {
  const network = createFrame(kernels, n);
  const key = stream(seed, "couplings", n).key;
  kernels.functions.gaussianFill(network.address, ...key, 1 / Math.sqrt(n), 0, n);
  const frame = createBeliefFrame(kernels, network);
  return { n, kernels, frame, views: viewBeliefs(kernels.memory, frame.address) };
}

export type Setting = ReturnType<typeof prepare>;

/** Parameters of an iteration; undamped plain belief propagation unless said otherwise. */
export interface Step {
  readonly selfCoupling: number;
  readonly replicas?: number;
  readonly bond?: number;
  readonly damping?: number;
}

export function takeTotals({ kernels, frame }: Setting, { replicas = 1, bond = 0 }: Step): void {
  kernels.functions.beliefTotals(frame.address, replicas, bond);
}

/** One iteration; returns the largest change of a magnetization. */
export function iterate({ kernels, frame }: Setting, step: Step): number {
  const { selfCoupling, replicas = 1, bond = 0, damping = 0 } = step;
  return kernels.functions.beliefIteration(frame.address, selfCoupling, replicas, bond, damping);
}

/** A normal number, of Box and Muller. */
export function normal(words: RandomWords): number {
  const radius = Math.sqrt(-2 * Math.log((words.nextUint32() + 0.5) / 2 ** 32));
  return radius * Math.cos((2 * Math.PI * words.nextUint32()) / 2 ** 32);
}

/** Between two numbers, all equally likely. */
export const between = (words: RandomWords, from: number, to: number): number =>
  from + ((to - from) * words.nextUint32()) / 2 ** 32;

const bounded = (u: number): number => Math.max(-LARGEST_MESSAGE, Math.min(LARGEST_MESSAGE, u));

/** Random messages and fields; the scales are those of the sum of all messages to a neuron, and of the own message. */
export function randomize({ n, views }: Setting, words: RandomWords, scale: number, ownScale: number): void {
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      if (i !== j) views.messages[j * views.stride + i] = bounded((scale / Math.sqrt(n)) * normal(words));
    }
    views.ownMessages[j] = bounded(ownScale * normal(words));
    views.externalFields[j] = 0.3 * scale * normal(words);
  }
}

/** Messages, own messages and fields of one setting to another. */
export function copyMessages(from: Setting, to: Setting): void {
  to.views.messages.set(from.views.messages);
  to.views.ownMessages.set(from.views.ownMessages);
  to.views.externalFields.set(from.views.externalFields);
}

/** What u_{i→j} is computed from: μ_{i\j}, V_{i\j}, J_ij, J_D and the field of the own spin without factor i. */
export interface Factor {
  readonly mean: number;
  readonly variance: number;
  readonly coupling: number;
  readonly selfCoupling: number;
  readonly ownField: number;
}

/** (P18) as it stands, without its clamp. */
export function exactMessage({ mean, variance, coupling, selfCoupling, ownField }: Factor): number {
  const width = Math.sqrt(Math.max(variance, VARIANCE_FLOOR));
  const [up, down] = [mean + coupling, mean - coupling].map((x) => {
    const plus = ownField + logNormalCdf((selfCoupling + x) / width);
    const minus = logNormalCdf((selfCoupling - x) / width) - ownField;
    return Math.max(plus, minus) + Math.log1p(Math.exp(-Math.abs(plus - minus)));
  }) as [number, number];
  return 0.5 * (up - down);
}

/** What a message may differ by: MESSAGE_ERROR, and what it changes when mean and variance do by MOMENT_ERROR. */
export function messageBound(factor: Factor): number {
  const { mean, variance } = factor;
  const u = exactMessage(factor);
  // A larger step than the error itself, which would drown in rounding.
  const step = 1e-4;
  const largestChange = (changed: readonly Partial<Factor>[]): number =>
    Math.max(...changed.map((part) => Math.abs(exactMessage({ ...factor, ...part }) - u)));
  const shift = step * Math.sqrt(variance);
  const ofMean = largestChange([{ mean: mean + shift }, { mean: mean - shift }]);
  const ofVariance = largestChange([
    { variance: variance * (1 + step) },
    { variance: variance * (1 - step) },
  ]);
  return MESSAGE_ERROR * Math.max(1, Math.abs(bounded(u))) + (MOMENT_ERROR / step) * (ofMean + ofVariance);
}

/** The factors of all messages from the state before an iteration, as it now is. */
export function factorsOf({ views }: Setting, selfCoupling: number): (i: number, j: number) => Factor {
  const { stride, couplings } = views;
  const [messages, own, totals] = [views.messages.slice(), views.ownMessages.slice(), views.totals.slice()];
  const [means, variances] = [views.means.slice(), views.variances.slice()];
  return (i, j) => {
    const coupling = couplings[j * stride + i]!;
    const field = totals[j]! - messages[j * stride + i]!;
    const decay = Math.exp(-2 * Math.abs(field));
    const share = (4 * coupling * coupling * decay) / (1 + decay) ** 2;
    return {
      mean: means[i]! - coupling * Math.tanh(field),
      variance: Math.max(variances[i]! - share, VARIANCE_FLOOR),
      coupling,
      selfCoupling,
      ownField: totals[i]! - own[i]!,
    };
  };
}

/** How two sets of messages differ at worst. */
export interface Difference {
  /** In units of MESSAGE_ERROR·max(1, |u|). */
  readonly plain: number;
  /** In units of the bound. */
  readonly bounded: number;
}

/** Compares messages; `bound` is that of a message, `only` says which to compare. */
export function compareMessages(
  { n, views }: Setting,
  twin: Setting,
  bound: (i: number, j: number) => number,
  only: (i: number, j: number) => boolean = () => true,
): Difference {
  let plain = 0;
  let worst = 0;
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const [u, exact] = [views.messages, twin.views.messages].map((all) => all[j * views.stride + i]!);
      const difference = Math.abs(u! - exact!);
      if (!(difference >= 0)) return { plain: Number.NaN, bounded: Number.NaN };
      if (!only(i, j)) continue;
      const ratio = difference / (MESSAGE_ERROR * Math.max(1, Math.abs(exact!)));
      plain = Math.max(plain, ratio);
      // The bound is at least the plain one, and takes long to compute.
      worst = Math.max(worst, ratio <= 1 ? ratio : difference / bound(i, j));
    }
  }
  return { plain, bounded: worst };
}

/** One step of both from the messages of the first, each with totals of its own. */
export function compareStep(kernel: Setting, twin: Setting, step: Step): Difference {
  copyMessages(kernel, twin);
  takeTotals(kernel, step);
  takeTotals(twin, step);
  const factors = factorsOf(twin, step.selfCoupling);
  iterate(kernel, step);
  iterate(twin, step);
  return compareMessages(kernel, twin, (i, j) => messageBound(factors(i, j)));
}
