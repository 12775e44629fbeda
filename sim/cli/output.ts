/** @file What a command prints: one JSON object, or a table for people. Nothing but results goes to stdout. */
import type { RowStatus } from "../experiments/rows.ts";

/** Result of a command: the JSON object of the contract and the same as a table. */
export interface CommandOutput {
  /** Plain JSON; numbers that could not be had are null. */
  readonly json: object;
  readonly tables: readonly TextTable[];
  /** Status of every row, for the exit code. */
  readonly statuses: readonly RowStatus[];
  /** What to say when a signal stopped the command; by default, that rows are incomplete. */
  readonly stopped?: string;
}

/** A table of text: column names and rows of cells. */
export interface TextTable {
  readonly title?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** For tables of words; numbers are aligned right, the default. */
  readonly alignLeft?: boolean;
}

/** A table's cell; null is shown as a dash. */
export type Cell = number | string | null;

/** Digits of numbers in tables; JSON carries all of them. */
const tableDigits = 10;

function cellText(cell: Cell): string {
  if (cell === null) return "–";
  return typeof cell === "number" ? String(Number(cell.toPrecision(tableDigits))) : cell;
}

/** The table as aligned lines. */
export function formatTable({ title, columns, rows, alignLeft = false }: TextTable): string {
  const cells = [columns, ...rows.map((row) => row.map(cellText))];
  const widths = columns.map((_, k) => Math.max(...cells.map((row) => row[k].length)));
  const pad = (cell: string, width: number) => (alignLeft ? cell.padEnd(width) : cell.padStart(width));
  const lines = cells.map((row) =>
    row
      .map((cell, k) => pad(cell, widths[k]))
      .join("  ")
      .trimEnd(),
  );
  return (title === undefined ? lines : [title, ...lines]).join("\n");
}

/** Text of a command's result: JSON on one line, or its tables. */
export function formatOutput(output: CommandOutput, asJson: boolean): string {
  return asJson ? `${JSON.stringify(output.json)}\n` : `${output.tables.map(formatTable).join("\n\n")}\n`;
}

/** 1 if a row did not converge or was not reached, else 0: a missing solution is a result. */
export function exitCodeOf(statuses: readonly RowStatus[]): number {
  return statuses.some((status) => status === "not-converged" || status === "unstarted") ? 1 : 0;
}

/** A table from records that all have the same names, in the order of the first. */
export function tableOf(records: readonly Readonly<Record<string, Cell>>[]): TextTable {
  const columns = Object.keys(records[0] ?? {});
  return { columns, rows: records.map((record) => columns.map((column) => record[column])) };
}

/**
 * Output of a command that answers with rows: `{rows}` as JSON, and a table with the status last.
 * @param rows the rows
 * @param record cells of one row by column name, without the status
 */
export function rowsOutput<Row extends { readonly status: RowStatus }>(
  rows: readonly Row[],
  record: (row: Row) => Readonly<Record<string, Cell>>,
): CommandOutput {
  return {
    json: { rows },
    statuses: rows.map(({ status }) => status),
    tables: [tableOf(rows.map((row) => ({ ...record(row), status: row.status })))],
  };
}
