/** @file How findings are judged, and what findings of theory and search say of rows made for it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  EntropyCheckRow,
  EntropyRow,
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
  asCheck,
  difference,
  equality,
  exceeding,
  kindOf,
  neededErrors,
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
    expect(agreement(statement(measured, 0.1), { predicted: { value: predicted } }).verdict).toBe(verdict);
  });

  test("errors of both sides are combined: 3 and 4 make 5", () => {
    expect(agreement(statement(0, 3), { predicted: quantity(19.9, 4) }).verdict).toBe("agrees");
    expect(agreement(statement(0, 3), { predicted: quantity(20.1, 4) }).verdict).toBe("differs");
    expect(difference(quantity(7, 3), quantity(2, 4))).toEqual({ value: 5, error: 5 });
  });

  test.each([undefined, 0])("without a standard error (%s) nothing is decided", (error) => {
    expect(agreement(statement(1, error), { predicted: { value: 1 } }).verdict).toBe("open");
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

  // Two-sided 1 % quantiles of Student's law, from tables.
  test.each([
    [0, Infinity],
    [0.9, Infinity],
    [1, 63.657],
    [2, 9.925],
    [3, 5.841],
    [3.9, 5.841],
    [4, 4.604],
    [5, 4],
    [1000, 4],
  ])("with %d degrees of freedom %d standard errors decide", (freedom, needed) => {
    expect(Math.abs(neededErrors(freedom) / needed - 1) || 0).toBeLessThan(0.001);
    if (freedom < 1) return;
    const [below, above] = [0.99, 1.01].map((factor) => ({ ...statement(factor * needed, 1), freedom }));
    expect(verdicts([exceeding(below!, "positive"), exceeding(above!, "positive")])).toEqual([
      "open",
      "agrees",
    ]);
    expect(agreement(above!, { predicted: { value: 0 } }).verdict).toBe("differs");
    expect(agreement(below!, { predicted: { value: 0 } }).verdict).toBe(needed > 4 ? "open" : "agrees");
  });

  test("an error from less than one degree of freedom decides nothing", () => {
    const unknown = { ...statement(100, 1), freedom: 0 };
    expect(exceeding(unknown, "positive")).toMatchObject({ verdict: "open" });
    expect(agreement(unknown, { predicted: { value: 0 } }).verdict).toBe("open");
  });

  test("agreement says nothing where four standard errors hide what must be seen", () => {
    const judge = (value: number, error: number) =>
      agreement(statement(value, error), { predicted: { value: 0 }, resolution: 2 }).verdict;
    expect([judge(0.4, 0.51), judge(0.4, 0.49), judge(3, 0.51)]).toEqual(["open", "agrees", "differs"]);
  });

  test("checks say so in their criterion, and are counted apart", () => {
    const one = exceeding(statement(5, 1), "positive");
    expect(kindOf(one)).toBe("prediction");
    expect(kindOf(asCheck(one))).toBe("check");
    expect(asCheck(one)).toEqual({ ...one, kind: "check" });
    const figures = [{ findings: [one, asCheck(one), asCheck(one)] }];
    expect(
      [undefined, "check" as const, "prediction" as const].map((k) => countVerdicts(figures, k).agrees),
    ).toEqual([3, 2, 1]);
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
    expect(gap!.claim).toContain("= 0.05 some distances are closed to groups of about <i>y</i>* or more");
    expect(gap!.measured!.intervalKind).toBe("grid");
    expect([gap!, fall!].map(kindOf)).toEqual(["check", "check"]);
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
