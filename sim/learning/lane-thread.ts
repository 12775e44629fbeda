/** @file A worker thread of a learning network: opens its lane on the shared memory and does commands as they come. */
import { parentPort, workerData } from "node:worker_threads";
import { loadKernels } from "../kernels/load.ts";
import type { LaneCommand } from "./command.ts";
import { runCommand } from "./command.ts";
import type { LaneAnswer, LaneStart } from "./crew.ts";
import { openLane } from "./lane.ts";

const { memory, plan, rank } = workerData as LaneStart;
const lane = openLane(loadKernels({ shared: true, memory }), plan, rank);

parentPort!.on("message", (command: LaneCommand) => {
  let answer: LaneAnswer;
  try {
    runCommand(lane, command);
    answer = { kind: "done" };
  } catch (error) {
    answer = { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
  parentPort!.postMessage(answer);
});
