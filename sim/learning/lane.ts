/**
 * @file One worker's view of a learning network. Workers split the neurons: each owns a run of tiles in every block of
 * weights and computes fields and states of these rows only, so that results do not depend on their number.
 */
import type { Kernels } from "../kernels/memory.ts";
import { BONDS_BYTES, writeBonds } from "../kernels/steering.ts";
import { TILE_ROWS, TILES_BYTES, writeTiles } from "../kernels/tiles.ts";
import type { LaneBlock, LearningLayout, WeightBlock } from "./layout.ts";
import { layerStride } from "./layout.ts";
import type { NetworkModel, SteeringRule } from "./model.ts";
import { wakingSweeps } from "./model.ts";

/** Everything that the workers of one network agree on; plain data. */
export interface LearningPlan {
  readonly model: NetworkModel;
  readonly rule: SteeringRule;
  readonly layout: LearningLayout;
  readonly workers: number;
  readonly seed: number;
}

/** Records of tiles of this worker. */
export interface LaneTiles {
  readonly couplings: readonly number[];
  readonly input: readonly number[];
  readonly feedback: readonly number[];
  /** 0 where there is no readout or another worker owns it. */
  readonly readout: number;
}

/** One worker's view. */
export interface Lane {
  readonly kernels: Kernels;
  readonly plan: LearningPlan;
  readonly rank: number;
  /** Scratch of this worker. */
  readonly block: LaneBlock;
  /** Own rows in every layer: firstRow..lastRow−1. */
  readonly firstRow: number;
  readonly lastRow: number;
  readonly tiles: LaneTiles;
  /** Records of bonds of the layers, and views of their words (BOND_WORDS), which change from sample to sample. */
  readonly bonds: readonly number[];
  readonly bondWords: readonly Uint32Array[];
  /** Sweep (from 1) at which the input reaches each layer. */
  readonly waking: readonly number[];
  /** Waits until all workers are here. */
  readonly wait: () => void;
}

/** Own tiles of worker `rank` in a block of `tiles` tiles. */
export function ownTiles(tiles: number, rank: number, workers: number): readonly [number, number] {
  return [Math.floor((tiles * rank) / workers), Math.floor((tiles * (rank + 1)) / workers)];
}

/** Looks at the barrier this often before going to sleep: about 20 µs. */
const SPINS = 4000;

/** A barrier on shared memory; none is needed for one worker. */
function barrierOf(kernels: Kernels, { layout, workers }: LearningPlan): () => void {
  if (workers === 1) return () => undefined;
  const words = new Int32Array(kernels.memory.buffer, layout.barrier, 2);
  return () => {
    const generation = Atomics.load(words, 1);
    if (Atomics.add(words, 0, 1) === workers - 1) {
      Atomics.store(words, 0, 0);
      Atomics.add(words, 1, 1);
      Atomics.notify(words, 1);
      return;
    }
    for (let k = 0; k < SPINS; k++) if (Atomics.load(words, 1) !== generation) return;
    while (Atomics.load(words, 1) === generation) Atomics.wait(words, 1, generation);
  };
}

/** Margin of a neuron of a layer: κ, the self-coupling and one bond λ (or μ) for each neighbour. */
export function marginOf(
  { layers, selfCoupling, layerCoupling, skipCoupling }: NetworkModel,
  rule: SteeringRule,
  l: number,
): number {
  const neighbours = (step: number): number => Number(l >= step) + Number(l + step < layers);
  return rule.margin + selfCoupling + layerCoupling * neighbours(1) + skipCoupling * neighbours(2);
}

/**
 * Opens worker `rank` of a plan.
 * @param kernels kernels on the memory of the layout
 * @param block scratch that nobody else uses
 */
export function openLane(
  kernels: Kernels,
  plan: LearningPlan,
  rank: number,
  block = plan.layout.lanes[rank]!,
): Lane {
  const { model, rule, layout, workers } = plan;
  const [firstTile, lastTile] = ownTiles(layerStride(model) / TILE_ROWS, rank, workers);
  let next = block.records;
  const { scratch, signs, raised, lowered } = block;
  const tilesOf = (weights: WeightBlock, own: readonly [number, number]): number => {
    const address = next;
    next += Math.max(TILES_BYTES, BONDS_BYTES);
    const { rows, stride, columns } = weights;
    const range = { firstTile: own[0], lastTile: own[1] };
    const record = {
      weights: weights.address,
      rows,
      stride,
      columns,
      ...range,
      scratch,
      signs,
      raised,
      lowered,
    };
    writeTiles(kernels.memory, address, record);
    return address;
  };
  const own = [firstTile, lastTile] as const;
  const [firstRow, lastRow] = [firstTile * TILE_ROWS, lastTile * TILE_ROWS];
  const bonds = layout.couplings.map((_, l) => {
    const address = next;
    next += Math.max(TILES_BYTES, BONDS_BYTES);
    const { zeros } = layout.batch;
    writeBonds(kernels.memory, address, {
      ...{ below: zeros, above: zeros, secondBelow: zeros, secondAbove: zeros },
      selfCoupling: model.selfCoupling,
      layerCoupling: model.layerCoupling,
      skipCoupling: model.skipCoupling,
      margin: marginOf(model, rule, l),
      neurons: model.hidden,
      firstRow,
      lastRow,
      words: 0,
      threshold: 0,
    });
    return address;
  });
  const ownsReadout = layout.readout !== null && rank === workers - 1;
  return {
    kernels,
    plan,
    rank,
    block,
    firstRow,
    lastRow,
    tiles: {
      couplings: layout.couplings.map((weights) => tilesOf(weights, own)),
      input: layout.input.map((weights) => tilesOf(weights, own)),
      feedback: layout.feedback.map((weights) => tilesOf(weights, own)),
      readout: ownsReadout ? tilesOf(layout.readout, [0, layout.readout.rows / TILE_ROWS]) : 0,
    },
    bonds,
    bondWords: bonds.map((address) => kernels.uint32(address, BONDS_BYTES / 4)),
    waking: wakingSweeps(model),
    wait: barrierOf(kernels, plan),
  };
}
