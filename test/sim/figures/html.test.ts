/** @file HTML pages: nothing from outside, nothing unescaped. */
import { describe, expect, test } from "vitest";
import {
  escapeHtml,
  figurePage,
  indexPage,
  richText,
  scriptJson,
  tableHtml,
} from "../../../sim/figures/html.ts";
import type { Figure } from "../../../sim/figures/index.ts";
import { plotlySafe, webAddress } from "../../../sim/figures/report-text.ts";
import type { Finding } from "../../../sim/figures/types.ts";
import { allFigures, provenance } from "./fixtures.ts";

const figure = allFigures().entropy!;

/** A text that would run if any page let it through. */
const hostile = `</script><script>alert(1)</script><img src=x onerror="alert('&')"><!--`;

const finding = (text: string, verdict: Finding["verdict"] = "agrees"): Finding => ({
  claim: text,
  measured: { value: 0.25, error: 0.01, unit: text },
  predicted: { value: 0.26 },
  criterion: text,
  verdict,
});

const hostileFigure: Figure = {
  ...figure,
  title: hostile,
  caption: hostile,
  data: [{ type: "scatter", mode: "lines", name: hostile, x: [0], y: [0] }],
  tables: [{ name: "t", title: hostile, columns: [hostile], rows: [[hostile]] }],
  findings: [finding(hostile), finding(hostile, "differs")],
};

/** Elements by tag name, read with a tokenizer of its own: script and style contents are skipped to their end tag. */
function tags(html: string): string[] {
  const found: string[] = [];
  const pattern = /<(script|style)\b[^>]*>[\s\S]*?<\/\1>|<\/?([a-z][a-z0-9]*)\b[^>]*>/gi;
  for (const match of html.matchAll(pattern)) found.push((match[1] ?? match[2]!).toLowerCase());
  return found;
}

const pageOf = (drawn: Figure): string => figurePage(drawn, provenance, `var Plotly = "</script><!--";`);
const indexOf = (drawn: Figure): string =>
  indexPage({
    title: drawn.title,
    summary: drawn.caption,
    figures: [{ figure: drawn, downloads: [{ file: "a b.csv", text: "CSV" }] }],
    tables: drawn.tables,
    provenance: { ...provenance, command: hostile, parameters: { [hostile]: hostile } },
    plotlyFile: "plotly.min.js",
  });

describe.each([
  ["figure page", pageOf],
  ["index page", indexOf],
])("%s", (_, make) => {
  test("loads nothing from outside", () => {
    const html = make(figure);
    expect(html).not.toMatch(/\b(?:src|href|action|poster|data)\s*=\s*["']?(?:https?:)?\/\//i);
    expect(html).not.toMatch(/@import|url\(\s*["']?(?:https?:)?\/\//i);
  });

  test("turns hostile texts into text: no element more than with harmless ones", () => {
    const harmless: Figure = {
      ...hostileFigure,
      title: "t",
      caption: "c",
      tables: [{ name: "t", title: "t", columns: ["c"], rows: [["x"]] }],
      findings: [finding("f"), finding("f", "differs")],
    };
    const html = make(hostileFigure);
    expect(tags(html)).toEqual(tags(make(harmless)));
    expect(html).not.toContain("<img");
    expect(html).not.toContain("alert(1)</script>");
  });

  test("has a language, a heading, a viewport for phones and the provenance", () => {
    const html = make(figure);
    expect(html).toMatch(/<html lang="en">/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html).toContain("width=device-width");
    expect(html).toContain(escapeHtml(String(provenance.seed)));
    expect(html).toContain(provenance.version);
  });
});

test("every entry of the table of contents leads somewhere", () => {
  const html = indexOf(figure);
  const targets = [...html.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]!);
  expect(targets.length).toBeGreaterThan(2);
  for (const target of targets) expect(html).toContain(`id="${target}"`);
});

describe("findings", () => {
  const found: Figure = {
    ...figure,
    findings: [finding("first <i>claim</i>"), finding("second"), finding("third", "open")],
  };

  test("the first claim is the heading, all are counted and listed, and the abstract says the first", () => {
    const html = indexOf(found);
    expect(html).toContain("<h2>first <i>claim</i></h2>");
    expect(html).toContain("2 agree, 0 differ, 1 open");
    expect(html.match(/<td role="cell" data-heading="Verdict"/g)).toHaveLength(6);
    expect(html).toMatch(/<p>first <i>claim<\/i> <a href="#entropy">\[Figure 1\]<\/a>\.<\/p>/);
    expect(html).toContain("0.250 ± 0.010");
  });

  test("checks are marked in both tables, and counted apart from predictions", () => {
    const check: Finding = { ...finding("of the solver"), kind: "check" };
    const html = indexOf({ ...found, findings: [...found.findings!, check] });
    expect(html).toContain("Predictions: 2 agree, 0 differ, 1 open. Checks: 1 agree, 0 differ, 0 open.");
    const kinds = [...html.matchAll(/data-heading="Kind" class="kind">([a-z]+)</g)].map((match) => match[1]);
    expect(kinds.filter((kind) => kind === "check")).toHaveLength(2);
    expect(kinds.filter((kind) => kind === "prediction")).toHaveLength(6);
  });

  test("a first claim that is not decided is no plain sentence of the abstract", () => {
    expect(indexOf({ ...figure, findings: [finding("doubtful", "open")] })).toContain(
      "doubtful (not decided by these rows) <a",
    );
  });

  test("without findings the title is the heading, and there is no table of them", () => {
    const html = indexOf(figure);
    expect(html).toContain(`<h2>${figure.title}</h2>`);
    expect(html).not.toContain('id="findings"');
  });
});

test("the command that remakes a figure is given, unless a name could be more than a word to a shell", () => {
  const command = "atlas figure entropy --preset quick --seed 7021";
  expect(indexOf(figure)).not.toContain("atlas figure");
  expect(pageOf(figure)).toContain(`<code>${command}</code>`);
  const preset = { ...provenance, parameters: { preset: "quick; rm -rf x" } };
  expect(figurePage(figure, preset, "")).not.toContain("atlas figure");
});

test("file names are addresses beside the page, whatever they look like", () => {
  const html = indexPage({
    title: "t",
    summary: "s",
    figures: [
      {
        figure,
        downloads: [
          { file: "javascript:alert(1)", text: "x" },
          { file: "//host/a?b#c", text: "y" },
        ],
      },
    ],
    tables: [],
    provenance,
    plotlyFile: "plotly.min.js",
  });
  expect(html).toContain('href="./javascript%3Aalert(1)"');
  expect(html).toContain('href=".///host/a%3Fb%23c"');
});

test.each([
  ["../api/index.html", "../api/index.html"],
  ["https://example.org/api", "https://example.org/api"],
  ["javascript:alert(1)", null],
  ["java\nscript:alert(1)", null],
  ["\u0001 JavaScript:alert(1)", null],
  ["data:text/html,x", null],
])("the address %j of the API reference becomes %j", (address, safe) => {
  expect(webAddress(address)).toBe(safe);
});

test("texts of a plot keep the tags of figures and lose all others", () => {
  const layout = {
    title: { text: `<i>N</i><br><a href="https://example.org">x</a> < 1` },
    list: [1, null, "<extra></extra>"],
  };
  expect(plotlySafe(layout)).toEqual({
    title: { text: `<i>N</i><br>&lt;a href="https://example.org">x&lt;/a> &lt; 1` },
    list: [1, null, "<extra></extra>"],
  });
});

test("richText closes what is left open, and shows an end without a beginning", () => {
  expect(richText("<i>a <sub>b")).toBe("<i>a <sub>b</sub></i>");
  expect(richText("a</sup> <i>b</sub></i>")).toBe("a&lt;/sup&gt; <i>b&lt;/sub&gt;</i>");
});

test("richText keeps the markup of figure texts and nothing else", () => {
  expect(richText(`<i>J</i><sub>D</sub> < 1 & <b>x</b> <i onclick="x">`)).toBe(
    `<i>J</i><sub>D</sub> &lt; 1 &amp; &lt;b&gt;x&lt;/b&gt; &lt;i onclick=&quot;x&quot;&gt;`,
  );
});

test("scriptJson reads back and holds no tag and no line separator of old JavaScript", () => {
  const value = { text: `</script>\u2028\u2029<!--`, number: 0.1 };
  const source = scriptJson(value);
  expect(JSON.parse(source)).toEqual(value);
  expect(source).not.toMatch(/[<\u2028\u2029]/);
});

test("tables show missing numbers as a dash and numbers with a true minus sign", () => {
  const html = tableHtml({ name: "t", title: "t", columns: ["a", "b"], rows: [[null, -0.1234567891234]] });
  expect(html).toContain("<td>–</td>");
  expect(html).toContain(">−0.1234567891<");
});
