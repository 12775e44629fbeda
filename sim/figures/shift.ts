/** @file Figure: accuracy on test inputs with flipped bits, after training without and with noise. */
import type { ShiftMeans } from "../experiments/shift.ts";
import { shiftTable } from "./learning-probe-tables.ts";
import { distinct, isSame } from "./select.ts";
import {
  axis,
  baseLayout,
  dashAt,
  extent,
  horizontalLine,
  label,
  legendAt,
  note,
  padded,
  palette,
  stroke,
  withoutData,
} from "./theme.ts";
import type { ErrorBars, Figure, ScatterTrace } from "./types.ts";

const title = "Accuracy on inputs with flipped bits";

const caption =
  `Accuracy on Entangled MNIST test inputs each of whose bits is flipped with the probability of the abscissa, for networks ` +
  `that learn by (P21), random features and a reservoir, of the same size and from the same samples. Open symbols, dashed: ` +
  `trained with flipped bits, drawn anew in each epoch. Grey: chance. Bars: one standard error over runs.`;

/** Share of right answers of guesses among ten classes. */
const chance = 0.1;

const methods: Readonly<Partial<Record<ShiftMeans["method"], Omit<Style, "dash">>>> = {
  rule: { name: "learning rule", color: palette.vermillion, symbol: "square" },
  "random-features": { name: "random features", color: palette.blue, symbol: "circle" },
  reservoir: { name: "reservoir", color: palette.green, symbol: "diamond" },
};

interface Style {
  readonly name: string;
  readonly color: string;
  readonly symbol: string;
}

/** Curves of one method in the order of training noise; several sizes are named. */
function methodTraces(rows: readonly ShiftMeans[], style: Style): ScatterTrace[] {
  const sizes = distinct(rows, (row) => row.hidden);
  const noises = distinct(rows, (row) => row.trainingFlips);
  return noises.flatMap((noise) =>
    sizes.flatMap((hidden): ScatterTrace[] => {
      const own = rows
        .filter((row) => row.hidden === hidden && isSame(row.trainingFlips, noise) && row.accuracy !== null)
        .sort((a, b) => a.flipProbability - b.flipProbability);
      if (own.length === 0) return [];
      const size = sizes.length > 1 ? `, <i>H</i> = ${hidden}` : "";
      const training = noise === 0 ? "" : `, trained with ${label(100 * noise)} %`;
      return [curveTrace(own, { ...style, name: `${style.name}${size}${training}` }, noise !== 0)];
    }),
  );
}

function curveTrace(
  rows: readonly ShiftMeans[],
  { name, color, symbol }: Style,
  noisy: boolean,
): ScatterTrace {
  const array = rows.map(({ accuracy }) => accuracy?.standardError ?? 0);
  const error_y: ErrorBars = { type: "data", array, color, thickness: 1, width: 3 };
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    x: rows.map(({ flipProbability }) => flipProbability),
    y: rows.map(({ accuracy }) => accuracy?.mean ?? null),
    error_y,
    line: stroke(color, 1.4, dashAt(noisy ? 1 : 0)),
    marker: { symbol: noisy ? `${symbol}-open` : symbol, size: 7, color },
    hovertemplate: `%{x:.3g}: %{y:.4f}<extra>${name}</extra>`,
  };
}

/**
 * Accuracy against the probability of a flipped bit.
 * @param rows means over runs, any order; those without a run are left out
 * @source draws rows of {@link shiftMeans}
 */
export function shiftFigure(rows: readonly ShiftMeans[]): Figure {
  const head = { name: "shift", title, caption, tables: [shiftTable(rows)] };
  const data = Object.entries(methods).flatMap(([method, style]) =>
    methodTraces(
      rows.filter((row) => row.method === method),
      style,
    ),
  );
  if (data.length === 0) return withoutData(head);
  const x = padded(extent(data.flatMap((trace) => trace.x)) ?? [0, 1]);
  const highest = extent(data.flatMap((trace) => trace.y))?.[1] ?? 1;
  const layout = baseLayout(
    { height: 320, margin: { l: 58, r: 222, t: 14, b: 46 } },
    {
      xaxis: axis("probability of a flipped bit", { range: x }),
      yaxis: axis("test accuracy", { range: [0, Math.min(1, 1.08 * highest)] }),
      shapes: [horizontalLine(chance, "", { color: palette.grey, width: 1 })],
      annotations: [
        note("chance", {
          xref: "x domain",
          yref: "y",
          x: 0.02,
          y: chance,
          xanchor: "left",
          yanchor: "bottom",
          font: { color: palette.grey },
        }),
      ],
      legend: legendAt(1.02, 1),
    },
  );
  return { ...head, data, layout };
}
