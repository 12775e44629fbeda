/** @file Making and finding elements. */
import { richText } from "../figures/html.ts";

/** Element of the page with this id. @throws Error if the page has none, or one of another kind */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${kind.name} with the id ${id}`);
  return element;
}

/** A new element with properties and children; texts become text nodes. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Puts a text with the markup <i>, <sub>, <sup> into an element; everything else in it is shown as it is written. */
export function setRichText(target: HTMLElement, text: string): void {
  target.innerHTML = richText(text);
}
