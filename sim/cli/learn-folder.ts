/** @file The folder of a run of `atlas learn`: its lock, its checkpoint, and its epochs as a table. */
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OutOfDomain } from "../../theory/errors.ts";
import type { Checkpoint, StoredCheckpoint, TimedEpoch, WriteOptions } from "../checkpoint.ts";
import { readCheckpoint, writeCheckpoint } from "../checkpoint.ts";
import { toCsv } from "../figures/csv.ts";
import { attempt } from "../sweep/errors.ts";
import { makeFolder } from "../sweep/folder.ts";
import type { Json } from "../sweep/json.ts";
import { acquireLock } from "../sweep/lock.ts";

/** A folder that belongs to this process until it is closed. */
export interface LearnFolder {
  /**
   * The state to go on from, if there is one.
   * @param configuration what decides the course of the run that is to go on
   * @throws OutOfDomain when the folder holds another run; CheckpointError, StoreError when it cannot be read
   */
  readonly resume: (configuration: Checkpoint["configuration"]) => StoredCheckpoint | undefined;
  /** Replaces checkpoint and table. @throws StoreError when that fails; the last checkpoint stays */
  readonly save: (checkpoint: Checkpoint) => void;
  /** Writes the table, which a killed run may have left an epoch behind. @throws StoreError */
  readonly writeTable: (rows: readonly TimedEpoch[]) => void;
  /** Lets other processes in. */
  readonly close: () => void;
}

/** Columns of the table; times are left out, so that a run that was stopped and went on gives the same file. */
const columns = [
  "epoch",
  "trainAccuracy",
  "testAccuracy",
  "hiddenUpdates",
  "readoutUpdates",
  "meanSweeps",
  "settled",
  "symmetry",
] as const satisfies readonly (keyof TimedEpoch)[];

/**
 * Opens a folder for a run, making it if needed; other processes are kept out.
 * @param folder the folder
 * @param options how checkpoints are written
 * @throws FolderInUse when another process has it open; StoreError when it cannot be made
 */
export function openLearnFolder(folder: string, options: WriteOptions = {}): LearnFolder {
  makeFolder(folder);
  const lock = acquireLock(join(folder, "learn.lock"));
  const checkpointPath = join(folder, "learn.checkpoint");
  const tablePath = join(folder, "epochs.csv");
  const writeTable = (rows: readonly TimedEpoch[]): void => {
    const text = toCsv({ columns: [...columns], rows: rows.map((row) => columns.map((name) => row[name])) });
    attempt("write", tablePath, () => {
      writeFileSync(`${tablePath}.draft`, text);
      renameSync(`${tablePath}.draft`, tablePath);
    });
  };
  return {
    resume(configuration) {
      const stored = readCheckpoint(checkpointPath);
      if (stored === undefined) {
        if (!existsSync(tablePath)) return undefined;
        throw new OutOfDomain(`--out ${folder} has an epochs.csv without a checkpoint: give another folder`);
      }
      const other = difference(stored.configuration, configuration);
      if (other === undefined) return stored;
      const [place, there, here] = other;
      throw new OutOfDomain(
        `--out ${folder} holds another run: ${place} is ${there} there and ${here} here; give another folder`,
      );
    },
    save(checkpoint) {
      writeCheckpoint(checkpointPath, checkpoint, options);
      writeTable(checkpoint.rows);
    },
    writeTable,
    close: () => {
      lock.release();
    },
  };
}

/** The first place where two JSON values differ, and both texts. */
function difference(
  there: Json | undefined,
  here: Json | undefined,
  place = "",
): readonly [place: string, there: string, here: string] | undefined {
  if (isRecord(there) && isRecord(here)) {
    for (const name of new Set([...Object.keys(there), ...Object.keys(here)])) {
      const found = difference(there[name], here[name], place === "" ? name : `${place}.${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const texts = [there, here].map((value) => (value === undefined ? "absent" : JSON.stringify(value)));
  return texts[0] === texts[1] ? undefined : [place, texts[0]!, texts[1]!];
}

const isRecord = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
