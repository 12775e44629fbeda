/**
 * @file The rows that experiments produce and that figures draw: plain JSON objects, one type a table.
 * Units: entropies in nats per neuron, distances as normalised Hamming distance d = (1 − q)/2, self-coupling J_D in
 * standard deviations of the local field. A number that could not be had is null, never NaN, and `status` says why.
 */
import type { UpdateOrder } from "../instance/dynamics.ts";
import type { ConfidenceInterval } from "../statistics.ts";
import type { EnsembleFields } from "./ensemble-fields.ts";

export type { UpdateOrder } from "../instance/dynamics.ts";
export type { ConfidenceInterval } from "../statistics.ts";

/** How a row came out; `unstarted` marks a row that a stopped run did not reach. */
export type RowStatus = "ok" | "no-solution" | "not-converged" | "unstarted";

/** Entropy of all fixed points: closed form (P2) beside the numerically solved replica-symmetric saddle (P4). */
export interface EntropyRow {
  readonly status: RowStatus;
  readonly selfCoupling: number;
  readonly annealed: number | null;
  readonly rs: {
    readonly entropy: number;
    readonly overlap: number;
    readonly residual: number;
    readonly iterations: number;
  } | null;
}

/** Point of the 1RSB local entropy (P9)-(P14): at Σ = 0 or at a given y. */
export interface LocalEntropyRow {
  readonly status: RowStatus;
  readonly selfCoupling: number;
  readonly distance: number;
  readonly overlap: number;
  readonly y: number | null;
  readonly qhat: number | null;
  /** Replicated free entropy φ(y, q) (P9). */
  readonly phi: number | null;
  readonly localEntropy: number | null;
  readonly complexity: number | null;
  readonly residual: number | null;
  /** Error estimate of `localEntropy` from two quadrature resolutions. */
  readonly error: number | null;
}

/** Franz–Parisi entropy around a typical fixed point: annealed bound (P7) and quenched (P8). */
export interface FranzParisiRow {
  readonly status: RowStatus;
  readonly selfCoupling: number;
  readonly distance: number;
  readonly annealed: number | null;
  readonly quenched: number | null;
  readonly innerOverlap: number | null;
  readonly residual: number | null;
  /** Error estimate of `quenched` from two quadrature resolutions. */
  readonly error: number | null;
}

/** A critical self-coupling with the place where it is reached. */
export interface ThresholdPoint {
  readonly selfCoupling: number;
  readonly distance: number;
  readonly error: number;
}

/** Critical self-couplings (P15)-(P17). */
export interface ThresholdsRow {
  readonly status: RowStatus;
  /** J_gap (P15), with the y of the tangent point. */
  readonly gapClosing: (ThresholdPoint & { readonly y: number }) | null;
  /** J_mono (P16). */
  readonly monotone: ThresholdPoint | null;
  /** J_FP (P17) for a list of smallest distances d₀. */
  readonly typical: readonly ThresholdPoint[];
}

/** One bin of the overlap histogram of ordered pairs of fixed points (self and antipode included). */
export interface PairBin {
  readonly overlap: number;
  /** Mean number of pairs of a sample. */
  readonly mean: number;
  /** Null with a single sample, which says nothing of its spread. */
  readonly standardError: number | null;
  /** Exact mean number of pairs (P6'), (P23); null where none is known: in layers, or where the integral does not converge. */
  readonly expected: number | null;
  /** (mean − expected)/standardError; null when there is no standard error or expectation, or it is 0. */
  readonly zScore: number | null;
}

/** Exact enumeration against the exact finite-N means (P3) and (P6'), (P22) and (P23), or (P26). */
export interface EntropyCheckRow extends EnsembleFields {
  readonly status: RowStatus;
  readonly n: number;
  readonly selfCoupling: number;
  readonly samples: number;
  /** Null when no sample ran. */
  readonly meanCount: number | null;
  readonly standardError: number | null;
  readonly expectedCount: number;
  /** (meanCount − expectedCount)/standardError; null when the standard error is 0. */
  readonly zScore: number | null;
  readonly pairs: readonly PairBin[];
}

/** Convergence of zero-temperature dynamics at one (N, J_D). */
export interface AccessibilityRow extends EnsembleFields {
  readonly status: RowStatus;
  readonly n: number;
  readonly selfCoupling: number;
  readonly update: UpdateOrder;
  /** Largest number of sweeps allowed. */
  readonly budget: number;
  readonly samples: number;
  /** Number of samples that reached a fixed point within the budget. */
  readonly converged: number;
  /** 95 % Wilson interval of the probability to converge; null when no sample ran. */
  readonly convergedInterval: ConfidenceInterval | null;
  /** Median over all samples of the sweeps to convergence; null when half of them did not converge. */
  readonly medianSweeps: number | null;
  /** Mean number of flips of a neuron in a run; null when no sample ran. */
  readonly flipsPerNeuron: number | null;
}

/** Self-coupling at which half of the samples of one size reach a fixed point (logistic fit). */
export interface SizeThreshold {
  readonly status: RowStatus;
  readonly n: number;
  readonly samples: number;
  readonly selfCoupling: number | null;
  /** Lower end of the 95 % bootstrap confidence interval. */
  readonly low: number | null;
  /** Upper end of it. */
  readonly high: number | null;
  /** Width w of the logistic P = 1/(1 + e^{−(J_D − selfCoupling)/w}). */
  readonly width: number | null;
}

/** Accessibility threshold J_a(N): half of the samples converge within the budget. */
export interface AccessThresholdRow extends SizeThreshold, EnsembleFields {
  readonly update: UpdateOrder;
  readonly budget: number;
}

/** Extrapolation J(N) = J_∞ + slope·x(N) of thresholds with x → 0 as N → ∞, by weighted least squares. */
export interface ThresholdLimit {
  readonly status: RowStatus;
  readonly form: "1/log N" | "N^(-1/3)" | "N^(-1/2)";
  readonly selfCoupling: number | null;
  readonly standardError: number | null;
  readonly slope: number | null;
  readonly chiSquared: number | null;
  readonly degreesOfFreedom: number;
}

/** Extrapolation of J_a(N) at one budget. */
export interface ExtrapolationRow extends ThresholdLimit, EnsembleFields {
  readonly update: UpdateOrder;
  readonly budget: number;
}

/** Focusing belief propagation at one (N, J_D) along one protocol. */
export interface FocusingRow {
  readonly status: RowStatus;
  readonly n: number;
  readonly selfCoupling: number;
  /** Name of the protocol. */
  readonly protocol: string;
  readonly samples: number;
  /** Number of samples in which it found a fixed point. */
  readonly solved: number;
  /** 95 % Wilson interval of the probability to find one; null when no sample ran. */
  readonly solvedInterval: ConfidenceInterval | null;
  /** Median over all samples of the iterations to a fixed point; null when half of them found none. */
  readonly medianIterations: number | null;
  /** Mean over samples of the Bethe entropy of all fixed points (P19'), where plain belief propagation converged. */
  readonly betheEntropy: number | null;
  /** Mean overlap of two replicas when the fixed point was found. */
  readonly overlap: number | null;
  /** Mean distance of a replica from the centre when the fixed point was found. */
  readonly distance: number | null;
  /** Mean over all samples of the fraction of unstable neurons at the end; 0 for a fixed point. */
  readonly unstableFraction: number | null;
}

/** Threshold J_fBP(N) of focusing belief propagation: half of the samples are solved. */
export interface FocusingThresholdRow extends SizeThreshold {
  readonly protocol: string;
}

/** Extrapolation of J_fBP(N) along one protocol. */
export interface FocusingExtrapolationRow extends ThresholdLimit {
  readonly protocol: string;
}

/**
 * Which fixed points are looked at: "focusing", what focusing belief propagation finds; "dynamics", where
 * zero-temperature dynamics ends; "enumerated", one of all, uniformly; "planted", a typical one of a network that was
 * drawn so as to have it, at sizes beyond enumeration.
 */
export type ReferenceKind = "focusing" | "dynamics" | "enumerated" | "planted";

/** Mean over samples with its standard error, which is null with a single sample. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number | null;
}

/** Local entropy around fixed points of single networks at one distance, by belief propagation. */
export interface AroundPoint {
  readonly distance: number;
  /** Fixed points around which it was computed. */
  readonly samples: number;
  /** Number of them at which belief propagation converged: only these are in the means. */
  readonly converged: number;
  /** Null where none converged. */
  readonly entropy: Estimate | null;
  /** Overlap of two of the surrounding fixed points with each other. */
  readonly innerOverlap: Estimate | null;
}

/** Random walks over fixed points joined by flips of one neuron, after a number of steps. */
export interface WalkPoint {
  /** Number of steps from the start. */
  readonly step: number;
  /** Normalised Hamming distance from the start. */
  readonly distance: Estimate;
  /** Number of allowed flips of the fixed point reached. */
  readonly allowedFlips: Estimate;
}

/** One bin of the histogram of stabilities s_i h_i + J_D. */
export interface StabilityBin {
  /** Middle of the bin, in standard deviations of the local field. */
  readonly stability: number;
  readonly density: Estimate;
  /**
   * Exact mean density where there is one (planted), the law of a normal variable, standard deviation 1, cut
   * off at 0; null elsewhere.
   */
  readonly expected: number | null;
}

/** What surrounds the fixed points of one kind at one (N, J_D). */
export interface SurroundingsRow {
  readonly status: RowStatus;
  readonly kind: ReferenceKind;
  readonly n: number;
  readonly selfCoupling: number;
  /** Networks tried. */
  readonly tried: number;
  /** Fixed points found in them, at most one each. */
  readonly samples: number;
  /** Number of neurons whose flip alone leads to another fixed point; null when none was found. */
  readonly allowedFlips: Estimate | null;
  /**
   * Exact mean of that number of neurons where there is one (planted): (P6') at D = 1 over (P3); null
   * elsewhere.
   */
  readonly expectedFlips: number | null;
  /** Number of the fixed points found that have no allowed flip. */
  readonly isolated: number;
  /** Number of walks, one from each of the first fixed points. */
  readonly walks: number;
  readonly walk: readonly WalkPoint[];
  readonly stabilities: readonly StabilityBin[];
  readonly localEntropy: readonly AroundPoint[];
}

/**
 * Fixed point of focusing belief propagation at (y, γ) on one network, beside the theory at the same (J_D, y) and the
 * overlap found. Status `not-converged`: the messages did not settle, and the numbers are those at the end;
 * `no-solution`: (P28) has no value at this overlap.
 */
export interface FocusingEntropyRow {
  readonly status: RowStatus;
  readonly n: number;
  readonly selfCoupling: number;
  /** Number of replicas y. */
  readonly replicas: number;
  readonly sample: number;
  /** Bond γ; null in the one row of a sample that did not run, as are all other numbers. */
  readonly bond: number | null;
  readonly iterations: number | null;
  /** Largest change of a magnetization m_{j→i} in the last iteration. */
  readonly residual: number | null;
  /** Overlap of two replicas, mean of ⟨s^a_j s^b_j⟩. */
  readonly overlap: number | null;
  /** Mean of m_j²; it falls short of `overlap` by an amount of order 1/y. */
  readonly squaredMagnetization: number | null;
  /** Overlap of a replica with the centre. */
  readonly centreOverlap: number | null;
  readonly localEntropy: number | null;
  /** Local entropy of (P28) at this J_D, y and overlap. */
  readonly centredEntropy: number | null;
  /** γ of (P28) there. */
  readonly centredBond: number | null;
  /** Overlap with the centre of (P28) there. */
  readonly centredCentreOverlap: number | null;
  /** Entropy of centres of (P28) there; negative where a typical network has none, so that the theory is void. */
  readonly centredComplexity: number | null;
  /** Local entropy of (P9) there. */
  readonly uncentredEntropy: number | null;
  /** localEntropy − centredEntropy, nats per neuron. */
  readonly difference: number | null;
  /** localEntropy − uncentredEntropy, nats per neuron. */
  readonly uncentredDifference: number | null;
}

/** Median over networks with the quartiles. */
export interface Quartiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** How far focusing belief propagation is from theory at one (N, J_D, y), over the overlaps compared. */
export interface FocusingEntropySummary {
  readonly status: RowStatus;
  readonly n: number;
  readonly selfCoupling: number;
  readonly replicas: number;
  /** Networks with at least one converged point in the range of overlaps. */
  readonly networks: number;
  /** Number of points compared: converged, in the range, with messages that do not vanish and centres that exist. */
  readonly points: number;
  /** Points of any overlap that did not converge; they are left out. */
  readonly unconverged: number;
  /** Converged points of any overlap whose messages vanish; they are left out too. */
  readonly unpolarized: number;
  /** Converged points of any overlap at which (P28) has no centres in a typical network; left out too. */
  readonly centreless: number;
  /** Over networks, of the median of localEntropy − (P28) of each; null where there is no point, as are the others. */
  readonly difference: Quartiles | null;
  /** Over networks, of the root mean square of localEntropy − (P28) of each. */
  readonly deviation: Quartiles | null;
  /** As `deviation`, from (P9). */
  readonly uncentredDeviation: Quartiles | null;
}
