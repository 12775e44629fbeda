/**
 * @file Bethe free entropy of y replicas of one network and their centre, term by term from the messages, in plain sums
 * over the values of the spins and with magnetizations instead of fields: an oracle for focusing.ts, which uses none of it.
 */
import type { Beliefs, BeliefMeasure } from "../../sim/instance/belief-propagation.ts";
import { viewBeliefs } from "../../sim/kernels/belief-frame.ts";
import { normalCdf } from "../../theory/normal.ts";

const signs = [1, -1] as const;
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** Probability of s when the magnetization is m. */
const chance = (s: number, m: number): number => 0.5 * (1 + s * m);

/** Messages of a fixed point with everything that follows from them, as magnetizations. */
interface Messages {
  readonly n: number;
  readonly externalFields: readonly number[];
  /** J_ij, first index i. */
  readonly couplings: readonly (readonly number[])[];
  /** tanh u_{i→j}; u_{i→i} on the diagonal. */
  readonly fromFactors: readonly (readonly number[])[];
  /** m_{j→i}, first index i. */
  readonly toFactors: readonly (readonly number[])[];
  /** Without the centre: neuron → bond. */
  readonly toBonds: readonly number[];
  /** Bond → centre, centre → bond, bond → neuron. */
  readonly toCentre: readonly number[];
  readonly fromCentre: readonly number[];
  readonly fromBonds: readonly number[];
}

/** Reads the messages of the factors and computes all others from them. */
export function readMessages(beliefs: Beliefs, { replicas = 1, bond = 0 }: BeliefMeasure): Messages {
  const { network, frame } = beliefs;
  const { n, stride, couplings, messages, ownMessages, externalFields } = viewBeliefs(
    network.kernels.memory,
    frame.address,
  );
  const range = Array.from({ length: n }, (_, k) => k);
  const fields = range.map((i) => range.map((j) => (i === j ? ownMessages[i]! : messages[j * stride + i]!)));
  const toBonds = range.map((j) => Math.tanh(externalFields[j]! + sum(range.map((i) => fields[i]![j]!))));
  const throughBond = (m: number) => m * Math.tanh(bond);
  const toCentre = toBonds.map(throughBond);
  const fromCentre = toCentre.map((m) => Math.tanh((replicas - 1) * Math.atanh(m)));
  const fromBonds = fromCentre.map(throughBond);
  const total = (j: number) => Math.atanh(toBonds[j]!) + Math.atanh(fromBonds[j]!);
  return {
    n,
    externalFields: Array.from(externalFields),
    couplings: range.map((i) => range.map((j) => (i === j ? 0 : couplings[j * stride + i]!))),
    fromFactors: fields.map((row) => row.map(Math.tanh)),
    toFactors: range.map((i) => range.map((j) => Math.tanh(total(j) - fields[i]![j]!))),
    toBonds,
    toCentre,
    fromCentre,
    fromBonds,
  };
}

/** Terms of one replica: factors and neurons less their edges. */
function replicaTerm(messages: Messages, selfCoupling: number): number {
  const { n, couplings, externalFields, fromFactors, toFactors, fromBonds } = messages;
  let entropy = 0;
  for (let i = 0; i < n; i++) {
    const mean = sum(couplings[i]!.map((coupling, j) => coupling * toFactors[i]![j]!));
    const variance = sum(couplings[i]!.map((coupling, j) => coupling ** 2 * (1 - toFactors[i]![j]! ** 2)));
    const stable = (s: number) => normalCdf((selfCoupling + s * mean) / Math.sqrt(variance));
    entropy += Math.log(sum(signs.map((s) => chance(s, toFactors[i]![i]!) * stable(s))));
    for (let j = 0; j < n; j++) {
      const onEdge = signs.map((s) => chance(s, fromFactors[i]![j]!) * chance(s, toFactors[i]![j]!));
      entropy -= Math.log(sum(onEdge));
    }
  }
  for (let j = 0; j < n; j++) {
    const weight = (s: number) =>
      fromFactors.reduce((product, row) => product * chance(s, row[j]!), chance(s, fromBonds[j]!)) *
      Math.exp(s * externalFields[j]!);
    entropy += Math.log(sum(signs.map(weight)));
  }
  return entropy;
}

/** Terms of bonds and centres, less their edges. */
function centreTerm(
  { n, toBonds, toCentre, fromCentre, fromBonds }: Messages,
  { replicas, bond }: Required<Omit<BeliefMeasure, "selfCoupling">>,
): number {
  let entropy = 0;
  for (let j = 0; j < n; j++) {
    const pair = signs.flatMap((s) =>
      signs.map((c) => Math.exp(bond * s * c) * chance(s, toBonds[j]!) * chance(c, fromCentre[j]!)),
    );
    const centre = signs.map((c) => chance(c, toCentre[j]!) ** replicas);
    const atNeuron = signs.map((s) => chance(s, toBonds[j]!) * chance(s, fromBonds[j]!));
    const atCentre = signs.map((c) => chance(c, toCentre[j]!) * chance(c, fromCentre[j]!));
    entropy += Math.log(sum(centre));
    entropy += replicas * (Math.log(sum(pair)) - Math.log(sum(atNeuron)) - Math.log(sum(atCentre)));
  }
  return entropy;
}

/** Logarithm of the partition function of y replicas and their centre per neuron, y not necessarily an integer. */
export function replicatedBethe(
  messages: Messages,
  { selfCoupling, replicas = 1, bond = 0 }: BeliefMeasure,
): number {
  return (
    (replicas * replicaTerm(messages, selfCoupling) + centreTerm(messages, { replicas, bond })) / messages.n
  );
}
