/** @file Coins whose threshold is known, for the searches of adaptive sweeps. */
import type { Answer, SearchSettings, SearchStep, Tally } from "../../../sim/experiments/adaptive-step.ts";
import { stream } from "../../../sim/random.ts";

/** P at t = (x − threshold)/width: 1/2 at t = 0, where each but the step has slope 1/4. */
export const laws = {
  logistic: (t: number) => 1 / (1 + Math.exp(-t)),
  /** As skew as the law of a smallest of many values. */
  skew: (t: number) => 1 - Math.exp(-Math.LN2 * Math.exp(t / (2 * Math.LN2))),
  /** A hundredth of the samples succeeds, and one fails, wherever they are. */
  blurred: (t: number) => 0.01 + 0.98 / (1 + Math.exp(-t / 0.98)),
  step: (t: number) => (t >= 0 ? 1 : 0),
};

export const usualSettings: SearchSettings = {
  range: [0, 1],
  probability: 0.5,
  error: 0.003,
  samplesPerRound: 200,
  mostSamples: 20_000,
  level: 0.95,
};

/** Rounds after which a search counts as endless. */
const endless = 1000;

/** A search with coins, from its first round to its end. */
export function searchCoins(
  stepOf: (settings: SearchSettings, tallies: readonly Tally[]) => SearchStep,
  probabilityAt: (x: number) => number,
  settings: SearchSettings,
  seed: number,
): Answer & { readonly samples: number; readonly rounds: number; readonly largestRound: number } {
  const random = stream(seed, "coins");
  let tallies: Tally[] = [];
  let largestRound = 0;
  for (let rounds = 0; rounds < endless; rounds++) {
    const { answer, next } = stepOf(settings, tallies);
    const samples = tallies.reduce((sum, { asked }) => sum + asked, 0);
    if (next.length === 0) return { ...answer, samples, rounds, largestRound };
    largestRound = Math.max(
      largestRound,
      next.reduce((sum, point) => sum + point.samples, 0),
    );
    for (const { value, samples: asked } of next) {
      const successes = Array.from({ length: asked }, () => random.uniform() < probabilityAt(value));
      const before = tallies.find((tally) => tally.value === value);
      const tally = {
        value,
        successes: (before?.successes ?? 0) + successes.filter(Boolean).length,
        trials: (before?.trials ?? 0) + asked,
        asked: (before?.asked ?? 0) + asked,
      };
      tallies = [...tallies.filter((one) => one !== before), tally];
    }
  }
  throw new Error(`no end within ${endless} rounds`);
}
