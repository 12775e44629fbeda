/** @file What the theory says at the sliders' place, in words and numbers. Texts use the markup <i>, <sub>, <sup>. */
import type { LocalEntropyRow, ThresholdsRow } from "../../experiments/rows.ts";
import { label, symbols } from "../../figures/theme.ts";
import type { Landscape } from "./protocol.ts";

const { selfCoupling: coupling, gap, monotone, densest: densestSymbol, distance: distanceSymbol } = symbols;

/** Digits of the thresholds in words. */
const thresholdDigits = 5;

/** Where J_D lies among the thresholds (P15), (P16), and what that means; null thresholds are still being solved. */
export function regimeInWords(selfCoupling: number, thresholds: ThresholdsRow | null): string {
  const here = `${coupling} = ${label(selfCoupling)}`;
  const { gapClosing, monotone: onset } = thresholds ?? {};
  if (!gapClosing || !onset) return `${here}. ${gap} and ${monotone} are being solved.`;
  const gapValue = `${gap} = ${label(gapClosing.selfCoupling, thresholdDigits)}`;
  const onsetValue = `${monotone} = ${label(onset.selfCoupling, thresholdDigits)}`;
  if (selfCoupling < gapClosing.selfCoupling)
    return (
      `${here} lies below ${gapValue}: there are distances at which no clusters, groups of about <i>y</i>* or more ` +
      `fixed points, exist (overlap gap); smaller groups may. ${onsetValue}.`
    );
  if (selfCoupling < onset.selfCoupling)
    return (
      `${here} lies between ${gapValue} and ${onsetValue}: the gap is closed, but ${densestSymbol}(${distanceSymbol}) ` +
      `still falls over a stretch of distances.`
    );
  return (
    `${here} lies above ${gapValue} and ${onsetValue}: ${densestSymbol}(${distanceSymbol}) rises all the way, ` +
    `from dense small clusters to extensive ones.`
  );
}

/** A number of the landscape with what it is. */
export interface Reading {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** Digits of a reading. */
const shownDigits = 6;

const shown = (value: number | null): string => (value === null ? "none" : label(value, shownDigits));

/** What the densest clusters at d are, where the solver finds none in its domain. */
function densestMeaning({ status, localEntropy }: LocalEntropyRow): string {
  if (status !== "ok") return "no y* between 1 and 5000 at this distance";
  if (localEntropy !== null && localEntropy < 0)
    return "negative: no cluster (group of about y* or more) at this distance (P14)";
  return "densest clusters that exist at this distance (P14)";
}

/** The numbers at (J_D, d, y), entropies in nats per neuron. */
export function readings({ entropy, densest, atY }: Landscape): Reading[] {
  const negative = atY.complexity !== null && atY.complexity < 0;
  return [
    {
      name: `${symbols.entropy}(${coupling})`,
      value: shown(entropy),
      meaning: "entropy of all fixed points (P2)",
    },
    {
      name: `${densestSymbol}(${distanceSymbol})`,
      value: shown(densest.localEntropy),
      meaning: densestMeaning(densest),
    },
    {
      name: `${symbols.yStar}(${distanceSymbol})`,
      value: shown(densest.y),
      meaning: "replicas at zero complexity (P14)",
    },
    {
      name: `${symbols.localEntropy}(${symbols.y})`,
      value: shown(atY.localEntropy),
      meaning: "local entropy of the clusters at this <i>y</i> (P11)",
    },
    {
      name: `${symbols.complexity}(${symbols.y})`,
      value: shown(atY.complexity),
      meaning: negative ? "negative: no such clusters (P12)" : "complexity, logarithm of their number (P12)",
    },
  ];
}
