/** @file A report full of hostile texts, opened in a browser: nothing runs, nothing is injected, all can read it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../../../sim/figures/chromium.ts";
import { readPlotly } from "../../../sim/figures/files.ts";
import { figurePage, indexPage } from "../../../sim/figures/html.ts";
import type { Figure, Finding, Table } from "../../../sim/figures/types.ts";
import { allFigures, provenance } from "./fixtures.ts";

/** Texts that would mark the page if any of them ran. */
const payloads = [
  `</script><script>window.ran = 1</script>`,
  `<img class="injected" src="x" onerror="window.ran = 2">`,
  `"><svg class="injected" onload="window.ran = 3">`,
  `<a class="injected" href="javascript:window.ran = 4" title='x'>link</a>`,
  `<a class="injected" href="https://host.invalid/">link</a>`,
  `<iframe class="injected" srcdoc="<script>parent.ran = 5</script>"></iframe>`,
  `<!-- <style> * { display: none } </style>`,
  `&lt;img class="injected" src=x onerror="window.ran = 6"&gt;`,
  "<i onmouseover='window.ran = 7'>i</i> ${window.ran = 8} {{ran}} %{x}",
];
const hostile = payloads.join(" ");

const verdicts: Finding["verdict"][] = ["agrees", "differs", "open"];
const findings = verdicts.map((verdict): Finding => ({
  claim: hostile,
  measured: { value: 1, error: 0.1, unit: hostile },
  predicted: { value: 1, unit: hostile },
  criterion: hostile,
  verdict,
}));

const table: Table = { name: "table", title: hostile, columns: [hostile], rows: [[hostile], [1], [null]] };
const axisOf = { title: { text: hostile }, tickvals: [0, 1], ticktext: payloads.slice(2, 4) };

const hostileFigure: Figure = {
  name: "hostile",
  title: hostile,
  caption: hostile,
  data: payloads.map((name, k) => ({
    type: "scatter",
    mode: "lines+markers",
    name,
    x: [0, 1],
    y: [k, k],
    hovertemplate: `${name}<extra></extra>`,
  })),
  layout: {
    width: 640,
    height: 480,
    xaxis: axisOf,
    yaxis: axisOf,
    title: { text: hostile },
    annotations: [{ text: hostile, showarrow: false, x: 0.5, y: 1, xref: "x", yref: "y" }],
  },
  tables: [table],
  findings,
};

const source = { ...provenance, command: hostile, parameters: { [hostile]: hostile, preset: hostile } };

function hostileIndex(plotlyFile: string, figure: Figure = hostileFigure): string {
  const downloads = [...payloads, "javascript:window.ran = 9", "//host.invalid/file"].map((text) => ({
    file: text,
    text,
  }));
  return indexPage({
    title: figure.title,
    summary: figure.caption,
    figures: [{ figure, downloads }],
    tables: [table],
    provenance: source,
    plotlyFile,
    apiReference: "javascript:window.ran = 10",
  });
}

const usual: Figure = {
  ...allFigures().entropy!,
  findings: findings.map((each, k) => ({ ...each, claim: `claim ${k}`, criterion: "c" })),
};

/** Tables short enough for axe to be quick. */
const fewRows = usual.tables.map((each) => ({ ...each, rows: each.rows.slice(0, 3) }));

const plainIndex = (plotlyFile: string): string =>
  indexPage({
    title: "A report",
    summary: "What it is about.",
    figures: [{ figure: usual, downloads: [{ file: "entropy.csv", text: "CSV" }] }],
    tables: fewRows,
    provenance: { ...provenance, parameters: { preset: "quick" } },
    plotlyFile,
    apiReference: "../api/index.html",
  });

const chromiumPath = findChromium();
const asRoot = process.getuid?.() === 0;

describe.skipIf(chromiumPath === null)("a report in a browser", () => {
  let browser: Browser;
  let folder = "";
  const requests: string[] = [];
  const errors: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "atlas report "));
    const plotly = await readPlotly();
    writeFileSync(join(folder, "plotly.min.js"), plotly);
    writeFileSync(join(folder, "index.html"), hostileIndex("plotly.min.js"));
    writeFileSync(join(folder, "figure.html"), figurePage(hostileFigure, source, plotly));
    writeFileSync(join(folder, "plain.html"), plainIndex("plotly.min.js"));
    browser = await chromium.launch({
      executablePath: chromiumPath!,
      args: [...(asRoot ? ["--no-sandbox"] : []), "--disable-gpu"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a page and draws its figures. */
  async function open(file: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.on("request", (request) => requests.push(request.url()));
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(pathToFileURL(join(folder, file)).href);
    await page.locator(".plot").first().scrollIntoViewIfNeeded();
    await page.locator(".plot .main-svg").first().waitFor();
    return page;
  }

  test.each(["index.html", "figure.html"])("%s: no hostile text runs or becomes an element", async (file) => {
    const page = await open(file);
    await page.hover(".plot");
    for (const summary of await page.locator("details:not([open]) > summary").all()) await summary.click();
    for (const link of await page.locator(".downloads a").all()) {
      const address = await link.evaluate((element: HTMLAnchorElement) => element.href);
      expect(address).toMatch(/^file:\/\/\//);
    }
    expect(await page.evaluate(() => (globalThis as { ran?: number }).ran)).toBeUndefined();
    expect(
      await page.locator(".injected, img, iframe, main script:not([type='application/json'])").count(),
    ).toBe(0);
    expect(
      await page.locator("[onerror], [onload], [onmouseover], a[href^='javascript'], .plot svg a").count(),
    ).toBe(0);
    expect(await page.locator("main").isVisible()).toBe(true);
    expect(await page.locator(".findings").count()).toBe(file === "index.html" ? 2 : 1);
    await page.context().close();
  });

  test("nothing is asked for beside the pages and Plotly, and no page throws", () => {
    expect(errors).toEqual([]);
    for (const url of requests) expect(url).toMatch(/^(file:\/\/|data:|blob:)/);
  });

  test.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const)("axe finds nothing serious: %s, %d pixels wide", async (colorScheme, width) => {
    const page = await open("plain.html", { colorScheme, viewport: { width, height: 844 } });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.context().close();
  });

  test("the link to the API reference is there when its address is harmless", async () => {
    const page = await open("plain.html");
    const link = page.getByRole("link", { name: "API reference" });
    expect(await link.getAttribute("href")).toBe("../api/index.html");
    await page.context().close();
  });

  test("on paper every figure is drawn at its own width, in black on white", async () => {
    const page = await open("plain.html", { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    const drawn = await page.locator(".plot .main-svg").first().getAttribute("width");
    expect(Number(drawn)).toBe(usual.layout.width);
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(background).toBe("rgb(255, 255, 255)");
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await page.context().close();
  });
});
