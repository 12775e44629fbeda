/**
 * @file Capacity of hetero-association against depth and size, as a sweep file in TypeScript, where the grid is computed:
 * the default export is what a YAML file would say.
 */

/** Time grows as N³: the largest size that is worth the wait. */
const largest = 100;

const sizes = [25, 50, 100, 200, 400].filter((n) => n <= largest);

export default {
  experiment: "hetero",
  grid: {
    layers: [1, 2, 3, 5],
    n: sizes,
    epochs: 40,
  },
  samples: 3, // of the seeds 1, 2, 3: sample k of seed s is the run of seed s + k
  seeds: 1,
};
