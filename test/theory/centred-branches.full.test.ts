/** @file The saddles at a given coupling to the centre (P28): all of them, and which are maxima of the free entropy. */
import { describe, expect, test } from "vitest";
import { centredAtCoupling } from "../../theory/centred-branches.ts";
import { centredDomain, centredLocalEntropy } from "../../theory/centred.ts";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import { integerCentred, slopeOf } from "./centred-reference.ts";
import { minimizeScalar } from "./minimize.ts";

const placeOf = (overlap: number) => Math.atanh(Math.sqrt(overlap));

/** Grid of the scan, in atanh √q. */
const scanPoints = 80;
const scanStart = placeOf(centredDomain.overlap.min) + 1e-6;
const scanStep = (placeOf(centredDomain.overlap.max) - scanStart - 1e-6) / scanPoints;

/** γ(q), 0 beyond its end. */
function couplingOrZero(selfCoupling: number, y: number, overlap: number): number {
  try {
    return centredLocalEntropy({ selfCoupling, y, overlap }).coupling;
  } catch (error) {
    if (!(error instanceof OutOfDomain)) throw error;
    return 0;
  }
}

/** Signs of dγ/dq and places where γ(q) passes a coupling, by its values on a grid. */
function crossings(selfCoupling: number, y: number, coupling: number) {
  const found: { place: number; sign: number }[] = [];
  let before = NaN;
  for (let k = 0; k <= scanPoints; k++) {
    const place = scanStart + k * scanStep;
    const excess = couplingOrZero(selfCoupling, y, Math.tanh(place) ** 2) - coupling;
    if (before * excess < 0) found.push({ place, sign: Math.sign(excess) });
    before = excess;
  }
  return found;
}

describe("all saddles at a coupling", () => {
  test.each([
    { selfCoupling: 0.2, y: 3, coupling: 0.34, signs: [1, -1] },
    { selfCoupling: 0.02, y: 30, coupling: 0.0335, signs: [1, -1, 1, -1] },
    { selfCoupling: 0, y: 300, coupling: 0.00205, signs: [1, -1, 1, -1] },
    { selfCoupling: 1, y: 30, coupling: 0.9, signs: [1] },
    { selfCoupling: 0.2, y: 3, coupling: 0.6, signs: [] },
  ])("J_D = $selfCoupling, y = $y, γ = $coupling: slopes $signs, as a scan in q finds", (row) => {
    const { signs, ...input } = row;
    const branches = centredAtCoupling(input);
    const scanned = crossings(input.selfCoupling, input.y, input.coupling);
    expect(branches.map(({ couplingSlope }) => Math.sign(couplingSlope))).toEqual(signs);
    expect(scanned.map(({ sign }) => sign)).toEqual(signs);
    branches.forEach(({ overlap, coupling }, k) => {
      expect(Math.abs(coupling - input.coupling)).toBeLessThan(1e-11);
      expect(scanned[k].place - placeOf(overlap)).toBeGreaterThanOrEqual(0);
      expect(scanned[k].place - placeOf(overlap)).toBeLessThan(scanStep);
    });
  });

  test("two branches near the maximum of γ(q) are told apart, and vanish above it", () => {
    const input = { selfCoupling: 0.2, y: 3 };
    const top = -minimizeScalar((q) => -couplingOrZero(0.2, 3, q), 0.94, 0.98, { tolerance: 1e-6 }).value;
    const below = centredAtCoupling({ ...input, coupling: top - 1e-6 });
    expect(below.length).toBe(2);
    expect(below[1].overlap - below[0].overlap).toBeLessThan(0.01);
    expect(centredAtCoupling({ ...input, coupling: top + 1e-6 })).toEqual([]);
  });

  test("φ_c at fixed γ, by exact sums, is a maximum in q where γ(q) rises and a minimum where it falls", () => {
    for (const input of [
      { selfCoupling: 0.2, y: 3, coupling: 0.5 },
      { selfCoupling: 0.1, y: 6, coupling: 0.2 },
    ]) {
      const branches = centredAtCoupling(input);
      expect(branches.length).toBe(2);
      for (const { overlap, couplingSlope, freeEntropy } of branches) {
        const at = (q: number) => integerCentred({ ...input, overlap: q }).freeEntropy - freeEntropy;
        const step = 0.1 * (1 - overlap);
        expect(Math.abs(at(overlap))).toBeLessThan(1e-10);
        for (const q of [overlap - step, overlap + step])
          expect(Math.sign(at(q))).toBe(-Math.sign(couplingSlope));
      }
    }
  });
});

describe("derivatives at fixed coupling", () => {
  const point = { selfCoupling: 0.3, y: 6.5, coupling: 0.5 };
  const at = (change: Partial<typeof point>) => centredAtCoupling({ ...point, ...change })[0];

  test("dφ_c/dy = S + γ⟨cσ⟩ and dφ_c/dγ = y⟨cσ⟩ with the saddle solved anew, to 1e-8", () => {
    const { localEntropy, centreOverlap } = at({});
    const byReplicas = slopeOf((y) => at({ y }).freeEntropy, point.y, 0.02);
    const byCoupling = slopeOf((coupling) => at({ coupling }).freeEntropy, point.coupling, 0.002);
    expect(Math.abs(byReplicas - localEntropy - point.coupling * centreOverlap)).toBeLessThan(1e-8);
    expect(Math.abs(byCoupling - point.y * centreOverlap)).toBeLessThan(1e-8);
  });

  test("y = 1: q from centredLocalEntropy and back", () => {
    const { coupling } = centredLocalEntropy({ selfCoupling: 0.5, y: 1, overlap: 0.4 });
    expect(Math.abs(centredAtCoupling({ selfCoupling: 0.5, y: 1, coupling })[0].overlap - 0.4)).toBeLessThan(
      1e-11,
    );
  });
});

describe("quality of a result", () => {
  test("a tolerance that cannot be met is refused with the input in the message", () => {
    const input = { selfCoupling: 0.5, y: 3, coupling: 0.3 };
    let thrown: unknown = null;
    try {
      centredAtCoupling(input, { tolerance: 1e-20 });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(NotConverged);
    expect(String(thrown)).toMatch(/selfCoupling 0.5, y 3, coupling 0.3/);
  });

  test.each([
    [{ selfCoupling: -0.1, y: 2, coupling: 0.3 }, /selfCoupling/],
    [{ selfCoupling: 0.1, y: NaN, coupling: 0.3 }, /y must be/],
    [{ selfCoupling: 0.1, y: 1001, coupling: 0.3 }, /y must be/],
    [{ selfCoupling: 0.1, y: 2, coupling: 0 }, /coupling/],
    [{ selfCoupling: 0.1, y: 2, coupling: 11 }, /coupling/],
    [{ selfCoupling: 0.1, y: 2, coupling: NaN }, /coupling/],
  ])("%o is outside the domain", (input, message) => {
    expect(() => centredAtCoupling(input)).toThrow(OutOfDomain);
    expect(() => centredAtCoupling(input)).toThrow(message);
  });

  test("bad options are refused", () => {
    const input = { selfCoupling: 0.5, y: 2, coupling: 0.3 };
    expect(() => centredAtCoupling(input, { resolution: 0 })).toThrow(OutOfDomain);
  });
});
