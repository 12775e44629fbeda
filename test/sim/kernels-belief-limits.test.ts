/**
 * @file Limits of the kernels of belief propagation, compiled and scalar: no NaN whatever the messages, exact zeros where
 * there are to be zeros, the limits of bond, replicas and damping, and the same bits every time.
 */
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LARGEST_MESSAGE } from "../../sim/kernels/belief.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import type { Kernels } from "../../sim/kernels/memory.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { stream } from "../../sim/random.ts";
import {
  copyMessages,
  iterate,
  prepare,
  randomize,
  takeTotals,
  type Setting,
  type Step,
} from "./belief-settings.ts";

/** Whether all that a frame shows is finite and within its bounds, diagonal and padding zero. */
function isSound({ n, views }: Setting): boolean {
  const { stride, messages, ownMessages, centreMessages, totals, means, variances } = views;
  const vectors = [ownMessages, centreMessages, totals, means, variances];
  // Damping may round up by one unit in the last place of f32.
  const limit = LARGEST_MESSAGE * (1 + 2 ** -22);
  const matrixIsSound = messages.every((u, k) => {
    const [i, j] = [k % stride, Math.floor(k / stride)];
    return i === j || i >= n ? Object.is(u, 0) : Math.abs(u) <= limit;
  });
  return (
    matrixIsSound &&
    vectors.every((vector) => vector.every(Number.isFinite)) &&
    variances.every((v) => v >= 0) &&
    ownMessages.every((u) => Math.abs(u) <= limit)
  );
}

function digestOf({ views }: Setting): string {
  const { messages, ownMessages, centreMessages, totals, means, variances } = views;
  const hash = createHash("sha256");
  for (const view of [messages, ownMessages, centreMessages, totals, means, variances]) {
    hash.update(new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice());
  }
  return hash.digest("hex");
}

const steps = fc.record({
  selfCoupling: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5, noNaN: true })),
  replicas: fc.oneof(fc.constant(1), fc.double({ min: 1, max: 100, noNaN: true })),
  bond: fc.oneof(fc.constantFrom(0, Infinity, 1000), fc.double({ min: 0, max: 5, noNaN: true })),
  damping: fc.oneof(fc.constantFrom(0, 0.999999), fc.double({ min: 0, max: 0.99, noNaN: true })),
});

/** What a state is made of. */
interface State {
  readonly n: number;
  readonly seed: number;
  /** Scales of messages and of own messages (`randomize`). */
  readonly scale: number;
  readonly ownScale: number;
  /** Couplings times this: 0 empties them, 0.001 brings all widths to the floor. */
  readonly coupling: number;
  /** Every `empty`-th column of couplings is empty. */
  readonly empty: number;
}

const states: fc.Arbitrary<State> = fc.record({
  n: fc.constantFrom(2, 3, 5, 15, 16, 17, 31, 33, 50),
  seed: fc.nat(1_000_000),
  scale: fc.constantFrom(0, 1e-30, 0.01, 1, 10, 100, 1000),
  ownScale: fc.constantFrom(0, 1, 30),
  coupling: fc.constantFrom(1, 1, 1, 0, 0.001, 1e-20, 30),
  empty: fc.constantFrom(2, 5, 1000),
});

/** A setting of random messages on a network of which parts are taken out. */
function create(kernels: Kernels, state: State): Setting {
  const setting = prepare(kernels, state.n, state.seed);
  const { couplings, stride } = setting.views;
  couplings.forEach((coupling, k) => {
    const isEmpty = Math.floor(k / stride) % state.empty === state.empty - 1;
    couplings[k] = isEmpty ? 0 : coupling * state.coupling;
  });
  randomize(setting, stream(state.seed, "limits"), state.scale, state.ownScale);
  return setting;
}

test("whatever the state, 12 iterations stay sound, and have the same bits in shared memory", () => {
  fc.assert(
    fc.property(states, steps, (state, step) => {
      const [kernel, shared] = [loadKernels(), loadKernels({ shared: true })].map((kernels) => {
        const setting = create(kernels, state);
        takeTotals(setting, step);
        const changes = Array.from({ length: 12 }, () => iterate(setting, step));
        expect(changes.every((change) => change >= 0 && change <= 2)).toBe(true);
        expect(isSound(setting)).toBe(true);
        return digestOf(setting);
      });
      expect(kernel).toBe(shared);
    }),
    { seed: 57, numRuns: 400 },
  );
});

describe.each([
  ["compiled", loadKernels],
  ["scalar", createScalarKernels],
])("%s kernels", (_, load) => {
  test.each([2, 17, 32])("N = %d: without messages and fields all stays zero", (n) => {
    const setting = prepare(load(), n);
    const step = { selfCoupling: 0.3, replicas: 10, bond: 0.5 };
    takeTotals(setting, step);
    for (let k = 0; k < 3; k++) expect(iterate(setting, step)).toBe(0);
    const { messages, ownMessages, totals, means } = setting.views;
    for (const vector of [messages, ownMessages, totals, means]) {
      expect(vector.every((value) => value === 0)).toBe(true);
    }
  });

  test.each([3, 16, 37])("N = %d: V_i at m = 0 is the sum of J_ij² to 1e−6", (n) => {
    const setting = prepare(load(), n);
    takeTotals(setting, { selfCoupling: 0 });
    const { stride, couplings, variances } = setting.views;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += couplings[j * stride + i]! ** 2;
      expect(Math.abs(variances[i]! / sum - 1)).toBeLessThan(1e-6);
    }
  });

  test("no bond or one replica: no message from the centre; an infinite bond: y − 1 times the field", () => {
    const setting = prepare(load(), 17);
    randomize(setting, stream(58, "bonds"), 2, 1);
    const { externalFields, ownMessages, messages, centreMessages, stride } = setting.views;
    for (const step of [{ replicas: 7 }, { bond: 0.8 }, { bond: Infinity }]) {
      takeTotals(setting, { selfCoupling: 0, ...step });
      expect(centreMessages.every((field) => field === 0)).toBe(true);
    }
    takeTotals(setting, { selfCoupling: 0, replicas: 3.5, bond: Infinity });
    for (let j = 0; j < 17; j++) {
      const column = messages.subarray(j * stride, j * stride + 17);
      const field = column.reduce((sum, u) => sum + u, externalFields[j]! + ownMessages[j]!);
      expect(centreMessages[j]!).toBeCloseTo(2.5 * field, 4);
    }
  });

  test("the centre message is (P20) to 1e−9", () => {
    const setting = prepare(load(), 16);
    for (const bond of [0.01, 0.4, 1.2, 4]) {
      const { externalFields, centreMessages } = setting.views;
      for (let j = 0; j < 16; j++) externalFields[j] = 0.4 * (j - 8);
      takeTotals(setting, { selfCoupling: 0, replicas: 2.5, bond });
      for (let j = 0; j < 16; j++) {
        const t = Math.tanh(bond);
        const reached = Math.atanh(Math.tanh(externalFields[j]!) * t);
        expect(Math.abs(centreMessages[j]! - Math.atanh(Math.tanh(1.5 * reached) * t))).toBeLessThan(1e-9);
      }
    }
  });

  test("damping keeps its part of the old messages", () => {
    const [fresh, damped] = [prepare(load(), 33), prepare(load(), 33)];
    randomize(fresh, stream(59, "damping"), 1, 1);
    copyMessages(fresh, damped);
    const [old, oldOwn] = [fresh.views.messages.slice(), fresh.views.ownMessages.slice()];
    const step: Step = { selfCoupling: 0.2, replicas: 2, bond: 0.3 };
    for (const setting of [fresh, damped]) takeTotals(setting, step);
    iterate(fresh, step);
    iterate(damped, { ...step, damping: 0.75 });
    damped.views.messages.forEach((u, k) => {
      expect(Math.abs(u - 0.25 * fresh.views.messages[k]! - 0.75 * old[k]!)).toBeLessThan(2e-7);
    });
    damped.views.ownMessages.forEach((u, j) => {
      expect(Math.abs(u - 0.25 * fresh.views.ownMessages[j]! - 0.75 * oldOwn[j]!)).toBeLessThan(1e-14);
    });
  });

  test.each([15, 16, 33])("N = %d: an iteration leaves the totals and moments of its messages", (n) => {
    const setting = prepare(load(), n);
    randomize(setting, stream(60, "left"), 1, 1);
    const step: Step = { selfCoupling: 0.15, replicas: 10, bond: 0.4, damping: 0.3 };
    takeTotals(setting, step);
    for (let k = 0; k < 20; k++) iterate(setting, step);
    const left = digestOf(setting);
    takeTotals(setting, step);
    expect(digestOf(setting)).toBe(left);
  });
});
