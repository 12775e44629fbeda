/** @file What the browser tests of the explorer share: sizes of screens, what is found on the page, and a site to open. */
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { startSite } from "./site.ts";
import type { Site } from "./site.ts";

/** The built explorer for the tests of one file; each test closes the pages that it opened. */
export function explorerSite(): () => Site {
  let site: Site;
  beforeAll(async () => {
    site = await startSite();
  });
  afterEach(() => site.closePages());
  afterAll(() => site.close());
  return () => site;
}

export const desktop = { viewport: { width: 1280, height: 800 } };
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };

export const slider = (page: Page, name: string): Locator => page.getByRole("slider", { name });
export const field = (page: Page, name: string): Locator => page.getByRole("spinbutton", { name });
export const alert = (page: Page): Locator => page.getByRole("alert");

/** All charts of the theory, drawn to the end. */
export async function drawn(page: Page): Promise<void> {
  for (const chart of ["distance", "replicas", "coupling"])
    await page.waitForSelector(`#chart-${chart} .main-svg .trace`, { state: "attached" });
}

/** The number in the row of the table of readings that begins with a name. */
export async function reading(page: Page, row: number): Promise<number> {
  const text = await page.locator("#readings tr").nth(row).locator(".number").innerText();
  return Number(text.replace("−", "-"));
}

/** Lets a condition on the page come true. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  await expect.poll(condition, { timeout: 30_000, interval: 100 }).toBe(true);
}

export const fileOf = (content: unknown, name = "figure.json") => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(typeof content === "string" ? content : JSON.stringify(content)),
});

/** Drops a file on the page as a browser does, which needs objects of the page. */
export async function drop(page: Page, name: string, content: string): Promise<void> {
  await page.evaluate(
    ([fileName, text]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text], fileName, { type: "application/json" }));
      for (const kind of ["dragover", "drop"])
        document
          .querySelector(".drop")!
          .dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
    },
    [name, content] as const,
  );
}
