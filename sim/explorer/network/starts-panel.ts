/** @file Button and line of the many starts on the page: which attempt the reader waits for, and what came of it. */
import type { StartsProgress, StartsResult } from "./protocol.ts";
import { startsProgressText, startsResultText } from "./starts-words.ts";

/** The elements of the panel. */
export interface StartsElements {
  readonly button: HTMLButtonElement;
  readonly line: HTMLElement;
}

/** What the panel does for its reader. */
export interface StartsPanelListeners {
  /** The starts are wanted. */
  readonly onStart: () => void;
  /** A result that should be announced. */
  readonly onResult: (text: string) => void;
}

/** One attempt at a time; what comes of earlier ones is dropped. */
export class StartsPanel {
  readonly #elements: StartsElements;
  readonly #listeners: StartsPanelListeners;
  #attempt = 0;
  #working = false;
  #available = false;

  constructor(elements: StartsElements, listeners: StartsPanelListeners) {
    this.#elements = elements;
    this.#listeners = listeners;
    elements.button.addEventListener("click", () => {
      if (this.#available && !this.#working) listeners.onStart();
    });
    this.#show("");
  }

  /** Whether the reader waits for a result. */
  get working(): boolean {
    return this.#working;
  }

  /** Whether there is a network whose states could relax. */
  set available(available: boolean) {
    if (available === this.#available) return;
    this.#available = available;
    this.#showButton();
  }

  /** Begins an attempt; returns its number. */
  begin(): number {
    this.#working = true;
    this.#show(startsProgressText());
    return ++this.#attempt;
  }

  /** Forgets the present attempt and what came of it: it was about another network or J_D. */
  forget(): void {
    this.#attempt++;
    this.#working = false;
    this.#show("");
  }

  /** Takes a report; returns whether it was about the present attempt. */
  take(report: StartsProgress | StartsResult): boolean {
    if (report.attempt !== this.#attempt) return false;
    if (report.type === "starts-progress") {
      this.#show(startsProgressText(report));
    } else {
      this.#working = false;
      const text = startsResultText(report);
      this.#show(text);
      this.#listeners.onResult(text);
    }
    return true;
  }

  #show(text: string): void {
    this.#elements.line.textContent = text;
    this.#showButton();
  }

  /** Not the attribute `disabled`: it would take the focus away from who pressed the button by keyboard. */
  #showButton(): void {
    this.#elements.button.setAttribute("aria-disabled", String(this.#working || !this.#available));
  }
}
