/**
 * @file Overhead of a sweep: 2,000 tasks of dynamics at N = 100..400, about 50 ms each, and as a strain 10 ms, with
 * store, leases and worker pool, against bare loops over `runTask` in as many threads. Target: at most 1.05 times their
 * time.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { dynamicsSweep } from "../sim/experiments/sweeps/dynamics.ts";
import { runTasks } from "../sim/sweep/local.ts";
import { storedResults } from "../sim/sweep/read.ts";
import { openStore } from "../sim/sweep/store.ts";
import type { Task } from "../sim/sweep/task.ts";
import { threadStart } from "../sim/threads.ts";
import { isMain } from "./measure.ts";

const SIZES = [100, 200, 300, 400];
const SELF_COUPLINGS = Array.from({ length: 10 }, (_, k) => (30 + 2 * k) / 100);
const BUDGET = 1000;
const SEED = 1;
/** Tasks at each N and J_D. */
const TASKS_PER_POINT = 50;
/**
 * Samples of a task: each takes about 3 ms. With one worker every second task will do. Loops and sweeps take turns for so
 * many rounds, and the shortest times count: the speed of a shared machine drifts by more than what is measured.
 */
const CASES = [
  { samplesPerTask: 15, workers: 2, rounds: 2 },
  { samplesPerTask: 3, workers: 2, rounds: 4 },
  { samplesPerTask: 3, workers: 1, rounds: 3 },
];
const MOST_WORKERS = 2;
const WARM_UP_TASKS = 20;
const TARGET = 1.05;

interface Times {
  /** Seconds from the first task to the end. */
  readonly wall: number;
  /** Seconds of all cores in that time. */
  readonly processor: number;
}

function tasksOf(samplesPerTask: number): Task[] {
  const repeats = { samples: TASKS_PER_POINT * samplesPerTask, samplesPerTask, seed: SEED };
  return SIZES.flatMap((n) =>
    SELF_COUPLINGS.flatMap((selfCoupling) =>
      dynamicsSweep.tasks({ n, selfCoupling, budget: BUDGET, update: "async", probability: null }, repeats),
    ),
  );
}

function clock(): () => Times {
  const start = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { wall: (performance.now() - start) / 1000, processor: (user + system) * 1e-6 };
  };
}

/** Bare loops, each over its share of the tasks in the order in which a sweep takes them. */
async function timeBare(tasks: readonly Task[], workers: number): Promise<Times> {
  const longestFirst = tasks.toSorted((a, b) => dynamicsSweep.cost(b) - dynamicsSweep.cost(a));
  const { filename, execArgv } = threadStart(import.meta.url, "bare-loop");
  const threads = Array.from({ length: workers }, () => new Worker(filename, { execArgv }));
  const loop = (share: (lane: number) => readonly Task[]) =>
    Promise.all(
      threads.map((thread, lane) => {
        thread.postMessage(share(lane));
        return once(thread, "message");
      }),
    );
  await loop(() => tasks.slice(0, WARM_UP_TASKS));
  const elapsed = clock();
  await loop((lane) => longestFirst.filter((_, k) => k % workers === lane));
  const times = elapsed();
  await Promise.all(threads.map((thread) => thread.terminate()));
  return times;
}

interface SweepTimes extends Times {
  /** Seconds from the call until the first tasks were stored, of which nearly all is the start of the workers. */
  readonly start: number;
  /** Wall time times workers over the seconds inside `runTask`: the speed of the machine drops out of it. */
  readonly perComputed: number;
}

/** The same tasks as a sweep into a new folder; its clock starts when the warm-up tasks are done. */
async function timeSweep(tasks: readonly Task[], workers: number): Promise<SweepTimes> {
  const folder = mkdtempSync(join(tmpdir(), "atlas-bench-"));
  const begin = clock();
  let start = 0;
  let elapsed = begin;
  try {
    const store = openStore(folder, { keep: "keys" });
    // The first tasks are those with the highest cost, once more, as other samples.
    const warmUp = tasks.slice(0, WARM_UP_TASKS).map((task) => ({ ...task, seed: task.seed + 1 }));
    const isWarmUp = new Set(warmUp);
    await runTasks({
      tasks: [...warmUp, ...tasks],
      store,
      worker: dynamicsSweep.module,
      workers,
      cost: (task) => (isWarmUp.has(task) ? 10 : 1) * dynamicsSweep.cost(task),
      onProgress: ({ done }) => {
        if (done !== WARM_UP_TASKS) return;
        start = begin().wall;
        elapsed = clock();
      },
    });
    store.close();
    const times = elapsed();
    return { ...times, start, perComputed: (times.wall * workers) / computedSeconds(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds inside `runTask` of the tasks of a folder, those of the warm-up left out. */
function computedSeconds(folder: string): number {
  let sum = 0;
  for (const { task, provenance } of storedResults(folder)) {
    if (task.seed === SEED) sum += (provenance as { seconds: number }).seconds;
  }
  return sum;
}

/** Of two runs the shorter times. */
function shortest<T extends Times>(a: T, b: T): T {
  return {
    ...(a.wall < b.wall ? a : b),
    wall: Math.min(a.wall, b.wall),
    processor: Math.min(a.processor, b.processor),
  };
}

/**
 * Times the same tasks in bare loops and as a sweep, after the start of the workers.
 * @returns one line a length of tasks and number of workers
 */
export async function runSweepBench(): Promise<string[]> {
  const lines = [`dynamics, N = ${SIZES.join(", ")}`];
  for (const { samplesPerTask, workers, rounds } of CASES) {
    const tasks = tasksOf(samplesPerTask).filter((_, k) => k % MOST_WORKERS < workers);
    let bare = await timeBare(tasks, workers);
    let sweep = await timeSweep(tasks, workers);
    for (let round = 1; round < rounds; round++) {
      bare = shortest(bare, await timeBare(tasks, workers));
      sweep = shortest(sweep, await timeSweep(tasks, workers));
    }
    const [wall, processor] = [sweep.wall / bare.wall, sweep.processor / bare.processor];
    lines.push(
      `${workers} worker(s), ${tasks.length} tasks of ${((1e3 * bare.wall * workers) / tasks.length).toFixed(1)} ms: ` +
        `wall time ${sweep.wall.toFixed(2)} s, ${sweep.perComputed.toFixed(3)} of the time inside the tasks, ` +
        `${wall.toFixed(3)} of bare loops, ` +
        `processor time ${processor.toFixed(3)} (target ≤ ${TARGET}); start ${sweep.start.toFixed(1)} s`,
    );
  }
  return lines;
}

if (isMain(import.meta.url)) for (const line of await runSweepBench()) console.log(line);
