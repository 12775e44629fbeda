/** @file What notebooks show, as MIME bundles: figures, tables, and what keeps them small and safe. */
import { describe, expect, test } from "vitest";
import { figureBundle, plot, plotlyMime, show, tableBundle } from "../../notebooks/display.ts";

describe("figures", () => {
  const figure = plot({
    title: "A <i>title</i><sub>1</sub>",
    x: "x",
    y: "y",
    logarithmic: "x",
    series: [
      { name: "line", x: [1, 10, 100], y: [0.123456789012, 2, null] },
      { name: "points", x: [1, 10], y: [3, 4], errors: [0.1, 0.2] },
    ],
    marks: [0],
  });

  test("data and layout for Plotly, numbers with eight digits, the title as plain text", () => {
    const bundle = figureBundle(figure);
    expect(bundle["text/plain"]).toBe("Figure: A title1");
    const { data, layout } = bundle[plotlyMime] as typeof figure;
    expect(data.map((trace) => ("y" in trace ? trace.y : null))).toEqual([
      [0.12345679, 2, null],
      [3, 4],
    ]);
    expect(layout.xaxis).toMatchObject({ type: "log" });
    expect(layout.shapes).toHaveLength(1);
  });

  test("curves are lines, points with errors are markers with bars", () => {
    expect(figure.data[0]).toMatchObject({ mode: "lines" });
    expect(figure.data[1]).toMatchObject({ mode: "markers", error_y: { array: [0.1, 0.2] } });
  });

  test("tags that figures do not use are shown as text, wherever they stand", () => {
    const name = '<a href="https://example.org">here</a> <i>x</i>';
    const hostile = plot({ title: name, x: name, y: "y", series: [{ name, x: [1, 2], y: [1, 2] }] });
    const { data, layout } = figureBundle(hostile)[plotlyMime] as typeof figure;
    const texts = [data[0]!.name, layout.xaxis!.title!.text, (layout.title as { text: string }).text];
    for (const text of texts) {
      expect(text).not.toMatch(/<\/?a\b/);
      expect(text).toContain("&lt;a href=");
      expect(text).toContain("<i>x</i>");
    }
  });

  test("outside of the Deno kernel there is nowhere to show a figure", async () => {
    await expect(show(figure)).rejects.toThrow("outputs need the Deno kernel of Jupyter");
  });
});

describe("tables", () => {
  test("six digits, dashes for what is missing, columns of equal width in plain text", () => {
    const { "text/plain": text } = tableBundle(
      ["J_D", "value"],
      [
        [0.5, 0.3242007652],
        [10, null],
      ],
    );
    expect(text).toBe("J_D     value\n0.5  0.324201\n 10         –");
  });

  test("text in cells and headings is escaped in HTML", () => {
    const { "text/html": html } = tableBundle(["<b>"], [["<script>alert(1)</script> & more"]]);
    expect(html).toContain("<th>&lt;b&gt;</th>");
    expect(html).toContain("<td>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</td>");
  });
});
