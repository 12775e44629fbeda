/**
 * @file The single-neuron process of (P27) against exact laws: the first two steps by an integral, every sweep without
 * self-coupling by a recursion, and the limits of strong self-coupling and of the initial state's memory.
 */
import { describe, expect, test } from "vitest";
import { stream } from "../../sim/random.ts";
import { simulateNeuronProcess, type NeuronProcessInput } from "../../theory/dynamical-mean-field.ts";
import { OutOfDomain } from "../../theory/errors.ts";
import { normalCdf, normalPdf } from "../../theory/normal.ts";

/** Mean activity of each sweep over repetitions, and its standard error. */
function measured(input: NeuronProcessInput, repetitions: number) {
  const runs = Array.from(
    { length: repetitions },
    (_, k) => simulateNeuronProcess(input, stream(11, "process", k)).activity,
  );
  return Array.from({ length: input.sweeps }, (_, sweep) => {
    const values = runs.map((activity) => activity[sweep]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / repetitions;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, error: Math.sqrt(squares / (repetitions - 1) / repetitions) };
  });
}

/** Flips in the first two steps of one sweep each, exactly: one integral over x = s(0) h(0). */
function firstTwo(selfCoupling: number): [number, number] {
  const p = 1 - Math.exp(-1);
  const first = p * normalCdf(-selfCoupling);
  const c = 1 - 2 * first;
  const width = Math.sqrt(1 - c * c);
  const unstable = (x: number): number => {
    const stays = normalCdf((-selfCoupling - c * x) / width);
    const flipped = normalCdf((c * x - selfCoupling) / width);
    return normalPdf(x) * (x < -selfCoupling ? (1 - p) * stays + p * flipped : stays);
  };
  // Midpoints on both sides of the step at x = −J_D.
  const integral = (from: number, to: number): number => {
    const step = (to - from) / 4000;
    return (
      step * Array.from({ length: 4000 }, (_, k) => unstable(from + (k + 0.5) * step)).reduce((a, b) => a + b)
    );
  };
  return [first, p * (integral(-9, -selfCoupling) + integral(-selfCoupling, 9))];
}

/**
 * Without self-coupling the law closes: C(t+1,t') = (1−p) C(t,t') + p D(t,t') and D(t,t'+1) = (1−p) D(t,t') + p A(t,t') with
 * D(t,t') = ⟨sgn h(t) s(t')⟩, D(t,0) = 0 and A = (2/π) asin C. A step flips (1 − C(t+1,t))/2.
 */
function withoutSelfCoupling(stepsPerSweep: number, sweeps: number): number[] {
  const p = 1 - Math.exp(-1 / stepsPerSweep);
  const activity = new Array<number>(sweeps).fill(0);
  let row = [1];
  for (let t = 0; t < stepsPerSweep * sweeps; t++) {
    const d = [0];
    for (let u = 0; u < t; u++) d.push((1 - p) * d[u]! + (p * 2 * Math.asin(row[u]!)) / Math.PI);
    const next = row.map((value, u) => (1 - p) * value + p * d[u]!);
    activity[Math.floor(t / stepsPerSweep)]! += (1 - next[t]!) / 2;
    row = [...next, 1];
  }
  return activity;
}

test.each([0, 0.2, 0.6, 1])(
  "the first two steps follow their exact law at J_D = %f (40 × 5000 trajectories, 4 standard errors)",
  (selfCoupling) => {
    const input = { selfCoupling, sweeps: 2, timeStep: 1, trajectories: 5000 };
    const expected = firstTwo(selfCoupling);
    measured(input, 40).forEach(({ mean, error }, sweep) => {
      expect(Math.abs(mean - expected[sweep]!)).toBeLessThan(4 * error);
    });
  },
);

describe("without self-coupling", () => {
  test.each([1, 4])(
    "each of 10 sweeps of %i steps follows the recursion (30 × 1500, 4 standard errors)",
    (steps) => {
      const input = { selfCoupling: 0, sweeps: 10, timeStep: 1 / steps, trajectories: 1500 };
      const expected = withoutSelfCoupling(steps, 10);
      measured(input, 30).forEach(({ mean, error }, sweep) => {
        expect(Math.abs(mean - expected[sweep]!)).toBeLessThan(4 * error);
      });
    },
  );

  test("the recursion tends to the closed form ½√(4/π − 1) of continuous time", () => {
    // C″ = C − (2/π) asin C conserves ½C′² + V(C), which V(0) = 2/π at infinity fixes; the activity is −C′(0)/2.
    const [coarse, fine] = [16, 32].map((steps) => withoutSelfCoupling(steps, 14).at(-1)!);
    expect(2 * fine! - coarse!).toBeCloseTo(0.5 * Math.sqrt(4 / Math.PI - 1), 3);
  });

  test("the initial state is forgotten as e^(−t) (20,000 trajectories, 4 standard errors)", () => {
    const input = { selfCoupling: 0, sweeps: 3, timeStep: 0.5, trajectories: 20_000 };
    const { correlation } = simulateNeuronProcess(input, stream(3, "process"));
    expect(correlation).toHaveLength(6);
    expect(correlation[5]).toBe(1);
    expect(Math.abs(correlation[0]! - Math.exp(-2.5))).toBeLessThan(4 / Math.sqrt(20_000));
  });
});

test("a strong self-coupling stops all flips but the first: Φ(−2.5) of them (40,000 trajectories)", () => {
  const input = { selfCoupling: 2.5, sweeps: 12, timeStep: 0.5, trajectories: 40_000 };
  const { activity, rank } = simulateNeuronProcess(input, stream(5, "process"));
  const flips = activity.reduce((sum, value) => sum + value, 0);
  const expected = normalCdf(-2.5);
  // Few others follow: a flip of the 0.6 % changes the field by √(4 · 0.006) at most.
  expect(flips).toBeGreaterThan(expected - 4 * Math.sqrt(expected / 40_000));
  expect(flips).toBeLessThan(1.2 * expected + 4 * Math.sqrt(expected / 40_000));
  expect(activity.slice(-2)).toEqual([0, 0].map(() => expect.closeTo(0, 3) as number));
  expect(rank).toBeLessThanOrEqual(24);
});

test("fewer trajectories than times leave a matrix of their rank, and finite numbers", () => {
  const input = { selfCoupling: 0.3, sweeps: 20, timeStep: 0.25, trajectories: 6 };
  const { activity, correlation, rank } = simulateNeuronProcess(input, stream(9, "process"));
  expect(rank).toBeLessThanOrEqual(6);
  expect([...activity, ...correlation].every(Number.isFinite)).toBe(true);
});

test("the same randomness gives the same bits", () => {
  const input = { selfCoupling: 0.4, sweeps: 4, timeStep: 0.25, trajectories: 101 };
  const run = () => simulateNeuronProcess(input, stream(1, "process"));
  expect(run()).toEqual(run());
});

test.each([
  [{ selfCoupling: -0.1 }, "selfCoupling"],
  [{ selfCoupling: NaN }, "selfCoupling"],
  [{ sweeps: 0 }, "sweeps"],
  [{ sweeps: 1.5 }, "sweeps"],
  [{ timeStep: 0.3 }, "timeStep must be 1/k"],
  [{ timeStep: 0 }, "timeStep"],
  [{ trajectories: 1 }, "trajectories"],
  [{ sweeps: 10_000, timeStep: 0.1 }, "sweeps / timeStep"],
  [{ sweeps: 1000, trajectories: 1e7 }, "sweeps / timeStep"],
])("refuses %o", (bad, message) => {
  const input = { selfCoupling: 0.4, sweeps: 10, timeStep: 0.5, trajectories: 100, ...bad };
  const run = () => simulateNeuronProcess(input, stream(1, "process"));
  expect(run).toThrow(OutOfDomain);
  expect(run).toThrow(message);
});
