/** @file The words about a network: each phase, singular and plural, what is not known yet. */
import { describe, expect, test } from "vitest";
import type { NetworkFrame } from "../../../sim/explorer/network/protocol.ts";
import {
  captionOf,
  describeHistogram,
  describeRaster,
  readingsOf,
  twoDigits,
  verdictOf,
} from "../../../sim/explorer/network/status.ts";

const histogram = {
  bins: { low: -1, width: 1, count: 2 },
  counts: Uint32Array.of(12, 388),
  unstable: 12,
  mean: 0.853,
};
const frame: NetworkFrame = {
  ...{ type: "frame", generation: 1, n: 400, selfCoupling: 0.3, states: new Uint8Array(50), histogram },
  ...{ sweeps: 123, lastFlips: 14, totalFlips: 9000, fixedPointAfter: null },
};
const running = { phase: "running", n: 400, frame, overlap: 0.9321 } as const;

describe("verdict", () => {
  test("tells what is going on", () => {
    expect(verdictOf({ phase: "preparing", n: 400, overlap: null })).toBe(
      "Drawing the couplings of 400 neurons …",
    );
    expect(verdictOf(running)).toBe("Running; no fixed point so far.");
    expect(verdictOf({ ...running, phase: "stopped" })).toBe(
      "Stopped after 123 sweeps; no fixed point so far.",
    );
    expect(verdictOf({ ...running, phase: "stopped", frame: { ...frame, sweeps: 0 } })).toMatch(
      /^A random state/,
    );
    expect(verdictOf({ ...running, phase: "failed", reason: "no memory" })).toContain("no memory");
  });

  test("tells of a fixed point and after how many sweeps", () => {
    const fixed = { ...frame, fixedPointAfter: 1 };
    expect(verdictOf({ ...running, phase: "stopped", frame: fixed })).toBe(
      "Fixed point after 1 sweep: every neuron is stable.",
    );
    expect(verdictOf({ ...running, frame: { ...fixed, fixedPointAfter: 34 } })).toMatch(
      /^Fixed point after 34 sweeps: .* self-coupling may wake it\.$/,
    );
  });
});

test("readings have numbers, or a dash where there are none yet", () => {
  expect(readingsOf(running)).toEqual({
    sweep: "123",
    flips: "14 (3.5 %)",
    unstable: "12 of 400",
    overlap: "0.93",
  });
  const fresh = { ...running, overlap: null, frame: { ...frame, sweeps: 0, lastFlips: 0 } };
  expect(readingsOf(fresh)).toMatchObject({ sweep: "0", flips: "–", overlap: "–" });
  expect(readingsOf({ phase: "preparing", n: 400, overlap: null }).unstable).toBe("–");
});

test("numbers have a true minus sign, and none before zero", () => {
  expect([twoDigits(-0.126), twoDigits(-0.001), twoDigits(0), twoDigits(1)]).toEqual([
    "−0.13",
    "0.00",
    "0.00",
    "1.00",
  ]);
});

test("the raster is told in words", () => {
  expect(describeRaster(running, 100)).toBe(
    "Raster of 400 spins over the last 100 states. After 123 sweeps. 14 flips in the last sweep. " +
      "Overlap with the state 10 sweeps ago 0.93. Running; no fixed point so far.",
  );
  const fresh = { ...running, phase: "stopped", overlap: null, frame: { ...frame, sweeps: 0 } } as const;
  expect(describeRaster(fresh, 1)).toMatch(
    /^Raster of 400 spins over the last state\. After 0 sweeps\. A random/,
  );
  expect(describeRaster({ phase: "preparing", n: 400, overlap: null }, 0)).toContain("not drawn yet");
});

test("the caption says which sweeps and neurons are where", () => {
  expect(captionOf(running, { shown: 100, neuronsPerRow: 1 })).toBe(
    "From left to right: sweeps 24 to 123. From top to bottom: 400 neurons.",
  );
  expect(captionOf(running, { shown: 124, neuronsPerRow: 2 })).toBe(
    "From left to right: sweeps 0 to 123. From top to bottom: 400 neurons, 2 a row.",
  );
});

test("the histogram is told in words", () => {
  expect(describeHistogram(histogram)).toBe(
    "Histogram of the stabilities of 400 neurons: 12 below 0, which are unstable; mean 0.85.",
  );
});
