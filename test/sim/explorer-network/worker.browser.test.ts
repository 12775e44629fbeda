/** @file The worker of the live network in a Chromium: the same states as in Node, and failures that are told. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { LiveNetwork } from "../../../sim/explorer/network/live-network.ts";
import type { NetworkReport, NetworkRequest } from "../../../sim/explorer/network/protocol.ts";
import { loadKernels } from "../../../sim/kernels/load.ts";
import { networkPages, workerAddress } from "./network-pages.ts";

const pages = networkPages();

/** Sends requests to a new worker, each after the report on the one before; states come back as plain arrays. */
async function reportsOf(page: Page, requests: readonly NetworkRequest[]): Promise<NetworkReport[]> {
  return page.evaluate(
    async ([address, list]) => {
      const worker = new Worker(address, { type: "module" });
      const reports: NetworkReport[] = [];
      for (const request of list) {
        const answer = new Promise<NetworkReport>((resolve, reject) => {
          worker.onmessage = ({ data }: MessageEvent<NetworkReport>) => {
            resolve(data);
          };
          worker.onerror = (event) => {
            reject(new Error(event.message));
          };
        });
        worker.postMessage(request);
        const report = await answer;
        worker.postMessage({ type: "drawn" });
        reports.push(
          report.type === "frame" ? { ...report, states: Array.from(report.states) as never } : report,
        );
      }
      worker.terminate();
      return reports;
    },
    [workerAddress, requests] as const,
  );
}

describe("the worker in a browser", () => {
  test("makes the states that Node makes from the same seed: N = 203, J_D = 0.35, 50 sweeps", async () => {
    const parameters = { n: 203, selfCoupling: 0.35, seed: 11 };
    const page = await pages().open();
    const steps = Array.from({ length: 50 }, () => ({ type: "step" }) as const);
    const reports = await reportsOf(page, [{ type: "create", generation: 1, ...parameters }, ...steps]);
    const network = new LiveNetwork(loadKernels(), parameters);
    for (const report of reports) {
      expect(report).toMatchObject({
        states: Array.from(network.packedState()),
        sweeps: network.sweeps,
        totalFlips: network.totalFlips,
      });
      network.sweep();
    }
    expect(reports).toHaveLength(51);
  });

  test("uses its memory again: small, large and small networks one after the other", async () => {
    const page = await pages().open();
    const sizes = [50, 1000, 50];
    const requests = sizes.map(
      (n, k) => ({ type: "create", generation: k, n, selfCoupling: 0.5, seed: 2 }) as const,
    );
    const reports = await reportsOf(page, requests);
    sizes.forEach((n, k) => {
      const network = new LiveNetwork(loadKernels(), { n, selfCoupling: 0.5, seed: 2 });
      expect(reports[k]).toMatchObject({ n, states: Array.from(network.packedState()) });
    });
  });

  test("tells when the kernels cannot be fetched", async () => {
    const page = await pages().open({ kernels: true });
    const request = { type: "create", generation: 5, n: 50, selfCoupling: 0.5, seed: 1 } as const;
    expect(await reportsOf(page, [request])).toEqual([
      { type: "failed", generation: 5, text: "kernels.wasm could not be fetched (404)" },
    ]);
  });
});
