/** @file Sweep files and experiments as modules, inside and outside of packages of `"type": "module"`. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { startChild } from "./fixtures/children.ts";
import { resultsOf, temporaryFolder } from "./fixtures/sweeps.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** An experiment that doubles x, in JavaScript or, with types, in TypeScript; it takes its factor from another module. */
const experiment = (extension: string): string => `
  import { factor } from "./factor.${extension}";
  export const runTask = (task) => factor * task.parameters.x;
  export const sweepExperiment = { name: "doubles", summary: "", module: import.meta.url, random: false,
    parameters: { x: { type: "number", min: 0, max: 9, description: "x" } },
    columns: [{ name: "y", type: "number", unit: "1", description: "2 x" }],
    tasks: (point) => [{ experiment: "doubles", version: 1, parameters: point, seed: 0 }],
    cost: () => 1, rows: (task, y) => [{ y }] };`;

/** Writes a sweep file, its experiment and what that imports, all with one ending, and returns the path of the first. */
function writeModules(folder: string, extension: string, manifest: string): string {
  const typed = extension.endsWith("ts");
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write("package.json", manifest);
  write(`factor.${extension}`, typed ? "export const factor: number = 2;" : "export const factor = 2;");
  const text = experiment(extension);
  write(`own.${extension}`, typed ? text.replaceAll("(task)", "(task: any)") : text);
  const sweep = `{ experiment: "./own.${extension}", grid: { x: [1, 3] } }`;
  write(`sweep.${extension}`, `export default ${sweep}${typed ? " as object" : ""};`);
  return join(folder, `sweep.${extension}`);
}

const manifests = [
  ["outside of a package of modules", "{}"],
  ["in a package of modules", '{ "type": "module" }'],
] as const;
const cases = manifests.flatMap(([place, manifest]) =>
  ["ts", "mts", "js", "mjs"].map((extension) => [extension, place, manifest] as const),
);

describe("the source program runs a sweep file and an experiment", () => {
  test.each(cases)("in .%s %s", async (extension, _, manifest) => {
    const folder = temporaryFolder();
    const path = writeModules(folder, extension, manifest);
    const out = join(folder, "out");
    const args = ["sweep", "run", path, "--out", out, "--workers", "1", "--json"];
    const { code, stdout, stderr } = await startChild("../../../../sim/cli.ts", args).ended;
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ done: 2, failed: 0, left: 0 });
    expect(
      resultsOf(out)
        .map(([, result]) => result)
        .sort(),
    ).toEqual([2, 6]);
  });
});

/** Imports a module in the main thread and in a worker by the built importModule, and prints what it made of 3 in each. */
const probe = `
  import { Worker, isMainThread, workerData } from "node:worker_threads";
  import { importModule } from "./sim/sweep/modules.js";
  const url = workerData ?? process.argv[2];
  try {
    const { runTask, sweepExperiment } = await importModule(url);
    console.log(runTask({ parameters: { x: 3 } }), sweepExperiment.module === url);
  } catch (error) {
    console.log(error.message);
  }
  if (isMainThread) new Worker(new URL(import.meta.url), { workerData: url });`;

/** Builds what imports modules, in a folder that has packages only where asked for. */
function build(packages: boolean): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "sim/sweep"), { recursive: true });
  for (const name of ["sim/threads", "sim/sweep/modules"]) {
    const { outputText } = ts.transpileModule(readFileSync(join(root, `${name}.ts`), "utf8"), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2022,
        rewriteRelativeImportExtensions: true,
      },
    });
    writeFileSync(join(folder, `${name}.js`), outputText);
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "probe.js"), probe);
  if (packages) symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return join(folder, "probe.js");
}

function printed(script: string, url: string): string[] {
  const { stdout } = spawnSync(process.execPath, [script, url], { encoding: "utf8" });
  return stdout.trim().split("\n");
}

describe("the built program imports", () => {
  test.each(cases)("an experiment in .%s %s, in the main thread and in workers", (extension, _, manifest) => {
    const folder = temporaryFolder();
    writeModules(folder, extension, manifest);
    const url = new URL(`own.${extension}`, `file://${folder}/`).href;
    expect(printed(build(true), url)).toEqual(["6 true", "6 true"]);
  });

  test("no TypeScript without tsx, and says so in one line", () => {
    const folder = temporaryFolder();
    writeModules(folder, "ts", "{}");
    const line = "TypeScript needs tsx, which is not installed";
    expect(printed(build(false), new URL("own.ts", `file://${folder}/`).href)).toEqual([line, line]);
  });
});
