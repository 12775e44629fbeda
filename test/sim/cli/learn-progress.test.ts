/** @file The progress of `atlas learn`, without a clock: time is given. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { showLearning } from "../../../sim/cli/learn-progress.ts";

function display(isTTY: boolean) {
  let time = 0;
  const stream = Object.assign(new PassThrough(), { isTTY });
  const shown = showLearning({ stream, now: () => time });
  const at = (seconds: number, fraction: number, epoch: number, testAccuracy?: number) => {
    time = 1000 * seconds;
    shown.update({ epoch, epochs: 4, fraction, testAccuracy });
  };
  const text = () => String(stream.read() ?? "");
  return { at, text, stop: shown.stop };
}

test("in a log: a line every five seconds and one at the end, with the time left by the share that is done", () => {
  const { at, text, stop } = display(false);
  at(1, 0.1, 1);
  expect(text()).toBe("");
  at(6, 0.1, 1);
  expect(text()).toBe("learn: epoch 1/4, 54 s left\n");
  at(10, 0.2, 1);
  expect(text()).toBe("");
  at(60, 0.5, 3, 0.7625);
  expect(text()).toBe("learn: epoch 3/4, test accuracy 76.3 %, 1 min 00 s left\n");
  at(61, 1, 4, 0.8);
  expect(text()).toBe("learn: epoch 4/4, test accuracy 80.0 %\n");
  stop();
  expect(text()).toBe("");
});

test("on a terminal: a bar with the same text", () => {
  const { at, text, stop } = display(true);
  at(60, 0.5, 3, 0.7);
  stop();
  expect(text()).toContain("epoch 3/4, test accuracy 70.0 %, 1 min 00 s left");
});

test("quiet shows nothing", () => {
  const stream = new PassThrough();
  const shown = showLearning({ quiet: true, stream });
  shown.update({ epoch: 1, epochs: 1, fraction: 1, testAccuracy: 1 });
  shown.stop();
  expect(stream.read()).toBeNull();
});
