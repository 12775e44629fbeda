/** @file The words about many starts: a pure function of what is known; no page in here. */
import type { StartsPlace, StartsProgress, StartsResult } from "./protocol.ts";

/** Below this, seconds are told as milliseconds; from the second on, without a digit after the point. */
const SHORT_MILLISECONDS = 100;
const LONG_MILLISECONDS = 10_000;

function duration(milliseconds: number): string {
  if (milliseconds < SHORT_MILLISECONDS) return `${Math.max(1, Math.round(milliseconds))} ms`;
  return `${(milliseconds / 1000).toFixed(milliseconds < LONG_MILLISECONDS ? 1 : 0)} s`;
}

function placeOf(place: StartsPlace): string {
  if (place.on === "processor") return "on the processor";
  return place.name === "" ? "on the GPU" : `on the GPU (${place.name})`;
}

/** A GPU that failed, as a sentence of its own; nothing if none did. */
function failureOf(place: StartsPlace): string {
  return place.on === "processor" && place.failure !== null ? ` The GPU failed: ${place.failure}.` : "";
}

/** How far the starts are; before the worker has told anything, without a report. */
export function startsProgressText(report?: StartsProgress): string {
  if (report === undefined) return "The starts are drawn; the live network waits.";
  const { done, total, place } = report;
  const count = place.on === "gpu" ? `${total} starts relax` : `${done} of ${total} starts have ended`;
  return `${count}, ${placeOf(place)}; the live network waits.${failureOf(place)}`;
}

/** What has come of the starts, in one or two sentences. */
export function startsResultText({
  total,
  budget,
  atRest,
  medianSweeps,
  milliseconds,
  place,
}: StartsResult): string {
  const middle = medianSweeps === null ? "" : ` (median ${medianSweeps})`;
  const rest = `${atRest} of ${total} starts came to rest within ${budget} sweeps${middle}`;
  return `${rest}, ${placeOf(place)}, ${duration(milliseconds)}.${failureOf(place)}`;
}
