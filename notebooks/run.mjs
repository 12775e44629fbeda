/**
 * @file Executes the notebooks of this folder and compares what they show with what is stored in them; with `--store`
 * it stores the new outputs instead, a static image beside every figure. Names given (`01`, `02-local-entropy`) choose
 * notebooks. Jupyter's own folders are left alone: the Deno kernel is installed in a temporary one, which is removed at
 * the end, also that by SIGINT or SIGTERM; these end Jupyter and the kernel too.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";

register();
const { formatNotebook, parseNotebook } = await import("./format.ts");
const { compareNotebooks, lostOutputs } = await import("./compare.ts");
const { withImages } = await import("./images.ts");
const { runProgram, untilStopped } = await import("./programs.ts");

/** Seconds that one cell may take; a whole notebook takes less than three minutes on two idle cores. */
const cellSeconds = 600;

/** Seconds to wait for the outputs of a cell that is done: nbconvert's own 4 are too few on a busy machine. */
const outputSeconds = 120;

const folder = fileURLToPath(new URL(".", import.meta.url));
const deno = fileURLToPath(
  new URL(`../node_modules/deno/deno${process.platform === "win32" ? ".exe" : ""}`, import.meta.url),
);

/** A reason to stop that is told in one line. */
class Refusal extends Error {}

const ending = untilStopped();

/** Runs a program that ends at SIGINT and SIGTERM with all that it has started. */
const run = (program, args, options = {}) => runProgram(program, args, { ...options, signal: ending });

async function requirePrograms() {
  const found = await run("jupyter", ["nbconvert", "--version"]).catch(() => ({ code: 1 }));
  ending.throwIfAborted();
  if (found.code !== 0)
    throw new Refusal("jupyter nbconvert is missing (Debian and Ubuntu: apt install jupyter-nbconvert)");
  if (!existsSync(deno)) throw new Refusal("the Deno kernel is missing: run npm ci");
  if (!existsSync(new URL("../sim/kernels/wasm/kernels.wasm", import.meta.url)))
    throw new Refusal("the kernels are not compiled: run npm run build");
}

/** Installs the kernel in a temporary folder; the environment in which Jupyter finds it there. */
async function installKernel(place) {
  const kernel = join(place, "jupyter", "kernels", "deno");
  await mkdir(kernel, { recursive: true });
  // Jupyter's connection files too: it does not remove them when it is killed.
  const temporary = join(place, "temporary");
  await mkdir(temporary);
  const argv = [deno, "jupyter", "--kernel", "--conn", "{connection_file}"];
  const specification = { argv, display_name: "Deno", language: "typescript" };
  await writeFile(join(kernel, "kernel.json"), JSON.stringify(specification));
  return {
    ...process.env,
    JUPYTER_DATA_DIR: join(place, "jupyter"),
    JUPYTER_CONFIG_DIR: join(place, "config"),
    JUPYTER_RUNTIME_DIR: join(place, "runtime"),
    IPYTHONDIR: join(place, "ipython"),
    DENO_DIR: join(place, "deno"),
    DENO_NO_UPDATE_CHECK: "1",
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    NO_COLOR: "1",
  };
}

/** The part of nbconvert's report that says what went wrong: the cell and its error, without Python's stack. */
function reasonOf(report) {
  const at = report.lastIndexOf("CellExecutionError: ");
  return (at < 0 ? report : report.slice(at + "CellExecutionError: ".length)).trim();
}

/** The notebook after one run. */
async function executeOnce(name, place, environment) {
  const { code, report } = await run(
    "jupyter",
    [
      ...["nbconvert", "--to", "notebook", "--execute", "--log-level", "WARN"],
      `--ExecutePreprocessor.timeout=${cellSeconds}`,
      `--ExecutePreprocessor.iopub_timeout=${outputSeconds}`,
      "--ExecutePreprocessor.raise_on_iopub_timeout=True",
      "--ExecutePreprocessor.record_timing=False",
      ...["--output-dir", place, "--output", name],
      join(folder, name),
    ],
    { cwd: folder, env: environment },
  );
  if (code !== 0) throw new Refusal(`${name} failed\n${reasonOf(report)}`);
  return parseNotebook(await readFile(join(place, name), "utf8"));
}

/** The notebook after a run with all its outputs; one that lost an output on its way from the kernel is run again. */
async function execute(name, place, environment) {
  const found = await executeOnce(name, place, environment);
  const [lost] = lostOutputs(found);
  if (lost === undefined) return found;
  console.log(`${name}: ${lost}, running it again`);
  const again = await executeOnce(name, place, environment);
  const [stillLost] = lostOutputs(again);
  if (stillLost !== undefined) throw new Refusal(`${name}: ${stillLost}`);
  return again;
}

async function chosen(names) {
  const all = (await readdir(folder)).filter((name) => name.endsWith(".ipynb")).sort();
  const unknown = names.find((name) => !all.some((file) => file.startsWith(name)));
  if (unknown !== undefined) throw new Refusal(`no notebook begins with ${unknown}: ${all.join(", ")}`);
  return names.length === 0 ? all : all.filter((file) => names.some((name) => file.startsWith(name)));
}

/** Executes one notebook and stores or compares it; the lines in which it differs. */
async function check(name, { store, place, environment }) {
  const started = Date.now();
  const found = await execute(name, place, environment);
  const seconds = Math.round((Date.now() - started) / 1000);
  if (store) {
    await writeFile(join(folder, name), formatNotebook(await withImages(found, ending)));
    console.log(`${name}: stored (${seconds} s)`);
    return [];
  }
  const differences = compareNotebooks(parseNotebook(await readFile(join(folder, name), "utf8")), found);
  const verdict = differences.length === 0 ? "as stored" : "differs from what is stored";
  console.log(`${name}: ${verdict} (${seconds} s)`);
  for (const difference of differences) console.log(`  ${difference}`);
  return differences;
}

async function main(args) {
  const store = args.includes("--store");
  const unknown = args.find((arg) => arg.startsWith("-") && arg !== "--store");
  if (unknown !== undefined) throw new Refusal(`unknown option ${unknown}; there is --store`);
  const names = await chosen(args.filter((arg) => arg !== "--store"));
  await requirePrograms();
  const place = await mkdtemp(join(tmpdir(), "fixed-point-atlas-notebooks-"));
  try {
    const environment = await installKernel(place);
    const differing = [];
    for (const name of names) differing.push(...(await check(name, { store, place, environment })));
    if (differing.length > 0) throw new Refusal("npm run notebooks -- --store stores the new outputs");
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (ending.aborted) process.exit(ending.reason.exitCode);
  if (!(error instanceof Refusal) && !(error instanceof Error && error.name === "NotebookError")) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
