/** @file What Vite adds to the module system, and the one part of Plotly's interface that the explorer calls. */
declare module "*.css" {}

declare module "*.wasm?url" {
  const address: string;
  export default address;
}

declare module "plotly.js-dist" {
  interface PlotlyLibrary {
    /** Draws into the element, or changes what it shows, whichever is needed. */
    react(box: HTMLElement, data: readonly unknown[], layout: object, config: object): Promise<unknown>;
    /** Moves the points of traces, and leaves axes and legend as they are. */
    animate(box: HTMLElement, frame: object, options: object): Promise<unknown>;
    purge(box: HTMLElement): void;
  }
  const library: PlotlyLibrary;
  export default library;
}
