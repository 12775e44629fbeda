/** @file What the worker answers to the requests of the page, with a clock and a timer of the test's own. */
import { beforeEach, describe, expect, test } from "vitest";
import { NetworkDriver } from "../../../sim/explorer/network/driver.ts";
import { LiveNetwork, type NetworkParameters } from "../../../sim/explorer/network/live-network.ts";
import { packedLength } from "../../../sim/explorer/network/packed.ts";
import {
  MOST_COLUMNS,
  type NetworkFrame,
  type NetworkReport,
} from "../../../sim/explorer/network/protocol.ts";
import { loadKernels } from "../../../sim/kernels/load.ts";

let reports: NetworkReport[];
let tasks: (() => void)[];
let made: NetworkParameters[];
let clock: number;
/** Milliseconds that pass at each look at the clock. */
let pace: number;
let driver: NetworkDriver;

beforeEach(() => {
  [reports, tasks, made, clock, pace] = [[], [], [], 0, 0];
  driver = new NetworkDriver({
    create: (parameters) => {
      made.push(parameters);
      return new LiveNetwork(loadKernels(), parameters);
    },
    post: (report) => reports.push(report),
    now: () => (clock += pace),
    schedule: (task) => tasks.push(task),
    openGpu: () => Promise.resolve(null),
    timeout: () => new AbortController().signal,
  });
});

/** Lets the timer run until nothing is left to do. */
function settle(): void {
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) task();
}

/** The reports since the last call. */
function newReports(): NetworkReport[] {
  settle();
  return reports.splice(0);
}

function onlyFrame(): NetworkFrame {
  const [report, ...more] = newReports();
  expect(more).toEqual([]);
  if (report?.type !== "frame") throw new Error(`expected a frame, got ${JSON.stringify(report)}`);
  return report;
}

const create = (generation: number, parameters: Partial<NetworkParameters> = {}): void =>
  driver.receive({ type: "create", generation, n: 50, selfCoupling: 0.2, seed: 1, ...parameters });
const drawn = (): void => driver.receive({ type: "drawn" });
const statesOf = ({ states, n }: NetworkFrame): number => states.length / packedLength(n);

describe("a new network", () => {
  test("shows its initial state and then waits", () => {
    create(3);
    const frame = onlyFrame();
    expect(frame).toMatchObject({
      generation: 3,
      n: 50,
      selfCoupling: 0.2,
      sweeps: 0,
      fixedPointAfter: null,
    });
    expect(frame.states).toEqual(
      new LiveNetwork(loadKernels(), { n: 50, selfCoupling: 0.2, seed: 1 }).packedState(),
    );
    drawn();
    expect(newReports()).toEqual([]);
  });

  test("is made once when several were asked for in a row: the last", () => {
    for (const generation of [1, 2, 3, 4]) create(generation, { seed: generation });
    expect(onlyFrame().generation).toBe(4);
    expect(made.map(({ seed }) => seed)).toEqual([4]);
  });

  test("takes the J_D that came after it, not the one from before", () => {
    create(1);
    driver.receive({ type: "couple", selfCoupling: 0.9 });
    create(2, { selfCoupling: 0.3 });
    expect(onlyFrame().selfCoupling).toBe(0.3);
    drawn();
    create(3, { selfCoupling: 0.3 });
    driver.receive({ type: "couple", selfCoupling: 0.4 });
    expect(onlyFrame().selfCoupling).toBe(0.4);
  });
});

describe("running", () => {
  test("makes the sweeps of a frame, and no more before it is drawn", () => {
    create(1, { selfCoupling: 0 });
    onlyFrame();
    driver.receive({ type: "run", sweepsPerFrame: 4 });
    expect(newReports()).toEqual([]);
    drawn();
    const first = onlyFrame();
    expect([first.sweeps, statesOf(first)]).toEqual([4, 4]);
    expect(newReports()).toEqual([]);
    drawn();
    expect(onlyFrame().sweeps).toBe(8);
  });

  test("gives the states of single sweeps, whatever their number in a frame", () => {
    const network = new LiveNetwork(loadKernels(), { n: 50, selfCoupling: 0, seed: 1 });
    const states = [0, 1, 2, 3, 4].flatMap(() => {
      network.sweep();
      return Array.from(network.packedState());
    });
    create(1, { selfCoupling: 0 });
    onlyFrame();
    driver.receive({ type: "run", sweepsPerFrame: 5 });
    drawn();
    expect(Array.from(onlyFrame().states)).toEqual(states);
  });

  test("ends a frame when its time is over, after one sweep at least", () => {
    create(1, { selfCoupling: 0 });
    onlyFrame();
    driver.receive({ type: "run", sweepsPerFrame: Number.MAX_SAFE_INTEGER });
    pace = 3;
    drawn();
    const several = onlyFrame().sweeps;
    expect(several).toBeGreaterThan(1);
    expect(several).toBeLessThan(6);
    pace = 1000;
    drawn();
    expect(onlyFrame().sweeps).toBe(several + 1);
  });

  test("sends the newest states only where more were made than a raster holds", () => {
    create(1, { n: 60, selfCoupling: 0, seed: 5 });
    onlyFrame();
    driver.receive({ type: "run", sweepsPerFrame: MOST_COLUMNS + 100 });
    drawn();
    const frame = onlyFrame();
    const network = new LiveNetwork(loadKernels(), { n: 60, selfCoupling: 0, seed: 5 });
    while (network.sweeps < frame.sweeps) network.sweep();
    expect(frame.sweeps).toBe(MOST_COLUMNS + 100);
    expect(statesOf(frame)).toBe(MOST_COLUMNS);
    expect(frame.states.slice(-packedLength(60))).toEqual(network.packedState());
  });

  test("stops at once, and a step makes one sweep", () => {
    create(1, { selfCoupling: 0 });
    onlyFrame();
    driver.receive({ type: "run", sweepsPerFrame: 4 });
    drawn();
    onlyFrame();
    driver.receive({ type: "stop" });
    drawn();
    expect(newReports()).toEqual([]);
    driver.receive({ type: "step" });
    const frame = onlyFrame();
    expect([frame.sweeps, statesOf(frame)]).toEqual([5, 1]);
  });

  test("rests at a fixed point, and goes on when J_D makes it unstable", () => {
    create(1, { n: 100, selfCoupling: 0.8 });
    onlyFrame();
    driver.receive({ type: "run", sweepsPerFrame: 1000 });
    drawn();
    const fixed = onlyFrame();
    expect(fixed.fixedPointAfter).toBe(fixed.sweeps);
    expect(fixed.histogram.unstable).toBe(0);
    drawn();
    expect(newReports()).toEqual([]);
    driver.receive({ type: "couple", selfCoupling: 0.9 });
    const stillFixed = onlyFrame();
    expect([stillFixed.sweeps, statesOf(stillFixed)]).toEqual([fixed.sweeps, 0]);
    drawn();
    driver.receive({ type: "couple", selfCoupling: 0 });
    expect(onlyFrame().sweeps).toBeGreaterThan(fixed.sweeps);
  });

  test("a step at a fixed point is a sweep without a flip", () => {
    create(1, { n: 30, selfCoupling: 50 });
    onlyFrame();
    drawn();
    driver.receive({ type: "step" });
    expect(onlyFrame()).toMatchObject({ sweeps: 1, lastFlips: 0, fixedPointAfter: 1 });
    drawn();
    driver.receive({ type: "step" });
    expect(onlyFrame()).toMatchObject({ sweeps: 2, lastFlips: 0, fixedPointAfter: 1 });
  });
});

describe("failures", () => {
  test("are told in one line, and the next network works", () => {
    create(1, { n: 1 });
    expect(newReports()).toEqual([
      { type: "failed", generation: 1, text: "n must be an integer from 2 to 32000, got 1" },
    ]);
    create(2);
    expect(onlyFrame().generation).toBe(2);
  });

  test("of a J_D end the network", () => {
    create(1);
    onlyFrame();
    drawn();
    driver.receive({ type: "couple", selfCoupling: -1 });
    expect(newReports()).toMatchObject([{ type: "failed", generation: 1 }]);
    driver.receive({ type: "step" });
    expect(newReports()).toEqual([]);
  });
});
