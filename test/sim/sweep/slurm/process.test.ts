import { expect, test, vi } from "vitest";
import { SlurmError, ask, runProcess } from "../../../../sim/sweep/slurm/process.ts";

test("a program's output and end are returned, its arguments are no shell's", async () => {
  expect(await runProcess("printf", ["%s", "a 'b' $HOME"])).toEqual({
    code: 0,
    stdout: "a 'b' $HOME",
    stderr: "",
  });
  expect(await runProcess("sh", ["-c", "echo no >&2; exit 3"])).toEqual({
    code: 3,
    stdout: "",
    stderr: "no\n",
  });
  expect(await runProcess("sh", ["-c", "kill -KILL $$"])).toMatchObject({ code: null });
});

test("a program that is not installed is told by its name", async () => {
  await expect(ask(runProcess, "no-such-program", [])).rejects.toThrow(
    new SlurmError("cannot run no-such-program: it is not installed on this machine"),
  );
});

test("variables with which a user changes what squeue shows do not reach it", async () => {
  vi.stubEnv("SQUEUE_STATES", "RUNNING");
  vi.stubEnv("SLURM_CONF", "/tmp/x");
  try {
    const { stdout } = await runProcess("env", []);
    expect(stdout).not.toContain("SQUEUE_");
    expect(stdout).toContain("SLURM_CONF=/tmp/x");
  } finally {
    vi.unstubAllEnvs();
  }
});

test("a complaint of several lines becomes one, without the program's name", async () => {
  const complaint = "sbatch: error: first\n\nsbatch: second\r\n";
  await expect(
    ask(() => Promise.resolve({ code: 1, stdout: "", stderr: complaint }), "sbatch", []),
  ).rejects.toThrow(new SlurmError("sbatch failed: first; second"));
});
