/**
 * @file The page's end of a theory worker: numbers the requests, lets through only answers to the newest one, and says
 * so when the worker fails or falls silent. The worker is made by a function that is passed in.
 */
import type { TheoryAnswer, TheoryRequest, TheoryResult, TheoryWork } from "./protocol.ts";

/** The part of a Worker that is used. */
export interface WorkerLike {
  postMessage(message: TheoryRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<TheoryAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}

/** What the client needs. */
export interface TheoryClientOptions {
  readonly createWorker: () => WorkerLike;
  /** A result of the newest request. Where it takes time to show, the next request waits for that. */
  readonly onResult: (result: TheoryResult) => void | Promise<void>;
  /** The worker is gone; {@link TheoryClient.ask} after a {@link TheoryClient.restart} works again. */
  readonly onFailure: (reason: string) => void;
  /** Seconds without an answer after which the worker counts as dead. */
  readonly patienceSeconds: number;
}

/** Asks one worker at a time. */
export class TheoryClient {
  private readonly options: TheoryClientOptions;
  private worker: WorkerLike | null = null;
  private id = 0;
  /** Whether the newest request has had no answer yet, and what to ask as soon as it has. */
  private unanswered = false;
  private waiting: TheoryWork | null = null;
  /** Number of results of the newest request that are being shown. */
  private showing = 0;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private failed = false;

  constructor(options: TheoryClientOptions) {
    this.options = options;
  }

  /**
   * Sends work, or keeps it until the work before has had its first answer: a slider asks faster than answers come,
   * and would otherwise see none. Of work that waits only the newest is kept. After a failure nothing is sent.
   */
  ask(work: TheoryWork): void {
    if (this.failed) return;
    if (this.unanswered) {
      this.waiting = work;
      return;
    }
    this.waiting = null;
    this.unanswered = true;
    this.showing = 0;
    this.id += 1;
    this.worker ??= this.start();
    this.worker.postMessage({ ...work, id: this.id });
    this.expectAnswer();
  }

  /** Takes a fresh worker from the next request on. */
  restart(): void {
    this.dispose();
    this.failed = false;
  }

  /** Ends the worker. */
  dispose(): void {
    clearTimeout(this.silence);
    this.worker?.terminate();
    this.worker = null;
    this.unanswered = false;
    this.waiting = null;
  }

  private start(): WorkerLike {
    const worker = this.options.createWorker();
    worker.onmessage = ({ data }) => this.receive(data);
    worker.onerror = (event) => this.fail(event.message || "its program could not be loaded");
    worker.onmessageerror = () => this.fail("it sent a message that cannot be read");
    return worker;
  }

  private receive({ id, ...result }: TheoryAnswer): void {
    if (id !== this.id) return;
    if (result.kind === "done" || result.kind === "failed") clearTimeout(this.silence);
    else this.expectAnswer();
    void this.show(id, result);
  }

  /** Shows a result; when nothing is being shown any more, the next request may go. */
  private async show(id: number, result: TheoryResult): Promise<void> {
    this.showing += 1;
    try {
      const shown = this.options.onResult(result);
      if (shown instanceof Promise) await shown;
    } finally {
      if (id === this.id) this.showing -= 1;
    }
    if (this.showing > 0 || id !== this.id) return;
    this.unanswered = false;
    if (this.waiting !== null) this.ask(this.waiting);
  }

  private expectAnswer(): void {
    const { patienceSeconds } = this.options;
    clearTimeout(this.silence);
    this.silence = setTimeout(
      () => this.fail(`it has not answered for ${patienceSeconds} s`),
      1000 * patienceSeconds,
    );
  }

  private fail(reason: string): void {
    if (this.failed) return;
    this.dispose();
    this.failed = true;
    this.options.onFailure(reason);
  }
}
