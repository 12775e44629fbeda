/**
 * @file Plain belief propagation: Bethe entropy against (P2), marginals and entropy under external fields against
 * enumeration, edge cases and errors. Scalar kernels where sizes allow it, so that the equations are tested apart from
 * the compiled ones.
 */
import { describe, expect, it } from "vitest";
import { annealedEntropy } from "../../theory/entropy.ts";
import { OutOfDomain } from "../../theory/errors.ts";
import { logNormalCdf } from "../../theory/normal.ts";
import {
  createBeliefs,
  magnetizations,
  propagate,
  randomizeMessages,
  setExternalFields,
  solveBethe,
} from "../../sim/instance/belief-propagation.ts";
import { findFixedPoints } from "../../sim/instance/enumerate.ts";
import { couplingColumn, networkOf, sampleNetwork, type Network } from "../../sim/instance/network.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import type { Kernels } from "../../sim/kernels/memory.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { stream } from "../../sim/random.ts";

/** Normal numbers of the given standard deviation. */
function normalFields(n: number, deviation: number, sample: number): Float64Array {
  const words = stream(3, "fields", n, sample);
  return Float64Array.from({ length: n }, () => {
    const radius = Math.sqrt(-2 * Math.log(words.uniform()));
    return deviation * radius * Math.cos(2 * Math.PI * words.uniform());
  });
}

const draw = (kernels: Kernels, n: number, sample: number): Network =>
  sampleNetwork({ n, kernels }, stream(3, "couplings", n, sample));

describe("Bethe entropy without fields", () => {
  it.each([0.2, 0.5, 1])("is (P2) within 5/N on average, N = 400, 20 instances, J_D = %f", (selfCoupling) => {
    const n = 400;
    const kernels = loadKernels();
    const network = draw(kernels, n, 0);
    let sum = 0;
    for (let sample = 0; sample < 20; sample++) {
      sampleNetwork({ n, kernels }, stream(3, "couplings", n, sample), { into: network });
      const result = solveBethe(network, { selfCoupling, start: stream(3, "messages", n, sample) });
      expect(result.converged).toBe(true);
      // The paramagnet: all magnetizations have died out.
      expect(Math.max(...result.magnetizations.map(Math.abs))).toBeLessThan(1e-3);
      sum += result.entropy;
    }
    expect(Math.abs(sum / 20 - annealedEntropy(selfCoupling))).toBeLessThan(5 / n);
  });

  it("is log 2 + mean log Φ(J_D/√Σ_j J_ij²) at zero messages", () => {
    const network = draw(createScalarKernels(), 31, 0);
    const squares = new Float64Array(31);
    for (let j = 0; j < 31; j++) couplingColumn(network, j).forEach((c, i) => (squares[i]! += c * c));
    for (const selfCoupling of [0, 0.3, 2]) {
      const expected = squares.reduce(
        (sum, v) => sum + logNormalCdf(selfCoupling / Math.sqrt(v)) / 31,
        Math.LN2,
      );
      const result = solveBethe(network, { selfCoupling });
      expect(result.entropy).toBeCloseTo(expected, 12);
      expect(result.freeEntropy).toBe(result.entropy);
      expect(result.iterations).toBe(1);
    }
  });
});

/** Exact entropy per neuron and magnetizations of fixed points weighed by e^{Σ fields_j s_j}; null if there are none. */
function exactMeasure(network: Network, selfCoupling: number, fields: Float64Array) {
  const { n } = network;
  const { words } = findFixedPoints(network, selfCoupling);
  const moments = new Float64Array(n);
  let weight = 0;
  let energy = 0;
  for (const word of words) {
    const spin = (j: number) => 2 * ((word >>> j) & 1) - 1;
    let field = 0;
    for (let j = 0; j < n; j++) field += spin(j) * fields[j]!;
    // The state and its negative together.
    const [even, odd] = [2 * Math.cosh(field), 2 * Math.sinh(field)];
    weight += even;
    energy += field * odd;
    for (let j = 0; j < n; j++) moments[j]! += spin(j) * odd;
  }
  if (weight === 0) return null;
  return { entropy: (Math.log(weight) - energy / weight) / n, m: moments.map((value) => value / weight) };
}

/** Errors of belief propagation under normal fields of standard deviation ½: means with standard errors. */
function meanErrors(n: number, selfCoupling: number, samples: number) {
  const exactKernels = loadKernels();
  const kernels = createScalarKernels();
  const entropy: number[] = [];
  const magnetization: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const marks = [exactKernels.mark(), kernels.mark()] as const;
    const fields = normalFields(n, 0.5, sample);
    const exact = exactMeasure(draw(exactKernels, n, sample), selfCoupling, fields);
    const bethe = solveBethe(draw(kernels, n, sample), { selfCoupling, fields });
    exactKernels.release(marks[0]);
    kernels.release(marks[1]);
    if (exact === null || !bethe.converged) continue;
    entropy.push(Math.abs(bethe.entropy - exact.entropy));
    const squares = bethe.magnetizations.reduce((sum, m, j) => sum + (m - exact.m[j]!) ** 2, 0);
    magnetization.push(Math.sqrt(squares / n));
  }
  return { entropy: summary(entropy), magnetization: summary(magnetization) };
}

/** Mean and standard error. */
function summary(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count: values.length,
    mean,
    standardError: Math.sqrt(squares / (values.length - 1) / values.length),
  };
}

describe("belief propagation under random fields of strength ½ against enumeration", () => {
  it("errs little at N = 20, and less than at N = 8 by 4 standard errors (J_D = 1, 80 instances each)", () => {
    const small = meanErrors(8, 1, 80);
    const large = meanErrors(20, 1, 80);
    expect(large.entropy.count).toBe(80);
    expect(large.entropy.mean).toBeLessThan(0.012);
    expect(large.magnetization.mean).toBeLessThan(0.05);
    for (const name of ["entropy", "magnetization"] as const) {
      const fall = small[name].mean - large[name].mean;
      expect(fall).toBeGreaterThan(4 * Math.hypot(small[name].standardError, large[name].standardError));
    }
  });
});

describe("external fields", () => {
  it("alone give tanh: a self-coupling so large that every state is a fixed point", () => {
    const network = draw(createScalarKernels(), 12, 1);
    const fields = normalFields(12, 1, 1);
    const result = solveBethe(network, { selfCoupling: 50, fields });
    result.magnetizations.forEach((m, j) => expect(m).toBeCloseTo(Math.tanh(fields[j]!), 12));
    const logTwoCosh = fields.reduce((sum, h) => sum + Math.log(2 * Math.cosh(h)), 0) / 12;
    expect(result.freeEntropy).toBeCloseTo(logTwoCosh, 12);
  });

  it("of either sign give magnetizations of either sign", () => {
    const network = draw(createScalarKernels(), 25, 2);
    const fields = normalFields(25, 0.5, 2);
    const up = solveBethe(network, { selfCoupling: 0.5, fields });
    const down = solveBethe(network, { selfCoupling: 0.5, fields: fields.map((h) => -h) });
    expect(up.converged && down.converged).toBe(true);
    up.magnetizations.forEach((m, j) => expect(down.magnetizations[j]).toBeCloseTo(-m, 6));
    expect(down.entropy).toBeCloseTo(up.entropy, 8);
  });
});

describe("edge cases", () => {
  it.each([2, 3, 17])("N = %i and J_D = 0 stay finite, damped or not", (n) => {
    const network = draw(createScalarKernels(), n, 0);
    for (const damping of [0, 0.5, 0.99]) {
      const start = stream(1, "messages", n);
      const result = solveBethe(network, { selfCoupling: 0, start }, { damping, maxIterations: 50 });
      expect(Number.isFinite(result.freeEntropy) && Number.isFinite(result.residual)).toBe(true);
      expect(result.magnetizations.every((m) => Math.abs(m) <= 1)).toBe(true);
    }
  });

  it("a network without couplings has all of its states as fixed points", () => {
    const network = networkOf({ n: 5, kernels: createScalarKernels() }, () => 0);
    expect(solveBethe(network, { selfCoupling: 0.1 }).entropy).toBeCloseTo(Math.LN2, 12);
  });

  it("fields that saturate every neuron leave one state, of entropy near 0", () => {
    const network = draw(createScalarKernels(), 20, 3);
    const result = solveBethe(network, { selfCoupling: 10, fields: new Float64Array(20).fill(40) });
    expect(result.magnetizations.every((m) => m === 1)).toBe(true);
    expect(Math.abs(result.entropy)).toBeLessThan(1e-12);
  });

  it("the same seed gives the same bits, and memory is given back", () => {
    const kernels = createScalarKernels();
    const network = draw(kernels, 40, 4);
    const mark = kernels.mark();
    const run = () =>
      solveBethe(network, { selfCoupling: 0.3, start: stream(9, "messages") }, { maxIterations: 5 });
    const first = run();
    expect(run()).toEqual(first);
    expect(kernels.mark()).toBe(mark);
  });

  it("converges to the same place with any damping", () => {
    const network = draw(createScalarKernels(), 30, 5);
    const fields = normalFields(30, 0.5, 5);
    const at = (damping: number) =>
      solveBethe(network, { selfCoupling: 1, fields }, { damping, tolerance: 1e-7, maxIterations: 5000 });
    const [undamped, damped] = [at(0), at(0.8)];
    expect(undamped.converged && damped.converged).toBe(true);
    expect(undamped.iterations).toBeLessThan(damped.iterations);
    undamped.magnetizations.forEach((m, j) => expect(damped.magnetizations[j]).toBeCloseTo(m, 5));
  });
});

describe("errors", () => {
  const network = draw(createScalarKernels(), 6, 0);
  const refuses = (call: () => unknown, message: RegExp) => {
    expect(call).toThrow(OutOfDomain);
    expect(call).toThrow(message);
  };

  it("name the input and what is allowed", () => {
    refuses(() => solveBethe(network, { selfCoupling: -1 }), /selfCoupling/);
    refuses(() => solveBethe(network, { selfCoupling: NaN }), /selfCoupling/);
    refuses(() => solveBethe(network, { selfCoupling: 1, fields: [1, 2] }), /fields must hold n = 6/);
    refuses(() => solveBethe(network, { selfCoupling: 1, fields: new Array<number>(6).fill(NaN) }), /fields/);
    refuses(() => solveBethe(network, { selfCoupling: 1 }, { damping: 1 }), /damping/);
    refuses(() => solveBethe(network, { selfCoupling: 1 }, { maxIterations: 0 }), /maxIterations/);
    refuses(() => solveBethe(network, { selfCoupling: 1 }, { tolerance: 0 }), /tolerance/);
    const beliefs = createBeliefs(network);
    refuses(() => propagate(beliefs, { selfCoupling: 1, replicas: 0.5 }), /replicas/);
    refuses(() => propagate(beliefs, { selfCoupling: 1, bond: -1 }), /bond/);
    refuses(() => randomizeMessages(beliefs, stream(1, "messages"), 0), /amplitude/);
    refuses(() => setExternalFields(beliefs, [Infinity, 0, 0, 0, 0, 0]), /fields must be within/);
    refuses(() => setExternalFields(beliefs, [0, 0, 0, 0, 0, -1e5]), /fields must be within/);
    const strong = networkOf({ n: 5, kernels: createScalarKernels() }, (i, j) => (i < j ? 1e6 : 1e-6));
    refuses(() => createBeliefs(strong), /couplings must be within/);
  });

  it("a run ended from outside keeps its messages", () => {
    const beliefs = createBeliefs(network);
    randomizeMessages(beliefs, stream(1, "messages"));
    const { iterations } = propagate(beliefs, { selfCoupling: 0.5 }, {}, () => true);
    expect(iterations).toBe(1);
    expect(magnetizations(beliefs).some((m) => m !== 0)).toBe(true);
  });
});
