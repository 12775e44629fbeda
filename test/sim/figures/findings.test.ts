/** @file How findings are judged, and what findings of theory and search say of rows made for it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  EntropyCheckRow,
  EntropyRow,
  ExtrapolationRow,
  FocusingEntropySummary,
  FocusingRow,
  LocalEntropyRow,
  ThresholdsRow,
} from "../../../sim/experiments/rows.ts";
import {
  accessibilityFindings,
  complexityFindings,
  countVerdicts,
  entropyFindings,
  focusingEntropyFindings,
  focusingFindings,
  localEntropyFindings,
  phaseDiagramFindings,
  reachFindings,
  surroundingsFindings,
  typicalFindings,
  withFindings,
} from "../../../sim/figures/findings/index.ts";
import {
  agreement,
  allWithin,
  difference,
  equality,
  exceeding,
} from "../../../sim/figures/findings/judge.ts";
import type { Finding } from "../../../sim/figures/types.ts";
import {
  accessThresholdRows,
  allFigures,
  complexityEnds,
  complexityRows,
  curveRows,
  diagramRows,
  entropyCheckRows,
  entropyRows,
  extrapolationRows,
  franzParisiRows,
  thresholds,
} from "./fixtures.ts";
import { focusingExtrapolationRows, focusingRows, focusingThresholdRows } from "./focusing-fixtures.ts";

const verdicts = (findings: readonly Finding[]) => findings.map(({ verdict }) => verdict);
const quantity = (value: number, error?: number) => (error === undefined ? { value } : { value, error });

describe("judging", () => {
  const statement = (value: number, error?: number) => ({ claim: "c", measured: quantity(value, error) });

  test.each([
    [1.0, 1.39, "agrees"],
    [1.0, 1.41, "differs"],
    [1.0, 0.59, "differs"],
  ])("four standard errors of 0.1 around %d reach %d or not: %s", (measured, predicted, verdict) => {
    expect(agreement(statement(measured, 0.1), { value: predicted }).verdict).toBe(verdict);
  });

  test("errors of both sides are combined: 3 and 4 make 5", () => {
    expect(agreement(statement(0, 3), quantity(19.9, 4)).verdict).toBe("agrees");
    expect(agreement(statement(0, 3), quantity(20.1, 4)).verdict).toBe("differs");
    expect(difference(quantity(7, 3), quantity(2, 4))).toEqual({ value: 5, error: 5 });
  });

  test.each([undefined, 0])("without a standard error (%s) nothing is decided", (error) => {
    expect(agreement(statement(1, error), { value: 1 }).verdict).toBe("open");
    expect(exceeding(statement(1, error), "larger").verdict).toBe("open");
  });

  test.each([
    [4.1, "agrees"],
    [3.9, "open"],
    [-3.9, "open"],
    [-4.1, "differs"],
  ])("an expected sign at %d standard errors: %s", (value, verdict) => {
    expect(exceeding(statement(value, 1), "positive").verdict).toBe(verdict);
    expect(exceeding(statement(value + 10, 1), "larger", { value: 10 }).verdict).toBe(verdict);
  });

  test("exact comparisons use their tolerance", () => {
    expect(equality(statement(1 + 1e-9), { value: 1 }, 2e-9).verdict).toBe("agrees");
    expect(equality(statement(1 + 3e-9), { value: 1 }, 2e-9).verdict).toBe("differs");
  });

  test("the worst of several decides, and unknown ones do not count", () => {
    const claimOf = (within: number, all: number) => `${within}/${all}`;
    expect(allWithin([1, -3.9, null], claimOf)[0]).toMatchObject({ claim: "2/2", verdict: "agrees" });
    expect(allWithin([1, -4.1, null], claimOf)[0]).toMatchObject({ claim: "1/2", verdict: "differs" });
    expect(allWithin([null], claimOf)).toEqual([]);
  });

  test("verdicts are counted over all figures, also those without findings", () => {
    const figure = allFigures().entropy!;
    const found = ["agrees", "open", "agrees"].map((verdict) => ({ verdict }) as Finding);
    const counts = countVerdicts([figure, withFindings(figure, found), withFindings(figure, [])]);
    expect(counts).toEqual({ agrees: 2, differs: 0, open: 1 });
  });

  test("no verdict depends on the unit of measured, predicted and errors", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        fc.constantFrom(2 ** -20, 2 ** 10),
        (value, error, scale) => {
          const [one, other] = [1, scale].map((s) => exceeding(statement(s * value, s * error), "positive"));
          expect(one!.verdict).toBe(other!.verdict);
        },
      ),
    );
  });
});

describe("entropy", () => {
  test("counts the cases that (P3) describes, and differs when one does not", () => {
    expect(verdicts(entropyFindings(entropyRows, entropyCheckRows))).not.toContain("differs");
    const off = entropyCheckRows.map((row, k): EntropyCheckRow => (k === 3 ? { ...row, zScore: -4.5 } : row));
    const [first] = entropyFindings(entropyRows, off);
    expect(first!.verdict).toBe("differs");
    expect(first!.claim).toContain("17 of 18");
    expect(first!.measured!.value).toBe(4.5);
  });

  test("a saddle that misses the closed form is seen", () => {
    const off = entropyRows.map((row, k): EntropyRow =>
      k === 2 ? { ...row, rs: { ...row.rs!, entropy: row.rs!.entropy + 1e-8 } } : row,
    );
    expect(entropyFindings(off, []).at(-1)!.verdict).toBe("differs");
  });

  test("pairs of which hardly any are expected are left out", () => {
    const rare = entropyCheckRows.map((row): EntropyCheckRow => ({
      ...row,
      pairs: row.pairs.map((bin) => ({ ...bin, expected: 0.1, zScore: 30 })),
    }));
    expect(entropyFindings([], rare).some(({ claim }) => claim.includes("P6"))).toBe(false);
  });
});

/** S* along a curve with values at d = 0.01, 0.05, 0.1, 0.2. */
function curveOf(selfCoupling: number, values: readonly number[]): LocalEntropyRow[] {
  const distances = [0.01, 0.05, 0.1, 0.2];
  return values.map((localEntropy, k) => ({
    ...curveRows[0]!,
    selfCoupling,
    distance: distances[k]!,
    overlap: 1 - 2 * distances[k]!,
    localEntropy,
  }));
}

const gapped = (depth: number) => [0.001, -depth, 0.002, 0.01];
const falling = [0.003, 0.001, 0.002, 0.01];
const rising = [0.001, 0.002, 0.005, 0.01];

describe("densest clusters", () => {
  const rows = [
    ...curveOf(0.04, gapped(0.003)),
    ...curveOf(0.05, gapped(0.002)),
    ...curveOf(0.08, falling),
    ...curveOf(0.1, rising),
  ];

  test("the gap and the falling stretch end between two curves", () => {
    const [gap, fall] = localEntropyFindings(rows);
    expect(gap).toMatchObject({ verdict: "agrees", measured: { interval: [0.05, 0.08] } });
    expect(gap!.claim).toContain("= 0.05, where");
    expect(fall).toMatchObject({ verdict: "agrees", measured: { interval: [0.08, 0.1] } });
  });

  test("a gap that opens again differs", () => {
    const again = [...rows, ...curveOf(0.2, gapped(0.001)), ...curveOf(0.3, rising)];
    const [gap] = localEntropyFindings(again);
    expect(gap!.verdict).toBe("differs");
  });

  test("curves that all have a gap, or none, say nothing of its end", () => {
    expect(localEntropyFindings(curveOf(0.04, gapped(0.1)))).toEqual([]);
    expect(localEntropyFindings(curveOf(0.4, rising))).toEqual([]);
  });

  test("a value of the independent program is compared to 1e−9", () => {
    const at = (localEntropy: number) => curveOf(0.05, [0, 0, localEntropy]);
    expect(verdicts(localEntropyFindings(at(0.005151811)))).toEqual(["agrees"]);
    expect(verdicts(localEntropyFindings(at(0.0051518135)))).toEqual(["differs"]);
  });

  const solved = (gap: number, monotone: number): ThresholdsRow => ({
    ...thresholds,
    gapClosing: { selfCoupling: gap, distance: 0.05, y: 4, error: 1e-10 },
    monotone: { selfCoupling: monotone, distance: 0.05, error: 1e-10 },
  });

  test("thresholds lie between the columns of the map, and the closing is extrapolated: 0.003, 0.002 → 0.07", () => {
    const [gap, monotone] = phaseDiagramFindings(rows, solved(0.07, 0.09));
    expect(gap!.verdict).toBe("agrees");
    expect(gap!.measured!.value).toBeCloseTo(0.07, 12);
    expect(monotone!.verdict).toBe("agrees");
    expect(verdicts(phaseDiagramFindings(rows, solved(0.049, 0.101)))).toEqual(["differs", "differs"]);
    expect(phaseDiagramFindings(rows, null)).toEqual([]);
  });

  test("typical: empty near by, crowded far away, bounded; each can fail", () => {
    const curve = curveOf(0.5, [0.02, 0.06, 0.1, 0.2]);
    const around = (values: readonly (readonly [annealed: number, quenched: number | null])[]) =>
      values.map(([annealed, quenched], k) => ({
        ...franzParisiRows[0]!,
        selfCoupling: 0.5,
        distance: curve[k]!.distance,
        annealed,
        quenched,
      }));
    const usual = around([
      [-0.01, null],
      [0.05, 0.04],
      [0.1, 0.09],
      [0.24, 0.23],
    ]);
    expect(verdicts(typicalFindings(usual, curve)).slice(0, 3)).toEqual(["agrees", "agrees", "agrees"]);
    const odd = around([
      [0.01, null],
      [0.05, 0.04],
      [0.1, 0.11],
      [0.24, 0.19],
    ]);
    expect(verdicts(typicalFindings(odd, curve)).slice(0, 3)).toEqual(["differs", "differs", "differs"]);
  });

  test("complexity: slope −y and the root found twice; a wrong slope and a wrong root are seen", () => {
    // Σ = log(10/y), S_I = −1/y: dΣ/dS_I = −y exactly, root y* = 10.
    const rowAt = (y: number, tilt = 1): LocalEntropyRow => ({
      ...complexityRows[0]!,
      y,
      complexity: Math.log(10 / y) * tilt,
      localEntropy: -1 / y,
    });
    const ys = [1, 2, 4, 8, 16, 32];
    const end = (y: number) => [{ ...rowAt(y), complexity: 0 }];
    expect(
      verdicts(
        complexityFindings(
          ys.map((y) => rowAt(y)),
          end(10),
        ),
      ),
    ).toEqual(["agrees", "agrees"]);
    expect(
      verdicts(
        complexityFindings(
          ys.map((y) => rowAt(y)),
          end(7),
        ),
      ),
    ).toEqual(["differs", "agrees"]);
    expect(
      verdicts(
        complexityFindings(
          ys.map((y) => rowAt(y, 3)),
          end(10),
        ),
      ),
    ).toEqual(["agrees", "differs"]);
    const [root] = complexityFindings(
      ys.map((y) => rowAt(y)),
      end(10),
    );
    expect(root!.measured!.value).toBeCloseTo(10, 10);
  });
});

describe("search", () => {
  const limit = (
    form: ExtrapolationRow["form"],
    selfCoupling: number,
    chiSquared: number,
  ): ExtrapolationRow => ({
    ...extrapolationRows.at(-1)!,
    form,
    selfCoupling,
    standardError: 0.01,
    chiSquared,
    degreesOfFreedom: 2,
  });
  const limitOf = (rows: readonly ExtrapolationRow[]) =>
    accessibilityFindings(accessThresholdRows, rows, thresholds)[2]!;

  test("dynamics starts above J_gap and moves up with N", () => {
    const findings = accessibilityFindings(accessThresholdRows, extrapolationRows, thresholds);
    expect(verdicts(findings).slice(0, 2)).toEqual(["agrees", "agrees"]);
  });

  test("a limit is open where forms that describe the points differ, and a form with χ² = 11 for 2 does not describe", () => {
    expect(limitOf([limit("1/log N", 1.2, 1), limit("N^(-1/3)", 0.8, 2)]).verdict).toBe("open");
    expect(limitOf([limit("1/log N", 0.82, 1), limit("N^(-1/3)", 0.8, 2)]).verdict).toBe("agrees");
    const one = limitOf([limit("1/log N", 1.2, 11), limit("N^(-1/3)", 0.8, 2)]);
    expect(one).toMatchObject({ verdict: "open", measured: { value: 0.8, error: 0.01 } });
    expect(limitOf([limit("1/log N", 1.2, 11)]).measured).toBeNull();
  });

  test("success at the largest size and J_D has its Wilson interval: 8 of 8 is at least 8/(8 + 1.96²)", () => {
    const rows = focusingRows.map((row): FocusingRow => ({
      ...row,
      samples: 4,
      solved: row.selfCoupling > 0.2 ? 4 : 0,
    }));
    const last = focusingFindings(rows, focusingThresholdRows, thresholds).at(-1)!;
    expect(last.claim).toContain("8 of 8");
    expect(last.measured!.interval![0]).toBeCloseTo(8 / (8 + 1.96 ** 2), 12);
    expect(last.verdict).toBe("agrees");
  });

  test("reach: order of the algorithms, and a limit of J_fBP with a telling error", () => {
    const near = focusingExtrapolationRows.map((row) => ({ ...row, selfCoupling: 0.056, chiSquared: 1 }));
    const verdictOf = (rows: typeof focusingExtrapolationRows) =>
      reachFindings(focusingThresholdRows, rows, accessThresholdRows, extrapolationRows, thresholds)[1]!
        .verdict;
    expect(verdictOf(near)).toBe("agrees");
    expect(verdictOf(near.map((row) => ({ ...row, standardError: 0.02 })))).toBe("open");
    expect(verdictOf(near.map((row) => ({ ...row, selfCoupling: 0.1 })))).toBe("differs");
    const [order] = reachFindings(focusingThresholdRows, [], accessThresholdRows, [], thresholds);
    expect(order).toMatchObject({ verdict: "agrees" });
    expect(order!.claim).toContain("1600 neurons");
  });

  test("focusing: nearer to the theory with a centre, and what is left with many replicas", () => {
    const around = (median: number) => ({ low: median - 0.001, median, high: median + 0.001 });
    const summary = (replicas: number, difference: number): FocusingEntropySummary => ({
      status: "ok",
      n: 200,
      selfCoupling: 0.2,
      replicas,
      networks: 4,
      points: 20,
      unconverged: 0,
      unpolarized: 0,
      centreless: 0,
      difference: around(difference),
      deviation: around(0.005),
      uncentredDeviation: around(0.02),
    });
    expect(verdicts(focusingEntropyFindings([summary(3, 0.1), summary(30, 0.0005)]))).toEqual([
      "agrees",
      "agrees",
    ]);
    expect(verdicts(focusingEntropyFindings([summary(3, 0.1), summary(30, -0.004)]))).toEqual([
      "agrees",
      "differs",
    ]);
  });
});

test("without rows there are no findings", () => {
  const all = [
    entropyFindings([], []),
    localEntropyFindings([]),
    phaseDiagramFindings([], thresholds),
    typicalFindings([], []),
    complexityFindings([], []),
    accessibilityFindings([], [], thresholds),
    focusingFindings([], [], thresholds),
    focusingEntropyFindings([]),
    surroundingsFindings([], []),
    reachFindings([], [], [], [], thresholds),
  ];
  expect(all.flat()).toEqual([]);
});

test("findings are plain data without holes", () => {
  const all = [
    ...entropyFindings(entropyRows, entropyCheckRows),
    ...localEntropyFindings(curveRows),
    ...phaseDiagramFindings(diagramRows, thresholds),
    ...typicalFindings(franzParisiRows, curveRows),
    ...complexityFindings(complexityRows, complexityEnds),
    ...accessibilityFindings(accessThresholdRows, extrapolationRows, thresholds),
    ...focusingFindings(focusingRows, focusingThresholdRows, thresholds),
    ...reachFindings(
      focusingThresholdRows,
      focusingExtrapolationRows,
      accessThresholdRows,
      extrapolationRows,
      thresholds,
    ),
  ];
  expect(all.length).toBeGreaterThan(15);
  expect(JSON.parse(JSON.stringify(all))).toEqual(all);
  expect(JSON.stringify(all)).not.toMatch(/NaN|Infinity|undefined/);
});
