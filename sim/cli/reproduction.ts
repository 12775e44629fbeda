/** @file The figures of a preset from the rows in a folder, computing those that are missing: what `reproduce` and `figure` share. */
import { join } from "node:path";
import { OutOfDomain } from "../../theory/errors.ts";
import { readPlotly } from "../figures/files.ts";
import type { ReproductionParameters } from "../presets.ts";
import type { FigureName, Reproduction } from "../reproduce.ts";
import { reproduce } from "../reproduce.ts";
import { describeReport } from "../sweep/read.ts";
import { openStore } from "../sweep/store.ts";
import type { CommandContext, CommonOptions } from "./command.ts";
import { runExperiment } from "./command.ts";
import { version } from "./version.ts";

/** The run was stopped by a signal; what was computed is in the store. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor(outDir: string) {
    super(`stopped; what was computed is kept in ${outDir}: run the same command to go on`);
  }
}

/** Seed of the published reports; others have folders of their own, so that no report mixes seeds. */
const usualSeed = 1;

/**
 * Folder of `--out`, or results/PRESET, or results/PRESET-seed-SEED.
 * @throws OutOfDomain on an empty text
 */
export function outFolder(text: string | undefined, preset: string, seed: number): string {
  if (text === "") throw new OutOfDomain("--out must be a folder, got nothing");
  return text ?? join("results", seed === usualSeed ? preset : `${preset}-seed-${seed}`);
}

/** Which figures, from which parameters, and where their rows are kept. */
export interface ReproductionRequest {
  readonly parameters: ReproductionParameters;
  readonly names: readonly FigureName[];
  readonly outDir: string;
}

/**
 * Draws figures from the rows kept in a folder and computes those that are missing.
 * @throws ExportError before anything is computed or written when the Plotly library, which every page needs, is missing
 * @throws Interrupted when a signal came before all rows were there
 * @throws TasksFailed when a task threw; what was computed is kept
 */
export async function computeFigures(
  { parameters, names, outDir }: ReproductionRequest,
  { seed, workers }: CommonOptions,
  context: CommandContext,
): Promise<Reproduction> {
  // What cannot be written is refused before hours of computing.
  await readPlotly();
  const store = openStore(outDir);
  try {
    const damage = describeReport(store.report);
    if (damage !== undefined) context.report(damage);
    return await reproduce(parameters, names, seed, async (experiment, experimentParameters) => {
      const rows = await runExperiment(experiment, experimentParameters, seed, {
        workers,
        context,
        store,
        provenance: { version },
      });
      if (context.signal.aborted) throw new Interrupted(outDir);
      return rows;
    });
  } finally {
    store.close();
  }
}
