/** @file Stored rows as flat tables: one row of cells a stored row, column names as in the JSON of the command line. */
import type {
  AccessibilityRow,
  AccessThresholdRow,
  ConfidenceInterval,
  EntropyCheckRow,
  EntropyRow,
  ExtrapolationRow,
  FocusingExtrapolationRow,
  FocusingRow,
  FocusingThresholdRow,
  FranzParisiRow,
  LocalEntropyRow,
  ThresholdsRow,
} from "../experiments/rows.ts";
import type { Cell, Table } from "./types.ts";

/** Ends of a confidence interval as two fields, `<name>Low` and `<name>High`. */
const ends = <Name extends string>(name: Name, interval: ConfidenceInterval | null) =>
  ({ [`${name}Low`]: interval?.low ?? null, [`${name}High`]: interval?.high ?? null }) as Record<
    `${Name}Low` | `${Name}High`,
    number | null
  >;

/** A value as a cell: a number that is not finite counts as missing. */
function cell(value: Cell | undefined): Cell {
  return value === undefined || (typeof value === "number" && !Number.isFinite(value)) ? null : value;
}

/** Table of the named fields of `rows`, in the order given. */
function fieldsTable<Row extends object>(
  name: string,
  title: string,
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
): Table {
  const values = rows.map((row) => columns.map((column) => cell(row[column] as Cell | undefined)));
  return { name, title, columns, rows: values };
}

/** Entropy of all fixed points, closed form (P2) and replica-symmetric saddle (P4), a row per J_D. */
export function entropyTable(rows: readonly EntropyRow[]): Table {
  return {
    name: "entropy",
    title: "Entropy of fixed points per neuron: closed form and replica-symmetric saddle",
    columns: ["status", "selfCoupling", "annealed", "rsEntropy", "rsOverlap", "rsResidual", "rsIterations"],
    rows: rows.map(({ status, selfCoupling, annealed, rs }) =>
      [status, selfCoupling, annealed, rs?.entropy, rs?.overlap, rs?.residual, rs?.iterations].map(cell),
    ),
  };
}

/** Exact enumeration against the exact mean (P3), a row per (N, J_D). */
export function entropyCheckTable(rows: readonly EntropyCheckRow[]): Table {
  const columns = ["status", "n", "selfCoupling", "samples", "meanCount", "standardError"] as const;
  const title = "Mean number of fixed points: enumeration and exact mean at that <i>N</i>";
  return fieldsTable("enumeration", title, rows, [...columns, "expectedCount", "zScore"]);
}

/** Overlap histograms of ordered pairs against their exact means (P6'), a row per (N, J_D, overlap). */
export function pairsTable(rows: readonly EntropyCheckRow[]): Table {
  return {
    name: "pairs",
    title: "Ordered pairs of fixed points per overlap: enumeration and exact mean",
    columns: ["n", "selfCoupling", "overlap", "mean", "standardError", "expected", "zScore"],
    rows: rows.flatMap(({ n, selfCoupling, pairs }) =>
      pairs.map(({ overlap, mean, standardError, expected, zScore }) =>
        [n, selfCoupling, overlap, mean, standardError, expected, zScore].map(cell),
      ),
    ),
  };
}

/** Points of the 1RSB local entropy (P9)-(P14), a row per (J_D, d) or (J_D, d, y). */
export function localEntropyTable(rows: readonly LocalEntropyRow[], name = "local-entropy"): Table {
  const place = ["status", "selfCoupling", "distance", "overlap", "y", "qhat"] as const;
  const values = ["phi", "localEntropy", "complexity", "residual", "error"] as const;
  return fieldsTable(name, "Local entropy of dense clusters", rows, [...place, ...values]);
}

/** Franz–Parisi entropies (P7), (P8), a row per (J_D, d). */
export function franzParisiTable(rows: readonly FranzParisiRow[]): Table {
  const columns = ["status", "selfCoupling", "distance", "annealed", "quenched", "innerOverlap"] as const;
  const title = "Entropy around a typical fixed point";
  return fieldsTable("franz-parisi", title, rows, [...columns, "residual", "error"]);
}

/**
 * Critical self-couplings (P15)-(P17), a row per threshold; `error` is the error estimate of the self-coupling.
 * @param thresholds the row of {@link thresholdsRow}
 */
export function thresholdsTable(thresholds: ThresholdsRow): Table {
  const { gapClosing, monotone, typical } = thresholds;
  return {
    name: "thresholds",
    title: "Critical self-couplings",
    columns: ["threshold", "equation", "selfCoupling", "distance", "y", "error"],
    rows: [
      [
        "gap closes (J_gap)",
        "P15",
        gapClosing?.selfCoupling,
        gapClosing?.distance,
        gapClosing?.y,
        gapClosing?.error,
      ],
      ["monotone (J_mono)", "P16", monotone?.selfCoupling, monotone?.distance, null, monotone?.error],
      ...typical.map((point) => [
        "typical positive beyond distance (J_FP)",
        "P17",
        point.selfCoupling,
        point.distance,
        null,
        point.error,
      ]),
    ].map((row) => row.map(cell)),
  };
}

/**
 * Convergence of zero-temperature dynamics, a row per (N, J_D, update, budget); the interval is that of the fraction that
 * converged.
 */
export function accessibilityTable(rows: readonly AccessibilityRow[]): Table {
  const columns = ["status", "n", "selfCoupling", "update", "budget", "samples", "converged"] as const;
  const interval = ["convergedLow", "convergedHigh"] as const;
  const title = "Convergence of zero-temperature dynamics";
  const flat = rows.map((row) => ({ ...row, ...ends("converged", row.convergedInterval) }));
  return fieldsTable("accessibility", title, flat, [
    ...columns,
    ...interval,
    "medianSweeps",
    "flipsPerNeuron",
  ]);
}

/**
 * Accessibility thresholds J_a(N), a row per (N, update, budget).
 * @param rows rows of {@link accessThresholds}
 * @source rows as they are
 */
export function accessThresholdTable(rows: readonly AccessThresholdRow[]): Table {
  const columns = [
    "status",
    "n",
    "update",
    "budget",
    "samples",
    "selfCoupling",
    "low",
    "high",
    "width",
  ] as const;
  const title = "Accessibility threshold <i>J</i><sub>a</sub>(<i>N</i>) with 95 % confidence interval";
  return fieldsTable("access-thresholds", title, rows, columns);
}

/**
 * Extrapolations of J_a(N) to N → ∞, a row per (update, budget, form).
 * @param rows rows of {@link extrapolationRows}
 * @source rows as they are
 */
export function extrapolationTable(rows: readonly ExtrapolationRow[]): Table {
  const columns = ["status", "update", "budget", "form", "selfCoupling", "standardError", "slope"] as const;
  const title = "Extrapolation of <i>J</i><sub>a</sub>(<i>N</i>) to <i>N</i> → ∞";
  return fieldsTable("extrapolation", title, rows, [...columns, "chiSquared", "degreesOfFreedom"]);
}

/** Success of focusing belief propagation, a row per (N, protocol, J_D); the interval is that of the fraction solved. */
export function focusingTable(rows: readonly FocusingRow[]): Table {
  const place = ["status", "n", "selfCoupling", "protocol", "samples"] as const;
  const success = ["solved", "solvedLow", "solvedHigh"] as const;
  const values = [...success, "medianIterations", "betheEntropy", "overlap", "distance"] as const;
  const title = "Focusing belief propagation";
  const flat = rows.map((row) => ({ ...row, ...ends("solved", row.solvedInterval) }));
  return fieldsTable("focusing", title, flat, [...place, ...values, "unstableFraction"]);
}

/**
 * Thresholds J_fBP(N), a row per (N, protocol).
 * @param rows rows of {@link focusingThresholds}
 * @source rows as they are
 */
export function focusingThresholdTable(rows: readonly FocusingThresholdRow[]): Table {
  const columns = ["status", "n", "protocol", "samples", "selfCoupling", "low", "high", "width"] as const;
  const title = "Threshold <i>J</i><sub>fBP</sub>(<i>N</i>) with 95 % confidence interval";
  return fieldsTable("fbp-thresholds", title, rows, columns);
}

/**
 * Extrapolations of J_fBP(N) to N → ∞, a row per (protocol, form).
 * @param rows rows of {@link focusingExtrapolations}
 * @source rows as they are
 */
export function focusingExtrapolationTable(rows: readonly FocusingExtrapolationRow[]): Table {
  const columns = ["status", "protocol", "form", "selfCoupling", "standardError", "slope"] as const;
  const title = "Extrapolation of <i>J</i><sub>fBP</sub>(<i>N</i>) to <i>N</i> → ∞";
  return fieldsTable("fbp-extrapolation", title, rows, [...columns, "chiSquared", "degreesOfFreedom"]);
}
