/**
 * @file The charts of the theory: the project's figures of the rows solved for the sliders, with the place of the
 * sliders marked. Pure functions of rows.
 */
import type { EntropyRow, LocalEntropyRow, ThresholdsRow } from "../../experiments/rows.ts";
import { complexityFigure } from "../../figures/complexity.ts";
import { criticalMarks } from "../../figures/critical.ts";
import { entropyFigure } from "../../figures/entropy.ts";
import { localEntropyFigure } from "../../figures/local-entropy.ts";
import { label, legendEntry, palette, stroke, symbols } from "../../figures/theme.ts";
import type { Figure, Marker, ScatterTrace, Shape } from "../../figures/types.ts";
import type { Landscape } from "./protocol.ts";

/** Mark of the densest clusters, and of the clusters at the y of the slider. */
const densestMarker: Marker = { symbol: "circle", size: 10, color: palette.vermillion };
const replicaMarker: Marker = {
  symbol: "diamond-open",
  size: 11,
  color: palette.blue,
  line: { width: 2, color: palette.blue },
};

/** Margin without a legend, in CSS pixels: half a label of the axis below. */
const rightMargin = 16;

/** One marked place in the panel with this suffix; none where a coordinate is missing. */
function mark(
  x: number | null,
  y: number | null,
  suffix: string,
  marker: Marker,
  hovertemplate: string,
): ScatterTrace[] {
  if (x === null || y === null) return [];
  const place = { xaxis: `x${suffix}`, yaxis: `y${suffix}`, showlegend: false };
  return [{ type: "scatter", mode: "markers", x: [x], y: [y], marker, hovertemplate, ...place }];
}

/** The figure with further traces on top and no legend: there is one curve, and the caption names the marks. */
const marked = (figure: Figure, marks: readonly ScatterTrace[]): Figure =>
  figure.data.length === 0
    ? figure
    : {
        ...figure,
        data: [...figure.data, ...marks],
        layout: {
          ...figure.layout,
          showlegend: false,
          margin: { ...(figure.layout.margin as object), r: rightMargin },
        },
      };

/** Room above the curve while it moves, as a share of its range: it can then rise without new axes. */
const headroom = 0.3;

/** The figure with room above the curve of its first panel. */
function withHeadroom(figure: Figure): Figure {
  const { yaxis } = figure.layout;
  if (yaxis?.range === undefined) return figure;
  const [low, high] = yaxis.range;
  const range = [low, high + headroom * (high - low)] as const;
  return { ...figure, layout: { ...figure.layout, yaxis: { ...yaxis, range } } };
}

/** S*(d) in full and enlarged, with S*(d) and S_I(y) marked at the d of the slider. */
export function distanceChart({ curve, densest, atY, resolution }: Landscape): Figure {
  const marks = ["", "2"].flatMap((suffix) => [
    ...mark(
      densest.distance,
      densest.localEntropy,
      suffix,
      densestMarker,
      "d = %{x:.4g}<br>S* = %{y:.5g}<extra></extra>",
    ),
    ...mark(
      atY.distance,
      atY.localEntropy,
      suffix,
      replicaMarker,
      "d = %{x:.4g}<br>S_I(y) = %{y:.5g}<extra></extra>",
    ),
  ]);
  const figure = localEntropyFigure(curve);
  return marked(resolution === "preview" ? withHeadroom(figure) : figure, marks);
}

/** Complexity and local entropy against y at the d of the slider, and y*(d), with the y of the slider marked. */
export function replicasChart({ curve, densest, atY }: Landscape, rows: readonly LocalEntropyRow[]): Figure {
  const solved = densest.status === "ok" ? [densest] : [];
  const { y, complexity, localEntropy } = atY;
  const hint = `y = ${label(y ?? NaN, 4)}<extra></extra>`;
  return marked(complexityFigure(rows, [...solved, ...curve]), [
    ...mark(y, complexity, "", replicaMarker, hint),
    ...mark(y, localEntropy, "2", replicaMarker, hint),
    ...mark(localEntropy, complexity, "3", replicaMarker, hint),
    ...mark(densest.distance, densest.y, "4", densestMarker, "d = %{x:.4g}<br>y* = %{y:.4g}<extra></extra>"),
  ]);
}

/** S(J_D) with J_gap and J_mono as lines and the J_D of the slider marked. */
export function couplingChart(
  rows: readonly EntropyRow[],
  thresholds: ThresholdsRow | null,
  { point, entropy }: Pick<Landscape, "point" | "entropy">,
): Figure {
  const figure = entropyFigure(rows);
  const marks = criticalMarks(thresholds);
  const lines = marks.map(({ selfCoupling, line }): Shape => {
    const place = { xref: "x", yref: "y domain", x0: selfCoupling, x1: selfCoupling, y0: 0, y1: 1 };
    return { type: "line", ...place, line, layer: "below" };
  });
  const entries = marks.map(({ name, selfCoupling, line }) =>
    legendEntry(`${name} = ${label(selfCoupling, 4)}`, { mode: "lines", line }),
  );
  const here: ScatterTrace = {
    ...legendEntry(`chosen ${symbols.selfCoupling}`, {
      mode: "markers",
      marker: densestMarker,
      line: stroke(palette.vermillion, 1),
    }),
    x: [point.selfCoupling],
    y: [entropy],
  };
  return {
    ...figure,
    data: [...figure.data, ...entries, here],
    layout: { ...figure.layout, shapes: [...(figure.layout.shapes ?? []), ...lines] },
  };
}
