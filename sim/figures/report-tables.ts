/** @file Tables of a report as HTML, and where its numbers come from. */
import { escapeHtml, richText, withoutMarkup } from "./report-text.ts";
import type { Cell, Table } from "./types.ts";

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
export function provenanceHtml({ parameters, ...head }: Provenance): string {
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

/** Words that a shell takes as they are. */
const plainWord = /^[a-z0-9][a-z0-9-]*$/;

/** The line that remakes a figure; nothing where the preset is not known, or a name is none that a shell takes as it is. */
export function remakeHtml(figure: string, { seed, parameters: { preset } }: Provenance): string {
  if (typeof preset !== "string" || ![figure, preset].every((word) => plainWord.test(word))) return "";
  const command = `atlas figure ${figure} --preset ${preset} --seed ${seed}`;
  return `<p class="remake">Remake: <code>${escapeHtml(command)}</code></p>`;
}
