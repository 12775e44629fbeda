/** @file Export into a temporary folder with a browser, where there is one. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportReport, findChromium, thresholdsTable } from "../../../sim/figures/index.ts";
import { allFigures, provenance, thresholds } from "./fixtures.ts";
import { exists, failure, gone, makeProgram, noted } from "./programs.ts";

const figures = Object.values(allFigures());
const tables = [thresholdsTable(thresholds)];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figures-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const browserPath = findChromium();
const plotlyFile = fileURLToPath(new URL("../../../dist/assets/plotly.min.js", import.meta.url));
const why = browserPath === null ? "no Chromium here" : existsSync(plotlyFile) ? null : "Plotly is not built";

describe.skipIf(why !== null)(`with a browser${why === null ? "" : ` (skipped: ${why})`}`, () => {
  const pair = figures.slice(0, 2);
  let outDir: string;
  const read = (name: string): Promise<Buffer> => readFile(join(outDir, name));
  beforeAll(async () => {
    outDir = join(folder, "images");
    const result = await exportReport({ figures, tables, provenance, outDir, chromiumPath: browserPath });
    expect(result.imagesMissing).toBeNull();
  }, 180_000);

  test.each(figures.map((figure) => [figure.name, figure.layout] as const))(
    "%s: PNG, SVG and PDF of its size",
    async (name, { width, height }) => {
      const png = await read(`${name}.png`);
      expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3 * width, 3 * height]);
      const svg = (await read(`${name}.svg`)).toString("utf8");
      expect(svg).toContain(`width="${0.75 * width}pt" height="${0.75 * height}pt"`);
      expect(svg).toContain(`<desc>${name} (fixed-point-atlas `);
      expect(svg.match(/<text /g)!.length).toBeGreaterThan(10);
      expect(svg).toContain("</svg>");
      const pdf = (await read(`${name}.pdf`)).toString("latin1");
      expect(pdf.slice(0, 5)).toBe("%PDF-");
      expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
      const [pdfWidth, pdfHeight] = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!.slice(1).map(Number);
      // The browser rounds the sheet to whole device units: below half a point.
      expect(Math.abs(pdfWidth! - 0.75 * width)).toBeLessThan(0.5);
      expect(Math.abs(pdfHeight! - 0.75 * height)).toBeLessThan(0.5);
    },
  );

  test("an abort while images are made ends the export and the browser", async () => {
    const { program, note } = await makeProgram(folder, "stopped", `exec "${browserPath}" "$@"`);
    const controller = new AbortController();
    const { signal } = controller;
    const target = join(folder, "stopped-images");
    const outcome = failure(
      exportReport({ figures: pair, provenance, outDir: target, chromiumPath: program, signal }),
    );
    await exists(join(target, "entropy.svg"));
    controller.abort(new Error("stopped"));
    expect(await outcome).toBe(signal.reason);
    await gone(await noted(note));
    expect(existsSync(join(target, "index.html"))).toBe(false);
  }, 60_000);

  test("a browser that dies is a message; the images made before it are kept", async () => {
    const { program, note } = await makeProgram(folder, "dies", `exec "${browserPath}" "$@"`);
    const target = join(folder, "dead-images");
    const outcome = exportReport({ figures: pair, provenance, outDir: target, chromiumPath: program });
    await exists(join(target, "entropy.svg"));
    const leader = await noted(note);
    process.kill(leader, "SIGKILL");
    const { files, imagesMissing } = await outcome;
    expect(imagesMissing).toBe(
      `SVG, PNG, PDF left out of 3 of 4 drawings: the browser ${program} ended unexpectedly`,
    );
    expect(files).toContain(join(target, "entropy.svg"));
    expect(files).toContain(join(target, "index.html"));
    await gone(leader);
  }, 60_000);

  test("Plotly's own validator accepts every figure; pages draw from files and ask for nothing else", async () => {
    const browser = await chromium.launch({
      executablePath: browserPath!,
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("request", (request) => {
        if (!/^(file|data|blob):/.test(request.url())) problems.push(request.url());
      });
      await page.goto(`file://${join(outDir, "entropy.html")}`);
      await page.waitForSelector(".plot .main-svg");
      await page.goto(`file://${join(outDir, "index.html")}`);
      await page.waitForSelector(".plot .main-svg");
      const drawn = await page.locator(".plot[data-drawn]").count();
      expect(drawn).toBeLessThan(figures.length);
      for (const { name, data, layout } of figures) {
        const complaints = await page.evaluate(
          ([traces, options]) =>
            (
              globalThis as unknown as {
                Plotly: {
                  validate(data: unknown, layout: unknown): { code: string; msg: string }[] | undefined;
                };
              }
            ).Plotly.validate(traces, options)
              ?.filter(({ code }) => code !== "unused")
              .map(({ msg }) => msg) ?? [],
          [data, layout] as const,
        );
        problems.push(...complaints.map((text) => `${name}: ${text}`));
      }
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test.skipIf(!existsSync("/usr/bin/pdffonts"))("PDF text is text, with embedded fonts", () => {
    const fonts = execFileSync("pdffonts", [join(outDir, "entropy.pdf")], { encoding: "utf8" });
    const lines = fonts.trim().split("\n").slice(2);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(/\s(yes|no)\s+(?:yes|no)\s+(?:yes|no)\s/.exec(line)?.[1]).toBe("yes");
  });
});
