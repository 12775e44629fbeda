/** @file Stacks the panels of a figure into one column: where each box and each legend goes, in CSS pixels. */
import { legendsOf, panelsOf, sameSpan } from "./panels.ts";
import type { Legend, Panel } from "./panels.ts";
import { textWidth } from "./text-width.ts";
import { columnWidth, legendSize, textSize, wideOnly } from "./theme.ts";
import type { Annotation, Figure, HeatmapTrace, Trace } from "./types.ts";

/** A panel with its place, from the upper left corner of the column. */
export interface Box {
  readonly panel: Panel;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Titles of the axes, and whether ticks are labelled; a panel that shared them shows them where it now stands alone. */
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xLabels: boolean;
  readonly yLabels: boolean;
}

/** A legend above the first panel that it explains. */
export interface Band {
  readonly title: string;
  readonly left: number;
  /** Upper edges of the title and of the entries. */
  readonly top: number;
  readonly entriesTop: number;
  /** Entries in columns of equal width, from above. */
  readonly columns: readonly (readonly Trace[])[];
  readonly columnWidth: number;
}

/** Everything in one column. */
export interface Stack {
  readonly figure: Figure;
  readonly boxes: readonly Box[];
  readonly bands: readonly Band[];
  readonly height: number;
}

/** Heights of the parts around a box: its label above, tick labels and title below, air where there are none. */
const labelHeight = 19;
const tickHeight = 20;
const titleHeight = 22;
const air = 10;

/** Room left of the boxes for numbers and a title, and right of them. */
const leftRoom = 56;
const rightRoom = 12;

/** Between boxes in one row, and how much narrower than at full width they may be there. */
const boxGap = 12;
const leastScale = 0.8;

/** Boxes are at most this high, maps somewhat more; with a text at each tick they keep their height. */
const mostHeight = 160;
const mapHeight = 210;
const leastHeight = 50;

/** A title along an axis may be longer than its box by this much. */
const titleOverhang = 36;

/** Height of the printed text of a page (24.5 cm) in CSS pixels: a column is squeezed to it where it can be. */
export const pageHeight = 926;

/** Line of a legend, and what stands before the text of an entry: symbol and spaces. */
const legendLine = 19;
export const legendSymbol = 30;
const legendIndent = legendSymbol + 10;
const legendItemGap = 6;
const legendTitle = 17;
const legendGap = 8;

/** Left edge of legends, and room for them. */
const legendLeft = 4;
const legendRoom = columnWidth - legendLeft - 4;

/** A colour bar, its ticks, and its title where it has one. */
const barRoom = 34;
const barTitle = 20;

/** Panels that share one horizontal axis, from above: the upper ones show no labels on it. */
type Chain = readonly Panel[];

const isSharedBelow = ({ xaxis }: Panel): boolean => xaxis.showticklabels === false;

function chainsOf(panels: readonly Panel[]): Chain[] {
  const left = new Set(panels);
  return panels.flatMap((first): Chain[] => {
    if (!left.delete(first)) return [];
    const chain = [first];
    for (;;) {
      const last = chain.at(-1)!;
      const below = panels.find((panel) => left.has(panel) && sameSpan(panel.across, last.across));
      if (!isSharedBelow(last) || below === undefined) return [chain];
      left.delete(below);
      chain.push(below);
    }
  });
}

/** Chains in rows: single panels that stood beside each other stay so where the column is wide enough. */
function rowsOf(chains: readonly Chain[], room: number): Chain[][] {
  const rows: Chain[][] = [];
  for (const chain of chains) {
    const row = rows.at(-1);
    const beside =
      row !== undefined &&
      [...row, chain].every((one) => one.length === 1 && sameSpan(one[0]!.upwards, chain[0]!.upwards)) &&
      [...row, chain].reduce((sum, [panel]) => sum + leastScale * panel!.width + boxGap, -boxGap) <= room;
    if (beside) row.push(chain);
    else rows.push([chain]);
  }
  return rows;
}

const titleOf = (axis: Panel["xaxis"]): string => axis.title?.text ?? "";

/** Title of the vertical axis: its own, or that of the panel on its left with which it shared one. */
function yTitleOf(panel: Panel, panels: readonly Panel[]): string {
  const besides = panels.filter(({ upwards }) => sameSpan(upwards, panel.upwards));
  const nearest = besides.slice(0, besides.indexOf(panel) + 1).reverse();
  return nearest.map(({ yaxis }) => titleOf(yaxis)).find((text) => text !== "") ?? "";
}

/** Title of the horizontal axis: its own, or that of the first panel below which has one. */
function xTitleOf(panel: Panel, panels: readonly Panel[]): string {
  const below = panels.filter(
    ({ across, upwards }) => sameSpan(across, panel.across) && upwards[1] <= panel.upwards[1],
  );
  return below.map(({ xaxis }) => titleOf(xaxis)).find((text) => text !== "") ?? "";
}

const tickTexts = ({ yaxis }: Panel): readonly string[] =>
  yaxis.type === "log" ? [] : ((yaxis.ticktext as readonly string[] | undefined) ?? []);

const widest = (texts: readonly string[], size: number): number =>
  Math.max(0, ...texts.map((text) => textWidth(text, size)));

const roomAtLeft = (panels: readonly Panel[]): number =>
  Math.max(leftRoom, ...panels.map((panel) => widest(tickTexts(panel), legendSize) + 10));

const barOf = ({ traces }: Panel): HeatmapTrace["colorbar"] =>
  traces.find((trace): trace is HeatmapTrace => trace.type === "heatmap" && trace.showscale !== false)
    ?.colorbar;

/** How far a text to the right of its panel reaches beyond it. */
function overhang({ name, xref, x, xshift, text }: Annotation): number {
  if (name === wideOnly || !xref.endsWith("domain") || x < 1 || typeof xshift !== "number") return 0;
  return xshift + textWidth(text, legendSize) / 2 + 4;
}

function roomAtRight(panels: readonly Panel[]): number {
  const bars = panels.map((panel) => {
    const bar = barOf(panel);
    if (bar === undefined) return 0;
    return barRoom + widest(bar.ticktext ?? ["0.00"], textSize) + (bar.title === undefined ? 0 : barTitle);
  });
  const texts = panels.flatMap(({ annotations }) => annotations.map(overhang));
  return Math.max(rightRoom, ...bars, ...texts);
}

/** Height of a box before squeezing, and the least that its texts allow. */
function heightsOf(panel: Panel, yTitle: string): { readonly wanted: number; readonly least: number } {
  const texts = tickTexts(panel).length;
  if (texts * legendLine > mostHeight) return { wanted: panel.height, least: panel.height };
  const least = Math.max(leastHeight, textWidth(yTitle, textSize) - titleOverhang);
  const most = panel.traces.some(({ type }) => type === "heatmap") ? mapHeight : mostHeight;
  return { wanted: Math.max(least, Math.min(most, panel.height)), least };
}

/** One row of the column with what it takes around its boxes. */
interface Row {
  readonly chains: readonly Chain[];
  readonly legends: readonly Legend[];
  readonly left: number;
  readonly width: number;
}

/** A legend at its place in as many columns as there is room for, and where it ends. */
function bandAt({ title, entries }: Legend, top: number): { readonly band: Band; readonly bottom: number } {
  const width =
    legendIndent +
    widest(
      entries.map(({ name }) => name!),
      legendSize,
    ) +
    legendItemGap;
  const most = Math.max(1, Math.min(entries.length, Math.floor(legendRoom / width)));
  const lines = Math.ceil(entries.length / most);
  const columns = Array.from({ length: Math.ceil(entries.length / lines) }, (_, k) =>
    entries.slice(k * lines, (k + 1) * lines),
  );
  const entriesTop = top + (title === "" ? 0 : legendTitle);
  return {
    band: { title, left: legendLeft, top, entriesTop, columns, columnWidth: legendRoom / columns.length },
    bottom: entriesTop + lines * legendLine + legendGap,
  };
}

/** How panels are placed: the height of each box, and whether the next one repeats the title of its horizontal axis. */
interface Manner {
  readonly heightOf: (panel: Panel) => number;
  readonly repeated: (panel: Panel) => boolean;
}

/** Boxes of a row side by side, each chain from above; returns where the row ends. */
function placeRow(
  { chains, left, width }: Row,
  top: number,
  panels: readonly Panel[],
  { heightOf, repeated }: Manner,
): { readonly boxes: Box[]; readonly bottom: number } {
  const each = (width - boxGap * (chains.length - 1)) / chains.length;
  let bottom = top;
  const boxes = chains.flatMap((chain, column) => {
    let y = top;
    return chain.map((panel, k): Box => {
      const shared = k < chain.length - 1;
      const first = column === 0;
      const xTitle = shared || repeated(panel) ? "" : xTitleOf(panel, panels);
      const box: Box = {
        panel,
        left: left + column * (each + boxGap),
        top: y + (k === 0 || panel.annotations.length > 0 ? labelHeight : 0),
        width: each,
        height: heightOf(panel),
        xTitle,
        yTitle: first ? yTitleOf(panel, panels) : "",
        xLabels: !shared,
        yLabels: first || panel.yaxis.showticklabels !== false,
      };
      y = box.top + box.height + (shared ? air : tickHeight + (xTitle === "" ? 0 : titleHeight));
      bottom = Math.max(bottom, y);
      return box;
    });
  });
  return { boxes, bottom };
}

/** Rows with the legends above each: a legend stands above the first panel that it explains. */
function rowsWithLegends(figure: Figure, panels: readonly Panel[]): Row[] {
  const legends = new Set(legendsOf(figure));
  const right = roomAtRight(panels);
  const rows = rowsOf(chainsOf(panels), columnWidth - roomAtLeft(panels) - right);
  return rows.map((chains): Row => {
    const here = chains.flat();
    const traces = new Set(here.flatMap((panel) => panel.traces));
    const own = [...legends].filter(({ entries }) => entries.some((entry) => traces.has(entry)));
    for (const legend of own) legends.delete(legend);
    const left = roomAtLeft(here);
    const beside = panels.filter(({ upwards }) => here.some((panel) => sameSpan(panel.upwards, upwards)));
    return { chains, legends: own, left, width: columnWidth - left - roomAtRight(beside) };
  });
}

/** Everything from above, with boxes of the given heights. */
function place(rows: readonly Row[], panels: readonly Panel[], manner: Manner) {
  const boxes: Box[] = [];
  const bands: Band[] = [];
  let y = 0;
  for (const row of rows) {
    for (const legend of row.legends) {
      const { band, bottom } = bandAt(legend, y + 2);
      bands.push(band);
      y = bottom;
    }
    const placed = placeRow(row, y, panels, manner);
    boxes.push(...placed.boxes);
    y = placed.bottom + air / 2;
  }
  return { boxes, bands, height: Math.ceil(y) };
}

/** The last panels of rows of one chain whose horizontal axis is that of the next row: one title serves both. */
function repeatedAxes(rows: readonly Row[], panels: readonly Panel[]): ReadonlySet<Panel> {
  const last = rows.map(({ chains, legends }) => ({
    panel: chains.length === 1 ? chains[0]!.at(-1) : undefined,
    legends,
  }));
  const axisOf = (panel: Panel): string =>
    JSON.stringify([xTitleOf(panel, panels), panel.xaxis.range, panel.xaxis.type]);
  return new Set(
    last.flatMap(({ panel }, k) => {
      const next = last[k + 1];
      if (panel === undefined || next?.panel === undefined || next.legends.length > 0) return [];
      return panel.xaxis.range !== undefined && axisOf(panel) === axisOf(next.panel) ? [panel] : [];
    }),
  );
}

/**
 * Stacks the panels of a figure: each as wide as the column allows, with the legends between them.
 * @param figure with data
 * @param room height that the stack should not exceed, in CSS pixels; it does where its texts need more
 */
export function stackPanels(figure: Figure, room = pageHeight): Stack {
  const panels = panelsOf(figure);
  const rows = rowsWithLegends(figure, panels);
  const heights = new Map(panels.map((panel) => [panel, heightsOf(panel, yTitleOf(panel, panels))]));
  const repeats = repeatedAxes(rows, panels);
  const repeated = (panel: Panel): boolean => repeats.has(panel);
  const free = place(rows, panels, { heightOf: (panel) => heights.get(panel)!.wanted, repeated });
  const tallest = rows.flatMap(({ chains }) => chains[0]!.map((panel) => heights.get(panel)!));
  const slack = tallest.reduce((sum, { wanted, least }) => sum + wanted - least, 0);
  const squeeze = slack === 0 ? 0 : Math.min(1, Math.max(0, free.height - room) / slack);
  const heightOf = (panel: Panel): number => {
    const { wanted, least } = heights.get(panel)!;
    return wanted - squeeze * (wanted - least);
  };
  const placed = place(rows, panels, { heightOf, repeated });
  return { figure, ...placed };
}
