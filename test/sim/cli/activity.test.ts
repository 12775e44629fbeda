/** @file `atlas activity`: rows of the theory and of networks, extrapolation to vanishing time step, bad input. */
import { describe, expect, test } from "vitest";
import { normalCdf } from "../../../theory/normal.ts";
import type { WindowedActivityRow } from "../../../sim/experiments/activity-rows.ts";
import { atlas, atlasJson } from "./harness.ts";

const size = ["--sweeps", "3", "--trajectories", "400", "--samples", "4", "--workers", "1"];
const small = ["activity", "--jd", "0.4", ...size];

describe("rows", () => {
  test("a row a time step, one at vanishing time step, one of networks; first flips follow Φ(−J_D)", async () => {
    const options = ["--time-step", "1/4,1/8", "--n", "400"];
    const { rows } = await atlasJson<{ rows: WindowedActivityRow[] }>([...small, ...options]);
    expect(rows.map(({ source, timeStep, n }) => [source, timeStep, n])).toEqual([
      ["theory", 0.25, null],
      ["theory", 0.125, null],
      ["simulation", null, 400],
      ["theory", 0, null],
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({ status: "ok", selfCoupling: 0.4, samples: 4 });
      expect(row.activity).toHaveLength(3);
      expect(row.standardError).toHaveLength(3);
      expect(row.windows).toHaveLength(1);
      expect(row.windows[0]).toMatchObject({ first: 1, last: 3 });
      const [one, two, three] = row.activity;
      expect(row.windows[0]!.activity).toBeCloseTo((one! + two! + three!) / 3, 12);
      // A neuron that flips in the first sweep was unstable at its start or became so: less than all that are updated.
      expect(row.activity[0]).toBeGreaterThan(0.5 * normalCdf(-0.4));
      expect(row.activity[0]).toBeLessThan(normalCdf(-0.4));
      expect(row.activity[2]).toBeLessThan(row.activity[0]!);
    }
  });

  test("one seed gives one result, another seed another", async () => {
    const of = async (seed: string) => (await atlas([...small, "--seed", seed, "--json"])).stdout;
    const first = await of("3");
    expect(await of("3")).toBe(first);
    expect(await of("4")).not.toBe(first);
  });
});

test.each([
  [["--jd", "-1"], /--jd/],
  [["--jd", "0.4", "--time-step", "0.3"], /timeStep|--time-step/],
  [["--jd", "0.4", "--time-step", "0"], /timeStep|--time-step/],
  [["--jd", "0.4", "--sweeps", "0"], /--sweeps/],
  [["--jd", "0.4", "--trajectories", "1"], /--trajectories/],
  [["--jd", "0.4", "--n", "1"], /--n/],
])("%j: one line and exit code 2", async (args, pattern) => {
  const { code, stdout, messages } = await atlas(["activity", ...args]);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(messages).toEqual([expect.stringMatching(pattern)]);
});
