/** @file The theory experiments of sweep files: `entropy`, `local-entropy` and `franz-parisi`, a row a point. */
import type { GridPoint, SweepExperiment } from "../../sweep/experiment.ts";
import { entropyExperiment } from "../entropy.ts";
import { franzParisiExperiment } from "../franz-parisi.ts";
import { localEntropyExperiment } from "../local-entropy.ts";
import type { EntropyRow, FranzParisiRow, LocalEntropyRow } from "../rows.ts";
import {
  column,
  parameterColumns,
  selfCouplingParameter,
  statusColumn,
  theoryDistance,
  theorySelfCoupling,
} from "./columns.ts";

/** Theory has one task a point, whatever the seed. */
const noSeed = 0;

const nats = "nats per neuron";
const residualColumn = column("residual", "number", "1", "largest residual of the saddle-point equations");
const errorColumn = column("error", "number", nats, "estimated error of the entropy");

const entropyParameters = { selfCoupling: selfCouplingParameter } as const;

/** Entropy of all fixed points. */
export const entropySweep: SweepExperiment = {
  name: "entropy",
  summary: "entropy of all fixed points: closed form and replica-symmetric saddle",
  module: entropyExperiment.module.href,
  random: false,
  parameters: entropyParameters,
  columns: [
    ...parameterColumns(entropyParameters),
    statusColumn,
    column("annealed", "number", nats, "annealed entropy (P2)"),
    column("replicaSymmetric", "number", nats, "replica-symmetric entropy (P4)"),
    column("overlap", "number", "1", "overlap of two fixed points at the saddle"),
    residualColumn,
    column("iterations", "integer", "iterations", "iterations of the solver"),
  ],
  tasks: ({ selfCoupling }) => entropyExperiment.tasks({ selfCouplings: [selfCoupling as number] }, noSeed),
  cost: entropyExperiment.cost,
  rows: (_, result) =>
    (result as EntropyRow[]).map(({ selfCoupling, status, annealed, rs }) => ({
      selfCoupling,
      status,
      annealed,
      replicaSymmetric: rs?.entropy ?? null,
      overlap: rs?.overlap ?? null,
      residual: rs?.residual ?? null,
      iterations: rs?.iterations ?? null,
    })),
};

interface ClusterPoint {
  readonly selfCoupling: number;
  readonly distance: number;
  readonly replicas: number | null;
}

const clusterParameters = {
  selfCoupling: theorySelfCoupling,
  distance: theoryDistance,
  replicas: {
    type: "number",
    min: 1,
    max: 5000,
    default: null,
    unit: "replicas",
    description: "number of real replicas y; left out: that at which the complexity is 0",
  },
} as const;

/** A point given the way the experiment takes it. */
function clusterTasks(point: GridPoint) {
  const { selfCoupling, distance, replicas } = point as unknown as ClusterPoint;
  const input = { selfCouplings: [selfCoupling], distances: [distance] };
  return localEntropyExperiment.tasks(replicas === null ? input : { ...input, ys: [replicas] }, noSeed);
}

/** Seconds of one core to find complexity 0 at one point, without the continuation along d that a whole curve has. */
const secondsPerCluster = 0.04;

/** Entropy inside the densest clusters. */
export const localEntropySweep: SweepExperiment = {
  name: "local-entropy",
  summary: "entropy inside the densest clusters of fixed points at mutual distance d (1RSB)",
  module: localEntropyExperiment.module.href,
  random: false,
  parameters: clusterParameters,
  columns: [
    ...parameterColumns(clusterParameters),
    statusColumn,
    column("conjugateOverlap", "number", "1", "conjugate overlap q̂ at the saddle"),
    column("freeEntropy", "number", nats, "replicated free entropy φ of (P9)"),
    column("localEntropy", "number", nats, "local entropy; negative where no such cluster exists"),
    column("complexity", "number", nats, "complexity Σ, logarithm of the number of clusters over N"),
    residualColumn,
    errorColumn,
  ],
  tasks: clusterTasks,
  cost: (task) => ("ys" in task.parameters ? localEntropyExperiment.cost(task) : secondsPerCluster),
  rows: (_, result) =>
    (result as LocalEntropyRow[]).map((row) => ({
      selfCoupling: row.selfCoupling,
      distance: row.distance,
      replicas: row.y,
      status: row.status,
      conjugateOverlap: row.qhat,
      freeEntropy: row.phi,
      localEntropy: row.localEntropy,
      complexity: row.complexity,
      residual: row.residual,
      error: row.error,
    })),
};

const neighbourParameters = { selfCoupling: theorySelfCoupling, distance: theoryDistance } as const;

/** Fixed points around a typical one. */
export const franzParisiSweep: SweepExperiment = {
  name: "franz-parisi",
  summary: "entropy of fixed points at distance d from a typical one: annealed bound and quenched",
  module: franzParisiExperiment.module.href,
  random: false,
  parameters: neighbourParameters,
  columns: [
    ...parameterColumns(neighbourParameters),
    statusColumn,
    column("annealed", "number", nats, "annealed bound (P7)"),
    column("quenched", "number", nats, "quenched entropy (P8); negative where there are no neighbours"),
    column("innerOverlap", "number", "1", "overlap of two fixed points at that distance"),
    residualColumn,
    errorColumn,
  ],
  tasks: (point) => {
    const { selfCoupling, distance } = point as unknown as ClusterPoint;
    return franzParisiExperiment.tasks({ selfCouplings: [selfCoupling], distances: [distance] }, noSeed);
  },
  cost: franzParisiExperiment.cost,
  rows: (_, result) =>
    (result as FranzParisiRow[]).map((row) => ({
      selfCoupling: row.selfCoupling,
      distance: row.distance,
      status: row.status,
      annealed: row.annealed,
      quenched: row.quenched,
      innerOverlap: row.innerOverlap,
      residual: row.residual,
      error: row.error,
    })),
};
