import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "results/", "sim/kernels/wasm/", "**/*.as.ts"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ["**/*.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      eqeqeq: "error",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", { max: 6 }],
      "no-console": "error",
    },
  },
  {
    files: ["theory/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", "process", "Buffer", "performance", "console", "Date", "fetch"],
      "no-restricted-properties": ["error", { object: "Math", property: "random" }],
    },
  },
  {
    files: ["sim/**/*.ts"],
    rules: { "no-restricted-properties": ["error", { object: "Math", property: "random" }] },
  },
  { files: ["bench/**/*.ts", "sim/cli.ts"], rules: { "no-console": "off" } },
  {
    files: ["**/*.mjs", "*.js", ".*.cjs"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", URL: "readonly", module: "writable" },
    },
  },
);
