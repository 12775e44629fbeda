/**
 * @file TypeDoc plugins: the docstring lint over the program that the reference is made from, and equations. What is wrong
 * with either fails the build of the reference.
 */
import { cpSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import markdownKatex from "@vscode/markdown-it-katex";
import katex from "katex";
import type { Application } from "typedoc";
import { readDocstrings } from "./docstrings.ts";
import { lintDocstrings } from "./lint.ts";
import { showSymbols } from "./symbols.ts";
import { readGlossary } from "./vocabulary.ts";

/** Root of the repository, two folders above this file. */
const root = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** Events of TypeDoc's Converter and Renderer by value: this file must not load TypeDoc a second time. */
const conversionBegins = "begin";
const documentIsMade = "createDocument";
const renderingEnds = "endRender";

/** The logger takes only texts of TypeDoc's own translations. */
type Logged = Parameters<Application["logger"]["error"]>[0];

/** Reports what docstrings leave out. */
export function lintPlugin(application: Application): void {
  const glossary = readGlossary(readFileSync(new URL("symbols.md", import.meta.url), "utf8"));
  application.converter.on(conversionBegins, () => {
    const docs = (application.getEntryPoints() ?? []).flatMap(({ program, sourceFile }) =>
      readDocstrings(program, [sourceFile], root),
    );
    for (const { rule, place, message } of lintDocstrings(docs, glossary)) {
      application.logger.error(`${place} ${message} [docstring ${rule}]` as Logged);
    }
  });
}

/** Equations that could not be read, since the page was begun: the Markdown plugin would only print them. */
const unreadable = new Set<string>();

/** KaTeX that remembers what it could not read. */
const rememberingKatex = {
  ...katex,
  renderToString(tex: string, options?: object): string {
    try {
      return katex.renderToString(tex, { ...options, throwOnError: true, strict: "error" });
    } catch (error) {
      unreadable.add(error instanceof Error ? error.message : String(error));
      return "";
    }
  },
};

/** Equations between dollars, and symbols with their scripts, in TypeDoc's Markdown. */
export function useEquations(parser: Parameters<typeof markdownKatex.default>[0]): void {
  parser.use(markdownKatex.default, { katex: rememberingKatex });
  parser.use(showSymbols);
}

/** Pages of the navigation are called by their first heading, not by the path of their file. */
export function headingsPlugin(application: Application): void {
  application.converter.on(documentIsMade, (_, document) => {
    const text = document.content.map((part) => part.text).join("");
    document.name = /^# (.+)$/mu.exec(text)?.[1] ?? document.name;
  });
}

/** Style sheet and fonts of KaTeX beside TypeDoc's own, so that pages ask no other host for them. */
function copyKatex(outputFolder: string): void {
  const source = dirname(createRequire(import.meta.url).resolve("katex/dist/katex.min.css"));
  const target = join(outputFolder, "assets");
  cpSync(join(source, "katex.min.css"), join(target, "katex.min.css"));
  cpSync(join(source, "fonts"), join(target, "fonts"), {
    recursive: true,
    filter: (path) => !/\.(woff|ttf)$/.test(path),
  });
}

/** Reports equations that KaTeX cannot read, and gives the others what they are drawn with. */
export function equationsPlugin(application: Application): void {
  application.renderer.on(renderingEnds, ({ outputDirectory }) => {
    copyKatex(outputDirectory);
    for (const message of unreadable) application.logger.error(message as Logged);
  });
}
