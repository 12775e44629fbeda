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
 * @throws NoTypeScript when it runs from sources and tsx is not installed
 */
export function threadStart(caller: string, name: string): ThreadStart {
  const sources = caller.endsWith(".ts");
  return {
    filename: fileURLToPath(new URL(`./${name}.${sources ? "ts" : "js"}`, caller)),
    execArgv: sources && !isDeno ? ["--import", tsxRegistration()] : [],
  };
}

/**
 * URL of a module that lets a thread import TypeScript, be it ES modules or, outside of packages of `"type": "module"`,
 * CommonJS. tsx is found from this file, not from the working folder; `--import tsx` itself registers only the CommonJS
 * half of tsx in worker threads of Node 20.
 */
function tsxRegistration(): string {
  try {
    const lines = ["tsx/cjs/api", "tsx/esm/api"].map((half, k) => {
      const url = JSON.stringify(import.meta.resolve(half));
      return `import { register as register${k} } from ${url}; register${k}();`;
    });
    return `data:text/javascript,${encodeURIComponent(lines.join("\n"))}`;
  } catch (error) {
    throw new NoTypeScript("TypeScript tasks need tsx, which is not installed", { cause: error });
  }
}
