import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { OutOfDomain } from "../../../theory/errors.ts";
import { StoreError } from "../../../sim/sweep/errors.ts";
import type { LeaseOptions, Leases } from "../../../sim/sweep/leases.ts";
import { readLeases } from "../../../sim/sweep/lease-report.ts";
import { openLeases } from "../../../sim/sweep/leases.ts";
import { newOwnerId, thisProcess } from "../../../sim/sweep/owner.ts";
import { until } from "./fixtures/children.ts";
import {
  claimText,
  leaseFiles,
  startLeases,
  taskName,
  taskNames,
  writeClaim,
  writeOwner,
} from "./fixtures/leases.ts";
import { temporaryFolder } from "./fixtures/sweeps.ts";

const hasProc = existsSync("/proc/self/stat");
const [a, b, c] = taskNames(3) as [string, string, string];

/** Leases of an owner in this process, closed after the test. */
function open(folder: string, options?: LeaseOptions, owner = newOwnerId()): Leases {
  const leases = openLeases(folder, owner, options);
  onTestFinished(() => leases.close());
  return leases;
}

/** Leases with heartbeats of 1 s and an expiry of 6 s by a clock that the test sets. */
function openWithClock(folder: string): { leases: Leases; clock: { now: number } } {
  const clock = { now: 1000 };
  return { leases: open(folder, { heartbeat: 1, expiry: 6, now: () => clock.now }), clock };
}

describe("leases", () => {
  test("reserve tasks in files that name their owner, and give them back", () => {
    const folder = temporaryFolder();
    const owner = newOwnerId();
    const leases = open(folder, {}, owner);
    expect(leases.claim([a, b, a])).toEqual(new Set([a, b]));
    expect(leaseFiles(folder)).toEqual([`${a}.0`, `${b}.0`, `${owner}.owner`]);
    expect(claimText(folder, a, 0)).toBe(`${owner}\n`);
    expect(leases.claim([b, c])).toEqual(new Set([b, c]));
    leases.release([a, c, taskName(9)]);
    expect(leaseFiles(folder)).toEqual([`${b}.0`, `${owner}.owner`]);
    expect(leases.heldByOthers()).toEqual(new Set());
    leases.close();
    leases.close();
    expect(leaseFiles(folder)).toEqual([]);
    expect(() => leases.claim([a])).toThrow(StoreError);
    expect(() => leases.heldByOthers()).toThrow(StoreError);
  });

  test("of two owners never hold one task together", () => {
    const folder = temporaryFolder();
    const [one, two] = [open(folder), open(folder)];
    expect(one.claim([a, b])).toEqual(new Set([a, b]));
    expect(two.claim([a, b, c])).toEqual(new Set([c]));
    expect(one.heldByOthers()).toEqual(new Set([c]));
    expect(two.heldByOthers()).toEqual(new Set([a, b]));
    expect(readLeases(folder)).toEqual({ owners: 2, claimed: new Set([a, b, c]) });
    two.release([a]);
    expect(one.claim([a])).toEqual(new Set([a]));
    one.release([a]);
    expect(two.claim([a])).toEqual(new Set([a]));
    one.close();
    expect(two.claim([b])).toEqual(new Set([b]));
  });

  test("tell whether anybody else is there", () => {
    const folder = temporaryFolder();
    const one = open(folder);
    expect(one.hasCompany()).toBe(false);
    const two = open(folder);
    expect(two.hasCompany()).toBe(true);
    one.claim([]);
    expect(one.hasCompany()).toBe(true);
    two.close();
    one.claim([]);
    expect(one.hasCompany()).toBe(false);
  });

  test("leave files of other kinds alone", () => {
    const folder = temporaryFolder();
    const leases = open(folder);
    const strange = [".nfs000000000000a1b200000001", "notes.txt", `${a}.01`, `${a}.-1`, `${a}.x`];
    for (const name of strange) writeFileSync(join(folder, "leases", name), "x");
    expect(leases.claim([a])).toEqual(new Set([a]));
    expect(leases.heldByOthers()).toEqual(new Set());
    leases.close();
    expect(leaseFiles(folder)).toEqual(strange.sort());
  });

  test.each([
    { heartbeat: 0 },
    { heartbeat: NaN },
    { heartbeat: 1e9, expiry: 1e10 },
    { expiry: 14.9 },
    { expiry: NaN },
    { heartbeat: 11 },
  ])("refuse %o", (options) => {
    expect(() => openLeases(temporaryFolder(), newOwnerId(), options)).toThrow(OutOfDomain);
  });

  test("say where they cannot be written", () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    expect(() => openLeases(join(file, "sweep"), newOwnerId())).toThrow(StoreError);
  });

  test("of a folder that is removed in use end in a clear error, and can be closed", () => {
    const folder = temporaryFolder();
    const leases = open(folder);
    leases.claim([a]);
    rmSync(folder, { recursive: true });
    const message = `cannot read ${join(folder, "leases")}: no such file or folder`;
    expect(() => leases.claim([b])).toThrow(new StoreError(message));
    expect(() => leases.heldByOthers()).toThrow(new StoreError(message));
    leases.release([a]);
    leases.close();
    expect(existsSync(folder)).toBe(false);
  });
});

describe("a report on leases", () => {
  test("is empty where there is no folder", () => {
    expect(readLeases(join(temporaryFolder(), "none"))).toEqual({ owners: 0, claimed: new Set() });
  });

  test("counts what is not known to be dead", () => {
    const folder = temporaryFolder();
    writeOwner(folder, "far");
    writeClaim(folder, a, 0, "far\n");
    writeClaim(folder, b, 0, "nobody\n");
    writeClaim(folder, c, 0, "");
    if (hasProc) writeOwner(folder, "killed", 0, { ...thisProcess(), startTime: "1" });
    writeClaim(folder, taskName(4), 1, "killed\n");
    expect(readLeases(folder)).toEqual({ owners: 1, claimed: new Set([a, c]) });
    expect(() => readLeases(join(folder, "leases", "far.owner"))).toThrow(StoreError);
  });
});

describe("a process that ends", () => {
  test.runIf(hasProc)("by kill -9 leaves its tasks to the next one at once", async () => {
    const folder = temporaryFolder();
    const child = await startLeases(folder);
    expect((await child.ask({ claim: [a, b] })).claimed).toEqual([a, b]);
    const early = open(folder);
    expect(early.claim([a])).toEqual(new Set());
    child.process.kill("SIGKILL");
    await child.ended;
    const owner = newOwnerId();
    const leases = open(folder, {}, owner);
    expect(readLeases(folder)).toEqual({ owners: 2, claimed: new Set() });
    expect(leases.hasCompany()).toBe(true);
    expect(leases.claim([a, c])).toEqual(new Set([a, c]));
    expect(claimText(folder, a, 1)).toBe(`${owner}\n`);
    leases.release([a, c]);
    expect(leaseFiles(folder).filter((name) => !name.endsWith(".owner"))).toEqual([`${b}.0`]);
    early.close();
    leases.close();
    expect(leaseFiles(folder)).toEqual([]);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("by %s gives everything back", async (signal) => {
    const folder = temporaryFolder();
    const child = await startLeases(folder);
    await child.ask({ claim: [a, b] });
    child.process.kill(signal);
    expect((await child.ended).signal).toBe(signal);
    expect(leaseFiles(folder)).toEqual([]);
  });

  test("by process.exit gives everything back", async () => {
    const folder = temporaryFolder();
    const child = await startLeases(folder);
    await child.ask({ claim: [a, b] });
    child.process.stdin!.write('{"exit":true}\n');
    expect((await child.ended).code).toBe(3);
    expect(leaseFiles(folder)).toEqual([]);
  });
});

describe("an owner on another machine", () => {
  test("is dead when its heartbeat has stood still for the expiry, not earlier", () => {
    const folder = temporaryFolder();
    writeOwner(folder, "far");
    writeClaim(folder, a, 0, "far\n");
    const { leases, clock } = openWithClock(folder);
    for (let second = 0; second < 6; second++, clock.now++) {
      expect(leases.claim([a])).toEqual(new Set());
      expect(leases.heldByOthers()).toEqual(new Set([a]));
      expect(leases.hasCompany()).toBe(true);
    }
    expect(leases.heldByOthers()).toEqual(new Set());
    expect(leases.hasCompany()).toBe(false);
    expect(leases.claim([a])).toEqual(new Set([a]));
    leases.close();
    expect(leaseFiles(folder)).toEqual([]);
  });

  test("lives as long as its heartbeat changes, and again when it comes back", () => {
    const folder = temporaryFolder();
    writeOwner(folder, "far");
    writeClaim(folder, a, 0, "far\n");
    const { leases, clock } = openWithClock(folder);
    for (let beat = 1; beat < 20; beat++) {
      clock.now += 2;
      if (beat % 2 === 0) writeOwner(folder, "far", beat);
      expect(leases.claim([a])).toEqual(new Set());
    }
    for (let step = 0; step < 4; step++, clock.now += 2) leases.heldByOthers();
    expect(leases.heldByOthers()).toEqual(new Set());
    writeOwner(folder, "far", 20);
    clock.now += 2;
    expect(leases.heldByOthers()).toEqual(new Set([a]));
    expect(leases.claim([a])).toEqual(new Set());
  });

  test("is dead at once when it has no heartbeat at all", () => {
    const folder = temporaryFolder();
    writeClaim(folder, a, 0, "far\n");
    expect(open(folder).claim([a])).toEqual(new Set([a]));
  });

  test.each(["", "{", '{"host":"h","pid":-1}'])(
    "is dead after the expiry even if its heartbeat is %j",
    (text) => {
      const folder = temporaryFolder();
      writeOwner(folder, "far");
      writeFileSync(join(folder, "leases", "far.owner"), text);
      writeClaim(folder, a, 0, "far\n");
      const { leases, clock } = openWithClock(folder);
      for (let second = 0; second < 6; second++, clock.now++) expect(leases.claim([a]).size).toBe(0);
      expect(leases.claim([a])).toEqual(new Set([a]));
    },
  );

  test.each(["", "fa"])("that left the claim %j, unfinished, holds it for the expiry", (text) => {
    const folder = temporaryFolder();
    writeClaim(folder, a, 0, text);
    const { leases, clock } = openWithClock(folder);
    for (let second = 0; second < 6; second++, clock.now++) {
      expect(leases.claim([a]).size).toBe(0);
      expect(leases.heldByOthers()).toEqual(new Set([a]));
    }
    expect(leases.claim([a])).toEqual(new Set([a]));
    expect(claimText(folder, a, 1)).toMatch(/^[0-9a-f]{16}\n$/);
    leases.close();
    expect(leaseFiles(folder)).toEqual([]);
  });

  test("is cleared away when it is dead and its tasks are with others", async () => {
    const folder = temporaryFolder();
    writeOwner(folder, "far");
    writeClaim(folder, a, 0, "far\n");
    writeClaim(folder, b, 0, "far\n");
    const clock = { now: 0 };
    const leases = open(folder, { heartbeat: 0.02, expiry: 0.06, now: () => (clock.now += 0.02) });
    await until(() => leases.claim([a]).size === 1);
    await pause(100);
    expect(leaseFiles(folder)).toContain("far.owner");
    expect(leases.claim([b])).toEqual(new Set([b]));
    await until(() => !leaseFiles(folder).includes("far.owner"));
    expect(leaseFiles(folder)).toContain(`${b}.0`);
  });
});

describe("a clock", () => {
  /** A task held by a process elsewhere, and ourselves. */
  function heldElsewhere(): { leases: Leases; clock: { now: number }; isFree: () => boolean } {
    const folder = temporaryFolder();
    writeOwner(folder, "far");
    writeClaim(folder, a, 0, "far\n");
    const opened = openWithClock(folder);
    return { ...opened, isFree: () => !opened.leases.heldByOthers().has(a) };
  }

  test("that jumps by hours kills nobody that was not seen to stand still several times", () => {
    const { clock, isFree } = heldElsewhere();
    for (let jump = 0; jump < 2; jump++) {
      clock.now += 36_000;
      expect(isFree()).toBe(false);
      expect(isFree()).toBe(false);
    }
    clock.now += 36_000;
    expect(isFree()).toBe(true);
  });

  test("that stands still kills nobody", () => {
    const { isFree } = heldElsewhere();
    for (let look = 0; look < 1000; look++) expect(isFree()).toBe(false);
  });

  test("that goes back counts nothing, and goes on", () => {
    const { clock, isFree } = heldElsewhere();
    for (let step = 0; step < 50; step++) {
      clock.now -= 10;
      expect(isFree()).toBe(false);
    }
  });

  test("of the calendar does not matter, neither forward nor back", () => {
    const { leases, isFree } = heldElsewhere();
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    for (const date of [0, 4e12, 1e12]) {
      vi.setSystemTime(date);
      expect(isFree()).toBe(false);
      expect(leases.claim([b])).toEqual(new Set([b]));
      leases.release([b]);
    }
  });
});

describe("a heartbeat", () => {
  const fast = { heartbeat: 0.02, expiry: 60 };

  test("goes on, and is written again when others removed it", async () => {
    const folder = temporaryFolder();
    const owner = newOwnerId();
    const leases = open(folder, fast, owner);
    const path = join(folder, "leases", `${owner}.owner`);
    const first = readFileSync(path, "utf8");
    await until(() => readFileSync(path, "utf8") !== first);
    expect(readFileSync(path, "utf8")).toHaveLength(first.length);
    rmSync(path);
    await until(() => existsSync(path));
    // Before a claim it does not wait for the next beat.
    rmSync(path);
    leases.claim([a]);
    expect(existsSync(path)).toBe(true);
  });

  test("does not keep a folder alive that was removed, nor end the process", async () => {
    const folder = temporaryFolder();
    open(folder, fast);
    rmSync(folder, { recursive: true });
    await pause(100);
    expect(existsSync(folder)).toBe(false);
  });

  test("that cannot be written does not stop the work", async () => {
    const folder = temporaryFolder();
    const owner = newOwnerId();
    const leases = open(folder, fast, owner);
    const path = join(folder, "leases", `${owner}.owner`);
    rmSync(path);
    mkdirSync(path);
    await pause(100);
    expect(leases.claim([a])).toEqual(new Set([a]));
  });
});

describe("a suspended process", () => {
  test("loses its tasks, and does no harm when it wakes up", async () => {
    const folder = temporaryFolder();
    const child = await startLeases(folder, 0.05, 1);
    await child.ask({ claim: [a, b, c] });
    const owner = newOwnerId();
    const leases = open(folder, { heartbeat: 0.05, expiry: 1 }, owner);
    expect(leases.claim([a])).toEqual(new Set());
    child.process.kill("SIGSTOP");
    await until(() => leases.claim([a, b]).size === 2);
    leases.release([b]);
    expect(leaseFiles(folder)).not.toContain(`${b}.0`);
    expect(leases.claim([b])).toEqual(new Set([b]));
    child.process.kill("SIGCONT");
    // What it held before is no longer its own: not even the name that it had used for b.
    const answer = await child.ask({ claim: [a, b, c] });
    expect(answer.claimed).toEqual([c]);
    expect(answer.others.toSorted()).toEqual([a, b]);
    expect(claimText(folder, a, 1)).toBe(`${owner}\n`);
    expect(claimText(folder, b, 0)).toBe(`${owner}\n`);
    await until(() => leases.heldByOthers().has(c));
    await child.ask({ release: [a, b, c] });
    expect(leases.claim([a, b, c])).toEqual(new Set([a, b, c]));
    leases.release([a, b, c]);
    expect((await child.ask({ claim: [a, b, c] })).claimed).toEqual([a, b, c]);
  });
});
