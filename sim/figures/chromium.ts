/** @file Images through a system Chromium: vector SVG and PNG by Plotly itself, PDF by the browser's printer. */
import { spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { escapeHtml, plotlySafe } from "./report-text.ts";
import type { Figure } from "./types.ts";

/** Image files that can be made of a figure. */
export type ImageFormat = "svg" | "png" | "pdf";

export const imageFormats: readonly ImageFormat[] = ["svg", "png", "pdf"];

/** Images of one figure, as file contents. */
export type Images = Partial<Record<ImageFormat, Uint8Array>>;

/** PNG pixels per CSS pixel: about 300 per inch at the printed size. */
const printScale = 3;

/** Seconds for the start, which takes about one, or several from a slow disk: beyond this the program never speaks. */
const startSeconds = 20;

/** Seconds for one figure, which is drawn and read back in about one: beyond this the browser hangs. */
const drawSeconds = 60;

/** Seconds for closing, which takes a tenth; it only tidies up, and what it leaves is killed. */
const closeSeconds = 2;

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
 * @param environment CHROMIUM_PATH and PATH are looked at; default: that of the process
 * @returns an absolute path, or null
 * @source usual names and places of the browsers' own installers
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

/**
 * One line why `findChromium` found nothing.
 * @param environment as it was given to `findChromium`
 */
export function whyNoChromium({ CHROMIUM_PATH: wanted }: Environment = process.env): string {
  if (wanted === undefined)
    return "no Chromium or Chrome found (install one, or set CHROMIUM_PATH to its program file)";
  return wanted === "" ? "CHROMIUM_PATH is empty" : `CHROMIUM_PATH names no program (${wanted})`;
}

/** A browser that makes no images; the message is one line that goes on from "the browser PATH". */
export class BrowserFailure extends Error {
  override readonly name = "BrowserFailure";
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
async function launch(executablePath: string, mark: string): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath,
    headless: true,
    args: [...launchArguments(), mark],
    timeout: startSeconds * 1000,
    // The program that exports decides what an interrupt does.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** Kills the leader of a process group (Playwright makes the browser one) and all that belongs to it. */
function killTree(pid: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The whole group has ended by itself.
  }
}

/** What a wait for the browser says when it comes to nothing. */
interface Wait {
  readonly late: string;
  readonly failed: (error: unknown, ended: boolean) => string;
  readonly signal?: AbortSignal;
}

/**
 * The process of one browser, to be killed at any moment. Playwright keeps it to itself, and only half a minute after
 * it gave up a browser does it kill one that never answered, while the caller's process has to wait. Node announces
 * every process that is started from here; a mark among the arguments, which browsers ignore, tells which one it is.
 */
class BrowserProcess {
  private readonly mark = `--started-by=${randomUUID()}`;
  private child: ChildProcess | undefined;
  private readonly ended = new AbortController();
  private closed = false;
  private unwanted = false;

  /**
   * Starts the browser.
   * @throws BrowserFailure when it is no program, ends before it answers, or does not answer in time
   */
  async start(executablePath: string, signal?: AbortSignal): Promise<Browser> {
    if (!isProgram(executablePath)) throw new BrowserFailure("is no program");
    subscribe("child_process", this.notice);
    // Even after an abort the start may go on to the process, which is then to be noticed and killed.
    const started = launch(executablePath, this.mark).finally(() =>
      unsubscribe("child_process", this.notice),
    );
    const exitCode = () => this.child?.exitCode ?? null;
    return this.within(startSeconds, started, {
      late: `did not start within ${startSeconds} s`,
      failed: () => `did not start${exitCode() === null ? "" : ` (exit code ${exitCode()})`}`,
      signal,
    });
  }

  /**
   * Waits for work of the browser, but neither beyond the limit, nor beyond an abort, nor beyond the browser's end,
   * of which Playwright does not always tell.
   * @throws BrowserFailure with the text `late` at the limit, of `failed` otherwise
   */
  async within<T>(seconds: number, work: Promise<T>, { late, failed, signal }: Wait): Promise<T> {
    const done = new AbortController();
    const ends = [done.signal, this.ended.signal, ...(signal === undefined ? [] : [signal])];
    const limit = delay(seconds * 1000, undefined, { signal: AbortSignal.any(ends) }).then(() => {
      throw new BrowserFailure(late);
    });
    try {
      return await Promise.race([work, limit]);
    } catch (error) {
      if (error instanceof BrowserFailure) throw error;
      throw new BrowserFailure(failed(error, this.ended.signal.aborted));
    } finally {
      done.abort();
    }
  }

  /** Kills the process and its children; if it has not been started yet, as soon as it is. */
  readonly kill = (): void => {
    this.unwanted = true;
    const pid = this.child?.pid;
    if (pid === undefined || this.closed) return;
    killTree(pid);
    // A descendant that left the group may hold the pipes, and they the caller's process.
    for (const stream of this.child?.stdio ?? []) stream?.destroy();
  };

  private readonly notice = (message: unknown): void => {
    const { process: child } = message as { readonly process: ChildProcess };
    // It is announced just before it is started: its arguments are known right after, unless they were refused.
    queueMicrotask(() => {
      const spawnargs: readonly string[] | undefined = child.spawnargs;
      if (spawnargs?.includes(this.mark) !== true) return;
      this.child = child;
      child.once("exit", () => this.ended.abort());
      child.once("close", () => (this.closed = true));
      if (this.unwanted) this.kill();
    });
  };
}

type Drawing = Pick<Figure, "data" | "layout">;

/** What the page offers to the functions that run inside it. */
interface PlotlyWindow {
  readonly Plotly: {
    toImage(
      figure: Drawing,
      options: { format: "svg" | "png"; width: number; height: number; scale: number },
    ): Promise<string>;
  };
}

/** Draws the figure in the page and returns the bytes of the image. */
async function plotlyImage(
  page: Page,
  { data, layout }: Figure,
  format: "svg" | "png",
  scale = 1,
): Promise<Buffer> {
  const options = { format, width: layout.width, height: layout.height, scale };
  const address = await page.evaluate(
    ([figure, settings]) => (globalThis as unknown as PlotlyWindow).Plotly.toImage(figure, settings),
    [{ data: plotlySafe(data), layout: plotlySafe(layout) } as Drawing, options] as const,
  );
  const comma = address.indexOf(",");
  const content = address.slice(comma + 1);
  return address.slice(0, comma).endsWith(";base64")
    ? Buffer.from(content, "base64")
    : Buffer.from(decodeURIComponent(content), "utf8");
}

/** Points per CSS pixel: what is 12 pixels high on the screen is 9 points high on paper. */
export const pointsPerPixel = 72 / 96;

/** Plotly's SVG with its size in points, so that every program places it at its printed size, and with a description. */
function printedSvg(svg: Buffer, { layout: { width, height } }: Figure, description: string): Buffer {
  const size = `width="${pointsPerPixel * width}pt" height="${pointsPerPixel * height}pt"`;
  const text = svg
    .toString("utf8")
    .replace(`width="${width}" height="${height}"`, size)
    .replace(/^<svg [^>]*>/, (root) => `${root}<desc>${escapeHtml(description)}</desc>`);
  return Buffer.from(text, "utf8");
}

/** One PDF page of exactly the size of the figure around its SVG, titled by the description. */
async function pdfOf(page: Page, svg: Buffer, { layout }: Figure, description: string): Promise<Buffer> {
  const size = `@page { size: ${layout.width}px ${layout.height}px; margin: 0 }`;
  const style = `${size} html, body { margin: 0 } svg { display: block; break-inside: avoid }`;
  const head = `<meta charset="utf-8"><title>${escapeHtml(description)}</title><style>${style}</style>`;
  await page.setContent(`<!DOCTYPE html>${head}${svg.toString("utf8")}`);
  return page.pdf({ preferCSSPageSize: true, printBackground: true });
}

/** The two pages of a rendering: Plotly is loaded once into the first, each PDF is printed from the second. */
interface Pages {
  readonly drawing: Page;
  readonly printing: Page;
}

async function openPages(browser: Browser, plotly: string): Promise<Pages> {
  const [drawing, printing] = [await browser.newPage(), await browser.newPage()];
  for (const page of [drawing, printing]) page.setDefaultTimeout(drawSeconds * 1000);
  await drawing.setContent(`<!DOCTYPE html><meta charset="utf-8"><title>figure</title>`);
  await drawing.addScriptTag({ content: plotly });
  return { drawing, printing };
}

async function imagesOf(
  { drawing, printing }: Pages,
  figure: Figure,
  { formats, pngScale, describe }: Required<Pick<RenderRequest, "formats" | "pngScale" | "describe">>,
): Promise<Images> {
  const images: Images = {};
  if (formats.includes("png")) images.png = await plotlyImage(drawing, figure, "png", pngScale);
  if (formats.includes("svg") || formats.includes("pdf")) {
    const description = describe(figure);
    const svg = printedSvg(await plotlyImage(drawing, figure, "svg"), figure, description);
    if (formats.includes("svg")) images.svg = svg;
    if (formats.includes("pdf")) images.pdf = await pdfOf(printing, svg, figure, description);
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
  /** Pixels of a PNG per CSS pixel; default 3, for print. */
  readonly pngScale?: number;
  /** Plain text kept inside SVG and PDF, such as how to make the figure again; default: its name. */
  readonly describe?: (figure: Figure) => string;
  /** Kills the browser and ends the rendering, at any moment. */
  readonly signal?: AbortSignal;
}

/** The reason inside an error of Playwright, which begins with the name of its function. */
function reasonOf(error: unknown): string {
  const [line = ""] = String(error instanceof Error ? error.message : error).split("\n");
  return line.replace(/^\w+\.\w+: (Error: )?/, "");
}

/**
 * Images of all figures through one browser, one by one as they are ready. However it ends, the browser is gone.
 * @throws BrowserFailure when the browser does not start in time, hangs or dies
 * @throws the reason of `signal` when that is aborted
 */
export async function* renderImages(
  request: RenderRequest,
): AsyncGenerator<{ figure: Figure; images: Images }> {
  const { figures, plotly, executablePath, signal } = request;
  const { formats = imageFormats, pngScale = printScale, describe = ({ name }) => name } = request;
  signal?.throwIfAborted();
  const browserProcess = new BrowserProcess();
  signal?.addEventListener("abort", browserProcess.kill);
  try {
    const browser = await browserProcess.start(executablePath, signal);
    const atWork = <T>(work: Promise<T>): Promise<T> =>
      browserProcess.within(drawSeconds, work, {
        late: `did not draw a figure within ${drawSeconds} s`,
        failed: (error, ended) =>
          ended || !browser.isConnected() ? "ended unexpectedly" : `could not draw (${reasonOf(error)})`,
        signal,
      });
    const pages = await atWork(openPages(browser, plotly));
    for (const figure of figures)
      yield { figure, images: await atWork(imagesOf(pages, figure, { formats, pngScale, describe })) };
    await Promise.race([browser.close(), delay(closeSeconds * 1000, undefined, { ref: false })]);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", browserProcess.kill);
    browserProcess.kill();
  }
}
