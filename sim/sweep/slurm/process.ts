/** @file Running Slurm's programs: one function, so that tests can put another in its place. */
import { execFile } from "node:child_process";
import { errorCode } from "../../file-system.ts";

/** How a program ended. */
export interface ProcessResult {
  /** Exit code, or null when it was killed, by the time limit for instance. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Rejects only when it cannot be started; `code` ENOENT means that it is not installed. */
export type RunProcess = (program: string, args: readonly string[]) => Promise<ProcessResult>;

/** Slurm could not be asked, or refused what it was asked for; the message is one line. */
export class SlurmError extends Error {
  override readonly name = "SlurmError";
}

/** A controller that is overloaded answers late; one that is down makes Slurm's programs try for about a minute. */
const timeLimit = 180_000;

/** squeue prints some 60 bytes for an array task. */
const mostOutput = 1 << 28;

/**
 * Runs a program with this process's environment, less the variables with which a user changes what squeue shows.
 * @param program its name, looked up in PATH
 * @param args its arguments, passed on as they are
 */
export const runProcess: RunProcess = (program, args) =>
  new Promise((resolve, reject) => {
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith("SQUEUE_")),
    );
    const options = { env, timeout: timeLimit, maxBuffer: mostOutput, encoding: "utf8" as const };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === "string") reject(error);
      else resolve({ code: error.code ?? null, stdout, stderr });
    });
  });

/**
 * Runs one of Slurm's programs and returns what it printed.
 * @param run process runner
 * @param program `sbatch`, `squeue`, `scontrol` or `scancel`
 * @param args its arguments
 * @throws SlurmError when it is not installed, ends with an error or does not end; the message has its own words
 */
export async function ask(run: RunProcess, program: string, args: readonly string[]): Promise<string> {
  let result: ProcessResult;
  try {
    result = await run(program, args);
  } catch (error) {
    const reason = errorCode(error) === "ENOENT" ? "it is not installed on this machine" : String(error);
    throw new SlurmError(`cannot run ${program}: ${reason}`, { cause: error });
  }
  if (result.code === 0) return result.stdout;
  const reason = oneLine(result.stderr) || oneLine(result.stdout);
  const end = result.code === null ? "it did not end in time" : `it ended with code ${result.code}`;
  throw new SlurmError(`${program} failed: ${reason || end}`);
}

/** Long enough for sbatch's longest complaints. */
const longestReason = 500;

/** Text of several lines as one, without the program's name before each. */
function oneLine(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/^\w+: (error: )?/, "").trim());
  return lines
    .filter((line) => line !== "")
    .join("; ")
    .slice(0, longestReason);
}
