/** The one-way import rule: each folder may import only what lies below it. */
const only = (name, from, allowed) => ({
  name,
  severity: "error",
  comment: `${from} may import only ${allowed}`,
  from: { path: from },
  to: { path: "^(theory|sim|bench|test)/", pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "not-resolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "\\.as\\.ts$" },
    },
    only("theory-stands-alone", "^theory/", "^theory/"),
    {
      name: "theory-is-pure",
      severity: "error",
      from: { path: "^theory/" },
      to: { dependencyTypes: ["core"] },
    },
    // theory/errors.ts and theory/normal.ts are what both packages share: the typed errors of a bad input, and log Φ.
    only(
      "ground-floor",
      "^sim/(random|threads|file-system|expressions|statistics|sweep)",
      "^(sim/(random|threads|file-system|expressions|statistics|sweep)|theory/errors\\.ts)",
    ),
    only("kernels", "^sim/kernels/", "^(sim/kernels/|sim/random|theory/(errors|normal)\\.ts)"),
    only("instances", "^sim/instance/", "^(sim/(instance|kernels)/|sim/random|theory/(errors|normal)\\.ts)"),
    only("data", "^sim/data/", "^(sim/(data/|random|file-system)|theory/errors\\.ts)"),
    only(
      "learning",
      "^sim/learning/",
      "^(sim/(learning|data|kernels)/|sim/(random|threads)|theory/errors\\.ts)",
    ),
    {
      ...only(
        "figures-know-row-types-only",
        "^sim/figures/",
        "^sim/(figures/|file-system)|^theory/errors\\.ts",
      ),
      to: {
        path: "^(theory|sim|bench|test)/",
        pathNot: "^sim/(figures/|file-system)|^theory/errors\\.ts",
        dependencyTypesNot: ["type-only"],
      },
    },
    only(
      "experiments",
      "^sim/experiments/",
      "^(theory/|sim/(experiments|instance|learning|data|kernels|sweep|random|statistics))",
    ),
    only(
      "explorer",
      "^sim/explorer/",
      "^(theory/|sim/(explorer|figures|experiments|instance|learning|kernels|random))",
    ),
    {
      name: "nothing-imports-the-notebooks",
      severity: "error",
      from: { path: "^(theory|sim)/" },
      to: { path: "^notebooks/" },
    },
    {
      name: "nothing-imports-the-explorer",
      severity: "error",
      from: { path: "^(theory|sim)/", pathNot: "^sim/explorer/" },
      to: { path: "^sim/explorer/" },
    },
    {
      name: "nothing-imports-the-command-line",
      severity: "error",
      from: { path: "^(theory|sim)/", pathNot: "^sim/cli" },
      to: { path: "^sim/(cli|reproduce)", pathNot: "^sim/reproduce" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.as\\.ts$|/wasm/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
