/** @file Stabilities, allowed flips and walks around fixed points, against enumeration, brute force and exact laws. */
import { describe, expect, test } from "vitest";
import { expectedCount } from "../../theory/entropy.ts";
import { OutOfDomain } from "../../theory/errors.ts";
import { expectedPairs } from "../../theory/pairs.ts";
import { relax } from "../../sim/instance/dynamics.ts";
import { findFixedPoints, stateOf } from "../../sim/instance/enumerate.ts";
import { couplingColumn, networkOf, randomState, sampleNetwork } from "../../sim/instance/network.ts";
import type { Network } from "../../sim/instance/network.ts";
import { plantFixedPoint } from "../../sim/instance/planted.ts";
import { allowedFlips, stabilities, walkFixedPoints } from "../../sim/instance/surroundings.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { stream } from "../../sim/random.ts";

const kernels = loadKernels();
const draw = (n: number, sample: number): Network =>
  sampleNetwork({ n, kernels }, stream(31, "couplings", n, sample));

/** Fixed points of a small network as words over all N bits, s_N = ±1 both. */
function enumerated(network: Network, selfCoupling: number): Set<number> {
  const { n, words } = findFixedPoints(network, selfCoupling);
  const all = 2 ** n - 1;
  return new Set([...words].flatMap((word) => [word, all ^ word]));
}

const wordOf = (state: Int8Array): number =>
  state.reduce((word, s, i) => (s === 1 ? word | (1 << i) : word), 0);

/** Neighbours of a fixed point among the enumerated ones: neurons whose bit can be flipped. */
const neighbours = (points: ReadonlySet<number>, word: number, n: number): number[] =>
  Array.from({ length: n }, (_, j) => j).filter((j) => points.has(word ^ (1 << j)));

test("stabilities are s_i Σ_j J_ij s_j + J_D", () => {
  const couplings = [
    [0, -0.25, -0.75],
    [0.5, 0, -0.5],
    [0.75, 0.25, 0],
  ];
  const network = networkOf({ n: 3, kernels }, (i, j) => couplings[i]![j]!);
  const found = stabilities(network, { state: Int8Array.of(1, -1, 1), selfCoupling: 0.125 });
  expect([...found]).toEqual([-0.5 + 0.125, 0.125, 0.5 + 0.125]);
});

describe("allowed flips", () => {
  test.each([
    [6, 0.8],
    [11, 0.3],
    [14, 0.6],
    [11, 3],
  ])(
    "N = %d, J_D = %f: for every fixed point of 5 networks, the enumerated fixed points at distance 1",
    (n, jd) => {
      let checked = 0;
      for (let sample = 0; sample < 5; sample++) {
        const network = draw(n, sample);
        const points = enumerated(network, jd);
        for (const word of points) {
          const found = allowedFlips(network, { state: stateOf(word, n), selfCoupling: jd });
          expect(found).toEqual(neighbours(points, word, n));
          checked++;
        }
      }
      expect(checked).toBeGreaterThan(20);
    },
  );

  test("N = 150: as when all fields are summed afresh after every flip", () => {
    const network = draw(150, 0);
    const state = randomState(150, stream(31, "state"));
    const selfCoupling = 0.8;
    plantFixedPoint(network, { state, selfCoupling }, stream(31, "planted"));
    const afresh = Array.from({ length: 150 }, (_, j) => j).filter((j) => {
      const flipped = state.map((s, i) => (i === j ? -s : s));
      return stabilities(network, { state: flipped, selfCoupling }).every((stability) => stability > 0);
    });
    expect(afresh.length).toBeGreaterThan(0);
    expect(allowedFlips(network, { state, selfCoupling })).toEqual(afresh);
  });

  test("around 3000 planted states of 40 neurons: on average (P6') at D = 1 over (P3), within 4 standard errors", () => {
    const n = 40;
    const network = draw(n, 0);
    for (const selfCoupling of [0.3, 0.6]) {
      const counts = Array.from({ length: 3000 }, (_, sample) => {
        sampleNetwork({ n, kernels }, stream(32, "couplings", n, sample), { into: network });
        const state = randomState(n, stream(32, "state", n, sample));
        plantFixedPoint(network, { state, selfCoupling }, stream(32, "planted", n, sample));
        return allowedFlips(network, { state, selfCoupling }).length;
      });
      const expected = expectedPairs({ n, selfCoupling, distance: 1 }).mean / expectedCount(n, selfCoupling);
      const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
      const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
      expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(variance / counts.length));
    }
  });
});

describe("walks", () => {
  const n = 12;
  const selfCoupling = 0.7;
  const network = draw(n, 3);
  const points = enumerated(network, selfCoupling);
  const start = [...points].find((word) => neighbours(points, word, n).length === 3)!;
  const fixedPoint = { state: stateOf(start, n), selfCoupling };

  test("the end of 4000 walks of 5 steps has the exact law, by χ² below 4.5 deviations", () => {
    let law = new Map([[start, 1]]);
    for (let step = 0; step < 5; step++) {
      const next = new Map<number, number>();
      for (const [word, probability] of law) {
        const flips = neighbours(points, word, n);
        for (const j of flips) {
          const reached = word ^ (1 << j);
          next.set(reached, (next.get(reached) ?? 0) + probability / flips.length);
        }
      }
      law = next;
    }
    const walks = 4000;
    const ends = new Map<number, number>();
    for (let walk = 0; walk < walks; walk++) {
      const { state } = walkFixedPoints(network, fixedPoint, stream(33, "walk", walk), { steps: 5 });
      ends.set(wordOf(state), (ends.get(wordOf(state)) ?? 0) + 1);
    }
    expect([...ends.keys()].every((word) => law.has(word))).toBe(true);
    const frequent = [...law].filter(([, probability]) => probability * walks >= 5);
    const chiSquared = frequent.reduce(
      (sum, [word, probability]) =>
        sum + ((ends.get(word) ?? 0) - walks * probability) ** 2 / (walks * probability),
      0,
    );
    expect(frequent.length).toBeGreaterThan(5);
    expect((chiSquared - frequent.length) / Math.sqrt(2 * frequent.length)).toBeLessThan(4.5);
  });

  test("distances and allowed flips belong to the states on the way; shorter walks are beginnings of longer ones", () => {
    const whole = walkFixedPoints(network, fixedPoint, stream(34, "walk"), { steps: 40 });
    for (let steps = 1; steps <= 40; steps++) {
      const part = walkFixedPoints(network, fixedPoint, stream(34, "walk"), { steps });
      expect(part.distances).toEqual(whole.distances.slice(0, steps + 1));
      expect(part.allowed).toEqual(whole.allowed.slice(0, steps + 1));
      const reached = wordOf(part.state);
      expect(points.has(reached)).toBe(true);
      expect(part.allowed[steps]).toBe(neighbours(points, reached, n).length);
      expect(part.distances[steps]).toBe(part.state.filter((s, i) => s !== fixedPoint.state[i]).length);
    }
  });

  test("an isolated fixed point: stuck from the start, at distance 0", () => {
    const isolated = [...points].find((word) => neighbours(points, word, n).length === 0)!;
    const state = stateOf(isolated, n);
    const walk = walkFixedPoints(network, { state, selfCoupling }, stream(1, "walk"), { steps: 9 });
    expect(walk.stuck).toBe(true);
    expect([...walk.distances, ...walk.allowed]).toEqual(new Array<number>(20).fill(0));
    expect(walk.state).toEqual(state);
  });

  test("N = 300 after 3000 steps: still a fixed point, with fields summed afresh", () => {
    const large = draw(300, 0);
    const start = { state: randomState(300, stream(31, "start")), selfCoupling: 0.8 };
    const { state, converged } = relax(large, { ...start, order: stream(31, "order") });
    expect(converged).toBe(true);
    const walk = walkFixedPoints(large, { state, selfCoupling: 0.8 }, stream(35, "walk"), { steps: 3000 });
    expect(walk.stuck).toBe(false);
    expect(stabilities(large, { state: walk.state, selfCoupling: 0.8 }).every((value) => value > 0)).toBe(
      true,
    );
    expect(walk.distances.at(-1)).toBeGreaterThan(30);
  });
});

describe("bad input gets an error that names it", () => {
  const network = draw(8, 0);
  const flipped = Int8Array.from({ length: 8 }, (_, i) => (couplingColumn(network, 0)[i]! > 0 ? 1 : -1));
  const unstable = findFixedPoints(network, 0).count === 0 ? flipped : randomState(8, stream(31, "other"));

  test("no fixed point", () => {
    const input = { state: unstable, selfCoupling: 0 };
    expect(stabilities(network, input).some((value) => value <= 0)).toBe(true);
    expect(() => allowedFlips(network, input)).toThrow(/must be a fixed point at selfCoupling 0/);
    expect(() => walkFixedPoints(network, input, stream(1, "walk"), { steps: 3 })).toThrow(OutOfDomain);
  });

  test("self-coupling, state, steps", () => {
    const state = new Int8Array(8).fill(1);
    expect(() => stabilities(network, { state, selfCoupling: NaN })).toThrow(/selfCoupling/);
    expect(() => allowedFlips(network, { state, selfCoupling: -1 })).toThrow(/selfCoupling/);
    expect(() => stabilities(network, { state: state.slice(2), selfCoupling: 1 })).toThrow(/state/);
    const walk = () => walkFixedPoints(network, { state, selfCoupling: 9 }, stream(1, "walk"), { steps: 0 });
    expect(walk).toThrow(/steps/);
  });
});
