/** @file Findings of the figure `hetero`: slopes of the capacity against size, beside published ones. */
import type { HeteroSlopeRow } from "../../experiments/learning-rows.ts";
import { published as publishedSlopes } from "../hetero.ts";
import { shown } from "../report-numbers.ts";
import type { Finding, Quantity } from "../types.ts";
import { agreement, difference, exceeding } from "./judge.ts";

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

/** Deepest against shallowest network. */
function depthFinding(known: readonly Known[]): Finding[] {
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const claim =
    `The number of pairs recalled grows with size by ${shown(last.quantity.value, 2)} a neuron in ${last.layers} layers, by ` +
    `${shown(first.quantity.value, 2)} in ${first.layers === 1 ? "one" : first.layers}`;
  const measured = difference(last.quantity, first.quantity);
  return [exceeding({ claim, measured, remark: "measured: the difference" }, "depth raises the capacity")];
}

/**
 * What the figure of hetero-association shows.
 * @param slopes slope of the capacity against N at each depth, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source published slopes of the capacity at two and seven layers
 */
export function heteroFindings(slopes: readonly HeteroSlopeRow[]): Finding[] {
  const known = knownSlopes(slopes);
  const beside = publishedSlopes.flatMap(({ layers, slope }) => {
    const own = known.find((each) => each.layers === layers);
    if (own === undefined) return [];
    const claim = `At ${depth} = ${layers} the slope of ${capacity} against size is ${shown(own.quantity.value, 2)}; published: ${slope}`;
    const remark = "published without the criterion of recall and the settings";
    return [agreement({ claim, measured: own.quantity, remark }, { value: slope })];
  });
  return [...depthFinding(known), ...beside];
}
