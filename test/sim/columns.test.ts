/**
 * @file Message passing with columns (P18'): the sum over a column against all its states, entropies against (P22) and
 * (P26), magnetizations against those of belief propagation and of enumeration, edge cases and errors.
 */
import { describe, expect, it } from "vitest";
import { OutOfDomain } from "../../theory/errors.ts";
import { normalCdf } from "../../theory/normal.ts";
import { solveBethe } from "../../sim/instance/belief-propagation.ts";
import { multiply, multiplyTransposed } from "../../sim/instance/column-products.ts";
import { createColumnState } from "../../sim/instance/column-state.ts";
import { createColumnSums, sumColumn } from "../../sim/instance/column-sums.ts";
import { logColumnWeight, solveColumns } from "../../sim/instance/columns-entropy.ts";
import {
  createColumns,
  propagateColumns,
  randomizeTilts,
  setColumnFields,
} from "../../sim/instance/columns.ts";
import { sampleEnsemble, type Ensemble } from "../../sim/instance/ensemble.ts";
import { findFixedPoints } from "../../sim/instance/enumerate.ts";
import { couplingColumn, networkOf, type Network } from "../../sim/instance/network.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { stream } from "../../sim/random.ts";

const kernels = loadKernels();

/** Does something with sample k of an ensemble and gives its memory back. */
function withNetwork<T>(ensemble: Ensemble, sample: number, use: (network: Network) => T): T {
  const mark = kernels.mark();
  const network = sampleEnsemble({ ensemble, kernels }, stream(3, "couplings", ensemble.n, sample));
  const result = use(network);
  kernels.release(mark);
  return result;
}

/** Normal numbers of the given standard deviation. */
function normals(count: number, deviation: number, sample: number): Float64Array {
  const words = stream(3, "fields", count, sample);
  return Float64Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(words.uniform()));
    return deviation * radius * Math.cos(2 * Math.PI * words.uniform());
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rootMeanSquare = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.sqrt(mean(Array.from(a, (value, k) => (value - b[k]!) ** 2)));

describe("the sum over a column", () => {
  /** Input of a column with nothing symmetric about it. */
  function inputOf(layers: number) {
    const words = stream(8, "column", layers);
    const random = () => Float64Array.from({ length: layers }, () => 2 * words.uniform() - 1);
    return {
      stabilities: random().map((value) => 0.3 + 0.2 * value),
      fields: random().map((value) => 2 * value),
      variances: random().map((value) => 0.7 + 0.6 * value),
      tilts: random().map((value) => 3 * value),
    };
  }
  type Input = ReturnType<typeof inputOf>;

  /** Z and Σ s_l over the 2^L states, in plain products. */
  function bruteForce(input: Input, coupling: number) {
    const layers = input.fields.length;
    let z = 0;
    const spins = new Float64Array(layers);
    for (let word = 0; word < 2 ** layers; word++) {
      const s = Array.from({ length: layers }, (_, l) => 2 * ((word >>> l) & 1) - 1);
      const weight = s.reduce((product, spin, l) => {
        const neighbours = (s[l - 1] ?? 0) + (s[l + 1] ?? 0);
        const stability = input.stabilities[l]! + spin * (input.fields[l]! + coupling * neighbours);
        const chance = normalCdf(stability / Math.sqrt(input.variances[l]!));
        return product * Math.exp(spin * input.tilts[l]!) * chance;
      }, 1);
      z += weight;
      s.forEach((spin, l) => (spins[l]! += spin * weight));
    }
    return { logZ: Math.log(z), m: spins.map((sum) => sum / z) };
  }

  const layerCounts = [1, 2, 3, 4, 6];

  it.each(layerCounts)("and its magnetizations are those of all states to 1e-13, L = %i", (layers) => {
    const input = inputOf(layers);
    const sums = Object.assign(createColumnSums(layers, 0.6), input);
    const exact = bruteForce(input, 0.6);
    expect(Math.abs(sumColumn(sums) - exact.logZ)).toBeLessThan(1e-13);
    sums.totals.forEach((total, l) => expect(Math.abs(Math.tanh(total) - exact.m[l]!)).toBeLessThan(1e-13));
  });

  it.each(layerCounts)("has the derivatives that differences give, L = %i", (layers) => {
    const input = inputOf(layers);
    const sums = Object.assign(createColumnSums(layers, 0.6), input);
    sumColumn(sums);
    const step = 1e-4;
    for (let l = 0; l < layers; l++) {
      const at = (shift: number) =>
        bruteForce({ ...input, fields: input.fields.map((w, k) => (k === l ? w + shift : w)) }, 0.6);
      const [low, centre, high] = [at(-step), at(0), at(step)];
      expect(sums.responses[l]).toBeCloseTo((high.logZ - low.logZ) / (2 * step), 6);
      expect(sums.curvatures[l]).toBeCloseTo((high.logZ - 2 * centre.logZ + low.logZ) / step ** 2, 5);
      expect(sums.mixed[l]).toBeCloseTo((high.m[l]! - low.m[l]!) / (2 * step), 6);
    }
  });

  it("stays finite where a column is frozen, with the total field of its tilts", () => {
    const sums = createColumnSums(3, 0.5);
    sums.stabilities.fill(0.2);
    sums.variances.fill(1e-6);
    sums.fields.set([3, -2, 0.01]);
    sums.tilts.set([400, -1e4, 0]);
    expect(Number.isFinite(sumColumn(sums))).toBe(true);
    for (const values of [sums.totals, sums.responses, sums.curvatures, sums.mixed])
      expect(values.every(Number.isFinite)).toBe(true);
    // The second spin breaks its constraint if up: the fields on it add to its tilt.
    expect(sums.totals[1]).toBeLessThan(-1e4);
  });
});

describe("sums over couplings", () => {
  it.each([
    { n: 7, symmetry: 0.5 },
    { n: 5, layers: 3, ferromagneticCoupling: 0.5 },
  ] as Ensemble[])("are those of plain loops over each layer, %j", (ensemble) => {
    const { n, layers = 1 } = ensemble;
    withNetwork(ensemble, 0, (network) => {
      const columns = createColumnState(network, layers);
      const vectors = [columns.magnetizations, columns.mixed, columns.responses, columns.curvatures];
      vectors.forEach((vector, k) => vector.set(normals(n * layers, 0.3, 10 + k)));
      multiply(columns, columns.products, columns);
      multiplyTransposed(columns, columns);
      for (let i = 0; i < n * layers; i++) {
        const others = Array.from({ length: n }, (_, k) => n * Math.floor(i / n) + k).filter((j) => j !== i);
        const J = (a: number, b: number) => couplingColumn(network, b)[a]!;
        const total = (term: (j: number) => number) => others.reduce((sum, j) => sum + term(j), 0);
        const m = columns.magnetizations;
        expect(columns.means[i]).toBeCloseTo(
          total((j) => J(i, j) * m[j]!),
          12,
        );
        expect(columns.variances[i]).toBeCloseTo(
          total((j) => J(i, j) ** 2 * (1 - m[j]! ** 2)),
          12,
        );
        // The products are f32.
        expect(columns.reactions[i]).toBeCloseTo(
          total((j) => J(i, j) * J(j, i) * columns.mixed[j]!),
          6,
        );
        expect(columns.pulls[i]).toBeCloseTo(
          total((j) => J(j, i) * columns.responses[j]!),
          12,
        );
        expect(columns.stiffness[i]).toBeCloseTo(
          total((j) => J(j, i) ** 2 * columns.curvatures[j]!),
          12,
        );
      }
    });
  });
});

describe("entropy without fields", () => {
  // (P22) and (P26): Bray and Moore's value first, the others from the closed forms with 12 digits.
  const cases: [Ensemble, number, number][] = [
    [{ n: 120, symmetry: 1 }, 0, 0.199228491036],
    [{ n: 120, symmetry: 1 }, 0.5, 0.411675596965],
    [{ n: 120, symmetry: -0.5 }, 0.5, 0.235137136892],
    [{ n: 100, layers: 2, ferromagneticCoupling: 0.5 }, 0, 0.068414255],
    [{ n: 100, layers: 3, ferromagneticCoupling: 0.5 }, 0, 0.077412379],
  ];

  it.each(cases)(
    "is the annealed one within 3/n, 2 instances of %j at J_D = %f",
    (ensemble, selfCoupling, exact) => {
      const { layers = 1 } = ensemble;
      const entropies = [0, 1].map((sample) =>
        withNetwork(ensemble, sample, (network) => {
          const result = solveColumns(network, {
            selfCoupling,
            layers,
            start: stream(3, "messages", sample),
          });
          expect(result.converged).toBe(true);
          // The paramagnet: all magnetizations have died out.
          expect(Math.max(...result.magnetizations.map(Math.abs))).toBeLessThan(1e-3);
          return result.entropy;
        }),
      );
      expect(Math.abs(mean(entropies) - exact)).toBeLessThan(3 / ensemble.n);
    },
  );

  it("is log 2 for any couplings as J_D → ∞, and the columns then answer to their fields alone", () => {
    withNetwork({ n: 30, symmetry: 0.5, layers: 2, ferromagneticCoupling: 0.3 }, 0, (network) => {
      const fields = normals(60, 1, 0);
      const free = solveColumns(network, { selfCoupling: 50, layers: 2 });
      expect(free.entropy).toBeCloseTo(Math.LN2, 12);
      const tilted = solveColumns(network, { selfCoupling: 50, layers: 2, fields });
      tilted.magnetizations.forEach((m, j) => expect(m).toBeCloseTo(Math.tanh(fields[j]!), 10));
      expect(tilted.freeEntropy).toBeCloseTo(mean(Array.from(fields, (h) => Math.log(2 * Math.cosh(h)))), 10);
    });
  });

  it("has magnetizations as its derivative by the external fields", () => {
    withNetwork({ n: 24, symmetry: 0.5, layers: 2, ferromagneticCoupling: 0.4 }, 1, (network) => {
      const fields = normals(48, 0.5, 1);
      const at = (shift: number) => {
        const shifted = fields.map((h, j) => (j === 7 ? h + shift : h));
        const input = { selfCoupling: 0.6, layers: 2, fields: shifted };
        return solveColumns(network, input, { tolerance: 1e-7, damping: 0.3 });
      };
      const difference = (48 * (at(1e-3).freeEntropy - at(-1e-3).freeEntropy)) / 2e-3;
      expect(at(0).magnetizations[7]).toBeCloseTo(difference, 5);
    });
  });
});

describe("one layer of independent couplings", () => {
  /** Distance of the magnetizations from those of belief propagation (root mean square) and of the entropies. */
  function fromBeliefs(n: number, withReaction: boolean) {
    const samples = [0, 1, 2, 3].map((sample) =>
      withNetwork({ n }, sample, (network) => {
        const fields = normals(n, 0.5, sample);
        const bethe = solveBethe(network, { selfCoupling: 0.5, fields });
        const columns = createColumns(network);
        if (!withReaction) columns.state.products.fill(0);
        setColumnFields(columns, fields);
        expect(propagateColumns(columns, { selfCoupling: 0.5 }).converged && bethe.converged).toBe(true);
        const weight = logColumnWeight(columns.state, 0.5) / n;
        return [
          rootMeanSquare(columns.state.magnetizations, bethe.magnetizations),
          Math.abs(weight - bethe.freeEntropy),
        ] as const;
      }),
    );
    return { magnetization: mean(samples.map(([m]) => m)), entropy: mean(samples.map(([, s]) => s)) };
  }

  it("agrees with belief propagation: magnetizations as 1/√N (0.23 of it), entropies as 1/N", () => {
    for (const n of [50, 200]) {
      const { magnetization, entropy } = fromBeliefs(n, true);
      expect(magnetization * Math.sqrt(n)).toBeGreaterThan(0.15);
      expect(magnetization * Math.sqrt(n)).toBeLessThan(0.32);
      expect(entropy * n).toBeLessThan(0.5);
    }
  });

  it("agrees with it as 1/N where the chance correlation of J_ij and J_ji is left out, as belief propagation does", () => {
    for (const n of [50, 200]) {
      const { magnetization, entropy } = fromBeliefs(n, false);
      expect(magnetization * n).toBeLessThan(0.8);
      expect(entropy * n).toBeLessThan(0.1);
    }
  });
});

/** Exact magnetizations of the fixed points weighed by e^{Σ fields_j s_j}; null if there are none. */
function exactMagnetizations(network: Network, selfCoupling: number, fields: Float64Array) {
  const moments = new Float64Array(network.n);
  let weight = 0;
  for (const word of findFixedPoints(network, selfCoupling).words) {
    const spin = (j: number) => 2 * ((word >>> j) & 1) - 1;
    const field = fields.reduce((sum, h, j) => sum + h * spin(j), 0);
    // The state and its negative together.
    weight += 2 * Math.cosh(field);
    for (let j = 0; j < network.n; j++) moments[j]! += spin(j) * 2 * Math.sinh(field);
  }
  return weight === 0 ? null : moments.map((value) => value / weight);
}

/** Mean error of magnetizations by columns and by belief propagation, over samples that both solve. */
function errors(ensemble: Ensemble, samples: number) {
  const columns: number[] = [];
  const beliefs: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    withNetwork(ensemble, sample, (network) => {
      const fields = normals(network.n, 0.5, sample);
      const exact = exactMagnetizations(network, 0.5, fields);
      const { layers = 1 } = ensemble;
      const ours = solveColumns(network, { selfCoupling: 0.5, layers, fields });
      const bethe = solveBethe(network, { selfCoupling: 0.5, fields });
      if (exact === null || !ours.converged || !bethe.converged) return;
      columns.push(rootMeanSquare(ours.magnetizations, exact));
      beliefs.push(rootMeanSquare(bethe.magnetizations, exact));
    });
  }
  expect(columns.length).toBeGreaterThan(0.9 * samples);
  return { columns: mean(columns), beliefs: mean(beliefs) };
}

describe("magnetizations in fields against enumeration, 40 samples", () => {
  it("at symmetry ½ the error falls with N", () => {
    const [small, large] = [8, 16].map((n) => errors({ n, symmetry: 0.5 }, 40).columns);
    expect(large).toBeLessThan(0.75 * small!);
    expect(large).toBeLessThan(0.14);
  });

  it.each([
    [{ n: 16, symmetry: 0.5 }, 0.85],
    [{ n: 16, symmetry: 1 }, 0.6],
    [{ n: 8, layers: 2, ferromagneticCoupling: 0.5 }, 0.95],
    [{ n: 5, layers: 3, ferromagneticCoupling: 0.5 }, 0.95],
  ] as [Ensemble, number][])("%j: at most %f of the error of plain belief propagation", (ensemble, share) => {
    const { columns, beliefs } = errors(ensemble, 40);
    expect(columns).toBeLessThan(share * beliefs);
  });
});

describe("runs", () => {
  const ensemble = { n: 20, symmetry: 0.5, layers: 2, ferromagneticCoupling: 0.25 };

  it("the same start gives the same numbers with both sets of kernels, another start others", () => {
    const run = (seed: number) => (network: Network) =>
      solveColumns(
        network,
        { selfCoupling: 0.4, layers: 2, start: stream(seed, "start") },
        { maxIterations: 5 },
      );
    const scalar = sampleEnsemble(
      { ensemble, kernels: createScalarKernels() },
      stream(3, "couplings", 20, 0),
    );
    const first = withNetwork(ensemble, 0, run(1));
    expect(run(1)(scalar)).toEqual(first);
    expect(withNetwork(ensemble, 0, run(2)).magnetizations).not.toEqual(first.magnetizations);
  });

  it("damping changes the way, not the end", () => {
    const solve = (damping: number) =>
      withNetwork(ensemble, 0, (network) =>
        solveColumns(
          network,
          { selfCoupling: 0.6, layers: 2, fields: normals(40, 0.5, 0) },
          { damping, tolerance: 1e-7 },
        ),
      );
    const [plain, damped] = [solve(0.2), solve(0.8)];
    expect(plain.converged && damped.converged).toBe(true);
    expect(plain.iterations).toBeLessThan(damped.iterations);
    expect(rootMeanSquare(plain.magnetizations, damped.magnetizations)).toBeLessThan(1e-5);
  });

  it("refuses what it cannot take, with one line that names it", () => {
    const network = networkOf({ n: 6, kernels: createScalarKernels() }, () => 0.1);
    const columns = createColumns(network);
    const chain = (bond: (i: number) => number, reach = 2) =>
      networkOf({ n: 6, kernels: createScalarKernels() }, (i, j) =>
        Math.abs(i - j) === 2 || Math.abs(i - j) === reach ? bond(Math.min(i, j)) : 0,
      );
    expect(
      createColumns(
        chain(() => 0.5),
        { layers: 3 },
      ).layers,
    ).toBe(3);
    const refusals: [() => unknown, RegExp][] = [
      [() => createColumns(network, { layers: 4 }), /layers must part the 6 neurons/],
      [() => createColumns(network, { layers: 6 }), /layers must part/],
      // Dense couplings are no chain, nor are bonds that differ, or skip a layer.
      [() => createColumns(network, { layers: 2 }), /couplings between layers/],
      [
        () =>
          solveColumns(
            chain((i) => (i % 2 === 0 ? 0.5 : 0.25)),
            { selfCoupling: 1, layers: 3 },
          ),
        /one λ/,
      ],
      [
        () =>
          createColumns(
            chain(() => 0.5, 4),
            { layers: 3 },
          ),
        /one λ/,
      ],
      [() => createColumns(network, { layers: 1.5 }), /layers must be an integer/],
      [() => createColumns(networkOf({ n: 3, kernels: createScalarKernels() }, () => 101)), /couplings/],
      [() => setColumnFields(columns, [1, 2]), /fields must hold 6 numbers/],
      [() => setColumnFields(columns, new Float64Array(6).fill(NaN)), /fields must be within/],
      [() => randomizeTilts(columns, stream(1, "start"), 0), /amplitude/],
      [() => propagateColumns(columns, { selfCoupling: -1 }), /selfCoupling/],
      [() => propagateColumns(columns, { selfCoupling: 0.1, replicas: 0.5 }), /replicas/],
      [() => propagateColumns(columns, { selfCoupling: 0.1 }, { damping: 1 }), /damping/],
      [() => solveColumns(network, { selfCoupling: 0.1, layers: 0 }), /layers/],
    ];
    for (const [call, message] of refusals) {
      expect(call).toThrow(OutOfDomain);
      expect(call).toThrow(message);
    }
  });
});
