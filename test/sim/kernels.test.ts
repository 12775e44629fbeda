/** @file Compiled kernels and their scalar twins write the same bits; the twins are held to plain formulas elsewhere. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createEnumerationFrame } from "../../sim/kernels/enumerate.ts";
import { createFrame, viewFrame, type Frame } from "../../sim/kernels/frame.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import type { Kernels } from "../../sim/kernels/memory.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { createMemory } from "../../sim/kernels/wasm.ts";
import { stream } from "../../sim/random.ts";

const key = stream(21, "kernels").key;
/** Sizes around the blocks of 4, 16 and 256 that the kernels work in. */
const sizes = [2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 130, 255, 256, 257, 300];

/** A network with Gaussian couplings, a random state and fresh fields, in new memory. */
function prepare(kernels: Kernels, n: number): Frame {
  const frame = createFrame(kernels, n);
  kernels.functions.gaussianFill(frame.address, ...key, 1 / Math.sqrt(n), 0, n);
  const words = stream(22, "state", n);
  for (let i = 0; i < n; i++) kernels.int8(frame.state, n)[i] = words.nextUint32() & 1 ? 1 : -1;
  kernels.functions.initialFields(frame.address);
  return frame;
}

/** A digest of every bit of couplings, state and both kinds of fields. */
function digestOf(kernels: Kernels, frame: Frame): Record<string, string> {
  const { couplings, state, fields, exactFields } = viewFrame(kernels.memory, frame.address);
  const digest = (view: Float32Array | Float64Array | Int8Array): string =>
    createHash("sha256")
      .update(new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice())
      .digest("hex");
  return {
    couplings: digest(couplings),
    state: digest(state),
    fields: digest(fields),
    exactFields: digest(exactFields),
  };
}

/** Runs the same work on compiled (unshared and shared) and on scalar kernels; numbers and bits must agree. */
function expectTwins(n: number, work: (kernels: Kernels, frame: Frame) => number | undefined): void {
  const [scalar, ...compiled] = [createScalarKernels(), loadKernels(), loadKernels({ shared: true })].map(
    (kernels) => {
      const frame = prepare(kernels, n);
      kernels.functions.exactFields(frame.address);
      return { result: work(kernels, frame), ...digestOf(kernels, frame) };
    },
  );
  for (const other of compiled) expect(other).toEqual(scalar);
}

describe.each(sizes)("N = %d: compiled and scalar agree bit for bit", (n) => {
  test("Gaussian fill, initial fields and f64 fields", () => {
    expectTwins(n, () => undefined);
  });

  test("flips", () => {
    expectTwins(n, ({ functions }, { address }) => {
      for (let k = 0; k < 20; k++) functions.flip(address, (k * 7) % n);
      return undefined;
    });
  });

  test("sweeps in every order, and their flips", () => {
    const selfCoupling = 0.2;
    expectTwins(n, ({ functions }, { address }) => {
      let flips = 0;
      for (let sweep = 0; sweep < 8; sweep++) {
        flips = 1000 * flips + functions.permutationSweep(address, selfCoupling, ...key, sweep);
        flips += functions.randomSweep(address, selfCoupling, ...key, sweep);
        flips += functions.parallelSweep(address, selfCoupling, 0.3 * 2 ** 32, ...key, sweep);
        flips += functions.parallelSweep(address, selfCoupling, 2 ** 32, ...key, sweep);
      }
      return flips;
    });
  });

  test("a parallel sweep in which more than half of the neurons flip", () => {
    expectTwins(n, ({ functions }, { address }) => functions.parallelSweep(address, -5, 2 ** 32, ...key, 0));
  });
});

test("a parallel sweep moves exactly the unstable neurons and leaves the fields of the new state", () => {
  const n = 65;
  for (const selfCoupling of [-0.8, 0, 0.5]) {
    const kernels = loadKernels();
    const frame = prepare(kernels, n);
    const { state, fields, exactFields } = viewFrame(kernels.memory, frame.address);
    const unstable = Array.from(state.keys()).filter((i) => state[i]! * fields[i]! + selfCoupling < 0);
    const target = state.map((s, i) => (unstable.includes(i) ? -s : s));
    const flips = kernels.functions.parallelSweep(frame.address, selfCoupling, 2 ** 32, ...key, 0);
    expect(flips).toBe(unstable.length);
    expect(state).toEqual(target);
    kernels.functions.exactFields(frame.address);
    const errors = fields.map((field, i) => Math.abs(field - exactFields[i]!));
    expect(Math.max(...errors)).toBeLessThan(1e-5);
  }
});

test.each([1, 3, 20])("random words: %d groups in the order of the stream", (groups) => {
  const words = stream(23, "words");
  const expected = words.substream(5);
  const skipped = 32 * 2;
  for (let k = 0; k < skipped; k++) expected.nextUint32();
  const sequence = Uint32Array.from({ length: 32 * groups }, () => expected.nextUint32());
  for (const kernels of [loadKernels(), createScalarKernels()]) {
    const out = kernels.allocate(128 * groups);
    kernels.functions.philoxWords(out, 2, groups, ...words.key, 5);
    expect(kernels.uint32(out, 32 * groups)).toEqual(sequence);
  }
});

describe("enumeration: compiled and scalar find the same words", () => {
  test.each([2, 3, 4, 5, 8, 9, 13, 14])("N = %d", (n) => {
    for (const selfCoupling of [0, 0.4, 1.5]) {
      const found = [loadKernels(), createScalarKernels()].map((kernels) => {
        const source = prepare(kernels, n);
        const couplings = kernels.float32(source.couplings, n * source.stride);
        const states = 2 ** (n - 1);
        const couplingOf = (i: number, j: number): number => couplings[j * source.stride + i]!;
        const frame = createEnumerationFrame(kernels, n, couplingOf, states);
        const count = kernels.functions.enumerate(frame.address, selfCoupling, 1e-12, 0, states);
        return kernels.uint32(frame.found, count).slice();
      });
      expect(found[0]).toEqual(found[1]);
    }
  });

  test("a range walked in parts, and a drift bound so wide that every state is summed afresh, change nothing", () => {
    const n = 14;
    const kernels = loadKernels();
    const source = prepare(kernels, n);
    const couplings = kernels.float32(source.couplings, n * source.stride).slice();
    const states = 2 ** (n - 1);
    const frame = createEnumerationFrame(kernels, n, (i, j) => couplings[j * source.stride + i]!, states);
    const walk = (driftBound: number, cuts: readonly number[]): number[] =>
      cuts.slice(1).flatMap((last, k) => {
        const count = kernels.functions.enumerate(frame.address, 0.8, driftBound, cuts[k]!, last);
        return Array.from(kernels.uint32(frame.found, count));
      });
    const whole = walk(1e-12, [0, states]);
    expect(whole.length).toBeGreaterThan(20);
    expect(walk(1e-12, [0, 1, 777, 4096, 5000, states])).toEqual(whole);
    expect(walk(1e3, [0, states])).toEqual(whole);
  });
});

describe("memory", () => {
  test("addresses are multiples of 64, do not overlap, and come again after release", () => {
    const kernels = loadKernels();
    const first = kernels.allocate(100);
    const mark = kernels.mark();
    const second = kernels.allocate(1_000_000);
    expect([first % 64, second % 64]).toEqual([0, 0]);
    expect(second).toBeGreaterThanOrEqual(first + 100);
    expect(kernels.memory.buffer.byteLength).toBeGreaterThanOrEqual(second + 1_000_000);
    kernels.release(mark);
    expect(kernels.allocate(10)).toBe(second);
  });

  test("a request beyond 4 GiB is refused in one line", () => {
    expect(() => loadKernels().allocate(2 ** 32)).toThrow(/no room for 4294967296 bytes/);
  });

  test("kernels work beyond 2 GiB, where addresses are negative as i32", () => {
    const high = loadKernels({ arenaStart: 3 * 2 ** 30 });
    const low = loadKernels();
    const [a, b] = [high, low].map((kernels) => {
      const frame = prepare(kernels, 33);
      const flips = kernels.functions.permutationSweep(frame.address, 0.1, ...key, 0);
      kernels.functions.parallelSweep(frame.address, 0.1, 2 ** 32, ...key, 1);
      return { flips, ...digestOf(kernels, frame) };
    });
    expect(a).toEqual(b);
  });

  test("shared kernels work in a SharedArrayBuffer, unshared ones do not", () => {
    expect(loadKernels({ shared: true }).memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(loadKernels().memory.buffer).toBeInstanceOf(ArrayBuffer);
  });

  test("kernels on a given memory see its bytes; module and memory must agree on sharing", () => {
    const memory = createMemory(true);
    const writer = loadKernels({ shared: true, memory });
    const address = writer.allocate(64);
    writer.float32(address, 1)[0] = 2.5;
    expect(loadKernels({ shared: true, memory, arenaStart: 65536 }).float32(address, 1)[0]).toBe(2.5);
    expect(() => loadKernels({ shared: false, memory })).toThrow(WebAssembly.LinkError);
  });
});
