/** @file Ring buffer and image of the raster against states that are known. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packState } from "../../../sim/explorer/network/packed.ts";
import {
  colorRamp,
  EXTRA_COLUMNS,
  OVERLAP_SWEEPS,
  Raster,
  rasterSize,
  type RasterColors,
} from "../../../sim/explorer/network/raster.ts";

/** Levels as pixels: spins as they are, flips with a bit more, so that the two cannot be taken for each other. */
const colors: RasterColors = {
  spins: Uint32Array.from({ length: 256 }, (_, level) => 1000 + level),
  flips: Uint32Array.from({ length: 256 }, (_, level) => 2000 + level),
};

/** A state by its signs, e.g. "+-+". */
const stateOf = (signs: string): Uint8Array =>
  packState(Int8Array.from(signs, (sign) => (sign === "+" ? 1 : -1)));

/** The image of a raster, row by row, as text: spins + and −, flips x, no flip o, nothing a dot. */
function picture(raster: Raster, columns: number): string[] {
  const width = columns + EXTRA_COLUMNS;
  const pixels = new Uint32Array(width * raster.rows).fill(7);
  raster.paint(pixels, columns, colors);
  const letters = new Map([
    [0, "."],
    [1000, "-"],
    [1255, "+"],
    [2000, "o"],
    [2255, "x"],
  ]);
  return Array.from({ length: raster.rows }, (_, row) =>
    Array.from(pixels.subarray(row * width, (row + 1) * width), (pixel) => letters.get(pixel) ?? "?").join(
      "",
    ),
  );
}

describe("image", () => {
  test("grows from the left, with the flips of the last sweep at the right", () => {
    const raster = new Raster(3, 4);
    expect(picture(raster, 3)).toEqual(["....oooo", "....oooo", "....oooo"]);
    raster.push(stateOf("+-+"));
    expect(picture(raster, 3)).toEqual(["+...oooo", "-...oooo", "+...oooo"]);
    raster.push(stateOf("+++"));
    expect(picture(raster, 3)).toEqual(["++..oooo", "-+..xxxx", "++..oooo"]);
  });

  test("shows the newest sweeps, oldest left, once the ring is full", () => {
    const raster = new Raster(2, 3);
    for (const state of ["++", "+-", "-+", "--", "+-"]) raster.push(stateOf(state));
    expect(raster.held).toBe(3);
    expect(picture(raster, 3)).toEqual(["--+.xxxx", "+--.oooo"]);
    expect(picture(raster, 2)).toEqual(["-+.xxxx", "--.oooo"]);
  });

  test("shows the mean of several neurons a row where there are more than 512", () => {
    const raster = new Raster(1025, 2);
    expect([raster.neuronsPerRow, raster.rows]).toEqual([3, 342]);
    raster.push(packState(new Int8Array(1025).fill(-1)));
    // Neurons 0 and 1 of the first row up; the last row has two neurons, the last of them up.
    const state = new Int8Array(1025).fill(-1);
    state[0] = state[1] = state[1024] = 1;
    raster.push(packState(state));
    const width = 1 + EXTRA_COLUMNS;
    const pixels = new Uint32Array(width * 342);
    raster.paint(pixels, 1, colors);
    expect(pixels[0]).toBe(1000 + Math.round((255 * 2) / 3));
    expect(pixels[width]).toBe(1000);
    expect(pixels[341 * width]).toBe(1000 + Math.round(255 / 2));
    const levels = raster.flipLevels();
    expect([levels[0], levels[1], levels[341]]).toEqual([
      Math.round(255 * Math.sqrt(2 / 3)),
      0,
      Math.round(255 * Math.sqrt(1 / 2)),
    ]);
  });

  test("of a wrong size is refused", () => {
    const raster = new Raster(2, 3);
    expect(() => raster.paint(new Uint32Array(5), 1, colors)).toThrow("image must have 2 rows");
    expect(() => raster.paint(new Uint32Array(2 * (4 + EXTRA_COLUMNS)), 4, colors)).toThrow("at most 3");
    expect(() => new Raster(0, 3)).toThrow("n must be an integer");
    expect(() => new Raster(3, 0)).toThrow("capacity must be an integer");
  });
});

test("the overlap is that with the state ten sweeps before", () => {
  const raster = new Raster(4, 3);
  raster.push(stateOf("++++"));
  raster.push(stateOf("+++-"));
  for (let sweep = 2; sweep < OVERLAP_SWEEPS; sweep++) raster.push(stateOf("----"));
  expect(raster.overlap()).toBeNull();
  raster.push(stateOf("+---"));
  expect(raster.overlap()).toBe(-0.5);
  raster.push(stateOf("+---"));
  expect(raster.overlap()).toBe(0);
});

test("a ramp runs from one colour to the other, opaque", () => {
  const bytes = new Uint8Array(colorRamp([0, 100, 255], [255, 100, 0]).buffer);
  expect(Array.from(bytes.slice(0, 4))).toEqual([0, 100, 255, 255]);
  expect(Array.from(bytes.slice(4 * 51, 4 * 52))).toEqual([51, 100, 204, 255]);
  expect(Array.from(bytes.slice(4 * 255))).toEqual([255, 100, 0, 255]);
});

describe("size on the screen", () => {
  test("fits the width, leaves less than a column over, and shows at most what the raster can hold", () => {
    const rooms = fc.record({
      width: fc.integer({ min: 200, max: 4000 }),
      height: fc.integer({ min: 100, max: 1500 }),
      rows: fc.integer({ min: 1, max: 512 }),
      held: fc.integer({ min: 1, max: 512 }),
      capacity: fc.constant(512),
    });
    fc.assert(
      fc.property(rooms, (room) => {
        const { columns, cellWidth, cellHeight } = rasterSize(room);
        const width = (columns + EXTRA_COLUMNS) * cellWidth;
        expect(width).toBeLessThanOrEqual(room.width);
        if (columns < 512) expect(width).toBeGreaterThan(room.width - cellWidth);
        expect(Number.isInteger(cellWidth) && Number.isInteger(cellHeight)).toBe(true);
        expect(columns).toBeLessThanOrEqual(512);
        expect(cellHeight).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  test("gives short runs wide columns and long ones about 240", () => {
    const room = { width: 735, height: 360, rows: 120, capacity: 512 };
    expect(rasterSize({ ...room, held: 5 })).toEqual({ columns: 30, cellWidth: 21, cellHeight: 3 });
    expect(rasterSize({ ...room, held: 31 }).columns).toBeGreaterThanOrEqual(60);
    expect(rasterSize({ ...room, held: 512 })).toEqual({ columns: 240, cellWidth: 3, cellHeight: 3 });
  });
});
