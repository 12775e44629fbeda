/** @file `atlas dynamics` in blocks, and where it may run. */
import { describe, expect, test } from "vitest";
import type { AccessibilityRow } from "../../../sim/experiments/rows.ts";
import { atlas, atlasJson } from "./harness.ts";

const dynamics = ["dynamics", "--n", "60", "--jd", "0.3,3", "--samples", "10", "--max-sweeps", "100"];

interface Rows {
  readonly rows: readonly AccessibilityRow[];
}

describe("--update block", () => {
  test("blocks as large as the network are synchronous, smaller ones are not", async () => {
    const [sync, whole, small, usual] = await Promise.all(
      [["sync"], ["block", "--block-size", "60"], ["block", "--block-size", "5"], ["block"]].map(
        async (update) => (await atlasJson<Rows>([...dynamics, "--update", ...update])).rows,
      ),
    );
    const counts = (rows?: readonly AccessibilityRow[]) =>
      rows?.map(({ converged, medianSweeps }) => [converged, medianSweeps]);
    // Flips differ where synchronous runs end in a cycle, which ends them early.
    expect(counts(whole)).toEqual(counts(sync));
    expect(whole?.[1]?.flipsPerNeuron).toBe(sync?.[1]?.flipsPerNeuron);
    expect(small?.[0]?.flipsPerNeuron).not.toBe(whole?.[0]?.flipsPerNeuron);
    // The default size is 64, beyond 60.
    expect(usual).toEqual(whole);
    expect(small?.[1]?.converged).toBe(10);
  });
});

describe("--backend", () => {
  test("auto says that orders of one neuron after the other run on the processor, with the same rows", async () => {
    const found = await atlas([...dynamics, "--backend", "auto", "--json"]);
    const usual = await atlas([...dynamics, "--json"]);
    expect([found.code, found.stdout]).toEqual([0, usual.stdout]);
    expect(found.messages).toEqual([
      "computing on the processor: a GPU goes with --update sync, partial, block, got --update async",
    ]);
  });

  test.each([
    [/--update sync, partial, block, got --update async/, ["--backend", "webgpu"]],
    [/--update sync, partial, block, got --update random/, ["--backend", "webgpu", "--update", "random"]],
    [/--backend/, ["--backend", "cuda", "--update", "sync"]],
    [/--block-size goes with --update block, got --update sync/, ["--update", "sync", "--block-size", "4"]],
    [/--block-size/, ["--update", "block", "--block-size", "0"]],
    [/--block-size/, ["--update", "block", "--block-size", "1.5"]],
  ])("%s", async (pattern, options) => {
    const { code, stdout, messages } = await atlas([...dynamics, ...options]);
    expect([code, stdout, messages.length]).toEqual([2, "", 1]);
    expect(messages[0]).toMatch(pattern);
  });
});
