/**
 * @file What is to be given back when the process ends, also by SIGINT or SIGTERM where nobody else handles them.
 * Nothing can be done about SIGKILL: what it leaves behind has to be found dead by others.
 */
const endings = ["SIGINT", "SIGTERM"] as const;

const releases = new Set<() => void>();

/**
 * Has `release` called when the process exits, and on SIGINT and SIGTERM, unless the program handles these itself:
 * then it goes on and has to release or exit.
 * @param release must not throw; has to cancel itself with the function returned
 * @returns cancels; may be called again without effect
 * @source signal(7): a signal that was caught is sent again after the release, so that the parent sees the true cause
 */
export function atEnding(release: () => void): () => void {
  if (releases.size === 0) listen();
  // A function of its own for each call: the same release may be registered twice.
  const entry = (): void => release();
  releases.add(entry);
  return () => {
    if (releases.delete(entry) && releases.size === 0) unlisten();
  };
}

function releaseAll(): void {
  for (const release of releases) release();
}

/** Where nobody else handles the signal the process is about to end: release, then let the signal do its work. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  releaseAll();
  process.kill(process.pid, signal);
}

function listen(): void {
  process.on("exit", releaseAll);
  // First in line: a `once` handler of the program would be gone from the count when its turn has passed.
  for (const signal of endings) process.prependListener(signal, onSignal);
}

function unlisten(): void {
  process.off("exit", releaseAll);
  for (const signal of endings) process.off(signal, onSignal);
}
