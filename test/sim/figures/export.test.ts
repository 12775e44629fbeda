/** @file Export into a temporary folder, without a browser and, where there is one, with it. */
import { execFileSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ExportError, exportReport, findChromium, thresholdsTable } from "../../../sim/figures/index.ts";
import type { Figure } from "../../../sim/figures/index.ts";
import { allFigures, provenance, thresholds } from "./fixtures.ts";

const figures = Object.values(allFigures());
const [entropy] = figures;
const tables = [thresholdsTable(thresholds)];

let folder: string;
let plotlyPath: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figures-"));
  plotlyPath = join(folder, "plotly-stand-in.js");
  await writeFile(plotlyPath, "var Plotly = {};");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Writes a program for the shell that notes its process in a file, and gives the paths of both. */
async function makeProgram(name: string, commands: string) {
  const [program, note] = [join(folder, name), join(folder, `${name}.pid`)];
  await writeFile(program, `#!/bin/sh\necho $$ > "${note}"\n${commands}\n`, { mode: 0o755 });
  return { program, note };
}

const exists = (path: string) => vi.waitUntil(() => existsSync(path), { timeout: 20_000, interval: 20 });

/** Number of a process in a file that `makeProgram` made, once it is there. */
async function noted(note: string): Promise<number> {
  const text = () => (existsSync(note) ? readFileSync(note, "utf8") : "");
  return Number(await vi.waitUntil(text, { timeout: 20_000 }));
}

/** Resolves when nothing of the process group is left, fails when it stays. */
const gone = (leader: number) =>
  vi.waitFor(() => expect(() => process.kill(-leader, 0)).toThrow("ESRCH"), { timeout: 10_000 });

afterEach(() => vi.unstubAllEnvs());

describe("exportReport without a browser", () => {
  test("writes pages, CSV and JSON, and says why there are no images", async () => {
    const outDir = join(folder, "plain", "deep");
    const result = await exportReport({
      figures,
      tables,
      provenance,
      outDir,
      plotlyPath,
      chromiumPath: null,
    });
    expect(result.imagesMissing).toBe("SVG, PNG, PDF left out: no browser wanted");
    const written = (await readdir(outDir)).sort();
    expect(result.files.map((file) => basename(file)).sort()).toEqual(written);
    for (const { name } of figures)
      expect(written).toEqual(expect.arrayContaining([`${name}.html`, `${name}.csv`, `${name}.json`]));
    expect(written).toEqual(
      expect.arrayContaining(["index.html", "plotly.min.js", "thresholds.csv", "entropy-pairs.csv"]),
    );
  });

  test("stores in JSON what the figure holds, with the rows keyed by column and the provenance", async () => {
    const outDir = join(folder, "json");
    await exportReport({ figures: [entropy!], provenance, outDir, plotlyPath, images: [] });
    const stored = JSON.parse(await readFile(join(outDir, "entropy.json"), "utf8")) as Figure & {
      provenance: unknown;
    };
    expect(stored.data).toEqual(entropy!.data);
    expect(stored.layout).toEqual(entropy!.layout);
    expect(stored.provenance).toEqual(provenance);
    expect(stored.tables[0]!.rows[1]).toMatchObject({ status: "ok", selfCoupling: 0.05 });
  });

  test("links only files that were written", async () => {
    const outDir = join(folder, "links");
    await exportReport({ figures, tables, provenance, outDir, plotlyPath, images: [] });
    const html = await readFile(join(outDir, "index.html"), "utf8");
    const links = [...html.matchAll(/(?:href|src)="([^"#:]+)"/g)].map((match) => match[1]!);
    expect(links.length).toBeGreaterThan(figures.length);
    for (const link of links) expect(existsSync(join(outDir, decodeURI(link)))).toBe(true);
  });

  test("a browser that does not start is a message, not an error", async () => {
    const { program } = await makeProgram("fails", "exit 3");
    const request = { figures: [entropy!], provenance, outDir: join(folder, "broken"), plotlyPath };
    const result = await exportReport({ ...request, chromiumPath: program });
    expect(result.imagesMissing).toBe(
      `SVG, PNG, PDF left out: the browser ${program} did not start (exit code 3)`,
    );
    expect(existsSync(join(request.outDir, "index.html"))).toBe(true);
    const none = await exportReport({ ...request, chromiumPath: join(folder, "none") });
    expect(none.imagesMissing).toMatch(/^SVG, PNG, PDF left out: the browser \S+none is no program$/);
  });

  test.each([
    ["/no/such/program", "CHROMIUM_PATH names no program (/no/such/program)"],
    ["", "CHROMIUM_PATH is empty"],
  ])("says what is wrong with CHROMIUM_PATH=%s", async (path, why) => {
    vi.stubEnv("CHROMIUM_PATH", path);
    const request = { figures: [entropy!], provenance, outDir: join(folder, "unset"), plotlyPath };
    expect((await exportReport(request)).imagesMissing).toBe(`SVG, PNG, PDF left out: ${why}`);
  });

  test("an abort ends a program that never speaks, with its children", async () => {
    const { program, note } = await makeProgram("hangs", "sleep 1000");
    const outDir = join(folder, "hanging");
    const controller = new AbortController();
    const { signal } = controller;
    const outcome = failure(
      exportReport({ figures: [entropy!], provenance, outDir, plotlyPath, chromiumPath: program, signal }),
    );
    const leader = await noted(note);
    controller.abort(new Error("stopped"));
    expect(await outcome).toBe(signal.reason);
    await gone(leader);
    expect(existsSync(join(outDir, "index.html"))).toBe(false);
  });

  test("an abort just before the program is started leaves none running", async () => {
    const { program, note } = await makeProgram("late", "sleep 1000");
    const outDir = join(folder, "early");
    const controller = new AbortController();
    const { signal } = controller;
    const spawned = vi.fn((message: unknown) => message);
    subscribe("child_process", spawned);
    const outcome = failure(
      exportReport({ figures: [entropy!], provenance, outDir, plotlyPath, chromiumPath: program, signal }),
    );
    await exists(join(outDir, "entropy.html"));
    controller.abort(new Error("stopped"));
    expect(await outcome).toBe(signal.reason);
    await vi.waitUntil(() => spawned.mock.calls.length > 0, { timeout: 10_000 });
    unsubscribe("child_process", spawned);
    const { process: child } = spawned.mock.calls[0]![0] as { process: ChildProcess };
    await vi.waitUntil(() => child.signalCode === "SIGKILL", { timeout: 10_000 });
    if (existsSync(note)) await gone(child.pid!);
  });
});

describe("exportReport refuses", () => {
  test("a folder that cannot be made, with one line that names it", async () => {
    const file = join(folder, "taken");
    await writeFile(file, "");
    const error = await failure(
      exportReport({ figures, provenance, outDir: join(file, "x"), plotlyPath, images: [] }),
    );
    expect(error).toBeInstanceOf(ExportError);
    expect((error as Error).message).toBe(
      `cannot make the folder ${join(file, "x")}: a part of the path is not a folder`,
    );
  });

  test.skipIf(process.platform !== "linux")("a folder that takes no new names, without a hang", async () => {
    const request = { figures, provenance, outDir: "/proc/self/x/y", plotlyPath, images: [] };
    expect(await failure(exportReport(request))).toMatchObject({
      name: "ExportError",
      message: "cannot make the folder /proc/self/x/y: no such file or folder",
    });
  });

  test.skipIf(!existsSync("/dev/full"))("a full disk, in plain words", async () => {
    const outDir = join(folder, "full");
    await mkdir(outDir);
    await symlink("/dev/full", join(outDir, `entropy.csv.${process.pid}.part`));
    const request = { figures: [entropy!], provenance, outDir, plotlyPath, images: [] };
    expect(await failure(exportReport(request))).toMatchObject({
      message: `cannot write ${join(outDir, "entropy.csv")}: no space left on the disk`,
    });
  });

  test("a file that cannot be replaced, leaving nothing half-written", async () => {
    const outDir = join(folder, "blocked");
    await mkdir(join(outDir, "index.html", "in-the-way"), { recursive: true });
    const error = await failure(
      exportReport({ figures: [entropy!], provenance, outDir, plotlyPath, images: [] }),
    );
    expect(error).toBeInstanceOf(ExportError);
    expect((error as Error).message).toContain("index.html");
    expect((await readdir(outDir)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("a missing Plotly and clashing names", async () => {
    const request = { provenance, outDir: join(folder, "refused"), images: [] };
    const missing = await failure(exportReport({ ...request, figures, plotlyPath: join(folder, "none.js") }));
    expect(missing).toBeInstanceOf(ExportError);
    expect((missing as Error).message).toContain("npm run build");
    for (const name of ["entropy", "../escape", "index"]) {
      const clash = await failure(
        exportReport({ ...request, figures: [entropy!, { ...entropy!, name }], plotlyPath }),
      );
      expect(clash).toBeInstanceOf(ExportError);
    }
    expect(existsSync(request.outDir)).toBe(false);
  });

  test("to write more files after an abort", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const outDir = join(folder, "between");
    const outcome = failure(
      exportReport({ figures, tables, provenance, outDir, plotlyPath, images: [], signal }),
    );
    await exists(join(outDir, "entropy.csv"));
    controller.abort(new Error("stopped"));
    expect(await outcome).toBe(signal.reason);
    expect(existsSync(join(outDir, "index.html"))).toBe(false);
    expect((await readdir(outDir)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("to start after an abort", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    const request = { figures, provenance, outDir: join(folder, "aborted"), plotlyPath, images: [], signal };
    expect(await failure(exportReport(request))).toMatchObject({ message: "stopped" });
  });
});

describe("findChromium", () => {
  test("takes CHROMIUM_PATH when it is a program, and nothing else in its place", () => {
    expect(findChromium({ CHROMIUM_PATH: process.execPath })).toBe(process.execPath);
    expect(findChromium({ CHROMIUM_PATH: "", PATH: process.env.PATH })).toBeNull();
    expect(findChromium({ CHROMIUM_PATH: folder, PATH: process.env.PATH })).toBeNull();
  });

  test("looks for the usual names along PATH", async () => {
    const program = join(folder, "google-chrome");
    await writeFile(program, "", { mode: 0o755 });
    expect(findChromium({ PATH: `${join(folder, "none")}:${folder}` })).toBe(program);
  });
});

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
    const { program, note } = await makeProgram("stopped", `exec "${browserPath}" "$@"`);
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
    const { program, note } = await makeProgram("dies", `exec "${browserPath}" "$@"`);
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
