/** @file Runs the command line inside the test process and keeps what it printed. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { runCommandLine } from "../../../sim/cli/main.ts";

/** What a command did. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly messages: readonly string[];
}

/** Runs `atlas ...args`. */
export async function atlas(args: readonly string[], signal = new AbortController().signal): Promise<Run> {
  let stdout = "";
  const messages: string[] = [];
  const code = await runCommandLine(args, {
    print: (text) => {
      stdout += text;
    },
    report: (line) => messages.push(line),
    progress: false,
    signal,
  });
  return { code, stdout, messages };
}

/** Runs `atlas ...args --json` and parses what it printed. */
export async function atlasJson<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, messages } = await atlas([...args, "--json"]);
  if (code !== 0) throw new Error(`exit code ${code}: ${messages.join("; ")}`);
  return JSON.parse(stdout) as T;
}

/** The files of results in a folder with their contents: what a command that computes nothing leaves as it is. */
export function shardsOf(folder: string): Record<string, string> {
  const rows = join(folder, "rows");
  return Object.fromEntries(readdirSync(rows).map((name) => [name, readFileSync(join(rows, name), "utf8")]));
}
