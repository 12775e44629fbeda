/**
 * @file The landscape that follows the sliders, against the solver without any start: a curve continued over J_D and d
 * must be the curve that localEntropyCurve finds from the other end of the distances.
 */
import { describe, expect, test } from "vitest";
import {
  curveRows,
  distanceGrid,
  replicaGrid,
  replicaRow,
  solveCurve,
  solveLandscape,
} from "../../../sim/explorer/theory/landscape.ts";
import type { GridSolutions } from "../../../sim/explorer/theory/landscape.ts";
import { densestClusters, localEntropyCurve } from "../../../theory/local-entropy.ts";

function finish<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

const nothing: GridSolutions = new Map();
const cold = (selfCoupling: number) => finish(solveCurve({ selfCoupling, known: nothing, preview: false }));

/** Log Φ(x) + log 2 by Abramowitz and Stegun 26.2.17 (error below 7.5e−8), independent of the package. */
function annealedByTable(x: number): number {
  const t = 1 / (1 + 0.2316419 * x);
  const poly = ((((1.330274429 * t - 1.821255978) * t + 1.781477937) * t - 0.356563782) * t + 0.31938153) * t;
  return Math.log(2) + Math.log(1 - (Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)) * poly);
}

describe("the curve on the grid", () => {
  test("covers the domain of the solver, ascending", () => {
    expect(distanceGrid[0]).toBeCloseTo(3e-4, 15);
    expect(distanceGrid.at(-1)).toBeCloseTo(0.495, 15);
    expect(distanceGrid.every((d, k) => k === 0 || d > distanceGrid[k - 1]!)).toBe(true);
  });

  test.each([0, 0.06, 0.3, 0.8, 2])(
    "is the one that the solver finds by itself at J_D = %s",
    (selfCoupling) => {
      const found = cold(selfCoupling);
      const expected = localEntropyCurve(selfCoupling, distanceGrid);
      expected.forEach((point, k) => {
        expect(found.has(k), `place ${k}`).toBe(point.status === "ok");
        if (point.status !== "ok") return;
        expect(Math.abs(found.get(k)!.localEntropy - point.localEntropy)).toBeLessThan(1e-9);
        expect(Math.abs(found.get(k)!.y / point.y - 1)).toBeLessThan(1e-5);
      });
    },
  );

  test("does not depend on the J_D that it is continued from", () => {
    const continued = finish(solveCurve({ selfCoupling: 0.3, known: cold(0.35), preview: false }));
    const direct = cold(0.3);
    expect([...continued.keys()].sort()).toEqual([...direct.keys()].sort());
    for (const [k, solution] of continued)
      expect(Math.abs(solution.localEntropy - direct.get(k)!.localEntropy)).toBeLessThan(1e-9);
  });

  test("a preview takes few distances, and stays close between them", () => {
    for (const [from, to] of [
      [0.05, 0.06],
      [0.3, 0.28],
      [1, 1.05],
    ] as const) {
      const preview = finish(solveCurve({ selfCoupling: to, known: cold(from), preview: true }));
      expect(preview.size).toBeLessThanOrEqual(9);
      expect(preview.size).toBeGreaterThanOrEqual(3);
      for (const row of curveRows(preview)) {
        const exact = densestClusters({ selfCoupling: to, distance: row.distance });
        expect(exact.status).toBe("ok");
        if (exact.status !== "ok") continue;
        // Below the width of a line: panels of 290 pixels over 0.018 nats, or over the range of the curve.
        expect(Math.abs(row.localEntropy! - exact.localEntropy)).toBeLessThan(
          5e-5 + 2e-3 * Math.abs(exact.localEntropy),
        );
      }
    }
  });

  test("yields often enough to be given up", () => {
    const work = solveCurve({ selfCoupling: 0.3, known: nothing, preview: false });
    let steps = 0;
    let step = work.next();
    for (; !step.done; step = work.next()) steps += 1;
    expect(steps).toBeGreaterThanOrEqual(step.value.size);
  });
});

describe("the landscape at one place", () => {
  const point = { selfCoupling: 0.3, distance: 0.1, y: 10 };

  test("has vanishing complexity at y*, and S* there is the local entropy at y*", () => {
    const { landscape } = finish(solveLandscape(point, nothing, "full"));
    const there = replicaRow({ ...point, y: landscape.densest.y! });
    expect(Math.abs(there.complexity!)).toBeLessThan(1e-7);
    expect(there.localEntropy!).toBeCloseTo(landscape.densest.localEntropy!, 7);
    expect(landscape.entropy).toBeCloseTo(annealedByTable(0.3), 6);
    expect(landscape.atY.y).toBe(10);
  });

  test("at y = 1 the replicated free entropy is the annealed one at every distance", () => {
    for (const distance of [0.01, 0.1, 0.4])
      expect(replicaRow({ selfCoupling: 0.5, distance, y: 1 }).phi!).toBeCloseTo(annealedByTable(0.5), 6);
  });

  test("says where there are no clusters inside the domain", () => {
    const { landscape } = finish(
      solveLandscape({ selfCoupling: 2, distance: 0.001, y: 10 }, nothing, "full"),
    );
    expect(landscape.densest).toMatchObject({ status: "no-solution", localEntropy: null, y: null });
  });
});

test("values of y run from 1 to beyond y*, inside the domain", () => {
  for (const yStar of [null, 2.4, 50, 4900]) {
    const ys = replicaGrid(yStar);
    expect(ys[0]).toBe(1);
    expect(ys.at(-1)!).toBeGreaterThanOrEqual(yStar ?? 5000);
    expect(ys.at(-1)!).toBeLessThanOrEqual(5000);
    expect(ys.every((y, k) => k === 0 || y > ys[k - 1]!)).toBe(true);
  }
});
