import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { StoreError } from "../../../sim/sweep/errors.ts";
import type { Leases } from "../../../sim/sweep/leases.ts";
import { openLeases } from "../../../sim/sweep/leases.ts";
import { newOwnerId } from "../../../sim/sweep/owner.ts";
import type { Child } from "./fixtures/children.ts";
import { startChild, until } from "./fixtures/children.ts";
import type { WorkReport } from "./fixtures/leases.ts";
import { leaseFiles, startLeases, taskName, taskNames, writeClaim, writeOwner } from "./fixtures/leases.ts";
import { temporaryFolder } from "./fixtures/sweeps.ts";

const hasProc = existsSync("/proc/self/stat");

/** Processes that work through the same tasks, each from another one on. */
function startWorkers(folder: string, workers: number, count: number): Child[] {
  // Two seconds are enough for all to start; one that comes late only races less.
  const start = String(Date.now() + 2000);
  return Array.from({ length: workers }, (_, i) => {
    return startChild("lease-process.ts", ["work", folder, start, String(count), String(i * 3)]);
  });
}

async function reportOf(child: Child): Promise<WorkReport> {
  const { stdout, stderr } = await child.ended;
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as WorkReport;
}

/** Owners that finished each of the tasks. */
function doneBy(folder: string, count: number): string[][] {
  return taskNames(count).map((key) => {
    const path = join(folder, `${key}.done`);
    return existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
  });
}

describe("several processes", () => {
  test("share 200 tasks: each is done once, by one at a time", async () => {
    const folder = temporaryFolder();
    const reports = await Promise.all(startWorkers(folder, 4, 200).map(reportOf));
    expect(doneBy(folder, 200).map((owners) => owners.length)).toEqual(Array.from({ length: 200 }, () => 1));
    expect(reports.flatMap(({ met }) => met)).toEqual([]);
    expect(reports.reduce((sum, { done }) => sum + done, 0)).toBe(200);
    expect(leaseFiles(folder)).toEqual([]);
  });

  test.runIf(hasProc)("complete what one of them leaves when it is killed", async () => {
    const folder = temporaryFolder();
    const [victim, ...others] = startWorkers(folder, 3, 150) as [Child, Child, Child];
    await until(() => readdirSync(folder).filter((name) => name.endsWith(".done")).length > 30);
    victim.process.kill("SIGKILL");
    await victim.ended;
    const survivors = new Set<string>();
    const met: string[] = [];
    for (const report of await Promise.all(others.map(reportOf))) {
      survivors.add(report.owner);
      met.push(...report.met);
    }
    // Only the mark of the task on which the killed one worked may be found, and it may have been done just before.
    expect(met.filter((owner) => survivors.has(owner))).toEqual([]);
    expect(met.length).toBeLessThanOrEqual(1);
    for (const owners of doneBy(folder, 150)) expect(owners).toHaveLength(1);
    expect(leaseFiles(folder)).toEqual([]);
  });

  test("that take over the tasks of a dead one at the same time get each once", async () => {
    const folder = temporaryFolder();
    const keys = taskNames(200);
    for (const key of keys) writeClaim(folder, key, 0, "dead\n");
    const children = await Promise.all([1, 2, 3].map(() => startLeases(folder)));
    const answers = await Promise.all(children.map((child) => child.ask({ claim: keys })));
    const claimed = answers.flatMap((answer) => answer.claimed);
    expect(new Set(claimed).size).toBe(claimed.length);
    // What two of them contested and both gave up is free now.
    const [one] = children;
    const rest = await one!.ask({ claim: keys.filter((key) => !claimed.includes(key)) });
    expect([...claimed, ...rest.claimed].sort()).toEqual(keys);
    await Promise.all(children.map((child, i) => child.ask({ release: answers[i]!.claimed })));
    await one!.ask({ release: rest.claimed });
    expect(leaseFiles(folder).filter((name) => !name.endsWith(".owner"))).toEqual([]);
  });
});

describe("what others do between our two looks", () => {
  const key = taskName(0);

  /** Claims the task while `meanwhile` happens right after the given one of the two listings of the folder. */
  function claimWhile(folder: string, meanwhile: () => void, listing = 1): ReadonlySet<string> {
    let looks = -Infinity;
    // The clock is asked once a look, after the folder was listed.
    const now = (): number => {
      if (++looks === listing) meanwhile();
      return 0;
    };
    const leases = openLeases(folder, "0123456789abcdef", { now });
    onTestFinished(() => leases.close());
    looks = 0;
    return leases.claim([key]);
  }

  function claims(folder: string): string[] {
    return leaseFiles(folder).filter((name) => name.startsWith(key));
  }

  test("nothing: the task is ours", () => {
    const folder = temporaryFolder();
    expect(claimWhile(folder, () => undefined)).toEqual(new Set([key]));
    expect(claims(folder)).toEqual([`${key}.0`]);
  });

  test("they take the free task: it is theirs", () => {
    const folder = temporaryFolder();
    const meanwhile = (): void => {
      writeOwner(folder, "other");
      writeClaim(folder, key, 0, "other\n");
    };
    expect(claimWhile(folder, meanwhile)).toEqual(new Set());
    expect(claims(folder)).toEqual([`${key}.0`]);
  });

  test("they outbid the dead owner: the task is theirs", () => {
    const folder = temporaryFolder();
    writeClaim(folder, key, 0, "dead\n");
    const meanwhile = (): void => {
      writeOwner(folder, "other");
      writeClaim(folder, key, 1, "other\n");
    };
    expect(claimWhile(folder, meanwhile)).toEqual(new Set());
    expect(claims(folder)).toEqual([`${key}.0`, `${key}.1`]);
  });

  test("they make a higher claim: ours gives way", () => {
    const folder = temporaryFolder();
    const meanwhile = (): void => {
      writeOwner(folder, "other");
      writeClaim(folder, key, 4, "other\n");
    };
    expect(claimWhile(folder, meanwhile)).toEqual(new Set());
    expect(claims(folder)).toEqual([`${key}.4`]);
  });

  test.each([1, 2])(
    "they finish with what the dead owner left, and a third begins anew: ours gives way, though it is higher (%i)",
    (listing) => {
      const folder = temporaryFolder();
      writeClaim(folder, key, 0, "dead\n");
      writeClaim(folder, key, 1, "dead\n");
      const meanwhile = (): void => {
        for (const generation of [0, 1]) rmSync(join(folder, "leases", `${key}.${generation}`));
        writeOwner(folder, "third");
        writeClaim(folder, key, 0, "third\n");
      };
      expect(claimWhile(folder, meanwhile, listing)).toEqual(new Set());
      expect(claims(folder)).toEqual([`${key}.0`]);
    },
  );

  test("in every order: nobody holds what another living one holds", () => {
    const owners = 3;
    const keys = taskNames(2);
    interface Step {
      readonly owner: number;
      readonly claim: boolean;
      readonly key: number;
      /** What happens in each of the looks of this step. */
      readonly inside: readonly (readonly Step[])[];
    }
    const stepOfDepth = (depth: number): fc.Arbitrary<Step> =>
      fc.record({
        owner: fc.nat({ max: owners }),
        claim: fc.boolean(),
        key: fc.nat({ max: keys.length - 1 }),
        inside: fc.array(
          depth === 0 ? fc.constant<Step[]>([]) : fc.array(stepOfDepth(depth - 1), { maxLength: 3 }),
          {
            maxLength: 2,
          },
        ),
      });
    const history = fc.array(stepOfDepth(2), { minLength: 1, maxLength: 12 });
    let held = 0;
    const check = fc.property(history, (steps) => {
      const folder = join(scratch, newOwnerId());
      const holders = new Map<string, number>();
      const busy = new Set<number>();
      let looks: (readonly Step[])[] = [];
      const now = (): number => {
        const [first, ...rest] = looks;
        looks = rest;
        for (const inner of first ?? []) take(inner);
        return 0;
      };
      const all: Leases[] = Array.from({ length: owners }, () => openLeases(folder, newOwnerId(), { now }));

      function take({ owner, claim, key: index, inside }: Step): void {
        const name = keys[index]!;
        // One owner more is a process that makes its claim and is killed before it looks again.
        if (owner === owners) return void writeClaim(folder, name, inside.length, "dead\n");
        // A process does one thing at a time.
        if (busy.has(owner)) return;
        busy.add(owner);
        const outer = looks;
        looks = [...inside];
        if (claim) {
          if (all[owner]!.claim([name]).has(name)) {
            expect([undefined, owner]).toContain(holders.get(name));
            holders.set(name, owner);
            held++;
          } else if (holders.get(name) === owner) holders.delete(name);
        } else {
          if (holders.get(name) === owner) holders.delete(name);
          all[owner]!.release([name]);
        }
        looks = outer;
        busy.delete(owner);
      }

      for (const next of steps) take(next);
      for (const leases of all) leases.close();
      expect(leaseFiles(folder)).toEqual([]);
    });
    const scratch = temporaryFolder();
    fc.assert(check, { numRuns: 200, seed: 6 });
    expect(held).toBeGreaterThan(200);
  });
});

/** A full disk of one megabyte, where this user may mount one. */
function fullDisk(): { folder: string; fill: () => void; free: () => void } | undefined {
  const folder = join(temporaryFolder(), "disk");
  mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", folder], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync("umount", ["-l", folder]);
  });
  const ballast = join(folder, "ballast");
  const fill = (): void => {
    expect(() => writeFileSync(ballast, Buffer.alloc(2 << 20))).toThrow("ENOSPC");
  };
  return { folder, fill, free: () => rmSync(ballast) };
}

test("a full disk stops a first claim with a clear error, but neither heartbeat nor release nor further claims", async ({
  skip,
}) => {
  const disk = fullDisk();
  if (disk === undefined) return skip("a small file system cannot be mounted by this user");
  const owner = newOwnerId();
  const leases = openLeases(disk.folder, owner, { heartbeat: 0.02, expiry: 60 });
  const [a, b] = taskNames(2) as [string, string];
  disk.fill();
  expect(() => leases.claim([a, b])).toThrow(StoreError);
  expect(() => leases.claim([a, b])).toThrow("no space left on the disk");
  expect(leaseFiles(disk.folder)).toEqual([`${owner}.owner`]);
  const path = join(disk.folder, "leases", `${owner}.owner`);
  const beat = readFileSync(path, "utf8");
  await until(() => readFileSync(path, "utf8") !== beat);
  disk.free();
  expect(leases.claim([a])).toEqual(new Set([a]));
  disk.fill();
  // A second name for the claim that is there takes no space.
  expect(leases.claim([a, b])).toEqual(new Set([a, b]));
  leases.release([a]);
  expect(leaseFiles(disk.folder)).toEqual([`${b}.0`, `${owner}.owner`]);
  leases.close();
  expect(leaseFiles(disk.folder)).toEqual([]);
});
