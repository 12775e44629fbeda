/** @file What findings say of surroundings and of learning, from rows made for it; errors from few seeds. */
import { describe, expect, test } from "vitest";
import type { EquilibrationMeans } from "../../../sim/experiments/equilibration-rows.ts";
import type {
  HeteroCapacityRow,
  HeteroSlopeRow,
  LearningRow,
} from "../../../sim/experiments/learning-rows.ts";
import type { RepresentationSample } from "../../../sim/experiments/representations.ts";
import type { Estimate, ReferenceKind, SurroundingsRow } from "../../../sim/experiments/rows.ts";
import type { ShiftMeans } from "../../../sim/experiments/shift.ts";
import {
  equilibrationFindings,
  heteroFindings,
  learningAblationsFindings,
  learningCouplingFindings,
  learningSizeFindings,
  representationsFindings,
  shiftFindings,
  surroundingsFindings,
} from "../../../sim/figures/findings/index.ts";
import {
  pooledQuantity,
  pooledSpread,
  pooledSpreadOfMeans,
  seedQuantity,
} from "../../../sim/figures/findings/seeds.ts";
import type { Finding } from "../../../sim/figures/types.ts";
import { franzParisiRows } from "./fixtures.ts";

const verdicts = (findings: readonly Finding[]) => findings.map(({ verdict }) => verdict);
const estimate = (mean: number, standardError: number | null = 0.01): Estimate => ({ mean, standardError });

describe("spread between seeds", () => {
  const groups = [
    [1, 3],
    [10, 14],
    [5, 5],
    [0, 2],
  ];

  test("squares (2 + 8 + 0 + 2) over 4 make √3; four kinds of correlation ½ have 4/(1 + 3/4) degrees of freedom", () => {
    const { deviation, freedom } = pooledSpread(groups);
    expect(deviation).toBeCloseTo(Math.sqrt(3), 12);
    expect(freedom).toBeCloseTo(16 / 7, 12);
  });

  test("however many kinds there are, two seeds make less than four degrees of freedom", () => {
    const many = Array.from({ length: 1000 }, (_, k) => [k, k + 1]);
    expect(pooledSpread(many).freedom).toBeGreaterThan(3.9);
    expect(pooledSpread(many).freedom).toBeLessThan(4);
  });

  test("the larger of the shared error √(3/2) and the own one counts", () => {
    const spread = pooledSpread(groups);
    expect(seedQuantity([1, 3], spread).value).toBe(2);
    expect(seedQuantity([1, 3], spread).error).toBeCloseTo(Math.sqrt(3 / 2), 12);
    expect(seedQuantity([10, 14], spread).error).toBeCloseTo(2, 12);
    expect(seedQuantity([7], spread).error).toBeCloseTo(Math.sqrt(3), 12);
  });

  test("means with standard errors give the same", () => {
    const means = groups.map(([a, b]) => ({ standardError: Math.abs(a! - b!) / 2, runs: 2 }));
    expect(pooledSpreadOfMeans(means).deviation).toBeCloseTo(Math.sqrt(3), 12);
    const more = pooledSpreadOfMeans([...means, { standardError: null, runs: 1 }]);
    expect(more.freedom).toBeCloseTo(16 / 7, 12);
  });

  test("single runs tell no spread, and have no error", () => {
    const few = pooledSpread([[1], [2], []]);
    expect(few).toEqual({ deviation: null, freedom: 0 });
    const quantity = pooledQuantity({ mean: 7, standardError: null, runs: 1 }, few, "points");
    expect(quantity).toEqual({ value: 7, unit: "points" });
  });
});

const plain: LearningRow = {
  status: "ok",
  method: "rule",
  variant: "baseline",
  hidden: 400,
  layers: 1,
  selfCoupling: 0.5,
  layerCoupling: 0,
  trainSamples: 60_000,
  seed: 1,
  epoch: 10,
  epochs: 10,
  trainAccuracy: 0.9,
  testAccuracy: 0.8,
  hiddenUpdates: 0.1,
  readoutUpdates: 0.5,
  meanSweeps: 3,
  settled: 0.9,
  symmetry: 0.05,
};

/** Runs of seeds 1, 2, 3 around a mean; the seeds vary by as much as `spread`, in a pattern of `phase`. */
const runs = (
  changes: Partial<LearningRow>,
  mean: number,
  { spread = 0.004, phase = 0 } = {},
): LearningRow[] =>
  [-1, 0, 1].map((step, k) => ({
    ...plain,
    ...changes,
    seed: k + 1,
    testAccuracy: mean + (spread * (((step + 1 + phase) % 3) - 1)) / 2,
    meanSweeps: changes.meanSweeps ?? 3 - mean,
  }));

describe("learning", () => {
  const size = (rule: number, trainSamples = 60_000) => [
    ...runs({ trainSamples }, rule),
    ...runs({ trainSamples, hidden: 100 }, 0.8, { phase: 1 }),
    ...runs({ trainSamples, hidden: 800 }, 0.87),
    ...runs({ trainSamples, method: "random-features" }, 0.8, { phase: 1 }),
    ...runs({ trainSamples, method: "reservoir" }, 0.9, { phase: 2 }),
    ...runs({ trainSamples, method: "mlp" }, 0.84, { phase: 1 }),
  ];
  const byWord = (findings: readonly Finding[], word: string) =>
    findings.find(({ claim }) => claim.includes(word))!;

  test("the rule beside its baselines: ahead, behind, and within the spread", () => {
    const findings = learningSizeFindings(size(0.852));
    expect(byWord(findings, "random features")).toMatchObject({ verdict: "agrees" });
    expect(byWord(findings, "random features").measured!.value).toBeCloseTo(5.2, 10);
    expect(byWord(findings, "a reservoir")).toMatchObject({ verdict: "differs" });
    expect(byWord(findings, "a reservoir").claim).toContain("4.8 points behind a reservoir");
    expect(byWord(learningSizeFindings(size(0.8005)), "random features").verdict).toBe("open");
  });

  test("published accuracies count only with as many images", () => {
    expect(byWord(learningSizeFindings(size(0.852)), "published").verdict).toBe("agrees");
    expect(byWord(learningSizeFindings(size(0.82)), "published").verdict).toBe("differs");
    expect(byWord(learningSizeFindings(size(0.852, 6000)), "published").verdict).toBe("open");
  });

  test("two seeds of two kinds decide nothing", () => {
    const few = size(0.9).filter(
      ({ seed, hidden, method }) => seed < 3 && hidden === 400 && method !== "mlp",
    );
    const findings = learningSizeFindings(few);
    expect(verdicts(findings)).toEqual(["open", "open", "open"]);
    expect(findings[0]!.criterion).toContain("1 degree of freedom");
  });

  test("self-coupling: more right answers and fewer sweeps", () => {
    const rows = [
      ...runs({ selfCoupling: 0, meanSweeps: 5 }, 0.3),
      ...runs({ selfCoupling: 0.2 }, 0.6, { phase: 1 }),
      ...runs({ selfCoupling: 0.5 }, 0.8, { phase: 2 }),
      ...runs({ selfCoupling: 4, meanSweeps: 2 }, 0.799),
    ];
    const sweeps = rows.map((row) => ({ ...row, meanSweeps: row.meanSweeps! + 0.01 * row.seed }));
    expect(verdicts(learningCouplingFindings(sweeps))).toEqual(["agrees", "open", "agrees", "open"]);
  });

  test("ablations: what must stay, what bonds cannot do, and what makes no difference", () => {
    const change = (variant: string, mean: number, more: Partial<LearningRow> = {}, phase = 0) =>
      runs({ variant, ...more }, mean, { phase });
    const two = (selfCoupling: number, layerCoupling: number, mean: number, phase: number) =>
      change(
        `input to both: J_D = ${selfCoupling}, λ = ${layerCoupling}`,
        mean,
        { layers: 2, selfCoupling, layerCoupling },
        phase,
      );
    const rows = [
      ...change("baseline", 0.8),
      ...change("no self-coupling: feedback stays", 0.7, {}, 1),
      ...change("no self-coupling: feedback removed", 0.4),
      ...change("feedback: absent", 0.801, {}, 2),
      ...change("readout targets: published", 0.8, {}, 1),
      ...two(0, 0, 0.5, 0),
      ...two(0, 1, 0.4, 1),
      ...two(0.5, 0, 0.8, 2),
    ];
    expect(verdicts(learningAblationsFindings(rows))).toEqual(["agrees", "open", "agrees", "agrees"]);
  });

  test("runs that appear under two names add no certainty", () => {
    const change = (variant: string, mean: number, phase: number) => runs({ variant }, mean, { phase });
    const rows = [...change("baseline", 0.8, 0), ...change("feedback: absent", 0.801, 2)];
    const copies = ["margin κ: 0.5", "batch: 16", "initial J: asymmetric"].flatMap((name) =>
      change(name, 0.8, 0),
    );
    expect(learningAblationsFindings([...rows, ...copies])).toEqual(learningAblationsFindings(rows));
    expect(learningAblationsFindings(rows)[0]!.criterion).toContain("2 degrees of freedom");
  });

  test("representations: classes part, clamped and free states meet, seed by seed", () => {
    const sample = (seed: number, epoch: number, layer: number): RepresentationSample => ({
      status: "ok",
      hidden: 200,
      layers: 1 + layer,
      layer,
      epoch,
      seed,
      feedbackStrength: 5,
      within: 0.3 + 0.05 * seed + (epoch > 0 ? 0.2 : 0),
      between: 0.2 + 0.05 * seed + (epoch > 0 ? 0.1 + 0.001 * seed : 0),
      matrix: null,
      clampedFreeDistance: epoch > 0 ? 0.05 : 0.2 + 0.001 * seed,
      inputWithin: 0.3,
      inputBetween: 0.2,
    });
    const all = [1, 2, 3].flatMap((seed) =>
      [0, 1].flatMap((layer) => [0, 2, 6].map((epoch) => sample(seed, epoch, layer))),
    );
    const [parts, meets] = representationsFindings(all);
    expect(parts!.verdict).toBe("agrees");
    expect(parts!.measured!.value).toBeCloseTo(0.1 - 0.002, 10);
    expect(parts!.claim).toContain("After 6 epochs");
    expect(meets!.measured!.value).toBeCloseTo(0.152, 10);
    expect(representationsFindings(all.filter(({ epoch }) => epoch === 0))).toEqual([]);
  });

  test("equilibration: areas against one half, from six networks; two decide nothing", () => {
    const row = (kind: string, feedbackStrength: number, auc: number): EquilibrationMeans => ({
      status: "ok",
      hidden: 200,
      feedbackStrength,
      kind,
      reference: "no target",
      runs: 6,
      sweeps: [1, 2],
      mean: estimate(3),
      auc: estimate(auc),
      marginAuc: estimate(0.8),
      rocFalse: [],
      rocTrue: [],
    });
    const rows = [
      row("wrong target", 0.5, 0.48),
      row("wrong target", 5, 0.58),
      row("uniform noise", 0.5, 0.4),
    ];
    expect(verdicts(equilibrationFindings(rows))).toEqual(["differs", "open", "agrees", "agrees"]);
    const two = equilibrationFindings(rows.map((each) => ({ ...each, runs: 2 })));
    expect(verdicts(two)).toEqual(["open", "open", "open", "open"]);
    expect(two[0]!.criterion).toContain("standard error over 2 networks");
  });

  test("shift: methods at the middle of the flips, and training with noise", () => {
    const row = (
      method: ShiftMeans["method"],
      trainingFlips: number,
      flipProbability: number,
      mean: number,
    ): ShiftMeans => ({
      status: "ok",
      method,
      hidden: 200,
      trainingFlips,
      flipProbability,
      runs: 3,
      accuracy: estimate(mean, 0.005),
    });
    const rows = [0, 0.1, 0.2].flatMap((flips) => [
      row("rule", 0, flips, 0.8 - flips),
      row("random-features", 0, flips, 0.7 - flips),
      row("rule", 0.1, flips, 0.805 - flips),
    ]);
    const findings = shiftFindings(rows);
    expect(verdicts(findings)).toEqual(["agrees", "open"]);
    expect(findings[0]!.claim).toContain(
      "With 10 % of the bits flipped the rule is 10.0 points ahead of random features",
    );
  });

  test("hetero: depth raises the slope, by as many networks as it takes; published slopes decide nothing", () => {
    const slope = (layers: number, value: number): HeteroSlopeRow => ({
      status: "ok",
      layers,
      slope: value,
      standardError: 0.02,
      intercept: 0,
    });
    const capacity = (n: number, samples: number): HeteroCapacityRow => ({
      status: "ok",
      layers: 1,
      n,
      capacity: 10,
      standardError: 1,
      criterion: "mean overlap ≥ 0.9",
      samples,
    });
    const slopes = [slope(7, 0.8), slope(2, 0.1), slope(1, 0)];
    const from = (samples: number) =>
      heteroFindings(slopes, [capacity(60, samples), capacity(100, samples + 1)]);
    expect(verdicts(from(6))).toEqual(["agrees", "open", "open"]);
    expect(verdicts(from(2))).toEqual(["open", "open", "open"]);
    expect(verdicts(heteroFindings(slopes))).toEqual(["open", "open", "open"]);
    const [depth] = from(2);
    expect(depth!.claim).toContain(
      "0.000 ± 0.020 in one (<i>N</i> = 60 to 100, recalled: “mean overlap ≥ 0.9”)",
    );
    expect(heteroFindings([])).toEqual([]);
  });
});

describe("surroundings", () => {
  const row = (kind: ReferenceKind, n: number, flips: Estimate, distance: number): SurroundingsRow => ({
    status: "ok",
    kind,
    n,
    selfCoupling: 0.5,
    tried: 12,
    samples: 10,
    allowedFlips: flips,
    expectedFlips: kind === "planted" ? 0.3 : null,
    isolated: 0,
    walks: 10,
    walk: [0, 500].map((step) => ({
      step,
      distance: estimate(step === 0 ? 0 : distance),
      allowedFlips: flips,
    })),
    stabilities: [],
    localEntropy: [
      {
        distance: franzParisiRows.at(-1)!.distance,
        samples: 10,
        converged: 10,
        entropy: estimate(0.2),
        innerOverlap: null,
      },
    ],
  });
  const typical = { ...franzParisiRows.at(-1)!, selfCoupling: 0.5, quenched: 0.21 };
  const rows = (flips: number) => [
    row("focusing", 200, estimate(30, 4), 0.3),
    row("planted", 200, estimate(flips, 0.05), 0),
    row("planted", 400, estimate(0.3, 0.05), 0),
  ];

  test("dense around what focusing finds, exact and isolated around typical ones", () => {
    const findings = surroundingsFindings(rows(0.35), [typical]);
    expect(verdicts(findings)).toEqual(["agrees", "agrees", "agrees", "agrees"]);
    expect(findings[0]!.claim).toContain("200");
    expect(findings[0]!.measured!.value).toBeCloseTo(29.65, 10);
  });

  test("wrong counts and entropies are seen", () => {
    expect(verdicts(surroundingsFindings(rows(0.6), [{ ...typical, quenched: 0.3 }]))).toEqual([
      "agrees",
      "differs",
      "differs",
      "agrees",
    ]);
  });
});

test("without rows there are no findings of learning", () => {
  const all = [
    learningSizeFindings([]),
    learningCouplingFindings([]),
    learningAblationsFindings([]),
    representationsFindings([]),
    equilibrationFindings([]),
    shiftFindings([]),
    heteroFindings([]),
  ];
  expect(all.flat()).toEqual([]);
});
