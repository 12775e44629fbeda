import { rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { StoreError } from "../../../../sim/sweep/errors.ts";
import { activeKeys, clusterFacts, queueStates } from "../../../../sim/sweep/slurm/queue.ts";
import { submissions } from "../../../../sim/sweep/slurm/record.ts";
import { temporaryFolder } from "../fixtures/sweeps.ts";
import { FakeSlurm, notInstalled } from "./fixtures/fake-slurm.ts";
import { jobs, submit } from "./fixtures/submit.ts";

test("a sweep without submissions asks nobody", async () => {
  const slurm = new FakeSlurm();
  const list = submissions(temporaryFolder());
  expect(await queueStates(list, { run: slurm.run })).toEqual({ chunks: [], notes: [] });
  expect(slurm.calls).toEqual([]);
});

test("each array task has its state in Slurm's words, and the number of its tasks that are not done", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  await submit(folder, slurm);
  await submit(folder, slurm, { jobs: jobs(2, 100) });
  const [first, second, third] = slurm.queue as [
    (typeof slurm.queue)[0],
    (typeof slurm.queue)[0],
    (typeof slurm.queue)[0],
  ];
  Object.assign(first, { state: "RUNNING", reason: "Resources" });
  Object.assign(second, { state: "FAILED", reason: "NonZeroExitCode" });
  Object.assign(third, { state: "INVENTED", reason: "a|b" });
  slurm.queue = slurm.queue.filter(({ index }) => index !== 4);

  const done = new Set(jobs(5).map(({ key }) => key));
  const report = await queueStates(submissions(folder), { run: slurm.run, done: (key) => done.has(key) });
  expect(report.notes).toEqual([]);
  const brief = report.chunks.map(({ submission, chunk, state, reason }) => [
    submission,
    chunk,
    state,
    reason,
  ]);
  expect(brief).toEqual([
    [1, 0, "running", "RUNNING"],
    [1, 1, "ended", "FAILED (NonZeroExitCode)"],
    [1, 2, "unknown", "INVENTED (a|b)"],
    [1, 3, "pending", "PENDING (Priority)"],
    [1, 4, "ended", ""],
    [2, 0, "pending", "PENDING (Priority)"],
  ]);
  expect(report.chunks.reduce((sum, { missing }) => sum + missing, 0)).toBe(7);
  expect(report.chunks[0]).toMatchObject({ tasks: 2, log: expect.stringMatching(/slurm\/1\/chunk-0\.log$/) });
});

test.each([
  ["REQUEUE_HOLD", "pending"],
  ["COMPLETING", "running"],
  ["SUSPENDED", "running"],
  ["CONFIGURING", "running"],
  ["NODE_FAIL", "ended"],
  ["PREEMPTED", "ended"],
  ["TIMEOUT", "ended"],
  ["OUT_OF_MEMORY", "ended"],
])("Slurm's %s is %s", async (state, expected) => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  await submit(folder, slurm, { jobs: jobs(1) });
  slurm.queue[0]!.state = state;
  const { chunks } = await queueStates(submissions(folder), { run: slurm.run });
  expect(chunks).toMatchObject([{ state: expected }]);
});

test("active are the keys of array tasks that wait or run", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  await submit(folder, slurm);
  slurm.queue[0]!.state = "RUNNING";
  slurm.queue[1]!.state = "CANCELLED";
  slurm.queue[2]!.state = "INVENTED";
  const { chunks } = await queueStates(submissions(folder), { run: slurm.run });
  expect(activeKeys(chunks).size).toBe(6);
  expect(activeKeys(chunks.slice(1, 3)).size).toBe(0);
});

test("all submissions are asked for in one call, by name, since squeue fails on ids that it has forgotten", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  await submit(folder, slurm);
  await submit(folder, slurm, { jobs: jobs(2, 100) });
  const before = slurm.callsOf("squeue").length;
  await queueStates(submissions(folder), { run: slurm.run });
  const names = submissions(folder).map(({ name }) => name);
  expect(new Set(names).size).toBe(2);
  const calls = slurm.callsOf("squeue").slice(before);
  expect(calls).toHaveLength(1);
  expect(calls[0]).toContain(`--name=${names.join(",")}`);
  expect(calls[0]!.join(" ")).not.toContain("job=");
});

test("without squeue all states are unknown, which one line explains; another submission may go on", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  await submit(folder, slurm);
  slurm.answers = { squeue: () => notInstalled("squeue"), scontrol: () => notInstalled("scontrol") };
  const { chunks, notes } = await queueStates(submissions(folder), { run: slurm.run });
  expect(chunks.map(({ state }) => state)).toEqual(new Array(5).fill("unknown"));
  expect(notes).toEqual(["cannot run squeue: it is not installed on this machine"]);
  expect(await submit(folder, slurm)).toMatchObject({ tasks: 10, queued: 0, notes });
});

test("a submission of another cluster is asked for there; where that fails its states are unknown", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  await submit(folder, slurm, { jobs: jobs(2) });
  slurm.config = slurm.config.replace("testing", "near");
  await submit(folder, slurm, { jobs: jobs(2, 100) });
  const far = (args: readonly string[]) => args.includes("--clusters=testing");
  slurm.answers = {
    squeue: (args) =>
      far(args) ? { code: 1, stderr: "squeue: error: 'testing' can't be reached now\n" } : undefined,
  };
  const { chunks, notes } = await queueStates(submissions(folder), { run: slurm.run });
  expect(chunks.map(({ submission, state }) => [submission, state])).toEqual([
    [1, "unknown"],
    [2, "pending"],
  ]);
  expect(notes).toEqual(["cluster testing: squeue failed: 'testing' can't be reached now"]);

  const name = submissions(folder)[0]!.name;
  slurm.answers = {
    squeue: (args) => (far(args) ? { stdout: `CLUSTER: testing\n${name}|0|RUNNING|None\n` } : undefined),
  };
  expect((await queueStates(submissions(folder), { run: slurm.run })).chunks).toMatchObject([
    { state: "running" },
    { state: "pending" },
  ]);
});

test("the cluster's facts come from scontrol, and are the usual ones where it does not answer", async () => {
  const slurm = new FakeSlurm();
  expect(await clusterFacts(slurm.run)).toEqual({ name: "testing", mostArrayTasks: 1001 });
  slurm.config = "ClusterName = a-b\nMaxArraySize            = 30001\nMaxArraySizeOther = 7\n";
  expect(await clusterFacts(slurm.run)).toEqual({ name: "a-b", mostArrayTasks: 30001 });
  slurm.config = "";
  expect(await clusterFacts(slurm.run)).toEqual({ name: null, mostArrayTasks: 1001 });
  slurm.answers = { scontrol: () => ({ code: 1, stderr: "slurm_load_ctl_conf error\n" }) };
  expect(await clusterFacts(slurm.run)).toEqual({ name: null, mostArrayTasks: 1001 });
});

test("the file of a chunk that is missing or damaged is told with its path", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  await submit(folder, slurm, { jobs: jobs(1) });
  const { chunks } = await queueStates(submissions(folder), { run: slurm.run });
  writeFileSync(chunks[0]!.keys, "x\n");
  expect(() => activeKeys(chunks)).toThrow(`cannot read ${chunks[0]!.keys}: line 1 is not the key of a task`);
  rmSync(chunks[0]!.keys);
  await expect(queueStates(submissions(folder), { run: slurm.run, done: () => true })).rejects.toThrow(
    StoreError,
  );
});
