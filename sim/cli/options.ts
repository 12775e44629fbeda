/** @file Options that several commands share, with their checks. */
import { Option } from "commander";
import { OutOfDomain, requireInside } from "../../theory/errors.ts";
import { parseList } from "../expressions.ts";

/** Domain of the 1RSB and Franz–Parisi solvers. */
const theoryDomain = { selfCoupling: { min: 0, max: 3 }, distance: { min: 3e-4, max: 0.495 } } as const;

/** `--jd LIST`, with the bounds of its values for the help. */
export function selfCouplingOption(bounds: "≥ 0" | "0 to 3"): Option {
  const text = `self-couplings J_D, ${bounds}: a list 0,0.1,0.5 or start:step:stop; expressions such as sqrt(2/pi) too`;
  return new Option("--jd <list>", text).makeOptionMandatory();
}

/** `--distance LIST`. */
export function distanceOption(): Option {
  const text = "normalised Hamming distances d = (1 − q)/2, 0.0003 to 0.495: a list, as for --jd";
  return new Option("--distance <list>", text).makeOptionMandatory();
}

/** More rows than this are a slip of a step, and would not fit into memory as one answer. */
const mostRows = 1_000_000;

/**
 * Refuses a call that asks for too many rows (or runs).
 * @param lengths lengths of the lists that are combined
 * @throws OutOfDomain if their product is above a million
 */
export function requireRows(...lengths: readonly number[]): void {
  const rows = lengths.reduce((product, length) => product * length, 1);
  if (rows > mostRows)
    throw new OutOfDomain(`one call gives at most ${mostRows} rows, these lists ask for ${rows}`);
}

/** `--jd` as numbers ≥ 0. */
export async function parseSelfCouplings(text: string | undefined): Promise<number[]> {
  const values = await parseList("--jd", text ?? "");
  return values.map((value) => requireInside("--jd", value, { min: 0, max: Infinity, openMax: true }));
}

/** `--jd` as numbers in the domain of the solvers, [0, 3]. */
export async function parseTheorySelfCouplings(text: string | undefined): Promise<number[]> {
  const values = await parseList("--jd", text ?? "");
  return values.map((value) => requireInside("--jd", value, theoryDomain.selfCoupling));
}

/** `--distance` as numbers in the domain of the solvers, [3·10⁻⁴, 0.495]. */
export async function parseDistances(text: string | undefined): Promise<number[]> {
  const values = await parseList("--distance", text ?? "");
  return values.map((value) => requireInside("--distance", value, theoryDomain.distance));
}

/**
 * One of a closed set of words.
 * @throws OutOfDomain naming all of them otherwise
 */
export function parseWord<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw new OutOfDomain(`${name} must be one of ${words.join(", ")}, got "${text}"`);
  return word;
}
