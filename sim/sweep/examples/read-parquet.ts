/**
 * @file Reads the table of a `dynamics` sweep with DuckDB: the columns with their units, then the share of samples that
 * reached a fixed point at every (N, J_D), with the median of their sweeps.
 *
 *     npx atlas sweep export sweep.yaml --out DIR --format parquet --file rows.parquet
 *     npx tsx sim/sweep/examples/read-parquet.ts rows.parquet
 */
import { DuckDBInstance } from "@duckdb/node-api";

const file = process.argv[2];
if (file === undefined) throw new Error("give the path of a Parquet file");

const print = (cells: readonly unknown[]): void => void process.stdout.write(`${cells.join("\t")}\n`);

const instance = await DuckDBInstance.create();
const connection = await instance.connect();

// The metadata of the file say what its columns mean.
const columns = await connection.runAndReadAll(
  `SELECT unnest(from_json(decode(value), '[{"name": "VARCHAR", "unit": "VARCHAR", "description": "VARCHAR"}]'), recursive := true)
   FROM parquet_kv_metadata($file) WHERE decode(key) = 'columns'`,
  { file },
);
for (const row of columns.getRows()) print(row);

// A table of any size: the rows stay in the file, only the answer is read.
const shares = await connection.runAndReadAll(
  `SELECT n, selfCoupling, count(*)::INTEGER AS samples, avg(converged::INTEGER) AS converged, median(sweeps) AS sweeps
   FROM read_parquet($file) GROUP BY n, selfCoupling ORDER BY n, selfCoupling`,
  { file },
);
print([]);
print(shares.columnNames());
for (const row of shares.getRows()) print(row.map((value) => value ?? "–"));

connection.closeSync();
instance.closeSync();
