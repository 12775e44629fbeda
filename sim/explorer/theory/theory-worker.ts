/**
 * @file The theory package in a module worker. A landscape is solved in steps of a few milliseconds; between them the
 * worker looks whether a newer one is wanted, and gives up the old one.
 */
import { annealedEntropy, replicaSymmetricEntropy } from "../../../theory/entropy.ts";
import { NotConverged, OutOfDomain } from "../../../theory/errors.ts";
import type { DensestClusters } from "../../../theory/local-entropy.ts";
import { gapClosing, monotoneOnset } from "../../../theory/thresholds.ts";
import type { EntropyRow } from "../../experiments/rows.ts";
import { parameterRanges } from "../state.ts";
import { replicaGrid, replicaRow, solveLandscape } from "./landscape.ts";
import type { LandscapePoint, TheoryAnswer, TheoryRequest, TheoryResult } from "./protocol.ts";

/** J_D of the entropy curve (closed form), and every how many the saddle is solved too. */
const entropyPoints = 81;
const saddleStride = 8;

/** Solutions of the last landscape, from which the next one starts. */
let known: ReadonlyMap<number, DensestClusters> = new Map();

/** Number of the newest landscape that is wanted. */
let newest = 0;

const post = (answer: TheoryAnswer): void => {
  self.postMessage(answer);
};

/** Lets waiting messages in; timers would be slowed down to 4 ms. */
const channel = new MessageChannel();
const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });

/** Runs a generator to its end; null as soon as a newer request has come. */
async function unlessNewer<T>(id: number, work: Generator<undefined, T>): Promise<T | null> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await breathe();
    if (id !== newest) return null;
  }
}

async function answerLandscape(id: number, point: LandscapePoint, refine: boolean): Promise<void> {
  const say = (result: TheoryResult): void => post({ ...result, id });
  const preview = await unlessNewer(id, solveLandscape(point, known, "preview"));
  if (preview === null) return;
  if (preview.solutions.size > 0) known = preview.solutions;
  say({ kind: "landscape", landscape: preview.landscape });
  if (!refine) return say({ kind: "done" });
  const full = await unlessNewer(id, solveLandscape(point, known, "full"));
  if (full === null) return;
  known = full.solutions;
  say({ kind: "landscape", landscape: full.landscape });
  const rows = [];
  for (const y of replicaGrid(full.landscape.densest.y)) {
    rows.push(replicaRow({ ...point, y }));
    await breathe();
    if (id !== newest) return;
  }
  say({ kind: "replicas", point, rows });
  say({ kind: "done" });
}

/** S(J_D) on the range of the slider, closed form (P2) and at some of them the saddle (P4). */
function entropyRows(): EntropyRow[] {
  const { max } = parameterRanges.selfCoupling;
  return Array.from({ length: entropyPoints }, (_, k) => {
    const selfCoupling = (max * k) / (entropyPoints - 1);
    const annealed = annealedEntropy(selfCoupling);
    const rs = k % saddleStride === 0 ? replicaSymmetricEntropy(selfCoupling) : null;
    return { status: "ok", selfCoupling, annealed, rs };
  });
}

/** Numbers that do not depend on the sliders; the thresholds take seconds, hence a worker of their own. */
function answerBackground(id: number): void {
  post({ kind: "entropy", rows: entropyRows(), id });
  const [gap, monotone] = [gapClosing(), monotoneOnset()];
  post({ kind: "thresholds", thresholds: { status: "ok", gapClosing: gap, monotone, typical: [] }, id });
  post({ kind: "done", id });
}

/** Typed errors of the theory are answers; anything else is a fault, which the page hears of as an error event. */
function answerError(id: number, error: unknown): void {
  if (error instanceof NotConverged || error instanceof OutOfDomain)
    post({ kind: "failed", message: error.message, id });
  else self.reportError(error);
}

self.onmessage = async ({ data }: MessageEvent<TheoryRequest>) => {
  try {
    if (data.kind === "background") return answerBackground(data.id);
    newest = data.id;
    await answerLandscape(data.id, data.point, data.refine);
  } catch (error) {
    answerError(data.id, error);
  }
};
