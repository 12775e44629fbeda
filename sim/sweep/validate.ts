/** @file Checking values against zod schemas, with one line of plain words for the first thing that is wrong. */
import { z } from "zod";
import { OutOfDomain } from "../../theory/errors.ts";
import { suggestion } from "./nearest.ts";

/** A sweep file, or a part of it, is not one; the message is one line with the file, the path in it and what is allowed. */
export class SweepFileError extends OutOfDomain {}

/** What is checked. */
export interface Place {
  /** File, for messages. */
  readonly name: string;
  /** Path of the value in the file, such as `adaptive`; default: the whole file. */
  readonly path?: string;
}

/**
 * Returns what a schema makes of a value.
 * @param schema zod schema; strict objects refuse unknown keys, and the nearest known one is named
 * @param value plain JSON, as read
 * @param place where the value stands
 * @throws SweepFileError `FILE: PATH must be …, got …`
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: Place,
): z.output<Schema> {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issues = checked.error.issues;
  // A misspelt key is the likelier reason for a missing one.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  throw new SweepFileError(
    oneLine(`${place.name}: ${describeIssue(schema, value, issue, place.path ?? "")}`),
  );
}

/** Texts of other people's making may hold line ends. */
export const oneLine = (text: string): string => text.replaceAll(/\s*[\r\n]+\s*/g, " ").trim();

/** Longest excerpt of a value in a message. */
const longestExcerpt = 60;

/** A value as it stands in messages. */
export function excerpt(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  const text = typeof value === "function" ? "a function" : (safeJson(value) ?? typeof value);
  return text.length > longestExcerpt ? `${text.slice(0, longestExcerpt)}…` : text;
}

function safeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

type Path = readonly PropertyKey[];

/** `grid.n[2]` */
export function pathText(path: Path, base = ""): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, base);
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, part) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[part] : undefined,
    value,
  );

/** Keys of the object at a path of a schema; none where the schema is no object there. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  let inner: unknown = schema;
  for (const part of [...path, undefined]) {
    while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable)
      inner = inner.unwrap();
    if (inner instanceof z.ZodPipe) inner = inner.in;
    if (part === undefined) break;
    inner = inner instanceof z.ZodObject ? (inner.shape as Record<PropertyKey, unknown>)[part] : undefined;
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

const kinds: Readonly<Record<string, string>> = {
  int: "an integer",
  object: "a mapping of names to values",
  record: "a mapping of names to values",
  array: "a list",
  boolean: "true or false",
  string: "a text",
  number: "a number",
};

function describeIssue(schema: z.ZodType, value: unknown, issue: z.core.$ZodIssue, base: string): string {
  const place = pathText(issue.path, base) || "the file";
  const got = `got ${excerpt(valueAt(value, issue.path))}`;
  switch (issue.code) {
    case "unrecognized_keys": {
      const [key] = issue.keys;
      return `${place} has no key ${key}${suggestion(key, keysAt(schema, issue.path))}`;
    }
    case "invalid_type":
      if (issue.message.startsWith("must")) return `${place} ${issue.message}, ${got}`;
      return `${place} must be ${kinds[issue.expected] ?? issue.expected}, ${got}`;
    case "too_small":
      return `${place} must ${bound(issue.origin, issue.inclusive === false ? "above" : "at least", issue.minimum)}, ${got}`;
    case "too_big":
      return `${place} must ${bound(issue.origin, issue.inclusive === false ? "below" : "at most", issue.maximum)}, ${got}`;
    case "invalid_value":
      return `${place} must be ${issue.values.map(String).join(" or ")}, ${got}`;
    default:
      return issue.message.startsWith("must")
        ? `${place} ${issue.message}, ${got}`
        : `${place}: ${issue.message}`;
  }
}

function bound(origin: string, side: string, limit: number | bigint): string {
  if (origin === "number" || origin === "int") return `be ${side} ${limit}`;
  const [one, many] = origin === "string" ? ["character", "characters"] : ["entry", "entries"];
  return `have ${side} ${limit} ${Number(limit) === 1 ? one : many}`;
}
