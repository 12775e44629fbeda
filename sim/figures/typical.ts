/** @file Figure 4: what surrounds a typical fixed point (Franz–Parisi) against the densest clusters, per self-coupling. */
import type { FranzParisiRow, LocalEntropyRow } from "../experiments/rows.ts";
import { curve, distinct, hasPoints, isSame } from "./select.ts";
import type { Curve } from "./select.ts";
import { franzParisiTable, localEntropyTable } from "./tables.ts";
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
  padded,
  palette,
  panelLabel,
  stroke,
  symbols,
  withoutData,
} from "./theme.ts";
import type { Annotation, Axis, Figure, Layout, Shape, Trace } from "./types.ts";

/** Panels beside each other, and the height of one with its axis, in CSS pixels. */
const panelsAcross = 2;
const panelHeight = 245;
const margin = { l: 58, r: 12, t: 46, b: 46 };

/** Share of the width, and pixels of the height, left free between panels. */
const gutter = 0.11;
const gutterPixels = 54;

const title = "Typical against densest";

const caption =
  `Entropy, in nats per neuron, of the fixed points at distance ${symbols.distance} from a typical fixed point: annealed bound ` +
  `(P7) and quenched replica-symmetric value (P8), beside the local entropy ${symbols.densest} of the densest clusters of fixed ` +
  `points at mutual distance ${symbols.distance} (P14); one panel a self-coupling. Shaded: negative entropy, where a typical ` +
  `one has none at that distance, and no clusters exist; a curve ends where its saddle point has no solution in the range ` +
  `of the solver. Typical fixed points are isolated: around each there is an empty region. Dense clusters, beyond ` +
  `${symbols.gap}, reach down to the ` +
  `smallest distances; near ${symbols.distance} = ½ they hold fewer states than surround a typical one, since all their ` +
  `members keep that distance to each other.`;

/** The three curves of one panel and how they look. */
const kinds = [
  { name: `densest, ${symbols.densest} (P14)`, color: palette.black, dash: dashAt(0) },
  { name: "typical, annealed bound (P7)", color: palette.orange, dash: dashAt(2) },
  { name: "typical, quenched (P8)", color: palette.blue, dash: dashAt(1) },
] as const;

interface Panel {
  readonly selfCoupling: number;
  /** In the order of `kinds`. */
  readonly curves: readonly Curve[];
}

/** The bound is in closed form: it is drawn wherever it is known, also where the quenched saddle has no solution. */
function annealedCurve(rows: readonly FranzParisiRow[]): Curve {
  const known = rows.filter((row) => row.annealed !== null).sort((a, b) => a.distance - b.distance);
  return { x: known.map((row) => row.distance), y: known.map((row) => row.annealed) };
}

function panelsOf(typical: readonly FranzParisiRow[], densest: readonly LocalEntropyRow[]): Panel[] {
  const sound = typical.filter((row) => row.status === "ok");
  return distinct(sound, (row) => row.selfCoupling).map((selfCoupling) => {
    const around = typical.filter((row) => isSame(row.selfCoupling, selfCoupling));
    const clusters = densest.filter((row) => isSame(row.selfCoupling, selfCoupling));
    const distance = (row: { readonly distance: number }): number => row.distance;
    return {
      selfCoupling,
      curves: [
        curve(clusters, distance, (row) => row.localEntropy),
        annealedCurve(around),
        curve(around, distance, (row) => row.quenched),
      ],
    };
  });
}

const suffixOf = (index: number): string => (index === 0 ? "" : String(index + 1));

/** Curves of one panel; the legend explains each kind once, where it first has points. */
function panelTraces(panel: Panel, index: number, explained: Set<string>): Trace[] {
  return panel.curves.flatMap((points, k): Trace[] => {
    if (!hasPoints(points)) return [];
    const { name, color, dash } = kinds[k]!;
    const showlegend = !explained.has(name);
    explained.add(name);
    const place = {
      xaxis: `x${suffixOf(index)}`,
      yaxis: `y${suffixOf(index)}`,
      legendgroup: name,
      showlegend,
    };
    const hovertemplate = `J_D = ${label(panel.selfCoupling)}, d = %{x:.4g}<br>%{y:.5g}`;
    return [
      {
        type: "scatter",
        mode: "lines",
        name,
        ...points,
        ...place,
        line: stroke(color, 1.6, dash),
        hovertemplate,
      },
    ];
  });
}

/** Vertical share of a row of panels, counted from the top. */
function rowDomain(row: number, rows: number, plotHeight: number): [number, number] {
  const gap = gutterPixels / plotHeight;
  const height = (1 - gap * (rows - 1)) / rows;
  const top = 1 - row * (height + gap);
  return [Math.max(0, top - height), top];
}

function panelsLayout(panels: readonly Panel[]): Layout {
  const across = Math.min(panelsAcross, panels.length);
  const rows = Math.ceil(panels.length / across);
  const height = margin.t + margin.b + rows * panelHeight - gutterPixels;
  const distances = extent(panels.flatMap(({ curves }) => curves.flatMap(({ x }) => x)))!;
  const axes: Record<string, Axis> = {};
  const shapes: Shape[] = [];
  const annotations: Annotation[] = [];
  panels.forEach((panel, index) => {
    const suffix = suffixOf(index);
    const column = index % across;
    const width = (1 - gutter * (across - 1)) / across;
    const left = column * (width + gutter);
    const lowest = index + across >= panels.length;
    const range = padded(extent([0, ...panel.curves.flatMap(({ y }) => y)])!, 0.06);
    axes[`xaxis${suffix}`] = logAxis(lowest ? `distance ${symbols.distance}` : "", {
      domain: [left, Math.min(1, left + width)],
      range: logRange(distances),
      anchor: `y${suffix}`,
    });
    axes[`yaxis${suffix}`] = axis(column === 0 ? "entropy (nats per neuron)" : "", {
      domain: rowDomain(Math.floor(index / across), rows, height - margin.t - margin.b),
      range,
      anchor: `x${suffix}`,
    });
    shapes.push(
      horizontalBand(range[0], 0, suffix, gapFill),
      horizontalLine(0, suffix, { color: palette.grey, width: 1 }),
    );
    const letter = String.fromCharCode("a".charCodeAt(0) + index);
    annotations.push(
      panelLabel(`(${letter}) ${symbols.selfCoupling} = ${label(panel.selfCoupling)}`, suffix),
    );
  });
  const legendOffset = 20 / (height - margin.t - margin.b);
  const legend = {
    ...legendAt(0, 1 + legendOffset),
    orientation: "h",
    yanchor: "bottom",
  };
  return baseLayout({ height, margin }, { ...axes, shapes, annotations, legend });
}

/**
 * Franz–Parisi entropies around a typical fixed point beside S*(d), one panel per J_D of the typical rows.
 * @param typical rows of (P7) and (P8), any order; up to six J_D stay readable
 * @param densest points at zero complexity (P14); those of other J_D are ignored
 * @source draws (P7), (P8), (P14)
 */
export function typicalFigure(
  typical: readonly FranzParisiRow[],
  densest: readonly LocalEntropyRow[],
): Figure {
  const panels = panelsOf(typical, densest).filter(({ curves }) => curves.some(hasPoints));
  const shown = densest.filter((row) => panels.some((panel) => isSame(panel.selfCoupling, row.selfCoupling)));
  const tables = [
    franzParisiTable(typical),
    ...(shown.length > 0 ? [localEntropyTable(shown, "densest")] : []),
  ];
  const head = { name: "typical", title, caption, tables };
  if (panels.length === 0) return withoutData(head);
  const explained = new Set<string>();
  const data = panels.flatMap((panel, index) => panelTraces(panel, index, explained));
  return { ...head, data, layout: panelsLayout(panels) };
}
