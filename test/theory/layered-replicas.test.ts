/** @file Free entropy of y replicas of layered networks: sums over all spins, pairs, one layer, deep chains. */
import { describe, expect, test } from "vitest";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import { integerReplicaFreeEntropy } from "../../theory/integer-replicas.ts";
import { dominantEigenvector } from "../../theory/layered-replicas-eigenvector.ts";
import { layeredFreeEntropy } from "../../theory/layered-replicas.ts";
import { layeredEntropy } from "../../theory/layered.ts";
import {
  bivariate,
  cdf,
  configurations,
  integrate,
  pairWeight,
  threshold,
  type ChainPoint,
} from "./layered-reference.ts";
import { minimizeScalar } from "./minimize.ts";

/**
 * min over μ of log Σ_τ e^{μ·τ} w(τ) − μ·q, τ = ±1 for each layer: by bisection for one μ of all layers, then by fitting
 * one ⟨τ_l⟩ after the other.
 */
function dualEntropy(
  overlaps: readonly number[],
  weightOf: (agreement: readonly number[]) => number,
): number {
  const states = configurations(overlaps.length);
  const weights = states.map(weightOf);
  const fields = overlaps.map(() => 0);
  const averages = () => {
    const terms = states.map(
      (tau, k) => weights[k]! * Math.exp(tau.reduce((sum, t, l) => sum + t * fields[l]!, 0)),
    );
    const sum = terms.reduce((total, term) => total + term, 0);
    const means = overlaps.map(
      (_, l) => terms.reduce((total, term, k) => total + term * states[k]![l]!, 0) / sum,
    );
    return { sum, means };
  };
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  let [low, high] = [-10, 10];
  for (let halving = 0; halving < 60; halving++) {
    fields.fill(0.5 * (low + high));
    if (total(averages().means) > total(overlaps)) high = fields[0]!;
    else low = fields[0]!;
  }
  for (let round = 0; round < 300; round++) {
    overlaps.forEach((q, l) => (fields[l]! += Math.atanh(q) - Math.atanh(averages().means[l]!)));
  }
  return Math.log(averages().sum) - total(fields.map((field, l) => field * overlaps[l]!));
}

/** y = 1 and 2 in every depth. */
const points = [
  { ferromagneticCoupling: 0.4, selfCoupling: 0.1 },
  { ferromagneticCoupling: 1.2, selfCoupling: -0.3 },
  { ferromagneticCoupling: 0.7, selfCoupling: 1.5 },
];

describe("one replica", () => {
  test("gives the entropy (P24), (P26) at every overlap, to 1e-12", () => {
    for (const point of points) {
      for (const layers of [1, 2, 3, 5, "infinite"] as const) {
        const expected = layeredEntropy({ layers, ...point }).entropy;
        for (const overlap of [0.01, 0.4, 0.9, 0.999])
          expect(
            Math.abs(layeredFreeEntropy({ layers, ...point, overlap, replicas: 1 }).phi - expected),
          ).toBeLessThan(1e-12);
      }
    }
  });

  test("each layer may have its own overlap", () => {
    const point = { layers: 3, ferromagneticCoupling: 0.4, selfCoupling: 0.1 };
    const { phi } = layeredFreeEntropy({ ...point, overlaps: [0.2, 0.9, 0.5], replicas: 1 });
    expect(Math.abs(phi - layeredEntropy(point).entropy)).toBeLessThan(1e-12);
  });
});

describe("two replicas", () => {
  test.each([[[0.3, 0.3]], [[0.9, 0.6]], [[0.98, 0.98]], [[0.2, 0.5, 0.8]], [[0.9, 0.9, 0.9]]])(
    "are pairs of columns with bivariate normal stabilities, overlaps %j, to 1e-9",
    (overlaps) => {
      for (const bonds of points) {
        const point = { layers: overlaps.length, ...bonds };
        const weightOf = (agreement: readonly number[]) =>
          pairWeight(point, agreement, (l) => agreement[l]! * overlaps[l]!);
        const expected = dualEntropy(overlaps, weightOf) / point.layers;
        expect(Math.abs(layeredFreeEntropy({ ...point, overlaps, replicas: 2 }).phi - expected)).toBeLessThan(
          1e-9,
        );
      }
    },
  );

  test("without end are a chain of four states a layer, to 1e-9", () => {
    const [bond, selfCoupling, q] = [0.5, 0.2, 0.7];
    const states = configurations(2);
    const stable = (before: number[], here: number[], after: number[]) => {
      const arguments_ = here.map((s, a) => selfCoupling + bond * s * (before[a]! + after[a]!));
      return bivariate(arguments_[0]!, arguments_[1]!, here[0]! * here[1]! * q);
    };
    const table = states.map((before) =>
      states.map((here) => states.map((after) => stable(before, here, after))),
    );
    const logEigenvalue = (field: number) => {
      let vector = states.map(() => states.map(() => 1));
      let growth = 1;
      for (let step = 0; step < 200; step++) {
        const next = states.map((_, b) =>
          states.map((_, c) =>
            states.reduce(
              (sum, _, a) =>
                sum + vector[a]![b]! * Math.exp(field * states[b]![0]! * states[b]![1]!) * table[a]![b]![c]!,
              0,
            ),
          ),
        );
        growth = next.flat().reduce((sum, x) => sum + x, 0);
        vector = next.map((row) => row.map((x) => x / growth));
      }
      return Math.log(growth);
    };
    const minimum = minimizeScalar((field) => logEigenvalue(field) - field * q, -1, 3, { tolerance: 1e-6 });
    const point = { layers: "infinite", ferromagneticCoupling: bond, selfCoupling, overlap: q } as const;
    expect(Math.abs(layeredFreeEntropy({ ...point, replicas: 2 }).phi - minimum.value)).toBeLessThan(1e-9);
  });
});

/** ∫Dt Π_a Φ((threshold_a + s_a √q t)/√(1−q)) by Simpson's rule. */
function stability(thresholds: readonly number[], spins: readonly number[], q: number): number {
  const integrand = (t: number) =>
    spins.reduce(
      (product, s, a) => product * cdf((thresholds[a]! + s * Math.sqrt(q) * t) / Math.sqrt(1 - q)),
      Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI),
    );
  return integrate(integrand, -9, 9, 240);
}

/** log Z and ⟨M_l²⟩ at given q̂ by a sum over the spins of all replicas in all layers. */
function exhaustiveSum(
  point: ChainPoint,
  overlaps: readonly number[],
  conjugates: readonly number[],
  y: number,
) {
  const { layers } = point;
  const known = new Map<string, number>();
  let total = 0;
  const squares = overlaps.map(() => 0);
  for (const all of configurations(layers * y)) {
    const replica = (a: number) => all.slice(a * layers, (a + 1) * layers);
    const replicas = Array.from({ length: y }, (_, a) => replica(a));
    let weight = 1;
    const sums = overlaps.map((_, l) => replicas.reduce((sum, spins) => sum + spins[l]!, 0));
    for (let l = 0; l < layers; l++) {
      const sites = replicas.map((spins) => [threshold(point, spins, l), spins[l]!] as const);
      const key = `${overlaps[l]} ${[...sites]
        .map(([h, s]) => `${h.toFixed(9)} ${s}`)
        .sort()
        .join(" ")}`;
      const value =
        known.get(key) ??
        stability(
          sites.map(([h]) => h),
          sites.map(([, s]) => s),
          overlaps[l]!,
        );
      known.set(key, value);
      weight *= value * Math.exp(0.5 * conjugates[l]! * sums[l]! ** 2);
    }
    total += weight;
    sums.forEach((sum, l) => (squares[l]! += weight * sum ** 2));
  }
  return { logSum: Math.log(total), squares: squares.map((square) => square / total) };
}

describe("three and four replicas", () => {
  test.each([
    [3, [0.5, 0.5]],
    [3, [0.9, 0.6]],
    [4, [0.7, 0.7]],
    [3, [0.4, 0.8, 0.6]],
  ])("y = %d, overlaps %j: sum over the spins of all replicas, to 1e-9", (y, overlaps) => {
    const point = { layers: overlaps.length, ferromagneticCoupling: 0.6, selfCoupling: 0.2 };
    const { phi, conjugateOverlaps } = layeredFreeEntropy({ ...point, overlaps, replicas: y });
    const { logSum, squares } = exhaustiveSum(point, overlaps, conjugateOverlaps, y);
    const coupling = overlaps.reduce((sum, q, l) => sum + conjugateOverlaps[l]! * (1 + (y - 1) * q), 0);
    expect(Math.abs(phi - (logSum - 0.5 * y * coupling) / point.layers)).toBeLessThan(1e-9);
    squares.forEach((square, l) => {
      expect(Math.abs(square - y - y * (y - 1) * overlaps[l]!)).toBeLessThan(1e-7);
    });
  });
});

describe("without bonds", () => {
  test("is the exact sum of one layer (P13), to 1e-11", () => {
    for (const layers of [1, 2, 3, "infinite"] as const) {
      for (const [selfCoupling, overlap, replicas] of [
        [0.06, 0.97, 5],
        [0.3, 0.4, 8],
        [0, 0.9994, 3],
        [2, 0.7, 6],
      ] as const) {
        const exact = integerReplicaFreeEntropy({ selfCoupling, overlap, replicas });
        const found = layeredFreeEntropy({
          layers,
          ferromagneticCoupling: 0,
          selfCoupling,
          overlap,
          replicas,
        });
        expect(Math.abs(found.phi - exact.phi)).toBeLessThan(1e-11);
        expect(Math.abs(found.conjugateOverlaps[0]! - exact.conjugateOverlap)).toBeLessThan(1e-8);
      }
    }
  });
});

describe("replicas that differ with a probability of e^{−15000}", () => {
  /** log 2 + S₂ + (1+q)/2 log Φ₂(J_D, J_D; q) + (1−q)/2 log Φ₂(J_D, J_D; −q), (P6), with mpmath at 30 digits. */
  test.each([
    [-3, 0.9994, -10.4609163484237],
    [-2, 0.99, -5.23468551470428],
  ])("J_D = %d, q = %d: pairs (P6), to 1e-10", (selfCoupling, overlap, exact) => {
    const point = { ferromagneticCoupling: 0, selfCoupling, overlap, replicas: 2 };
    for (const layers of [1, 2, 3] as const)
      expect(Math.abs(layeredFreeEntropy({ layers, ...point }).phi - exact)).toBeLessThan(1e-10);
  });

  test("what cannot be told from rounding has not converged", () => {
    const point = { layers: "infinite", ferromagneticCoupling: 1.7618, selfCoupling: -3 } as const;
    expect(() => layeredFreeEntropy({ ...point, overlap: 0.9994, replicas: 6 })).toThrow(NotConverged);
  });
});

describe("locked layers without end", () => {
  /** Minimum over q̂ with the dense matrix of all 8 × 8 spins of two layers (numpy eigvals), three replicas. */
  test.each([
    [3, -3, 0.5, -0.003878464843145],
    [2, -1.4, 0.9, 0.001507707952977],
    [2.5, -1.9, 0.9, -0.000702443036754],
  ])("λ = %d, J_D = %d, q = %d: that of a dense matrix, to 1e-12", (bond, selfCoupling, overlap, exact) => {
    const point = { layers: "infinite", ferromagneticCoupling: bond, selfCoupling } as const;
    const { phi, residual } = layeredFreeEntropy({ ...point, overlap, replicas: 3 });
    expect(Math.abs(phi - exact)).toBeLessThan(1e-12);
    expect(residual).toBeLessThan(1e-9);
  });

  test.each([1e-3, 1e-7, 1e-10])("eigenvector where two eigenvalues differ by some %d", (gap) => {
    // Two states that hardly mix, [[1, g], [g, 1 − g]], and 58 that decay.
    const size = 60;
    const apply = (vector: Float64Array) =>
      vector.map((value, k) => {
        if (k === 0) return value + gap * vector[1]!;
        if (k === 1) return gap * vector[0]! + (1 - gap) * value;
        return (0.9 * value * k) / size;
      });
    const vector = dominantEigenvector(apply, new Float64Array(size).fill(1));
    // (λ − 1)/g = (√5 − 1)/2 is the ratio of the two entries.
    expect(Math.abs(vector[1]! / vector[0]! - (Math.sqrt(5) - 1) / 2)).toBeLessThan(1e-14 / gap + 1e-10);
    expect(Math.max(...vector.slice(2).map(Math.abs))).toBeLessThan(1e-9);
  });

  test("an operator that is not a number has no eigenvector", () => {
    const broken = (vector: Float64Array) => vector.map(() => NaN);
    expect(() => dominantEigenvector(broken, new Float64Array(4).fill(1))).toThrow(NotConverged);
  });
});

describe("deep chains", () => {
  test("what the twelfth layer adds is the chain without end, y = 4", () => {
    const bonds = { ferromagneticCoupling: 0.5, selfCoupling: 0, overlap: 0.9, replicas: 4 };
    const whole = (layers: number) => layers * layeredFreeEntropy({ layers, ...bonds }).phi;
    const { phi } = layeredFreeEntropy({ layers: "infinite", ...bonds });
    expect(Math.abs(whole(12) - whole(11) - phi)).toBeLessThan(1e-7);
    expect(Math.abs(whole(6) - whole(5) - phi)).toBeGreaterThan(1e-7);
  });

  test("reversing the layers changes nothing", () => {
    const bonds = { layers: 4, ferromagneticCoupling: 0.8, selfCoupling: 0.1, replicas: 5 };
    const overlaps = [0.9, 0.8, 0.85, 0.6];
    const forth = layeredFreeEntropy({ ...bonds, overlaps });
    const back = layeredFreeEntropy({ ...bonds, overlaps: [...overlaps].reverse() });
    expect(Math.abs(forth.phi - back.phi)).toBeLessThan(1e-12);
    forth.conjugateOverlaps.forEach((conjugate, l) => {
      expect(conjugate).toBeCloseTo(back.conjugateOverlaps[3 - l]!, 8);
    });
  });
});

describe("two layers at unequal distances", () => {
  const at = (
    bonds: { ferromagneticCoupling: number; selfCoupling: number },
    overlaps: number[],
    replicas: number,
  ) => layeredFreeEntropy({ layers: 2, ...bonds, overlaps, replicas }).phi;

  test("without bonds φ is the mean of those of each layer (P13)", () => {
    const selfCoupling = 0.1;
    const [first, second] = [0.95, 0.7].map(
      (overlap) => integerReplicaFreeEntropy({ selfCoupling, overlap, replicas: 5 }).phi,
    );
    const phi = at({ ferromagneticCoupling: 0, selfCoupling }, [0.95, 0.7], 5);
    expect(Math.abs(phi - 0.5 * (first! + second!))).toBeLessThan(1e-11);
  });

  test("strong bonds favour equal distances; without bonds clusters of unequal ones are more at small distance", () => {
    for (const replicas of [2, 3, 6]) {
      for (const mean of [0.9, 0.97]) {
        const shifted = (share: number) => [mean + share * (1 - mean), mean - share * (1 - mean)];
        const strong = { ferromagneticCoupling: 1.2, selfCoupling: -0.3 };
        for (const share of [0.05, 0.2, 0.6])
          expect(at(strong, shifted(share), replicas)).toBeLessThan(at(strong, shifted(0), replicas));
      }
      const none = { ferromagneticCoupling: 0, selfCoupling: 0.1 };
      expect(at(none, [0.99, 0.95], replicas)).toBeGreaterThan(at(none, [0.97, 0.97], replicas));
      expect(at(none, [0.5, 0.3], replicas)).toBeLessThan(at(none, [0.4, 0.4], replicas));
    }
  });
});

describe("bad input", () => {
  const good = { layers: 2, ferromagneticCoupling: 0.5, selfCoupling: 0.1, overlap: 0.5, replicas: 3 };
  test.each([
    { layers: 0 },
    { layers: 13 },
    { ferromagneticCoupling: -0.1 },
    { ferromagneticCoupling: 3.1 },
    { selfCoupling: 3.1 },
    { selfCoupling: NaN },
    { overlap: 0.001 },
    { overlap: 1 },
    { overlap: undefined },
    { overlaps: [0.5, 0.5] },
    { overlap: undefined, overlaps: [0.5] },
    { overlap: undefined, overlaps: [0.5, NaN] },
    { replicas: 0 },
    { replicas: 2.5 },
    { replicas: 25 },
  ])("is refused: %o", (change) => {
    expect(() => layeredFreeEntropy({ ...good, ...change })).toThrow(OutOfDomain);
  });
});
