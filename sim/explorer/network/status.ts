/** @file The state of the live network in words. Pure functions of what is known; no page in here. */
import type { StabilityHistogram } from "./histogram.ts";
import type { NetworkFrame } from "./protocol.ts";
import { OVERLAP_SWEEPS } from "./raster.ts";

/** What the network does: it is made, stands still, runs, or has ended by a failure. */
export type Phase = "preparing" | "stopped" | "running" | "failed";

/** What the words are about. */
export interface NetworkStatus {
  readonly phase: Phase;
  /** Number of neurons N. */
  readonly n: number;
  /** The last frame of this network; none while it is made. */
  readonly frame?: NetworkFrame;
  /** Overlap of the state with that ten sweeps before, in [−1, 1]; null while there is none so old. */
  readonly overlap: number | null;
  /** Why it failed. */
  readonly reason?: string;
}

/** A number with its noun. */
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** A share in percent with one digit. */
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** A number with two digits and a true minus sign. */
export function twoDigits(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && Number(text) > 0 ? `−${text}` : text;
}

/** The readings beside their labels; a dash where there is none yet. */
export interface Readings {
  readonly sweep: string;
  readonly flips: string;
  readonly unstable: string;
  readonly overlap: string;
}

/** Readings of a network. */
export function readingsOf({ n, frame, overlap }: NetworkStatus): Readings {
  if (frame === undefined) return { sweep: "–", flips: "–", unstable: "–", overlap: "–" };
  return {
    sweep: String(frame.sweeps),
    flips: frame.sweeps === 0 ? "–" : `${frame.lastFlips} (${percent(frame.lastFlips, n)})`,
    unstable: `${frame.histogram.unstable} of ${n}`,
    overlap: overlap === null ? "–" : twoDigits(overlap),
  };
}

/** What has come of the run so far, in one or two sentences. */
export function verdictOf({ phase, n, frame, reason }: NetworkStatus): string {
  if (phase === "failed") return `The network has ended: ${reason ?? "unknown reason"}. Restart begins anew.`;
  if (phase === "preparing" || frame === undefined) return `Drawing the couplings of ${n} neurons …`;
  const { sweeps, fixedPointAfter } = frame;
  if (fixedPointAfter !== null) {
    const found = `Fixed point after ${counted(fixedPointAfter, "sweep")}: every neuron is stable.`;
    return phase === "running" ? `${found} A smaller self-coupling may wake it.` : found;
  }
  if (phase === "running") return "Running; no fixed point so far.";
  if (sweeps === 0) return "A random state. Press Start to let every neuron follow its field.";
  return `Stopped after ${counted(sweeps, "sweep")}; no fixed point so far.`;
}

/** The raster for those who do not see it. */
export function describeRaster(status: NetworkStatus, shown: number): string {
  const { n, frame, overlap } = status;
  if (frame === undefined) return `Raster of ${n} spins, not drawn yet.`;
  const first = `Raster of ${n} spins over ${shown === 1 ? "the last state" : `the last ${shown} states`}.`;
  const flips = frame.sweeps === 0 ? [] : [`${counted(frame.lastFlips, "flip")} in the last sweep.`];
  const memory =
    overlap === null ? [] : [`Overlap with the state ${OVERLAP_SWEEPS} sweeps ago ${twoDigits(overlap)}.`];
  return [first, `After ${counted(frame.sweeps, "sweep")}.`, ...flips, ...memory, verdictOf(status)].join(
    " ",
  );
}

/** The line under the raster: which sweeps and neurons are where. */
export function captionOf(
  { n, frame }: NetworkStatus,
  { shown, neuronsPerRow }: { shown: number; neuronsPerRow: number },
): string {
  const rows = neuronsPerRow === 1 ? `${n} neurons` : `${n} neurons, ${neuronsPerRow} a row`;
  if (frame === undefined) return `From top to bottom: ${rows}.`;
  const last = frame.sweeps;
  return `From left to right: sweeps ${Math.max(0, last - shown + 1)} to ${last}. From top to bottom: ${rows}.`;
}

/** The histogram for those who do not see it. */
export function describeHistogram({ counts, unstable, mean }: StabilityHistogram): string {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const mode = `mean ${twoDigits(mean)}`;
  return `Histogram of the stabilities of ${n} neurons: ${unstable} below 0, which are unstable; ${mode}.`;
}
