/** @file `atlas focusing` of ensembles: the JSON that scripts rely on, and what bad input gets. */
import { describe, expect, test } from "vitest";
import type { EnsembleFocusingRow } from "../../../sim/experiments/rows-beyond.ts";
import { atlas, atlasJson } from "./harness.ts";

interface Rows {
  readonly rows: readonly EnsembleFocusingRow[];
}

const small = ["focusing", "--n", "20", "--jd", "0.6", "--samples", "3", "--steps", "20"];

describe("rows", () => {
  test.each([
    [["--symmetry", "0"], { symmetry: 0 }],
    [
      ["--symmetry=-0.2", "--layers", "2", "--lambda", "0.5"],
      { symmetry: -0.2, layers: 2, ferromagneticCoupling: 0.5 },
    ],
  ])("%j say which ensemble and that columns were used", async (options, fields) => {
    const { rows } = await atlasJson<Rows>([...small, ...options]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ status: "ok", n: 20, samples: 3, algorithm: "columns", ...fields });
    expect(rows[0].solved).toBeGreaterThan(1);
  });

  test("without options of an ensemble rows are those of single messages, without its fields", async () => {
    const { rows } = await atlasJson<Rows>(small);
    for (const name of ["algorithm", "symmetry", "layers", "ferromagneticCoupling"])
      expect(rows[0]).not.toHaveProperty(name);
  });

  test("a table names ensemble and algorithm", async () => {
    const { stdout } = await atlas([...small, "--layers", "2", "--lambda", "0.5"]);
    expect(stdout).toMatch(/layers +lambda +N +J_D .*algorithm +status/);
    expect(stdout).toMatch(/columns +ok/);
  });
});

test("--help names the largest λ, which is taken", async () => {
  const { stdout } = await atlas(["focusing", "--help"]);
  expect(stdout.replace(/\s+/g, " ")).toContain("coupling λ from 0 to 100 between");
  const { code } = await atlas([...small, "--layers", "2", "--lambda", "100"]);
  expect(code).toBe(0);
});

describe("bad input gets exit code 2 and one line that names it", () => {
  test.each([
    [/--symmetry/, ["--symmetry", "1.5"]],
    [/--symmetry/, ["--symmetry", "NaN"]],
    [/--lambda/, ["--lambda", "0.5"]],
    [/--lambda/, ["--layers", "2", "--lambda=-1"]],
    [/--lambda must be in \[0, 100\], got 500/, ["--layers", "2", "--lambda", "500"]],
    [/--layers/, ["--layers", "infinite"]],
    [/--layers/, ["--layers", "0"]],
    [/--n times --layers/, ["--layers", "2000"]],
  ])("%s: %j", async (pattern, options) => {
    const { code, stdout, messages } = await atlas([...small, ...options]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(pattern);
  });
});
