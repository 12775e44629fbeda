/** @file Export into a temporary folder, without a browser; export.browser.test.ts has one. */
import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ExportError, exportReport, findChromium, thresholdsTable } from "../../../sim/figures/index.ts";
import type { Figure } from "../../../sim/figures/index.ts";
import { allFigures, provenance, thresholds } from "./fixtures.ts";
import { exists, failure, gone, makeProgram, noted } from "./programs.ts";

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
    const { program } = await makeProgram(folder, "fails", "exit 3");
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
    const { program, note } = await makeProgram(folder, "hangs", "sleep 1000");
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
    const { program, note } = await makeProgram(folder, "late", "sleep 1000");
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
