/** @file Comparison of a run with what a notebook stores: it must pass what is the same, and see what is not. */
import { describe, expect, test } from "vitest";
import { compareJson, compareNotebooks, compareTexts, lostOutputs } from "../../notebooks/compare.ts";
import { figureBundle, plot, tableBundle } from "../../notebooks/display.ts";
import type { Notebook, Output } from "../../notebooks/format.ts";

const png = "iVBORw0KGgo=";

const figure = (y: readonly number[], title = "A <i>title</i>") =>
  figureBundle(plot({ title, x: "x", y: "y", series: [{ name: "one", x: [1, 2, 3], y }] }));

const shown = (data: Readonly<Record<string, unknown>>): Output => ({
  output_type: "display_data",
  data: { ...data },
});

const notebook = (outputs: Output[], source = "await show(figure)"): Notebook => ({
  nbformat: 4,
  cells: [
    { cell_type: "markdown", id: "text", source: "text" },
    { cell_type: "code", id: "code", source, outputs },
  ],
});

describe("texts", () => {
  test("the same numbers within the tolerance, whatever the width of their columns", () => {
    expect(compareTexts("J_D =   0.5  S = 0.324201", "J_D = 0.5 S = 0.3242014")).toBeNull();
    expect(compareTexts("residual 1.2e-15", "residual 7.9e-13")).toBeNull();
    expect(compareTexts("−1.5 and 2e+3", "-1.5 and 2000")).toBeNull();
  });

  test("numbers further apart than the tolerance are told with both values", () => {
    expect(compareTexts("S = 0.324201", "S = 0.324301")).toBe('0.324301, stored 0.324201 in "S = 0.324201"');
    expect(compareTexts("37 of 40", "38 of 40")).toMatch(/^38, stored 37/);
    expect(compareTexts("z = -1.5", "z = 1.5")).toMatch(/^1\.5, stored -1\.5/);
  });

  test("words, missing lines and numbers inside words", () => {
    expect(compareTexts("solved", "not solved")).toBe('"not solved", stored "solved"');
    expect(compareTexts("a\nb", "a")).toBe("1 lines, stored 2");
    expect(compareTexts("x2 = 1", "x3 = 1")).toBe('"x3 = 1", stored "x2 = 1"');
    expect(compareTexts("value 1", "value NaN")).not.toBeNull();
  });
});

describe("JSON", () => {
  test("numbers agree within the tolerance, relative or absolute", () => {
    expect(compareJson({ y: [1, 1e-12, null] }, { y: [1.00001, -1e-12, null] })).toBeNull();
  });

  test.each([
    [{ y: [1, 2] }, { y: [1, 2.001] }, "y.1: 2.001, stored 2"],
    [{ y: [1, 2] }, { y: [1] }, "y: 1 entries, stored 2"],
    [{ y: [1] }, { y: [null] }, "y.0: null, stored 1"],
    [{ y: 1 }, { y: 1, x: 2 }, "value: fields x, y, stored y"],
    [{ name: "a" }, { name: "b" }, 'name: "b", stored "a"'],
    [{ a: { b: true } }, { a: { b: false } }, "a.b: false, stored true"],
    [[1], { 0: 1 }, 'value: {"0":1}, stored [1]'],
  ])("%j against %j", (stored, found, message) => {
    expect(compareJson(stored, found)).toBe(message);
  });
});

describe("notebooks", () => {
  const stored = notebook([shown({ ...figure([1, 2, 3]), "image/png": png })]);

  test("a run without images agrees with what is stored", () => {
    expect(compareNotebooks(stored, notebook([shown(figure([1, 2, 3.00001]))]))).toEqual([]);
  });

  test("a point that moved is named with its cell and place", () => {
    const [difference, ...others] = compareNotebooks(stored, notebook([shown(figure([1, 2, 2.5]))]));
    expect(others).toEqual([]);
    expect(difference).toBe("cell 2 (code): application/vnd.plotly.v1+json.data.0.y.2: 2.5, stored 3");
  });

  test("a stored figure without its image, a lost output and a changed cell are differences", () => {
    const bare = notebook([shown(figure([1, 2, 3]))]);
    expect(compareNotebooks(bare, bare)).toEqual(["cell 2 (code): the stored figure has no image/png"]);
    expect(compareNotebooks(stored, notebook([]))).toEqual(["cell 2 (code): 0 outputs, stored 1"]);
    expect(compareNotebooks(stored, notebook([], "other"))).toEqual(["cell 2 (code): not the same cell"]);
    expect(compareNotebooks(stored, { ...stored, cells: [] })).toEqual(["0 cells, stored 2"]);
  });

  test("an output that was asked for and did not arrive is noticed", () => {
    const lines = [shown({ "text/plain": "one" }), shown({ "text/plain": "two" })];
    const source = "await show(one);\nconst f = () => show(three);\nawait table(two);";
    expect(lostOutputs(notebook(lines, source))).toEqual([]);
    expect(lostOutputs(notebook(lines.slice(1), source))).toEqual(["cell 2 (code): 1 outputs instead of 2"]);
  });

  test("a stream counts as one text, however it was cut", () => {
    const stream = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
    expect(
      compareNotebooks(notebook([stream("a 1\nb 2\n")]), notebook([stream("a 1\n"), stream("b 2\n")])),
    ).toEqual([]);
    expect(compareNotebooks(notebook([stream("a 1\n")]), notebook([stream("a 2\n")]))).toHaveLength(1);
  });

  test("tables are compared in their numbers", () => {
    const table = (value: number) => shown(tableBundle(["J_D", "S"], [[0.5, value]]));
    expect(compareNotebooks(notebook([table(0.3242007)]), notebook([table(0.3242009)]))).toEqual([]);
    expect(compareNotebooks(notebook([table(0.3242)]), notebook([table(0.325)]))[0]).toMatch(
      /0\.325, stored/,
    );
  });
});
