/** @file The queue of a run, with other processes in memory: order, share, and what is kept of whom. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Calibration } from "../../../sim/sweep/calibration.ts";
import type { Job } from "../../../sim/sweep/jobs.ts";
import { JobQueue } from "../../../sim/sweep/jobs.ts";
import { SharedClaims } from "./fixtures/shared-claims.ts";

function jobsOf(costs: readonly number[]): Job[] {
  return costs.map((cost, x) => {
    return { key: `k${x}`, cost, task: { experiment: "test", version: 1, parameters: { x }, seed: 0 } };
  });
}

/** A queue of one process on a shared folder, with what it has counted for others. */
function queueOf(shared: SharedClaims, jobs: readonly Job[], { owner = "us", lanes = 2, seconds = 0 } = {}) {
  const calibration = new Calibration();
  if (seconds > 0) calibration.add(1, seconds);
  const others: string[] = [];
  const queue = new JobQueue(jobs, {
    store: shared.storeOf(owner),
    calibration,
    lanes,
    onOther: ({ key }) => others.push(key),
  });
  return { queue, calibration, others };
}

function drain(queue: JobQueue): string[] {
  const keys: string[] = [];
  for (let job = queue.take(1); job !== undefined; job = queue.take(1)) keys.push(job.key);
  return keys;
}

describe("a queue", () => {
  test("gives the longest first, equal ones in their order", () => {
    const { queue } = queueOf(new SharedClaims(), jobsOf([1, 3, 2, 3, 0]));
    expect(drain(queue)).toEqual(["k1", "k3", "k2", "k0", "k4"]);
  });

  test("reserves no more than the idle workers need while nothing is measured, or tasks are long", () => {
    for (const seconds of [0, 100]) {
      const shared = new SharedClaims();
      const { queue } = queueOf(shared, jobsOf(Array<number>(50).fill(1)), { seconds });
      queue.take(2);
      queue.claimAhead();
      expect(shared.heldBy("us")).toEqual(["k0", "k1"]);
    }
  });

  test("reserves short tasks ahead, a quarter of a second for each worker, in one look", () => {
    const shared = new SharedClaims();
    const { queue } = queueOf(shared, jobsOf(Array<number>(500).fill(1)), { seconds: 1 / 128 });
    queue.claimAhead();
    expect(shared.asked.map(({ length }) => length)).toEqual([64]);
    queue.claimAhead();
    expect(shared.asked).toHaveLength(1);
  });

  test("leaves aside what others hold, and counts what they have done", () => {
    const shared = new SharedClaims();
    shared.storeOf("them").claim(["k0", "k1"]);
    const { queue, others } = queueOf(shared, jobsOf([4, 3, 2, 1]));
    shared.finish("k1");
    expect(queue.take(1)?.key).toBe("k2");
    expect(others).toEqual(["k1"]);
    expect(drain(queue)).toEqual(["k3"]);
    expect(queue.mayGetMore()).toBe(true);
    shared.finish("k0");
    queue.review(2);
    expect(others).toEqual(["k1", "k0"]);
    expect(queue.mayGetMore()).toBe(false);
  });

  test("takes over what a dead process held, but no more than it needs", () => {
    const shared = new SharedClaims();
    const jobs = jobsOf([1, 2, 3, 4, 5, 6]);
    shared.storeOf("them").claim(jobs.map(({ key }) => key));
    const { queue } = queueOf(shared, jobs);
    expect(queue.take(2)).toBeUndefined();
    queue.review(2);
    expect(shared.heldBy("us")).toEqual([]);
    shared.die("them");
    queue.review(0);
    expect(shared.heldBy("us")).toEqual([]);
    queue.review(2);
    expect(shared.heldBy("us")).toEqual(["k5", "k4"]);
    expect(queue.take(2)?.key).toBe("k5");
  });

  test("starts nothing that is expected to take longer than the limit, and gives it back", () => {
    const shared = new SharedClaims();
    const { queue, calibration } = queueOf(shared, jobsOf([8, 4, 2, 1]));
    // Nothing is measured: costs count as seconds.
    expect(queue.take(2, 5)?.key).toBe("k1");
    expect(shared.heldBy("us")).toEqual(["k1", "k2"]);
    calibration.add(4, 16);
    expect(queue.take(1, 5)?.key).toBe("k3");
    expect(shared.heldBy("us")).toEqual(["k1", "k3"]);
    expect(queue.take(1, 5)).toBeUndefined();
    // Faster than thought: the longer ones fit after all.
    calibration.add(400, 1);
    expect(queue.take(1, 5)?.key).toBe("k0");
  });

  test("gives back what it has reserved when it is closed", () => {
    const shared = new SharedClaims();
    const { queue } = queueOf(shared, jobsOf([1, 1, 1, 1, 1]), { seconds: 0.01 });
    queue.take(1);
    queue.close();
    expect(shared.heldBy("us")).toEqual(["k0"]);
  });
});

test("several queues on one folder: each task runs once, whoever dies, and everyone learns of all of them", () => {
  const event = fc.record({
    process: fc.nat(2),
    action: fc.constantFrom("take", "take", "take", "finish", "finish", "review", "die"),
  });
  const costs = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(costs, fc.array(event, { maxLength: 120 }), (list, events) => {
      const shared = new SharedClaims();
      const jobs = jobsOf(list);
      const processes = [0, 1, 2].map((number) => {
        const owner = `p${number}`;
        return {
          owner,
          running: [] as Job[],
          done: 0,
          dead: false,
          ...queueOf(shared, jobs, { owner, seconds: 0.05 }),
        };
      });
      const act = (process: (typeof processes)[number], action: string): void => {
        if (process.dead) return;
        if (action === "die") {
          // The last one alive stays.
          if (processes.filter(({ dead }) => !dead).length === 1) return;
          process.dead = true;
          shared.die(process.owner);
        } else if (action === "review") process.queue.review(1);
        else if (action === "take") {
          const job = process.queue.take(1);
          if (job === undefined) return;
          expect(shared.done.has(job.key)).toBe(false);
          expect(shared.holders.get(job.key)).toBe(process.owner);
          process.running.push(job);
        } else {
          const job = process.running.shift();
          if (job === undefined) return;
          shared.finish(job.key);
          process.done++;
        }
      };
      for (const { process, action } of events) act(processes[process]!, action);
      const alive = processes.filter(({ dead }) => !dead);
      for (let round = 0; round < 3 * jobs.length + 3; round++) {
        for (const process of alive) for (const action of ["finish", "take", "review"]) act(process, action);
      }
      expect(shared.done.size).toBe(jobs.length);
      for (const { done, others, queue } of alive) {
        expect(queue.mayGetMore()).toBe(false);
        expect(done + others.length).toBe(jobs.length);
      }
    }),
    { seed: 6, numRuns: 200 },
  );
});

test("calibration: seconds per unit of cost; costs are seconds before the first measurement", () => {
  const calibration = new Calibration();
  expect(calibration.measured).toBe(false);
  expect(calibration.seconds(7)).toBe(7);
  calibration.add(0, 0.5);
  expect(calibration.seconds(7)).toBe(0.5); // costs that are all 0 say nothing: the mean time
  calibration.add(10, 4.5);
  expect(calibration.seconds(7)).toBeCloseTo(3.5, 12); // 5 s for a cost of 10
});
