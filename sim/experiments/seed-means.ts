/** @file Means over independent runs with their standard errors. Pure functions. */
import { mean, standardError } from "../statistics.ts";
import type { Estimate, RowStatus } from "./rows.ts";

/**
 * Status of rows taken together: `not-converged` if one of them is, else the first that is not `ok`, which is that of a
 * run that is missing.
 */
export function commonStatus(rows: readonly { readonly status: RowStatus }[]): RowStatus {
  const statuses = rows.map(({ status }) => status);
  if (statuses.includes("not-converged")) return "not-converged";
  return statuses.find((status) => status !== "ok") ?? "ok";
}

/**
 * Mean of independent values and its standard error.
 * @param values one a run
 * @returns null without values; the standard error is null with a single one, which says nothing of the spread
 */
export function estimateOf(values: readonly number[]): Estimate | null {
  if (values.length === 0) return null;
  return { mean: mean(values), standardError: standardError(values) };
}
