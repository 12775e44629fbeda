/** @file CSV text against an independent reader of RFC 4180. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCsv, toRecords } from "../../../sim/figures/csv.ts";
import type { Cell } from "../../../sim/figures/types.ts";

/** One field of the grammar of RFC 4180: quoted (with doubled quotes) or plain, and what ends it. */
const fieldPattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;

/** Reads CSV text; a quoted empty field is "", an unquoted one null. */
function readCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  fieldPattern.lastIndex = 0;
  while (fieldPattern.lastIndex < text.length) {
    const match = fieldPattern.exec(text);
    if (match === null) throw new Error(`not CSV near ${JSON.stringify(text.slice(0, 80))}`);
    const [, quoted, plain, end] = match;
    row.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'));
    if (end === "\r\n") {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe("toCsv", () => {
  test("writes points, full precision, empty fields for null and quotes where needed", () => {
    const columns = ["a", "b, c", 'd"e'];
    const rows: Cell[][] = [
      [0.1 + 0.2, null, "two\nlines"],
      [-1e-300, "", true],
    ];
    const text = 'a,"b, c","d""e"\r\n0.30000000000000004,,"two\nlines"\r\n-1e-300,"",true\r\n';
    expect(toCsv({ columns, rows })).toBe(text);
  });

  test("reads back to the same numbers, bit for bit, and the same texts", () => {
    const cell = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: "binary" }),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.infiniteStream(cell), (width, cells) => {
        const next = (): Cell => cells.next().value as Cell;
        const rows = Array.from({ length: 4 }, () => Array.from({ length: width }, next));
        const [, ...read] = readCsv(toCsv({ columns: Array.from({ length: width }, () => "x"), rows }));
        expect(read.length).toBe(rows.length);
        rows.flat().forEach((value, k) => {
          const text = read.flat()[k]!;
          if (typeof value === "number") expect(Object.is(Number(text), value)).toBe(true);
          else expect(text).toBe(value);
        });
      }),
    );
  });

  test("leaves numbers that are not finite out of CSV and JSON", () => {
    const table = { columns: ["x", "y"], rows: [[NaN, -Infinity]] };
    expect(toCsv(table)).toBe("x,y\r\n,\r\n");
    expect(toRecords(table)).toEqual([{ x: null, y: null }]);
  });
});
