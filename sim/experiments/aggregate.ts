/** @file Flat rows taken together: counts, fractions, means and medians of groups, each with its confidence interval. */
import { OutOfDomain } from "../../theory/errors.ts";
import { stream } from "../random.ts";
import {
  bootstrapInterval,
  mean,
  median,
  normalQuantile,
  standardError,
  usualLevel,
  wilsonInterval,
} from "../statistics.ts";
import type { BootstrapOptions, ConfidenceInterval } from "../statistics.ts";
import type { Column, FlatRow, Scalar } from "../sweep/experiment.ts";

/** How rows are taken together. */
export interface AggregateOptions extends BootstrapOptions {
  /** Columns whose values tell the groups apart; none: all rows are one group. */
  readonly by: readonly string[];
  /** Columns to be summarised; those of texts have no mean and are refused. */
  readonly columns: readonly Column[];
  /**
   * Columns that number what is drawn independently, such as seed and sample: rows of one group that agree in all of
   * them are refused, since intervals take rows for independent. Default: rows are independent.
   */
  readonly unit?: readonly string[];
  /** Seed of the bootstrap, an integer from 0 to 2⁵³ − 1. */
  readonly seed: number;
}

/**
 * Values above which the interval of a mean is mean ± z standard errors: the mean is normal then, and a bootstrap of that
 * many values takes seconds.
 */
const mostBootstrapped = 10_000;

/** Interval of the mean of independent values; null with fewer than two. */
function meanInterval(
  values: readonly number[],
  purpose: string,
  { seed, level = usualLevel, resamples }: AggregateOptions,
): ConfidenceInterval | null {
  if (values.length > mostBootstrapped) {
    const half = normalQuantile(level) * standardError(values)!;
    return { low: mean(values) - half, high: mean(values) + half };
  }
  // In ascending order, the interval does not depend on the order in which results arrived.
  const sorted = [...values].sort((a, b) => a - b);
  const options = { level, ...(resamples === undefined ? {} : { resamples }) };
  return bootstrapInterval(sorted, mean, stream(seed, purpose), options);
}

/** Columns that summarise one column of a group. */
function summaryOf(
  { name, type }: Column,
  values: readonly Scalar[],
  purpose: string,
  options: AggregateOptions,
): FlatRow {
  const missing = { [`${name}Missing`]: values.filter((value) => value === null).length };
  if (type === "boolean") {
    const known = values.filter((value) => typeof value === "boolean");
    const hits = known.filter(Boolean).length;
    const interval = known.length === 0 ? null : wilsonInterval(hits, known.length, options);
    return {
      [name]: known.length === 0 ? null : hits / known.length,
      [`${name}Low`]: interval?.low ?? null,
      [`${name}High`]: interval?.high ?? null,
      ...missing,
    };
  }
  const known = values.filter((value) => typeof value === "number");
  const interval = meanInterval(known, purpose, options);
  return {
    [name]: known.length === 0 ? null : mean(known),
    [`${name}Low`]: interval?.low ?? null,
    [`${name}High`]: interval?.high ?? null,
    [`${name}Median`]: known.length === 0 ? null : median(known),
    ...missing,
  };
}

/**
 * One row a group, in the order in which the groups first appear: the columns of `by`, the number of rows as `count`, and for
 * each column X of `columns` X, XLow, XHigh, XMissing. X is the fraction that is true, with its Wilson interval, or
 * the mean, with its bootstrap interval, and XMedian beside it; nulls are left out and counted in XMissing. What cannot
 * be had is null: a fraction or mean without values, an interval of a mean with fewer than two. The numbers of a group
 * depend on its rows only, not on their order nor on other groups.
 * @param rows rows of independent samples
 * @param options groups, columns, seed; level 0.95 and 1000 resamples by default
 * @returns one row a group; means of more than 10,000 values have the interval mean ± z standard errors
 * @throws OutOfDomain on a column of texts, one that stands in `by` too, or one that a row lacks, and when two rows of a
 * group belong to one sample
 * @source Wilson, J. Am. Stat. Assoc. 22, 209 (1927); Efron, Ann. Stat. 7, 1 (1979)
 */
export function aggregateRows(rows: Iterable<FlatRow>, options: AggregateOptions): FlatRow[] {
  const { by, columns, unit = [] } = options;
  for (const { name, type } of columns) {
    if (type === "text") throw new OutOfDomain(`column ${name} holds texts, which have no mean`);
    if (by.includes(name)) throw new OutOfDomain(`column ${name} cannot tell groups apart and be summarised`);
  }
  const needed = [...by, ...unit, ...columns.map(({ name }) => name)];
  const groups = new Map<string, FlatRow[]>();
  for (const row of rows) {
    const absent = needed.find((name) => row[name] === undefined);
    if (absent !== undefined) throw new OutOfDomain(`a row has no column ${absent}`);
    const key = JSON.stringify(by.map((name) => row[name]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  if (unit.length > 0) for (const group of groups.values()) requireIndependent(group, options);
  return [...groups].map(([key, group]) =>
    Object.assign(
      Object.fromEntries(by.map((name) => [name, group[0]![name]!])),
      { count: group.length },
      ...columns.map((column) => {
        const values = group.map((row) => row[column.name]!);
        return summaryOf(column, values, `bootstrap ${column.name} ${key}`, options);
      }),
    ),
  );
}

/** @throws OutOfDomain when two rows belong to one sample, with what would tell them apart */
function requireIndependent(group: readonly FlatRow[], { by, columns, unit = [] }: AggregateOptions): void {
  const first = new Map<string, FlatRow>();
  for (const row of group) {
    const sample = unit.map((name) => `${name} ${String(row[name])}`).join(", ");
    const other = first.get(sample);
    if (other === undefined) {
      first.set(sample, row);
      continue;
    }
    const measured = columns.map(({ name }) => name);
    const candidates = Object.keys(row).filter((name) => row[name] !== other[name] && !by.includes(name));
    const [apart = "what tells them apart"] = [
      ...candidates.filter((name) => !measured.includes(name)),
      ...candidates,
    ];
    throw new OutOfDomain(
      `rows of one sample (${sample}) are not independent and must not fall into one group: group by ${apart} too`,
    );
  }
}

/**
 * Columns of the rows of {@link aggregateRows}, in their order.
 * @param all columns of the rows that are taken together
 * @throws OutOfDomain when a name in `by` is none of them
 */
export function aggregatedColumns(
  all: readonly Column[],
  { by, columns, level = usualLevel }: Pick<AggregateOptions, "by" | "columns" | "level">,
): Column[] {
  const percent = `${Number((100 * level).toPrecision(6))} %`;
  const groupColumns = by.map((name) => {
    const column = all.find((one) => one.name === name);
    if (column === undefined) throw new OutOfDomain(`there is no column ${name}`);
    return column;
  });
  const count: Column = { name: "count", type: "integer", unit: "rows", description: "rows of the group" };
  const summaries = columns.flatMap(({ name, type, unit, description }): Column[] => {
    const summary = type === "boolean" ? "fraction" : "mean";
    const kind = type === "boolean" ? "Wilson" : "bootstrap";
    const numberColumn = (suffix: string, text: string): Column => ({
      name: `${name}${suffix}`,
      type: "number",
      unit,
      description: `${text} of: ${description}`,
    });
    return [
      numberColumn("", summary),
      numberColumn("Low", `lower end of the ${percent} ${kind} interval of the ${summary}`),
      numberColumn("High", `upper end of the ${percent} ${kind} interval of the ${summary}`),
      ...(type === "boolean" ? [] : [numberColumn("Median", "median")]),
      { name: `${name}Missing`, type: "integer", unit: "rows", description: `rows in which ${name} is null` },
    ];
  });
  return [...groupColumns, count, ...summaries];
}
