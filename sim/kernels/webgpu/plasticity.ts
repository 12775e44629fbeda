/**
 * @file The plasticity update on the GPU, (P21) step 4: sum over the batch, decay, diagonal and halves in one pass over the
 * matrix. Twin: `imprint` and `clearDiagonal` in sim/kernels/plasticity.ts, whose results these are up to the rounding of
 * one product and one sum, which a GPU may fuse.
 */
import { OutOfDomain } from "../../../theory/errors.ts";
import type { ComputeDevice } from "./device.ts";
import type { CouplingPrecision, DeviceMatrix } from "./matrix.ts";
import type { ProductOptions } from "./products.ts";
import type { Recorder } from "./recorder.ts";
import { parameters } from "./recorder.ts";
import type { KernelSource } from "./source.ts";

/** An update W_ij ← keep·W_ij + rate·Σ_b u_bi s_bj. */
export interface Imprint {
  readonly matrix: DeviceMatrix;
  /** u, f32 [sample][row]: the state of a neuron that learns, 0 otherwise; padding must be zero. */
  readonly sites: GPUBuffer;
  /** Floats before the first sample, a multiple of 4. */
  readonly sitesOffset: number;
  /** Floats from one sample to the next, a multiple of 4. */
  readonly sitesStride: number;
  /** s, f32 [sample][column], from one sample to the next `matrix.stride`; padding must be zero. */
  readonly states: GPUBuffer;
  /** Floats before the first sample, a multiple of 4. */
  readonly statesOffset: number;
  /** Number of samples ≥ 1. */
  readonly samples: number;
  readonly rate: number;
  readonly keep: number;
  /** Whether W_ii ← 0. */
  readonly zeroDiagonal: boolean;
}

/** The kernel of plasticity on one device. */
export interface Plasticity {
  /** Records an update. */
  imprint(work: Recorder, imprint: Imprint): void;
}

/** Rows and columns of a workgroup; 4 × 4 a thread. */
const TILE = 64;

const common = (precision: CouplingPrecision): string => `
struct Parameters {
  quads: u32, samples: u32, sitesOffset: u32, sitesQuads: u32,
  statesOffset: u32, firstRow: u32, zeroDiagonal: u32, unused: u32,
  rate: f32, keep: f32,
}
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> sites: array<vec4f>;
@group(0) @binding(2) var<storage, read> states: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> weights: array<vec4f>;
${precision === "f16" ? "@group(0) @binding(4) var<storage, read_write> halves: array<vec2u>;" : ""}

fn siteAt(sample: u32, rowQuad: u32) -> vec4f {
  return sites[p.sitesOffset + sample * p.sitesQuads + p.firstRow / 4u + rowQuad];
}
fn stateAt(sample: u32, columnQuad: u32) -> vec4f { return states[p.statesOffset + sample * p.quads + columnQuad]; }

fn update(row: u32, columnQuad: u32, sum: vec4f) {
  let at = row * p.quads + columnQuad;
  var updated = p.keep * weights[at] + p.rate * sum;
  if (p.zeroDiagonal == 1u) {
    let diagonal = vec4u(p.firstRow + row) == vec4u(4u * columnQuad) + vec4u(0, 1, 2, 3);
    updated = select(updated, vec4f(0), diagonal);
  }
  weights[at] = updated;
  ${precision === "f16" ? "halves[at] = vec2u(pack2x16float(updated.xy), pack2x16float(updated.zw));" : ""}
}`;

const sourceOf = (precision: CouplingPrecision, label: string, body: string): KernelSource => ({
  label: `${label}, ${precision}`,
  parameterBytes: 48,
  bindings: ["read", "read", "write", ...(precision === "f16" ? ["write" as const] : [])],
  code: `${common(precision)}
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rowQuad = 16u * group.y + lane / 16u;
  let columnQuad = 16u * group.x + lane % 16u;
  var sum0: vec4f; var sum1: vec4f; var sum2: vec4f; var sum3: vec4f;
  ${body}
  update(4u * rowQuad, columnQuad, sum0);
  update(4u * rowQuad + 1u, columnQuad, sum1);
  update(4u * rowQuad + 2u, columnQuad, sum2);
  update(4u * rowQuad + 3u, columnQuad, sum3);
}`,
});

const addOuter = (own: string, other: string): string =>
  ["x", "y", "z", "w"].map((part, k) => `sum${k} += ${own}.${part} * ${other};`).join(" ");

/** Sixteen samples at a time go through workgroup memory; their sums are integers, exact in f32. */
const tiledSource = (precision: CouplingPrecision): KernelSource => {
  const { code, ...source } = sourceOf(
    precision,
    "imprint",
    `for (var first = 0u; first < p.samples; first += 16u) {
    let sample = first + lane / 16u;
    u[lane] = vec4f(0);
    s[lane] = vec4f(0);
    if (sample < p.samples) {
      u[lane] = siteAt(sample, 16u * group.y + lane % 16u);
      s[lane] = stateAt(sample, columnQuad);
    }
    workgroupBarrier();
    for (var b = 0u; b < 16u; b++) {
      let own = u[16u * b + lane / 16u];
      let other = s[16u * b + lane % 16u];
      ${addOuter("own", "other")}
    }
    workgroupBarrier();
  }`,
  );
  return {
    ...source,
    code: `var<workgroup> u: array<vec4f, 256>;\nvar<workgroup> s: array<vec4f, 256>;${code}`,
  };
};

/** Without workgroup memory, for a GPU on paper. */
const plainSource = (precision: CouplingPrecision): KernelSource =>
  sourceOf(
    precision,
    "plain imprint",
    `for (var sample = 0u; sample < p.samples; sample++) {
    let own = siteAt(sample, rowQuad);
    let other = stateAt(sample, columnQuad);
    ${addOuter("own", "other")}
  }`,
  );

/**
 * Compiles the kernel of plasticity.
 * @param options for which precision, and by which method; see {@link ProductOptions}
 * @throws Error when the device refuses it
 */
export async function openPlasticity(
  device: ComputeDevice,
  { precision = "f32", method = device.software ? "plain" : "tiled" }: ProductOptions = {},
): Promise<Plasticity> {
  const source = method === "plain" ? plainSource : tiledSource;
  const kernels = new Map([["f32", await device.kernel(source("f32"))]]);
  if (precision !== "f32") kernels.set(precision, await device.kernel(source(precision)));
  return {
    imprint(work, { matrix, sites, sitesOffset, sitesStride, states, statesOffset, samples, ...update }) {
      const { rate, keep, zeroDiagonal } = update;
      const kernel = kernels.get(matrix.precision);
      if (kernel === undefined) {
        throw new OutOfDomain(
          `precision of a matrix must be one that plasticity was opened for, got ${matrix.precision}`,
        );
      }
      for (const { firstRow, rows, values, halves } of matrix.panels) {
        work.dispatch(kernel, {
          buffers: [sites, states, values, ...(halves === null ? [] : [halves])],
          parameters: parameters([
            ...[
              { u32: matrix.stride / 4 },
              { u32: samples },
              { u32: sitesOffset / 4 },
              { u32: sitesStride / 4 },
            ],
            ...[{ u32: statesOffset / 4 }, { u32: firstRow }, { u32: Number(zeroDiagonal) }, { u32: 0 }],
            ...[{ f32: rate }, { f32: keep }],
          ]),
          groups: [matrix.stride / TILE, rows / TILE, 1],
        });
      }
    },
  };
}
