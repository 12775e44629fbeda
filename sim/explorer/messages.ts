/** @file Messages over the foot of the page, read out by screen readers; errors can carry a button. */
import { element } from "./dom.ts";

/** What to do about an error. */
export interface Remedy {
  readonly label: string;
  readonly action: () => void;
}

/** How long a message that is no error stays. */
const infoMilliseconds = 8000;

function button(label: string, action: () => void): HTMLButtonElement {
  const made = element("button", { type: "button" }, label);
  made.addEventListener("click", action);
  return made;
}

/**
 * Messages, one a source: a newer one replaces the older. They lie over the page instead of pushing it down, which
 * would take a slider away from under the pointer.
 */
export class Messages {
  private readonly root: HTMLElement;
  private readonly voice: HTMLElement;
  private readonly shown = new Map<string, HTMLElement>();

  /**
   * @param root element that holds the messages
   * @param voice element that is seen by nobody and read out when its text changes
   */
  constructor(root: HTMLElement, voice: HTMLElement) {
    this.root = root;
    this.voice = voice;
  }

  /**
   * Shows a message as plain text: an error until it is dismissed or cleared, anything else for some seconds.
   * @param source who says it: one message a source
   */
  show(source: string, text: string, kind: "info" | "error", remedy?: Remedy): void {
    this.clear(source);
    const words = element("p", {}, text);
    const line = element("div", { className: `message ${kind}` }, words);
    if (remedy !== undefined) line.append(button(remedy.label, remedy.action));
    const dismiss = button("×", () => this.clear(source));
    dismiss.setAttribute("aria-label", "Dismiss the message");
    line.append(dismiss);
    if (kind === "error") words.setAttribute("role", "alert");
    else setTimeout(() => this.remove(source, line), infoMilliseconds);
    this.shown.set(source, line);
    this.root.append(line);
  }

  /** Has a text read out that can be seen elsewhere on the page. */
  say(text: string): void {
    this.voice.textContent = text;
  }

  /** Takes the message of a source away. */
  clear(source: string): void {
    const line = this.shown.get(source);
    if (line !== undefined) this.remove(source, line);
  }

  private remove(source: string, line: HTMLElement): void {
    line.remove();
    if (this.shown.get(source) === line) this.shown.delete(source);
  }
}
