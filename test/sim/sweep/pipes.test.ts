/** @file Named pipes where files belong: opening one as a file would block the process, so that no signal ends it. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { taskName } from "./fixtures/leases.ts";
import { temporaryFolder } from "./fixtures/sweeps.ts";

/** Opens folders in a process of its own, which is ended when it blocks; the message of each error, or what came back. */
const script = `
const sweep = (name) => import(process.env.SWEEP + name + ".ts");
const [{ openStore }, { readFailures }, { openLeases }, { readLeases }] = await Promise.all([
  sweep("store"), sweep("failures"), sweep("leases"), sweep("lease-report"),
]);
const [rows, failures, leases, key] = JSON.parse(process.env.FOLDERS);
const tried = (action) => { try { return action(); } catch (error) { return error.message; } };
const own = openLeases(leases, "0123456789abcdef");
const held = [...own.heldByOthers()];
own.close();
console.log(JSON.stringify([
  tried(() => openStore(rows)), tried(() => readFailures(failures)), held, readLeases(leases).owners,
]));
`;

test("a pipe among the rows or failures is refused, among the leases it is like an empty file", (context) => {
  const folder = temporaryFolder();
  const [rows, failures, leases] = ["rows", "failures", "leases"].map((name) => join(folder, name));
  const key = taskName(1);
  const pipes = [
    join(rows!, "rows", "a.jsonl"),
    join(failures!, "failures", "a.jsonl"),
    join(leases!, "leases", `${key}.0`),
    join(leases!, "leases", "x.owner"),
  ];
  for (const pipe of pipes) {
    mkdirSync(join(pipe, ".."), { recursive: true });
    if (spawnSync("mkfifo", [pipe]).status !== 0) return context.skip("no named pipes can be made here");
  }
  const child = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    env: {
      ...process.env,
      SWEEP: new URL("../../../sim/sweep/", import.meta.url).href,
      FOLDERS: JSON.stringify([rows, failures, leases, key]),
    },
    encoding: "utf8",
    timeout: 15_000,
    killSignal: "SIGKILL",
  });
  expect(child.stderr).toBe("");
  expect(JSON.parse(child.stdout || "null")).toEqual([
    `cannot read ${pipes[0]!}: it is not a regular file`,
    `cannot read ${pipes[1]!}: it is not a regular file`,
    [key],
    1,
  ]);
});
