/**
 * @file Local entropy around one state of one network (Franz and Parisi on the instance): the entropy of the fixed points
 * at a given distance from a reference r, by belief propagation with external fields Ω̂ r_j. Averaged over networks with
 * a typical reference it becomes (P8) at large N.
 *
 * At a given distance the field follows the messages: after every iteration it is set anew so that N⁻¹ Σ r_j m_j is the
 * overlap asked for. Held like this, the overlap can take values that no constant field reaches: where the entropy is
 * convex in the overlap, as close to an isolated fixed point, constant fields jump over them (a first-order transition).
 * At convergence both are the same fixed point of belief propagation, with Ω̂ = −d(entropy)/d(overlap).
 */
import { OutOfDomain, requireInside } from "../../theory/errors.ts";
import {
  LARGEST_FIELD,
  betheEntropy,
  createBeliefs,
  propagate,
  requireMeasure,
  setExternalFields,
  type Beliefs,
  type Propagation,
  type PropagationOptions,
} from "./belief-propagation.ts";
import type { Network } from "./network.ts";

/** Where the entropy is asked for. */
export interface AroundInput {
  /** Reference state r, N entries ±1: usually a fixed point, but it need not be one. */
  readonly reference: Int8Array;
  /** Self-coupling J_D ≥ 0, in standard deviations of the local field. */
  readonly selfCoupling: number;
}

/** Fixed points around a reference, as belief propagation counts them. */
export interface EntropyAroundPoint extends Propagation {
  /** Normalised Hamming distance of the fixed points from the reference, d = (1 − overlap)/2. */
  readonly distance: number;
  /** N⁻¹ Σ r_j m_j. */
  readonly overlap: number;
  /** N⁻¹ Σ m_j²: overlap of two of the fixed points counted; at least overlap². */
  readonly innerOverlap: number;
  /** Ω̂, field along the reference. */
  readonly field: number;
  /** Bethe entropy (P19') of the fixed points counted, nats per neuron; null unless converged with some neuron free. */
  readonly entropy: number | null;
}

/**
 * Least number of flipped neurons N d: with fewer, fields are sums of too few fluctuating terms for the Gaussian closure,
 * and propagation runs into frozen states that break constraints.
 */
const leastFlips = 4;

/** Least N (1 − innerOverlap): with less than one neuron free, the messages describe a single state. */
const leastFreedom = 1;

/** Relative accuracy of the field that holds an overlap, and the most steps to find it: from nearby, three are usual. */
const fieldTolerance = 1e-13;
const mostFieldSteps = 100;

/**
 * The x with N⁻¹ Σ_j tanh(a_j + x) = overlap, by Newton's method inside a bracket.
 * @param start a guess
 */
function shiftToOverlap(aligned: Float64Array, overlap: number, start: number): number {
  const needed = Math.atanh(overlap);
  let low = needed - aligned.reduce((a, b) => Math.max(a, b), -Infinity);
  let high = needed - aligned.reduce((a, b) => Math.min(a, b), Infinity);
  let x = Math.min(high, Math.max(low, start));
  for (let step = 0; step < mostFieldSteps && high - low > fieldTolerance * (1 + Math.abs(x)); step++) {
    let [excess, slope] = [-overlap * aligned.length, 0];
    for (const field of aligned) {
      const m = Math.tanh(field + x);
      excess += m;
      slope += 1 - m * m;
    }
    if (excess > 0) high = x;
    else low = x;
    const newton = x - excess / slope;
    const next = newton > low && newton < high ? newton : 0.5 * (low + high);
    if (Math.abs(next - x) <= fieldTolerance * (1 + Math.abs(x))) return next;
    x = next;
  }
  return x;
}

/** Messages on their way along the reference. */
interface Follower {
  readonly beliefs: Beliefs;
  readonly input: AroundInput;
  readonly options: PropagationOptions;
}

function setField({ beliefs, input }: Follower, field: number): void {
  setExternalFields(
    beliefs,
    Float64Array.from(input.reference, (r) => field * r),
  );
}

/** Sets the field so that the messages as they are have the overlap, and returns it. */
function holdOverlap(follower: Follower, overlap: number, field: number): number {
  const { beliefs, input } = follower;
  const { kernels, n } = beliefs.network;
  const totals = kernels.float64(beliefs.frame.totals, n);
  const aligned = totals.map((total, j) => input.reference[j]! * total - field);
  const held = shiftToOverlap(aligned, overlap, field);
  setField(follower, held);
  kernels.functions.beliefTotals(beliefs.frame.address, 1, 0);
  return held;
}

/** The point at which propagation ended. */
function pointOf({ beliefs, input }: Follower, propagation: Propagation, field: number): EntropyAroundPoint {
  const { entropy, magnetizations } = betheEntropy(beliefs, input.selfCoupling);
  const { n } = beliefs.network;
  const overlap = magnetizations.reduce((sum, m, j) => sum + input.reference[j]! * m, 0) / n;
  const innerOverlap = magnetizations.reduce((sum, m) => sum + m * m, 0) / n;
  const isFree = n * (1 - innerOverlap) >= leastFreedom;
  return {
    ...propagation,
    distance: 0.5 * (1 - overlap),
    overlap,
    innerOverlap,
    field,
    entropy: propagation.converged && isFree ? entropy : null,
  };
}

function pointAtDistance(follower: Follower, distance: number, start: number): EntropyAroundPoint {
  const overlap = 1 - 2 * distance;
  const { beliefs, input, options } = follower;
  let field = holdOverlap(follower, overlap, start);
  const propagation = propagate(beliefs, input, options, () => {
    field = holdOverlap(follower, overlap, field);
    return false;
  });
  const point = { ...pointOf(follower, propagation, field), distance };
  return { ...point, converged: point.entropy !== null };
}

function pointInField(follower: Follower, field: number): EntropyAroundPoint {
  setField(follower, field);
  return pointOf(follower, propagate(follower.beliefs, follower.input, follower.options), field);
}

function requireReference({ n }: Network, { reference, selfCoupling }: AroundInput): void {
  requireMeasure({ selfCoupling });
  if (reference.length !== n || !reference.every((r) => r === 1 || r === -1)) {
    throw new OutOfDomain(
      `reference must hold n = ${n} entries, each 1 or -1, got length ${reference.length}`,
    );
  }
}

/**
 * Solves the points in the order of `positions`, each from the messages of the one before it; the first, and any after a
 * point that did not converge, from the paramagnet. The kernel memory that it takes is given back.
 * @returns points in the order of the indices
 */
function follow(
  network: Network,
  setup: Pick<Follower, "input" | "options">,
  positions: readonly number[],
  solve: (follower: Follower, index: number, field: number) => EntropyAroundPoint,
): EntropyAroundPoint[] {
  const { kernels } = network;
  const mark = kernels.mark();
  const points = new Array<EntropyAroundPoint>(positions.length);
  try {
    let follower = { ...setup, beliefs: createBeliefs(network) };
    let field = 0;
    for (const index of positions) {
      points[index] = solve(follower, index, field);
      field = points[index].field;
      if (points[index].converged) continue;
      kernels.release(mark);
      follower = { ...setup, beliefs: createBeliefs(network) };
      field = 0;
    }
    return points;
  } finally {
    kernels.release(mark);
  }
}

/**
 * Local entropy at given distances from a reference. Points are followed from far to near, starting from the paramagnet,
 * which is the solution at d = ½.
 * @param network couplings; not changed, nor is its state
 * @param input reference, J_D, and distances: normalised Hamming distances in [4/N, ½], in any order
 * @param options of the propagation to each point
 * @returns one point a distance, in the order given. One that did not converge, or froze into a single state, counts as
 *   not converged and has no entropy: no other solution is put in its place.
 * @throws OutOfDomain on an input or option outside what is documented
 * @source (P18), (P19) with a field along the reference, its entropy by (P19')
 */
export function entropyAround(
  network: Network,
  { distances, ...input }: AroundInput & { readonly distances: readonly number[] },
  options: PropagationOptions = {},
): EntropyAroundPoint[] {
  requireReference(network, input);
  const domain = { min: Math.min(0.5, leastFlips / network.n), max: 0.5 };
  for (const distance of distances) requireInside("distance", distance, domain);
  const farToNear = distances.map((_, k) => k).sort((a, b) => distances[b]! - distances[a]!);
  return follow(network, { input, options }, farToNear, (follower, index, field) =>
    pointAtDistance(follower, distances[index]!, field),
  );
}

/** Which of two solutions is followed where fields allow both: the one far from the reference, or the one close to it. */
export type FieldDirection = "from-far" | "from-near";

/**
 * The same at given fields, a curve with parameter Ω̂: the overlap is what follows. Around an isolated reference the
 * overlap jumps at some field, and where depends on the direction.
 * @param network couplings; not changed, nor is its state
 * @param input reference, J_D, and fields Ω̂ from 0 to 10⁴ in any order
 * @param options of the propagation to each point; direction "from-far" (default) follows growing fields, "from-near"
 *   falling ones
 * @returns one point a field, in the order given; one that did not converge has no entropy
 * @throws OutOfDomain on an input or option outside what is documented
 * @source (P18), (P19) with a field along the reference, its entropy by (P19')
 */
export function entropyInField(
  network: Network,
  { fields, ...input }: AroundInput & { readonly fields: readonly number[] },
  { direction = "from-far", ...options }: PropagationOptions & { readonly direction?: FieldDirection } = {},
): EntropyAroundPoint[] {
  requireReference(network, input);
  if (!["from-far", "from-near"].includes(direction))
    throw new OutOfDomain(`direction must be from-far or from-near, got ${String(direction)}`);
  for (const field of fields) requireInside("field", field, { min: 0, max: LARGEST_FIELD });
  const rising = fields.map((_, k) => k).sort((a, b) => fields[a]! - fields[b]!);
  const positions = direction === "from-far" ? rising : rising.reverse();
  return follow(network, { input, options }, positions, (follower, index) =>
    pointInField(follower, fields[index]!),
  );
}
