/** @file A stored figure as `reproduce` writes it, and texts that would do harm if they reached a page alive. */
import { entropyFigure } from "../../../sim/figures/entropy.ts";
import { toRecords } from "../../../sim/figures/csv.ts";
import type { Figure } from "../../../sim/figures/types.ts";

export const hostileText =
  `<img src=x onerror="window.injected=1"><script>window.injected=1</script><a href="javascript:window.injected=1">x</a>` +
  `<a href="https://example.com/">y</a>` +
  `<svg onload=window.injected=1>'"&amp;<i>italic</i>`;

export const provenance = {
  version: "0.1.0",
  command: "atlas reproduce --preset quick --seed 1",
  seed: 1,
  wallTimeSeconds: 1.5,
  parameters: { preset: "quick" },
};

/** The content of a file NAME.json for a figure. */
export function stored({ tables, ...figure }: Figure): Record<string, unknown> {
  return { ...figure, tables: tables.map((table) => ({ ...table, rows: toRecords(table) })), provenance };
}

/** S(J_D) at three self-couplings, the values those of log 2 + log Φ. */
export const plainFigure: Figure = entropyFigure(
  [0, 0.5, 1].map((selfCoupling, k) => ({
    status: "ok",
    selfCoupling,
    annealed: [0, 0.3242007652712889, 0.5203934015364955][k]!,
    rs: null,
  })),
);

/** The same figure with a hostile text in every place that takes a text. */
export function hostileFigure(): Record<string, unknown> {
  const { layout } = plainFigure;
  return {
    ...stored(plainFigure),
    title: hostileText,
    caption: hostileText,
    data: plainFigure.data.map((trace) => ({
      ...trace,
      name: hostileText,
      legendgroup: hostileText,
      hovertemplate: `${hostileText}%{x:.3g}<extra></extra>`,
    })),
    layout: {
      ...layout,
      xaxis: {
        ...layout.xaxis,
        title: { text: hostileText },
        tickvals: [0, 1],
        ticktext: [hostileText, hostileText],
      },
      annotations: [{ text: hostileText, showarrow: false, x: 0.5, y: 0.3, xref: "x", yref: "y" }],
    },
    tables: [
      {
        name: hostileText,
        title: hostileText,
        columns: [hostileText],
        rows: [{ [hostileText]: hostileText }],
      },
    ],
    findings: [
      {
        claim: hostileText,
        measured: { value: 1, error: 0.1, unit: hostileText },
        predicted: null,
        criterion: hostileText,
        verdict: "agrees",
      },
    ],
    provenance: { ...provenance, command: hostileText, version: hostileText },
  };
}
