/** @file Figures on dark ground and on narrow screens, and texts for Plotly. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { darkColor, darkFigure, fitsFrame, plotlyText, stackedFigure } from "../../../sim/explorer/adapt.ts";
import { complexityFigure } from "../../../sim/figures/complexity.ts";
import { palette, sequentialColors } from "../../../sim/figures/theme.ts";
import type { Figure } from "../../../sim/figures/types.ts";

/** Contrast by WCAG 2.2: (L₁ + 0.05)/(L₂ + 0.05) of the relative luminances. */
function contrast(one: string, other: string): number {
  const luminance = (hex: string): number => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const c = parseInt(hex.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Custom properties of a scheme in the style sheet of the page. */
function pageColors(scheme: "light" | "dark"): Map<string, string> {
  const sheet = readFileSync(new URL("../../../sim/explorer/style.css", import.meta.url), "utf8");
  const blocks = [...sheet.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) => block!);
  expect(blocks).toHaveLength(2);
  const block = blocks[scheme === "light" ? 0 : 1]!;
  return new Map(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, color]) => [name!, color!]),
  );
}

test.each(["light", "dark"] as const)("colours of the %s page have the contrast of WCAG AA", (scheme) => {
  const colors = pageColors(scheme);
  const between = (one: string, other: string) => contrast(colors.get(one)!, colors.get(other)!);
  for (const text of ["text", "muted", "accent", "warning"])
    for (const ground of ["background", "panel"]) expect(between(text, ground), text).toBeGreaterThan(4.5);
  expect(between("spin-up", "spin-down")).toBeGreaterThan(3);
  expect(between("line", "background")).toBeGreaterThan(3);
});

describe("dark ground", () => {
  const ground = darkColor("#ffffff");

  test("is the ground of the page's dark scheme", () => {
    expect(ground).toBe(pageColors("dark").get("background"));
  });

  test("every line of the theme stands out, text as text must", () => {
    expect(contrast(darkColor(palette.black), ground)).toBeGreaterThan(7);
    for (const color of [...Object.values(palette), ...sequentialColors(8)])
      expect(contrast(darkColor(color), ground), color).toBeGreaterThan(3);
  });

  test("what is no colour stays, and every colour becomes one", () => {
    expect(darkColor("rgba(255,255,255,0)")).toBe("rgba(255,255,255,0)");
    expect(darkColor("solid")).toBe("solid");
    const hex = fc
      .integer({ min: 0, max: 0xffffff })
      .map((value) => `#${value.toString(16).padStart(6, "0")}`);
    fc.assert(
      fc.property(hex, (color) => {
        expect(darkColor(color)).toMatch(/^#[0-9a-f]{6}$/);
      }),
    );
  });

  test("keeps the numbers and the figure that it is made of", () => {
    const figure = complexityFigure([]);
    const before = JSON.stringify(figure);
    expect(darkFigure(figure).layout).toMatchObject({ height: figure.layout.height, paper_bgcolor: ground });
    expect(JSON.stringify(figure)).toBe(before);
  });

  test("a map of colours stays on its sheet", () => {
    const map: Figure = {
      ...complexityFigure([]),
      data: [{ type: "heatmap", x: [0], y: [0], z: [[1]], zmin: 0, zmax: 1, colorscale: [[0, "#000000"]] }],
    };
    expect(darkFigure(map)).toBe(map);
  });
});

test("panels below each other fill the width and do not touch", () => {
  const row = {
    status: "ok",
    selfCoupling: 0.3,
    overlap: 0.8,
    qhat: 1,
    phi: 1,
    residual: 0,
    error: 0,
  } as const;
  const rows = [1, 10].map((y) => ({ ...row, distance: 0.1, y, localEntropy: 0.1 * y, complexity: 1 / y }));
  const { layout } = stackedFigure(complexityFigure(rows, rows));
  const domains = ["yaxis", "yaxis2", "yaxis3", "yaxis4"].map((name) => layout[name as "yaxis"].domain!);
  expect(domains[0]![1]).toBe(1);
  expect(domains[3]![0]).toBeCloseTo(0, 12);
  domains.slice(1).forEach(([, top], k) => expect(top).toBeLessThan(domains[k]![0]));
  for (const name of ["xaxis", "xaxis2", "xaxis3", "xaxis4"])
    expect(layout[name as "xaxis"].domain).toEqual([0, 1]);
});

describe("points that move on standing axes", () => {
  const figure = ([low, high]: readonly [number, number], traces = 1): Figure => ({
    ...complexityFigure([]),
    data: Array.from({ length: traces }, () => ({ type: "scatter", mode: "lines", x: [0], y: [low] })),
    layout: { width: 1, height: 1, xaxis: { range: [0, 1] }, yaxis: { range: [low, high] } },
  });

  test("fit where the range lies inside and fills most of it", () => {
    expect(fitsFrame(figure([0, 1]), figure([0, 1]))).toBe(true);
    expect(fitsFrame(figure([0, 0.7]), figure([0, 1]))).toBe(true);
  });

  test("do not fit where they would be cut or become small, or where there are more of them", () => {
    expect(fitsFrame(figure([0, 1.2]), figure([0, 1]))).toBe(false);
    expect(fitsFrame(figure([-0.2, 0.9]), figure([0, 1]))).toBe(false);
    expect(fitsFrame(figure([0, 0.3]), figure([0, 1]))).toBe(false);
    expect(fitsFrame(figure([0, 1], 2), figure([0, 1]))).toBe(false);
    const free: Figure = { ...figure([0, 1]), layout: { width: 1, height: 1, xaxis: {}, yaxis: {} } };
    expect(fitsFrame(free, figure([0, 1]))).toBe(false);
    expect(fitsFrame(free, free)).toBe(true);
  });
});

describe("texts for Plotly", () => {
  test("keep their markup", () => {
    expect(plotlyText("<i>J</i><sub>D</sub><br><b>x</b><sup>2</sup>")).toBe(
      "<i>J</i><sub>D</sub><br><b>x</b><sup>2</sup>",
    );
  });

  test.each([
    `<a href="javascript:alert(1)">x</a>`,
    `<a href='https://example.com' target='_blank'>x</a>`,
    `<span style="font-size:900px">x</span>`,
    `<i onclick=alert(1)>x</i>`,
    `<I>x</I>`,
    `<br onload=x>`,
    `<img src=x onerror=alert(1)>`,
    `&lt;a href="javascript:alert(1)"&gt;`,
    `<<i>a</i> href=x>`,
  ])("have no other: %s", (text) => {
    const live = plotlyText(text).match(/<[^>]*>/g) ?? [];
    expect(live.every((tag) => /^<\/?(i|sub|sup|b)>$|^<br>$/.test(tag))).toBe(true);
    expect(plotlyText(text)).not.toMatch(/<\s*(a|span|img)\b/i);
  });

  test("any text keeps only the allowed tags", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom("<", ">", "&", "a", " href=", "</", "<i>", "<a ", "'", '"'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const rest = plotlyText(pieces.join("")).replace(/<\/?(i|sub|sup|b)>|<br>/g, "");
        expect(rest).not.toMatch(/[<>]/);
      }),
    );
  });
});
