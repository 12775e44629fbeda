import { expect, test } from "vitest";
import { marginSeconds, slurmSchema, wallTimeSeconds } from "../../../../sim/sweep/slurm/settings.ts";
import { clockSeconds, clockText } from "../../../../sim/sweep/slurm/time.ts";

const full = {
  partition: "short,long",
  account: "physics",
  qos: "normal",
  time: "2-12:00:00",
  cpusPerTask: 8,
  memory: "4G",
  arrayTasks: 500,
  chunkSeconds: 7200,
  concurrent: 50,
  setup: ["module load 'nodejs/20'"],
  options: ["--mail-type=END", "-C haswell", '--comment="phase diagram"'],
  margin: 120,
};

test("a section may give everything, or nothing and then has defaults", () => {
  expect(slurmSchema.parse(full)).toEqual(full);
  expect(slurmSchema.parse({})).toEqual({
    time: 60,
    cpusPerTask: 1,
    arrayTasks: 100,
    setup: [],
    options: [],
  });
});

test("what the schema returns is a section of the same meaning, so that it can be written and read again", () => {
  for (const section of [full, {}, { time: 90 }]) {
    const once = slurmSchema.parse(section);
    expect(slurmSchema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
  }
});

test.each([
  [{ time: "1:30" }, "time", "must be minutes"],
  [{ time: 0.5 }, "time", "must be minutes"],
  [{ time: Infinity }, "time", "must be minutes"],
  [{ time: "unlimited" }, "time", "must be minutes"],
  [{ time: "366-00" }, "time", "must be minutes"],
  [{ time: "00:00:59" }, "time", "must be minutes"],
  [{ memory: "4GB" }, "memory", "must be MiB"],
  [{ memory: 0.5 }, "memory", "must be MiB"],
  [{ partition: "a b" }, "partition", "without spaces"],
  [{ partition: "a\n#SBATCH --uid=0" }, "partition", "without spaces"],
  [{ account: "-x" }, "account", "minus sign"],
  [{ setup: ["a\nb"] }, "setup.0", "one line"],
  [{ options: ["mail-type=END"] }, "options.0", "must be an option"],
  [{ options: ["--array=0-3"] }, "options.0", "is set by this program"],
  [{ options: ["-J name"] }, "options.0", "is set by this program"],
  [{ options: ["-Jname"] }, "options.0", "is set by this program"],
  [{ arrayTasks: 0 }, "arrayTasks", ""],
  [{ chunkSeconds: 0 }, "chunkSeconds", ""],
  [{ cpusPerTask: 1.5 }, "cpusPerTask", ""],
  [{ margin: 60, time: 1 }, "margin", "less than the wall time"],
  [{ gpus: 1 }, "", "gpus"],
])("%j is refused", (section, path, message) => {
  const { error } = slurmSchema.safeParse(section);
  expect(error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  expect(error?.issues[0]?.message).toContain(message);
});

test.each([
  // sbatch(1), option --time.
  ["05:30", 330],
  ["01:00:00", 3600],
  ["90:00:00", 324_000],
  ["1-0", 86_400],
  ["1-12:30", 131_400],
  ["2-03:04:05", 183_845],
])("%s are %d seconds", (text, seconds) => {
  expect(clockSeconds(text)).toBe(seconds);
});

test.each(["UNLIMITED", "NOT_SET", "INVALID", "", "60", "-1:00", "1:2:3:4"])("%j is no time", (text) => {
  expect(clockSeconds(text)).toBeUndefined();
});

test("a written time reads as the same seconds, rounded up", () => {
  expect(clockText(3600)).toBe("01:00:00");
  expect(clockText(100 * 3600 + 61.2)).toBe("100:01:02");
  for (const seconds of [1, 59, 60, 3599, 86_400, 31_536_000])
    expect(clockSeconds(clockText(seconds))).toBe(seconds);
});

test("the wall time is in seconds, and the margin at most a quarter of it unless it is given", () => {
  expect(wallTimeSeconds({ time: 90 })).toBe(5400);
  expect(wallTimeSeconds({ time: "1-00" })).toBe(86_400);
  expect(marginSeconds(slurmSchema.parse({}))).toBe(60);
  expect(marginSeconds(slurmSchema.parse({ time: 2 }))).toBe(30);
  expect(marginSeconds(slurmSchema.parse({ time: 2, margin: 100 }))).toBe(100);
});
