/** @file Export to CSV and Parquet: numbers come back exactly, equal results give equal bytes, SQL stays inside, files are whole or absent. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OutOfDomain } from "../../../theory/errors.ts";
import { StoreError } from "../../../sim/sweep/errors.ts";
import type { ExportFormat } from "../../../sim/sweep/export.ts";
import { exportRows } from "../../../sim/sweep/export.ts";
import type { RowSource } from "../../../sim/sweep/table.ts";
import { startChild, until } from "./fixtures/children.ts";
import type { MeasuredRow } from "./fixtures/measurements.ts";
import { cleanReport, measurements, sourceOf, storedMeasurement, valueRow } from "./fixtures/measurements.ts";
import { bindMount, smallDisk } from "./fixtures/mounts.ts";
import { temporaryFolder } from "./fixtures/sweeps.ts";

const header = "k,value,label,settled";

/** Exports into a new folder and returns the bytes. */
async function exported(source: RowSource, format: ExportFormat, sql?: string): Promise<Buffer> {
  const file = join(temporaryFolder(), `rows.${format}`);
  await exportRows(source, { format, file, program: "test 1", ...(sql === undefined ? {} : { sql }) });
  return readFileSync(file);
}

/** Rows of a Parquet file, read by a DuckDB of the test's own. */
async function parquetRows(bytes: Buffer, sql = "SELECT * FROM file"): Promise<unknown[][]> {
  const path = join(temporaryFolder(), "copy.parquet");
  writeFileSync(path, bytes);
  const connection = await (await DuckDBInstance.create()).connect();
  const answer = await connection.runAndReadAll(sql.replace("file", `'${path}'`));
  return answer.getRows();
}

/** Cells of CSV text by RFC 4180, with null for an empty cell without quotes. */
function csvCells(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^",\n]*)(,|\n)/gy;
  for (const [, body, end] of text.matchAll(cell)) {
    const value = body!.startsWith('"') ? body!.slice(1, -1).replaceAll('""', '"') : body! || null;
    rows.at(-1)!.push(value);
    if (end === "\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

const hardNumbers = [
  0.1,
  1e-7,
  1e21,
  5e-324,
  -0,
  2 ** 53,
  1 / 3,
  -1.7976931348623157e308,
  0,
  1,
  123456789012345.67,
];

describe("CSV", () => {
  test("numbers come back bit for bit: 0.1, 1e-7, 1e21, 5e-324, −0, 2⁵³ and the largest", async () => {
    const stored = hardNumbers.map((value, k) => storedMeasurement(k, [valueRow(value)]));
    const text = (await exported(sourceOf(stored, stored.length), "csv")).toString();
    const values = csvCells(text)
      .slice(1)
      .map(([, value]) => Number(value));
    expect(values.map((value, k) => Object.is(value, hardNumbers[k]))).toEqual(hardNumbers.map(() => true));
  });

  test("any f64 comes back bit for bit (2,000 of random bits)", async () => {
    const doubles = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      seed: 6,
      numRuns: 2000,
    });
    const text = (
      await exported(sourceOf([storedMeasurement(0, doubles.map(valueRow))], 1), "csv")
    ).toString();
    const values = csvCells(text)
      .slice(1)
      .map(([, value]) => Number(value));
    expect(values).toHaveLength(doubles.length);
    expect(values.findIndex((value, k) => !Object.is(value, doubles[k]))).toBe(-1);
  });

  test("nulls are empty cells, and texts with commas, quotes and line ends come back", async () => {
    const labels = [
      "a,b",
      'say "so"',
      "two\nlines",
      "",
      null,
      "é∀😀",
      "NULL",
      " space ",
      "#",
      "\r\n",
      "-",
      "a\0b",
    ];
    const rows = labels.map((label, k): MeasuredRow => ({
      value: null,
      label,
      settled: k % 2 === 0 ? null : k % 3 === 0,
    }));
    const text = (await exported(sourceOf([storedMeasurement(0, rows)], 1), "csv")).toString();
    expect(csvCells(text)).toEqual([
      header.split(","),
      ...rows.map(({ label, settled }) => ["0", null, label, settled === null ? null : String(settled)]),
    ]);
  });

  test("an empty store gives the header alone", async () => {
    expect((await exported(sourceOf([], 3), "csv")).toString()).toBe(`${header}\n`);
  });
});

describe("Parquet", () => {
  test("values and types come back, nulls too", async () => {
    const rows = [...hardNumbers, null].map((value, k): MeasuredRow => ({
      value,
      label: k === 0 ? null : `é${k}`,
      settled: k < 2 ? null : k % 2 === 0,
    }));
    const bytes = await exported(sourceOf([storedMeasurement(0, rows)], 1), "parquet");
    const back = await parquetRows(bytes);
    expect(back).toEqual(rows.map(({ value, label, settled }) => [0n, value, label, settled]));
    expect(back.map(([, value], k) => Object.is(value, rows[k]!.value))).not.toContain(false);
  });

  test("an empty store gives the columns and their types without a row", async () => {
    const bytes = await exported(sourceOf([], 3), "parquet");
    expect(await parquetRows(bytes)).toEqual([]);
    const types = await parquetRows(
      bytes,
      "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM file)",
    );
    expect(types).toEqual([
      ["k", "BIGINT"],
      ["value", "DOUBLE"],
      ["label", "VARCHAR"],
      ["settled", "BOOLEAN"],
    ]);
  });

  test("its metadata name the experiment, the program and the units", async () => {
    const bytes = await exported(sourceOf([], 0), "parquet");
    const entries = await parquetRows(
      bytes,
      "SELECT decode(key), decode(value) FROM parquet_kv_metadata(file)",
    );
    const metadata = Object.fromEntries(entries) as Record<string, string>;
    expect(metadata).toMatchObject({ experiment: "measurements", program: "test 1" });
    expect(JSON.parse(metadata.columns!)).toEqual(measurements.columns);
  });
});

describe.each(["csv", "parquet"] as const)("%s: equal results give equal bytes", (format) => {
  const stored = Array.from({ length: 3000 }, (_, k) =>
    storedMeasurement(
      k,
      [valueRow(Math.sin(k)), { value: k % 7 ? 1 / k : null, label: `t${k % 5}`, settled: k % 2 === 0 }],
      {
        seconds: k,
        host: "here",
      },
    ),
  );
  const inPlan = exported.bind(null, sourceOf(stored, stored.length), format);

  test("whatever the order of the shards and whatever was recorded of the run", async () => {
    const shuffled = stored
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map((row) => ({ ...row, provenance: { seconds: 9 } }));
    expect((await exported(sourceOf(shuffled, stored.length), format)).equals(await inPlan())).toBe(true);
  });

  test("also for a query that groups", async () => {
    const sql = "SELECT label, count(*) AS count, avg(value) AS mean FROM rows GROUP BY label -- by label";
    const reversed = sourceOf(stored.toReversed(), stored.length);
    expect((await exported(reversed, format, sql)).equals(await inPlan(sql))).toBe(true);
  });
});

test("rows are in the order of the plan, and results of other tasks are counted and left out", async () => {
  const file = join(temporaryFolder(), "rows.csv");
  const stored = [3, 1, 7, 0].map((k) => storedMeasurement(k, [valueRow(k), valueRow(-k)]));
  const summary = await exportRows(sourceOf(stored, 4), { format: "csv", file });
  expect(summary).toEqual({ rows: 6, tasks: 3, others: 1, report: cleanReport, columns: header.split(",") });
  expect(
    csvCells(readFileSync(file, "utf8"))
      .slice(1)
      .map(([k]) => k),
  ).toEqual(["0", "0", "1", "1", "3", "3"]);
});

test("wall time, host and version are written when asked for, null where a run recorded none", async () => {
  const file = join(temporaryFolder(), "rows.csv");
  const provenance = { seconds: 0.25, host: "node-1", programVersion: "0.1.0" };
  const stored = [
    storedMeasurement(0, [valueRow(1)], provenance),
    storedMeasurement(1, [valueRow(2)], { seconds: "x" }),
  ];
  await exportRows(sourceOf(stored, 2), { format: "csv", file, withProvenance: true });
  expect(readFileSync(file, "utf8")).toBe(
    `${header},seconds,host,programVersion\n0,1.0,,,0.25,node-1,0.1.0\n1,2.0,,,,,\n`,
  );
});

describe("rows that are not what the experiment says", () => {
  test.each([
    [
      "a text in a number column",
      { value: "1", label: null, settled: null },
      /column value must be number or null, got "1"/,
    ],
    ["not a number", { value: NaN, label: null, settled: null }, /column value must be number/],
    [
      "a column that is missing",
      { value: 1, label: null },
      /column settled must be boolean or null, got nothing/,
    ],
    ["a column too many", { ...valueRow(1), other: 1 }, /no column other/],
  ])("%s: refused with the key of the task, and no file", async (_, row, message) => {
    const folder = temporaryFolder();
    const stored = storedMeasurement(0, [row as unknown as MeasuredRow]);
    const failing = exportRows(sourceOf([stored], 1), { format: "csv", file: join(folder, "rows.csv") });
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.toThrow(stored.key);
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("a result that its experiment cannot read is named by its task", async () => {
  const stored = { ...storedMeasurement(0, []), result: null };
  const failing = exportRows(sourceOf([stored], 1), { format: "csv", file: join(temporaryFolder(), "rows") });
  await expect(failing).rejects.toThrow(`the result of task ${stored.key} makes no rows of measurements: `);
});

describe("SQL", () => {
  const source = sourceOf([storedMeasurement(0, [valueRow(1)]), storedMeasurement(1, [valueRow(2)])], 2);

  test("the result of the query is written in place of the rows, also when its text ends in a semicolon", async () => {
    const sql = "SELECT count(*) AS count, sum(value) AS total FROM rows; ";
    expect((await exported(source, "csv", sql)).toString()).toBe("count,total\n2,3.0\n");
  });

  test.each([
    ["reads a file", "SELECT * FROM read_csv('/etc/passwd')"],
    ["reads a file by its name", "SELECT * FROM '/etc/hostname.csv'"],
    ["lists files", "SELECT * FROM glob('/*')"],
    ["writes a file", "COPY rows TO '/tmp/atlas-never.csv'"],
    ["attaches a database", "ATTACH '/tmp/atlas-never.db'"],
    ["changes a setting", "SET enable_external_access = true"],
    ["loads an extension", "INSTALL httpfs"],
    ["changes the table", "DELETE FROM rows"],
    ["has two statements", "SELECT 1; SELECT 2"],
    ["has no statement", " "],
    ["has a parameter", "SELECT ?"],
    ["has a syntax error", "SELECT value\nFRM rows"],
    ["names a missing column", "SELECT nothing\nFROM rows"],
    ["closes a bracket", "SELECT 1) TO '/tmp/atlas-never.csv' --"],
    ["fails at a row", "SELECT error('no') FROM rows"],
  ])("a text that %s is refused in one line, and nothing is written", async (_, sql) => {
    const folder = temporaryFolder();
    const failing = exportRows(source, { format: "csv", file: join(folder, "rows.csv"), sql });
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OutOfDomain);
    expect((error as Error).message).toMatch(/^sql[^\n]+$/);
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync("/tmp/atlas-never.csv") || existsSync("/tmp/atlas-never.db")).toBe(false);
  });
});

describe("files", () => {
  const source = sourceOf([storedMeasurement(0, [valueRow(1)])], 1);

  test("a folder that is missing, a path under a regular file, a folder of that name: one line that names the file", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "folder"));
    for (const path of ["missing/rows.csv", "file/rows.csv", "folder"]) {
      const file = join(folder, path);
      const error: unknown = await exportRows(source, { format: "csv", file }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(StoreError);
      expect((error as Error).message).toMatch(/^cannot write [^\n]+$/);
      expect((error as Error).message).toContain(file);
    }
    expect(readdirSync(folder).sort()).toEqual(["file", "folder"]);
  });

  test("a failure or a stop leaves the older file as it was, and no draft", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "rows.csv");
    writeFileSync(file, "older");
    const stopped = new AbortController();
    const failing: RowSource = {
      ...source,
      *results() {
        yield storedMeasurement(0, [valueRow(1)]);
        throw new StoreError("cannot read the shard");
      },
    };
    await expect(exportRows(failing, { format: "csv", file })).rejects.toThrow("cannot read the shard");
    const many = Array.from({ length: 5000 }, (_, k) => storedMeasurement(k, [valueRow(k)]));
    const stopping: RowSource = {
      ...sourceOf(many, many.length),
      *results() {
        for (const [k, stored] of many.entries()) {
          if (k === 4000) stopped.abort(new Error("stopped"));
          yield stored;
        }
        return cleanReport;
      },
    };
    const { signal } = stopped;
    await expect(exportRows(stopping, { format: "csv", file, signal })).rejects.toThrow("stopped");
    expect(readdirSync(folder)).toEqual(["rows.csv"]);
    expect(readFileSync(file, "utf8")).toBe("older");
  });

  test("a full disk: one line that says so, the older file as it was, and no draft", async (context) => {
    const { folder } = smallDisk(context, "256k");
    const file = join(folder, "rows.csv");
    writeFileSync(file, "older");
    const stored = Array.from({ length: 50_000 }, (_, k) => storedMeasurement(k, [valueRow(Math.sin(k))]));
    for (const format of ["csv", "parquet"] as const) {
      const failing = exportRows(sourceOf(stored, stored.length), { format, file });
      const error: unknown = await failing.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StoreError);
      expect((error as Error).message).toBe(`cannot write ${file}: no space left on the disk`);
      expect(readdirSync(folder)).toEqual(["rows.csv"]);
      expect(readFileSync(file, "utf8")).toBe("older");
    }
  });

  test("a folder that cannot be written: one line that names the file", async (context) => {
    const { folder, remount } = bindMount(context);
    remount("ro");
    const file = join(folder, "rows.csv");
    const failing = exportRows(source, { format: "csv", file });
    await expect(failing).rejects.toThrow(`cannot write ${file}: the file system is read-only`);
  });

  test.each(["SIGKILL", "SIGTERM"] as const)(
    "%s in mid-export leaves the older file; the next export is whole",
    async (signal) => {
      const folder = temporaryFolder();
      const file = join(folder, "rows.csv");
      writeFileSync(file, "older");
      const child = startChild("export-slowly.ts", [file]);
      await until(() => readdirSync(folder).length > 1);
      child.process.kill(signal);
      expect((await child.ended).signal).toBe(signal);
      expect(readFileSync(file, "utf8")).toBe("older");
      // A process that is killed outright cannot remove its draft, which is hidden and harmless.
      const others = readdirSync(folder).filter((name) => name !== "rows.csv");
      expect(others).toEqual(signal === "SIGTERM" ? [] : [expect.stringMatching(/^\.atlas-draft-/)]);
      await exportRows(source, { format: "csv", file });
      expect(readFileSync(file, "utf8")).toBe(`${header}\n0,1.0,,\n`);
    },
  );

  test("an unknown format is refused", async () => {
    const failing = exportRows(source, {
      format: "xlsx" as ExportFormat,
      file: join(temporaryFolder(), "rows"),
    });
    await expect(failing).rejects.toThrow("format must be one of csv, parquet, got xlsx");
  });
});
