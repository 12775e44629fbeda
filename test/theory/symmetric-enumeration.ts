/** @file Fixed points and pairs of networks of symmetry η, enumerated and set against their exact means. */
import { expect } from "vitest";
import { expectedSymmetricCount } from "../../theory/symmetric-finite.ts";
import { expectedSymmetricPairs } from "../../theory/symmetric-finite-pairs.ts";
import { sampleEnsemble } from "../../sim/instance/ensemble.ts";
import { findFixedPoints } from "../../sim/instance/enumerate.ts";
import { pairHistogram } from "../../sim/instance/pairs.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { stream } from "../../sim/random.ts";

/** Means that may differ by chance: a bound for all distances together. */
const standardErrors = 4.5;

/** Enumerates `samples` networks and expects count and pairs within 4.5 standard errors of their exact means. */
export function expectEnumeration(input: {
  readonly n: number;
  readonly symmetry: number;
  readonly selfCoupling: number;
  readonly samples: number;
  readonly seed: number;
}): void {
  const { n, symmetry, selfCoupling, samples, seed } = input;
  const sums = new Float64Array(n + 2);
  const squares = new Float64Array(n + 2);
  const kernels = loadKernels();
  const ensemble = { n, symmetry };
  const into = sampleEnsemble({ ensemble, kernels }, stream(seed, "couplings", 0));
  for (let sample = 0; sample < samples; sample++) {
    const network = sampleEnsemble({ ensemble, kernels }, stream(seed, "couplings", sample), { into });
    const found = findFixedPoints(network, selfCoupling);
    [...pairHistogram(found), found.count].forEach((value, k) => {
      sums[k]! += value;
      squares[k]! += value * value;
    });
  }
  const exact = [
    ...expectedSymmetricPairs({ n, symmetry, selfCoupling }),
    expectedSymmetricCount({ n, symmetry, selfCoupling }),
  ];
  exact.forEach((expected, k) => {
    const mean = sums[k]! / samples;
    const error = Math.sqrt((squares[k]! / samples - mean * mean) / (samples - 1));
    const name = k > n ? "count" : `D = ${k}`;
    expect(
      Math.abs(mean - expected),
      `${name}: ${mean} ± ${error}, expected ${expected}`,
    ).toBeLessThanOrEqual(standardErrors * error);
  });
}
