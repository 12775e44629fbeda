import { expect, test } from "vitest";
import { wallTimeLeft } from "../../../../sim/sweep/slurm/wall-time.ts";
import { FakeSlurm, notInstalled } from "./fixtures/fake-slurm.ts";

const inArray = { SLURM_JOB_ID: "57", SLURM_ARRAY_JOB_ID: "50", SLURM_ARRAY_TASK_ID: "3" };

/** Wall time left where squeue answers with a text. */
function fromQueue(answer: string, env: Record<string, string> = inArray) {
  const slurm = new FakeSlurm();
  slurm.answers = { squeue: () => ({ stdout: answer }) };
  let time = 1000;
  const options = { run: slurm.run, now: () => time };
  return { slurm, left: wallTimeLeft(env, options), wait: (seconds: number) => (time += seconds) };
}

test("outside a job there is no wall time, and nobody is asked", async () => {
  const { slurm, left } = fromQueue("1:00\n", { SLURM_JOB_END_TIME: "2000000000" });
  expect(await left).toBeUndefined();
  expect(slurm.calls).toEqual([]);
});

test("the end in the environment is counted down by the monotonic clock, whatever the date does", async () => {
  const slurm = new FakeSlurm();
  let [time, date] = [10, 1_900_000_000];
  const env = { ...inArray, SLURM_JOB_END_TIME: "1900003600" };
  const left = await wallTimeLeft(env, { run: slurm.run, now: () => time, date: () => date });
  expect(left?.()).toBe(3600);
  date -= 7200;
  time += 100;
  expect(left?.()).toBe(3500);
  expect(slurm.calls).toEqual([]);
});

test.each(["1800000000", "99999999999999", "soon", "-1"])(
  "an end at %s is no end of this job: squeue is asked",
  async (end) => {
    const { slurm } = fromQueue("");
    slurm.answers = { squeue: () => ({ stdout: "5:00\n" }) };
    const env = { ...inArray, SLURM_JOB_END_TIME: end };
    const left = await wallTimeLeft(env, { run: slurm.run, now: () => 0, date: () => 1_900_000_000 });
    expect(left?.()).toBe(300);
  },
);

test.each([
  ["1:00\n", 60],
  ["0:00\n", 0],
  ["23:59:59\n", 86_399],
  ["2-01:00:05\n", 176_405],
  ["CLUSTER: other\n12:00\n", 720],
])("squeue's answer %j is %d seconds", async (answer, seconds) => {
  const { left, wait } = fromQueue(answer);
  const remaining = await left;
  expect(remaining?.()).toBe(seconds);
  wait(100);
  expect(remaining?.()).toBe(seconds - 100);
});

test.each(["UNLIMITED\n", "NOT_SET\n", "INVALID\n", ""])("squeue's answer %j is no limit", async (answer) => {
  expect(await fromQueue(answer).left).toBeUndefined();
});

test("an array task is asked for by its number in the array, since the last one has the id of the array", async () => {
  const { slurm, left } = fromQueue("1:00\n");
  await left;
  expect(slurm.callsOf("squeue")).toEqual([["--noheader", "--jobs", "50_3", "--format=%L"]]);
  const single = fromQueue("1:00\n", { SLURM_JOB_ID: "57" });
  await single.left;
  expect(single.slurm.callsOf("squeue")).toEqual([["--noheader", "--jobs", "57", "--format=%L"]]);
});

test("where squeue is missing or fails, nothing is known", async () => {
  const slurm = new FakeSlurm();
  slurm.answers = { squeue: () => notInstalled("squeue") };
  expect(await wallTimeLeft(inArray, { run: slurm.run })).toBeUndefined();
  slurm.answers = {
    squeue: () => ({ code: 1, stderr: "slurm_load_jobs error: Invalid job id specified\n" }),
  };
  expect(await wallTimeLeft(inArray, { run: slurm.run })).toBeUndefined();
});
