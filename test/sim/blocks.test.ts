/** @file Dynamics in blocks against the rule written out in f64, and its two limits: synchronous and asynchronous. */
import { describe, expect, test } from "vitest";
import { orderByWords } from "../../sim/instance/blocks.ts";
import { relax } from "../../sim/instance/dynamics.ts";
import { couplingColumn, randomState, sampleNetwork, type Network } from "../../sim/instance/network.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { stream, type Stream } from "../../sim/random.ts";

const kernels = loadKernels();

const rowsOf = (network: Network): number[][] =>
  Array.from({ length: network.n }, (_, i) =>
    Array.from({ length: network.n }, (_, j) => couplingColumn(network, j)[i]!),
  );

/** Neurons by ascending words, by the words one after the other and a stable sort of pairs. */
function plainOrder(n: number, order: Stream, sweep: number): number[] {
  const words = order.substream(sweep);
  const pairs = Array.from({ length: n }, (_, i) => ({ i, word: words.nextUint32() }));
  return pairs.sort((a, b) => a.word - b.word).map(({ i }) => i);
}

/** Blocks written out, all fields summed afresh in f64 before each; ends after a sweep without a flip. */
function plainRun(
  rows: readonly number[][],
  start: Int8Array,
  {
    selfCoupling,
    order,
    blockSize,
    budget,
  }: { selfCoupling: number; order: Stream; blockSize: number; budget: number },
): { state: Int8Array; flips: number; sweeps: number } {
  const state = start.slice();
  let [flips, sweeps, last] = [0, 0, 1];
  for (; sweeps < budget && last > 0; sweeps++) {
    last = 0;
    const neurons = plainOrder(rows.length, order, sweeps);
    for (let first = 0; first < neurons.length; first += blockSize) {
      const flipping = neurons.slice(first, first + blockSize).filter((i) => {
        const field = rows[i]!.reduce((sum, coupling, j) => sum + (j === i ? 0 : coupling * state[j]!), 0);
        return state[i]! * field + selfCoupling < 0;
      });
      for (const i of flipping) state[i]! *= -1;
      last += flipping.length;
    }
    flips += last;
  }
  return { state, flips, sweeps };
}

describe("orders by words", () => {
  test.each([2, 31, 256, 257, 700])("N = %d: those of a stable sort of the words of the sweep", (n) => {
    const network = sampleNetwork({ n, kernels }, stream(80, "couplings", n));
    const order = stream(80, "order", n);
    for (const sweep of [0, 1, 77]) {
      expect([...orderByWords(network, order.key, sweep)]).toEqual(plainOrder(n, order, sweep));
    }
  });
});

describe("sweeps in blocks", () => {
  test.each([
    [9, 4, 0.2],
    [40, 1, 0.3],
    [40, 7, 0.3],
    [65, 64, 0.4],
    [64, 16, 0.1],
  ])("N = %d in blocks of %d, J_D = %d: flips, sweeps and state of f64", (n, blockSize, selfCoupling) => {
    const network = sampleNetwork({ n, kernels }, stream(81, "couplings", n));
    const rows = rowsOf(network);
    for (let sample = 0; sample < 4; sample++) {
      const state = randomState(n, stream(81, "state", n, sample));
      const order = stream(81, "order", n, sample);
      const run = relax(network, { state, selfCoupling, order }, { update: "block", blockSize, budget: 40 });
      const plain = plainRun(rows, state, { selfCoupling, order, blockSize, budget: 40 });
      expect([run.flips, run.sweeps, run.state]).toEqual([plain.flips, plain.sweeps, plain.state]);
    }
  });

  test.each([33, 34, 32_000])("one block of %d ≥ N = 33 neurons is synchronous", (blockSize) => {
    const n = 33;
    const network = sampleNetwork({ n, kernels }, stream(82, "couplings"));
    const input = {
      state: randomState(n, stream(82, "state")),
      selfCoupling: 0.3,
      order: stream(82, "order"),
    };
    const block = relax(network, input, { update: "block", blockSize, budget: 9 });
    const sync = relax(network, input, { update: "sync", budget: 9 });
    expect([block.state, block.flips]).toEqual([sync.state, sync.flips]);
  });

  test("blocks of one neuron reach fixed points as permutations do (150 samples, 4 standard errors)", () => {
    const [n, samples] = [80, 150];
    const count = (update: "async" | "block"): number => {
      let converged = 0;
      for (let k = 0; k < samples; k++) {
        const network = sampleNetwork({ n, kernels }, stream(83, "couplings", k), { into: shared });
        const state = randomState(n, stream(83, "state", k));
        const order = stream(83, "order", k);
        const run = relax(
          network,
          { state, selfCoupling: 0.27, order },
          { update, blockSize: 1, budget: 100 },
        );
        if (run.converged) converged++;
      }
      return converged;
    };
    const shared = sampleNetwork({ n, kernels }, stream(83, "couplings"));
    const [permuted, blocks] = [count("async"), count("block")];
    expect(Math.min(permuted, samples - permuted)).toBeGreaterThan(15);
    expect(Math.abs(permuted - blocks)).toBeLessThan(4 * Math.sqrt(2 * samples * 0.25));
  });

  test.each([0, 1.5, NaN, 32_001])("blockSize = %d is refused", (blockSize) => {
    const network = sampleNetwork({ n: 5, kernels }, stream(84, "couplings"));
    const input = { state: Int8Array.of(1, 1, 1, -1, -1), selfCoupling: 1, order: stream(84, "order") };
    expect(() => relax(network, input, { update: "block", blockSize })).toThrow(/^blockSize must be/);
  });
});
