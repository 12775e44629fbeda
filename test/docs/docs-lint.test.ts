/** @file The docstring lint on small modules: each rule passes a good docstring and catches the one thing left out. */
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { readDocstrings } from "../../docs/reference/docstrings.ts";
import { lintDocstrings } from "../../docs/reference/lint.ts";
import { readGlossary } from "../../docs/reference/vocabulary.ts";

const glossary = { symbols: ["J_D", "q̂", "S*"], properties: ["seed"] };

/** A program of files in memory, without a library: nothing but their own declarations. */
function programOf(files: Record<string, string>): ts.Program {
  const host: ts.CompilerHost = {
    getSourceFile: (name, target) =>
      files[name] === undefined ? undefined : ts.createSourceFile(name, files[name], target, true),
    getDefaultLibFileName: () => "lib.d.ts",
    writeFile: () => undefined,
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name in files,
    readFile: (name) => files[name],
  };
  const options: ts.CompilerOptions = {
    noLib: true,
    strict: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  return ts.createProgram(Object.keys(files), options, host);
}

/** What the lint says of the exports of /p/index.ts, as `rule: message`. */
function lint(source: string, others: Record<string, string> = {}): string[] {
  const lists = "interface Array<T> { readonly length: number } interface ReadonlyArray<T> { readonly x: T }";
  const program = programOf({
    "/p/index.ts": source,
    "/p/lib.ts": `declare global { ${lists} } export {};`,
    ...others,
  });
  const docs = readDocstrings(program, [program.getSourceFile("/p/index.ts")!], "/p");
  return lintDocstrings(docs, glossary).map(({ rule, message }) => `${rule}: ${message}`);
}

const errors = "/** Bad. */ export class OutOfDomain { constructor(readonly message: string) {} }";

/** A docstring that has everything, line by line. */
const whole = [
  "Number of fixed points (P2).",
  "@param n number of neurons, ≥ 2",
  "@returns nats per neuron",
  "@throws OutOfDomain if n is below 2",
];
const counting = (doc: readonly string[]): string =>
  `import { OutOfDomain } from "./errors.ts";
  /**\n${doc.map((line) => ` * ${line}\n`).join("")} */
  export function count(n: number): number { if (n < 2) throw new OutOfDomain("n"); return n; }`;
const lintCounting = (doc: readonly string[]): string[] => lint(counting(doc), { "/p/errors.ts": errors });
const without = (line: number, ...instead: string[]): string[] => whole.toSpliced(line, 1, ...instead);

describe("functions", () => {
  test("a whole docstring passes", () => {
    expect(lintCounting(whole)).toEqual([]);
  });

  test.each([
    ["description", without(0, "@source (P2)"), ["description: count: no description"]],
    ["parameter", without(1), ["parameter: count: parameter n has no @param"]],
    [
      "unit of a parameter",
      without(1, "@param n how many, ≥ 2"),
      ['unit: count: parameter n names neither a unit nor "dimensionless"'],
    ],
    [
      "domain",
      without(1, "@param n number of neurons"),
      ["domain: count: parameter n does not say which values are allowed"],
    ],
    ["unit of the result", without(2, "@returns what was found"), []],
    ["result", without(2), ["returns: count: a number without @returns"]],
    [
      "unit, with words that fit anything",
      without(1, "@param n any word, point, step or entry"),
      ['unit: count: parameter n names neither a unit nor "dimensionless"'],
    ],
    ["throws", without(3), ["throws: count: no @throws OutOfDomain"]],
    [
      "source",
      without(0, "Number of fixed points."),
      ["source: count: neither an equation (P…), a paper nor @source"],
    ],
  ])("without its %s", (_, doc, expected) => {
    expect(lintCounting(doc)).toEqual(expected);
  });

  test("the unit of a result may stand in the description, and has to stand somewhere", () => {
    const of = (description: string) => `/** ${description} (P2). */ export const f = (): number => 1;`;
    expect(lint(of("Entropy in nats"))).toEqual(["returns: f: a number without @returns"]);
    expect(lint(of("The answer"))).toEqual([
      "unit: f: the result has no unit",
      "returns: f: a number without @returns",
    ]);
  });

  test("no docstring at all says so for everything", () => {
    const found = lint("export function f(x: number): number { return x; }").map(
      (line) => line.split(":")[0],
    );
    expect(found).toEqual(["description", "parameter", "unit", "returns", "source"]);
  });

  test("a docstring of the file is none of the function", () => {
    expect(lint("/** @file About (P2). */\nexport function f(): void {}")).toContain(
      "description: f: no description",
    );
  });

  test.each(["(P14')", "(P21a)", "(P9)–(P12)", "arXiv 2510.11984", "PNAS 113, E7655"])(
    "%s is a source",
    (source) => {
      expect(lint(`/** Does it, ${source}. */ export function f(): void {}`)).toEqual([]);
    },
  );

  test("@source stands where no equation does", () => {
    expect(lint("/**\n * Does it.\n * @source RFC 4180\n */\nexport function f(): void {}")).toEqual([]);
  });

  test("symbols of the glossary are units, parts of words and other cases are none", () => {
    const of = (text: string) =>
      `/**\n * (P2)\n * @param x ${text}\n */\nexport function f(x: number): void {}`;
    for (const text of ["J_D ≥ 0", "q̂ ≥ 0", "S* > 0"]) expect(lint(of(text))).toEqual([]);
    for (const text of ["MJ_D ≥ 0", "q ≥ 0", "j_d ≥ 0", "Sx ≥ 0"]) expect(lint(of(text))).toHaveLength(1);
  });

  test("words, objects and literal numbers need neither unit nor domain", () => {
    const source = `/**\n * (P2)\n * @param word which\n * @param half which\n */
    export function f(word: "a" | "b", half: 1 | 2): void {}`;
    expect(lint(source)).toEqual([]);
  });

  test("lists of numbers are numbers", () => {
    const source =
      "/**\n * (P2)\n * @param xs values\n */\nexport function f(xs: readonly number[] | null): void {}";
    expect(lint(source)).toHaveLength(2);
  });
});

describe("options", () => {
  const options = (seed: string, size: string, tag = ""): string => `
    /** Options. */
    export interface Options {
${seed}
readonly seed?: number;
${size}
readonly size?: number }
    /**\n * Does it (P2).\n${tag} */
    export function f(options: Options): void {}`;

  test("docstrings on all properties stand for the @param", () => {
    expect(lint(options("/** Integer. */", "/** Number of neurons, ≥ 2. */"))).toEqual([]);
  });

  test("a property without one is named", () => {
    expect(lint(options("/** Integer. */", ""))).toContain(
      "parameter: f: parameter options has no @param, nor have size a docstring",
    );
  });

  test("properties are linted as numbers", () => {
    expect(lint(options("/** Integer. */", "/** Number of neurons. */"))).toEqual([
      "domain: property size does not say which values are allowed",
    ]);
  });

  test("@param options.size describes a property", () => {
    const tag =
      " * @param options what\n * @param options.size number of neurons, ≥ 2\n * @param options.seed any integer\n";
    const source = `/**\n * (P2)\n${tag} */
    export function f(options: { readonly size: number; readonly seed: number }): void {}`;
    expect(lint(source)).toEqual([]);
  });

  test("a @param that stands for bare numbers needs their unit and domain", () => {
    const of = (text: string) =>
      `/**\n * (P2)\n * @param at ${text}\n */\nexport function f({ d }: { readonly d: number }): void {}`;
    expect(lint(of("distance in [0, 1]"))).toEqual([]);
    expect(lint(of("where to look"))).toHaveLength(2);
  });

  test("a parameter that is taken apart needs a @param for its name", () => {
    const source = "/** Options. */ interface O {\n/** Integer seed. */\nreadonly seed: number }\n";
    expect(lint(`${source} /** (P2) */ export function f({ seed }: O): void {}`)).toHaveLength(1);
    expect(
      lint(`${source} /** (P2)\n * @param o the seed\n */ export function f({ seed }: O): void {}`),
    ).toEqual([]);
  });
});

describe("what is thrown", () => {
  const of = (body: string, tags = ""): string[] =>
    lint(
      `import { OutOfDomain } from "./errors.ts";
      function helper(): void { throw new OutOfDomain("x"); }
      function requireIt(): void { helper(); }
      /** @throws OutOfDomain if asked */
      function contract(): void { helper(); }
      const arrow = (): void => { helper(); };
      /** Does it (P2).\n * ${tags}\n */
      export function f(): void { ${body} }`,
      { "/p/errors.ts": errors },
    );

  test.each(["helper();", "arrow();", "requireIt();", "[1].map(() => helper());"])("%s throws", (body) => {
    expect(of(body)).toEqual(["throws: f: no @throws OutOfDomain"]);
    expect(of(body, "@throws OutOfDomain always")).toEqual([]);
  });

  test.each([
    ["a caught error", "try { helper(); } catch { return; }"],
    ["a function with a contract of its own", "contract();"],
    ["an error of the language", "throw new Error('x');"],
  ])("%s is none of the caller", (_, body) => {
    expect(of(body)).toEqual([]);
  });

  test("recursion ends", () => {
    expect(lint("/** (P2) */ export function f(): void { f(); }")).toEqual([]);
  });
});

describe("classes and interfaces", () => {
  test("public methods are functions, with the source of their class; private and internal ones are not", () => {
    const source = `/**\n * A thing.\n * @source (P2)\n */
    export class Thing {
      /** Does it. */ go(): void {}
      private hidden(): number { return 1; }
      #own(): number { return this.hidden(); }
      /** @internal */ inner(): number { return this.#own(); }
      bare(): void {}
    }`;
    expect(lint(source)).toEqual(["description: Thing.bare: no description"]);
  });

  test("numbers of an interface name a unit, unless the glossary has their name", () => {
    const source =
      "/** Row. */ export interface Row { readonly seed: number; readonly other: number; readonly name: string }";
    expect(lint(source)).toEqual(['unit: Row.other names neither a unit nor "dimensionless"']);
  });

  test("exports by way of another file are linted there, once", () => {
    const program = programOf({
      "/p/index.ts": 'export * from "./a.ts"; export { f as g } from "./a.ts";',
      "/p/a.ts": "export function f(): void {}",
    });
    const docs = readDocstrings(program, [program.getSourceFile("/p/index.ts")!], "/p");
    expect(docs.map(({ place }) => place)).toEqual(["a.ts:1"]);
  });
});

test("the glossary is read from its tables", () => {
  const markdown =
    "# Symbols\n\n| symbol | is |\n| --- | --- |\n| `J_D` | `a` |\n\n| property | is |\n| - | - |\n| `low`, `high` | ends |\n";
  expect(readGlossary(markdown)).toEqual({ symbols: ["J_D"], properties: ["low", "high"] });
});
