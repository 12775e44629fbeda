/** @file Waiting for a time to pass or for something to happen, whichever comes first. */

/** Sleepers that one ring wakes. */
export class Alarm {
  readonly #wakeUps = new Set<() => void>();

  /**
   * Resolves at the next ring, or when the time has passed.
   * @param seconds longest sleep, 0 to 2·10⁶; without it only a ring ends it
   */
  sleep(seconds?: number): Promise<void> {
    return new Promise((resolve) => {
      const wakeUp = () => {
        clearTimeout(timer);
        this.#wakeUps.delete(wakeUp);
        resolve();
      };
      const timer = seconds === undefined ? undefined : setTimeout(wakeUp, seconds * 1000);
      this.#wakeUps.add(wakeUp);
    });
  }

  /** Wakes all who sleep. */
  ring(): void {
    for (const wakeUp of [...this.#wakeUps]) wakeUp();
  }
}
