/** @file Style sheet and script of the HTML pages, as text. */
import { fontFamily } from "./theme.ts";

/** Style of all pages: one column, light, readable on a phone, tables and figures scroll inside their boxes. */
export const pageStyle = `
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #111; font: 16px/1.5 ${fontFamily}; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.2rem; margin-top: 2.5rem; }
figure { margin: 1rem 0; }
figcaption { font-size: .95rem; max-width: 46rem; }
a { color: #005a9c; }
a:focus-visible, .scroll:focus-visible, summary:focus-visible { outline: 3px solid #d55e00; outline-offset: 2px; }
sub, sup { line-height: 0; font-size: .72em; }
.scroll { overflow-x: auto; }
.plot { position: relative; }
.downloads a { display: inline-block; margin: .25rem .75rem .25rem 0; }
table { border-collapse: collapse; font-size: .9rem; margin: 1rem 0; }
caption { text-align: left; font-weight: bold; padding-bottom: .4rem; }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; white-space: nowrap; }
.provenance td { white-space: normal; overflow-wrap: anywhere; }
td.number { font-variant-numeric: tabular-nums; }
summary { cursor: pointer; padding: .5rem 0; }
@media print { .downloads, nav { display: none; } figure { break-inside: avoid; } }
`;

/**
 * Draws each figure when it comes near the screen, all of them before printing; figures follow the width of the page.
 * Height and fonts stay, so that nothing overlaps at any width.
 */
export const renderScript = `
document.addEventListener("DOMContentLoaded", () => {
  const boxes = [...document.querySelectorAll(".plot")];
  const draw = (box) => {
    if (box.dataset.drawn) return;
    box.dataset.drawn = "yes";
    const { data, layout, name } = JSON.parse(document.getElementById("data-" + box.dataset.figure).textContent);
    const { width, ...flexible } = layout;
    Plotly.newPlot(box, data, { ...flexible, autosize: true }, {
      responsive: true,
      displaylogo: false,
      modeBarButtonsToRemove: ["select2d", "lasso2d"],
      toImageButtonOptions: { format: "svg", filename: name, width, height: layout.height },
    });
  };
  if (!window.Plotly) {
    for (const box of boxes) box.textContent = "The file plotly.min.js is missing beside this page.";
    return;
  }
  if (!window.IntersectionObserver) return boxes.forEach(draw);
  const watcher = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target)),
    { rootMargin: "400px" },
  );
  for (const box of boxes) watcher.observe(box);
  window.addEventListener("beforeprint", () => boxes.forEach(draw));
});
`;
