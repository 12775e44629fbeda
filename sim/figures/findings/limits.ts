/** @file What figures of finite-size thresholds share: thresholds as quantities, and what their fits leave open. */
import type { SizeThreshold, ThresholdLimit } from "../../experiments/rows.ts";
import { shown } from "../report-numbers.ts";
import { symbols } from "../theme.ts";
import type { Quantity } from "../types.ts";
import { errorOfInterval, fewestNetworks } from "./judge.ts";

/** A threshold that was found at one size. */
export interface KnownThreshold {
  readonly n: number;
  /** Networks that it is from. */
  readonly networks: number;
  /** With a standard error from the 95 % interval. */
  readonly quantity: Quantity;
  /** With that interval, for printing. */
  readonly printed: Quantity;
}

/** Thresholds that were found, ascending in N. */
export function knownThresholds(rows: readonly SizeThreshold[]): KnownThreshold[] {
  return rows
    .flatMap(({ status, n, samples, selfCoupling, low, high }) =>
      status === "ok" && selfCoupling !== null && low !== null && high !== null
        ? [
            {
              n,
              networks: samples,
              quantity: { value: selfCoupling, error: errorOfInterval(low, high) },
              printed: { value: selfCoupling, interval: [low, high] as const, intervalKind: "95 %" as const },
            },
          ]
        : [],
    )
    .sort((a, b) => a.n - b.n);
}

/** The largest size with enough networks; the largest of all where none has. */
export const largestSound = (known: readonly KnownThreshold[]): KnownThreshold | undefined =>
  known.findLast(({ networks }) => networks >= fewestNetworks) ?? known.at(-1);

/** What few networks leave open; null with enough. */
export const tooFew = ({ n, networks }: Pick<KnownThreshold, "n" | "networks">): string | null =>
  networks >= fewestNetworks
    ? null
    : `${networks} networks of ${n} neurons do not give an error; ${fewestNetworks} are needed`;

/** What S* < 0 means at J_gap, with its value. */
export const gapInWords = (gap: number): string =>
  `from ${symbols.gap} = ${shown(gap, 3)} on no distance is closed to groups of about ${symbols.yStar} or more of them`;

/** χ² of a fit that describes its points may exceed its mean by so many of its standard deviations √(2·degrees). */
const acceptedDeviations = 4;

/** A fit with a limit. */
export type KnownLimit = ThresholdLimit & {
  readonly selfCoupling: number;
  readonly standardError: number;
  readonly chiSquared: number;
};

/** Fits that describe their points, the best first; those without a degree of freedom left say nothing. */
export function acceptedLimits(rows: readonly ThresholdLimit[]): KnownLimit[] {
  return rows
    .filter((row): row is KnownLimit => row.status === "ok" && row.selfCoupling !== null)
    .filter(({ standardError, chiSquared }) => standardError !== null && chiSquared !== null)
    .filter(({ degreesOfFreedom }) => degreesOfFreedom > 0)
    .filter(({ chiSquared, degreesOfFreedom: k }) => chiSquared <= k + acceptedDeviations * Math.sqrt(2 * k))
    .sort((a, b) => a.chiSquared - b.chiSquared);
}

/** "1/log N 1.26 (χ² 0.01), …" of fits. */
export const limitsInWords = (limits: readonly KnownLimit[]): string =>
  limits
    .map(
      ({ form, selfCoupling, chiSquared }) =>
        `${form}: ${shown(selfCoupling, 3)} (χ² = ${shown(chiSquared, 2)})`,
    )
    .join(", ");

/** Best limit, with the extent of all as its interval where there are several. */
export function limitQuantity(limits: readonly [KnownLimit, ...KnownLimit[]]): Quantity {
  const values = limits.map(({ selfCoupling }) => selfCoupling);
  const { selfCoupling: value, standardError: error } = limits[0];
  return limits.length < 2
    ? { value, error }
    : { value, interval: [Math.min(...values), Math.max(...values)], intervalKind: "fits" };
}

/** Whether there is a fit at all. */
export const hasLimits = (limits: readonly KnownLimit[]): limits is readonly [KnownLimit, ...KnownLimit[]] =>
  limits.length > 0;
