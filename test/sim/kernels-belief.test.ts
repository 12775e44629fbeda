/**
 * @file Accuracy of the compiled kernels of belief propagation: against their scalar twin, to the bounds that belief.ts
 * states, over the whole range of means, widths and couplings, over random states, and over runs.
 */
import { describe, expect, test } from "vitest";
import { logNormalCdf } from "../../theory/normal.ts";
import { MOMENT_ERROR, VARIANCE_FLOOR } from "../../sim/kernels/belief.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { stream, type RandomWords } from "../../sim/random.ts";
import {
  between,
  compareMessages,
  compareStep,
  copyMessages,
  factorsOf,
  iterate,
  messageBound,
  normal,
  prepare,
  randomize,
  takeTotals,
  type Setting,
} from "./belief-settings.ts";

describe.each([2, 3, 4, 15, 16, 17, 33, 100])("N = %d: kernel and twin", (n) => {
  const [kernel, twin] = [prepare(loadKernels(), n), prepare(createScalarKernels(), n)];

  test("totals to 1e−12, means and variances to MOMENT_ERROR, magnetizations change alike to 1e−6", () => {
    for (const scale of [0.01, 1, 10, 60]) {
      randomize(kernel, stream(52, "messages", n), scale, scale);
      copyMessages(kernel, twin);
      const step = { selfCoupling: 0.2, replicas: 3.5, bond: 0.7 };
      for (const setting of [kernel, twin]) takeTotals(setting, step);
      for (let i = 0; i < n; i++) {
        const [a, b] = [kernel.views, twin.views];
        const size = Math.max(1, Math.abs(b.totals[i]!));
        expect(Math.abs(a.totals[i]! - b.totals[i]!)).toBeLessThan(1e-12 * size);
        expect(Math.abs(a.centreMessages[i]! - b.centreMessages[i]!)).toBeLessThan(1e-12 * size);
        const variance = Math.max(b.variances[i]!, VARIANCE_FLOOR);
        expect(Math.abs(a.means[i]! - b.means[i]!)).toBeLessThan(MOMENT_ERROR * Math.sqrt(variance));
        expect(Math.abs(a.variances[i]! - b.variances[i]!)).toBeLessThan(MOMENT_ERROR * variance);
      }
    }
  });

  test.each([0.01, 0.3, 1, 3, 10, 40])("messages within their bound, messages of scale %d", (scale) => {
    for (const selfCoupling of [0, 0.2, 1, 5]) {
      for (const ownScale of [0.1, 3]) {
        randomize(kernel, stream(53, "messages", n), scale, ownScale);
        const difference = compareStep(kernel, twin, { selfCoupling, replicas: 10, bond: 0.3 });
        expect(difference.bounded).toBeLessThan(1);
      }
    }
  });

  test("own messages to 1e−9 of max(1, |u|) from the same means and variances", () => {
    const words = stream(54, "moments", n);
    for (const selfCoupling of [0, 0.3, 2]) {
      for (const setting of [kernel, twin]) takeTotals(setting, { selfCoupling });
      for (let i = 0; i < n; i++) {
        const width = 10 ** between(words, -4, 0);
        for (const { views } of [kernel, twin]) {
          views.variances[i] = width * width;
          views.means[i] = selfCoupling + between(words, -20, 20) * width;
        }
        twin.views.means[i] = kernel.views.means[i]!;
      }
      for (const setting of [kernel, twin]) iterate(setting, { selfCoupling });
      for (let i = 0; i < n; i++) {
        const [u, exact] = [kernel.views.ownMessages[i]!, twin.views.ownMessages[i]!];
        expect(Math.abs(u - exact)).toBeLessThan(1e-9 * Math.max(1, Math.abs(exact)));
      }
    }
  });
});

/** One number of either sign. */
const signed = (words: RandomWords, size: number): number => ((words.nextUint32() & 1) === 1 ? size : -size);

/**
 * Rows of any width from the floor to 2, any mean, and own fields, half of which balance both signs; in each row
 * couplings from 10^−2.5 to 4 of its width, neurons of any magnetization. Means and variances are put in by hand.
 */
function spread(settings: readonly Setting[], selfCoupling: number, words: RandomWords): void {
  const { n, views } = settings[0]!;
  const { stride, couplings, messages, ownMessages, externalFields, means, variances, totals } = views;
  const widths = Array.from({ length: n }, () => 10 ** between(words, -4.02, 0.3));
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      if (i === j) continue;
      couplings[j * stride + i] = signed(words, 10 ** between(words, -2.5, 0.6)) * widths[i]!;
      messages[j * stride + i] = normal(words) * 10 ** between(words, -1, 1);
      sum += messages[j * stride + i]!;
    }
    ownMessages[j] = 0;
    externalFields[j] = normal(words) - sum;
  }
  for (const setting of settings) {
    setting.views.couplings.set(couplings);
    copyMessages(settings[0]!, setting);
    takeTotals(setting, { selfCoupling });
  }
  for (let i = 0; i < n; i++) {
    const width = widths[i]!;
    const edge = signed(words, selfCoupling + between(words, -8, 8) * width);
    means[i] = [between(words, -6, 6) * width, edge, signed(words, 10 ** between(words, -1, 2) * width)][
      i % 3
    ]!;
    variances[i] = width * width;
    const [up, down] = [1, -1].map((s) => logNormalCdf((selfCoupling + s * means[i]!) / width));
    const balance = Math.max(-250, Math.min(250, 0.5 * (down! - up!)));
    const ownField = i % 2 === 0 ? normal(words) * 10 ** between(words, -1, 1) : balance + 2 * normal(words);
    ownMessages[i] = totals[i]! - ownField;
  }
  for (const setting of settings) {
    setting.views.means.set(means);
    setting.views.variances.set(variances);
    setting.views.ownMessages.set(ownMessages);
  }
}

test.each([0, 0.1, 0.3, 1, 3])(
  "messages within their bound over all widths, means, own fields, couplings and magnetizations, J_D = %d",
  (selfCoupling) => {
    const n = 160;
    const [kernel, twin] = [prepare(loadKernels(), n), prepare(createScalarKernels(), n)];
    const words = stream(55, "spread", Math.round(10 * selfCoupling));
    for (let repetition = 0; repetition < 8; repetition++) {
      spread([twin, kernel], selfCoupling, words);
      // Both see the same totals: those of the kernel may differ in the last bit.
      kernel.views.totals.set(twin.views.totals);
      const factors = factorsOf(twin, selfCoupling);
      const rowVariances = twin.views.variances.slice();
      iterate(kernel, { selfCoupling });
      iterate(twin, { selfCoupling });
      // V_i has to hold the share that is taken out of it, and an error of V_i counts as one of V_{i\j}.
      const possible = (i: number, j: number): boolean => factors(i, j).variance > 0.4 * rowVariances[i]!;
      const bound = (i: number, j: number): number => messageBound(factors(i, j));
      expect(compareMessages(kernel, twin, bound, possible).bounded).toBeLessThan(1);
    }
  },
);

/** Every tenth iteration of a run whose bond rises, y = 10: worst differences from the twin. */
function followRun(n: number, selfCoupling: number) {
  const [kernel, twin] = [prepare(loadKernels(), n), prepare(createScalarKernels(), n)];
  randomize(kernel, stream(56, "start", n), 0.01, 0);
  const worst = { plain: 0, bounded: 0, variance: 1 };
  for (let iteration = 0; iteration < 400; iteration++) {
    const bond = Math.min(1.2, Math.floor(iteration / 20) * 0.06);
    const step = { selfCoupling, replicas: 10, bond, damping: 0.5 };
    if (iteration % 10 === 0) {
      const before = [kernel.views.messages.slice(), kernel.views.ownMessages.slice()] as const;
      const difference = compareStep(kernel, twin, { ...step, damping: 0 });
      worst.plain = Math.max(worst.plain, difference.plain);
      worst.bounded = Math.max(worst.bounded, difference.bounded);
      kernel.views.messages.set(before[0]);
      kernel.views.ownMessages.set(before[1]);
    }
    takeTotals(kernel, step);
    iterate(kernel, step);
    worst.variance = Math.min(worst.variance, ...kernel.views.variances);
  }
  return worst;
}

describe("runs, γ from 0 to 1.2, every tenth iteration", () => {
  test.each([
    [100, 0.2],
    [100, 0.5],
    [200, 0.3],
  ])("N = %d, J_D = %d: messages differ by at most MESSAGE_ERROR·max(1, |u|)", (n, selfCoupling) => {
    const worst = followRun(n, selfCoupling);
    expect(worst.variance).toBeLessThan(0.1);
    expect(worst.plain).toBeLessThan(1);
  });

  test.each([
    [100, 0.1],
    [33, 0],
    [17, 0.05],
  ])("N = %d, J_D = %d, no fixed point found, widths at the floor: within their bound", (n, selfCoupling) => {
    const worst = followRun(n, selfCoupling);
    expect(worst.variance).toBeLessThan(1e-5);
    expect(worst.bounded).toBeLessThan(1);
  });
});
