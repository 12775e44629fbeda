/** @file Reading and writing notebooks: one form for the same content, and clear words for what is no notebook. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lostOutputs } from "../../notebooks/compare.ts";
import { plotlyMime } from "../../notebooks/display.ts";
import { formatNotebook, parseNotebook, wholeText } from "../../notebooks/format.ts";

const executed = {
  cells: [
    { cell_type: "markdown", id: "a", metadata: { tags: ["x"] }, source: ["# Title\n", "text"] },
    {
      cell_type: "code",
      id: "b",
      metadata: { execution: { "iopub.status.busy": "2026-01-01T00:00:00Z" } },
      execution_count: 17,
      source: "const a = 1;\na",
      outputs: [
        { output_type: "stream", name: "stdout", text: "one\n" },
        { output_type: "stream", name: "stdout", text: ["two\n"] },
        { output_type: "display_data", metadata: {}, data: { "text/plain": "x\ny", "text/html": "<b>" } },
      ],
    },
  ],
  metadata: { language_info: { name: "typescript", version: "6.0.3" }, widgets: {} },
  nbformat: 4,
  nbformat_minor: 5,
};

describe("format", () => {
  const text = formatNotebook(parseNotebook(JSON.stringify(executed)));
  const stored = JSON.parse(text) as typeof executed;

  test("no times, tags or versions; cells counted from 1; lines as an array; streams in one piece", () => {
    expect(text).not.toMatch(/2026|6\.0\.3|tags|widgets/);
    expect(stored.cells[1]).toEqual({
      cell_type: "code",
      execution_count: 1,
      id: "b",
      metadata: {},
      outputs: [
        { name: "stdout", output_type: "stream", text: ["one\n", "two\n"] },
        {
          data: { "text/html": ["<b>"], "text/plain": ["x\n", "y"] },
          metadata: {},
          output_type: "display_data",
        },
      ],
      source: ["const a = 1;\n", "a"],
    });
  });

  test("writing what was read changes nothing", () => {
    expect(formatNotebook(parseNotebook(text))).toBe(text);
  });

  test("an error among the outputs is never stored", () => {
    const failed = structuredClone(executed) as { cells: { outputs?: unknown[] }[] };
    failed.cells[1]!.outputs = [{ output_type: "error", ename: "Error", evalue: "boom", traceback: [] }];
    expect(() => formatNotebook(parseNotebook(JSON.stringify(failed)))).toThrow("a cell failed: Error: boom");
  });

  test.each([
    ["{", /^not JSON/],
    ["[]", /^not a notebook/],
    ['{"nbformat": 3, "cells": []}', /^not a notebook: nbformat/],
    ['{"nbformat": 4, "cells": [{"cell_type": "raw"}]}', /^not a notebook: cells\.0/],
  ])("%s is refused in one line", (json, message) => {
    expect(() => parseNotebook(json)).toThrow(message);
  });
});

describe("the notebooks of the project", () => {
  const folder = new URL("../../notebooks/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));

  test("there are at least four", () => {
    expect(names.length).toBeGreaterThanOrEqual(4);
  });

  test.each(names)("%s is stored with its outputs, an image beside every figure, and no error", (name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    const notebook = parseNotebook(text);
    expect(formatNotebook(notebook)).toBe(text);
    const outputs = notebook.cells.flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : []));
    const figures = outputs.flatMap((output) =>
      "data" in output && plotlyMime in output.data ? output.data : [],
    );
    expect(figures.length).toBeGreaterThan(0);
    for (const data of figures)
      expect(data).toHaveProperty(["image/png"], expect.stringMatching(/^iVBORw0KGgo/));
  });

  test.each(names)(
    "%s: every output that a cell asks for is stored, and cells explain themselves",
    (name) => {
      const { cells } = parseNotebook(readFileSync(new URL(name, folder), "utf8"));
      expect(lostOutputs({ nbformat: 4, cells })).toEqual([]);
      const words = cells.flatMap((cell) => (cell.cell_type === "markdown" ? wholeText(cell.source) : []));
      expect(words.join("\n").split(/\s+/).length).toBeGreaterThan(400);
    },
  );
});
