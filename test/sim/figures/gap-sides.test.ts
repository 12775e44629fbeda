/** @file The figure of the gap from both sides: what is drawn where, at both widths, and what its findings say. */
import { describe, expect, test } from "vitest";
import type { TupleCheckRow } from "../../../sim/experiments/rows-beyond.ts";
import type { ExclusionRow } from "../../../sim/experiments/tuple-entropy.ts";
import { columnFigure } from "../../../sim/figures/arrange.ts";
import { gapSidesFindings } from "../../../sim/figures/findings/gap-sides.ts";
import { gapSidesFigure } from "../../../sim/figures/gap-sides.ts";
import type { Figure, ScatterTrace } from "../../../sim/figures/types.ts";

const distances = [0.001, 0.01, 0.02, 0.1, 0.4];

/** A line whose highest point is at d = 0.02. */
function exclusion(replicas: number | null, height: number, y = replicas ?? 4.66): ExclusionRow {
  const shape = [0.5, 0.9, 1, 0.6, 0.1];
  return {
    status: "ok",
    replicas,
    line: distances.map((distance, k) => ({ distance, selfCoupling: height * shape[k], y })),
    highest: { selfCoupling: height, distance: 0.02, error: 1e-11, y },
  };
}

const lines = [exclusion(null, 0.0601), exclusion(3, 0.0557), exclusion(2, 0.0427), exclusion(4, 0.0596)];

function check(n: number, replicas: number, flips: number, zScore: number): TupleCheckRow {
  const expected = 10 ** replicas;
  const standardError = 0.05 * expected;
  const sound = { status: "ok", n, selfCoupling: 0.3, replicas, flips, samples: 50, occupied: 40 } as const;
  return { ...sound, mean: expected + zScore * standardError, standardError, expected, zScore };
}

const checks = [16, 22].flatMap((n) =>
  [2, 3, 4].flatMap((replicas) => [2, 4, 6].map((flips) => check(n, replicas, flips, (flips - 4) / 2))),
);

const traces = (figure: Figure, panel: string): ScatterTrace[] =>
  figure.data.filter(
    (trace): trace is ScatterTrace => trace.type === "scatter" && (trace.xaxis ?? "x") === `x${panel}`,
  );

/** Paths of values that JSON cannot hold. */
function undrawable(value: unknown, path = ""): string[] {
  if (value === undefined) return [path];
  if (typeof value === "number") return Number.isFinite(value) ? [] : [path];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => undrawable(inner, `${path}.${key}`));
}

describe("the figure", () => {
  const figure = gapSidesFigure(lines, checks);

  test("has a caption with its equations, tables, and nothing that JSON cannot hold", () => {
    expect(figure.caption).toMatch(/\(P13\).*\(P14\).*\(P15\)/);
    expect(figure.caption).toContain("= 22");
    expect(undrawable(figure)).toEqual([]);
    expect(figure.tables.map(({ name, rows }) => [name, rows.length])).toEqual([
      ["tuple-thresholds", 4],
      ["tuple-lines", 20],
      ["tuple-enumeration", 18],
    ]);
    for (const { columns, rows } of figure.tables)
      for (const row of rows) expect(row).toHaveLength(columns.length);
  });

  test("(a) a line each, clusters first, by the number of members; (b) thresholds and the best so far", () => {
    expect(traces(figure, "").map(({ name }) => name)).toEqual([
      "clusters, <i>S</i>* = 0",
      ...[2, 3, 4].map((m) => `<i>m</i> = ${m}`),
    ]);
    const [gap, best, points] = traces(figure, "2");
    expect(gap.y).toEqual([0.0601, 0.0601]);
    expect(points.y).toEqual([0.0427, 0.0557, 0.0596]);
    expect(best.y).toEqual(points.y);
    const falling = gapSidesFigure([...lines, exclusion(5, 0.05)]);
    expect(traces(falling, "2")[1].y).toEqual([0.0427, 0.0557, 0.0596, 0.0596]);
  });

  test("(c) the largest N alone; (d) all scores", () => {
    const means = traces(figure, "3").filter(({ mode, x }) => mode === "markers" && x[0] !== null);
    expect(means.map(({ y }) => y[1])).toEqual([100, 1000, 10_000]);
    const scores = traces(figure, "4").flatMap(({ y }) => y.filter((z) => z !== null));
    expect(scores.sort()).toEqual(checks.map(({ zScore }) => zScore).sort());
  });

  test("at column width every legend stands with its panel, and all four panels are there", () => {
    const column = columnFigure(figure);
    for (const k of ["", "2", "3", "4"]) expect(column.layout).toHaveProperty(`xaxis${k}`);
    expect(undrawable(column)).toEqual([]);
  });

  test("without enumeration two panels, without lines none", () => {
    const upper = gapSidesFigure(lines);
    expect(upper.layout).not.toHaveProperty("xaxis3");
    expect(upper.caption).not.toContain("(c)");
    expect(undrawable(upper)).toEqual([]);
    const failed: ExclusionRow = { status: "not-converged", replicas: 2, line: [], highest: null };
    expect(gapSidesFigure([failed]).data).toEqual([]);
    const gaps = gapSidesFigure([...lines, { ...failed, replicas: 7 }], checks);
    expect(undrawable(gaps)).toEqual([]);
  });
});

describe("findings", () => {
  test("agree where no line of tuples passes that of clusters and all scores are small", () => {
    const findings = gapSidesFindings(lines, checks);
    expect(findings.map(({ verdict }) => verdict)).toEqual(["agrees", "agrees", "agrees", "agrees"]);
    expect(findings.map(({ kind }) => kind)).toEqual(["check", "check", undefined, undefined]);
    expect(findings[0].claim).toContain("4 are excluded");
    expect(findings[0].measured?.value).toBe(0.0596);
    expect(findings[3].claim).toContain("= 22");
  });

  test("differ where a line of tuples passes that of clusters, or a score is large", () => {
    const [threshold, envelope] = gapSidesFindings([...lines, exclusion(5, 0.0602)]);
    expect([threshold.verdict, envelope.verdict]).toEqual(["differs", "differs"]);
    const [, , all] = gapSidesFindings(lines, [...checks, check(22, 4, 8, 5)]);
    expect(all.verdict).toBe("differs");
    expect(all.claim).toContain("18 of 19");
  });

  const plain = (text: string): string => text.replaceAll(/<[^>]+>/g, "");
  const claimsOf = (rows: readonly ExclusionRow[]) => gapSidesFindings(rows).map(({ claim }) => plain(claim));

  test("an envelope that is passed is told, with how often, by how much and where", () => {
    const at = ([one, ...rest]: readonly ExclusionRow[]) => claimsOf([one!, ...rest])[1];
    expect(at(lines)).toMatch(
      /^At none of 5 distances are tuples excluded .*; the best number of members comes within/,
    );
    // Lines scale with their height, so that 0.0611 passes 0.0601 by 0.001 times the shape, most at d = 0.02.
    const everywhere = at([...lines, exclusion(5, 0.0611)]);
    expect(everywhere).toMatch(
      /^At 5 of 5 distances tuples are excluded .* by up to 0.001 \(at d = 0.02\) in/,
    );
    expect(everywhere).not.toMatch(/comes within/);
    const tall = exclusion(5, 0.0596);
    const here = tall.line.map((point) =>
      point.distance === 0.1 ? { ...point, selfCoupling: point.selfCoupling! + 0.002 } : point,
    );
    // 0.6 · (0.0596 − 0.0601) + 0.002 = 0.0017 beyond there; elsewhere at most 0.0005 short, at the top.
    expect(at([...lines, { ...tall, line: here }])).toMatch(
      /^At 1 of 5 distances .* by up to 0.0017 \(at d = 0.1\) in .*; elsewhere .* within 0.0005 \(at d = 0.02\) of it/,
    );
  });

  test("the number of replicas is between two integers only where it is", () => {
    const claim = (y: number) => claimsOf([exclusion(null, 0.0601, y), exclusion(2, 0.0427)])[0];
    expect(claim(4.66)).toMatch(/is 4.66, between two integers$/);
    expect(claim(5)).toMatch(/is 5$/);
    expect(claim(4.9999)).toMatch(/is 5$/);
  });

  test("a threshold beyond J_gap is not called short of it, and numbers of members are those with a threshold", () => {
    const claim = (...replicas: readonly number[]) =>
      claimsOf([exclusion(null, 0.0601), ...replicas.map((m) => exclusion(m, 0.01 * m))])[0];
    expect(claim(2, 3, 4)).toMatch(/^Of groups of 2 to 4 members, those of 4 .* 0.0201 short of/);
    expect(claim(2, 3, 5)).toMatch(/^Of groups of 2, 3 and 5 members, those of 5/);
    expect(claim(7)).toMatch(/^Of groups of 7 members, those of 7 .* 0.0099 beyond/);
  });

  test("errors of the thresholds that hide which is higher leave it open", () => {
    const verdict = (height: number, error: number) => {
      const row = exclusion(5, height);
      return gapSidesFindings([lines[0], { ...row, highest: { ...row.highest!, error } }])[0].verdict;
    };
    expect(verdict(0.0591, 0.0002)).toBe("agrees");
    expect(verdict(0.0591, 0.0003)).toBe("open");
    expect(verdict(0.0611, 0.0002)).toBe("differs");
    expect(verdict(0.0611, 0.0003)).toBe("open");
    expect(verdict(0.0601, 1e-11)).toBe("agrees");
  });

  test("enumeration names the groups that it has", () => {
    const claim = (rows: readonly TupleCheckRow[]) => gapSidesFindings([], rows)[0].claim;
    expect(claim(checks)).toContain("groups of 2 to 4 fixed points");
    const pairs = checks.filter(({ replicas }) => replicas === 2);
    expect(claim(pairs)).toContain("groups of 2 fixed points");
    expect(claim([...pairs, { ...check(16, 3, 2, 0), zScore: null }])).toContain("groups of 2 fixed points");
  });

  test("none without rows", () => {
    expect(gapSidesFindings([])).toEqual([]);
  });
});
