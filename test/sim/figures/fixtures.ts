/**
 * @file Rows shaped like the physics, for drawing: closed forms where there are any, and simple curves with the right
 * signs, sizes and orders elsewhere. They are no results and no oracle.
 */
import type {
  AccessibilityRow,
  AccessThresholdRow,
  EntropyCheckRow,
  EntropyRow,
  ExtrapolationRow,
  FranzParisiRow,
  LocalEntropyRow,
  ThresholdsRow,
} from "../../../sim/experiments/rows.ts";
import {
  accessibilityFigure,
  complexityFigure,
  entropyFigure,
  focusingFigure,
  localEntropyFigure,
  phaseDiagramFigure,
  reachFigure,
  typicalFigure,
} from "../../../sim/figures/index.ts";
import type { Figure, Provenance } from "../../../sim/figures/index.ts";
import { fractionInterval } from "../../../sim/statistics.ts";
import { focusingExtrapolationRows, focusingRows, focusingThresholdRows } from "./focusing-fixtures.ts";

/** Standard normal distribution function (Abramowitz and Stegun 26.2.17, seven digits): enough for a drawing. */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = (Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)) * series;
  return x >= 0 ? 1 - upper : upper;
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);
export const linear = (from: number, to: number, count: number): number[] =>
  range(count).map((k) => Number((from + ((to - from) * k) / (count - 1)).toPrecision(12)));
export const logarithmic = (from: number, to: number, count: number): number[] =>
  linear(Math.log(from), Math.log(to), count).map((x) => Number(Math.exp(x).toPrecision(12)));

/** Noise without a generator: quasi-random, of about unit variance. */
const noise = (k: number): number => 3.4 * (((k * 0.6180339887 + 0.37) % 1) - 0.5);

const totalEntropy = (selfCoupling: number): number => Math.log(2 * normalCdf(selfCoupling));

export const entropyRows: EntropyRow[] = linear(0, 2, 41).map((selfCoupling) => ({
  status: "ok",
  selfCoupling,
  annealed: totalEntropy(selfCoupling),
  rs: { entropy: totalEntropy(selfCoupling), overlap: 0, residual: 1e-13, iterations: 9 },
}));

export const entropyCheckRows: EntropyCheckRow[] = [10, 14, 18].flatMap((n, series) =>
  [0.1, 0.3, 0.5, 0.7, 1, 1.5].map((selfCoupling, k): EntropyCheckRow => {
    const expectedCount = (2 * normalCdf(selfCoupling * Math.sqrt(n / (n - 1)))) ** n;
    const standardError = expectedCount * 0.04;
    const zScore = noise(7 * series + k);
    const pairs = linear(-1, 1, n + 1).map((overlap) => {
      const expected = expectedCount * 40 * Math.exp(-4 * overlap * overlap);
      return { overlap, mean: expected * 1.01, standardError: expected * 0.03, expected, zScore: 1 / 3 };
    });
    const meanCount = expectedCount + zScore * standardError;
    return {
      status: "ok",
      n,
      selfCoupling,
      samples: 400,
      meanCount,
      standardError,
      expectedCount,
      zScore,
      pairs,
    };
  }),
);

/** S*(d): positive at tiny d, a dip that J_D lifts, and the total entropy at d = 1/2. */
function densest(selfCoupling: number, d: number): number {
  const narrow = 0.35 * d * Math.log(1 / d) * Math.exp(-d / 0.002);
  const broad = totalEntropy(selfCoupling) * (2 * d) ** 0.45;
  const dip = 0.011 * Math.exp(-(Math.log(d / 0.012) ** 2) / 1.6);
  return narrow + broad - dip;
}

function localEntropyRow(selfCoupling: number, distance: number): LocalEntropyRow {
  const y = 3 + 60 * selfCoupling * (0.3 + distance) + 2 / (0.5 - distance);
  const localEntropy = densest(selfCoupling, distance);
  const common = { selfCoupling, distance, overlap: 1 - 2 * distance, residual: 1e-12, error: 1e-10 };
  return { status: "ok", ...common, y, qhat: 0.1 / y, phi: y * localEntropy, localEntropy, complexity: 0 };
}

export const curveCouplings = [0, 0.02, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5];

export const curveRows: LocalEntropyRow[] = curveCouplings.flatMap((selfCoupling) =>
  logarithmic(3e-4, 0.495, 61).map((distance) => localEntropyRow(selfCoupling, distance)),
);

export const unsolved: Pick<
  LocalEntropyRow,
  "status" | "y" | "qhat" | "phi" | "localEntropy" | "complexity" | "residual" | "error"
> = {
  status: "no-solution",
  y: null,
  qhat: null,
  phi: null,
  localEntropy: null,
  complexity: null,
  residual: null,
  error: null,
};

export const diagramRows: LocalEntropyRow[] = linear(0, 0.4, 41).flatMap((selfCoupling) =>
  logarithmic(3e-4, 0.495, 61).map((distance) => ({
    ...localEntropyRow(selfCoupling, distance),
    ...(selfCoupling < 0.015 && distance < 6e-4 ? unsolved : {}),
  })),
);

export const thresholds: ThresholdsRow = {
  status: "ok",
  gapClosing: { selfCoupling: 0.0553021, distance: 0.01312, y: 4.61, error: 2e-9 },
  monotone: { selfCoupling: 0.1174563, distance: 0.00693, error: 3e-9 },
  typical: [0.001, 0.01, 0.05].map((distance) => ({
    selfCoupling: 0.3 / Math.sqrt(distance + 0.1),
    distance,
    error: 1e-8,
  })),
};

const complexityDistances = [0.01, 0.05, 0.2, 0.4];

/** Zero complexity at the points of `complexityRows`. */
export const complexityEnds: LocalEntropyRow[] = complexityDistances.map((distance) =>
  localEntropyRow(0.2, distance),
);

export const franzParisiRows: FranzParisiRow[] = [0.05, 0.1, 0.3, 0.5].flatMap((selfCoupling) =>
  logarithmic(3e-4, 0.495, 41).map((distance): FranzParisiRow => {
    const slope = 0.5 * Math.exp(-selfCoupling);
    const total = totalEntropy(selfCoupling);
    const annealed =
      -slope * Math.sqrt(distance) + distance * Math.log(1 / distance) + 0.7 * total * Math.sqrt(distance);
    const quenched =
      annealed - 0.01 * distance * (1 - 2 * distance) - 0.05 * (distance * (0.5 - distance)) ** 1.2;
    const common = { selfCoupling, distance, innerOverlap: 0.6, residual: 1e-12, error: 1e-10 };
    return { status: "ok", ...common, annealed, quenched };
  }),
);

/** Complexity and local entropy against y at fixed (J_D, d), with dΣ/dy = −y dS_I/dy and Σ(y*) = 0. */
export const complexityRows: LocalEntropyRow[] = complexityDistances.flatMap((distance, k) =>
  logarithmic(1, 60, 50).map((y): LocalEntropyRow => {
    const selfCoupling = 0.2;
    const top = densest(selfCoupling, distance);
    const yStar = localEntropyRow(selfCoupling, distance).y!;
    // S_I = top + c (1/(y* + k) − 1/(y + k)), hence Σ = c [log((y* + k)/(y + k)) + k/(y* + k) − k/(y + k)].
    const scale = 0.2 * (distance + 0.05);
    const localEntropy = top + scale * (1 / (yStar + k) - 1 / (y + k));
    const complexity = scale * (Math.log((yStar + k) / (y + k)) + k / (yStar + k) - k / (y + k));
    const common = { selfCoupling, distance, overlap: 1 - 2 * distance, y, residual: 1e-12, error: 1e-10 };
    return {
      status: "ok",
      ...common,
      qhat: 0.1,
      phi: complexity + y * localEntropy,
      localEntropy,
      complexity,
    };
  }),
);

const accessSizes = [200, 400, 800, 1600, 3200];
export const budgets = [500, 1000, 2000];

const accessPlace = (n: number, budget: number): number =>
  0.98 - 3.25 / Math.log(n) + 0.02 * Math.log(2000 / budget);

export const accessibilityRows: AccessibilityRow[] = accessSizes.flatMap((n, series) =>
  budgets.flatMap((budget) =>
    linear(0.2, 0.9, 22).map((selfCoupling, k): AccessibilityRow => {
      const samples = 200;
      const width = 0.5 / Math.sqrt(n);
      const probability = 1 / (1 + Math.exp(-(selfCoupling - accessPlace(n, budget)) / width));
      const spread = Math.sqrt(samples * probability * (1 - probability));
      const converged = Math.round(
        Math.min(samples, Math.max(0, samples * probability + 0.7 * noise(9 * series + k) * spread)),
      );
      const convergedInterval = fractionInterval(converged, samples);
      const medianSweeps =
        converged > samples / 2
          ? 8 + (budget / 3) * (1 - probability) + 40 * Math.exp(-6 * (selfCoupling - 0.3))
          : null;
      const common = {
        n,
        selfCoupling,
        update: "async" as const,
        budget,
        samples,
        converged,
        convergedInterval,
        medianSweeps,
      };
      return { status: "ok", ...common, flipsPerNeuron: medianSweeps === null ? null : medianSweeps / 3 };
    }),
  ),
);

export const accessThresholdRows: AccessThresholdRow[] = accessSizes.flatMap((n) =>
  budgets.map((budget): AccessThresholdRow => {
    const selfCoupling = accessPlace(n, budget);
    const interval = { low: selfCoupling - 0.008, high: selfCoupling + 0.007 };
    return {
      status: "ok",
      n,
      update: "async",
      budget,
      samples: 200,
      selfCoupling,
      ...interval,
      width: 0.5 / Math.sqrt(n),
    };
  }),
);

export const extrapolationRows: ExtrapolationRow[] = budgets.flatMap((budget) =>
  (["1/log N", "N^(-1/3)", "N^(-1/2)"] as const).map((form, k): ExtrapolationRow => ({
    status: "ok",
    update: "async",
    budget,
    form,
    selfCoupling: [0.98, 0.77, 0.7][k]! + 0.02 * Math.log(2000 / budget),
    standardError: 0.012,
    slope: [-3.25, -2.2, -4.6][k]!,
    chiSquared: [2.1, 6.4, 19.5][k]!,
    degreesOfFreedom: 3,
  })),
);

/** Every figure with its rows, by name. */
export function allFigures(): Record<string, Figure> {
  const someCurves = curveRows.filter((row) => [0.05, 0.2, 0.5].includes(row.selfCoupling));
  const figures = [
    entropyFigure(entropyRows, entropyCheckRows),
    localEntropyFigure(curveRows),
    phaseDiagramFigure(diagramRows, thresholds),
    typicalFigure(franzParisiRows, curveRows),
    complexityFigure(complexityRows, [...someCurves, ...complexityEnds]),
    accessibilityFigure(accessibilityRows, accessThresholdRows, extrapolationRows, thresholds),
    focusingFigure(focusingRows, focusingThresholdRows, thresholds),
    reachFigure(
      focusingThresholdRows,
      focusingExtrapolationRows,
      accessThresholdRows,
      extrapolationRows,
      thresholds,
    ),
  ];
  return Object.fromEntries(figures.map((figure) => [figure.name, figure]));
}

export const provenance: Provenance = {
  version: "0.1.0",
  command: "atlas reproduce --preset quick --seed 7021",
  seed: 7021,
  wallTimeSeconds: 93.25,
  parameters: { preset: "quick", sizes: [200, 400], machine: { cores: 2 } },
};
