/**
 * @file What notebooks show: figures of the project as interactive Plotly output, plots of a few lines made in a cell,
 * and tables of numbers. A cell waits for each of them (`await show(...)`).
 */
import { plotlySafe } from "../sim/figures/report-text.ts";
import {
  axis,
  baseLayout,
  dashAt,
  horizontalLine,
  label,
  legendAt,
  logAxis,
  markerAt,
  padded,
  extent,
  logRange,
  palette,
  sequentialColors,
  stroke,
} from "../sim/figures/theme.ts";
import type { Cell, Coordinates, Figure, ScatterTrace, Shape } from "../sim/figures/types.ts";

/** One output in several forms, by MIME type; the front end takes the richest that it knows. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** MIME type of a Plotly figure in a notebook. */
export const plotlyMime = "application/vnd.plotly.v1+json";

/** What the Deno kernel offers to send outputs. */
interface JupyterKernel {
  broadcast(type: "display_data" | "stream", content: Readonly<Record<string, unknown>>): Promise<void>;
}

/**
 * Milliseconds in which the kernel gets an output on its way. It only queues it when asked to, and may say that the cell
 * is done before it sends what is in the queue: a program that executes the notebook takes no output after that.
 */
const sendingTime = 150;

/**
 * Sends an output and waits until it is on its way. The value of a cell and what `console.log` writes are not waited for
 * by the kernel, and can be lost.
 */
async function send(
  type: "display_data" | "stream",
  content: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { Deno } = globalThis as { readonly Deno?: { readonly jupyter?: JupyterKernel } };
  if (Deno?.jupyter === undefined) throw new Error("outputs need the Deno kernel of Jupyter");
  await Deno.jupyter.broadcast(type, content);
  await new Promise((resolve) => setTimeout(resolve, sendingTime));
}

const display = (data: MimeBundle): Promise<void> => send("display_data", { data, metadata: {} });

/** Writes lines of text below the cell. */
export const print = (...lines: string[]): Promise<void> =>
  send("stream", { name: "stdout", text: lines.map((line) => `${line}\n`).join("") });

/** Digits of stored coordinates: more than a screen shows, few enough that the last bits of a solver do not matter. */
const storedDigits = 8;

/** The same value with every number in it rounded to `storedDigits`. */
function rounded(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(storedDigits));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
}

/** Text without the markup of titles and labels. */
const plain = (text: string): string => text.replace(/<[^>]*>/g, "");

/**
 * A figure as an output: interactive where Plotly is known, its title elsewhere. Tags in its texts other than those of
 * figures are shown as they are written, not obeyed.
 */
export const figureBundle = ({ title, data, layout }: ShownFigure): MimeBundle => ({
  [plotlyMime]: rounded(plotlySafe({ data, layout })),
  "text/plain": `Figure: ${plain(title)}`,
});

type ShownFigure = Pick<Figure, "title" | "data" | "layout">;

/** Shows a figure of the project, or one made by {@link plot}, below the cell. */
export const show = (figure: ShownFigure): Promise<void> => display(figureBundle(figure));

/** Curve or points of a {@link plot}. */
export interface Series {
  /** Name in the legend; may use the markup <i>, <sub>, <sup>. */
  readonly name: string;
  readonly x: Coordinates;
  /** As many as x; null breaks a line. */
  readonly y: Coordinates;
  /** Standard errors of y. */
  readonly errors?: Coordinates;
  /** Default: lines, or markers where there are errors. */
  readonly mode?: ScatterTrace["mode"];
}

/** What {@link plot} draws. */
export interface PlotInput {
  readonly title: string;
  /** Titles of the axes, with units; may use the markup <i>, <sub>, <sup>. */
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  /** Which axes are logarithmic; default none. */
  readonly logarithmic?: "x" | "y" | "xy";
  /** Range of y; default: that of the points. */
  readonly yRange?: readonly [number, number];
  /** Heights of thin horizontal lines. */
  readonly marks?: readonly number[];
}

function traceOf({ name, x, y, errors, mode }: Series, k: number, color: string): ScatterTrace {
  const bars = errors === undefined ? {} : { error_y: { type: "data", array: errors, color } as const };
  return {
    type: "scatter",
    name,
    mode: mode ?? (errors === undefined ? "lines" : "markers"),
    x,
    y,
    line: stroke(color, 1.6, dashAt(k)),
    marker: { color, size: 6, symbol: markerAt(k) },
    ...bars,
  };
}

/** Series in one panel, with the look of the project's figures: a figure for {@link show}. */
export function plot({ title, x, y, series, logarithmic, yRange, marks = [] }: PlotInput): Figure {
  const isLog = (name: "x" | "y"): boolean => logarithmic?.includes(name) ?? false;
  const range = (name: "x" | "y"): readonly [number, number] => {
    const found = extent(series.flatMap((one) => one[name])) ?? [0, 1];
    return isLog(name) ? logRange(found) : padded(found);
  };
  const axisOf = (name: "x" | "y", text: string, limits: readonly [number, number]) =>
    (isLog(name) ? logAxis : axis)(text, { range: limits });
  const colors = series.length > 1 ? sequentialColors(series.length) : [palette.blue];
  const lines: Shape[] = marks.map((height) => horizontalLine(height, "", { color: palette.grey, width: 1 }));
  return {
    name: "plot",
    title,
    caption: "",
    data: series.map((one, k) => traceOf(one, k, colors[k]!)),
    layout: baseLayout(
      { height: 340, margin: { l: 66, r: 170, t: 36, b: 46 } },
      {
        title: { text: title, font: { size: 13 } },
        xaxis: axisOf("x", x, range("x")),
        yaxis: axisOf("y", y, yRange ?? range("y")),
        legend: legendAt(1.02, 1),
        showlegend: true,
        shapes: lines,
      },
    ),
    tables: [],
  };
}

const escapeHtml = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** Digits of a number in a table. */
const tableDigits = 6;

const cellText = (value: Cell): string => {
  if (value === null) return "–";
  return typeof value === "number" ? label(value, tableDigits) : String(value);
};

type Rows = readonly (readonly Cell[])[];

/** A table as an output: HTML, or columns of text. */
export function tableBundle(columns: readonly string[], rows: Rows): MimeBundle {
  const texts = rows.map((row) => row.map(cellText));
  const widths = columns.map((head, k) => Math.max(head.length, ...texts.map((row) => row[k]!.length)));
  const line = (cells: readonly string[]) => cells.map((cell, k) => cell.padStart(widths[k]!)).join("  ");
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const html = [
    "<table>",
    `<thead>${row("th", columns)}</thead>`,
    "<tbody>",
    ...texts.map((cells) => row("td", cells)),
    "</tbody>",
    "</table>",
  ];
  return {
    "text/html": html.join("\n"),
    "text/plain": [columns, ...texts].map(line).join("\n"),
  };
}

/**
 * Shows a table of numbers and words below the cell.
 * @param columns headings
 * @param rows one cell a column; numbers are shown with six digits, null as a dash
 */
export const table = (columns: readonly string[], rows: Rows): Promise<void> =>
  display(tableBundle(columns, rows));
