/** @file A whole reproduction at small sizes, and the command: files, resumption, refusals. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LearningParameters } from "../../sim/experiments/learning.ts";
import type { ReproductionParameters } from "../../sim/presets.ts";
import { readStoredRows } from "../../sim/explorer/rows/read.ts";
import { toRecords } from "../../sim/figures/index.ts";
import { presetNames, presets } from "../../sim/presets.ts";
import type { Runner } from "../../sim/reproduce.ts";
import { figureNames, reproduce, reproductionCost } from "../../sim/reproduce.ts";
import type { Task } from "../../sim/sweep/task.ts";
import { taskKey } from "../../sim/sweep/task.ts";
import { atlas, shardsOf } from "./cli/harness.ts";
import { provenance } from "./figures/fixtures.ts";

const { learning, learningBatch, learningProbes, hetero } = presets.quick;
const fewSamples = { trainSamples: 300, testSamples: 100, epochs: 1 };
const shorter = ({ runs }: LearningParameters): LearningParameters => ({
  runs: runs.map((run) => ({ ...run, ...fewSamples })),
  seeds: 1,
});

const accessScan = { n: 20, selfCouplings: [0, 0.2, 0.4, 0.6], samples: 12 };

const small: ReproductionParameters = {
  learning: {
    size: shorter(learning.size),
    coupling: shorter(learning.coupling),
    ablations: shorter(learning.ablations),
  },
  learningBatch: {
    settings: learningBatch.settings.map((each) => ({ ...each, ...fewSamples, seeds: 1 })),
  },
  learningProbes: {
    representations: {
      ...learningProbes.representations,
      seeds: 1,
      looks: { ...learningProbes.representations.looks, ...fewSamples, lookAt: [0, 1], samplesPerClass: 3 },
    },
    equilibration: {
      ...learningProbes.equilibration,
      seeds: 1,
      trainings: learningProbes.equilibration.trainings.map((each) => ({ ...each, ...fewSamples })),
    },
    shift: {
      ...learningProbes.shift,
      seeds: 1,
      training: { ...learningProbes.shift.training, ...fewSamples },
    },
  },
  hetero: { ...hetero, layers: [1, 3], sizes: [20, 30], epochs: 10 },
  entropy: { selfCouplings: [0, 1] },
  entropyCheck: { sizes: [{ n: 8, samples: 20 }], selfCouplings: [0.5] },
  curves: { selfCouplings: [0.05, 0.2], distances: [0.01, 0.1, 0.3] },
  map: { selfCouplings: [0.05, 0.1], distances: [0.01, 0.1] },
  complexity: { selfCouplings: [0.2], distances: [0.1], ys: [1, 3, 30] },
  typical: { selfCouplings: [0.5], distances: [0.05, 0.2] },
  thresholds: { typicalDistances: [0.1] },
  accessibility: {
    update: "async",
    budget: 200,
    scans: [30, 40, 50].map((n) => ({ n, selfCouplings: [0, 0.2, 0.4, 0.6], samples: 12 })),
  },
  budgets: [100, 200],
  focusing: {
    protocols: [
      { name: "scoping", steps: 15 },
      { name: "pseudo-reinforcement", steps: 20 },
    ],
    scans: [16, 20, 24].map((n) => ({ n, selfCouplings: [0, 0.15, 0.3, 0.6], samples: 12 })),
  },
  focusingEntropy: {
    sizes: [
      { n: 60, samples: 2 },
      { n: 80, samples: 2 },
    ],
    selfCouplings: [0.5],
    replicas: [10],
    overlaps: [0.6, 0.8],
  },
  beyond: {
    symmetry: {
      entropy: { symmetries: [0, 0.5], selfCouplings: [0, 1] },
      checks: { sizes: [{ n: 8, samples: 20, symmetry: 0.5 }], selfCouplings: [0.5] },
      curves: { ensembles: [{ symmetry: 0.25 }], selfCouplings: [0.2], distances: [0.1, 0.2] },
      thresholds: { ensembles: [{ symmetry: 0.5 }, { symmetry: 1 }] },
      access: {
        update: "async",
        budget: 100,
        scans: [0, 0.25].map((symmetry) => ({ ...accessScan, symmetry })),
      },
    },
    layers: {
      map: { layers: ["infinite"], ferromagneticCouplings: [0, 1], selfCouplings: [0, 1] },
      checks: {
        sizes: [{ n: 5, samples: 20, layers: 2, ferromagneticCoupling: 0.5 }],
        selfCouplings: [0.5],
      },
      curves: {
        ensembles: [{ layers: 2, ferromagneticCoupling: 0.2 }],
        selfCouplings: [0.05],
        distances: [0.05],
      },
      thresholds: { ensembles: [] },
      access: {
        update: "async",
        budget: 100,
        scans: [0, 0.5].map((ferromagneticCoupling) => ({ ...accessScan, layers: 2, ferromagneticCoupling })),
      },
    },
  },
  gap: {
    tupleEntropy: { replicas: [2, 3], distances: [0.02, 0.1, 0.3] },
    tupleCheck: { scans: [{ n: 8, selfCoupling: 0.5, samples: 10, flips: [2, 4] }] },
  },
  activity: {
    theories: [
      { selfCouplings: [0.4], sweeps: 4, timeSteps: [1 / 2], trajectories: 50, repetitions: 2 },
      { selfCouplings: [0.4, 0.6], sweeps: 48, timeSteps: [1], trajectories: 50, repetitions: 2 },
    ],
    simulations: [{ n: 50, selfCouplings: [0.4], sweeps: 4, samples: 2 }],
  },
  surroundings: {
    scans: [
      {
        n: 40,
        selfCoupling: 0.5,
        kinds: { focusing: { samples: 3, detailed: 3 }, dynamics: { samples: 3 }, planted: { samples: 4 } },
        walkSweeps: 2,
        distances: [0.2, 0.5],
      },
    ],
  },
};

/** Runs tasks in this thread and counts the experiments. */
function countingRunner(): { run: Runner; calls: string[] } {
  const calls: string[] = [];
  const run: Runner = async (experiment, parameters) => {
    calls.push(experiment.name);
    const { runTask } = (await import(experiment.module.href)) as { runTask: (task: Task) => unknown };
    const results = new Map<string, unknown>();
    for (const task of experiment.tasks(parameters, 1)) results.set(taskKey(task), await runTask(task));
    return experiment.collect(parameters, 1, (task) => results.get(taskKey(task)));
  };
  return { run, calls };
}

describe("reproduce", () => {
  test("all figures have data, finite throughout, the explorer reads them, and thresholds are computed once for all of them", async () => {
    const { run, calls } = countingRunner();
    const { figures, tables } = await reproduce(small, figureNames, 1, run);
    expect(figures.map(({ name }) => name)).toEqual([...figureNames]);
    for (const { data, layout, tables: own } of figures) {
      expect(data.length).toBeGreaterThan(0);
      expect(JSON.stringify({ data, layout, own })).not.toMatch(/NaN|undefined/);
      expect(own[0].rows.length).toBeGreaterThan(0);
    }
    for (const figure of figures) {
      const { figure: taken } = readStoredRows(
        JSON.stringify({
          ...figure,
          provenance,
          tables: figure.tables.map((table) => ({ ...table, rows: toRecords(table) })),
        }),
      );
      expect(taken!.data).toEqual(JSON.parse(JSON.stringify(figure.data)));
    }
    expect(calls.filter((name) => name === "thresholds")).toHaveLength(1);
    expect(tables.map(({ name }) => name)).toContain("thresholds");
  });

  test("a choice of figures computes only what they need", async () => {
    const { run, calls } = countingRunner();
    await reproduce(small, ["typical"], 1, run);
    expect(calls.sort()).toEqual(["franz-parisi", "local-entropy"]);
  });

  test("every preset has a finite cost, and the presets grow", () => {
    const costs = presetNames.map((name) =>
      reproductionCost(presets[name], figureNames).reduce((sum, { seconds }) => sum + seconds, 0),
    );
    expect(costs.every(Number.isFinite)).toBe(true);
    expect(costs[0]).toBeLessThan(costs[1]);
    expect(costs[1]).toBeLessThan(costs[2]);
    expect(costs[0]).toBeLessThan(600);
  });
});

// Without the library of the pages, which the build makes, the command refuses to compute.
const built = existsSync("dist/assets/plotly.min.js");

describe("atlas reproduce", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "atlas reproduce "));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.skipIf(!built)("writes the report, and a second run computes nothing again", async () => {
    const out = join(folder, "results");
    const args = ["reproduce", "--only", "typical", "--out", out, "--json"];
    const first = await atlas(args);
    expect(first.code).toBe(0);
    const { files } = JSON.parse(first.stdout) as { files: string[] };
    for (const name of ["typical.html", "typical.csv", "typical.json", "index.html"]) {
      expect(files).toContain(join(out, name));
    }
    const shards = shardsOf(out);
    const csv = readFileSync(join(out, "typical.csv"));
    expect((await atlas(args)).code).toBe(0);
    expect(shardsOf(out)).toEqual(shards);
    expect(readFileSync(join(out, "typical.csv")).equals(csv)).toBe(true);
  });

  test("a dry run prints the cost and writes nothing", async () => {
    const out = join(folder, "nothing");
    const { code, stdout } = await atlas([
      "reproduce",
      "--preset",
      "paper",
      "--out",
      out,
      "--dry-run",
      "--json",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty("coreSeconds");
    expect(existsSync(out)).toBe(false);
  });

  test.skipIf(!built)("a stopped run says how to go on", async () => {
    const args = ["reproduce", "--only", "typical", "--out", join(folder, "stopped")];
    const { code, messages } = await atlas(args, AbortSignal.abort());
    expect(code).toBe(1);
    expect(messages).toEqual([expect.stringContaining("run the same command to go on")]);
  });

  test.each([
    [["--preset", "huge"], /--preset/],
    [["--only", "entropy,nothing"], /--only/],
    [["--out", ""], /--out/],
  ])("refuses %j with exit code 2", async (options, pattern) => {
    const { code, messages } = await atlas(["reproduce", ...options]);
    expect(code).toBe(2);
    expect(messages).toEqual([expect.stringMatching(pattern)]);
  });

  test.skipIf(!built)("a file in the way of --out: one line, exit code 1", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const { code, messages } = await atlas(["reproduce", "--only", "typical", "--out", file]);
    expect(code).toBe(1);
    expect(messages).toEqual([expect.stringContaining(file)]);
  });
});
