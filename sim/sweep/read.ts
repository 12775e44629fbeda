/** @file Reading the results files of a folder: whole lines are used, everything else is counted and left out. */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../file-system.ts";
import { StoreError, attempt, storeError } from "./errors.ts";
import { canonicalJson } from "./json.ts";
import type { StoredResult } from "./row.ts";
import { parseLine } from "./row.ts";

/** What was found in a store; all counts are 0 in a store that nothing happened to. */
export interface ReadReport {
  /** Lines that are not what was written: a changed byte, a line torn by a full disk. Their tasks run again. */
  readonly damaged: number;
  /** Number of lines that no store wrote. */
  readonly foreign: number;
  /** Last lines that a killed process left unfinished. Their tasks run again. */
  readonly torn: number;
  /** Further lines of a task that was read before, with the same result. */
  readonly duplicates: number;
  /** Further lines of a task that was read before, with another result; the first is used. */
  readonly conflicts: number;
  /** Files that have damaged, foreign or conflicting lines. */
  readonly files: readonly string[];
}

/** The end of a file that does not end in a line end. */
export interface OpenEnd {
  /** Bytes up to the end of the last finished line. */
  readonly length: number;
  /** True when the last line lacks nothing but its line end. */
  readonly lastLineIsWhole: boolean;
}

/** A read store. */
export interface Contents {
  readonly results: Map<string, StoredResult>;
  readonly report: ReadReport;
  /** Unfinished ends by path. */
  readonly ends: ReadonlyMap<string, OpenEnd>;
}

/** Bytes read at once. */
const chunkLength = 1 << 20;
const lineEnd = "\n".charCodeAt(0);

/** Folder of the results files of a sweep. */
export function rowsFolder(folder: string): string {
  return join(folder, "rows");
}

/**
 * Reads all results files of a folder, in the order of their names.
 * @param folder folder of the sweep; one that does not exist holds nothing
 * @throws StoreError when a file cannot be read
 */
export function readFolder(folder: string): Contents {
  const results = new Map<string, StoredResult>();
  const counts = { damaged: 0, foreign: 0, torn: 0, duplicates: 0, conflicts: 0 };
  const files = new Set<string>();
  const ends = new Map<string, OpenEnd>();
  for (const path of resultsFiles(folder)) {
    for (const line of linesOf(path)) {
      const parsed = parseLine(line.text);
      const torn = !line.finished && parsed.kind === "damaged";
      if (!line.finished) ends.set(path, { length: line.start, lastLineIsWhole: !torn });
      const kind = parsed.kind === "result" ? keep(results, parsed.stored) : torn ? "torn" : parsed.kind;
      if (kind === "new") continue;
      counts[kind]++;
      if (kind !== "duplicates" && kind !== "torn") files.add(path);
    }
  }
  return { results, report: { ...counts, files: [...files] }, ends };
}

/**
 * One line on what is wrong with a store, for stderr.
 * @returns undefined when there is nothing to say: torn last lines and equal duplicates are everyday matters
 */
export function describeReport({ damaged, foreign, conflicts, files }: ReadReport): string | undefined {
  const counts = Object.entries({ damaged, foreign, conflicting: conflicts }).filter(
    ([, count]) => count > 0,
  );
  if (counts.length === 0) return undefined;
  const parts = counts.map(([kind, count]) => `${count} ${kind} ${count === 1 ? "line" : "lines"}`);
  return `${files.join(", ")}: ${parts.join(", ")} left out`;
}

function keep(results: Map<string, StoredResult>, stored: StoredResult): "new" | "duplicates" | "conflicts" {
  const first = results.get(stored.key);
  if (first !== undefined) {
    return canonicalJson(first.result) === canonicalJson(stored.result) ? "duplicates" : "conflicts";
  }
  results.set(stored.key, stored);
  return "new";
}

function resultsFiles(folder: string): string[] {
  const rows = rowsFolder(folder);
  try {
    const names = readdirSync(rows).filter((name) => name.endsWith(".jsonl"));
    return names.sort().map((name) => join(rows, name));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw storeError("read", rows, error);
  }
}

interface Line {
  readonly text: string;
  /** Position of its first byte in the file. */
  readonly start: number;
  /** False for a last line without line end. */
  readonly finished: boolean;
}

function* linesOf(path: string): Generator<Line> {
  const file = attempt("read", path, () => openSync(path, "r"));
  try {
    if (!fstatSync(file).isFile()) throw new StoreError(`cannot read ${path}: it is not a regular file`);
    const chunk = Buffer.alloc(chunkLength);
    let parts: Buffer[] = [];
    let start = 0;
    for (let count = read(); count > 0; count = read()) {
      let from = 0;
      for (let end = chunk.indexOf(lineEnd); end >= 0 && end < count; end = chunk.indexOf(lineEnd, from)) {
        const bytes = Buffer.concat([...parts, chunk.subarray(from, end)]);
        yield { text: bytes.toString("utf8"), start, finished: true };
        start += bytes.length + 1;
        parts = [];
        from = end + 1;
      }
      if (from < count) parts.push(Buffer.from(chunk.subarray(from, count)));
    }
    if (parts.length > 0) yield { text: Buffer.concat(parts).toString("utf8"), start, finished: false };

    function read(): number {
      return attempt("read", path, () => readSync(file, chunk));
    }
  } finally {
    closeSync(file);
  }
}
