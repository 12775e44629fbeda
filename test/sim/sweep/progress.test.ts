import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import type { Progress } from "../../../sim/sweep/local.ts";
import { formatDuration, showProgress } from "../../../sim/sweep/progress.ts";

/** A stream that remembers what was written to it. */
function recorder(isTTY: boolean): {
  stream: PassThrough & { isTTY: boolean; columns: number };
  text: () => string;
} {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  let text = "";
  stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return { stream, text: () => text };
}

function progress(done: number, failed = 0, others = 0): Progress {
  const left = 20 - 4 - done - others - failed;
  return { total: 20, done, skipped: 4, others, failed, left, fraction: (done + others + failed) / 16 };
}

describe("progress", () => {
  test("without a terminal is a line at the start, every five seconds and at the end", () => {
    const { stream, text } = recorder(false);
    let now = 1000;
    const { update, stop } = showProgress({ label: "entropy-check", stream, now: () => now });
    update(progress(0));
    for (let done = 1; done <= 14; done++) {
      now += 1000;
      update(progress(done));
    }
    now += 5000;
    update(progress(14, 0, 1));
    update(progress(14, 1, 1));
    stop();
    expect(text().split("\n")).toEqual([
      "entropy-check: 4/20",
      "entropy-check: 9/20, 11 s left", // 5 of 16 in 5 s: 11 remain
      "entropy-check: 14/20, 6 s left",
      "entropy-check: 19/20, 1 by other processes, 2 s left", // 15 of 16 in 19 s: 1.3 s remain
      "entropy-check: 20/20, 1 by other processes, 1 failed",
      "",
    ]);
  });

  test("on a terminal is a bar with counts and time left", () => {
    const { stream, text } = recorder(true);
    let now = 0;
    const { update, stop } = showProgress({ label: "dynamics", stream, now: () => now });
    update(progress(0));
    now = 60_000;
    update(progress(4));
    stop();
    // 4 of 16 in one minute: three more minutes.
    expect(text()).toMatch(/dynamics \[=+-+\] 8\/20, 3 min 00 s left/);
  });

  test("when quiet is nothing", () => {
    const { stream, text } = recorder(true);
    const { update, stop } = showProgress({ label: "any", stream, quiet: true });
    update(progress(3));
    stop();
    expect(text()).toBe("");
  });

  test("may be stopped before it has begun", () => {
    for (const isTTY of [true, false]) showProgress({ label: "any", stream: recorder(isTTY).stream }).stop();
  });
});

test.each([
  [0, "0 s"],
  [41.2, "42 s"],
  [59.5, "1 min 00 s"],
  [185, "3 min 05 s"],
  [7800, "2 h 10 min"],
])("%d seconds read %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
