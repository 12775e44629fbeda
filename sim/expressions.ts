/**
 * @file Lists of numbers, on the command line and in sweep files: `0,0.1,0.5`, `start:step:stop`, `linspace(0, 1, 11)`,
 * and expressions such as `sqrt(2/pi)`.
 */
import { OutOfDomain } from "../theory/errors.ts";

/** Largest number of values in one list: beyond it a slip in the step is likelier than a wish. */
const largestList = 100_000;

/** Digits that survive in start + k·step, so that 0:0.1:1 gives 0.3 and not 0.30000000000000004. */
const significantDigits = 12;

/** Stop is inclusive up to this fraction of a step. */
const stopTolerance = 1e-9;

/**
 * One number: a literal, or an expression that mathjs evaluates to a finite real number.
 * @throws OutOfDomain naming the option otherwise
 */
export async function parseNumber(name: string, text: string): Promise<number> {
  const trimmed = text.trim();
  const literal = trimmed === "" ? NaN : Number(trimmed);
  if (Number.isFinite(literal)) return literal;
  const noExpression = date.test(trimmed) || /^[-+]?(nan|inf(inity)?)?$/i.test(trimmed);
  const value = noExpression ? NaN : await evaluate(trimmed);
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new OutOfDomain(`${name} must be a finite number, got ${text === "" ? "nothing" : text}`);
  }
  return value;
}

/** What an expression may be made of: nothing random, nothing that allocates, nothing that assigns. */
const allowedNodes = new Set([
  "ConstantNode",
  "OperatorNode",
  "ParenthesisNode",
  "FunctionNode",
  "SymbolNode",
]);
const allowedSymbols = new Set(
  "pi e tau abs cbrt ceil cos cosh erf exp floor log log10 log1p log2 max min pow round sin sinh sqrt tan tanh".split(
    " ",
  ),
);

/** A date is a slip, not a subtraction: 2020-01-01 would be 2018. */
const date = /^\d{4}-\d{1,2}-\d{1,2}$/;

/** mathjs is loaded only when an expression asks for it: it takes longer to load than most commands to run. */
async function evaluate(expression: string): Promise<unknown> {
  const { parse } = await import("mathjs");
  try {
    const tree = parse(expression);
    const foreign = tree.filter(
      (node) => !allowedNodes.has(node.type) || ("name" in node && !allowedSymbols.has(String(node.name))),
    );
    return foreign.length > 0 ? NaN : (tree.evaluate() as unknown);
  } catch {
    return NaN;
  }
}

function range(name: string, start: number, step: number, stop: number): number[] {
  const last = Math.floor((stop - start) / step + stopTolerance);
  if (step === 0 || !(last >= 0)) {
    throw new OutOfDomain(
      `${name} must be start:step:stop with a step towards stop, got ${start}:${step}:${stop}`,
    );
  }
  if (last >= largestList)
    throw new OutOfDomain(`${name} must have at most ${largestList} values, got ${last + 1}`);
  return Array.from({ length: last + 1 }, (_, k) =>
    Number((start + k * step).toPrecision(significantDigits)),
  );
}

const spacedList = /^\s*(linspace|logspace)\s*\((.*)\)\s*$/s;

/** Values of `linspace(first, last, count)` or `logspace(first, last, count)`. */
async function spaced(name: string, kind: string, text: string): Promise<number[]> {
  const args = splitTopLevel(text);
  if (args.length !== 3)
    throw new OutOfDomain(`${name} must be ${kind}(first, last, count), got ${kind}(${text})`);
  const [first, last] = await Promise.all(args.slice(0, 2).map((part) => parseNumber(name, part)));
  const count = await parseInteger(`${name}: count of ${kind}`, args[2], 2, largestList);
  const even = Array.from({ length: count }, (_, k) => {
    if (k === 0 || k === count - 1) return k === 0 ? first : last;
    return Number((first + ((last - first) * k) / (count - 1)).toPrecision(significantDigits));
  });
  if (kind === "linspace") return even;
  const values = even.map((exponent) => Number((10 ** exponent).toPrecision(significantDigits)));
  if (values.every((value) => value > 0 && Number.isFinite(value))) return values;
  throw new OutOfDomain(`${name} must have exponents from -300 to 300, got logspace(${text})`);
}

/**
 * A list: comma-separated items, each a number, a range start:step:stop (stop inclusive; value k is
 * start + k·step rounded to 12 significant digits), `linspace(first, last, count)`, or `logspace(first, last, count)`,
 * whose arguments are exponents of 10 as in NumPy (values between the ends rounded likewise).
 * @param name option as the user knows it, for messages
 * @throws OutOfDomain if an item is no finite number, a range does not reach its stop, or the list is too long
 */
export async function parseList(name: string, text: string): Promise<number[]> {
  const values: number[] = [];
  for (const item of splitTopLevel(text)) {
    const list = spacedList.exec(item);
    if (list !== null) {
      for (const value of await spaced(name, list[1], list[2])) values.push(value);
      continue;
    }
    const parts = await Promise.all(item.split(":").map((part) => parseNumber(name, part)));
    if (parts.length === 1) values.push(parts[0]);
    else if (parts.length === 3) values.push(...range(name, parts[0], parts[1], parts[2]));
    else throw new OutOfDomain(`${name} must be a number or start:step:stop, got ${item}`);
  }
  if (values.length > largestList) {
    throw new OutOfDomain(`${name} must have at most ${largestList} values, got ${values.length}`);
  }
  return values;
}

/** Splits at commas outside parentheses, so that an expression may call a function of two arguments. */
export function splitTopLevel(text: string): string[] {
  const items = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "," && depth === 0) items.push("");
    else items[items.length - 1] += character;
  }
  return items;
}

/**
 * One integer within bounds.
 * @throws OutOfDomain otherwise
 */
export async function parseInteger(name: string, text: string, min: number, max: number): Promise<number> {
  const value = await parseNumber(name, text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new OutOfDomain(`${name} must be an integer from ${min} to ${max}, got ${text}`);
  }
  return value;
}

/**
 * A list of integers within bounds.
 * @throws OutOfDomain otherwise
 */
export async function parseIntegerList(
  name: string,
  text: string,
  min: number,
  max: number,
): Promise<number[]> {
  const values = await parseList(name, text);
  const wrong = values.find((value) => !Number.isInteger(value) || value < min || value > max);
  if (wrong !== undefined)
    throw new OutOfDomain(`${name} must hold integers from ${min} to ${max}, got ${wrong}`);
  return values;
}
