/** @file The registry: experiments by the names that sweep files use, those of the commands where there is one. */
import type { SweepExperiment } from "../../sweep/experiment.ts";
import { dynamicsSweep } from "./dynamics.ts";
import { enumerateSweep } from "./enumerate.ts";
import { focusingEntropySweep } from "./focusing-entropy.ts";
import { focusingSweep } from "./focusing.ts";
import { heteroSweep } from "./hetero.ts";
import { learnSweep } from "./learn.ts";
import { surroundingsSweep } from "./surroundings.ts";
import { entropySweep, franzParisiSweep, localEntropySweep } from "./theory.ts";

/** Experiments by name. */
export const sweepExperiments: Readonly<Record<string, SweepExperiment>> = Object.fromEntries(
  [
    dynamicsSweep,
    focusingSweep,
    focusingEntropySweep,
    surroundingsSweep,
    enumerateSweep,
    entropySweep,
    localEntropySweep,
    franzParisiSweep,
    learnSweep,
    heteroSweep,
  ].map((experiment) => [experiment.name, experiment]),
);
