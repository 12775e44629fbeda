/** @file What the benchmarks share: processor time, medians, and a C reference that is compiled where there is a gcc. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Processor seconds that `work` takes: other load on the machine counts less than in wall time. */
export function processorSeconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) * 1e-6;
}

/** Middle value; the upper one of two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Runs `work` with a new folder, which is gone afterwards. */
export function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "atlas-bench-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Compiles a C program of bench/reference with `gcc -O3 -march=native` into `folder`.
 * @returns the path of the program, or undefined where gcc is missing
 */
export function compileReference(name: string, folder: string): string | undefined {
  const source = fileURLToPath(new URL(`./reference/${name}.c`, import.meta.url));
  const program = join(folder, name);
  try {
    execFileSync("gcc", ["--version"], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  execFileSync("gcc", ["-O3", "-march=native", "-o", program, source, "-lm"]);
  return program;
}

/** Whether this module is the program that was started: benchmarks run alone with `npx tsx bench/NAME.ts`. */
export const isMain = (url: string): boolean => process.argv[1] === fileURLToPath(url);
