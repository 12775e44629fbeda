/** @file Sweep files: what is accepted, and one line for what is not. */
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { OutOfDomain } from "../../../theory/errors.ts";
import { parseDefinition } from "../../../sim/sweep/definition.ts";
import { nearest } from "../../../sim/sweep/nearest.ts";
import { SweepFileError } from "../../../sim/sweep/validate.ts";

const small = { experiment: "dynamics", grid: { n: 100, selfCoupling: "0:0.1:1" } };

function messageOf(value: unknown): string {
  try {
    parseDefinition(value, "a.yaml");
  } catch (error) {
    expect(error).toBeInstanceOf(SweepFileError);
    expect(error).toBeInstanceOf(OutOfDomain);
    return (error as Error).message;
  }
  throw new Error("accepted");
}

describe("parseDefinition", () => {
  test("a full file comes out as it went in, and parsing it again changes nothing", () => {
    const full = {
      ...small,
      samples: 10,
      samplesPerTask: 5,
      seeds: [1, "5:1:7"],
      budget: 100,
      run: { workers: 2, timeLimit: 10, memoryLimit: 512, attempts: 1, onFailure: "stop", grace: 0 },
      slurm: { partition: "short", time: "01:00:00", cpusPerTask: 2 },
    };
    const parsed = parseDefinition(full, "a.yaml");
    expect(parsed).toMatchObject(full);
    expect(parseDefinition(JSON.parse(JSON.stringify(parsed)), "a.yaml")).toEqual(parsed);
  });

  test("an adaptive section passes with whatever its search knows", () => {
    const adaptive = { parameter: "selfCoupling", anything: [1, 2] };
    expect(parseDefinition({ experiment: "dynamics", grid: { n: 10 }, adaptive }, "a.yaml").adaptive).toEqual(
      adaptive,
    );
  });

  test.each<[string, unknown, string]>([
    ["no mapping", [1], "a.yaml: the file must be a mapping of names to values, got [1]"],
    ["empty", null, "a.yaml: the file must be a mapping of names to values, got null"],
    ["no experiment", { grid: {} }, "a.yaml: experiment must be a text, got nothing"],
    [
      "a misspelt key",
      { ...small, sampels: 3 },
      "a.yaml: the file has no key sampels; did you mean samples?",
    ],
    [
      "a misspelt key of a section",
      { ...small, run: { timelimit: 3 } },
      "a.yaml: run has no key timelimit; did you mean timeLimit?",
    ],
    ["no samples", { ...small, samples: 0 }, "a.yaml: samples must be at least 1, got 0"],
    ["half a sample", { ...small, samples: 1.5 }, "a.yaml: samples must be an integer, got 1.5"],
    [
      "too many samples",
      { ...small, samples: 1e9 },
      "a.yaml: samples must be at most 1000000, got 1000000000",
    ],
    ["a word for a number", { ...small, samples: "3" }, 'a.yaml: samples must be a number, got "3"'],
    [
      "infinity in the grid",
      { ...small, grid: { n: Infinity } },
      "a.yaml: grid.n must be a number, an expression such as 0.1:0.05:0.8, a word, or a list of these, got Infinity",
    ],
    [
      "null in the grid",
      { ...small, grid: { n: null } },
      "a.yaml: grid.n must be a number, an expression such as 0.1:0.05:0.8, a word, or a list of these, got null",
    ],
    ["an empty list", { ...small, grid: { n: [] } }, "a.yaml: grid.n must have at least 1 entry, got []"],
    [
      "no word for onFailure",
      { ...small, run: { onFailure: "x" } },
      'a.yaml: run.onFailure must be continue or stop, got "x"',
    ],
    ["no time", { ...small, run: { timeLimit: 0 } }, "a.yaml: run.timeLimit must be above 0, got 0"],
    [
      "budget twice",
      { ...small, grid: { ...small.grid, budget: 3 }, budget: 4 },
      "a.yaml: budget: stands in the grid already",
    ],
    [
      "the searched parameter in the grid",
      { ...small, adaptive: { parameter: "selfCoupling" } },
      "a.yaml: grid.selfCoupling: is what the adaptive search varies, and must not stand in the grid",
    ],
    [
      "samples of an adaptive sweep",
      { experiment: "dynamics", samples: 3, adaptive: { parameter: "selfCoupling" } },
      "a.yaml: samples must be left out of an adaptive sweep, which chooses them itself, got 3",
    ],
    [
      "an adaptive sweep of nothing",
      { ...small, adaptive: {} },
      "a.yaml: adaptive.parameter must be a text, got nothing",
    ],
    ["a function", { ...small, samples: () => 1 }, "a.yaml: samples must be a number, got a function"],
  ])("%s", (_, value, message) => {
    expect(messageOf(value)).toBe(message);
  });

  test("a wrong slurm section is told with its path", () => {
    expect(messageOf({ ...small, slurm: { partitoin: "a" } })).toMatch(
      /^a\.yaml: slurm has no key partitoin; did you mean partition\?$/,
    );
    expect(messageOf({ ...small, slurm: { cpusPerTask: 0 } })).toMatch(
      /^a\.yaml: slurm\.cpusPerTask must .*got 0$/,
    );
  });

  test("keys of the prototype are keys like others", () => {
    const value: unknown = JSON.parse('{"experiment":"dynamics","grid":{},"__proto__":3}');
    expect(messageOf(value)).toContain("__proto__");
  });

  test("whatever is in the file, the answer is a definition or one line", () => {
    fc.assert(
      fc.property(
        fc.object({ key: fc.constantFrom("experiment", "grid", "seeds", "run", "slurm", "x\ny") }),
        (value) => {
          try {
            parseDefinition(value, "a.yaml");
          } catch (error) {
            expect(error).toBeInstanceOf(SweepFileError);
            expect((error as Error).message).toMatch(/^a\.yaml: [^\n]+$/);
          }
        },
      ),
    );
  });
});

describe("nearest", () => {
  test.each([
    ["selfcoupling", "selfCoupling"],
    ["udpate", "update"],
    ["budge", "budget"],
    ["m", "n"],
    ["temperature", undefined],
  ])("%s is %s", (word, expected) => {
    expect(nearest(word, ["n", "selfCoupling", "update", "budget"])).toBe(expected);
  });
});
