/** @file What the page and the worker of the live network say to each other. */
import type { StabilityHistogram } from "./histogram.ts";
import type { NetworkParameters } from "./live-network.ts";

/** From the page to the worker. */
export type NetworkRequest =
  /** A new network in place of the present one; of several in a row only the last is made. */
  | ({ readonly type: "create"; readonly generation: number } & NetworkParameters)
  /** J_D ≥ 0 of the present network from now on, in standard deviations of the local field. */
  | { readonly type: "couple"; readonly selfCoupling: number }
  /** Sweep after sweep; at a fixed point the network rests until J_D makes a neuron unstable. */
  | { readonly type: "run"; readonly sweepsPerFrame: number }
  | { readonly type: "stop" }
  /** One sweep. */
  | { readonly type: "step" }
  /** Many random states of the present network relax at its J_D; the live network waits. The number comes back. */
  | { readonly type: "starts"; readonly attempt: number }
  /** The last frame is on the screen: the next one may come. */
  | { readonly type: "drawn" };

/** The network after one or several sweeps. */
export interface NetworkFrame {
  readonly type: "frame";
  /** Number that the page gave to this network. */
  readonly generation: number;
  /** Number of neurons N. */
  readonly n: number;
  /** J_D of the last sweep, in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Sweeps made so far. */
  readonly sweeps: number;
  /** States after the last sweeps, oldest first, packed (packed.ts), one behind the other; none if only J_D changed. */
  readonly states: Uint8Array;
  /** Flips of the last sweep. */
  readonly lastFlips: number;
  /** Flips since the beginning. */
  readonly totalFlips: number;
  readonly histogram: StabilityHistogram;
  /** Sweeps after which the state was known as a fixed point; null if it is none. */
  readonly fixedPointAfter: number | null;
}

/** Where many starts relax. */
export type StartsPlace =
  | { readonly on: "gpu"; /** Name of the GPU; may be empty. */ readonly name: string }
  | {
      readonly on: "processor";
      /** Why the GPU failed; null if none did. */ readonly failure: string | null;
    };

/** How far many starts are. */
export interface StartsProgress {
  readonly type: "starts-progress";
  /** Number that the page gave to these starts. */
  readonly attempt: number;
  /** Number of starts. */
  readonly total: number;
  /** How many have ended; on a GPU they end together. */
  readonly done: number;
  readonly place: StartsPlace;
}

/** What has come of many starts. */
export interface StartsResult {
  readonly type: "starts-result";
  /** Number that the page gave to these starts. */
  readonly attempt: number;
  /** Number of starts. */
  readonly total: number;
  /** Most sweeps of a start. */
  readonly budget: number;
  /** How many came to rest. */
  readonly atRest: number;
  /** Median of the sweeps that those took; null if there are none. */
  readonly medianSweeps: number | null;
  /** Time that all of it took. */
  readonly milliseconds: number;
  readonly place: StartsPlace;
}

/** From the worker to the page. After another network or another J_D nothing comes of starts that were wanted before. */
export type NetworkReport =
  | NetworkFrame
  | StartsProgress
  | StartsResult
  /** The worker cannot go on with this network; the text says why in one line. */
  | { readonly type: "failed"; readonly generation: number; readonly text: string };

/**
 * Most states in a frame, and most columns of a raster: when more sweeps were made between two frames, the first of
 * them would have left the raster before it is drawn.
 */
export const MOST_COLUMNS = 512;

/** Number of random states that relax when many starts are wanted. */
export const STARTS = 64;

/** Sweeps after which a start that is not at rest is given up. */
export const STARTS_BUDGET = 300;
