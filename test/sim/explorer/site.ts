/** @file The built explorer on a port of this machine, and a Chromium that looks at it. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import { findChromium, whyNoChromium } from "../../../sim/figures/chromium.ts";

const root = fileURLToPath(new URL("../../../dist/explorer", import.meta.url));

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** What a page did that a good page does not do, and what it loaded. */
export interface PageLog {
  /** Errors of scripts, errors on the console, requests to elsewhere. */
  readonly faults: string[];
  /** Bytes of each file that was asked for, by its name. */
  readonly loaded: Map<string, number>;
}

/** The explorer, served and seen. */
export interface Site {
  /** Opens the explorer with a hash, in a context of its own. */
  open(hash?: string, options?: BrowserContextOptions): Promise<{ page: Page; log: PageLog }>;
  /** Closes the pages that are open: their workers would slow the next test. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

/** Serves the files as any static host does, without special headers. */
async function serve(): Promise<{ origin: string; close: () => void }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = join(
      root,
      normalize(decodeURIComponent(pathname)),
      pathname.endsWith("/") ? "index.html" : "",
    );
    stat(path).then(
      ({ size }) => {
        const type = contentTypes[extname(path)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type, "content-length": size });
        createReadStream(path).pipe(response);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

function watch(page: Page, origin: string): PageLog {
  const log: PageLog = { faults: [], loaded: new Map() };
  page.on("pageerror", (error) => log.faults.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      log.faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const address = request.url();
    if (!address.startsWith(`${origin}/`) && !/^(data|blob):/.test(address))
      log.faults.push(`request: ${address}`);
  });
  page.on("response", (response) => {
    const bytes = Number(response.headers()["content-length"] ?? 0);
    if (response.url().startsWith(`${origin}/`)) log.loaded.set(new URL(response.url()).pathname, bytes);
  });
  return log;
}

/** @throws Error where there is no browser, or the explorer has not been built */
export async function startSite(): Promise<Site> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(whyNoChromium());
  await stat(join(root, "index.html")).catch(() => {
    throw new Error("the explorer is not built: npm run explorer:build");
  });
  const server = await serve();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  return {
    async open(hash = "", options = {}) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      const log = watch(page, server.origin);
      await page.goto(`${server.origin}/${hash}`);
      return { page, log };
    },
    async closePages() {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
