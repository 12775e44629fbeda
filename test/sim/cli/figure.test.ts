/** @file `atlas figure`: one file of the width and format asked for, its data, and refusals in one line. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { findChromium } from "../../../sim/figures/index.ts";
import { figureNames } from "../../../sim/reproduce.ts";
import { atlas, atlasJson, shardsOf } from "./harness.ts";

interface Written {
  readonly file: string;
  readonly data: readonly string[];
  readonly command: string;
  readonly widthPoints: number;
}

const built = existsSync("dist/assets/plotly.min.js");
const folder = mkdtempSync(join(tmpdir(), "atlas figure "));
const out = join(folder, "results");
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

describe.skipIf(!built)("atlas figure", () => {
  beforeAll(async () => {
    await atlas(["figure", "local-entropy", "--format", "html", "--out", out]);
  }, 60_000);

  test("writes a page and its data, and uses the rows that are there", async () => {
    const shards = shardsOf(out);
    const args = ["figure", "local-entropy", "--width", "column", "--format", "html", "--out", out];
    const { file, data, command, widthPoints } = await atlasJson<Written>(args);
    expect(file).toBe(join(out, "local-entropy-column.html"));
    expect(data).toEqual([join(out, "local-entropy.csv")]);
    expect(readFileSync(file, "utf8")).toContain(command);
    expect(Math.abs(widthPoints - (8.6 / 2.54) * 72)).toBeLessThan(0.5);
    expect(shardsOf(out)).toEqual(shards);
    // The command, run as it is printed, names the same figure.
    expect(command).toBe("atlas figure local-entropy --width column --format html --preset quick --seed 1");
  });

  test("several names make one figure", async () => {
    const args = ["figure", "local-entropy,complexity", "--format", "html", "--out", out];
    const { file, data } = await atlasJson<Written>(args);
    expect(file).toBe(join(out, "local-entropy-and-complexity.html"));
    expect(data).toHaveLength(3);
    expect(readFileSync(file, "utf8")).toContain("(f)");
  });

  test.skipIf(findChromium() === null)("pdf and svg have the size of a column", async () => {
    for (const format of ["pdf", "svg"]) {
      const args = ["figure", "local-entropy", "--width", "column", "--format", format, "--out", out];
      const { file } = await atlasJson<Written>(args);
      const text = readFileSync(file, "latin1");
      const width = format === "pdf" ? /\/MediaBox\s*\[0 0 ([\d.]+)/ : /<svg [^>]*width="([\d.]+)pt"/;
      expect(Math.abs(Number(width.exec(text)![1]) - (8.6 / 2.54) * 72)).toBeLessThan(0.5);
    }
  });

  test("without a browser an image is refused in one line, and nothing is left half written", async () => {
    vi.stubEnv("CHROMIUM_PATH", "");
    const before = readdirSync(out);
    const { code, stdout, messages } = await atlas([
      "figure",
      "local-entropy",
      "--format",
      "pdf",
      "--out",
      out,
    ]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(messages).toEqual([
      expect.stringMatching(/^PDF needs a browser: CHROMIUM_PATH is empty; --format html/),
    ]);
    expect(readdirSync(out)).toEqual(before);
  });
});

describe("atlas figure refuses before it computes", () => {
  test.each([
    ["a folder in the way", ["shift", "--preset", "paper", "--format", "html"], /is a folder/],
    ["too long a name", [figureNames.join(","), "--preset", "paper", "--format", "html"], /longer/],
  ])("%s", async (_, args, pattern) => {
    mkdirSync(join(folder, "taken", "shift.html"), { recursive: true });
    const { code, messages } = await atlas(["figure", ...args, "--out", join(folder, "taken")]);
    expect(code).toBe(1);
    expect(messages).toEqual([expect.stringMatching(pattern)]);
  });
});

test("another seed has a folder of its own", async () => {
  const { stdout } = await atlas(["reproduce", "--dry-run", "--seed", "7", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ out: join("results", "quick-seed-7") });
});

describe("atlas figure refuses with exit code 2", () => {
  test.each([
    [["nothing"], /NAME/],
    [["entropy,"], /NAME/],
    [["entropy,entropy"], /NAME/],
    [["entropy", "--width", "8.6"], /--width/],
    [["entropy", "--format", "eps"], /--format/],
    [["entropy", "--preset", "huge"], /--preset/],
    [["entropy", "--out", ""], /--out/],
    [[], /name/],
    [["entropy", "typical"], /too many arguments/],
  ])("%j", async (args, pattern) => {
    const { code, messages } = await atlas(["figure", ...args]);
    expect(code).toBe(2);
    expect(messages).toEqual([expect.stringMatching(pattern)]);
  });
});
