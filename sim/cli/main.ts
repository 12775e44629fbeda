/** @file The command line: parses arguments, runs a command, maps errors to one line and an exit code. */
import { Command, CommanderError } from "commander";
import { OutOfDomain } from "../../theory/errors.ts";
import type { CommandContext } from "./command.ts";
import { makeCommand } from "./command.ts";
import { version } from "./version.ts";

/** Rejected arguments. */
const usageExitCode = 2;

/**
 * Runs the command line.
 * @param args arguments after the program's name
 * @param context the outside world
 * @returns exit code: 0 done; 2 rejected arguments; 1 anything else that went wrong, rows that did not converge included
 */
export async function runCommandLine(
  args: readonly string[],
  context: Omit<CommandContext, "setExitCode">,
): Promise<number> {
  let exitCode = 0;
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const program = new Command("atlas")
    .description("Statistical mechanics of the fixed points that neural dynamics can be steered to.")
    .version(version)
    .addHelpText(
      "after",
      "\nExit codes: 0 done; 2 rejected arguments; 1 failed or not converged; 130, 143 interrupted.",
    );
  await addCommands(program, args[0], { ...context, setExitCode });
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: context.print,
      writeErr: () => undefined,
    });
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    const group = program.commands.find(
      (command) => command.name() === args[0] && command.commands.length > 0,
    );
    return exitCodeOfError(error, group ?? program, context);
  }
}

/** Adds the commands; those on sweeps, which scripts call often, do not wait for the modules of all others. */
async function addCommands(
  program: Command,
  first: string | undefined,
  context: CommandContext,
): Promise<void> {
  if (first !== "sweep") {
    const { commands } = await import("./commands.ts");
    for (const definition of commands) program.addCommand(makeCommand(definition, context));
  }
  const { makeSweepCommand } = await import("./sweep/index.ts");
  program.addCommand(makeSweepCommand(context));
}

/** A command with all that stand below it. */
function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** @param group the commands among which one had to be named */
function exitCodeOfError(error: unknown, group: Command, context: Pick<CommandContext, "report">): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (error.code === "commander.help") {
      const names = group.commands.map((command) => command.name()).join(", ");
      const path = group.parent === null ? "atlas" : `atlas ${group.name()}`;
      context.report(`name a command: ${names}; ${path} --help explains them`);
    } else context.report(error.message.replace(/^error: /, "").replaceAll("\n", " "));
    return usageExitCode;
  }
  context.report(error instanceof Error ? firstLine(error.message) : String(error));
  return error instanceof OutOfDomain ? usageExitCode : 1;
}

const firstLine = (text: string) => text.split("\n")[0];
