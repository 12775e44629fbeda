/** @file How long a task will take: its cost, in whatever unit, times the seconds a unit has taken in this run so far. */

/** Seconds per unit of cost, measured as a run goes on. */
export class Calibration {
  #seconds = 0;
  #cost = 0;
  #count = 0;

  /** Whether any task has been timed. */
  get measured(): boolean {
    return this.#count > 0;
  }

  /**
   * Adds a task that was run.
   * @param cost its expected cost, ≥ 0
   * @param seconds its wall time, ≥ 0
   */
  add(cost: number, seconds: number): void {
    this.#seconds += seconds;
    this.#cost += cost;
    this.#count++;
  }

  /**
   * Expected wall time of a task in seconds; never falls as the cost grows. Before the first measurement the cost itself,
   * as if its unit were the second.
   * @param cost expected cost of the task, ≥ 0
   */
  seconds(cost: number): number {
    if (this.#count === 0) return cost;
    if (this.#cost === 0) return this.#seconds / this.#count;
    return cost * (this.#seconds / this.#cost);
  }
}
