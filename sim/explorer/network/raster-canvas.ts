/** @file Draws a raster on a canvas whose pixels are whole pixels of the screen. */
import {
  colorRamp,
  EXTRA_COLUMNS,
  rasterSize,
  type Raster,
  type RasterColors,
  type RasterSize,
  type Rgb,
} from "./raster.ts";

/** Height aimed at, CSS pixels: the same for every N, as far as whole rows allow. */
const WANTED_HEIGHT = 360;

/** A context; the alternative is a browser that has run out of memory. */
function contextOf(canvas: HTMLCanvasElement, options?: CanvasRenderingContext2DSettings) {
  const context = canvas.getContext("2d", options);
  if (context === null) throw new Error("the browser gives no canvas to draw on");
  return context as CanvasRenderingContext2D;
}

/** Any CSS colour as numbers: painted on one pixel and read back. */
function rgbOf(color: string): Rgb {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = contextOf(canvas, { willReadFrequently: true });
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** The colours of the styles that now hold for an element. */
function colorsOf(element: HTMLElement): RasterColors {
  const style = getComputedStyle(element);
  const color = (name: string): Rgb => rgbOf(style.getPropertyValue(name).trim());
  return {
    spins: colorRamp(color("--network-down"), color("--network-up")),
    flips: colorRamp(color("--network-panel"), color("--network-flip")),
  };
}

/** A canvas that shows the last sweeps of a raster, as many as it has room for. */
export class RasterCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #room: HTMLElement;
  #colors: RasterColors;
  #raster: Raster | undefined;
  #image: ImageData | undefined;

  /**
   * @param canvas to draw on
   * @param room element whose width it fills
   */
  constructor(canvas: HTMLCanvasElement, room: HTMLElement) {
    this.#canvas = canvas;
    this.#context = contextOf(canvas);
    this.#room = room;
    this.#colors = colorsOf(canvas);
  }

  /** Reads the colours of the styles again, and draws. */
  restyle(): void {
    this.#colors = colorsOf(this.#canvas);
    this.redraw();
  }

  /** Draws a raster; returns how many sweeps of it are shown. */
  draw(raster: Raster): number {
    this.#raster = raster;
    return this.redraw();
  }

  /** Draws the last raster anew, e.g. into a room of another width; returns how many sweeps of it are shown. */
  redraw(): number {
    const raster = this.#raster;
    if (raster === undefined || this.#room.clientWidth === 0) return 0;
    const size = this.#fit(raster);
    const image = this.#imageOf(size.columns + EXTRA_COLUMNS, raster.rows);
    raster.paint(new Uint32Array(image.data.buffer), size.columns, this.#colors);
    this.#context.putImageData(image, 0, 0);
    return Math.min(size.columns, raster.held);
  }

  /** Gives the canvas its size on the screen. */
  #fit({ rows, held, capacity }: Raster): RasterSize {
    const scale = devicePixelRatio;
    const room = { width: Math.floor(this.#room.clientWidth * scale), height: WANTED_HEIGHT * scale };
    const size = rasterSize({ ...room, rows, held, capacity });
    const { style } = this.#canvas;
    style.width = `${((size.columns + EXTRA_COLUMNS) * size.cellWidth) / scale}px`;
    style.height = `${(rows * size.cellHeight) / scale}px`;
    return size;
  }

  /** An image of this size, which is that of the canvas from now on. */
  #imageOf(width: number, height: number): ImageData {
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#image = new ImageData(width, height);
    }
    return this.#image;
  }
}
