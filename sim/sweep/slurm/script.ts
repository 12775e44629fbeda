/** @file The job script of a submission: pure text. */
import { OutOfDomain } from "../../../theory/errors.ts";
import type { SlurmSettings } from "./settings.ts";
import { marginSeconds, wallTimeSeconds } from "./settings.ts";
import { clockText } from "./time.ts";

/** What an array task is to run. */
export interface JobScript {
  readonly settings: SlurmSettings;
  /** Program and first arguments of `atlas`: node, its options, path of the command line's module; absolute paths. */
  readonly command: readonly string[];
  /** Absolute path of the sweep file. */
  readonly sweepFile: string;
  /** Absolute path of the folder of the sweep. */
  readonly out: string;
  /** Absolute path of the folder with the files `chunk-<k>.keys`, k the number of the array task. */
  readonly chunkFolder: string;
}

/**
 * Text of the job script. An array task runs its chunk in place of the shell, so that Slurm's signals reach the program
 * itself. The program knows its wall time and stops `margin` seconds before its end; in case it does not, Slurm sends
 * SIGTERM after half of that time. A task whose node failed is queued again; it goes on where it was, and its log is
 * continued.
 * @param job see {@link JobScript}
 * @throws OutOfDomain when a path or argument holds a NUL character, which no command line can
 * @source sbatch(1); the quoting of sh(1): between single quotes every character stands for itself
 */
export function jobScript({ settings, command, sweepFile, out, chunkFolder }: JobScript): string {
  const chunk = `${shellQuoted(`${chunkFolder}/chunk-`)}"$SLURM_ARRAY_TASK_ID".keys`;
  const work = [...command, "sweep", "run", sweepFile, "--out", out, "--workers", `${settings.cpusPerTask}`];
  return [
    "#!/bin/bash",
    ...sbatchOptions(settings).map((option) => `#SBATCH ${option}`),
    "set -e",
    ...settings.setup,
    `exec ${work.map(shellQuoted).join(" ")} --chunk ${chunk}`,
    "",
  ].join("\n");
}

function sbatchOptions(settings: SlurmSettings): string[] {
  const { partition, account, qos, memory } = settings;
  const given = Object.entries({ partition, account, qos, mem: memory }).filter(
    ([, value]) => value !== undefined,
  );
  return [
    ...given.map(([name, value]) => `--${name}=${value}`),
    `--time=${clockText(wallTimeSeconds(settings))}`,
    "--nodes=1",
    "--ntasks=1",
    `--cpus-per-task=${settings.cpusPerTask}`,
    "--requeue",
    "--open-mode=append",
    // Slurm looks every half a minute and rather signals too early: at half of the margin mostly the program is first.
    `--signal=B:TERM@${Math.ceil(marginSeconds(settings) / 2)}`,
    ...settings.options,
  ];
}

function shellQuoted(text: string): string {
  if (text.includes("\0")) throw new OutOfDomain(`${JSON.stringify(text)} holds a NUL character`);
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
