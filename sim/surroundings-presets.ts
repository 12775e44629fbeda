/** @file Scans of the experiment `surroundings` by preset: one size looked at in detail, the others counted. Pure data. */
import type { KindSamples, SurroundingsScan } from "./experiments/surroundings.ts";
import type { ReferenceKind } from "./experiments/rows.ts";

type Kinds = Readonly<Partial<Record<ReferenceKind, KindSamples>>>;

/** At this J_D dynamics still finds fixed points at N = 800, and focusing always does. */
export const surroundingsSelfCoupling = 0.5;

/** Neurons flipped per neuron by a walk: long enough to leave the place where it began. */
const walkSweeps = 10;

const detailed = (n: number, kinds: Kinds, distances: readonly number[]): SurroundingsScan => ({
  n,
  selfCoupling: surroundingsSelfCoupling,
  kinds,
  walkSweeps,
  distances,
});

const counted = (n: number, kinds: Kinds): SurroundingsScan => ({
  n,
  selfCoupling: surroundingsSelfCoupling,
  kinds,
  walkSweeps: 0,
  distances: [],
});

/** So many samples of the three kinds that exist at every size. */
const threeKinds = (focusing: number, dynamics: number, planted: number): Kinds => ({
  focusing: { samples: focusing },
  dynamics: { samples: dynamics },
  planted: { samples: planted },
});

const enumerated = (samples: number): Kinds => ({ enumerated: { samples } });

const farDistances = [0.1, 0.2, 0.3, 0.4, 0.5];

/** About 10 s of one core. */
export const quickSurroundings: readonly SurroundingsScan[] = [
  detailed(
    200,
    {
      focusing: { samples: 12, detailed: 12 },
      dynamics: { samples: 12, detailed: 12 },
      planted: { samples: 400, detailed: 12 },
    },
    [0.02, 0.03, 0.05, ...farDistances],
  ),
  counted(20, { ...threeKinds(40, 40, 400), ...enumerated(60) }),
  counted(50, threeKinds(40, 40, 400)),
  counted(100, threeKinds(30, 40, 400)),
  counted(400, threeKinds(10, 16, 300)),
];

/** About 2 min of one core. */
export const standardSurroundings: readonly SurroundingsScan[] = [
  detailed(
    400,
    {
      focusing: { samples: 24, detailed: 24 },
      dynamics: { samples: 30, detailed: 30 },
      planted: { samples: 2000, detailed: 24 },
    },
    [0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5],
  ),
  counted(20, { ...threeKinds(200, 200, 2000), ...enumerated(300) }),
  counted(50, threeKinds(200, 200, 2000)),
  counted(100, threeKinds(100, 100, 2000)),
  counted(200, threeKinds(50, 60, 2000)),
  counted(800, threeKinds(12, 400, 1500)),
];

/** About 10 min of one core. */
export const paperSurroundings: readonly SurroundingsScan[] = [
  detailed(
    800,
    {
      focusing: { samples: 24, detailed: 24 },
      dynamics: { samples: 1600, detailed: 1600 },
      planted: { samples: 4000, detailed: 24 },
    },
    [0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5],
  ),
  counted(20, { ...threeKinds(400, 400, 10_000), ...enumerated(1000) }),
  counted(50, threeKinds(400, 400, 10_000)),
  counted(100, threeKinds(200, 200, 10_000)),
  counted(200, threeKinds(100, 120, 10_000)),
  counted(400, threeKinds(50, 80, 10_000)),
  counted(1600, { focusing: { samples: 12 }, planted: { samples: 500 } }),
];
