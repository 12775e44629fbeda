/** @file Tables as CSV text (RFC 4180) and as records for JSON. */
import type { Cell, Table } from "./types.ts";

/** Characters that force a field into quotes. */
const special = /[",\r\n]/;

/**
 * A cell as a CSV field: numbers in the shortest form that reads back to the same double, with a point; null and
 * numbers that are not finite as an empty field; an empty text as "" so that it differs from null.
 */
function field(cell: Cell): string {
  if (cell === null || (typeof cell === "number" && !Number.isFinite(cell))) return "";
  if (typeof cell === "number") return Object.is(cell, -0) ? "-0" : String(cell);
  const text = String(cell);
  return text === "" || special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * CSV text of a table (RFC 4180): a header line, then a line a row, every line ended by CR LF.
 * @param table the table; numbers as JavaScript prints them, so that they read back as they were
 * @source RFC 4180
 */
export function toCsv({ columns, rows }: Pick<Table, "columns" | "rows">): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/**
 * Rows of a table as objects keyed by column; numbers that are not finite become null.
 * @param table the table
 * @source JSON, which has no NaN and no infinity
 */
export function toRecords({ columns, rows }: Pick<Table, "columns" | "rows">): Record<string, Cell>[] {
  const finite = (cell: Cell): Cell => (typeof cell === "number" && !Number.isFinite(cell) ? null : cell);
  return rows.map((row) => Object.fromEntries(columns.map((column, k) => [column, finite(row[k] ?? null)])));
}
