/** @file Results that live as long as the process: for commands that print rows and keep no folder. */
import type { FailedTask } from "./failures.ts";
import { requireJson } from "./json.ts";
import type { StoredResult } from "./row.ts";
import type { ReadableSink } from "./sink.ts";
import type { Task } from "./task.ts";
import { taskKey } from "./task.ts";

export type { ReadableSink, ResultSink } from "./sink.ts";

/** A store in memory. */
export interface MemoryStore extends ReadableSink {
  /** The last failure of each task that failed, by its key. */
  readonly failures: ReadonlyMap<string, FailedTask>;
}

/**
 * A store in memory, with the contract of the one in a folder: what comes out is what JSON text would have kept. It has
 * no other process to share with, so every task that is not done can be claimed.
 * @returns an empty store, to which `append` adds
 * @throws OutOfDomain from its `append`, when task, result or provenance are not plain JSON
 * @source contract of {@link openStore} without files
 */
export function memoryStore(): MemoryStore {
  const results = new Map<string, StoredResult>();
  const failures = new Map<string, FailedTask>();
  return {
    results,
    failures,
    has: (key) => results.has(key),
    append(task: Task, result: unknown, provenance: object = {}) {
      const key = taskKey(task);
      if (results.has(key)) return key;
      requireJson(result, "result");
      requireJson(provenance, "provenance");
      results.set(key, JSON.parse(JSON.stringify({ key, task, result, provenance })) as StoredResult);
      return key;
    },
    appendFailure: (failure) => void failures.set(failure.key, failure),
    claim: (keys) => new Set(keys.filter((key) => !results.has(key))),
    release: () => undefined,
    refresh: () => undefined,
  };
}
