/**
 * @file Relaxation of a batch: synchronous sweeps of all samples under input and feedback, (P21) steps 1 to 3. Fields
 * follow the neurons that flip; a sample that has stopped moving is left alone until its drive changes.
 */
import { BOND_WORDS } from "../kernels/steering.ts";
import { addFeedback } from "./batch.ts";
import type { Lane } from "./lane.ts";
import { layerStride } from "./layout.ts";
import { hasCouplings } from "./model.ts";

/** External fields during a phase: of the input alone, with the feedback, or with feedback that fades to zero. */
export type Drive = "input" | "fed" | "annealed";

/** Consecutive sweeps under one kind of drive. */
export interface Phase {
  /** External fields while it lasts. */
  readonly drive: Drive;
  /** Number of sweeps, an integer, 0..10⁶. */
  readonly sweeps: number;
}

/** Random words for partial updates: those of a sweep come from one substream. */
export interface UpdateWords {
  readonly key: readonly [number, number];
  /** First substream that this relaxation may use. */
  readonly first: number;
}

/** How a batch is relaxed. */
export interface Relaxing {
  /** Samples of the batch, at most its capacity. */
  readonly samples: number;
  readonly phases: readonly Phase[];
  /** Needed when the rule updates only a part of the neurons in a sweep. */
  readonly words: UpdateWords;
  /** Called after each phase with its number, when all workers have its states. */
  readonly afterPhase?: (phase: number, relaxation: Relaxation) => void;
}

/** Share of flips from which a fresh product of all samples costs less than following the flips. */
const DENSE_SHARE = 0.2;

/** The state of a relaxation in one worker; all workers take the same decisions. */
export class Relaxation {
  readonly lane: Lane;
  readonly samples: number;
  /** By sample: the sweep of the present phase, from 1, in which nothing flipped; 0 while it moves. */
  readonly stopped: Uint32Array;
  readonly #words: UpdateWords;
  readonly #coupled: boolean;
  /** Number of sweeps so far, in all phases. */
  #sweep = 0;
  /** Which of the three buffers holds the states after the last sweep. */
  #present = 0;

  constructor(lane: Lane, { samples, words }: Relaxing) {
    this.lane = lane;
    this.samples = samples;
    this.stopped = new Uint32Array(samples);
    this.#words = words;
    this.#coupled = hasCouplings(lane.plan.model, lane.plan.rule);
    const { model } = lane.plan;
    const own = lane.lastRow - lane.firstRow;
    for (let l = 0; l < model.layers; l++) {
      for (let b = 0; b < samples; b++) {
        lane.kernels.float32(this.fields(l, b) + 4 * lane.firstRow, own).fill(0);
      }
    }
  }

  /** Address of the state of a sample after the last sweep; zeros while the input has not reached the layer. */
  state(layer: number, sample: number): number {
    const { batch } = this.lane.plan.layout;
    if (this.#sweep < this.lane.waking[layer]!) return batch.zeros;
    return batch.states[this.#present]! + this.#cell(layer, sample);
  }

  /** Address of the states of a layer after the last sweep, one sample after the other. */
  states(layer: number): number {
    return this.lane.plan.layout.batch.states[this.#present]! + this.#cell(layer, 0);
  }

  /** Address of the fields J s of a sample. */
  fields(layer: number, sample: number): number {
    return this.lane.plan.layout.batch.fields + 4 * this.#cell(layer, sample);
  }

  /** Address of the external fields of a sample. */
  drive(layer: number, sample: number, drive: Drive): number {
    const { model, layout } = this.lane.plan;
    const fed = drive !== "input" && model.feedbackLayers.includes(layer);
    return (fed ? layout.batch.fedDrive : layout.batch.drive) + 4 * this.#cell(layer, sample);
  }

  /** Points the record of bonds of a layer at the neighbours of a sample. */
  bind(layer: number, sample: number): number {
    const { lane } = this;
    const { layers } = lane.plan.model;
    const words = lane.bondWords[layer]!;
    if (layers > 1) {
      const neighbour = (l: number): number =>
        l < 0 || l >= layers ? lane.plan.layout.batch.zeros : this.state(l, sample);
      words[BOND_WORDS.below] = neighbour(layer - 1);
      words[BOND_WORDS.above] = neighbour(layer + 1);
      words[BOND_WORDS.secondBelow] = neighbour(layer - 2);
      words[BOND_WORDS.secondAbove] = neighbour(layer + 2);
    }
    return lane.bonds[layer]!;
  }

  /** One phase; `stopped` says afterwards in which of its sweeps each sample came to rest, 0 where it did not. */
  run({ drive, sweeps }: Phase): void {
    this.stopped.fill(0);
    if (drive === "fed") this.#fade(1);
    for (let sweep = 1; sweep <= sweeps; sweep++) {
      if (drive === "annealed") {
        this.#fade(1 - sweep / sweeps);
        // The drive is a new one: a sample at rest may move again.
        this.stopped.fill(0);
      }
      this.#step(drive);
      this.#advance(sweep);
      const steady = drive !== "annealed" && this.#sweep > Math.max(...this.lane.waking);
      if (steady && this.stopped.every((at) => at > 0)) break;
    }
  }

  #cell(layer: number, sample: number): number {
    const { model, layout } = this.lane.plan;
    return (layer * layout.batch.capacity + sample) * layerStride(model);
  }

  /** Fields of input and feedback with the feedback at a part of its strength. */
  #fade(gain: number): void {
    this.lane.plan.model.feedbackLayers.forEach((_, k) => {
      addFeedback(this.lane, this.samples, k, gain);
    });
  }

  /** New states of the own neurons of all samples that move, into the next buffer. */
  #step(drive: Drive): void {
    const { lane } = this;
    const { functions } = lane.kernels;
    const { layers } = lane.plan.model;
    const next = lane.plan.layout.batch.states[(this.#present + 1) % 3]!;
    for (let l = 0; l < layers; l++) {
      if (this.#sweep + 1 < lane.waking[l]!) continue;
      for (let b = 0; b < this.samples; b++) {
        if (this.stopped[b]! > 0) continue;
        const bonds = this.bind(l, b);
        this.#drawWords(l, b);
        const state = this.state(l, b);
        functions.alignStates(
          bonds,
          next + this.#cell(l, b),
          state,
          this.fields(l, b),
          this.drive(l, b, drive),
        );
      }
    }
    lane.wait();
  }

  /** Random words of the own neurons; in the sweep that wakes a layer all its neurons take part. */
  #drawWords(layer: number, sample: number): void {
    const { lane } = this;
    const { rule, model, layout } = lane.plan;
    if (rule.updateProbability === 1) return;
    const words = lane.bondWords[layer]!;
    const waking = this.#sweep + 1 === lane.waking[layer]!;
    const random = waking ? 0 : lane.block.words;
    words[BOND_WORDS.words] = random;
    words[BOND_WORDS.threshold] = Math.floor(rule.updateProbability * 2 ** 32);
    if (waking) return;
    const groups = layerStride(model) / 32;
    const first = (layer * layout.batch.capacity + sample) * groups + lane.firstRow / 32;
    const { key, first: substream } = this.#words;
    const own = (lane.lastRow - lane.firstRow) / 32;
    lane.kernels.functions.philoxWords(random, first, own, ...key, substream + this.#sweep);
  }

  /** Makes the next states the present ones and brings the fields up to date. */
  #advance(sweep: number): void {
    const { lane } = this;
    const before = lane.plan.layout.batch.states[this.#present]!;
    this.#present = (this.#present + 1) % 3;
    this.#sweep++;
    const moved = new Uint8Array(this.samples);
    for (let l = 0; l < lane.plan.model.layers; l++) {
      if (this.#sweep === lane.waking[l]!) {
        this.#product(l);
        moved.fill(1);
      } else if (this.#sweep > lane.waking[l]!) this.#follow(l, before, moved);
    }
    const settles = lane.plan.rule.updateProbability === 1;
    const asleep = this.#sweep < Math.max(...lane.waking);
    for (let b = 0; b < this.samples; b++) {
      if (this.stopped[b] === 0 && moved[b] === 0 && settles && !asleep) this.#settle(b, sweep);
    }
  }

  /** Fields of all samples of a layer from its states. */
  #product(layer: number): void {
    if (!this.#coupled) return;
    const { kernels, tiles } = this.lane;
    kernels.functions.signedProduct(
      tiles.couplings[layer]!,
      this.fields(layer, 0),
      this.states(layer),
      this.samples,
    );
  }

  /** Fields of a layer after the flips of the last sweep. */
  #follow(layer: number, before: number, moved: Uint8Array): void {
    const { lane } = this;
    const { functions } = lane.kernels;
    const { hidden } = lane.plan.model;
    const tiles = lane.tiles.couplings[layer]!;
    const budget = DENSE_SHARE * this.samples * hidden;
    let flips = 0;
    for (let b = 0; b < this.samples; b++) {
      if (this.stopped[b]! > 0) continue;
      const counts = functions.collectFlips(tiles, before + this.#cell(layer, b), this.state(layer, b));
      if (counts === 0) continue;
      moved[b] = 1;
      flips += (counts & 0xffff) + (counts >>> 16);
      if (!this.#coupled) continue;
      // Beyond the budget only the flags matter: the product below replaces all fields.
      if (flips <= budget) functions.addFlipped(tiles, this.fields(layer, b), counts & 0xffff, counts >>> 16);
    }
    if (flips > budget) this.#product(layer);
  }

  /** A sample that stands still has its state in all three buffers, so that it can be left out of later sweeps. */
  #settle(sample: number, sweep: number): void {
    const { lane } = this;
    const { layout, model } = lane.plan;
    const own = lane.lastRow - lane.firstRow;
    for (let l = 0; l < model.layers; l++) {
      const at = this.#cell(l, sample) + lane.firstRow;
      const present = lane.kernels.int8(layout.batch.states[this.#present]! + at, own);
      lane.kernels.int8(layout.batch.states[(this.#present + 1) % 3]! + at, own).set(present);
    }
    this.stopped[sample] = sweep;
  }
}

/** Relaxes a batch whose inputs, drives and targets are in place. */
export function relaxBatch(lane: Lane, relaxing: Relaxing): Relaxation {
  const relaxation = new Relaxation(lane, relaxing);
  relaxing.phases.forEach((phase, k) => {
    relaxation.run(phase);
    relaxing.afterPhase?.(k, relaxation);
  });
  return relaxation;
}
