/** @file The built explorer in a Chromium: first load, sliders, network, address and stored figures. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import {
  alert,
  desktop,
  drawn,
  drop,
  explorerSite,
  field,
  fileOf,
  phone,
  reading,
  slider,
  until,
} from "./drive.ts";
import { hostileFigure, hostileText, plainFigure, stored } from "./hostile.ts";

const site = explorerSite();

/** Largest first load besides Plotly, in bytes. */
const loadLimit = 1.5e6;

describe("first load", () => {
  test("draws everything from its own address, without a fault, in less than 1.5 MB besides Plotly", async () => {
    const { page, log } = await site().open("", desktop);
    await drawn(page);
    await until(async () => (await page.locator("#regime").innerText()).includes("lies above"));
    expect(log.faults).toEqual([]);
    const files = [...log.loaded];
    expect(files.some(([name]) => name.includes("plotly"))).toBe(true);
    const bytes = files.filter(([name]) => !name.includes("plotly")).reduce((sum, [, size]) => sum + size, 0);
    expect(bytes).toBeGreaterThan(1e4);
    expect(bytes).toBeLessThan(loadLimit);
  });

  test("runs no code but its own files", async () => {
    const { page } = await site().open("", desktop);
    const allowed = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.injected = 1";
      document.body.append(script);
      return "injected" in window;
    });
    expect(allowed).toBe(false);
  });
});

describe("the theory", () => {
  test("follows the slider, by keyboard too", async () => {
    const { page, log } = await site().open("#J_D=0.3", desktop);
    await drawn(page);
    const path = page.locator("#chart-distance .scatterlayer .trace path.js-line").first();
    const before = await path.getAttribute("d");
    await slider(page, "Self-coupling").focus();
    for (let k = 0; k < 20; k++) await page.keyboard.press("ArrowRight");
    const value = Number(await field(page, "Self-coupling").inputValue());
    expect(value).toBeGreaterThan(0.31);
    expect(value).toBeLessThan(0.4);
    await until(async () => (await path.getAttribute("d")) !== before);
    // log 2Φ(J) rises by φ(J)/Φ(J), 0.61 at J = 0.32, and S(0.3) = 0.2117369.
    await until(async () => Math.abs((await reading(page, 0)) - (0.2117369 + 0.61 * (value - 0.3))) < 2e-3);
    const measures = await page.evaluate(() => performance.getEntriesByName("slider to curve").length);
    expect(measures).toBeGreaterThan(0);
    expect(log.faults).toEqual([]);
  });

  test("takes numbers, brings them into range and gives the closed form", async () => {
    const { page } = await site().open("#d=0.25&y=1", desktop);
    await drawn(page);
    const coupling = field(page, "Self-coupling");
    await coupling.fill("99");
    await coupling.press("Enter");
    expect(await coupling.inputValue()).toBe("2");
    await coupling.fill("0.5");
    await coupling.press("Enter");
    // log 2Φ(0.5) = 0.324201.
    await until(async () => Math.abs((await reading(page, 0)) - 0.324201) < 1e-5);
  });

  test("says in which regime J_D lies", async () => {
    const { page } = await site().open("#J_D=0.03", desktop);
    await until(async () => (await page.locator("#regime").innerText()).includes("overlap gap"));
  });
});

describe("the live network", () => {
  test("runs, stops and stays", async () => {
    const { page, log } = await site().open("#J_D=0.3&N=100&seed=3", desktop);
    const box = page.locator("#network");
    const text = () => box.innerText();
    const early = await text();
    await box.getByRole("button", { name: "Start", exact: true }).click();
    await until(async () => (await text()) !== early);
    await box.getByRole("button", { name: "Stop", exact: true }).click();
    await box.getByRole("button", { name: "Start", exact: true }).waitFor();
    await page.waitForTimeout(500);
    const stopped = await text();
    await page.waitForTimeout(700);
    expect(await text()).toBe(stopped);
    expect(log.faults).toEqual([]);
  });

  test("relaxes many starts, and has the result read out", async () => {
    const { page, log } = await site().open("#J_D=0.8&N=100&seed=3", desktop);
    const box = page.locator("#network");
    await box.getByRole("button", { name: "Relax 64 starts" }).click();
    await until(async () => (await page.locator("#voice").innerText()).includes("of 64 starts came to rest"));
    expect(await box.innerText()).toContain(await page.locator("#voice").innerText());
    expect(log.faults).toEqual([]);
  });
});

describe("the address", () => {
  test("carries the state there and back", async () => {
    const { page } = await site().open("#J_D=0.07&d=0.02&y=3.5&N=120&seed=5&view=explore", desktop);
    expect(await field(page, "Self-coupling").inputValue()).toBe("0.07");
    expect(await field(page, "Distance").inputValue()).toBe("0.02");
    expect(await field(page, "replicas").inputValue()).toBe("3.5");
    expect(await field(page, "neurons").inputValue()).toBe("120");
    expect(await field(page, "Seed").inputValue()).toBe("5");
    await field(page, "Distance").fill("0.25");
    await field(page, "Distance").press("Enter");
    await page.getByRole("link", { name: "Stored figures" }).click();
    const hash = "#J_D=0.07&d=0.25&y=3.5&N=120&seed=5&view=rows";
    await until(async () => page.url().endsWith(hash));
    const { page: shared } = await site().open(hash, phone);
    await shared.locator("#view-rows").waitFor({ state: "visible" });
    expect(await shared.locator("#view-explore").isVisible()).toBe(false);
    expect(await shared.locator("#parameter-distance").inputValue()).toBe("0.25");
  });

  test("keeps the view that was left for the way back", async () => {
    const { page } = await site().open("#J_D=0.2", desktop);
    await slider(page, "Self-coupling").press("ArrowRight");
    await page.getByRole("link", { name: "Stored figures" }).click();
    expect(page.url()).toMatch(/#J_D=0\.201&.*view=rows$/);
    await page.goBack();
    await page.locator("#view-explore").waitFor({ state: "visible" });
    expect(page.url()).toMatch(/#J_D=0\.201&.*view=explore$/);
    expect(await field(page, "Self-coupling").inputValue()).toBe("0.201");
    await page.goForward();
    await page.locator("#view-rows").waitFor({ state: "visible" });
  });

  test("changed by hand, changes the page", async () => {
    const { page } = await site().open("#J_D=0.3", desktop);
    await drawn(page);
    await page.evaluate(() => (location.hash = "#J_D=1"));
    await until(async () => (await field(page, "Self-coupling").inputValue()) === "1");
    // log 2Φ(1) = 0.520393.
    await until(async () => Math.abs((await reading(page, 0)) - 0.520393) < 1e-5);
  });
});

describe("stored figures", () => {
  const pick = (page: Page, file: ReturnType<typeof fileOf>) => page.setInputFiles("#rows-file", file);

  test("a figure is drawn with its tables; a bad file leaves it as it is and says why in one line", async () => {
    const { page, log } = await site().open("#view=rows", desktop);
    await pick(page, fileOf(stored(plainFigure)));
    await page.waitForSelector("#rows .main-svg .trace", { state: "attached" });
    await page.locator("#rows summary").first().click();
    await page.getByRole("cell", { name: "0.5203934015" }).waitFor();
    const before = await page.locator("#rows h3").innerHTML();
    await drop(page, "bad.json", JSON.stringify({ ...stored(plainFigure), data: [{ type: "image" }] }));
    await alert(page).waitFor();
    expect(await alert(page).innerText()).toMatch(/^bad\.json is not shown: data\.0\.type: .*\.$/);
    await drop(page, "worse.json", "{");
    await until(async () => (await alert(page).innerText()) === "worse.json is not shown: it is no JSON.");
    expect(await page.locator("#rows h3").innerHTML()).toBe(before);
    expect(await page.locator("#rows .main-svg .trace").count()).toBeGreaterThan(0);
    expect(log.faults).toEqual([]);
  });

  test("hostile texts are shown as texts", async () => {
    const { page, log } = await site().open("#view=rows", desktop);
    const name = `<img src=x onerror="window.injected=1">.json`;
    await pick(page, fileOf(hostileFigure(), name));
    // Infos vanish after a while: the message is read as soon as it stands.
    await until(async () => ((await page.locator("#messages").textContent()) ?? "").includes(name));
    expect(await page.locator("#messages img").count()).toBe(0);
    await page.waitForSelector("#rows .main-svg .trace", { state: "attached" });
    await page.locator("#rows summary").first().click();
    // Hovering makes Plotly build the hover text.
    await page.locator("#rows .plot .drag").first().hover();
    await page.waitForTimeout(1000);
    const found = await page.evaluate(() => ({
      injected: "injected" in window,
      elements: document.querySelectorAll(
        "main img, main script, main iframe, main a[href]:not(nav a), #messages img",
      ).length,
      svgLinks: [...document.querySelectorAll("#rows svg a")].filter(
        (link) => link.getAttribute("href") ?? link.getAttribute("xlink:href"),
      ).length,
      handlers: [...document.querySelectorAll("#rows *, #messages *")].filter((element) =>
        [...element.attributes].some(({ name }) => name.startsWith("on")),
      ).length,
      heading: document.querySelector("#rows h3")!.textContent,
    }));
    expect(found).toMatchObject({ injected: false, elements: 0, svgLinks: 0, handlers: 0 });
    expect(found.heading).toBe(hostileText.replace(/<\/?i>/g, ""));
    expect(log.faults).toEqual([]);
  });

  test("keys that reach into objects are refused", async () => {
    const { page } = await site().open("#view=rows", desktop);
    await pick(page, fileOf(`{"__proto__": {"polluted": 1}, "provenance": {}}`));
    await alert(page).waitFor();
    expect(await alert(page).innerText()).toContain("__proto__ is not allowed");
    expect(await page.evaluate(() => "polluted" in {})).toBe(false);
  });

  /** Drops files of which only `text` is played: one that fails, and one that is read for so many milliseconds. */
  const dropPlayed = (page: Page, files: readonly { name: string; text: string | null; after: number }[]) =>
    page.evaluate((played) => {
      const made = played.map(({ name, text, after }) => ({
        name,
        size: 1,
        text: () =>
          new Promise((resolve, reject) =>
            setTimeout(() => (text === null ? reject(new Error("It is a folder.")) : resolve(text)), after),
          ),
      }));
      const event = new Event("drop", { bubbles: true, cancelable: true });
      const dataTransfer = { types: ["Files"], files: made };
      document.querySelector(".drop")!.dispatchEvent(Object.assign(event, { dataTransfer }));
    }, files);

  test("of two files the one that was dropped last stays, however long the other takes to read", async () => {
    const { page } = await site().open("#view=rows", desktop);
    const figure = (title: string) => JSON.stringify({ ...stored(plainFigure), title });
    await dropPlayed(page, [{ name: "slow.json", text: figure("slow"), after: 700 }]);
    await dropPlayed(page, [
      { name: "fast.json", text: figure("fast"), after: 0 },
      { name: "other.json", text: figure("other"), after: 0 },
    ]);
    await page.waitForTimeout(1200);
    expect(await page.locator("#rows h3").innerText()).toBe("fast");
    expect(await page.locator("#messages p").innerText()).toBe(
      "fast.json is shown, the first of 2 files: one is shown at a time.",
    );
    await page.getByRole("button", { name: "Dismiss" }).click();
    expect(await page.locator("#messages").innerText()).toBe("");
  });

  test("a file that cannot be read is named with the reason", async () => {
    const { page } = await site().open("#view=rows", desktop);
    await dropPlayed(page, [{ name: "folder", text: null, after: 0 }]);
    await alert(page).waitFor();
    expect(await alert(page).innerText()).toBe("folder is not shown: It is a folder.");
  });

  test("a file dropped on the other view does not take the page away", async () => {
    const { page } = await site().open("", desktop);
    const address = page.url();
    await drop(page, "figure.json", "{}");
    await page.waitForTimeout(300);
    expect(new URL(page.url()).pathname).toBe(new URL(address).pathname);
    expect(await page.locator("#view-explore").isVisible()).toBe(true);
  });
});
