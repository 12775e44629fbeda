/** @file State of the explorer in the address, and the scales of its sliders. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clampParameter,
  formatState,
  fromSlider,
  initialState,
  parameterRanges,
  parameters,
  parseState,
  toSlider,
} from "../../../sim/explorer/state.ts";

const parameter = fc.constantFrom(...parameters);

describe("the address", () => {
  test("nothing in it shows the initial state", () => {
    for (const hash of ["", "#", "#nonsense", "#J_D=&d=abc&N=NaN"])
      expect(parseState(hash)).toEqual(initialState);
  });

  test("names the parameters as the physics does", () => {
    const hash = formatState({ selfCoupling: 0.07, distance: 0.02, y: 3.5, n: 100, seed: 7, view: "rows" });
    expect(hash).toBe("#J_D=0.07&d=0.02&y=3.5&N=100&seed=7&view=rows");
  });

  test("brings back every state that the controls can reach", () => {
    const value = (name: (typeof parameters)[number]) => {
      const { min, max } = parameterRanges[name];
      return fc.double({ min, max, noNaN: true }).map((number) => clampParameter(name, number));
    };
    const states = fc.record({
      selfCoupling: value("selfCoupling"),
      distance: value("distance"),
      y: value("y"),
      n: value("n"),
      seed: value("seed"),
      view: fc.constantFrom("explore" as const, "rows" as const),
    });
    fc.assert(
      fc.property(states, (state) => {
        expect(parseState(formatState(state))).toEqual(state);
      }),
    );
  });

  test("whatever it says, the state is inside the ranges", () => {
    const value = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.constantFrom("Infinity", "-1e999", "0x10", "<b>"),
    );
    fc.assert(
      fc.property(parameter, value, (name, text) => {
        const state = parseState(`#${parameterRanges[name].key}=${encodeURIComponent(text)}`);
        const { min, max, integer } = parameterRanges[name];
        expect(state[name]).toBeGreaterThanOrEqual(min);
        expect(state[name]).toBeLessThanOrEqual(max);
        if (integer) expect(state[name]).toBe(Math.round(state[name]));
        expect(["explore", "rows"]).toContain(state.view);
      }),
    );
  });

  test("values beyond a range become its end", () => {
    expect(parseState("#J_D=99&d=0&N=1e9&y=-3")).toMatchObject({
      selfCoupling: 2,
      distance: 3e-4,
      n: 4000,
      y: 1,
    });
  });
});

describe("sliders", () => {
  test("run from end to end of the range", () => {
    for (const name of parameters) {
      const { min, max } = parameterRanges[name];
      expect(fromSlider(name, 0)).toBe(min);
      expect(fromSlider(name, 1)).toBe(max);
    }
  });

  test("come back to their place up to the rounding of the value", () => {
    fc.assert(
      fc.property(parameter, fc.double({ min: 0, max: 1, noNaN: true }), (name, place) => {
        const value = fromSlider(name, place);
        const again = fromSlider(name, toSlider(name, value));
        expect(Math.abs(again - value)).toBeLessThanOrEqual(Math.max(1e-3 * value, 1e-6));
      }),
    );
  });

  test("have the middle of J_D at a quarter of the range, and of d at the geometric mean", () => {
    expect(fromSlider("selfCoupling", 0.5)).toBe(0.5);
    expect(fromSlider("distance", 0.5)).toBeCloseTo(Math.sqrt(3e-4 * 0.495), 5);
  });
});
