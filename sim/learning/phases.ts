/** @file The phases of a train step (P21), steps 1 to 3. */
import type { NetworkModel, SteeringRule } from "./model.ts";
import { wakingSweeps } from "./model.ts";
import type { Phase } from "./relax.ts";

/** A network and its rule. */
interface Steered {
  readonly model: NetworkModel;
  readonly rule: SteeringRule;
}

const feedsBack = ({ model, rule }: Steered): boolean =>
  rule.feedback !== "absent" && model.feedbackLayers.length > 0;

/**
 * The clamped phase: the readout becomes the target one sweep after the input has reached all layers, and its feedback
 * acts from the next sweep on.
 * @param sweeps in all, default T
 */
export function clampedPhases({ model, rule }: Steered, sweeps = rule.sweeps): Phase[] {
  const silent = Math.min(Math.max(...wakingSweeps(model)) + 1, sweeps);
  return [
    { drive: "input", sweeps: silent },
    { drive: feedsBack({ model, rule }) ? "fed" : "input", sweeps: sweeps - silent },
  ];
}

/** The free phase, if there is one. */
export function freePhases({ model, rule }: Steered): Phase[] {
  if (rule.freePhase === "none") return [];
  const fades = rule.freePhase === "annealed" && feedsBack({ model, rule });
  return [{ drive: fades ? "annealed" : "input", sweeps: rule.sweeps }];
}
