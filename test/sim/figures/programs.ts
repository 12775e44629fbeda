/** @file What the tests of exports share: failures as values, and programs that stand in for a browser or start one. */
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, vi } from "vitest";

/** What a promise rejects with; undefined when it is kept. */
export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Writes a program for the shell that notes its process in a file, and gives the paths of both. */
export async function makeProgram(folder: string, name: string, commands: string) {
  const [program, note] = [join(folder, name), join(folder, `${name}.pid`)];
  await writeFile(program, `#!/bin/sh\necho $$ > "${note}"\n${commands}\n`, { mode: 0o755 });
  return { program, note };
}

/** Resolves when a file is there. */
export const exists = (path: string) =>
  vi.waitUntil(() => existsSync(path), { timeout: 20_000, interval: 20 });

/** Number of a process in a file that `makeProgram` made, once it is there. */
export async function noted(note: string): Promise<number> {
  const text = () => (existsSync(note) ? readFileSync(note, "utf8") : "");
  return Number(await vi.waitUntil(text, { timeout: 20_000 }));
}

/** Resolves when nothing of the process group is left, fails when it stays. */
export const gone = (leader: number) =>
  vi.waitFor(() => expect(() => process.kill(-leader, 0)).toThrow("ESRCH"), { timeout: 10_000 });
