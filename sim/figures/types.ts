/**
 * @file Types of a figure as plain data: the part of Plotly's schema that these figures use, and the tables behind
 * them. Written out here so that figures stay checkable without a plotting library at hand.
 */

/** One cell of a table; a number that could not be had is null. */
export type Cell = number | string | boolean | null;

/** Numbers behind a figure, for CSV, JSON and HTML. */
export interface Table {
  /** File-name friendly identifier. */
  readonly name: string;
  /** Heading; may use the markup <i>, <sub>, <sup>. */
  readonly title: string;
  readonly columns: readonly string[];
  /** Cells of each row, in the order of the columns and in their units; any values. */
  readonly rows: readonly (readonly Cell[])[];
}

/** A number with its error, as it is printed. */
export interface Quantity {
  /** The number, in the unit `unit`, or dimensionless. */
  readonly value: number;
  /** Standard error, or the error estimate of a solver. */
  readonly error?: number;
  /** Interval around the number where it is not symmetric. */
  readonly interval?: readonly [number, number];
  /** What the interval is: of confidence, quartiles, places of a grid on either side, or the extent of several fits. */
  readonly intervalKind?: "95 %" | "quartiles" | "grid" | "fits";
  /** Such as "nats per neuron"; none where the number is dimensionless. */
  readonly unit?: string;
}

/** What a figure shows, in one sentence, checked against its rows. Texts may use the markup <i>, <sub>, <sup>. */
export interface Finding {
  readonly claim: string;
  readonly measured: Quantity | null;
  readonly predicted: Quantity | null;
  /** How the verdict is reached; why it is open, where the rows do not decide. */
  readonly criterion: string;
  readonly verdict: "agrees" | "differs" | "open";
  /** A check sets equations or their solver beside themselves or another program; all others judge drawn networks. */
  readonly kind?: "check";
}

/** A figure as a pure function of stored rows produces it. Texts may use the markup <i>, <sub>, <sup>. */
export interface Figure {
  /** File-name friendly identifier. */
  readonly name: string;
  readonly title: string;
  /** What is seen, and which equations it draws. */
  readonly caption: string;
  readonly data: readonly Trace[];
  readonly layout: Layout;
  readonly tables: readonly Table[];
  readonly findings?: readonly Finding[];
}

/** Coordinates of a trace; null breaks a line. */
export type Coordinates = readonly (number | null)[];

export type Dash = "solid" | "dash" | "dot" | "dashdot" | "longdash" | "longdashdot" | (string & {});

export interface Line {
  readonly color?: string;
  readonly width?: number;
  readonly dash?: Dash;
  readonly smoothing?: number;
  readonly simplify?: boolean;
}

export interface Marker {
  readonly color?: string;
  readonly size?: number;
  readonly symbol?: string | readonly string[];
  readonly line?: { readonly color?: string; readonly width?: number };
}

export interface ErrorBars {
  readonly type: "data";
  readonly array: Coordinates;
  readonly arrayminus?: Coordinates;
  readonly symmetric?: boolean;
  readonly color?: string;
  readonly thickness?: number;
  readonly width?: number;
}

interface TraceCommon {
  readonly name?: string;
  readonly xaxis?: string;
  readonly yaxis?: string;
  readonly showlegend?: boolean;
  readonly legend?: string;
  readonly legendgroup?: string;
  readonly hoverinfo?: string;
  readonly hovertemplate?: string;
}

export interface ScatterTrace extends TraceCommon {
  readonly type: "scatter";
  readonly mode: "lines" | "markers" | "lines+markers";
  readonly x: Coordinates;
  readonly y: Coordinates;
  readonly line?: Line;
  readonly marker?: Marker;
  readonly error_y?: ErrorBars;
  readonly error_x?: ErrorBars;
  readonly cliponaxis?: boolean;
  readonly opacity?: number;
}

/** Fractions of the colour range with their colours. */
export type ColorScale = readonly (readonly [number, string])[];

export interface ColorBar {
  readonly title?: { readonly text: string; readonly [option: string]: unknown };
  readonly tickvals?: readonly number[];
  readonly ticktext?: readonly string[];
  readonly [option: string]: unknown;
}

export interface HeatmapTrace extends TraceCommon {
  readonly type: "heatmap";
  readonly x: Coordinates;
  readonly y: Coordinates;
  readonly z: readonly Coordinates[];
  readonly customdata?: readonly Coordinates[];
  readonly zmin: number;
  readonly zmax: number;
  readonly colorscale: ColorScale;
  readonly colorbar?: ColorBar;
  readonly showscale?: boolean;
  readonly zsmooth?: "best" | "fast" | false;
}

export interface ContourTrace extends TraceCommon {
  readonly type: "contour";
  readonly x: Coordinates;
  readonly y: Coordinates;
  readonly z: readonly Coordinates[];
  readonly contours: {
    readonly type: "levels";
    readonly start: number;
    readonly end: number;
    readonly size: number;
    readonly coloring: "none" | "lines";
  };
  readonly line: Line;
  readonly showscale: boolean;
}

/** One of the drawings of a panel, as Plotly takes it. */
export type Trace = ScatterTrace | HeatmapTrace | ContourTrace;

/** An axis; the theme fills in everything but title, domain, range and kind. */
export interface Axis {
  readonly title?: { readonly text: string; readonly [option: string]: unknown };
  readonly type?: "linear" | "log";
  readonly domain?: readonly [number, number];
  /** In powers of ten on a logarithmic axis. */
  readonly range?: readonly [number, number];
  readonly anchor?: string;
  readonly matches?: string;
  readonly showticklabels?: boolean;
  readonly [option: string]: unknown;
}

export interface Shape {
  readonly type: "line" | "rect";
  readonly xref: string;
  readonly yref: string;
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
  readonly layer?: "above" | "below";
  readonly fillcolor?: string;
  readonly line?: Line;
}

/** Where a text stands, with further options of Plotly's annotations. */
export interface AnnotationPlace {
  readonly x: number;
  readonly y: number;
  readonly xref: string;
  readonly yref: string;
  readonly xanchor?: "left" | "center" | "right";
  readonly yanchor?: "top" | "middle" | "bottom";
  readonly [option: string]: unknown;
}

export interface Annotation extends AnnotationPlace {
  readonly text: string;
  readonly showarrow: boolean;
}

/** Size in CSS pixels (1/96 inch), axes, legends and marks of a figure. */
export interface Layout {
  /** Width in px. */
  readonly width: number;
  /** Height in px. */
  readonly height: number;
  readonly shapes?: readonly Shape[];
  readonly annotations?: readonly Annotation[];
  readonly [key: `${"x" | "y"}axis${string}`]: Axis;
  readonly [option: string]: unknown;
}
