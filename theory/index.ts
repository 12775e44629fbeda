/** @file The theory package: everything public, one line a file. */
export * from "./centred-branches.ts";
export * from "./centred.ts";
export type { SaddlePosition } from "./complexity-root.ts";
export * from "./entropy.ts";
export * from "./errors.ts";
export * from "./franz-parisi.ts";
export * from "./integer-replicas.ts";
export * from "./local-entropy.ts";
export * from "./normal.ts";
export * from "./one-rsb.ts";
export * from "./pairs.ts";
export * from "./quadrature.ts";
export * from "./solvers.ts";
export * from "./symmetric-finite-pairs.ts";
export * from "./symmetric-finite.ts";
export * from "./symmetric-pairs.ts";
export * from "./symmetric.ts";
export * from "./thresholds.ts";
