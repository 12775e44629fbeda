/**
 * @file The rows that experiments produce and that figures draw: plain JSON objects, one type a table.
 * Units: entropies in nats per neuron, distances as normalised Hamming distance d = (1 − q)/2, self-coupling J_D in
 * standard deviations of the local field. A number that could not be had is null, never NaN, and `status` says why.
 */
import type { UpdateOrder } from "../instance/dynamics.ts";

export type { UpdateOrder } from "../instance/dynamics.ts";

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
  readonly mean: number;
  /** Null with a single sample, which says nothing of its spread. */
  readonly standardError: number | null;
  readonly expected: number;
  /** (mean − expected)/standardError; null when there is no standard error or it is 0. */
  readonly zScore: number | null;
}

/** Exact enumeration against the exact finite-N means (P3) and (P6'). */
export interface EntropyCheckRow {
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
export interface AccessibilityRow {
  readonly status: RowStatus;
  readonly n: number;
  readonly selfCoupling: number;
  readonly update: UpdateOrder;
  /** Largest number of sweeps allowed. */
  readonly budget: number;
  readonly samples: number;
  /** Number of samples that reached a fixed point within the budget. */
  readonly converged: number;
  /** Median over all samples of the sweeps to convergence; null when half of them did not converge. */
  readonly medianSweeps: number | null;
  readonly flipsPerNeuron: number | null;
}

/** Accessibility threshold J_a(N): half of the samples converge within the budget (logistic fit). */
export interface AccessThresholdRow {
  readonly status: RowStatus;
  readonly n: number;
  readonly update: UpdateOrder;
  readonly budget: number;
  readonly samples: number;
  readonly selfCoupling: number | null;
  /** Ends of the 95 % bootstrap confidence interval. */
  readonly low: number | null;
  readonly high: number | null;
  /** Width w of the logistic P = 1/(1 + e^{−(J_D − J_a)/w}). */
  readonly width: number | null;
}

/** Extrapolation J_a(N) = J_∞ + slope·x(N) with x → 0 as N → ∞, by weighted least squares. */
export interface ExtrapolationRow {
  readonly status: RowStatus;
  readonly update: UpdateOrder;
  readonly budget: number;
  readonly form: "1/log N" | "N^(-1/3)" | "N^(-1/2)";
  readonly selfCoupling: number | null;
  readonly standardError: number | null;
  readonly slope: number | null;
  readonly chiSquared: number | null;
  readonly degreesOfFreedom: number;
}
