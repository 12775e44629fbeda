/** @file Parameters of the experiments behind the figure of the gap from both sides, by preset. Pure data. */
import type { TupleCheckParameters, TupleScan } from "./experiments/tuple-check.ts";
import type { TupleEntropyParameters } from "./experiments/tuple-entropy.ts";

/** What the figure is drawn from. */
export interface GapParameters {
  readonly tupleEntropy: TupleEntropyParameters;
  readonly tupleCheck: TupleCheckParameters;
}

/** Numbers of members: six exclude less than five, and more less still. */
const replicas = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/** So many distances, at equal steps of the logarithm up to 0.1, then at equal steps. */
function distances(small: number, large: number, first: number): number[] {
  const bend = 0.1;
  const last = 0.49;
  const below = Array.from({ length: small }, (_, k) => first * (bend / first) ** (k / small));
  const above = Array.from({ length: large }, (_, k) => bend + ((last - bend) * k) / (large - 1));
  return [...below, ...above].map((distance) => Number(distance.toPrecision(6)));
}

/** Even distances up to two thirds of N, beyond which no three states lie apart at the same distance. */
const evenFlips = (n: number): number[] => Array.from({ length: Math.floor(n / 3) }, (_, k) => 2 * (k + 1));

const scan = (n: number, selfCoupling: number, samples: number): TupleScan => ({
  n,
  selfCoupling,
  samples,
  flips: evenFlips(n),
});

/** About 20 s of one core. */
export const quickGap: GapParameters = {
  tupleEntropy: { replicas, distances: distances(12, 5, 1e-3) },
  tupleCheck: { scans: [scan(16, 0.5, 300), scan(20, 0.3, 200), scan(22, 0.3, 60)] },
};

/** About 2 min of one core. */
export const standardGap: GapParameters = {
  tupleEntropy: { replicas, distances: distances(18, 8, 1e-3) },
  tupleCheck: {
    scans: [scan(16, 0.5, 2000), scan(20, 0.3, 1500), scan(20, 0.5, 100), scan(22, 0.3, 600)],
  },
};

/** About 15 min of one core. */
export const paperGap: GapParameters = {
  tupleEntropy: { replicas, distances: distances(30, 14, 3e-4) },
  tupleCheck: {
    scans: [
      scan(16, 0.3, 10_000),
      scan(16, 0.5, 10_000),
      scan(20, 0.3, 8000),
      scan(20, 0.5, 500),
      scan(22, 0.3, 4000),
      scan(22, 0.5, 200),
    ],
  },
};
