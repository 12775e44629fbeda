/** @file The simulation package: what a user of the library imports as `fixed-point-atlas/sim`. */
export { OutOfDomain, NotConverged } from "../theory/errors.ts";
export { RandomWords, Stream, stream } from "./random.ts";
export { loadKernels } from "./kernels/load.ts";
export { createMemory, instantiateKernels } from "./kernels/wasm.ts";
export { createScalarKernels } from "./kernels/scalar.ts";
export type { Kernels } from "./kernels/memory.ts";
export type { MemoryOptions } from "./kernels/wasm.ts";
export type { AdapterOptions } from "./kernels/webgpu/adapter.ts";
export { openDevice } from "./kernels/webgpu/device.ts";
export type { ComputeDevice, DeviceOptions } from "./kernels/webgpu/device.ts";
export * from "./kernels/webgpu/errors.ts";
export type { CouplingPrecision } from "./kernels/webgpu/matrix.ts";
export * from "./instance/network.ts";
export * from "./instance/activity.ts";
export * from "./instance/dynamics.ts";
export * from "./instance/ensemble.ts";
export * from "./instance/enumerate.ts";
export * from "./instance/pairs.ts";
export * from "./instance/tuples.ts";
export {
  createColumns,
  propagateColumns,
  randomizeTilts,
  setColumnFields,
  type Columns,
} from "./instance/columns.ts";
export { solveColumns, type ColumnsInput } from "./instance/columns-entropy.ts";
export { focusColumns, focusedColumns } from "./instance/columns-focusing.ts";
export {
  betheEntropy,
  createBeliefs,
  magnetizations,
  propagate,
  randomizeMessages,
  setExternalFields,
  solveBethe,
} from "./instance/belief-propagation.ts";
export type {
  BeliefMeasure,
  Beliefs,
  BetheInput,
  BetheResult,
  Propagation,
  PropagationOptions,
} from "./instance/belief-propagation.ts";
export * from "./instance/entropy-around.ts";
export * from "./instance/focusing.ts";
export * from "./instance/planted.ts";
export * from "./instance/protocols.ts";
export * from "./instance/surroundings.ts";
export * from "./data/entangled.ts";
export * from "./data/idx.ts";
export * from "./data/labelled.ts";
export * from "./data/mnist.ts";
export * from "./data/patterns.ts";
export type { BaselineData, BaselineEpoch } from "./learning/baseline.ts";
export * from "./learning/backend.ts";
export * from "./learning/learner.ts";
export * from "./learning/model.ts";
export { trainPerceptron } from "./learning/perceptron.ts";
export type { PerceptronOptions } from "./learning/perceptron.ts";
export type { Drive, Phase } from "./learning/relax.ts";
export { learningPresets, networkSetup } from "./learning/presets.ts";
export type { LearningPreset, NetworkMethod, NetworkSetup, RateSchedule } from "./learning/presets.ts";
export { trainSignMlp } from "./learning/sign-mlp.ts";
export type { SignMlpOptions } from "./learning/sign-mlp.ts";
export * from "./learning/train.ts";
export type { TrainableNetwork } from "./learning/trainable.ts";
export { couplingSymmetry } from "./learning/weights.ts";
export type { WeightMatrix } from "./learning/weights.ts";
export { StoreError, WorkerError } from "./sweep/errors.ts";
export { SweepFileError } from "./sweep/validate.ts";
export { ShardReplaced } from "./sweep/shards.ts";
export { openStore, readStore } from "./sweep/store.ts";
export type { ResultStore, StoredResults, StoreOptions } from "./sweep/store.ts";
export type { LeaseOptions } from "./sweep/leases.ts";
export type { Write } from "./sweep/shard-writer.ts";
export type { ReadReport, StoredKeys } from "./sweep/read.ts";
export type { StoredResult } from "./sweep/row.ts";
export { memoryStore } from "./sweep/memory.ts";
export type { MemoryStore } from "./sweep/memory.ts";
export type { ReadableSink, ResultSink } from "./sweep/sink.ts";
export { runTasks } from "./sweep/local.ts";
export type { FailedTask, FailureKind } from "./sweep/failures.ts";
export type { Progress, RunOptions, RunSummary, StopReason } from "./sweep/local.ts";
export type { Task } from "./sweep/task.ts";
export type {
  Column,
  ColumnType,
  FlatRow,
  GridPoint,
  ParameterDefinition,
  Repeats,
  Scalar,
  SweepExperiment,
} from "./sweep/experiment.ts";
export { sweepSchema } from "./sweep/definition.ts";
export type { SweepDefinition } from "./sweep/definition.ts";
export { loadSweep } from "./sweep/file.ts";
export type { AdaptiveInput, Sweep, SweepParts } from "./sweep/file.ts";
export type { TaskRound, TaskSource } from "./sweep/source.ts";
export { runSweep } from "./sweep/run.ts";
export type { SweepRunOptions, SweepSummary } from "./sweep/run.ts";
export { sweepStatus } from "./sweep/status.ts";
export type { StatusRequest, SweepStatus } from "./sweep/status.ts";
export { exportFormats, exportRows } from "./sweep/export.ts";
export type { ExportFormat, ExportOptions, ExportSummary } from "./sweep/export.ts";
export { mergeRows } from "./sweep/merge.ts";
export type { MergeOptions, MergeSummary } from "./sweep/merge.ts";
export { queryRows } from "./sweep/query.ts";
export type { QueryOptions, QueryResult } from "./sweep/query.ts";
export type { RowSource } from "./sweep/table.ts";
export { sweepExperiments } from "./experiments/sweeps/index.ts";
export { adaptiveSchema, adaptiveSource } from "./experiments/adaptive.ts";
export type { AdaptiveEstimate, AdaptiveSettings, AdaptiveSource } from "./experiments/adaptive.ts";
export { aggregateRows } from "./experiments/aggregate.ts";
export type { AggregateOptions } from "./experiments/aggregate.ts";
export { bootstrapInterval, wilsonInterval } from "./statistics.ts";
export type { BootstrapOptions, IndexStream, IntervalOptions } from "./statistics.ts";
export type { Experiment } from "./experiments/experiment.ts";
export {
  accessibilityExperiment,
  accessibilityRows,
  accessThresholds,
  extrapolationRows,
} from "./experiments/accessibility.ts";
export type { AccessibilityParameters, SampleRow } from "./experiments/accessibility.ts";
export { entropyCheckExperiment, entropyCheckRows } from "./experiments/entropy-check.ts";
export type { EntropyCheckParameters, EnumerationSums, Moments } from "./experiments/entropy-check.ts";
export { entropyExperiment } from "./experiments/entropy.ts";
export type { EntropyParameters } from "./experiments/entropy.ts";
export { focusingEntropyExperiment } from "./experiments/focusing-entropy.ts";
export type { FocusingEntropyParameters } from "./experiments/focusing-entropy.ts";
export { focusingEntropySummaries } from "./experiments/focusing-entropy-summary.ts";
export {
  focusingExperiment,
  focusingExtrapolations,
  focusingRows,
  focusingThresholds,
} from "./experiments/focusing-scan.ts";
export type { FocusingParameters, FocusingSampleRow, ProtocolChoice } from "./experiments/focusing-scan.ts";
export { franzParisiExperiment } from "./experiments/franz-parisi.ts";
export type { FranzParisiParameters } from "./experiments/franz-parisi.ts";
export { equilibrationExperiment } from "./experiments/equilibration.ts";
export type { EquilibrationParameters, EquilibrationSample } from "./experiments/equilibration.ts";
export { equilibrationMeans } from "./experiments/equilibration-rows.ts";
export type { EquilibrationMeans } from "./experiments/equilibration-rows.ts";
export { heteroCapacities, heteroSlopes } from "./experiments/hetero-capacity.ts";
export type { RecallCriterion } from "./experiments/hetero-capacity.ts";
export { heteroExperiment } from "./experiments/hetero.ts";
export type { HeteroParameters, HeteroSettings } from "./experiments/hetero.ts";
export { learningBatchExperiment } from "./experiments/learning-batch.ts";
export type { BatchSetting, LearningBatchParameters } from "./experiments/learning-batch.ts";
export { learningExperiment } from "./experiments/learning.ts";
export type { LearningParameters, LearningRun } from "./experiments/learning.ts";
export { representationMeans, representationsExperiment } from "./experiments/representations.ts";
export type {
  RepresentationLooks,
  RepresentationMeans,
  RepresentationSample,
  RepresentationsParameters,
} from "./experiments/representations.ts";
export { shiftExperiment, shiftMeans } from "./experiments/shift.ts";
export type { ShiftMeans, ShiftParameters, ShiftSample } from "./experiments/shift.ts";
export { localEntropyExperiment } from "./experiments/local-entropy.ts";
export type { LocalEntropyParameters } from "./experiments/local-entropy.ts";
export { surroundingsExperiment } from "./experiments/surroundings.ts";
export type {
  KindSamples,
  SampledAroundPoint,
  SampledWalkPoint,
  SurroundingsParameters,
  SurroundingsSample,
  SurroundingsScan,
} from "./experiments/surroundings.ts";
export { surroundingsRows } from "./experiments/surroundings-rows.ts";
export { thresholdsExperiment, thresholdsRow } from "./experiments/thresholds.ts";
export type { ThresholdPart, ThresholdRow, ThresholdsParameters } from "./experiments/thresholds.ts";
export type { EnsembleScan, SizeScan } from "./experiments/scan.ts";
export { activityExperiment } from "./experiments/activity.ts";
export type { ActivityParameters, ActivitySimulation, ActivityTheory } from "./experiments/activity.ts";
export { activityRows } from "./experiments/activity-rows.ts";
export type { ActivitySample, ActivityWindow, WindowedActivityRow } from "./experiments/activity-rows.ts";
export { activityLimits, combinedLimit } from "./experiments/activity-limit.ts";
export type { JudgedLimitRow } from "./experiments/activity-limit.ts";
export { stationaryRows } from "./experiments/activity-relaxation.ts";
export {
  ensembleFocusingExperiment,
  ensembleFocusingRows,
  ensembleFocusingThresholds,
} from "./experiments/ensemble-focusing.ts";
export type {
  EnsembleFocusingParameters,
  EnsembleFocusingSampleRow,
} from "./experiments/ensemble-focusing.ts";
export { ensembleLocalEntropyExperiment } from "./experiments/ensemble-local-entropy.ts";
export type { EnsembleLocalEntropyParameters } from "./experiments/ensemble-local-entropy.ts";
export {
  ensembleThresholdNames,
  ensembleThresholdsExperiment,
  ensembleThresholdsRows,
} from "./experiments/ensemble-thresholds.ts";
export type {
  EnsembleThreshold,
  EnsembleThresholdRow,
  EnsembleThresholdsParameters,
  FoundThreshold,
} from "./experiments/ensemble-thresholds.ts";
export { layeredEntropyExperiment } from "./experiments/layered-entropy.ts";
export type { LayeredEntropyParameters } from "./experiments/layered-entropy.ts";
export { symmetricEntropyExperiment } from "./experiments/symmetric-entropy.ts";
export type { SymmetricEntropyParameters } from "./experiments/symmetric-entropy.ts";
export { tupleCheckExperiment, tupleCheckRows } from "./experiments/tuple-check.ts";
export type { TupleCheckParameters, TupleScan, TupleSums } from "./experiments/tuple-check.ts";
export { tupleEntropyExperiment } from "./experiments/tuple-entropy.ts";
export type { ExclusionPoint, ExclusionRow, TupleEntropyParameters } from "./experiments/tuple-entropy.ts";
export type { LayeredEnsemble, SymmetricEnsemble, TheoryEnsemble } from "./experiments/ensemble-kind.ts";
export type { SimulatedFields } from "./experiments/ensemble-fields.ts";
export type * from "./experiments/rows-beyond.ts";
export type { EquilibrationProbe } from "./experiments/equilibration-kinds.ts";
export type { ProbedTraining } from "./experiments/probed-training.ts";
export type { LearningData } from "./experiments/learning-data.ts";
export type * from "./experiments/learning-rows.ts";
export type * from "./experiments/rows.ts";
export * from "./figures/index.ts";
