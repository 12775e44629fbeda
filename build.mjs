/**
 * Build: AssemblyScript kernels (each twice, for shared and for unshared memory), the minified Plotly bundle,
 * and `dist/` by tsc. Runs as npm's `prepare`, so that `npm ci` in a fresh clone is all that a user needs.
 * An install without development dependencies has no compilers: then the build is left out with one line.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url));
const require = createRequire(import.meta.url);
const compilers = ["typescript", "assemblyscript", "esbuild", "plotly.js-dist"];

const missing = compilers.filter((name) => !existsSync(join(root, "node_modules", name)));
if (missing.length > 0) {
  console.error(`build left out: ${missing.join(", ")} not installed (development dependencies are absent)`);
  process.exit(0);
}

const node = (script, args) =>
  execFileSync(process.execPath, [join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: "inherit",
  });

/** Compiles sim/kernels/index.as.ts; `--runtime stub` and imported memory: the callers lay out the memory. */
function buildKernels() {
  const source = "sim/kernels/index.as.ts";
  if (!existsSync(join(root, source))) return;
  mkdirSync(join(root, "sim/kernels/wasm"), { recursive: true });
  // 112 says that vectors may not cross the module's border; none do, they pass between its files.
  const quiet = ["--disableWarning", "112"];
  const common = [source, "-O3", "--runtime", "stub", "--enable", "simd", "--importMemory", ...quiet];
  const memory = ["--initialMemory", "1", "--maximumMemory", "65536", "--memoryBase", "1024"];
  const asc = (args) => node("assemblyscript/bin/asc.js", [...common, ...memory, ...args]);
  asc(["--outFile", "sim/kernels/wasm/kernels.wasm"]);
  asc(["--enable", "threads", "--sharedMemory", "--outFile", "sim/kernels/wasm/kernels.shared.wasm"]);
  cpSync(join(root, "sim/kernels/wasm"), join(root, "dist/sim/kernels/wasm"), { recursive: true });
}

/** One minified Plotly for all reports; made again only when the package is newer. */
async function buildPlotly() {
  const target = join(root, "dist/assets/plotly.min.js");
  const source = require.resolve("plotly.js-dist");
  if (existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs) return;
  const { build } = await import("esbuild");
  await build({
    entryPoints: [source],
    outfile: target,
    minify: true,
    legalComments: "inline",
    charset: "utf8",
    logLevel: "error",
  });
}

for (const folder of ["theory", "sim"]) rmSync(join(root, "dist", folder), { recursive: true, force: true });
mkdirSync(join(root, "dist"), { recursive: true });
buildKernels();
await buildPlotly();
node("typescript/bin/tsc", ["-p", "tsconfig.build.json"]);
const cli = join(root, "dist/sim/cli.js");
if (existsSync(cli)) chmodSync(cli, 0o755);
