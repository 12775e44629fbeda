/** @file Figures at column width and side by side: everything is drawn, inside the page, once, under the right names. */
import { describe, expect, test } from "vitest";
import { columnFigure, composeFigures } from "../../../sim/figures/index.ts";
import type { Figure, Trace } from "../../../sim/figures/index.ts";
import { localEntropyFigure } from "../../../sim/figures/local-entropy.ts";
import { panelsOf } from "../../../sim/figures/panels.ts";
import { textWidth } from "../../../sim/figures/text-width.ts";
import { columnWidth, doubleColumnWidth } from "../../../sim/figures/theme.ts";
import type { Axis } from "../../../sim/figures/types.ts";
import { allFigures } from "./fixtures.ts";

const figures = allFigures();

interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

const axisOf = (figure: Figure, reference: string): Axis =>
  figure.layout[`${reference.slice(0, 1) as "x"}axis${reference.slice(1)}`]!;

/** Boxes of the axes in pixels from the lower left corner. */
function boxesOf(figure: Figure): Rectangle[] {
  const { width, height } = figure.layout;
  return Object.keys(figure.layout)
    .filter((key) => /^xaxis\d*$/.test(key))
    .map((key) => {
      const suffix = key.slice("xaxis".length);
      const [x, y] = [axisOf(figure, `x${suffix}`), axisOf(figure, `y${suffix}`)];
      expect([x.anchor, y.anchor]).toEqual([`y${suffix}`, `x${suffix}`]);
      const [left, right] = x.domain!.map((share) => share * width);
      const [bottom, top] = y.domain!.map((share) => share * height);
      return { left: left!, right: right!, bottom: bottom!, top: top! };
    });
}

const apart = (a: Rectangle, b: Rectangle): boolean =>
  a.right < b.left || b.right < a.left || a.top < b.bottom || b.top < a.bottom;

function expectFit(figure: Figure): void {
  const boxes = boxesOf(figure);
  const { width, height } = figure.layout;
  boxes.forEach((box, k) => {
    expect(box.left).toBeGreaterThan(30);
    expect(box.right).toBeLessThan(width);
    expect(box.bottom).toBeGreaterThan(10);
    expect(box.top).toBeLessThan(height);
    expect(box.right - box.left).toBeGreaterThan(60);
    expect(box.top - box.bottom).toBeGreaterThan(39);
    for (const other of boxes.slice(k + 1)) expect(apart(box, other)).toBe(true);
  });
}

const values = (trace: Trace): string =>
  JSON.stringify([trace.type, trace.name, trace.x, trace.y, "z" in trace ? trace.z : null]);

describe.each(Object.entries(figures))("%s at column width", (_, figure) => {
  const narrow = columnFigure(figure);

  test("is 8.6 cm wide and not higher than a page", () => {
    expect(narrow.layout.width).toBe(columnWidth);
    expect(Math.abs(columnWidth - (8.6 / 2.54) * 96)).toBeLessThan(0.5);
    expect(narrow.layout.height).toBeLessThan(960);
    expectFit(narrow);
  });

  test("draws every trace once, on axes with the same range and scale", () => {
    const drawn = (whole: Figure): string[] =>
      whole.data
        .map((trace) => {
          const axes = (["x", "y"] as const).map((letter) => axisOf(whole, trace[`${letter}axis`] ?? letter));
          return values(trace) + JSON.stringify(axes.map(({ range, type }) => [range, type]));
        })
        .sort();
    expect(drawn(narrow)).toEqual(drawn(figure));
  });

  test("has a title and labels at the foot of every stack of panels", () => {
    const panels = panelsOf(narrow);
    for (const [k, { xaxis }] of panels.entries()) {
      const shared = xaxis.showticklabels === false;
      if (k === panels.length - 1) expect([shared, xaxis.title?.text !== ""]).toEqual([false, true]);
    }
    for (const { yaxis } of panels) expect(yaxis.title?.text).not.toBe("");
  });

  test("keeps every entry of the legends, each in a legend of its layout", () => {
    const entries = ({ data }: Figure): string[] =>
      data.filter(({ showlegend = true, name }) => showlegend && name !== undefined).map(({ name }) => name!);
    expect(entries(narrow).sort()).toEqual(entries(figure).sort());
    for (const { legend, showlegend = true, name } of narrow.data)
      if (showlegend && name !== undefined) expect(narrow.layout).toHaveProperty(legend!);
  });

  test("keeps texts and marks on their panels", () => {
    const marks = ({ layout }: Figure): number => (layout.shapes ?? []).length;
    const background = figure.layout.plot_bgcolor === "#ffffff" ? 0 : panelsOf(figure).length;
    expect(marks(narrow)).toBe(marks(figure) + background);
    for (const { text } of figure.layout.annotations ?? [])
      expect((narrow.layout.annotations ?? []).map((each) => each.text)).toContain(text);
  });
});

describe("a composition", () => {
  const { entropy, "phase-diagram": diagram, "local-entropy": curves } = figures;
  const composed = composeFigures([entropy!, diagram!, curves!], "double");

  test("has panels (a), (b) … from figure to figure, also where a figure had no letter", () => {
    const labels = composed.layout.annotations!.flatMap(({ text }) => /^\(([a-z])\)/.exec(text)?.[1] ?? []);
    expect(labels.sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect(composed.caption).toContain("(a)–(b) Entropy of fixed points");
    expect(composed.caption).toContain("(c) Densest clusters");
    expect(composed.caption).toMatch(/\(d\) all distances, \(e\) enlarged/);
  });

  test("stands side by side at double width, one below the other at column width", () => {
    expect(composed.layout.width).toBe(doubleColumnWidth);
    expectFit(composed);
    const lefts = boxesOf(composed).map(({ left }) => left > doubleColumnWidth / 2);
    expect(new Set(lefts)).toEqual(new Set([false, true]));
    const stacked = composeFigures([entropy!, diagram!, curves!], "column");
    expect(stacked.layout.width).toBe(columnWidth);
    expectFit(stacked);
    expect(stacked.layout.height).toBeGreaterThan(composed.layout.height);
  });

  test("keeps the data and the tables of all", () => {
    const all = [entropy!, diagram!, curves!];
    expect(composed.data.map(values).sort()).toEqual(all.flatMap(({ data }) => data.map(values)).sort());
    expect(composed.tables.length).toBe(all.reduce((sum, { tables }) => sum + tables.length, 0));
    expect(composed.name).toBe("entropy-and-phase-diagram-and-local-entropy");
  });

  test("leaves out figures without data; of none but such it says so at the width asked for", () => {
    const blank = localEntropyFigure([]);
    expect(composeFigures([blank, entropy!], "double").data.length).toBe(entropy!.data.length);
    const none = composeFigures([blank, blank], "double");
    expect([none.data, none.name, none.layout.width]).toEqual([
      [],
      "local-entropy-and-local-entropy",
      doubleColumnWidth,
    ]);
    expect(composeFigures([blank], "column").layout.width).toBe(columnWidth);
    expect(columnFigure(blank).layout.width).toBe(columnWidth);
  });

  test("two figures of four panels are squeezed onto a page, where each alone fills one", () => {
    const { accessibility, complexity } = figures;
    const [one, two] = [columnFigure(accessibility!), columnFigure(complexity!)];
    const stacked = composeFigures([accessibility!, complexity!], "column");
    expect(stacked.layout.height).toBeLessThan(0.85 * (one.layout.height + two.layout.height));
    expectFit(stacked);
    expect(composeFigures([accessibility!, complexity!], "double").layout.height).toBeLessThan(960);
  });

  test("more panels than letters are refused", () => {
    const many = Object.values(figures).flatMap((figure) => [figure, figure, figure]);
    expect(() => composeFigures(many, "double")).toThrow(/26 panels/);
  });
});

test("widths of texts: scripts are smaller, markup has none, the longest line counts", () => {
  expect(textWidth("", 12)).toBe(0);
  expect(textWidth("<i>N</i>", 12)).toBe(textWidth("N", 12));
  expect(textWidth("<sub>N</sub>", 12)).toBeCloseTo(0.7 * textWidth("N", 12), 12);
  expect(textWidth("aaaa<br>aa", 12)).toBe(textWidth("aaaa", 12));
  // Advance widths of Arial in thousandths: 0 556, 1 556, space 278, a 556.
  expect(textWidth("01 a", 10)).toBeCloseTo(19.46, 0);
});
