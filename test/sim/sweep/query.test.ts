/** @file Queries over the rows of a sweep: what they answer, in which types, and what they may not touch. */
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { OutOfDomain } from "../../../theory/errors.ts";
import { queryRows } from "../../../sim/sweep/query.ts";
import { cleanReport, sourceOf, storedMeasurement } from "./fixtures/measurements.ts";

const stored = Array.from({ length: 10 }, (_, k) =>
  storedMeasurement(k, [{ value: k / 10, label: k % 2 === 0 ? "even" : "odd", settled: k > 6 }], {
    seconds: 2,
    host: "h",
  }),
);
const source = sourceOf(stored.toReversed(), 10);

describe("queryRows", () => {
  test("answers a SELECT over all rows", async () => {
    const sql =
      "SELECT label, count(*) AS count, sum(k) AS total, max(value) AS most, bool_or(settled) AS any FROM rows GROUP BY label ORDER BY label";
    expect(await queryRows(source, sql)).toEqual({
      columns: ["label", "count", "total", "most", "any"],
      rows: [
        ["even", 5, 20, 0.8, true],
        ["odd", 5, 25, 0.9, true],
      ],
      truncated: false,
      tasks: 10,
      report: cleanReport,
    });
  });

  test("gives the rows in the order of the plan", async () => {
    const { rows } = await queryRows(source, "FROM rows");
    expect(rows.map(([k]) => k)).toEqual(Array.from({ length: 10 }, (_, k) => k));
  });

  test("values that JSON has no exact number for come as text", async () => {
    const sql =
      "SELECT 9007199254740993 AS big, 1e0 / 0 AS inf, 'nan'::DOUBLE AS nan, DATE '2024-02-29' AS date, [1, 2] AS list, NULL AS nothing, 9007199254740991 AS exact";
    const { rows } = await queryRows(source, sql);
    expect(rows).toEqual([
      ["9007199254740993", "Infinity", "NaN", "2024-02-29", "[1, 2]", null, 9007199254740991],
    ]);
  });

  test("returns at most as many rows as asked for, and says so", async () => {
    const most = await queryRows(source, "SELECT * FROM rows", { mostRows: 9 });
    expect([most.rows.length, most.truncated]).toEqual([9, true]);
    const all = await queryRows(source, "SELECT * FROM rows", { mostRows: 10 });
    expect([all.rows.length, all.truncated]).toEqual([10, false]);
    const long = await queryRows(source, "SELECT * FROM range(20000)");
    expect([long.rows.length, long.truncated]).toEqual([10_000, true]);
  });

  test("sees wall times and hosts when asked for, and not otherwise", async () => {
    const sql = "SELECT sum(seconds), any_value(host) FROM rows";
    expect((await queryRows(source, sql, { withProvenance: true })).rows).toEqual([[20, "h"]]);
    await expect(queryRows(source, sql)).rejects.toThrow(/^sql: Binder Error: .*"seconds" not found/);
  });

  test.each([
    "SELECT * FROM '/etc/passwd'",
    "CREATE TABLE t AS FROM rows",
    "CALL pragma_version()",
    "PRAGMA version",
    "; /* /* */ */ pragma table_info(rows);",
    "FRM rows",
    "",
  ])("refuses %j in one line", async (sql) => {
    const error: unknown = await queryRows(source, sql).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OutOfDomain);
    expect((error as Error).message).toMatch(/^sql[^\n]+$/);
  });

  test("texts and functions may hold the word PRAGMA", async () => {
    const sql = "SELECT 'pragma' AS word, count(*) AS columns FROM pragma_table_info('rows'); -- PRAGMA";
    expect((await queryRows(source, sql)).rows).toEqual([["pragma", 4]]);
  });

  test("leaves no files behind", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("atlas-query-"));
    await queryRows(source, "FROM rows");
    await queryRows(source, "nonsense").catch(() => undefined);
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith("atlas-query-"));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });

  test("a query without end is stopped by the signal", async () => {
    const sql = "SELECT sum(a.range * b.range) FROM range(1000000000) a, range(1000000000) b";
    const signal = AbortSignal.timeout(300);
    await expect(queryRows(source, sql, { signal })).rejects.toThrow(/timeout/i);
  });
});
