/**
 * @file What scans over J_D at several sizes share, whatever algorithm looks for a fixed point: the networks, medians,
 * the threshold of each size and its limit N → ∞.
 */
import { sampleEnsemble, type Ensemble } from "../instance/ensemble.ts";
import type { Network } from "../instance/network.ts";
import { loadKernels } from "../kernels/load.ts";
import { stream } from "../random.ts";
import type { IndexStream } from "../statistics.ts";
import type { SimulatedFields } from "./ensemble-fields.ts";
import { orElseNotConverged } from "./experiment.ts";
import { extrapolate, extrapolationForms, fitThreshold } from "./logistic.ts";
import type { ConvergenceTable, SizedThreshold, ThresholdFit } from "./logistic.ts";
import type { RowStatus, SizeThreshold, ThresholdLimit } from "./rows.ts";

/** The scan of one size. */
export interface SizeScan {
  /** Number of neurons N ≥ 2. */
  readonly n: number;
  /** J_D ≥ 0, ascending. */
  readonly selfCouplings: readonly number[];
  readonly samples: number;
}

/** The scan of one size of an ensemble. */
export interface EnsembleScan extends SizeScan, Ensemble {}

/** Network memory is used again by the next task of the same size in the same worker. */
let lastNetwork: Network | undefined;

/**
 * Network of sample `sample` of size n: the same in every experiment. It is overwritten by the next call. Ensembles are
 * made of the same numbers, see {@link sampleEnsemble}.
 */
export function drawNetwork(n: number, seed: number, sample: number, fields: SimulatedFields = {}): Network {
  const couplings = stream(seed, "couplings", n, sample);
  const { symmetry = 0, layers = 1, ferromagneticCoupling = 0 } = fields;
  const into = lastNetwork?.n === n * layers ? lastNetwork : undefined;
  const kernels = into?.kernels ?? loadKernels();
  const ensemble = { n, symmetry, layers, ferromagneticCoupling };
  lastNetwork = sampleEnsemble({ ensemble, kernels }, couplings, into === undefined ? {} : { into });
  return lastNetwork;
}

/** Numbers of the samples of a part. */
export const sampleNumbers = ({
  firstSample,
  samples,
}: {
  readonly firstSample: number;
  readonly samples: number;
}): number[] => Array.from({ length: samples }, (_, k) => firstSample + k);

/** Rows by the value of a field, in the order in which the values first appear. */
export function groupBy<Row, Key extends number | string>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Row[][] {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

/** Middle value of all, null when it belongs to a sample that did not finish (or none ran). */
export function medianTime(times: readonly (number | null)[]): number | null {
  const sorted = times.map((value) => value ?? Infinity).sort((a, b) => a - b);
  const middle =
    (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
  return Number.isFinite(middle) ? middle : null;
}

/** What {@link sizeThreshold} fits. */
export interface SizeThresholdInput {
  readonly n: number;
  /** The samples that ran. */
  readonly table: ConvergenceTable;
  /** Whether all samples ran; without all of them nothing is fitted. */
  readonly complete: boolean;
  /** Time allowed; default: whatever the runs took. */
  readonly budget?: number;
  /** Random stream of the bootstrap. */
  readonly bootstrap: IndexStream;
}

/** A threshold fit, or why there is none. */
interface FitOutcome {
  readonly status: RowStatus;
  readonly fit: ThresholdFit | null;
}

/** J_D at which half of the samples of one size succeed within the budget, or why there is no such value. */
export function sizeThreshold({
  n,
  table,
  complete,
  budget = Infinity,
  bootstrap,
}: SizeThresholdInput): SizeThreshold {
  const { status, fit } = orElseNotConverged<FitOutcome>(
    () => {
      const found =
        complete && table.selfCouplings.length > 1 ? fitThreshold(table, budget, bootstrap) : null;
      const without = complete ? "no-solution" : "unstarted";
      return { status: found === null ? without : "ok", fit: found };
    },
    () => ({ status: "not-converged", fit: null }),
  );
  return {
    status,
    n,
    samples: table.times.length,
    selfCoupling: fit?.selfCoupling ?? null,
    low: fit?.low ?? null,
    high: fit?.high ?? null,
    width: fit?.width ?? null,
  };
}

/** Standard error of a threshold from its 95 % interval; a floor keeps a lucky bootstrap from dominating the fit. */
function sizedThreshold({ n, selfCoupling, low, high }: SizeThreshold): SizedThreshold[] {
  if (selfCoupling === null || low === null || high === null) return [];
  return [{ n, selfCoupling, standardError: Math.max((high - low) / (2 * 1.96), 1e-4) }];
}

/** Limits N → ∞ of thresholds, one for each form; needs three sizes. */
export function thresholdLimits(thresholds: readonly SizeThreshold[]): ThresholdLimit[] {
  const points = thresholds.flatMap(sizedThreshold);
  return extrapolationForms.map((form): ThresholdLimit => {
    const fit = extrapolate(form, points);
    return {
      status: fit === null ? "no-solution" : "ok",
      form,
      selfCoupling: fit?.selfCoupling ?? null,
      standardError: fit?.standardError ?? null,
      slope: fit?.slope ?? null,
      chiSquared: fit?.chiSquared ?? null,
      degreesOfFreedom: fit?.degreesOfFreedom ?? Math.max(0, points.length - 2),
    };
  });
}
