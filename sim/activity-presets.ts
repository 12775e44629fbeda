/** @file Parameters of `activity` by preset: what is solved, for how long, and what is simulated beside it. Pure data. */
import type { ActivityParameters } from "./experiments/activity.ts";

/** J_D at which theory and networks are compared, from much activity to hardly any. */
const compared = [0.2, 0.4, 0.6, 0.8] as const;

/** J_D below J_a: the nearer, the longer it takes until the activity is stationary. */
const stationary = [0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75] as const;

/**
 * Parameters of the preset `quick`: about 25 s on two cores. The long solutions serve the stationary activity; J_a(∞) does
 * not depend on their time step, since activity and delay vanish there together. With 120 sweeps it comes out 0.05 too low.
 */
export const quickActivity: ActivityParameters = {
  theories: [
    { selfCouplings: compared, sweeps: 30, timeSteps: [1 / 4, 1 / 8], trajectories: 2000, repetitions: 12 },
    { selfCouplings: stationary, sweeps: 300, timeSteps: [1], trajectories: 8000, repetitions: 4 },
  ],
  simulations: [{ n: 2000, selfCouplings: compared, sweeps: 30, samples: 12 }],
};

/** Parameters of the preset `standard`: a few minutes on two cores. */
export const standardActivity: ActivityParameters = {
  theories: [
    {
      selfCouplings: compared,
      sweeps: 50,
      timeSteps: [1 / 4, 1 / 8, 1 / 16],
      trajectories: 6000,
      repetitions: 16,
    },
    { selfCouplings: stationary, sweeps: 400, timeSteps: [1], trajectories: 16_000, repetitions: 8 },
  ],
  simulations: [
    { n: 1000, selfCouplings: compared, sweeps: 50, samples: 96 },
    { n: 4000, selfCouplings: compared, sweeps: 50, samples: 24 },
  ],
};

/** Parameters of the preset `paper`: about an hour on two cores. */
export const paperActivity: ActivityParameters = {
  theories: [
    {
      selfCouplings: compared,
      sweeps: 50,
      timeSteps: [1 / 4, 1 / 8, 1 / 16],
      trajectories: 16_000,
      repetitions: 32,
    },
    { selfCouplings: stationary, sweeps: 400, timeSteps: [1 / 2], trajectories: 32_000, repetitions: 16 },
  ],
  simulations: [
    { n: 1000, selfCouplings: compared, sweeps: 50, samples: 400 },
    { n: 4000, selfCouplings: compared, sweeps: 50, samples: 100 },
  ],
};

/** Parameters by the name of the preset. */
export const activityPresets = {
  quick: quickActivity,
  standard: standardActivity,
  paper: paperActivity,
} as const;
