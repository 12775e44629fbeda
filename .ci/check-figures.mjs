// Checks the PDF figures of a report as a typesetter would: node .ci/check-figures.mjs FOLDER
// Fonts embedded, text is text, stated width to 0.5 pt, nothing cut at the edge, no two words on each other.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const widths = { column: (8.6 / 2.54) * 72, double: (17.8 / 2.54) * 72 };
const resolution = 150;
/** Points by which words may touch, and the share of the smaller one that may lie under the other. */
const touch = 1;
const overlapAllowed = 0.25;

const problems = [];
const run = (program, args) => execFileSync(program, args, { maxBuffer: 1 << 28 });

function fontsOf(file) {
  const lines = run("pdffonts", [file]).toString().split("\n").slice(2).filter(Boolean);
  return lines.map((line) => ({
    name: line.split(" ")[0],
    embedded: line.slice(-26).trim().split(/\s+/)[0] === "yes",
  }));
}

function wordsOf(file) {
  const text = run("pdftotext", ["-bbox", file, "-"]).toString();
  const word = /<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)<\/word>/g;
  return [...text.matchAll(word)].map(([, left, top, right, bottom, content]) => ({
    ...{ left: Number(left), top: Number(top), right: Number(right), bottom: Number(bottom) },
    content,
  }));
}

const area = ({ left, top, right, bottom }) => Math.max(0, right - left) * Math.max(0, bottom - top);

function overlapping(words) {
  return words.flatMap((a, k) =>
    words.slice(k + 1).flatMap((b) => {
      const common = {
        left: Math.max(a.left, b.left) + touch,
        right: Math.min(a.right, b.right) - touch,
        top: Math.max(a.top, b.top) + touch,
        bottom: Math.min(a.bottom, b.bottom) - touch,
      };
      if (common.right <= common.left || common.bottom <= common.top) return [];
      return area(common) > overlapAllowed * Math.min(area(a), area(b))
        ? [`${a.content} and ${b.content}`]
        : [];
    }),
  );
}

/** Whether anything but paper touches the edge of the page. */
function inkAtEdge(file) {
  const image = run("pdftoppm", ["-r", String(resolution), "-gray", "-singlefile", file]);
  const [head, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(image.subarray(0, 32).toString("latin1"));
  const pixels = image.subarray(head.length);
  const at = (x, y) => pixels[y * Number(width) + x];
  const [right, bottom] = [Number(width) - 1, Number(height) - 1];
  for (let x = 0; x <= right; x += 1) if (at(x, 0) < 250 || at(x, bottom) < 250) return true;
  for (let y = 0; y <= bottom; y += 1) if (at(0, y) < 250 || at(right, y) < 250) return true;
  return false;
}

const files = readdirSync(folder).filter((name) => name.endsWith(".pdf"));
for (const name of files) {
  const file = join(folder, name);
  const note = (what) => problems.push(`${name}: ${what}`);
  const [, width, height] = /Page size:\s+([\d.]+) x ([\d.]+) pts/.exec(run("pdfinfo", [file]).toString());
  const wanted = name.endsWith("-column.pdf") ? widths.column : widths.double;
  if (Math.abs(Number(width) - wanted) > 0.5) note(`is ${width} pt wide, not ${wanted.toFixed(2)}`);
  const fonts = fontsOf(file);
  if (fonts.length === 0) note("has no text");
  for (const font of fonts) if (!font.embedded) note(`font ${font.name} is not embedded`);
  const words = wordsOf(file);
  if (words.length < 10) note(`has only ${words.length} words as text`);
  for (const { left, top, right, bottom, content } of words)
    if (left < 0 || top < 0 || right > Number(width) || bottom > Number(height)) note(`"${content}" is cut`);
  for (const pair of overlapping(words)) note(`${pair} overlap`);
  if (inkAtEdge(file)) note("something touches the edge of the page");
}
if (files.length === 0) problems.push(`no PDF in ${folder}`);
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? `${files.length} PDF figures fit to print` : `${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
