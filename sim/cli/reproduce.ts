/** @file `atlas reproduce`: all data and figures of a preset, resumed where an earlier run stopped. */
import { Option } from "commander";
import { countVerdicts } from "../figures/findings/index.ts";
import { exportReport } from "../figures/index.ts";
import { presetNames, presets } from "../presets.ts";
import type { FigureName } from "../reproduce.ts";
import { figureNames, reproductionCost } from "../reproduce.ts";
import { formatDuration } from "../sweep/progress.ts";
import type { CommandDefinition } from "./command.ts";
import { parseWord } from "./options.ts";
import type { CommandOutput } from "./output.ts";
import { tableOf } from "./output.ts";
import { computeFigures, Interrupted, outFolder } from "./reproduction.ts";
import type { ReproductionRequest } from "./reproduction.ts";
import { version } from "./version.ts";

interface Request extends ReproductionRequest {
  readonly preset: string;
}

/** `--only` as figure names, each once, in the order of the report. */
function parseFigures(text: string | undefined): FigureName[] {
  if (text === undefined) return [...figureNames];
  const chosen = text.split(",").map((word) => parseWord("--only", word.trim(), figureNames));
  return figureNames.filter((name) => chosen.includes(name));
}

function parseRequest(texts: Readonly<Record<string, string | undefined>>, seed: number): Request {
  const preset = parseWord("--preset", texts.preset ?? "", presetNames);
  return {
    preset,
    parameters: presets[preset],
    names: parseFigures(texts.only),
    outDir: outFolder(texts.out, preset, seed),
  };
}

function dryRun({ preset, parameters, names, outDir }: Request, workers: number): CommandOutput {
  const costs = reproductionCost(parameters, names);
  const seconds = costs.reduce((sum, cost) => sum + cost.seconds, 0);
  return {
    json: { preset, out: outDir, workers, figures: names, dataSets: costs, coreSeconds: seconds },
    statuses: [],
    tables: [
      {
        title: `preset ${preset} into ${outDir}: about ${formatDuration(seconds / workers)} on ${workers} workers`,
        ...tableOf(
          costs.map((cost) => ({
            "data set": cost.dataSet,
            tasks: cost.tasks,
            "core time": formatDuration(cost.seconds),
          })),
        ),
      },
    ],
  };
}

/** Definition of the command. */
export const reproduceCommand: CommandDefinition = {
  name: "reproduce",
  summary: "compute and draw the phase diagram: theory with finite-N simulation laid over it",
  notes: [
    `Figures: ${figureNames.join(", ")}.`,
    "quick takes about four minutes on two cores, standard an hour (N up to 3200), paper 45 hours (N, H up to 6400).",
    "A run that was stopped goes on where it was. Open OUT/index.html for the report.",
  ].join("\n"),
  options: [
    new Option("--preset <name>", `how much: ${presetNames.join(", ")}`).default("quick"),
    new Option("--only <names>", "figures, separated by commas (default: all)"),
    new Option(
      "--out <folder>",
      "where to write (default: results/<preset>, with another seed than 1 results/<preset>-seed-<seed>)",
    ),
    new Option("--dry-run", "print what would be computed and what it costs"),
  ],
  async run(texts, common, context) {
    const request = parseRequest(texts, common.seed);
    if (texts.dryRun !== undefined) return dryRun(request, common.workers);
    const start = performance.now();
    const { figures, tables } = await computeFigures(request, common, context);
    const { preset, parameters, names, outDir } = request;
    const only = names.length === figureNames.length ? "" : ` --only ${names.join(",")}`;
    const report = exportReport({
      figures,
      tables,
      outDir,
      signal: context.signal,
      provenance: {
        version,
        command: `atlas reproduce --preset ${preset} --seed ${common.seed}${only}`,
        seed: common.seed,
        wallTimeSeconds: (performance.now() - start) / 1000,
        parameters: { preset, ...JSON.parse(JSON.stringify(parameters)) },
      },
    });
    const { files, imagesMissing } = await report.catch((error: unknown) => {
      throw context.signal.aborted ? new Interrupted(outDir) : error;
    });
    if (imagesMissing !== null) context.report(imagesMissing);
    const findings = {
      predictions: countVerdicts(figures, "prediction"),
      checks: countVerdicts(figures, "check"),
    };
    const { predictions, checks } = findings;
    const verdicts =
      `predictions: ${predictions.agrees} agree, ${predictions.differs} differ, ${predictions.open} open; ` +
      `checks: ${checks.agrees} of ${checks.agrees + checks.differs + checks.open} agree`;
    return {
      json: { preset, out: outDir, figures: names, findings, files, imagesMissing },
      statuses: [],
      tables: [
        { columns: [`${files.length} files in ${outDir}; ${verdicts}`], rows: files.map((file) => [file]) },
      ],
    };
  },
};
