import { defineConfig } from "vitest/config";

/** Tests named *.full.test.ts are the long statistical ones: `npm run test:full`. */
const longTests = "test/**/*.full.test.ts";

/** Tests named *.slurm.test.ts submit to a Slurm of one node that they start: `npm run test:slurm`. */
const slurmTests = "test/**/*.slurm.test.ts";

/** Tests named *.browser.test.ts drive a Chromium over built pages: `npm run test:browser`. */
const browserTests = "test/**/*.browser.test.ts";

/** Tests named *.gpu.test.ts compute on whatever GPU WebGPU finds: `npm run test:gpu`. */
const gpuTests = "test/**/*.gpu.test.ts";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [longTests, browserTests, slurmTests, gpuTests],
          testTimeout: 60_000,
        },
      },
      // Once more where a browser of a busy machine lost a page or a worker; a defect fails twice.
      { test: { name: "browser", include: [browserTests], testTimeout: 120_000, retry: 1 } },
      { test: { name: "slurm", include: [slurmTests], testTimeout: 600_000, hookTimeout: 120_000 } },
      { test: { name: "gpu", include: [gpuTests], testTimeout: 300_000, pool: "forks" } },
      { test: { name: "full", include: [longTests], testTimeout: 600_000 } },
    ],
    maxWorkers: 2,
  },
});
