import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readStore } from "../../../sim/sweep/store.ts";
import { startChild, until } from "./fixtures/children.ts";
import { finished, linesOf, resultsOf, run, squares, temporaryFolder } from "./fixtures/sweeps.ts";

/** Long enough that the first process is still at work when it is to be stopped or disturbed. */
const delay = 100;

function startSweep(folder: string, count: number) {
  return startChild("run-sweep.ts", [folder, String(count), String(delay)]);
}

/** Waits until a sweep has stored some results. */
function stored(folder: string, count: number): Promise<void> {
  return until(() => linesOf(join(folder, "rows", "rows.jsonl")).length >= count);
}

test.each(["SIGKILL", "SIGTERM"] as const)(
  "a sweep that is ended by %s and started again gives the same results as an undisturbed one",
  async (signal) => {
    const count = 20;
    const undisturbed = temporaryFolder();
    await run(undisturbed, { tasks: squares(count, { delay }) });

    const folder = temporaryFolder();
    const first = startSweep(folder, count);
    await stored(folder, 3);
    first.process.kill(signal);
    const end = await first.ended;
    const kept = resultsOf(folder).length;
    expect(kept).toBeGreaterThanOrEqual(3);
    expect(kept).toBeLessThan(count);
    if (signal === "SIGTERM") {
      expect(end.code).toBe(143);
      expect(JSON.parse(end.stdout)).toEqual({ ...finished, done: kept, left: count - kept, aborted: true });
      expect(readStore(folder).report.torn).toBe(0);
    }
    expect(readdirSync(folder).includes("sweep.lock")).toBe(signal === "SIGKILL");

    const second = await startSweep(folder, count).ended;
    expect(second.stderr).toBe("");
    expect(JSON.parse(second.stdout)).toEqual({ ...finished, done: count - kept, skipped: kept });
    expect(resultsOf(folder)).toEqual(resultsOf(undisturbed));
    expect(readdirSync(folder)).toEqual(["rows"]);
  },
);

test("a second sweep on the same folder is refused in one line and does not disturb the first", async () => {
  const folder = temporaryFolder();
  const first = startSweep(folder, 1000);
  await stored(folder, 1);
  const second = await startSweep(folder, 1000).ended;
  expect(second).toMatchObject({ code: 1, stdout: "" });
  expect(second.stderr).toMatch(
    /^FolderInUse: folder in use: process \d+ on .* holds .*sweep\.lock; if it is gone, delete .*\n$/,
  );
  expect(second.stderr).toContain(`process ${first.process.pid} on`);

  const before = resultsOf(folder).length;
  await stored(folder, before + 1);
  first.process.kill("SIGTERM");
  const { done, left } = JSON.parse((await first.ended).stdout) as { done: number; left: number };
  expect(done).toBe(resultsOf(folder).length);
  expect(done + left).toBe(1000);
});
