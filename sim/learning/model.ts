/**
 * @file What a network that learns is made of, and the rule it learns by: plain objects with defaults and checks.
 * Symbols in brackets are those of (P21), theory/README.md gives them.
 */
import { OutOfDomain, requireInside, requireInteger } from "../../theory/errors.ts";

/** How the last layer is read: by a trained readout of C units, or as a pattern of H neurons itself. */
export type Association = "classes" | "patterns";

/** The network: L layers of H neurons, input, readout and feedback. */
export interface NetworkModel {
  /** Input units N ≥ 1; for `patterns` the same as `hidden`. */
  readonly inputs: number;
  /** Neurons H of a layer, 2..20,000. */
  readonly hidden: number;
  /** Layers L, 1..64. */
  readonly layers: number;
  /** Readout units C ≥ 2; for `patterns` the same as `hidden`. */
  readonly outputs: number;
  /** How the last layer is read. */
  readonly association: Association;
  /** Self-coupling [J_D] ≥ 0 of every neuron. */
  readonly selfCoupling: number;
  /** Ferromagnetic coupling [λ] ≥ 0 of a neuron to the same neuron of the neighbouring layers. */
  readonly layerCoupling: number;
  /** Ferromagnetic coupling ≥ 0 to the same neuron two layers away. */
  readonly skipCoupling: number;
  /** Standard deviation of the initial couplings times √H, ≥ 0: 1, or 0 for no couplings inside the layers. */
  readonly couplingStrength: number;
  /** Correlation η of the initial J_ij and J_ji, −1..1. */
  readonly symmetry: number;
  /** Strength [λ_in] ≥ 0 of the input: W_in ~ λ_in N(0, 1/N), or λ_in times the identity for `patterns`. */
  readonly inputStrength: number;
  /** Strength [λ_back] ≥ 0 of the feedback: W_back ~ λ_back N(0, 1/C), or λ_back times the identity. */
  readonly feedbackStrength: number;
  /** Layers that see the input, 0..L−1, ascending; default the first. */
  readonly inputLayers: readonly number[];
  /** Layers that see the feedback, 0..L−1, ascending; default the last. */
  readonly feedbackLayers: readonly number[];
}

/** A number for each kind of weights. */
export interface PerWeights {
  /** For the weights J inside a layer, ≥ 0. */
  readonly couplings: number;
  /** For the weights W_in, ≥ 0. */
  readonly input: number;
  /** For the weights W_out, ≥ 0. */
  readonly readout: number;
}

/** The rule: how the state is steered, which neurons learn, and how much. */
export interface SteeringRule {
  /**
   * Sweeps [T] ≥ 1 of the clamped phase, warm-up included, of the free phase, and of inference; the input has
   * to reach every layer in them.
   */
  readonly sweeps: number;
  /**
   * After the clamped phase the feedback is `removed` for T sweeps (double dynamics), `annealed` linearly to zero over
   * T sweeps, or `none`: weights are updated at the end of the clamped phase (single dynamics).
   */
  readonly freePhase: "removed" | "annealed" | "none";
  /** Whether feedback acts with its initial weights, learns, or is absent. */
  readonly feedback: "frozen" | "learned" | "absent";
  /**
   * `perceptron`: neurons below the margin imprint the final state (P21); `contrastive`: all neurons imprint the
   * clamped and unlearn the free final state (contrastive Hebbian).
   */
  readonly plasticity: "perceptron" | "contrastive";
  /** Margin [κ] of the hidden neurons, a dimensionless field within ±10⁶. */
  readonly margin: number;
  /** Margin [κ_out] of the readout, a dimensionless field within ±10⁶. */
  readonly readoutMargin: number;
  /** Learning rates [η_J, η_in, η_W] ≥ 0. */
  readonly rates: PerWeights;
  /** Learning rate ≥ 0 of the feedback weights where they learn. */
  readonly feedbackRate: number;
  /** Weight decay coefficients [δ] ≥ 0; a weight decays by the full prefactor of its update times δ. */
  readonly decays: PerWeights;
  /** Probability in (0, 1] that a neuron is updated in a sweep. */
  readonly updateProbability: number;
  /** Targets of the readout: √C/2 and −1/2, or (`published`) C/4 and −√C/4 in its update. */
  readonly readoutTargets: "scaled" | "published";
  /** Samples [B] of a batch, 1..1024. */
  readonly batchSize: number;
}

/** What distinguishes this network from the default one. */
export type ModelInput = Pick<NetworkModel, "inputs" | "hidden" | "outputs"> & Partial<NetworkModel>;

/** What distinguishes this rule from the default one. */
export type RuleInput = Partial<Omit<SteeringRule, "rates" | "decays">> & {
  readonly rates?: Partial<PerWeights>;
  readonly decays?: Partial<PerWeights>;
};

/** The rule of the preset `large` (presets.ts). */
export const defaultRule: SteeringRule = {
  sweeps: 5,
  freePhase: "removed",
  feedback: "frozen",
  plasticity: "perceptron",
  margin: 0.9,
  readoutMargin: 3,
  rates: { couplings: 0.005, input: 0.03, readout: 0.1 },
  feedbackRate: 0,
  decays: { couplings: 0.005, input: 0, readout: 0.005 },
  updateProbability: 1,
  readoutTargets: "scaled",
  batchSize: 16,
};

const mostInputs = 65_536;
/** Couplings, and a second matrix of them while they are drawn, share 4 GiB. */
const mostNeurons = 20_000;
const mostLayers = 64;
const mostOutputs = 1024;
const mostSweeps = 100_000;
const mostBatch = 1024;
/** Strengths, margins and rates beyond this would leave the range where f32 sums mean anything. */
const largest = 1e6;

const requireStrength = (name: string, value: number): number =>
  requireInside(name, value, { min: 0, max: largest });

/**
 * Checks that a word is one of a list: callers without types may give any.
 * @param name name of the argument as the caller knows it, for the message
 * @param word the word that was given
 * @param words those that are allowed
 * @throws OutOfDomain unless it is one of them
 * @source convention of this package: choices are words
 */
export function requireWord(name: string, word: string, words: readonly string[]): void {
  if (!words.includes(word))
    throw new OutOfDomain(`${name} must be one of ${words.join(", ")}, got "${word}"`);
}

function requireLayers(name: string, chosen: readonly number[], layers: number): readonly number[] {
  chosen.forEach((layer, k) => {
    requireInteger(name, layer, 0, layers - 1);
    if (k > 0 && layer <= chosen[k - 1]!) {
      throw new OutOfDomain(`${name} must be ascending, without repetition, got ${chosen.join(",")}`);
    }
  });
  return chosen;
}

/**
 * A complete model from what is special about it. Defaults: one layer, J_D = ½, no ferromagnetic bonds, asymmetric
 * couplings of strength 1, λ_in = 5, λ_back = 0.9, input to the first and feedback to the last layer.
 * @param input sizes, and what distinguishes the network from the default one; see {@link NetworkModel}
 * @returns the model, every field checked
 * @throws OutOfDomain naming the first field outside of its domain
 * @source (P21a)
 */
export function networkModel(input: ModelInput): NetworkModel {
  const layers = input.layers ?? 1;
  requireInteger("layers", layers, 1, mostLayers);
  const model: NetworkModel = {
    association: "classes",
    selfCoupling: 0.5,
    layerCoupling: 0,
    skipCoupling: 0,
    couplingStrength: 1,
    symmetry: 0,
    inputStrength: 5,
    feedbackStrength: 0.9,
    inputLayers: [0],
    feedbackLayers: [layers - 1],
    ...input,
    layers,
  };
  requireWord("association", model.association, ["classes", "patterns"]);
  requireInteger("inputs", model.inputs, 1, mostInputs);
  requireInteger("hidden", model.hidden, 2, mostNeurons);
  const patterns = model.association === "patterns";
  requireInteger("outputs", model.outputs, 2, patterns ? mostNeurons : mostOutputs);
  requireStrength("selfCoupling", model.selfCoupling);
  requireStrength("layerCoupling", model.layerCoupling);
  requireStrength("skipCoupling", model.skipCoupling);
  requireStrength("couplingStrength", model.couplingStrength);
  requireInside("symmetry", model.symmetry, { min: -1, max: 1 });
  requireStrength("inputStrength", model.inputStrength);
  requireStrength("feedbackStrength", model.feedbackStrength);
  requireLayers("inputLayers", model.inputLayers, layers);
  requireLayers("feedbackLayers", model.feedbackLayers, layers);
  if (model.inputLayers.length === 0) throw new OutOfDomain("inputLayers must name a layer, got none");
  if (patterns && (model.inputs !== model.hidden || model.outputs !== model.hidden)) {
    const { inputs, hidden, outputs } = model;
    throw new OutOfDomain(`patterns need inputs = hidden = outputs, got ${inputs}, ${hidden} and ${outputs}`);
  }
  requireConnected(model);
  return model;
}

/**
 * Whether there are couplings inside the layers at all; without them fields need no products.
 * @param model the network
 * @param rule how it learns
 * @source (P21a)
 */
export const hasCouplings = ({ couplingStrength }: NetworkModel, { rates }: SteeringRule): boolean =>
  couplingStrength > 0 || rates.couplings > 0;

/**
 * Whether any weights before the readout learn.
 * @param rule how it learns
 * @source (P21)
 */
export const learnsHidden = ({ rates, feedback, feedbackRate }: SteeringRule): boolean =>
  rates.couplings > 0 || rates.input > 0 || (feedback === "learned" && feedbackRate > 0);

/**
 * Sweep at which the input first reaches each layer (1 for those that see it), Infinity where it never does.
 * @param model the network
 * @returns a number of sweeps for each layer, from 1, or Infinity
 * @source (P21a): layers at zero stay there until something acts on them
 */
export function wakingSweeps({
  layers,
  inputLayers,
  layerCoupling,
  skipCoupling,
}: NetworkModel): readonly number[] {
  const sweeps = Array.from({ length: layers }, (_, l) => (inputLayers.includes(l) ? 1 : Infinity));
  const steps = [...(layerCoupling > 0 ? [1] : []), ...(skipCoupling > 0 ? [2] : [])];
  for (let round = 0; round < layers; round++) {
    for (let l = 0; l < layers; l++) {
      for (const step of steps) {
        sweeps[l] = Math.min(
          sweeps[l]!,
          (sweeps[l - step] ?? Infinity) + 1,
          (sweeps[l + step] ?? Infinity) + 1,
        );
      }
    }
  }
  return sweeps;
}

function requireConnected(model: NetworkModel): void {
  const cut = wakingSweeps(model).indexOf(Infinity);
  if (cut >= 0) {
    throw new OutOfDomain(
      `layer ${cut} is cut off from the input: needs layerCoupling or skipCoupling > 0, or to be an input layer`,
    );
  }
}

/**
 * A complete rule from what is special about it; defaults are those of {@link defaultRule}.
 *
 * $$\Delta J_{ij} = \frac{\eta_J}{\sqrt H}\, \frac1{\sqrt B} \sum_b u_i s_j, \qquad
 * u_i = s_i\, \theta(\kappa + J_D + \lambda n_i + \mu n'_i - s_i f_i)$$
 * @param input what distinguishes the rule from the default one; see {@link SteeringRule}
 * @param model the network it is for
 * @returns the rule, every field checked
 * @throws OutOfDomain naming the first field outside of its domain
 * @source (P21)
 */
export function steeringRule(input: RuleInput, model: NetworkModel): SteeringRule {
  const rule: SteeringRule = {
    ...defaultRule,
    ...input,
    rates: { ...defaultRule.rates, ...input.rates },
    decays: { ...defaultRule.decays, ...input.decays },
  };
  requireWord("freePhase", rule.freePhase, ["removed", "annealed", "none"]);
  requireWord("feedback", rule.feedback, ["frozen", "learned", "absent"]);
  requireWord("plasticity", rule.plasticity, ["perceptron", "contrastive"]);
  requireWord("readoutTargets", rule.readoutTargets, ["scaled", "published"]);
  requireInteger("sweeps", rule.sweeps, Math.max(...wakingSweeps(model)), mostSweeps);
  requireInside("margin", rule.margin, { min: -largest, max: largest });
  requireInside("readoutMargin", rule.readoutMargin, { min: -largest, max: largest });
  requireInside("updateProbability", rule.updateProbability, { min: 0, max: 1, openMin: true });
  requireInteger("batchSize", rule.batchSize, 1, mostBatch);
  requireStrength("feedbackRate", rule.feedbackRate);
  if (rule.plasticity === "contrastive" && rule.freePhase === "none") {
    throw new OutOfDomain("contrastive plasticity compares two phases: freePhase must not be none");
  }
  if (rule.plasticity === "contrastive" && rule.feedback === "learned") {
    throw new OutOfDomain("contrastive plasticity has no rule for the feedback: it must be frozen or absent");
  }
  for (const kind of ["couplings", "input", "readout"] as const) {
    requireStrength(`rates.${kind}`, rule.rates[kind]);
    requireStrength(`decays.${kind}`, rule.decays[kind]);
  }
  return rule;
}
