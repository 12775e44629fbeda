/** @file `atlas sweep`: what scripts rely on, against the commands and formulas that give the same numbers, and bad input. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { AccessibilityRow } from "../../../sim/experiments/rows.ts";
import { storedResults } from "../../../sim/sweep/read.ts";
import { breaker } from "../sweep/fixtures/fallible.ts";
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

const dynamics = `
experiment: dynamics
grid:
  n: [40, 60]
  selfCoupling: 0.1:0.1:0.4
budget: 100
samples: 12
samplesPerTask: 4
seeds: 3
`;
const points = 8;
const dynamicsTasks = 3 * points;

const fallible = `
experiment: ${JSON.stringify(fileURLToPath(new URL("../sweep/fixtures/fallible.ts", import.meta.url)))}
grid: { x: 0:1:5 }
samples: 2
`;

interface Counts {
  readonly tasks: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly left: number;
}

/** Cells of a CSV file without quotes, by column. */
function readCsv(path: string): Record<string, string>[] {
  const [head = "", ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) =>
    Object.fromEntries(line.split(",").map((cell, k) => [head.split(",")[k]!, cell])),
  );
}

describe("a grid", () => {
  test("is run once, and its rows hold the counts of `atlas dynamics`", async () => {
    const file = sweepFile(dynamics);
    const counts = { tasks: dynamicsTasks, others: 0, failed: 0, left: 0 };
    expect(await atlasJson(["sweep", "run", file, "--out", out])).toMatchObject({
      ...counts,
      done: dynamicsTasks,
      skipped: 0,
      complete: true,
    });
    expect(await atlasJson(["sweep", "run", file, "--out", out])).toMatchObject({
      ...counts,
      done: 0,
      skipped: dynamicsTasks,
    });
    expect(await atlasJson(["sweep", "status", file, "--out", out])).toMatchObject({
      tasks: dynamicsTasks,
      done: dynamicsTasks,
      running: 0,
      left: 0,
      complete: true,
    });

    const csv = join(folder, "rows.csv");
    await atlasJson(["sweep", "export", file, "--out", out, "--file", csv]);
    const rows = readCsv(csv);
    expect(rows).toHaveLength(12 * points);
    for (const n of [40, 60]) {
      const { rows: expected } = await atlasJson<{ rows: AccessibilityRow[] }>(
        `dynamics --n ${n} --jd 0.1:0.1:0.4 --samples 12 --max-sweeps 100 --seed 3`.split(" "),
      );
      for (const { selfCoupling, converged } of expected) {
        const here = rows.filter((row) => Number(row.n) === n && Number(row.selfCoupling) === selfCoupling);
        expect(here.filter((row) => row.converged === "true")).toHaveLength(converged);
      }
    }
  });

  test("`--sql` and `--by` agree; shares come with the interval of Wilson (1927)", async () => {
    const file = sweepFile(dynamics);
    await atlasJson(["sweep", "run", file, "--out", out]);
    const sql = "SELECT n, selfCoupling, sum(converged::INT) AS k FROM rows GROUP BY ALL ORDER BY ALL";
    const asked = await atlasJson<{ rows: number[][] }>([
      "sweep",
      "export",
      file,
      "--out",
      out,
      "--sql",
      sql,
    ]);
    const by = ["sweep", "export", file, "--out", out, "--by"];
    const { rows } = await atlasJson<{ rows: Record<string, number>[] }>([...by, "n,selfCoupling"]);
    expect(rows.map(({ n, selfCoupling }) => [n, selfCoupling])).toEqual(
      asked.rows.map((row) => row.slice(0, 2)),
    );
    const trials = 12;
    const z = 1.959963984540054;
    rows.forEach(({ count, converged, convergedLow, convergedHigh }, k) => {
      expect(count).toBe(trials);
      expect(converged).toBeCloseTo(asked.rows[k]![2]! / trials, 14);
      const centre = (converged! + z ** 2 / (2 * trials)) / (1 + z ** 2 / trials);
      const half =
        (z / (1 + z ** 2 / trials)) *
        Math.sqrt((converged! * (1 - converged!)) / trials + z ** 2 / (4 * trials ** 2));
      expect(convergedLow).toBeCloseTo(centre - half, 12);
      expect(convergedHigh).toBeCloseTo(centre + half, 12);
    });
    // One network at several J_D does not count as several.
    const { code, messages } = await atlas([...by, "n"]);
    expect([code, messages]).toEqual([
      2,
      [
        "rows of one sample (seed 3, sample 0) are not independent and must not fall into one group: group by selfCoupling too",
      ],
    ]);
  });

  test.each([
    ["enumerate", "experiment: enumerate\ngrid: { n: 8, selfCoupling: 0.5 }\nsamples: 4\n"],
    ["entropy", "experiment: entropy\ngrid: { selfCoupling: [0.5, 1] }\n"],
  ])("`--by` is refused where rows are no samples: %s", async (name, text) => {
    const file = sweepFile(text);
    await atlasJson(["sweep", "run", file, "--out", out]);
    const { code, messages } = await atlas(["sweep", "export", file, "--out", out, "--by", "selfCoupling"]);
    expect([code, messages]).toEqual([
      2,
      [`--by takes independent samples together, and rows of ${name} are none: ask with --sql`],
    ]);
  });

  test("a chunk runs only its tasks; two chunks make the whole, and the merged files those of one run", async () => {
    const file = sweepFile(dynamics);
    const whole = join(folder, "whole");
    await atlasJson(["sweep", "run", file, "--out", whole]);
    const keys = [...storedResults(whole)].map(({ key }) => key);
    for (const [name, part] of Object.entries({ a: keys.slice(0, 7), b: keys.slice(7) })) {
      const chunk = sweepFile(`${part.join("\n")}\n`, `${name}.keys`);
      const counts = await atlasJson(["sweep", "run", file, "--out", out, "--chunk", chunk]);
      expect(counts).toMatchObject({ tasks: part.length, done: part.length, left: 0 });
    }
    expect(readdirSync(join(out, "rows"))).toHaveLength(2);
    for (const target of [whole, out]) await atlasJson(["sweep", "merge", file, "--out", target]);
    for (const name of ["results.jsonl", "rows.parquet"]) {
      expect(readFileSync(join(out, "merged", name))).toEqual(readFileSync(join(whole, "merged", name)));
    }
  });

  test("stopped by a signal it says how to go on, and goes on", async () => {
    const file = sweepFile(dynamics);
    const stopped = await atlas(["sweep", "run", file, "--out", out, "--json"], AbortSignal.abort());
    expect(stopped.code).toBe(1);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ done: 0, left: dynamicsTasks, complete: false });
    expect(stopped.messages.at(-1)).toBe(
      `stopped; what is done is kept in ${out}: run the same command to go on`,
    );
    expect(await atlasJson(["sweep", "run", file, "--out", out])).toMatchObject({ done: dynamicsTasks });
  });
});

describe("failures", () => {
  test("are told with their keys, kept with their tracebacks, and tried again", async () => {
    const file = sweepFile(fallible);
    const broken = join(folder, "broken");
    writeFileSync(broken, "");
    vi.stubEnv(breaker, broken);
    onTestFinished(() => void vi.unstubAllEnvs());
    const run = await atlas(["sweep", "run", file, "--out", out, "--json"]);
    expect(run.code).toBe(1);
    const summary = JSON.parse(run.stdout) as Counts & { failures: { key: string; message: string }[] };
    expect(summary).toMatchObject({ tasks: 12, done: 10, failed: 2, left: 0, complete: false });
    expect(summary.failures.map(({ message }) => message)).toEqual([
      "three is too much",
      "three is too much",
    ]);
    expect(run.messages.at(-1)).toBe(
      `2 failed; tracebacks: atlas sweep status ${file} --out ${out} --failures`,
    );

    const status = await atlas(["sweep", "status", file, "--out", out, "--failures"]);
    expect(status.code).toBe(0);
    expect(status.stdout).toContain(`task ${summary.failures[0]!.key} (threw, tried once)`);
    expect(status.stdout).toMatch(
      /RangeError: three is too much\n +at (async )?(\w+\.)?runTask .*fallible\.ts/,
    );

    rmSync(broken);
    expect(await atlasJson(["sweep", "run", file, "--out", out])).toMatchObject({
      done: 2,
      skipped: 10,
      failed: 0,
    });
    expect(await atlasJson(["sweep", "status", file, "--out", out])).toMatchObject({
      done: 12,
      failures: [],
    });
  });

  test("`onFailure: stop` leaves the rest", async () => {
    const file = sweepFile(`${fallible}run: { onFailure: stop, workers: 1 }\n`);
    const broken = join(folder, "broken");
    writeFileSync(broken, "");
    vi.stubEnv(breaker, broken);
    onTestFinished(() => void vi.unstubAllEnvs());
    const run = await atlas(["sweep", "run", file, "--out", out, "--json"]);
    const { failed, left, done } = JSON.parse(run.stdout) as Counts;
    expect([failed, done + left]).toEqual([1, 11]);
    expect(left).toBeGreaterThan(0);
    expect(run.messages).toContain("stopped at the first failure, as the sweep file asks");
  });
});

test("an adaptive sweep finds J_a to the error asked for, and the same again from the rows alone", async () => {
  const file = sweepFile(`
experiment: dynamics
grid: { n: 40 }
budget: 100
adaptive: { parameter: selfCoupling, range: [0, 0.8], outcome: converged, error: 0.03, samplesPerRound: 20 }
`);
  interface Found extends Counts {
    readonly estimates: { readonly value: number; readonly standardError: number; readonly status: string }[];
  }
  const found = await atlasJson<Found>(["sweep", "run", file, "--out", out]);
  expect(found.estimates).toHaveLength(1);
  const [estimate] = found.estimates;
  expect(estimate).toMatchObject({ status: "ok", point: { n: 40, budget: 100 } });
  expect(estimate!.standardError).toBeLessThanOrEqual(0.03);
  // The same threshold from 400 other networks on a fixed grid, by linear interpolation of the shares at 1/2.
  const { rows } = await atlasJson<{ rows: AccessibilityRow[] }>(
    "dynamics --n 40 --jd 0:0.05:0.5 --samples 400 --max-sweeps 100 --seed 9".split(" "),
  );
  const k = rows.findIndex(({ converged }) => converged >= 200);
  const [low, high] = [rows[k - 1]!, rows[k]!];
  const crossing = low.selfCoupling + (0.05 * (200 - low.converged)) / (high.converged - low.converged);
  // 0.03 asked for; 0.025 = half a binomial standard deviation of 400 at p = 1/2, over a slope of about 2 to 4 per J_D.
  expect(Math.abs(estimate!.value - crossing)).toBeLessThan(4 * Math.hypot(0.03, 0.0125) + 0.01);
  const again = await atlasJson<Found>(["sweep", "run", file, "--out", out]);
  expect(again).toEqual({ ...found, done: 0, skipped: found.tasks });
  expect(await atlasJson(["sweep", "status", file, "--out", out])).toMatchObject({
    estimates: found.estimates,
  });
});

test("an adaptive sweep that uses up its samples: exit code 1; its interval stays in the domain", async () => {
  const file = sweepFile(`
experiment: dynamics
grid: { n: 10 }
budget: 20
adaptive: { parameter: selfCoupling, range: [0, 0.8], outcome: converged, error: 0.001, samplesPerRound: 8, mostSamples: 16 }
`);
  const { code, stdout } = await atlas(["sweep", "run", file, "--out", out, "--json"]);
  expect(code).toBe(1);
  const { estimates } = JSON.parse(stdout) as { estimates: { status: string; low: number | null }[] };
  expect(estimates.map(({ status }) => status)).toEqual(["not-converged"]);
  for (const { low } of estimates) expect(low ?? 0).toBeGreaterThanOrEqual(0);
});

describe("bad input: exit code 2, one line, nothing written", () => {
  test.each([
    ["no file", (): string[] => ["run", join(folder, "none.yaml")], /none\.yaml.*no such file/],
    ["no sweep", () => ["run", sweepFile("just text")], /sweep\.yaml/],
    ["an unknown experiment", () => ["run", sweepFile("experiment: dynamic\n")], /dynamics/],
    [
      "an unknown parameter",
      () => ["run", sweepFile("experiment: entropy\ngrid: { jd: 1 }\n")],
      /selfCoupling/,
    ],
    ["a value outside", () => ["run", sweepFile("experiment: entropy\ngrid: { selfCoupling: -1 }\n")], /-1/],
    ["an empty --out", () => ["run", sweepFile(dynamics), "--out", ""], /--out must be a folder/],
    [
      "no chunk file",
      () => ["run", sweepFile(dynamics), "--out", out, "--chunk", join(folder, "x")],
      /--chunk: cannot read/,
    ],
    ["nothing to export", () => ["export", sweepFile(dynamics), "--out", out], /--file must name/],
    [
      "a format unknown",
      () => ["export", sweepFile(dynamics), "--out", out, "--file", "a.xlsx"],
      /\.xlsx.*--format/,
    ],
    [
      "two answers",
      () => ["export", sweepFile(dynamics), "--out", out, "--by", "n", "--file", "a.csv"],
      /--by/,
    ],
    [
      "a column unknown",
      () => ["export", sweepFile(dynamics), "--out", out, "--by", "m"],
      /--by must be one of n, /,
    ],
    [
      "SQL that is none",
      () => ["export", sweepFile(dynamics), "--out", out, "--sql", "SELEC 1"],
      /syntax error/i,
    ],
    ["no kind of cluster", () => ["submit", sweepFile(dynamics), "--out", out], /--slurm/],
    ["an experiment unknown", () => ["experiments", "--name", "hopfield"], /--name must be one of dynamics/],
  ])("%s", async (_, args, message) => {
    const { code, stdout, messages } = await atlas(["sweep", ...args()]);
    expect({ code, stdout, lines: messages.length }).toEqual({ code: 2, stdout: "", lines: 1 });
    expect(messages[0]).toMatch(message);
    expect(messages[0]).not.toContain("\n");
    expect(readdirSync(folder).filter((name) => name === "out")).toEqual([]);
  });

  test("no subcommand: exit code 2, and their names", async () => {
    const { code, messages } = await atlas(["sweep"]);
    expect(code).toBe(2);
    expect(messages).toEqual([
      expect.stringMatching(/^name a command: run, .*; atlas sweep --help explains them$/),
    ]);
  });

  test("a folder that cannot be made: exit code 1, one line", async () => {
    const file = sweepFile(dynamics);
    const { code, messages } = await atlas(["sweep", "run", file, "--out", join(file, "below")]);
    expect(code).toBe(1);
    expect(messages).toEqual([expect.stringContaining("a part of the path is not a folder")]);
  });
});

test("`experiments` lists every experiment, its parameters and its columns", async () => {
  const { experiments } = await atlasJson<{ experiments: { experiment: string }[] }>([
    "sweep",
    "experiments",
  ]);
  const names = experiments.map(({ experiment }) => experiment);
  expect(names).toEqual(expect.arrayContaining(["dynamics", "focusing", "learn", "hetero", "local-entropy"]));
  for (const name of names) {
    const described = await atlasJson<{ columns: { name: string }[]; parameters: object }>([
      "sweep",
      "experiments",
      "--name",
      name,
    ]);
    expect(described.columns.map((column) => column.name)).toEqual(
      expect.arrayContaining(Object.keys(described.parameters)),
    );
  }
});
