/** @file Findings of the figure `layers`: what ferromagnetic bonds do, enumerated and relaxed, against (P24)-(P26). */
import type { Depth, EnsembleThresholdsRow, LayeredEntropyRow } from "../../experiments/rows-beyond.ts";
import { bondOf, depthInSymbols, depthOf, depthsOf } from "../layers-map.ts";
import type { LayersRows } from "../layers-map.ts";
import { shown } from "../report-numbers.ts";
import { isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding } from "../types.ts";
import { accessFindings, countFindings } from "./ensembles.ts";
import { gapCourse, singleLayerFinding } from "./gap-course.ts";
import { asCheck, equality } from "./judge.ts";

const lambda = "<i>λ</i>";

/** J_eff of the infinite chain at one place, from an independent program. */
const independent = { ferromagneticCoupling: 1, selfCoupling: 0, equivalentSelfCoupling: 0.24198373 };
const independentTolerance = 1e-8;

function equivalenceFinding(rows: readonly LayeredEntropyRow[]): Finding[] {
  const { ferromagneticCoupling, selfCoupling, equivalentSelfCoupling } = independent;
  const row = rows.find(
    (each) =>
      each.layers === "infinite" &&
      isSame(each.ferromagneticCoupling, ferromagneticCoupling) &&
      isSame(each.selfCoupling, selfCoupling),
  );
  if (row === undefined || row.equivalentSelfCoupling === null) return [];
  const claim =
    `Infinitely many layers with ${lambda} = ${label(ferromagneticCoupling)} and no self-coupling have as many fixed points ` +
    `as one layer with ${symbols.selfCoupling} = ${shown(row.equivalentSelfCoupling, 6)}`;
  const measured = { value: row.equivalentSelfCoupling };
  const remark = "predicted: (P24), (P25) evaluated by an independent program";
  return [
    asCheck(equality({ claim, measured, remark }, { value: equivalentSelfCoupling }, independentTolerance)),
  ];
}

/** J_gap without bonds, which is that of one layer, at every depth. */
function unboundFindings(rows: readonly EnsembleThresholdsRow[]): Finding[] {
  return rows.flatMap(({ gapClosing, ...row }) => {
    if (gapClosing === null || bondOf(row) !== 0) return [];
    const claim = `Without bonds ${depthInSymbols(depthOf(row))} has ${symbols.gap} = ${shown(gapClosing.selfCoupling, 8)}`;
    return [singleLayerFinding(claim, gapClosing, "predicted: one layer, solved by an independent program")];
  });
}

/** Whether λ replaces J_D for the dense clusters as it does for the number of fixed points: J_gap falls with it. */
function replacementFindings(rows: readonly EnsembleThresholdsRow[]): Finding[] {
  return depthsOf(rows).flatMap((depth) => {
    const course = gapCourse(
      { of: bondOf, symbol: lambda },
      rows.filter((row) => depthOf(row) === depth),
    );
    if (course === null) return [];
    const { first, last, words, judged } = course;
    const [from, to] = [first.row.vanishing, last.row.vanishing];
    const ofAll =
      from === null || to === null
        ? ""
        : `; the self-coupling at which fixed points appear at all moves by ${shown(to - from, 3)}`;
    const claim =
      `From ${lambda} = ${label(first.value, 3)} to ${label(last.value, 3)} at ${depthInSymbols(depth)} ${symbols.gap} goes from ` +
      `${shown(first.gap.value, 4)} to ${shown(last.gap.value, 4)}${words}${ofAll}`;
    const criterion = `${judged.criterion}; if it does, bonds stand in for a self-coupling in dense clusters too`;
    return [asCheck({ claim, ...judged, criterion })];
  });
}

/**
 * What the figure of layers shows.
 * @param rows theory and simulation, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source enumeration against (P26); J_a(N, λ) against J_gap(λ) of (P15); J_gap at λ = 0 against one layer
 */
export function layersFindings(rows: LayersRows): Finding[] {
  const { map, checks, thresholds, access } = rows;
  const accessed = depthsOf(access).flatMap((depth) => {
    const ofDepth = <Row extends { readonly layers?: Depth }>(all: readonly Row[]): Row[] =>
      all.filter((row) => depthOf(row) === depth);
    return accessFindings({ of: bondOf, symbol: lambda }, ofDepth(access), ofDepth(thresholds));
  });
  return [
    ...countFindings(checks, "(P26)"),
    ...accessed,
    ...replacementFindings(thresholds),
    ...unboundFindings(thresholds),
    ...equivalenceFinding(map),
  ];
}
