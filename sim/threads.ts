/** @file Worker threads that run modules of this package, from its TypeScript sources or from the built JavaScript. */
import { fileURLToPath } from "node:url";

/** Deno runs TypeScript as it is, in threads too, and knows no `--import`. */
const isDeno = "Deno" in globalThis;

/** TypeScript was to be run where tsx, which does that, is not installed. */
export class NoTypeScript extends Error {
  override readonly name = "NoTypeScript";
}

/** How to start a thread. */
export interface ThreadStart {
  /** Path of the module that the thread runs. */
  readonly filename: string;
  readonly execArgv: string[];
}

/**
 * How to start a thread on a module beside the caller.
 * @param caller `import.meta.url` of the caller: its ending tells sources from build, since tsc does not rewrite
 *   endings inside URLs
 * @param name name of the module's file, without ending
 * @param imports URLs of modules that the thread is to import later
 * @throws NoTypeScript when any of them is TypeScript and tsx is not installed
 */
export function threadStart(caller: string, name: string, imports: readonly string[] = []): ThreadStart {
  const sources = caller.endsWith(".ts");
  const typescript = !isDeno && (sources || imports.some((url) => url.endsWith(".ts")));
  return {
    filename: fileURLToPath(new URL(`./${name}.${sources ? "ts" : "js"}`, caller)),
    execArgv: typescript ? ["--import", tsxRegistration()] : [],
  };
}

/**
 * URL of a module that lets a thread import TypeScript. tsx is found from this file, not from the working folder;
 * `--import tsx` itself registers only the CommonJS half of tsx in worker threads of Node 20.
 */
function tsxRegistration(): string {
  try {
    const api = JSON.stringify(import.meta.resolve("tsx/esm/api"));
    return `data:text/javascript,${encodeURIComponent(`import { register } from ${api}; register();`)}`;
  } catch (error) {
    throw new NoTypeScript("TypeScript tasks need tsx, which is not installed", { cause: error });
  }
}
