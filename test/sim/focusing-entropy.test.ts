/**
 * @file Local entropy and overlaps of focusing belief propagation against formulas of their own: closed forms at y = 1
 * and for free spins, the Bethe free entropy of all replicas written out, and exact sums over small networks.
 */
import { describe, expect, test } from "vitest";
import {
  createBeliefs,
  propagate,
  randomizeMessages,
  setExternalFields,
  solveBethe,
} from "../../sim/instance/belief-propagation.ts";
import type { BeliefMeasure, Beliefs } from "../../sim/instance/belief-propagation.ts";
import { focusedReplicas } from "../../sim/instance/focusing.ts";
import { couplingColumn, sampleNetwork } from "../../sim/instance/network.ts";
import type { Network } from "../../sim/instance/network.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { stream } from "../../sim/random.ts";
import { OutOfDomain } from "../../theory/errors.ts";
import { readMessages, replicatedBethe } from "./replicated-bethe.ts";

const seed = 20_511;

const networkAt = (n: number, sample = 0): Network =>
  sampleNetwork({ n, kernels: createScalarKernels() }, stream(seed, "couplings", n, sample));

/** External fields ±strength. */
function fieldsOf(n: number, strength: number, sample = 0): Float64Array {
  const words = stream(seed, "fields", n, sample);
  return Float64Array.from({ length: n }, () => (words.uniform() < 0.5 ? strength : -strength));
}

/** Messages that start from noise, in external fields if given. */
function beliefsOf(network: Network, fields?: Float64Array): Beliefs {
  const beliefs = createBeliefs(network);
  randomizeMessages(beliefs, stream(seed, "messages", network.n), 0.1);
  if (fields !== undefined) setExternalFields(beliefs, fields);
  return beliefs;
}

/** Messages iterated to the end; fails where they do not settle. */
function settle(beliefs: Beliefs, measure: BeliefMeasure): void {
  const { converged } = propagate(beliefs, measure, { tolerance: 2e-7, maxIterations: 4000 });
  expect(converged).toBe(true);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const meanOver = (values: Iterable<number>, f: (value: number) => number): number => mean([...values].map(f));

describe("y = 1: a free centre hangs on every spin", () => {
  const selfCoupling = 0.5;
  const bond = 0.7;
  const fields = fieldsOf(31, 0.4);
  const network = networkAt(31);
  const beliefs = beliefsOf(network, fields);
  settle(beliefs, { selfCoupling, bond });
  const plain = solveBethe(network, { selfCoupling, fields }, { tolerance: 2e-7 });
  const replicas = focusedReplicas(beliefs, { selfCoupling, bond });

  test("it does not act on the spin, and follows it with probability e^γ/(2cosh γ)", () => {
    expect(replicas.squaredMagnetization).toBeCloseTo(
      meanOver(plain.magnetizations, (m) => m * m),
      6,
    );
    expect(replicas.centreOverlap).toBeCloseTo(Math.tanh(bond), 12);
    expect(replicas.distance).toBeCloseTo(1 / (1 + Math.exp(2 * bond)), 12);
  });

  test("the local entropy is the plain one less what a noisy copy tells about the spin", () => {
    // ⟨log Z(c)⟩ − γ⟨cs⟩ with Z(c) = Σ_s e^{γcs} of all fixed points: the entropy of s given c, and the field energy.
    const binary = (m: number) =>
      -((1 + m) / 2) * Math.log((1 + m) / 2) - ((1 - m) / 2) * Math.log((1 - m) / 2);
    const told = meanOver(plain.magnetizations, (m) => binary(m * Math.tanh(bond)) - binary(Math.tanh(bond)));
    expect(replicas.localEntropy).toBeCloseTo(plain.freeEntropy - told, 6);
  });
});

describe.each([
  [2, 0.3],
  [4.5, 0.8],
  [20, 0.05],
])("free spins (J_D so large that every state is a fixed point), y = %f, γ = %f", (y, bond) => {
  const n = 9;
  const measure = { selfCoupling: 60, replicas: y, bond };
  const fields = Float64Array.from({ length: n }, (_, k) => 0.15 * (k - 4));
  const beliefs = beliefsOf(networkAt(n), fields);
  settle(beliefs, measure);
  const replicas = focusedReplicas(beliefs, measure);
  /** Mean over neurons of ⟨f(m_c, log Z_c, c)⟩, weight Z_c^y, Z_c = 2cosh(h + γc), m_c = tanh(h + γc). */
  const average = (f: (m: number, logZ: number, c: number) => number): number =>
    meanOver(fields, (h) => {
      const states = [1, -1].map((c) => ({ c, m: Math.tanh(h + bond * c), z: 2 * Math.cosh(h + bond * c) }));
      const norm = states.reduce((sum, { z }) => sum + z ** y, 0);
      return states.reduce((sum, { c, m, z }) => sum + (z ** y / norm) * f(m, Math.log(z), c), 0);
    });

  test("overlaps and local entropy have their closed forms", () => {
    const centreOverlap = average((m, _, c) => c * m);
    expect(replicas.centreOverlap).toBeCloseTo(centreOverlap, 8);
    expect(replicas.overlap).toBeCloseTo(
      average((m) => m * m),
      8,
    );
    expect(replicas.localEntropy).toBeCloseTo(average((_, logZ) => logZ) - bond * centreOverlap, 8);
  });

  test("the mean of m² is below the overlap of two replicas", () => {
    expect(replicas.squaredMagnetization).toBeLessThan(replicas.overlap);
  });
});

describe.each([
  [40, 8, 0.6],
  [41, 5.5, 0.8],
])("against the Bethe free entropy of y replicas and their centre, N = %i, y = %f, γ = %f", (n, y, bond) => {
  const selfCoupling = 0.5;
  const measure = { selfCoupling, replicas: y, bond };
  const beliefs = beliefsOf(networkAt(n));
  settle(beliefs, measure);
  const messages = readMessages(beliefs, measure);
  const { localEntropy, centreOverlap, overlap } = focusedReplicas(beliefs, measure);

  test("the messages are polarized", () => {
    expect(overlap).toBeGreaterThan(0.5);
    expect(overlap).toBeLessThan(0.95);
  });

  test("its derivatives at fixed messages are localEntropy + γ⟨cs⟩ by y and y⟨cs⟩ by γ, to 1e−6", () => {
    const at = (byY: number, byBond: number) =>
      replicatedBethe(messages, { selfCoupling, replicas: y + byY, bond: bond + byBond });
    const step = 1e-3;
    expect((at(step, 0) - at(-step, 0)) / (2 * step)).toBeCloseTo(localEntropy + bond * centreOverlap, 7);
    expect((at(0, step) - at(0, -step)) / (2 * step)).toBeCloseTo(y * centreOverlap, 5);
  });

  test("so are those at messages that settle anew, up to 1 % since the Gaussian closure makes it stationary to O(1/N)", () => {
    const at = (replicas: number, gamma: number) => {
      const moved = { selfCoupling, replicas, bond: gamma };
      settle(beliefs, moved);
      return replicatedBethe(readMessages(beliefs, moved), moved);
    };
    const [dy, dBond] = [0.05, 0.005];
    const byY = (at(y + dy, bond) - at(y - dy, bond)) / (2 * dy);
    const byBond = (at(y, bond + dBond) - at(y, bond - dBond)) / (2 * dBond);
    expect(byY / (localEntropy + bond * centreOverlap)).toBeCloseTo(1, 2);
    expect(byBond / (y * centreOverlap)).toBeCloseTo(1, 1.5);
  });
});

/** Fixed points by (P1), one after the other, N entries ±1 each. */
function fixedPoints(network: Network, selfCoupling: number): Int8Array {
  const { n } = network;
  const columns = Array.from({ length: n }, (_, j) => couplingColumn(network, j));
  const found: number[] = [];
  for (let word = 0; word < 2 ** n; word++) {
    const s = Array.from({ length: n }, (_, i) => ((word >> i) & 1) * 2 - 1);
    const field = (i: number) => columns.reduce((h, column, j) => (j === i ? h : h + column[i]! * s[j]!), 0);
    if (s.every((si, i) => si * field(i) + selfCoupling > 0)) found.push(...s);
  }
  return Int8Array.from(found);
}

/** Exact values by summation over all centres and all fixed points. */
function exactReplicas(
  network: Network,
  fields: Float64Array,
  { selfCoupling, replicas, bond }: Required<BeliefMeasure>,
) {
  const { n } = network;
  const states = fixedPoints(network, selfCoupling);
  let [norm, entropy, centreOverlap, overlap] = [0, 0, 0, 0];
  for (let word = 0; word < 2 ** n; word++) {
    const centre = Float64Array.from({ length: n }, (_, i) => ((word >> i) & 1) * 2 - 1);
    const m = new Float64Array(n);
    let z = 0;
    for (let at = 0; at < states.length; at += n) {
      let exponent = 0;
      for (let i = 0; i < n; i++) exponent += states[at + i]! * (fields[i]! + bond * centre[i]!);
      const weight = Math.exp(exponent);
      z += weight;
      for (let i = 0; i < n; i++) m[i]! += weight * states[at + i]!;
    }
    const power = z ** replicas;
    norm += power;
    entropy += power * Math.log(z);
    for (let i = 0; i < n; i++) {
      centreOverlap += (power * centre[i]! * m[i]!) / z / n;
      overlap += (power * (m[i]! / z) ** 2) / n;
    }
  }
  const toCentre = centreOverlap / norm;
  return {
    localEntropy: entropy / norm / n - bond * toCentre,
    centreOverlap: toCentre,
    overlap: overlap / norm,
  };
}

describe("against exact sums in fields ±0.5 at N = 12, J_D = 1, γ = 0.5, three replicas, 16 networks", () => {
  // Belief propagation leaves out that replicas of one centre are correlated in a factor: at few replicas its errors
  // do not vanish as N grows, so that no more than their size is tested here.
  const measure = { selfCoupling: 1, replicas: 3, bond: 0.5 };
  const n = 12;
  const errors = Array.from({ length: 16 }, (_, sample) => {
    const network = networkAt(n, sample);
    const fields = fieldsOf(n, 0.5, sample);
    const exact = exactReplicas(network, fields, measure);
    const beliefs = beliefsOf(network, fields);
    settle(beliefs, measure);
    const found = focusedReplicas(beliefs, measure);
    return {
      localEntropy: found.localEntropy - exact.localEntropy,
      centreOverlap: found.centreOverlap - exact.centreOverlap,
      overlap: found.overlap - exact.overlap,
      squaredMagnetization: found.squaredMagnetization - exact.overlap,
    };
  });
  const meanError = (key: keyof (typeof errors)[number]) => mean(errors.map((error) => Math.abs(error[key])));

  test("mean errors: local entropy 0.025, overlap with the centre 0.04, of two replicas 0.07", () => {
    expect(meanError("localEntropy")).toBeLessThan(0.025);
    expect(meanError("centreOverlap")).toBeLessThan(0.04);
    expect(meanError("overlap")).toBeLessThan(0.07);
  });

  test("the mean of m² is not the overlap of two replicas: it misses it by twice as much", () => {
    expect(meanError("squaredMagnetization")).toBeGreaterThan(2 * meanError("overlap"));
  });
});

describe("limits and awkward inputs", () => {
  test("γ = 0: replicas without a centre, each with the Bethe entropy, at any y", () => {
    const network = networkAt(21);
    const fields = fieldsOf(21, 0.3);
    const beliefs = beliefsOf(network, fields);
    const measure = { selfCoupling: 0.4, replicas: 7, bond: 0 };
    settle(beliefs, measure);
    const plain = solveBethe(network, { selfCoupling: 0.4, fields }, { tolerance: 2e-7 });
    const found = focusedReplicas(beliefs, measure);
    expect(found.localEntropy).toBeCloseTo(plain.freeEntropy, 6);
    expect(found.centreOverlap).toBeCloseTo(0, 12);
    expect(found.overlap).toBeCloseTo(found.squaredMagnetization, 12);
  });

  test("γ = ∞: replicas and centre are one, and γ = 30 is hardly different", () => {
    const beliefs = beliefsOf(networkAt(20), fieldsOf(20, 0.3));
    const [infinite, large] = [Infinity, 30].map((bond) => {
      const measure = { selfCoupling: 0.6, replicas: 1.5, bond };
      settle(beliefs, measure);
      return focusedReplicas(beliefs, measure);
    });
    expect(infinite!.centreOverlap).toBe(1);
    expect(infinite!.overlap).toBe(1);
    expect(large!.overlap).toBeCloseTo(1, 12);
    expect(large!.squaredMagnetization).toBeCloseTo(infinite!.squaredMagnetization, 5);
    expect(large!.localEntropy).toBeCloseTo(infinite!.localEntropy, 5);
  });

  test.each([2, 3, 17])("N = %i without damping, with γ up and down: finite numbers in their ranges", (n) => {
    const beliefs = createBeliefs(networkAt(n));
    randomizeMessages(beliefs, stream(seed, "messages", n));
    const points = [0, 0.2, 1, 30, Infinity, 0.1].map((bond) => {
      const measure = { selfCoupling: 0.3, replicas: 6, bond };
      propagate(beliefs, measure, { damping: 0, maxIterations: 50 });
      return focusedReplicas(beliefs, measure);
    });
    for (const point of points) {
      for (const value of Object.values(point)) expect(value).not.toBeNaN();
      expect(point.overlap).toBeGreaterThanOrEqual(0);
      expect(point.overlap).toBeLessThanOrEqual(1);
      expect(Math.abs(point.centreOverlap)).toBeLessThanOrEqual(1);
      expect(Number.isFinite(point.localEntropy)).toBe(true);
    }
  });

  test("y < 1, y > 10⁹, γ < 0 and finite γ > 30 are refused", () => {
    const beliefs = beliefsOf(networkAt(4));
    const refused = [{ replicas: 0.5 }, { replicas: 1e10 }, { bond: -1 }, { bond: 31 }, { bond: NaN }];
    for (const wrong of refused) {
      expect(() => focusedReplicas(beliefs, { selfCoupling: 0.1, ...wrong })).toThrow(OutOfDomain);
    }
  });
});
