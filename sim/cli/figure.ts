/** @file `atlas figure`: one figure for a paper, or several side by side, from the rows of a reproduction. */
import { Option } from "commander";
import { OutOfDomain } from "../../theory/errors.ts";
import { figureWidths } from "../figures/arrange.ts";
import { pointsPerPixel } from "../figures/chromium.ts";
import type { FigureWidth } from "../figures/arrange.ts";
import { exportFigure, figureFormats, figurePath } from "../figures/paper.ts";
import type { FigureFormat } from "../figures/paper.ts";
import { pageHeight } from "../figures/stack.ts";
import { presetNames, presets } from "../presets.ts";
import type { FigureName } from "../reproduce.ts";
import { figureNames } from "../reproduce.ts";
import type { CommandDefinition } from "./command.ts";
import { parseWord } from "./options.ts";
import { computeFigures, Interrupted, outFolder } from "./reproduction.ts";
import type { ReproductionRequest } from "./reproduction.ts";
import { version } from "./version.ts";

interface Request extends ReproductionRequest {
  readonly preset: string;
  readonly width: FigureWidth;
  readonly format: FigureFormat;
}

/** Names in the order given: it is that of the panels. */
function parseNames(text: string): FigureName[] {
  const names = text.split(",").map((word) => parseWord("NAME", word.trim(), figureNames));
  if (new Set(names).size < names.length)
    throw new OutOfDomain(`NAME must have each figure once, got "${text}"`);
  return names;
}

function parseRequest(texts: Readonly<Record<string, string | undefined>>, seed: number): Request {
  const preset = parseWord("--preset", texts.preset ?? "", presetNames);
  return {
    preset,
    parameters: presets[preset],
    names: parseNames(texts.name ?? ""),
    width: parseWord("--width", texts.width ?? "", figureWidths),
    format: parseWord("--format", texts.format ?? "", figureFormats),
    outDir: outFolder(texts.out, preset, seed),
  };
}

const pagePoints = pointsPerPixel * pageHeight;

const inCentimetres = (points: number): string => `${((2.54 * points) / 72).toFixed(1)} cm`;

/** The line that makes the same file again. */
function commandOf({ names, width, format, preset }: Request, seed: number): string {
  return `atlas figure ${names.join(",")} --width ${width} --format ${format} --preset ${preset} --seed ${seed}`;
}

/** Definition of the command. */
export const figureCommand: CommandDefinition = {
  name: "figure",
  summary: "write one figure for a paper, or several as one, with its data as CSV",
  notes: [
    `Figures: ${figureNames.join(", ")}.`,
    "Several names, separated by commas, make one figure with panels (a), (b) …, side by side at double width.",
    "Rows that an earlier `atlas reproduce` left in the folder are used; missing ones are computed and kept.",
    "pdf, svg and png need a Chromium or Chrome. Text stays text, in 9 points (legends 8); lines have 0.75 to 1.2 points.",
  ].join("\n"),
  argument: { name: "name", description: "figure, or figures separated by commas" },
  options: [
    new Option("--width <width>", "column (8.6 cm) or double (17.8 cm)").default("double"),
    new Option("--format <format>", figureFormats.join(", ")).default("pdf"),
    new Option("--preset <name>", `how much to compute: ${presetNames.join(", ")}`).default("quick"),
    new Option(
      "--out <folder>",
      "where rows are kept and files written (default: results/<preset>, with another seed than 1 results/<preset>-seed-<seed>)",
    ),
  ],
  async run(texts, common, context) {
    const request = parseRequest(texts, common.seed);
    // What cannot be written is refused before hours of computing.
    figurePath(request.names, request);
    const start = performance.now();
    const { figures } = await computeFigures(request, common, context);
    const command = commandOf(request, common.seed);
    const { preset, parameters, width, format, outDir, names } = request;
    const result = await exportFigure({
      figures,
      width,
      format,
      outDir,
      signal: context.signal,
      provenance: {
        version,
        command,
        seed: common.seed,
        wallTimeSeconds: (performance.now() - start) / 1000,
        parameters: { preset, ...JSON.parse(JSON.stringify(parameters)) },
      },
    }).catch((error: unknown) => {
      throw context.signal.aborted ? new Interrupted(outDir) : error;
    });
    if (result.heightPoints > pagePoints)
      context.report(
        `the figure is ${inCentimetres(result.heightPoints)} high, more than the text of a page`,
      );
    return {
      json: { figures: names, width, format, preset, command, ...result },
      statuses: [],
      tables: [{ columns: ["file"], rows: [result.file, ...result.data].map((file) => [file]) }],
    };
  },
};
