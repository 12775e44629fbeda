/** @file Files of a report: whole or not at all, with one clear error where that fails. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolderWithParents, systemReason } from "../file-system.ts";

/** A report that could not be written or is incomplete; the message names the path and the reason, in one line. */
export class ExportError extends Error {
  override readonly name = "ExportError";
}

/**
 * Makes a folder with its parents; an existing folder is fine.
 * @throws ExportError if the path is taken by a file or cannot be made
 */
export function makeFolder(path: string): void {
  try {
    makeFolderWithParents(path);
  } catch (error) {
    throw new ExportError(`cannot make the folder ${path}: ${systemReason(error)}`, { cause: error });
  }
}

/**
 * Writes a file beside its target and renames it, so that readers see the old content or the new, never a half.
 * @throws ExportError if the folder cannot be written; the target is then as it was
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  try {
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new ExportError(`cannot write ${path}: ${systemReason(error)}`, { cause: error });
  }
}

/** Where `npm run docs` leaves the API reference, seen from the sources and from the compiled files. */
const referencePlaces = ["../../dist/api/index.html", "../../api/index.html"];

/**
 * Address of the API reference relative to a folder, or undefined where it has not been built.
 * @param folder of the page that links to it
 */
export function apiReferenceFrom(folder: string): string | undefined {
  const places = referencePlaces.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const place = places.find((candidate) => existsSync(candidate));
  return place === undefined
    ? undefined
    : relative(folder, place).split(sep).map(encodeURIComponent).join("/");
}

/** Where the build leaves the minified Plotly, seen from the sources and from the compiled files. */
const plotlyPlaces = ["../../dist/assets/plotly.min.js", "../../assets/plotly.min.js"];

/**
 * Text of the minified Plotly library that the build makes.
 * @param path the file, where it is not in its usual place
 * @throws ExportError if it is missing
 */
export async function readPlotly(path?: string): Promise<string> {
  const usual = plotlyPlaces.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const candidates = path === undefined ? usual : [path];
  for (const candidate of candidates) {
    const text = await readFile(candidate, "utf8").catch(() => null);
    if (text !== null) return text;
  }
  const places = candidates.join(" and ");
  throw new ExportError(`the minified Plotly library is missing (looked for ${places}): run "npm run build"`);
}
