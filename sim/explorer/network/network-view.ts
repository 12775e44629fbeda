/** @file The live network on the page: controls, raster of spins, histogram of stabilities, and the worker behind. */
import { NetworkConnection } from "./connection.ts";
import { buildElements, type NetworkElements } from "./elements.ts";
import { HistogramChart } from "./histogram-chart.ts";
import type { NetworkParameters } from "./live-network.ts";
import { packedLength } from "./packed.ts";
import { MOST_COLUMNS, type NetworkFrame, type NetworkReport } from "./protocol.ts";
import { RasterCanvas } from "./raster-canvas.ts";
import { Raster } from "./raster.ts";
import { StartsPanel } from "./starts-panel.ts";
import {
  captionOf,
  describeRaster,
  readingsOf,
  verdictOf,
  type NetworkStatus,
  type Phase,
} from "./status.ts";
import "./network.css";

export type { NetworkParameters } from "./live-network.ts";

/** Says something to the reader: events that a screen reader should announce, and failures. */
export type MessageListener = (text: string, kind: "info" | "error") => void;

/** A mounted live network. */
export interface NetworkView {
  /** Takes new parameters: J_D is applied to the running network at once; n or seed make a new network. */
  update(parameters: NetworkParameters): void;
  /** Reads the colours of the page's styles again, e.g. after a change between light and dark. */
  restyle(): void;
  /** Ends the worker and takes the elements away. */
  dispose(): void;
}

/** Pause after each frame for readers who want little motion, milliseconds. */
const CALM_PAUSE = 250;

/** Milliseconds without an answer after which the worker counts as dead: many times what the largest network takes. */
const PATIENCE = 30_000;

/** The parameters alone: the caller's object may hold more, or change. */
const copyOf = ({ n, selfCoupling, seed }: NetworkParameters): NetworkParameters => ({
  n,
  selfCoupling,
  seed,
});

/** The view with its state: what is wanted (parameters, running or not) and what the worker last told. */
class LiveNetworkView implements NetworkView {
  readonly #elements: NetworkElements;
  readonly #canvas: RasterCanvas;
  readonly #histogram: HistogramChart;
  readonly #starts: StartsPanel;
  readonly #resizes: ResizeObserver;
  readonly #reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #onMessage: MessageListener;
  #parameters: NetworkParameters;
  #connection: NetworkConnection | undefined;
  #generation = 0;
  #running = false;
  #reason: string | undefined;
  #frame: NetworkFrame | undefined;
  #raster: Raster | undefined;
  #animation = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  /** Whether a frame waits to be drawn; until then the worker is silent by agreement. */
  #drawing = false;
  #announced: number | null = null;
  /** Whether a failure was told and no recovery since. */
  #toldFailure = false;

  constructor(root: HTMLElement, parameters: NetworkParameters, onMessage: MessageListener) {
    this.#parameters = copyOf(parameters);
    this.#onMessage = onMessage;
    const elements = buildElements(root, { reducedMotion: this.#reducedMotion.matches });
    this.#elements = elements;
    this.#canvas = new RasterCanvas(elements.canvas, elements.rasterRoom);
    this.#histogram = new HistogramChart(elements.histogramPlot);
    this.#starts = new StartsPanel(
      { button: elements.starts, line: elements.startsLine },
      { onStart: this.#relaxStarts, onResult: (text) => onMessage(text, "info") },
    );
    this.#resizes = new ResizeObserver(() => {
      this.#draw();
    });
    this.#resizes.observe(elements.rasterRoom);
    elements.run.addEventListener("click", this.#toggle);
    elements.step.addEventListener("click", this.#stepOnce);
    elements.restart.addEventListener("click", this.#create);
    elements.speed.addEventListener("change", this.#changeSpeed);
    this.#create();
  }

  update(parameters: NetworkParameters): void {
    const { n, selfCoupling, seed } = this.#parameters;
    this.#parameters = copyOf(parameters);
    if (parameters.n !== n || parameters.seed !== seed) {
      this.#create();
    } else if (parameters.selfCoupling !== selfCoupling) {
      this.#starts.forget();
      this.#connection?.send({ type: "couple", selfCoupling: parameters.selfCoupling });
      if (this.#connection !== undefined) this.#expectAnswer();
    }
  }

  restyle(): void {
    this.#canvas.restyle();
  }

  dispose(): void {
    this.#disconnect();
    this.#resizes.disconnect();
    this.#elements.frame.remove();
  }

  get #phase(): Phase {
    if (this.#reason !== undefined) return "failed";
    if (this.#frame === undefined) return "preparing";
    return this.#running ? "running" : "stopped";
  }

  get #speed(): number {
    return Number(this.#elements.speed.value);
  }

  /** Asks for a network with the present parameters, in a new worker where there is none. */
  readonly #create = (): void => {
    this.#reason = undefined;
    this.#frame = undefined;
    this.#announced = null;
    this.#starts.forget();
    const connection = (this.#connection ??= this.#connect());
    connection.send({ type: "create", generation: ++this.#generation, ...this.#parameters });
    if (this.#running) connection.send({ type: "run", sweepsPerFrame: this.#speed });
    this.#expectAnswer();
    this.#showStatus();
  };

  /** Takes silence as the end of the worker, unless it waits for a frame to be drawn. */
  #expectAnswer(): void {
    if (this.#drawing) return;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#fail(`its worker has not answered for ${PATIENCE / 1000} s`);
    }, PATIENCE);
  }

  /** Whether something is to come: of starts, a new network, or one that runs and has not found a fixed point. */
  get #isOwedAnswer(): boolean {
    const frame = this.#frame;
    return this.#starts.working || frame === undefined || (this.#running && frame.fixedPointAfter === null);
  }

  /** Lets the next frame come. */
  readonly #acknowledge = (): void => {
    this.#drawing = false;
    this.#connection?.send({ type: "drawn" });
    if (this.#isOwedAnswer) this.#expectAnswer();
  };

  #connect(): NetworkConnection {
    return new NetworkConnection({
      onReport: (report) => {
        this.#receive(report);
      },
      onFailure: (text) => {
        this.#fail(text);
      },
    });
  }

  #disconnect(): void {
    cancelAnimationFrame(this.#animation);
    clearTimeout(this.#pause);
    clearTimeout(this.#silence);
    this.#drawing = false;
    this.#connection?.close();
    this.#connection = undefined;
  }

  #fail(text: string): void {
    this.#disconnect();
    this.#running = false;
    this.#reason = text;
    this.#starts.forget();
    this.#showStatus();
    this.#toldFailure = true;
    this.#onMessage(verdictOf(this.#status), "error");
  }

  readonly #toggle = (): void => {
    this.#running = !this.#running;
    if (this.#connection === undefined) {
      this.#create();
      return;
    }
    this.#connection.send(this.#running ? { type: "run", sweepsPerFrame: this.#speed } : { type: "stop" });
    // A network that stops, or rests at a fixed point, owes no answer.
    if (this.#isOwedAnswer) this.#expectAnswer();
    else clearTimeout(this.#silence);
    this.#showStatus();
    if (!this.#running) this.#onMessage(verdictOf(this.#status), "info");
  };

  readonly #stepOnce = (): void => {
    if (this.#connection === undefined) this.#create();
    this.#connection?.send({ type: "step" });
    this.#expectAnswer();
  };

  readonly #relaxStarts = (): void => {
    this.#connection?.send({ type: "starts", attempt: this.#starts.begin() });
    this.#expectAnswer();
  };

  readonly #changeSpeed = (): void => {
    if (this.#running) this.#connection?.send({ type: "run", sweepsPerFrame: this.#speed });
  };

  #receive(report: NetworkReport): void {
    if (report.type === "starts-progress" || report.type === "starts-result") {
      if (!this.#starts.take(report)) return;
      clearTimeout(this.#silence);
      if (this.#isOwedAnswer) this.#expectAnswer();
      return;
    }
    const isPresent = report.generation === this.#generation;
    if (report.type === "failed") {
      if (isPresent) this.#fail(report.text);
      return;
    }
    clearTimeout(this.#silence);
    this.#drawing = true;
    if (isPresent) this.#take(report);
    this.#animation = requestAnimationFrame(() => {
      if (isPresent) this.#draw();
      const pause = this.#reducedMotion.matches ? CALM_PAUSE : 0;
      if (pause === 0) this.#acknowledge();
      else this.#pause = setTimeout(this.#acknowledge, pause);
    });
  }

  /** Adds the states of a frame to the raster; the first frame of a network begins a new one. */
  #take(frame: NetworkFrame): void {
    if (this.#frame === undefined) this.#raster = new Raster(frame.n, MOST_COLUMNS);
    this.#frame = frame;
    const bytes = packedLength(frame.n);
    for (let at = 0; at < frame.states.length; at += bytes) {
      this.#raster?.push(frame.states.subarray(at, at + bytes));
    }
  }

  #draw(): void {
    const frame = this.#frame;
    if (frame === undefined || this.#raster === undefined) return;
    const shown = this.#canvas.draw(this.#raster);
    this.#histogram.draw(frame);
    const { canvas, rasterCaption } = this.#elements;
    canvas.setAttribute("aria-label", describeRaster(this.#status, shown));
    rasterCaption.textContent = captionOf(this.#status, { shown, neuronsPerRow: this.#raster.neuronsPerRow });
    this.#showStatus();
    this.#announce(frame);
  }

  /** Tells of a fixed point once, and once that there is a network again after a failure. */
  #announce({ fixedPointAfter }: NetworkFrame): void {
    const isNew = fixedPointAfter !== null && fixedPointAfter !== this.#announced;
    if (isNew || this.#toldFailure) this.#onMessage(verdictOf(this.#status), "info");
    this.#announced = fixedPointAfter;
    this.#toldFailure = false;
  }

  get #status(): NetworkStatus {
    const { n } = this.#parameters;
    const overlap = this.#frame === undefined ? null : (this.#raster?.overlap() ?? null);
    return {
      ...{ phase: this.#phase, n, overlap },
      ...(this.#frame === undefined ? {} : { frame: this.#frame }),
      ...(this.#reason === undefined ? {} : { reason: this.#reason }),
    };
  }

  #showStatus(): void {
    const { frame, run, verdict, sweep, flips, unstable, overlap } = this.#elements;
    const status = this.#status;
    const readings = readingsOf(status);
    frame.dataset.phase = status.phase;
    frame.dataset.sweeps = String(status.frame?.sweeps ?? 0);
    this.#starts.available = status.phase === "running" || status.phase === "stopped";
    frame.dataset.fixedPoint = String((status.frame?.fixedPointAfter ?? null) !== null);
    run.textContent = this.#running ? "Stop" : "Start";
    verdict.textContent = verdictOf(status);
    sweep.textContent = readings.sweep;
    flips.textContent = readings.flips;
    unstable.textContent = readings.unstable;
    overlap.textContent = readings.overlap;
  }
}

/**
 * Builds raster, histogram, controls and readings of a live network inside `root`, and draws its initial state; it
 * runs when the reader presses Start. Styles: network.css, with the custom properties of the page.
 * @param root element whose children are replaced
 * @param parameters N, J_D (standard deviations of the local field) and seed; what the worker refuses is told
 * @param onMessage told of fixed points and stops ("info"), and of failures ("error")
 */
export function mountNetwork(
  root: HTMLElement,
  parameters: NetworkParameters,
  onMessage: MessageListener,
): NetworkView {
  return new LiveNetworkView(root, parameters, onMessage);
}
