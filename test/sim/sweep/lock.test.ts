import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FolderInUse, StoreError } from "../../../sim/sweep/errors.ts";
import { acquireLock } from "../../../sim/sweep/lock.ts";
import type { Child } from "./fixtures/children.ts";
import { startChild, until } from "./fixtures/children.ts";
import { temporaryFolder } from "./fixtures/sweeps.ts";

/** Pid of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

/** Writes a lock file as another process would have. */
function writeLock(path: string, holder: object): void {
  writeFileSync(path, JSON.stringify({ host: hostname(), startTime: null, token: "other", ...holder }));
}

function lockPath(): string {
  return join(temporaryFolder(), "sweep.lock");
}

/** A child process that holds the lock. */
async function startHolder(path: string): Promise<Child> {
  const child = startChild("take-locks.ts", ["hold", path]);
  await once(child.process.stdout!, "data");
  return child;
}

/** The lock can be taken, and leaves nothing behind. */
function expectFree(path: string): void {
  acquireLock(path).release();
  expect(readdirSync(join(path, ".."))).toEqual([]);
}

describe("a lock", () => {
  test("is one file, which goes with its release", () => {
    const path = lockPath();
    const lock = acquireLock(path);
    expect(readdirSync(join(path, ".."))).toEqual(["sweep.lock"]);
    lock.release();
    lock.release();
    expectFree(path);
  });

  test("is not taken twice by one process", () => {
    const path = lockPath();
    const lock = acquireLock(path);
    const message = `folder in use: this process holds ${path}; if it is gone, delete ${path}`;
    expect(() => acquireLock(path)).toThrow(new FolderInUse(message));
    lock.release();
    expectFree(path);
  });

  test("keeps a second process out, with pid, host and cure in one line", async () => {
    const path = lockPath();
    const child = await startHolder(path);
    expect(() => acquireLock(path)).toThrow(
      new FolderInUse(
        `folder in use: process ${child.process.pid} on ${hostname()} holds ${path}; if it is gone, delete ${path}`,
      ),
    );
    child.process.kill("SIGTERM");
    expect((await child.ended).signal).toBe("SIGTERM");
    expectFree(path);
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "is released on %s, which still ends the process",
    async (signal) => {
      const path = lockPath();
      const child = await startHolder(path);
      child.process.kill(signal);
      expect((await child.ended).signal).toBe(signal);
      expect(existsSync(path)).toBe(false);
    },
  );

  test("that kill -9 left is taken over", async () => {
    const path = lockPath();
    const child = await startHolder(path);
    child.process.kill("SIGKILL");
    await child.ended;
    expect(existsSync(path)).toBe(true);
    expectFree(path);
  });

  test("says where it cannot be written", () => {
    const path = join(temporaryFolder(), "missing", "sweep.lock");
    expect(() => acquireLock(path)).toThrow(StoreError);
  });
});

describe("a lock file of another process", () => {
  test("is dead when the pid is", () => {
    const path = lockPath();
    writeLock(path, { pid: deadPid() });
    expectFree(path);
  });

  test.runIf(existsSync("/proc/self/stat"))(
    "is dead when the pid lives on in a process that began later",
    () => {
      const path = lockPath();
      writeLock(path, { pid: process.ppid, startTime: "1" });
      expectFree(path);
    },
  );

  test("is respected when the pid is alive", () => {
    const path = lockPath();
    writeLock(path, { pid: process.ppid });
    expect(() => acquireLock(path)).toThrow(`process ${process.ppid} on ${hostname()}`);
  });

  test("is respected when it is from another machine, where nothing can be known", () => {
    const path = lockPath();
    writeLock(path, { pid: deadPid(), host: "another-machine" });
    expect(() => acquireLock(path)).toThrow("on another-machine");
  });

  test.each(["", "{", "null", '{"pid":-1,"host":"h","token":"t"}', '{"pid":"1"}'])(
    "is respected when it cannot be read: %s",
    (text) => {
      const path = lockPath();
      writeFileSync(path, text);
      expect(() => acquireLock(path)).toThrow(
        new FolderInUse(`folder in use: another process holds ${path}; if it is gone, delete ${path}`),
      );
      expect(readFileSync(path, "utf8")).toBe(text);
      expect(readdirSync(join(path, ".."))).toEqual(["sweep.lock"]);
    },
  );

  test("is taken over even when an earlier takeover was killed", () => {
    const path = lockPath();
    writeLock(path, { pid: deadPid() });
    writeLock(`${path}.takeover`, { pid: deadPid() });
    expectFree(path);
  });

  test("is not taken over while another process does so", () => {
    const path = lockPath();
    writeLock(path, { pid: deadPid() });
    writeLock(`${path}.takeover`, { pid: process.ppid });
    expect(() => acquireLock(path)).toThrow(`process ${process.ppid}`);
  });

  test("falls to exactly one of several processes that find it dead at once", async () => {
    const folder = temporaryFolder();
    const rounds = 60;
    const pid = deadPid();
    for (let round = 0; round < rounds; round++) writeLock(join(folder, String(round)), { pid });
    // Two seconds are enough for all racers to start; one that comes late only races less.
    const args = ["race", String(Date.now() + 2000), folder, String(rounds)];
    const racers = Array.from({ length: 3 }, () => startChild("take-locks.ts", args));
    const outputs = racers.map(() => "");
    racers.forEach((racer, i) =>
      racer.process.stdout!.on("data", (text: Buffer) => (outputs[i] += text.toString())),
    );
    await until(() => outputs.every((text, i) => text.endsWith("]") || racers[i]!.process.exitCode !== null));
    for (const racer of racers) racer.process.stdin!.write("end\n");
    await Promise.all(racers.map(({ ended }) => ended));
    const won = outputs.flatMap((output) => JSON.parse(output) as number[]).sort((a, b) => a - b);
    expect(won).toEqual(Array.from({ length: rounds }, (_, round) => round));
    expect(readdirSync(folder)).toEqual([]);
  });
});
