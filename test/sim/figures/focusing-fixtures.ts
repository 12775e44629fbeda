/** @file Rows of focusing belief propagation shaped like the physics, for drawing; no results and no oracle. */
import type {
  FocusingExtrapolationRow,
  FocusingRow,
  FocusingThresholdRow,
} from "../../../sim/experiments/rows.ts";
import { fractionInterval } from "../../../sim/statistics.ts";

export const protocols = ["scoping", "pseudo-reinforcement"];

const sizes = [100, 200, 400, 800, 1600];
const samples = 100;

const place = (n: number, series: number): number => 0.17 - 0.25 / Math.sqrt(n) - 0.01 * series;
const width = (n: number): number => 0.2 / Math.sqrt(n);

const couplings = Array.from({ length: 13 }, (_, k) => Number((0.04 + 0.02 * k).toFixed(2)));

export const focusingRows: FocusingRow[] = protocols.flatMap((protocol, series) =>
  sizes.flatMap((n) =>
    couplings.map((selfCoupling): FocusingRow => {
      const probability = 1 / (1 + Math.exp(-(selfCoupling - place(n, series)) / width(n)));
      const solved = Math.round(samples * probability);
      return {
        status: "ok",
        n,
        selfCoupling,
        protocol,
        samples,
        solved,
        solvedInterval: fractionInterval(solved, samples),
        medianIterations: solved > samples / 2 ? 100 + 900 * (1 - probability) : null,
        betheEntropy: 0.79 * selfCoupling,
        overlap: solved > 0 ? 0.9 : null,
        distance: solved > 0 ? 0.03 : null,
        unstableFraction: 0.03 * (1 - probability),
      };
    }),
  ),
);

export const focusingThresholdRows: FocusingThresholdRow[] = protocols.flatMap((protocol, series) =>
  sizes.map((n): FocusingThresholdRow => {
    const selfCoupling = place(n, series);
    return {
      status: "ok",
      n,
      protocol,
      samples,
      selfCoupling,
      low: selfCoupling - 0.004,
      high: selfCoupling + 0.003,
      width: width(n),
    };
  }),
);

export const focusingExtrapolationRows: FocusingExtrapolationRow[] = protocols.flatMap((protocol, series) =>
  (["1/log N", "N^(-1/3)", "N^(-1/2)"] as const).map((form, k): FocusingExtrapolationRow => ({
    status: "ok",
    protocol,
    form,
    selfCoupling: [0.2, 0.18, 0.17][k]! - 0.01 * series,
    standardError: 0.003,
    slope: [-0.26, -0.21, -0.25][k]!,
    chiSquared: [6, 2, 0.1][k]!,
    degreesOfFreedom: 3,
  })),
);
