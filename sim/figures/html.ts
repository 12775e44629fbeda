/** @file HTML pages of a report: pure text from figures, tables and provenance, without any outside resource. */
import { pageStyle, renderScript } from "./html-assets.ts";
import type { Cell, Figure, Table } from "./types.ts";

/** Values of parameters: anything that JSON can hold. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What produced a report; shown on every page and stored with every figure. */
export interface Provenance {
  /** Version of this package. */
  readonly version: string;
  /** The command that makes the same report again. */
  readonly command: string;
  readonly seed: number;
  /** Time spent on the computation, in seconds; null when unknown. */
  readonly wallTimeSeconds: number | null;
  /** Everything that determines the rows, and what else is worth keeping (preset, machine, date). */
  readonly parameters: { readonly [name: string]: JsonValue };
}

/** File offered for download beside a figure. */
export interface Download {
  readonly file: string;
  readonly text: string;
}

/** Content of the index page. */
export interface IndexPage {
  readonly title: string;
  readonly summary: string;
  readonly figures: readonly { readonly figure: Figure; readonly downloads: readonly Download[] }[];
  readonly tables: readonly Table[];
  readonly provenance: Provenance;
  /** Address of the shared Plotly file, relative to the page. */
  readonly plotlyFile: string;
}

/** Text made safe for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

/** Escaped text in which the markup of figure texts (<i>, <sub>, <sup>) stays alive. */
export function richText(text: string): string {
  return escapeHtml(text).replace(/&lt;(\/?)(i|sub|sup)&gt;/g, "<$1$2>");
}

/** A value as JavaScript source that no HTML parser mistakes for a tag. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

/** Library source made safe inside a script element: both sequences only occur within strings and patterns. */
const inlineScript = (source: string): string => source.replace(/<(?=\/script|!--)/gi, "\\x3c");

const withoutMarkup = (text: string): string => text.replace(/<\/?(i|sub|sup)>/g, "");

/** Digits shown in HTML tables; CSV and JSON keep all. */
const shownDigits = 10;

function shownCell(cell: Cell): string {
  if (cell === null) return "–";
  if (typeof cell !== "number") return escapeHtml(String(cell));
  const text = Number.isInteger(cell) ? String(cell) : String(Number(cell.toPrecision(shownDigits)));
  return escapeHtml(text.replaceAll("-", "−"));
}

const tableRow = (row: readonly Cell[]): string =>
  `<tr>${row.map((cell) => `<td${typeof cell === "number" ? ' class="number"' : ""}>${shownCell(cell)}</td>`).join("")}</tr>`;

/** A table as HTML, in a box that scrolls sideways on narrow screens and by keyboard. */
export function tableHtml({ title, columns, rows }: Table): string {
  const head = columns.map((column) => `<th scope="col">${richText(column)}</th>`).join("");
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(withoutMarkup(title))}">
<table><caption>${richText(title)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.map(tableRow).join("\n")}
</tbody></table></div>`;
}

/** Provenance as a two-column table. */
function provenanceHtml({ parameters, ...head }: Provenance): string {
  const shown = (value: JsonValue): string => (typeof value === "string" ? value : JSON.stringify(value));
  const entries: [string, JsonValue][] = [
    ["version", head.version],
    ["command", head.command],
    ["seed", head.seed],
    [
      "wall time",
      head.wallTimeSeconds === null ? "unknown" : `${Number(head.wallTimeSeconds.toPrecision(3))} s`,
    ],
    ...Object.entries(parameters),
  ];
  const rows = entries.map(
    ([name, value]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(shown(value))}</td></tr>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="Provenance">
<table class="provenance"><tbody>${rows.join("\n")}</tbody></table></div>`;
}

/** The box that a figure is drawn into, with its data next to it; drawn when it comes into view. */
function plotHtml({ name, title, data, layout }: Figure): string {
  const size = `min-width:${layout.width}px;height:${layout.height}px`;
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(withoutMarkup(title))}">
<div class="plot" data-figure="${escapeHtml(name)}" style="${size}"></div></div>
<script type="application/json" id="data-${escapeHtml(name)}">${scriptJson({ data, layout, name })}</script>
<noscript><p>The figure needs JavaScript; its numbers are in the files beside this page.</p></noscript>`;
}

const downloadsHtml = (downloads: readonly Download[]): string =>
  downloads.length === 0
    ? ""
    : `<p class="downloads">${downloads.map(({ file, text }) => `<a href="${escapeHtml(encodeURI(file))}">${escapeHtml(text)}</a>`).join(" ")}</p>`;

const figureHtml = (figure: Figure, number: string, downloads: readonly Download[]): string =>
  `<figure>
${plotHtml(figure)}
<figcaption><b>${escapeHtml(number)}</b> ${richText(figure.caption)}</figcaption>
${downloadsHtml(downloads)}
</figure>`;

/** Whole page around a body; `library` is the script element that brings Plotly. */
function page(title: string, library: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHtml(withoutMarkup(title))}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
${body}
</main>
${library}
<script>${renderScript}</script>
</body>
</html>
`;
}

/**
 * A page with one figure, its tables and its provenance; everything it needs is inside.
 * @param plotly source of the Plotly library
 */
export function figurePage(figure: Figure, provenance: Provenance, plotly: string): string {
  const body = `<h1>${richText(figure.title)}</h1>
${figureHtml(figure, "", [])}
<h2>Provenance</h2>
${provenanceHtml(provenance)}
${figure.tables.map((table) => `<details><summary>${richText(table.title)}: ${table.rows.length} rows</summary>${tableHtml(table)}</details>`).join("\n")}`;
  return page(figure.title, `<script>${inlineScript(plotly)}</script>`, body);
}

/** The page with all figures, the tables and the provenance; Plotly is loaded from one file beside it. */
export function indexPage({ title, summary, figures, tables, provenance, plotlyFile }: IndexPage): string {
  const link = (id: string, text: string): string =>
    `<li><a href="#${escapeHtml(id)}">${richText(text)}</a></li>`;
  const contents = [
    ...figures.map(({ figure }, k) => link(figure.name, `Figure ${k + 1}: ${figure.title}`)),
    ...tables.map((table) => link(`table-${table.name}`, table.title)),
    link("provenance", "Provenance"),
  ];
  const sections = figures.map(
    ({ figure, downloads }, k) => `<section id="${escapeHtml(figure.name)}"><h2>${richText(figure.title)}</h2>
${figureHtml(figure, `Figure ${k + 1}.`, downloads)}</section>`,
  );
  const numbers = tables.map(
    (table) => `<section id="table-${escapeHtml(table.name)}">${tableHtml(table)}</section>`,
  );
  const body = `<h1>${richText(title)}</h1>
<p>${richText(summary)}</p>
<nav aria-label="Contents"><ol>
${contents.join("\n")}
</ol></nav>
${sections.join("\n")}
${numbers.length > 0 ? `<h2>Numbers</h2>\n${numbers.join("\n")}` : ""}
<section id="provenance"><h2>Provenance</h2>
${provenanceHtml(provenance)}</section>`;
  return page(title, `<script defer src="${escapeHtml(plotlyFile)}"></script>`, body);
}
