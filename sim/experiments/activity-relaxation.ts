/**
 * @file Stationary activity from solutions of (P27) over a long time, by two laws of the way to it.
 *
 * Where the activity a is low, the field changes slowly: a neuron is a switch with hysteresis ±J_D, which its clock reads
 * with a delay. The field moves by √(2a) on average until it is read (its increments have variance 4a in the unit of
 * time, and the overshoot over a threshold read at random times is exponential), as if J_D were larger by that. Without
 * a delay the process has no time scale, so its activity stays, grows or falls by the sign of J_D − J_a alone. Hence
 * √a ∝ J_a − J_D in the stationary state, and du/dt = −k u³ (u − u_s) for u = √a on the way to it.
 */
import { mean } from "../statistics.ts";
import type { ActivitySample } from "./activity-rows.ts";
import { fitCurve } from "./curve-fit.ts";
import { orElseNotConverged } from "./experiment.ts";
import type { RelaxationForm, StationaryActivityRow } from "./rows-beyond.ts";
import { groupBy } from "./scan.ts";

/** The two forms in which the activity is carried on to infinite time. */
export const relaxationForms: readonly RelaxationForm[] = ["power law", "slow hysteresis"];

/** Shares of the solved time, ends of the intervals over which the activity is averaged before it is fitted. */
const intervalEnds = [0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Fewest sweeps that can be divided in that way. */
const fewestSweeps = 40;

/** Mean activities of intervals of time. */
interface Series {
  /** Middle of each interval, in sweeps. */
  readonly times: readonly number[];
  readonly activities: readonly number[];
  /** About the standard errors: counts of flips scatter by more than Poisson's law, see {@link clustering}. */
  readonly errors: readonly number[];
}

/** Standard errors of mean activities in units of those of independent flips: flips come in long correlated series. */
const clustering = 3;

/** Averages the repetitions over the intervals. */
function seriesOf(samples: readonly ActivitySample[]): Series {
  const { sweeps } = samples[0]!;
  const ends = intervalEnds.map((share) => Math.round(share * sweeps));
  const intervals = ends.slice(1).map((end, k) => ({ from: ends[k]!, end }));
  const activities = intervals.map(({ from, end }) =>
    mean(samples.flatMap(({ activity }) => activity.slice(from, end))),
  );
  const count = samples.reduce((sum, { trajectories }) => sum + trajectories!, 0);
  return {
    times: intervals.map(({ from, end }) => (from + end) / 2),
    activities,
    // One flip more than were seen: an interval without any is not known exactly.
    errors: intervals.map(
      ({ from, end }, k) =>
        clustering * Math.sqrt((activities[k]! + 1 / (count * (end - from))) / (count * (end - from))),
    ),
  };
}

/** Steps of the solution of du/dt = −k u³ (u − u_s) between two times: with them it is stable up to the largest k. */
const stepsBetween = 32;

/**
 * What is held likely of the shape of the approach before the data are seen: they decide where they can, and where the
 * activity is stationary from the start, or too slow to tell, the fit stays well-posed.
 */
const likelyExponent = { value: 1, error: 1 };
/** Near J_a the rate k is that of the process without delay, one number: about 13 where the data decide (J_D 0.6 to 0.7). */
const likelyLogRate = { value: Math.log(13), error: 0.5 };

/** u at the given times, from its value at the first of them. */
function hysteresisPath(times: readonly number[], start: number, limit: number, rate: number): number[] {
  const slope = (u: number): number => -rate * u ** 3 * (u - limit);
  let u = start;
  return times.map((time, k) => {
    const step = k === 0 ? 0 : (time - times[k - 1]!) / stepsBetween;
    for (let part = 0; part < stepsBetween; part++) {
      const [one, u2] = [slope(u), u + (step / 2) * slope(u)];
      const [two, u3] = [slope(u2), u + (step / 2) * slope(u2)];
      const [three, u4] = [slope(u3), u + step * slope(u3)];
      u += (step / 6) * (one + 2 * two + 2 * three + slope(u4));
    }
    return u;
  });
}

/** Stationary activity of a series and, for a power law, the exponent. */
interface Limit {
  readonly activity: number;
  readonly exponent: number | null;
}

/** Fits a curve of time whose last parameter is the shape of the approach. */
function fitApproach(
  { activities, errors }: Series,
  likely: { readonly value: number; readonly error: number },
  start: readonly number[],
  curve: (parameters: readonly number[]) => readonly number[],
): readonly number[] {
  const { parameters } = fitCurve({
    curve: (tried) => [...curve(tried), tried.at(-1)!],
    values: [...activities, likely.value],
    errors: [...errors, likely.error],
    start: [...start, likely.value],
  });
  return parameters;
}

function powerLimit(series: Series): Limit {
  const { times, activities } = series;
  const [first, last, t0] = [activities[0]!, activities.at(-1)!, times[0]!];
  const start = [0.8 * last, first - 0.8 * last];
  const [activity, , exponent] = fitApproach(series, likelyExponent, start, ([limit, amplitude, power]) =>
    times.map((time) => limit! + amplitude! * (time / t0) ** -power!),
  );
  return { activity: activity!, exponent: exponent! };
}

function hysteresisLimit(series: Series, likelyRate = likelyLogRate): Limit {
  const { times, activities } = series;
  const start = [Math.sqrt(activities[0]!), 0.8 * Math.sqrt(activities.at(-1)!)];
  const [, limit] = fitApproach(series, likelyRate, start, ([from, end, logRate]) =>
    hysteresisPath(times, from!, end!, Math.exp(logRate!)).map((u) => u * u),
  );
  // Beyond J_a the fit has u_s < 0: it stands for an activity that dies out, and the sign is kept for the fit in J_D.
  return { activity: Math.sign(limit!) * limit! ** 2, exponent: null };
}

const limitOf = (form: RelaxationForm, series: Series): Limit =>
  form === "power law" ? powerLimit(series) : hysteresisLimit(series);

/**
 * Error of the limit by what is assumed of the rate of slow hysteresis: half of its change where the likely log k is moved
 * by its error to either side. From J_a on, rate and limit act through their product alone, and this is as large as the
 * limit; a jackknife does not see it, since the assumption is the same in all its samples.
 */
function assumedRateError(series: Series): number {
  const { value, error } = likelyLogRate;
  const [slow, fast] = [value - error, value + error].map(
    (moved) => hysteresisLimit(series, { value: moved, error }).activity,
  );
  return Math.abs(fast! - slow!) / 2;
}

/** Standard error of a statistic of independent samples from what it is without each of them (jackknife). */
function jackknife<Sample>(samples: readonly Sample[], statistic: (some: readonly Sample[]) => number) {
  const count = samples.length;
  const without = samples.map((_, k) => statistic(samples.filter((__, j) => j !== k)));
  const centre = mean(without);
  return Math.sqrt(((count - 1) / count) * without.reduce((sum, value) => sum + (value - centre) ** 2, 0));
}

function stationaryRow(all: readonly ActivitySample[], form: RelaxationForm): StationaryActivityRow {
  const { selfCoupling, sweeps, timeStep } = all[0]!;
  const place = { selfCoupling, form, sweeps, timeStep: timeStep! };
  const nothing = { activity: null, standardError: null, exponent: null };
  const ran = all.filter(({ status }) => status === "ok");
  if (ran.length < all.length) return { status: "unstarted", ...place, ...nothing };
  const enough = ran.length >= 2 && sweeps >= fewestSweeps;
  const series = enough ? seriesOf(ran) : null;
  const last = series?.activities.at(-1) ?? 0;
  // Without a flip in the last interval there is no activity to be carried on.
  if (series === null || last === 0) return { status: "no-solution", ...place, ...nothing };
  const failed: StationaryActivityRow = { status: "not-converged", ...place, ...nothing };
  return orElseNotConverged(
    (): StationaryActivityRow => {
      const limit = limitOf(form, series);
      const chance = jackknife(ran, (some) => limitOf(form, seriesOf(some)).activity);
      const standardError = Math.hypot(chance, form === "slow hysteresis" ? assumedRateError(series) : 0);
      // False where a number is not finite, too.
      const determined = Math.abs(limit.activity) < Infinity && standardError <= last;
      return determined ? { status: "ok", ...place, ...limit, standardError } : failed;
    },
    () => failed,
  );
}

/**
 * Stationary activity at each J_D in both forms, from the repetitions that were solved for the longest time; the standard
 * error is that of a jackknife over repetitions, for slow hysteresis together with what its assumed rate may change. An
 * activity below zero says that it dies out. A fit is not used where its error exceeds the activity that was seen last:
 * zero and what was seen are then both within it. So it is from J_a on (J_D ≥ 0.8), where slow hysteresis is degenerate:
 * rate and limit act through their product alone.
 * @param samples rows of the experiment `activity`; simulations are left out
 * @returns a row a J_D and form; a fit that fails or does not determine the activity gives a row `not-converged`
 * @source activity over the last 95 % of the time, in intervals, by least squares
 */
export function stationaryRows(samples: readonly ActivitySample[]): StationaryActivityRow[] {
  const solved = samples.filter(({ source }) => source === "theory");
  const longest = Math.max(...solved.map(({ sweeps }) => sweeps));
  const long = solved.filter(({ sweeps }) => sweeps === longest);
  const finest = Math.min(...long.map(({ timeStep }) => timeStep!));
  const used = long.filter(({ timeStep }) => timeStep === finest);
  return relaxationForms.flatMap((form) =>
    groupBy(used, ({ selfCoupling }) => selfCoupling).map((all) => stationaryRow(all, form)),
  );
}
