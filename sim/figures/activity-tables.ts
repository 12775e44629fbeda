/** @file Tables behind the figure `activity`. */
import type { ActivityLimitRow, ActivityRow, StationaryActivityRow } from "../experiments/rows-beyond.ts";
import type { Table } from "./types.ts";

/** Activity of every sweep, a row for each sweep. */
export function activityTable(rows: readonly ActivityRow[]): Table {
  const place = ["status", "source", "selfCoupling", "n", "timeStep", "trajectories", "samples"] as const;
  return {
    name: "activity",
    title: "Flips per neuron and sweep: theory (P27) and simulation",
    columns: [...place, "sweep", "activity", "standardError"],
    rows: rows.flatMap((row) =>
      row.activity.map((value, k) => [
        ...place.map((field) => row[field]),
        k + 1,
        value,
        row.standardError?.[k] ?? null,
      ]),
    ),
  };
}

/** Stationary activities. */
export function stationaryActivityTable(rows: readonly StationaryActivityRow[]): Table {
  return {
    name: "stationary-activity",
    title: "Activity carried on to infinite time",
    columns: [
      "status",
      "selfCoupling",
      "form",
      "sweeps",
      "timeStep",
      "activity",
      "standardError",
      "exponent",
    ],
    rows: rows.map(({ status, selfCoupling, form, sweeps, timeStep, activity, standardError, exponent }) => [
      status,
      selfCoupling,
      form ?? null,
      sweeps ?? null,
      timeStep ?? null,
      activity,
      standardError,
      exponent,
    ]),
  };
}

/** Self-couplings at which the stationary activity vanishes. */
export function activityLimitTable(rows: readonly ActivityLimitRow[]): Table {
  return {
    name: "activity-limit",
    title: "Self-coupling at which the stationary activity vanishes",
    columns: ["status", "relaxation", "form", "selfCoupling", "standardError", "exponent"],
    rows: rows.map(({ status, relaxation, form, selfCoupling, standardError, exponent }) => [
      status,
      relaxation ?? null,
      form ?? null,
      selfCoupling,
      standardError,
      exponent,
    ]),
  };
}
