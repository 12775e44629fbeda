/** @file Stored figures from the text of a file: parsed, checked, and either whole or refused with one line. Pure. */
import type { core } from "zod";
import type { Provenance } from "../../figures/html.ts";
import type { Figure, Table } from "../../figures/types.ts";
import { figureSchema, tableSchema } from "./schema.ts";

/** What a file holds: a figure with its tables, or a table alone. */
export interface StoredRows {
  readonly figure: Figure | null;
  readonly tables: readonly Table[];
  readonly title: string;
  readonly provenance: Pick<Provenance, "version" | "command" | "seed">;
}

/** A file that is not shown; the message is one line for the page. */
export class BadFile extends Error {
  override readonly name = "BadFile";
}

/** Largest file; the largest figure of the finest preset has a tenth of it. */
export const largestFile = 32 * 2 ** 20;

/** Names that would reach into the objects of the page itself. */
const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);

/** Length at which a message is cut: it may quote a text of the file. */
const longestMessage = 200;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (forbiddenKeys.has(key)) throw new BadFile(`the key ${key} is not allowed`);
      return value;
    });
  } catch (error) {
    if (error instanceof BadFile) throw error;
    throw new BadFile("it is no JSON", { cause: error });
  }
}

/** The first thing that is wrong, with its place in the file. */
function describeIssue(issues: readonly core.$ZodIssue[]): string {
  const [issue] = issues;
  if (issue === undefined) return "it is no figure of this project";
  const place = issue.path.map(String).join(".");
  const text = `${place === "" ? "the file" : place}: ${issue.message}`;
  return text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Reads a NAME.json of `reproduce`.
 * @param text content of the file
 * @throws BadFile with one line, if the file is too large, no JSON, or holds anything that the project's figures do not
 */
export function readStoredRows(text: string): StoredRows {
  if (text.length > largestFile) throw new BadFile(`it is larger than ${largestFile / 2 ** 20} MB`);
  const content = parseJson(text);
  if (!isRecord(content) || !("provenance" in content))
    throw new BadFile("it is no file of atlas reproduce: it says nothing of its provenance");
  if ("data" in content) {
    const read = figureSchema.safeParse(content);
    if (!read.success) throw new BadFile(describeIssue(read.error.issues));
    const { provenance, ...figure } = read.data;
    // The schema is the part of the figure's type that can be stored; its index signatures it cannot express.
    return { figure: figure as unknown as Figure, tables: figure.tables, title: figure.title, provenance };
  }
  const read = tableSchema.safeParse(content);
  if (!read.success) throw new BadFile(describeIssue(read.error.issues));
  const { table, provenance } = read.data;
  return { figure: null, tables: [table], title: table.title, provenance };
}
