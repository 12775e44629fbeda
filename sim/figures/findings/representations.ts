/** @file Findings of the figure `representations`: what training does to the states of different samples. */
import type { RepresentationSample } from "../../experiments/representations.ts";
import { shown } from "../report-numbers.ts";
import type { Finding } from "../types.ts";
import { exceeding } from "./judge.ts";
import { pooledSpread, seedQuantity, spreadInWords } from "./seeds.ts";
import type { SeedValues } from "./seeds.ts";

/** One run of one layer of one network, before training and after its last epoch. */
interface Change {
  readonly network: string;
  readonly layers: number;
  readonly layer: number;
  readonly feedbackStrength: number;
  readonly before: RepresentationSample;
  readonly after: RepresentationSample;
}

function changes(samples: readonly RepresentationSample[]): Change[] {
  const known = samples.filter(({ status }) => status === "ok");
  return known
    .filter(({ epoch }) => epoch === 0)
    .flatMap((before) => {
      const { hidden, layers, layer, feedbackStrength, seed } = before;
      const own = known.filter(
        (each) =>
          each.hidden === hidden &&
          each.layers === layers &&
          each.layer === layer &&
          each.feedbackStrength === feedbackStrength &&
          each.seed === seed,
      );
      const after = own.reduce((last, each) => (each.epoch > last.epoch ? each : last));
      const network = `${hidden} ${layers} ${layer} ${feedbackStrength}`;
      return after.epoch === 0 ? [] : [{ network, layers, layer, feedbackStrength, before, after }];
    });
}

/** A quantity that is followed through training. */
interface Followed {
  readonly of: (sample: RepresentationSample) => number | null;
  readonly expectation: string;
  /** +1 where it is expected to grow, −1 where it is expected to fall. */
  readonly sign: 1 | -1;
  readonly claimOf: (place: string, before: number, after: number) => string;
}

const mean = (values: SeedValues): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function followedFinding(all: readonly Change[], { of, expectation, sign, claimOf }: Followed): Finding[] {
  const known = all.filter(({ before, after }) => of(before) !== null && of(after) !== null);
  const networks = [...new Set(known.map(({ network }) => network))].map((network) =>
    known.filter((change) => change.network === network),
  );
  const gain = ({ before, after }: Change): number => sign * (of(after)! - of(before)!);
  const spread = pooledSpread(networks.map((runs) => runs.map(gain)));
  const strongest = [...networks].sort(
    ([a], [b]) => a!.layers - b!.layers || b!.feedbackStrength - a!.feedbackStrength,
  )[0];
  if (strongest === undefined) return [];
  const { feedbackStrength, after } = strongest[0]!;
  const place = `${after.epoch} epochs with feedback <i>λ</i><sub>back</sub> = ${feedbackStrength}`;
  const claim = claimOf(
    place,
    mean(strongest.map((run) => of(run.before)!)),
    mean(strongest.map((run) => of(run.after)!)),
  );
  const remark = `measured: the difference, seed by seed; ${spreadInWords(spread)}`;
  const measured = seedQuantity(strongest.map(gain), spread);
  return [exceeding({ claim, measured, remark, freedom: spread.freedom }, expectation)];
}

/** Overlap of samples of the same class less that of different classes. */
const separation = ({ within, between }: RepresentationSample): number | null =>
  within === null || between === null ? null : within - between;

/**
 * What the figure of representations shows, in the network of fewest layers with the strongest feedback.
 * @param samples runs at each epoch looked at, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source overlaps before and after training by (P21); standard errors over seeds decide
 */
export function representationsFindings(samples: readonly RepresentationSample[]): Finding[] {
  const all = changes(samples);
  return [
    ...followedFinding(all, {
      of: separation,
      sign: 1,
      expectation: "training separates the classes",
      claimOf: (place, before, after) =>
        `After ${place} states of the same class overlap by ${shown(after, 2)} more than those of different classes, by ${shown(before, 2)} before training`,
    }),
    ...followedFinding(all, {
      of: ({ clampedFreeDistance }) => clampedFreeDistance,
      sign: -1,
      expectation: "training brings clamped and free states together",
      claimOf: (place, before, after) =>
        `After ${place} the free state is at distance ${shown(after, 2)} from the clamped one, ${shown(before, 2)} before training`,
    }),
  ];
}
