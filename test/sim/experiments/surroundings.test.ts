/** @file Surroundings of fixed points: exact means, kinds compared, and what rows say of samples without a fixed point. */
import { describe, expect, test } from "vitest";
import { surroundingsExperiment, runTask } from "../../../sim/experiments/surroundings.ts";
import type { SurroundingsParameters, SurroundingsSample } from "../../../sim/experiments/surroundings.ts";
import { surroundingsRows } from "../../../sim/experiments/surroundings-rows.ts";
import type { ReferenceKind, SurroundingsRow } from "../../../sim/experiments/rows.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import type { Task } from "../../../sim/sweep/task.ts";

type Scan = SurroundingsParameters["scans"][number];

function run(scans: readonly Scan[], seed: number): SurroundingsSample[] {
  const results = new Map(
    surroundingsExperiment.tasks({ scans }, seed).map((task) => [taskKey(task), runTask(task)]),
  );
  return surroundingsExperiment.collect({ scans }, seed, (task: Task) => results.get(taskKey(task)));
}

const bare = { walkSweeps: 0, distances: [] };

describe("planted states", () => {
  const samples = run([{ n: 30, selfCoupling: 0.4, kinds: { planted: { samples: 3000 } }, ...bare }], 4);
  const [row] = surroundingsRows(samples);

  test("3000 networks of 30 neurons: allowed flips within 4 standard errors of the exact mean", () => {
    expect(row).toMatchObject({
      status: "ok",
      tried: 3000,
      samples: 3000,
      walks: 0,
      walk: [],
      localEntropy: [],
    });
    const { mean, standardError } = row.allowedFlips!;
    expect(Math.abs(mean - row.expectedFlips!)).toBeLessThan(4 * standardError!);
    expect(row.isolated).toBe(samples.filter(({ allowedFlips }) => allowedFlips === 0).length);
  });

  test("stabilities: densities sum to 1, and each is within 4.5 standard errors of the cut-off normal law", () => {
    const total = row.stabilities.reduce((sum, { density }) => sum + density.mean, 0);
    const width = row.stabilities[1].stability - row.stabilities[0].stability;
    expect(total * width).toBeCloseTo(1, 10);
    for (const { density, expected } of row.stabilities.filter((bin) => bin.expected! > 1e-3)) {
      expect(Math.abs(density.mean - expected!)).toBeLessThan(4.5 * density.standardError!);
    }
  });
});

describe("kinds at one size and J_D", () => {
  const distances = [0.05, 0.5];
  const scan: Scan = {
    n: 160,
    selfCoupling: 0.5,
    kinds: {
      focusing: { samples: 4, detailed: 4 },
      dynamics: { samples: 4, detailed: 4 },
      planted: { samples: 6, detailed: 4 },
    },
    walkSweeps: 2,
    distances,
  };
  const samples = run([scan], 6);
  const rows = surroundingsRows(samples);
  const of = (kind: ReferenceKind): SurroundingsRow => rows.find((row) => row.kind === kind)!;

  test("focusing and dynamics end where fixed points are denser than around typical ones", () => {
    expect(rows.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
    const entropy = (kind: ReferenceKind) => of(kind).localEntropy[0].entropy!;
    for (const kind of ["focusing", "dynamics"] as const) {
      expect(of(kind).samples).toBeGreaterThan(2);
      const spread = Math.hypot(entropy(kind).standardError!, entropy("planted").standardError!);
      expect(entropy(kind).mean - entropy("planted").mean).toBeGreaterThan(2 * spread);
      expect(of(kind).allowedFlips!.mean).toBeGreaterThan(of("planted").allowedFlips!.mean);
      expect(of(kind).walk.at(-1)!.distance.mean).toBeGreaterThan(of("planted").walk.at(-1)!.distance.mean);
    }
    expect([of("focusing").expectedFlips, of("dynamics").stabilities[0].expected]).toEqual([null, null]);
  });

  test("walks are stored from step 0 to the last, local entropies at the distances asked for", () => {
    const { walk, localEntropy } = of("planted");
    expect([walk[0].step, walk.at(-1)!.step]).toEqual([0, 320]);
    expect(walk[0].distance).toEqual({ mean: 0, standardError: 0 });
    expect(localEntropy.map((point) => [point.distance, point.samples, point.converged])).toEqual([
      [0.05, 4, 4],
      [0.5, 4, 4],
    ]);
    expect(localEntropy[1].innerOverlap!.mean).toBeCloseTo(0, 10);
  });

  test("a sample depends neither on the others nor on how closely they are looked at", () => {
    const [alone] = run([{ ...scan, ...bare, kinds: { planted: { samples: 1 } } }], 6);
    const first = samples.find(({ kind }) => kind === "planted")!;
    expect(alone).toEqual({ ...first, walk: [], localEntropy: [] });
  });
});

describe("small and stopped runs", () => {
  test("enumerated: one of all fixed points, as many samples as networks that have any", () => {
    const scan: Scan = { n: 9, selfCoupling: 0, kinds: { enumerated: { samples: 200 } }, ...bare };
    const [row] = surroundingsRows(run([scan], 2));
    expect(row.tried).toBe(200);
    // At J_D = 0 the mean number is 1 and each count even: at least half of the networks have none.
    expect(row.samples).toBeGreaterThan(20);
    expect(row.samples).toBeLessThan(125);
  });

  test("no fixed point found: status no-solution, nulls and empty lists", () => {
    const scan: Scan = { n: 60, selfCoupling: 0, kinds: { dynamics: { samples: 2, detailed: 2 } }, ...bare };
    expect(surroundingsRows(run([scan], 1))).toEqual([
      {
        status: "no-solution",
        kind: "dynamics",
        n: 60,
        selfCoupling: 0,
        tried: 2,
        samples: 0,
        allowedFlips: null,
        expectedFlips: null,
        isolated: 0,
        walks: 0,
        walk: [],
        stabilities: [],
        localEntropy: [],
      },
    ]);
  });

  test("one sample says nothing of its spread", () => {
    const scan: Scan = { n: 12, selfCoupling: 1, kinds: { planted: { samples: 1 } }, ...bare };
    const [row] = surroundingsRows(run([scan], 1));
    expect(row.allowedFlips!.standardError).toBeNull();
    expect(row.stabilities[0].density.standardError).toBeNull();
  });

  test("rows of a stopped run are unstarted, with what was done", () => {
    const scan: Scan = { n: 12, selfCoupling: 1, kinds: { planted: { samples: 3 } }, ...bare };
    const nothing = surroundingsExperiment.collect({ scans: [scan] }, 1, () => undefined);
    expect(surroundingsRows(nothing)[0]).toMatchObject({ status: "unstarted", tried: 0, allowedFlips: null });
    const [done] = run([scan], 1);
    expect(surroundingsRows([done, ...nothing.slice(1)])[0]).toMatchObject({
      status: "unstarted",
      samples: 1,
    });
  });

  test("samples are numbered through, the detailed ones first", () => {
    const kinds = { planted: { samples: 1000, detailed: 3 } };
    const tasks = surroundingsExperiment.tasks(
      { scans: [{ n: 300, selfCoupling: 1, kinds, walkSweeps: 1, distances: [0.2] }] },
      1,
    );
    const parts = tasks.map(
      ({ parameters }) => parameters as { firstSample: number; samples: number; walkSweeps: number },
    );
    const numbers = parts.flatMap(({ firstSample, samples }) =>
      Array.from({ length: samples }, (_, k) => firstSample + k),
    );
    expect(numbers).toEqual(Array.from({ length: 1000 }, (_, k) => k));
    expect(
      parts.filter(({ walkSweeps }) => walkSweeps > 0).reduce((sum, { samples }) => sum + samples, 0),
    ).toBe(3);
    expect(tasks.every((task) => surroundingsExperiment.cost(task) > 0)).toBe(true);
  });
});
