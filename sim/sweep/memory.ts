/** @file Results that live as long as the process: for commands that print rows and keep no folder. */
import { requireJson } from "./json.ts";
import type { StoredResult } from "./row.ts";
import type { ResultStore } from "./store.ts";
import type { Task } from "./task.ts";
import { taskKey } from "./task.ts";

/** What a run needs of a store: what is there already, and a place to add. */
export type ResultSink = Pick<ResultStore, "results" | "append">;

/**
 * A store in memory, with the contract of the one in a folder: what comes out is what JSON text would have kept.
 * @returns an empty store, to which `append` adds
 * @throws OutOfDomain from its `append`, when task or result are not plain JSON
 * @source contract of {@link openStore} without files
 */
export function memoryStore(): ResultSink {
  const results = new Map<string, StoredResult>();
  return {
    results,
    append(task: Task, result: unknown, provenance: object = {}) {
      const key = taskKey(task);
      requireJson(result, "result");
      const kept: unknown = JSON.parse(JSON.stringify(result));
      if (!results.has(key)) results.set(key, { key, task, result: kept, provenance });
      return key;
    },
  };
}
