/** @file All rows of a sweep in memory, in the order of the plan: for aggregation, which looks at each value several times. */
import type { FlatRow } from "./experiment.ts";
import { storedResults } from "./read.ts";
import type { ReadReport } from "./read.ts";
import type { RowSource } from "./table.ts";
import { rowsOf } from "./table.ts";

/** Rows of a sweep with what was left out. */
export interface PlannedRows {
  readonly rows: readonly FlatRow[];
  /** Number of tasks that they come from. */
  readonly tasks: number;
  /** Number of results of tasks that are not of this plan; they are left out. */
  readonly others: number;
  /** What was found in the shards. */
  readonly report: ReadReport;
}

/**
 * Reads the rows of a sweep.
 * @param source plan and results
 * @returns rows in the order of the plan, whatever order the shards have
 * @throws OutOfDomain when the experiment cannot make rows of a result
 * @throws StoreError when the shards cannot be read
 */
export function plannedRows({ experiment, order, folder, results }: RowSource): PlannedRows {
  const rowsAt: (readonly FlatRow[])[] = [];
  let [tasks, others] = [0, 0];
  const stored = results?.() ?? storedResults(folder);
  let next = stored.next();
  for (; next.done !== true; next = stored.next()) {
    const position = order.get(next.value.key);
    if (position === undefined) others++;
    else {
      tasks++;
      rowsAt[position] = rowsOf(experiment, next.value);
    }
  }
  return { rows: rowsAt.flat(), tasks, others, report: next.value };
}
