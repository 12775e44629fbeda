/** @file The page's end of a theory worker, against a worker that the test plays. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type {
  TheoryAnswer,
  TheoryRequest,
  TheoryResult,
  TheoryWork,
} from "../../../sim/explorer/theory/protocol.ts";
import { TheoryClient } from "../../../sim/explorer/theory/theory-client.ts";
import type { WorkerLike } from "../../../sim/explorer/theory/theory-client.ts";

class PlayedWorker implements WorkerLike {
  readonly requests: TheoryRequest[] = [];
  terminated = false;
  onmessage: WorkerLike["onmessage"] = null;
  onerror: WorkerLike["onerror"] = null;
  onmessageerror: WorkerLike["onmessageerror"] = null;
  postMessage(request: TheoryRequest): void {
    this.requests.push(request);
  }
  terminate(): void {
    this.terminated = true;
  }
  answer(answer: TheoryAnswer): void {
    this.onmessage?.({ data: answer } as MessageEvent<TheoryAnswer>);
  }
  get newestId(): number {
    return this.requests.at(-1)!.id;
  }
}

const at = (selfCoupling: number): TheoryWork => ({
  kind: "landscape",
  point: { selfCoupling, distance: 0.1, y: 2 },
  refine: true,
});
const couplings = (worker: PlayedWorker): number[] =>
  worker.requests.map((request) => (request.kind === "landscape" ? request.point.selfCoupling : NaN));
const failed = (message: string): TheoryResult => ({ kind: "failed", message });

let workers: PlayedWorker[];
let results: TheoryResult[];
let failures: string[];
let client: TheoryClient;

beforeEach(() => {
  vi.useFakeTimers();
  [workers, results, failures] = [[], [], []];
  client = new TheoryClient({
    createWorker: () => {
      const worker = new PlayedWorker();
      workers.push(worker);
      return worker;
    },
    onResult: (result) => void results.push(result),
    onFailure: (reason) => failures.push(reason),
    patienceSeconds: 10,
  });
});

afterEach(() => {
  client.dispose();
  vi.useRealTimers();
});

describe("asking", () => {
  test("keeps only the newest of the work that comes before the first answer", () => {
    client.ask(at(0.1));
    client.ask(at(0.2));
    client.ask(at(0.3));
    expect(couplings(workers[0]!)).toEqual([0.1]);
    workers[0]!.answer({ ...failed("first"), id: workers[0]!.newestId });
    expect(couplings(workers[0]!)).toEqual([0.1, 0.3]);
    expect(results).toEqual([failed("first")]);
  });

  test("interrupts work that has had its first answer, and drops its later ones", () => {
    client.ask(at(0.1));
    const first = workers[0]!.newestId;
    workers[0]!.answer({ ...failed("preview"), id: first });
    client.ask(at(0.2));
    expect(couplings(workers[0]!)).toEqual([0.1, 0.2]);
    workers[0]!.answer({ ...failed("late"), id: first });
    expect(results).toEqual([failed("preview")]);
  });
});

test("the next request waits until an answer is shown", async () => {
  const worker = new PlayedWorker();
  let finish = (): void => undefined;
  const patient = new TheoryClient({
    createWorker: () => worker,
    onResult: ({ kind }) => (kind === "done" ? undefined : new Promise((resolve) => (finish = resolve))),
    onFailure: (reason) => failures.push(reason),
    patienceSeconds: 10,
  });
  patient.ask(at(0.1));
  worker.answer({ ...failed("preview"), id: worker.newestId });
  patient.ask(at(0.2));
  patient.ask(at(0.3));
  worker.answer({ kind: "done", id: worker.newestId });
  await vi.advanceTimersByTimeAsync(100);
  expect(couplings(worker)).toEqual([0.1]);
  finish();
  await vi.advanceTimersByTimeAsync(0);
  expect(couplings(worker)).toEqual([0.1, 0.3]);
  patient.dispose();
});

describe("failures", () => {
  test("an error of the worker ends it, once", () => {
    client.ask(at(0.1));
    workers[0]!.onerror?.({ message: "boom" } as ErrorEvent);
    workers[0]!.onerror?.({ message: "boom again" } as ErrorEvent);
    expect(failures).toEqual(["boom"]);
    expect(workers[0]!.terminated).toBe(true);
    client.ask(at(0.2));
    expect(workers).toHaveLength(1);
  });

  test("silence counts as death, answers keep the worker alive", () => {
    client.ask(at(0.1));
    vi.advanceTimersByTime(9000);
    workers[0]!.answer({ kind: "entropy", rows: [], id: workers[0]!.newestId });
    vi.advanceTimersByTime(9000);
    expect(failures).toEqual([]);
    vi.advanceTimersByTime(2000);
    expect(failures).toEqual(["it has not answered for 10 s"]);
  });

  test("nothing is expected after the end of the work", () => {
    client.ask(at(0.1));
    workers[0]!.answer({ kind: "done", id: workers[0]!.newestId });
    vi.advanceTimersByTime(100_000);
    expect(failures).toEqual([]);
  });

  test("what was still being shown at a failure does not hold up the work after a restart", async () => {
    const shown: (() => void)[] = [];
    const slow = new TheoryClient({
      createWorker: () => {
        const worker = new PlayedWorker();
        workers.push(worker);
        return worker;
      },
      onResult: () => new Promise<void>((resolve) => shown.push(resolve)),
      onFailure: (reason) => failures.push(reason),
      patienceSeconds: 10,
    });
    slow.ask(at(0.1));
    workers[0]!.answer({ ...failed("preview"), id: workers[0]!.newestId });
    workers[0]!.onerror?.({ message: "boom" } as ErrorEvent);
    slow.restart();
    slow.ask(at(0.2));
    slow.ask(at(0.3));
    workers[1]!.answer({ ...failed("preview"), id: workers[1]!.newestId });
    shown[1]!();
    await vi.advanceTimersByTimeAsync(0);
    expect(couplings(workers[1]!)).toEqual([0.2, 0.3]);
    shown[0]!();
    slow.dispose();
  });

  test("a program that does not load is named so, and a restart takes a new worker", () => {
    client.ask(at(0.1));
    workers[0]!.onerror?.({ message: "" } as ErrorEvent);
    expect(failures).toEqual(["its program could not be loaded"]);
    client.restart();
    client.ask(at(0.4));
    expect(workers).toHaveLength(2);
    expect(couplings(workers[1]!)).toEqual([0.4]);
    workers[1]!.answer({ ...failed("alive"), id: workers[1]!.newestId });
    expect(results).toEqual([failed("alive")]);
  });
});
