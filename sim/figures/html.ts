/** @file HTML pages of a report: pure text from figures, tables and provenance, without any outside resource. */
import { pageStyle, renderScript } from "./html-assets.ts";
import { abstractHtml, allFindingsHtml, figureFindingsHtml, headingHtml } from "./report-findings.ts";
import { provenanceHtml, remakeHtml, tableHtml } from "./report-tables.ts";
import type { Provenance } from "./report-tables.ts";
import {
  escapeHtml,
  fileAddress,
  inlineScript,
  plotlySafe,
  richText,
  scriptJson,
  webAddress,
  withoutMarkup,
} from "./report-text.ts";
import type { Figure, Table } from "./types.ts";

export { tableHtml } from "./report-tables.ts";
export type { JsonValue, Provenance } from "./report-tables.ts";
export { escapeHtml, richText, scriptJson } from "./report-text.ts";

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
  /** Name of the shared Plotly file beside the page. */
  readonly plotlyFile: string;
  /** Address of the API reference, relative to the page or on the web; no link without one. */
  readonly apiReference?: string;
}

/** The box that a figure is drawn into, with its data next to it; drawn when it comes into view. */
function plotHtml({ name, title, data, layout }: Figure): string {
  const size = `min-width:${Number(layout.width)}px;height:${Number(layout.height)}px`;
  const drawn = { data: plotlySafe(data), layout: plotlySafe(layout) };
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(withoutMarkup(title))}">
<div class="plot" data-figure="${escapeHtml(name)}" style="${size}"></div></div>
<script type="application/json" id="data-${escapeHtml(name)}">${scriptJson({ ...drawn, name })}</script>
<noscript><p>The figure needs JavaScript; its numbers are in the files beside this page.</p></noscript>`;
}

const downloadsHtml = (downloads: readonly Download[]): string =>
  downloads.length === 0
    ? ""
    : `<p class="downloads">${downloads.map(({ file, text }) => `<a href="${escapeHtml(fileAddress(file))}">${escapeHtml(text)}</a>`).join(" ")}</p>`;

/** A figure with its caption, what it shows, how to remake it, and its files. */
const figureHtml = (
  figure: Figure,
  number: string,
  provenance: Provenance,
  downloads: readonly Download[],
): string =>
  `<figure>
${plotHtml(figure)}
<figcaption><b>${escapeHtml(number)}</b> ${richText(figure.caption)}</figcaption>
</figure>
${figureFindingsHtml(figure)}
${remakeHtml(figure.name, provenance)}
${downloadsHtml(downloads)}`;

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
${figureHtml(figure, "", provenance, [])}
<h2>Provenance</h2>
${provenanceHtml(provenance)}
${figure.tables.map((table) => `<details><summary>${richText(table.title)}: ${table.rows.length} rows</summary>${tableHtml(table)}</details>`).join("\n")}`;
  return page(figure.title, `<script>${inlineScript(plotly)}</script>`, body);
}

/** Link to the API reference; nothing without an address that is relative or leads to the web. */
function referenceHtml(address: string | undefined): string {
  const safe = address === undefined ? null : webAddress(address);
  return safe === null
    ? ""
    : `<p><a href="${escapeHtml(safe)}">API reference</a> of the functions behind these numbers.</p>`;
}

/**
 * The report: abstract, all findings, the figures with what each shows, the tables and the provenance. Plotly is loaded
 * from one file beside it.
 */
export function indexPage(content: IndexPage): string {
  const { title, summary, figures, tables, provenance, plotlyFile, apiReference } = content;
  const drawn = figures.map(({ figure }) => figure);
  const findings = allFindingsHtml(drawn);
  const link = (id: string, text: string): string =>
    `<li><a href="#${escapeHtml(id)}">${richText(text)}</a></li>`;
  const contents = [
    ...(findings === "" ? [] : [link("findings", "Findings")]),
    ...drawn.map((figure, k) => link(figure.name, `Figure ${k + 1}: ${figure.title}`)),
    ...tables.map((table) => link(`table-${table.name}`, table.title)),
    link("provenance", "Provenance"),
  ];
  const sections = figures.map(
    ({ figure, downloads }, k) => `<section id="${escapeHtml(figure.name)}"><h2>${headingHtml(figure)}</h2>
${figureHtml({ ...figure, caption: `${figure.title}. ${figure.caption}` }, `Figure ${k + 1}.`, provenance, downloads)}</section>`,
  );
  const numbers = tables.map(
    (table) => `<section id="table-${escapeHtml(table.name)}">${tableHtml(table)}</section>`,
  );
  const body = `<h1>${richText(title)}</h1>
<section id="abstract" aria-label="Abstract">
${abstractHtml(summary, drawn)}
${referenceHtml(apiReference)}</section>
<nav aria-label="Contents"><ul>
${contents.join("\n")}
</ul></nav>
${findings}
${sections.join("\n")}
${numbers.length > 0 ? `<h2>Numbers</h2>\n${numbers.join("\n")}` : ""}
<section id="provenance"><h2>Provenance</h2>
${provenanceHtml(provenance)}</section>`;
  return page(title, `<script defer src="${escapeHtml(fileAddress(plotlyFile))}"></script>`, body);
}
