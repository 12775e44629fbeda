/** @file Calls that come too often. */

/**
 * A function that runs `action` with the newest arguments, at most once an interval: at once after a pause, otherwise
 * when the interval has passed.
 * @param milliseconds shortest time between two runs
 */
export function throttled<Arguments extends readonly unknown[]>(
  action: (...values: Arguments) => void,
  milliseconds: number,
): (...values: Arguments) => void {
  let waiting: Arguments | null = null;
  let resting = false;
  const run = (values: Arguments): void => {
    resting = true;
    setTimeout(() => {
      resting = false;
      const next = waiting;
      waiting = null;
      if (next !== null) run(next);
    }, milliseconds);
    action(...values);
  };
  return (...values) => {
    if (resting) waiting = values;
    else run(values);
  };
}
