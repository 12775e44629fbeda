/** @file The explorer: state in the address, sliders, theory beside a live network, and the view of stored figures. */
import { makeControl } from "./controls.ts";
import type { Control, ControlText } from "./controls.ts";
import { byId } from "./dom.ts";
import { Messages } from "./messages.ts";
import { mountNetwork } from "./network/network-view.ts";
import { mountRows } from "./rows/rows-view.ts";
import { formatState, parseState } from "./state.ts";
import type { ExplorerState, Parameter, View } from "./state.ts";
import { throttled } from "./throttle.ts";
import { mountTheory } from "./theory/theory-view.ts";

/** Browsers refuse more than about a hundred changes of the address in half a minute. */
const addressInterval = 400;

const theoryControls: readonly ControlText[] = [
  { parameter: "selfCoupling", label: "Self-coupling <i>J</i><sub>D</sub>", spoken: "Self-coupling J D" },
  { parameter: "distance", label: "Distance <i>d</i>", spoken: "Distance d" },
  { parameter: "y", label: "Replicas <i>y</i>", spoken: "Number of replicas y" },
];
const networkControls: readonly ControlText[] = [
  { parameter: "n", label: "Neurons <i>N</i>", spoken: "Number of neurons N" },
  { parameter: "seed", label: "Seed", spoken: "Seed of the network" },
];

const messages = new Messages(byId("messages", HTMLElement), byId("voice", HTMLElement));
const theory = mountTheory(messages);
let state = parseState(location.hash);
const network = mountNetwork(byId("network", HTMLElement), state, (text, kind) => {
  if (kind === "error") return messages.show("network", text, "error");
  // The network tells this beside its buttons, for those who see it.
  messages.clear("network");
  messages.say(text);
});
mountRows(byId("rows", HTMLElement), messages);

const views: readonly View[] = ["explore", "rows"];
const linkTo = (view: View): HTMLAnchorElement => byId(`link-${view}`, HTMLAnchorElement);

/** Writes the state into the address, and into the links for those who open them elsewhere. */
function writeState(): void {
  history.replaceState(null, "", formatState(state));
  for (const view of views) linkTo(view).href = formatState({ ...state, view });
}

const writeAddress = throttled(writeState, addressInterval);

const controls = new Map<Parameter, Control>();

function showView(view: View): void {
  for (const name of views) {
    byId(`view-${name}`, HTMLElement).hidden = name !== view;
    const link = linkTo(name);
    if (name === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Brings the page to a state: only the parts whose parameters changed. */
function apply(next: ExplorerState): void {
  const changed = (parameter: Parameter): boolean => next[parameter] !== state[parameter];
  const [forTheory, forNetwork] = [theoryControls, [...networkControls, theoryControls[0]!]].map((texts) =>
    texts.some(({ parameter }) => changed(parameter)),
  );
  if (next.view !== state.view) showView(next.view);
  state = next;
  if (forTheory) theory.update(state);
  if (forNetwork) network.update(state);
}

function addControls(root: HTMLElement, texts: readonly ControlText[]): void {
  for (const text of texts) {
    const { parameter } = text;
    const control = makeControl(text, (value, final) => {
      // A new size or seed makes a new network: not at every step of a slider.
      if (parameter === "n" && !final) return;
      apply({ ...state, [parameter]: value });
      writeAddress();
    });
    control.show(state[parameter]);
    controls.set(parameter, control);
    root.append(control.root);
  }
}

addControls(byId("theory-controls", HTMLElement), theoryControls);
addControls(byId("network-controls", HTMLElement), networkControls);
showView(state.view);
theory.update(state);

for (const view of views) {
  linkTo(view).href = formatState({ ...state, view });
  linkTo(view).addEventListener("click", (event) => {
    // With one of these keys the link is opened elsewhere.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (view === state.view) return;
    // What is still to be written belongs to the view that is left, to which the browser can go back.
    writeState();
    apply({ ...state, view });
    history.pushState(null, "", formatState(state));
  });
}

/** On narrow screens theory and network stand below each other; an anchor would take the place of the state. */
for (const part of ["network", "theory"] as const)
  byId(`to-${part}`, HTMLButtonElement).addEventListener("click", () => {
    const title = byId(`${part}-title`, HTMLElement);
    title.scrollIntoView();
    title.focus({ preventScroll: true });
  });

window.addEventListener("hashchange", () => {
  apply(parseState(location.hash));
  for (const [parameter, control] of controls) control.show(state[parameter]);
});

window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => network.restyle());
