/**
 * @file Local entropy around a state by belief propagation: against enumeration, the quenched Franz–Parisi entropy (P8),
 * and the closed form around a state that knows nothing of the couplings.
 */
import { describe, expect, test } from "vitest";
import { annealedEntropy } from "../../theory/entropy.ts";
import { OutOfDomain } from "../../theory/errors.ts";
import { solveBethe } from "../../sim/instance/belief-propagation.ts";
import { entropyAround, entropyInField } from "../../sim/instance/entropy-around.ts";
import { findFixedPoints, stateOf } from "../../sim/instance/enumerate.ts";
import { networkOf, randomState, sampleNetwork } from "../../sim/instance/network.ts";
import type { Network } from "../../sim/instance/network.ts";
import { plantFixedPoint } from "../../sim/instance/planted.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import type { Kernels } from "../../sim/kernels/memory.ts";
import { stream } from "../../sim/random.ts";

const draw = (kernels: Kernels, n: number, sample: number): Network =>
  sampleNetwork({ n, kernels }, stream(41, "couplings", n, sample));

/** Mean and standard error. */
function summary(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}

function bitCount(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** A network with a planted fixed point: typical, as quenched and annealed entropy agree (P5). */
function planted(kernels: Kernels, n: number, sample: number, selfCoupling: number) {
  const network = draw(kernels, n, sample);
  const reference = randomState(n, stream(41, "reference", n, sample));
  plantFixedPoint(network, { state: reference, selfCoupling }, stream(41, "planted", n, sample));
  return { network, input: { reference, selfCoupling } };
}

describe("against the exact number of fixed points at each distance", () => {
  const selfCoupling = 1;
  const fields = [0.1, 0.3, 0.6];

  /** Errors of free entropy and overlap around one fixed point of each of 40 networks, at each field. */
  function errorsAt(n: number) {
    const kernels = loadKernels();
    const errors = fields.map(() => ({ freeEntropy: [] as number[], overlap: [] as number[] }));
    for (let sample = 0; sample < 40; sample++) {
      const mark = kernels.mark();
      const network = draw(kernels, n, sample);
      const { words } = findFixedPoints(network, selfCoupling);
      const chosen = words[stream(41, "choice", n, sample).below(words.length)]!;
      const reference = stateOf(chosen, n);
      const overlaps = Array.from(words, (word) => 1 - (2 * bitCount(word ^ chosen)) / n);
      const points = entropyInField(network, { reference, selfCoupling, fields });
      points.forEach(({ converged, entropy, overlap, field }, k) => {
        expect(converged).toBe(true);
        // The state and its negative together.
        const weight = overlaps.reduce((sum, q) => sum + 2 * Math.cosh(field * n * q), 0);
        const moment = overlaps.reduce((sum, q) => sum + 2 * q * Math.sinh(field * n * q), 0);
        errors[k]!.freeEntropy.push(Math.abs(entropy! + field * overlap - Math.log(weight) / n));
        errors[k]!.overlap.push(Math.abs(overlap - moment / weight));
      });
      kernels.release(mark);
    }
    return errors.map(
      ({ freeEntropy, overlap }) => [summary(freeEntropy).mean, summary(overlap).mean] as const,
    );
  }

  test("J_D = 1, fields to 0.6: at N = 20 free entropy within 0.01, overlap within 0.03, on average; worse at N = 8", () => {
    const [small, large] = [errorsAt(8), errorsAt(20)];
    large.forEach(([freeEntropy, overlap], k) => {
      expect(freeEntropy).toBeLessThan(0.01);
      expect(overlap).toBeLessThan(0.03);
      expect(freeEntropy).toBeLessThan(0.6 * small[k]![0]);
      expect(overlap).toBeLessThan(0.6 * small[k]![1]);
    });
  });
});

describe("around planted typical fixed points", () => {
  // (P8) at J_D = 0.5 with its inner overlap p; the same values test the solver of the saddle in theory/.
  const quenched = [
    { distance: 0.25, entropy: 0.25911442162, innerOverlap: 0.302491328 },
    { distance: 0.05, entropy: 0.06904740744, innerOverlap: 0.83585547 },
  ];
  const distances = quenched.map(({ distance }) => distance);

  test.each([
    [100, 30],
    [200, 16],
    [400, 6],
  ])(
    "N = %d, mean of %d networks: (P8) within 4 standard errors and 0.3/N, inner overlap within 4 and 0.5/N",
    (n, samples) => {
      const kernels = loadKernels();
      const mark = kernels.mark();
      const curves = Array.from({ length: samples }, (_, sample) => {
        kernels.release(mark);
        const { network, input } = planted(kernels, n, sample, 0.5);
        return entropyAround(network, { ...input, distances }, { tolerance: 1e-4 });
      });
      quenched.forEach((expected, k) => {
        const entropy = summary(curves.map((points) => points[k]!.entropy!));
        const inner = summary(curves.map((points) => points[k]!.innerOverlap));
        expect(Math.abs(entropy.mean - expected.entropy)).toBeLessThan(4 * entropy.standardError + 0.3 / n);
        expect(Math.abs(inner.mean - expected.innerOverlap)).toBeLessThan(4 * inner.standardError + 0.5 / n);
      });
    },
  );

  test("closer than the barrier the held overlap still converges, where a constant field jumps onto the reference", () => {
    const { network, input } = planted(loadKernels(), 200, 1, 0.3);
    const [held] = entropyAround(network, { ...input, distances: [0.02] });
    expect(held!.converged).toBe(true);
    expect(held!.overlap).toBeCloseTo(0.96, 10);
    expect(held!.entropy).toBeLessThan(0);
    const fields = Array.from({ length: 13 }, (_, k) => 0.1 * k);
    const curve = (direction: "from-far" | "from-near") =>
      entropyInField(network, { ...input, fields }, { direction });
    const [away, back] = [curve("from-far"), curve("from-near")];
    // Close to the reference less than one neuron is free: such a frozen point has no entropy.
    for (const { converged, entropy, distance } of [...away, ...back]) {
      expect(converged).toBe(true);
      expect(entropy === null).toBe(distance < 0.01);
    }
    const jump = away.findIndex(({ distance }) => distance < 0.01);
    expect(away[jump - 1]!.distance).toBeGreaterThan(0.02);
    // Hysteresis: at the field before, the solution close to the reference is still there on the way back.
    expect(back[jump - 1]!.distance).toBeLessThan(0.01);
  });
});

describe("curves", () => {
  const kernels = loadKernels();
  const { network, input } = planted(kernels, 120, 0, 0.5);
  const distances = [0.1, 0.5, 0.3, 0.04];
  const mark = kernels.mark();
  const points = entropyAround(network, { ...input, distances });

  test("come in the order asked for, converged, at the distances asked for; kernel memory is given back", () => {
    expect(kernels.mark()).toBe(mark);
    points.forEach(({ distance, overlap, innerOverlap, converged, residual }, k) => {
      expect(distance).toBe(distances[k]);
      expect(overlap).toBeCloseTo(1 - 2 * distance, 10);
      expect(innerOverlap).toBeGreaterThanOrEqual(overlap * overlap);
      expect(converged).toBe(true);
      expect(residual).toBeLessThanOrEqual(1e-5);
    });
  });

  test("d = 1/2 is no field and the plain Bethe entropy", () => {
    const plain = solveBethe(network, { selfCoupling: 0.5 });
    expect(points[1]!.field).toBeCloseTo(0, 12);
    expect(points[1]!.entropy).toBeCloseTo(plain.entropy, 12);
  });

  test("the field found, held constant, gives the same point; so does another way to it", () => {
    const [near, , middle] = points;
    const again = entropyInField(network, { ...input, fields: [near!.field, middle!.field] });
    [near!, middle!].forEach((point, k) => {
      expect(Math.abs(again[k]!.distance - point.distance)).toBeLessThan(1e-4);
      expect(Math.abs(again[k]!.entropy! - point.entropy!)).toBeLessThan(1e-4);
    });
    const [alone] = entropyAround(network, { ...input, distances: [0.04] });
    expect(Math.abs(alone!.entropy! - points[3]!.entropy!)).toBeLessThan(1e-5);
  });

  test("the field is −d(entropy)/d(overlap), within 3 % at N = 120", () => {
    const step = 0.01;
    const [below, at, above] = entropyAround(network, { ...input, distances: [0.2 - step, 0.2, 0.2 + step] });
    const slope = (above!.entropy! - below!.entropy!) / (4 * step);
    expect(Math.abs(slope / at!.field - 1)).toBeLessThan(0.03);
  });

  test("a point without enough iterations has no entropy", () => {
    const tried = entropyAround(network, { ...input, distances }, { maxIterations: 5 });
    expect(tried.map(({ converged }) => converged)).toEqual([false, true, false, false]);
    expect(tried.map(({ entropy }) => entropy === null)).toEqual([true, false, true, true]);
    expect(tried.every(({ iterations, residual }) => iterations <= 5 && Number.isFinite(residual))).toBe(
      true,
    );
  });
});

test("couplings too weak to forbid anything: all states, S₂(d) within 1e-6 at the field atanh(1 − 2d)", () => {
  const network = networkOf({ n: 40, kernels: loadKernels() }, (i, j) => ((i + 2 * j) % 3) * 0.01);
  const reference = randomState(40, stream(41, "weak"));
  for (const point of entropyAround(network, { reference, selfCoupling: 3, distances: [0.1, 0.3, 0.5] })) {
    const d = point.distance;
    expect(point.field).toBeCloseTo(Math.atanh(1 - 2 * d), 6);
    expect(point.entropy).toBeCloseTo(-d * Math.log(d) - (1 - d) * Math.log(1 - d), 6);
    expect(point.innerOverlap).toBeCloseTo((1 - 2 * d) ** 2, 6);
  }
});

test("two blocks that can only flip as wholes: messages that freeze into the one state there is give no entropy", () => {
  const inBlock = (i: number) => i < 4;
  const network = networkOf({ n: 20, kernels: loadKernels() }, (i, j) => (inBlock(i) === inBlock(j) ? 1 : 0));
  const input = { reference: new Int8Array(20).fill(1), selfCoupling: 0.1, distances: [0.2] };
  const [point] = entropyAround(network, input);
  expect(point!.residual).toBeLessThan(1e-5);
  expect(point!.innerOverlap).toBeCloseTo(1, 6);
  expect(point).toMatchObject({ converged: false, entropy: null });
});

test("around a state that knows nothing of the couplings: S₂(d) + log Φ(J_D) within 0.3/N + 4 standard errors", () => {
  const kernels = loadKernels();
  const mark = kernels.mark();
  const n = 200;
  // Quenched and annealed entropy differ by some (1 − 2d)⁴/5 here, 3·10⁻⁴ at d = 0.4.
  const distances = [0.45, 0.4];
  const curves = Array.from({ length: 8 }, (_, sample) => {
    kernels.release(mark);
    const reference = randomState(n, stream(42, "reference", sample));
    return entropyAround(draw(kernels, n, sample), { reference, selfCoupling: 0.7, distances });
  });
  distances.forEach((d, k) => {
    const binary = -d * Math.log(d) - (1 - d) * Math.log(1 - d);
    const { mean, standardError } = summary(curves.map((points) => points[k]!.entropy!));
    const expected = binary + annealedEntropy(0.7) - Math.LN2;
    expect(Math.abs(mean - expected)).toBeLessThan(4 * standardError + 0.3 / n);
  });
});

test("bad input gets an error that names it", () => {
  const network = draw(loadKernels(), 40, 0);
  const reference = new Int8Array(40).fill(1);
  const around = (change: object) => () =>
    entropyAround(network, { reference, selfCoupling: 0.5, distances: [0.2], ...change });
  expect(around({ selfCoupling: -1 })).toThrow(/selfCoupling/);
  expect(around({ reference: reference.slice(1) })).toThrow(/reference must hold n = 40/);
  expect(around({ reference: new Int8Array(40) })).toThrow(OutOfDomain);
  for (const distance of [0, 0.09, 0.51, NaN])
    expect(around({ distances: [0.2, distance] })).toThrow(/distance/);
  const inField = () => entropyInField(network, { reference, selfCoupling: 0.5, fields: [-0.1] });
  expect(inField).toThrow(/field/);
});
