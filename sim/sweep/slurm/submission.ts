/** @file Hands the missing tasks of a sweep to Slurm, as one job array. */
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { OutOfDomain } from "../../../theory/errors.ts";
import { errorCode } from "../../file-system.ts";
import { writeWhole } from "../draft.ts";
import { attempt, storeError } from "../errors.ts";
import { makeFolder } from "../folder.ts";
import { requireJson } from "../json.ts";
import { acquireLock } from "../lock.ts";
import type { Job } from "./chunks.ts";
import { chunkText, packChunks } from "./chunks.ts";
import type { RunProcess } from "./process.ts";
import { SlurmError, ask, runProcess } from "./process.ts";
import { activeKeys, clusterFacts, queueStates } from "./queue.ts";
import type { Submission } from "./record.ts";
import {
  chunkPath,
  recordPath,
  recordText,
  submissionNumbers,
  submissions,
  submissionsFolder,
} from "./record.ts";
import { jobScript } from "./script.ts";
import type { SlurmSettings } from "./settings.ts";
import { marginSeconds, wallTimeSeconds } from "./settings.ts";

/** What {@link submitSweep} is to submit. */
export interface SubmitOptions {
  /** Folder of the sweep, which the nodes of the cluster must see under the same path. */
  readonly folder: string;
  /** The sweep file as plain JSON, paths in it absolute; the array tasks read a copy of it. */
  readonly definition: unknown;
  /** Tasks that are not done. */
  readonly jobs: readonly Job[];
  readonly settings: SlurmSettings;
  /** Program and first arguments of `atlas`: node, its options, path of the command line's module; absolute paths. */
  readonly command: readonly string[];
  readonly run?: RunProcess;
}

/** What {@link submitSweep} did. */
export interface SubmitResult {
  /** The new submission; undefined when there was nothing to submit. */
  readonly submission: Submission | undefined;
  /** Number of tasks in it. */
  readonly tasks: number;
  /** Number of tasks left out because an earlier submission that waits or runs has them. */
  readonly queued: number;
  /** One line for each thing that the user should know. */
  readonly notes: readonly string[];
}

/**
 * Submits the tasks that are neither done nor in a submission that waits or runs, as one job array; with nothing to
 * submit it does nothing. Chunks cost about `chunkSeconds`, more where `arrayTasks` or the cluster's `MaxArraySize`
 * allows fewer of them. Of two processes that submit one sweep at once the second is refused; later it finds the tasks of
 * the first queued.
 * @param options see {@link SubmitOptions}
 * @throws SlurmError when sbatch refuses; nothing of the submission is left then
 * @throws FolderInUse while another process submits the same sweep
 * @throws StoreError when the files of the submission cannot be written; nothing is submitted then
 * @throws OutOfDomain when the path of the folder holds a backslash, which Slurm cannot take in the path of a log
 */
export async function submitSweep(options: SubmitOptions): Promise<SubmitResult> {
  const { folder, definition, jobs, run = runProcess } = options;
  requireJson(definition, "definition");
  const parent = submissionsFolder(folder);
  if (parent.includes("\\")) throw new OutOfDomain(`Slurm takes no backslash in a path, got ${parent}`);
  makeFolder(parent);
  const lock = acquireLock(join(parent, "submit.lock"));
  try {
    const queue = await queueStates(submissions(folder), { run });
    const active = activeKeys(queue.chunks);
    const missing = jobs.filter(({ key }) => !active.has(key));
    const queued = jobs.length - missing.length;
    if (missing.length === 0) return { submission: undefined, tasks: 0, queued, notes: queue.notes };
    const { submission, notes } = await submitJobs(parent, missing, { ...options, run });
    return { submission, tasks: missing.length, queued, notes: [...queue.notes, ...notes] };
  } finally {
    lock.release();
  }
}

type SubmitContext = SubmitOptions & { readonly run: RunProcess };

async function submitJobs(
  parent: string,
  jobs: readonly Job[],
  context: SubmitContext,
): Promise<{ submission: Submission; notes: string[] }> {
  const { settings, run } = context;
  const facts = await clusterFacts(run);
  const most = Math.min(settings.arrayTasks, facts.mostArrayTasks);
  const chunks = packChunks(jobs, { most, seconds: chunkSeconds(settings) });
  const costs = new Map(jobs.map(({ key, cost }) => [key, cost]));
  const { number, folder } = makeSubmissionFolder(parent);
  const prepared: Submission = {
    number,
    folder,
    name: jobName(context.folder),
    job: null,
    cluster: facts.name,
    chunks: chunks.map((keys) => ({
      tasks: keys.length,
      seconds: keys.reduce((sum, key) => sum + costs.get(key)!, 0),
    })),
  };
  try {
    writeFiles(prepared, chunks, context);
    // The record is there before Slurm has the job: whatever interrupts this process, the job is found by its name.
    await writeRecord(prepared);
    const submission = { ...prepared, ...(await sbatch(prepared, context)) };
    await writeRecord(submission);
    return { submission, notes: timeNotes(submission, jobs, settings) };
  } catch (error) {
    await forget(prepared, run);
    throw error;
  }
}

/** Costs are estimates; with this share of the wall time planned for, one that is too low by half is no harm. */
const plannedShare = 0.5;

function chunkSeconds(settings: SlurmSettings): number {
  return settings.chunkSeconds ?? plannedShare * wallTimeSeconds(settings) * settings.cpusPerTask;
}

/** Makes the folder with the next number. */
function makeSubmissionFolder(parent: string): { number: number; folder: string } {
  for (let number = (submissionNumbers(parent).at(-1) ?? 0) + 1; ; number++) {
    const folder = join(parent, String(number));
    try {
      mkdirSync(folder);
      return { number, folder };
    } catch (error) {
      // Taken meanwhile, where somebody deleted the lock of another host.
      if (errorCode(error) !== "EEXIST") throw storeError("make the folder", folder, error);
    }
  }
}

/** The folder's name for people, and a random part that tells the job from all others. */
function jobName(folder: string): string {
  const label = basename(resolve(folder))
    .replaceAll(/[^\w.-]+/g, "-")
    .slice(0, 32);
  return `${label}-${randomBytes(6).toString("hex")}`;
}

function writeFiles(
  { folder }: Submission,
  chunks: readonly (readonly string[])[],
  { settings, command, definition, folder: out }: SubmitContext,
): void {
  const sweepFile = join(folder, "sweep.json");
  const script = jobScript({ settings, command, sweepFile, out: resolve(out), chunkFolder: folder });
  write(sweepFile, `${JSON.stringify(definition, null, 2)}\n`);
  write(join(folder, "job.sh"), script);
  chunks.forEach((keys, chunk) => write(chunkPath(folder, chunk), chunkText(keys)));
}

function write(path: string, text: string): void {
  attempt("write", path, () => writeFileSync(path, text, { flush: true }));
}

async function writeRecord(submission: Submission): Promise<void> {
  await writeWhole([recordPath(submission.folder)], ({ paths }) =>
    Promise.resolve(write(paths[0]!, recordText(submission))),
  );
}

/** What is not to be taken from the job script stands on the command line, where it also wins over SBATCH_ variables. */
async function sbatch(
  { folder, name, chunks, cluster }: Submission,
  { settings, run }: SubmitContext,
): Promise<{ job: number; cluster: string | null }> {
  const concurrent = settings.concurrent === undefined ? "" : `%${settings.concurrent}`;
  const text = await ask(run, "sbatch", [
    "--parsable",
    `--job-name=${name}`,
    `--array=0-${chunks.length - 1}${concurrent}`,
    `--chdir=${folder}`,
    // %a is the number of the array task; %% stands for a percent sign of the path.
    `--output=${join(folder.replaceAll("%", "%%"), "chunk-%a.log")}`,
    join(folder, "job.sh"),
  ]);
  // Sites let sbatch print messages of their own; the answer, `id` or `id;cluster`, comes last.
  const answer = text
    .split("\n")
    .map((line) => /^(\d+)(?:;(\S+))?$/.exec(line.trim()))
    .findLast((match) => match !== null);
  if (answer === undefined) throw new SlurmError(`sbatch gave no job id, it printed ${JSON.stringify(text)}`);
  return { job: Number(answer![1]), cluster: answer![2] ?? cluster };
}

/** Takes back a submission that failed; a job that sbatch made without saying so is cancelled. */
async function forget({ folder, name }: Submission, run: RunProcess): Promise<void> {
  try {
    await ask(run, "scancel", [`--name=${name}`]);
  } catch {
    // A job that starts all the same finds no sweep file and ends.
  }
  rmSync(folder, { recursive: true, force: true });
}

function timeNotes({ chunks }: Submission, jobs: readonly Job[], settings: SlurmSettings): string[] {
  const available = wallTimeSeconds(settings) - marginSeconds(settings);
  const longestTask = jobs.reduce((most, { cost }) => Math.max(most, cost), 0);
  if (longestTask > available) {
    return [
      `the longest task is expected to take ${Math.ceil(longestTask)} s, more than the ${available} s of wall time ` +
        "that an array task has for it: raise slurm.time",
    ];
  }
  const longestChunk =
    chunks.reduce((most, { seconds }) => Math.max(most, seconds), 0) / settings.cpusPerTask;
  if (longestChunk <= available) return [];
  return [
    `the longest array task is expected to take ${Math.ceil(longestChunk)} s, more than the ${available} s of its ` +
      "wall time: submit again what is left then, or raise slurm.time or slurm.arrayTasks",
  ];
}
