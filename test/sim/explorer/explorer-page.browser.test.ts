/** @file The page of the built explorer in a Chromium: its layout, failures of the theory worker, accessibility. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { alert, desktop, drawn, explorerSite, field, fileOf, phone, reading, until } from "./drive.ts";
import { plainFigure, stored } from "./hostile.ts";

const site = explorerSite();

describe("the page", () => {
  test("does not move when something is told", async () => {
    const { page } = await site().open("#N=60&J_D=0.9", desktop);
    await drawn(page);
    const places = () =>
      page.evaluate(() =>
        ["theory-controls", "network", "chart-coupling"].map(
          (id) => document.getElementById(id)!.getBoundingClientRect().top,
        ),
      );
    const before = await places();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForSelector('.network[data-fixed-point="true"]');
    await until(async () => (await page.locator("#voice").innerText()).startsWith("Fixed point"));
    expect(await places()).toEqual(before);
    const worker = page.workers().find((one) => one.url().includes("network"))!;
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error("boom");
      });
    });
    await alert(page).waitFor();
    expect(await places()).toEqual(before);
    await page.getByRole("button", { name: "Restart", exact: true }).click();
    await until(async () => (await alert(page).count()) === 0);
  });

  test("brings a phone to the network and back, with J_D at hand and the address as it was", async () => {
    const { page } = await site().open("#J_D=0.5&N=60", phone);
    await drawn(page);
    await page.getByRole("button", { name: "To the live network" }).click();
    const shown = (selector: string) =>
      page.locator(selector).evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
    expect(await shown("#network-title")).toBe(true);
    expect(await shown("#parameter-selfCoupling")).toBe(true);
    expect(page.url()).toMatch(/#J_D=0\.5&N=60$/);
    await page.getByRole("button", { name: "To the theory" }).click();
    expect(await shown("#theory-title")).toBe(true);
  });
});

describe("failures of the theory worker", () => {
  const theoryWorkers = (page: Page) => page.workers().filter((worker) => worker.url().includes("theory"));

  test("an error inside is shown, and a restart solves again", async () => {
    const { page } = await site().open("#J_D=0.3", desktop);
    await drawn(page);
    await theoryWorkers(page)[0]!.evaluate(() => {
      setTimeout(() => {
        throw new Error("boom");
      });
    });
    await alert(page).waitFor();
    expect(await alert(page).innerText()).toContain("boom");
    await page.getByRole("button", { name: "Restart the theory" }).click();
    await field(page, "Self-coupling").fill("1");
    await field(page, "Self-coupling").press("Enter");
    await until(async () => Math.abs((await reading(page, 0)) - 0.520393) < 1e-5);
    expect(await alert(page).count()).toBe(0);
  });

  test("a worker that falls silent is shown", async () => {
    const { page } = await site().open("#J_D=0.3", desktop);
    await drawn(page);
    await theoryWorkers(page)[0]!.evaluate(() => self.close());
    await field(page, "Self-coupling").fill("1");
    await field(page, "Self-coupling").press("Enter");
    await alert(page).waitFor();
    expect(await alert(page).innerText()).toContain("has not answered");
  });

  test("a program that cannot be loaded is shown", async () => {
    const { page } = await site().open("#view=rows", desktop);
    await page.route("**/theory-worker*", (route) => route.abort());
    await page.reload();
    await alert(page).first().waitFor();
    expect(await alert(page).first().innerText()).toContain("could not be loaded");
  });
});

describe("accessibility", () => {
  const views = [
    ["desktop", "light", desktop],
    ["desktop", "dark", desktop],
    ["phone", "light", phone],
    ["phone", "dark", phone],
  ] as const;

  test.each(views)("axe finds nothing serious: %s, %s", async (_, colorScheme, options) => {
    const { page } = await site().open("#N=60", { ...options, colorScheme });
    await drawn(page);
    expect(await seriousProblems(page)).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(options.viewport.width);
    await page.getByRole("link", { name: "Stored figures" }).click();
    await page.setInputFiles("#rows-file", fileOf(stored(plainFigure)));
    await page.waitForSelector("#rows .main-svg .trace", { state: "attached" });
    await page.locator("#rows summary").first().click();
    await page.setInputFiles("#rows-file", fileOf("{", "bad.json"));
    await alert(page).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
  });

  async function seriousProblems(page: Page): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page }).analyze();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
  }

  test("every control can be reached and seen by keyboard", async () => {
    const { page } = await site().open("", desktop);
    await drawn(page);
    const reached: string[] = [];
    for (let k = 0; k < 14; k++) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(() => {
        const element = document.activeElement!;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return `${element.getAttribute("aria-label") ?? element.textContent} ${outlineStyle !== "none" && outlineWidth !== "0px" ? "seen" : "unseen"}`;
      });
      reached.push(focused);
    }
    for (const name of [
      "Theory and network",
      "Stored figures",
      "Self-coupling J D",
      "Distance d, slider",
      "Start",
    ])
      expect(
        reached.some((text) => text.startsWith(name) && text.endsWith(" seen")),
        `${name}: ${reached.join("; ")}`,
      ).toBe(true);
    expect(reached.filter((text) => text.endsWith("unseen"))).toEqual([]);
  });
});
