/** @file The words about many starts: on GPU and processor, at rest or not, short and long. */
import { describe, expect, test } from "vitest";
import type { StartsPlace, StartsResult } from "../../../sim/explorer/network/protocol.ts";
import { startsProgressText, startsResultText } from "../../../sim/explorer/network/starts-words.ts";

const gpu: StartsPlace = { on: "gpu", name: "NVIDIA H200" };
const processor: StartsPlace = { on: "processor", failure: null };
const result: StartsResult = {
  ...{ type: "starts-result", attempt: 1, total: 64, budget: 300 },
  ...{ atRest: 41, medianSweeps: 57, milliseconds: 412, place: gpu },
};

describe("the result", () => {
  test("says how many, how fast, where and how long", () => {
    expect(startsResultText(result)).toBe(
      "41 of 64 starts came to rest within 300 sweeps (median 57), on the GPU (NVIDIA H200), 0.4 s.",
    );
    expect(startsResultText({ ...result, place: { on: "gpu", name: "" } })).toContain(", on the GPU, ");
    expect(startsResultText({ ...result, medianSweeps: 57.5, place: processor })).toContain(
      "(median 57.5), on the processor, ",
    );
  });

  test("has no median where nothing came to rest", () => {
    expect(startsResultText({ ...result, atRest: 0, medianSweeps: null, place: processor })).toBe(
      "0 of 64 starts came to rest within 300 sweeps, on the processor, 0.4 s.",
    );
  });

  test.each([
    [0.2, "1 ms"],
    [40.4, "40 ms"],
    [150, "0.1 s"],
    [9940, "9.9 s"],
    [12_345, "12 s"],
  ])("%d ms are told as %s", (milliseconds, text) => {
    expect(startsResultText({ ...result, milliseconds })).toMatch(new RegExp(`, ${text}\\.$`));
  });

  test("says why it was not the GPU", () => {
    const place: StartsPlace = { on: "processor", failure: "the GPU was lost" };
    expect(startsResultText({ ...result, place })).toMatch(
      /, on the processor, 0\.4 s\. The GPU failed: the GPU was lost\.$/,
    );
  });
});

test("progress counts on the processor, and says that the live network waits", () => {
  const progress = { type: "starts-progress", attempt: 1, total: 64, done: 12 } as const;
  expect(startsProgressText()).toBe("The starts are drawn; the live network waits.");
  expect(startsProgressText({ ...progress, place: processor })).toBe(
    "12 of 64 starts have ended, on the processor; the live network waits.",
  );
  expect(startsProgressText({ ...progress, place: gpu })).toBe(
    "64 starts relax, on the GPU (NVIDIA H200); the live network waits.",
  );
  expect(startsProgressText({ ...progress, place: { on: "processor", failure: "no room" } })).toMatch(
    / The GPU failed: no room\.$/,
  );
});
