/** @file Samples of the experiment `surroundings` as one row a kind and (N, J_D), with means and standard errors. */
import { logExpectedCount } from "../../theory/entropy.ts";
import { normalCdf } from "../../theory/normal.ts";
import { expectedPairs } from "../../theory/pairs.ts";
import type { AroundPoint, StabilityBin, SurroundingsRow, WalkPoint } from "./rows.ts";
import { groupBy } from "./scan.ts";
import { estimateOf } from "./seed-means.ts";
import { stabilityBinWidth } from "./surroundings.ts";
import type { SurroundingsSample } from "./surroundings.ts";

/** Exact mean number of allowed flips around a planted state: ordered pairs at distance 1 for each fixed point. */
function expectedFlips({ kind, n, selfCoupling }: SurroundingsSample): number | null {
  if (kind !== "planted") return null;
  return Math.exp(
    expectedPairs({ n, selfCoupling, distance: 1 }).logMean - logExpectedCount(n, selfCoupling),
  );
}

/** Mean density in a bin of the normal law of s_i h_i, of variance (N−1)/N, cut off at −J_D, moved up by J_D. */
function expectedDensity({ kind, n, selfCoupling }: SurroundingsSample, bin: number): number | null {
  if (kind !== "planted") return null;
  const deviation = Math.sqrt((n - 1) / n);
  const below = (stability: number) => normalCdf((stability - selfCoupling) / deviation);
  const inside = below((bin + 1) * stabilityBinWidth) - below(bin * stabilityBinWidth);
  return inside / (normalCdf(selfCoupling / deviation) * stabilityBinWidth);
}

function stabilityBins(found: readonly SurroundingsSample[]): StabilityBin[] {
  const [first] = found;
  return first.stabilities.map((_, bin) => ({
    stability: Number(((bin + 0.5) * stabilityBinWidth).toPrecision(12)),
    density: estimateOf(found.map(({ n, stabilities }) => stabilities[bin] / (n * stabilityBinWidth)))!,
    expected: expectedDensity(first, bin),
  }));
}

function walkPoints(walks: readonly SurroundingsSample[]): WalkPoint[] {
  const [first] = walks;
  return (first?.walk ?? []).map(({ step }, k) => ({
    step,
    distance: estimateOf(walks.map(({ n, walk }) => walk[k].flipped / n))!,
    allowedFlips: estimateOf(walks.map(({ walk }) => walk[k].allowedFlips))!,
  }));
}

function aroundPoints(curves: readonly SurroundingsSample[]): AroundPoint[] {
  const [first] = curves;
  return (first?.localEntropy ?? []).map(({ distance }, k) => {
    const points = curves.map(({ localEntropy }) => localEntropy[k]);
    const converged = points.filter((point) => point.entropy !== null);
    return {
      distance,
      samples: points.length,
      converged: converged.length,
      entropy: estimateOf(converged.map(({ entropy }) => entropy!)),
      innerOverlap: estimateOf(converged.map(({ innerOverlap }) => innerOverlap)),
    };
  });
}

function surroundingsRow(all: readonly SurroundingsSample[]): SurroundingsRow {
  const [first] = all;
  const { kind, n, selfCoupling } = first;
  const found = all.filter(({ status }) => status === "ok");
  const tried = all.filter(({ status }) => status !== "unstarted");
  const flips = found.map(({ allowedFlips }) => allowedFlips!);
  const walks = found.filter(({ walk }) => walk.length > 0);
  const outcome = found.length === 0 ? "no-solution" : "ok";
  return {
    status: tried.length < all.length ? "unstarted" : outcome,
    kind,
    n,
    selfCoupling,
    tried: tried.length,
    samples: found.length,
    allowedFlips: estimateOf(flips),
    expectedFlips: expectedFlips(first),
    isolated: flips.filter((count) => count === 0).length,
    walks: walks.length,
    walk: walkPoints(walks),
    stabilities: found.length === 0 ? [] : stabilityBins(found),
    localEntropy: aroundPoints(found.filter(({ localEntropy }) => localEntropy.length > 0)),
  };
}

/**
 * One row a kind, N and J_D, in the order in which they first appear; samples that did not run are not counted.
 * @param samples rows of {@link surroundingsExperiment}
 * @source (P1), (P19'), and where it is planted (P6') over (P3)
 */
export function surroundingsRows(samples: readonly SurroundingsSample[]): SurroundingsRow[] {
  return groupBy(samples, ({ kind, n, selfCoupling }) => `${kind} ${n} ${selfCoupling}`).map(surroundingsRow);
}
