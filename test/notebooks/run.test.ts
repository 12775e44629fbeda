/**
 * @file The command `npm run notebooks` where it cannot start (one clear line, and a failing exit code), and programs that
 * are stopped with all that they have started.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { runProgram } from "../../notebooks/programs.ts";

const script = fileURLToPath(new URL("../../notebooks/run.mjs", import.meta.url));

const run = (args: readonly string[]) =>
  spawnSync(process.execPath, [script, ...args], { encoding: "utf8", env: { PATH: "/nowhere" } });

test.each([
  [[], /^jupyter nbconvert is missing \(Debian and Ubuntu: apt install jupyter-nbconvert\)\n$/],
  [["--stoer"], /^unknown option --stoer; there is --store\n$/],
  [["99"], /^no notebook begins with 99: 01-entropy\.ipynb, .*\n$/],
])("%j", (args, message) => {
  const { status, stderr, stdout } = run(args);
  expect(stderr).toMatch(message);
  expect(stdout).toBe("");
  expect(status).toBe(1);
});

const isAlive = (pid: number): boolean => {
  // A zombie, which nobody has waited for, still has a process id.
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return /^[^Z\s]/.test(stdout.trim());
};

describe.skipIf(process.platform === "win32")("a program", () => {
  test("says how it ended", async () => {
    const ended = await runProgram("sh", ["-c", "echo dropped; echo reason >&2; exit 3"]);
    expect(ended).toEqual({ code: 3, report: "reason\n" });
    await expect(runProgram("/nowhere/program", [])).rejects.toThrow("ENOENT");
  });

  test("ends when it is told to, and so does what it has started in a process group of its own", async () => {
    const place = mkdtempSync(join(tmpdir(), "atlas-programs-"));
    try {
      const file = join(place, "pid");
      const inner = `process.title = "inner"; setInterval(() => {}, 1000);`;
      const outer = `
        const options = { detached: true, stdio: "inherit" };
        const { pid } = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(inner)}], options);
        require("node:fs").writeFileSync(${JSON.stringify(file)}, String(pid));`;
      const stop = new AbortController();
      const ended = runProgram(process.execPath, ["-e", outer], { signal: stop.signal });
      const pid = await vi.waitFor(
        () => {
          const written = Number(readFileSync(file, "utf8"));
          expect(written).toBeGreaterThan(0);
          return written;
        },
        { timeout: 20_000 },
      );
      expect(isAlive(pid)).toBe(true);
      stop.abort("told to");
      await expect(ended).rejects.toBe("told to");
      await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5000 });
    } finally {
      rmSync(place, { recursive: true });
    }
  }, 30_000);

  test("is not started when it is too late", async () => {
    await expect(runProgram("sh", [], { signal: AbortSignal.abort("late") })).rejects.toBe("late");
  });
});
