/** @file Figure `symmetry`: entropy, dense clusters and thresholds of networks whose couplings are correlated. */
import type { EnsembleLocalEntropyRow, EnsembleThresholdsRow } from "../experiments/rows-beyond.ts";
import {
  accessAtLargestBudget,
  accessTrace,
  clusterLabel,
  densestTrace,
  panelColumns,
  panelPlace,
  panelRows,
  thresholdTrace,
} from "./ensemble-panels.ts";
import type { SeriesLook } from "./ensemble-panels.ts";
import {
  ensembleAccessTable,
  ensembleCheckTable,
  ensembleLocalEntropyTable,
  ensembleThresholdsTable,
  symmetricEntropyTable,
} from "./ensemble-tables.ts";
import { distinct, isSame } from "./select.ts";
import { entropyTraces, enumerationEntries, symmetryOf } from "./symmetry-entropy.ts";
import type { SymmetryRows } from "./symmetry-entropy.ts";
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
  legendEntry,
  legendSize,
  logAxis,
  logRange,
  markerAt,
  note,
  padded,
  palette,
  panelLabel,
  sequentialColors,
  stroke,
  symbols,
  withoutData,
} from "./theme.ts";
import type { Annotation, Figure, Layout, ScatterTrace } from "./types.ts";

const title = "Partly symmetric couplings";

const eta = "<i>η</i>";

const caption =
  `Networks of one layer with ⟨<i>J<sub>ij</sub>J<sub>ji</sub></i>⟩ = ${eta}/<i>N</i>. (a) Entropy per neuron of all fixed points ` +
  `against the self-coupling ${symbols.selfCoupling} (P22), in nats; symbols: logarithm of the mean number found by exact ` +
  `enumeration, divided by <i>N</i>, with one standard error; dotted: the exact mean at that <i>N</i>. (b) Local entropy ` +
  `${symbols.densest} of the densest clusters of fixed points at mutual distance ${symbols.distance}, from the replicated saddle ` +
  `point with the reaction of the others on each neuron (P23); shaded: ${symbols.densest} < 0, no such clusters. (c) Self-couplings ` +
  `at which the gap of distances without clusters closes, ${symbols.gap} (P15), and from which ${symbols.densest} grows with ` +
  `distance throughout, ${symbols.monotone} (P16), with the errors of the solver. (d) Self-coupling ${symbols.access}(<i>N</i>) ` +
  `from which zero-temperature dynamics reaches a fixed point in half of the networks, with 95 % confidence intervals, beside ` +
  `${symbols.gap} and the self-coupling at which the entropy of all fixed points vanishes.`;

/** Range of panel (b) in nats: the gap is shallow beside the entropies of wide clusters. */
const clusterRange = [-0.03, 0.12] as const;

/** Room of panel (a) above the largest entropy, and below zero, in nats. */
const entropyRange = [-0.06, 0.72] as const;

/** Looks of the η of panels (a) and (b). */
function looksOf(symmetries: readonly number[]): (symmetry: number) => SeriesLook {
  const colors = sequentialColors(symmetries.length);
  return (symmetry) => {
    const k = symmetries.findIndex((other) => isSame(other, symmetry));
    return { color: colors[k]!, dash: dashAt(k), symbol: markerAt(k) };
  };
}

/** S*(d) at every η; of several J_D each has a kind of line. */
function clusterTraces(
  curves: readonly EnsembleLocalEntropyRow[],
  lookOf: (symmetry: number) => SeriesLook,
): ScatterTrace[] {
  const couplings = distinct(curves, (row) => row.selfCoupling);
  const several = couplings.length > 1;
  const place = { ...panelPlace(2), showlegend: false };
  return couplings.flatMap((selfCoupling, k) => {
    const rows = curves.filter((row) => isSame(row.selfCoupling, selfCoupling));
    const line = stroke(palette.grey, 1.5, dashAt(k));
    const name = `${symbols.selfCoupling} = ${label(selfCoupling)}`;
    const entry = { ...legendEntry(name, { mode: "lines", line, legend: "legend2" }), ...panelPlace(2) };
    const traces = distinct(rows, symmetryOf).map((symmetry) => {
      const own = rows.filter((row) => isSame(symmetryOf(row), symmetry));
      const { color, dash } = lookOf(symmetry);
      const hint = `η = ${label(symmetry)}, J_D = ${label(selfCoupling)}`;
      return densestTrace(hint, own, { color, dash: several ? dashAt(k) : dash }, place);
    });
    return several ? [...traces, entry] : traces;
  });
}

const gapLook: SeriesLook = { color: palette.blue, dash: dashAt(0), symbol: markerAt(0) };
const monotoneLook: SeriesLook = { color: palette.vermillion, dash: dashAt(1), symbol: markerAt(2) };

/** J_gap(η) and J_mono(η) in panel (c). */
function geometryTraces(rows: readonly EnsembleThresholdsRow[]): ScatterTrace[] {
  const place = { ...panelPlace(3), legend: "legend3" };
  const at = (point: (row: EnsembleThresholdsRow) => EnsembleThresholdsRow["monotone"]) =>
    rows.map((row) => ({ x: symmetryOf(row), point: point(row) }));
  return [
    thresholdTrace(
      symbols.gap,
      at((row) => row.gapClosing),
      gapLook,
      place,
    ),
    thresholdTrace(
      symbols.monotone,
      at((row) => row.monotone),
      monotoneLook,
      place,
    ),
  ].filter(hasValues);
}

const hasValues = ({ y }: ScatterTrace): boolean => y.some((value) => value !== null);

/** J_a(N, η) in panel (d), above the lines of theory. */
function accessTraces(
  rows: SymmetryRows["access"],
  thresholds: readonly EnsembleThresholdsRow[],
): ScatterTrace[] {
  const place = { ...panelPlace(4), legend: "legend4" };
  const sound = accessAtLargestBudget(rows);
  const sizes = distinct(sound, ({ n }) => n);
  const colors = sequentialColors(sizes.length);
  const dynamics = sizes.map((n, k) => {
    const look = { color: colors[k]!, dash: "solid", symbol: markerAt(k) };
    const own = sound.filter((row) => row.n === n);
    return accessTrace(`${symbols.access}, ${symbols.size} = ${n}`, own, symmetryOf, look, place);
  });
  const lineOf = (name: string, points: { x: number; y: number | null }[], line: ScatterTrace["line"]) => {
    const ordered = [...points].sort((a, b) => a.x - b.x);
    const [x, y] = [ordered.map((point) => point.x), ordered.map((point) => point.y)];
    return { type: "scatter", mode: "lines", name, x, y, line, hoverinfo: "skip", ...place } as ScatterTrace;
  };
  const gaps = thresholds.map((row) => ({ x: symmetryOf(row), y: row.gapClosing?.selfCoupling ?? null }));
  const zeros = thresholds.map((row) => ({ x: symmetryOf(row), y: row.vanishing }));
  return [
    ...dynamics,
    lineOf(symbols.gap, gaps, stroke(gapLook.color, 1.3)),
    lineOf(`${symbols.entropy} = 0`, zeros, stroke(palette.grey, 1.3, dashAt(2))),
  ].filter(hasValues);
}

/** Says in panel (c) from where on there is no gap: in the middle of the η at which none was found. */
function gaplessNotes(thresholds: readonly EnsembleThresholdsRow[]): Annotation[] {
  const gapless = thresholds.filter((row) => row.status === "no-solution" && row.gapClosing === null);
  const [low, high] = extent(gapless.map(symmetryOf)) ?? [null, null];
  if (low === null || high === null) return [];
  const place = {
    xref: "x3",
    yref: "y3 domain",
    x: (low + high) / 2,
    y: 0.5,
    font: { size: legendSize },
  } as const;
  return [note("no gap", place)];
}

function panelsLayout({ entropy, curves, thresholds, access }: SymmetryRows): Layout {
  const [left, right] = panelColumns;
  const [upper, lower] = panelRows;
  const sound = curves.filter(({ status }) => status === "ok");
  const distances = extent(sound.map((row) => row.distance)) ?? [0.001, 0.5];
  const symmetries = padded(extent([...thresholds, ...access].map(symmetryOf)) ?? [-1, 1], 0.05);
  const couplings = padded(extent(entropy.map((row) => row.selfCoupling)) ?? [0, 1], 0.02);
  const zero = { color: palette.grey, width: 1 };
  const couplingTitle = `self-coupling ${symbols.selfCoupling}`;
  return baseLayout(
    { height: 540, margin: { l: 60, r: 116, t: 22, b: 46 } },
    {
      xaxis: axis(couplingTitle, { domain: left, range: couplings }),
      yaxis: axis(`entropy ${symbols.entropy} (nats per neuron)`, { domain: upper, range: entropyRange }),
      xaxis2: logAxis(`distance ${symbols.distance}`, {
        domain: right,
        range: logRange(distances),
        anchor: "y2",
      }),
      yaxis2: axis(`local entropy ${symbols.densest} (nats)`, {
        domain: upper,
        range: clusterRange,
        anchor: "x2",
      }),
      xaxis3: axis(`symmetry ${eta}`, { domain: left, range: symmetries, anchor: "y3" }),
      yaxis3: axis(couplingTitle, { domain: lower, anchor: "x3" }),
      xaxis4: axis(`symmetry ${eta}`, { domain: right, range: symmetries, anchor: "y4" }),
      yaxis4: axis(couplingTitle, { domain: lower, anchor: "x4" }),
      legend: legendAt(1.02, 1, `(a), (b): ${eta}`),
      legend2: legendAt(1.02, 0.68, "(b)"),
      legend3: legendAt(1.02, lower[1], "(c)"),
      legend4: legendAt(1.02, lower[1] - 0.13, "(d)"),
      shapes: [
        horizontalBand(entropyRange[0], 0, "", gapFill),
        horizontalBand(clusterRange[0], 0, "2", gapFill),
        ...["", "2"].map((suffix) => horizontalLine(0, suffix, zero)),
      ],
      annotations: [
        ...["(a)", clusterLabel(curves), "(c)", "(d)"].map((text, k) =>
          panelLabel(text, k === 0 ? "" : String(k + 1)),
        ),
        ...gaplessNotes(thresholds),
      ],
    },
  );
}

/**
 * Fixed points of partly symmetric couplings: entropy with enumeration, densest clusters, J_gap(η) and J_mono(η), and
 * J_a(N, η) of the dynamics.
 * @param rows theory and simulation, each in any order; those of the simulation may be empty
 * @source draws (P22), (P23), (P15), (P16) and J_a(N)
 */
export function symmetryFigure(rows: SymmetryRows): Figure {
  const tables = [
    symmetricEntropyTable(rows.entropy),
    ensembleCheckTable(rows.checks, "symmetry"),
    ensembleLocalEntropyTable(rows.curves, "symmetry"),
    ensembleThresholdsTable(rows.thresholds, "symmetry"),
    ensembleAccessTable(rows.access, "symmetry"),
  ].filter((table, k) => k === 0 || table.rows.length > 0);
  const head = { name: "symmetry", title, caption, tables };
  const entropy = rows.entropy.filter(({ status }) => status === "ok");
  if (entropy.length === 0) return withoutData(head);
  const symmetries = distinct([...entropy, ...rows.curves], symmetryOf);
  const lookOf = looksOf(symmetries);
  const data = [
    ...distinct(entropy, symmetryOf).flatMap((symmetry) => entropyTraces(symmetry, rows, lookOf(symmetry))),
    ...enumerationEntries(rows.checks),
    ...clusterTraces(rows.curves, lookOf),
    ...geometryTraces(rows.thresholds),
    ...accessTraces(rows.access, rows.thresholds),
  ];
  return { ...head, data, layout: panelsLayout(rows) };
}
