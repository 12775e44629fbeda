/** @file Rows of focusing belief propagation beside theory, and their medians. */
import { describe, expect, test } from "vitest";
import { focusingEntropyExperiment, runTask } from "../../../sim/experiments/focusing-entropy.ts";
import type { FocusingEntropyParameters } from "../../../sim/experiments/focusing-entropy.ts";
import { focusingEntropySummaries } from "../../../sim/experiments/focusing-entropy-summary.ts";
import type { FocusingEntropyRow } from "../../../sim/experiments/rows.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import type { Task } from "../../../sim/sweep/task.ts";
import { centredLocalEntropy } from "../../../theory/centred.ts";
import { OutOfDomain } from "../../../theory/errors.ts";
import { replicatedFreeEntropy } from "../../../theory/one-rsb.ts";

function run(parameters: FocusingEntropyParameters, seed: number): FocusingEntropyRow[] {
  const results = new Map(
    focusingEntropyExperiment.tasks(parameters, seed).map((task) => [taskKey(task), runTask(task)]),
  );
  return focusingEntropyExperiment.collect(parameters, seed, (task: Task) => results.get(taskKey(task)));
}

const parameters: FocusingEntropyParameters = {
  sizes: [{ n: 60, samples: 3 }],
  selfCouplings: [0.5],
  replicas: [10],
  overlaps: [0.4, 0.6, 0.8, 0.9],
};

describe("rows of three networks of 60 neurons at J_D = 0.5, y = 10", () => {
  const rows = run(parameters, 4);
  const solved = rows.filter(({ status }) => status === "ok");

  test("one row a bond, ascending, with the bonds that (P28) gives the overlaps", () => {
    expect(rows).toHaveLength(12);
    for (const sample of [0, 1, 2]) {
      const bonds = rows.filter((row) => row.sample === sample).map(({ bond }) => bond);
      expect(bonds).toEqual(
        parameters.overlaps.map(
          (overlap) => centredLocalEntropy({ selfCoupling: 0.5, y: 10, overlap }).coupling,
        ),
      );
    }
  });

  test("most points converge, and overlaps grow with γ", () => {
    expect(solved.length).toBeGreaterThanOrEqual(9);
    for (const sample of [0, 1, 2]) {
      const overlaps = solved.filter((row) => row.sample === sample).map(({ overlap }) => overlap!);
      expect(overlaps).toEqual([...overlaps].sort((a, b) => a - b));
    }
  });

  test("theory stands at the overlap found, differences are what they say", () => {
    for (const row of solved) {
      const point = { selfCoupling: 0.5, y: 10, overlap: row.overlap! };
      const centred = centredLocalEntropy(point);
      expect(row.centredEntropy).toBe(centred.localEntropy);
      expect(row.centredBond).toBe(centred.coupling);
      expect(row.centredCentreOverlap).toBe(centred.centreOverlap);
      expect(row.centredComplexity).toBe(centred.complexity);
      expect(row.uncentredEntropy).toBe(replicatedFreeEntropy(point).localEntropy);
      expect(row.difference).toBe(row.localEntropy! - row.centredEntropy!);
      expect(row.uncentredDifference).toBe(row.localEntropy! - row.uncentredEntropy!);
    }
  });

  test("networks follow (P28) within 0.02 and its overlap with the centre within 0.02", () => {
    for (const row of solved) {
      expect(Math.abs(row.difference!)).toBeLessThan(0.02);
      expect(Math.abs(row.centreOverlap! - row.centredCentreOverlap!)).toBeLessThan(0.02);
    }
  });

  test("m² stays below the overlap of two replicas", () => {
    for (const row of solved) expect(row.squaredMagnetization).toBeLessThan(row.overlap!);
  });
});

test("a sample has the same rows whatever runs beside it, and others with another seed", () => {
  const short = { ...parameters, overlaps: [0.6, 0.9] };
  const three = run(short, 9);
  const two = run({ ...short, sizes: [{ n: 60, samples: 2 }] }, 9);
  expect(three.filter(({ sample }) => sample < 2)).toEqual(two);
  expect(run({ ...short, sizes: [{ n: 60, samples: 1 }] }, 10)[0]!.localEntropy).not.toBe(
    two[0]!.localEntropy,
  );
});

test("overlaps that no centre can hold are left out, and too few iterations are not a result", () => {
  const rows = run(
    {
      sizes: [{ n: 20, samples: 1 }],
      selfCouplings: [0.02],
      replicas: [3],
      overlaps: [0.5, 0.95],
      maxIterations: 2,
    },
    1,
  );
  expect(rows.map(({ status }) => status)).toEqual(["not-converged"]);
  expect(rows[0]!.iterations).toBe(2);
  expect(focusingEntropySummaries(rows)).toMatchObject([
    { status: "no-solution", points: 0, unconverged: 1, difference: null, deviation: null },
  ]);
});

test.each([{ selfCouplings: [-0.1] }, { replicas: [0.5] }, { overlaps: [0.5, 1] }])(
  "%o is refused",
  (change) => {
    expect(() => focusingEntropyExperiment.tasks({ ...parameters, ...change }, 1)).toThrow(OutOfDomain);
  },
);

test.each([[[0.2, 0.4]], [[0.7, 0.9]]])(
  "overlaps %o all on one side of the start are visited once each",
  (overlaps) => {
    const rows = run({ ...parameters, sizes: [{ n: 30, samples: 1 }], overlaps, maxIterations: 3 }, 1);
    const bonds = overlaps.map(
      (overlap) => centredLocalEntropy({ selfCoupling: 0.5, y: 10, overlap }).coupling,
    );
    expect(rows.map(({ bond }) => bond)).toEqual(bonds);
  },
);

test("a sample that did not run is one row without numbers", () => {
  const rows = focusingEntropyExperiment.collect(parameters, 1, () => undefined);
  expect(rows.map(({ status, sample, overlap }) => [status, sample, overlap])).toEqual(
    [0, 1, 2].map((sample) => ["unstarted", sample, null]),
  );
  expect(focusingEntropySummaries(rows)).toMatchObject([{ status: "unstarted", networks: 0, points: 0 }]);
});

describe("medians", () => {
  const row = (
    sample: number,
    difference: number,
    change: Partial<FocusingEntropyRow> = {},
  ): FocusingEntropyRow => ({
    status: "ok",
    n: 100,
    selfCoupling: 0.5,
    replicas: 10,
    sample,
    bond: 0.5,
    iterations: 100,
    residual: 1e-5,
    overlap: 0.6,
    squaredMagnetization: 0.55,
    centreOverlap: 0.7,
    localEntropy: 0.2 + difference,
    centredEntropy: 0.2,
    centredBond: 0.5,
    centredCentreOverlap: 0.7,
    centredComplexity: 0.1,
    uncentredEntropy: 0.21,
    difference,
    uncentredDifference: difference - 0.01,
    ...change,
  });

  test("are over networks: of the median and of the root mean square of each", () => {
    const rows = [row(0, 0.003), row(0, -0.004), row(0, 0.001), row(1, 0.01), row(2, 0.02), row(2, 0.02)];
    const [summary] = focusingEntropySummaries(rows);
    expect(summary).toMatchObject({ status: "ok", networks: 3, points: 6, unconverged: 0 });
    // Medians of the networks: 0.001, 0.01, 0.02; root mean squares √(26/3)·10⁻³, 0.01, 0.02.
    expect(summary!.difference!.low).toBeCloseTo(0.0055, 15);
    expect(summary!.difference!.median).toBeCloseTo(0.01, 15);
    expect(summary!.difference!.high).toBeCloseTo(0.015, 15);
    expect(summary!.deviation!.low).toBeCloseTo((Math.sqrt(26 / 3) * 1e-3 + 0.01) / 2, 15);
    expect(summary!.deviation!.median).toBeCloseTo(0.01, 15);
    expect(summary!.uncentredDeviation!.high).toBeCloseTo(
      (0.01 + Math.sqrt((49 + 196 + 81) / 3) * 1e-3) / 2,
      15,
    );
  });

  test("leave out what did not converge, vanishing messages, missing centres and overlaps out of range", () => {
    const [summary] = focusingEntropySummaries([
      row(0, 0.001),
      row(0, 1, { status: "not-converged" }),
      row(0, 1, { squaredMagnetization: 1e-9 }),
      row(0, 1, { centredComplexity: -0.01 }),
      row(0, 1, { overlap: 0.1 }),
      row(0, 1, { overlap: 0.97 }),
      row(0, 1, { status: "no-solution", difference: null, centredComplexity: null }),
    ]);
    expect(summary).toMatchObject({ points: 1, unconverged: 1, unpolarized: 1, centreless: 1 });
    expect(summary!.deviation!.high).toBe(0.001);
  });

  test("are apart for each size, J_D and y", () => {
    const rows = [
      row(0, 0.1),
      row(0, 0.2, { n: 200 }),
      row(0, 0.3, { replicas: 20 }),
      row(0, 0.4, { selfCoupling: 0.2 }),
    ];
    expect(focusingEntropySummaries(rows).map(({ difference }) => difference!.median)).toEqual([
      0.1, 0.2, 0.3, 0.4,
    ]);
  });
});
