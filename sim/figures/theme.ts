/**
 * @file The one look of all figures: sizes of a two-column paper, fonts, colours, line styles, axes, legends.
 * Colours are told apart by luminance as well as by hue, and by dashes or symbols, so that figures survive
 * grey printing and colour blindness.
 */
import type {
  Annotation,
  AnnotationPlace,
  Axis,
  Dash,
  Figure,
  Layout,
  Line,
  ScatterTrace,
  Shape,
} from "./types.ts";

/** CSS pixels per centimetre (96 per inch). */
const pixelsPerCentimetre = 96 / 2.54;

/** Full text width of a two-column page (17.8 cm). */
export const doubleColumnWidth = Math.round(17.8 * pixelsPerCentimetre);

/** Width of one column of it (8.6 cm). */
export const columnWidth = Math.round(8.6 * pixelsPerCentimetre);

/** Metric twins first, then what Debian, macOS and Windows have; one family for text, ticks and legends. */
export const fontFamily = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif";

/** Text in CSS pixels: 9 pt, and 8 pt in legends, at the printed size. */
export const textSize = 12;
export const legendSize = 11;

/** Symbols of the physics in the markup that Plotly and the HTML pages share. */
export const symbols = {
  selfCoupling: "<i>J</i><sub>D</sub>",
  distance: "<i>d</i>",
  entropy: "<i>S</i>",
  densest: "<i>S</i>*",
  complexity: "Σ",
  localEntropy: "<i>S</i><sub>I</sub>",
  y: "<i>y</i>",
  yStar: "<i>y</i>*",
  size: "<i>N</i>",
  gap: "<i>J</i><sub>gap</sub>",
  monotone: "<i>J</i><sub>mono</sub>",
  access: "<i>J</i><sub>a</sub>",
  focusing: "<i>J</i><sub>fBP</sub>",
} as const;

/** Categorical colours (Okabe and Ito), ordered from dark to light. */
export const palette = {
  black: "#000000",
  blue: "#0072B2",
  vermillion: "#D55E00",
  green: "#009E73",
  orange: "#E69F00",
  grey: "#767676",
} as const;

/** Fill of regions without solutions; light enough for every line drawn over it. */
export const gapFill = "#ececec";

/** Viridis at equal steps: perceptually uniform, luminance rising from first to last. */
export const viridis = [
  "#440154",
  "#46327e",
  "#365c8d",
  "#277f8e",
  "#1fa187",
  "#4ac16d",
  "#a0da39",
  "#fde725",
] as const;

/** Lines of the scale beyond this fraction are too pale on white paper. */
const palestLine = 0.8;

const channels = (hex: string): number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** Colour at fraction t in [0, 1] of viridis, by linear interpolation in RGB. */
function viridisAt(t: number): string {
  const position = t * (viridis.length - 1);
  const below = Math.min(Math.floor(position), viridis.length - 2);
  const from = channels(viridis[below]!);
  const to = channels(viridis[below + 1]!);
  const mixed = from.map((value, k) => Math.round(value + (position - below) * (to[k]! - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Colours for `count` ordered curves, dark to light, all readable on white. */
export function sequentialColors(count: number): string[] {
  return Array.from({ length: count }, (_, k) => viridisAt(count > 1 ? (palestLine * k) / (count - 1) : 0));
}

/** A line through all its points: Plotly would otherwise leave out those that it finds unimportant. */
export function stroke(color: string, width: number, dash: Dash = "solid"): Line {
  return { color, width, dash, simplify: false };
}

const dashes: readonly Dash[] = [
  "solid",
  "7px,3px",
  "2px,2px",
  "8px,3px,2px,3px",
  "14px,4px",
  "8px,2px,2px,2px,2px,2px",
  "4px,5px",
  "1px,5px",
];
const markers = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "pentagon"];

/** Dash of the k-th curve; repeats after eight. */
export const dashAt = (k: number): Dash => dashes[k % dashes.length]!;

/** Marker symbol of the k-th series; repeats after eight. */
export const markerAt = (k: number): string => markers[k % markers.length]!;

/** An axis with a full frame, ticks inside on both sides, no grid; options given win. */
export function axis(title: string, options: Axis = {}): Axis {
  return {
    title: { text: title, standoff: 6, font: { size: textSize } },
    showline: true,
    linewidth: 1,
    linecolor: palette.black,
    mirror: "ticks",
    ticks: "inside",
    ticklen: 5,
    tickwidth: 1,
    tickcolor: palette.black,
    showgrid: false,
    zeroline: false,
    exponentformat: "power",
    ...options,
  };
}

/** Plotly enlarges the labels of logarithmic axes by this factor. */
const logLabelEnlargement = 1.25;

/** Values 1, 2 and 5 times powers of ten inside a range given in powers of ten. */
function roundValues([low, high]: readonly [number, number]): number[] {
  const decades = Array.from(
    { length: Math.ceil(high) - Math.floor(low) + 1 },
    (_, k) => Math.floor(low) + k,
  );
  const values = decades.flatMap((decade) => [1, 2, 5].map((digit) => Number(`${digit}e${decade}`)));
  return values.filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
}

/**
 * A logarithmic axis labelled at powers of ten, with the unlabelled ticks 2 to 9 between them; where the range holds
 * fewer than two powers of ten, labelled at 1, 2 and 5.
 */
export function logAxis(title: string, options: Axis = {}): Axis {
  const { range } = options;
  const powers = range === undefined ? 2 : Math.floor(range[1]) - Math.ceil(range[0]) + 1;
  const values = range === undefined || powers >= 2 ? [] : roundValues(range);
  return axis(title, {
    type: "log",
    ...(powers >= 2
      ? { dtick: 1, tickfont: { size: textSize / logLabelEnlargement } }
      : { tickvals: values, ticktext: values.map((value) => label(value)) }),
    minor: { ticks: "inside", ticklen: 3, tickcolor: palette.black, dtick: "D1" },
    ...options,
  });
}

/** Corner of a legend that is put at its place. */
export type Corner = "top left" | "bottom right";

/** A legend with one corner at (x, y), in fractions of the figure inside its margins. */
export function legendAt(
  x: number,
  y: number,
  title?: string,
  corner: Corner = "top left",
): Record<string, unknown> {
  const [yanchor, xanchor] = corner.split(" ");
  return {
    x,
    y,
    xanchor,
    yanchor,
    font: { size: legendSize },
    bgcolor: "rgba(255,255,255,0)",
    tracegroupgap: 0,
    maxheight: 1,
    itemwidth: 34,
    ...(title === undefined ? {} : { title: { text: title, font: { size: legendSize } } }),
  };
}

/** Size and margins of a figure, in CSS pixels. */
export interface Frame {
  readonly height: number;
  readonly margin: { readonly l: number; readonly r: number; readonly t: number; readonly b: number };
}

/** Layout of a figure of full text width; the given parts (axes, legends, marks) win over the theme. */
export function baseLayout({ height, margin }: Frame, parts: Omit<Layout, "width" | "height">): Layout {
  return {
    width: doubleColumnWidth,
    height,
    margin,
    font: { family: fontFamily, size: textSize, color: palette.black },
    paper_bgcolor: "#ffffff",
    plot_bgcolor: "#ffffff",
    hovermode: "closest",
    hoverlabel: { font: { family: fontFamily, size: legendSize } },
    ...parts,
  };
}

/** Name of annotations that are drawn at the full width of a page alone, for want of room in a column. */
export const wideOnly = "wide";

/** Text inside or beside a panel, without an arrow. */
export function note(text: string, place: AnnotationPlace): Annotation {
  return { text, showarrow: false, ...place };
}

/** Label "(a) text" above the left end of a panel; `suffix` is that of its axes ("" for the first). */
export function panelLabel(text: string, suffix: string): Annotation {
  const place = { xref: `x${suffix} domain`, yref: `y${suffix} domain`, x: 0, y: 1 };
  return note(text, { ...place, xanchor: "left", yanchor: "bottom", yshift: 3 });
}

/** Horizontal line across a panel. */
export function horizontalLine(
  y: number,
  suffix: string,
  line: Line,
  layer: Shape["layer"] = "below",
): Shape {
  return {
    type: "line",
    xref: `x${suffix} domain`,
    yref: `y${suffix}`,
    x0: 0,
    x1: 1,
    y0: y,
    y1: y,
    line,
    layer,
  };
}

/** Band y0 ≤ y ≤ y1 across a panel, below the curves. */
export function horizontalBand(y0: number, y1: number, suffix: string, fillcolor: string): Shape {
  const place = { xref: `x${suffix} domain`, yref: `y${suffix}`, x0: 0, x1: 1, y0, y1 };
  return { type: "rect", ...place, fillcolor, line: { width: 0 }, layer: "below" };
}

/** Legend entry without points of its own: explains a style that several curves share. */
export function legendEntry(
  name: string,
  style: Pick<ScatterTrace, "mode" | "line" | "marker" | "legend">,
): ScatterTrace {
  return { type: "scatter", name, x: [null], y: [null], hoverinfo: "skip", ...style };
}

/** Smallest interval that holds all finite values, or null if there is none. */
export function extent(values: Iterable<number | null | undefined>): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : null;
}

/** `interval` widened by a fraction of its length on both sides (by 1 where it is a point). */
export function padded([low, high]: readonly [number, number], fraction = 0.04): [number, number] {
  const margin = high > low ? fraction * (high - low) : 1;
  return [low - margin, high + margin];
}

/** Range of a logarithmic axis, in powers of ten, for positive values between `low` and `high`. */
export function logRange([low, high]: readonly [number, number]): [number, number] {
  return padded([Math.log10(low), Math.log10(high)], 0.03);
}

/** A number as a label: so many significant digits at most, no trailing zeros, a true minus sign. */
export function label(value: number, digits = 6): string {
  return String(Number(value.toPrecision(digits))).replaceAll("-", "−");
}

/** The same figure without data, saying so. */
export function withoutData(figure: Pick<Figure, "name" | "title" | "caption" | "tables">): Figure {
  const blank = { visible: false, range: [0, 1] as const };
  const text = "No data: there are no rows<br>with status ok for this figure.";
  const centre = { x: 0.5, y: 0.5, xref: "paper", yref: "paper", font: { size: 14 } };
  return {
    ...figure,
    data: [],
    layout: baseLayout(
      { height: 200, margin: { l: 20, r: 20, t: 20, b: 20 } },
      { xaxis: blank, yaxis: blank, annotations: [note(text, centre)] },
    ),
  };
}
