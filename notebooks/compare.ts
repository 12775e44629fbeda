/**
 * @file Whether a notebook that was run shows what is stored in it: the same words, and the same numbers within a
 * tolerance, in texts, tables and Plotly figures. Images are not compared, but every stored figure must have one.
 */
import { plotlyMime } from "./display.ts";
import { joinStreams, wholeText } from "./format.ts";
import type { Notebook, Output } from "./format.ts";

/** How far two numbers may differ: |a − b| ≤ relative · max(|a|, |b|) + absolute. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Stored figures carry eight digits and tables six; residuals and rounding below 10⁻⁹ are noise. */
export const storedTolerance: Tolerance = { relative: 2e-5, absolute: 1e-9 };

const agree = (a: number, b: number, { relative, absolute }: Tolerance): boolean =>
  a === b || Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b)) + absolute;

/** A decimal number that is no part of a word; U+2212 is the minus of running text. */
const number = /(?<![\p{L}\p{N}_])[-−]?(?:\d+\.?\d*|\.\d+)(?:e[-+−]?\d+)?(?![\p{L}\p{N}_])/giu;

const numbersIn = (text: string): number[] =>
  Array.from(text.matchAll(number), ([digits]) => Number(digits.replace(/−/g, "-")));

/** Words between the numbers; runs of spaces count as one, since columns are as wide as their numbers. */
const wordsIn = (text: string): string =>
  text
    .replace(number, "#")
    .replace(/[ \t]+/g, " ")
    .trim();

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);

/**
 * How two texts differ, in words; null if they do not.
 * @param stored text kept
 * @param found text of the run
 */
export function compareTexts(stored: string, found: string, tolerance = storedTolerance): string | null {
  const kept = stored.split("\n");
  const now = found.split("\n");
  if (kept.length !== now.length) return `${now.length} lines, stored ${kept.length}`;
  for (const [k, line] of kept.entries()) {
    const other = now[k]!;
    if (wordsIn(line) !== wordsIn(other)) return `"${shorten(other)}", stored "${shorten(line)}"`;
    const others = numbersIn(other);
    const apart = numbersIn(line).findIndex((value, i) => !agree(value, others[i]!, tolerance));
    if (apart >= 0) return `${others[apart]}, stored ${numbersIn(line)[apart]} in "${shorten(line)}"`;
  }
  return null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * How two JSON values differ, with the place, in words; null if they do not. Strings are compared as texts.
 * @param stored value kept
 * @param found value of the run
 */
export function compareJson(
  stored: unknown,
  found: unknown,
  tolerance = storedTolerance,
  place = "",
): string | null {
  const here = (message: string): string => `${place === "" ? "value" : place.slice(1)}: ${message}`;
  if (typeof stored === "number" && typeof found === "number")
    return agree(stored, found, tolerance) ? null : here(`${found}, stored ${stored}`);
  if (typeof stored === "string" && typeof found === "string") {
    const difference = compareTexts(stored, found, tolerance);
    return difference === null ? null : here(difference);
  }
  if (Array.isArray(stored) && Array.isArray(found)) {
    if (stored.length !== found.length) return here(`${found.length} entries, stored ${stored.length}`);
    return firstOf(stored.map((value, k) => () => compareJson(value, found[k], tolerance, `${place}.${k}`)));
  }
  if (isObject(stored) && isObject(found)) {
    const [kept, now] = [Object.keys(stored).sort().join(", "), Object.keys(found).sort().join(", ")];
    if (kept !== now) return here(`fields ${now}, stored ${kept}`);
    return firstOf(
      Object.keys(stored).map(
        (key) => () => compareJson(stored[key], found[key], tolerance, `${place}.${key}`),
      ),
    );
  }
  return stored === found ? null : here(`${JSON.stringify(found)}, stored ${JSON.stringify(stored)}`);
}

/** First difference of several comparisons. */
function firstOf(comparisons: readonly (() => string | null)[]): string | null {
  for (const comparison of comparisons) {
    const difference = comparison();
    if (difference !== null) return difference;
  }
  return null;
}

/** What of an output is compared: its text, or its data without images. */
function comparable(output: Output): unknown {
  switch (output.output_type) {
    case "stream":
      return { name: output.name, text: wholeText(output.text) };
    case "error":
      return { error: `${output.ename}: ${output.evalue}` };
    case "display_data":
    case "execute_result":
      return Object.fromEntries(
        Object.entries(output.data)
          .filter(([type]) => !type.startsWith("image/"))
          .map(([type, value]) => [type, type.startsWith("text/") ? wholeText(value as string) : value]),
      );
  }
}

const lacksImage = (output: Output): boolean =>
  "data" in output && plotlyMime in output.data && !("image/png" in output.data);

function compareOutputs(stored: readonly Output[], found: readonly Output[], tolerance: Tolerance): string[] {
  const [kept, now] = [joinStreams(stored), joinStreams(found)];
  if (kept.length !== now.length) return [`${now.length} outputs, stored ${kept.length}`];
  return kept.flatMap((output, k) => {
    const difference = compareJson(comparable(output), comparable(now[k]!), tolerance);
    return [
      ...(difference === null ? [] : [difference]),
      ...(lacksImage(output) ? ["the stored figure has no image/png"] : []),
    ];
  });
}

/** An output that a cell asks for, at the beginning of a line: outputs inside of functions cannot be counted. */
const request = /^await (?:show|table|print)\(/gm;

/**
 * Cells that have not as many outputs as they ask for, one line a cell: an output of the kernel did not arrive.
 * @param run a notebook that was executed
 */
export const lostOutputs = (run: Notebook): string[] =>
  run.cells.flatMap((cell, k) => {
    if (cell.cell_type === "markdown") return [];
    const asked = wholeText(cell.source).match(request)?.length ?? 0;
    const { length: found } = joinStreams(cell.outputs);
    return found === asked ? [] : [`cell ${k + 1} (${cell.id}): ${found} outputs instead of ${asked}`];
  });

/**
 * Where a run differs from what is stored, one line a difference; none where they agree.
 * @param stored notebook with its outputs
 * @param found the same notebook after a run
 */
export function compareNotebooks(stored: Notebook, found: Notebook, tolerance = storedTolerance): string[] {
  if (stored.cells.length !== found.cells.length)
    return [`${found.cells.length} cells, stored ${stored.cells.length}`];
  return stored.cells.flatMap((cell, k) => {
    const other = found.cells[k]!;
    if (cell.cell_type === "markdown") return [];
    if (other.cell_type !== "code" || wholeText(cell.source) !== wholeText(other.source))
      return [`cell ${k + 1} (${cell.id}): not the same cell`];
    return compareOutputs(cell.outputs, other.outputs, tolerance).map(
      (difference) => `cell ${k + 1} (${cell.id}): ${difference}`,
    );
  });
}
