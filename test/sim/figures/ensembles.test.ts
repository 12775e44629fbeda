/** @file Figures and findings of correlated couplings and of layers, from made-up rows. */
import { describe, expect, test } from "vitest";
import { layersFindings, symmetryFindings } from "../../../sim/figures/findings/index.ts";
import { columnFigure, layersFigure, symmetryFigure } from "../../../sim/figures/index.ts";
import type { Figure, Finding } from "../../../sim/figures/index.ts";
import type { LayersRows, SymmetryRows } from "../../../sim/figures/index.ts";
import { accessRow, checkRow, layersRows, symmetryRows, thresholdsRow } from "./ensemble-fixtures.ts";

const noSymmetry: SymmetryRows = { entropy: [], checks: [], curves: [], thresholds: [], access: [] };
const noLayers: LayersRows = { map: [], checks: [], curves: [], thresholds: [], access: [] };

const traceOf = ({ data }: Figure, name: string | RegExp) =>
  data.find((trace) => (typeof name === "string" ? trace.name === name : name.test(trace.name ?? "")))!;

const verdictOf = (findings: readonly Finding[], claim: RegExp): Finding["verdict"] | undefined =>
  findings.find((finding) => claim.test(finding.claim))?.verdict;

describe.each([
  ["symmetry", symmetryFigure(symmetryRows), symmetryFigure(noSymmetry)],
  ["layers", layersFigure(layersRows), layersFigure(noLayers)],
])("figure %s", (name, figure, blank) => {
  test("has its name, four panels, tables with cells for all columns, and finite numbers", () => {
    expect(figure.name).toBe(name);
    for (const k of ["", "2", "3", "4"]) {
      expect(figure.data.some((trace) => (trace.xaxis ?? "x") === `x${k}`)).toBe(true);
      expect(figure.layout).toHaveProperty(`xaxis${k}`);
    }
    expect(new Set(figure.tables.map((table) => table.name)).size).toBe(figure.tables.length);
    for (const { columns, rows } of figure.tables) {
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row).toHaveLength(columns.length);
    }
    expect(JSON.stringify(figure)).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("fits a column, with the entries of legends on single lines", () => {
    expect(columnFigure(figure).data).toHaveLength(figure.data.length);
    for (const trace of figure.data) expect(trace.name ?? "").not.toContain("<br>");
  });

  test("says so without rows", () => {
    expect(blank.data).toEqual([]);
    expect(blank.tables[0].rows).toEqual([]);
  });
});

describe("symmetry", () => {
  test("J_gap stands at its η with its error, and is broken where there is none", () => {
    const rows = [
      thresholdsRow({ symmetry: 0.5 }, null),
      thresholdsRow({ symmetry: -0.5 }, 0.26),
      thresholdsRow({}, 0.06),
    ];
    const figure = symmetryFigure({ ...symmetryRows, thresholds: rows });
    expect(traceOf(figure, /gap/)).toMatchObject({
      x: [-0.5, 0, 0.5],
      y: [0.26, 0.06, null],
      error_y: { array: [1e-9, 1e-9, null] },
    });
  });

  test("J_a is drawn at the largest budget, and only where it was found", () => {
    const access = [
      accessRow({}, 100, 0.3),
      { ...accessRow({}, 100, 0.4), budget: 500 },
      accessRow({ symmetry: 0.9 }, 100, null),
      accessRow({ symmetry: 0.2 }, 100, 0.1),
    ];
    const figure = symmetryFigure({ ...symmetryRows, access });
    expect(traceOf(figure, /= 100$/)).toMatchObject({ x: [0, 0.2], y: [0.3, 0.1] });
  });
});

describe("layers", () => {
  test("the map holds J_eff − J_D, of the deepest chain", () => {
    const shallow = layersRows.map.map((row) => ({ ...row, layers: 2, equivalentSelfCoupling: 9 }));
    const { data } = layersFigure({ ...layersRows, map: [...shallow, ...layersRows.map] });
    const map = data.find((trace) => trace.type === "heatmap")!;
    // J_eff − J_D of the made-up rows is λ²(0.3 − 0.4 J_D).
    map.x.forEach((bond, column) => {
      map.y.forEach((coupling, row) => {
        expect(map.z[row][column]).toBeCloseTo(bond! ** 2 * (0.3 - 0.4 * coupling!), 12);
      });
    });
  });
});

describe("findings", () => {
  const access = (values: readonly number[], half = 0.01) =>
    values.map((value, k) => accessRow({ symmetry: k / 4 }, 200, value, half));
  const thresholds = [0, 1, 2].map((k) => thresholdsRow({ symmetry: k / 4 }, 0.06 - 0.02 * k));
  const findings = (values: readonly number[], half?: number) =>
    symmetryFindings({ ...noSymmetry, thresholds, access: access(values, half) });

  test("without rows there are none", () => {
    expect(symmetryFindings(noSymmetry)).toEqual([]);
    expect(layersFindings(noLayers)).toEqual([]);
  });

  test.each([
    [[0.5, 0.4, 0.3], undefined, "agrees", "agrees"],
    [[0.3, 0.4, 0.5], undefined, "differs", "differs"],
    [[0.5, 0.6, 0.3], undefined, "agrees", "differs"],
    [[0.5, 0.49, 0.48], 0.02, "open", "open"],
  ] as const)("dynamics %j with half-width %s beside a falling J_gap", (values, half, ends, steps) => {
    const found = findings(values, half);
    expect(verdictOf(found, /^From .* changes by/)).toBe(ends);
    expect(verdictOf(found, /follows .* least/)).toBe(steps);
  });

  test("dynamics below J_gap differs from what is expected", () => {
    expect(verdictOf(findings([0.5, 0.4, 0.3]), /is nearest to/)).toBe("agrees");
    expect(verdictOf(findings([-0.2, -0.3, -0.4]), /is nearest to/)).toBe("differs");
  });

  test("an enumeration that is off by five standard errors is told", () => {
    const check = (z: number) =>
      verdictOf(
        symmetryFindings({ ...noSymmetry, checks: [checkRow({ symmetry: 0.5 }, 10, 0.5, z)] }),
        /enumeration/,
      );
    expect(check(2)).toBe("agrees");
    expect(check(-5)).toBe("differs");
  });

  test("J_gap without symmetry or bonds is that of one layer", () => {
    const bond = { layers: 2, ferromagneticCoupling: 0 };
    const at = (gap: number) =>
      verdictOf(layersFindings({ ...noLayers, thresholds: [thresholdsRow(bond, gap)] }), /^Without bonds/);
    expect(at(0.0600992019)).toBe("agrees");
    expect(at(0.0601)).toBe("differs");
  });
});
