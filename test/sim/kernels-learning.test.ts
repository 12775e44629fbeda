/**
 * @file Kernels of learning: compiled ones and scalar twins write the same bits, and both do what their formulas say,
 * computed here in f64 from a plain matrix.
 */
import { describe, expect, test } from "vitest";
import { loadKernels } from "../../sim/kernels/load.ts";
import type { Kernels } from "../../sim/kernels/memory.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { BONDS_BYTES, writeBonds } from "../../sim/kernels/steering.ts";
import {
  paddedColumns,
  paddedRows,
  TILE_ROWS,
  tileIndex,
  TILES_BYTES,
  tilesScratch,
  writeTiles,
} from "../../sim/kernels/tiles.ts";
import { stream } from "../../sim/random.ts";

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
}

const shapes: readonly Shape[] = [
  { rows: 1, columns: 1, samples: 1 },
  { rows: 7, columns: 3, samples: 3 },
  { rows: 33, columns: 47, samples: 16 },
  { rows: 64, columns: 100, samples: 13 },
  { rows: 129, columns: 129, samples: 16 },
];

/** Random weights and states of a shape, in the memory of a set of kernels. */
function layOut(kernels: Kernels, { rows, columns, samples }: Shape) {
  const stride = Math.max(paddedColumns(columns), paddedRows(rows));
  const height = paddedRows(rows);
  const words = stream(5, "kernels of learning", rows, columns);
  const sign = (): number => (words.nextUint32() & 1 ? 1 : -1);
  const weights = kernels.allocate(height * stride * 4);
  const matrix = kernels.float32(weights, height * stride).fill(0);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) matrix[tileIndex(i, j, stride)] = words.uniform() - 0.5;
  }
  const fill = (length: number, value: () => number): number => {
    const address = kernels.allocate(length);
    kernels.int8(address, length).set(Array.from({ length }, value));
    return address;
  };
  const reserve = (length: number): number => {
    const address = kernels.allocate(4 * length);
    kernels.float32(address, length).set(Array.from({ length }, () => 4 * (words.uniform() - 0.5)));
    return address;
  };
  const tiles = kernels.allocate(TILES_BYTES);
  writeTiles(kernels.memory, tiles, {
    weights,
    rows: height,
    stride,
    columns,
    firstTile: 0,
    lastTile: height / TILE_ROWS,
    scratch: kernels.allocate(tilesScratch(samples)),
    signs: kernels.allocate(2 * stride),
    raised: kernels.allocate(4 * stride),
    lowered: kernels.allocate(4 * stride),
  });
  return {
    kernels,
    tiles,
    stride,
    height,
    weights,
    states: fill(samples * stride, sign),
    others: fill(samples * stride, sign),
    sites: fill(samples * height, () => (words.uniform() < 0.4 ? 0 : sign())),
    fields: reserve(samples * height),
    drive: reserve(samples * height),
  };
}

type Layout = ReturnType<typeof layOut>;

const weightsOf = ({ kernels, weights, height, stride }: Layout): Float32Array =>
  kernels.float32(weights, height * stride);
const fieldsOf = ({ kernels, fields, height }: Layout, samples: number): Float32Array =>
  kernels.float32(fields, samples * height);

/** Runs the work on both sets of kernels; what it returns must have the same bits. Returns the compiled result. */
function bothAgree<R extends Float32Array | Int8Array>(shape: Shape, work: (layout: Layout) => R): R {
  const [compiled, shared, scalar] = [
    loadKernels(),
    loadKernels({ shared: true }),
    createScalarKernels(),
  ].map((kernels) => work(layOut(kernels, shape)).slice() as R);
  const bits = (values: R): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  expect(bits(compiled!).equals(bits(scalar!))).toBe(true);
  expect(bits(shared!).equals(bits(scalar!))).toBe(true);
  return compiled!;
}

/** Σ_j W_ij s_j in f64. */
function plainProduct(layout: Layout, sample: number, columns: number): number[] {
  const matrix = weightsOf(layout);
  const states = layout.kernels.int8(layout.states + sample * layout.stride, columns);
  return Array.from({ length: layout.height }, (_, i) =>
    states.reduce((sum, s, j) => sum + s * matrix[tileIndex(i, j, layout.stride)]!, 0),
  );
}

/** Products of f32 weights below ½ are off by at most this: as many roundings as columns, of sums below columns/2. */
const productError = (columns: number): number => columns * columns * 2 ** -25 + 1e-6;

function product({ kernels, tiles, fields, states }: Layout, samples: number): void {
  kernels.functions.signedProduct(tiles, fields, states, samples);
}

/** Fields of the flipped states `others`, from those of `states`. */
function flip({ kernels, tiles, fields, states, others, stride, height }: Layout, samples: number): void {
  for (let b = 0; b < samples; b++) {
    const counts = kernels.functions.collectFlips(tiles, states + b * stride, others + b * stride);
    kernels.functions.addFlipped(tiles, fields + 4 * b * height, counts & 0xffff, counts >>> 16);
  }
}

describe.each(shapes)("$rows × $columns weights, $samples samples", (shape) => {
  const { rows, columns, samples } = shape;

  test("signedProduct is W s", () => {
    const fields = bothAgree(shape, (layout) => {
      product(layout, samples);
      return fieldsOf(layout, samples);
    });
    const layout = layOut(createScalarKernels(), shape);
    for (let b = 0; b < samples; b++) {
      plainProduct(layout, b, columns).forEach((exact, i) => {
        expect(Math.abs(fields[b * layout.height + i]! - exact)).toBeLessThan(productError(columns));
      });
    }
  });

  test("fields follow flipped states", () => {
    const fields = bothAgree(shape, (layout) => {
      product(layout, samples);
      flip(layout, samples);
      return fieldsOf(layout, samples);
    });
    const layout = layOut(createScalarKernels(), shape);
    const exact = { ...layout, states: layout.others };
    for (let b = 0; b < samples; b++) {
      plainProduct(exact, b, columns).forEach((value, i) => {
        expect(Math.abs(fields[b * layout.height + i]! - value)).toBeLessThan(3 * productError(columns));
      });
    }
  });

  test("imprint adds keep·W + rate·Σ u s, and no diagonal is left", () => {
    const [rate, keep] = [0.03, 0.99];
    const updated = bothAgree(shape, (layout) => {
      const { kernels, tiles, states, sites } = layout;
      kernels.functions.columnSigns(tiles, states, samples);
      kernels.functions.imprint(tiles, sites, samples, rate, keep);
      kernels.functions.clearDiagonal(tiles);
      return weightsOf(layout);
    });
    const layout = layOut(createScalarKernels(), shape);
    const before = weightsOf(layout);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let b = 0; b < samples; b++) {
          const [u] = layout.kernels.int8(layout.sites + b * layout.height + i, 1);
          const [s] = layout.kernels.int8(layout.states + b * layout.stride + j, 1);
          sum += u! * s!;
        }
        const at = tileIndex(i, j, layout.stride);
        expect(updated[at]).toBeCloseTo(i === j ? 0 : keep * before[at]! + rate * sum, 5);
      }
    }
  });

  test.each([
    ["all neurons", 1],
    ["a random part of them", 0.6],
  ])("alignStates and learningSites, %s", (_, probability) => {
    const couplings = { selfCoupling: 0.5, layerCoupling: 0.3, skipCoupling: 0.2 };
    const work = (layout: Layout): Int8Array => {
      const { kernels, height, states, others, sites, fields, drive } = layout;
      const words = kernels.allocate(4 * height);
      kernels.functions.philoxWords(words, 0, Math.ceil(height / 32), 3, 4, 5);
      const bonds = kernels.allocate(BONDS_BYTES);
      writeBonds(kernels.memory, bonds, {
        below: others,
        above: states,
        secondBelow: sites,
        secondAbove: others,
        ...couplings,
        margin: 0.9,
        neurons: rows,
        firstRow: 0,
        lastRow: height,
        words: probability < 1 ? words : 0,
        threshold: Math.floor(probability * 2 ** 32),
      });
      const out = kernels.allocate(2 * height + 4);
      kernels.functions.alignStates(bonds, out, states, fields, drive);
      const count = kernels.functions.learningSites(bonds, out + height, states, fields, drive);
      kernels.uint32(out + 2 * height, 1)[0] = count;
      return kernels.int8(out, 2 * height + 4);
    };
    const result = bothAgree(shape, work);
    const layout = layOut(createScalarKernels(), shape);
    const { kernels, height, states, others, sites, fields, drive } = layout;
    const at = (address: number, i: number): number => kernels.int8(address + i, 1)[0]!;
    const number = (address: number, i: number): number => kernels.float32(address + 4 * i, 1)[0]!;
    let learning = 0;
    for (let i = 0; i < rows; i++) {
      const s = at(states, i);
      const near = at(others, i) + s;
      const far = at(sites, i) + at(others, i);
      const field = number(fields, i) + number(drive, i) + 0.5 * s + 0.3 * near + 0.2 * far;
      const learns = s * field <= 0.9;
      expect(result[height + i]).toBe(learns ? s : 0);
      learning += Number(learns);
      if (probability === 1) expect(result[i]).toBe(field >= 0 ? 1 : -1);
      else expect([s, field >= 0 ? 1 : -1]).toContain(result[i]);
    }
    expect(new Uint32Array(result.slice(2 * height).buffer)[0]).toBe(learning);
  });
});

test("at a field of zero the new state is 1, and neurons beyond the last do not learn", () => {
  const kernels = loadKernels();
  const rows = TILE_ROWS;
  const [zero, state, out, sites] = [0, 1, 2, 3].map(() => kernels.allocate(rows)) as [
    number,
    number,
    number,
    number,
  ];
  kernels.int8(zero, rows).fill(0);
  kernels.int8(state, rows).fill(-1);
  const nothing = kernels.allocate(4 * rows);
  kernels.float32(nothing, rows).fill(0);
  const bonds = kernels.allocate(BONDS_BYTES);
  writeBonds(kernels.memory, bonds, {
    ...{ below: zero, above: zero, secondBelow: zero, secondAbove: zero },
    ...{ selfCoupling: 0, layerCoupling: 0, skipCoupling: 0, margin: 0 },
    ...{ neurons: 5, firstRow: 0, lastRow: rows, words: 0, threshold: 0 },
  });
  kernels.functions.alignStates(bonds, out, state, nothing, nothing);
  expect(kernels.int8(out, rows).every((s) => s === 1)).toBe(true);
  expect(kernels.functions.learningSites(bonds, sites, state, nothing, nothing)).toBe(5);
  expect(kernels.int8(sites, rows).every((u, i) => u === (i < 5 ? -1 : 0))).toBe(true);
});
