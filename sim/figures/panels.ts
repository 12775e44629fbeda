/** @file Takes a figure apart into its panels and legends, so that they can be laid out anew at another width. */
import type { Annotation, Axis, Figure, Shape, Trace } from "./types.ts";

/** A pair of axes with everything drawn on it. */
export interface Panel {
  /** Of its axes: "" for the first pair. */
  readonly suffix: string;
  readonly xaxis: Axis;
  readonly yaxis: Axis;
  /** Shares of the area inside the margins, from the left and from the bottom. */
  readonly across: readonly [number, number];
  readonly upwards: readonly [number, number];
  /** Size of the box of the axes, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly traces: readonly Trace[];
  readonly shapes: readonly Shape[];
  readonly annotations: readonly Annotation[];
}

/** A legend with what it explains. */
export interface Legend {
  readonly title: string;
  /** Traces with an entry, in its order. */
  readonly entries: readonly Trace[];
}

const whole: readonly [number, number] = [0, 1];

/** Shares nearer than this are the same place. */
const sameShare = 1e-6;

const suffixOf = (reference: string | undefined): string =>
  (reference ?? "x").replace(/ domain$/, "").replace(/^[xy]/, "");

const marginOf = ({ layout }: Figure) =>
  layout.margin as { readonly l: number; readonly r: number; readonly t: number; readonly b: number };

/** From the top, and from the left in a row. */
const readingOrder = (a: Panel, b: Panel): number =>
  Math.abs(a.upwards[1] - b.upwards[1]) > sameShare ? b.upwards[1] - a.upwards[1] : a.across[0] - b.across[0];

/** Whether two shares of a length are the same. */
export const sameSpan = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  Math.abs(a[0] - b[0]) < sameShare && Math.abs(a[1] - b[1]) < sameShare;

/**
 * The panels of a figure in reading order.
 * @param figure whose shapes and annotations all refer to axes, none to the paper
 */
export function panelsOf(figure: Figure): Panel[] {
  const { data, layout } = figure;
  const margin = marginOf(figure);
  const inner = [layout.width - margin.l - margin.r, layout.height - margin.t - margin.b] as const;
  const suffixes = Object.keys(layout)
    .filter((key) => /^xaxis\d*$/.test(key))
    .map((key) => key.slice("xaxis".length));
  const panels = suffixes.map((suffix): Panel => {
    const xaxis = layout[`xaxis${suffix}`]!;
    const yaxis = layout[`yaxis${suffix}`]!;
    const [across, upwards] = [xaxis.domain ?? whole, yaxis.domain ?? whole];
    const here = ({ xref }: Shape | Annotation): boolean => suffixOf(xref) === suffix;
    return {
      suffix,
      xaxis,
      yaxis,
      across,
      upwards,
      width: inner[0] * (across[1] - across[0]),
      height: inner[1] * (upwards[1] - upwards[0]),
      traces: data.filter(({ xaxis: reference }) => suffixOf(reference) === suffix),
      shapes: (layout.shapes ?? []).filter(here),
      annotations: (layout.annotations ?? []).filter(here),
    };
  });
  return panels.sort(readingOrder);
}

const hasEntry = ({ showlegend = true, name }: Trace): boolean => showlegend && name !== undefined;

/** The legends of a figure that have entries. */
export function legendsOf({ data, layout }: Figure): Legend[] {
  const keys = Object.keys(layout).filter((key) => /^legend\d*$/.test(key));
  const legends = keys.map((key): Legend => {
    const options = layout[key] as { readonly title?: { readonly text: string } };
    // A legend that names its panel stands beside several; above that panel the letter says nothing.
    const title = (options.title?.text ?? "").replace(/^\([a-z]\)$/, "");
    return {
      title,
      entries: data.filter((trace) => (trace.legend ?? "legend") === key && hasEntry(trace)),
    };
  });
  return legends.filter(({ entries }) => entries.length > 0);
}
