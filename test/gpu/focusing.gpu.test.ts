/** @file Runs of focusing and plain belief propagation on the GPU against those on WASM, and the scans that are made of them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OutOfDomain } from "../../theory/errors.ts";
import { focusingExperiment, runTask } from "../../sim/experiments/focusing-scan.ts";
import { closeTaskDevice } from "../../sim/experiments/task-device.ts";
import { solveBethe } from "../../sim/instance/belief-propagation.ts";
import { focusOnDevice, solveBetheOnDevice } from "../../sim/instance/device-focusing.ts";
import { focus } from "../../sim/instance/focusing.ts";
import { couplingColumn, networkOf, sampleNetwork, type Network } from "../../sim/instance/network.ts";
import { reinforcement, scoping, pseudoReinforcement, type Protocol } from "../../sim/instance/protocols.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { openDevice, type ComputeDevice } from "../../sim/kernels/webgpu/device.ts";
import { DeviceMemory } from "../../sim/kernels/webgpu/errors.ts";
import { stream } from "../../sim/random.ts";

let device: ComputeDevice;

beforeAll(async () => {
  device = await openDevice();
});

afterAll(async () => {
  device.close();
  await closeTaskDevice();
});

const draw = (n: number, sample = 0): Network =>
  sampleNetwork({ n, kernels: loadKernels() }, stream(5, "couplings", n, sample));
const start = () => stream(5, "messages");

/** Number of i with s_i Σ_j J_ij s_j + J_D ≤ 0, summed in plain numbers. */
function violationsOf(network: Network, state: Int8Array, selfCoupling: number): number {
  const fields = new Float64Array(network.n);
  for (let j = 0; j < network.n; j++) {
    couplingColumn(network, j).forEach((coupling, i) => (fields[i]! += coupling * state[j]!));
  }
  return fields.filter((field, i) => state[i]! * field + selfCoupling <= 0).length;
}

describe("focusOnDevice", () => {
  it("goes as focus does while both are one run: 12 iterations, overlaps and entropy to 1e−4", async () => {
    const network = draw(40);
    const selfCouplings = [0, 0.15, 0.4];
    // Steps of three iterations, too few to settle or to solve.
    const protocol: Protocol = [0, 0.2, 0.4, 0.5].map((bond) => ({ replicas: 5, bond }));
    const options = { maxIterations: 3 };
    const runs = await focusOnDevice(device, network, { selfCouplings, protocol, start }, options);
    selfCouplings.forEach((selfCoupling, k) => {
      const twin = focus(network, { selfCoupling, protocol, start: start() }, options);
      const run = runs[k]!;
      expect(run.iterations).toBe(twin.iterations);
      expect([run.step, run.point, run.solved]).toEqual([twin.step, twin.point, twin.solved]);
      const names = [
        "overlap",
        "squaredMagnetization",
        "magnetization",
        "centreOverlap",
        "distance",
      ] as const;
      for (const name of [...names, "localEntropy"] as const) {
        expect(Math.abs(run.replicas[name] - twin.replicas[name])).toBeLessThan(1e-4);
      }
      // A sign whose field is rounding may differ.
      const differing = run.violations.map((count, t) => Math.abs(count - twin.violations[t]!));
      expect(Math.max(...differing)).toBeLessThanOrEqual(2);
    });
  });

  it.each([
    ["scoping", scoping({ steps: 11 })],
    ["pseudo-reinforcement", pseudoReinforcement({ steps: 20 })],
    ["reinforcement", reinforcement({ steps: 20 })],
  ])("solves along %s what focus solves, with fixed points", async (_, protocol) => {
    const network = draw(32, 1);
    const selfCouplings = [0.6, 1];
    const options = { maxIterations: 5 };
    const runs = await focusOnDevice(device, network, { selfCouplings, protocol, start }, options);
    selfCouplings.forEach((selfCoupling, k) => {
      const twin = focus(network, { selfCoupling, protocol, start: start() }, options);
      const run = runs[k]!;
      expect(run.solved).toBe(true);
      expect(twin.solved).toBe(true);
      expect(violationsOf(network, run.state, selfCoupling)).toBe(0);
      expect(run.violations).toHaveLength(run.iterations);
      expect(run.violations.slice(0, -1).every((count) => count > 0)).toBe(true);
      // Runs part where rounding grows; they need about as long.
      expect(Math.abs(run.iterations - twin.iterations)).toBeLessThan(0.3 * twin.iterations + 10);
    });
  });

  it("gives the same in panels of columns and in batches of runs", async () => {
    const network = draw(70, 2);
    const protocol = [{ replicas: 3, bond: 0.4 }];
    const input = { selfCouplings: [0.1, 0.6], protocol, start };
    const whole = await focusOnDevice(device, network, input, { maxIterations: 3 });
    // One run a batch, 64 columns a panel.
    const limited = await openDevice({ bindingBytes: 8 * 64 * 128 });
    expect(await focusOnDevice(limited, network, input, { maxIterations: 3 })).toEqual(whole);
    limited.close();
  });

  it("solves at once what every state solves, and stops there", async () => {
    const network = draw(66, 3);
    const [run] = await focusOnDevice(device, network, {
      selfCouplings: [1e300],
      protocol: scoping(),
      start,
    });
    expect(run).toMatchObject({ solved: true, iterations: 1, step: 0, violations: [0] });
  });

  it("counts a tie as a broken constraint, as focus does: two neurons that cannot agree", async () => {
    const network = networkOf({ n: 2, kernels: loadKernels() }, (i) => (i === 0 ? 1 : -1));
    const protocol = [{ replicas: 2, bond: 0.3 }];
    const runs = await focusOnDevice(device, network, { selfCouplings: [0, 1], protocol, start });
    for (const run of runs) {
      expect(run.solved).toBe(false);
      expect(run.violations.every((count) => count >= 1)).toBe(true);
    }
  });

  it("refuses what focus refuses, and a network without room", async () => {
    const network = draw(10);
    const input = { selfCouplings: [0.2], protocol: scoping(), start };
    await expect(focusOnDevice(device, network, { ...input, protocol: [] })).rejects.toThrow(OutOfDomain);
    await expect(focusOnDevice(device, network, { ...input, selfCouplings: [-1] })).rejects.toThrow(
      /selfCoupling/,
    );
    await expect(focusOnDevice(device, network, input, { damping: 1 })).rejects.toThrow(/damping/);
    const strong = networkOf({ n: 3, kernels: loadKernels() }, () => 101);
    await expect(focusOnDevice(device, strong, input)).rejects.toThrow(/within ±100/);
    const tiny = await openDevice({ bindingBytes: 4096 });
    await expect(focusOnDevice(tiny, network, input)).rejects.toThrow(DeviceMemory);
    tiny.close();
  });
});

describe("solveBetheOnDevice", () => {
  it("finds magnetizations to 1e−4 and Bethe entropy to 1e−5 of solveBethe", async () => {
    const network = draw(36, 4);
    const selfCouplings = [0.5, 1.5];
    const results = await solveBetheOnDevice(device, network, { selfCouplings, start });
    selfCouplings.forEach((selfCoupling, k) => {
      const twin = solveBethe(network, { selfCoupling, start: start() });
      const found = results[k]!;
      expect(found.converged).toBe(twin.converged);
      expect(Math.abs(found.iterations - twin.iterations)).toBeLessThanOrEqual(2);
      expect(Math.abs(found.entropy - twin.entropy)).toBeLessThan(1e-5);
      const differences = found.magnetizations.map((m, j) => Math.abs(m - twin.magnetizations[j]!));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
    });
  });
});

describe("focusing-scan on the GPU", () => {
  const scans = [{ n: 20, selfCouplings: [0.5, 1], samples: 2 }];
  const protocols = [{ name: "scoping", steps: 5 } as const, { name: "reinforcement", steps: 5 } as const];

  it("has rows of the same samples as on WASM, in the same order", async () => {
    const [task] = focusingExperiment.tasks({ scans, protocols, innerIterations: 5, backend: "webgpu" }, 3);
    const [twin] = focusingExperiment.tasks({ scans, protocols, innerIterations: 5 }, 3);
    expect(task!.parameters).toMatchObject({ backend: "webgpu" });
    const rows = await runTask(task as Parameters<typeof runTask>[0]);
    const twins = runTask(twin!);
    const place = ({ n, sample, selfCoupling, protocol, status }: (typeof rows)[number]) => ({
      n,
      sample,
      selfCoupling,
      protocol,
      status,
    });
    expect(rows.map(place)).toEqual(twins.map(place));
    rows.forEach((row, k) => {
      const { betheEntropy } = twins[k]!;
      if (betheEntropy === null) expect(row.betheEntropy).toBeNull();
      else expect(Math.abs(row.betheEntropy! - betheEntropy)).toBeLessThan(1e-5);
      expect(row.violations === 0).toBe(row.solved);
    });
    const solved = (all: typeof rows) => all.filter((row) => row.solved).length;
    expect(Math.abs(solved(rows) - solved(twins))).toBeLessThanOrEqual(2);
  });
});
