/** @file One figure for a paper: a file of the wanted width and format, with its data beside it. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { columnFigure, composeFigures, joinedName } from "./arrange.ts";
import type { FigureWidth } from "./arrange.ts";
import { BrowserFailure, findChromium, pointsPerPixel, renderImages, whyNoChromium } from "./chromium.ts";
import type { ImageFormat } from "./chromium.ts";
import { toCsv } from "./csv.ts";
import { ExportError, makeFolder, readPlotly, writeWhole } from "./files.ts";
import { figurePage } from "./html.ts";
import type { Provenance } from "./html.ts";
import type { Figure, Table } from "./types.ts";

/** Formats of a single figure. */
export type FigureFormat = ImageFormat | "html";

export const figureFormats: readonly FigureFormat[] = ["pdf", "svg", "png", "html"];

/** Ending of the names of figures at column width. */
export const columnEnding = "-column";

/** A figure at column width, under a name of its own; its tables stay those of the figure. */
export function atColumnWidth(figure: Figure): Figure {
  return { ...columnFigure(figure), name: `${figure.name}${columnEnding}` };
}

/** Images that scale without loss. */
export const isVector = (format: ImageFormat): boolean => format !== "png";

/** Name of the file of a table: the first has the name of its figure, further ones name it as their prefix. */
export const csvName = (figure: Pick<Figure, "name">, table: Table, index: number): string =>
  index === 0 ? `${figure.name}.csv` : `${figure.name}-${table.name}.csv`;

/** What SVG and PDF files say of themselves. */
export const descriptionBy =
  ({ command, version }: Provenance) =>
  ({ name }: Pick<Figure, "name">): string =>
    `${name} (fixed-point-atlas ${version}: ${command})`;

/** What {@link exportFigure} writes, and where. */
export interface PaperRequest {
  /** As the figure functions make them, at least one; several become one figure with panels (a), (b) …. */
  readonly figures: readonly Figure[];
  readonly width: FigureWidth;
  readonly format: FigureFormat;
  readonly provenance: Provenance;
  /** Folder of the files; made if missing. */
  readonly outDir: string;
  /** Browser for images; null for none. Default: found on this machine. */
  readonly chromiumPath?: string | null;
  /** Minified Plotly, where it is not in its usual place. */
  readonly plotlyPath?: string;
  readonly signal?: AbortSignal;
}

/** What was written. */
export interface PaperResult {
  readonly file: string;
  /** CSV files of the tables. */
  readonly data: readonly string[];
  /** Width at which it is printed, in pt (1/72 inch). */
  readonly widthPoints: number;
  /** Height at which it is printed, in pt. */
  readonly heightPoints: number;
}

/** Longest name of a file that every system takes. */
const longestName = 255;

/**
 * Path of the file that {@link exportFigure} will write, checked before anything is computed.
 * @param names figures
 * @param request width, format, folder and browser, as there
 * @throws ExportError when an image has no browser, the name is too long for a file, or a folder is in its way
 */
export function figurePath(
  names: readonly string[],
  { width, format, outDir, chromiumPath }: Omit<PaperRequest, "figures" | "provenance">,
): string {
  if (format !== "html") requireBrowser(format, chromiumPath);
  const name = `${joinedName(names)}${width === "column" ? columnEnding : ""}.${format}`;
  if (name.length > longestName)
    throw new ExportError(`a file cannot have the name ${name}: it is longer than ${longestName} characters`);
  const path = join(outDir, name);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new ExportError(`cannot write ${path}: it is a folder`);
  return path;
}

function requireBrowser(format: ImageFormat, chromiumPath = findChromium()): string {
  if (chromiumPath !== null) return chromiumPath;
  throw new ExportError(
    `${format.toUpperCase()} needs a browser: ${whyNoChromium()}; --format html needs none`,
  );
}

/** One figure at the width asked for, from one or several. */
function atWidth(figures: readonly Figure[], width: FigureWidth): Figure {
  if (figures.length === 1) return width === "column" ? atColumnWidth(figures[0]!) : figures[0]!;
  const composed = composeFigures(figures, width);
  return width === "column" ? { ...composed, name: `${composed.name}${columnEnding}` } : composed;
}

async function contentOf(
  figure: Figure,
  format: FigureFormat,
  request: PaperRequest,
): Promise<string | Uint8Array> {
  const { provenance, signal } = request;
  const plotly = await readPlotly(request.plotlyPath);
  if (format === "html") return figurePage(figure, provenance, plotly);
  const executablePath = requireBrowser(format, request.chromiumPath);
  const rendering = {
    figures: [figure],
    formats: [format],
    plotly,
    executablePath,
    describe: descriptionBy(provenance),
    signal,
  };
  try {
    for await (const { images } of renderImages(rendering)) return images[format]!;
  } catch (error) {
    if (error instanceof BrowserFailure)
      throw new ExportError(`the browser ${executablePath} ${error.message}`);
    throw error;
  }
  throw new ExportError(`the browser ${executablePath} made no image`);
}

/**
 * Writes one figure, or several as one, at the width of a column (8.6 cm) or of a page of two (17.8 cm), and its tables as CSV.
 * The files are written beside and renamed.
 * @param request figures, width, format and folder; see {@link PaperRequest}
 * @returns files written, and the printed size
 * @throws ExportError when there is no browser for an image, it fails, or the folder cannot be written
 * @throws the reason of `signal` when that is aborted
 * @source widths of Physical Review: a column of 8.6 cm, a page of 17.8 cm
 */
export async function exportFigure(request: PaperRequest): Promise<PaperResult> {
  const { figures, width, format, outDir, signal } = request;
  const drawn = atWidth(figures, width);
  const file = figurePath(
    figures.map(({ name }) => name),
    request,
  );
  const content = await contentOf(drawn, format, request);
  signal?.throwIfAborted();
  makeFolder(outDir);
  const data: string[] = [];
  for (const figure of figures) {
    for (const [index, table] of figure.tables.entries()) {
      const target = join(outDir, csvName(figure, table, index));
      await writeWhole(target, toCsv(table));
      data.push(target);
    }
  }
  await writeWhole(file, content);
  const { layout } = drawn;
  return {
    file,
    data,
    widthPoints: pointsPerPixel * layout.width,
    heightPoints: pointsPerPixel * layout.height,
  };
}
