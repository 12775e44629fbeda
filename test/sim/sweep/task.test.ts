import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, requireJson } from "../../../sim/sweep/json.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import { OutOfDomain } from "../../../theory/errors.ts";

/** Plain JSON values, a few levels deep. */
const json = fc.jsonValue({ maxDepth: 4 });

/** The same value with the keys of all objects in reverse order of insertion. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)]));
}

describe("canonical JSON", () => {
  test("is that of RFC 8785, section 3.2.2", () => {
    const value = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
        `"string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}`,
    );
  });

  test("sorts keys by UTF-16 code units, as in RFC 8785, section 3.2.3", () => {
    const value = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 };
    expect([...canonicalJson(value).matchAll(/:(\d)/g)].map((match) => match[1]).join("")).toBe("2467153");
  });

  test("is read back by JSON.parse, −0 as 0", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test("tells different values apart", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
        const equal = canonicalJson(a) === canonicalJson(b);
        if (equal) expect(plain(a)).toEqual(plain(b));
        else expect(plain(a)).not.toEqual(plain(b));
      }),
    );
  });

  test("takes −0 for 0", () => {
    expect(canonicalJson({ x: -0 })).toBe(canonicalJson({ x: 0 }));
  });

  test.each([
    ["NaN", { jd: [0, { x: NaN }] }, "value.jd[1].x must be a finite number, got NaN"],
    ["infinity", [-Infinity], "value[0] must be a finite number, got -Infinity"],
    ["undefined", { x: undefined }, "value.x must be plain JSON, got undefined"],
    ["a hole", Object.assign(new Array<number>(2), { 0: 1 }), "value[1] must be plain JSON, got undefined"],
    ["a function", { f: Math.sin }, "value.f must be plain JSON, got function"],
    ["a bigint", 1n, "value must be plain JSON, got bigint"],
    ["a date", { at: new Date(0) }, "value.at must be plain JSON, got an instance of Date"],
    ["a typed array", new Float64Array(1), "value must be plain JSON, got an instance of Float64Array"],
  ])("refuses %s and names the place", (_, value, message) => {
    expect(() => canonicalJson(value)).toThrow(new OutOfDomain(message));
    expect(() => requireJson(value, "value")).toThrow(OutOfDomain);
  });

  test("refuses circular values", () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    expect(() => canonicalJson(circular)).toThrow(OutOfDomain);
  });
});

describe("task key", () => {
  const task = {
    experiment: "accessibility",
    version: 1,
    parameters: { n: 200, jd: [0, 0.5, 1e-7], update: "async" },
    seed: 7,
  };

  test("is the start of SHA-256 of the sorted text", () => {
    // python3: hashlib.sha256('{"experiment":"accessibility","parameters":{"jd":[0,0.5,1e-7],"n":200,
    // "update":"async"},"seed":7,"version":1}'.encode()).hexdigest()[:32], the text on one line
    expect(taskKey(task)).toBe("16c327e71d4c9d854ea8d14f0042cc42");
  });

  test("depends on every field, and on nothing but the content", () => {
    const others = [
      { ...task, experiment: "entropy-check" },
      { ...task, version: 2 },
      { ...task, seed: 8 },
      { ...task, parameters: { ...task.parameters, n: 201 } },
      { ...task, parameters: { ...task.parameters, extra: null } },
    ];
    expect(new Set([task, ...others].map(taskKey)).size).toBe(1 + others.length);
    expect(taskKey(reversed(task) as typeof task)).toBe(taskKey(task));
  });

  test.each([
    ["a parameter that is not a number", { ...task, parameters: { jd: NaN } }, "parameters.jd"],
    ["a fractional seed", { ...task, seed: 0.5 }, "seed"],
    ["a negative version", { ...task, version: -1 }, "version"],
    ["an empty name", { ...task, experiment: "" }, "experiment"],
    ["parameters that are a list", { ...task, parameters: [] }, "parameters"],
    ["a field that would not be hashed", { ...task, samples: 3 }, "samples"],
  ])("refuses %s", (_, wrong, name) => {
    expect(() => taskKey(wrong)).toThrow(OutOfDomain);
    expect(() => taskKey(wrong)).toThrow(name);
  });
});
