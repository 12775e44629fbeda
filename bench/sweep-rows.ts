/**
 * @file Status, export and merge of large sweeps, on a generated folder: times, and the peak memory of a process that does
 * nothing else. Targets at 100,000 tasks: status below 2 s, merge below 10 s, and memory that does not follow the size
 * of the results. The bare process, without a folder, is the reference of memory.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SampleRow } from "../sim/experiments/accessibility.ts";
import { dynamicsSweep } from "../sim/experiments/sweeps/dynamics.ts";
import type { SweepExperiment } from "../sim/sweep/experiment.ts";
import { exportRows } from "../sim/sweep/export.ts";
import { mergeRows } from "../sim/sweep/merge.ts";
import { formatLine } from "../sim/sweep/row.ts";
import { sweepStatus } from "../sim/sweep/status.ts";
import type { RowSource } from "../sim/sweep/table.ts";
import type { Task } from "../sim/sweep/task.ts";
import { taskKey } from "../sim/sweep/task.ts";
import { isMain } from "./measure.ts";

/** Numbers of tasks, and bytes that each result is made longer by. */
const CASES = [
  { tasks: 20_000, padding: 0 },
  { tasks: 100_000, padding: 0 },
  { tasks: 300_000, padding: 0 },
  { tasks: 20_000, padding: 10_000 },
] as const;

const SHARDS = 4;
const LINES_PER_WRITE = 1000;
const STEPS = ["nothing", "plan", "status", "csv", "parquet", "merge"] as const;
const MIB = 2 ** 20;

type Step = (typeof STEPS)[number];

/** What a child process is asked for, as text in its arguments. */
interface Request {
  readonly step: Step;
  readonly folder: string;
  readonly tasks: number;
}

interface Measurement {
  /** Wall time. */
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Peak resident memory of the process. */
  readonly megabytes: number;
}

function taskAt(k: number): Task {
  const [point] = [{ n: 100 + 100 * (k % 4), selfCoupling: 0.01 * (Math.floor(k / 4) % 100), budget: 1000 }];
  const repeats = { samples: 1, samplesPerTask: 1, firstSample: Math.floor(k / 400), seed: 1 };
  return dynamicsSweep.tasks({ ...point, update: "async", probability: null }, repeats)[0]!;
}

/** A result as long as a real one; its numbers have no meaning. */
function resultAt(k: number, task: Task, padding: number): unknown {
  const { n, budget, update, selfCouplings } = task.parameters as SampleRow;
  const sweeps = [k % 3 === 0 ? null : (k * 7919) % 1000];
  const row = { status: "ok", n, update, budget, sample: Math.floor(k / 400), selfCouplings, sweeps };
  const [flips] = [[(k * 104729) % (40 * n)]];
  return [{ ...row, flips, ...(padding === 0 ? {} : { padding: "x".repeat(padding) }) }];
}

/** Writes the shards of a sweep whose tasks are all done. */
function generate(folder: string, { tasks, padding }: (typeof CASES)[number]): void {
  mkdirSync(join(folder, "rows"), { recursive: true });
  const waiting: string[][] = Array.from({ length: SHARDS }, () => []);
  const write = (shard: number): void => {
    const path = join(folder, "rows", `${String(shard).padStart(16, "0")}.jsonl`);
    appendFileSync(path, waiting[shard]!.splice(0).join(""));
  };
  for (let k = 0; k < tasks; k++) {
    const task = taskAt(k);
    const shard = (k * 31) % SHARDS;
    const provenance = { host: "bench", programVersion: "0", seconds: 0.01 };
    const stored = { key: taskKey(task), task, result: resultAt(k, task, padding), provenance };
    if (waiting[shard]!.push(`${formatLine(stored)}\n`) >= LINES_PER_WRITE) write(shard);
  }
  waiting.forEach((_, shard) => write(shard));
}

function planOf(tasks: number): Map<string, number> {
  return new Map(Array.from({ length: tasks }, (_, k) => [taskKey(taskAt(k)), k]));
}

async function runStep({ step, folder, tasks }: Request): Promise<Measurement> {
  const experiment: SweepExperiment = dynamicsSweep;
  const order = step === "nothing" ? new Map<string, number>() : planOf(tasks);
  const source: RowSource = { experiment, order, folder };
  const start = performance.now();
  const processorStart = process.cpuUsage();
  let done = tasks;
  if (step === "status") done = sweepStatus({ folder, keys: order }).done;
  if (step === "csv" || step === "parquet")
    done = (await exportRows(source, { format: step, file: join(folder, `rows.${step}`) })).rows;
  if (step === "merge") done = (await mergeRows(source)).tasks;
  if (done !== tasks) throw new Error(`${step}: ${done} of ${tasks} tasks`);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(processorStart);
  const processorSeconds = (user + system) * 1e-6;
  return { seconds, processorSeconds, megabytes: (process.resourceUsage().maxRSS * 1024) / MIB };
}

/** Runs a step in a process of its own, since the peak of memory is one of the process. */
async function measured(request: Request): Promise<Measurement> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(request)]);
  const [answer] = (await once(child, "message")) as [Measurement];
  await once(child, "exit");
  return answer;
}

/**
 * Times status, export and merge of generated sweeps.
 * @returns one line a size
 */
export async function runSweepRowsBench(): Promise<string[]> {
  const lines: string[] = [];
  for (const size of CASES) {
    const folder = mkdtempSync(join(tmpdir(), "atlas-bench-"));
    try {
      generate(folder, size);
      const parts: string[] = [];
      for (const step of STEPS) {
        const { seconds, processorSeconds, megabytes } = await measured({ step, folder, tasks: size.tasks });
        const time =
          step === "nothing" || step === "plan"
            ? ""
            : ` ${seconds.toFixed(1)} s (${processorSeconds.toFixed(1)} s of a core),`;
        parts.push(`${step}${time} ${megabytes.toFixed(0)} MiB`);
      }
      const padding = size.padding === 0 ? "" : ` of ${size.padding} bytes more`;
      lines.push(`${size.tasks} tasks${padding}: ${parts.join("; ")}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return lines;
}

if (process.send !== undefined && process.argv[2]?.startsWith("{") === true)
  process.send(await runStep(JSON.parse(process.argv[2]) as Request), () => process.disconnect());
else if (isMain(import.meta.url)) for (const line of await runSweepRowsBench()) console.log(line);
