/** @file Pages for the browser tests of the live network: its scripts, bundled, under an address that only they know. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { mountNetwork } from "../../../sim/explorer/network/network-view.ts";
import { findChromium } from "../../../sim/figures/chromium.ts";

const pathOf = (path: string): string => fileURLToPath(new URL(`../../../sim/${path}`, import.meta.url));

/** Address of the pages; nothing is sent there, every request is answered by the test. */
export const origin = "http://explorer.test";

/** Address of the worker's script. */
export const workerAddress = `${origin}/explorer/network/network-worker.ts`;

/** What the page exposes to the tests. */
export interface NetworkWindow {
  readonly mountNetwork: typeof mountNetwork;
}

/** What can be missing at the server. */
export interface Missing {
  worker?: boolean;
  kernels?: boolean;
}

/** Pages in one browser. */
export interface NetworkPages {
  /** A page that has `mountNetwork` and an element #root; `missing` may change while it is open. */
  open(missing?: Missing, options?: BrowserContextOptions): Promise<Page>;
  /** Closes the pages that are open; a network that runs on would slow the next test. */
  closeAll(): Promise<void>;
  /** Ends the browser. */
  close(): Promise<void>;
}

/** A page with a light and a dark scheme; axe sees no background that is not given. */
const colors =
  ":root { color-scheme: light dark } body { background: #ffffff; color: #16191d } " +
  "@media (prefers-color-scheme: dark) { body { background: #1a1a1a; color: #e9ebee } }";

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: pathOf("explorer/network"), loader: "ts" },
    bundle: true,
    format: "esm",
    write: false,
    outdir: "/",
    loader: { ".css": "empty" },
  });
  return outputFiles.find(({ path }) => path.endsWith(".js"))!.text;
}

/** The pages for the tests of one file, from before the first until after the last; each test closes those it opened. */
export function networkPages(): () => NetworkPages {
  let pages: NetworkPages;
  beforeAll(async () => {
    pages = await startNetworkPages();
  });
  afterEach(() => pages.closeAll());
  afterAll(() => pages.close());
  return () => pages;
}

/** Bundles the scripts and starts a Chromium. */
async function startNetworkPages(): Promise<NetworkPages> {
  const view = await bundle(
    'import { mountNetwork } from "./network-view.ts"; Object.assign(globalThis, { mountNetwork });',
  );
  const worker = await bundle('import "./network-worker.ts";');
  const styles = readFileSync(pathOf("explorer/network/network.css"), "utf8");
  const html = [
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>network</title>',
    `<meta name="viewport" content="width=device-width"><style>${colors} ${styles}</style>`,
    '<main><h1>network</h1><div id="root"></div></main>',
    '<script type="module" src="/explorer/network/network-view.js"></script></html>',
  ].join("");
  const browser: Browser = await chromium.launch({
    executablePath: findChromium() ?? "chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });

  const answerTo = (pathname: string, missing: Missing) => {
    if (pathname === "/") return { contentType: "text/html", body: html };
    if (pathname.endsWith("network-view.js")) return { contentType: "text/javascript", body: view };
    if (pathname.endsWith("network-worker.ts") && missing.worker !== true)
      return { contentType: "text/javascript", body: worker };
    if (pathname.endsWith("kernels.wasm") && missing.kernels !== true)
      return { body: readFileSync(pathOf("kernels/wasm/kernels.wasm")) };
    return { status: 404, body: "" };
  };

  return {
    async open(missing = {}, options = {}) {
      const context = await browser.newContext(options);
      await context.route(`${origin}/**`, (route) =>
        route.fulfill(answerTo(new URL(route.request().url()).pathname, missing)),
      );
      const page = await context.newPage();
      await page.goto(`${origin}/`);
      await page.waitForFunction(() => "mountNetwork" in globalThis);
      return page;
    },
    async closeAll() {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    close: () => browser.close(),
  };
}
