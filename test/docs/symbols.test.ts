/** @file Symbols of running text in the API reference. */
import { expect, test } from "vitest";
import { symbolsAsHtml } from "../../docs/reference/symbols.ts";

test.each([
  ["J_D ≥ 0", "<var>J<sub>D</sub></var> ≥ 0"],
  ["Σ_{j≠i} J_ij s_j", "<var>Σ<sub>j≠i</sub></var> <var>J<sub>ij</sub></var> <var>s<sub>j</sub></var>"],
  ["(m_j)", "(<var>m<sub>j</sub></var>)"],
  ["e^{−x}", "e<sup>−x</sup>"],
  ["N^2", "N<sup>2</sup>"],
])("%s", (text, html) => {
  expect(symbolsAsHtml(text)).toBe(html);
});

test.each(["MAX_NEURONS", "frame_size", "a_", "_b", "snake_case_name", "x_longer", "&lt;b&gt;"])(
  "%s stays",
  (text) => {
    expect(symbolsAsHtml(text)).toBe(text);
  },
);
