/** @file The theory on the page: asks the workers for what the sliders want, and shows charts, numbers and words. */
import type { EntropyRow, ThresholdsRow } from "../../experiments/rows.ts";
import { byId, element, setRichText } from "../dom.ts";
import { label } from "../../figures/theme.ts";
import { throttled } from "../throttle.ts";
import type { Messages } from "../messages.ts";
import { PlotBox } from "../plot.ts";
import { couplingChart, distanceChart, replicasChart } from "./charts.ts";
import type { Landscape, LandscapePoint, TheoryResult, TheoryWork } from "./protocol.ts";
import { TheoryClient } from "./theory-client.ts";
import { readings, regimeInWords } from "./words.ts";

/** A landscape takes well below a second, the thresholds a few, on slow machines ten times that. */
const patienceSeconds = { landscape: 15, background: 120 };

/** A slider that has not moved for so long rests: then everything is solved in full. */
const restMilliseconds = 150;

/** Digits of numbers that are read aloud. */
const spokenDigits = 3;

/** Shortest time between two drawings of S(J_D), in milliseconds. */
const couplingInterval = 250;

/** The name under which the time from slider to curve is found in the browser's performance timeline. */
export const redrawMeasure = "slider to curve";

/** The theory part of the page. */
export interface TheoryView {
  /** Solves and draws for a new place of the sliders. */
  update(point: LandscapePoint): void;
}

const createWorker = (): Worker =>
  new Worker(new URL("./theory-worker.ts", import.meta.url), { type: "module", name: "theory" });

/** Charts and texts, drawn from what is known so far. */
class TheoryPage {
  private landscape: Landscape | null = null;
  private entropy: readonly EntropyRow[] = [];
  private thresholds: ThresholdsRow | null = null;
  private readonly boxes;

  constructor(onError: (line: string) => void) {
    const box = (id: string) => new PlotBox(byId(id, HTMLElement), { stack: true, onError });
    this.boxes = {
      distance: box("chart-distance"),
      replicas: box("chart-replicas"),
      coupling: box("chart-coupling"),
    };
  }

  /** Takes a result in; returns when the curve, where there is a new one, is drawn. */
  async show(result: TheoryResult): Promise<void> {
    switch (result.kind) {
      case "landscape":
        this.landscape = result.landscape;
        this.words();
        await this.follow(result.landscape);
        return this.coupling();
      case "replicas":
        if (this.landscape !== null)
          void this.boxes.replicas.draw(replicasChart(this.landscape, result.rows));
        return;
      case "entropy":
        this.entropy = result.rows;
        return this.coupling();
      case "thresholds":
        this.thresholds = result.thresholds;
        this.words();
        return this.coupling();
      case "done":
      case "failed":
    }
  }

  /** Draws S*(d): only moved on the way, in full where the slider came to rest. */
  private follow(landscape: Landscape): Promise<void> {
    const chart = distanceChart(landscape);
    if (landscape.resolution === "preview") return this.boxes.distance.move(chart);
    // A reader of the page aloud hears of the place where the slider came to rest, not of all on the way.
    this.speak(landscape);
    return this.boxes.distance.draw(chart);
  }

  /** S(J_D) only has its mark moved: the curve that follows the slider goes first. */
  private readonly coupling = throttled(() => {
    if (this.landscape === null || this.entropy.length === 0) return;
    void this.boxes.coupling.move(couplingChart(this.entropy, this.thresholds, this.landscape));
  }, couplingInterval);

  private speak({ point, densest, entropy }: Landscape): void {
    const at = `J D ${point.selfCoupling}, d ${point.distance}: entropy ${label(entropy, spokenDigits)}`;
    const value = densest.localEntropy;
    const local = value === null ? "no clusters found" : `local entropy ${label(value, spokenDigits)}`;
    byId("spoken", HTMLElement).textContent = `${at}, ${local}.`;
  }

  private words(): void {
    if (this.landscape === null) return;
    const { point } = this.landscape;
    setRichText(byId("regime", HTMLElement), regimeInWords(point.selfCoupling, this.thresholds));
    const rows = readings(this.landscape).map(({ name, value, meaning }) => {
      const [head, number, text] = [element("th", { scope: "row" }), element("td"), element("td")];
      number.className = "number";
      setRichText(head, name);
      setRichText(number, value);
      setRichText(text, meaning);
      return element("tr", {}, head, number, text);
    });
    byId("readings", HTMLElement).replaceChildren(...rows);
  }
}

/** When the sliders came to the places that are still to be drawn, in milliseconds of the page's clock. */
class AskedTimes {
  private readonly times = new Map<string, number>();

  private static key({ selfCoupling, distance, y }: LandscapePoint): string {
    return `${selfCoupling} ${distance} ${y}`;
  }

  note(point: LandscapePoint): void {
    this.times.set(AskedTimes.key(point), performance.now());
  }

  /** The time of a place, once; places before it were passed over. */
  take(point: LandscapePoint): number | null {
    const found = this.times.get(AskedTimes.key(point));
    if (found === undefined) return null;
    for (const [key, time] of this.times) if (time <= found) this.times.delete(key);
    return found;
  }
}

/** Starts the workers and shows the theory in the elements of the page that carry its ids. */
export function mountTheory(messages: Messages): TheoryView {
  const page = new TheoryPage((line) =>
    messages.show("charts", `A chart cannot be drawn: ${line}.`, "error"),
  );
  let point: LandscapePoint | null = null;
  let rest: ReturnType<typeof setTimeout> | undefined;
  const asked = new AskedTimes();

  const client = (source: "landscape" | "background", work: () => TheoryWork | null): TheoryClient => {
    const ask = (): void => {
      const wanted = work();
      if (wanted !== null) made.ask(wanted);
    };
    const made: TheoryClient = new TheoryClient({
      createWorker,
      patienceSeconds: patienceSeconds[source],
      onResult: (result) => receive(source, result, made),
      onFailure: (reason) =>
        messages.show(source, `The theory worker has stopped: ${reason}.`, "error", {
          label: "Restart the theory",
          action: () => {
            messages.clear(source);
            made.restart();
            ask();
          },
        }),
    });
    return made;
  };

  const receive = async (source: string, result: TheoryResult, from: TheoryClient): Promise<void> => {
    if (result.kind === "failed") return messages.show(source, `No solution: ${result.message}.`, "error");
    if (result.kind === "done" && source === "background") return from.dispose();
    await page.show(result);
    if (result.kind !== "landscape") return;
    messages.clear(source);
    const start = asked.take(result.landscape.point);
    if (start !== null) performance.measure(redrawMeasure, { start });
  };

  const wanted = (): TheoryWork | null => point && { kind: "landscape", point, refine: true };
  const landscape = client("landscape", wanted);
  const background = client("background", () => ({ kind: "background" }));
  background.ask({ kind: "background" });

  return {
    update(next) {
      point = next;
      clearTimeout(rest);
      rest = setTimeout(
        () => landscape.ask({ kind: "landscape", point: next, refine: true }),
        restMilliseconds,
      );
      asked.note(point);
      landscape.ask({ kind: "landscape", point, refine: false });
    },
  };
}
