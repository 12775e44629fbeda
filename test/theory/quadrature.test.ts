/** @file Quadrature rules against exact moments of the measures that they stand for. */
import { describe, expect, test, vi } from "vitest";
import { OutOfDomain } from "../../theory/errors.ts";
import { compositeGaussLegendre, gaussHermite, gaussLegendre } from "../../theory/quadrature.ts";
import type { QuadratureRule } from "../../theory/quadrature.ts";

const orders = [1, 2, 5, 12, 13, 20, 48, 128];

function integrate({ nodes, weights }: QuadratureRule, f: (x: number) => number): number {
  return nodes.reduce((sum, x, k) => sum + weights[k] * f(x), 0);
}

describe.each(orders)("order %i", (n) => {
  test("Gauss–Legendre integrates every even power up to 2n − 2 exactly, 2/(k+1)", () => {
    for (let k = 0; k <= 2 * n - 2; k += 2) {
      expect(Math.abs(integrate(gaussLegendre(n), (x) => x ** k) - 2 / (k + 1))).toBeLessThan(2e-15);
    }
  });

  test("Gauss–Hermite has the Gaussian moments (k − 1)!!, relative error below 1e-12", () => {
    let moment = 1;
    for (let k = 0; k <= Math.min(2 * n - 2, 40); k += 2) {
      if (k > 0) moment *= k - 1;
      expect(Math.abs(integrate(gaussHermite(n), (z) => z ** k) / moment - 1)).toBeLessThan(1e-12);
    }
  });

  test("nodes ascend and weights are positive", () => {
    for (const rule of [gaussLegendre(n), gaussHermite(n)]) {
      expect([...rule.nodes].sort((a, b) => a - b)).toEqual([...rule.nodes]);
      expect(rule.weights.every((w) => w > 0)).toBe(true);
    }
  });
});

describe("rules", () => {
  test("are the same bits in every process, though the package behind the small ones starts at random", async () => {
    const rules: QuadratureRule[][] = [];
    for (const seed of [0.123, 0.456, 0.789]) {
      let state = seed;
      vi.spyOn(Math, "random").mockImplementation(() => (state = (state * 997.31 + 0.17) % 1));
      vi.resetModules();
      const fresh = await import("../../theory/quadrature.ts");
      rules.push(Array.from({ length: 12 }, (_, k) => fresh.gaussLegendre(k + 1)));
    }
    vi.restoreAllMocks();
    expect(rules[1]).toEqual(rules[0]);
    expect(rules[2]).toEqual(rules[0]);
  });

  test("a rule that is one order short misses the next moment (the test above can fail)", () => {
    expect(Math.abs(integrate(gaussLegendre(5), (x) => x ** 10) - 2 / 11)).toBeGreaterThan(1e-4);
  });

  test("panels: ∫ over [−2, 5] of e^x", () => {
    const rule = compositeGaussLegendre([-2, -1, 0.5, 5], 16);
    expect(integrate(rule, Math.exp)).toBeCloseTo(Math.exp(5) - Math.exp(-2), 11);
  });

  test("orders and edges outside the domain are refused by name", () => {
    expect(() => gaussLegendre(0)).toThrow(OutOfDomain);
    expect(() => gaussHermite(2.5)).toThrow(/quadrature order/);
    expect(() => compositeGaussLegendre([0, 1, 1], 4)).toThrow(OutOfDomain);
    expect(() => compositeGaussLegendre([0], 4)).toThrow(OutOfDomain);
    expect(() => compositeGaussLegendre([0, NaN], 4)).toThrow(OutOfDomain);
  });
});
