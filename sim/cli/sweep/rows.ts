/** @file What `export`, `merge` and `status` share: the rows of a sweep as a source of tables, and what was wrong with them. */
import { describeReport } from "../../sweep/read.ts";
import type { ReadReport } from "../../sweep/read.ts";
import { readStore } from "../../sweep/store.ts";
import type { RowSource } from "../../sweep/table.ts";
import type { CommandContext } from "../command.ts";
import type { SweepPlace, SweepState } from "./place.ts";
import { isAdaptive, sweepState } from "./place.ts";

/** Tasks of a sweep as far as its results tell; only an adaptive sweep has to read these for it. */
export function currentState({ sweep, folder }: SweepPlace): SweepState {
  return sweepState(sweep, isAdaptive(sweep) ? readStore(folder).results : new Map());
}

/** The rows of a sweep, in the order of its tasks. */
export function rowSource({ sweep, folder }: SweepPlace, state: SweepState): RowSource {
  return {
    experiment: sweep.experiment,
    order: new Map(state.keys.map((key, position) => [key, position])),
    folder,
  };
}

/** Tells on stderr what is missing from an exported table or was left out of it. */
export function reportGaps(
  context: CommandContext,
  counts: {
    readonly planned: number;
    readonly tasks: number;
    readonly others?: number;
    readonly report: ReadReport;
  },
): void {
  const { planned, tasks, others = 0, report } = counts;
  const damage = describeReport(report);
  if (damage !== undefined) context.report(damage);
  if (tasks < planned)
    context.report(`${planned - tasks} of ${planned} tasks are not done yet: their rows are missing`);
  if (others > 0) context.report(`${others} results belong to tasks of another sweep: left out`);
}

/** Runs what a signal can stop, and says so in place of the signal's own words. */
export async function stoppable<R>({ signal }: CommandContext, step: () => Promise<R>): Promise<R> {
  try {
    return await step();
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    throw new Error("stopped before the end: nothing was written", { cause: error });
  }
}
