/** @file Build of the explorer: a static folder with relative addresses, that any host or localhost can serve. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Plotly is 5 MB by itself and has a chunk of its own, loaded after the page stands. */
const plotlyKilobytes = 6000;

export default defineConfig({
  root: here("."),
  base: "./",
  build: {
    outDir: here("../../dist/explorer"),
    emptyOutDir: true,
    target: "es2022",
    // The kernels stay a file: the policy of the page allows no code from data addresses.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: plotlyKilobytes,
    rolldownOptions: {
      // Plotly contains a directive that no engine has known for years, which says nothing about this build.
      onLog: (level, log, handle) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
  worker: { format: "es" },
  preview: { port: 4173, host: "localhost" },
});
