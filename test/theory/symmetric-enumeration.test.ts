/** @file Covariances (P23) and exact means at symmetry η against small networks. */
import { describe, expect, test } from "vitest";
import { expectedSymmetricCount } from "../../theory/symmetric-finite.ts";
import { stream } from "../../sim/random.ts";
import { expectEnumeration } from "./symmetric-enumeration.ts";

/** Couplings of symmetry η, J = cA + sAᵀ with c² + s² = 1 and 2cs = η, rows of N, 0 on the diagonal. */
function couplings(n: number, symmetry: number, gaussian: () => number): number[][] {
  const own = (Math.sqrt(1 + symmetry) + Math.sqrt(1 - symmetry)) / 2;
  const transposed = (Math.sqrt(1 + symmetry) - Math.sqrt(1 - symmetry)) / 2;
  const A = Array.from({ length: n }, () => Array.from({ length: n }, () => gaussian() / Math.sqrt(n)));
  return A.map((row, i) => row.map((value, j) => (i === j ? 0 : own * value + transposed * A[j]![i]!)));
}

/** Standard normal numbers from a stream, by Box–Muller. */
function gaussians(seed: number): () => number {
  const words = stream(seed, "symmetric couplings").substream(0);
  return () => Math.sqrt(-2 * Math.log(words.uniform())) * Math.cos(2 * Math.PI * words.uniform());
}

const stabilities = (J: readonly number[][], state: readonly number[]) =>
  J.map((row, i) => state[i]! * row.reduce((sum, value, j) => sum + value * state[j]!, 0));

describe("covariances of the stabilities of two states (P23)", () => {
  test.each([-0.5, 0.7])("8000 networks, N = 5, D = 2, η = %d: within 5 standard errors", (symmetry) => {
    const [n, samples] = [5, 8000];
    const states = [
      [1, 1, 1, 1, 1],
      [-1, 1, -1, 1, 1],
    ];
    const overlap = 1 / 5;
    const gaussian = gaussians(101);
    const sums = new Float64Array((2 * n) ** 2);
    const squares = new Float64Array((2 * n) ** 2);
    for (let sample = 0; sample < samples; sample++) {
      const J = couplings(n, symmetry, gaussian);
      const all = states.flatMap((state) => stabilities(J, state));
      all.forEach((left, a) =>
        all.forEach((right, b) => {
          sums[2 * n * a + b]! += left * right;
          squares[2 * n * a + b]! += (left * right) ** 2;
        }),
      );
    }
    for (let a = 0; a < 2 * n; a++) {
      for (let b = 0; b < 2 * n; b++) {
        const [i, j] = [a % n, b % n];
        const same = a < n === b < n;
        const agreement = (k: number) => (same ? 1 : states[0]![k]! * states[1]![k]!);
        // A site's overlap leaves itself out: σ_i q − 1/N, and 1 − 1/N for a state with itself.
        const own = same ? 1 - 1 / n : agreement(i) * overlap - 1 / n;
        const expected = i === j ? own : (symmetry / n) * agreement(i) * agreement(j);
        const mean = sums[2 * n * a + b]! / samples;
        const error = Math.sqrt((squares[2 * n * a + b]! / samples - mean * mean) / (samples - 1));
        expect(Math.abs(mean - expected), `${a}, ${b}`).toBeLessThan(5 * error);
      }
    }
  });
});

describe("enumeration", () => {
  test.each([
    { symmetry: -0.5, selfCoupling: 0.4, seed: 11 },
    { symmetry: 0.5, selfCoupling: 0.2, seed: 12 },
    { symmetry: 1, selfCoupling: 0, seed: 13 },
  ])("2000 networks, N = 8, %o: count and pairs within 4.5 standard errors", (point) => {
    expectEnumeration({ n: 8, samples: 2000, ...point });
  });

  test("4000 networks, N = 5, η = 1, J_D = −0.2: the count within 4.5 standard errors", () => {
    const [n, samples, selfCoupling, symmetry] = [5, 4000, -0.2, 1];
    const gaussian = gaussians(14);
    let [sum, square] = [0, 0];
    for (let sample = 0; sample < samples; sample++) {
      const J = couplings(n, symmetry, gaussian);
      let count = 0;
      for (let word = 0; word < 2 ** n; word++) {
        const state = Array.from({ length: n }, (_, i) => 2 * ((word >> i) & 1) - 1);
        if (stabilities(J, state).every((stability) => stability + selfCoupling > 0)) count++;
      }
      sum += count;
      square += count * count;
    }
    const mean = sum / samples;
    const error = Math.sqrt((square / samples - mean * mean) / (samples - 1));
    expect(Math.abs(mean - expectedSymmetricCount({ n, selfCoupling, symmetry }))).toBeLessThan(4.5 * error);
  });
});
