/** @file Plain JSON values: the check that nothing is lost on the way to a file, and the canonical text that is hashed. */
import { OutOfDomain } from "../../theory/errors.ts";

/** What JSON can hold without loss: finite numbers, strings, booleans, null, and arrays and plain objects of them. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Deeper values are taken for circular ones; parameters and rows are a few levels deep. */
const deepest = 200;

/**
 * Canonical JSON text of a value: object keys sorted by UTF-16 code units, no white space, shortest round-trip
 * numbers, −0 written as 0 (the rules of RFC 8785). Equal values have equal texts, in whatever order they were built.
 * @param value plain JSON value (see {@link Json})
 * @param name what the value is called in messages
 * @returns the text; `JSON.parse` gives the value back
 * @throws OutOfDomain on NaN, ±∞, undefined, functions, symbols, bigints, class instances and circular values; the
 * message names the place, for instance `parameters.jd[2]`
 */
export function canonicalJson(value: unknown, name = "value"): string {
  return textOf(value, { name });
}

/**
 * Returns `value` as a type of plain JSON, without changing it.
 * @param value value to check
 * @param name what the value is called in messages
 * @throws OutOfDomain as {@link canonicalJson} does
 */
export function requireJson(value: unknown, name: string): Json {
  textOf(value, { name });
  return value as Json;
}

/** Where a value stands: the name of the whole, or a step from the place above. */
type Place = { readonly name: string } | { readonly above: Place; readonly step: string | number };

/** Every task and every row goes through here, so that the words of a message are made only when there is one. */
function textOf(value: unknown, place: Place, depth = 0): string {
  switch (typeof value) {
    case "number":
      if (!Number.isFinite(value))
        throw new OutOfDomain(`${pathOf(place)} must be a finite number, got ${value}`);
      return String(value);
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    default:
  }
  if (value === null) return "null";
  if (depth > deepest)
    throw new OutOfDomain(`${pathOf(place)} is nested deeper than ${deepest} levels or circular`);
  if (Array.isArray(value)) {
    // Array.from visits holes as undefined, which is then refused; map would skip them.
    return `[${Array.from(value, (item, step) => textOf(item, { above: place, step }, depth + 1)).join(",")}]`;
  }
  if (!isPlainObject(value))
    throw new OutOfDomain(`${pathOf(place)} must be plain JSON, got ${describe(value)}`);
  const members = Object.keys(value)
    .sort()
    .map((step) => `${JSON.stringify(step)}:${textOf(value[step], { above: place, step }, depth + 1)}`);
  return `{${members.join(",")}}`;
}

/** A place in words, such as `parameters.jd[2]`. */
function pathOf(place: Place): string {
  if ("name" in place) return place.name;
  const { above, step } = place;
  return typeof step === "number" ? `${pathOf(above)}[${step}]` : `${pathOf(above)}.${step}`;
}

/** True for objects made by `{}`, `JSON.parse` or `Object.create(null)`, of this realm or of another. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return typeof value;
  return `an instance of ${value.constructor.name}`;
}
