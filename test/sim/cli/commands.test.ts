/** @file The command line: the JSON that scripts rely on, and what bad input gets. */
import { describe, expect, test } from "vitest";
import type {
  AccessibilityRow,
  EntropyRow,
  FranzParisiRow,
  LocalEntropyRow,
  PairBin,
} from "../../../sim/experiments/rows.ts";
import { atlas, atlasJson } from "./harness.ts";

interface Rows<Row> {
  readonly rows: readonly Row[];
}

describe("JSON of the contract", () => {
  test("entropy: any J_D ≥ 0, also far beyond the domain of the solvers", async () => {
    const { rows } = await atlasJson<Rows<EntropyRow>>(["entropy", "--jd", "0,0.5,50"]);
    expect(rows.map(({ selfCoupling, status }) => [selfCoupling, status])).toEqual([
      [0, "ok"],
      [0.5, "ok"],
      [50, "ok"],
    ]);
    // log(2 Φ(1/2)), 16 digits.
    expect(rows[1].annealed).toBeCloseTo(0.3242007652712888, 14);
    expect(rows[1].rs?.entropy).toBeCloseTo(0.3242007652712888, 12);
    expect(Object.keys(rows[1].rs ?? {}).sort()).toEqual(["entropy", "iterations", "overlap", "residual"]);
  });

  test("local-entropy at complexity 0 and at given y", async () => {
    const place = ["local-entropy", "--jd", "0.05,0.2", "--distance", "0.1"];
    const { rows } = await atlasJson<Rows<LocalEntropyRow>>(place);
    expect(rows.map(({ status }) => status)).toEqual(["ok", "ok"]);
    expect(rows[0].y).toBeCloseTo(4.06137373566, 7);
    expect(rows[0].localEntropy).toBeCloseTo(0.00515181103347, 9);
    const fixed = await atlasJson<Rows<LocalEntropyRow>>([...place, "--y", "2,3.5"]);
    expect(fixed.rows.map(({ selfCoupling, y }) => [selfCoupling, y])).toEqual([
      [0.05, 2],
      [0.05, 3.5],
      [0.2, 2],
      [0.2, 3.5],
    ]);
    expect(fixed.rows[3].phi).toBeCloseTo(0.2730411794437604, 8);
    for (const name of ["distance", "overlap", "qhat", "complexity", "residual", "error"]) {
      expect(rows[0]).toHaveProperty(name);
    }
  });

  test("franz-parisi", async () => {
    const { rows } = await atlasJson<Rows<FranzParisiRow>>([
      "franz-parisi",
      "--jd",
      "0.5",
      "--distance",
      "0.25",
    ]);
    expect(rows[0].quenched).toBeCloseTo(0.25911442162, 10);
    expect(rows[0].innerOverlap).toBeCloseTo(0.302491328, 8);
    expect(rows[0].annealed).toBeGreaterThan(rows[0].quenched ?? Infinity);
  });

  test("thresholds: every one with its error estimate, the same bits each time", async () => {
    interface Threshold {
      readonly status: string;
      readonly selfCoupling: number;
      readonly distance: number;
      readonly error: number;
      readonly y?: number;
    }
    const args = ["thresholds", "--distance", "0.1,0.2"];
    const first = await atlasJson<{ gapClosing: Threshold; monotone: Threshold; typical: Threshold[] }>(args);
    expect(first.gapClosing).toMatchObject({ status: "ok" });
    expect(first.gapClosing.selfCoupling).toBeCloseTo(0.0600992019, 9);
    expect(first.gapClosing.y).toBeCloseTo(4.66, 2);
    expect(first.monotone.selfCoupling).toBeCloseTo(0.073107699, 9);
    expect(first.typical.map(({ distance }) => distance)).toEqual([0.1, 0.2]);
    for (const { error } of [first.gapClosing, first.monotone, ...first.typical])
      expect(error).toBeLessThan(1e-9);
    expect(await atlasJson(args)).toEqual(first);
  });

  test("thresholds of a stopped run are null, each with its status", async () => {
    const { stdout } = await atlas(["thresholds", "--distance", "0.1", "--json"], AbortSignal.abort());
    expect(JSON.parse(stdout)).toEqual({
      gapClosing: { status: "unstarted", selfCoupling: null, distance: null, y: null, error: null },
      monotone: { status: "unstarted", selfCoupling: null, distance: null, error: null },
      typical: [{ status: "unstarted", distance: 0.1, selfCoupling: null, error: null }],
    });
  });

  test("enumerate: the mean count with its expectation, pairs by overlap", async () => {
    const result = await atlasJson<{
      n: number;
      samples: number;
      meanCount: number;
      standardError: number;
      expectedCount: number;
      pairs: PairBin[];
    }>(["enumerate", "--n", "9", "--jd", "0.4", "--samples", "200"]);
    expect([result.n, result.samples, result.pairs.length]).toEqual([9, 200, 10]);
    expect(Math.abs(result.meanCount - result.expectedCount)).toBeLessThan(4 * result.standardError);
    expect(result.pairs[0].mean).toBe(result.meanCount);
    expect(result.pairs.at(-1)?.overlap).toBe(-1);
  });

  test.each(["async", "random", "sync", "partial"])("dynamics --update %s", async (update) => {
    const args = ["dynamics", "--n", "60", "--jd", "0.1,3", "--samples", "10", "--max-sweeps", "300"];
    const { rows } = await atlasJson<Rows<AccessibilityRow>>([...args, "--update", update]);
    expect(rows.map(({ n, selfCoupling, samples }) => [n, selfCoupling, samples])).toEqual([
      [60, 0.1, 10],
      [60, 3, 10],
    ]);
    // A strong self-coupling freezes every start within a few sweeps.
    expect(rows[1].converged).toBe(10);
    expect(rows[1].medianSweeps).toBeLessThan(20);
  });

  test("the same seed gives the same output on one worker and on two, another seed another", async () => {
    const args = [
      "dynamics",
      "--n",
      "50",
      "--jd",
      "0.2,0.4",
      "--samples",
      "30",
      "--max-sweeps",
      "200",
      "--json",
    ];
    const one = await atlas([...args, "--workers", "1", "--seed", "5"]);
    const two = await atlas([...args, "--workers", "2", "--seed", "5"]);
    const other = await atlas([...args, "--workers", "2", "--seed", "6"]);
    expect(two.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });

  test("without --json a table for people", async () => {
    const { stdout, code } = await atlas(["entropy", "--jd", "0.5"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/J_D +annealed/);
    expect(stdout).toContain("0.3242007653");
  });
});

describe("bad input gets exit code 2 and one line that names it", () => {
  const dynamics = ["dynamics", "--n", "10", "--jd", "0.5", "--samples", "1", "--max-sweeps", "10"];
  const cases: [RegExp, string[]][] = [
    [/--jd/, ["entropy", "--jd", "NaN"]],
    [/--jd/, ["entropy", "--jd", "-1"]],
    [/--jd/, ["entropy"]],
    [/--jd/, ["local-entropy", "--jd", "3.1", "--distance", "0.1"]],
    [/--distance/, ["local-entropy", "--jd", "0.1", "--distance", "0.6"]],
    [/--distance/, ["franz-parisi", "--jd", "0.1", "--distance", "0"]],
    [/--y/, ["local-entropy", "--jd", "0.1", "--distance", "0.1", "--y", "0.5"]],
    [/--n/, ["enumerate", "--n", "0", "--jd", "0.5", "--samples", "1"]],
    [/--n/, ["enumerate", "--n", "40", "--jd", "0.5", "--samples", "1"]],
    [/--samples/, ["enumerate", "--n", "10", "--jd", "0.5", "--samples", "0"]],
    [/--n/, ["dynamics", "--n", "1", ...dynamics.slice(3)]],
    [/--max-sweeps/, [...dynamics.slice(0, -1), "1.5"]],
    [/--update/, [...dynamics, "--update", "chaotic"]],
    [/--probability/, [...dynamics, "--update", "partial", "--probability", "0"]],
    [/--probability/, [...dynamics, "--probability", "0.5"]],
    [/--seed/, [...dynamics, "--seed", "-1"]],
    [/--seed/, [...dynamics, "--seed", "1e300"]],
    [/--workers/, [...dynamics, "--workers", "0"]],
    [/rows/, ["local-entropy", "--jd", "0:0.001:3", "--distance", "0.0003:0.00001:0.4"]],
    [/--samples/, ["enumerate", "--n", "2", "--jd", "0.5", "--samples", "1e9"]],
    [/--distance/, ["thresholds", "--distance", "0.6"]],
    [/unknown command/, ["entropies"]],
    [/unknown option/, ["entropy", "--jd", "0", "--self"]],
    [/too many arguments/, ["entropy", "--jd", "0", "0.5"]],
  ];

  test.each(cases)("%s", async (pattern, args) => {
    const { code, stdout, messages } = await atlas(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(pattern);
    expect(messages[0]).not.toContain("\n");
  });
});

describe("help, version and interruption", () => {
  test("every command explains itself on stdout with exit code 0", async () => {
    const { stdout } = await atlas(["--help"]);
    for (const name of ["entropy", "local-entropy", "franz-parisi", "thresholds", "enumerate", "dynamics"]) {
      expect(stdout).toContain(`  ${name}`);
      const help = await atlas([name, "--help"]);
      expect(help.code).toBe(0);
      for (const option of ["--json", "--seed", "--workers"]) expect(help.stdout).toContain(option);
    }
  });

  test("--version at both levels", async () => {
    const top = await atlas(["--version"]);
    expect(top.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await atlas(["dynamics", "--version"])).stdout).toBe(top.stdout);
  });

  test("a run that is stopped at once prints rows marked unstarted, with null for every number", async () => {
    const args = ["dynamics", "--n", "50", "--jd", "0.2", "--samples", "4", "--max-sweeps", "100", "--json"];
    const { code, stdout } = await atlas(args, AbortSignal.abort());
    const { rows } = JSON.parse(stdout) as Rows<AccessibilityRow>;
    expect(code).toBe(1);
    expect(rows[0]).toMatchObject({ status: "unstarted", samples: 0, converged: 0, medianSweeps: null });
    expect(rows[0].flipsPerNeuron).toBeNull();
  });
});
