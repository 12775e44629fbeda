/** @file Experiment `thresholds`: the critical self-couplings J_gap (P15), J_mono (P16) and J_FP(d₀) (P17). */
import { typicalThreshold } from "../../theory/franz-parisi.ts";
import { gapClosing, monotoneOnset } from "../../theory/thresholds.ts";
import type { Task } from "../sweep/task.ts";
import { defineExperiment, orElseNotConverged } from "./experiment.ts";
import type { RowStatus, ThresholdPoint, ThresholdsRow } from "./rows.ts";

/** Smallest distances d₀ of J_FP. */
export interface ThresholdsParameters {
  /** d₀, normalised Hamming distances in [3·10⁻⁴, 0.495]. */
  readonly typicalDistances: readonly number[];
}

/** One threshold, a task of its own. */
export type ThresholdPart =
  | { readonly threshold: "gap-closing" }
  | { readonly threshold: "monotone" }
  | { readonly threshold: "typical"; readonly distance: number };

/** One threshold found. */
export interface ThresholdRow {
  readonly status: RowStatus;
  readonly part: ThresholdPart;
  /** Null unless the status is ok. */
  readonly point: (ThresholdPoint & { readonly y?: number }) | null;
}

/** d₀ of J_FP where nothing else is asked for. */
export const defaultTypicalDistances: readonly number[] = [0.01, 0.02, 0.05, 0.1, 0.2];

function solve(part: ThresholdPart): ThresholdPoint & { readonly y?: number } {
  switch (part.threshold) {
    case "gap-closing": {
      const { selfCoupling, distance, y, error } = gapClosing();
      return { selfCoupling, distance, y, error };
    }
    case "monotone": {
      const { selfCoupling, distance, error } = monotoneOnset();
      return { selfCoupling, distance, error };
    }
    case "typical": {
      const { selfCoupling, error } = typicalThreshold({ distance: part.distance });
      return { selfCoupling, distance: part.distance, error };
    }
  }
}

/** The row of one task. */
export function runTask(task: Task): ThresholdRow[] {
  const part = task.parameters as ThresholdPart;
  return [
    orElseNotConverged<ThresholdRow>(
      () => ({ status: "ok", part, point: solve(part) }),
      () => ({ status: "not-converged", part, point: null }),
    ),
  ];
}

/** The experiment; one row a threshold. */
export const thresholdsExperiment = defineExperiment<ThresholdsParameters, ThresholdPart, ThresholdRow>({
  name: "thresholds",
  version: 1,
  module: import.meta.url,
  random: false,
  split: ({ typicalDistances }) => [
    { threshold: "gap-closing" },
    { threshold: "monotone" },
    ...typicalDistances.map((distance) => ({ threshold: "typical", distance }) as const),
  ],
  seconds: () => 1,
  unstarted: (part) => [{ status: "unstarted", part, point: null }],
});

/**
 * The thresholds of one run in one row; its status is that of the worst of them.
 * @param rows rows of {@link thresholdsExperiment}
 * @source (P15)–(P17)
 */
export function thresholdsRow(rows: readonly ThresholdRow[]): ThresholdsRow {
  const found = (threshold: ThresholdPart["threshold"]) =>
    rows
      .filter(({ part }) => part.threshold === threshold)
      .flatMap(({ point }) => (point === null ? [] : [point]));
  const [gap] = found("gap-closing");
  const [monotone] = found("monotone");
  return {
    status: rows.find(({ status }) => status !== "ok")?.status ?? "ok",
    gapClosing: gap?.y === undefined ? null : { ...gap, y: gap.y },
    monotone: monotone ?? null,
    typical: found("typical"),
  };
}
