/** @file What page and theory worker say to each other: plain objects, every answer with the number of its request. */
import type { LocalEntropyRow, EntropyRow, ThresholdsRow } from "../../experiments/rows.ts";

/** Where in the landscape the sliders stand. */
export interface LandscapePoint {
  /** J_D in [0, 3]. */
  readonly selfCoupling: number;
  /** d in [3·10⁻⁴, 0.495]. */
  readonly distance: number;
  /** y in [1, 5000]. */
  readonly y: number;
}

/** Work that a worker takes; a new landscape ends one that is still being solved. */
export type TheoryWork =
  | { readonly kind: "landscape"; readonly point: LandscapePoint; readonly refine: boolean }
  | { readonly kind: "background" };

/** Work with the number that its answers carry. */
export type TheoryRequest = TheoryWork & { readonly id: number };

/** Solutions at one J_D; entropies in nats per neuron. */
export interface Landscape {
  readonly point: LandscapePoint;
  /** S(J_D) of all fixed points (P2). */
  readonly entropy: number;
  /** S*(d) (P14), ascending in d; interpolated between solved points where `resolution` is "preview". */
  readonly curve: readonly LocalEntropyRow[];
  /** The densest clusters at the d of the point. */
  readonly densest: LocalEntropyRow;
  /** The 1RSB point (P9)-(P12) at d and y of the point. */
  readonly atY: LocalEntropyRow;
  readonly resolution: "preview" | "full";
}

/** What a worker found, a message each. */
export type TheoryResult =
  | { readonly kind: "landscape"; readonly landscape: Landscape }
  /** The 1RSB points at the d of the point, over y (P9)-(P12). */
  | { readonly kind: "replicas"; readonly point: LandscapePoint; readonly rows: readonly LocalEntropyRow[] }
  | { readonly kind: "entropy"; readonly rows: readonly EntropyRow[] }
  | { readonly kind: "thresholds"; readonly thresholds: ThresholdsRow }
  /** No further result follows. */
  | { readonly kind: "done" }
  /** A typed error of the theory package. */
  | { readonly kind: "failed"; readonly message: string };

/** A result with the number of its request. */
export type TheoryAnswer = TheoryResult & { readonly id: number };
