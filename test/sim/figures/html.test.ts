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
import { allFigures, provenance } from "./fixtures.ts";

const figure = allFigures().entropy!;

/** A text that would run if any page let it through. */
const hostile = `</script><script>alert(1)</script><img src=x onerror="alert('&')"><!--`;

const hostileFigure: Figure = {
  ...figure,
  title: hostile,
  caption: hostile,
  data: [{ type: "scatter", mode: "lines", name: hostile, x: [0], y: [0] }],
  tables: [{ name: "t", title: hostile, columns: [hostile], rows: [[hostile]] }],
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
