/** @file Panels (a) and (b) of the figure of the gap from both sides: lines of exclusion, and their highest points. */
import type { ExclusionRow } from "../experiments/tuple-entropy.ts";
import { dashAt, label, markerAt, palette, sequentialColors, stroke, symbols } from "./theme.ts";
import type { Line, ScatterTrace } from "./types.ts";

/** A line of exclusion, as it is drawn. */
interface Look {
  readonly name: string;
  readonly line: Line;
}

/** Rows of tuples by the number of their members, and that of the clusters. */
export interface Exclusions {
  readonly tuples: readonly (ExclusionRow & { readonly replicas: number })[];
  readonly clusters: ExclusionRow | null;
}

/** Sorts the rows; those without any point are left out. */
export function exclusionsOf(rows: readonly ExclusionRow[]): Exclusions {
  const drawn = rows.filter(
    ({ line, highest }) => highest !== null || line.some(({ selfCoupling }) => selfCoupling !== null),
  );
  return {
    tuples: drawn
      .filter((row): row is ExclusionRow & { replicas: number } => row.replicas !== null)
      .sort((a, b) => a.replicas - b.replicas),
    clusters: drawn.find(({ replicas }) => replicas === null) ?? null,
  };
}

const clustersLook: Look = {
  name: `clusters, ${symbols.densest} = 0`,
  line: stroke(palette.black, 2.2),
};

function lineTrace({ line: points }: ExclusionRow, { name, line }: Look): ScatterTrace {
  const placed = [...points].sort((a, b) => a.distance - b.distance);
  return {
    type: "scatter",
    mode: "lines",
    name,
    x: placed.map(({ distance }) => distance),
    y: placed.map(({ selfCoupling }) => selfCoupling),
    line,
    hovertemplate: `${name}, d = %{x:.4g}<br>J_D = %{y:.5f}<extra></extra>`,
  };
}

/** Lines of tuples, light for many members, and that of the clusters above them (panel a). */
export function lineTraces({ tuples, clusters }: Exclusions): ScatterTrace[] {
  const colors = sequentialColors(tuples.length);
  const lines = tuples.map((row, k) =>
    lineTrace(row, { name: `<i>m</i> = ${row.replicas}`, line: stroke(colors[k]!, 1.3, dashAt(k)) }),
  );
  return [...(clusters === null ? [] : [lineTrace(clusters, clustersLook)]), ...lines];
}

/** Members up to m with the highest threshold: a tuple holds tuples of fewer members, and falls with them. */
export function bestThresholds(
  tuples: Exclusions["tuples"],
): { readonly replicas: number; readonly best: number }[] {
  let best = -Infinity;
  return tuples.flatMap(({ replicas, highest }) => {
    if (highest === null) return [];
    best = Math.max(best, highest.selfCoupling);
    return [{ replicas, best }];
  });
}

const panelB = { xaxis: "x2", yaxis: "y2", legend: "legend2" } as const;

/** J_m against m, the best of up to m members, and J_gap (panel b). */
export function thresholdTraces({ tuples, clusters }: Exclusions): ScatterTrace[] {
  const known = tuples.filter(({ highest }) => highest !== null);
  const best = bestThresholds(tuples);
  const gap = clusters?.highest;
  const ends = [known[0]!.replicas - 0.5, known.at(-1)!.replicas + 0.5];
  const level: ScatterTrace[] = gap
    ? [
        {
          type: "scatter",
          mode: "lines",
          name: `${symbols.gap} = ${label(gap.selfCoupling, 5)}`,
          x: ends,
          y: [gap.selfCoupling, gap.selfCoupling],
          line: stroke(palette.black, 1.6),
          hoverinfo: "skip",
          ...panelB,
        },
      ]
    : [];
  return [
    ...level,
    {
      type: "scatter",
      mode: "lines",
      name: "up to <i>m</i> members",
      x: best.map(({ replicas }) => replicas),
      y: best.map(({ best: height }) => height),
      line: stroke(palette.vermillion, 1.4, dashAt(1)),
      hoverinfo: "skip",
      ...panelB,
    },
    {
      type: "scatter",
      mode: "markers",
      name: "<i>J</i><sub><i>m</i></sub>",
      x: known.map(({ replicas }) => replicas),
      y: known.map(({ highest }) => highest!.selfCoupling),
      marker: { symbol: markerAt(0), size: 7, color: palette.blue },
      hovertemplate: "m = %{x}<br>J_m = %{y:.7f}<extra></extra>",
      cliponaxis: false,
      ...panelB,
    },
  ];
}
