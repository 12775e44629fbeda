/** @file Figure: sweeps to rest under right, wrong and no target, and of unknown inputs, with ROC curves. */
import type { EquilibrationMeans } from "../experiments/equilibration-rows.ts";
import { equilibrationTable, sweepsTable } from "./learning-probe-tables.ts";
import {
  axis,
  baseLayout,
  dashAt,
  label,
  legendAt,
  palette,
  panelLabel,
  sequentialColors,
  stroke,
  withoutData,
} from "./theme.ts";
import type { Figure, Layout, Line, ScatterTrace } from "./types.ts";

const title = "Sweeps to rest";

const feedback = "<i>λ</i><sub>back</sub>";

const caption =
  `Networks trained on Entangled MNIST by (P21), with feedback of two strengths ${feedback}. Upper row: share of test samples ` +
  `at rest after so many sweeps. Targets (right, wrong, or a random code word of the same strength) act from the third sweep ` +
  `on; the other kinds have no target: test inputs as they are and with flipped bits, test images with shuffled pixels, ` +
  `independent random bits. Lower row: ROC curves of the number of sweeps as a score that tells wrong and random targets from ` +
  `right ones, and other inputs from test inputs; in the legends the area below (½ where sweeps tell nothing), ties counted ` +
  `by half, ± one standard error where it is known.`;

/** Feedback strengths that are drawn, of those among the rows the weakest and the strongest. */
const mostColumns = 2;

/** Shares of the height of the two rows of panels, and the gap between columns. */
const panelRows = [
  [0.57, 1],
  [0, 0.43],
] as const;
const columnGap = 0.16;

const height = 500;
const margin = { l: 54, r: 200, t: 24, b: 44 };

/** The axis of sweeps ends where this share of every kind is at rest. */
const nearlyAll = 0.995;

/** Targets in order, in colours of their own; other inputs follow in the colours of a scale. */
const targets: readonly string[] = ["right target", "wrong target", "random target"];
const targetColors = [palette.black, palette.vermillion, palette.orange];
const known = "no target";

/** Dashes of targets and of inputs: no two kinds share one, so that they are told apart in grey. */
const targetDashes = [2, 5, 6] as const;
const inputDashes = [1, 4, 3, 7] as const;

/** One network. */
interface Network {
  readonly hidden: number;
  readonly feedbackStrength: number;
  readonly rows: readonly EquilibrationMeans[];
}

/** Networks of the largest size by strength of the feedback: the weakest and the strongest. */
function networksOf(rows: readonly EquilibrationMeans[]): Network[] {
  const made = rows.filter(({ runs }) => runs > 0);
  const hidden = Math.max(...made.map((row) => row.hidden));
  const own = made.filter((row) => row.hidden === hidden);
  const strengths = [...new Set(own.map((row) => row.feedbackStrength))].sort((a, b) => a - b);
  const shown =
    strengths.length > mostColumns ? [strengths[0]!, strengths[strengths.length - 1]!] : strengths;
  return shown.map((feedbackStrength) => ({
    hidden,
    feedbackStrength,
    rows: own.filter((row) => row.feedbackStrength === feedbackStrength),
  }));
}

/** Line of each kind. */
function linesOf(rows: readonly EquilibrationMeans[]): ReadonlyMap<string, Line> {
  const inputs = [...new Set(rows.map(({ kind }) => kind))].filter(
    (kind) => !targets.includes(kind) && kind !== known,
  );
  const colors = sequentialColors(inputs.length);
  const lines = new Map<string, Line>();
  targets.forEach((kind, k) => lines.set(kind, stroke(targetColors[k]!, 1.4, dashAt(targetDashes[k]!))));
  lines.set(known, stroke(palette.black, 1.6));
  inputs.forEach((kind, k) =>
    lines.set(kind, stroke(colors[k]!, 1.4, dashAt(inputDashes[k % inputDashes.length]!))),
  );
  return lines;
}

/** Shares at rest after 1, 2, … sweeps. */
function shareAtRest(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  return counts.slice(0, -1).map((count) => (sum += count) / total);
}

/** Distribution of one kind, as steps from one number of sweeps to the next. */
function distributionTrace(
  row: EquilibrationMeans,
  line: Line,
  suffix: string,
  named: boolean,
): ScatterTrace {
  const shares = shareAtRest(row.sweeps);
  return {
    type: "scatter",
    mode: "lines",
    name: row.kind,
    legendgroup: row.kind,
    showlegend: named,
    x: shares.flatMap((_, k) => [k + 1, k + 2]),
    y: shares.flatMap((share) => [share, share]),
    line,
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    hovertemplate: `${row.kind}: %{y:.3f} after %{x} sweeps<extra></extra>`,
  };
}

function rocTrace(row: EquilibrationMeans, line: Line, suffix: string, legend: string): ScatterTrace[] {
  if (row.auc === null) return [];
  const { mean, standardError } = row.auc;
  const error = standardError === null ? "" : ` ± ${standardError.toFixed(3)}`;
  return [
    {
      type: "scatter",
      mode: "lines",
      name: `${row.kind}: ${mean.toFixed(3)}${error}`,
      legend,
      x: row.rocFalse,
      y: row.rocTrue,
      line,
      xaxis: `x${suffix}`,
      yaxis: `y${suffix}`,
      hovertemplate: `${row.kind}: %{x:.3f}, %{y:.3f}<extra></extra>`,
    },
  ];
}

/** Suffixes of the axes of a column: of the distribution and of the ROC curve. */
const suffixes = (column: number): readonly [string, string] => [
  column === 0 ? "" : String(2 * column + 1),
  String(2 * column + 2),
];

const legendName = (column: number): string => `legend${column + 2}`;

function columnTraces({ rows }: Network, lines: ReadonlyMap<string, Line>, column: number): ScatterTrace[] {
  const [above, below] = suffixes(column);
  const lineOf = ({ kind }: EquilibrationMeans): Line => lines.get(kind)!;
  return [
    ...rows.map((row) => distributionTrace(row, lineOf(row), above, column === 0)),
    ...rows.flatMap((row) => rocTrace(row, lineOf(row), below, legendName(column))),
  ];
}

/** Sweeps after which nearly all samples of all kinds are at rest, or all that were allowed. */
function lastSweep(networks: readonly Network[]): number {
  const needed = networks.flatMap(({ rows }) =>
    rows.map(({ sweeps }) => {
      const at = shareAtRest(sweeps).findIndex((share) => share >= nearlyAll);
      return at < 0 ? sweeps.length - 1 : at + 1;
    }),
  );
  return Math.max(2, ...needed);
}

function layoutOf(networks: readonly Network[]): Layout {
  const width = (1 - columnGap * (networks.length - 1)) / networks.length;
  const last = lastSweep(networks);
  const axes = networks.flatMap((_, column) => {
    const [above, below] = suffixes(column);
    const domain = [column * (width + columnGap), column * (width + columnGap) + width] as const;
    return [
      [`xaxis${above}`, axis("sweeps", { domain, range: [1, last + 1], anchor: `y${above}` })],
      [
        `yaxis${above}`,
        axis("share at rest", { domain: panelRows[0], range: [0, 1.04], anchor: `x${above}` }),
      ],
      [
        `xaxis${below}`,
        axis("false positive rate", { domain, range: [0, 1], dtick: 0.5, anchor: `y${below}` }),
      ],
      [
        `yaxis${below}`,
        axis("true positive rate", { domain: panelRows[1], range: [0, 1], dtick: 0.5, anchor: `x${below}` }),
      ],
    ] as const;
  });
  const letters = ["(a)", "(b)", "(c)", "(d)"];
  const strength = ({ feedbackStrength }: Network): string => `${feedback} = ${label(feedbackStrength)}`;
  const rocName = (column: number): string => letters[networks.length + column]!;
  return baseLayout(
    { height, margin },
    {
      ...Object.fromEntries(axes),
      shapes: networks.map((_, column) => {
        const [, below] = suffixes(column);
        const place = { xref: `x${below}`, yref: `y${below}`, x0: 0, y0: 0, x1: 1, y1: 1 };
        return { type: "line", ...place, layer: "below", line: { color: palette.grey, width: 1 } } as const;
      }),
      annotations: networks.flatMap((network, column) => [
        panelLabel(`${letters[column]!} ${strength(network)}`, suffixes(column)[0]),
        panelLabel(`${rocName(column)} ${strength(network)}`, suffixes(column)[1]),
      ]),
      legend: legendAt(1.02, 1),
      ...Object.fromEntries(
        networks.map((_, column) => [
          legendName(column),
          legendAt(1.02, column === 0 ? 0.61 : 0.27, `${rocName(column)} area ± s.e.`),
        ]),
      ),
    },
  );
}

/**
 * Distributions of the sweeps to rest and ROC curves, for the weakest and the strongest feedback among the rows.
 * @param rows means over runs, any order; those without a run are left out
 * @source draws rows of {@link equilibrationMeans}
 */
export function equilibrationFigure(rows: readonly EquilibrationMeans[]): Figure {
  const head = {
    name: "equilibration",
    title,
    caption,
    tables: [equilibrationTable(rows), sweepsTable(rows)],
  };
  const networks = networksOf(rows);
  if (networks.length === 0) return withoutData(head);
  const lines = linesOf(rows);
  const data = networks.flatMap((network, column) => columnTraces(network, lines, column));
  return { ...head, data, layout: layoutOf(networks) };
}
