/** @file The files of `atlas sweep`: what an export may not replace, and modules that print or end the program. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { atlas, atlasJson } from "./harness.ts";

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atlas sweep-"));
  out = join(folder, "out");
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

/** Writes a sweep file and returns its path. */
function sweepFile(text: string, name = "sweep.yaml"): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const dynamics = "{ experiment: dynamics, grid: { n: 10, selfCoupling: 0.3, budget: 1 } }";

test("no export replaces results, the sweep file, or the module of an experiment of one's own", async () => {
  const own = fileURLToPath(new URL("../sweep/fixtures/own-experiment.ts", import.meta.url));
  const module = join(folder, "own.ts");
  writeFileSync(module, readFileSync(own));
  const file = sweepFile("{ experiment: ./own.ts, grid: { a: 1 } }");
  const shard = join(out, "rows", "a.jsonl");
  mkdirSync(join(out, "rows"), { recursive: true });
  writeFileSync(shard, "");
  for (const target of [shard, file, module]) {
    const before = readFileSync(target, "utf8");
    const args = ["sweep", "export", file, "--out", out, "--file", target, "--format", "csv"];
    const { code, messages } = await atlas(args);
    expect([code, messages]).toEqual([2, [expect.stringMatching(/ not to be replaced$/)]]);
    expect(readFileSync(target, "utf8")).toBe(before);
  }
});

test("an export or a query that a signal stops says so, and writes nothing", async () => {
  const file = sweepFile(dynamics);
  for (const more of [
    ["--sql", "FROM rows"],
    ["--file", join(folder, "rows.csv")],
  ]) {
    const args = ["sweep", "export", file, "--out", out, ...more];
    const { code, stdout, messages } = await atlas(args, AbortSignal.abort());
    expect({ code, stdout, messages }).toEqual({
      code: 1,
      stdout: "",
      messages: ["stopped before the end: nothing was written"],
    });
  }
  expect(readdirSync(folder)).toEqual(["sweep.yaml"]);
});

test("bounds that are infinite are left out of the domains", async () => {
  for (const name of ["dynamics", "enumerate"]) {
    const { stdout } = await atlas(["sweep", "experiments", "--name", name]);
    expect(stdout).not.toContain("Infinity");
    expect(stdout).toMatch(/number, (from|above) 0 {2}/);
  }
});

describe("modules while they are loaded", () => {
  test("what they print goes to stderr", async () => {
    const file = sweepFile(
      'console.log("loading"); export default { experiment: "dynamics", grid: { n: 10, selfCoupling: 0.3, budget: 1 } };',
      "sweep.mjs",
    );
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const log = vi.spyOn(console, "log").mockReturnValue();
    onTestFinished(() => [stderr, stdout, log].forEach((spy) => spy.mockRestore()));
    await atlasJson(["sweep", "status", file, "--out", out]);
    expect(stderr.mock.calls.map(([text]) => text)).toContain("loading\n");
    expect([stdout.mock.calls, log.mock.calls]).toEqual([[], []]);
  });

  test.each([
    ["process.exit", "process.exit(0);"],
    ["an await without end", "await new Promise(() => {});"],
  ])("%s: exit code 1, and a line that says what ended the program", (_, text) => {
    const file = sweepFile(`${text} export default {};`, "sweep.mjs");
    const program = fileURLToPath(new URL("../../../sim/cli.ts", import.meta.url));
    const args = ["--import", "tsx", program, "sweep", "status", file, "--out", out];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(`atlas: ${file}: its module ends the program while it is loaded\n`);
  });
});
