/** @file Samples on their way into kernel memory: checked, padded, copied. */
import { OutOfDomain, requireInteger } from "../../theory/errors.ts";
import type { LabelledStates } from "../data/labelled.ts";
import type { PatternPairs } from "../data/patterns.ts";
import type { Kernels } from "../kernels/memory.ts";
import type { SampleBlock } from "./layout.ts";
import type { NetworkModel } from "./model.ts";

/** Samples with classes, or with target patterns. */
export type Samples = LabelledStates | PatternPairs;

/** Number of samples. */
export const countOf = (samples: Samples): number => ("labels" in samples ? samples.count : samples.pairs);

/** Refuses samples that do not fit the model. */
export function requireSamples(
  name: string,
  samples: Samples,
  { inputs, outputs, association }: NetworkModel,
): void {
  const labelled = "labels" in samples;
  if (labelled !== (association === "classes")) {
    throw new OutOfDomain(`set ${name} must have ${association} as targets`);
  }
  if (samples.n !== inputs) throw new OutOfDomain(`set ${name} must have ${inputs} inputs, got ${samples.n}`);
  const count = countOf(samples);
  if (!(count >= 1))
    throw new OutOfDomain(`set ${name} must have samples, got ${count === 0 ? "none" : count}`);
  requireInteger(`samples of set ${name}`, count, 1, 2 ** 31);
  requireSpins(`inputs of set ${name}`, labelled ? samples.states : samples.inputs, count * inputs);
  if (!labelled) {
    requireSpins(`targets of set ${name}`, samples.targets, count * inputs);
    return;
  }
  if (samples.labels.length !== count) {
    throw new OutOfDomain(`set ${name} must have ${count} labels, got ${samples.labels.length}`);
  }
  const wrong = samples.labels.find((label) => label >= outputs);
  if (wrong !== undefined) {
    throw new OutOfDomain(`set ${name} must have labels below ${outputs}, got ${wrong}`);
  }
}

function requireSpins(name: string, values: Int8Array, length: number): void {
  if (values.length !== length)
    throw new OutOfDomain(`${name} must be ${length} values, got ${values.length}`);
  const wrong = values.find((value) => value !== 1 && value !== -1);
  if (wrong !== undefined) throw new OutOfDomain(`${name} must be 1 or -1, got ${wrong}`);
}

/** Copies samples into their block; inputs are padded with 1, targets with 0. */
export function loadSamples(kernels: Kernels, block: SampleBlock, samples: Samples): void {
  const { n } = samples;
  const labelled = "labels" in samples;
  const inputs = labelled ? samples.states : samples.inputs;
  const { count, stride, targetStride } = block;
  kernels.int8(block.inputs, count * stride).fill(1);
  for (let b = 0; b < count; b++) {
    kernels.int8(block.inputs + b * stride, n).set(inputs.subarray(b * n, (b + 1) * n));
  }
  if (labelled) {
    new Uint16Array(kernels.memory.buffer, block.targets, count).set(samples.labels);
    return;
  }
  kernels.int8(block.targets, count * targetStride).fill(0);
  for (let b = 0; b < count; b++) {
    kernels.int8(block.targets + b * targetStride, n).set(samples.targets.subarray(b * n, (b + 1) * n));
  }
}
