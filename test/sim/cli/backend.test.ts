/** @file `--backend` of every command that has it, where there is no GPU: what falls back, what fails, and how it says so. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { atlas, atlasJson } from "./harness.ts";
import type { Output } from "./learn-images.ts";
import { sharedImages, temporaryFolder } from "./learn-images.ts";

const { small } = sharedImages();

// Whether the package webgpu is installed or not: no adapter has this name.
beforeEach(() => {
  vi.stubEnv("ATLAS_DAWN", "adapter=no such adapter");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const hetero = ["hetero", "--layers", "2", "--n", "16", "--samples", "1", "--epochs", "5"];
const dynamics = ["dynamics", "--n", "30", "--jd", "0.5", "--samples", "2", "--max-sweeps", "50"];
const sync = [...dynamics, "--update", "sync"];
const focusing = ["focusing", "--n", "20", "--jd", "0.3", "--samples", "1", "--steps", "3", "--inner", "2"];
const commands: readonly (readonly [string, () => string[]])[] = [
  ["learn", () => [...small(), "--epochs", "1"]],
  ["hetero", () => hetero],
  ["dynamics", () => sync],
  ["focusing", () => focusing],
];

/** The JSON without what tells where and how fast it was made. */
const numbers = (stdout: string): string => stdout.replaceAll(/"seconds": ?[\d.e-]+/g, "");

describe.each(commands)("%s without a GPU", (_, command) => {
  test("--backend webgpu fails in one line that says what is missing", async () => {
    const { code, stdout, messages } = await atlas([...command(), "--backend", "webgpu"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/^no WebGPU here: .*npm install|^no GPU found: /);
    expect(messages[0]).not.toContain("\n");
  });

  test("--backend auto computes on the processor, says so in one line, and gives the same numbers", async () => {
    const usual = await atlas([...command(), "--json"]);
    const { code, stdout, messages } = await atlas([...command(), "--backend", "auto", "--json"]);
    expect(code).toBe(usual.code);
    expect(numbers(stdout)).toBe(numbers(usual.stdout));
    const said = messages.filter((line) => !usual.messages.includes(line));
    expect(said).toEqual([expect.stringMatching(/^computing on the processor: no (WebGPU|GPU) /)]);
  });

  test("--backend wasm is what runs without the option, and asks for no GPU", async () => {
    const usual = await atlas([...command(), "--json"]);
    const { code, stdout, messages } = await atlas([...command(), "--backend", "wasm", "--json"]);
    expect([code, numbers(stdout), messages]).toEqual([usual.code, numbers(usual.stdout), usual.messages]);
  });

  test("another word is refused", async () => {
    const { code, messages } = await atlas([...command(), "--backend", "cuda"]);
    expect([code, messages]).toEqual([
      2,
      [expect.stringContaining("--backend must be one of wasm, webgpu, auto")],
    ]);
  });
});

describe("learn", () => {
  test("says where it ran: on the processor there is no half precision, and no other run to go on from", async () => {
    const out = join(temporaryFolder(), "run");
    const args = [...small(), "--epochs", "1", "--out", out];
    const { parameters } = await atlasJson<Output>([...args, "--backend", "auto", "--precision", "f16"]);
    expect(parameters).toMatchObject({ backend: "wasm", precision: "f32" });
    // The same run, which a plain command takes up: nothing is left to do.
    const { code, messages } = await atlas(args);
    expect([code, messages]).toEqual([0, []]);
  });

  test("leaves no folder behind where there is no GPU", async () => {
    const out = join(temporaryFolder(), "run");
    expect((await atlas([...small(), "--out", out, "--backend", "webgpu"])).code).toBe(1);
    expect(existsSync(out)).toBe(false);
  });

  test.each([
    [/--precision goes with --backend webgpu or auto/, ["--precision", "f16"]],
    [/--precision must be one of f32, f16/, ["--precision", "f64", "--backend", "auto"]],
    [/--backend/, ["--baseline", "mlp", "--backend", "webgpu"]],
    [/--precision/, ["--baseline", "perceptron", "--precision", "f16"]],
  ])("%s", async (pattern, options) => {
    const { code, stdout, messages } = await atlas([...small(), ...options]);
    expect([code, stdout, messages.length]).toEqual([2, "", 1]);
    expect(messages[0]).toMatch(pattern);
  });
});
