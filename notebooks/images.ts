/** @file Static images of the Plotly outputs of a notebook, for readers whose viewer does not run Plotly. */
import { findChromium, renderImages, whyNoChromium } from "../sim/figures/chromium.ts";
import { readPlotly } from "../sim/figures/files.ts";
import type { Figure, Layout, Trace } from "../sim/figures/types.ts";
import { plotlyMime } from "./display.ts";
import type { Notebook, Output } from "./format.ts";
import { NotebookError } from "./format.ts";

/** Pixels of an image per CSS pixel: sharp on a screen, about 100 KB a figure. */
const screenScale = 1.5;

/** The Plotly figure of an output, if it has one. */
function figureOf(output: Output, name: string): Figure | null {
  if (!("data" in output)) return null;
  const content = output.data[plotlyMime] as
    { readonly data: readonly Trace[]; readonly layout: Layout } | undefined;
  return content === undefined ? null : { name, title: "", caption: "", tables: [], ...content };
}

/**
 * The notebook with an image/png beside every Plotly figure; other outputs as they are.
 * @param notebook with the outputs of a run
 * @param signal ends the browser that draws
 * @throws NotebookError when there are figures but no Chromium; BrowserFailure when it makes no images
 */
export async function withImages(notebook: Notebook, signal?: AbortSignal): Promise<Notebook> {
  const place = (cell: number, output: number): string => `${cell} ${output}`;
  const outputsOf = (k: number): readonly Output[] => {
    const cell = notebook.cells[k]!;
    return cell.cell_type === "code" ? cell.outputs : [];
  };
  const figures = notebook.cells.flatMap((_, k) =>
    outputsOf(k).flatMap((output, i) => figureOf(output, place(k, i)) ?? []),
  );
  if (figures.length === 0) return notebook;
  const executablePath = findChromium();
  if (executablePath === null) throw new NotebookError(`figures need images: ${whyNoChromium()}`);
  const images = new Map<string, string>();
  const request = { figures, plotly: await readPlotly(), executablePath, formats: ["png"] as const, signal };
  for await (const { figure, images: made } of renderImages({ ...request, pngScale: screenScale }))
    images.set(figure.name, Buffer.from(made.png!).toString("base64"));
  const withImage = (output: Output, name: string): Output => {
    const png = images.get(name);
    return png === undefined || !("data" in output)
      ? output
      : { ...output, data: { ...output.data, "image/png": png } };
  };
  return {
    ...notebook,
    cells: notebook.cells.map((cell, k) =>
      cell.cell_type === "code"
        ? { ...cell, outputs: cell.outputs.map((output, i) => withImage(output, place(k, i))) }
        : cell,
    ),
  };
}
