/** @file Figure 2: local entropy S*(d) of the densest clusters for a list of self-couplings, with the gap shaded. */
import type { LocalEntropyRow } from "../experiments/rows.ts";
import { curve, distinct, hasPoints, isSame } from "./select.ts";
import { localEntropyTable } from "./tables.ts";
import {
  axis,
  baseLayout,
  dashAt,
  extent,
  gapFill,
  horizontalBand,
  horizontalLine,
  label,
  legendAt,
  logAxis,
  logRange,
  note,
  palette,
  panelLabel,
  sequentialColors,
  stroke,
  symbols,
  withoutData,
} from "./theme.ts";
import type { Figure, Layout, ScatterTrace, Trace } from "./types.ts";

/** Horizontal share of the two panels; the legend stands to the right of both. */
const leftPanel = [0, 0.44] as const;
const rightPanel = [0.56, 1] as const;

/** Height in CSS pixels; more where the legend, a line a curve, needs it. */
const leastHeight = 360;
const legendLine = 20;
const margin = { l: 54, r: 78, t: 22, b: 46 };

/** Range of the zoom in nats: around J_gap the curves bend within a few thousandths of zero. */
const zoomRange = [-0.006, 0.012] as const;

/** Share of the full range left free below the curves, for the note in the shaded region. */
const roomBelow = 0.1;

const title = `Local entropy of the densest clusters`;

const caption =
  `Local entropy ${symbols.densest}(${symbols.distance}), in nats per neuron, of the densest clusters of fixed points that exist at ` +
  `mutual distance ${symbols.distance} (P14), for several self-couplings ${symbols.selfCoupling}: (a) all distances, (b) enlarged ` +
  `around zero, with distances on a logarithmic axis. Shaded: ${symbols.densest} < 0, where no group of about ` +
  `${symbols.yStar} or more fixed points with that mutual distance exists; smaller groups, such as pairs, may. At small ` +
  `${symbols.selfCoupling} a window of distances without clusters (overlap gap) lies between narrow and wide ones; it closes at ` +
  `${symbols.gap} (P15), and beyond ${symbols.monotone} (P16) the curve rises all the way.`;

/** One J_D in both panels, with one entry in the legend. */
function curveTraces(
  selfCoupling: number,
  rows: readonly LocalEntropyRow[],
  color: string,
  dash: string,
): Trace[] {
  const points = curve(
    rows,
    (row) => row.distance,
    (row) => row.localEntropy,
  );
  if (!hasPoints(points)) return [];
  const shared: ScatterTrace = {
    type: "scatter",
    mode: "lines",
    name: label(selfCoupling),
    legendgroup: label(selfCoupling),
    ...points,
    line: stroke(color, 1.5, dash),
    hovertemplate: `J_D = ${label(selfCoupling)}, d = %{x:.4g}<br>S* = %{y:.5g}`,
  };
  return [shared, { ...shared, xaxis: "x2", yaxis: "y2", showlegend: false }];
}

function curvesLayout(rows: readonly LocalEntropyRow[], curves: number): Layout {
  const entropies = extent(rows.map((row) => row.localEntropy))!;
  const distances = extent(rows.map((row) => row.distance))!;
  const [lowest, highest] = entropies;
  const span = highest - Math.min(lowest, 0);
  const full: [number, number] = [Math.min(lowest, 0) - roomBelow * span, highest + 0.05 * span];
  const zero = { color: palette.grey, width: 1 };
  const entropyTitle = `local entropy ${symbols.densest} (nats per neuron)`;
  const distanceTitle = `distance ${symbols.distance}`;
  const gapNote = {
    xref: "x domain",
    yref: "y domain",
    x: 0.98,
    y: 0.015,
    xanchor: "right",
    yanchor: "bottom",
  } as const;
  return baseLayout(
    { height: Math.max(leastHeight, margin.t + margin.b + (curves + 1) * legendLine), margin },
    {
      xaxis: axis(distanceTitle, { domain: leftPanel, range: [0, 0.5], dtick: 0.1 }),
      yaxis: axis(entropyTitle, { range: full }),
      xaxis2: logAxis(distanceTitle, { domain: rightPanel, range: logRange(distances), anchor: "y2" }),
      yaxis2: axis("", { range: zoomRange, anchor: "x2" }),
      legend: legendAt(1.02, 1, symbols.selfCoupling),
      shapes: [
        horizontalBand(full[0], 0, "", gapFill),
        horizontalLine(0, "", zero),
        horizontalBand(zoomRange[0], 0, "2", gapFill),
        horizontalLine(0, "2", zero),
      ],
      annotations: [
        panelLabel("(a)", ""),
        panelLabel("(b) enlarged", "2"),
        note(`no clusters (${symbols.densest} < 0)`, { ...gapNote, font: { size: 11 } }),
      ],
    },
  );
}

/**
 * S*(d) for every J_D among the rows, in full and enlarged at small d.
 * @param rows points at zero complexity (P14), any order; about a dozen J_D stay readable
 * @source draws (P14)
 */
export function localEntropyFigure(rows: readonly LocalEntropyRow[]): Figure {
  const head = { name: "local-entropy", title, caption, tables: [localEntropyTable(rows)] };
  const solved = rows.filter((row) => row.status === "ok" && row.localEntropy !== null);
  if (solved.length === 0) return withoutData(head);
  const couplings = distinct(solved, (row) => row.selfCoupling);
  const colors = sequentialColors(couplings.length);
  // Largest first: the legend then has the order of the curves on the page.
  const data = couplings
    .map((selfCoupling, k) =>
      curveTraces(
        selfCoupling,
        rows.filter((row) => isSame(row.selfCoupling, selfCoupling)),
        colors[k]!,
        dashAt(k),
      ),
    )
    .reverse()
    .flat();
  return { ...head, data, layout: curvesLayout(solved, couplings.length) };
}
