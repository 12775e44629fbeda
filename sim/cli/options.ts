/** @file Options that several commands share, with their checks. */
import { Option } from "commander";
import { OutOfDomain, requireInside } from "../../theory/errors.ts";
import { parseList } from "./lists.ts";

/** Domain of the 1RSB and Franz–Parisi solvers. */
const theoryDomain = { selfCoupling: { min: 0, max: 3 }, distance: { min: 3e-4, max: 0.495 } } as const;

/** `--jd LIST`. */
export function selfCouplingOption(): Option {
  return new Option("--jd <list>", "self-couplings J_D: 0,0.1,0.5 or start:step:stop").makeOptionMandatory();
}

/** `--distance LIST`. */
export function distanceOption(): Option {
  return new Option("--distance <list>", "normalised Hamming distances d = (1 − q)/2").makeOptionMandatory();
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
  if (word === undefined) throw new OutOfDomain(`${name} must be one of ${words.join(", ")}, got ${text}`);
  return word;
}
