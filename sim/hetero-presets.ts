/** @file Scans of the experiment `hetero` by preset. Pure data. */
import { defaultHeteroSettings, type HeteroParameters } from "./experiments/hetero.ts";

/** All depths of the figure. */
const depths = [1, 2, 3, 4, 5, 6, 7];

const common = { criterion: "mean-overlap", epochs: 60, settings: defaultHeteroSettings } as const;

/** About 15 s of one core. */
export const quickHetero: HeteroParameters = {
  ...common,
  layers: [1, 2, 3, 5, 7],
  sizes: [60, 80, 100],
  samples: 2,
};

/** About 4 min of one core. */
export const standardHetero: HeteroParameters = {
  ...common,
  layers: depths,
  sizes: [100, 150, 200],
  samples: 3,
};

/** About 45 min of one core. */
export const paperHetero: HeteroParameters = {
  ...common,
  layers: depths,
  sizes: [100, 150, 200, 300, 400],
  samples: 5,
};
