/** @file Findings of the figure `hetero`: slopes of the capacity against size, beside published ones. */
import type { HeteroCapacityRow, HeteroSlopeRow } from "../../experiments/learning-rows.ts";
import { published as publishedSlopes } from "../hetero.ts";
import { quantityText } from "../report-numbers.ts";
import { symbols } from "../theme.ts";
import type { Finding, Quantity } from "../types.ts";
import { difference, exceeding, undecided } from "./judge.ts";

/** A slope that was found. */
interface Known {
  readonly layers: number;
  readonly quantity: Quantity;
}

const capacity = "<i>P</i><sub>max</sub>";
const depth = "<i>L</i>";

function knownSlopes(rows: readonly HeteroSlopeRow[]): Known[] {
  return rows
    .flatMap(({ status, layers, slope, standardError }) =>
      status === "ok" && slope !== null
        ? [
            {
              layers,
              quantity: { value: slope, ...(standardError === null ? {} : { error: standardError }) },
            },
          ]
        : [],
    )
    .sort((a, b) => a.layers - b.layers);
}

/** Networks at the size that has fewest; null where the rows do not say. */
function fewestSamples(capacities: readonly HeteroCapacityRow[]): number | null {
  return capacities.length === 0 ? null : Math.min(...capacities.map(({ samples }) => samples));
}

/** "at N = 60 to 100 and “mean overlap ≥ 0.9”", as far as the rows say. */
function settingInWords(capacities: readonly HeteroCapacityRow[]): string {
  if (capacities.length === 0) return "";
  const sizes = capacities.map(({ n }) => n);
  const criteria = [...new Set(capacities.map(({ criterion }) => `“${criterion}”`))].join(" or ");
  return ` (${symbols.size} = ${Math.min(...sizes)} to ${Math.max(...sizes)}, recalled: ${criteria})`;
}

/** Deepest against shallowest network. */
function depthFinding(known: readonly Known[], capacities: readonly HeteroCapacityRow[]): Finding[] {
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const claim =
    `The number of pairs recalled grows with size by ${quantityText(last.quantity)} a neuron in ${last.layers} layers, by ` +
    `${quantityText(first.quantity)} in ${first.layers === 1 ? "one" : first.layers}${settingInWords(capacities)}`;
  const measured = difference(last.quantity, first.quantity);
  const samples = fewestSamples(capacities);
  if (samples === null)
    return [undecided(claim, measured, null, "the rows do not say how many networks it is from")];
  // The weights of a fit are as uncertain as the errors of its points: a size whose networks agree by chance rules it.
  const remark = `measured: the difference; weighted by errors from ${samples} networks a size`;
  return [exceeding({ claim, measured, remark, freedom: samples - 1 }, "depth raises the capacity")];
}

/** Slopes beside published ones, which were found in ways that are not known. */
function publishedFindings(known: readonly Known[], capacities: readonly HeteroCapacityRow[]): Finding[] {
  return publishedSlopes.flatMap(({ layers, slope }) => {
    const own = known.find((each) => each.layers === layers);
    if (own === undefined) return [];
    const claim = `At ${depth} = ${layers} the slope of ${capacity} against size is ${quantityText(own.quantity)}${settingInWords(capacities)}; published: ${slope}`;
    const why =
      "the published slope is of other sizes, a criterion of recall and settings that are not known";
    return [undecided(claim, own.quantity, { value: slope }, why)];
  });
}

/**
 * What the figure of hetero-association shows.
 * @param slopes slope of the capacity against N at each depth, any order
 * @param capacities what they were fitted to, for sizes, networks and criterion; without them nothing is decided
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source published slopes of the capacity at two and seven layers
 */
export function heteroFindings(
  slopes: readonly HeteroSlopeRow[],
  capacities: readonly HeteroCapacityRow[] = [],
): Finding[] {
  const known = knownSlopes(slopes);
  const sound = capacities.filter(({ status, capacity: pairs }) => status === "ok" && pairs !== null);
  return [...depthFinding(known, sound), ...publishedFindings(known, sound)];
}
