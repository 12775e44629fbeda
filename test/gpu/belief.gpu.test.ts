/**
 * @file Belief propagation on the GPU: messages against (P18) over all that their arguments can be, iterations against
 * the scalar twin.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { logNormalCdf } from "../../theory/normal.ts";
import { LARGEST_MESSAGE, VARIANCE_FLOOR, throughBond } from "../../sim/kernels/belief.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { createDeviceBeliefs, type DeviceBeliefs } from "../../sim/kernels/webgpu/belief.ts";
import { functionsWgsl, messageWgsl } from "../../sim/kernels/webgpu/belief-math.wgsl.ts";
import { openDevice, type ComputeDevice } from "../../sim/kernels/webgpu/device.ts";
import { parameters } from "../../sim/kernels/webgpu/recorder.ts";
import { stream, type RandomWords } from "../../sim/random.ts";
import {
  between,
  exactMessage,
  factorsOf,
  iterate,
  messageBound,
  normal,
  prepare,
  randomize,
  takeTotals,
  type Factor,
  type Setting,
} from "../sim/belief-settings.ts";

let device: ComputeDevice;

beforeAll(async () => {
  device = await openDevice();
});

afterAll(() => {
  device.close();
});

/** Runs WGSL `fn f(x: array<f32, 8>) -> f32` on rows of eight numbers. */
async function evaluate(body: string, rows: readonly (readonly number[])[]): Promise<Float32Array> {
  const kernel = await device.kernel({
    label: "test of a function",
    parameterBytes: 16,
    bindings: ["read", "write"],
    code: `
struct Parameters { count: u32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> rows: array<array<f32, 8>>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
${functionsWgsl}
${messageWgsl}
fn f(x: array<f32, 8>) -> f32 { ${body} }
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < p.count) { out[id.x] = f(rows[id.x]); }
}`,
  });
  const inputs = await device.allocate("rows", 32 * rows.length);
  const out = await device.allocate("out", 4 * rows.length);
  device.upload(
    inputs,
    0,
    Float32Array.from(rows.flatMap((row) => [...row, ...Array<number>(8).fill(0)].slice(0, 8))),
  );
  const work = device.record();
  const groups = [Math.ceil(rows.length / 64), 1, 1] as const;
  work.dispatch(kernel, { buffers: [inputs, out], parameters: parameters([{ u32: rows.length }]), groups });
  work.submit();
  const values = new Float32Array(await device.read(out, 0, 4 * rows.length));
  inputs.destroy();
  out.destroy();
  return values;
}

const messageBody = `
  return messageOf(Arguments(vec2f(x[0] + x[2], x[1] - x[2]), vec2f(x[0] - x[2], x[1] + x[2]),
    vec2f(x[0], x[1]), x[2], sqrt(x[3]), x[4]), 30.0);`;

const f32 = Math.fround;
const relative = (found: number, exact: number): number => Math.abs(found - exact) / Math.abs(exact);

describe("functions", () => {
  test("exponential, logarithm and tanh: relative error below 1e−6, log near 1 too", async () => {
    const xs = Array.from({ length: 2001 }, (_, k) => f32(-80 + 0.08 * k));
    const powers = await evaluate(
      "return exponential(x[0]);",
      xs.map((x) => [x]),
    );
    expect(Math.max(...xs.map((x, k) => relative(powers[k]!, Math.exp(x))))).toBeLessThan(1e-6);
    const positive = xs
      .map((x) => f32(1 + Math.sign(x) * Math.exp(-Math.abs(x) / 5) * 0.9))
      .filter((x) => x !== 1);
    const logs = await evaluate(
      "return logarithm(x[0]);",
      positive.map((x) => [x]),
    );
    expect(Math.max(...positive.map((x, k) => relative(logs[k]!, Math.log(x))))).toBeLessThan(1e-6);
    const sizes = xs.map((x) => f32(Math.exp(x / 8)));
    const tanhs = await evaluate(
      "return tanhOf(x[0]);",
      sizes.map((x) => [x]),
    );
    expect(Math.max(...sizes.map((x, k) => relative(tanhs[k]!, Math.tanh(x))))).toBeLessThan(1e-6);
  });

  test("log Φ: error below 1e−6·max(1, |log Φ|) on [−1000, 8]", async () => {
    const xs = Array.from({ length: 3000 }, (_, k) => f32(k < 1500 ? -((k / 150) ** 3) : (k - 1500) / 187.5));
    const found = await evaluate(
      "return tailExponent(x[0]) + logarithm(scaledNormal(x[0]));",
      xs.map((x) => [x]),
    );
    const errors = xs.map((x, k) => {
      const exact = logNormalCdf(x);
      return Math.abs(found[k]! - exact) / Math.max(1, Math.abs(exact));
    });
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  });

  test("throughBond: error below 1e−6 of the result, any bond", async () => {
    const words = stream(61, "bonds");
    const rows = Array.from({ length: 2000 }, (_, k): [number, number] => [
      f32(normal(words) * 10 ** between(words, -4, 1.5)),
      k % 10 === 0 ? Infinity : f32(between(words, 0, k % 3 === 0 ? 30 : 1.5)),
    ]);
    const found = await evaluate(
      "return throughBond(x[0], x[1], x[2]);",
      rows.map(([field, bond]) => [field, Math.min(bond, 2e30), Math.tanh(bond)]),
    );
    const errors = rows.map(([field, bond], k) => {
      const exact = throughBond(field, bond);
      // What f64 loses in the difference of logs.
      return Math.abs(found[k]! - exact) / (Math.abs(exact) + 1e-9);
    });
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  });

  test("messages: error below 2e−6·max(1, |u|) at widths 1e−4 to 2, any mean, coupling and own field", async () => {
    const words = stream(62, "factors");
    const factors = Array.from({ length: 20_000 }, (_, k): Factor => {
      const variance = f32(10 ** between(words, -8, 0.6));
      const width = Math.sqrt(variance);
      const selfCoupling = f32(k % 5 === 0 ? 0 : 10 ** between(words, -2, 0.5));
      const sign = k % 2 === 0 ? 1 : -1;
      const edge = sign * (selfCoupling + between(words, -8, 8) * width);
      const mean = [between(words, -6, 6) * width, edge, sign * 10 ** between(words, -1, 2) * width][k % 3]!;
      const coupling = f32(sign * 10 ** between(words, -2.5, 0.6) * width);
      const [up, down] = [1, -1].map((s) => logNormalCdf((selfCoupling + s * mean) / width));
      const balance = Math.max(-100, Math.min(100, 0.5 * (down! - up!)));
      const ownField = k % 4 < 2 ? normal(words) * 10 ** between(words, -1, 1) : balance + 2 * normal(words);
      return { mean: f32(mean), variance, coupling, selfCoupling, ownField: f32(ownField) };
    });
    const rows = factors.map(({ mean, variance, coupling, selfCoupling, ownField }) => [
      selfCoupling + mean,
      selfCoupling - mean,
      coupling,
      variance,
      ownField,
    ]);
    const found = await evaluate(messageBody, rows);
    // In units of the bound: an error of 2e−6, and what arguments rounded to f32 change u by.
    const ratios = factors.map((factor, k) => {
      const exact = Math.max(-LARGEST_MESSAGE, Math.min(LARGEST_MESSAGE, exactMessage(factor)));
      const difference = Math.abs(found[k]! - exact);
      const plain = 2e-6 * Math.max(1, Math.abs(exact));
      return difference <= plain ? difference / plain : difference / (plain + 4 * messageBound(factor));
    });
    expect(ratios.every((ratio) => ratio < 1)).toBe(true);
  });

  test("messages of small couplings: error below 1e−6·J/√V, though u is far smaller than J", async () => {
    const words = stream(63, "small couplings");
    const factors = Array.from({ length: 2000 }, (): Factor => {
      const coupling = f32(normal(words) * 10 ** between(words, -4, -1));
      const [mean, ownField] = [f32(1e-3 * normal(words)), f32(1e-3 * normal(words))];
      return { mean, variance: 1, coupling, selfCoupling: f32(0.2), ownField };
    });
    const rows = factors.map(({ mean, coupling, selfCoupling, ownField }) => [
      f32(selfCoupling + mean),
      f32(selfCoupling - mean),
      coupling,
      1,
      ownField,
    ]);
    const found = await evaluate(messageBody, rows);
    factors.forEach((factor, k) => {
      // To first order in the coupling, with the third: logs of f64 lose as much as the bound.
      const [up, down] = [rows[k]![0]!, rows[k]![1]!];
      const weight = Math.exp(logNormalCdf(up) - logNormalCdf(down) + 2 * factor.ownField);
      const density = (x: number) => Math.exp(-0.5 * x * x - logNormalCdf(x)) / Math.sqrt(2 * Math.PI);
      if (Math.abs(factor.coupling) > 1e-3) return;
      const first = (factor.coupling * (weight * density(up) - density(down))) / (1 + weight);
      expect(Math.abs(found[k]! - first)).toBeLessThan(1.5e-6 * Math.abs(factor.coupling));
    });
  });
});

/** Beliefs on the device with the messages of a setting, in all runs. */
async function onDevice(
  { n, views }: Setting,
  selfCouplings: readonly number[],
  on = device,
): Promise<DeviceBeliefs> {
  const column = (all: Float32Array, j: number) => all.subarray(j * views.stride, j * views.stride + n);
  const network = { n, column: (j: number) => column(views.couplings, j) };
  const beliefs = await createDeviceBeliefs(on, network, selfCouplings.length);
  beliefs.start(selfCouplings, (j, into) => {
    into.set(column(views.messages, j));
    return views.ownMessages[j]!;
  });
  beliefs.activate(selfCouplings.keys());
  return beliefs;
}

/** Random messages, without external fields. */
function fill(setting: Setting, words: RandomWords, scale: number, ownScale: number): void {
  randomize(setting, words, scale, ownScale);
  setting.views.ownMessages.set(setting.views.ownMessages.map(f32));
  setting.views.externalFields.fill(0);
}

describe.each([2, 65])("N = %d: kernels and twin", (n) => {
  test.each([0.01, 0.3, 1, 3, 10, 40])("one iteration, messages of scale %d", async (scale) => {
    const twin = prepare(createScalarKernels(), n);
    const selfCouplings = [0, 0.2, 1];
    fill(twin, stream(64, "messages", n), scale, scale > 5 ? 3 : 0.3);
    const messages = twin.views.messages.slice();
    const own = twin.views.ownMessages.slice();
    const beliefs = await onDevice(twin, selfCouplings);
    const step = { replicas: 3.5, bond: 0.7, damping: 0.25 };
    const work = device.record();
    beliefs.prepare(work, step);
    work.submit();
    const prepared = await beliefs.states();
    beliefs.iterate(work, { ...step, residual: 0, stopWhenStable: false });
    work.submit();
    const records = await beliefs.records();
    const states = await beliefs.states();
    for (const [run, selfCoupling] of selfCouplings.entries()) {
      twin.views.messages.set(messages);
      twin.views.ownMessages.set(own);
      takeTotals(twin, { ...step, selfCoupling });
      const size = Math.max(scale, ...twin.views.totals.map(Math.abs));
      for (let i = 0; i < n; i++) {
        const { totals, means, variances } = prepared[run]!;
        expect(Math.abs(totals[i]! - twin.views.totals[i]!)).toBeLessThan(1e-6 * size);
        const variance = Math.max(twin.views.variances[i]!, VARIANCE_FLOOR);
        expect(Math.abs(means[i]! - twin.views.means[i]!)).toBeLessThan(
          2e-6 * Math.sqrt(variance) * Math.max(1, size),
        );
        expect(Math.abs(variances[i]! - twin.views.variances[i]!)).toBeLessThan(
          2e-6 * variance * Math.max(1, size),
        );
      }
      const factors = factorsOf(twin, selfCoupling);
      const residual = iterate(twin, { ...step, selfCoupling });
      expect(Math.abs(records[run]![0]!.residual - residual)).toBeLessThan(1e-5 * Math.max(1, size));
      const found = await beliefs.messages(run);
      let worst = 0;
      for (let j = 0; j < n; j++) {
        for (let i = 0; i < n; i++) {
          const exact = twin.views.messages[j * twin.views.stride + i]!;
          const difference = Math.abs(found[j * n + i]! - exact);
          const plain = 1e-5 * Math.max(1, Math.abs(exact));
          const ratio =
            difference <= plain
              ? difference / plain
              : difference / (plain + 4 * size * messageBound(factors(i, j)));
          worst = Math.max(worst, ratio);
        }
      }
      expect(worst).toBeLessThan(1);
      for (let i = 0; i < n; i++) {
        const largest = Math.max(1, ...twin.views.totals.map(Math.abs));
        expect(Math.abs(states[run]!.totals[i]! - twin.views.totals[i]!)).toBeLessThan(1e-5 * largest);
      }
    }
    beliefs.destroy();
  });
});
