/** @file Figures and their export: what the command line and users of the library take from here. */
export { exportReport } from "./export.ts";
export type { ReportRequest, ReportResult } from "./export.ts";
export { exportFigure } from "./paper.ts";
export type { FigureFormat, PaperRequest, PaperResult } from "./paper.ts";
export { columnFigure, composeFigures } from "./arrange.ts";
export type { FigureWidth } from "./arrange.ts";
export { ExportError } from "./files.ts";
export { findChromium } from "./chromium.ts";
export type { ImageFormat } from "./chromium.ts";
export {
  accessibilityFindings,
  activityFindings,
  complexityFindings,
  entropyFindings,
  equilibrationFindings,
  focusingEntropyFindings,
  focusingFindings,
  gapSidesFindings,
  heteroFindings,
  layersFindings,
  learningAblationsFindings,
  learningBatchFindings,
  learningCouplingFindings,
  learningSizeFindings,
  localEntropyFindings,
  phaseDiagramFindings,
  reachFindings,
  representationsFindings,
  shiftFindings,
  surroundingsFindings,
  symmetryFindings,
  typicalFindings,
} from "./findings/index.ts";
export type { JsonValue, Provenance } from "./html.ts";
export { toCsv, toRecords } from "./csv.ts";
export { entropyFigure } from "./entropy.ts";
export { localEntropyFigure } from "./local-entropy.ts";
export { phaseDiagramFigure } from "./phase-diagram.ts";
export { typicalFigure } from "./typical.ts";
export { complexityFigure } from "./complexity.ts";
export { accessibilityFigure } from "./accessibility.ts";
export { focusingFigure } from "./focusing.ts";
export { focusingEntropyFigure } from "./focusing-entropy.ts";
export { reachFigure } from "./reach.ts";
export { learningAblationsFigure } from "./learning-ablations.ts";
export { learningBatchFigure } from "./learning-batch.ts";
export { learningCouplingFigure } from "./learning-coupling.ts";
export { learningSizeFigure } from "./learning-size.ts";
export { representationsFigure } from "./representations.ts";
export { equilibrationFigure } from "./equilibration.ts";
export { heteroFigure } from "./hetero.ts";
export { shiftFigure } from "./shift.ts";
export { surroundingsFigure } from "./surroundings.ts";
export { symmetryFigure } from "./symmetry.ts";
export type { SymmetryRows } from "./symmetry-entropy.ts";
export { layersFigure } from "./layers.ts";
export type { LayersRows } from "./layers-map.ts";
export { gapSidesFigure } from "./gap-sides.ts";
export { activityFigure } from "./activity.ts";
export {
  accessThresholdTable,
  extrapolationTable,
  focusingExtrapolationTable,
  focusingThresholdTable,
  thresholdsTable,
} from "./tables.ts";
export type { Cell, Figure, Finding, Layout, Quantity, Table, Trace } from "./types.ts";
