import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { jobScript } from "../../../../sim/sweep/slurm/script.ts";
import { slurmSchema } from "../../../../sim/sweep/slurm/settings.ts";
import { OutOfDomain } from "../../../../theory/errors.ts";
import { temporaryFolder } from "../fixtures/sweeps.ts";

const place = {
  settings: slurmSchema.parse({}),
  command: ["/usr/bin/node", "/opt/atlas/cli.js"],
  sweepFile: "/data/slurm/1/sweep.json",
  out: "/data",
  chunkFolder: "/data/slurm/1",
};

test("the script of a full section", () => {
  const settings = slurmSchema.parse({
    partition: "long",
    account: "physics",
    qos: "normal",
    time: "1-00:00:00",
    cpusPerTask: 4,
    memory: 4000,
    setup: ["module load nodejs"],
    options: ["--mail-type=END"],
  });
  expect(jobScript({ ...place, settings }).split("\n")).toEqual([
    "#!/bin/bash",
    "#SBATCH --partition=long",
    "#SBATCH --account=physics",
    "#SBATCH --qos=normal",
    "#SBATCH --mem=4000",
    "#SBATCH --time=24:00:00",
    "#SBATCH --nodes=1",
    "#SBATCH --ntasks=1",
    "#SBATCH --cpus-per-task=4",
    "#SBATCH --requeue",
    "#SBATCH --open-mode=append",
    "#SBATCH --signal=B:TERM@30",
    "#SBATCH --mail-type=END",
    "set -e",
    "module load nodejs",
    "exec '/usr/bin/node' '/opt/atlas/cli.js' 'sweep' 'run' '/data/slurm/1/sweep.json' '--out' '/data' " +
      `'--workers' '4' --chunk '/data/slurm/1/chunk-'"$SLURM_ARRAY_TASK_ID".keys`,
    "",
  ]);
});

/** Runs a script as Slurm would and returns the arguments that its program got. */
function argumentsOf(script: string): string[] {
  const folder = temporaryFolder();
  const path = join(folder, "job.sh");
  writeFileSync(path, script);
  const output = execFileSync("bash", [path], { env: { ...process.env, SLURM_ARRAY_TASK_ID: "12" } });
  return output.toString("utf8").split("\0").slice(0, -1);
}

/** Prints its arguments, each with a NUL after it. */
const printArguments = ["/usr/bin/printf", "%s\\0"];

test("any path reaches the program as it is", () => {
  const path = fc
    .array(
      fc.constantFrom(
        "'",
        '"',
        " ",
        "$HOME",
        "`id`",
        "\\",
        "\n",
        "*",
        "#",
        "é",
        "🙂",
        "%a",
        "-",
        "!",
        "(",
        "~",
      ),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    .map((parts) => `/${parts.join("")}`);
  fc.assert(
    fc.property(path, path, path, (sweepFile, out, chunkFolder) => {
      const script = jobScript({ ...place, command: printArguments, sweepFile, out, chunkFolder });
      const chunk = `${chunkFolder}/chunk-12.keys`;
      const expected = ["sweep", "run", sweepFile, "--out", out, "--workers", "1", "--chunk", chunk];
      expect(argumentsOf(script)).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

test("the program takes the place of the shell, so that it gets the signals", () => {
  const folder = temporaryFolder();
  const program = join(folder, "it's here", "pid.sh");
  mkdirSync(join(folder, "it's here"));
  writeFileSync(program, 'echo "$$"\n');
  const script = join(folder, "job.sh");
  writeFileSync(script, jobScript({ ...place, command: ["bash", program] }));
  const { pid, stdout } = spawnSync("bash", [script], { encoding: "utf8" });
  expect(stdout).toBe(`${pid}\n`);
});

test("a setup line that fails ends the array task", () => {
  const settings = slurmSchema.parse({ setup: ["false"] });
  const { status, stdout } = spawnSync("bash", [
    "-c",
    jobScript({ ...place, settings, command: printArguments }),
  ]);
  expect(status).toBe(1);
  expect(stdout.toString()).toBe("");
});

test("a path with a NUL character is refused", () => {
  expect(() => jobScript({ ...place, out: "/a\0b" })).toThrow(OutOfDomain);
});
