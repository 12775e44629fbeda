/** @file The line of messages at the top of the page, read out by screen readers; errors can carry a button. */
import { element } from "./dom.ts";

/** What to do about an error. */
export interface Remedy {
  readonly label: string;
  readonly action: () => void;
}

/** One line of messages; a newer message from the same source replaces the older. */
export class Messages {
  private readonly root: HTMLElement;
  private readonly shown = new Map<string, HTMLElement>();

  constructor(root: HTMLElement) {
    this.root = root;
  }

  /**
   * Shows a message as plain text.
   * @param source who says it: one message a source
   */
  show(source: string, text: string, kind: "info" | "error", remedy?: Remedy): void {
    this.clear(source);
    const line = element("p", { className: `message ${kind}` }, text);
    if (kind === "error") line.setAttribute("role", "alert");
    if (remedy !== undefined) {
      const button = element("button", { type: "button" }, remedy.label);
      button.addEventListener("click", remedy.action);
      line.append(" ", button);
    }
    this.shown.set(source, line);
    this.root.append(line);
  }

  /** Takes the message of a source away. */
  clear(source: string): void {
    this.shown.get(source)?.remove();
    this.shown.delete(source);
  }
}
