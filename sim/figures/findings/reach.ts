/** @file Findings of the figure `reach`: which fixed points exist, and which of them algorithms reach. */
import type {
  AccessThresholdRow,
  ExtrapolationRow,
  FocusingExtrapolationRow,
  FocusingThresholdRow,
  ThresholdsRow,
} from "../../experiments/rows.ts";
import { shown } from "../report-numbers.ts";
import { symbols } from "../theme.ts";
import type { Finding } from "../types.ts";
import { acceptedErrors, difference, exceeding, undecided } from "./judge.ts";
import {
  acceptedLimits,
  hasLimits,
  knownThresholds,
  largestSound,
  limitQuantity,
  limitsInWords,
  tooFew,
} from "./limits.ts";
import type { KnownLimit, KnownThreshold } from "./limits.ts";

const largestBudget = <Row extends { readonly budget: number }>(rows: readonly Row[]): Row[] => {
  const budget = Math.max(...rows.map((row) => row.budget));
  return rows.filter((row) => row.budget === budget);
};

/** Focusing and dynamics at the largest size that both were tried at. */
function orderFinding(
  focusing: readonly FocusingThresholdRow[],
  access: readonly AccessThresholdRow[],
): Finding[] {
  const dynamics = knownThresholds(largestBudget(access));
  const found = knownThresholds(focusing).filter(({ n }) => dynamics.some((other) => other.n === n));
  const n = largestSound(found)?.n;
  // The protocol that needs most: the best of several would be chosen by chance as well.
  const best = found.filter((each) => each.n === n).sort((a, b) => b.quantity.value - a.quantity.value)[0];
  const plain = dynamics.find((each) => each.n === n);
  if (best === undefined || plain === undefined) return [];
  const claim =
    `In half of the networks of ${n} neurons focusing belief propagation finds fixed points from ${symbols.selfCoupling} = ` +
    `${shown(best.quantity.value, 2)} on, plain dynamics from ${shown(plain.quantity.value, 2)} on`;
  const measured = difference(plain.quantity, best.quantity);
  const doubt = tooFew(best) ?? tooFew(plain);
  if (doubt !== null) return [undecided(claim, measured, null, doubt)];
  const remark = `measured: the difference; ${best.networks} and ${plain.networks} networks`;
  return [exceeding({ claim, measured, remark }, `${symbols.access} > ${symbols.focusing}`)];
}

/** Relative to J_gap: a limit with a larger error cannot be told from it, whatever it is. */
const tellingError = 1 / (2 * acceptedErrors);

function limitVerdict(limits: readonly KnownLimit[], gap: number): Finding["verdict"] {
  const above = limits.map((limit) => (limit.selfCoupling - gap) / limit.standardError);
  if (above.every((score) => Math.abs(score) > acceptedErrors)) return "differs";
  const telling = limits.every(({ standardError }) => standardError <= tellingError * gap);
  return telling && above.every((score) => Math.abs(score) <= acceptedErrors) ? "agrees" : "open";
}

/** J_fBP along one protocol, and the fits through it. */
interface ProtocolLimits {
  readonly protocol: string;
  readonly rows: readonly FocusingExtrapolationRow[];
  readonly known: readonly KnownThreshold[];
}

/** The limit of J_fBP along one protocol, beside J_gap. */
function focusingLimitFinding({ protocol, rows, known }: ProtocolLimits, gap: number): Finding[] {
  const predicted = { value: gap };
  const limits = acceptedLimits(rows);
  const doubt = known.map(tooFew).find((each) => each !== null) ?? null;
  if (!hasLimits(limits)) {
    const claim = `The limit of ${symbols.focusing} at ${symbols.size} → ∞ (${protocol}) is not known: no form describes the sizes`;
    const why = "every fit has a χ² far above its degrees of freedom, or none left";
    return [undecided(claim, null, predicted, [why, doubt].filter((each) => each !== null).join("; "))];
  }
  const measured = { value: limits[0].selfCoupling, error: limits[0].standardError };
  const claim = `Extrapolated to ${symbols.size} → ∞, ${symbols.focusing} (${protocol}) is ${shown(measured.value, 2)}, beside ${symbols.gap} = ${shown(gap, 2)}`;
  if (doubt !== null) return [undecided(claim, measured, predicted, `${doubt}; ${limitsInWords(limits)}`)];
  return [
    {
      claim,
      measured,
      predicted,
      criterion:
        `differs where every form that describes the points is off by more than ${acceptedErrors} standard errors, agrees where ` +
        `none is and their errors are below an eighth of ${symbols.gap}, else open; ${limitsInWords(limits)}`,
      verdict: limitVerdict(limits, gap),
    },
  ];
}

/** What the largest and the smallest of some limits differ by. */
function extentOf(limits: readonly KnownLimit[]): number {
  const values = limits.map(({ selfCoupling }) => selfCoupling);
  return Math.max(...values) - Math.min(...values);
}

/** The lowest limit of J_a that describes the sizes, beside J_mono. */
function accessLimitFinding(rows: readonly ExtrapolationRow[], monotone: number): Finding[] {
  const limits = acceptedLimits(largestBudget(rows)).sort((a, b) => a.selfCoupling - b.selfCoupling);
  if (!hasLimits(limits)) return [];
  const { selfCoupling: value, standardError } = limits[0];
  const measured = limitQuantity(limits);
  const claim = `Extrapolated to ${symbols.size} → ∞, ${symbols.access} is ${shown(value, 2)} by the lowest of the forms that describe the sizes, beside ${symbols.monotone} = ${shown(monotone, 2)}`;
  // A fit knows nothing of the forms that were not tried: what the forms differ by is an error too.
  const error = Math.max(standardError, extentOf(limits));
  if (limits.length < 2) {
    const why = `no second form tells how far the limit depends on it; ${limitsInWords(limits)}`;
    return [undecided(claim, measured, null, why)];
  }
  const remark = `error of the lowest limit: the extent of all; ${limitsInWords(limits)}`;
  const statement = { claim, measured: { value, error }, remark };
  const finding = exceeding(statement, `${symbols.access} > ${symbols.monotone}`, { value: monotone });
  return [{ ...finding, measured }];
}

/**
 * What the figure of reach shows.
 * @param focusing J_fBP(N), any order
 * @param focusingLimits its extrapolations
 * @param access J_a(N), any order
 * @param accessLimits its extrapolations
 * @param thresholds J_gap and J_mono, as far as they are known
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source J_fBP(N) and J_a(N) against J_gap and J_mono of (P15), (P16)
 */
export function reachFindings(
  focusing: readonly FocusingThresholdRow[],
  focusingLimits: readonly FocusingExtrapolationRow[],
  access: readonly AccessThresholdRow[],
  accessLimits: readonly ExtrapolationRow[],
  thresholds: ThresholdsRow | null,
): Finding[] {
  const gap = thresholds?.gapClosing?.selfCoupling;
  const monotone = thresholds?.monotone?.selfCoupling;
  const protocols = [...new Set(focusingLimits.map(({ protocol }) => protocol))];
  return [
    ...orderFinding(focusing, access),
    ...(gap === undefined
      ? []
      : protocols.flatMap((protocol) =>
          focusingLimitFinding(
            {
              protocol,
              rows: focusingLimits.filter((row) => row.protocol === protocol),
              known: knownThresholds(focusing.filter((row) => row.protocol === protocol)),
            },
            gap,
          ),
        )),
    ...(monotone === undefined ? [] : accessLimitFinding(accessLimits, monotone)),
  ];
}
