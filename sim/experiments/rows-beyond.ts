/**
 * @file Rows of what lies beyond one asymmetric layer: correlated couplings, layers with ferromagnetic bonds, tuples of
 * fixed points and the activity of the dynamics. Conventions as in rows.ts; `n` is the number of neurons of one layer.
 */
import type { Depth, EnsembleFields } from "./ensemble-fields.ts";
import type {
  FocusingRow,
  FocusingThresholdRow,
  LocalEntropyRow,
  RowStatus,
  ThresholdPoint,
} from "./rows.ts";

export type { Depth, EnsembleFields } from "./ensemble-fields.ts";

/** Entropy of all fixed points of correlated couplings (P22). */
export interface SymmetricEntropyRow {
  readonly status: RowStatus;
  /** η, dimensionless, −1..1. */
  readonly symmetry: number;
  readonly selfCoupling: number;
  readonly annealed: number | null;
  /** Shift m = η g(J_D + m) of the stability of a neuron by the reaction of the others. */
  readonly response: number | null;
  readonly residual: number | null;
}

/** Entropy of all fixed points of a layered network per neuron (P24), (P26). */
export interface LayeredEntropyRow {
  readonly status: RowStatus;
  readonly layers: Depth;
  /** λ ≥ 0, in standard deviations of the local field. */
  readonly ferromagneticCoupling: number;
  readonly selfCoupling: number;
  readonly annealed: number | null;
  /** J_eff (P25): self-coupling of one layer with the same entropy. */
  readonly equivalentSelfCoupling: number | null;
}

/** Densest clusters (P14) of an ensemble; `distance` is the mean over all neurons. */
export interface EnsembleLocalEntropyRow extends LocalEntropyRow, EnsembleFields {}

/** Critical self-couplings of the densest clusters of an ensemble. */
export interface EnsembleThresholdsRow extends EnsembleFields {
  readonly status: RowStatus;
  /** J_gap (P15), with the y of the tangent point; null where there is none in the domain. */
  readonly gapClosing: (ThresholdPoint & { readonly y: number }) | null;
  /** J_mono (P16); null where there is none in the domain. */
  readonly monotone: ThresholdPoint | null;
  /** J_D at which the entropy of all fixed points vanishes; null where it vanishes at none. */
  readonly vanishing: number | null;
}

/** Focusing with columns at one (ensemble, N, J_D) along one protocol; `unstableFraction` is of the neurons of all layers. */
export interface EnsembleFocusingRow extends FocusingRow, EnsembleFields {
  /** Message passing of fields and tilts with exact columns, not the messages of each pair. */
  readonly algorithm: "columns";
}

/** Threshold J_fBP(N) of focusing with columns in an ensemble. */
export interface EnsembleFocusingThresholdRow extends FocusingThresholdRow, EnsembleFields {}

/** Enumerated ordered tuples at one N and mutual Hamming distance, against the exact mean of their number. */
export interface TupleCheckRow {
  readonly status: RowStatus;
  readonly n: number;
  readonly selfCoupling: number;
  readonly replicas: number;
  /** Mutual Hamming distance in flips. */
  readonly flips: number;
  readonly samples: number;
  /** Networks with at least one such tuple; without a z-score where they are few. */
  readonly occupied?: number;
  readonly mean: number | null;
  readonly standardError: number | null;
  /** Exact mean number of tuples. */
  readonly expected: number;
  /** (mean − expected)/standardError, dimensionless; null where the standard error says nothing. */
  readonly zScore: number | null;
}

/** Activity of the asynchronous dynamics: flips per neuron and sweep, averaged over each sweep. */
export interface ActivityRow {
  readonly status: RowStatus;
  readonly selfCoupling: number;
  /** "theory": the single-neuron process (P27); "simulation": `--update random` at finite N. */
  readonly source: "theory" | "simulation";
  /** Neurons of the simulation; null in theory. */
  readonly n: number | null;
  /** Time step of the theory in sweeps, 0 where extrapolated to it; null in a simulation. */
  readonly timeStep: number | null;
  /** Independent networks, or repetitions of the theory. */
  readonly samples: number;
  /** Number of trajectories of a repetition; null in a simulation. */
  readonly trajectories: number | null;
  /** Flips per neuron in sweep 1, 2, ...: mean over samples. */
  readonly activity: readonly number[];
  /** Standard error of each mean; null with a single sample. */
  readonly standardError: readonly number[] | null;
}

/** Stationary activity at one self-coupling, by extrapolation of the theory in time. */
export interface StationaryActivityRow {
  readonly status: RowStatus;
  readonly selfCoupling: number;
  /** Stationary flips per neuron and sweep; negative where the fit says that the activity dies out. */
  readonly activity: number | null;
  readonly standardError: number | null;
  /** Decay exponent of the fit, activity(t) = stationary + amplitude · t^(−exponent); null in the other form. */
  readonly exponent: number | null;
  /** How the activity is carried on to infinite time. */
  readonly form?: RelaxationForm;
  /** Sweeps that were solved. */
  readonly sweeps?: number;
  /** Time step in sweeps. */
  readonly timeStep?: number;
}

/**
 * Approach to the stationary activity: "power law" in time with a free exponent; "slow hysteresis": with u = √activity,
 * du/dt = −k u³ (u − u_s).
 */
export type RelaxationForm = "power law" | "slow hysteresis";

/** J_a(N → ∞): self-coupling at which the stationary activity vanishes. */
export interface ActivityLimitRow {
  readonly status: RowStatus;
  readonly selfCoupling: number | null;
  readonly standardError: number | null;
  /** Exponent of activity ∝ (J_a − J_D)^exponent. */
  readonly exponent: number | null;
  /** "square root": √activity a polynomial of second degree in J_D, exponent 2; "free exponent": fitted. */
  readonly form?: "square root" | "free exponent";
  /** The form in which stationary activities were had. */
  readonly relaxation?: RelaxationForm;
}
