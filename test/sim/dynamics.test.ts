/** @file Zero-temperature dynamics against a plain f64 simulation, exact small cases, limits and bad input. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CycleDetector } from "../../sim/instance/cycles.ts";
import { relax, type UpdateOrder } from "../../sim/instance/dynamics.ts";
import { findFixedPoints, stateOf } from "../../sim/instance/enumerate.ts";
import {
  couplingColumn,
  networkOf,
  randomState,
  sampleNetwork,
  type Network,
} from "../../sim/instance/network.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { stream, type Stream } from "../../sim/random.ts";

const orders: readonly UpdateOrder[] = ["async", "random", "sync", "partial", "block"];
const kernels = loadKernels();

/** Couplings as plain rows of numbers. */
const rowsOf = (network: Network): number[][] =>
  Array.from({ length: network.n }, (_, i) =>
    Array.from({ length: network.n }, (_, j) => couplingColumn(network, j)[i]!),
  );

const fieldOf = (row: readonly number[], state: Int8Array, i: number): number =>
  row.reduce((sum, coupling, j) => sum + (j === i ? 0 : coupling * state[j]!), 0);

const isUnstable = (rows: readonly number[][], state: Int8Array, i: number, selfCoupling: number): boolean =>
  state[i]! * fieldOf(rows[i]!, state, i) + selfCoupling < 0;

/** The rule written out: fields summed afresh in f64 before every decision. Stops after a sweep without a flip. */
function plainRun(
  rows: readonly number[][],
  start: Int8Array,
  selfCoupling: number,
  budget: number,
  neuronsOf: ((sweep: number) => Iterable<number>) | "all at once",
): { state: Int8Array; flips: number; sweeps: number } {
  const state = start.slice();
  let [flips, sweeps, last] = [0, 0, 1];
  for (; sweeps < budget && last > 0; sweeps++) {
    last = 0;
    const before = state.slice();
    const neurons = neuronsOf === "all at once" ? before.keys() : neuronsOf(sweeps);
    for (const i of neurons) {
      if (!isUnstable(rows, neuronsOf === "all at once" ? before : state, i, selfCoupling)) continue;
      state[i]! *= -1;
      last++;
    }
    flips += last;
  }
  return { state, flips, sweeps };
}

const allStable = (rows: readonly number[][], state: Int8Array, selfCoupling: number): boolean =>
  rows.every((_, i) => !isUnstable(rows, state, i, selfCoupling));

describe("against the rule written out in f64", () => {
  const cases = [
    [8, 0.1],
    [33, 0.3],
    [60, 0.2],
    [64, 0.5],
  ] as const;

  test.each(cases)("async, N = %d, J_D = %d: same flips, sweeps and state", (n, selfCoupling) => {
    const network = sampleNetwork({ n, kernels }, stream(51, "couplings", n));
    const rows = rowsOf(network);
    for (let sample = 0; sample < 5; sample++) {
      const state = randomState(n, stream(51, "state", n, sample));
      const order = stream(51, "order", n, sample);
      const budget = 60;
      const run = relax(network, { state, selfCoupling, order }, { budget });
      const plain = plainRun(rows, state, selfCoupling, budget, (t) => order.substream(t).permutation(n));
      expect([run.flips, run.sweeps, run.state]).toEqual([plain.flips, plain.sweeps, plain.state]);
      expect(run.converged).toBe(allStable(rows, plain.state, selfCoupling));
    }
  });

  test.each(cases)("random picks, N = %d, J_D = %d: same flips and state", (n, selfCoupling) => {
    const network = sampleNetwork({ n, kernels }, stream(52, "couplings", n));
    const state = randomState(n, stream(52, "state", n));
    const order = stream(52, "order", n);
    const run = relax(network, { state, selfCoupling, order }, { update: "random", budget: 60 });
    const picks = (sweep: number): number[] => {
      const words = order.substream(sweep);
      return Array.from({ length: n }, () => words.below(n));
    };
    const rows = rowsOf(network);
    let [plainState, flips] = [state, 0];
    for (let sweep = 0; sweep < run.sweeps; sweep++) {
      const plain = plainRun(rows, plainState, selfCoupling, 1, () => picks(sweep));
      [plainState, flips] = [plain.state, flips + plain.flips];
    }
    expect([run.flips, run.state]).toEqual([flips, plainState]);
    expect(run.converged).toBe(allStable(rows, plainState, selfCoupling));
  });

  test.each(cases)(
    "sync, N = %d, J_D = %d: same states; a cycle has the period of the plain run",
    (n, selfCoupling) => {
      const network = sampleNetwork({ n, kernels }, stream(53, "couplings", n));
      const rows = rowsOf(network);
      const order = stream(53, "order");
      for (let sample = 0; sample < 5; sample++) {
        const state = randomState(n, stream(53, "state", n, sample));
        // So short that no decision here is as close as the rounding of f32 fields.
        const run = relax(network, { state, selfCoupling, order }, { update: "sync", budget: 200 });
        const plain = plainRun(rows, state, selfCoupling, run.sweeps, "all at once");
        expect([run.flips, run.state]).toEqual([plain.flips, plain.state]);
        if (run.outcome === "fixed-point") expect(allStable(rows, run.state, selfCoupling)).toBe(true);
        if (run.outcome !== "cycle") continue;
        const earlierStates = Array.from({ length: run.period! }, (_, k) =>
          plainRun(rows, run.state, selfCoupling, k + 1, "all at once").state.join(),
        );
        expect(earlierStates.indexOf(run.state.join())).toBe(run.period! - 1);
      }
    },
  );

  test("partial: with probability 1 as sync, with a half the participants come from the words of the sweep", () => {
    const n = 40;
    const selfCoupling = 0.4;
    const network = sampleNetwork({ n, kernels }, stream(54, "couplings"));
    const state = randomState(n, stream(54, "state"));
    const order = stream(54, "order");
    const whole = relax(
      network,
      { state, selfCoupling, order },
      { update: "partial", probability: 1, budget: 4 },
    );
    const sync = relax(network, { state, selfCoupling, order }, { update: "sync", budget: 4 });
    expect([whole.state, whole.flips]).toEqual([sync.state, sync.flips]);
    const once = relax(
      network,
      { state, selfCoupling, order },
      { update: "partial", probability: 0.5, budget: 1 },
    );
    const words = order.substream(0);
    const expected = state.map((s, i) => {
      const takesPart = words.nextUint32() < 2 ** 31;
      return takesPart && isUnstable(rowsOf(network), state, i, selfCoupling) ? -s : s;
    });
    expect(once.state).toEqual(expected);
  });
});

describe("fixed points", () => {
  test("every order ends in one of the enumerated fixed points, N = 12", () => {
    const n = 12;
    const selfCoupling = 0.6;
    let ended = 0;
    for (let sample = 0; sample < 40; sample++) {
      const network = sampleNetwork({ n, kernels }, stream(55, "couplings", sample));
      const words = findFixedPoints(network, selfCoupling).words;
      const known = new Set(Array.from(words, (word) => stateOf(word, n).join()));
      for (const update of orders) {
        const input = {
          state: randomState(n, stream(55, "state", sample)),
          selfCoupling,
          order: stream(55, "order"),
        };
        const { converged, state } = relax(network, input, { update, budget: 200 });
        if (!converged) continue;
        ended++;
        expect(known.has(state.map((s) => s * state[n - 1]!).join())).toBe(true);
      }
    }
    expect(ended).toBeGreaterThan(100);
  });

  test("a run from a fixed point stays there: one sweep, no flip", () => {
    const n = 14;
    const network = sampleNetwork({ n, kernels }, stream(56, "couplings"));
    const { words } = findFixedPoints(network, 0.8);
    expect(words.length).toBeGreaterThan(0);
    for (const update of orders) {
      const state = stateOf(words[0]!, n);
      const run = relax(network, { state, selfCoupling: 0.8, order: stream(56, "order") }, { update });
      expect(run).toEqual({
        outcome: "fixed-point",
        converged: true,
        sweeps: 1,
        flips: 0,
        period: null,
        state,
      });
    }
  });

  test("one network serves several J_D in any order, and the initial state is not changed", () => {
    const n = 50;
    const network = sampleNetwork({ n, kernels }, stream(57, "couplings"));
    const state = randomState(n, stream(57, "state"));
    const copy = state.slice();
    const at = (selfCoupling: number) => relax(network, { state, selfCoupling, order: stream(57, "order") });
    const [low, high] = [at(0.3), at(0.9)];
    expect([at(0.9), at(0.3)]).toEqual([high, low]);
    expect(state).toEqual(copy);
  });

  test("fields that drift are caught: an unstable neuron that only f64 sees is flipped", () => {
    // h₀ = 1 − 1 + 2⁻³⁰, summed in f32 from large to small and in f64, is positive; with the order below f32 loses it.
    const tiny = 2 ** -30;
    const network = networkOf({ n: 4, kernels }, (i, j) => (i === 0 ? [0, tiny, 1, -1][j]! : 1));
    const state = Int8Array.of(-1, 1, 1, 1);
    for (const update of orders) {
      const run = relax(network, { state, selfCoupling: 0, order: stream(58, "order") }, { update });
      expect([update, run.converged, Array.from(run.state)]).toEqual([update, true, [1, 1, 1, 1]]);
    }
  });
});

describe("limits", () => {
  test.each(orders)("%s: a large self-coupling freezes every state", (update) => {
    const n = 101;
    const network = sampleNetwork({ n, kernels }, stream(59, "couplings"));
    const state = randomState(n, stream(59, "state"));
    const run = relax(network, { state, selfCoupling: 50, order: stream(59, "order") }, { update });
    expect(run).toEqual({
      outcome: "fixed-point",
      converged: true,
      sweeps: 1,
      flips: 0,
      period: null,
      state,
    });
  });

  test("N = 2, J_D = 0: couplings of one sign have fixed points, of opposite signs none", () => {
    const input = { state: Int8Array.of(1, -1), selfCoupling: 0, order: stream(60, "order") };
    const ferromagnet = networkOf({ n: 2, kernels }, () => 1);
    const end = relax(ferromagnet, input);
    expect(end.converged).toBe(true);
    expect(end.state[0]).toBe(end.state[1]);
    const frustrated = networkOf({ n: 2, kernels }, (i) => (i === 0 ? 1 : -1));
    expect(relax(frustrated, input, { budget: 100 })).toMatchObject({ outcome: "budget", sweeps: 100 });
    expect(relax(frustrated, input, { update: "sync", budget: 100 })).toMatchObject({
      outcome: "cycle",
      period: 4,
    });
    expect(relax(ferromagnet, input, { update: "sync" })).toMatchObject({ outcome: "cycle", period: 2 });
  });

  test("a tie, s_i h_i + J_D = 0, stays", () => {
    const network = networkOf({ n: 2, kernels }, () => 0.5);
    const input = { state: Int8Array.of(1, -1), selfCoupling: 0.5, order: stream(61, "order") };
    for (const update of orders) expect(relax(network, input, { update }).flips).toBe(0);
  });

  test("symmetric couplings: asynchronous runs always converge, synchronous cycles have period 2", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.nat(10_000), (n, seed) => {
        const words = stream(seed, "symmetric");
        const draws = Array.from({ length: n * n }, () => words.uniform() - 0.5);
        const network = networkOf(
          { n, kernels: loadedOnce },
          (i, j) => draws[Math.min(i, j) * n + Math.max(i, j)]!,
        );
        const input = { state: randomState(n, words), selfCoupling: 0.1, order: stream(seed, "order") };
        const sync = relax(network, input, { update: "sync", budget: 10_000 });
        loadedOnce.release(start);
        return relax(network, input).converged && (sync.converged || sync.period === 2);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
  const loadedOnce = loadKernels();
  const start = loadedOnce.mark();

  test("compiled and scalar kernels: same outcome, state, flips and sweeps in every order", () => {
    const scalar = createScalarKernels();
    for (const n of [2, 3, 17, 40, 101]) {
      for (const update of orders) {
        const [a, b] = [kernels, scalar].map((set) => {
          const network = sampleNetwork({ n, kernels: set }, stream(62, "couplings", n));
          const state = randomState(n, stream(62, "state", n));
          return relax(
            network,
            { state, selfCoupling: 0.3, order: stream(62, "order") },
            { update, budget: 60 },
          );
        });
        expect(a).toEqual(b);
      }
    }
  });

  test("N = 200, 2000 sweeps: half of the samples converge near J_D = 0.37 (60 samples, 4 standard errors)", () => {
    // Stated value of J_a(200) = 0.37 ± 0.02; the convergence curve rises by about 0.1 in 0.01.
    const samples = 60;
    const n = 200;
    const network = sampleNetwork({ n, kernels }, stream(63, "couplings"));
    const fraction = (selfCoupling: number): number => {
      let converged = 0;
      for (let k = 0; k < samples; k++) {
        sampleNetwork({ n, kernels }, stream(63, "couplings", k), { into: network });
        const input = {
          state: randomState(n, stream(63, "state", k)),
          selfCoupling,
          order: stream(63, "order", k),
        };
        if (relax(network, input, { budget: 2000 }).converged) converged++;
      }
      return converged / samples;
    };
    const error = 4 * Math.sqrt(0.25 / samples);
    expect(fraction(0.35)).toBeLessThan(0.5 + error);
    expect(fraction(0.39)).toBeGreaterThan(0.5 - error);
    expect(fraction(0.3)).toBeLessThan(0.5);
    expect(fraction(0.45)).toBeGreaterThan(0.5);
  });
});

describe("cycle detection", () => {
  /** Visits the states numbered by a sequence; returns the period and the visit at which it is known. */
  function detect(sequence: readonly number[]): readonly [number, number] | undefined {
    const detector = new CycleDetector();
    for (const [visit, number] of sequence.entries()) {
      const period = detector.visit(stateOf(number, 20));
      if (period !== undefined) return [period, visit];
    }
    return undefined;
  }

  test.each([1, 2, 3, 7, 50])("period %d after a transient", (period) => {
    const sequence = Array.from({ length: 400 }, (_, t) => (t < 13 ? 1000 + t : (t - 13) % period));
    expect(detect(sequence)).toEqual([period, 13 + 2 * period]);
  });

  test("a state that comes back once by chance, not in a cycle, is no cycle", () => {
    expect(detect([1, 2, 3, 1, 4, 5, 6, 7, 8, 9])).toBeUndefined();
  });
});

describe("bad input gets one line that names it", () => {
  const network = sampleNetwork({ n: 5, kernels }, stream(64, "couplings"));
  const order: Stream = stream(64, "order");
  const state = Int8Array.of(1, 1, 1, -1, -1);

  test.each([-0.1, NaN, Infinity])("selfCoupling = %d", (selfCoupling) => {
    expect(() => relax(network, { state, selfCoupling, order })).toThrow(/^selfCoupling must be in \[0/);
  });

  test.each([0, 1.5, NaN, 2 ** 32])("budget = %d", (budget) => {
    expect(() => relax(network, { state, selfCoupling: 1, order }, { budget })).toThrow(
      /^budget must be an integer/,
    );
  });

  test.each([0, 1.1, NaN])("probability = %d", (probability) => {
    expect(() => relax(network, { state, selfCoupling: 1, order }, { probability })).toThrow(
      /^probability must be/,
    );
  });

  test("state of another length, update of another name", () => {
    expect(() => relax(network, { state: state.slice(1), selfCoupling: 1, order })).toThrow(
      /state must hold n = 5/,
    );
    const update = "later" as UpdateOrder;
    expect(() => relax(network, { state, selfCoupling: 1, order }, { update })).toThrow(
      /update must be async/,
    );
  });
});
