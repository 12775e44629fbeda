/** @file Importing modules of the user's, TypeScript included: the main thread and the workers do it the same way. */
import { NoTypeScript } from "../threads.ts";

/** What a module exports, by name. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/** The sources of this package run where TypeScript is understood already; Deno understands it always. */
const understandsTypeScript = import.meta.url.endsWith(".ts") || "Deno" in globalThis;

/** Whether a file or a URL is TypeScript. */
const isTypeScript = (path: string): boolean => /\.m?ts$/.test(path);

/** Set at the first module in TypeScript: hooks are registered once a thread. */
let registered: Promise<void> | undefined;

/** Both halves of tsx: TypeScript outside of a package of `"type": "module"` is CommonJS to it. */
async function registerTypeScript(): Promise<void> {
  try {
    const [modules, commonJs] = await Promise.all([import("tsx/esm/api"), import("tsx/cjs/api")]);
    commonJs.register();
    modules.register();
  } catch (error) {
    throw new NoTypeScript("TypeScript needs tsx, which is not installed", { cause: error });
  }
}

/**
 * Imports a module in this thread.
 * @param url its URL, ending in `.ts`, `.mts`, `.js` or `.mjs`
 * @returns its exports by name, `default` included, whether it was loaded as an ES module or as CommonJS
 * @throws NoTypeScript when it is TypeScript and tsx is not installed; whatever the module throws
 */
export async function importModule(url: string): Promise<ModuleExports> {
  if (isTypeScript(url) && !understandsTypeScript) await (registered ??= registerTypeScript());
  return unwrapped((await import(url)) as ModuleExports);
}

/** Exports of CommonJS stand in `default`, its own default among them where it was an ES module as it was written. */
function unwrapped(module: ModuleExports): ModuleExports {
  const inner = module.default;
  if (typeof inner !== "object" || inner === null) return module;
  return "__esModule" in inner ? (inner as ModuleExports) : { ...inner, ...module };
}
