/** @file The worker of the live network as the page sees it: requests in, reports out, every way to fail in one place. */
import type { NetworkReport, NetworkRequest } from "./protocol.ts";

/** What a connection tells. */
export interface ConnectionListeners {
  readonly onReport: (report: NetworkReport) => void;
  /** The worker is of no use any more; the text says why in one line. */
  readonly onFailure: (text: string) => void;
}

/** A running worker. After a failure or `close` nothing comes from it any more. */
export class NetworkConnection {
  readonly #worker: Worker;

  constructor({ onReport, onFailure }: ConnectionListeners) {
    this.#worker = new Worker(new URL("./network-worker.ts", import.meta.url), { type: "module" });
    const fail = (text: string): void => {
      this.close();
      onFailure(text);
    };
    this.#worker.onmessage = ({ data }: MessageEvent<NetworkReport>) => {
      onReport(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      // An error without a message is that of a script that could not be loaded.
      const reason = event.message ? event.message.replace(/^Uncaught (Error: )?/, "") : "";
      fail(reason === "" ? "its worker could not be loaded" : reason);
    };
    this.#worker.onmessageerror = () => {
      fail("a message of its worker could not be read");
    };
  }

  /** Sends a request. */
  send(request: NetworkRequest): void {
    this.#worker.postMessage(request);
  }

  /** Ends the worker at once. */
  close(): void {
    this.#worker.onmessage = this.#worker.onerror = this.#worker.onmessageerror = null;
    this.#worker.terminate();
  }
}
