/**
 * @file What the explorer shows, as a text that an address can carry: parameters of theory and network and the view.
 * Pure: text in, text out; everything that comes from outside is brought into its range.
 */

/** Everything that a shared address fixes. */
export interface ExplorerState {
  /** J_D, in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Normalised Hamming distance d of the fixed points of a cluster. */
  readonly distance: number;
  /** Number of replicas y. */
  readonly y: number;
  /** Number of neurons N of the live network. */
  readonly n: number;
  /** Seed of the live network. */
  readonly seed: number;
  readonly view: View;
}

/** The two pages: theory with live network, and stored figures. */
export type View = "explore" | "rows";

/** A parameter with a number. */
export type Parameter = Exclude<keyof ExplorerState, "view">;

/** Range and spacing of a parameter. */
export interface ParameterRange {
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
  readonly initial: number;
  /** Name in the address. */
  readonly key: string;
  /**
   * How a slider spreads the values: by the square root, by the logarithm, or not at all (a number field only).
   * The thresholds of J_D lie below 0.1, y and d run over decades.
   */
  readonly scale: "root" | "log" | "none";
}

/** Largest seed: what an unsigned 32-bit number holds. */
const largestSeed = 2 ** 32 - 1;

/** Ranges of all parameters; J_D ends where the densest clusters leave the domain of the solver at most distances. */
export const parameterRanges: Readonly<Record<Parameter, ParameterRange>> = {
  selfCoupling: { min: 0, max: 2, integer: false, initial: 0.3, key: "J_D", scale: "root" },
  distance: { min: 3e-4, max: 0.495, integer: false, initial: 0.1, key: "d", scale: "log" },
  y: { min: 1, max: 5000, integer: false, initial: 10, key: "y", scale: "log" },
  n: { min: 20, max: 4000, integer: true, initial: 400, key: "N", scale: "log" },
  seed: { min: 0, max: largestSeed, integer: true, initial: 1, key: "seed", scale: "none" },
};

/** All parameters, in the order of the address. */
export const parameters = Object.keys(parameterRanges) as Parameter[];

/** Digits of a number that an address or a field keeps. */
const keptDigits = 4;

/**
 * A value brought into the range of its parameter and rounded as fields and addresses keep it.
 * @param value any number; NaN gives the initial value
 */
export function clampParameter(parameter: Parameter, value: number): number {
  const { min, max, integer, initial } = parameterRanges[parameter];
  if (Number.isNaN(value)) return initial;
  const inside = Math.min(max, Math.max(min, value));
  return integer ? Math.round(inside) : Number(inside.toPrecision(keptDigits));
}

/** What an address without a hash shows. */
export const initialState: ExplorerState = {
  selfCoupling: parameterRanges.selfCoupling.initial,
  distance: parameterRanges.distance.initial,
  y: parameterRanges.y.initial,
  n: parameterRanges.n.initial,
  seed: parameterRanges.seed.initial,
  view: "explore",
};

/** A number written in full; anything else (an empty text too) is no number. */
const numberOf = (text: string | null): number => (text === null || text.trim() === "" ? NaN : Number(text));

/**
 * State from the hash of an address.
 * @param hash with or without its "#"; unknown keys are ignored, missing or unreadable values are the initial ones,
 *   values outside their range its nearest end
 */
export function parseState(hash: string): ExplorerState {
  const entries = new URLSearchParams(hash.replace(/^#/, ""));
  const numbers = parameters.map((parameter) => {
    const value = numberOf(entries.get(parameterRanges[parameter].key));
    return [parameter, clampParameter(parameter, value)] as const;
  });
  const view: View = entries.get("view") === "rows" ? "rows" : "explore";
  return { ...initialState, ...Object.fromEntries(numbers), view };
}

/** Hash of an address that shows this state, with its "#"; {@link parseState} reads it back. */
export function formatState(state: ExplorerState): string {
  const entries = parameters.map((parameter) => `${parameterRanges[parameter].key}=${state[parameter]}`);
  return `#${[...entries, `view=${state.view}`].join("&")}`;
}

/** Place of a value on its slider, from 0 to 1. */
export function toSlider(parameter: Parameter, value: number): number {
  const { min, max, scale } = parameterRanges[parameter];
  if (scale === "log") return Math.log(value / min) / Math.log(max / min);
  const share = (value - min) / (max - min);
  return scale === "root" ? Math.sqrt(share) : share;
}

/** Value at a place of the slider, rounded and inside its range; inverse of {@link toSlider} up to the rounding. */
export function fromSlider(parameter: Parameter, place: number): number {
  const { min, max, scale } = parameterRanges[parameter];
  if (scale === "log") return clampParameter(parameter, min * (max / min) ** place);
  const share = scale === "root" ? place * place : place;
  return clampParameter(parameter, min + share * (max - min));
}
