/** @file Made-up rows of correlated couplings and of layers, of the shape that the experiments give. */
import type {
  EnsembleFields,
  EnsembleLocalEntropyRow,
  EnsembleThresholdsRow,
  LayeredEntropyRow,
  SymmetricEntropyRow,
} from "../../../sim/experiments/rows-beyond.ts";
import type { AccessThresholdRow, EntropyCheckRow } from "../../../sim/experiments/rows.ts";
import type { LayersRows } from "../../../sim/figures/layers-map.ts";
import type { SymmetryRows } from "../../../sim/figures/symmetry-entropy.ts";

const grid = (first: number, last: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => first + ((last - first) * k) / (count - 1));

const symmetries = [-0.5, 0, 0.5, 1];
const manySymmetries = grid(-0.5, 1, 8);

const entropyAt = (symmetry: number, selfCoupling: number): number =>
  Math.log(1 + Math.tanh(selfCoupling + 0.2 * symmetry));

const symmetricEntropyRow = (symmetry: number, selfCoupling: number): SymmetricEntropyRow => ({
  status: "ok",
  symmetry,
  selfCoupling,
  annealed: entropyAt(symmetry, selfCoupling),
  response: 0.2 * symmetry,
  residual: 1e-15,
});

/** An enumeration whose mean is off its expectation by so many standard errors. */
export const checkRow = (
  ensemble: EnsembleFields,
  n: number,
  selfCoupling: number,
  zScore: number,
): EntropyCheckRow => {
  const expectedCount = Math.exp(n * Math.log(1 + Math.tanh(selfCoupling + 0.2 * (ensemble.symmetry ?? 0))));
  const standardError = 0.02 * expectedCount;
  const meanCount = expectedCount + zScore * standardError;
  const rest = { standardError, expectedCount, zScore, pairs: [] };
  return { status: "ok", ...ensemble, n, selfCoupling, samples: 100, meanCount, ...rest };
};

const curveRow = (
  ensemble: EnsembleFields,
  shift: number,
  selfCoupling: number,
  distance: number,
): EnsembleLocalEntropyRow => ({
  status: "ok",
  ...ensemble,
  selfCoupling,
  distance,
  overlap: 1 - 2 * distance,
  y: 5,
  qhat: 1,
  phi: 1,
  localEntropy: distance * (0.5 + shift + selfCoupling) - 0.01 * (1 - shift),
  complexity: 0,
  residual: 1e-12,
  error: 1e-11,
});

/** Thresholds of an ensemble with J_gap at the given place. */
export const thresholdsRow = (ensemble: EnsembleFields, gap: number | null): EnsembleThresholdsRow => ({
  status: "ok",
  ...ensemble,
  gapClosing: gap === null ? null : { selfCoupling: gap, distance: 0.0146, y: 5.5, error: 1e-9 },
  monotone: gap === null ? null : { selfCoupling: gap + 0.013, distance: 0.02, error: 1e-9 },
  vanishing: gap === null ? null : gap - 0.1,
});

/** J_a(N) of an ensemble with the given value. */
export const accessRow = (
  ensemble: EnsembleFields,
  n: number,
  selfCoupling: number | null,
  half = 0.01,
): AccessThresholdRow => ({
  status: selfCoupling === null ? "no-solution" : "ok",
  ...ensemble,
  n,
  samples: 100,
  update: "async",
  budget: 1000,
  selfCoupling,
  low: selfCoupling === null ? null : selfCoupling - half,
  high: selfCoupling === null ? null : selfCoupling + half,
  width: 0.05,
});

const distances = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3];
const gapAt = (symmetry: number): number => 0.06 - 0.03 * symmetry;

export const symmetryRows: SymmetryRows = {
  entropy: symmetries.flatMap((eta) => grid(-0.5, 1.5, 21).map((jd) => symmetricEntropyRow(eta, jd))),
  checks: symmetries.flatMap((symmetry) => [0, 0.5, 1].map((jd) => checkRow({ symmetry }, 14, jd, 0.7))),
  curves: symmetries.flatMap((symmetry) =>
    [0.05, 0.2].flatMap((jd) => distances.map((d) => curveRow({ symmetry }, 0.1 * symmetry, jd, d))),
  ),
  thresholds: manySymmetries.map((symmetry) => thresholdsRow({ symmetry }, gapAt(symmetry))),
  access: [200, 400, 800].flatMap((n) =>
    manySymmetries.map((symmetry) =>
      accessRow({ symmetry }, n, symmetry > 0.9 ? null : 0.3 - 0.3 * symmetry + n / 8000),
    ),
  ),
};

const bonds = [0, 0.25, 0.5, 1];

const layeredEntropyRow = (ferromagneticCoupling: number, selfCoupling: number): LayeredEntropyRow => ({
  status: "ok",
  layers: "infinite",
  ferromagneticCoupling,
  selfCoupling,
  annealed: 0.1 + selfCoupling / 10,
  equivalentSelfCoupling: selfCoupling + ferromagneticCoupling ** 2 * (0.3 - 0.4 * selfCoupling),
});

export const layersRows: LayersRows = {
  map: grid(0, 2, 11).flatMap((bond) => grid(0, 1.5, 9).map((jd) => layeredEntropyRow(bond, jd))),
  checks: bonds.map((bond) => checkRow({ layers: 2, ferromagneticCoupling: bond }, 8, 0.2, -1.1)),
  curves: ([2, "infinite"] as const).flatMap((layers) =>
    bonds.flatMap((bond) =>
      distances.map((d) => curveRow({ layers, ferromagneticCoupling: bond }, 0.1 * bond, 0.05, d)),
    ),
  ),
  thresholds: ([2, "infinite"] as const).flatMap((layers) =>
    grid(0, 1, 9).map((bond) =>
      thresholdsRow({ layers, ferromagneticCoupling: bond }, 0.06 - (layers === 2 ? 0.02 : 0.05) * bond),
    ),
  ),
  access: [100, 200, 400].flatMap((n) =>
    bonds.map((bond) =>
      accessRow({ layers: 2, ferromagneticCoupling: bond }, n, 0.3 + 0.1 * bond + n / 4000),
    ),
  ),
};
