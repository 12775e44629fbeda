/** @file Draws the histogram of stabilities as an SVG that takes its colours from the styles. */
import { countScale, randomStateDensity, type Bins, type StabilityHistogram } from "./histogram.ts";
import { describeHistogram } from "./status.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Height of the drawing in its own units; its width is the number of bins. Both are stretched to the element. */
const HEIGHT = 100;

/** Stabilities between two labelled ticks, and between two points of the curve. */
const TICK_STEP = 2;
const CURVE_STEP = 0.1;

/** What the chart shows. */
export interface HistogramChartInput {
  readonly histogram: StabilityHistogram;
  /** Number of neurons N. */
  readonly n: number;
  /** J_D, in standard deviations of the local field. */
  readonly selfCoupling: number;
}

/** Path of the bars of bins first..end−1; `scale` is the count at full height. */
export function barsPath(counts: Uint32Array, first: number, end: number, scale: number): string {
  const bars: string[] = [];
  for (let bin = first; bin < end; bin++) {
    const height = (HEIGHT * counts[bin]!) / scale;
    if (height > 0) bars.push(`M${bin} ${HEIGHT}v${-height}h1v${height}z`);
  }
  return bars.join("");
}

/** Path of the counts that a random state is expected to have. */
export function curvePath({ histogram, n, selfCoupling }: HistogramChartInput, scale: number): string {
  const { low, width, count } = histogram.bins;
  const points: string[] = [];
  for (let k = 0; k * CURVE_STEP <= count * width; k++) {
    const x = low + k * CURVE_STEP;
    const expected = randomStateDensity(x, { n, selfCoupling }) * width;
    const height = HEIGHT - (HEIGHT * expected) / scale;
    points.push(`${((x - low) / width).toFixed(2)} ${height.toFixed(2)}`);
  }
  return `M${points.join("L")}`;
}

function svgElement<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  className: string,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name);
  made.setAttribute("class", className);
  return made;
}

/** A histogram with the line at 0, the curve of a random state, and an axis of labels. */
export class HistogramChart {
  readonly #drawing = svgElement("svg", "network-histogram-drawing");
  readonly #unstable = svgElement("path", "network-bars-unstable");
  readonly #stable = svgElement("path", "network-bars-stable");
  readonly #curve = svgElement("path", "network-curve");
  readonly #zero = svgElement("path", "network-zero");
  readonly #top = document.createElement("p");
  readonly #ticks = document.createElement("div");
  #bins: Bins | undefined;

  /** @param plot element that the chart fills */
  constructor(plot: HTMLElement) {
    this.#drawing.setAttribute("role", "img");
    this.#drawing.setAttribute("preserveAspectRatio", "none");
    this.#drawing.setAttribute("aria-label", "Histogram of the stabilities, not drawn yet.");
    this.#drawing.append(this.#unstable, this.#stable, this.#curve, this.#zero);
    this.#top.className = "network-histogram-top";
    this.#ticks.className = "network-ticks";
    // The drawing's own description tells the numbers; labels of ticks alone would be noise.
    for (const part of [this.#top, this.#ticks]) part.setAttribute("aria-hidden", "true");
    plot.replaceChildren(this.#top, this.#drawing, this.#ticks);
  }

  /** Draws a histogram. */
  draw(input: HistogramChartInput): void {
    const { histogram } = input;
    const { bins, counts } = histogram;
    this.#fit(bins);
    const scale = countScale(histogram);
    const zero = -bins.low / bins.width;
    this.#unstable.setAttribute("d", barsPath(counts, 0, zero, scale));
    this.#stable.setAttribute("d", barsPath(counts, zero, bins.count, scale));
    this.#curve.setAttribute("d", curvePath(input, scale));
    this.#top.textContent = `Full height: ${Math.round(scale)} neurons in a bin of ${bins.width}`;
    this.#drawing.setAttribute("aria-label", describeHistogram(histogram));
  }

  /** Sets up axis and line at 0 for these bins, unless they are set up already. */
  #fit(bins: Bins): void {
    const { low, width, count } = bins;
    if (this.#bins?.low === low && this.#bins.width === width && this.#bins.count === count) return;
    this.#bins = bins;
    this.#drawing.setAttribute("viewBox", `0 0 ${count} ${HEIGHT}`);
    this.#zero.setAttribute("d", `M${-low / width} 0V${HEIGHT}`);
    const labels: HTMLElement[] = [];
    for (let tick = low; tick <= low + count * width; tick += TICK_STEP) {
      const label = document.createElement("span");
      label.textContent = tick < 0 ? `−${-tick}` : String(tick);
      label.style.left = `${(100 * (tick - low)) / (count * width)}%`;
      labels.push(label);
    }
    this.#ticks.replaceChildren(...labels);
  }
}
