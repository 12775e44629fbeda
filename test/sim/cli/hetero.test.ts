/** @file `atlas hetero`: the JSON that scripts rely on, and what bad input gets. */
import { describe, expect, test } from "vitest";
import type { HeteroCapacityRow, HeteroRow, HeteroSlopeRow } from "../../../sim/experiments/learning-rows.ts";
import { atlas, atlasJson } from "./harness.ts";

interface Answer {
  readonly rows: readonly HeteroCapacityRow[];
  readonly slopes: readonly HeteroSlopeRow[];
  readonly trials: readonly HeteroRow[];
}

const small = ["hetero", "--layers", "1,3", "--n", "20,40", "--samples", "2", "--epochs", "15"];

describe("rows", () => {
  test("a capacity for each (L, N), a slope for each L, and every number of pairs tried", async () => {
    const { rows, slopes, trials } = await atlasJson<Answer>(small);
    expect(rows.map(({ status, layers, n, samples }) => [status, layers, n, samples])).toEqual([
      ["ok", 1, 20, 2],
      ["ok", 1, 40, 2],
      ["ok", 3, 20, 2],
      ["ok", 3, 40, 2],
    ]);
    expect(slopes.map(({ status, layers }) => [status, layers])).toEqual([
      ["ok", 1],
      ["ok", 3],
    ]);
    for (const { n, capacity, standardError, criterion } of rows) {
      expect(capacity).toBeGreaterThanOrEqual(0);
      expect(capacity).toBeLessThanOrEqual(2 * n);
      expect(standardError).toBeGreaterThan(0);
      expect(criterion).toBe("mean overlap ≥ 0.9");
    }
    const tried = new Set(trials.map(({ layers, n, seed }) => `${layers} ${n} ${seed}`));
    expect(tried.size).toBe(8);
    for (const { slope, layers } of slopes) {
      const [first, second] = rows.filter((row) => row.layers === layers);
      expect(slope).toBeCloseTo((second.capacity! - first.capacity!) / 20, 10);
    }
  });

  test("options reach the network: a rate of 0 leaves nothing recalled, learned inputs recall more", async () => {
    const capacity = async (...options: string[]): Promise<number> => {
      const args = ["hetero", "--layers", "1", "--n", "32", "--samples", "2", "--epochs", "20", ...options];
      return (await atlasJson<Answer>(args)).rows[0].capacity!;
    };
    expect(await capacity("--rate", "0")).toBe(0);
    expect(await capacity("--input-rate", "0.1", "--rate", "0.1")).toBeGreaterThan(4);
  });

  test("the same seed gives the same output on one worker and on two, another seed another", async () => {
    const one = await atlas([...small, "--json", "--workers", "1", "--seed", "5"]);
    const two = await atlas([...small, "--json", "--workers", "2", "--seed", "5"]);
    const other = await atlas([...small, "--json", "--workers", "2", "--seed", "6"]);
    expect(two.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });

  test("one size has capacities and no slope; tables for people", async () => {
    const { code, stdout } = await atlas(["hetero", "--layers", "2", "--n", "16", "--epochs", "5"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/L +N +capacity +standard error +samples +status/);
    expect(stdout).toMatch(/2 +– +– +– +no-solution/);
  });

  test("training that diverges: a capacity that says so, and exit code 1", async () => {
    const wild = ["--epochs", "500", "--decay", "100", "--rate", "0.1", "--input-rate", "0.1"];
    const { code, stdout } = await atlas([
      ...["hetero", "--layers", "1", "--n", "20", "--samples", "1", "--json", "--workers", "1"],
      ...wild,
    ]);
    expect(code).toBe(1);
    const { rows, trials } = JSON.parse(stdout) as Answer;
    expect(rows).toMatchObject([{ status: "not-converged", capacity: 1 }]);
    expect(trials.map(({ status }) => status)).toEqual(["ok", "not-converged"]);
  });

  test("a run that is stopped at once has rows unstarted and exit code 1", async () => {
    const { code, stdout } = await atlas([...small, "--json"], AbortSignal.abort());
    expect(code).toBe(1);
    const { rows, slopes } = JSON.parse(stdout) as Answer;
    expect([...rows, ...slopes].every(({ status }) => status === "unstarted")).toBe(true);
  });
});

test.each([
  ["a depth of 0", ["--layers", "0", "--n", "20"], /--layers/],
  ["half a layer", ["--layers", "1.5", "--n", "20"], /--layers/],
  ["one neuron", ["--layers", "2", "--n", "1"], /--n/],
  ["a broken list", ["--layers", "2", "--n", "20,x"], /--n/],
  ["no sample", ["--layers", "2", "--n", "20", "--samples", "0"], /--samples/],
  ["no epoch", ["--layers", "2", "--n", "20", "--epochs", "0"], /--epochs/],
  ["no bonds", ["--layers", "2", "--n", "20", "--lambda", "0"], /--lambda/],
  ["a negative rate", ["--layers", "2", "--n", "20", "--input-rate", "-1"], /--input-rate/],
  ["a margin that is none", ["--layers", "2", "--n", "20", "--margin", "NaN"], /--margin/],
  ["an unknown criterion", ["--layers", "2", "--n", "20", "--criterion", "best"], /mean-overlap/],
  ["an unknown phase", ["--layers", "2", "--n", "20", "--free-phase", "long"], /annealed/],
])("%s gets one line and exit code 2", async (_, options, message) => {
  const { code, stdout, messages } = await atlas(["hetero", ...options]);
  expect([code, stdout, messages.length]).toEqual([2, "", 1]);
  expect(messages[0]).toMatch(message);
});
