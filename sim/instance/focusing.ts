/**
 * @file Focusing belief propagation on one network (P18)-(P20): y replicas around a centre are drawn together along a
 * protocol until the signs of their fields are a fixed point. Besides, the local entropy of the system of replicas.
 */
import { OutOfDomain } from "../../theory/errors.ts";
import type { RandomWords } from "../random.ts";
import {
  createBeliefs,
  logWeight,
  propagate,
  randomizeMessages,
  requireMeasure,
  requirePropagation,
  type Beliefs,
  type BeliefMeasure,
  type PropagationOptions,
} from "./belief-propagation.ts";
import { centreOf, focusDefaults } from "./centre.ts";
import type { Network } from "./network.ts";
import type { Protocol, ProtocolPoint } from "./protocols.ts";
import { countUnstableSigns } from "./signs.ts";

/** y replicas at γ as the messages describe them; entropies in nats per neuron. */
export interface FocusedReplicas {
  /** Mean of ⟨s^a_j s^b_j⟩, overlap of two replicas of one centre: the q of (P28). */
  readonly overlap: number;
  /** Mean of m_j²; below the overlap as long as the centre is not frozen, by an amount of order 1/y. */
  readonly squaredMagnetization: number;
  /** Mean of |m_j|. */
  readonly magnetization: number;
  /** Mean of ⟨c_j s_j⟩: overlap of a replica with the centre. */
  readonly centreOverlap: number;
  /** Normalised Hamming distance of a replica from the centre, (1 − centreOverlap)/2. */
  readonly distance: number;
  /**
   * Entropy of the fixed points that a replica moves among: ∂/∂y of the free entropy of all, less γ⟨cs⟩. Has this meaning
   * only where the messages have settled; it is very negative where polarized ones break constraints.
   */
  readonly localEntropy: number;
}

/**
 * The system of replicas at the messages as they are: at a fixed point of belief propagation, the local entropy of a
 * dense cluster of fixed points.
 * @param beliefs the messages; not changed
 * @param measure what was counted; see {@link BeliefMeasure}
 * @throws OutOfDomain on a measure outside what is documented
 * @source (P20); overlaps and entropy as in (P28)
 */
export function focusedReplicas(beliefs: Beliefs, measure: BeliefMeasure): FocusedReplicas {
  const { selfCoupling, ...point } = requireMeasure(measure);
  const { n, kernels } = beliefs.network;
  const totals = kernels.float64(beliefs.frame.totals, n);
  const centreMessages = kernels.float64(beliefs.frame.centreMessages, n);
  return replicasOf({ totals, centreMessages, weight: logWeight(beliefs, selfCoupling) }, point);
}

/** What the replicas follow from: T_j and φ_j of all neurons, and the logarithm of the weight (P19') in nats. */
export interface FocusedFields {
  /** T_j, N dimensionless fields, any finite numbers. */
  readonly totals: Float64Array;
  /** φ_j, N dimensionless fields, any finite numbers. */
  readonly centreMessages: Float64Array;
  /** Logarithm of the weight (P19'), nats, any finite number. */
  readonly weight: number;
}

/**
 * The system of replicas from the fields on its neurons; see {@link focusedReplicas}.
 * @param fields total fields, messages from the centre, weight, all finite; see {@link FocusedFields}
 * @param point y and γ, at which the fields were taken
 * @source (P20); overlaps and entropy as in (P28)
 */
export function replicasOf(
  { totals, centreMessages, weight }: FocusedFields,
  { replicas, bond }: ProtocolPoint,
): FocusedReplicas {
  const n = totals.length;
  let entropy = weight;
  let centreOverlaps = 0;
  let overlaps = 0;
  for (let j = 0; j < n; j++) {
    const centre = centreOf(totals[j]! - centreMessages[j]!, { replicas, bond });
    entropy += centre.entropy;
    centreOverlaps += centre.centreOverlap;
    overlaps += centre.overlap;
  }
  const m = totals.map(Math.tanh);
  return {
    overlap: overlaps / n,
    squaredMagnetization: m.reduce((sum, value) => sum + value * value, 0) / n,
    magnetization: m.reduce((sum, value) => sum + Math.abs(value), 0) / n,
    centreOverlap: centreOverlaps / n,
    distance: 0.5 * (1 - centreOverlaps / n),
    localEntropy: entropy / n,
  };
}

/** What a run of focusing belief propagation starts from. */
export interface FocusingInput {
  /** Self-coupling J_D ≥ 0, in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Points (y, γ) to visit, at least one. */
  readonly protocol: Protocol;
  /** Random words of the small messages at the start. */
  readonly start: RandomWords;
}

/** How a run of focusing belief propagation ended. */
export interface FocusingRun {
  /** Whether the signs of the total fields became a fixed point; verified in f64. */
  readonly solved: boolean;
  /** Signs of the total fields at the end. */
  readonly state: Int8Array;
  /** Iterations over all messages. */
  readonly iterations: number;
  /** Index of the last point of the protocol that was visited. */
  readonly step: number;
  /** That point. */
  readonly point: ProtocolPoint;
  /** Number of neurons that break s_i h_i + J_D > 0 after each iteration, s the signs of the total fields. */
  readonly violations: readonly number[];
  /** The replicas at the end; their local entropy means little unless the messages had settled. */
  readonly replicas: FocusedReplicas;
}

/**
 * Focusing belief propagation along a protocol, until the signs of the total fields are a fixed point (P1). The kernel
 * memory that the messages take (8 N² bytes) is given back; the state of the network is overwritten.
 * @param network couplings; not changed
 * @param input self-coupling, protocol and start; see {@link FocusingInput}
 * @param options maxIterations at each point of the protocol (default 20) and when to leave it before (tolerance, default
 *   10⁻⁴); damping, default 0.5
 * @throws OutOfDomain on an empty protocol, or an input or option outside what is documented
 * @source (P18)–(P20); Baldassi et al., PNAS 113, E7655 (2016)
 */
export function focus(
  network: Network,
  { selfCoupling, protocol, start }: FocusingInput,
  options: PropagationOptions = {},
): FocusingRun {
  const settings = requirePropagation({ ...focusDefaults, ...options });
  if (protocol.length === 0) throw new OutOfDomain("protocol must hold at least one point, got none");
  for (const point of protocol) requireMeasure({ selfCoupling, ...point });
  const mark = network.kernels.mark();
  try {
    const beliefs = createBeliefs(network);
    randomizeMessages(beliefs, start);
    const violations: number[] = [];
    const isSolved = () => {
      const totals = network.kernels.float64(beliefs.frame.totals, network.n);
      violations.push(countUnstableSigns(network, totals, selfCoupling));
      return violations.at(-1) === 0;
    };
    const solvedAt = protocol.findIndex((point) => {
      propagate(beliefs, { selfCoupling, ...point }, settings, isSolved);
      return violations.at(-1) === 0;
    });
    const step = solvedAt < 0 ? protocol.length - 1 : solvedAt;
    const point = protocol[step]!;
    return {
      solved: solvedAt >= 0,
      state: network.kernels.int8(network.frame.state, network.n).slice(),
      iterations: violations.length,
      step,
      point,
      violations,
      replicas: focusedReplicas(beliefs, { selfCoupling, ...point }),
    };
  } finally {
    network.kernels.release(mark);
  }
}
