/** @file The elements of the live network: built once, filled by the view. Text goes in as text, never as markup. */
import { STARTS } from "./protocol.ts";

/** The control, text and drawing elements that the view works with. */
export interface NetworkElements {
  /** Around everything; `data-phase` and `data-sweeps` tell its state to styles and tests. */
  readonly frame: HTMLElement;
  /** Starts and stops. */
  readonly run: HTMLButtonElement;
  readonly step: HTMLButtonElement;
  readonly restart: HTMLButtonElement;
  readonly speed: HTMLSelectElement;
  readonly verdict: HTMLElement;
  readonly sweep: HTMLElement;
  readonly flips: HTMLElement;
  readonly unstable: HTMLElement;
  readonly overlap: HTMLElement;
  /** Whose width the raster fills. */
  readonly rasterRoom: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly rasterCaption: HTMLElement;
  readonly histogramPlot: HTMLElement;
  /** Lets many random states relax. */
  readonly starts: HTMLButtonElement;
  readonly startsLine: HTMLElement;
}

/** Sweeps between two frames that can be chosen; the last means as many as fit into the time of a frame. */
const speeds = [
  { sweeps: 1, text: "1" },
  { sweeps: 4, text: "4" },
  { sweeps: 16, text: "16" },
  { sweeps: Number.MAX_SAFE_INTEGER, text: "as many as fit" },
] as const;

/** Sweeps between two frames at first: so many, and fewer for those who want little motion. */
const FIRST_SPEED = 4;
const FIRST_SPEED_AT_REST = 1;

/** An element with a class and children. */
function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  made.append(...children);
  return made;
}

function button(text: string): HTMLButtonElement {
  const made = element("button", "network-button", text);
  made.type = "button";
  return made;
}

/** A letter with an index, as in J_D. */
const symbol = (letter: string, index: string): Node[] => [
  element("i", "", letter),
  element("sub", "", index),
];

function speedChoice(reducedMotion: boolean): HTMLSelectElement {
  const select = element("select", "network-speed");
  const first = reducedMotion ? FIRST_SPEED_AT_REST : FIRST_SPEED;
  for (const { sweeps, text } of speeds) {
    select.append(new Option(text, String(sweeps), sweeps === first, sweeps === first));
  }
  return select;
}

/** A legend: a coloured mark and a text each. */
function legend(entries: readonly (readonly [kind: string, text: string])[]): HTMLElement {
  const items = entries.map(([kind, text]) => {
    const mark = element("span", `network-mark network-mark-${kind}`);
    mark.setAttribute("aria-hidden", "true");
    return element("li", "", mark, text);
  });
  return element("ul", "network-legend", ...items);
}

/** One reading with its label. */
function reading(label: string): { readonly row: HTMLElement; readonly value: HTMLElement } {
  const value = element("dd", "", "–");
  return { row: element("div", "", element("dt", "", label), value), value };
}

/**
 * Builds the elements inside `root`, in place of what was there.
 * @param root element of the page
 * @param options reducedMotion: whether the reader asked for little motion
 */
export function buildElements(
  root: HTMLElement,
  { reducedMotion }: { reducedMotion: boolean },
): NetworkElements {
  const run = button("Start");
  run.classList.add("network-run");
  const step = button("Step");
  const restart = button("Restart");
  const speed = speedChoice(reducedMotion);
  const speedLabel = element("label", "network-speed-label", "Sweeps per frame ", speed);
  const controls = element("div", "network-controls", run, step, restart, speedLabel);
  controls.setAttribute("role", "group");
  controls.setAttribute("aria-label", "Live network");

  const sweep = reading("Sweep");
  const flips = reading("Flips, last sweep");
  const unstable = reading("Unstable");
  const overlap = reading("Overlap, 10 sweeps apart");
  const readings = element("dl", "network-readings", sweep.row, flips.row, unstable.row, overlap.row);
  const verdict = element("p", "network-verdict");

  const canvas = element("canvas", "network-canvas");
  canvas.setAttribute("role", "img");
  const rasterRoom = element("div", "network-raster-room", canvas);
  const rasterCaption = element("figcaption", "");
  const spins = legend([
    ["up", "up, +1"],
    ["down", "down, −1"],
    ["flip", "flipped in the last sweep"],
  ]);
  const raster = element("figure", "network-raster", spins, rasterRoom, rasterCaption);

  const histogramPlot = element("div", "network-plot");
  const stabilities = legend([
    ["unstable", "unstable"],
    ["stable", "stable"],
    ["random", "random state"],
  ]);
  const axis = element("figcaption", "", "Stability ", ...symbol("s", "i"), ...symbol("h", "i"), " + ");
  axis.append(...symbol("J", "D"), ": a neuron below 0 flips when its turn comes. ");
  axis.append("In standard deviations of the local field.");
  const histogram = element("figure", "network-histogram", stabilities, histogramPlot, axis);

  const panels = element("div", "network-panels", raster, histogram);
  const starts = button(`Relax ${STARTS} starts`);
  const startsLine = element("p", "network-starts-line");
  // Last, so that a long line moves nothing.
  const startsRow = element("div", "network-starts", starts, startsLine);
  const frame = element("div", "network", controls, verdict, readings, panels, startsRow);
  root.replaceChildren(frame);
  return {
    ...{ frame, run, step, restart, speed, verdict, rasterRoom, canvas, rasterCaption, histogramPlot },
    ...{ starts, startsLine },
    ...{ sweep: sweep.value, flips: flips.value, unstable: unstable.value, overlap: overlap.value },
  };
}
