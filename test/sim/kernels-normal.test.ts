/**
 * @file The vectorized exp, log and normal law of the kernels over their whole ranges, against Math and theory/normal.ts
 * (which mpmath tables hold to 1e−15). They are compiled here on their own, as the kernels do not export them.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { hazard, logNormalCdf, normalCdf } from "../../theory/normal.ts";
import { stream } from "../../sim/random.ts";

type Loop = (input: number, output: number, count: number, exponent?: number) => void;

const COUNT = 40_000;
const INPUT = 4096;
const OUTPUT = INPUT + 8 * COUNT;

let functions: Record<string, Loop>;
let memory: WebAssembly.Memory;

beforeAll(() => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "atlas-normal-"));
  try {
    const compiler = join(root, "node_modules/assemblyscript/bin/asc.js");
    const options = [
      "-O3",
      "--runtime",
      "stub",
      "--enable",
      "simd",
      "--importMemory",
      "--memoryBase",
      "1024",
    ];
    const file = join(folder, "normal.wasm");
    const source = "test/sim/kernels-normal.as.ts";
    execFileSync(process.execPath, [compiler, source, ...options, "--outFile", file], { cwd: root });
    memory = new WebAssembly.Memory({ initial: 16 });
    const module = new WebAssembly.Module(readFileSync(file));
    functions = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, Loop>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Results at the points, which come back rounded to f32 for the functions in f32. */
function evaluate(name: string, points: readonly number[], exponent?: number) {
  const Numbers = name.startsWith("single") ? Float32Array : Float64Array;
  const input = new Numbers(memory.buffer, INPUT, points.length);
  const output = new Numbers(memory.buffer, OUTPUT, points.length);
  input.set(points);
  // Whole vectors: what lies beyond the last point is evaluated as well.
  functions[name]!(INPUT, OUTPUT, Math.ceil(points.length / 4) * 4, exponent);
  return Array.from(input, (x, k) => ({ x, value: output[k]! }));
}

/** Random points of an interval, equally likely, and its ends. */
function uniform(from: number, to: number): number[] {
  const words = stream(41, "points");
  const inside = Array.from({ length: COUNT - 2 }, () => from + (to - from) * (words.nextUint32() / 2 ** 32));
  return [from, to, ...inside];
}

/** Numbers of both signs whose logarithm is equally likely, up to `largest`. */
const wide = (largest: number): number[] =>
  uniform(-1, 1).map((x) => Math.sign(x) * 10 ** (Math.abs(x) * (Math.log10(largest) + 6) - 6));

const largest = (numbers: readonly number[]): number =>
  numbers.reduce((most, x) => (x >= 0 ? Math.max(most, x) : Number.NaN), 0);

const relative = (value: number, exact: number): number => Math.abs(value / exact - 1);

describe("f32x4", () => {
  test("exponential: relative error below 1.5e−7 from −41 to 87, 2⁻⁶⁰ below, 1 at 0", () => {
    const points = evaluate("singleExponential", uniform(-41.5, 87));
    expect(largest(points.map(({ x, value }) => relative(value, Math.exp(x))))).toBeLessThan(1.5e-7);
    const [zero, ...far] = evaluate("singleExponential", [0, -42, -100, -1e9]);
    expect(zero!.value).toBe(1);
    for (const { value } of far) expect(relative(value, 2 ** -60)).toBeLessThan(1e-5);
  });

  test.each([0, -1, -20, -59])("e^x 2^%d: relative error below 1.5e−7, for any x from −30 to 60", (n) => {
    const points = evaluate("singleShifted", uniform(-30, 60), n);
    const exact = (x: number) => Math.max(Math.exp(x) * 2 ** n, 2 ** -60.5);
    const seen = points.filter(({ x }) => Math.exp(x) * 2 ** n > 2 ** -59);
    expect(seen.length).toBeGreaterThan(1000);
    expect(largest(seen.map(({ x, value }) => relative(value, exact(x))))).toBeLessThan(1.5e-7);
  });

  test("e^x 2^n is finite for shifts of any size", () => {
    for (const n of [-1000, -(2 ** 20)]) {
      const values = evaluate("singleShifted", uniform(-60, 60), n).map(({ value }) => value);
      expect(largest(values)).toBeLessThan(2 ** -59);
      expect(values.every((value) => value > 0)).toBe(true);
    }
  });

  test("logarithm: error below 1.5e−7 of max(1, |ln x|)", () => {
    const points = evaluate(
      "singleLogarithm",
      wide(1e20).map((x) => Math.abs(x) * 1e-10),
    );
    const errors = points.map(({ x, value }) => {
      const exact = Math.log(x);
      return Math.abs(value - exact) / Math.max(1, Math.abs(exact));
    });
    expect(largest(errors)).toBeLessThan(1.5e-7);
    expect(evaluate("singleLogarithm", [1])[0]!.value).toBe(0);
  });

  test("Φ for x ≥ 0 within 2e−7, e^{x²/2} Φ for x < 0 to 6e−7 of itself, |x| to 1e6", () => {
    for (const points of [uniform(-12, 12), wide(1e6)]) {
      const errors = evaluate("singleScaledCdf", points).map(({ x, value }) =>
        x >= 0 ? Math.abs(value - normalCdf(x)) / 2e-7 : relative(value, scaledTail(x)) / 6e-7,
      );
      expect(largest(errors)).toBeLessThan(1);
    }
  });
});

/** e^{x²/2} Φ(x) for x < 0, as φ/Φ is the hazard. */
const scaledTail = (x: number): number => 1 / (Math.sqrt(2 * Math.PI) * hazard(x));

describe("f64x2", () => {
  test("exponential: relative error below 2e−14 from −700 to 700, 1 at 0", () => {
    const points = evaluate("doubleExponential", uniform(-700, 700));
    expect(largest(points.map(({ x, value }) => relative(value, Math.exp(x))))).toBeLessThan(2e-14);
    const [zero, far] = evaluate("doubleExponential", [0, -1e9]);
    expect(zero!.value).toBe(1);
    expect(far!.value).toBeLessThan(1e-303);
  });

  test("logarithm: relative error below 5e−12", () => {
    const points = evaluate(
      "doubleLogarithm",
      wide(1e20).map((x) => Math.abs(x) * 1e-10),
    );
    expect(largest(points.map(({ x, value }) => relative(value, Math.log(x))))).toBeLessThan(5e-12);
    expect(evaluate("doubleLogarithm", [1])[0]!.value).toBe(0);
  });

  test("log Φ: error below 1e−11 of max(1, |log Φ|), |x| to 1e6", () => {
    for (const points of [uniform(-40, 40), wide(1e6)]) {
      const errors = evaluate("doubleLogCdf", points).map(({ x, value }) => {
        const exact = logNormalCdf(x);
        return Math.abs(value - exact) / Math.max(1, Math.abs(exact));
      });
      expect(largest(errors)).toBeLessThan(1e-11);
    }
  });

  test("hazard: relative error below 2e−11 for x < 37, |x| to 1e6", () => {
    for (const points of [uniform(-40, 37), wide(1e6).filter((x) => x < 37)]) {
      const errors = evaluate("doubleHazard", points).map(({ x, value }) => relative(value, hazard(x)));
      expect(largest(errors)).toBeLessThan(2e-11);
    }
  });
});
