/** @file Style sheet and script of the HTML pages, as text. */
import { fontFamily } from "./theme.ts";

/**
 * Style of all pages: one column, light or dark, readable on a phone; tables and figures scroll inside their boxes.
 * Figures stay on white paper in the dark: their captions name colours, and black is one of them.
 */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --text: #111; --background: #fff; --muted: #555; --line: #ccc; --panel: #f3f3f3;
  --link: #005a9c; --focus: #d55e00; --agrees: #00643f; --differs: #b3261e; --open: #555;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e8e8e8; --background: #15181c; --muted: #b4b4b4; --line: #454b52; --panel: #22272d;
    --link: #7cc0ff; --focus: #ff9a4d; --agrees: #6fd6a4; --differs: #ff9d94; --open: #c0c0c0;
  }
}
body { margin: 0; background: var(--background); color: var(--text); font: 16px/1.5 ${fontFamily}; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.2rem; line-height: 1.4; margin-top: 2.5rem; max-width: 46rem; }
p, nav li { max-width: 46rem; }
nav ul { padding: 0; list-style: none; columns: 20rem; }
nav li { padding: .15rem 0; break-inside: avoid; }
figure { margin: 1rem 0; }
figcaption { font-size: .95rem; max-width: 46rem; margin-top: .5rem; }
a { color: var(--link); }
a:focus-visible, .scroll:focus-visible, summary:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
sub, sup { line-height: 0; font-size: .72em; }
.scroll { overflow-x: auto; }
.plot { position: relative; background: #fff; color: #111; }
.downloads a { display: inline-block; margin: .25rem .75rem .25rem 0; }
code { font: .9em/1.4 ui-monospace, "Liberation Mono", monospace; background: var(--panel); padding: .1rem .35rem; border-radius: .2rem; }
.remake code { user-select: all; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: .9rem; margin: 1rem 0; }
caption { text-align: left; font-weight: bold; padding-bottom: .4rem; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; white-space: nowrap; }
.provenance td { white-space: normal; overflow-wrap: anywhere; }
.findings { width: 100%; }
.findings td { white-space: normal; }
.findings .predicted, .findings .measured { min-width: 6.5rem; }
.findings .verdict { white-space: nowrap; }
.findings small { display: block; color: var(--muted); font-size: .8rem; }
td.number, .predicted, .measured { font-variant-numeric: tabular-nums; }
span.verdict { font-weight: bold; }
.agrees { color: var(--agrees); } .differs { color: var(--differs); } .open { color: var(--open); }
summary { cursor: pointer; padding: .5rem 0; }
@media (max-width: 40rem) {
  .findings, .findings tbody, .findings tr, .findings td, .findings caption { display: block; }
  .findings thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .findings tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  .findings td { border: 0; padding: .1rem 0; }
  .findings td:not(.claim)::before { content: attr(data-heading) ": "; color: var(--muted); }
}
@page { margin: 12mm; }
@media print {
  :root {
    color-scheme: light;
    --text: #000; --background: #fff; --muted: #444; --line: #bbb; --panel: #fff;
    --link: #000; --agrees: #000; --differs: #000; --open: #000;
  }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  a { text-decoration: none; }
  .downloads, nav, .modebar-container { display: none; }
  .scroll { overflow: visible; }
  .scroll th, .scroll td { white-space: normal; overflow-wrap: anywhere; }
  h2, caption { break-after: avoid; }
  h2, figure, tr, section:not(#findings) > .findings { break-inside: avoid; }
}
`;

/**
 * Draws each figure when it comes near the screen, all of them before printing; figures follow the width of the page, and
 * have their own on paper. Height and fonts stay, so that nothing overlaps at any width.
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
  const sizeOf = (box) => JSON.parse(document.getElementById("data-" + box.dataset.figure).textContent).layout;
  window.addEventListener("beforeprint", () => {
    for (const box of boxes) {
      draw(box);
      Plotly.relayout(box, { autosize: false, width: sizeOf(box).width });
    }
  });
  window.addEventListener("afterprint", () => {
    for (const box of boxes) Plotly.relayout(box, { autosize: true, width: null });
  });
});
`;
