/** @file Runs another program to its end, or until it is told to stop: then it ends with all that it has started. */
import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";

/** How a program ended. */
export interface Ended {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  /** What it wrote to stderr. */
  readonly report: string;
}

/** Where and how long a program runs. */
export interface ProgramOptions {
  /** Default: the folder of this process. */
  readonly cwd?: string;
  /** Default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the program and all that it has started. */
  readonly signal?: AbortSignal;
}

/** SIGINT or SIGTERM has asked this process to end. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  /** What shells expect after a signal: 128 and its number. */
  readonly exitCode: number;

  constructor(signal: "SIGINT" | "SIGTERM") {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Takes over SIGINT and SIGTERM of this process: the first aborts what is returned, with {@link Stopped} as its reason,
 * a second ends the process at once, whatever it leaves behind.
 */
export function untilStopped(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => {
      const reason = new Stopped(name);
      if (controller.signal.aborted) process.exit(reason.exitCode);
      controller.abort(reason);
    });
  return controller.signal;
}

const onWindows = process.platform === "win32";

/** A process and those that it has started, and these in turn. A kernel of Jupyter is in no process group of its parent. */
function treeOf(root: number): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const parents = (stdout ?? "").split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] => [
    parent,
    ...parents.flatMap(([pid, ppid]) => (ppid === parent ? below(pid!) : [])),
  ];
  return below(root);
}

function killTree(root: number): void {
  if (onWindows) {
    spawnSync("taskkill", ["/pid", String(root), "/T", "/F"], { windowsHide: true });
    return;
  }
  for (const pid of treeOf(root)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

/**
 * Runs a program without input; its output other than stderr is dropped.
 * @param program name or path
 * @param args its arguments
 * @param options folder, environment and what stops it, see {@link ProgramOptions}
 * @throws Error when it cannot be started; the signal's reason when that has stopped it
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, signal }: ProgramOptions = {},
): Promise<Ended> {
  signal?.throwIfAborted();
  // In a group of its own the program does not get the terminal's interrupt, so that its tree is whole when it is killed.
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ["ignore", "ignore", "pipe"],
    detached: !onWindows,
  });
  const stop = (): void => {
    if (child.pid !== undefined) killTree(child.pid);
  };
  signal?.addEventListener("abort", stop);
  let report = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (report += text));
  try {
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once("error", reject).once("close", resolve),
    );
    signal?.throwIfAborted();
    return { code, report };
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
