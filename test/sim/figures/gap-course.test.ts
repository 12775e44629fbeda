/** @file What findings say of J_gap along symmetry and bonds: errors of thresholds, every step, and rows without one. */
import { describe, expect, test } from "vitest";
import type { EnsembleFields, EnsembleThresholdsRow } from "../../../sim/experiments/rows-beyond.ts";
import { layersFindings, symmetryFindings } from "../../../sim/figures/findings/index.ts";
import type { Finding } from "../../../sim/figures/index.ts";
import { thresholdsRow } from "./ensemble-fixtures.ts";

/** J_gap of one layer, to the digits that the findings compare with. */
const oneLayer = 0.06009920188;

const usualError = 1e-9;

/** Parameter, J_gap and its error; or parameter and why there is no J_gap. */
type Given =
  | readonly [parameter: number, gap: number, error?: number]
  | readonly [parameter: number, missing: "no-solution" | "not-converged" | "unstarted"];

const rowOf = (ensemble: EnsembleFields, given: Given): EnsembleThresholdsRow => {
  const [, gap, error = usualError] = given;
  if (typeof gap === "string") return { ...thresholdsRow(ensemble, null), status: gap };
  const row = thresholdsRow(ensemble, gap);
  return { ...row, gapClosing: { ...row.gapClosing!, error } };
};

const alongBonds = (given: readonly Given[]): Finding[] =>
  layersFindings({
    ...{ map: [], checks: [], curves: [], access: [] },
    thresholds: given.map((each) => rowOf({ layers: 2, ferromagneticCoupling: each[0] }, each)),
  });

const alongSymmetry = (given: readonly Given[]): Finding[] =>
  symmetryFindings({
    ...{ entropy: [], checks: [], curves: [], access: [] },
    thresholds: given.map((each) => rowOf({ symmetry: each[0] }, each)),
  });

const courseOf = (findings: readonly Finding[]): Finding =>
  findings.find(({ claim }) => /gap closes at|goes from/.test(claim))!;

/** Text without markup. */
const plain = (text: string): string => text.replaceAll(/<[^>]+>/g, "");

const cases: readonly [string, readonly Given[], Finding["verdict"], RegExp][] = [
  [
    "falls",
    [
      [0, 0.06],
      [0.5, 0.04],
      [1, -0.3],
    ],
    "agrees",
    /, falling in 2 of 2 steps(;|$)/,
  ],
  [
    "rises",
    [
      [0, 0.05],
      [0.5, 0.06],
      [1, 0.1],
    ],
    "differs",
    /, falling in 0 of 2 steps, rising in 2/,
  ],
  [
    "rises before it falls below",
    [
      [0, 0.0601],
      [0.5, 0.2],
      [1, 0.06],
    ],
    "differs",
    /falling in 1 of 2 steps, rising in 1/,
  ],
  [
    "falls by 3.9 combined errors",
    [
      [0, 0.06, 0.003],
      [1, 0.0405, 0.004],
    ],
    "open",
    /within 4 errors of no change in 1/,
  ],
  [
    "falls by 4.1 combined errors",
    [
      [0, 0.06, 0.003],
      [1, 0.0395, 0.004],
    ],
    "agrees",
    /falling in 1 of 1 step/,
  ],
  [
    "rises by 3.9 combined errors",
    [
      [0, 0.04, 0.003],
      [1, 0.0595, 0.004],
    ],
    "open",
    /within 4 errors of no change in 1/,
  ],
  [
    "rises by 4.1 combined errors",
    [
      [0, 0.04, 0.003],
      [1, 0.0605, 0.004],
    ],
    "differs",
    /rising in 1/,
  ],
  [
    "does not change",
    [
      [0, 0.06],
      [1, 0.06],
    ],
    "open",
    /within 4 errors of no change in 1/,
  ],
  [
    "falls, with one step in its errors",
    [
      [0, 0.06],
      [0.5, 0.05, 0.07],
      [1, -3],
    ],
    "open",
    /falling in 1 of 2 steps, within/,
  ],
  [
    "falls, then there is none",
    [
      [0, 0.06],
      [0.5, 0.04],
      [1, "no-solution"],
    ],
    "agrees",
    /; at 1 there is none/,
  ],
  [
    "falls, first there is none",
    [
      [0, "no-solution"],
      [0.5, 0.06],
      [1, 0.04],
    ],
    "differs",
    /; at 0 there is none/,
  ],
  [
    "falls, with none in between",
    [
      [0, 0.06],
      [0.5, "no-solution"],
      [1, 0.04],
    ],
    "differs",
    /; at 0.5 there is none/,
  ],
  [
    "falls, not solved at the end",
    [
      [0, 0.06],
      [0.5, 0.04],
      [1, "not-converged"],
    ],
    "open",
    /; at 1 it was not found/,
  ],
  [
    "falls, not run in between",
    [
      [0, 0.06],
      [0.5, "unstarted"],
      [1, 0.04],
    ],
    "open",
    /; at 0.5 it was not found/,
  ],
  [
    "rises, not solved at the end",
    [
      [0, 0.06],
      [0.5, 0.07],
      [1, "not-converged"],
    ],
    "differs",
    /at 1 it was not found/,
  ],
];

describe.each([
  ["bonds", alongBonds],
  ["symmetry", alongSymmetry],
])("J_gap along %s", (_, findingsOf) => {
  test.each(cases)("%s", (_name, given, verdict, words) => {
    const finding = courseOf(findingsOf([...given].reverse()));
    expect(finding.verdict).toBe(verdict);
    expect(plain(finding.claim)).toMatch(words);
    expect(finding.criterion.includes("open:")).toBe(verdict === "open");
  });

  test("the slope with its error is that of the worst step", () => {
    const { measured } = courseOf(
      findingsOf([
        [0, 0.06],
        [0.5, 0.07, 0.0003],
        [1, -0.3, 0.0004],
      ]),
    );
    expect(measured!.value).toBeCloseTo(0.01 / 0.5, 12);
    expect(measured!.error).toBeCloseTo(0.0003 / 0.5, 8);
    const slowest = courseOf(
      findingsOf([
        [0, 0.06],
        [0.5, 0.05],
        [1, -0.3],
      ]),
    ).measured!;
    expect(slowest.value).toBeCloseTo(-0.01 / 0.5, 12);
  });

  test("one value says nothing of a course", () => {
    expect(
      courseOf(
        findingsOf([
          [0.25, 0.06],
          [1, "not-converged"],
        ]),
      ),
    ).toBeUndefined();
  });
});

describe("claims are true of the rows whatever the verdict", () => {
  test("the dense phase begins the earlier only where J_gap falls", () => {
    const claim = (given: readonly Given[]) => courseOf(alongSymmetry(given)).claim;
    expect(
      claim([
        [0, 0.06],
        [0.2, 0.03],
      ]),
    ).toMatch(/begins the earlier/);
    expect(
      claim([
        [0, 0.05],
        [0.2, 0.06],
      ]),
    ).not.toMatch(/survives|earlier/);
    expect(
      claim([
        [0, 0.06],
        [0.2, 0.03, 0.07],
      ]),
    ).not.toMatch(/survives|earlier/);
    expect(
      claim([
        [-0.5, "no-solution"],
        [0, 0.06],
        [0.2, 0.03],
      ]),
    ).not.toMatch(/survives|earlier/);
  });

  test("symmetric couplings have the entropy of the row, as many as the spin glass or not", () => {
    const at = (annealed: number) => {
      const rows = {
        entropy: [
          { status: "ok" as const, symmetry: 1, selfCoupling: 0, annealed, response: 0.5, residual: 0 },
        ],
      };
      return symmetryFindings({ ...{ checks: [], curves: [], access: [], thresholds: [] }, ...rows })[0];
    };
    expect(at(0.199228491036)).toMatchObject({ verdict: "agrees" });
    const wrong = at(0.25);
    expect(wrong.verdict).toBe("differs");
    expect(wrong.claim).not.toMatch(/as many/);
    expect(wrong.claim).toMatch(/0\.25$/);
  });
});

describe.each([
  ["without bonds", alongBonds, /^Without bonds/],
  ["without symmetry", alongSymmetry, /= 0 the saddle point/],
])("J_gap %s beside one layer", (_, findingsOf, claim) => {
  test.each([
    ["the digits", oneLayer, 1e-9, "agrees"],
    ["within 10⁻⁷", oneLayer + 8e-8, 1e-9, "agrees"],
    ["off by more", oneLayer + 2e-7, 1e-9, "differs"],
    ["far off, with a large error", 0.1, 0.07, "open"],
    ["far off, by more than four errors", 0.1, 0.009, "differs"],
    ["the digits, with an error that would hide a deviation", oneLayer, 1e-6, "open"],
  ] as const)("%s", (_name, gap, error, verdict) => {
    const finding = findingsOf([[0, gap, error]]).find((each) => claim.test(each.claim))!;
    expect(finding.verdict).toBe(verdict);
    expect(finding.kind).toBe("check");
    expect(finding.measured).toEqual({ value: gap, error });
  });
});
