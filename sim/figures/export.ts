/**
 * @file The edge of the figures: writes a report (HTML pages, CSV, JSON and, with a system Chromium, SVG, PNG, PDF)
 * into a folder. No solving and no drawing in here.
 */
import { join } from "node:path";
import { BrowserFailure, findChromium, imageFormats, renderImages, whyNoChromium } from "./chromium.ts";
import type { ImageFormat } from "./chromium.ts";
import { toCsv, toRecords } from "./csv.ts";
import { apiReferenceFrom, ExportError, makeFolder, readPlotly, writeWhole } from "./files.ts";
import { figurePage, indexPage } from "./html.ts";
import type { Download, Provenance } from "./html.ts";
import { atColumnWidth, columnEnding, csvName, descriptionBy, isVector } from "./paper.ts";
import type { Figure, Table } from "./types.ts";

/** What a report holds and where it goes. */
export interface ReportRequest {
  readonly figures: readonly Figure[];
  /** Numbers for the index page beside those of the figures, such as the thresholds; also written as CSV and JSON. */
  readonly tables?: readonly Table[];
  readonly provenance: Provenance;
  /** Folder of the report; made if missing. */
  readonly outDir: string;
  readonly title?: string;
  readonly summary?: string;
  /** Images wanted; an empty list leaves the browser alone. */
  readonly images?: readonly ImageFormat[];
  /** Browser for the images; null for none. Default: found on this machine. */
  readonly chromiumPath?: string | null;
  /** Minified Plotly, where it is not in its usual place. */
  readonly plotlyPath?: string;
  /** Ends the export at once; files written before stay. */
  readonly signal?: AbortSignal;
}

/** What was written. */
export interface ReportResult {
  /** Paths of all files, under `outDir`, in the order written. */
  readonly files: readonly string[];
  /** One line why images are missing; null when all that were wanted are there. */
  readonly imagesMissing: string | null;
}

const defaultTitle = "Fixed points of random asymmetric networks with self-coupling";
const defaultSummary =
  "Statistical mechanics of the fixed points of <i>N</i> binary neurons with independent Gaussian couplings of variance " +
  "1/<i>N</i> and self-coupling <i>J</i><sub>D</sub>: theory in the limit of large <i>N</i>, laid over simulation at finite <i>N</i>.";

const plotlyFile = "plotly.min.js";

/** File names become addresses of HTML pages and must be the same on every file system. */
const safeName = /^[a-z0-9][a-z0-9-]*$/;

/** A writer that keeps the list of what it wrote, and writes no more after an abort. */
class ReportFolder {
  readonly files: string[] = [];
  private readonly path: string;
  private readonly signal: AbortSignal | undefined;

  constructor(path: string, signal?: AbortSignal) {
    this.path = path;
    this.signal = signal;
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    this.signal?.throwIfAborted();
    const target = join(this.path, name);
    await writeWhole(target, content);
    this.files.push(target);
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

/** Everything about a figure: texts, plain Plotly data, rows, provenance. */
function figureJson({ tables, ...figure }: Figure, provenance: Provenance): string {
  return json({
    ...figure,
    tables: tables.map((table) => ({ ...table, rows: toRecords(table) })),
    provenance,
  });
}

function checkNames(figures: readonly Figure[], tables: readonly Table[]): void {
  const names = [...figures, ...tables].map(({ name }) => name);
  const unfit = names.find(
    (name, k) =>
      !safeName.test(name) || name === "index" || name.endsWith(columnEnding) || names.indexOf(name) !== k,
  );
  if (unfit !== undefined)
    throw new ExportError(`figure and table names must be distinct, of a-z, 0-9 and -, got "${unfit}"`);
}

async function writeData(folder: ReportFolder, request: ReportRequest): Promise<void> {
  const { figures, tables = [], provenance } = request;
  for (const figure of figures) {
    for (const [index, table] of figure.tables.entries())
      await folder.write(csvName(figure, table, index), toCsv(table));
    await folder.write(`${figure.name}.json`, figureJson(figure, provenance));
  }
  for (const table of tables) {
    await folder.write(`${table.name}.csv`, toCsv(table));
    await folder.write(`${table.name}.json`, json({ ...table, rows: toRecords(table), provenance }));
  }
}

/** Writes the images, first at double width, then at column width; returns why some are missing, or null. */
async function writeImages(
  folder: ReportFolder,
  request: ReportRequest,
  plotly: string,
): Promise<string | null> {
  const { figures, images = imageFormats, chromiumPath = findChromium(), signal } = request;
  if (images.length === 0) return null;
  const leftOut = `${images.map((format) => format.toUpperCase()).join(", ")} left out`;
  const passes = [
    { figures, formats: images },
    { figures: figures.map(atColumnWidth), formats: images.filter(isVector) },
  ].filter(({ formats }) => formats.length > 0);
  const all = passes.reduce((sum, pass) => sum + pass.figures.length, 0);
  let done = 0;
  if (chromiumPath === null) {
    const asked = request.chromiumPath === null;
    return `${leftOut}: ${asked ? "no browser wanted" : whyNoChromium()}`;
  }
  try {
    const shared = {
      plotly,
      executablePath: chromiumPath,
      signal,
      describe: descriptionBy(request.provenance),
    };
    for (const pass of passes) {
      for await (const { figure, images: made } of renderImages({ ...shared, ...pass })) {
        for (const [format, content] of Object.entries(made))
          await folder.write(`${figure.name}.${format}`, content);
        done += 1;
      }
    }
    return null;
  } catch (error) {
    if (!(error instanceof BrowserFailure)) throw error;
    const where = done === 0 ? "" : ` of ${all - done} of ${all} drawings`;
    return `${leftOut}${where}: the browser ${chromiumPath} ${error.message}`;
  }
}

/** Links of a figure to its files, in the order page, images, data. */
function downloadsOf(figure: Figure, files: readonly string[], outDir: string): Download[] {
  const data = figure.tables.map((table, index): Download => {
    const text = index === 0 ? "CSV" : `CSV (${table.name})`;
    return { file: csvName(figure, table, index), text };
  });
  const others = ["html", ...imageFormats].map((ending): Download => ({
    file: `${figure.name}.${ending}`,
    text: ending === "html" ? "page" : ending.toUpperCase(),
  }));
  const narrow = imageFormats.filter(isVector).map((ending): Download => ({
    file: `${figure.name}${columnEnding}.${ending}`,
    text: `${ending.toUpperCase()} (column)`,
  }));
  const all = [...others, ...narrow, ...data, { file: `${figure.name}.json`, text: "JSON" }];
  return all.filter(({ file }) => files.includes(join(outDir, file)));
}

/**
 * Writes a report: for each figure a self-contained HTML page, its tables as CSV, everything as JSON and, through a
 * system Chromium, SVG, PNG and PDF at double width, SVG and PDF at column width; an index page over all of them with
 * one shared copy of Plotly beside it.
 * Every file is written beside and renamed. A missing or failing browser is no error: `imagesMissing` says why.
 * @param request figures, folder and what stands on the pages; see {@link ReportRequest}
 * @returns files written, and why there are no images where there are none
 * @throws ExportError if the folder cannot be written, Plotly is missing, or names of figures and tables clash
 * @throws the reason of `signal` when that is aborted
 * @source convention of this project: every figure as a page, with its data and as vector graphics
 */
export async function exportReport(request: ReportRequest): Promise<ReportResult> {
  const {
    figures,
    tables = [],
    provenance,
    outDir,
    title = defaultTitle,
    summary = defaultSummary,
    signal,
  } = request;
  checkNames(figures, tables);
  const plotly = await readPlotly(request.plotlyPath);
  makeFolder(outDir);
  const folder = new ReportFolder(outDir, signal);
  await writeData(folder, request);
  for (const figure of figures)
    await folder.write(`${figure.name}.html`, figurePage(figure, provenance, plotly));
  const imagesMissing = await writeImages(folder, request, plotly);
  await folder.write(plotlyFile, plotly);
  const entries = figures.map((figure) => ({ figure, downloads: downloadsOf(figure, folder.files, outDir) }));
  await folder.write(
    "index.html",
    indexPage({
      ...{ title, summary, figures: entries, tables, provenance, plotlyFile },
      apiReference: apiReferenceFrom(outDir),
    }),
  );
  return { files: folder.files, imagesMissing };
}
