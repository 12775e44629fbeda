#!/usr/bin/env node
/** @file The `atlas` program: the edge between the process (streams, signals, exit code) and the command line. */
import { runCommandLine } from "./cli/main.ts";

/** Exit codes after a signal: 128 + its number. */
const signalExitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

const controller = new AbortController();
let signalExitCode: number | undefined;

for (const [name, code] of Object.entries(signalExitCodes)) {
  process.on(name, () => {
    // A second signal is for the impatient: the store is never torn, so leaving at once loses nothing written.
    if (signalExitCode !== undefined) process.exit(code);
    signalExitCode = code;
    controller.abort();
  });
}

// A reader that has seen enough (`atlas … | head`) ends the program quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`atlas: cannot write the result: ${error.message}\n`);
  process.exit(1);
});
process.stderr.on("error", () => undefined);

const exitCode = await runCommandLine(process.argv.slice(2), {
  print: (text) => process.stdout.write(text),
  report: (line) => process.stderr.write(`atlas: ${line}\n`),
  progress: true,
  signal: controller.signal,
});
process.exitCode = signalExitCode ?? exitCode;
