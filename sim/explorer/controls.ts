/** @file The parameters as labelled pairs of a slider and a number field, by mouse, touch and keyboard. */
import { element, setRichText } from "./dom.ts";
import { clampParameter, fromSlider, parameterRanges, toSlider } from "./state.ts";
import type { Parameter } from "./state.ts";

/** Steps of a slider from end to end; page up and down take a tenth of them. */
const sliderSteps = 1000;

/** What a parameter is called beside its slider. */
export interface ControlText {
  readonly parameter: Parameter;
  /** Label; may use the markup <i>, <sub>, <sup>. */
  readonly label: string;
  /** Spoken name of the slider, in plain words. */
  readonly spoken: string;
}

/** A pair on the page. */
export interface Control {
  readonly root: HTMLElement;
  /** Shows a value that did not come from this control. */
  show(value: number): void;
}

function numberField({ parameter }: ControlText, id: string): HTMLInputElement {
  const { min, max, integer } = parameterRanges[parameter];
  const step = integer ? "1" : "any";
  return element("input", { type: "number", id, min: `${min}`, max: `${max}`, step, inputMode: "decimal" });
}

function slider({ spoken }: ControlText): HTMLInputElement {
  const range = element("input", { type: "range", min: "0", max: `${sliderSteps}`, step: "1" });
  range.setAttribute("aria-label", `${spoken}, slider`);
  return range;
}

/**
 * Makes a pair of slider and number field (a field only where the parameter has no scale).
 * @param onChange called with each new value, inside its range; `final` is false while a slider is being moved
 */
export function makeControl(text: ControlText, onChange: (value: number, final: boolean) => void): Control {
  const { parameter, spoken } = text;
  const id = `parameter-${parameter}`;
  const name = element("label", { htmlFor: id });
  setRichText(name, text.label);
  const field = numberField(text, id);
  field.setAttribute("aria-label", spoken);
  const range = parameterRanges[parameter].scale === "none" ? null : slider(text);
  const showRange = (value: number): void => {
    if (range === null) return;
    range.value = String(Math.round(sliderSteps * toSlider(parameter, value)));
    range.setAttribute("aria-valuetext", String(value));
  };
  const show = (value: number): void => {
    field.value = String(value);
    showRange(value);
  };
  range?.addEventListener("input", () => {
    const value = fromSlider(parameter, Number(range.value) / sliderSteps);
    field.value = String(value);
    range.setAttribute("aria-valuetext", String(value));
    onChange(value, false);
  });
  range?.addEventListener("change", () => onChange(clampParameter(parameter, Number(field.value)), true));
  field.addEventListener("change", () => {
    const value = clampParameter(parameter, field.value === "" ? NaN : Number(field.value));
    show(value);
    onChange(value, true);
  });
  const parts = range === null ? [name, field] : [name, field, range];
  return { root: element("div", { className: `control ${range === null ? "short" : ""}` }, ...parts), show };
}
