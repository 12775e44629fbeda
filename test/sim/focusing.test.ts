/** @file Focusing belief propagation: protocols, runs and what they report, exact checks of solutions, edge cases, errors. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutOfDomain } from "../../theory/errors.ts";
import { createBeliefs, propagate, randomizeMessages } from "../../sim/instance/belief-propagation.ts";
import { focus, focusedReplicas } from "../../sim/instance/focusing.ts";
import { couplingColumn, networkOf, sampleNetwork, type Network } from "../../sim/instance/network.ts";
import {
  protocolNames,
  protocolOf,
  pseudoReinforcement,
  reinforcement,
  scoping,
  type Protocol,
} from "../../sim/instance/protocols.ts";
import { throughBond } from "../../sim/kernels/belief.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { stream } from "../../sim/random.ts";

const draw = (n: number, sample = 0): Network =>
  sampleNetwork({ n, kernels: createScalarKernels() }, stream(5, "couplings", n, sample));

/** Number of i with s_i Σ_j J_ij s_j + J_D ≤ 0, summed in plain numbers. */
function violationsOf(network: Network, state: Int8Array, selfCoupling: number): number {
  const fields = new Float64Array(network.n);
  for (let j = 0; j < network.n; j++) {
    couplingColumn(network, j).forEach((coupling, i) => (fields[i]! += coupling * state[j]!));
  }
  return fields.filter((field, i) => state[i]! * field + selfCoupling <= 0).length;
}

describe("protocols", () => {
  it("scoping raises the bond at fixed y", () => {
    expect(scoping({ replicas: 7, lastBond: 1, steps: 3 })).toEqual([
      { replicas: 7, bond: 0 },
      { replicas: 7, bond: 0.5 },
      { replicas: 7, bond: 1 },
    ]);
  });

  it("pseudo-reinforcement keeps tanh γ = ρ^x and (y − 1)(1 − ρ) = ρ^{1−2x}", () => {
    for (const exponent of [0.1, 0.3, 0.5]) {
      pseudoReinforcement({ exponent, steps: 10 }).forEach(({ replicas, bond }, k) => {
        const rho = k / 10;
        expect(Math.tanh(bond)).toBeCloseTo(rho ** exponent, 12);
        expect((replicas - 1) * (1 - rho)).toBeCloseTo(rho ** (1 - 2 * exponent), 12);
      });
    }
  });

  it("pseudo-reinforcement tends to standard reinforcement as its exponent falls", () => {
    const limit = reinforcement({ steps: 8 });
    pseudoReinforcement({ exponent: 1e-9, steps: 8 }).forEach(({ replicas, bond }, k) => {
      expect(replicas).toBeCloseTo(limit[k]!.replicas, 6);
      if (k > 0) expect(bond).toBeGreaterThan(9);
    });
    expect(limit.every(({ bond }) => bond === Infinity)).toBe(true);
  });

  it("are refused with one line when an option is out of range", () => {
    expect(() => scoping({ replicas: 0 })).toThrow(/replicas/);
    expect(() => scoping({ lastBond: Infinity })).toThrow(/lastBond/);
    expect(() => scoping({ steps: 1 })).toThrow(/steps/);
    expect(() => pseudoReinforcement({ exponent: 0.7 })).toThrow(/exponent/);
    expect(() => pseudoReinforcement({ exponent: 0 })).toThrow(/exponent/);
    expect(() => reinforcement({ steps: 0.5 })).toThrow(/steps/);
    expect(() => protocolOf("none" as "scoping")).toThrow(/protocol must be scoping/);
  });
});

describe("a spin seen through a bond", () => {
  const finite = fc.double({ min: -40, max: 40, noNaN: true });

  it("has the field atanh(tanh h tanh γ), between −γ and γ and between −h and h", () => {
    fc.assert(
      fc.property(finite, fc.double({ min: 0, max: 40, noNaN: true }), (field, bond) => {
        const through = throughBond(field, bond);
        const direct = Math.atanh(Math.tanh(field) * Math.tanh(bond));
        const saturated = Math.min(Math.abs(field), bond) > 10;
        if (!saturated) expect(Math.abs(through - direct)).toBeLessThan(1e-6 * (1 + Math.abs(direct)));
        expect(Math.abs(through)).toBeLessThanOrEqual(Math.min(Math.abs(field), bond) + 1e-12);
        expect(throughBond(-field, bond)).toBeCloseTo(-through, 12);
      }),
    );
  });

  it("passes an infinite bond unchanged and none through a bond of zero", () => {
    expect(throughBond(1.7, Infinity)).toBe(1.7);
    expect(throughBond(1.7, 0)).toBe(0);
  });
});

describe("a run", () => {
  it.each(protocolNames)("of %s solves at J_D = 0.5 and reports an exact fixed point", (name) => {
    for (let sample = 0; sample < 4; sample++) {
      const network = draw(75, sample);
      const protocol = protocolOf(name);
      const start = stream(5, "messages", 75, sample);
      const run = focus(network, { selfCoupling: 0.5, protocol, start });
      expect(run.solved).toBe(true);
      expect(violationsOf(network, run.state, 0.5)).toBe(0);
      expect(run.violations).toHaveLength(run.iterations);
      expect(run.violations.at(-1)).toBe(0);
      expect(run.violations.slice(0, -1).every((count) => count > 0)).toBe(true);
      expect(run.point).toEqual(protocol[run.step]);
      expect(run.replicas.distance).toBeCloseTo((1 - run.replicas.centreOverlap) / 2, 15);
      expect(run.replicas.squaredMagnetization).toBeLessThanOrEqual(run.replicas.overlap + 1e-12);
    }
  });

  it("counts violations as an independent sum does, also when it fails", () => {
    const network = draw(60, 1);
    const protocol = scoping({ steps: 3, lastBond: 0.2 });
    const run = focus(network, { selfCoupling: 0.02, protocol, start: stream(5, "messages", 60) });
    expect(run.solved).toBe(false);
    expect(run.step).toBe(2);
    expect(violationsOf(network, run.state, 0.02)).toBe(run.violations.at(-1));
  });

  it("repeats bit for bit with its seed and gives its memory back", () => {
    const network = draw(40);
    const mark = network.kernels.mark();
    const run = () =>
      focus(network, { selfCoupling: 0.2, protocol: protocolOf("scoping"), start: stream(7, "messages") });
    const first = run();
    expect(run()).toEqual(first);
    expect(network.kernels.mark()).toBe(mark);
    const other = focus(network, {
      selfCoupling: 0.2,
      protocol: protocolOf("scoping"),
      start: stream(8, "messages"),
    });
    expect(other.violations).not.toEqual(first.violations);
  });

  it("stays at the paramagnet with one replica, and with no bond", () => {
    const network = draw(41);
    for (const point of [
      { replicas: 1, bond: 0.7 },
      { replicas: 12.5, bond: 0 },
    ]) {
      const beliefs = createBeliefs(network);
      randomizeMessages(beliefs, stream(5, "messages", 41));
      const measure = { selfCoupling: 0.2, ...point };
      expect(propagate(beliefs, measure).converged).toBe(true);
      expect(focusedReplicas(beliefs, measure).squaredMagnetization).toBeLessThan(1e-6);
    }
  });
});

describe("edge cases", () => {
  const free: Protocol = [
    { replicas: 1, bond: 0 },
    { replicas: 3.5, bond: 0.4 },
    { replicas: 50, bond: 3 },
    { replicas: 1000, bond: Infinity },
  ];

  it.each([2, 3, 16, 33])("N = %i: any J_D and damping give finite reports", (n) => {
    const network = draw(n);
    for (const selfCoupling of [0, 0.3, 5]) {
      for (const damping of [0, 0.5, 0.95]) {
        const start = stream(5, "messages", n);
        const run = focus(network, { selfCoupling, protocol: free, start }, { damping });
        if (run.solved) expect(violationsOf(network, run.state, selfCoupling)).toBe(0);
        for (const value of Object.values(run.replicas)) expect(Number.isFinite(value)).toBe(true);
        expect(run.replicas.overlap).toBeGreaterThanOrEqual(0);
        expect(run.replicas.overlap).toBeLessThanOrEqual(1);
        expect(Math.abs(run.replicas.centreOverlap)).toBeLessThanOrEqual(1);
      }
    }
  });

  it("a tie s_i h_i + J_D = 0 is no fixed point (P1)", () => {
    const network = networkOf({ n: 6, kernels: createScalarKernels() }, () => 0);
    const start = stream(5, "messages", 6);
    const run = focus(network, { selfCoupling: 0, protocol: scoping({ steps: 2 }), start });
    expect(run.solved).toBe(false);
    expect(run.violations.at(-1)).toBe(6);
  });

  it("a large self-coupling is solved at once", () => {
    const start = stream(5, "messages", 20);
    const run = focus(draw(20), { selfCoupling: 10, protocol: protocolOf("scoping"), start });
    expect(run).toMatchObject({ solved: true, iterations: 1, step: 0 });
  });
});

describe("errors", () => {
  const network = draw(5);
  const start = stream(5, "messages", 5);

  it("name the input", () => {
    const protocol = protocolOf("scoping");
    expect(() => focus(network, { selfCoupling: -0.1, protocol, start })).toThrow(OutOfDomain);
    expect(() => focus(network, { selfCoupling: 0.1, protocol: [], start })).toThrow(/protocol must hold/);
    const wrong = [{ replicas: 0.2, bond: 1 }];
    expect(() => focus(network, { selfCoupling: 0.1, protocol: wrong, start })).toThrow(/replicas/);
    const unbound = [{ replicas: 2, bond: NaN }];
    expect(() => focus(network, { selfCoupling: 0.1, protocol: unbound, start })).toThrow(/bond/);
    expect(() => focus(network, { selfCoupling: 0.1, protocol, start }, { damping: -1 })).toThrow(/damping/);
    expect(() => focus(network, { selfCoupling: NaN, protocol, start })).toThrow(/selfCoupling/);
  });
});
