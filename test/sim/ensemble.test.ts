/** @file Ensembles: symmetry and bonds of their couplings, equality with plain networks, reuse, bad input. */
import { describe, expect, test } from "vitest";
import { relax } from "../../sim/instance/dynamics.ts";
import { sampleEnsemble, type Ensemble } from "../../sim/instance/ensemble.ts";
import { findFixedPoints, stateOf } from "../../sim/instance/enumerate.ts";
import {
  couplingColumn,
  randomState,
  sampleNetwork,
  unstableNeurons,
  writeState,
  type Network,
} from "../../sim/instance/network.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { stream } from "../../sim/random.ts";

/** All J_ij, `matrix[j][i]`. */
const matrixOf = (network: Network): Float32Array[] =>
  Array.from({ length: network.n }, (_, j) => couplingColumn(network, j).slice());

const drawn = (ensemble: Ensemble, ...indices: number[]): Network =>
  sampleEnsemble({ ensemble, kernels: loadKernels() }, stream(71, "couplings", ...indices));

describe("symmetric couplings", () => {
  test.each([-1, -0.7, -0.25, 0.3, 0.5, 1])(
    "symmetry %d: variance 1/N and covariance η/N within 4 standard errors of 79,800 pairs",
    (symmetry) => {
      const n = 400;
      const columns = matrixOf(drawn({ n, symmetry }));
      let [squares, products] = [0, 0];
      for (let j = 0; j < n; j++) {
        for (let i = 0; i < j; i++) {
          squares += (n * (columns[j]![i]! ** 2 + columns[i]![j]! ** 2)) / 2;
          products += n * columns[j]![i]! * columns[i]![j]!;
        }
      }
      const pairs = (n * (n - 1)) / 2;
      // Var[(x² + y²)/2] = Var[xy] = 1 + η² for a normal pair of correlation η.
      const error = Math.sqrt((1 + symmetry ** 2) / pairs);
      expect(Math.abs(squares / pairs - 1)).toBeLessThan(4 * error);
      expect(Math.abs(products / pairs - symmetry)).toBeLessThan(4 * error);
    },
  );

  test("are equal at symmetry 1 and opposite at −1, to the bit, with a diagonal of zeros", () => {
    for (const n of [2, 31, 32, 33, 100]) {
      for (const symmetry of [1, -1]) {
        const columns = matrixOf(drawn({ n, symmetry }));
        for (let j = 0; j < n; j++) {
          expect(columns[j]![j]).toBe(0);
          for (let i = 0; i < j; i++) expect(columns[j]![i]).toBe(symmetry * columns[i]![j]!);
        }
      }
    }
  });

  test("are cA + sAᵀ, c and s from the angle ½ asin η, of the couplings A of the same stream", () => {
    const n = 70;
    const independent = matrixOf(drawn({ n }));
    for (const symmetry of [-0.9, 0.4]) {
      const [c, s] = [Math.cos(Math.asin(symmetry) / 2), Math.sin(Math.asin(symmetry) / 2)];
      const columns = matrixOf(drawn({ n, symmetry }));
      for (let j = 0; j < n; j++) {
        for (let i = 0; i < n; i++) {
          if (i !== j)
            expect(columns[j]![i]).toBeCloseTo(c * independent[j]![i]! + s * independent[i]![j]!, 6);
        }
      }
    }
  });
});

describe("without symmetry and layers", () => {
  test("couplings are those of sampleNetwork to the bit, whichever kernels", () => {
    for (const n of [2, 47, 64]) {
      const plain = sampleNetwork({ n, kernels: loadKernels() }, stream(71, "couplings", n));
      expect(matrixOf(drawn({ n, symmetry: 0, layers: 1, ferromagneticCoupling: 0 }, n))).toEqual(
        matrixOf(plain),
      );
      const input = { ensemble: { n }, kernels: createScalarKernels() };
      expect(matrixOf(sampleEnsemble(input, stream(71, "couplings", n)))).toEqual(matrixOf(plain));
    }
  });
});

/** Block (layer of i, layer of j) of a chain. */
const blockOf = (columns: readonly Float32Array[], n: number, to: number, from: number): number[][] =>
  columns.slice(from * n, (from + 1) * n).map((column) => Array.from(column.slice(to * n, (to + 1) * n)));

describe("layers", () => {
  test.each([
    [2, 2],
    [16, 3],
    [33, 2],
    [21, 4],
  ])("n = %d, L = %d: own couplings in each layer, λ between neighbours, zeros elsewhere", (n, layers) => {
    const lambda = 0.3;
    const columns = matrixOf(drawn({ n, layers, ferromagneticCoupling: lambda, symmetry: 0.6 }));
    const first = blockOf(matrixOf(drawn({ n, symmetry: 0.6 })), n, 0, 0);
    for (let to = 0; to < layers; to++) {
      for (let from = 0; from < layers; from++) {
        const block = blockOf(columns, n, to, from);
        if (to === from && to === 0) expect(block).toEqual(first);
        else if (to === from) {
          expect(block).not.toEqual(first);
          expect(block.every((column, j) => column.every((value, i) => (value === 0) === (i === j)))).toBe(
            true,
          );
        } else {
          const bond = Math.abs(to - from) === 1 ? Math.fround(lambda) : 0;
          const expected = block.map((column, j) => column.map((_, i) => (i === j ? bond : 0)));
          expect(block).toEqual(expected);
        }
      }
    }
  });

  test("layers are uncorrelated with each other, within 4 standard errors of 9,900 couplings", () => {
    const n = 100;
    const columns = matrixOf(drawn({ n, layers: 3 }));
    const layer = [0, 1, 2].map((l) => blockOf(columns, n, l, l).flat());
    const pairs = n * (n - 1);
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const covariance = layer[a]!.reduce((sum, value, k) => sum + n * value * layer[b]![k]!, 0) / pairs;
      expect(Math.abs(covariance)).toBeLessThan(4 / Math.sqrt(pairs));
    }
    const variance = layer[2]!.reduce((sum, value) => sum + n * value ** 2, 0) / pairs;
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / pairs));
  });

  test("nothing of what lay in the memory before is left", () => {
    const kernels = loadKernels();
    const ensemble = { n: 18, layers: 3, ferromagneticCoupling: 0.5, symmetry: -0.4 };
    const fresh = matrixOf(sampleEnsemble({ ensemble, kernels }, stream(72, "couplings")));
    const used = sampleNetwork({ n: 54, kernels }, stream(73, "couplings"));
    const mark = kernels.mark();
    const again = sampleEnsemble({ ensemble, kernels }, stream(72, "couplings"), { into: used });
    expect(again).toBe(used);
    expect(kernels.mark()).toBe(mark);
    expect(matrixOf(again)).toEqual(fresh);
  });
});

/** Fixed points by their definition (P1), each of all states looked at: as words, s_N = +1. */
function bruteForce(network: Network, selfCoupling: number): number[] {
  const columns = matrixOf(network);
  const found: number[] = [];
  for (let word = 2 ** (network.n - 1); word < 2 ** network.n; word++) {
    const spins = columns.map((_, i) => (Math.floor(word / 2 ** i) % 2 === 1 ? 1 : -1));
    const stable = spins.every((spin, i) => {
      const field = columns.reduce((sum, column, j) => sum + column[i]! * spins[j]!, 0);
      return spin * field + selfCoupling > 0;
    });
    if (stable) found.push(word);
  }
  return found;
}

describe("fixed points", () => {
  test.each([
    { n: 8, symmetry: 1 },
    { n: 9, symmetry: -0.5 },
    { n: 4, layers: 2, ferromagneticCoupling: 0.5 },
    { n: 3, layers: 3, ferromagneticCoupling: 1.2, symmetry: 0.5 },
    { n: 5, layers: 2 },
  ])("of %o by enumeration are those of all states looked at", (ensemble) => {
    let points = 0;
    for (let sample = 0; sample < 4; sample++) {
      const network = drawn(ensemble, sample);
      for (const selfCoupling of [0, 0.4]) {
        const found = Array.from(findFixedPoints(network, selfCoupling).words).sort((a, b) => a - b);
        expect(found).toEqual(bruteForce(network, selfCoupling));
        points += found.length;
      }
    }
    expect(points).toBeGreaterThan(0);
  });

  test("asynchronous dynamics of symmetric couplings always ends in one, layers and bonds or not", () => {
    for (const [n, layers, ferromagneticCoupling] of [
      [60, 1, 0],
      [30, 3, 0.7],
    ] as const) {
      const ensemble = { n, symmetry: 1, layers, ferromagneticCoupling };
      for (let sample = 0; sample < 20; sample++) {
        const network = drawn(ensemble, sample);
        const state = randomState(network.n, stream(74, "initial state", sample));
        for (const update of ["async", "random"] as const) {
          const order = stream(74, "update order", sample);
          const end = relax(network, { state, selfCoupling: 0, order }, { update, budget: 10_000 });
          expect(end.outcome).toBe("fixed-point");
          writeState(network, end.state);
          expect(unstableNeurons(network, 0)).toEqual([]);
        }
      }
    }
  });

  test("are all aligned copies of those of a layer where λ is large and a layer has J_D = 2", () => {
    const [n, layers] = [5, 2];
    const network = drawn({ n, layers, ferromagneticCoupling: 100 });
    for (const word of findFixedPoints(network, 2).words) {
      const state = stateOf(word, n * layers);
      expect(state.slice(0, n)).toEqual(state.slice(n));
    }
  });
});

describe("bad input", () => {
  const kernels = loadKernels();
  test.each([
    [{ n: 1 }, "n must be an integer from 2 to 32000, got 1"],
    [{ n: 4, symmetry: 1.01 }, "symmetry must be in [-1, 1], got 1.01"],
    [{ n: 4, symmetry: NaN }, "symmetry must be in [-1, 1], got NaN"],
    [{ n: 4, layers: 0 }, "layers must be an integer from 1 to 16000, got 0"],
    [{ n: 4, layers: 2.5 }, "layers must be an integer from 1 to 16000, got 2.5"],
    [{ n: 20_000, layers: 2 }, "n times layers must be an integer from 2 to 32000, got 40000"],
    [
      { n: 4, layers: 2, ferromagneticCoupling: -0.1 },
      "ferromagneticCoupling must be in [0, 1000], got -0.1",
    ],
    [{ n: 4, ferromagneticCoupling: 0.1 }, "ferromagneticCoupling needs 2 layers or more, got 0.1 with 1"],
  ])("%o is refused in one line", (ensemble, message) => {
    expect(() => sampleEnsemble({ ensemble, kernels }, stream(75, "couplings"))).toThrow(message);
  });

  test("so is memory of another size", () => {
    const into = sampleNetwork({ n: 8, kernels }, stream(75, "couplings"));
    const input = { ensemble: { n: 8, layers: 2 }, kernels };
    expect(() => sampleEnsemble(input, stream(75, "couplings"), { into })).toThrow(
      "into must be a network of n = 16 in the same kernels, got n = 8",
    );
  });
});
