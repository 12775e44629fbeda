/**
 * @file What the worker does with the requests of the page: at most one frame is on its way, and the next is made when
 * the page has drawn it, so that neither a fast network nor a slow screen lets messages pile up. Clock, timer, network,
 * GPU and way of posting are given, so that all of it runs in a test.
 */
import { binsFor, countStabilities } from "./histogram.ts";
import type { LiveNetwork, NetworkParameters } from "./live-network.ts";
import { packedLength } from "./packed.ts";
import { MOST_COLUMNS, STARTS, STARTS_BUDGET, type NetworkReport, type NetworkRequest } from "./protocol.ts";
import { relaxStarts, type StartsSurroundings } from "./starts.ts";

/** What a driver works with. */
export interface DriverSurroundings extends StartsSurroundings {
  /** Makes a network; the one made before is not used again. */
  readonly create: (parameters: NetworkParameters) => LiveNetwork;
  /** Posts to the page; the buffers of a frame may be handed over. */
  readonly post: (report: NetworkReport) => void;
}

/** Milliseconds of sweeping between two frames: less than a frame of 60 Hz, so that a stop takes effect at once. */
const FRAME_MILLISECONDS = 10;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs one network at a time by the requests of the page. */
export class NetworkDriver {
  readonly #surroundings: DriverSurroundings;
  #wanted: Extract<NetworkRequest, { type: "create" }> | undefined;
  #network: LiveNetwork | undefined;
  #generation = 0;
  #selfCoupling: number | undefined;
  #sweepsPerFrame = 0;
  #steps = 0;
  #awaiting = false;
  #scheduled = false;
  /** Number of the starts that are wanted and have not begun. */
  #wantedStarts: number | undefined;
  /** Ends the starts that have begun; until they have ended, the network is theirs. */
  #starts: AbortController | undefined;

  constructor(surroundings: DriverSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Takes a request; what follows from it happens in a later task. */
  receive(request: NetworkRequest): void {
    switch (request.type) {
      case "create":
        this.#wanted = request;
        this.#selfCoupling = undefined;
        this.#steps = 0;
        this.#cancelStarts();
        break;
      case "couple":
        this.#selfCoupling = request.selfCoupling;
        this.#cancelStarts();
        break;
      case "run":
        this.#sweepsPerFrame = Math.max(1, request.sweepsPerFrame);
        break;
      case "stop":
        this.#sweepsPerFrame = 0;
        break;
      case "step":
        this.#steps++;
        break;
      case "starts":
        this.#cancelStarts();
        this.#wantedStarts = request.attempt;
        break;
      case "drawn":
        this.#awaiting = false;
        break;
      default:
        request satisfies never;
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#awaiting || this.#starts !== undefined) return;
    this.#scheduled = true;
    this.#surroundings.schedule(() => {
      this.#scheduled = false;
      this.#work();
    });
  }

  /** One turn: makes what is wanted, sweeps, and posts a frame if there is something new. */
  #work(): void {
    try {
      const first = this.#create();
      const coupled = this.#couple();
      if (first === undefined && !coupled && this.#beginStarts()) return;
      const states = first ?? this.#advance();
      if (states !== undefined || coupled) this.#postFrame(states ?? new Uint8Array(0));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#network = undefined;
    this.#surroundings.post({ type: "failed", generation: this.#generation, text: textOf(error) });
  }

  #cancelStarts(): void {
    this.#wantedStarts = undefined;
    this.#starts?.abort();
  }

  /** Lets the starts that are wanted begin; returns whether there were any. */
  #beginStarts(): boolean {
    const attempt = this.#wantedStarts;
    const network = this.#network;
    this.#wantedStarts = undefined;
    if (attempt === undefined || network === undefined) return false;
    this.#starts = new AbortController();
    void this.#relaxStarts(network, attempt, this.#starts.signal)
      .catch((error: unknown) => {
        this.#fail(error);
      })
      .finally(() => {
        this.#starts = undefined;
        this.#schedule();
      });
    return true;
  }

  async #relaxStarts(network: LiveNetwork, attempt: number, signal: AbortSignal): Promise<void> {
    const { post } = this.#surroundings;
    const outcome = await relaxStarts(network.starts(STARTS), this.#surroundings, {
      signal,
      onProgress: (done, place) => {
        post({ type: "starts-progress", attempt, total: STARTS, done, place });
      },
    });
    if (outcome === null) return;
    post({ type: "starts-result", attempt, total: STARTS, budget: STARTS_BUDGET, ...outcome });
  }

  /** Makes the network that was asked for; returns its first state. */
  #create(): Uint8Array | undefined {
    const wanted = this.#wanted;
    if (wanted === undefined) return undefined;
    this.#wanted = undefined;
    this.#generation = wanted.generation;
    this.#network = undefined;
    this.#network = this.#surroundings.create(wanted);
    return this.#network.packedState();
  }

  /** Gives the network the J_D that was asked for last; returns whether there was one. */
  #couple(): boolean {
    if (this.#network === undefined || this.#selfCoupling === undefined) return false;
    this.#network.selfCoupling = this.#selfCoupling;
    this.#selfCoupling = undefined;
    return true;
  }

  /** Makes the sweeps of a frame; returns the states after them, or nothing if there was none to make. */
  #advance(): Uint8Array | undefined {
    const network = this.#network;
    if (network === undefined) return undefined;
    const { now } = this.#surroundings;
    const bytes = packedLength(network.n);
    const states: Uint8Array[] = [];
    const end = now() + FRAME_MILLISECONDS;
    const most = this.#steps + this.#sweepsPerFrame;
    for (let made = 0; made < most; made++) {
      const resting = network.fixedPointAfter !== null;
      if (this.#steps === 0 && resting) break;
      this.#steps = Math.max(0, this.#steps - 1);
      network.sweep();
      // Of more states than the raster holds, the oldest gives its place.
      const target = states.length < MOST_COLUMNS ? new Uint8Array(bytes) : states.shift();
      states.push(network.packedState(target));
      if (now() >= end) break;
    }
    return states.length === 0 ? undefined : joined(states, bytes);
  }

  #postFrame(states: Uint8Array): void {
    const network = this.#network!;
    const { n, selfCoupling, sweeps, lastFlips, totalFlips, fixedPointAfter } = network;
    const histogram = countStabilities(network.stabilities(), binsFor(n, selfCoupling));
    const counts = { n, selfCoupling, sweeps, lastFlips, totalFlips, fixedPointAfter };
    this.#awaiting = true;
    this.#surroundings.post({ type: "frame", generation: this.#generation, ...counts, states, histogram });
  }
}

/** The states one behind the other. */
function joined(states: readonly Uint8Array[], bytes: number): Uint8Array {
  const all = new Uint8Array(states.length * bytes);
  states.forEach((state, k) => {
    all.set(state, k * bytes);
  });
  return all;
}
