/** @file Stored figures from files: what `reproduce` writes is taken, anything else refused with one line. */
import { describe, expect, test } from "vitest";
import { BadFile, readStoredRows } from "../../../sim/explorer/rows/read.ts";
import { complexityFigure } from "../../../sim/figures/complexity.ts";
import { localEntropyFigure } from "../../../sim/figures/local-entropy.ts";
import { phaseDiagramFigure } from "../../../sim/figures/phase-diagram.ts";
import { hostileFigure, hostileText, plainFigure, provenance, stored } from "./hostile.ts";

const read = (content: unknown) => readStoredRows(JSON.stringify(content));

/** The line with which a file is refused. */
function refusal(content: unknown): string {
  try {
    readStoredRows(typeof content === "string" ? content : JSON.stringify(content));
  } catch (error) {
    expect(error).toBeInstanceOf(BadFile);
    return (error as BadFile).message;
  }
  return "taken";
}

const rows = [0.1, 0.2].flatMap((selfCoupling) =>
  [0.01, 0.1, 0.3].map((distance) => ({
    status: "ok" as const,
    selfCoupling,
    distance,
    overlap: 1 - 2 * distance,
    y: 1 / distance,
    qhat: 1,
    phi: 1,
    localEntropy: selfCoupling * distance - 0.01,
    complexity: 0,
    residual: 0,
    error: 0,
  })),
);

describe("what reproduce writes", () => {
  test.each([
    ["a line figure", plainFigure],
    ["an empty figure", localEntropyFigure([])],
    ["panels", complexityFigure(rows, rows)],
    ["a map with contours", phaseDiagramFigure(rows, null)],
  ])("%s comes back as it was", (_, figure) => {
    const { figure: taken, tables, title } = read(stored(figure));
    expect(taken!.data).toEqual(JSON.parse(JSON.stringify(figure.data)));
    expect(taken!.layout).toEqual(JSON.parse(JSON.stringify(figure.layout)));
    expect(tables).toEqual(JSON.parse(JSON.stringify(figure.tables)));
    expect(title).toBe(figure.title);
  });

  test("a table alone", () => {
    const content = {
      name: "t",
      title: "T",
      columns: ["a", "b"],
      rows: [{ a: 1, b: null }, { a: "x" }],
      provenance,
    };
    expect(read(content)).toMatchObject({
      figure: null,
      tables: [
        {
          columns: ["a", "b"],
          rows: [
            [1, null],
            ["x", null],
          ],
        },
      ],
    });
  });
});

const figure = stored(plainFigure);
const [trace] = plainFigure.data;
const { layout } = plainFigure;

describe("what is refused", () => {
  test.each<[string, unknown, RegExp]>([
    ["no JSON", "{", /no JSON/],
    ["null", null, /provenance/],
    ["a list", [], /provenance/],
    ["an unknown trace", { ...figure, data: [{ type: "image", source: "https://x" }] }, /data\.0\.type/],
    ["texts at points", { ...figure, data: [{ ...trace, text: ["x"] }] }, /data\.0.*"text"/],
    [
      "an image in the layout",
      { ...figure, layout: { ...layout, images: [{ source: "https://x" }] } },
      /"images"/,
    ],
    ["menus", { ...figure, layout: { ...layout, updatemenus: [] } }, /"updatemenus"/],
    ["a template", { ...figure, layout: { ...layout, template: {} } }, /"template"/],
    ["a strange colour", { ...figure, layout: { ...layout, paper_bgcolor: "url(https://x)" } }, /colour/],
    [
      "a reference elsewhere",
      { ...figure, layout: { ...layout, shapes: [{ type: "path" }] } },
      /shapes\.0\.type/,
    ],
    ["other hover fields", { ...figure, data: [{ ...trace, hovertemplate: "%{meta.x}" }] }, /hovertemplate/],
    ["a text among numbers", { ...figure, data: [{ ...trace, x: [1, "2"] }] }, /finite numbers/],
    [
      "minor ticks without end",
      { ...figure, layout: { ...layout, xaxis: { minor: { dtick: 1e-9 } } } },
      /minor\.dtick/,
    ],
    ["ticks without end", { ...figure, layout: { ...layout, xaxis: { nticks: 2000 } } }, /nticks/],
    ["a figure of gigabytes", { ...figure, layout: { ...layout, width: 10_000 } }, /layout\.width/],
    ["a page-high figure", { ...figure, layout: { ...layout, height: 1e9 } }, /layout\.height/],
    ["a name with a path", { ...figure, name: "../x" }, /name/],
    ["an unknown key", { ...figure, frames: [] }, /"frames"/],
    [
      "a value without a column",
      { ...figure, tables: [{ name: "t", title: "", columns: [], rows: [{ a: 1 }] }] },
      /column/,
    ],
  ])("%s", (_, content, line) => {
    expect(refusal(content)).toMatch(line);
  });

  test("numbers that are not finite, which JSON can spell", () => {
    expect(refusal(JSON.stringify(figure).replace(`"seed":1`, `"seed":1e999`))).toMatch(/seed/);
  });

  test.each(["__proto__", "constructor", "prototype"])("the key %s, at any depth", (key) => {
    const text = JSON.stringify(figure).replace(`"preset"`, `"${key}"`);
    expect(refusal(text)).toBe(`the key ${key} is not allowed`);
    expect(({} as Record<string, unknown>).preset).toBeUndefined();
  });

  test("the line is short whatever the file says", () => {
    expect(refusal({ ...figure, ["x".repeat(10_000)]: 1 }).length).toBeLessThan(250);
  });

  test("nested lists without end are no crash", () => {
    expect(refusal(`${"[".repeat(200_000)}${"]".repeat(200_000)}`)).not.toBe("taken");
  });
});

test("hostile texts for Plotly come out harmless, those for the page as they are", () => {
  const { figure: taken, title, provenance: origin } = read(hostileFigure());
  const drawn = JSON.stringify([taken!.data, taken!.layout]);
  expect(drawn).not.toMatch(/<(?!\/?(i|sub|sup|b|extra)>|br>)/);
  expect(drawn).toContain("<i>italic</i>");
  expect(title).toBe(hostileText);
  expect(origin.command).toBe(hostileText);
});
