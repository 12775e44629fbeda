/** @file `atlas activity`: flips per neuron and sweep of the asynchronous rule, by theory and in networks. */
import { Option } from "commander";
import { requireNeuronProcess } from "../../theory/dynamical-mean-field.ts";
import { activityExperiment, type ActivityParameters } from "../experiments/activity.ts";
import { activityRows } from "../experiments/activity-rows.ts";
import { MAX_NEURONS } from "../instance/network.ts";
import { parseInteger, parseList } from "../expressions.ts";
import type { CommandDefinition } from "./command.ts";
import { runExperiment } from "./command.ts";
import { parseSelfCouplings, requireRows, selfCouplingOption } from "./options.ts";
import { rowsOutput } from "./output.ts";

/** Bounds on what one call may ask for. */
const mostSweeps = 10_000;
const mostTrajectories = 1e6;
const mostSamples = 1e5;

/** Definition of the command. */
export const activityCommand: CommandDefinition = {
  name: "activity",
  summary: "flips per neuron and sweep of the asynchronous dynamics: theory for N → ∞ (P27), and networks",
  notes: [
    "A row for each J_D and time step of the theory, one at vanishing time step where there are two steps or more,",
    "and with --n one for networks with N independent picks a sweep; activity holds a number for each sweep.",
    "Example: atlas activity --jd 0.4,0.6 --sweeps 20 --n 1000 --samples 8",
  ].join("\n"),
  options: [
    selfCouplingOption("≥ 0"),
    new Option("--sweeps <integer>", `duration in sweeps, 1 to ${mostSweeps}`).default("50"),
    new Option("--time-step <list>", "time steps of the theory in sweeps, each 1/k, 0.001 to 1").default(
      "1/4,1/8",
    ),
    new Option("--trajectories <integer>", "trajectories of a repetition of the theory").default("4000"),
    new Option("--n <integer>", `simulate networks of N neurons too, 2 to ${MAX_NEURONS}`),
    new Option("--samples <integer>", "repetitions of the theory, and networks").default("8"),
  ],
  async run(texts, { seed, workers }, context) {
    const selfCouplings = await parseSelfCouplings(texts.jd);
    const sweeps = await parseInteger("--sweeps", texts.sweeps ?? "", 1, mostSweeps);
    const steps = await parseList("--time-step", texts.timeStep ?? "");
    const trajectories = await parseInteger("--trajectories", texts.trajectories ?? "", 2, mostTrajectories);
    const samples = await parseInteger("--samples", texts.samples ?? "", 1, mostSamples);
    const n = texts.n === undefined ? null : await parseInteger("--n", texts.n, 2, MAX_NEURONS);
    requireRows(selfCouplings.length, steps.length, samples);
    for (const timeStep of steps)
      requireNeuronProcess({ selfCoupling: selfCouplings[0] ?? 0, sweeps, timeStep, trajectories });
    const parameters: ActivityParameters = {
      theories: [{ selfCouplings, sweeps, timeSteps: steps, trajectories, repetitions: samples }],
      simulations: n === null ? [] : [{ n, selfCouplings, sweeps, samples }],
    };
    const raw = await runExperiment(activityExperiment, parameters, seed, { workers, context });
    return rowsOutput(activityRows(raw), (row) => ({
      J_D: row.selfCoupling,
      source: row.source,
      N: row.n,
      "time step": row.timeStep,
      samples: row.samples,
      "first sweep": row.activity[0] ?? null,
      "last sweep": row.activity.at(-1) ?? null,
      "s.e.": row.standardError?.at(-1) ?? null,
    }));
  },
};
