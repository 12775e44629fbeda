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
import { acceptedLimits, hasLimits, knownThresholds, limitQuantity, limitsInWords } from "./limits.ts";
import type { KnownLimit } from "./limits.ts";

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
  const n = found.at(-1)?.n;
  const best = found.filter((each) => each.n === n).sort((a, b) => a.quantity.value - b.quantity.value)[0];
  const plain = dynamics.find((each) => each.n === n);
  if (best === undefined || plain === undefined) return [];
  const claim =
    `In half of the networks of ${n} neurons focusing belief propagation finds fixed points from ${symbols.selfCoupling} = ` +
    `${shown(best.quantity.value, 2)} on, plain dynamics from ${shown(plain.quantity.value, 2)} on`;
  return [
    exceeding(
      { claim, measured: difference(plain.quantity, best.quantity), remark: "measured: the difference" },
      `${symbols.access} > ${symbols.focusing}`,
    ),
  ];
}

/** Relative to J_gap: a limit with a larger error cannot be told from it, whatever it is. */
const tellingError = 1 / (2 * acceptedErrors);

function limitVerdict(limits: readonly KnownLimit[], gap: number): Finding["verdict"] {
  const above = limits.map((limit) => (limit.selfCoupling - gap) / limit.standardError);
  if (above.every((score) => Math.abs(score) > acceptedErrors)) return "differs";
  const telling = limits.every(({ standardError }) => standardError <= tellingError * gap);
  return telling && above.every((score) => Math.abs(score) <= acceptedErrors) ? "agrees" : "open";
}

/** The limit of J_fBP along one protocol, beside J_gap. */
function focusingLimitFinding(
  protocol: string,
  rows: readonly FocusingExtrapolationRow[],
  gap: number,
): Finding[] {
  const predicted = { value: gap };
  const limits = acceptedLimits(rows);
  if (!hasLimits(limits)) {
    const claim = `The limit of ${symbols.focusing} at ${symbols.size} → ∞ (${protocol}) is not known: no form describes the sizes`;
    return [
      undecided(claim, null, predicted, "every fit has a χ² far above its degrees of freedom, or none left"),
    ];
  }
  const measured = { value: limits[0].selfCoupling, error: limits[0].standardError };
  return [
    {
      claim: `Extrapolated to ${symbols.size} → ∞, ${symbols.focusing} (${protocol}) is ${shown(measured.value, 2)}, beside ${symbols.gap} = ${shown(gap, 2)}`,
      measured,
      predicted,
      criterion:
        `differs where every form that describes the points is off by more than ${acceptedErrors} standard errors, agrees where ` +
        `none is and their errors are below an eighth of ${symbols.gap}, else open; ${limitsInWords(limits)}`,
      verdict: limitVerdict(limits, gap),
    },
  ];
}

/** The lowest limit of J_a that describes the sizes, beside J_mono. */
function accessLimitFinding(rows: readonly ExtrapolationRow[], monotone: number): Finding[] {
  const limits = acceptedLimits(largestBudget(rows)).sort((a, b) => a.selfCoupling - b.selfCoupling);
  if (!hasLimits(limits)) return [];
  const { selfCoupling: value, standardError: error } = limits[0];
  const claim = `Extrapolated to ${symbols.size} → ∞, ${symbols.access} is ${shown(value, 2)} by the lowest of the forms that describe the sizes, beside ${symbols.monotone} = ${shown(monotone, 2)}`;
  const statement = { claim, measured: { value, error }, remark: `lowest of ${limitsInWords(limits)}` };
  const finding = exceeding(statement, `${symbols.access} > ${symbols.monotone}`, { value: monotone });
  return [{ ...finding, measured: limitQuantity(limits) }];
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
            protocol,
            focusingLimits.filter((row) => row.protocol === protocol),
            gap,
          ),
        )),
    ...(monotone === undefined ? [] : accessLimitFinding(accessLimits, monotone)),
  ];
}
