/** @file Reading sweep files from the disk. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OutOfDomain } from "../../../theory/errors.ts";
import { adaptiveSource } from "../../../sim/experiments/adaptive.ts";
import { loadSweep, readDefinition, type AdaptiveInput } from "../../../sim/sweep/file.ts";
import { fixedSource } from "../../../sim/sweep/source.ts";
import { SweepFileError } from "../../../sim/sweep/validate.ts";
import { sweepExperiment as sums } from "./fixtures/own-experiment.ts";

const own = fileURLToPath(new URL("./fixtures/own-experiment.ts", import.meta.url));
const parts = { experiments: { sums }, adaptiveSource: () => fixedSource(new Map()) };

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sweep-file-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file and returns its path. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error("accepted"),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(SweepFileError);
  expect((error as Error).message).not.toMatch(/\n/);
  return (error as Error).message;
}

const value = { experiment: "sums", grid: { a: "0:1:2", b: [3, 4] }, samples: 2 };

describe("readDefinition", () => {
  test.each([
    ["a.yaml", "experiment: sums # words\ngrid:\n  a: 0:1:2\n  b: [3, 4]\nsamples: 2\n"],
    ["a.yml", "{experiment: sums, grid: {a: '0:1:2', b: [3, 4]}, samples: 2}"],
    ["a.json", JSON.stringify(value, null, "\t")],
    ["a.js", `export default ${JSON.stringify(value)};`],
    ["a.mjs", `export default Promise.resolve(${JSON.stringify(value)});`],
    ["a.ts", `const n: number = 2; export default { ...${JSON.stringify(value)}, samples: n as number };`],
    [
      "a.mts",
      `enum Samples { few = 2 } export default { ...${JSON.stringify(value)}, samples: Samples.few };`,
    ],
  ])("%s", async (name, text) => {
    expect(await readDefinition(file(name, text))).toEqual({ value, folder });
  });

  test.each<[string, string, RegExp]>([
    ["b.yaml", "grid: {a: 1}\nsamples: 1\nsamples: 2\n", /b\.yaml:3:1: Map keys must be unique$/],
    ["c.yaml", "grid: [1, 2", /c\.yaml:1:12: .*sequence/],
    ["d.yaml", "samples: !!python/object:os.system 1", /d\.yaml:1:10: Unresolved tag/],
    ["e.yaml", "a: 1\n---\nb: 2\n", /e\.yaml:2:1: another document begins here$/],
    ["empty.yaml", "# nothing\n", /empty\.yaml: the file is empty$/],
    ["e.json", '{"a": 1, "a": 2}', /e\.json:1:10: Map keys must be unique$/],
    ["f.js", "export const grid = 1;", /f\.js: has no default export$/],
    ["g.mjs", "throw new Error('two\\nlines');", /g\.mjs: cannot be loaded: two lines$/],
    ["h.mjs", "export default {", /h\.mjs: cannot be loaded: /],
    ["i.toml", "a = 1", /i\.toml: must end in \.yaml/],
  ])("%s is refused in one line", async (name, text, message) => {
    expect(await messageOf(readDefinition(file(name, text)))).toMatch(message);
  });

  test("an alias bomb goes off nowhere", async () => {
    const levels = Array.from({ length: 12 }, (_, k) => `a${k + 1}: &a${k + 1} [${`*a${k},`.repeat(9)}]`);
    const bomb = file("bomb.yaml", `a0: &a0 [x]\n${levels.join("\n")}\n`);
    expect(await messageOf(readDefinition(bomb))).toMatch(/bomb\.yaml: Excessive alias count/);
  });

  test("files that are not there, folders and huge files", async () => {
    expect(await messageOf(readDefinition(join(folder, "no.yaml")))).toMatch(
      /no\.yaml: cannot be read: no such file/,
    );
    expect(await messageOf(readDefinition(join(folder, "no.ts")))).toMatch(
      /no\.ts: cannot be read: no such file/,
    );
    mkdirSync(join(folder, "dir.yaml"));
    expect(await messageOf(readDefinition(join(folder, "dir.yaml")))).toMatch(
      /dir\.yaml: cannot be read: it is a folder/,
    );
    const huge = file("huge.yaml", "#".repeat(5 * 2 ** 20));
    expect(await messageOf(readDefinition(huge))).toMatch(/huge\.yaml: must have at most 4194304 bytes/);
  });
});

describe("loadSweep", () => {
  test("an experiment of the registry", async () => {
    const sweep = await loadSweep(file("sums.json", JSON.stringify(value)), parts);
    expect(sweep.experiment).toBe(sums);
    expect(sweep.definition.experiment).toBe("sums");
    expect(sweep.points).toHaveLength(6);
    const { tasks, complete } = sweep.source.next(() => undefined);
    expect([tasks.length, complete]).toEqual([12, true]);
  });

  test("an experiment by its path, from the folder of the file", async () => {
    file(
      "mine.mjs",
      `export const runTask = ({ parameters }) => parameters.a;
       export const sweepExperiment = { name: "mine", summary: "", module: import.meta.url, random: false,
         parameters: { a: { type: "number", min: 0, max: 1, description: "a" } }, columns: [],
         tasks: (point) => [{ experiment: "mine", version: 1, parameters: point, seed: 0 }],
         cost: () => 1, rows: (task, a) => [{ a }] };`,
    );
    const path = file("mine.yaml", "experiment: ./mine.mjs\ngrid: {a: '0:0.5:1'}\n");
    const sweep = await loadSweep(path, parts);
    expect(sweep.definition.experiment).toBe(join(folder, "mine.mjs"));
    expect(sweep.experiment.module).toMatch(/^file:.*mine\.mjs$/);
    expect(sweep.source.next(() => undefined).tasks.map(({ parameters }) => parameters)).toEqual([
      { a: 0 },
      { a: 0.5 },
      { a: 1 },
    ]);
    // What was parsed may be stored elsewhere and loaded again.
    mkdirSync(join(folder, "elsewhere"));
    const copy = await loadSweep(file("elsewhere/sweep.json", JSON.stringify(sweep.definition)), parts);
    expect(copy.source.next(() => undefined)).toEqual(sweep.source.next(() => undefined));
  });

  test("an experiment in TypeScript by its absolute path, which a worker can import", async () => {
    const path = file("own.json", JSON.stringify({ experiment: own, grid: { a: 1 } }));
    const { experiment } = await loadSweep(path, parts);
    expect(experiment.module).toMatch(/^file:.*own-experiment\.ts$/);
    const module = (await import(experiment.module)) as { runTask: (task: object) => number };
    expect(module.runTask({ parameters: { a: 1, b: 2 } })).toBe(3);
  });

  test("an adaptive sweep asks for its source, without the parameter that is searched", async () => {
    const adaptive = { parameter: "a", range: [0, 1] };
    const path = file(
      "adaptive.json",
      JSON.stringify({ experiment: "sums", grid: { b: [1, 2] }, adaptive, seeds: 3 }),
    );
    const source = fixedSource(new Map());
    const asked: unknown[] = [];
    const adaptiveSource = (input: object) => {
      asked.push(input);
      return source;
    };
    expect((await loadSweep(path, { ...parts, adaptiveSource })).source).toBe(source);
    expect(asked).toEqual([
      expect.objectContaining({
        name: path,
        seeds: [3],
        points: [
          { b: 1, order: "ab" },
          { b: 2, order: "ab" },
        ],
      }),
    ]);
    const refusing = () => {
      throw new OutOfDomain("adaptive.range must ascend");
    };
    expect(await messageOf(loadSweep(path, { ...parts, adaptiveSource: refusing }))).toBe(
      `${path}: adaptive.range must ascend`,
    );
  });

  test("the ends of an adaptive range may be expressions", async () => {
    const ranges: unknown[] = [];
    const adaptiveSource = ({ definition }: AdaptiveInput) => {
      ranges.push(definition.adaptive?.range);
      return fixedSource(new Map());
    };
    const path = file(
      "range.yaml",
      'experiment: sums\nadaptive: { parameter: a, range: [0, "sqrt(2/pi)"] }\n',
    );
    const { definition } = await loadSweep(path, { ...parts, adaptiveSource });
    expect(ranges).toEqual([[0, Math.sqrt(2 / Math.PI)]]);
    expect(definition.adaptive?.range).toEqual(ranges[0]);
  });

  test.each([
    ["0:0.1:1", 'adaptive.range must be [low, high], got "0:0.1:1"'],
    [[0, 1, 2], "adaptive.range must be [low, high], got [0,1,2]"],
    [[0], "adaptive.range must be [low, high], got [0]"],
    [[0, null], "adaptive.range must be [low, high], got [0,null]"],
    [null, "adaptive.range must be [low, high], got null"],
    [[0, "0:0.1:1"], "adaptive.range[1] must be a finite number, got 0:0.1:1"],
    [[0, "high"], "adaptive.range[1] must be a finite number, got high"],
  ])("an adaptive range %j is refused", async (range, message) => {
    const definition = { experiment: "sums", adaptive: { parameter: "a", range } };
    const path = file("wrong-range.json", JSON.stringify(definition));
    expect(await messageOf(loadSweep(path, parts))).toBe(`${path}: ${message}`);
  });

  test("a missing adaptive range is said in the same words", async () => {
    const adaptive = { parameter: "a", outcome: "sum", error: 1 };
    const path = file("no-range.json", JSON.stringify({ experiment: "sums", adaptive }));
    expect(await messageOf(loadSweep(path, { ...parts, adaptiveSource }))).toBe(
      `${path}: adaptive.range must be [low, high], got nothing`,
    );
  });

  test.each([
    ["grid.yaml", "experiment: sums\ngrid: { a: 1, __proto__: 3 }\n", "grid"],
    ["grid.json", '{"experiment":"sums","grid":{"a":1,"__proto__":3}}', "grid"],
    ["adaptive.json", '{"experiment":"sums","adaptive":{"parameter":"a","__proto__":3}}', "adaptive"],
  ])("a key __proto__ is refused: %s", async (name, text, section) => {
    const path = file(`proto-${name}`, text);
    expect(await messageOf(loadSweep(path, parts))).toBe(`${path}: ${section} has no key __proto__`);
  });

  test.each<[string, object, RegExp]>([
    ["an unknown experiment", { experiment: "sum" }, /experiment: there is no sum; did you mean sums\?$/],
    ["a name of the prototype", { experiment: "constructor" }, /there is no constructor; known: sums$/],
    ["a missing module", { experiment: "./none.ts" }, /w\.json: .*none\.ts: cannot be read: no such file/],
    ["a path to no module", { experiment: "./mine.yaml" }, /experiment must be a name or a \.ts/],
    ["a module without experiment", { experiment: "./empty.mjs" }, /empty\.mjs exports no sweepExperiment$/],
    ["half an experiment", { experiment: "./half.mjs" }, /sweepExperiment of .*half\.mjs has no cost\(\)$/],
    [
      "a wrong parameter",
      { experiment: "sums", grid: { a: 99 } },
      /w\.json: grid\.a must be in \[-10, 10\], got 99$/,
    ],
    [
      "a wrong key",
      { experiment: "sums", gird: {} },
      /w\.json: the file has no key gird; did you mean grid\?$/,
    ],
  ])("%s is refused in one line", async (_, definition, message) => {
    file("empty.mjs", "export const nothing = 1;");
    file("half.mjs", "export const sweepExperiment = { tasks() {}, rows() {} };");
    const path = file("w.json", JSON.stringify(definition));
    const told = await messageOf(loadSweep(path, parts));
    expect(told).toMatch(message);
    expect(told.startsWith(path)).toBe(true);
  });
});
