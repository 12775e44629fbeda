/** @file What Slurm says of the array tasks of submissions. */
import { readChunk } from "./chunks.ts";
import type { RunProcess } from "./process.ts";
import { SlurmError, ask, runProcess } from "./process.ts";
import type { Submission } from "./record.ts";
import { chunkPath, logPath } from "./record.ts";

/** `unknown`: Slurm could not be asked, or gave a state that this program does not know. */
export type ChunkQueueState = "pending" | "running" | "ended" | "unknown";

/** An array task and what became of it. */
export interface ChunkState {
  /** Number of the submission. */
  readonly submission: number;
  /** Number of the array task, from 0. */
  readonly chunk: number;
  readonly state: ChunkQueueState;
  /** Slurm's words, such as `PENDING (Resources)`; empty for one that Slurm has forgotten, some minutes after its end. */
  readonly reason: string;
  /** Number of its tasks. */
  readonly tasks: number;
  /** Number of its tasks that are not done. */
  readonly missing: number;
  /** Path of the file with the keys of its tasks. */
  readonly keys: string;
  /** Path of its log; the file appears when the array task starts. */
  readonly log: string;
}

/** Answer of {@link queueStates}. */
export interface QueueReport {
  /** All array tasks of all submissions, in their order. */
  readonly chunks: readonly ChunkState[];
  /** One line for each thing that could not be found out. */
  readonly notes: readonly string[];
}

/** Options of {@link queueStates}. */
export interface QueueOptions {
  /** Tells whether the task of a key is done; without it all count as missing, and the files of chunks are not read. */
  readonly done?: (key: string) => boolean;
  readonly run?: RunProcess;
}

/** Facts of the cluster whose programs are installed here. */
export interface ClusterFacts {
  /** Its name, null where it could not be had. */
  readonly name: string | null;
  /** Most array tasks of a job array. */
  readonly mostArrayTasks: number;
}

/** Slurm's own default of `MaxArraySize`. */
const usualArrayTasks = 1001;

/**
 * Asks `scontrol show config` for the facts of the cluster; where it does not answer, the usual ones are assumed.
 * @param run process runner
 */
export async function clusterFacts(run: RunProcess = runProcess): Promise<ClusterFacts> {
  try {
    const text = await ask(run, "scontrol", ["show", "config"]);
    const size = Number(/^MaxArraySize\s*=\s*(\d+)\s*$/m.exec(text)?.[1] ?? usualArrayTasks);
    return {
      name: /^ClusterName\s*=\s*(\S+)\s*$/m.exec(text)?.[1] ?? null,
      // Indices run from 0 to MaxArraySize − 1. Where arrays are switched off, sbatch says so itself.
      mostArrayTasks: Math.max(1, size),
    };
  } catch (error) {
    if (!(error instanceof SlurmError)) throw error;
    return { name: null, mostArrayTasks: usualArrayTasks };
  }
}

/** Slurm's states; a requeued array task is COMPLETING before it is PENDING again. */
const slurmStates = {
  pending: "PENDING REQUEUED REQUEUE_FED REQUEUE_HOLD RESV_DEL_HOLD SPECIAL_EXIT",
  running: "RUNNING CONFIGURING COMPLETING SUSPENDED STOPPED RESIZING SIGNALING STAGE_OUT",
  ended: "COMPLETED CANCELLED FAILED TIMEOUT NODE_FAIL PREEMPTED BOOT_FAIL DEADLINE OUT_OF_MEMORY REVOKED",
};

const states = new Map(
  Object.entries(slurmStates).flatMap(([state, words]) =>
    words.split(" ").map((word) => [word, state as ChunkQueueState] as const),
  ),
);

/**
 * Asks squeue for the array tasks of submissions. They are asked for by the name of the job, since squeue fails on ids
 * that it has forgotten, and another cluster has other jobs under the same ids. One that squeue does not list has ended.
 * @param list submissions of a sweep, see `submissions`
 * @param options see {@link QueueOptions}
 * @throws StoreError when the file of a chunk is needed and cannot be read
 */
export async function queueStates(
  list: readonly Submission[],
  { done, run = runProcess }: QueueOptions = {},
): Promise<QueueReport> {
  if (list.length === 0) return { chunks: [], notes: [] };
  const local = (await clusterFacts(run)).name;
  const elsewhere = ({ cluster }: Submission) => (cluster === local || local === null ? null : cluster);
  const answers = new Map<string, ArrayTask[]>();
  const notes: string[] = [];
  for (const cluster of new Set(list.map(elsewhere))) {
    const names = list.filter((submission) => elsewhere(submission) === cluster).map(({ name }) => name);
    try {
      const listed = await listedTasks(names, cluster, run);
      for (const name of names) answers.set(name, []);
      for (const task of listed) answers.get(task.name)?.push(task);
    } catch (error) {
      if (!(error instanceof SlurmError)) throw error;
      notes.push(cluster === null ? error.message : `cluster ${cluster}: ${error.message}`);
    }
  }
  const chunks = list.flatMap((submission) => chunkStates(submission, answers.get(submission.name), done));
  return { chunks, notes };
}

/** A line of squeue. */
interface ArrayTask {
  readonly name: string;
  readonly index: number;
  readonly state: string;
  readonly reason: string;
}

async function listedTasks(
  names: readonly string[],
  cluster: string | null,
  run: RunProcess,
): Promise<ArrayTask[]> {
  const text = await ask(run, "squeue", [
    ...(cluster === null ? [] : [`--clusters=${cluster}`]),
    "--noheader",
    // One line for each array task, also of those that wait.
    "--array",
    "--states=all",
    `--name=${names.join(",")}`,
    "--format=%j|%K|%T|%r",
  ]);
  // With --clusters there are lines with the names of clusters in between.
  return text.split("\n").flatMap((line) => {
    const match = /^([^|]+)\|(\d+)\|([^|]+)\|(.*)$/.exec(line.trim());
    if (match === null) return [];
    const [, name, index, state, reason] = match as unknown as [string, string, string, string, string];
    return [{ name, index: Number(index), state, reason }];
  });
}

function chunkStates(
  { number, folder, chunks }: Submission,
  listed: readonly ArrayTask[] | undefined,
  done: QueueOptions["done"],
): ChunkState[] {
  const byIndex = new Map(listed?.map((task) => [task.index, task]));
  return chunks.map(({ tasks }, chunk) => {
    const task = byIndex.get(chunk);
    const keys = chunkPath(folder, chunk);
    return {
      submission: number,
      chunk,
      state: listed === undefined ? "unknown" : stateOf(task),
      reason: task === undefined ? "" : describe(task),
      tasks,
      missing: done === undefined ? tasks : readChunk(keys).filter((key) => !done(key)).length,
      keys,
      log: logPath(folder, chunk),
    };
  });
}

function stateOf(task: ArrayTask | undefined): ChunkQueueState {
  return task === undefined ? "ended" : (states.get(task.state) ?? "unknown");
}

/** Elsewhere Slurm leaves the reason for which the array task once waited. */
const withoutReason = ["COMPLETED", "CANCELLED"];

function describe({ state, reason }: ArrayTask): string {
  const isOld = states.get(state) === "running" || withoutReason.includes(state);
  return isOld || reason === "None" || reason === "" ? state : `${state} (${reason})`;
}

/**
 * Keys of the tasks that wait in Slurm's queue or run; a further submission leaves them out. What is unknown does not
 * count: a task that is submitted twice is run once all the same, by whoever claims it first.
 * @param chunks see {@link QueueReport}
 * @throws StoreError when the file of a chunk cannot be read
 */
export function activeKeys(chunks: readonly ChunkState[]): Set<string> {
  const active = chunks.filter(({ state }) => state === "pending" || state === "running");
  return new Set(active.flatMap(({ keys }) => readChunk(keys)));
}
