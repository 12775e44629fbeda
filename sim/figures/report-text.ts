/** @file Text made safe for pages of a report: content, attributes, scripts, addresses, and the texts that Plotly draws. */

/** Text made safe for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

/** Elements of figure texts, as they stand in escaped text. */
const escapedTag = /&lt;(\/?)(i|sub|sup)&gt;/g;

/** Escaped text in which the markup of figure texts (<i>, <sub>, <sup>) stays alive; what is left open is closed. */
export function richText(text: string): string {
  const open: string[] = [];
  const html = escapeHtml(text).replace(escapedTag, (tag, slash: string, name: string) => {
    if (slash === "") open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return tag;
    return `<${slash}${name}>`;
  });
  return (
    html +
    open
      .map((name) => `</${name}>`)
      .reverse()
      .join("")
  );
}

/** Text without the markup of figure texts. */
export const withoutMarkup = (text: string): string => text.replace(/<\/?(i|sub|sup)>/g, "");

/** A value as JavaScript source that no HTML parser mistakes for a tag. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

/** Library source made safe inside a script element: both sequences only occur within strings and patterns. */
export const inlineScript = (source: string): string => source.replace(/<(?=\/script|!--)/gi, "\\x3c");

/** Address of a file beside the page: no name can be taken for a scheme, a host or a query. */
export const fileAddress = (file: string): string => `./${file.split("/").map(encodeURIComponent).join("/")}`;

/** A scheme in front of an address; browsers ignore white space and control characters in it. */
const scheme = /^([a-z][a-z0-9+.-]*):/i;

/** Address given by a caller, if it is relative or leads to the web; null for every other scheme. */
export function webAddress(address: string): string | null {
  const clean = [...address].filter((character) => character > " ").join("");
  const [, name] = scheme.exec(clean) ?? [];
  return name === undefined || /^https?$/i.test(name) ? clean : null;
}

/** Everything but the tags that the figures write: Plotly would make links of others. */
const foreignTag = /<(?!\/?(?:i|b|sub|sup|br|extra)>)/g;

/** Data or layout of a figure with all its texts made safe for Plotly, which decodes the entity again. */
export function plotlySafe(value: unknown): unknown {
  if (typeof value === "string") return value.replace(foreignTag, "&lt;");
  if (Array.isArray(value)) return value.map(plotlySafe);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plotlySafe(each)]));
}
