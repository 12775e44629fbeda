/** @file `atlas learn --out`: checkpoints, runs that stop and go on, and folders that are refused. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { readCheckpoint } from "../../../sim/checkpoint.ts";
import { openLearnFolder } from "../../../sim/cli/learn-folder.ts";
import { atlas, atlasJson } from "./harness.ts";
import type { Output } from "./learn-images.ts";
import { sharedImages, temporaryFolder, writeImages } from "./learn-images.ts";

const { small } = sharedImages();

/** Digest of the weights in the checkpoint of a folder. */
const weightsIn = (folder: string) => readCheckpoint(join(folder, "learn.checkpoint"))!.weights;
const tableIn = (folder: string) => readFileSync(join(folder, "epochs.csv"), "utf8");

describe("--out", () => {
  test("checkpoint and table after the last epoch; a finished run is not done again, a longer one goes on", async () => {
    const folder = join(temporaryFolder(), "new", "folder");
    const run = [...small(), "--out", folder];
    const first = await atlasJson<Output>(run);
    expect(readdirSync(folder).sort()).toEqual(["epochs.csv", "learn.checkpoint"]);
    const { epoch, rows, matrices } = readCheckpoint(join(folder, "learn.checkpoint"))!;
    expect(epoch).toBe(3);
    expect(matrices.map(({ name, rows, columns }) => [name, rows, columns])).toEqual([
      ["couplings0", 40, 40],
      ["input0", 40, 100],
      ["feedback0", 40, 10],
      ["readout", 10, 40],
    ]);
    expect(rows.map((row) => ({ status: "ok", ...row }))).toEqual(first.epochs);
    const lines = tableIn(folder).split("\r\n");
    expect(lines[0]).toBe(
      "epoch,trainAccuracy,testAccuracy,hiddenUpdates,readoutUpdates,meanSweeps,settled,symmetry",
    );
    expect(lines[3]!.split(",").slice(0, 3)).toEqual([
      "3",
      ...[first.epochs[2]!.trainAccuracy, first.epochs[2]!.testAccuracy].map(String),
    ]);

    expect(await atlasJson<Output>(run)).toEqual(first);
    const longer = await atlasJson<Output>([...run, "--epochs", "5"]);
    expect(longer.epochs.slice(0, 3)).toEqual(first.epochs);
    const whole = temporaryFolder();
    await atlasJson<Output>([...small(), "--epochs", "5", "--out", whole]);
    expect(weightsIn(folder)).toBe(weightsIn(whole));
    expect(tableIn(folder)).toBe(tableIn(whole));
  });

  test("another configuration: exit code 2, one line that names the difference, nothing touched", async () => {
    const folder = temporaryFolder();
    const run = [...small(), "--schedule", "linear", "--out", folder];
    await atlasJson<Output>(run);
    const before = readFileSync(join(folder, "learn.checkpoint"));
    const table = tableIn(folder);
    const other = temporaryFolder();
    writeImages(other, [610, 200]);
    const cases: [string[], RegExp][] = [
      [["--hidden", "41"], /model\.hidden is 40 there and 41 here; give another folder$/],
      [["--seed", "2"], /seed is 1 there and 2 here/],
      [["--epochs", "4"], /epochs is 3 there and 4 here/],
      [["--rate-input", "0.02"], /rule\.rates\.input is 0\.03 there and 0\.02 here/],
      [["--data", other], /samples is "[0-9a-f]{32}" there and "[0-9a-f]{32}" here/],
      [["--baseline", "reservoir"], /method is "rule" there and "reservoir" here/],
    ];
    for (const [options, pattern] of cases) {
      const { code, stdout, messages } = await atlas([...run, ...options]);
      expect([code, stdout, messages.length]).toEqual([2, "", 1]);
      expect(messages[0]).toMatch(pattern);
      expect(messages[0]).toContain(folder);
    }
    // The same images in another folder are the same samples.
    const copy = temporaryFolder();
    writeImages(copy, [600, 200]);
    expect((await atlas([...run, "--data", copy])).code).toBe(0);
    expect(readFileSync(join(folder, "learn.checkpoint")).equals(before)).toBe(true);
    expect(tableIn(folder)).toBe(table);
    expect(readdirSync(folder).sort()).toEqual(["epochs.csv", "learn.checkpoint"]);
  });

  test("with constant rates, fewer epochs than are done are refused", async () => {
    const folder = temporaryFolder();
    await atlasJson<Output>([...small(), "--out", folder]);
    const { code, messages } = await atlas([...small(), "--out", folder, "--epochs", "2"]);
    expect(code).toBe(2);
    expect(messages).toEqual(["--epochs must be at least 3, the epochs done there, got 2"]);
  });

  test("a damaged checkpoint: exit code 1 and one line, nothing touched; a table on its own: 2", async () => {
    const folder = temporaryFolder();
    const run = [...small(), "--out", folder];
    await atlasJson<Output>(run);
    const path = join(folder, "learn.checkpoint");
    const whole = readFileSync(path);
    const flipped = Buffer.from(whole);
    flipped[whole.length - 100]! ^= 0x10;
    for (const bytes of [flipped, whole.subarray(0, -1), Buffer.from("notes\n")]) {
      writeFileSync(path, bytes);
      const { code, stdout, messages } = await atlas(run);
      expect([code, stdout, messages.length]).toEqual([1, "", 1]);
      expect(messages[0]).toMatch(/learn\.checkpoint is (damaged|not a checkpoint)/);
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
    rmSync(path);
    const { code, messages } = await atlas(run);
    expect(code).toBe(2);
    expect(messages).toEqual([expect.stringMatching(/has an epochs\.csv without a checkpoint/)]);
  });

  test("a second run in the folder is refused in one line", async () => {
    const folder = temporaryFolder();
    const first = openLearnFolder(folder);
    const { code, stdout, messages } = await atlas([...small(), "--out", folder]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(messages).toEqual([expect.stringMatching(/^folder in use: .*learn\.lock/)]);
    first.close();
    expect((await atlas([...small(), "--epochs", "1", "--out", folder])).code).toBe(0);
  });

  test("a full disk: the error is one line, the last checkpoint and the table stay", async () => {
    const folder = temporaryFolder();
    await atlasJson<Output>([...small(), "--out", folder]);
    const before = [weightsIn(folder), tableIn(folder)];
    let written = 0;
    const opened = openLearnFolder(folder, {
      write: (file, bytes) => {
        if ((written += bytes.length) > 2000) {
          throw Object.assign(new Error("write"), { code: "ENOSPC" });
        }
        return writeSync(file, bytes);
      },
    });
    const checkpoint = readCheckpoint(join(folder, "learn.checkpoint"))!;
    expect(() => opened.save({ ...checkpoint, epoch: 4 })).toThrow(/no space left on the disk$/);
    opened.close();
    expect([weightsIn(folder), tableIn(folder)]).toEqual(before);
    expect(readdirSync(folder).sort()).toEqual(["epochs.csv", "learn.checkpoint"]);
  });

  test("a run that is stopped keeps what is done and marks the rest", async () => {
    const { code, stdout, messages } = await atlas(
      [...small(), "--json", "--out", temporaryFolder()],
      AbortSignal.abort(),
    );
    expect(code).toBe(1);
    const { epochs } = JSON.parse(stdout) as Output;
    expect(epochs.map(({ status, epoch, testAccuracy }) => [status, epoch, testAccuracy])).toEqual([
      ["unstarted", 1, null],
      ["unstarted", 2, null],
      ["unstarted", 3, null],
    ]);
    // No epoch is done: there is nothing to go on from.
    expect(messages.join()).not.toContain("run the same command");
    expect(messages.at(-1)).toMatch(/^stopped before the end/);
  });

  test("learning that diverges: finished epochs are printed and kept, the next says so, exit code 1", async () => {
    const folder = temporaryFolder();
    // Decay multiplies the couplings by 1 − 10⁴·0.005/√40 = −6.9 in each of 25 updates an epoch: 10²¹, then beyond f32.
    const run = [...small(), "--rate-couplings", "1e4", "--json", "--out", folder];
    const { code, stdout, messages } = await atlas(run);
    expect(code).toBe(1);
    const { epochs } = JSON.parse(stdout) as Output;
    expect(epochs.map(({ status, epoch }) => [status, epoch])).toEqual([
      ["ok", 1],
      ["not-converged", 2],
      ["unstarted", 3],
    ]);
    expect(epochs[0]!.testAccuracy).toEqual(expect.any(Number));
    expect(epochs[1]).toMatchObject({ testAccuracy: null, hiddenUpdates: null, seconds: null });
    expect(messages.at(-1)).toMatch(/^weights couplings0 are no longer finite after epoch 2/);
    expect(readCheckpoint(join(folder, "learn.checkpoint"))!.epoch).toBe(1);
    expect(tableIn(folder).trimEnd().split("\r\n")).toHaveLength(2);
    // Going on ends in the same way.
    expect(JSON.parse((await atlas(run)).stdout)).toEqual(JSON.parse(stdout));
  });
});

describe("the program in a process of its own", () => {
  const program = fileURLToPath(new URL("../../../sim/cli.ts", import.meta.url));

  function start(args: readonly string[]) {
    const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), program, ...args]);
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (text: Buffer) => (output.stdout += text.toString()));
    child.stderr.on("data", (text: Buffer) => (output.stderr += text.toString()));
    const ended = once(child, "close").then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as string | null,
      ...output,
    }));
    return { child, ended };
  }

  // Without self-coupling states never rest: an epoch is long, and its first checkpoint soon followed by the second epoch.
  const slow = () => [...small(), "--jd", "0", "--sweeps", "150", "--epochs", "4", "--hidden", "200"];

  test.each(["SIGKILL", "SIGINT"] as const)(
    "%s in mid-epoch, then the same command: weights and table of a run that was not stopped",
    async (signal) => {
      const whole = temporaryFolder();
      await atlasJson<Output>([...slow(), "--out", whole]);
      const folder = temporaryFolder();
      const run = [...slow(), "--json", "--out", folder];
      const first = start(run);
      while (!existsSync(join(folder, "epochs.csv"))) await pause(5);
      first.child.kill(signal);
      const end = await first.ended;
      const kept = readCheckpoint(join(folder, "learn.checkpoint"))!.epoch;
      expect(kept).toBeGreaterThanOrEqual(1);
      expect(kept).toBeLessThan(4);
      expect(readdirSync(folder).includes("learn.lock")).toBe(signal === "SIGKILL");
      if (signal === "SIGINT") {
        expect(end).toMatchObject({ code: 130, signal: null });
        const { epochs } = JSON.parse(end.stdout) as Output;
        expect(epochs.filter(({ status }) => status === "ok")).toHaveLength(kept);
        expect(end.stderr).toMatch(/run the same command to go on/);
      } else expect(end).toMatchObject({ code: null, signal, stdout: "" });

      const second = await start(run).ended;
      expect(second.code).toBe(0);
      expect(JSON.parse(second.stdout)).toMatchObject({ epochs: [1, 2, 3, 4].map((epoch) => ({ epoch })) });
      expect(weightsIn(folder)).toBe(weightsIn(whole));
      expect(tableIn(folder)).toBe(tableIn(whole));
      expect(readdirSync(folder).sort()).toEqual(["epochs.csv", "learn.checkpoint"]);
    },
  );
});
