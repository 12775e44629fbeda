/** @file The `slurm` section of a sweep file: what an array task asks the cluster for, and how work is cut into tasks. */
import * as z from "zod";
import { clockSeconds } from "./time.ts";

/** Limits that no cluster comes near; they catch a number in the wrong unit. */
const limits = {
  /** Days of wall time. */
  days: 365,
  cpus: 1024,
  /** Slurm's own upper limit of `MaxArraySize` is 4,000,001; chunks are files, of which one folder takes fewer. */
  arrayTasks: 100_000,
  /** `--signal` takes at most 65535 s. */
  margin: 65_535,
  lines: 100,
};

const secondsPerDay = 86_400;

/** One line: a control character could end a line of the job script or hide in it. */
const line = z.string().regex(/^[^\p{Cc}]+$/u, "must be one line of text without control characters");

/** Goes unquoted into a `#SBATCH` line. */
const word = z
  .string()
  .regex(/^[\w@%+:,./-]+$/, "must be a name without spaces or quotes")
  .refine((text) => !text.startsWith("-"), "must not start with a minus sign");

/** Options of sbatch that the program sets itself, on the command line, where they would win over those of the file. */
const ownOptions = /^(--(array|chdir|job-name|output|parsable|wait|wrap)(=|\s|$)|-[aDJoW])/;

const furtherOption = line
  .refine((text) => /^--?[A-Za-z]/.test(text), "must be an option of sbatch, such as --mail-type=END")
  .refine((text) => !ownOptions.test(text), "is set by this program");

const time = z.custom<number | string>(
  (value) => wallTime(value) !== undefined,
  `must be minutes (90) or a time such as "01:30:00" or "2-12:00:00", from one minute to ${limits.days} days`,
);

const memory = z.custom<number | string>(
  (value) =>
    (typeof value === "number" && Number.isInteger(value) && value >= 1) ||
    (typeof value === "string" && /^[1-9]\d{0,8}[KMGT]$/.test(value)),
  'must be MiB (4000) or a size such as "4G"',
);

const count = (most: number) => z.number().int().min(1).max(most);

/** Schema of the `slurm` section. Parsing what it returned once more changes nothing. */
export const slurmSchema = z
  .strictObject({
    partition: word.optional(),
    account: word.optional(),
    qos: word.optional(),
    time: time.default(60),
    cpusPerTask: count(limits.cpus).default(1),
    memory: memory.optional(),
    arrayTasks: count(limits.arrayTasks).default(100),
    chunkSeconds: z.number().positive().optional(),
    concurrent: count(limits.arrayTasks).optional(),
    setup: z.array(line).max(limits.lines).default([]),
    options: z.array(furtherOption).max(limits.lines).default([]),
    margin: z.number().int().min(1).max(limits.margin).optional(),
  })
  .refine((settings) => (settings.margin ?? 0) < (wallTime(settings.time) ?? Infinity), {
    path: ["margin"],
    message: "must be less than the wall time",
  });

/**
 * What an array task asks for, defaults filled in:
 *
 * - `partition`, `account`, `qos`: as for sbatch; left out: the cluster's defaults.
 * - `time`: wall time of an array task, minutes or `HH:MM:SS`, `D-HH`, `D-HH:MM`, `D-HH:MM:SS`; default 60 minutes.
 * - `cpusPerTask`: cores, and workers, of an array task; default 1.
 * - `memory`: of an array task, MiB or a text such as `4G`; left out: the cluster's default.
 * - `arrayTasks`: most array tasks of a submission, default 100; fewer where the cluster's `MaxArraySize` is less.
 * - `chunkSeconds`: expected core seconds of an array task; left out: half of what its wall time has.
 * - `concurrent`: most array tasks that run at once; left out: as many as the cluster allows.
 * - `setup`: shell lines before the work, such as `module load nodejs`; the array task ends when one fails.
 * - `options`: further options of sbatch, one each.
 * - `margin`: seconds before the end of the wall time at which an array task stops; left out: 60, or a quarter of the
 *   wall time where that is less.
 */
export type SlurmSettings = z.output<typeof slurmSchema>;

/**
 * Wall time of an array task in seconds.
 * @param settings section of a sweep file, as {@link slurmSchema} returns it
 */
export function wallTimeSeconds(settings: Pick<SlurmSettings, "time">): number {
  const seconds = wallTime(settings.time);
  if (seconds === undefined) throw new RangeError(`internal: unchecked wall time ${settings.time}`);
  return seconds;
}

/** Enough to end a task's storing and to close the files on a slow shared disk. */
const defaultMargin = 60;

/**
 * Seconds before the end of its wall time at which an array task stops.
 * @param settings section of a sweep file, as {@link slurmSchema} returns it
 */
export function marginSeconds(settings: Pick<SlurmSettings, "time" | "margin">): number {
  return settings.margin ?? Math.min(defaultMargin, Math.floor(wallTimeSeconds(settings) / 4));
}

/** Seconds of a wall time of a sweep file; undefined when it is not one. */
function wallTime(value: unknown): number | undefined {
  // sbatch reads "1:30" as minutes and seconds; many who write it mean hours.
  if (typeof value === "string" && /^\d+:\d+$/.test(value)) return undefined;
  const seconds =
    typeof value === "number" ? 60 * value : typeof value === "string" ? clockSeconds(value) : undefined;
  return seconds !== undefined && 60 <= seconds && seconds <= limits.days * secondsPerDay
    ? seconds
    : undefined;
}
