/** @file `atlas focusing`: the JSON that scripts rely on, and what bad input gets. */
import { describe, expect, test } from "vitest";
import type { FocusingRow } from "../../../sim/experiments/rows.ts";
import { atlas, atlasJson } from "./harness.ts";

interface Rows {
  readonly rows: readonly FocusingRow[];
}

const small = ["focusing", "--n", "40", "--jd", "0.02,0.6", "--samples", "8"];

describe("rows", () => {
  test.each([
    ["scoping", ["--replicas", "8", "--steps", "30"]],
    ["pseudo-reinforcement", ["--inner", "10"]],
    ["reinforcement", ["--steps", "100", "--inner", "2", "--damping", "0.6"]],
  ])("--protocol %s", async (protocol, options) => {
    const { rows } = await atlasJson<Rows>([...small, "--protocol", protocol, ...options]);
    expect(rows.map((row) => [row.status, row.n, row.selfCoupling, row.protocol, row.samples])).toEqual([
      ["ok", 40, 0.02, protocol, 8],
      ["ok", 40, 0.6, protocol, 8],
    ]);
    // A strong self-coupling is solved every time, a weak one hardly ever (half-way is near 0.1 at this size).
    expect(rows[1].solved).toBe(8);
    expect(rows[1].medianIterations).toBeGreaterThan(0);
    expect(rows[1].unstableFraction).toBe(0);
    expect(rows[0].solved).toBeLessThan(4);
    expect(rows[0].medianIterations).toBeNull();
    // About log 2 + log Φ(J_D): 0.0159 and 0.3721.
    expect(rows[1].betheEntropy).toBeCloseTo(0.3721, 1);
  });

  test("--points: a protocol of one's own, with expressions", async () => {
    const { rows } = await atlasJson<Rows>([
      ...small,
      "--points",
      "1:0,5:sqrt(0.25),max(5,10):1",
      "--inner",
      "60",
    ]);
    expect(rows.map(({ protocol }) => protocol)).toEqual(["points", "points"]);
    expect(rows[1].solved).toBeGreaterThan(0);
  });

  test("the same seed gives the same output on one worker and on two, another seed another", async () => {
    const one = await atlas([...small, "--json", "--workers", "1", "--seed", "5"]);
    const two = await atlas([...small, "--json", "--workers", "2", "--seed", "5"]);
    const other = await atlas([...small, "--json", "--workers", "2", "--seed", "6"]);
    expect(two.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });

  test("a J_D that is given twice is one row; without --json a table for people", async () => {
    const { stdout, code } = await atlas(["focusing", "--n", "20", "--jd", "0.5,0.5", "--samples", "2"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/N +J_D +protocol +samples +solved +median iterations/);
    expect(stdout.trim().split("\n")).toHaveLength(2);
  });

  test("a run that is stopped at once prints rows marked unstarted, with null for every number", async () => {
    const { code, stdout } = await atlas([...small, "--json"], AbortSignal.abort());
    expect(code).toBe(1);
    const { rows } = JSON.parse(stdout) as Rows;
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(row).toMatchObject({ status: "unstarted", samples: 0, solved: 0, protocol: "scoping" });
      expect([row.medianIterations, row.betheEntropy, row.overlap, row.distance]).toEqual([
        null,
        null,
        null,
        null,
      ]);
    }
  });
});

describe("bad input gets exit code 2 and one line that names it", () => {
  const cases: [RegExp, string[]][] = [
    [/--n/, ["focusing", "--n", "1", "--jd", "0.2", "--samples", "1"]],
    [/--n/, ["focusing", "--n", "23000", "--jd", "0.2", "--samples", "1"]],
    [/--n/, ["focusing", "--jd", "0.2", "--samples", "1"]],
    [/--jd/, ["focusing", "--n", "20", "--jd", "-0.1", "--samples", "1"]],
    [/--jd/, ["focusing", "--n", "20", "--jd", "", "--samples", "1"]],
    [/--samples/, ["focusing", "--n", "20", "--jd", "0.2", "--samples", "0"]],
    [/--protocol/, [...small, "--protocol", "annealing"]],
    [/--replicas/, [...small, "--replicas", "0.5"]],
    [/--replicas/, [...small, "--replicas", "NaN"]],
    [/--replicas/, [...small, "--protocol", "reinforcement", "--replicas", "5"]],
    [/--steps/, [...small, "--steps", "1"]],
    [/--steps/, [...small, "--protocol", "reinforcement", "--steps", "0"]],
    [/--points/, [...small, "--points", "10"]],
    [/--points/, [...small, "--points", ""]],
    [/--points/, [...small, "--points", "10:x"]],
    [/--points: y/, [...small, "--points", "0:1"]],
    [/--points: γ/, [...small, "--points", "10:-1"]],
    [/--points does not go with --steps/, [...small, "--points", "10:1", "--steps", "5"]],
    [/--points does not go with --protocol/, [...small, "--points", "10:1", "--protocol", "scoping"]],
    [/--backend must be one of wasm, webgpu, auto/, [...small, "--backend", "cuda"]],
    [/--backend webgpu does not go with --symmetry/, [...small, "--backend", "webgpu", "--symmetry", "0.5"]],
    [/does not go with .*--layers/, [...small, "--backend", "webgpu", "--layers", "2", "--lambda", "0.1"]],
    [/--inner/, [...small, "--inner", "0"]],
    [/--damping/, [...small, "--damping", "1"]],
    [/--tolerance/, [...small, "--tolerance", "0"]],
    [/rows/, ["focusing", "--n", "20", "--jd", "0:0.001:3", "--samples", "1000"]],
  ];

  test.each(cases)("%s: %j", async (pattern, args) => {
    const { code, stdout, messages } = await atlas(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(pattern);
    expect(messages[0]).not.toContain("\n");
  });
});
