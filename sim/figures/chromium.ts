/** @file Images through a system Chromium: vector SVG and PNG by Plotly itself, PDF by the browser's printer. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Figure } from "./types.ts";

/** Image files that can be made of a figure. */
export type ImageFormat = "svg" | "png" | "pdf";

export const imageFormats: readonly ImageFormat[] = ["svg", "png", "pdf"];

/** Images of one figure, as file contents. */
export type Images = Partial<Record<ImageFormat, Uint8Array>>;

/** PNG pixels per CSS pixel: about 300 per inch at the printed size. */
const pngScale = 3;

/** One figure is drawn and read back in about a second; beyond this the browser hangs. */
const pageTimeout = 60_000;

const commandNames = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "msedge",
  "microsoft-edge",
];

const macApplications = ["Google Chrome", "Chromium", "Microsoft Edge"].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

const windowsPrograms = [
  "Google\\Chrome\\Application\\chrome.exe",
  "Microsoft\\Edge\\Application\\msedge.exe",
];

/** The parts of the process environment that say where programs are. */
export type Environment = Readonly<Record<string, string | undefined>>;

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Path of a Chromium, Chrome or Edge on this machine, or null.
 * CHROMIUM_PATH is taken as it is when set (an empty one says that there is none); then the usual names on PATH;
 * then the usual places of macOS and Windows.
 */
export function findChromium(environment: Environment = process.env): string | null {
  const wanted = environment.CHROMIUM_PATH;
  if (wanted !== undefined) return isProgram(wanted) ? wanted : null;
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = folders.flatMap((folder) => commandNames.map((name) => join(folder, name)));
  const windowsFolders = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].map(
    (name) => environment[name],
  );
  const onWindows = windowsFolders
    .filter((folder) => folder !== undefined)
    .flatMap((folder) => windowsPrograms.map((program) => `${folder}\\${program}`));
  return [...onPath, ...macApplications, ...onWindows].find(isProgram) ?? null;
}

/** Arguments that keep the browser off the network and off the graphics card. */
function launchArguments(): string[] {
  const asRoot = process.getuid?.() === 0;
  return [
    ...(asRoot ? ["--no-sandbox"] : []),
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
}

/** Starts the browser with a temporary profile of its own, which is removed when it closes. */
async function launch(executablePath: string): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath,
    headless: true,
    args: launchArguments(),
    timeout: pageTimeout,
    // The program that exports decides what an interrupt does.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** What the page offers to the functions that run inside it. */
interface PlotlyWindow {
  readonly Plotly: {
    toImage(
      figure: Pick<Figure, "data" | "layout">,
      options: { format: "svg" | "png"; width: number; height: number; scale: number },
    ): Promise<string>;
  };
}

/** Draws the figure in the page and returns the bytes of the image. */
async function plotlyImage(page: Page, { data, layout }: Figure, format: "svg" | "png"): Promise<Buffer> {
  const scale = format === "png" ? pngScale : 1;
  const options = { format, width: layout.width, height: layout.height, scale };
  const address = await page.evaluate(
    ([figure, settings]) => (globalThis as unknown as PlotlyWindow).Plotly.toImage(figure, settings),
    [{ data, layout }, options] as const,
  );
  const comma = address.indexOf(",");
  const content = address.slice(comma + 1);
  return address.slice(0, comma).endsWith(";base64")
    ? Buffer.from(content, "base64")
    : Buffer.from(decodeURIComponent(content), "utf8");
}

/** One PDF page of exactly the size of the figure around its SVG. */
async function pdfOf(page: Page, svg: Buffer, { layout }: Figure): Promise<Buffer> {
  const size = `@page { size: ${layout.width}px ${layout.height}px; margin: 0 }`;
  const style = `${size} html, body { margin: 0 } svg { display: block; break-inside: avoid }`;
  await page.setContent(
    `<!DOCTYPE html><meta charset="utf-8"><style>${style}</style>${svg.toString("utf8")}`,
  );
  return page.pdf({ preferCSSPageSize: true, printBackground: true });
}

/** The two pages of a rendering: Plotly is loaded once into the first, each PDF is printed from the second. */
interface Pages {
  readonly drawing: Page;
  readonly printing: Page;
}

async function openPages(browser: Browser, plotly: string): Promise<Pages> {
  const [drawing, printing] = [await browser.newPage(), await browser.newPage()];
  for (const page of [drawing, printing]) page.setDefaultTimeout(pageTimeout);
  await drawing.setContent(`<!DOCTYPE html><meta charset="utf-8"><title>figure</title>`);
  await drawing.addScriptTag({ content: plotly });
  return { drawing, printing };
}

async function imagesOf(
  { drawing, printing }: Pages,
  figure: Figure,
  formats: readonly ImageFormat[],
): Promise<Images> {
  const images: Images = {};
  if (formats.includes("png")) images.png = await plotlyImage(drawing, figure, "png");
  if (formats.includes("svg") || formats.includes("pdf")) {
    const svg = await plotlyImage(drawing, figure, "svg");
    if (formats.includes("svg")) images.svg = svg;
    if (formats.includes("pdf")) images.pdf = await pdfOf(printing, svg, figure);
  }
  return images;
}

/** What `renderImages` needs. */
export interface RenderRequest {
  readonly figures: readonly Figure[];
  /** Source of the Plotly library. */
  readonly plotly: string;
  readonly executablePath: string;
  readonly formats?: readonly ImageFormat[];
  /** Closes the browser and ends the rendering. */
  readonly signal?: AbortSignal;
}

/**
 * Images of all figures through one browser, one by one as they are ready.
 * @throws the browser's own error when it does not start or dies
 */
export async function* renderImages(
  request: RenderRequest,
): AsyncGenerator<{ figure: Figure; images: Images }> {
  const { figures, plotly, executablePath, formats = imageFormats, signal } = request;
  signal?.throwIfAborted();
  const browser = await launch(executablePath);
  const stop = (): void => void browser.close();
  signal?.addEventListener("abort", stop);
  try {
    const pages = await openPages(browser, plotly);
    for (const figure of figures) yield { figure, images: await imagesOf(pages, figure, formats) };
  } finally {
    signal?.removeEventListener("abort", stop);
    await browser.close();
  }
}
