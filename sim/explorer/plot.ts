/** @file A box of the page that shows a figure: Plotly is loaded once, and only the newest figure is drawn. */
import type { Figure } from "../figures/types.ts";
import { columnFigure } from "../figures/arrange.ts";
import { darkFigure, fitsFrame, stackedFigure } from "./adapt.ts";

/** Narrower than this, in CSS pixels, the panels of a figure stand below each other. */
const stackBelow = 600;

const darkScheme = window.matchMedia("(prefers-color-scheme: dark)");

/** Plotly moves points as an animation of no duration, which leaves out axes, legends and marks. */
const atOnce = { mode: "immediate", transition: { duration: 0 }, frame: { duration: 0, redraw: false } };

const withoutMarkup = (text: string): string => text.replace(/<\/?(i|sub|sup)>/g, "");

/** Plotly, loaded when it is first needed. */
const plotly = async () => (await import("plotly.js-dist")).default;

/** How a figure is shown. */
export interface PlotOptions {
  /** Panels as wide as a narrow screen; otherwise the figure as in a column of a paper. Default false. */
  readonly stack?: boolean;
  /** Plotly's buttons for zoom and download. Default false. */
  readonly buttons?: boolean;
  /** Called with one line when the figure cannot be drawn. */
  readonly onError: (line: string) => void;
}

/** One figure in one element. */
export class PlotBox {
  private readonly box: HTMLElement;
  private readonly options: PlotOptions;
  private figure: Figure | null = null;
  /** The figure whose axes stand in the box. */
  private frameFigure: Figure | null = null;
  private drawnWidth = 0;
  /** What is still to be done. */
  private wanted: "nothing" | "move" | "draw" = "nothing";
  private working = false;
  /** Those who wait for the next figure to stand. */
  private waiting: (() => void)[] = [];
  private readonly observer: ResizeObserver;

  constructor(box: HTMLElement, options: PlotOptions) {
    this.box = box;
    this.options = options;
    // With buttons in it the box is more than an image.
    if (options.buttons !== true) box.setAttribute("role", "img");
    this.observer = new ResizeObserver(() => {
      const width = this.width();
      if (width > 0 && width !== this.drawnWidth) this.redraw();
    });
    this.observer.observe(this.frame());
    darkScheme.addEventListener("change", this.redraw);
  }

  /** Shows a figure. While one is being drawn, of several others only the last follows. Resolves when it, or a newer one, stands. */
  draw(figure: Figure): Promise<void> {
    return this.show(figure, "draw");
  }

  /**
   * Shows a figure of which only the points have moved, in less than half the time: where it fits into the axes that
   * stand in the box, these stay as they are. Otherwise it is drawn in full.
   */
  move(figure: Figure): Promise<void> {
    return this.show(figure, "move");
  }

  /** Takes the figure away and stops listening. */
  async dispose(): Promise<void> {
    this.figure = null;
    this.frameFigure = null;
    this.observer.disconnect();
    darkScheme.removeEventListener("change", this.redraw);
    (await plotly()).purge(this.box);
  }

  /** The element whose width the figure may fill: the box itself is as wide as its figure. */
  private frame(): HTMLElement {
    return this.box.parentElement ?? this.box;
  }

  private width(): number {
    return this.frame().clientWidth;
  }

  private show(figure: Figure, how: "move" | "draw"): Promise<void> {
    this.figure = figure;
    if (this.options.buttons !== true) this.box.setAttribute("aria-label", withoutMarkup(figure.title));
    if (this.wanted !== "draw") this.wanted = how;
    if (!this.working) void this.doAll();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private readonly redraw = (): void => {
    if (this.figure !== null) void this.draw(this.figure);
  };

  private async doAll(): Promise<void> {
    this.working = true;
    // Whoever asked in the same moment waits for the same drawing.
    await Promise.resolve();
    while (this.wanted !== "nothing") {
      const how = this.wanted;
      const waiting = this.waiting;
      this.wanted = "nothing";
      this.waiting = [];
      try {
        await this.doOne(how);
      } catch (error) {
        this.options.onError(error instanceof Error ? error.message : String(error));
      }
      for (const resolve of waiting) resolve();
    }
    this.working = false;
  }

  private async doOne(how: "move" | "draw"): Promise<void> {
    const library = await plotly();
    const { figure, frameFigure } = this;
    if (figure === null) return;
    // In a view that is hidden there is no room: it is drawn when the view comes back.
    if (this.width() === 0) {
      this.drawnWidth = 0;
      return;
    }
    if (how === "move" && frameFigure !== null && fitsFrame(figure, frameFigure)) {
      const data = figure.data.map(({ x, y }) => ({ x, y }));
      await library.animate(this.box, { data, traces: data.map((_, k) => k) }, atOnce);
      return;
    }
    this.drawnWidth = this.width();
    const { data, layout } = this.fitted(figure);
    await library.react(this.box, data, layout, this.config(figure));
    this.frameFigure = figure;
  }

  /** The figure as it suits width and scheme of the page. */
  private fitted(figure: Figure): { data: Figure["data"]; layout: Omit<Figure["layout"], "width"> } {
    const { stack = false } = this.options;
    const narrow = stack ? stackedFigure : columnFigure;
    const placed = this.drawnWidth < stackBelow ? narrow(figure) : figure;
    const { data, layout } = darkScheme.matches ? darkFigure(placed) : placed;
    const width = stack ? this.drawnWidth : Math.max(this.drawnWidth, layout.width);
    return { data, layout: { ...layout, width } };
  }

  private config({ name, layout }: Figure): object {
    const { buttons = false } = this.options;
    return {
      displaylogo: false,
      displayModeBar: buttons ? "hover" : false,
      modeBarButtons: [["toImage"], ["zoom2d", "pan2d", "resetScale2d"]],
      toImageButtonOptions: { format: "svg", filename: name, width: layout.width, height: layout.height },
    };
  }
}
