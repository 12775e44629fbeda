/** @file Focusing with columns: solutions verified from the couplings, replicas against belief propagation, limits, errors. */
import { describe, expect, it } from "vitest";
import { OutOfDomain } from "../../theory/errors.ts";
import { createBeliefs, propagate, randomizeMessages } from "../../sim/instance/belief-propagation.ts";
import { focusColumns, focusedColumns } from "../../sim/instance/columns-focusing.ts";
import { createColumns, propagateColumns, randomizeTilts } from "../../sim/instance/columns.ts";
import { sampleEnsemble, type Ensemble } from "../../sim/instance/ensemble.ts";
import { focusedReplicas } from "../../sim/instance/focusing.ts";
import { couplingColumn, type Network } from "../../sim/instance/network.ts";
import { pseudoReinforcement, reinforcement, scoping } from "../../sim/instance/protocols.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { stream } from "../../sim/random.ts";

const draw = (ensemble: Ensemble, sample = 0): Network =>
  sampleEnsemble({ ensemble, kernels: createScalarKernels() }, stream(5, "couplings", ensemble.n, sample));

/** Number of i with s_i Σ_j J_ij s_j + J_D ≤ 0, summed in plain numbers over all layers. */
function violationsOf(network: Network, state: Int8Array, selfCoupling: number): number {
  const fields = new Float64Array(network.n);
  for (let j = 0; j < network.n; j++) {
    couplingColumn(network, j).forEach((coupling, i) => (fields[i]! += coupling * state[j]!));
  }
  return fields.filter((field, i) => state[i]! * field + selfCoupling <= 0).length;
}

const ensembles: Ensemble[] = [
  { n: 60 },
  { n: 60, symmetry: 1 },
  { n: 30, layers: 2, ferromagneticCoupling: 0.5 },
  { n: 20, symmetry: 0.5, layers: 3, ferromagneticCoupling: 0.25 },
];
const protocols = {
  scoping: scoping({ steps: 31 }),
  pseudoReinforcement: pseudoReinforcement({ steps: 40 }),
  reinforcement: reinforcement({ steps: 60 }),
};

describe.each(ensembles)("focusing with columns, %j", (ensemble) => {
  const { layers = 1 } = ensemble;

  it.each(Object.entries(protocols))("%s ends in a fixed point of 3 networks at J_D = 0.7", (_, protocol) => {
    for (let sample = 0; sample < 3; sample++) {
      const network = draw(ensemble, sample);
      const input = { layers, selfCoupling: 0.7, protocol, start: stream(5, "messages", sample) };
      const run = focusColumns(network, input);
      expect(run.solved).toBe(true);
      expect(violationsOf(network, run.state, 0.7)).toBe(0);
      expect(run.violations).toHaveLength(run.iterations);
      expect(run.violations.at(-1)).toBe(0);
      expect(run.point).toEqual(protocol[run.step]);
    }
  });

  it("reports what is left where there is no fixed point to find", () => {
    const network = draw({ ...ensemble, symmetry: -1 });
    const input = { layers, selfCoupling: 0, protocol: scoping({ steps: 5 }), start: stream(5, "messages") };
    const run = focusColumns(network, input, { maxIterations: 4 });
    expect(run.solved).toBe(false);
    expect(run.violations.at(-1)).toBe(violationsOf(network, run.state, 0));
    expect(Number.isFinite(run.replicas.localEntropy)).toBe(true);
  });

  it("the same start gives the same run, another start another", () => {
    const run = (seed: number) => {
      const start = stream(seed, "messages");
      return focusColumns(draw(ensemble), { layers, selfCoupling: 0.3, protocol: protocols.scoping, start });
    };
    const first = run(1);
    expect(run(1)).toEqual(first);
    expect(run(2).replicas).not.toEqual(first.replicas);
  });
});

describe("the system of replicas", () => {
  it("is that of belief propagation to 3/N where reactions by chance are left out, as there", () => {
    const n = 100;
    const measure = { selfCoupling: 0.5, replicas: 4, bond: 0.6 };
    const kernels = loadKernels();
    const network = sampleEnsemble({ ensemble: { n }, kernels }, stream(5, "couplings", n));
    const options = { maxIterations: 2000, tolerance: 1e-6 };
    const beliefs = createBeliefs(network);
    randomizeMessages(beliefs, stream(5, "messages"));
    expect(propagate(beliefs, measure, options).converged).toBe(true);
    const columns = createColumns(network);
    columns.state.products.fill(0);
    // Tilts near the messages' fixed point: there may be several others.
    randomizeTilts(columns, stream(5, "messages"));
    const totals = kernels.float64(beliefs.frame.totals, n);
    totals.forEach((total, j) => (columns.state.tilts[j] = 0.8 * total));
    expect(propagateColumns(columns, measure, options).converged).toBe(true);
    const [ours, theirs] = [focusedColumns(columns, measure), focusedReplicas(beliefs, measure)];
    expect(theirs.overlap).toBeGreaterThan(0.1);
    for (const name of ["overlap", "squaredMagnetization", "centreOverlap", "localEntropy"] as const)
      expect(Math.abs(ours[name] - theirs[name])).toBeLessThan(3 / n);
  });

  it("is log 2 at γ = 0 and J_D → ∞, and single replicas as y → 1 at any γ", () => {
    const columns = createColumns(draw({ n: 20, layers: 2, ferromagneticCoupling: 0.5 }), { layers: 2 });
    propagateColumns(columns, { selfCoupling: 60, replicas: 5, bond: 0 });
    const free = focusedColumns(columns, { selfCoupling: 60, replicas: 5, bond: 0 });
    expect(free.localEntropy).toBeCloseTo(Math.LN2, 12);
    expect([free.overlap, free.centreOverlap]).toEqual([0, 0]);
    // One replica and its centre: spin and centre agree with (1 + tanh γ)/2, and say nothing of the network.
    const bound = focusedColumns(columns, { selfCoupling: 60, replicas: 1, bond: 0.8 });
    expect(bound.centreOverlap).toBeCloseTo(Math.tanh(0.8), 12);
  });
});

describe("bad input", () => {
  const network = draw({ n: 10, layers: 2, ferromagneticCoupling: 0.5 });
  const input = { layers: 2, selfCoupling: 0.2, protocol: scoping(), start: stream(1, "messages") };

  it.each([
    [/protocol/, { protocol: [] }],
    [/selfCoupling/, { selfCoupling: NaN }],
    [/layers/, { layers: 3 }],
    [/replicas/, { protocol: [{ replicas: 0, bond: 1 }] }],
    [/bond/, { protocol: [{ replicas: 2, bond: -1 }] }],
  ])("is refused with a line that names it: %s", (message, change) => {
    expect(() => focusColumns(network, { ...input, ...change })).toThrow(OutOfDomain);
    expect(() => focusColumns(network, { ...input, ...change })).toThrow(message);
    expect(() => focusColumns(network, input, { damping: -1 })).toThrow(/damping/);
  });
});
