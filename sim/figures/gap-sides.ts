/**
 * @file Figure: the overlap gap from both sides. Where tuples of m fixed points and clusters are excluded as N → ∞, the
 * thresholds, and tuples counted by enumeration against the exact mean at finite N.
 */
import type { TupleCheckRow } from "../experiments/rows-beyond.ts";
import type { ExclusionRow } from "../experiments/tuple-entropy.ts";
import type { Enumerated } from "./gap-enumeration.ts";
import { countTraces, enumerated, scoreTraces } from "./gap-enumeration.ts";
import type { Exclusions } from "./gap-lines.ts";
import { exclusionsOf, lineTraces, thresholdTraces } from "./gap-lines.ts";
import {
  axis,
  baseLayout,
  dashAt,
  extent,
  gapFill,
  horizontalBand,
  horizontalLine,
  legendAt,
  logAxis,
  logRange,
  note,
  padded,
  palette,
  panelLabel,
  symbols,
  withoutData,
} from "./theme.ts";
import type { Axis, Cell, Figure, Layout, Table } from "./types.ts";

/** Shares of the figure: panels (a) and (b) above, (c) and (d) below. */
const across = { left: [0, 0.45], right: [0.6, 1] } as const;
const upwards = { upper: [0.57, 1], lower: [0, 0.42] } as const;

/** |z| that all enumerated means are required to stay below; drawn as dashed lines. */
const acceptedScore = 4;

/** Room above the highest line, and that below the lowest threshold, as factors. */
const roomAbove = 1.06;
const roomBelow = 0.97;

const title = "The overlap gap from both sides";

/** Caption, with the size of panel (c). */
const captionOf = (size: number | null): string =>
  `Exclusion of groups of fixed points by the mean of their number. (a) Lines below which, as ${symbols.size} → ∞, no ` +
  `<i>m</i> fixed points with mutual distance ${symbols.distance} exist: Φ<sub><i>m</i></sub> = φ(<i>m</i>, 1 − 2${symbols.distance}) < 0 (P13), ` +
  `and no clusters: ${symbols.densest} < 0 (P14), the envelope over all real <i>m</i>. (b) Highest points ` +
  `<i>J</i><sub><i>m</i></sub> of these lines: from there on <i>m</i> fixed points are excluded at no distance by their own mean. ` +
  `Dashed: the highest for up to <i>m</i> members, since a group holds smaller ones. Level: ${symbols.gap} (P15), which ` +
  `lies above all, with a number of replicas between two integers. ` +
  (size === null
    ? ""
    : `(c) Mean number of ordered pairs, triples and quadruples with all mutual Hamming distances <i>D</i> among all fixed points of random networks of ${symbols.size} = ${size}, ` +
      `by exact enumeration, with one standard error; lines: exact mean at that ${symbols.size}. (d) Deviation from the exact mean in standard errors, ` +
      `where at least 20 networks have such a tuple; symbols as in (c); grey: two standard errors, dashed: four. Points of one ` +
      `${symbols.size} and ${symbols.selfCoupling} come from the same networks.`);

const cell = (value: number | null | undefined): Cell => value ?? null;

const kindOf = (replicas: number | null): string => (replicas === null ? "clusters" : "tuples");

function tablesOf(rows: readonly ExclusionRow[], checks: readonly TupleCheckRow[]): Table[] {
  return [
    {
      name: "tuple-thresholds",
      title: "Highest self-coupling at which tuples, or clusters, are excluded at some distance",
      columns: ["status", "of", "replicas", "selfCoupling", "distance", "error"],
      rows: rows.map(({ status, replicas, highest }): Cell[] => [
        ...[status, kindOf(replicas), highest?.y ?? replicas],
        ...[cell(highest?.selfCoupling), cell(highest?.distance), cell(highest?.error)],
      ]),
    },
    {
      name: "tuple-lines",
      title: "Self-coupling below which tuples, or clusters, are excluded at each distance",
      columns: ["of", "replicas", "distance", "selfCoupling"],
      rows: rows.flatMap(({ replicas, line }) =>
        line.map(({ distance, selfCoupling, y }): Cell[] => [kindOf(replicas), y, distance, selfCoupling]),
      ),
    },
    {
      name: "tuple-enumeration",
      title: "Mean number of ordered tuples: enumeration and exact mean at that <i>N</i>",
      columns: ["status", "n", "selfCoupling", "replicas", "flips", "samples", "occupied", "mean"].concat(
        "standardError",
        "expected",
        "zScore",
      ),
      rows: checks.map((row): Cell[] => [
        ...[row.status, row.n, row.selfCoupling, row.replicas, row.flips, row.samples],
        ...[cell(row.occupied), row.mean, row.standardError, row.expected, row.zScore],
      ]),
    },
  ];
}

/** Axes of panels (a) and (b). */
function lineAxes(
  { tuples, clusters }: Exclusions,
  lower: boolean,
): Record<`${"x" | "y"}axis${string}`, Axis> {
  const rows = [...tuples, ...(clusters === null ? [] : [clusters])];
  const distances = extent(rows.flatMap(({ line }) => line.map(({ distance }) => distance))) ?? [1e-3, 0.5];
  const heights = rows.flatMap(({ highest }) => (highest === null ? [] : [highest.selfCoupling]));
  const top = roomAbove * (extent(heights)?.[1] ?? 0.06);
  const bottom = roomBelow * (extent(heights)?.[0] ?? 0.04);
  const domain = lower ? upwards.upper : ([0, 1] as const);
  const couplingTitle = `self-coupling ${symbols.selfCoupling}`;
  const members = tuples.map(({ replicas }) => replicas);
  return {
    xaxis: logAxis(`distance ${symbols.distance}`, { domain: across.left, range: logRange(distances) }),
    yaxis: axis(couplingTitle, { domain, range: [0, top] }),
    xaxis2: axis("number of members <i>m</i>", {
      domain: across.right,
      range: [(members[0] ?? 2) - 0.6, (members.at(-1) ?? 12) + 0.6],
      dtick: members.length > 16 ? 5 : 2,
      anchor: "y2",
    }),
    yaxis2: axis("highest point <i>J</i><sub><i>m</i></sub>", {
      domain,
      range: [bottom, top],
      anchor: "x2",
    }),
  };
}

/** Axes of panels (c) and (d). */
function enumerationAxes(
  shown: readonly Enumerated[],
  checks: readonly TupleCheckRow[],
): Record<`${"x" | "y"}axis${string}`, Axis> {
  const flips = extent(shown.map((row) => row.flips)) ?? [0, 1];
  const numbers = extent(
    shown.flatMap(({ mean, standardError, expected }) => [mean, mean + standardError, expected]),
  ) ?? [1, 10];
  const distances = extent(checks.map(({ flips: each, n }) => each / n)) ?? [0, 1];
  const scores = extent(checks.map(({ zScore }) => Math.abs(zScore ?? 0)))?.[1] ?? 0;
  const limit = 1.15 * Math.max(acceptedScore, scores);
  return {
    xaxis3: axis("Hamming distance <i>D</i>", {
      domain: across.left,
      range: padded(flips, 0.05),
      anchor: "y3",
      dtick: 2,
    }),
    yaxis3: logAxis("mean number of tuples", {
      domain: upwards.lower,
      range: padded([Math.log10(numbers[0]), Math.log10(numbers[1])], 0.06),
      anchor: "x3",
    }),
    xaxis4: axis(`distance ${symbols.distance} = <i>D</i>/${symbols.size}`, {
      domain: across.right,
      range: padded(distances, 0.05),
      anchor: "y4",
    }),
    yaxis4: axis("deviation (s.e.)", {
      domain: upwards.lower,
      range: [-limit, limit],
      dtick: 2,
      anchor: "x4",
    }),
  };
}

function gapLayout(
  exclusions: Exclusions,
  shown: readonly Enumerated[],
  checks: readonly TupleCheckRow[],
): Layout {
  const lower = shown.length > 0;
  const dashed = { color: palette.grey, width: 1, dash: dashAt(1) };
  const margin = { l: 58, r: 150, t: 22, b: 46 };
  const upper = {
    ...lineAxes(exclusions, lower),
    legend: legendAt(1.02, 1),
    legend2: legendAt(0.655, lower ? 0.74 : 0.42),
  };
  const place = { xref: "x domain", yref: "y domain", x: 0.05, y: 0.03 } as const;
  const labels = [
    panelLabel("(a)", ""),
    panelLabel("(b)", "2"),
    note("excluded below the line", { ...place, xanchor: "left", yanchor: "bottom", font: { size: 11 } }),
  ];
  if (!lower) return baseLayout({ height: 320, margin }, { ...upper, annotations: labels });
  return baseLayout(
    { height: 620, margin },
    {
      ...upper,
      ...enumerationAxes(shown, checks),
      legend3: legendAt(1.02, upwards.lower[1], "(c)"),
      legend4: legendAt(1.02, upwards.lower[1] - 0.21, "(d)"),
      shapes: [
        horizontalBand(-2, 2, "4", gapFill),
        ...[-acceptedScore, acceptedScore].map((z) => horizontalLine(z, "4", dashed)),
        horizontalLine(0, "4", { color: palette.grey, width: 1 }),
      ],
      annotations: [...labels, panelLabel("(c)", "3"), panelLabel("(d)", "4")],
    },
  );
}

/** The rows of panel (c): those of the largest N. */
function largest(rows: readonly Enumerated[]): Enumerated[] {
  const size = Math.max(...rows.map(({ n }) => n));
  return rows.filter(({ n }) => n === size);
}

/**
 * Lines of exclusion of tuples and clusters with their highest points, and enumerated tuples against their exact mean.
 * @param rows rows of the experiment `tuple-entropy`, any order
 * @param checks rows of `tupleCheckRows`, any order; none is fine
 * @source draws Φ_m = 0 (P13), S* = 0 (P14), J_gap (P15), and the first moment of tuples at finite N
 */
export function gapSidesFigure(rows: readonly ExclusionRow[], checks: readonly TupleCheckRow[] = []): Figure {
  const exclusions = exclusionsOf(rows);
  const shown = largest(enumerated(checks));
  const head = {
    name: "gap-sides",
    title,
    caption: captionOf(shown[0]?.n ?? null),
    tables: tablesOf(rows, checks),
  };
  if (exclusions.tuples.every(({ highest }) => highest === null)) return withoutData(head);
  return {
    ...head,
    data: [
      ...lineTraces(exclusions),
      ...thresholdTraces(exclusions),
      ...(shown.length === 0 ? [] : [...countTraces(shown), ...scoreTraces(checks)]),
    ],
    layout: gapLayout(exclusions, shown, checks),
  };
}
