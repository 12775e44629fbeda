/** @file Parameters of the experiments beyond one asymmetric layer, by preset. Pure data. */
import type { AccessibilityParameters } from "./experiments/accessibility.ts";
import type { EnsembleLocalEntropyParameters } from "./experiments/ensemble-local-entropy.ts";
import type { EnsembleThresholdsParameters } from "./experiments/ensemble-thresholds.ts";
import type { EntropyCheckParameters } from "./experiments/entropy-check.ts";
import type { LayeredEntropyParameters } from "./experiments/layered-entropy.ts";
import type { Depth } from "./experiments/rows-beyond.ts";
import type { EnsembleScan } from "./experiments/scan.ts";
import type { SymmetricEntropyParameters } from "./experiments/symmetric-entropy.ts";

/** What the figure of correlated couplings is drawn from. */
export interface SymmetryParameters {
  readonly entropy: SymmetricEntropyParameters;
  readonly checks: EntropyCheckParameters;
  readonly curves: EnsembleLocalEntropyParameters;
  readonly thresholds: EnsembleThresholdsParameters;
  readonly access: AccessibilityParameters;
}

/** What the figure of layers is drawn from. */
export interface LayersParameters {
  readonly map: LayeredEntropyParameters;
  readonly checks: EntropyCheckParameters;
  readonly curves: EnsembleLocalEntropyParameters;
  readonly thresholds: EnsembleThresholdsParameters;
  readonly access: AccessibilityParameters;
}

/** Parameters of both figures. */
export interface BeyondParameters {
  readonly symmetry: SymmetryParameters;
  readonly layers: LayersParameters;
}

/** `count` values from first to last, evenly in value; rounded so that they print short. */
function linear(first: number, last: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) =>
    Number((first + ((last - first) * k) / (count - 1)).toPrecision(10)),
  );
}

/** `count` distances from first to last, evenly in the logarithm. */
function distances(first: number, last: number, count: number): number[] {
  return linear(Math.log(first), Math.log(last), count).map((x) => Number(Math.exp(x).toPrecision(6)));
}

/** η whose entropies and clusters are drawn. */
const drawnSymmetries = [-0.5, -0.25, 0, 0.25, 0.5, 1];

/** η of J_gap and J_mono; from about 0.306 on there is no gap. */
const thresholdSymmetries = [-0.5, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.25, 0.5, 1];
const manyThresholdSymmetries = [-0.4, 0.05, 0.15, 0.3, ...thresholdSymmetries].sort((a, b) => a - b);

/** η at which half of the networks come to rest at some J_D ≥ 0 already at N = 200; from 0.4 on nearly all do at 0. */
const accessSymmetries = [-0.5, -0.3, -0.1, 0, 0.1, 0.25];

const symmetric = (symmetries: readonly number[]) => symmetries.map((symmetry) => ({ symmetry }));

const layered = (layers: Depth, bonds: readonly number[]) =>
  bonds.map((ferromagneticCoupling) => ({ layers, ferromagneticCoupling }));

/** J_a at N = 200 within 2000 sweeps, by η, and by λ in two layers; and by how much it is moved at other N. */
const accessAt200 = { slope: -0.88, zero: 0.37 };
const layeredAccessAt200: Readonly<Record<number, number>> = {
  0: 0.39,
  0.125: 0.4,
  0.25: 0.4,
  0.375: 0.36,
  0.5: 0.3,
};
const sizeShift: Readonly<Record<number, number>> = { 100: -0.13, 200: 0, 400: 0.09, 800: 0.17, 1600: 0.25 };

/** Half of the width of a scan around where J_a is expected. */
const halfScan = 0.15;

function scanAround(centre: number, points: number): number[] {
  const values = linear(centre - halfScan, centre + halfScan, points).map((value) =>
    Number(value.toFixed(3)),
  );
  return values.filter((value) => value >= 0);
}

function symmetricScan(n: number, symmetry: number, samples: number, points: number): EnsembleScan {
  const centre = accessAt200.zero + accessAt200.slope * symmetry + sizeShift[n]!;
  return { n, symmetry, samples, selfCouplings: scanAround(centre, points) };
}

function layeredScan(n: number, bond: number, samples: number, points: number): EnsembleScan {
  const centre = layeredAccessAt200[bond]! + sizeShift[n]!;
  return { n, layers: 2, ferromagneticCoupling: bond, samples, selfCouplings: scanAround(centre, points) };
}

/** Sizes with their numbers of networks. */
type Sizes = readonly { readonly n: number; readonly samples: number }[];

const symmetricAccess = (sizes: Sizes, points: number, budget: number): AccessibilityParameters => ({
  update: "async",
  budget,
  scans: sizes.flatMap(({ n, samples }) =>
    accessSymmetries.map((symmetry) => symmetricScan(n, symmetry, samples, points)),
  ),
});

const layeredAccess = (sizes: Sizes, points: number, budget: number): AccessibilityParameters => ({
  update: "async",
  budget,
  scans: sizes.flatMap(({ n, samples }) =>
    Object.keys(layeredAccessAt200).map((bond) => layeredScan(n, Number(bond), samples, points)),
  ),
});

const symmetricChecks = (sizes: Sizes): EntropyCheckParameters => ({
  sizes: sizes.flatMap((size) => symmetric(drawnSymmetries).map((ensemble) => ({ ...size, ...ensemble }))),
  selfCouplings: [0, 0.25, 0.5, 1],
});

/** Two layers of each size; three of the smallest. */
const layeredChecks = (sizes: Sizes): EntropyCheckParameters => ({
  sizes: sizes.flatMap((size, k) =>
    (k === 0 ? [2, 3] : [2]).flatMap((layers) =>
      [0, 0.5, 1].map((ferromagneticCoupling) => ({ ...size, layers, ferromagneticCoupling })),
    ),
  ),
  selfCouplings: [0, 0.25, 0.5],
});

/** λ of J_gap and J_mono. */
const thresholdBonds = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 1];

const entropyCurves: SymmetricEntropyParameters = {
  symmetries: drawnSymmetries,
  selfCouplings: linear(-0.6, 1.5, 85),
};

const equivalenceMap: LayeredEntropyParameters = {
  layers: ["infinite"],
  ferromagneticCouplings: linear(0, 2, 51),
  selfCouplings: linear(0, 1.5, 51),
};

/** J_D at which the clusters of correlated couplings are drawn: the gap is open at η = −0.25, closed from 0 on. */
const clusterSelfCoupling = 0.1;

const symmetricCurves = (count: number): EnsembleLocalEntropyParameters => ({
  ensembles: symmetric(drawnSymmetries),
  selfCouplings: [clusterSelfCoupling],
  distances: distances(1e-3, 0.48, count),
});

/** Without self-coupling it is the bonds alone that close the gap. */
const layeredCurves = (
  bonds: Readonly<Partial<Record<"2" | "infinite", readonly number[]>>>,
  count: number,
): EnsembleLocalEntropyParameters => ({
  ensembles: [...layered(2, bonds["2"] ?? []), ...layered("infinite", bonds.infinite ?? [])],
  selfCouplings: [0],
  distances: distances(3e-3, 0.45, count),
});

/** About 60 s of one core. */
export const quickBeyond: BeyondParameters = {
  symmetry: {
    entropy: entropyCurves,
    checks: symmetricChecks([{ n: 12, samples: 600 }]),
    curves: symmetricCurves(24),
    thresholds: { ensembles: symmetric(thresholdSymmetries) },
    access: symmetricAccess(
      [
        { n: 100, samples: 24 },
        { n: 200, samples: 12 },
      ],
      7,
      500,
    ),
  },
  layers: {
    map: equivalenceMap,
    checks: layeredChecks([{ n: 5, samples: 600 }]),
    curves: layeredCurves({ "2": [0, 0.2, 0.4, 0.6], infinite: [0.2] }, 8),
    thresholds: { ensembles: [...layered(2, thresholdBonds), ...layered("infinite", [0.25])] },
    access: layeredAccess(
      [
        { n: 100, samples: 24 },
        { n: 200, samples: 10 },
      ],
      6,
      500,
    ),
  },
};

/** About 10 min of one core. */
export const standardBeyond: BeyondParameters = {
  symmetry: {
    ...quickBeyond.symmetry,
    thresholds: { ensembles: symmetric(manyThresholdSymmetries) },
    checks: symmetricChecks([
      { n: 10, samples: 4000 },
      { n: 16, samples: 2000 },
    ]),
    curves: symmetricCurves(50),
    access: symmetricAccess(
      [
        { n: 100, samples: 200 },
        { n: 200, samples: 100 },
        { n: 400, samples: 40 },
      ],
      11,
      2000,
    ),
  },
  layers: {
    ...quickBeyond.layers,
    checks: layeredChecks([
      { n: 5, samples: 4000 },
      { n: 8, samples: 2000 },
    ]),
    curves: layeredCurves({ "2": [0, 0.2, 0.4, 0.6], infinite: [0, 0.2, 0.4] }, 16),
    thresholds: {
      ensembles: [...layered(2, thresholdBonds), ...layered("infinite", [0, 0.125, 0.25, 0.375, 0.5])],
    },
    access: layeredAccess(
      [
        { n: 100, samples: 100 },
        { n: 200, samples: 60 },
        { n: 400, samples: 16 },
      ],
      11,
      2000,
    ),
  },
};

/** Some hours of one core. */
export const paperBeyond: BeyondParameters = {
  symmetry: {
    ...standardBeyond.symmetry,
    checks: symmetricChecks([
      { n: 12, samples: 20_000 },
      { n: 18, samples: 5000 },
    ]),
    access: symmetricAccess(
      [
        { n: 100, samples: 1000 },
        { n: 200, samples: 400 },
        { n: 400, samples: 200 },
        { n: 800, samples: 100 },
        { n: 1600, samples: 40 },
      ],
      13,
      2000,
    ),
  },
  layers: {
    ...standardBeyond.layers,
    checks: layeredChecks([
      { n: 6, samples: 20_000 },
      { n: 9, samples: 5000 },
    ]),
    curves: layeredCurves({ "2": [0, 0.2, 0.4, 0.6], infinite: [0, 0.2, 0.4, 0.6] }, 30),
    thresholds: { ensembles: [...layered(2, thresholdBonds), ...layered("infinite", thresholdBonds)] },
    access: layeredAccess(
      [
        { n: 100, samples: 400 },
        { n: 200, samples: 200 },
        { n: 400, samples: 100 },
        { n: 800, samples: 40 },
      ],
      13,
      2000,
    ),
  },
};
