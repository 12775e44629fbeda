/** @file The vector functions of sim/kernels as loops over memory, compiled by kernels-normal.test.ts. */
import { Double } from "../../sim/kernels/double.as";
import { Single } from "../../sim/kernels/single.as";

export function singleExponential(input: usize, output: usize, count: u32): void {
  for (let k: usize = 0; k < count; k += 4) {
    v128.store(output + k * 4, Single.exponential(v128.load(input + k * 4)));
  }
}

/** e^x 2^exponent. */
export function singleShifted(input: usize, output: usize, count: u32, exponent: f32): void {
  const shift = f32x4.splat(12582912 + exponent);
  for (let k: usize = 0; k < count; k += 4) {
    v128.store(output + k * 4, Single.shiftedExponential(v128.load(input + k * 4), shift));
  }
}

export function singleLogarithm(input: usize, output: usize, count: u32): void {
  for (let k: usize = 0; k < count; k += 4) {
    v128.store(output + k * 4, Single.logarithm(v128.load(input + k * 4)));
  }
}

export function singleScaledCdf(input: usize, output: usize, count: u32): void {
  for (let k: usize = 0; k < count; k += 4) {
    v128.store(output + k * 4, Single.scaledCdf(v128.load(input + k * 4)));
  }
}

export function doubleExponential(input: usize, output: usize, count: u32): void {
  for (let k: usize = 0; k < count; k += 2) {
    v128.store(output + k * 8, Double.exponential(v128.load(input + k * 8)));
  }
}

export function doubleLogarithm(input: usize, output: usize, count: u32): void {
  for (let k: usize = 0; k < count; k += 2) {
    v128.store(output + k * 8, Double.logarithm(v128.load(input + k * 8)));
  }
}

export function doubleLogCdf(input: usize, output: usize, count: u32): void {
  for (let k: usize = 0; k < count; k += 2) {
    const x = v128.load(input + k * 8);
    v128.store(output + k * 8, Double.logCdf(x, Double.scaledCdf(x, Double.gaussian(x))));
  }
}

export function doubleHazard(input: usize, output: usize, count: u32): void {
  for (let k: usize = 0; k < count; k += 2) {
    const x = v128.load(input + k * 8);
    const density = Double.gaussian(x);
    v128.store(output + k * 8, Double.hazard(x, density, Double.scaledCdf(x, density)));
  }
}
