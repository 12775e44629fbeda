/** @file Numbers as a report prints them: as many digits as the error allows, a true minus sign, powers of ten. */
import type { Quantity } from "./types.ts";

/** Digits of an error; its first one alone would leave it open by up to a half. */
const errorDigits = 2;

/** Digits of a number without an error. */
const plainDigits = 4;

/** Decimals beyond which nothing is printed: no solver and no sample is better. */
const mostDecimals = 12;

/** Numbers in between are written out, others with a power of ten. */
const writtenOut = { least: 1e-4, most: 1e6 } as const;

const trueMinus = (text: string): string => text.replaceAll("-", "−");

/** Mantissa and power of ten, in the markup of figure texts. */
function scientific(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  return trueMinus(`${Number(mantissa)}·10<sup>${Number(exponent)}</sup>`);
}

/**
 * A number without an error.
 * @param value any number; one that is not finite is printed as a dash
 * @param digits significant digits at most, ≥ 1; zeros at the end are left out
 */
export function shown(value: number, digits: number = plainDigits): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (value !== 0 && (size < writtenOut.least || size >= writtenOut.most)) return scientific(value, digits);
  return trueMinus(String(Number(value.toPrecision(digits))));
}

/** Decimals that show an error to its last digit. */
function decimalsFor(error: number): number {
  const place = errorDigits - 1 - Math.floor(Math.log10(error));
  return Math.min(Math.max(place, 0), mostDecimals);
}

/** Value and error at the decimals of the error, which is written as a power of ten where that is shorter. */
function withError(value: number, error: number): string {
  const decimals = decimalsFor(error);
  const size = error < writtenOut.least ? scientific(error, 1) : error.toFixed(decimals);
  return `${trueMinus(value.toFixed(decimals))} ± ${size}`;
}

/** Value and interval, of a kind, at decimals that show the width of the interval to two digits. */
function withInterval(
  value: number,
  [low, high]: readonly [number, number],
  kind: string | undefined,
): string {
  const decimals = high > low ? decimalsFor(high - low) : plainDigits;
  const [middle, from, to] = [value, low, high].map((each) => trueMinus(each.toFixed(decimals)));
  return `${middle} [${from}, ${to}${kind === undefined ? "" : `; ${kind}`}]`;
}

/** Decimals make sense of numbers up to here; errors of larger ones are printed with powers of ten. */
const isPlain = (value: number): boolean => Math.abs(value) < 1e15;

/**
 * A quantity with its error, or its interval and what that is, and its unit, in the markup of figure texts.
 * @param quantity null, or a value that is not finite, is printed as a dash
 */
export function quantityText(quantity: Quantity | null): string {
  if (quantity === null || !Number.isFinite(quantity.value)) return "–";
  const { value, error = 0, interval, intervalKind, unit } = quantity;
  const ends = interval?.every((end) => Number.isFinite(end) && isPlain(end)) ? interval : undefined;
  const known = Number.isFinite(error) && error > 0 && isPlain(error) && isPlain(value);
  const text =
    ends && isPlain(value)
      ? withInterval(value, ends, intervalKind)
      : known
        ? withError(value, error)
        : shown(value);
  return unit === undefined ? text : `${text} ${unit}`;
}
