/** @file Charts and words of the explorer: the sliders' place is marked where it belongs, and named rightly. */
import { describe, expect, test } from "vitest";
import type { EntropyRow, LocalEntropyRow, ThresholdsRow } from "../../../sim/experiments/rows.ts";
import { couplingChart, distanceChart, replicasChart } from "../../../sim/explorer/theory/charts.ts";
import type { Landscape } from "../../../sim/explorer/theory/protocol.ts";
import { readings, regimeInWords } from "../../../sim/explorer/theory/words.ts";
import type { Figure, ScatterTrace } from "../../../sim/figures/types.ts";

const row = (values: Partial<LocalEntropyRow>): LocalEntropyRow => ({
  status: "ok",
  selfCoupling: 0.3,
  distance: 0.1,
  overlap: 0.8,
  y: 20,
  qhat: 1,
  phi: 1,
  localEntropy: 0.1,
  complexity: 0,
  residual: 0,
  error: 0,
  ...values,
});

const landscape: Landscape = {
  point: { selfCoupling: 0.3, distance: 0.1, y: 10 },
  entropy: 0.2117,
  curve: [0.01, 0.1, 0.4].map((distance) =>
    row({ distance, localEntropy: distance ** 0.5, y: 5 / distance }),
  ),
  densest: row({ localEntropy: 0.1 ** 0.5, y: 50 }),
  atY: row({ y: 10, localEntropy: 0.25, complexity: 0.06 }),
  resolution: "full",
};

const thresholds: ThresholdsRow = {
  status: "ok",
  gapClosing: { selfCoupling: 0.06, distance: 0.016, y: 4.7, error: 1e-10 },
  monotone: { selfCoupling: 0.073, distance: 0.006, error: 1e-10 },
  typical: [],
};

const markers = ({ data }: Figure): ScatterTrace[] =>
  data.filter((trace) => trace.type === "scatter" && trace.mode === "markers") as ScatterTrace[];
const places = (figure: Figure): (readonly [string | undefined, number | null, number | null])[] =>
  markers(figure).map(({ xaxis, x, y }) => [xaxis, x[0]!, y[0]!] as const);

describe("charts", () => {
  test("S*(d) carries the densest clusters and the chosen y in both panels", () => {
    const found = places(distanceChart(landscape));
    for (const panel of ["x", "x2"]) {
      expect(found).toContainEqual([panel, 0.1, 0.1 ** 0.5]);
      expect(found).toContainEqual([panel, 0.1, 0.25]);
    }
  });

  test("the panels over y carry the chosen y", () => {
    const rows = [1, 3, 10, 100].map((y) =>
      row({ y, complexity: 0.1 - y / 100, localEntropy: 0.2 + y / 1000 }),
    );
    const found = places(replicasChart(landscape, rows));
    expect(found).toContainEqual(["x", 10, 0.06]);
    expect(found).toContainEqual(["x2", 10, 0.25]);
    expect(found).toContainEqual(["x3", 0.25, 0.06]);
    expect(found).toContainEqual(["x4", 0.1, 50]);
  });

  test("what has no solution has no mark", () => {
    const empty = row({ status: "no-solution", localEntropy: null, y: null });
    const found = places(distanceChart({ ...landscape, densest: empty }));
    expect(found).toHaveLength(2);
    expect(distanceChart({ ...landscape, curve: [] }).data).toEqual([]);
  });

  test("S(J_D) carries J_D and the thresholds as far as they are known", () => {
    const rows: EntropyRow[] = [0, 1].map((selfCoupling) => ({
      status: "ok",
      selfCoupling,
      annealed: selfCoupling / 2,
      rs: null,
    }));
    const figure = couplingChart(rows, thresholds, landscape);
    expect(places(figure)).toContainEqual([undefined, 0.3, 0.2117]);
    expect((figure.layout.shapes ?? []).map(({ x0 }) => x0)).toEqual([0.06, 0.073]);
    expect(couplingChart(rows, null, landscape).layout.shapes).toEqual([]);
  });
});

describe("words", () => {
  test.each([
    [0.05, /below .*overlap gap/],
    [0.065, /between .*gap is closed/],
    [0.3, /above .*rises all the way/],
  ])("name the regime of J_D = %s", (selfCoupling, words) => {
    expect(regimeInWords(selfCoupling, thresholds)).toMatch(words);
  });

  test("say so while the thresholds are not known", () => {
    expect(regimeInWords(0.3, null)).toMatch(/being solved/);
    expect(regimeInWords(0.3, { ...thresholds, monotone: null })).toMatch(/being solved/);
  });

  test("tell a negative entropy and a missing solution from a cluster that exists", () => {
    const second = (densest: LocalEntropyRow) => readings({ ...landscape, densest })[1]!;
    expect(second(row({ localEntropy: 0.1 }))).toMatchObject({ value: "0.1" });
    expect(second(row({ localEntropy: -0.02 }))).toMatchObject({ value: "−0.02" });
    expect(second(row({ localEntropy: -0.02 })).meaning).toMatch(/no cluster/);
    expect(second(row({ status: "no-solution", localEntropy: null })).value).toBe("none");
  });
});
