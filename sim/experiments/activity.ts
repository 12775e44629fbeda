/**
 * @file Experiment `activity`: flips per neuron and sweep of the asynchronous rule, of networks of N neurons under `random`
 * updates and of the single-neuron process (P27) at several time steps. A row is one network, or one repetition.
 */
import { simulateNeuronProcess } from "../../theory/dynamical-mean-field.ts";
import { flipsOfSweeps } from "../instance/activity.ts";
import { randomState } from "../instance/network.ts";
import { stream } from "../random.ts";
import type { Task } from "../sweep/task.ts";
import type { ActivitySample } from "./activity-rows.ts";
import { defineExperiment, sampleRanges } from "./experiment.ts";
import { drawNetwork, sampleNumbers } from "./scan.ts";

/** Solutions of (P27) at every J_D and time step. */
export interface ActivityTheory {
  /** J_D ≥ 0. */
  readonly selfCouplings: readonly number[];
  /** Time in sweeps, an integer ≥ 1. */
  readonly sweeps: number;
  /** Time steps in sweeps, each 1/k with an integer k. */
  readonly timeSteps: readonly number[];
  /** Number of trajectories of a repetition, ≥ 2. */
  readonly trajectories: number;
  /** Number of independent repetitions, ≥ 1. */
  readonly repetitions: number;
}

/** Networks of one size, each at every J_D. */
export interface ActivitySimulation {
  readonly n: number;
  /** J_D ≥ 0. */
  readonly selfCouplings: readonly number[];
  /** Sweeps of a run, an integer ≥ 1. */
  readonly sweeps: number;
  readonly samples: number;
}

/** What is solved and what is simulated. */
export interface ActivityParameters {
  readonly theories: readonly ActivityTheory[];
  readonly simulations: readonly ActivitySimulation[];
}

/** Consecutive repetitions at one J_D and time step. */
interface TheoryPart {
  readonly source: "theory";
  readonly selfCoupling: number;
  readonly sweeps: number;
  readonly timeStep: number;
  readonly trajectories: number;
  readonly firstSample: number;
  readonly samples: number;
}

/** Consecutive networks of one size. */
interface SimulationPart extends ActivitySimulation {
  readonly source: "simulation";
  readonly firstSample: number;
}

type ActivityPart = TheoryPart | SimulationPart;

const sampleAt = (part: TheoryPart, sample: number): Omit<ActivitySample, "status" | "activity"> => ({
  source: "theory",
  selfCoupling: part.selfCoupling,
  n: null,
  timeStep: part.timeStep,
  trajectories: part.trajectories,
  sweeps: part.sweeps,
  sample,
});

/**
 * Repetition `sample` of the theory. Streams are named by what numbers stand for, so that another J_D or step draws others:
 * the errors of points that a fit goes through are independent.
 */
function repetition(part: TheoryPart, seed: number, sample: number): ActivitySample {
  const { selfCoupling, sweeps, timeStep, trajectories } = part;
  const numbers = [Math.round(selfCoupling * indexScale), Math.round(1 / timeStep), trajectories, sample];
  const random = stream(seed, "neuron process", ...numbers);
  const { activity } = simulateNeuronProcess({ selfCoupling, sweeps, timeStep, trajectories }, random);
  return { status: "ok", ...sampleAt(part, sample), activity };
}

/** J_D in a stream's name is an integer number of these parts of one. */
const indexScale = 1e9;

function simulated(part: SimulationPart, seed: number, sample: number): ActivitySample[] {
  const { n, selfCouplings, sweeps } = part;
  const network = drawNetwork(n, seed, sample);
  const state = randomState(n, stream(seed, "initial state", n, sample));
  const order = stream(seed, "update order", n, sample);
  return selfCouplings.map((selfCoupling) => {
    const flips = flipsOfSweeps(network, { state, selfCoupling, order }, { sweeps });
    const place = { source: "simulation", selfCoupling, n, timeStep: null, trajectories: null } as const;
    return { status: "ok", ...place, sweeps, sample, activity: flips.map((count) => count / n) };
  });
}

/** Rows of one task. */
export function runTask(task: Task): ActivitySample[] {
  const part = task.parameters as ActivityPart;
  const numbers = sampleNumbers(part);
  return part.source === "theory"
    ? numbers.map((sample) => repetition(part, task.seed, sample))
    : numbers.flatMap((sample) => simulated(part, task.seed, sample));
}

/**
 * Seconds of one core, measured with 120 to 800 time steps: one multiplication of a field; what a trajectory takes at a
 * time besides (a normal number, a state recorded, its share of the flips); one coupling drawn; one added in a flip.
 */
const secondsPerProduct = 2e-9;
const secondsPerState = 2.5e-7;
const secondsPerDraw = 1.2e-8;
const secondsPerCoupling = 2.5e-10;
/** Flips per neuron and sweep of a run, about. */
const usualActivity = 0.1;

/** Expected seconds of one core for one sample. */
function secondsPerSample(part: ActivityPart): number {
  if (part.source === "theory") {
    const times = part.sweeps / part.timeStep;
    return part.trajectories * times * ((times / 2) * secondsPerProduct + secondsPerState);
  }
  const { n, sweeps, selfCouplings } = part;
  const perSweep = usualActivity * n * n * secondsPerCoupling;
  return n * n * secondsPerDraw + selfCouplings.length * sweeps * perSweep;
}

/** Tasks of about this many seconds: worth a hand-over, and short enough to end together on all cores. */
const secondsPerTask = 0.5;
const mostSamplesPerTask = 1000;

/** A part of all samples as parts of a few. */
function splitSamples<Part extends ActivityPart>(whole: Part): Part[] {
  const size = Math.floor(secondsPerTask / secondsPerSample(whole));
  const ranges = sampleRanges(whole.samples, Math.min(mostSamplesPerTask, Math.max(1, size)));
  return ranges.map((range) => ({ ...whole, ...range }));
}

function split({ theories, simulations }: ActivityParameters): ActivityPart[] {
  const solved = theories.flatMap(({ selfCouplings, timeSteps, repetitions, ...theory }) =>
    selfCouplings.flatMap((selfCoupling) =>
      timeSteps.map((timeStep): TheoryPart => {
        const range = { firstSample: 0, samples: repetitions };
        return { source: "theory", selfCoupling, timeStep, ...theory, ...range };
      }),
    ),
  );
  const runs = simulations.map((each): SimulationPart => ({ source: "simulation", ...each, firstSample: 0 }));
  return [...solved, ...runs].flatMap((part) => splitSamples(part));
}

/** Rows that stand for a part that did not run. */
function unstarted(part: ActivityPart): ActivitySample[] {
  const numbers = sampleNumbers(part);
  const without = { status: "unstarted", activity: [] } as const;
  if (part.source === "theory") return numbers.map((sample) => ({ ...sampleAt(part, sample), ...without }));
  const { n, sweeps } = part;
  const place = { source: "simulation", n, timeStep: null, trajectories: null, sweeps } as const;
  return numbers.flatMap((sample) =>
    part.selfCouplings.map((selfCoupling) => ({ ...place, selfCoupling, sample, ...without })),
  );
}

/** The experiment; a row a repetition or a network at each J_D, in the order of the parameters. */
export const activityExperiment = defineExperiment<ActivityParameters, ActivityPart, ActivitySample>({
  name: "activity",
  version: 1,
  module: import.meta.url,
  random: true,
  split,
  seconds: (part) => part.samples * secondsPerSample(part),
  unstarted,
});
