/**
 * @file Figures made for paper, fitted to the screen: on dark ground, and with their panels below each other where the
 * screen is narrow. Pure functions of figures; the numbers stay as they are.
 */
import { escapeHtml } from "../figures/html.ts";
import type { Axis, Figure, Layout } from "../figures/types.ts";

/**
 * Lightness of white (that of --background in style.css) and of black on dark ground; between them it runs linearly,
 * hue and saturation stay.
 */
const darkGround = 0x1a / 0xff;
const lightInk = 0.93;

/** Hue in [0, 1), saturation and lightness in [0, 1] of "#rrggbb". */
function toHsl(hex: string): [number, number, number] {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255) as [
    number,
    number,
    number,
  ];
  const [low, high] = [Math.min(r, g, b), Math.max(r, g, b)];
  const [lightness, chroma] = [(low + high) / 2, high - low];
  if (chroma === 0) return [0, 0, lightness];
  const sector =
    high === r ? ((g - b) / chroma + 6) % 6 : high === g ? (b - r) / chroma + 2 : (r - g) / chroma + 4;
  return [sector / 6, chroma / (1 - Math.abs(2 * lightness - 1)), lightness];
}

function toHex([hue, saturation, lightness]: readonly [number, number, number]): string {
  const amount = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): string => {
    const k = (offset + 12 * hue) % 12;
    const value = lightness - amount * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}

/**
 * The colour that stands on dark ground where `color` stands on white: same hue, lightness turned round.
 * @param color "#rrggbb"; anything else comes back as it is
 */
export function darkColor(color: string): string {
  if (!/^#[0-9a-f]{6}$/i.test(color)) return color;
  const [hue, saturation, lightness] = toHsl(color);
  return toHex([hue, saturation, lightInk - lightness * (lightInk - darkGround)]);
}

/** A copy in which every text that is a colour is turned round. */
function withDarkColors(value: unknown): unknown {
  if (typeof value === "string") return darkColor(value);
  if (Array.isArray(value)) return typeof value[0] === "number" ? value : value.map(withDarkColors);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withDarkColors(item)]));
}

/** Whether the figure holds a map of colours, whose scale says numbers on white ground. */
const hasColorMap = ({ data }: Figure): boolean => data.some(({ type }) => type === "heatmap");

/**
 * The figure on dark ground. A figure with a map of colours stays on its white sheet: its scale, and the lines over it,
 * are chosen for one ground.
 */
export function darkFigure(figure: Figure): Figure {
  if (hasColorMap(figure)) return figure;
  return {
    ...figure,
    data: withDarkColors(figure.data) as Figure["data"],
    layout: withDarkColors(figure.layout) as Layout,
  };
}

/** Height of one panel and of the room between two, in CSS pixels; margins of a narrow figure. */
const panelHeight = 220;
const panelGap = 64;
const narrowMargin = { l: 58, r: 14, t: 24, b: 46 };

/** Ends of the axis names of the panels: "" for xaxis with yaxis, "2" for xaxis2 with yaxis2 and so on. */
const panelSuffixes = (layout: Layout): string[] =>
  Object.keys(layout)
    .filter((key) => key.startsWith("xaxis"))
    .map((key) => key.slice("xaxis".length));

/** The figure with its panels below each other and no legend beside them, for a screen narrower than the figure. */
export function stackedFigure(figure: Figure): Figure {
  const { layout } = figure;
  const suffixes = panelSuffixes(layout);
  const inner = suffixes.length * panelHeight + (suffixes.length - 1) * panelGap;
  const domains = suffixes.map((_, k) => {
    const top = inner - k * (panelHeight + panelGap);
    return [Math.max(0, (top - panelHeight) / inner), top / inner] as const;
  });
  const axes = suffixes.flatMap((suffix, k): [string, Axis][] => [
    [`xaxis${suffix}`, { ...layout[`xaxis${suffix}`], domain: [0, 1] }],
    [`yaxis${suffix}`, { ...layout[`yaxis${suffix}`], domain: domains[k] }],
  ]);
  return {
    ...figure,
    layout: {
      ...layout,
      height: inner + narrowMargin.t + narrowMargin.b,
      margin: narrowMargin,
      ...Object.fromEntries(axes),
    },
  };
}

/** Share of the length of an axis that a range inside it must use, and by how much of it the range may stick out. */
const leastUse = 0.6;
const stickingOut = 0.01;

/** Whether a range can be shown on an axis of another range. */
function fitsRange([low, high]: readonly [number, number], [from, to]: readonly [number, number]): boolean {
  const room = stickingOut * (to - from);
  return low >= from - room && high <= to + room && high - low >= leastUse * (to - from);
}

/**
 * Whether a figure can be shown on the axes of another one by moving points: as many traces, and every range of an
 * axis inside the other's without leaving much of it empty.
 */
export function fitsFrame({ data, layout }: Figure, frame: Figure): boolean {
  const axes = (["x", "y"] as const).flatMap((letter) =>
    panelSuffixes(layout).map((suffix) => `${letter}axis${suffix}` as const),
  );
  return (
    data.length === frame.data.length &&
    axes.every((name) => {
      const [range, standing] = [layout[name]?.range, frame.layout[name]?.range];
      return range === undefined || standing === undefined ? range === standing : fitsRange(range, standing);
    })
  );
}

/** Markup of figure texts that Plotly may read, besides <i>, <sub> and <sup>: bold, and a new line. */
const liveMarkup = /&lt;(\/?)(i|sub|sup|b)&gt;|&lt;(br)&gt;/g;

/**
 * A text for Plotly in which only <i>, <sub>, <sup>, <b> and <br> are markup: no links, no styles. Plotly knows no
 * entities for quotes, which do no harm between tags.
 */
export function plotlyText(text: string): string {
  return escapeHtml(text)
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replace(
      liveMarkup,
      (_, slash: string | undefined, name: string | undefined, line: string | undefined) =>
        line === undefined ? `<${slash ?? ""}${name ?? ""}>` : "<br>",
    );
}
