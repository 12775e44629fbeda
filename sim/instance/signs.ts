/** @file The state that fields point to, and the neurons that are not stable in it. */
import type { Network } from "./network.ts";

/**
 * Writes the signs of total fields into the state of the network and counts the neurons that break s_i h_i + J_D > 0
 * (P1), ties included; in f64 before it says that there are none.
 */
export function countUnstableSigns(
  { n, kernels, frame }: Network,
  totals: ArrayLike<number>,
  selfCoupling: number,
): number {
  const state = kernels.int8(frame.state, n);
  for (let j = 0; j < n; j++) state[j] = totals[j]! < 0 ? -1 : 1;
  kernels.functions.initialFields(frame.address);
  const count = (h: ArrayLike<number>) => {
    let broken = 0;
    for (let i = 0; i < n; i++) if (!(state[i]! * h[i]! + selfCoupling > 0)) broken++;
    return broken;
  };
  const inSinglePrecision = count(kernels.float32(frame.fields, n));
  if (inSinglePrecision > 0) return inSinglePrecision;
  kernels.functions.exactFields(frame.address);
  return count(kernels.float64(frame.exactFields, n));
}
