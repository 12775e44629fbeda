/** @file `atlas focusing`: how often focusing belief propagation finds a fixed point. */
import { Option } from "commander";
import { OutOfDomain, requireInside, type Interval } from "../../theory/errors.ts";
import { ensembleFocusingExperiment, ensembleFocusingRows } from "../experiments/ensemble-focusing.ts";
import { focusingExperiment, focusingRows } from "../experiments/focusing-scan.ts";
import type { ProtocolChoice } from "../experiments/focusing-scan.ts";
import type { FocusingRow } from "../experiments/rows.ts";
import { LARGEST_COUPLING, MOST_REPLICAS, STRONGEST_BOND } from "../instance/belief-propagation.ts";
import { protocolNames, type ProtocolName, type ProtocolPoint } from "../instance/protocols.ts";
import { backendNames, backendOption, chooseBackend } from "./backend.ts";
import type { CommandContext, CommandDefinition } from "./command.ts";
import { runExperiment } from "./command.ts";
import { runExperimentOnDevice } from "./device-run.ts";
import { parseInteger, parseNumber, splitTopLevel } from "../expressions.ts";
import {
  depthOption,
  ensembleCells,
  ferromagneticOption,
  parseDrawnEnsemble,
  parseSelfCouplings,
  parseWord,
  requireRows,
  selfCouplingOption,
  symmetryOption,
} from "./options.ts";
import { rowsOutput } from "./output.ts";

type Texts = Readonly<Record<string, string | undefined>>;

/** Couplings and messages, 12 N² bytes, share 4 GiB. */
const mostNeurons = 18_000;

/** Bounds on what one call may ask for. */
const mostSamples = 1e6;
const mostIterations = 1e5;
const mostSteps = 1e4;
/** Changes of messages, which are f32, mean nothing below. */
const leastTolerance = 1e-7;

/** Definition of the command. */
export const focusingCommand: CommandDefinition = {
  name: "focusing",
  summary: "focusing belief propagation: samples in which it finds a fixed point",
  notes: [
    "y replicas are bound to a centre by γ, and messages iterate while both change along a protocol:",
    "scoping: y fixed, γ grows from 0 to 1.2; pseudo-reinforcement: both grow; reinforcement: γ = ∞, y grows; or --points.",
    "median iterations is over all samples, null when half of them were not solved.",
    "With --symmetry, --layers or --lambda, fields and tilts of whole columns iterate instead (algorithm: columns).",
    "On a GPU all J_D of a network run at the same time, on one worker.",
    "Example: atlas focusing --n 200 --jd 0.1:0.05:0.3 --samples 20",
    "         atlas focusing --n 3200 --jd 0.1:0.05:0.3 --samples 4 --backend auto",
    "         atlas focusing --n 200 --jd 0:0.1:0.5 --samples 20 --layers 2 --lambda 0.25",
  ].join("\n"),
  options: [
    new Option(
      "--n <integer>",
      `number of neurons N of a layer, 2 to ${mostNeurons} in all layers`,
    ).makeOptionMandatory(),
    selfCouplingOption("≥ 0"),
    new Option(
      "--samples <integer>",
      "networks, at most a million; each serves all J_D",
    ).makeOptionMandatory(),
    new Option("--protocol <name>", `one of ${protocolNames.join(", ")} (default: scoping)`),
    new Option("--replicas <number>", "y ≥ 1 of scoping (default: 10)"),
    new Option(
      "--steps <integer>",
      "points of the protocol (default: scoping 61, at least 2; pseudo-reinforcement 100; reinforcement 200)",
    ),
    new Option(
      "--points <list>",
      "points y:γ of a protocol of one's own, such as 5:0.5,10:1; y from 1 to 10⁹, γ from 0 to 30",
    ),
    new Option("--inner <integer>", "iterations at most at each point (default: 20)"),
    new Option("--damping <number>", "part of the old message in the new one, 0 to below 1 (default: 0.5)"),
    new Option("--tolerance <number>", "a point is left when messages change by less (default: 1e-4)"),
    backendOption(),
    symmetryOption(),
    depthOption("finite"),
    ferromagneticOption(LARGEST_COUPLING),
  ],
  async run(texts, { seed, workers }, context) {
    const n = await parseInteger("--n", texts.n ?? "", 2, mostNeurons);
    const selfCouplings = [...new Set(await parseSelfCouplings(texts.jd))];
    const samples = await parseInteger("--samples", texts.samples ?? "", 1, mostSamples);
    requireRows(selfCouplings.length, samples);
    const protocols = [await parseProtocol(texts)];
    const common = { protocols, ...(await parseIteration(texts)) };
    const ensemble = await parseDrawnEnsemble(texts, n, mostNeurons);
    // Bonds are couplings to the messages.
    requireInside("--lambda", ensemble.ferromagneticCoupling ?? 0, { min: 0, max: LARGEST_COUPLING });
    const scans = [{ n, ...ensemble, selfCouplings, samples }];
    const ofColumns = Object.keys(ensemble).length > 0;
    const backend = await parseBackend(texts.backend, ofColumns, context);
    if (!ofColumns) {
      const parameters = { scans, ...common, ...backend };
      const raw =
        backend.backend === undefined
          ? await runExperiment(focusingExperiment, parameters, seed, { workers, context })
          : await runExperimentOnDevice(focusingExperiment, parameters, seed, context);
      return rowsOutput(focusingRows(raw), cellsOf);
    }
    const raw = await runExperiment(ensembleFocusingExperiment, { scans, ...common }, seed, {
      workers,
      context,
    });
    const rows = ensembleFocusingRows(raw).map((row) => ({ ...row, ...ensemble }));
    return rowsOutput(rows, ({ algorithm, ...row }) => ({
      ...ensembleCells(ensemble),
      ...cellsOf(row),
      algorithm,
    }));
  },
};

/** Cells of a row of the table. */
const cellsOf = (row: FocusingRow) => ({
  N: row.n,
  J_D: row.selfCoupling,
  protocol: row.protocol,
  samples: row.samples,
  solved: row.solved,
  "median iterations": row.medianIterations,
  "Bethe entropy": row.betheEntropy,
  overlap: row.overlap,
  distance: row.distance,
  "unstable fraction": row.unstableFraction,
});

/**
 * Where to run; the GPU that is found is closed again, since the worker opens its own.
 * @throws NoDevice when a GPU is asked for and there is none
 */
async function parseBackend(
  text: string | undefined,
  ofColumns: boolean,
  { report }: CommandContext,
): Promise<{ backend?: "webgpu" }> {
  const name = parseWord("--backend", text ?? "wasm", backendNames);
  if (name === "wasm") return {};
  if (ofColumns) {
    const pairing = "--backend webgpu does not go with --symmetry, --layers or --lambda";
    if (name === "webgpu") throw new OutOfDomain(pairing);
    report(`computing on WASM: ${pairing}`);
    return {};
  }
  const device = await chooseBackend(name, report);
  device?.close();
  return device === null ? {} : { backend: "webgpu" };
}

async function parseProtocol(texts: Texts): Promise<ProtocolChoice> {
  if (texts.points !== undefined) {
    const other = ["protocol", "replicas", "steps"].find((option) => texts[option] !== undefined);
    if (other !== undefined) throw new OutOfDomain(`--points does not go with --${other}`);
    return { name: "points", points: await parsePoints(texts.points) };
  }
  const name: ProtocolName = parseWord("--protocol", texts.protocol ?? "scoping", protocolNames);
  if (texts.replicas !== undefined && name !== "scoping")
    throw new OutOfDomain(`--replicas goes with --protocol scoping, got ${name}`);
  const leastSteps = name === "scoping" ? 2 : 1;
  const replicas = { min: 1, max: MOST_REPLICAS };
  return {
    name,
    ...(await given("steps", texts.steps, (text) => parseInteger("--steps", text, leastSteps, mostSteps))),
    ...(await given("replicas", texts.replicas, (text) => parseInside("--replicas", text, replicas))),
  };
}

/** `y:γ` items; each may be an expression. */
async function parsePoints(text: string): Promise<ProtocolPoint[]> {
  const points = splitTopLevel(text).map(async (item) => {
    const parts = item.split(":");
    if (parts.length !== 2) throw new OutOfDomain(`--points must be a list of y:γ, got ${item || "nothing"}`);
    const [replicas, bond] = await Promise.all(parts.map((part) => parseNumber("--points", part)));
    return {
      replicas: requireInside("--points: y", replicas, { min: 1, max: MOST_REPLICAS }),
      bond: requireInside("--points: γ", bond, { min: 0, max: STRONGEST_BOND }),
    };
  });
  return Promise.all(points);
}

/** How a run iterates; what is not given is left to the defaults. */
async function parseIteration({ inner, damping, tolerance }: Texts) {
  const below1 = { min: 0, max: 1, openMax: true };
  const tolerances = { min: leastTolerance, max: 1 };
  return {
    ...(await given("innerIterations", inner, (text) => parseInteger("--inner", text, 1, mostIterations))),
    ...(await given("damping", damping, (text) => parseInside("--damping", text, below1))),
    ...(await given("tolerance", tolerance, (text) => parseInside("--tolerance", text, tolerances))),
  };
}

const parseInside = async (name: string, text: string, interval: Interval): Promise<number> =>
  requireInside(name, await parseNumber(name, text), interval);

/** A field with the value of an option, or none when the option was not given. */
async function given<Name extends string>(
  name: Name,
  text: string | undefined,
  parse: (text: string) => Promise<number>,
): Promise<{ readonly [key in Name]?: number }> {
  return text === undefined ? {} : ({ [name]: await parse(text) } as { [key in Name]: number });
}
