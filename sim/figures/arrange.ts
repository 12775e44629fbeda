/** @file Figures at the width of a column, and several figures side by side, from their panels. */
import { OutOfDomain } from "../../theory/errors.ts";
import type { Band, Box, Stack } from "./stack.ts";
import { legendSymbol, pageHeight, stackPanels } from "./stack.ts";
import { columnWidth, doubleColumnWidth, legendSize, note, panelLabel, textSize, wideOnly } from "./theme.ts";
import type { Annotation, Axis, ColorBar, Figure, Layout, Shape, Trace } from "./types.ts";

/** Widths of figures on a printed page. */
export type FigureWidth = "column" | "double";

export const figureWidths: readonly FigureWidth[] = ["column", "double"];

const white = "#ffffff";

/** A stack in a composition: its corner, the number of its first axes and legends, its letters. */
interface Placed {
  readonly stack: Stack;
  readonly left: number;
  readonly top: number;
  readonly firstAxis: number;
  readonly firstLegend: number;
  /** New letter of each panel label; as they are where nothing is composed. */
  readonly letters: ReadonlyMap<string, string>;
}

interface PageSize {
  readonly width: number;
  readonly height: number;
}

const suffixAt = (number: number): string => (number === 1 ? "" : String(number));

/** Replaces every "(a)" by its new letter. */
const relettered = (text: string, letters: ReadonlyMap<string, string>): string =>
  text.replace(/\(([a-z])\)/g, (whole, letter: string) => {
    const other = letters.get(letter);
    return other === undefined ? whole : `(${other})`;
  });

/** Names of axes and legends after the composition. */
function renaming({ stack, firstAxis, firstLegend }: Placed) {
  const axes = new Map(stack.boxes.map(({ panel }, k) => [panel.suffix, suffixAt(firstAxis + k)]));
  const columns = stack.bands.flatMap((band) => band.columns);
  const legends = new Map(
    columns.flatMap((traces, k) =>
      traces.map((trace) => [trace, `legend${suffixAt(firstLegend + k)}`] as const),
    ),
  );
  /** "x2 domain" → "x5 domain". */
  const axis = (reference: string): string =>
    reference.replace(
      /^([xy])(\d*)/,
      (_, letter: string, suffix: string) => `${letter}${axes.get(suffix) ?? ""}`,
    );
  return { axis, legend: (trace: Trace): string => legends.get(trace) ?? `legend${suffixAt(firstLegend)}` };
}

type Renaming = ReturnType<typeof renaming>;

/** A colour bar beside its box, as long as that. */
function besideBox(bar: ColorBar, box: Box, { left, top }: Placed, { width, height }: PageSize): ColorBar {
  return {
    ...bar,
    x: (left + box.left + box.width + 6) / width,
    xanchor: "left",
    y: 1 - (top + box.top) / height,
    yanchor: "top",
    len: box.height / height,
    lenmode: "fraction",
  };
}

function traceOf(trace: Trace, box: Box, placed: Placed, names: Renaming, page: PageSize): Trace {
  const { xaxis = "x", yaxis = "y", legendgroup } = trace;
  const moved = {
    ...trace,
    xaxis: names.axis(xaxis),
    yaxis: names.axis(yaxis),
    legend: names.legend(trace),
    ...(legendgroup === undefined ? {} : { legendgroup: `${placed.stack.figure.name} ${legendgroup}` }),
  } as Trace;
  return moved.type === "heatmap" && moved.colorbar !== undefined
    ? { ...moved, colorbar: besideBox(moved.colorbar, box, placed, page) }
    : moved;
}

/** The axes of a box at its place, with titles where it stands alone. */
function axesOf(
  box: Box,
  placed: Placed,
  names: Renaming,
  { width, height }: PageSize,
): Record<string, Axis> {
  const { panel, xTitle, yTitle, xLabels, yLabels } = box;
  const [x, y] = [names.axis(`x${panel.suffix}`), names.axis(`y${panel.suffix}`)];
  const [left, top] = [placed.left + box.left, placed.top + box.top];
  const axis = (own: Axis, title: string, labels: boolean): Axis => {
    const { matches, ...options } = own;
    return {
      ...options,
      ...(matches === undefined ? {} : { matches: names.axis(matches) }),
      title: { standoff: 6, font: { size: textSize }, ...own.title, text: title },
      showticklabels: labels,
    };
  };
  return {
    [x.replace("x", "xaxis")]: {
      ...axis(panel.xaxis, xTitle, xLabels),
      domain: [left / width, (left + box.width) / width],
      anchor: y,
    },
    [y.replace("y", "yaxis")]: {
      ...axis(panel.yaxis, yTitle, yLabels),
      domain: [1 - (top + box.height) / height, 1 - top / height],
      anchor: x,
    },
  };
}

/** A column of a legend, as a legend of its own: Plotly has none with a given number of columns. */
function legendOf(
  { left, entriesTop, columnWidth: step }: Band,
  column: number,
  placed: Placed,
  page: PageSize,
) {
  return {
    font: { size: legendSize },
    bgcolor: "rgba(255,255,255,0)",
    tracegroupgap: 0,
    maxheight: 1,
    itemwidth: legendSymbol,
    traceorder: "normal",
    x: (placed.left + left + column * step) / page.width,
    y: 1 - (placed.top + entriesTop) / page.height,
    xanchor: "left",
    yanchor: "top",
  };
}

function legendsOf(placed: Placed, names: Renaming, page: PageSize): Record<string, object> {
  return Object.fromEntries(
    placed.stack.bands.flatMap((band) =>
      band.columns.map((traces, column) => [names.legend(traces[0]!), legendOf(band, column, placed, page)]),
    ),
  );
}

/** Titles of the legends, above all their columns. */
function legendTitles({ stack, left, top, letters }: Placed, { width, height }: PageSize): Annotation[] {
  return stack.bands
    .filter(({ title }) => title !== "")
    .map((band) =>
      note(relettered(band.title.replaceAll("<br>", " "), letters), {
        xref: "paper",
        yref: "paper",
        x: (left + band.left) / width,
        y: 1 - (top + band.top) / height,
        xanchor: "left",
        yanchor: "top",
        font: { size: legendSize },
      }),
    );
}

/** The colour of a panel without data, where it is not white: figures on one page share one background. */
function background({ layout }: Figure, suffix: string): Shape[] {
  if (layout.plot_bgcolor === white || typeof layout.plot_bgcolor !== "string") return [];
  const place = { xref: `x${suffix} domain`, yref: `y${suffix} domain`, x0: 0, x1: 1, y0: 0, y1: 1 };
  return [{ type: "rect", ...place, fillcolor: layout.plot_bgcolor, line: { width: 0 }, layer: "below" }];
}

/** The parts of a layout, and the traces, of one stack. */
function partsOf(placed: Placed, page: PageSize) {
  const names = renaming(placed);
  const { boxes, figure } = placed.stack;
  const annotation = (own: Annotation): Annotation => ({
    ...own,
    xref: names.axis(own.xref),
    yref: names.axis(own.yref),
    text: relettered(own.text, placed.letters),
  });
  const shape = (own: Shape): Shape => ({ ...own, xref: names.axis(own.xref), yref: names.axis(own.yref) });
  const drawn = boxes.map((box) => ({
    box,
    annotations: box.panel.annotations.filter(({ name }) => name !== wideOnly),
  }));
  return {
    data: boxes.flatMap((box) => box.panel.traces.map((trace) => traceOf(trace, box, placed, names, page))),
    axes: Object.assign({}, ...boxes.map((box) => axesOf(box, placed, names, page))) as Record<string, Axis>,
    legends: legendsOf(placed, names, page),
    shapes: boxes.flatMap(({ panel }) => [...background(figure, panel.suffix), ...panel.shapes].map(shape)),
    annotations: [
      ...drawn.flatMap(({ annotations }) => annotations.map(annotation)),
      ...legendTitles(placed, page),
    ],
  };
}

/** One layout around all stacks; the boxes have their places in fractions of the whole page. */
function assemble(all: readonly Placed[], page: PageSize): Pick<Figure, "data" | "layout"> {
  const parts = all.map((placed) => partsOf(placed, page));
  const { font, hovermode, hoverlabel } = all[0]!.stack.figure.layout;
  const layout: Layout = {
    ...page,
    margin: { l: 0, r: 0, t: 0, b: 0 },
    ...{ font, hovermode, hoverlabel, paper_bgcolor: white, plot_bgcolor: white },
    ...Object.assign({}, ...parts.map(({ axes }) => axes)),
    ...Object.assign({}, ...parts.map(({ legends }) => legends)),
    shapes: parts.flatMap(({ shapes }) => shapes),
    annotations: parts.flatMap(({ annotations }) => annotations),
  };
  return { data: parts.flatMap(({ data }) => data), layout };
}

/**
 * The same figure at the width of a column (8.6 cm): its panels one below the other, legends above the panels that
 * they explain. Fonts, lines and symbols keep their sizes.
 * @param figure at double width
 * @source column width of Physical Review, 8.6 cm
 */
export function columnFigure(figure: Figure): Figure {
  if (figure.data.length === 0) return { ...figure, layout: { ...figure.layout, width: columnWidth } };
  const stack = stackPanels(figure);
  const placed = { stack, left: 0, top: 0, firstAxis: 1, firstLegend: 1, letters: new Map<string, string>() };
  return { ...figure, ...assemble([placed], { width: columnWidth, height: stack.height }) };
}

/** Letters of the panel labels of a figure, in their order. */
const lettersOf = (figure: Figure): string[] =>
  (figure.layout.annotations ?? []).flatMap(({ text }) => /^\(([a-z])\)/.exec(text)?.[1] ?? []);

/** The same figure with a label at its only panel, where it has none. */
function labelled(figure: Figure): Figure {
  if (lettersOf(figure).length > 0) return figure;
  const annotations = [...(figure.layout.annotations ?? []), panelLabel("(a)", "")];
  return { ...figure, layout: { ...figure.layout, annotations } };
}

/** Letters go on from figure to figure. */
function newLetters(figures: readonly Figure[]): ReadonlyMap<string, string>[] {
  let next = "a".charCodeAt(0);
  return figures.map(
    (figure) =>
      new Map(
        [...new Set(lettersOf(figure))]
          .sort()
          .map((letter) => [letter, String.fromCharCode(next++)] as const),
      ),
  );
}

/** Columns of a page of double width, from the left, in CSS pixels. */
const columnsOfPage = [0, doubleColumnWidth - columnWidth] as const;

/** Between figures one below the other. */
const figureGap = 8;

/** The column of each figure: below those of the column that is shorter so far. */
function columnsFor(stacks: readonly Stack[], columns: number): number[] {
  const heights = Array.from({ length: columns }, () => 0);
  return stacks.map(({ height }) => {
    const column = heights.indexOf(Math.min(...heights));
    heights[column]! += height + figureGap;
    return column;
  });
}

/** Stacks squeezed so that each column fits on a page, where their texts allow it. */
function fitted(stacks: readonly Stack[], columns: readonly number[]): Stack[] {
  return stacks.map((stack, k) => {
    const beside = stacks.filter((_, other) => columns[other] === columns[k]);
    const gaps = figureGap * (beside.length - 1);
    const all = beside.reduce((sum, { height }) => sum + height, 0);
    return all + gaps <= pageHeight
      ? stack
      : stackPanels(stack.figure, (stack.height / all) * (pageHeight - gaps));
  });
}

/** Each figure in its column, with the numbers of its axes and legends. */
function placeAll(figures: readonly Figure[], lefts: readonly number[]): Placed[] {
  const letters = newLetters(figures);
  const free = figures.map((figure) => stackPanels(figure));
  const columns = columnsFor(free, lefts.length);
  const heights = lefts.map(() => 0);
  let [firstAxis, firstLegend] = [1, 1];
  return fitted(free, columns).map((stack, k): Placed => {
    const column = columns[k]!;
    const placed = {
      stack,
      left: lefts[column]!,
      top: heights[column]!,
      firstAxis,
      firstLegend,
      letters: letters[k]!,
    };
    heights[column]! += stack.height + figureGap;
    firstAxis += stack.boxes.length;
    firstLegend += stack.bands.reduce((sum, { columns: { length } }) => sum + length, 0);
    return placed;
  });
}

/** Name of several figures as one. */
export const joinedName = (names: readonly string[]): string => names.join("-and-");

/** There are so many letters for panels. */
const mostLetters = 26;

/** Several figures without data, as one that says so. */
function withoutAny(figures: readonly Figure[], width: FigureWidth): Figure {
  const [first] = figures;
  const page = width === "column" ? columnWidth : doubleColumnWidth;
  return {
    ...first!,
    name: joinedName(figures.map(({ name }) => name)),
    layout: { ...first!.layout, width: page },
  };
}

/**
 * Several figures as one: side by side in two columns at double width, one below the other at column width, with the
 * panel labels (a), (b) … going on from figure to figure, in captions too.
 * @param figures at double width, at least one; those without data are left out unless none has any
 * @param width of the whole
 * @returns the figure; higher than a page (24.5 cm) only where texts need the room
 * @throws OutOfDomain when the panels are more than the letters
 * @source widths of Physical Review, 8.6 cm and 17.8 cm
 */
export function composeFigures(figures: readonly Figure[], width: FigureWidth): Figure {
  const drawn = figures.filter(({ data }) => data.length > 0).map(labelled);
  if (drawn.length === 0) return withoutAny(figures, width);
  const letters = drawn.reduce((sum, figure) => sum + new Set(lettersOf(figure)).size, 0);
  if (letters > mostLetters)
    throw new OutOfDomain(
      `figures for one page may have ${mostLetters} panels in all, these have ${letters}`,
    );
  const all = placeAll(drawn, width === "column" ? [0] : columnsOfPage);
  const height = Math.max(...all.map(({ top, stack }) => top + stack.height));
  const page = { width: width === "column" ? columnWidth : doubleColumnWidth, height };
  return {
    name: joinedName(figures.map(({ name }) => name)),
    title: drawn.map(({ title }) => title).join("; "),
    caption: drawn
      .map(({ title, caption }, k) => {
        const { letters } = all[k]!;
        const which = [...letters.values()].map((letter) => `(${letter})`);
        const range = which.length > 1 ? `${which[0]}–${which.at(-1)}` : which[0];
        return `${range} ${title}. ${relettered(caption, letters)}`;
      })
      .join(" "),
    tables: drawn.flatMap(({ name, tables }) =>
      tables.map((table) => ({ ...table, name: `${name}-${table.name}` })),
    ),
    findings: drawn.flatMap(({ findings = [] }) => findings),
    ...assemble(all, page),
  };
}
