import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { describe, expect, onTestFinished, test } from "vitest";
import { hasEnded, heartbeatText, identityIn, newOwnerId, thisProcess } from "../../../sim/sweep/owner.ts";
import { until } from "./fixtures/children.ts";

const self = thisProcess();
const hasProc = existsSync("/proc/self/stat");

test("owner ids are 16 random hexadecimal digits", () => {
  const ids = Array.from({ length: 1000 }, newOwnerId);
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
});

describe("the text of a heartbeat", () => {
  test("keeps its length while the counter runs, so that it can be written in place", () => {
    const texts = [0, 1, 9, 10, 123_456_789].map((beat) => heartbeatText(self, beat));
    expect(new Set(texts).size).toBe(texts.length);
    expect(new Set(texts.map((text) => Buffer.byteLength(text))).size).toBe(1);
  });

  test("names the process", () => {
    expect(identityIn(heartbeatText(self, 7))).toEqual(self);
    expect(self).toMatchObject({ pid: process.pid, host: hostname() });
  });

  test.each(["", "{", "null", "[]", '"text"', '{"pid":1}', '{"host":"h"}', '{"host":"h","pid":-1}'])(
    "names none when it is %s",
    (text) => {
      expect(identityIn(text)).toBeUndefined();
    },
  );

  test("leaves out what the system does not tell", () => {
    const bare = { host: "h", boot: null, pidNamespace: null, pid: 3, startTime: null };
    expect(identityIn('{"host":"h","pid":3,"boot":7}')).toEqual(bare);
    expect(hasEnded(bare, bare)).toBe(false);
  });
});

describe.runIf(hasProc)("a process of this machine", () => {
  test("is known by the system's own files", () => {
    expect(self.boot).toMatch(/^[0-9a-f-]{36}$/);
    expect(self.pidNamespace).toMatch(/^pid:\[\d+\]$/);
    expect(self.startTime).toMatch(/^\d+$/);
    expect(hasEnded(self, self)).toBe(false);
  });

  test("has ended when its pid is free", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    expect(hasEnded({ ...self, pid }, self)).toBe(true);
  });

  test("has ended when its pid lives on in a process that began at another time", () => {
    expect(hasEnded({ ...self, startTime: "1" }, self)).toBe(true);
  });

  test("has ended when it was killed and its parent has not yet noticed", async () => {
    // The shell starts a process and becomes one that never waits for it.
    const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"]);
    onTestFinished(() => {
      parent.kill("SIGKILL");
    });
    const [text] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(text.toString());
    const stat = (): string[] => readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)!.split(" ");
    await until(() => stat()[0] === "Z");
    expect(() => process.kill(pid, 0)).not.toThrow();
    expect(hasEnded({ ...self, pid, startTime: stat()[19]! }, self)).toBe(true);
  });

  test.each(["host", "boot", "pidNamespace"] as const)("is not judged when the %s is another", (field) => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    expect(hasEnded({ ...self, pid, [field]: "another" }, self)).toBe(false);
  });
});
