/** @file The figure of hetero-association: what is drawn from which rows, and what is left out. */
import { describe, expect, test } from "vitest";
import type { HeteroCapacityRow, HeteroSlopeRow } from "../../../sim/experiments/learning-rows.ts";
import { heteroFigure } from "../../../sim/figures/hetero.ts";
import type { ScatterTrace } from "../../../sim/figures/types.ts";

const criterion = "mean overlap ≥ 0.9";
const capacityRow = (layers: number, n: number, capacity: number | null): HeteroCapacityRow => ({
  status: capacity === null ? "unstarted" : "ok",
  layers,
  n,
  capacity,
  standardError: capacity === null ? null : 1,
  criterion,
  samples: 3,
});
const slopeRow = (layers: number, slope: number | null): HeteroSlopeRow => ({
  status: slope === null ? "no-solution" : "ok",
  layers,
  slope,
  standardError: slope === null ? null : 0.02,
  intercept: slope === null ? null : 1,
});

describe("heteroFigure", () => {
  const capacities = [
    capacityRow(7, 100, 41),
    capacityRow(2, 50, 6),
    capacityRow(2, 100, 11),
    capacityRow(7, 50, 21),
    capacityRow(3, 50, null),
  ];
  const slopes = [slopeRow(2, 0.1), slopeRow(7, 0.4), slopeRow(3, null)];
  const figure = heteroFigure([], capacities, slopes);
  const traces = figure.data as readonly ScatterTrace[];

  test("panel (a): points in the order of N with their errors, and the fitted line between the ends", () => {
    const deep = traces.filter(({ legendgroup }) => legendgroup === "L7");
    const [line, points] = deep;
    expect([points.x, points.y, points.error_y?.array]).toEqual([
      [50, 100],
      [21, 41],
      [1, 1],
    ]);
    expect([line.x, line.y]).toEqual([
      [50, 100],
      [21, 41],
    ]);
    expect(traces.some(({ legendgroup }) => legendgroup === "L3")).toBe(false);
  });

  test("panel (b): slopes against depth and the published ones as open markers", () => {
    const measured = traces.find(({ name }) => name === "measured")!;
    expect([measured.x, measured.y, measured.error_y?.array]).toEqual([
      [2, 7],
      [0.1, 0.4],
      [0.02, 0.02],
    ]);
    const published = traces.find(({ name }) => name === "published")!;
    expect([published.x, published.y, published.marker?.symbol]).toEqual([
      [2, 7],
      [0.38, 0.86],
      "diamond-open",
    ]);
  });

  test("the caption names the criterion; the tables hold every row, drawn or not", () => {
    expect(figure.caption).toContain(criterion);
    expect(figure.tables.map(({ name, rows }) => [name, rows.length])).toEqual([
      ["slopes", 3],
      ["capacities", 5],
      ["hetero", 0],
    ]);
    expect(figure.tables[1].rows[4]).toEqual(["unstarted", 3, 50, 3, null, null, criterion]);
  });

  test("points without a slope are drawn without a line; without any capacity the figure says so", () => {
    const single = heteroFigure([], [capacityRow(2, 50, 6)], [slopeRow(2, null)]);
    expect(
      (single.data as readonly ScatterTrace[]).filter(({ legendgroup }) => legendgroup === "L2"),
    ).toHaveLength(1);
    const none = heteroFigure([], [capacityRow(2, 50, null)], []);
    expect(none.data).toEqual([]);
    expect(JSON.stringify(none.layout.annotations)).toContain("No data");
  });
});
