/**
 * @file Dynamics on the GPU against `relax` on WASM and against the rule written out in exact integers: with couplings
 * that are small integers all sums are exact in f32, and states, flips, sweeps and cycles are the same.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeviceRelaxationOptions } from "../../sim/instance/device-dynamics.ts";
import { relaxOnDevice } from "../../sim/instance/device-dynamics.ts";
import type { Relaxation, RelaxationInput } from "../../sim/instance/dynamics.ts";
import { relax } from "../../sim/instance/dynamics.ts";
import type { Network } from "../../sim/instance/network.ts";
import {
  couplingColumn,
  networkOf,
  randomState,
  sampleNetwork,
  unstableNeurons,
  writeState,
} from "../../sim/instance/network.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { openDevice, type ComputeDevice } from "../../sim/kernels/webgpu/device.ts";
import { DeviceMemory } from "../../sim/kernels/webgpu/errors.ts";
import { stream, type Stream } from "../../sim/random.ts";

const kernels = loadKernels();
let device: ComputeDevice;

beforeAll(async () => {
  device = await openDevice({ dawn: process.env["ATLAS_DAWN"] ?? "" });
});

afterAll(() => {
  device.close();
});

/** Couplings −3..3: fields of N = 200 are integers below 600, exact in f32 and in f16 products of it alike. */
function integerNetwork(n: number, seed: number): Network {
  const words = stream(seed, "integer couplings", n);
  return networkOf({ n, kernels }, () => words.below(7) - 3);
}

/** J_D between, at and beyond what ties with the integer fields of N neurons (standard deviation 2 √N). */
function runsOn(n: number, seed: number, count = 9): RelaxationInput[] {
  const width = 2 * Math.sqrt(n);
  const levels = [0, 1e-300, 1, 0.3 * width, Math.round(0.4 * width), 0.5 * width, 0.7 * width, width, 1e308];
  return Array.from({ length: count }, (_, k) => ({
    state: randomState(n, stream(seed, "state", n, k)),
    selfCoupling: levels[k % levels.length]!,
    order: stream(seed, "order", n, k),
  }));
}

type Update = DeviceRelaxationOptions["update"];

/** The neurons that sweep t updates together, group after group. */
function groupsOf(n: number, order: Stream, sweep: number, options: DeviceRelaxationOptions): number[][] {
  const { update, probability = 0.5, blockSize = 64 } = options;
  const all = Array.from({ length: n }, (_, i) => i);
  if (update === "sync") return [all];
  const substream = order.substream(sweep);
  const words = all.map(() => substream.nextUint32());
  if (update === "partial") return [all.filter((i) => words[i]! < probability * 2 ** 32)];
  const sorted = all.toSorted((a, b) => words[a]! - words[b]! || a - b);
  return Array.from({ length: Math.ceil(n / blockSize) }, (_, k) =>
    sorted.slice(k * blockSize, (k + 1) * blockSize),
  );
}

/** The rule written out: no kernels, no f32, states of synchronous runs kept as texts. */
function plainRelax(
  network: Network,
  { state: start, selfCoupling, order }: RelaxationInput,
  options: DeviceRelaxationOptions & { budget: number },
): Relaxation {
  const { n } = network;
  const columns = Array.from({ length: n }, (_, j) => couplingColumn(network, j));
  const state = start.slice();
  const unstable = (i: number): boolean =>
    state[i]! * columns.reduce((sum, column, j) => sum + column[i]! * state[j]!, 0) < -selfCoupling;
  const visits: string[] = [];
  let [flips, due, period] = [0, Infinity, 0];
  const end = (outcome: Relaxation["outcome"], sweeps: number): Relaxation => ({
    outcome,
    converged: outcome === "fixed-point",
    sweeps,
    flips,
    period: outcome === "cycle" ? period : null,
    state,
  });
  for (let sweep = 0; sweep < options.budget; sweep++) {
    const before = flips;
    for (const group of groupsOf(n, order, sweep, options)) {
      const flipping = group.filter(unstable);
      for (const i of flipping) state[i] = -state[i]!;
      flips += flipping.length;
    }
    if (flips === before && !state.some((_, i) => unstable(i))) return end("fixed-point", sweep + 1);
    if (options.update !== "sync") continue;
    // A cycle counts once a state that was there before has come back a second time.
    if (sweep === due) return end("cycle", sweep + 1);
    const text = state.join();
    const earlier = visits.indexOf(text);
    visits.push(text);
    if (earlier >= 0 && due === Infinity) [period, due] = [sweep - earlier, 2 * sweep - earlier];
  }
  return end("budget", options.budget);
}

const updates: readonly (readonly [Update, DeviceRelaxationOptions])[] = [
  ["sync", { update: "sync" }],
  ["partial", { update: "partial" }],
  ["partial", { update: "partial", probability: 0.13 }],
  ["partial", { update: "partial", probability: 1 }],
  ["block", { update: "block" }],
  ["block", { update: "block", blockSize: 1 }],
  ["block", { update: "block", blockSize: 7 }],
  ["block", { update: "block", blockSize: 32_000 }],
];

describe("integer couplings: identical", () => {
  test.each(updates)("%s %j", async (_, options) => {
    const outcomes = new Set<string>();
    // Blocks of one neuron are two dispatches a neuron: fewer of them.
    const sizes = options.blockSize === 1 ? [2, 3, 65] : [2, 3, 64, 129];
    for (const n of sizes) {
      const network = integerNetwork(n, 91);
      const budget = 30;
      const runs = runsOn(n, 92);
      const found = await relaxOnDevice(device, network, runs, { ...options, budget });
      expect(found).toEqual(runs.map((run) => relax(network, run, { ...options, budget })));
      expect(found).toEqual(runs.map((run) => plainRelax(network, run, { ...options, budget })));
      for (const { outcome } of found) outcomes.add(outcome);
    }
    expect(outcomes.has("fixed-point")).toBe(true);
    expect(outcomes.has(options.update === "sync" ? "cycle" : "budget")).toBe(true);
  });

  // As few kernels as there can be: blocks of one neuron and other probabilities differ in nothing that panels touch.
  test.each(updates.filter((_, k) => [0, 1, 6, 7].includes(k)))(
    "%s %j in panels, more runs than one binding holds",
    async (_, options) => {
      // One panel of 64 rows of 192 floats, and as many states.
      const limited = await openDevice({
        dawn: process.env["ATLAS_DAWN"] ?? "",
        bindingBytes: 64 * 193 * 4,
      });
      try {
        const n = 150;
        const network = integerNetwork(n, 93);
        const runs = runsOn(n, 94, 70);
        const settings = {
          ...options,
          ...(options.blockSize === 32_000 ? { blockSize: 100 } : {}),
          budget: 12,
        };
        const found = await relaxOnDevice(limited, network, runs, settings);
        expect(found).toEqual(runs.map((run) => relax(network, run, settings)));
      } finally {
        limited.close();
      }
    },
  );

  test("a long cycle over many rounds: period and sweeps of the detector on the CPU", async () => {
    // A ring with one negative bond, s_i ← s_{i−1}, has the period 2 N in synchronous sweeps.
    const n = 57;
    const network = networkOf({ n, kernels }, (i, j) => ((j + 1) % n === i ? (i === 0 ? -1 : 1) : 0));
    const runs = [
      { state: randomState(n, stream(95, "state")), selfCoupling: 0, order: stream(95, "order") },
    ];
    const [found] = await relaxOnDevice(device, network, runs, { update: "sync", budget: 1000 });
    expect(found).toEqual(relax(network, runs[0]!, { update: "sync", budget: 1000 }));
    expect(found).toMatchObject({ outcome: "cycle", period: 2 * n });
  });

  test("many runs of one order, and rounds of many sweeps", async () => {
    const n = 40;
    const network = integerNetwork(n, 96);
    const order = stream(96, "order");
    const runs = runsOn(n, 97, 20).map((run) => ({ ...run, order }));
    const options = { update: "block", blockSize: 16, budget: 301 } as const;
    const found = await relaxOnDevice(device, network, runs, options);
    expect(found).toEqual(runs.map((run) => relax(network, run, options)));
  });
});

describe("fixed points", () => {
  test.each(["sync", "partial", "block"] as const)(
    "%s: an unstable neuron that only f64 sees is flipped",
    async (update) => {
      // h₀ = 1 − 1 + 2⁻³⁰ is positive, and 0 in f32 sums that take the ones last.
      const network = networkOf({ n: 4, kernels }, (i, j) => (i === 0 ? [0, 2 ** -30, 1, -1][j]! : 1));
      const runs = [{ state: Int8Array.of(-1, 1, 1, 1), selfCoupling: 0, order: stream(98, "order") }];
      const [found] = await relaxOnDevice(device, network, runs, { update });
      expect([found!.converged, [...found!.state]]).toEqual([true, [1, 1, 1, 1]]);
    },
  );

  test.each(["sync", "partial", "block"] as const)(
    "%s, Gaussian couplings: stable in f64, and nearly all runs as on WASM",
    async (update) => {
      const n = 100;
      const network = sampleNetwork({ n, kernels }, stream(99, "couplings"));
      const runs = Array.from({ length: 24 }, (_, k) => ({
        state: randomState(n, stream(99, "state", k)),
        selfCoupling: 0.3 + 0.05 * (k % 8),
        order: stream(99, "order", k),
      }));
      const options = { update, budget: 60, blockSize: 25 };
      const found = await relaxOnDevice(device, network, runs, options);
      const same = runs.filter((run, k) => {
        const { state, flips, sweeps } = relax(network, run, options);
        const own = found[k]!;
        return state.join() === own.state.join() && flips === own.flips && sweeps === own.sweeps;
      });
      // Decisions closer than 1e-6 are one in a million: none is expected among some 10⁵.
      expect(same.length).toBeGreaterThanOrEqual(23);
      expect(found.filter(({ converged }) => converged).length).toBeGreaterThan(5);
      found.forEach(({ converged, state }, k) => {
        writeState(network, state);
        if (converged) expect(unstableNeurons(network, runs[k]!.selfCoupling)).toEqual([]);
      });
    },
  );

  test("initial states are not changed, no runs give no results", async () => {
    const network = integerNetwork(20, 100);
    const runs = runsOn(20, 101, 3);
    const copies = runs.map(({ state }) => state.slice());
    await relaxOnDevice(device, network, runs, { budget: 20 });
    expect(runs.map(({ state }) => state)).toEqual(copies);
    expect(await relaxOnDevice(device, network, [])).toEqual([]);
  });
});

describe("bad input and small devices", () => {
  const good = { state: Int8Array.of(1, 1, -1), selfCoupling: 1, order: stream(102, "order") };
  const network = networkOf({ n: 3, kernels }, () => 1);

  test.each([
    [/^selfCoupling/, [{ ...good, selfCoupling: -1 }], {}],
    [/^state must hold n = 3/, [{ ...good, state: Int8Array.of(1, 1) }], {}],
    [/^state must hold n = 3/, [{ ...good, state: Int8Array.of(1, 0, 1) }], {}],
    [/^budget/, [good], { budget: 0 }],
    [/^blockSize/, [good], { update: "block", blockSize: 0 }],
    [/^probability/, [good], { update: "partial", probability: 0 }],
    [/^update on a GPU must be sync, partial or block, got async/, [good], { update: "async" as Update }],
  ] as const)("%s", async (message, runs, options) => {
    await expect(relaxOnDevice(device, network, runs, options)).rejects.toThrow(message);
  });

  test("couplings that do not fit are reported with what they need", async () => {
    const tiny = await openDevice({ dawn: process.env["ATLAS_DAWN"] ?? "", bindingBytes: 4096 });
    await expect(relaxOnDevice(tiny, network, [good])).rejects.toThrow(DeviceMemory);
    await expect(relaxOnDevice(tiny, network, [good])).rejects.toThrow(/couplings needs 16384 bytes/);
    tiny.close();
  });
});
