/** @file `atlas sweep submit`: hands the tasks of a sweep that are missing to Slurm, as one job array. */
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { Option } from "commander";
import { OutOfDomain } from "../../../theory/errors.ts";
import { storedKeys } from "../../sweep/read.ts";
import { slurmSchema } from "../../sweep/slurm/settings.ts";
import { submitSweep } from "../../sweep/slurm/submission.ts";
import type { CommandDefinition } from "../command.ts";
import type { CommandOutput } from "../output.ts";
import { fileArgument, isAdaptive, outOption, readSweepPlace } from "./place.ts";
import { currentState } from "./rows.ts";

/**
 * How this program was started: what an array task starts again, in another working folder. A module that node was told
 * to import by its bare name (`--import tsx`, where sources run without a build) is named by its URL.
 */
function ownCommand(): string[] {
  const [, program = ""] = process.argv;
  const options = process.execArgv.map((option, k) =>
    process.execArgv[k - 1] === "--import" && /^\w/.test(option) && !option.includes(":")
      ? import.meta.resolve(option)
      : option,
  );
  return [process.execPath, ...options, realpathSync(program)];
}

/** Definition of the command. */
export const submitCommand: CommandDefinition = {
  name: "submit",
  summary:
    "submit the tasks that are missing as a Slurm job array; submit again to send what is still missing",
  notes: [
    "Partition, wall time, cores and the size of chunks stand in the sweep file under `slurm`.",
    "The folder must be one that the nodes see under the same path. Tasks that wait in the queue are not sent twice.",
    "An adaptive sweep sends one round of its searches; submit again when these are done.",
  ].join("\n"),
  argument: fileArgument,
  without: ["seed", "workers"],
  options: [outOption(), new Option("--slurm", "submit to Slurm (so far the only kind of cluster)")],
  async run(texts, _common, context): Promise<CommandOutput> {
    if (texts.slurm === undefined)
      throw new OutOfDomain("--slurm must be given: there is no other kind of cluster yet");
    const place = await readSweepPlace(texts);
    const { definition, experiment } = place.sweep;
    const slurm = definition.slurm ?? slurmSchema.parse({});
    const folder = resolve(place.folder);
    const { tasks, keys, complete } = currentState(place);
    const stored = storedKeys(folder).keys;
    const jobs = tasks
      .map((task, k) => ({ key: keys[k]!, cost: experiment.cost(task) }))
      .filter(({ key }) => !stored.has(key));
    const { submission, notes, ...sent } = await submitSweep({
      folder,
      // Array tasks read from it, among other things, how long before its wall time each has to stop.
      definition: { ...definition, slurm },
      jobs,
      settings: slurm,
      command: ownCommand(),
    });
    for (const note of notes) context.report(note);
    if (isAdaptive(place.sweep) && !complete)
      context.report("adaptive: submit again when these tasks are done");
    const counts = {
      tasks: tasks.length,
      done: tasks.length - jobs.length,
      submitted: sent.tasks,
      queued: sent.queued,
    };
    return {
      json: {
        out: folder,
        ...counts,
        job: submission?.job ?? null,
        arrayTasks: submission?.chunks.length ?? 0,
      },
      statuses: [],
      tables: [
        {
          columns: [
            submission === undefined
              ? `nothing to submit: ${counts.done} of ${counts.tasks} tasks are done, ${counts.queued} are in the queue`
              : `job ${submission.job}: ${counts.submitted} tasks in ${submission.chunks.length} array tasks; logs in ${submission.folder}`,
          ],
          rows: [],
        },
      ],
    };
  },
};
