/** TypeDoc: the API reference of both packages in dist/api, equations by KaTeX, docstrings linted. */
import { tsImport } from "tsx/esm/api";

const { equationsPlugin, headingsPlugin, lintPlugin, useEquations } = await tsImport(
  "./docs/reference/plugin.ts",
  import.meta.url,
);

/** @type {Partial<import("typedoc").TypeDocOptions>} */
export default {
  name: "fixed-point-atlas",
  entryPoints: ["theory/index.ts", "sim/index.ts"],
  tsconfig: "tsconfig.build.json",
  out: "dist/api",
  readme: "README.md",
  projectDocuments: ["theory/README.md", "docs/reference/symbols.md"],
  plugin: [lintPlugin, headingsPlugin, equationsPlugin],
  treatWarningsAsErrors: true,
  excludeInternal: true,
  intentionallyNotExported: [
    // Plotly's schema, which plotly.com documents.
    ...["Annotation", "Axis", "ContourTrace", "HeatmapTrace", "ScatterTrace", "Shape"].map(
      (name) => `sim/figures/types.ts:${name}`,
    ),
    // process.env, and the table whose keys are the words of RecallCriterion.
    "sim/figures/chromium.ts:Environment",
    "sim/experiments/hetero-capacity.ts:criteria",
  ],
  // e^{…} and J_{ij} in docstrings are formulas, not tags.
  jsDocCompatibility: { ignoreUnescapedBraces: true },
  blockTags: ["@param", "@returns", "@throws", "@source", "@file"],
  excludeTags: ["@file"],
  // What is called comes first, what it is called with after it.
  kindSortOrder: ["Document", "Module", "Function", "Class", "Variable", "Interface", "TypeAlias"],
  groupOrder: ["Documents", "Modules", "Functions", "Classes", "Variables", "Interfaces", "Type Aliases"],
  disableGit: true,
  disableSources: true,
  hideGenerator: true,
  // The front page has the heading of README.md.
  headings: { readme: false },
  customCss: "docs/reference/reference.css",
  markdownItLoader: useEquations,
};
