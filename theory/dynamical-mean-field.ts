/**
 * @file Dynamical mean field of the asynchronous rule in an asymmetric network, N → ∞ (P27): one neuron in a Gaussian field
 * whose correlation in time is that of the neuron itself, solved forward in time by Monte Carlo over trajectories. The
 * randomness is an argument; nothing here draws numbers of its own.
 */
import { OutOfDomain, requireInside, requireInteger } from "./errors.ts";
import { GrowingFactor } from "./gram-cholesky.ts";

/** Source of independent random numbers. */
export interface RandomSource {
  /**
   * The next number.
   * @returns dimensionless, uniform on the open interval (0, 1)
   */
  uniform(): number;
}

/** What is solved, and how finely. */
export interface NeuronProcessInput {
  /** Self-coupling J_D ≥ 0, in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Time in sweeps (mean updates of a neuron), an integer, 1..10⁵. */
  readonly sweeps: number;
  /** Time step in sweeps, 1/k with an integer k, 1..1000. */
  readonly timeStep: number;
  /** Number of trajectories M, an integer, 2..10⁷. */
  readonly trajectories: number;
}

/** One Monte Carlo solution of the process. */
export interface NeuronProcess {
  /** Flips per neuron in sweep 1, 2, …: entry k counts those at times in (k, k + 1]. */
  readonly activity: readonly number[];
  /** C(t, t_l) of the last time t with every t_l = l · timeStep up to it, dimensionless, in −1..1; its last entry is 1. */
  readonly correlation: readonly number[];
  /** Rank of the correlation matrix of all times, an integer ≥ 1: at most the number of times, and at most M. */
  readonly rank: number;
}

/** More numbers than this (one for each trajectory and time) would not fit into memory. */
const mostNumbers = 2e8;

/** More times than this: their correlations alone would take gigabytes. */
const mostTimes = 20_000;

const mostTrajectories = 1e7;
const mostSweeps = 1e5;
const mostStepsPerSweep = 1000;

/** Relative rounding of 1/k that a caller may have. */
const rounding = 1e-9;

/**
 * Checks what {@link simulateNeuronProcess} takes, for callers that want to know before they start.
 * @param input self-coupling, duration and fineness; see {@link NeuronProcessInput}
 * @returns the number of time steps of a sweep, an integer ≥ 1
 * @throws OutOfDomain if an input is outside its domain, or times × trajectories exceeds 2·10⁸ (memory)
 * @source convention of this package: every public function checks its arguments before it computes
 */
export function requireNeuronProcess({
  selfCoupling,
  sweeps,
  timeStep,
  trajectories,
}: NeuronProcessInput): number {
  requireInside("selfCoupling", selfCoupling, { min: 0, max: Number.MAX_VALUE });
  requireInteger("sweeps", sweeps, 1, mostSweeps);
  requireInteger("trajectories", trajectories, 2, mostTrajectories);
  requireInside("timeStep", timeStep, { min: 1 / mostStepsPerSweep, max: 1 });
  const steps = Math.round(1 / timeStep);
  if (Math.abs(steps * timeStep - 1) > rounding)
    throw new OutOfDomain(`timeStep must be 1/k with an integer k, got ${timeStep}`);
  const times = steps * sweeps;
  if (times > mostTimes || times * trajectories > mostNumbers)
    throw new OutOfDomain(
      `sweeps / timeStep must be at most ${mostTimes}, and at most ${mostNumbers} times trajectories, got ${times} and ${trajectories}`,
    );
  return steps;
}

/** Standard normal numbers, two from each pair of uniform ones (Box and Muller). */
function normals(count: number, random: RandomSource): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(random.uniform()));
    const angle = 2 * Math.PI * random.uniform();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** Trajectories whose fields are summed together: they share the reading of the Cholesky row, and no sum waits for itself. */
const group = 4;

/** Fields of trajectories first … first + 3 at a time: Σ_l row[l] · noise_i[l] with the noise of i from i · times on. */
function groupFields(
  row: Float64Array,
  noise: Float32Array,
  { first, times }: { readonly first: number; readonly times: number },
  fields: Float64Array,
): void {
  const at0 = first * times;
  const at1 = at0 + times;
  const at2 = at1 + times;
  const at3 = at2 + times;
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  for (let l = 0; l < row.length; l++) {
    const entry = row[l]!;
    sum0 += entry * noise[at0 + l]!;
    sum1 += entry * noise[at1 + l]!;
    sum2 += entry * noise[at2 + l]!;
    sum3 += entry * noise[at3 + l]!;
  }
  fields.set([sum0, sum1, sum2, sum3], first);
}

/** Fields of all trajectories at the time of the Cholesky row. */
function fieldsOf(row: Float64Array, noise: Float32Array, times: number, fields: Float64Array): void {
  for (let first = 0; first < fields.length; first += group)
    groupFields(row, noise, { first, times }, fields);
}

/** States of all trajectories at all times so far, and how they overlap with those of now. */
class Trajectories {
  readonly #count: number;
  readonly #times: number;
  /** s_i(t_l) at i · times + l. */
  readonly #history: Int8Array;
  readonly #state: Int8Array;
  /** Σ_i s_i s_i(t_l): integers, kept up to date by the flips, so that C costs nothing where nothing moves. */
  readonly #overlaps: Int32Array;
  #now = -1;

  constructor(count: number, times: number, random: RandomSource) {
    this.#count = count;
    this.#times = times;
    this.#history = new Int8Array(count * times);
    this.#state = Int8Array.from({ length: count }, () => (random.uniform() < 0.5 ? -1 : 1));
    this.#overlaps = new Int32Array(times);
  }

  /** Takes the states of now as those of the next time; returns their correlations with all times up to it. */
  record(): Float64Array<ArrayBuffer> {
    const now = ++this.#now;
    for (let i = 0; i < this.#count; i++) this.#history[i * this.#times + now] = this.#state[i]!;
    this.#overlaps[now] = this.#count;
    return Float64Array.from({ length: now + 1 }, (_, l) => this.#overlaps[l]! / this.#count);
  }

  stateOf(i: number): number {
    return this.#state[i]!;
  }

  flip(i: number): void {
    const state = -this.#state[i]!;
    this.#state[i] = state;
    const offset = i * this.#times;
    for (let l = 0; l <= this.#now; l++) this.#overlaps[l]! += 2 * state * this.#history[offset + l]!;
  }
}

/**
 * The single-neuron process of the asynchronous rule by Monte Carlo: a neuron is updated at rate one, s ← sgn(h(t) + J_D s),
 * in a Gaussian field with ⟨h(t) h(t')⟩ = C(t, t') = ⟨s(t) s(t')⟩, from s(0) = ±1 independent of h. In a time step all
 * trajectories get the field of its beginning, and each is updated with probability 1 − e^(−timeStep): an error of first order
 * in the step. C is the mean over the M trajectories, whose fields are drawn with it: an error of order 1/M. It costs about
 * M K²/2 multiplications for K = sweeps / timeStep times.
 * @param input self-coupling, duration and fineness; see {@link NeuronProcessInput}
 * @param random source of the initial states, the fields and the updates; it is advanced
 * @returns activity of every sweep and the correlations at the end; a tie s h + J_D = 0 (probability zero) counts as stable
 * @throws OutOfDomain if an input is outside its domain, or times × trajectories exceeds 2·10⁸ (memory)
 * @source (P27), forward in time with a Cholesky row for every step
 */
export function simulateNeuronProcess(input: NeuronProcessInput, random: RandomSource): NeuronProcess {
  const stepsPerSweep = requireNeuronProcess(input);
  const { selfCoupling, sweeps, timeStep, trajectories: count } = input;
  const times = stepsPerSweep * sweeps;
  const updated = -Math.expm1(-timeStep);
  const trajectories = new Trajectories(count, times, random);
  // Whole groups; nobody looks at the fields of those beyond the last trajectory.
  const fields = new Float64Array(group * Math.ceil(count / group));
  const noise = normals(fields.length * times, random);
  const factor = new GrowingFactor();
  const activity = new Array<number>(sweeps).fill(0);
  let correlation = new Float64Array(0);
  for (let now = 0; now < times; now++) {
    correlation = trajectories.record();
    fieldsOf(factor.append(correlation), noise, times, fields);
    let flips = 0;
    for (let i = 0; i < count; i++) {
      const unstable = trajectories.stateOf(i) * fields[i]! + selfCoupling < 0;
      // Only for unstable neurons does it matter whether their clock rings.
      if (!unstable || random.uniform() >= updated) continue;
      trajectories.flip(i);
      flips++;
    }
    activity[Math.floor(now / stepsPerSweep)]! += flips / count;
  }
  return { activity, correlation: [...correlation], rank: factor.rank };
}
