/** @file The live network on a page: its controls, what it shows and tells, and how it recovers from failures. */
import { AxeBuilder } from "@axe-core/playwright";
import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { LiveNetwork } from "../../../sim/explorer/network/live-network.ts";
import type { NetworkParameters, NetworkView } from "../../../sim/explorer/network/network-view.ts";
import { relax } from "../../../sim/instance/dynamics.ts";
import { loadKernels } from "../../../sim/kernels/load.ts";
import { networkPages, type Missing, type NetworkWindow } from "./network-pages.ts";

const pages = networkPages();

/** What the page of a test holds. */
interface TestWindow extends NetworkWindow {
  view: NetworkView;
  told: [text: string, kind: "info" | "error"][];
}

/** A page with a mounted network. */
async function mounted(
  parameters: NetworkParameters,
  { missing, ...options }: BrowserContextOptions & { missing?: Missing } = {},
): Promise<Page> {
  const page = await pages().open(missing, options);
  await page.evaluate((input) => {
    const test = globalThis as unknown as TestWindow;
    test.told = [];
    const root = document.getElementById("root")!;
    test.view = test.mountNetwork(root, input, (text, kind) => test.told.push([text, kind]));
  }, parameters);
  return page;
}

const update = (page: Page, parameters: NetworkParameters): Promise<void> =>
  page.evaluate((input) => {
    (globalThis as unknown as TestWindow).view.update(input);
  }, parameters);
const toldOn = (page: Page): Promise<TestWindow["told"]> =>
  page.evaluate(() => (globalThis as unknown as TestWindow).told);
const press = (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).click();
const phase = async (page: Page, wanted: string): Promise<void> => {
  await page.waitForSelector(`.network[data-phase="${wanted}"]`);
};
const sweepsOn = async (page: Page): Promise<number> =>
  Number(await page.getAttribute(".network", "data-sweeps"));
const sweepsBeyond = async (page: Page, sweeps: number): Promise<void> => {
  await page.waitForFunction(
    (least) => Number(document.querySelector<HTMLElement>(".network")?.dataset.sweeps) > least,
    sweeps,
  );
};

/** Never reaches a fixed point in the time of a test. */
const chaotic = { n: 300, selfCoupling: 0, seed: 1 };

describe("controls", () => {
  test("start, stop, step and restart by the keyboard", async () => {
    const page = await mounted(chaotic);
    await phase(page, "stopped");
    expect(await sweepsOn(page)).toBe(0);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await sweepsBeyond(page, 20);
    expect(await page.textContent(":focus")).toBe("Stop");
    await page.keyboard.press("Enter");
    await phase(page, "stopped");
    expect(await toldOn(page)).toMatchObject([[expect.stringMatching(/^Stopped after \d+ sweeps/), "info"]]);
    // One frame may still have been on its way.
    await page.waitForTimeout(200);
    const stopped = await sweepsOn(page);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await sweepsBeyond(page, stopped);
    expect(await sweepsOn(page)).toBe(stopped + 1);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector('.network[data-phase="stopped"][data-sweeps="0"]');
  });

  test("J_D acts on the running network: it freezes, and wakes again", async () => {
    const page = await mounted({ n: 100, selfCoupling: 0.9, seed: 2 });
    const node = new LiveNetwork(loadKernels(), { n: 100, selfCoupling: 0.9, seed: 2 });
    while (node.fixedPointAfter === null) node.sweep();
    await phase(page, "stopped");
    await press(page, "Start");
    await page.waitForSelector('.network[data-fixed-point="true"]');
    expect(await sweepsOn(page)).toBe(node.fixedPointAfter);
    expect(await page.textContent(".network-verdict")).toContain(`Fixed point after ${node.sweeps} sweeps`);
    expect((await toldOn(page)).map(([, kind]) => kind)).toEqual(["info"]);
    await update(page, { n: 100, selfCoupling: 0, seed: 2 });
    await sweepsBeyond(page, node.sweeps + 20);
    await update(page, { n: 100, selfCoupling: 5, seed: 2 });
    await page.waitForSelector('.network[data-fixed-point="true"]');
  });

  test("another N while it runs goes on with the new network", async () => {
    const page = await mounted(chaotic);
    await press(page, "Start");
    await sweepsBeyond(page, 10);
    for (const n of [100, 200, 1000]) await update(page, { ...chaotic, n });
    await page.waitForFunction(() => document.querySelector("canvas")?.ariaLabel?.includes("1000 spins"));
    await sweepsBeyond(page, 10);
    expect(await page.textContent(".network-raster figcaption")).toContain("1000 neurons, 2 a row");
  });
});

describe("many starts", () => {
  const starts = (page: Page) => page.getByRole("button", { name: "Relax 64 starts" });
  const line = (page: Page) => page.locator(".network-starts-line");
  const lineMatches = (page: Page, pattern: RegExp): Promise<void> =>
    expect.poll(() => line(page).textContent(), { timeout: 30_000 }).toMatch(pattern);

  test("relax on the processor, as in Node; the result is shown and told, the network goes on where it was", async () => {
    const parameters = { n: 100, selfCoupling: 0.5, seed: 2 };
    const page = await mounted(parameters);
    await phase(page, "stopped");
    await starts(page).focus();
    await page.keyboard.press("Enter");
    await lineMatches(page, /came to rest/);
    const { network, runs } = new LiveNetwork(loadKernels(), parameters).starts(64);
    const rested = runs
      .map((run) => relax(network, run, { update: "block", blockSize: 13, budget: 300 }))
      .filter(({ converged }) => converged).length;
    const text = (await line(page).textContent())!;
    expect(text).toMatch(
      new RegExp(
        `^${rested} of 64 starts came to rest within 300 sweeps \\(median [\\d.]+\\), on the processor, `,
      ),
    );
    expect(await toldOn(page)).toEqual([[text, "info"]]);
    expect(await page.textContent(":focus")).toBe("Relax 64 starts");
    expect(await sweepsOn(page)).toBe(0);
    await press(page, "Step");
    await sweepsBeyond(page, 0);
    const node = new LiveNetwork(loadKernels(), parameters);
    node.sweep();
    expect(await page.textContent(".network-readings div:nth-child(2) dd")).toMatch(
      new RegExp(`^${node.lastFlips} `),
    );
  });

  test("pause a running network, disable the button, and end without a result at another J_D", async () => {
    const page = await mounted({ n: 2000, selfCoupling: 0, seed: 1 });
    await phase(page, "stopped");
    await press(page, "Start");
    await sweepsBeyond(page, 2);
    await starts(page).click();
    await lineMatches(page, /^\d+ of 64 starts have ended, on the processor/);
    expect(await starts(page).getAttribute("aria-disabled")).toBe("true");
    const paused = await sweepsOn(page);
    await page.waitForTimeout(300);
    expect(await sweepsOn(page)).toBe(paused);
    await update(page, { n: 2000, selfCoupling: 0.01, seed: 1 });
    await sweepsBeyond(page, paused);
    expect(await line(page).textContent()).toBe("");
    expect(await starts(page).getAttribute("aria-disabled")).toBe("false");
    expect(await toldOn(page)).toEqual([]);
    await starts(page).click();
    await lineMatches(page, /have ended/);
    await update(page, { n: 60, selfCoupling: 5, seed: 1 });
    await page.waitForSelector('.network[data-fixed-point="true"]');
    await starts(page).click();
    await lineMatches(page, /^64 of 64 starts came to rest within 300 sweeps \(median 1\)/);
  });

  test.each([320, 390, 900])("move nothing on a page %i pixels wide", async (width) => {
    const page = await mounted({ n: 60, selfCoupling: 0.5, seed: 1 }, { viewport: { width, height: 800 } });
    await phase(page, "stopped");
    const layout = () =>
      page.evaluate(() => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        const tops = [".network-verdict", ".network-panels", ".network-starts"].map(
          (part) => document.querySelector(part)!.getBoundingClientRect().top + scrollY,
        );
        return { scrollWidth, scrollHeight, tops };
      });
    const before = await layout();
    expect(before.scrollWidth).toBe(width);
    await starts(page).click();
    await lineMatches(page, /came to rest/);
    expect(await layout()).toEqual(before);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  });
});

describe("what is shown", () => {
  test("the canvas has whole pixels in the colours of the spins, and words", async () => {
    const page = await mounted(
      { n: 50, selfCoupling: 0.3, seed: 3 },
      { viewport: { width: 390, height: 844 } },
    );
    await phase(page, "stopped");
    const up = await page.evaluate(() => {
      const canvas = document.querySelector("canvas")!;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, 1, canvas.height);
      const red = Array.from({ length: canvas.height }, (_, row) => data[4 * row]);
      return { red, scale: canvas.getBoundingClientRect().width / canvas.width };
    });
    // The stand-in colours of the light scheme: up #0b3d73, down #f2c879.
    const packed = new LiveNetwork(loadKernels(), { n: 50, selfCoupling: 0.3, seed: 3 }).packedState();
    const isUp = (i: number): boolean => ((packed[i >> 3]! >> (i & 7)) & 1) === 1;
    expect(up.red).toEqual(Array.from({ length: 50 }, (_, i) => (isUp(i) ? 0x0b : 0xf2)));
    expect(up.scale).toBe(Math.round(up.scale));
    expect(await page.getByRole("img", { name: /^Raster of 50 spins/ }).count()).toBe(1);
    expect(await page.getByRole("img", { name: /^Histogram of the stabilities of 50 neurons/ }).count()).toBe(
      1,
    );
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  test.each(["light", "dark"] as const)("axe finds nothing in the %s scheme", async (colorScheme) => {
    const page = await mounted(chaotic, { colorScheme });
    await press(page, "Start");
    await sweepsBeyond(page, 5);
    await press(page, "Stop");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, impact }) => `${id}: ${impact}`)).toEqual([]);
  });

  test("little motion is a sweep and a few frames a second", async () => {
    const page = await mounted(chaotic, { reducedMotion: "reduce" });
    await phase(page, "stopped");
    await press(page, "Start");
    await page.waitForTimeout(1500);
    const sweeps = await sweepsOn(page);
    expect(sweeps).toBeGreaterThan(0);
    expect(sweeps).toBeLessThan(10);
  });
});

describe("failures", () => {
  test("inside the worker are told as text, and Restart makes a worker that works", async () => {
    const page = await mounted(chaotic);
    await press(page, "Start");
    await sweepsBeyond(page, 5);
    await page.workers()[0]!.evaluate(() => {
      setTimeout(() => {
        throw new Error("<img src=x onerror=alert(1)>");
      });
    });
    await phase(page, "failed");
    expect(await toldOn(page)).toEqual([
      ["The network has ended: <img src=x onerror=alert(1)>. Restart begins anew.", "error"],
    ]);
    expect(await page.locator("#root img").count()).toBe(0);
    await press(page, "Restart");
    await phase(page, "stopped");
    await press(page, "Start");
    await sweepsBeyond(page, 5);
    expect(page.workers()).toHaveLength(1);
  });

  test("a worker that falls silent is told, and Start begins anew", async () => {
    const page = await mounted(chaotic);
    await phase(page, "stopped");
    await page.clock.install();
    await press(page, "Start");
    await page.clock.runFor(1000);
    await page.workers()[0]!.evaluate(() => self.close());
    await page.waitForTimeout(200);
    await page.clock.runFor(40_000);
    await phase(page, "failed");
    expect((await toldOn(page)).at(-1)).toEqual([
      "The network has ended: its worker has not answered for 30 s. Restart begins anew.",
      "error",
    ]);
    await press(page, "Start");
    await page.waitForFunction(() => document.querySelector(".network-verdict")?.textContent !== "");
    await page.clock.resume();
    await sweepsBeyond(page, 5);
    expect((await toldOn(page)).at(-1)![1]).toBe("info");
  });

  test("a network that rests or waits for its screen is not taken for dead", async () => {
    const page = await mounted({ n: 100, selfCoupling: 0.9, seed: 2 });
    await phase(page, "stopped");
    await page.clock.install();
    await page.clock.resume();
    await press(page, "Start");
    await page.waitForSelector('.network[data-fixed-point="true"]');
    await page.clock.fastForward(100_000);
    await phase(page, "running");
    await update(page, { n: 100, selfCoupling: 0, seed: 2 });
    await page.waitForSelector('.network[data-fixed-point="false"]');
    await press(page, "Stop");
    await phase(page, "stopped");
    await page.clock.fastForward(100_000);
    await phase(page, "stopped");
  });

  test.each([
    [{ worker: true }, "its worker could not be loaded"],
    [{ kernels: true }, "kernels.wasm could not be fetched (404)"],
  ])("to load (%o missing) are told, and Start tries again", async (missing: Missing, text) => {
    const page = await mounted(chaotic, { missing });
    await phase(page, "failed");
    expect(await page.textContent(".network-verdict")).toContain(text);
    Object.assign(missing, { worker: false, kernels: false });
    await press(page, "Start");
    await sweepsBeyond(page, 5);
  });

  test("of parameters are told, and the next parameters work", async () => {
    const page = await mounted({ ...chaotic, n: 40_000 });
    await phase(page, "failed");
    expect((await toldOn(page))[0]).toMatchObject([expect.stringContaining("got 40000"), "error"]);
    await update(page, chaotic);
    await phase(page, "stopped");
  });
});

test("dispose ends the worker and leaves nothing behind", async () => {
  const page = await mounted(chaotic);
  await press(page, "Start");
  await sweepsBeyond(page, 5);
  await page.evaluate(() => {
    (globalThis as unknown as TestWindow).view.dispose();
  });
  await page.waitForTimeout(200);
  expect(page.workers()).toHaveLength(0);
  expect(await page.innerHTML("#root")).toBe("");
});
