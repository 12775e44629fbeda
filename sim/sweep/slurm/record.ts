/** @file What is on the disk of a submission: `FOLDER/slurm/<number>/` with submission.json, sweep.json, job.sh, chunks and logs. */
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod";
import { errorCode } from "../../file-system.ts";
import { StoreError, storeError } from "../errors.ts";

const recordSchema = z.strictObject({
  name: z.string().min(1),
  job: z.number().int().min(0).nullable(),
  cluster: z.string().nullable(),
  chunks: z.array(z.strictObject({ tasks: z.number().int().min(1), seconds: z.number().min(0) })),
});

/** A job array that was handed to Slurm, or is about to be. */
export interface Submission {
  /** Submissions of a sweep are numbered from 1. */
  readonly number: number;
  /** Absolute path of its folder. */
  readonly folder: string;
  /** Name of the job, which no other job has: ids are used again, and differ between clusters. */
  readonly name: string;
  /** Slurm's id of the array; null when the submission was interrupted before Slurm's answer was written. */
  readonly job: number | null;
  /** Name of the cluster, where known. */
  readonly cluster: string | null;
  /** Of each array task: number of its tasks and their expected core seconds. */
  readonly chunks: readonly { readonly tasks: number; readonly seconds: number }[];
}

/** Folder of the submissions of a sweep. */
export function submissionsFolder(folder: string): string {
  return join(resolve(folder), "slurm");
}

/** File of a submission's record. */
export function recordPath(submissionFolder: string): string {
  return join(submissionFolder, "submission.json");
}

/** File with the keys of a chunk. */
export function chunkPath(submissionFolder: string, chunk: number): string {
  return join(submissionFolder, `chunk-${chunk}.keys`);
}

/** File that an array task writes its messages to; it appears when the array task starts. */
export function logPath(submissionFolder: string, chunk: number): string {
  return join(submissionFolder, `chunk-${chunk}.log`);
}

/**
 * Text of submission.json.
 * @param submission the record; its folder is not written, so that the folder can be moved
 */
export function recordText({ name, job, cluster, chunks }: Submission): string {
  return `${JSON.stringify({ name, job, cluster, chunks }, null, 2)}\n`;
}

/**
 * The submissions of a sweep, the oldest first. A folder without submission.json is one that is being made, or whose
 * making was interrupted before anything went to Slurm; it does not count.
 * @param folder folder of the sweep; one that does not exist has none
 * @throws StoreError when a submission.json cannot be read or is none
 */
export function submissions(folder: string): Submission[] {
  const parent = submissionsFolder(folder);
  return submissionNumbers(parent).flatMap(
    (number) => readRecord(number, join(parent, String(number))) ?? [],
  );
}

/**
 * Numbers of the submissions in a folder, in order, those without a record included.
 * @param parent see {@link submissionsFolder}; may be missing
 * @throws StoreError when it cannot be read
 */
export function submissionNumbers(parent: string): number[] {
  try {
    return readdirSync(parent)
      .filter((name) => /^[1-9]\d{0,14}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw storeError("read", parent, error);
  }
}

function readRecord(number: number, folder: string): Submission | undefined {
  const path = recordPath(folder);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw storeError("read", path, error);
  }
  const record = recordSchema.safeParse(parseJson(text));
  if (!record.success) {
    const cure = `delete ${folder} to forget it`;
    throw new StoreError(`cannot read ${path}: it is not the record of a submission; ${cure}`);
  }
  return { number, folder, ...record.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
