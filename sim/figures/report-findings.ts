/** @file Findings as HTML: the table of a figure, that of the whole report, and the abstract. */
import { countVerdicts, kindOf } from "./findings/judge.ts";
import type { FindingKind, Verdict } from "./findings/judge.ts";
import { quantityText } from "./report-numbers.ts";
import { escapeHtml, richText } from "./report-text.ts";
import type { Figure, Finding, Quantity } from "./types.ts";

/** A verdict as it is read: never by colour alone. */
const verdictWords: Readonly<Record<Verdict, string>> = {
  agrees: "✓ agrees",
  differs: "✗ differs",
  open: "? open",
};

const verdictHtml = (verdict: Verdict): string =>
  `<span class="verdict ${verdict}">${verdictWords[verdict]}</span>`;

/** Column of a table of findings: heading, and content of a cell. */
type Column = readonly [heading: string, cell: (row: FindingRow) => string];

/** A finding with its place in the report. */
interface FindingRow {
  readonly finding: Finding;
  readonly figure: string;
  readonly number: number;
}

const number = (quantity: Quantity | null): string => richText(quantityText(quantity));

const predicted: Column = ["Predicted", ({ finding }) => number(finding.predicted)];
const measured: Column = ["Measured", ({ finding }) => number(finding.measured)];
const kind: Column = ["Kind", ({ finding }) => kindOf(finding)];
const verdict: Column = ["Verdict", ({ finding }) => verdictHtml(finding.verdict)];

const plainClaim: Column = ["Claim", ({ finding }) => richText(finding.claim)];
const explainedClaim: Column = [
  "Claim",
  ({ finding }) => `${richText(finding.claim)}<small>${richText(finding.criterion)}</small>`,
];
const place: Column = [
  "Figure",
  ({ figure, number: k }) => `<a href="#${escapeHtml(figure)}" aria-label="Figure ${k}">${k}</a>`,
];

/** Roles are written out since phones show each row as a block, which would take them away. */
function findingsTable(caption: string, columns: readonly Column[], rows: readonly FindingRow[]): string {
  const head = columns.map(([heading]) => `<th scope="col" role="columnheader">${heading}</th>`).join("");
  const body = rows.map((row) => {
    const cells = columns.map(
      ([heading, cell]) =>
        `<td role="cell" data-heading="${heading}" class="${heading.toLowerCase()}">${cell(row)}</td>`,
    );
    return `<tr role="row">${cells.join("")}</tr>`;
  });
  return `<table class="findings" role="table"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${head}</tr></thead>
<tbody role="rowgroup">
${body.join("\n")}
</tbody></table>`;
}

const rowsOf = (figure: Figure, k: number): FindingRow[] =>
  (figure.findings ?? []).map((finding) => ({ finding, figure: figure.name, number: k + 1 }));

/** The findings of one figure with their criteria; nothing without any. */
export function figureFindingsHtml(figure: Figure): string {
  const rows = rowsOf(figure, 0);
  if (rows.length === 0) return "";
  return findingsTable("What it shows", [explainedClaim, kind, predicted, measured, verdict], rows);
}

/** Heading of a figure: its first claim, or its title where there is none. */
export const headingHtml = ({ title, findings }: Figure): string => richText(findings?.[0]?.claim ?? title);

/** "12 agree, 0 differ, 3 open" of one kind. */
function countsInWords(figures: readonly Figure[], which: FindingKind): string {
  const { agrees, differs, open } = countVerdicts(figures, which);
  return `${agrees} agree, ${differs} differ, ${open} open`;
}

/** All findings with the counts of their verdicts; nothing without any. */
export function allFindingsHtml(figures: readonly Figure[]): string {
  const rows = figures.flatMap(rowsOf);
  if (rows.length === 0) return "";
  return `<section id="findings"><h2>Findings</h2>
<p><strong>Predictions: ${countsInWords(figures, "prediction")}. Checks: ${countsInWords(figures, "check")}.</strong> A prediction, or an
expectation, stands against networks that were drawn. A check sets the equations, or their solver, beside themselves or
beside another program: it says that they were solved right, not that they describe anything. A finding agrees or differs
by the criterion that stands beside its figure: four standard errors, more where they come from fewer than five degrees of
freedom, unless it says otherwise. It is open where these rows do not decide. Brackets say what they are: 95 % intervals,
quartiles over networks, places of the grid on either side, or the extent of several fits.</p>
<details open><summary>All ${rows.length} findings</summary>
${findingsTable("Findings of all figures", [place, plainClaim, kind, predicted, measured, verdict], rows)}
</details></section>`;
}

/** Figures whose first findings make up the abstract, in its order. */
const abstractFigures = [
  "entropy",
  "phase-diagram",
  "typical",
  "reach",
  "surroundings",
  "learning-size",
  "learning-coupling",
  "equilibration",
  "hetero",
];

const doubts: Readonly<Record<Verdict, string>> = {
  agrees: "",
  differs: " (not as expected)",
  open: " (not decided by these rows)",
};

/** One sentence of the abstract, with a link to its figure. */
function sentence({ name, findings }: Figure, k: number): string {
  const first = findings?.[0];
  if (first === undefined) return "";
  return `${richText(first.claim)}${doubts[first.verdict]} <a href="#${escapeHtml(name)}">[Figure ${k + 1}]</a>.`;
}

/** Abstract: what the report is about, and the main numbers. */
export function abstractHtml(summary: string, figures: readonly Figure[]): string {
  const known = figures.map((figure, k) => ({ figure, text: sentence(figure, k) }));
  const main = known.filter(({ figure, text }) => text !== "" && abstractFigures.includes(figure.name));
  const order = (name: string): number => abstractFigures.indexOf(name);
  main.sort((a, b) => order(a.figure.name) - order(b.figure.name));
  const chosen = main.length > 0 ? main : known;
  return `<p>${richText(summary)}</p>
<p>${chosen.map(({ text }) => text).join("\n")}</p>`;
}
