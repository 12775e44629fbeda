/** @file Table of what an adaptive sweep has found. */
import type { AdaptiveEstimate } from "../../experiments/adaptive.ts";
import type { TextTable } from "../output.ts";
import { tableOf } from "../output.ts";

/**
 * One row a point and seed: what varies between the points, then the threshold with its interval.
 * @param estimates of one sweep
 */
export function estimatesTable(estimates: readonly AdaptiveEstimate[]): TextTable {
  const varying = Object.keys(estimates[0]?.point ?? {}).filter(
    (name) => new Set(estimates.map(({ point }) => point[name])).size > 1,
  );
  const severalSeeds = new Set(estimates.map(({ seed }) => seed)).size > 1;
  const rows = estimates.map(
    ({ point, seed, parameter, value, standardError, low, high, samples, status }) => ({
      ...Object.fromEntries(varying.map((name) => [name, String(point[name])])),
      ...(severalSeeds ? { seed } : {}),
      [parameter]: value,
      "standard error": standardError,
      low,
      high,
      samples,
      status: status === "unstarted" ? "goes on" : status,
    }),
  );
  const [{ parameter = "", probability = 0 } = {}] = estimates;
  return { ...tableOf(rows), title: `${parameter} at which the probability is ${probability}` };
}
