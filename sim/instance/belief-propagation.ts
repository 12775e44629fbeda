/**
 * @file Belief propagation over the fixed points of one network, (P18), (P19), in the Gaussian closure of large N:
 * magnetizations, and the Bethe entropy (P19'). Factor i demands s_i h_i + J_D > 0 and holds its own spin s_i.
 *
 * Messages are kept as fields u = atanh(magnetization), so that nothing is lost near ±1. The two bounds that the kernels
 * put on them, a least variance and a largest field, are VARIANCE_FLOOR and LARGEST_MESSAGE in kernels/belief.ts.
 */
import { OutOfDomain, requireInside, requireInteger } from "../../theory/errors.ts";
import { logNormalCdf } from "../../theory/normal.ts";
import { logTwoCosh, VARIANCE_FLOOR } from "../kernels/belief.ts";
import { createBeliefFrame, viewBeliefs, type BeliefFrame } from "../kernels/belief-frame.ts";
import type { RandomWords } from "../random.ts";
import type { Network } from "./network.ts";

/** Messages of belief propagation on a network, in its kernel memory: 8 N² bytes beside the 4 N² of the couplings. */
export interface Beliefs {
  /** The couplings that the messages belong to. */
  readonly network: Network;
  /**
   * Where the messages lie in kernel memory.
   * @internal
   */
  readonly frame: BeliefFrame;
}

/** What belief propagation counts: fixed points at J_D, y replicas of them bound to a centre by γ (P20). */
export interface BeliefMeasure {
  /** Self-coupling J_D ≥ 0, in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Number of replicas y, from 1 to 10⁹, not necessarily an integer; default 1, plain belief propagation. */
  readonly replicas?: number;
  /** Bond γ between each replica and the centre, in [0, 30] or ∞; default 0. */
  readonly bond?: number;
}

/** How belief propagation goes. */
export interface PropagationOptions {
  /** Share of the old message in the new one, in [0, 1), dimensionless; default 0.5. */
  readonly damping?: number;
  /** Most iterations, 1..10⁹; default 1000. */
  readonly maxIterations?: number;
  /**
   * Converged when no magnetization m_{j→i} changes by more than tolerance·(1 − damping) in an iteration;
   * default 10⁻⁵, from 10⁻⁷ to 1. Messages are f32, so that changes below about 3·10⁻⁷ may never be reached.
   */
  readonly tolerance?: number;
}

/** How belief propagation ended. */
export interface Propagation {
  readonly converged: boolean;
  readonly iterations: number;
  /** Largest change of a magnetization m_{j→i} in the last iteration. */
  readonly residual: number;
}

/** Most replicas; far fewer bind as if there were infinitely many. */
export const MOST_REPLICAS = 1e9;

/** Strongest finite bond: beyond it tanh γ is 1 in f64, so that replica and centre are one as at γ = ∞. */
export const STRONGEST_BOND = 30;

/** Largest |J_ij|, far beyond those of N(0, 1/N): squares and fields stay within what f32 can add. */
export const LARGEST_COUPLING = 100;

/** Largest |external field|: e^{−2·10⁴} is nothing, and differences of such fields keep 12 digits. */
export const LARGEST_FIELD = 1e4;

/** Amplitude of the random messages at the start: small against those that matter, large against rounding. */
const START_AMPLITUDE = 1e-3;

/** Messages are f32: changes below this are rounding. */
const leastTolerance = 1e-7;

/** Most iterations that can be asked for. */
const mostIterations = 1e9;

/** @throws OutOfDomain unless J_D ≥ 0, y is from 1 to 10⁹ and γ in [0, 30] or ∞ */
export function requireMeasure({
  selfCoupling,
  replicas = 1,
  bond = 0,
}: BeliefMeasure): Required<BeliefMeasure> {
  requireInside("selfCoupling", selfCoupling, { min: 0, max: Number.MAX_VALUE });
  requireInside("replicas", replicas, { min: 1, max: MOST_REPLICAS });
  if (bond !== Infinity) requireInside("bond", bond, { min: 0, max: STRONGEST_BOND });
  return { selfCoupling, replicas, bond };
}

/** @throws OutOfDomain unless the options are in range */
export function requirePropagation({
  damping = 0.5,
  maxIterations = 1000,
  tolerance = 1e-5,
}: PropagationOptions): Required<PropagationOptions> {
  requireInside("damping", damping, { min: 0, max: 1, openMax: true });
  requireInteger("maxIterations", maxIterations, 1, mostIterations);
  requireInside("tolerance", tolerance, { min: leastTolerance, max: 1 });
  return { damping, maxIterations, tolerance };
}

/**
 * Messages for a network, all zero: the paramagnet, which is a fixed point of belief propagation without fields.
 * @param network couplings; not changed
 * @returns the messages, in the kernel memory of the network
 * @throws OutOfDomain when memory does not suffice, or a coupling is beyond ±100
 * @source u_{i→j} = 0 solves (P18) and (P19) without fields
 */
export function createBeliefs(network: Network): Beliefs {
  requireBeliefCouplings(network);
  return { network, frame: createBeliefFrame(network.kernels, network.frame) };
}

/** @throws OutOfDomain unless all couplings are within ±LARGEST_COUPLING */
export function requireBeliefCouplings({ n, kernels, frame }: Network): void {
  const columns = kernels.float32(frame.couplings, n * frame.stride);
  if (!columns.every((coupling) => Math.abs(coupling) <= LARGEST_COUPLING)) {
    throw new OutOfDomain(`couplings must be within ±${LARGEST_COUPLING} for belief propagation`);
  }
}

/**
 * Small random messages of one neuron after the other, as {@link randomizeMessages} draws them.
 * @param words random words; N + 1 uniform numbers are drawn for each neuron
 * @param amplitude of the messages, a dimensionless field in (0, 1]; default {@link START_AMPLITUDE}
 * @returns a function that writes u_{i→j} of the next neuron j, i = 0..N−1, from its column of couplings, and returns
 *   u_{j→j}
 * @throws OutOfDomain unless the amplitude is in (0, 1]
 * @source start of (P18) off its paramagnetic fixed point
 */
export function randomMessages(
  words: RandomWords,
  amplitude = START_AMPLITUDE,
): (couplings: Float32Array, messages: Float32Array) => number {
  requireInside("amplitude", amplitude, { min: 0, max: 1, openMin: true });
  const scale = amplitude * Math.sqrt(3);
  return (couplings, messages) => {
    for (let i = 0; i < messages.length; i++) {
      messages[i] = scale * couplings[i]! * (2 * words.uniform() - 1);
    }
    return amplitude * (2 * words.uniform() - 1);
  };
}

/**
 * Small random messages of either sign, to leave the paramagnet: each u_{i→j} uniform in ±amplitude·√3·|J_ij| (i ≠ j)
 * or ±amplitude (i = j).
 * @param beliefs the messages; overwritten
 * @param words random words; N² + N uniform numbers are drawn
 * @param amplitude of the messages, a dimensionless field in (0, 1]; default 10⁻³
 * @throws OutOfDomain unless the amplitude is in (0, 1]
 * @source start of (P18) off its paramagnetic fixed point; √3·|J_ij| gives both kinds of message their scale
 *   in N
 */
export function randomizeMessages(
  { network, frame }: Beliefs,
  words: RandomWords,
  amplitude = START_AMPLITUDE,
): void {
  const { n, stride, couplings, messages, ownMessages } = viewBeliefs(network.kernels.memory, frame.address);
  const fill = randomMessages(words, amplitude);
  for (let j = 0; j < n; j++) {
    const [first, end] = [j * stride, j * stride + n];
    ownMessages[j] = fill(couplings.subarray(first, end), messages.subarray(first, end));
  }
}

/**
 * Sets the external fields: state s has the weight e^{Σ_j fields_j s_j}.
 * @param beliefs the messages to which the fields belong; the fields there are overwritten
 * @param fields N numbers within ±10⁴, dimensionless
 * @throws OutOfDomain for anything else
 * @source φ_j of (P18)
 */
export function setExternalFields({ network, frame }: Beliefs, fields: ArrayLike<number>): void {
  const { n, kernels } = network;
  if (fields.length !== n) throw new OutOfDomain(`fields must hold n = ${n} numbers, got ${fields.length}`);
  const wrong = Array.from(fields).find((field) => !(Math.abs(field) <= LARGEST_FIELD));
  if (wrong !== undefined) throw new OutOfDomain(`fields must be within ±${LARGEST_FIELD}, got ${wrong}`);
  kernels.float64(frame.externalFields, n).set(fields);
}

/**
 * Iterates belief propagation from the messages as they are, until they settle or the iterations are used up.
 *
 * $$u_{i\to j} = \tfrac12 \log \frac
 * {\sum_\sigma p_i(\sigma)\,\Phi\left((J_D + \sigma(\mu_{i\setminus j} + J_{ij}))/\sqrt{V_{i\setminus j}}\right)}
 * {\sum_\sigma p_i(\sigma)\,\Phi\left((J_D + \sigma(\mu_{i\setminus j} - J_{ij}))/\sqrt{V_{i\setminus j}}\right)}$$
 *
 * $$u_{i\to i} = \tfrac12 \log \frac{\Phi\left((J_D + \mu_i)/\sqrt{V_i}\right)}{\Phi\left((J_D - \mu_i)/\sqrt{V_i}\right)},
 * \qquad p_i(\sigma) = \frac{1 + \sigma m_{i\to i}}2$$
 *
 * $$m_{j\to i} = \tanh\left(\sum_k u_{k\to j} + \varphi_j - u_{i\to j}\right)$$
 *
 * $$\varphi_j = \operatorname{atanh}\left(\tanh[(y-1) \operatorname{atanh}(m_j \tanh\gamma)]\; \tanh\gamma\right)$$
 *
 * μ and V are mean and variance of the field on neuron i from the others, without j where that is written; m_j is the
 * magnetization without φ_j.
 * @param beliefs the messages; overwritten
 * @param measure what is counted; see {@link BeliefMeasure}
 * @param options damping, iterations and tolerance; see {@link PropagationOptions}
 * @param afterIteration called after each iteration; returning true ends the run early
 * @throws OutOfDomain on a measure or an option outside what is documented
 * @source (P18), (P19); with more than one replica (P20)
 */
export function propagate(
  { network, frame }: Beliefs,
  measure: BeliefMeasure,
  options: PropagationOptions = {},
  afterIteration: () => boolean = () => false,
): Propagation {
  const { selfCoupling, replicas, bond } = requireMeasure(measure);
  const { damping, maxIterations, tolerance } = requirePropagation(options);
  const { functions } = network.kernels;
  functions.beliefTotals(frame.address, replicas, bond);
  let residual = Infinity;
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    residual = functions.beliefIteration(frame.address, selfCoupling, replicas, bond, damping);
    // What is left of a change after damping says how far the undamped message was.
    const converged = residual <= tolerance * (1 - damping);
    if (afterIteration() || converged) return { converged, iterations, residual };
  }
  return { converged: false, iterations: maxIterations, residual };
}

/**
 * Magnetizations m_j = tanh T_j of the messages as they are, N of them.
 * @param beliefs the messages; not changed
 * @returns m_j in [−1, 1], N of them
 * @source definition of a message as a field: T_j is the sum of all u_{i→j} and of the field on j (P18)
 */
export function magnetizations({ network, frame }: Beliefs): Float64Array {
  return network.kernels.float64(frame.totals, network.n).map(Math.tanh);
}

/** log Σ_σ p_i(σ) Φ((J_D + σμ_i)/√V_i) of factor i. */
export function logFactorWeight(
  mean: number,
  variance: number,
  selfCoupling: number,
  ownField: number,
): number {
  const width = Math.sqrt(Math.max(variance, VARIANCE_FLOOR));
  const up = ownField + logNormalCdf((selfCoupling + mean) / width);
  const down = -ownField + logNormalCdf((selfCoupling - mean) / width);
  return Math.max(up, down) + Math.log1p(Math.exp(-Math.abs(up - down))) - logTwoCosh(ownField);
}

/**
 * Logarithm of the number of states weighed by the external fields, as the messages of one replica see it (P19'):
 * factors plus neurons minus edges. With u + (T − u) = T on every edge, neurons and edges together are
 * Σ_j { log 2cosh T_j + Σ_i [log 2cosh(T_j − u_{i→j}) − log 2cosh T_j] }.
 * @returns the sum over all neurons, nats
 */
export function logWeight({ network, frame }: Beliefs, selfCoupling: number): number {
  const views = viewBeliefs(network.kernels.memory, frame.address);
  const { n, stride, messages, ownMessages, totals, means, variances } = views;
  let sum = 0;
  for (let j = 0; j < n; j++) {
    const total = totals[j]!;
    const ownField = total - ownMessages[j]!;
    const atTotal = logTwoCosh(total);
    let neuron = atTotal + logTwoCosh(ownField) - atTotal;
    for (let i = 0; i < n; i++) {
      if (i !== j) neuron += logTwoCosh(total - messages[j * stride + i]!) - atTotal;
    }
    sum += neuron + logFactorWeight(means[j]!, variances[j]!, selfCoupling, ownField);
  }
  return sum;
}

/** Result of plain belief propagation on one network. */
export interface BetheResult extends Propagation {
  /** m_j, N of them. */
  readonly magnetizations: Float64Array;
  /** Bethe free entropy (P19') per neuron: logarithm of Σ_s e^{Σ fields_j s_j} over fixed points s, divided by N. */
  readonly freeEntropy: number;
  /**
   * Entropy per neuron of the fixed points weighed by the fields: freeEntropy − mean of fields_j m_j. Fields that freeze
   * every neuron into a state that is no fixed point make it very negative.
   */
  readonly entropy: number;
}

/**
 * Bethe free entropy and entropy per neuron of the messages as they are, at y = 1 without a centre.
 *
 * $$\sum_i \log \sum_\sigma p_i(\sigma)\, \Phi\left(\frac{J_D + \sigma\mu_i}{\sqrt{V_i}}\right) + \sum_j \log \sum_s
 * e^{s\varphi_j} \prod_k \frac{1 + s\tanh u_{k\to j}}2 - \sum_{i,j} \log \frac{1 + m_{j\to i}\tanh u_{i\to j}}2$$
 * @param beliefs the messages; not changed
 * @param selfCoupling J_D ≥ 0, the one at which the messages were iterated
 * @returns entropies in nats per neuron; magnetizations m_j
 * @source (P19')
 */
export function betheEntropy(
  beliefs: Beliefs,
  selfCoupling: number,
): Pick<BetheResult, "freeEntropy" | "entropy" | "magnetizations"> {
  const { n, kernels } = beliefs.network;
  const m = magnetizations(beliefs);
  const fields = kernels.float64(beliefs.frame.externalFields, n);
  const freeEntropy = logWeight(beliefs, selfCoupling) / n;
  const energy = fields.reduce((sum, field, j) => sum + field * m[j]!, 0) / n;
  return { freeEntropy, entropy: freeEntropy - energy, magnetizations: m };
}

/** What plain belief propagation starts from. */
export interface BetheInput {
  /** Self-coupling J_D ≥ 0, in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** External fields, N numbers within ±10⁴; none by default. */
  readonly fields?: ArrayLike<number>;
  /** Random words for small messages to start from; without them the start is zero. */
  readonly start?: RandomWords;
}

/**
 * Plain belief propagation on one network: magnetizations and Bethe entropy of its fixed points. The kernel memory that
 * it takes is given back.
 * @param network couplings; not changed
 * @param input self-coupling, fields and start; see {@link BetheInput}
 * @param options damping, iterations and tolerance; see {@link PropagationOptions}
 * @throws OutOfDomain on a self-coupling below 0, fields or options outside what is documented
 * @source (P18), (P19), (P19')
 */
export function solveBethe(
  network: Network,
  { selfCoupling, fields, start }: BetheInput,
  options: PropagationOptions = {},
): BetheResult {
  const mark = network.kernels.mark();
  try {
    const beliefs = createBeliefs(network);
    if (fields !== undefined) setExternalFields(beliefs, fields);
    if (start !== undefined) randomizeMessages(beliefs, start);
    const propagation = propagate(beliefs, { selfCoupling }, options);
    return { ...propagation, ...betheEntropy(beliefs, selfCoupling) };
  } finally {
    network.kernels.release(mark);
  }
}
