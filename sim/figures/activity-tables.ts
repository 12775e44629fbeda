/** @file Tables behind the figure `activity`. */
import type { JudgedLimitRow } from "../experiments/activity-limit.ts";
import type { WindowedActivityRow } from "../experiments/activity-rows.ts";
import type { ActivityRow, StationaryActivityRow } from "../experiments/rows-beyond.ts";
import type { Table } from "./types.ts";

/** Columns that say what a row of activities is of. */
const place = ["status", "source", "selfCoupling", "n", "timeStep", "trajectories", "samples"] as const;

/** Activity of every sweep, a row for each sweep. */
export function activityTable(rows: readonly ActivityRow[]): Table {
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

/** Mean activities of windows of sweeps, a row for each window. */
export function activityWindowsTable(rows: readonly WindowedActivityRow[]): Table {
  return {
    name: "activity-windows",
    title: "Flips per neuron and sweep in windows of sweeps; standard errors from the means of samples",
    columns: [...place, "first", "last", "activity", "standardError"],
    rows: rows.flatMap((row) =>
      row.windows.map(({ first, last, activity, standardError }) => [
        ...place.map((field) => row[field]),
        first,
        last,
        activity,
        standardError,
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
export function activityLimitTable(rows: readonly JudgedLimitRow[]): Table {
  return {
    name: "activity-limit",
    title: "Self-coupling at which the stationary activity vanishes",
    columns: ["status", "relaxation", "form", "selfCoupling", "standardError", "exponent"],
    rows: rows.map(({ status, relaxation, form, selfCoupling, standardError, exponent }) => [
      status,
      relaxation ?? null,
      form,
      selfCoupling,
      standardError,
      exponent,
    ]),
  };
}
