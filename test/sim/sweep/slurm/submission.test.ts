import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FolderInUse, StoreError } from "../../../../sim/sweep/errors.ts";
import { readChunk } from "../../../../sim/sweep/slurm/chunks.ts";
import { SlurmError } from "../../../../sim/sweep/slurm/process.ts";
import { chunkPath, submissions } from "../../../../sim/sweep/slurm/record.ts";
import { OutOfDomain } from "../../../../theory/errors.ts";
import { temporaryFolder } from "../fixtures/sweeps.ts";
import { FakeSlurm, notInstalled } from "./fixtures/fake-slurm.ts";
import { jobs, submit } from "./fixtures/submit.ts";

test("one array is submitted with the files that its tasks need", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  const { submission, tasks, queued, notes } = await submit(folder, slurm);
  const place = join(folder, "slurm", "1");
  expect({ tasks, queued, notes }).toEqual({ tasks: 10, queued: 0, notes: [] });
  expect(submission).toMatchObject({ number: 1, folder: place, job: 41, cluster: "testing" });
  expect(submission?.chunks).toEqual(new Array(5).fill({ tasks: 2, seconds: 20 }));
  expect(submissions(folder)).toEqual([submission]);

  const keys = [0, 1, 2, 3, 4].flatMap((chunk) => readChunk(chunkPath(place, chunk)));
  expect(keys.sort()).toEqual(jobs(10).map(({ key }) => key));
  expect(JSON.parse(readFileSync(join(place, "sweep.json"), "utf8"))).toEqual({ experiment: "square" });
  expect(slurm.callsOf("sbatch")).toEqual([
    [
      "--parsable",
      `--job-name=${submission!.name}`,
      "--array=0-4",
      `--chdir=${place}`,
      `--output=${place}/chunk-%a.log`,
      join(place, "job.sh"),
    ],
  ]);
  expect(readFileSync(join(place, "job.sh"), "utf8")).toContain(`'--out' '${folder}' '--workers' '1'`);
  expect(readdirSync(join(folder, "slurm"))).toEqual(["1"]);
});

test("all files, the record included, are there before sbatch is called: array tasks may start at once", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  let found: string[] = [];
  slurm.answers = {
    sbatch: () => {
      found = readdirSync(join(folder, "slurm", "1")).sort();
      expect(submissions(folder)).toMatchObject([{ job: null }]);
      return undefined;
    },
  };
  await submit(folder, slurm, { jobs: jobs(4) });
  expect(found).toEqual(["chunk-0.keys", "chunk-1.keys", "job.sh", "submission.json", "sweep.json"]);
});

test("with nothing missing nothing is submitted", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  expect(await submit(folder, slurm, { jobs: [] })).toEqual({
    submission: undefined,
    tasks: 0,
    queued: 0,
    notes: [],
  });
  expect(slurm.callsOf("sbatch")).toEqual([]);
  expect(submissions(folder)).toEqual([]);
});

test("a further submission takes only what neither waits nor runs", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  await submit(folder, slurm);
  expect(await submit(folder, slurm)).toMatchObject({ submission: undefined, tasks: 0, queued: 10 });

  slurm.queue[0]!.state = "RUNNING";
  slurm.queue[1]!.state = "FAILED";
  slurm.queue.splice(2, 1);
  const again = await submit(folder, slurm);
  expect(again).toMatchObject({ tasks: 4, queued: 6, submission: { number: 2 } });
  const resubmitted = [0, 1].flatMap((chunk) => readChunk(chunkPath(again.submission!.folder, chunk)));
  const ended = [1, 2].flatMap((chunk) => readChunk(chunkPath(join(folder, "slurm", "1"), chunk)));
  expect(resubmitted.sort()).toEqual(ended.sort());
});

test("two that submit one sweep at once: one is told so, and no task is queued twice", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  const ends = await Promise.allSettled([submit(folder, slurm), submit(folder, slurm)]);
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(ends.find((end) => end.status === "rejected")?.reason).toBeInstanceOf(FolderInUse);
  expect(slurm.queue).toHaveLength(5);
  expect(await submit(folder, slurm)).toMatchObject({ tasks: 0, queued: 10 });
});

test.each([
  ["arrayTasks of the file", { arrayTasks: 3 }, 1001],
  ["MaxArraySize of the cluster", {}, 3],
])("there are no more array tasks than %s; their chunks are longer then", async (_, section, size) => {
  const slurm = new FakeSlurm();
  slurm.config = `MaxArraySize = ${size}\n`;
  const { submission } = await submit(temporaryFolder(), slurm, { section });
  expect(submission?.chunks.map(({ tasks }) => tasks)).toEqual([4, 3, 3]);
  expect(submission?.cluster).toBeNull();
});

test("without chunkSeconds a chunk takes half of the wall time of its cores", async () => {
  const section = { chunkSeconds: undefined, time: 10, cpusPerTask: 4 };
  const { submission } = await submit(temporaryFolder(), new FakeSlurm(), { section, jobs: jobs(1000) });
  // 10,000 s of work, 4 · 600/2 s a chunk.
  expect(submission?.chunks).toHaveLength(9);
});

test("most array tasks at once, and a path with a percent sign, are told to sbatch in its own way", async () => {
  const folder = join(temporaryFolder(), "100%j");
  const slurm = new FakeSlurm();
  await submit(folder, slurm, { section: { concurrent: 2 } });
  const [args] = slurm.callsOf("sbatch");
  expect(args).toContain("--array=0-4%2");
  expect(args).toContain(`--output=${folder.replace("%", "%%")}/slurm/1/chunk-%a.log`);
});

test.each([
  ["17\n", { job: 17, cluster: "testing" }],
  ["17;far\n", { job: 17, cluster: "far" }],
  ["sbatch: welcome, 3 news\nLua: account set to x\n17\n", { job: 17, cluster: "testing" }],
])("sbatch's answer %j is understood", async (stdout, expected) => {
  const slurm = new FakeSlurm();
  slurm.answers = {
    sbatch: () => ({ stdout, stderr: "sbatch: warning: can't run 1 processes on 2 nodes\n" }),
  };
  expect((await submit(temporaryFolder(), slurm)).submission).toMatchObject(expected);
});

test.each([
  [
    {
      code: 1,
      stderr: "sbatch: error: invalid partition specified: x\nsbatch: error: Batch job submission failed\n",
    },
    "sbatch failed: invalid partition specified: x; Batch job submission failed",
  ],
  [{ code: null }, "sbatch failed: it did not end in time"],
  [{ code: 3 }, "sbatch failed: it ended with code 3"],
  [{ stdout: "queued\n" }, 'sbatch gave no job id, it printed "queued\\n"'],
  [notInstalled("sbatch"), "cannot run sbatch: it is not installed on this machine"],
])(
  "when sbatch fails (%j) nothing is left, and a job it may have made is cancelled",
  async (answer, message) => {
    const folder = temporaryFolder();
    const slurm = new FakeSlurm();
    slurm.answers = { sbatch: () => answer };
    await expect(submit(folder, slurm)).rejects.toThrow(new SlurmError(message));
    expect(readdirSync(join(folder, "slurm"))).toEqual([]);
    expect(slurm.callsOf("scancel")).toEqual([[expect.stringMatching(/^--name=.+-[0-9a-f]{12}$/)]]);
    slurm.answers = {};
    expect(await submit(folder, slurm)).toMatchObject({ tasks: 10, submission: { number: 1 } });
  },
);

test("a submission that was interrupted after sbatch is found by the name of its job", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  const { submission } = await submit(folder, slurm);
  const record = join(submission!.folder, "submission.json");
  writeFileSync(record, readFileSync(record, "utf8").replace('"job": 41', '"job": null'));
  expect(submissions(folder)).toMatchObject([{ job: null }]);
  expect(await submit(folder, slurm)).toMatchObject({ tasks: 0, queued: 10 });
});

test("one that was interrupted before its record was written does not count", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "slurm", "1"), { recursive: true });
  expect(submissions(folder)).toEqual([]);
  expect(await submit(folder, new FakeSlurm())).toMatchObject({ submission: { number: 2 } });
});

test("expected times beyond the wall time are told", async () => {
  const slurm = new FakeSlurm();
  const long = await submit(temporaryFolder(), slurm, { section: { time: 1, chunkSeconds: 100 } });
  expect(long.notes).toEqual([
    expect.stringMatching(/^the longest array task is expected to take 100 s, .* 45 s/),
  ]);
  const never = await submit(temporaryFolder(), slurm, {
    section: { time: 1 },
    jobs: [{ key: "0".repeat(32), cost: 3600 }],
  });
  expect(never.notes).toEqual([
    expect.stringMatching(/^the longest task is expected to take 3600 s, .* 45 s/),
  ]);
});

test("a definition that JSON cannot hold, and a path that Slurm cannot take, are refused before anything is made", async () => {
  const folder = temporaryFolder();
  const slurm = new FakeSlurm();
  await expect(submit(folder, slurm, { definition: { samples: NaN } })).rejects.toThrow(OutOfDomain);
  await expect(submit(join(folder, "a\\b"), slurm)).rejects.toThrow(/no backslash/);
  expect(readdirSync(folder)).toEqual([]);
  expect(slurm.calls).toEqual([]);
});

test("a folder that cannot be made is told in one line", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  await expect(submit(join(file, "sweep"), new FakeSlurm())).rejects.toThrow(StoreError);
});

test("a record that is none is told with its path", async () => {
  const folder = temporaryFolder();
  const { submission } = await submit(folder, new FakeSlurm());
  writeFileSync(join(submission!.folder, "submission.json"), "{}");
  expect(() => submissions(folder)).toThrow(
    /cannot read .*submission\.json: .*; delete .*slurm\/1 to forget it/,
  );
});

test("on a full disk nothing is submitted, and the next attempt with space finds no traces", async (context) => {
  const folder = temporaryFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]).status === 0;
  if (!mounted) return context.skip("a small tmpfs cannot be mounted here");
  onTestFinished(() => void spawnSync("umount", [folder]));
  const slurm = new FakeSlurm();
  await expect(submit(folder, slurm, { jobs: jobs(5000) })).rejects.toThrow(
    /^cannot write .*: no space left on the disk$/,
  );
  expect(slurm.callsOf("sbatch")).toEqual([]);
  expect(readdirSync(join(folder, "slurm"))).toEqual([]);
  expect(statfsSync(folder).bfree).toBeGreaterThan(8);
  expect(await submit(folder, slurm)).toMatchObject({ tasks: 10 });
  expect(existsSync(join(folder, "slurm", "1", "chunk-4.keys"))).toBe(true);
});
