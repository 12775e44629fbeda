/** @file Options that several commands share, with their checks. */
import { Option } from "commander";
import { OutOfDomain, requireInside, type Interval } from "../../theory/errors.ts";
import type { Depth, EnsembleFields, SimulatedFields } from "../experiments/ensemble-fields.ts";
import { MAX_FERROMAGNETIC_COUPLING } from "../instance/ensemble.ts";
import { parseInteger, parseList, parseNumber } from "../expressions.ts";

/** Domain of the 1RSB and Franz–Parisi solvers. */
const theoryDomain = { selfCoupling: { min: 0, max: 3 }, distance: { min: 3e-4, max: 0.495 } } as const;

/** Largest J_D where theory is asked. */
export const largestTheorySelfCoupling = theoryDomain.selfCoupling.max;

/** `--jd LIST`, with the bounds of its values for the help, and where others hold. */
export function selfCouplingOption(bounds: `${"≥ 0" | "0 to 3"}${string}`): Option {
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

/** Most layers that a finite chain may have: beyond it the chain without end is as good. */
const mostLayers = 10_000;

/**
 * `--symmetry η`.
 * @param least smallest η that the command knows
 */
export function symmetryOption(least: "−1" | "−0.5" = "−1"): Option {
  const text = `symmetry η of the couplings, E[J_ij J_ji] = η/N: ${least} to 1 (default: 0)`;
  return new Option("--symmetry <number>", text);
}

/**
 * `--layers L`.
 * @param kinds "any" where theory answers, which has the chain without end too; "finite" where networks are drawn
 * @param most most layers of a finite chain, where the command has a bound of its own
 */
export function depthOption(kinds: "any" | "finite" = "any", most = mostLayers): Option {
  const [value, infinite] = kinds === "any" ? ["integer|infinite", ", or infinite"] : ["integer", ""];
  const range = most === mostLayers ? "" : `, 1 to ${most}`;
  const text = `layers of N neurons in a chain with open ends, each with couplings of its own${range}${infinite} (default: 1)`;
  return new Option(`--layers <${value}>`, text);
}

/**
 * `--lambda λ`.
 * @param largest largest λ, where the command has one of its own
 */
export function ferromagneticOption(largest = Infinity): Option {
  const range = largest === Infinity ? "≥ 0" : `from 0 to ${largest}`;
  const text = `ferromagnetic coupling λ ${range} between the same neuron of neighbouring layers, with --layers (default: 0)`;
  return new Option("--lambda <number>", text);
}

/** Texts of the options on ensembles. */
export interface EnsembleTexts {
  readonly symmetry?: string | undefined;
  readonly layers?: string | undefined;
  readonly lambda?: string | undefined;
}

async function parseDepth(text: string, most: number): Promise<Depth> {
  if (text.trim() === "infinite") return "infinite";
  if (/^\s*[a-z]+\s*$/i.test(text))
    throw new OutOfDomain(`--layers must be an integer from 1 to ${most} or infinite, got ${text}`);
  return parseInteger("--layers", text, 1, most);
}

/** What a command takes of an ensemble, where that is less than what there is. */
export interface EnsembleBounds {
  /** η; default −1..1. */
  readonly symmetry?: Interval;
  /** Largest finite number of layers; default 10,000. */
  readonly mostLayers?: number;
}

/**
 * `--symmetry`, `--layers` and `--lambda`.
 * @param texts texts of the options
 * @param bounds what the command takes; see {@link EnsembleBounds}
 * @returns the fields whose options were given, no others
 * @throws OutOfDomain on values outside what the command takes, or on λ other than 0 without two layers
 */
export async function parseEnsemble(
  { symmetry, layers, lambda }: EnsembleTexts,
  bounds: EnsembleBounds = {},
): Promise<EnsembleFields> {
  const symmetries = bounds.symmetry ?? { min: -1, max: 1 };
  const depth = layers === undefined ? undefined : await parseDepth(layers, bounds.mostLayers ?? mostLayers);
  const eta = symmetry === undefined ? undefined : await parseNumber("--symmetry", symmetry);
  const bond = lambda === undefined ? undefined : await parseNumber("--lambda", lambda);
  if (bond !== undefined && bond !== 0 && (depth === undefined || depth === 1))
    throw new OutOfDomain(`--lambda goes with --layers of 2 or more, got --lambda ${lambda} with one layer`);
  return {
    ...(eta === undefined ? {} : { symmetry: requireInside("--symmetry", eta, symmetries) }),
    ...(depth === undefined ? {} : { layers: depth }),
    ...(bond === undefined
      ? {}
      : { ferromagneticCoupling: requireInside("--lambda", bond, { min: 0, max: Infinity, openMax: true }) }),
  };
}

/**
 * The same for theory, which knows symmetric couplings in one layer or layers without symmetry: an option that says no
 * more than the others do is left out.
 * @param texts texts of the options
 * @param bounds what the command takes; see {@link EnsembleBounds}
 * @throws OutOfDomain as {@link parseEnsemble}
 */
export async function parseTheoryFields(
  texts: EnsembleTexts,
  bounds: EnsembleBounds = {},
): Promise<EnsembleFields> {
  const { symmetry, layers, ferromagneticCoupling: bond } = await parseEnsemble(texts, bounds);
  // λ is 0 in one layer.
  if (layers === undefined || (layers === 1 && symmetry !== undefined))
    return symmetry === undefined ? {} : { symmetry };
  return {
    ...(symmetry === undefined || symmetry === 0 ? {} : { symmetry }),
    layers,
    ...(bond === undefined ? {} : { ferromagneticCoupling: bond }),
  };
}

/**
 * The same of networks that are drawn.
 * @param texts texts of the options
 * @param n neurons of a layer
 * @param mostNeurons largest number of neurons of all layers
 * @throws OutOfDomain as {@link parseEnsemble}; and on an infinite chain, on too many neurons, on λ above 1000
 */
export async function parseDrawnEnsemble(
  texts: EnsembleTexts,
  n: number,
  mostNeurons: number,
): Promise<SimulatedFields> {
  const { layers, ...rest } = await parseEnsemble(texts);
  const { ferromagneticCoupling = 0 } = rest;
  requireInside("--lambda", ferromagneticCoupling, { min: 0, max: MAX_FERROMAGNETIC_COUPLING });
  if (layers === undefined) return rest;
  if (layers === "infinite")
    throw new OutOfDomain("--layers must be an integer where networks are drawn, got infinite");
  if (n * layers > mostNeurons)
    throw new OutOfDomain(`--n times --layers must be at most ${mostNeurons}, got ${n} times ${layers}`);
  return { ...rest, layers };
}

/** Cells of a table for the fields whose options were given. */
export function ensembleCells({ symmetry, layers, ferromagneticCoupling }: EnsembleFields): {
  readonly symmetry?: number;
  readonly layers?: Depth;
  readonly lambda?: number;
} {
  return {
    ...(symmetry === undefined ? {} : { symmetry }),
    ...(layers === undefined ? {} : { layers }),
    ...(ferromagneticCoupling === undefined ? {} : { lambda: ferromagneticCoupling }),
  };
}
