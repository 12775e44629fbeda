/** @file Findings of the figure `symmetry`: correlated couplings, enumerated and relaxed, against (P22) and (P23). */
import type { EnsembleThresholdsRow, SymmetricEntropyRow } from "../../experiments/rows-beyond.ts";
import { shown } from "../report-numbers.ts";
import { isSame } from "../select.ts";
import { symmetryOf } from "../symmetry-entropy.ts";
import type { SymmetryRows } from "../symmetry-entropy.ts";
import { label, symbols } from "../theme.ts";
import type { Finding } from "../types.ts";
import { accessFindings, countFindings, pairFindings } from "./ensembles.ts";
import { gapCourse, singleLayerFinding } from "./gap-course.ts";
import { asCheck, equality } from "./judge.ts";

const eta = "<i>η</i>";

/** Metastable states of the Sherrington–Kirkpatrick model (Bray and Moore 1980): digits of an independent solution. */
const spinGlass = { symmetry: 1, selfCoupling: 0, entropy: 0.199228491036 };
const spinGlassTolerance = 1e-9;

function spinGlassFinding(rows: readonly SymmetricEntropyRow[]): Finding[] {
  const { symmetry, selfCoupling, entropy } = spinGlass;
  const row = rows.find((each) => isSame(each.symmetry, symmetry) && isSame(each.selfCoupling, selfCoupling));
  if (row === undefined || row.annealed === null) return [];
  const unit = "nats per neuron";
  const claim =
    `Symmetric couplings without self-coupling, whose fixed points are the metastable states of the ` +
    `Sherrington–Kirkpatrick model, have ${symbols.entropy} = ${shown(row.annealed, 6)}`;
  const remark = "predicted: Bray and Moore’s equations solved by an independent program";
  const statement = { claim, measured: { value: row.annealed, unit }, remark };
  return [asCheck(equality(statement, { value: entropy, unit }, spinGlassTolerance))];
}

/** J_gap at η = 0 against one asymmetric layer. */
function asymmetricFinding(rows: readonly EnsembleThresholdsRow[]): Finding[] {
  const gap = rows.find((row) => isSame(symmetryOf(row), 0))?.gapClosing;
  if (!gap) return [];
  const claim = `At ${eta} = 0 the saddle point at symmetry ${eta} has ${symbols.gap} = ${shown(gap.selfCoupling, 8)}`;
  const remark = "predicted: independent couplings (P9), solved by an independent program";
  return [singleLayerFinding(claim, gap, remark)];
}

/** What the claim may open with: only what its verdict bears out. */
const survival = {
  agrees: "The dense phase survives symmetry and begins the earlier: the",
  differs: "The",
  open: "The",
} as const;

/** Whether the dense phase survives symmetry: J_gap falls with η as long as there is a gap. */
function survivalFinding(rows: readonly EnsembleThresholdsRow[]): Finding[] {
  const course = gapCourse({ of: symmetryOf, symbol: eta }, rows);
  if (course === null) return [];
  const { first, last, words, judged } = course;
  const claim =
    `${survival[judged.verdict]} gap closes at ${symbols.gap} = ${shown(first.gap.value, 4)} for ${eta} = ${label(first.value, 3)}, ` +
    `at ${shown(last.gap.value, 4)} for ${eta} = ${label(last.value, 3)}${words}`;
  return [asCheck({ claim, ...judged })];
}

/**
 * What the figure of correlated couplings shows.
 * @param rows theory and simulation, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source enumeration against (P22), (P23) at finite N; J_a(N, η) against J_gap(η) of (P15)
 */
export function symmetryFindings({ entropy, checks, thresholds, access }: SymmetryRows): Finding[] {
  return [
    ...countFindings(checks, "(P22)"),
    ...pairFindings(checks, "(P23)"),
    ...accessFindings({ of: symmetryOf, symbol: eta }, access, thresholds),
    ...survivalFinding(thresholds),
    ...asymmetricFinding(thresholds),
    ...spinGlassFinding(entropy),
  ];
}
