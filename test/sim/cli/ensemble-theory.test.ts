/** @file `atlas entropy`, `local-entropy` and `thresholds` of correlated couplings and of layers: JSON and bad input. */
import { describe, expect, test } from "vitest";
import { theoryEnsemble } from "../../../sim/experiments/ensemble-kind.ts";
import type {
  EnsembleLocalEntropyRow,
  EnsembleThresholdsRow,
  LayeredEntropyRow,
  SymmetricEntropyRow,
} from "../../../sim/experiments/rows-beyond.ts";
import { OutOfDomain } from "../../../theory/errors.ts";
import { atlas, atlasJson } from "./harness.ts";

interface Rows<Row> {
  readonly rows: readonly Row[];
}

describe("entropy", () => {
  // Bray and Moore's metastable states and (P22) elsewhere: independent solutions (scipy).
  test.each([
    ["1", "0", 0.199228491036],
    ["1", "0.5", 0.411675596965],
    ["-0.5", "0.5", 0.235137136892],
  ])("at symmetry %s and J_D %s", async (symmetry, jd, exact) => {
    const { rows } = await atlasJson<Rows<SymmetricEntropyRow>>([
      ...["entropy", "--jd", jd, "--symmetry", symmetry],
    ]);
    expect(Object.keys(rows[0]).sort()).toEqual([
      ...["annealed", "residual", "response", "selfCoupling", "status", "symmetry"],
    ]);
    expect(rows[0]).toMatchObject({ status: "ok", symmetry: Number(symmetry), selfCoupling: Number(jd) });
    expect(rows[0].annealed).toBeCloseTo(exact, 11);
  });

  // (P26), (P24) at J_D = 0 and λ = 0.5: independent evaluation (scipy).
  test.each([
    ["2", 0.068414255],
    ["3", 0.077412379],
    ["10", 0.093414408],
    ["infinite", 0.100212547],
  ])("of %s layers", async (layers, exact) => {
    const place = ["entropy", "--jd", "0", "--layers", layers, "--lambda", "0.5"];
    const { rows } = await atlasJson<Rows<LayeredEntropyRow>>(place);
    expect(rows[0].layers).toBe(layers === "infinite" ? "infinite" : Number(layers));
    expect(rows[0].ferromagneticCoupling).toBe(0.5);
    expect(rows[0].annealed).toBeCloseTo(exact, 8);
    expect(Object.keys(rows[0])).toHaveLength(6);
  });

  test("the self-coupling of one layer with the same entropy, (P25)", async () => {
    const place = ["entropy", "--jd", "0,0.3", "--layers", "infinite", "--lambda"];
    const bound = await atlasJson<Rows<LayeredEntropyRow>>([...place, "1"]);
    expect(bound.rows[0].equivalentSelfCoupling).toBeCloseTo(0.24198373, 7);
    const free = await atlasJson<Rows<LayeredEntropyRow>>([...place, "0"]);
    expect(free.rows[1].equivalentSelfCoupling).toBeCloseTo(0.3, 12);
  });

  test("antisymmetric couplings without self-coupling have no saddle: null, exit code 1", async () => {
    const { code, stdout } = await atlas(["entropy", "--jd", "0", "--symmetry", "-1", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ rows: [{ status: "not-converged", annealed: null }] });
  });
});

describe("local-entropy", () => {
  // One asymmetric layer at J_D = 0.05, d = 0.1: an independent program (python).
  const known = { y: 4.06137373566, localEntropy: 0.00515181103347 };
  const place = ["local-entropy", "--jd", "0.05", "--distance", "0.1"];

  test.each([
    [["--symmetry", "0"], 8, { symmetry: 0 }],
    [["--layers", "2"], 6, { layers: 2, ferromagneticCoupling: 0 }],
  ])("with %j it is that of one asymmetric layer", async (options, digits, fields) => {
    const { rows } = await atlasJson<Rows<EnsembleLocalEntropyRow>>([...place, ...options]);
    expect(rows[0]).toMatchObject({ status: "ok", ...fields });
    expect(rows[0].localEntropy).toBeCloseTo(known.localEntropy, digits);
    expect(rows[0].y).toBeCloseTo(known.y, digits - 3);
  });

  test("at one replica φ is the entropy of all fixed points, whatever the distance", async () => {
    const at = async (options: readonly string[]) =>
      (await atlasJson<Rows<EnsembleLocalEntropyRow>>([...place, "--y", "1", ...options])).rows[0].phi;
    const [symmetric] = (
      await atlasJson<Rows<SymmetricEntropyRow>>(["entropy", "--jd", "0.05", "--symmetry", "0.5"])
    ).rows;
    expect(await at(["--symmetry", "0.5"])).toBeCloseTo(symmetric.annealed!, 9);
    const bonds = ["--layers", "2", "--lambda", "0.5"];
    const [layered] = (await atlasJson<Rows<LayeredEntropyRow>>(["entropy", "--jd", "0.05", ...bonds])).rows;
    expect(await at(bonds)).toBeCloseTo(layered.annealed!, 9);
  });
});

describe("thresholds", () => {
  test("at a symmetry without a gap, where the entropy of all fixed points vanishes at a negative J_D", async () => {
    const found = await atlasJson<EnsembleThresholdsRow & { vanishing: { selfCoupling: number } }>([
      ...["thresholds", "--symmetry", "1"],
    ]);
    expect(found.symmetry).toBe(1);
    expect(found.gapClosing).toMatchObject({ status: "no-solution", selfCoupling: null });
    const { rows } = await atlasJson<Rows<SymmetricEntropyRow>>([
      ...["entropy", "--jd", String(found.vanishing.selfCoupling), "--symmetry", "1"],
    ]);
    expect(rows[0].annealed).toBeCloseTo(0, 10);
  });
});

test("a symmetry and one layer are the theory of the symmetry, two layers are refused", () => {
  expect(theoryEnsemble({ symmetry: 0.5, layers: 1 })).toEqual({ symmetry: 0.5 });
  expect(() => theoryEnsemble({ symmetry: 0.5, layers: 2 })).toThrow(OutOfDomain);
});

test.each([
  ["thresholds", [/1 to 12, or infinite/, /λ from 0 to 3 /]],
  ["local-entropy", [/1 to 12, or infinite/, /λ from 0 to 3 /, /0 to 3 \(negative too with --symmetry/]],
  ["entropy", [/≥ 0 \(negative too with --symmetry or --layers/]],
])("the help of %s states what theory takes", async (command, patterns) => {
  const { code, stdout } = await atlas([command, "--help"]);
  expect(code).toBe(0);
  for (const pattern of patterns) expect(stdout.replace(/\s+/g, " ")).toMatch(pattern);
});

test.each([
  [
    ["--symmetry", "0", "--layers", "1"],
    ["--symmetry", "0"],
  ],
  [
    ["--symmetry", "0.5", "--layers", "1", "--lambda", "0"],
    ["--symmetry", "0.5"],
  ],
  [
    ["--layers", "1", "--lambda", "0"],
    ["--layers", "1"],
  ],
  [
    ["--symmetry", "0", "--layers", "2", "--lambda", "0.5"],
    ["--layers", "2", "--lambda", "0.5"],
  ],
  [["--lambda", "0"], []],
])("%j says the same as %j", async (longer, shorter) => {
  const rows = (options: readonly string[]) =>
    atlasJson<Rows<unknown>>(["entropy", "--jd", "0.2", ...options]);
  expect(await rows(longer)).toEqual(await rows(shorter));
});

describe("bad input: one line and exit code 2", () => {
  const entropy = ["entropy", "--jd", "0.5"];
  const local = ["local-entropy", "--jd", "0.5", "--distance", "0.1"];
  test.each([
    [[...entropy, "--symmetry", "2"], /--symmetry/],
    [[...entropy, "--symmetry", "0.5", "--layers", "2"], /not both/],
    [[...entropy, "--lambda", "1"], /--lambda/],
    [["entropy", "--jd", "4", "--symmetry", "1"], /--jd/],
    [["entropy", "--jd", "-0.1"], /--jd/],
    [[...local, "--symmetry", "-0.7"], /--symmetry/],
    [[...local, "--layers", "40"], /--layers/],
    [[...local, "--layers", "20000"], /--layers must be an integer from 1 to 12, got 20000/],
    [["thresholds", "--symmetry", "1.5"], /--symmetry must be in \[-0.5, 1\], got 1.5/],
    [[...local, "--layers", "2", "--lambda", "9"], /--lambda/],
    [[...local, "--layers", "2", "--y", "2.5"], /--y with --layers/],
    [[...local, "--layers", "2", "--symmetry", "0.1"], /not both/],
    [["local-entropy", "--jd", "-2", "--distance", "0.1", "--symmetry", "0.1"], /--jd/],
    [["thresholds", "--symmetry", "0.5", "--distance", "0.1"], /--distance/],
    [["thresholds", "--layers", "infinite", "--lambda", "-1"], /--lambda/],
  ])("%j", async (args, pattern) => {
    const { code, stdout, messages } = await atlas(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(messages).toEqual([expect.stringMatching(pattern)]);
  });
});
