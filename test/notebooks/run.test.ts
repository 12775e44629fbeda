/** @file The command `npm run notebooks` where it cannot start: one clear line, and a failing exit code. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../../notebooks/run.mjs", import.meta.url));

const run = (args: readonly string[]) =>
  spawnSync(process.execPath, [script, ...args], { encoding: "utf8", env: { PATH: "/nowhere" } });

test.each([
  [[], /^jupyter nbconvert is missing \(Debian and Ubuntu: apt install jupyter-nbconvert\)\n$/],
  [["--stoer"], /^unknown option --stoer; there is --store\n$/],
  [["99"], /^no notebook begins with 99: 01-entropy\.ipynb, .*\n$/],
])("%j", (args, message) => {
  const { status, stderr, stdout } = run(args);
  expect(stderr).toMatch(message);
  expect(stdout).toBe("");
  expect(status).toBe(1);
});
