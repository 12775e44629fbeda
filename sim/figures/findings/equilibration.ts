/** @file Findings of the figure `equilibration`: what the sweeps to rest tell of targets and inputs. */
import type { EquilibrationMeans } from "../../experiments/equilibration-rows.ts";
import { shown } from "../report-numbers.ts";
import type { Finding } from "../types.ts";
import { difference, exceeding, quantityOf } from "./judge.ts";

/** Area under a ROC curve of a score that tells nothing. */
const chance = 0.5;

const feedback = ({ feedbackStrength }: EquilibrationMeans): string =>
  `<i>λ</i><sub>back</sub> = ${feedbackStrength}`;

/** What the errors rest on: networks are few, though each is scored on many samples. */
const overNetworks = ({ runs }: EquilibrationMeans): string =>
  `standard error over ${runs} ${runs === 1 ? "network" : "networks"}`;

const freedomOf = ({ runs }: EquilibrationMeans): number => runs - 1;

function scoreFinding(row: EquilibrationMeans, claimOf: (area: string) => string, what: string): Finding[] {
  const measured = quantityOf(row.auc);
  if (!measured) return [];
  const claim = claimOf(shown(measured.value, 2));
  const remark = `½ where a score tells nothing; ${overNetworks(row)}`;
  return [
    exceeding({ claim, measured, remark, freedom: freedomOf(row) }, `sweeps tell ${what}`, { value: chance }),
  ];
}

/** The readout's margin beside the sweeps as a score of wrong targets. */
function marginFinding(row: EquilibrationMeans | undefined): Finding[] {
  const [sweeps, margin] = [row?.auc, row?.marginAuc].map((area) => quantityOf(area ?? null));
  if (row === undefined || !sweeps || !margin) return [];
  const claim =
    `As a score of wrong targets a small margin of the readout has an area of ${shown(margin.value, 2)} under the ROC curve, ` +
    `the sweeps to rest ${shown(sweeps.value, 2)} (${feedback(row)})`;
  const statement = {
    claim,
    measured: difference(margin, sweeps),
    remark: `measured: the difference of the areas; ${overNetworks(row)}`,
    freedom: freedomOf(row),
  };
  return [exceeding(statement, "the readout tells more than the sweeps")];
}

/**
 * What the figure of sweeps to rest shows.
 * @param means one row a network and kind, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source area under the ROC curve against 1/2, the value of a score that knows nothing
 */
export function equilibrationFindings(means: readonly EquilibrationMeans[]): Finding[] {
  const known = means.filter(({ status }) => status === "ok");
  const kind = (name: string) =>
    known.filter((row) => row.kind === name).sort((a, b) => a.feedbackStrength - b.feedbackStrength);
  const wrong = kind("wrong target");
  const noise = kind("uniform noise");
  const scored = (rows: readonly EquilibrationMeans[], name: string): Finding[] =>
    rows.flatMap((row) => {
      const claimOf = (area: string) =>
        `As a score of ${name} the sweeps to rest have an area of ${area} under the ROC curve (${feedback(row)})`;
      return scoreFinding(row, claimOf, name);
    });
  return [
    ...scored(noise.slice(0, 1), "inputs of uniform noise"),
    ...scored(wrong, "wrong targets"),
    ...marginFinding(wrong.at(-1)),
  ];
}
