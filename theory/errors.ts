/** @file The typed errors of the toolkit, shared by theory and simulation. */

/** An argument outside its documented domain; the message names the argument, its value and what is allowed. */
export class OutOfDomain extends Error {
  override readonly name = "OutOfDomain";
}

/** A solver that did not reach its tolerance; no number is returned in its place. */
export class NotConverged extends Error {
  override readonly name = "NotConverged";
}

/** Bounds of a real argument; an open bound excludes its end. */
export interface Interval {
  /** Lower end, in the unit of the argument (dimensionless here), any number or −∞. */
  readonly min: number;
  /** Upper end, in the unit of the argument (dimensionless here), any number or ∞. */
  readonly max: number;
  /** Whether `min` itself is refused; default false. */
  readonly openMin?: boolean;
  /** Whether `max` itself is refused; default false. */
  readonly openMax?: boolean;
}

function describeInterval({ min, max, openMin = false, openMax = false }: Interval): string {
  if (max === Infinity)
    return `a ${openMax ? "finite " : ""}number ${openMin ? "above" : "of at least"} ${min}`;
  return `in ${openMin ? "(" : "["}${min}, ${max}${openMax ? ")" : "]"}`;
}

/**
 * Returns `value` if it is a number inside `interval`.
 * @param name name of the argument as the caller knows it, for the message
 * @param value the argument, dimensionless here, whatever its own unit; any number, NaN too
 * @param interval the values that are allowed
 * @returns `value`, dimensionless here
 * @throws OutOfDomain otherwise (NaN and ±∞ included, unless the bound itself is infinite)
 * @source convention of this package: every public function checks its arguments before it computes
 */
export function requireInside(name: string, value: number, interval: Interval): number {
  const { min, max, openMin = false, openMax = false } = interval;
  const inside = (openMin ? value > min : value >= min) && (openMax ? value < max : value <= max);
  // Callers without types may pass a text that compares like a number and then adds like a text.
  if (typeof value !== "number" || !inside) {
    throw new OutOfDomain(`${name} must be ${describeInterval(interval)}, got ${String(value)}`);
  }
  return value;
}

/**
 * Returns `value` if it is an integer in [min, max].
 * @param name name of the argument as the caller knows it, for the message
 * @param value the argument, dimensionless; any number, NaN too
 * @param min smallest integer that is allowed, dimensionless
 * @param max largest integer that is allowed, dimensionless
 * @returns `value`, dimensionless
 * @throws OutOfDomain otherwise
 * @source convention of this package, as {@link requireInside}
 */
export function requireInteger(name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new OutOfDomain(`${name} must be an integer from ${min} to ${max}, got ${value}`);
  }
  return value;
}
