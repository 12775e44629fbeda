/** @file J_gap and J_mono as lines in figures whose axis is J_D. */
import type { ThresholdsRow } from "../experiments/rows.ts";
import { dashAt, label, legendEntry, palette, symbols } from "./theme.ts";
import type { Line, ScatterTrace } from "./types.ts";

/** A self-coupling of the theory that is marked. */
export interface CriticalMark {
  readonly name: string;
  readonly selfCoupling: number;
  readonly line: Line;
}

/** J_gap and J_mono, as far as they are known. */
export function criticalMarks(thresholds: ThresholdsRow | null): CriticalMark[] {
  return [
    { name: symbols.gap, point: thresholds?.gapClosing, dash: dashAt(1) },
    { name: symbols.monotone, point: thresholds?.monotone, dash: dashAt(2) },
  ].flatMap(({ name, point, dash }) =>
    point
      ? [{ name, selfCoupling: point.selfCoupling, line: { color: palette.vermillion, width: 1.4, dash } }]
      : [],
  );
}

/** Entry of a mark in a legend, with its value. */
export function markEntry({ name, selfCoupling, line }: CriticalMark, legend: string): ScatterTrace {
  return legendEntry(`${name} = ${label(selfCoupling, 3)}`, { mode: "lines", line, legend });
}
