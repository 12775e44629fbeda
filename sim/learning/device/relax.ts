/**
 * @file Relaxation of a batch on the GPU: sweeps of all samples under input and feedback, (P21) steps 1 to 3. Fields are
 * products of the whole batch; a sweep after one in which no sample moved ends as it begins.
 */
import type { Recorder } from "../../kernels/webgpu/recorder.ts";
import { EVALUATION_SAMPLES, layerStride } from "../layout.ts";
import { hasCouplings } from "../model.ts";
import type { Phase } from "../relax.ts";
import type { DevicePlan } from "./plan.ts";

/** Random words of partial updates; see UpdateWords in relax.ts. */
export interface BatchWords {
  readonly key: readonly [number, number];
  /** Substream of the first sweep. */
  readonly first: number;
  /** From the words of `wordSamples` samples to those of the next ones. */
  readonly step: number;
}

/** How a batch is relaxed. */
export interface DeviceRelaxing {
  readonly samples: number;
  readonly phases: readonly Phase[];
  readonly words: BatchWords;
  /** Whether the fields of the final states are needed. */
  readonly finalFields: boolean;
  /** Called after each phase with its number and the buffer of the states. */
  readonly afterPhase?: (phase: number, states: GPUBuffer) => void;
}

/** Samples that share a substream of random words: those that the WASM learner relaxes together. */
export const wordSamples = ({ rule }: Pick<DevicePlan, "rule">): number =>
  Math.max(rule.batchSize, EVALUATION_SAMPLES);

/** A batch that is being relaxed. */
class DeviceRelaxation {
  readonly #plan: DevicePlan;
  readonly #work: Recorder;
  readonly #run: DeviceRelaxing;
  readonly #coupled: boolean;
  /** Sweeps so far, in all phases. */
  #done = 0;

  constructor(plan: DevicePlan, work: Recorder, run: DeviceRelaxing) {
    this.#plan = plan;
    this.#work = work;
    this.#run = run;
    this.#coupled = hasCouplings(plan.model, plan.rule);
  }

  /** The states after the last sweep. */
  get states(): GPUBuffer {
    return this.#plan.batch.states[this.#done % 2 === 0 ? 0 : 1];
  }

  /** Records a phase; `last` where no other one follows. */
  phase({ drive, sweeps }: Phase, last: boolean): void {
    for (let sweep = 1; sweep <= sweeps; sweep++) {
      const gain = drive === "input" ? 0 : drive === "fed" ? 1 : 1 - sweep / sweeps;
      this.#align(gain, sweep === 1 || drive === "annealed");
      if (this.#run.finalFields || !last || sweep < sweeps) this.#follow();
    }
  }

  /** Index of the flag of sweep `done`, from 0. */
  #flag(done: number): number {
    return this.#plan.batch.capacity + done;
  }

  /** One sweep; `fresh` where its drive is not that of the one before. */
  #align(gain: number, fresh: boolean): void {
    const { model, rule, batch, steering, layers } = this.#plan;
    const patterns = model.association === "patterns";
    const settles = rule.updateProbability === 1;
    const done = this.#done;
    const states = this.states;
    this.#done++;
    steering.align(this.#work, layers, {
      ...{ samples: this.#run.samples, done, states, next: this.states },
      ...{ fields: batch.fields, drive: batch.drive, flags: batch.flags },
      gain: patterns ? gain * model.feedbackStrength : gain,
      feedback: patterns ? batch.targets : batch.classFields,
      feedbackRows: patterns ? 0 : model.outputs,
      feedbackRow: batch.source,
      flag: this.#flag(done),
      restFlag: settles && !fresh ? this.#flag(done - 1) : 0,
      words: settles ? null : this.#words(),
    });
  }

  #words() {
    const { model, rule } = this.#plan;
    const { key, first, step } = this.#run.words;
    return {
      threshold: Math.floor(rule.updateProbability * 2 ** 32),
      key,
      substream: first,
      substreamStep: step,
      samples: wordSamples(this.#plan),
      stride: layerStride(model),
    };
  }

  /** Fields of the states after the last sweep, unless nothing moved in it. */
  #follow(): void {
    if (!this.#coupled) return;
    const { weights, batch, layers, products, waking } = this.#plan;
    weights.couplings.forEach((matrix, l) => {
      if (this.#done < waking[l]!) return;
      const offset = l * batch.capacity * layers.stride;
      products.signed(this.#work, {
        ...{ matrix, samples: this.#run.samples },
        ...{ states: this.states, statesOffset: offset },
        ...{ out: batch.fields, outOffset: offset, outStride: layers.stride },
        ...{ skip: batch.flags, skipOffset: 4 * this.#flag(this.#done - 1) },
      });
    });
  }

  /** Sweeps so far. */
  get done(): number {
    return this.#done;
  }
}

/**
 * Records the relaxation of a batch whose inputs and targets are in place.
 * @returns the buffer of the final states, and the number of sweeps
 */
export function relaxOnDevice(
  plan: DevicePlan,
  work: Recorder,
  run: DeviceRelaxing,
): { readonly states: GPUBuffer; readonly done: number } {
  const relaxation = new DeviceRelaxation(plan, work, run);
  const phases = run.phases.filter(({ sweeps }) => sweeps > 0);
  run.phases.forEach((phase, k) => {
    relaxation.phase(phase, phase === phases.at(-1));
    run.afterPhase?.(k, relaxation.states);
  });
  return { states: relaxation.states, done: relaxation.done };
}
