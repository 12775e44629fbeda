/** @file What findings of search, by dynamics and by message passing, say of rows made for it. */
import { describe, expect, test } from "vitest";
import type { ExtrapolationRow, FocusingEntropySummary, FocusingRow } from "../../../sim/experiments/rows.ts";
import {
  accessibilityFindings,
  focusingEntropyFindings,
  focusingFindings,
  reachFindings,
} from "../../../sim/figures/findings/index.ts";
import type { Finding } from "../../../sim/figures/types.ts";
import { fractionInterval } from "../../../sim/statistics.ts";
import { accessThresholdRows, extrapolationRows, thresholds } from "./fixtures.ts";
import { focusingExtrapolationRows, focusingRows, focusingThresholdRows } from "./focusing-fixtures.ts";

const verdicts = (findings: readonly Finding[]) => findings.map(({ verdict }) => verdict);

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

  /** Focusing at N = 400 and 800 with so many networks each, solved where J_D is above `from`. */
  const scanned = (networks: readonly [number, number], from: (row: FocusingRow) => number): FocusingRow[] =>
    focusingRows
      .filter(({ n }) => n === 400 || n === 800)
      .map((row) => {
        const samples = networks[row.n === 400 ? 0 : 1];
        const share = Math.min(1, Math.max(0, (row.selfCoupling - from(row)) / 0.06));
        const solved = Math.round(samples * share);
        return { ...row, samples, solved, solvedInterval: fractionInterval(solved, samples) };
      });
  const foundIn = (rows: readonly FocusingRow[], selfCoupling: number) =>
    focusingThresholdRows
      .filter(({ n }) => n === 400 || n === 800)
      .map((row) => {
        const { samples } = rows.find(({ n }) => n === row.n)!;
        return { ...row, samples, selfCoupling, low: selfCoupling - 0.004, high: selfCoupling + 0.004 };
      });

  test("success has its Wilson interval along one protocol, 12 of 12 is at least 12/(12 + 1.95996²); four networks decide nothing", () => {
    const rows = scanned([12, 4], () => 0.05);
    const last = focusingFindings(rows, [], thresholds).at(-1)!;
    expect(last.claim).toContain("12 of 12 networks of 400 neurons");
    expect(last.measured!.interval![0]).toBeCloseTo(12 / (12 + 1.959963984540054 ** 2), 12);
    expect(last.verdict).toBe("agrees");
    const few = focusingFindings(
      scanned([4, 4], () => 0.05),
      [],
      thresholds,
    ).at(-1)!;
    expect(few.claim).toContain("4 of 4 networks of 800 neurons");
    expect(few.verdict).toBe("open");
  });

  test("the protocol that solves fewest stands for all: their networks are the same", () => {
    const rows = scanned([12, 12], ({ protocol }) => (protocol === "scoping" ? 0.05 : 0.23));
    const last = focusingFindings(rows, [], thresholds).at(-1)!;
    expect(last.claim).toContain("pseudo-reinforcement, the one that solves fewest of 2 protocols");
    expect(last.measured!.value).toBeLessThan(1);
  });

  test("J_fBP is that of the largest size with ten networks, with a step of the grid as its least error", () => {
    const rows = scanned([12, 4], () => 0.11);
    const [first] = focusingFindings(rows, foundIn(rows, 0.14), thresholds);
    expect(first!.claim).toContain("400 neurons");
    expect(first!.verdict).toBe("agrees");
    // The grid has steps of 0.02, the bootstrap ± 0.004.
    expect(first!.measured!.interval![0]).toBeCloseTo(0.12, 12);
    expect(first!.measured!.intervalKind).toBe("grid");
    const near = focusingFindings(rows, foundIn(rows, 0.09), thresholds);
    expect(near[0]!.verdict).toBe("open");
  });

  test("J_fBP is open from four networks, and where all networks change between two places of the grid", () => {
    const few = scanned([4, 4], () => 0.11);
    const [first] = focusingFindings(few, foundIn(few, 0.14), thresholds);
    expect(first).toMatchObject({ verdict: "open" });
    expect(first!.claim).toContain("800 neurons");
    const steep = few.map((row) => ({ ...row, samples: 20, solved: row.selfCoupling > 0.13 ? 20 : 0 }));
    const [jump] = focusingFindings(steep, foundIn(steep, 0.13), thresholds);
    expect(jump).toMatchObject({ verdict: "open" });
    expect(jump!.criterion).toContain("0 self-couplings lie between");
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
    const few = focusingThresholdRows.map((row) => ({ ...row, samples: row.n === 1600 ? 4 : 50 }));
    const all = reachFindings(few, near, accessThresholdRows, extrapolationRows, thresholds);
    expect(all[0]!.claim).toContain("800 neurons");
    expect(verdicts(all.slice(1, 3))).toEqual(["open", "open"]);
  });

  test("reach: what the forms differ by is the error of the limit of dynamics", () => {
    const verdictOf = (limits: readonly ExtrapolationRow[]) =>
      reachFindings([], [], accessThresholdRows, limits, thresholds).at(-1)!;
    const [close, far] = [0.8, 1.2].map((other) =>
      verdictOf([limit("1/log N", 0.75, 1), limit("N^(-1/3)", other, 2)]),
    );
    expect(close).toMatchObject({
      verdict: "agrees",
      measured: { interval: [0.75, 0.8], intervalKind: "fits" },
    });
    expect(far!.verdict).toBe("open");
    expect(verdictOf([limit("1/log N", 0.75, 1)]).verdict).toBe("open");
  });

  test("focusing: nearer to the theory with a centre, and what is left with many replicas", () => {
    const around = (median: number) => ({ low: median - 0.001, median, high: median + 0.001 });
    const summary = (replicas: number, difference: number, networks = 16): FocusingEntropySummary => ({
      status: "ok",
      n: 200,
      selfCoupling: 0.2,
      replicas,
      networks,
      points: 20,
      unconverged: 0,
      unpolarized: 0,
      centreless: 0,
      difference: around(difference),
      deviation: around(0.005),
      uncentredDeviation: around(0.02),
    });
    // Quartiles ± 0.001 of 16 networks: a standard error of 0.929 · 0.002/4 = 0.00046.
    const rest = (difference: number) => focusingEntropyFindings([summary(3, 0.1), summary(30, difference)]);
    expect(verdicts(rest(0.0018))).toEqual(["agrees", "agrees"]);
    expect(verdicts(rest(-0.0019))).toEqual(["agrees", "differs"]);
    expect(rest(0.0018)[1]!.measured!.intervalKind).toBe("quartiles");
    const few = focusingEntropyFindings([summary(3, 0.1, 3), summary(30, -0.004, 3)]);
    expect(verdicts(few)).toEqual(["open", "open"]);
  });
});
