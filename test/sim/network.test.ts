/** @file Random networks: fields against plain sums, statistics of couplings and states, reuse, sharing, bad input. */
import { describe, expect, test } from "vitest";
import {
  attachNetwork,
  couplingColumn,
  localFields,
  networkOf,
  randomState,
  sampleNetwork,
  unstableNeurons,
  writeState,
} from "../../sim/instance/network.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { stream } from "../../sim/random.ts";

describe("couplings", () => {
  test("variance 1/N, mean 0, J_ij and J_ji uncorrelated, within 4 standard errors of 160,000", () => {
    const n = 400;
    const network = sampleNetwork({ n, kernels: loadKernels() }, stream(41, "couplings"));
    const columns = Array.from({ length: n }, (_, j) => couplingColumn(network, j));
    let [sum, squares, reciprocal] = [0, 0, 0];
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) {
        sum += columns[j]![i]!;
        squares += columns[j]![i]! ** 2;
        if (i < j) reciprocal += columns[j]![i]! * columns[i]![j]!;
      }
    }
    const pairs = n * (n - 1);
    expect(Math.abs(sum)).toBeLessThan(4 * Math.sqrt(pairs / n));
    expect(Math.abs(squares - pairs / n)).toBeLessThan((4 * Math.sqrt(2 * pairs)) / n);
    expect(Math.abs(reciprocal)).toBeLessThan((4 * Math.sqrt(pairs / 2)) / n);
  });

  test("depend on the key of the stream alone: not on earlier draws, on the kernels, or on memory used before", () => {
    const n = 33;
    const kernels = loadKernels();
    const drawn = stream(42, "couplings", 1);
    drawn.nextUint32();
    const first = sampleNetwork({ n, kernels }, drawn);
    const columns = Array.from({ length: n }, (_, j) => couplingColumn(first, j).slice());
    const used = sampleNetwork({ n, kernels }, stream(42, "couplings", 2));
    expect(couplingColumn(used, 0)).not.toEqual(columns[0]);
    const again = sampleNetwork({ n, kernels }, stream(42, "couplings", 1), { into: used });
    expect(again).toBe(used);
    const scalar = sampleNetwork({ n, kernels: createScalarKernels() }, stream(42, "couplings", 1));
    for (let j = 0; j < n; j++) {
      expect(couplingColumn(again, j)).toEqual(columns[j]);
      expect(couplingColumn(scalar, j)).toEqual(columns[j]);
    }
  });

  test("given couplings are kept, with the diagonal as zero", () => {
    const network = networkOf({ n: 3, kernels: loadKernels() }, (i, j) => i + j / 4);
    expect(Array.from(couplingColumn(network, 1))).toEqual([0.25, 0, 2.25]);
  });
});

describe("fields", () => {
  test.each([2, 5, 16, 37, 130])("N = %d: h_i = Σ_{j≠i} J_ij s_j, error below 1e−13", (n) => {
    const network = sampleNetwork({ n, kernels: loadKernels() }, stream(43, "couplings", n));
    const state = randomState(n, stream(43, "state", n));
    const columns = Array.from({ length: n }, (_, j) => couplingColumn(network, j));
    const fields = localFields(network, state);
    fields.forEach((field, i) => {
      const expected = columns.reduce((sum, column, j) => sum + (i === j ? 0 : column[i]! * state[j]!), 0);
      expect(Math.abs(field - expected)).toBeLessThan(1e-13);
    });
  });

  test("the unstable neurons are those with s_i h_i + J_D < 0", () => {
    const network = networkOf(
      { n: 3, kernels: loadKernels() },
      (i, j) => [0, 1, -2][j]! * (i === 1 ? 1 : 0.5),
    );
    // s = (+, +, +): h = (½ − 1, −2, ½) → s h = (−½, −2, ½)
    writeState(network, Int8Array.of(1, 1, 1));
    expect(unstableNeurons(network, 0)).toEqual([0, 1]);
    expect(unstableNeurons(network, 0.5)).toEqual([1]);
    expect(unstableNeurons(network, 2)).toEqual([]);
  });

  test("a worker on shared memory sees the couplings and has a state of its own", () => {
    const n = 20;
    const owner = loadKernels({ shared: true });
    const network = sampleNetwork({ n, kernels: owner }, stream(44, "couplings"));
    const worker = loadKernels({ shared: true, memory: owner.memory, arenaStart: 2 ** 20 });
    const attached = attachNetwork({ n, kernels: worker }, network.frame.couplings);
    const [a, b] = [randomState(n, stream(44, "a")), randomState(n, stream(44, "b"))];
    writeState(network, a);
    const fieldsOfB = localFields(attached, b);
    expect(owner.int8(network.frame.state, n)).toEqual(a);
    expect(localFields(network, b)).toEqual(fieldsOfB);
  });
});

describe("random states", () => {
  test("entries ±1, each half of the time and uncorrelated with the next, 4 standard errors of 20,000", () => {
    const n = 20_000;
    const state = randomState(n, stream(45, "state"));
    expect(state.every((s) => s === 1 || s === -1)).toBe(true);
    const magnetization = state.reduce((sum, s) => sum + s, 0);
    const neighbours = state.subarray(1).reduce((sum, s, i) => sum + s * state[i]!, 0);
    expect(Math.abs(magnetization)).toBeLessThan(4 * Math.sqrt(n));
    expect(Math.abs(neighbours)).toBeLessThan(4 * Math.sqrt(n));
  });

  test("a shorter state is the beginning of a longer one", () => {
    const long = randomState(100, stream(46, "state"));
    expect(randomState(70, stream(46, "state"))).toEqual(long.slice(0, 70));
  });
});

describe("bad input gets one line that names it", () => {
  const kernels = loadKernels();
  const couplings = stream(47, "couplings");

  test.each([1, 0, -3, 2.5, NaN, 40_000])("n = %d", (n) => {
    expect(() => sampleNetwork({ n, kernels }, couplings)).toThrow(/^n must be an integer from 2 to 32000/);
  });

  test("a network of another size or other kernels as `into`", () => {
    const into = sampleNetwork({ n: 4, kernels }, couplings);
    expect(() => sampleNetwork({ n: 5, kernels }, couplings, { into })).toThrow(
      /into must be a network of n = 5/,
    );
    expect(() => sampleNetwork({ n: 4, kernels: loadKernels() }, couplings, { into })).toThrow(
      /into must be/,
    );
  });

  test("a state that is too short, or holds a zero", () => {
    const network = sampleNetwork({ n: 3, kernels }, couplings);
    expect(() => localFields(network, Int8Array.of(1, 1))).toThrow(/state must hold n = 3 entries/);
    expect(() => localFields(network, Int8Array.of(1, 0, 1))).toThrow(/each 1 or -1/);
  });

  test("a coupling that is not finite, a column that is not there", () => {
    expect(() => networkOf({ n: 2, kernels }, () => NaN)).toThrow(/couplings must be finite/);
    expect(() => couplingColumn(sampleNetwork({ n: 3, kernels }, couplings), 3)).toThrow(/j must be/);
  });
});
