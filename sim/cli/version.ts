/** @file Version of this package, read from its package.json. */
import { readFileSync } from "node:fs";

/** Sources lie two folders below the package, `dist` three. */
const candidates = ["../../package.json", "../../../package.json"];

function readVersion(): string {
  for (const candidate of candidates) {
    try {
      const { name, version: found } = JSON.parse(
        readFileSync(new URL(candidate, import.meta.url), "utf8"),
      ) as {
        name?: string;
        version?: string;
      };
      if (name === "fixed-point-atlas" && found !== undefined) return found;
    } catch {
      continue;
    }
  }
  throw new Error("the package.json of fixed-point-atlas is missing");
}

/** Version of this package, such as 0.1.0. */
export const version = readVersion();

/** The program with its version, as files name it. */
export const programName = `fixed-point-atlas ${version}`;
