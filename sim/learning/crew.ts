/** @file The workers of a learning network: this thread alone, or threads on one shared memory. */
import { Worker } from "node:worker_threads";
import { threadStart } from "../threads.ts";
import type { Kernels } from "../kernels/memory.ts";
import type { LaneCommand } from "./command.ts";
import { runCommand } from "./command.ts";
import type { LearningPlan } from "./lane.ts";
import { openLane } from "./lane.ts";

/** Does commands, one at a time, on all workers. */
export interface Crew {
  /** @throws Error when a worker died or failed; the network is then of no use any more */
  run(command: LaneCommand): Promise<void>;
  close(): Promise<void>;
}

/** What a worker thread starts with. */
export interface LaneStart {
  readonly memory: WebAssembly.Memory;
  readonly plan: LearningPlan;
  readonly rank: number;
}

/** What a worker thread answers when it has done its part. */
export type LaneAnswer = { readonly kind: "done" } | { readonly kind: "failed"; readonly message: string };

/**
 * Starts the workers of a plan.
 * @param kernels kernels on the memory of the layout; shared memory for more than one worker
 */
export function startCrew(kernels: Kernels, plan: LearningPlan): Crew {
  return plan.workers === 1 ? lonelyCrew(kernels, plan) : threadCrew(kernels.memory, plan);
}

/** Everything in this thread: each command blocks it. */
function lonelyCrew(kernels: Kernels, plan: LearningPlan): Crew {
  const lane = openLane(kernels, plan, 0);
  return {
    run: async (command) => {
      runCommand(lane, command);
      // Signals and timers get their turn between commands.
      await new Promise((resolve) => setImmediate(resolve));
    },
    close: () => Promise.resolve(),
  };
}

/** A thread for each worker. */
function threadCrew(memory: WebAssembly.Memory, plan: LearningPlan): Crew {
  const { filename, execArgv } = threadStart(import.meta.url, "lane-thread");
  const threads = Array.from({ length: plan.workers }, (_, rank) => {
    const workerData: LaneStart = { memory, plan, rank };
    return new Worker(filename, { workerData, execArgv });
  });
  let failure: Error | undefined;
  const failures = new Set<(error: Error) => void>();
  const fail = (error: Error): void => {
    failure ??= error;
    for (const reject of failures) reject(failure);
  };
  for (const thread of threads) {
    thread.on("error", fail);
    thread.on("exit", () => {
      fail(new Error("a worker thread of the learning network ended"));
    });
  }
  const runOn = (thread: Worker, command: LaneCommand) =>
    new Promise<void>((resolve, reject) => {
      if (failure !== undefined) {
        reject(failure);
        return;
      }
      failures.add(reject);
      thread.once("message", (answer: LaneAnswer) => {
        if (answer.kind === "failed") {
          // The others may be waiting for it at the barrier: no command can follow.
          fail(new Error(answer.message));
          return;
        }
        failures.delete(reject);
        resolve();
      });
      thread.postMessage(command);
    });
  return {
    run: async (command) => {
      await Promise.all(threads.map((thread) => runOn(thread, command)));
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}
