/** @file `atlas dynamics` and `atlas enumerate` of ensembles: JSON, tables, help and bad input. */
import { describe, expect, test } from "vitest";
import type { AccessibilityRow, EntropyCheckRow } from "../../../sim/experiments/rows.ts";
import { atlas, atlasJson } from "./harness.ts";

const dynamics = [
  "dynamics",
  "--n",
  "20",
  "--jd",
  "0.2,3",
  "--samples",
  "4",
  "--max-sweeps",
  "200",
  "--workers",
  "1",
];
const enumerate = ["enumerate", "--n", "6", "--jd", "0.4", "--samples", "300", "--workers", "1"];

interface DynamicsJson {
  readonly rows: readonly AccessibilityRow[];
}

describe("dynamics", () => {
  test.each([
    [["--symmetry", "0.5"], { symmetry: 0.5 }],
    [
      ["--layers", "3", "--lambda", "sqrt(2)", "--symmetry", "-1"],
      { layers: 3, ferromagneticCoupling: Math.SQRT2, symmetry: -1 },
    ],
  ])("%j: rows name what was given", async (options, fields) => {
    const { rows } = await atlasJson<DynamicsJson>([...dynamics, ...options]);
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).toMatchObject({ status: "ok", n: 20, samples: 4, ...fields });
    expect(rows[1].converged).toBe(4);
    const names = ["symmetry", "layers", "ferromagneticCoupling"];
    const present = Object.keys(rows[0]).filter((name) => names.includes(name));
    expect(present.sort()).toEqual(Object.keys(fields).sort());
  });

  test("symmetry 0 and one layer change nothing but that rows name them", async () => {
    const { rows } = await atlasJson<DynamicsJson>(dynamics);
    for (const name of ["symmetry", "layers", "ferromagneticCoupling"])
      expect(Object.keys(rows[0])).not.toContain(name);
    const same = await atlasJson<DynamicsJson>([...dynamics, "--symmetry", "0", "--layers", "1"]);
    expect(same.rows).toEqual(rows.map((row) => ({ ...row, symmetry: 0, layers: 1 })));
  });
});

describe("enumerate", () => {
  test("--symmetry: the mean count and pairs by overlap, with their expectations", async () => {
    const answer = await atlasJson<EntropyCheckRow>([...enumerate, "--symmetry", "0.5"]);
    expect(answer).toMatchObject({ status: "ok", n: 6, samples: 300, symmetry: 0.5 });
    const { meanCount, standardError, expectedCount, pairs } = answer;
    expect(Math.abs(meanCount! - expectedCount) / standardError!).toBeLessThan(4);
    expect(pairs).toHaveLength(7);
    for (const { expected } of pairs) expect(expected).toBeGreaterThan(0);
  });

  test("--layers: a table with a column for each option given, and no expectation of pairs", async () => {
    const { stdout } = await atlas([...enumerate, "--layers", "2", "--lambda", "0.5"]);
    const [counts, pairs] = stdout.split("\n\n");
    expect(counts).toMatch(/^ *N +layers +lambda +samples +mean count +standard error +expected +z-score\n/);
    const zScore = Number(counts.trim().split(/\s+/).at(-1));
    expect(Math.abs(zScore)).toBeLessThan(4);
    expect(pairs.trim().split("\n").slice(1)).toHaveLength(14);
  });
});

describe("help and bad input", () => {
  test.each(["dynamics", "enumerate"])("%s --help names the options", async (name) => {
    const { code, stdout } = await atlas([name, "--help"]);
    expect(code).toBe(0);
    for (const option of ["--symmetry <number>", "--layers <integer>", "--lambda <number>"])
      expect(stdout).toContain(option);
  });

  test.each([
    [["--symmetry", "1.5"], "--symmetry must be in [-1, 1], got 1.5"],
    [["--symmetry", "much"], "--symmetry must be a finite number, got much"],
    [["--layers", "0"], "--layers must be an integer from 1 to 10000, got 0"],
    [["--layers", "1.5"], "--layers must be an integer from 1 to 10000, got 1.5"],
    [["--layers", "infinite"], "--layers must be an integer where networks are drawn, got infinite"],
    [["--layers", "9000"], /--n times --layers must be at most \d+, got \d+ times 9000/],
    [["--lambda", "0.5"], "--lambda goes with --layers of 2 or more, got --lambda 0.5 with one layer"],
    [["--layers", "2", "--lambda", "-1"], "--lambda must be a finite number of at least 0, got -1"],
    [["--layers", "2", "--lambda", "2000"], "--lambda must be in [0, 1000], got 2000"],
  ])("%j: one line and exit code 2", async (options, message) => {
    for (const command of [dynamics, enumerate]) {
      const { code, stdout, messages } = await atlas([...command, ...options]);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(messages).toHaveLength(1);
      expect(messages[0]).toMatch(message);
      expect(messages[0]).not.toContain("\n");
    }
  });

  test("enumerate refuses symmetric layers and a J_D that theory does not know", async () => {
    const both = await atlas([...enumerate, "--symmetry", "0.5", "--layers", "2"]);
    expect([both.code, both.messages.length]).toEqual([2, 1]);
    expect(both.messages[0]).toContain(
      "exact means are known for symmetry in one layer or for layers without it",
    );
    const large = await atlas(["enumerate", "--n", "6", "--jd", "4", "--samples", "3", "--symmetry", "0.5"]);
    expect([large.code, large.messages.length]).toEqual([2, 1]);
    expect(large.messages[0]).toContain("--jd must be in [0, 3], got 4");
  });
});
