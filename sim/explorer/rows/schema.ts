/**
 * @file What a stored figure may hold: exactly the part of Plotly's schema that the project's figures use. Everything
 * else is refused, so that a file can bring no address, no script and no style of its own into the page. Texts for
 * Plotly come out with their markup made harmless.
 */
import * as z from "zod";
import type { Coordinates } from "../../figures/types.ts";
import { plotlyText } from "../adapt.ts";

// Without this, zod tries to compile code from text, which the page's policy forbids.
z.config({ jitless: true });

/** Limits that no figure of the project comes near. */
const limits = {
  text: 4000,
  list: 2000,
  points: 500_000,
  rows: 200_000,
  columns: 200,
  pixels: 10_000,
  /** A map drawn smooth holds all pixels of the figure in memory. */
  figure: 4000,
  ticks: 100,
  axes: 40,
};

/** Text that the page shows through `richText`, or as plain text. */
const pageText = z.string().max(limits.text);

/** Text that Plotly shows. */
const plotText = pageText.transform(plotlyText);

const word = z.string().regex(/^[a-z+ -]{0,40}$/, "must be one of Plotly's words");
const color = z.string().regex(/^(#[0-9a-f]{3,8}|rgba?\([\d., %]{1,40}\)|[a-z]{1,30})$/i, "must be a colour");
const dash = z.string().regex(/^([a-z]{1,20}|[\d.px, %]{1,60})$/, "must be a dash pattern");
const family = z.string().regex(/^[\w ,'"-]{1,200}$/, "must be a list of font names");
const axisName = z.string().regex(/^[xy]\d{0,2}$/, "must name an axis");
const reference = z.string().regex(/^(paper|[xy]\d{0,2}( domain)?)$/, "must refer to an axis or the paper");
const legendName = z.string().regex(/^legend\d{0,2}$/, "must name a legend");
const number = z.number();
const pixels = number.min(-limits.pixels).max(limits.pixels);
const flag = z.boolean();
const pair = z.tuple([number, number]);

const isCoordinates = (value: unknown): value is Coordinates =>
  Array.isArray(value) &&
  value.length <= limits.points &&
  value.every((item) => item === null || (typeof item === "number" && Number.isFinite(item)));

const coordinates = z.custom<Coordinates>(isCoordinates, "must be a list of finite numbers and nulls");
const grid = z.array(coordinates).max(limits.list);

/** Parts of a hover text that Plotly fills in or that are markup. */
const hoverParts = /(%\{(?:x|y|z|customdata(?:\[\d{1,2}\])?)(?::[-+.,~$%\w]{1,10})?\}|<\/?extra>)/;

const hovertemplate = pageText.transform((text, context) => {
  const parts = text.split(hoverParts);
  // Places of odd number are the parts that the pattern captured.
  if (parts.some((part, k) => k % 2 === 0 && part.includes("%{"))) {
    context.addIssue({ code: "custom", message: "refers to something other than x, y, z or customdata" });
    return z.NEVER;
  }
  return parts.map((part, k) => (k % 2 === 0 ? plotlyText(part) : part)).join("");
});

const font = z.strictObject({
  family: family.optional(),
  size: pixels.optional(),
  color: color.optional(),
});

const title = z.strictObject({
  text: plotText,
  standoff: pixels.optional(),
  side: word.optional(),
  font: font.optional(),
});

const line = z.strictObject({
  color: color.optional(),
  width: pixels.optional(),
  dash: dash.optional(),
  smoothing: number.optional(),
  simplify: flag.optional(),
});

const marker = z.strictObject({
  color: color.optional(),
  size: pixels.optional(),
  symbol: z.union([word, z.array(word).max(limits.points)]).optional(),
  line: line.optional(),
});

const errorBars = z.strictObject({
  type: z.literal("data"),
  array: coordinates,
  arrayminus: coordinates.optional(),
  symmetric: flag.optional(),
  color: color.optional(),
  thickness: pixels.optional(),
  width: pixels.optional(),
});

const common = {
  name: plotText.optional(),
  xaxis: axisName.optional(),
  yaxis: axisName.optional(),
  showlegend: flag.optional(),
  legend: legendName.optional(),
  legendgroup: plotText.optional(),
  hoverinfo: word.optional(),
  hovertemplate: hovertemplate.optional(),
};

const scatter = z.strictObject({
  ...common,
  type: z.literal("scatter"),
  mode: z.enum(["lines", "markers", "lines+markers"]),
  x: coordinates,
  y: coordinates,
  line: line.optional(),
  marker: marker.optional(),
  error_x: errorBars.optional(),
  error_y: errorBars.optional(),
  cliponaxis: flag.optional(),
  opacity: number.min(0).max(1).optional(),
});

/** Digits of a logarithmic axis. */
const logarithmicTicks = z.enum(["D1", "D2"]);

const ticks = {
  ticks: word.optional(),
  ticklen: pixels.optional(),
  tickwidth: pixels.optional(),
  tickcolor: color.optional(),
  tickvals: coordinates.optional(),
  ticktext: z.array(plotText).max(limits.list).optional(),
  tickfont: font.optional(),
  tickangle: number.optional(),
  nticks: number.min(0).max(limits.ticks).optional(),
  dtick: z.union([number, logarithmicTicks]).optional(),
  exponentformat: word.optional(),
};

const colorBar = z.strictObject({
  ...ticks,
  title: title.optional(),
  len: number.optional(),
  thickness: pixels.optional(),
  outlinewidth: pixels.optional(),
  x: number.optional(),
  y: number.optional(),
  xpad: pixels.optional(),
  ypad: pixels.optional(),
  xanchor: word.optional(),
  yanchor: word.optional(),
});

const heatmap = z.strictObject({
  ...common,
  type: z.literal("heatmap"),
  x: coordinates,
  y: coordinates,
  z: grid,
  customdata: grid.optional(),
  zmin: number,
  zmax: number,
  colorscale: z.array(z.tuple([number, color])).max(limits.list),
  colorbar: colorBar.optional(),
  showscale: flag.optional(),
  zsmooth: z.union([z.enum(["best", "fast"]), z.literal(false)]).optional(),
});

const contour = z.strictObject({
  ...common,
  type: z.literal("contour"),
  x: coordinates,
  y: coordinates,
  z: grid,
  contours: z.strictObject({
    type: z.literal("levels"),
    start: number,
    end: number,
    size: number,
    coloring: z.enum(["none", "lines"]),
  }),
  line,
  showscale: flag,
});

const axis = z.strictObject({
  ...ticks,
  title: title.optional(),
  type: z.enum(["linear", "log"]).optional(),
  domain: pair.optional(),
  range: pair.optional(),
  rangemode: word.optional(),
  anchor: axisName.optional(),
  matches: axisName.optional(),
  showticklabels: flag.optional(),
  showline: flag.optional(),
  showgrid: flag.optional(),
  zeroline: flag.optional(),
  visible: flag.optional(),
  linewidth: pixels.optional(),
  linecolor: color.optional(),
  mirror: z.union([flag, word]).optional(),
  layer: word.optional(),
  side: word.optional(),
  minor: z
    .strictObject({
      ticks: word.optional(),
      ticklen: pixels.optional(),
      tickcolor: color.optional(),
      // Plotly draws minor ticks without a limit: a spacing in numbers can make more than the memory holds.
      dtick: logarithmicTicks.optional(),
    })
    .optional(),
});

const legend = z.strictObject({
  x: number.optional(),
  y: number.optional(),
  xanchor: word.optional(),
  yanchor: word.optional(),
  font: font.optional(),
  bgcolor: color.optional(),
  tracegroupgap: pixels.optional(),
  maxheight: pixels.optional(),
  itemwidth: pixels.optional(),
  orientation: z.enum(["h", "v"]).optional(),
  traceorder: word.optional(),
  title: title.optional(),
});

const shape = z.strictObject({
  type: z.enum(["line", "rect"]),
  xref: reference,
  yref: reference,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
  layer: word.optional(),
  fillcolor: color.optional(),
  line: line.optional(),
});

const annotation = z.strictObject({
  name: word.optional(),
  text: plotText,
  showarrow: z.literal(false),
  x: number,
  y: number,
  xref: reference,
  yref: reference,
  xanchor: word.optional(),
  yanchor: word.optional(),
  xshift: pixels.optional(),
  yshift: pixels.optional(),
  align: word.optional(),
  textangle: number.optional(),
  bgcolor: color.optional(),
  font: font.optional(),
});

/** Optional entries NAME, NAME2, NAME3 ... of a layout. */
const numbered = <T extends z.ZodType>(name: string, schema: T): Record<string, z.ZodOptional<T>> =>
  Object.fromEntries(
    Array.from({ length: limits.axes }, (_, k) => [`${name}${k === 0 ? "" : k + 1}`, schema.optional()]),
  );

const layout = z.strictObject({
  ...numbered("xaxis", axis),
  ...numbered("yaxis", axis),
  ...numbered("legend", legend),
  width: number.min(1).max(limits.figure),
  height: number.min(1).max(limits.figure),
  margin: z.strictObject({ l: pixels, r: pixels, t: pixels, b: pixels }).optional(),
  font: font.optional(),
  paper_bgcolor: color.optional(),
  plot_bgcolor: color.optional(),
  hovermode: z.literal("closest").optional(),
  hoverlabel: z.strictObject({ font: font.optional() }).optional(),
  showlegend: flag.optional(),
  shapes: z.array(shape).max(limits.list).optional(),
  annotations: z.array(annotation).max(limits.list).optional(),
});

const cell = z.union([number, pageText, flag, z.null()]);

/** Rows come as records by column name. */
const table = z
  .strictObject({
    name: pageText,
    title: pageText,
    columns: z.array(pageText).max(limits.columns),
    rows: z.array(z.record(z.string(), cell)).max(limits.rows),
  })
  .transform(({ rows, columns, ...head }, context) => {
    const strange = rows.findIndex((row) => !Object.keys(row).every((key) => columns.includes(key)));
    if (strange >= 0)
      context.addIssue({ code: "custom", path: ["rows", strange], message: "has a value without a column" });
    return { ...head, columns, rows: rows.map((row) => columns.map((column) => row[column] ?? null)) };
  });

const quantity = z.strictObject({
  value: number,
  error: number.optional(),
  interval: pair.optional(),
  intervalKind: z.enum(["95 %", "quartiles", "grid", "fits"]).optional(),
  unit: pageText.optional(),
});

const finding = z.strictObject({
  claim: pageText,
  measured: quantity.nullable(),
  predicted: quantity.nullable(),
  criterion: pageText,
  verdict: z.enum(["agrees", "differs", "open"]),
  kind: z.literal("check").optional(),
});

const provenance = z.strictObject({
  version: pageText,
  command: pageText,
  seed: number,
  wallTimeSeconds: number.nullable(),
  parameters: z.unknown(),
});

/** A figure as `reproduce` stores it. */
export const figureSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,80}$/, "must be of a-z, 0-9 and -"),
  title: pageText,
  caption: pageText,
  data: z.array(z.discriminatedUnion("type", [scatter, heatmap, contour])).max(limits.list),
  layout,
  tables: z.array(table).max(limits.axes),
  findings: z.array(finding).max(limits.list).optional(),
  provenance,
});

/** A table of numbers as `reproduce` stores it beside the figures. */
export const tableSchema = z
  .looseObject({ provenance })
  .transform(({ provenance: origin, ...rest }) => ({ table: rest, provenance: origin }))
  .pipe(z.strictObject({ table, provenance }));
