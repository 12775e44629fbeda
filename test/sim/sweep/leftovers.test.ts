/** @file What dead processes and strangers leave in the folder of leases: what is over is removed, and never waited for. */
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { StoreError } from "../../../sim/sweep/errors.ts";
import { readLeases } from "../../../sim/sweep/lease-report.ts";
import { openLeases } from "../../../sim/sweep/leases.ts";
import { newOwnerId } from "../../../sim/sweep/owner.ts";
import { openStore } from "../../../sim/sweep/store.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import { leaseFiles, taskNames, writeClaim, writeOwner } from "./fixtures/leases.ts";
import { squares, temporaryFolder } from "./fixtures/sweeps.ts";

const [a, b, c] = taskNames(3) as [string, string, string];

/** Makes files of the leases older than they are, in hours. */
function age(folder: string, hours: number, names: readonly string[]): void {
  const time = Date.now() / 1000 - hours * 3600;
  for (const name of names) utimesSync(join(folder, "leases", name), time, time);
}

describe("at the end", () => {
  test("claims of stored tasks go, whoever made them; those of others stay with their owners", () => {
    const folder = temporaryFolder();
    for (const owner of ["early", "idle", "recent"]) writeOwner(folder, owner);
    writeClaim(folder, a, 0, "early\n");
    writeClaim(folder, a, 1, "recent\n");
    writeClaim(folder, b, 3, "early\n");
    writeClaim(folder, c, 0, "idle\n");
    writeClaim(folder, c, 1, "");
    age(folder, 2, ["early.owner", "idle.owner"]);
    const leases = openLeases(folder, newOwnerId());
    leases.close((key) => key !== b);
    expect(leaseFiles(folder)).toEqual([`${b}.3`, "early.owner", "recent.owner"]);
  });

  test("nothing of an owner that may live is removed where nothing is known to be stored", () => {
    const folder = temporaryFolder();
    writeOwner(folder, "far");
    writeClaim(folder, a, 0, "far\n");
    openLeases(folder, newOwnerId()).close();
    expect(leaseFiles(folder)).toEqual([`${a}.0`, "far.owner"]);
  });

  test("a store with all results leaves nothing of processes on machines that are gone", () => {
    const folder = temporaryFolder();
    const tasks = squares(3);
    const first = openStore(folder);
    for (const task of tasks) first.append(task, 1);
    first.close();
    writeOwner(folder, "gone");
    for (const task of tasks) writeClaim(folder, taskKey(task), 0, "gone\n");
    age(folder, 2, ["gone.owner"]);
    openStore(folder).close();
    expect(leaseFiles(folder)).toEqual([]);
  });
});

test("a report leaves out owners whose last heartbeat is an hour old, and unfinished claims of that age", () => {
  const folder = temporaryFolder();
  writeOwner(folder, "gone");
  writeOwner(folder, "far");
  writeClaim(folder, a, 0, "gone\n");
  writeClaim(folder, b, 0, "far\n");
  writeClaim(folder, c, 0, "");
  expect(readLeases(folder)).toEqual({ owners: 2, claimed: new Set([a, b, c]) });
  age(folder, 0.9, ["gone.owner", `${c}.0`]);
  expect(readLeases(folder)).toEqual({ owners: 2, claimed: new Set([a, b, c]) });
  // The age of a finished claim says nothing: a task may take hours.
  age(folder, 1.1, ["gone.owner", `${b}.0`, `${c}.0`]);
  expect(readLeases(folder)).toEqual({ owners: 1, claimed: new Set([b]) });
});

describe("a claim that no run has made", () => {
  test.each(["9007199254740992", "1000000000000000"])("of generation %s is no claim", (generation) => {
    const folder = temporaryFolder();
    const leases = openLeases(folder, newOwnerId());
    onTestFinished(() => leases.close());
    writeFileSync(join(folder, "leases", `${a}.${generation}`), "nobody\n");
    expect(leases.claim([a])).toEqual(new Set([a]));
  });

  test("of the largest generation is refused, for it cannot be outbid", () => {
    const folder = temporaryFolder();
    const leases = openLeases(folder, newOwnerId());
    onTestFinished(() => leases.close());
    writeClaim(folder, b, 999_999_999_999_999, "nobody\n");
    const message = `cannot claim tasks in ${join(folder, "leases")}: no run has made the claim ${b}.999999999999999; delete it`;
    expect(() => leases.claim([a, b])).toThrow(new StoreError(message));
    expect(leaseFiles(folder)).not.toContain(`${a}.0`);
  });

  test("but is a folder goes after the expiry, with the folder that is an owner", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "leases", `${a}.0`), { recursive: true });
    mkdirSync(join(folder, "leases", "x.owner"));
    const clock = { now: 0 };
    const leases = openLeases(folder, newOwnerId(), { heartbeat: 1, expiry: 6, now: () => clock.now });
    for (; clock.now < 6; clock.now++) expect(leases.claim([a])).toEqual(new Set());
    expect(leases.claim([a])).toEqual(new Set([a]));
    leases.close();
    expect(leaseFiles(folder)).toEqual([]);
  });
});
