/** @file The view of stored figures: a file is picked or dropped, checked, and drawn with its tables and findings. */
import { tableHtml } from "../../figures/html.ts";
import { quantityText } from "../../figures/report-numbers.ts";
import type { Figure, Finding, Table } from "../../figures/types.ts";
import { element, setRichText } from "../dom.ts";
import type { Messages } from "../messages.ts";
import { PlotBox } from "../plot.ts";
import { BadFile, largestFile, readStoredRows } from "./read.ts";
import type { StoredRows } from "./read.ts";

/** Rows of a table that are shown; the file has all. */
const shownRows = 300;

function tableDetails(table: Table): HTMLElement {
  const summary = element("summary");
  const cut = table.rows.length > shownRows;
  const count = cut ? `first ${shownRows} of ${table.rows.length} rows` : `${table.rows.length} rows`;
  setRichText(summary, `${table.title}: ${count}`);
  const body = element("div");
  // Text of the table is escaped by tableHtml.
  body.innerHTML = tableHtml({ ...table, rows: table.rows.slice(0, shownRows) });
  return element("details", {}, summary, body);
}

function findingsTable(findings: readonly Finding[]): HTMLElement {
  const body = element("div");
  const rows = findings.map(({ claim, predicted, measured, verdict }) =>
    [claim, quantityText(predicted), quantityText(measured), verdict].map((text) => {
      const cell = element("td");
      setRichText(cell, text);
      return cell;
    }),
  );
  const head = ["claim", "predicted", "measured", "verdict"].map((text) =>
    element("th", { scope: "col" }, text),
  );
  body.append(
    element(
      "table",
      {},
      element("caption", {}, "What the figure shows"),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...rows.map((cells) => element("tr", {}, ...cells))),
    ),
  );
  body.className = "scroll";
  body.tabIndex = 0;
  return body;
}

/** A figure's drawing with its caption; the box scrolls sideways on screens narrower than the figure. */
function figureElement(figure: Figure, plot: HTMLElement): HTMLElement {
  const caption = element("figcaption");
  setRichText(caption, figure.caption);
  const frame = element("div", { className: "frame", tabIndex: 0 }, plot);
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", "Drawing");
  return element("figure", {}, frame, caption);
}

/** What stands on the page for one file. */
function shownElements({ figure, tables, title, provenance }: StoredRows, plot: HTMLElement): HTMLElement[] {
  const heading = element("h3");
  setRichText(heading, title);
  const { version, command, seed } = provenance;
  const origin = element(
    "p",
    { className: "origin" },
    "Made by ",
    element("code", {}, command),
    `, version ${version}, seed ${seed}.`,
  );
  return [
    heading,
    ...(figure === null ? [] : [figureElement(figure, plot)]),
    ...(figure?.findings?.length ? [findingsTable(figure.findings)] : []),
    origin,
    ...tables.map(tableDetails),
  ];
}

/** Takes one or several files. */
type FilesListener = (files: FileList) => void;

/** Asks for a file by a button or by a drop. */
function dropZone(onFiles: FilesListener): HTMLElement {
  const input = element("input", { type: "file", accept: ".json,application/json", id: "rows-file" });
  const name = element("label", { htmlFor: "rows-file" }, "Choose a figure file, or drop one here: ");
  input.addEventListener("change", () => {
    if (input.files !== null) onFiles(input.files);
    // The same file can be chosen again after it was made anew.
    input.value = "";
  });
  const hint = element(
    "p",
    {},
    "NAME.json from the folder of ",
    element("code", {}, "atlas reproduce"),
    ". Nothing is sent anywhere.",
  );
  return element("div", { className: "drop" }, name, input, hint);
}

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes("Files") ?? false;

/** Takes files dropped anywhere while the view is shown: a browser would leave the page for them. */
function listenForDrops(root: HTMLElement, zone: HTMLElement, onFiles: FilesListener): void {
  const shown = (): boolean => root.closest("[hidden]") === null;
  window.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    zone.classList.toggle("over", shown());
  });
  window.addEventListener("dragleave", () => zone.classList.remove("over"));
  window.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer !== null && shown()) onFiles(event.dataTransfer.files);
  });
}

/** Builds the view inside `root`; a bad file gives one line of message and leaves what was shown. */
export function mountRows(root: HTMLElement, messages: Messages): void {
  const shown = element("div");
  let box: PlotBox | null = null;

  const show = (stored: StoredRows): void => {
    const plot = element("div", { className: "plot" });
    void box?.dispose();
    shown.replaceChildren(...shownElements(stored, plot));
    box = null;
    if (stored.figure === null) return;
    box = new PlotBox(plot, {
      buttons: true,
      onError: (line) => messages.show("rows", `The figure cannot be drawn: ${line}.`, "error"),
    });
    void box.draw(stored.figure);
  };

  /** Number of the newest file: a large one may be read only after a smaller one that was chosen later. */
  let newest = 0;

  const load = async (file: File, others: number): Promise<void> => {
    newest += 1;
    const id = newest;
    try {
      if (file.size > largestFile) throw new BadFile(`it is larger than ${largestFile / 2 ** 20} MB`);
      const text = await file.text();
      if (id !== newest) return;
      show(readStoredRows(text));
      const alone = others === 0 ? "" : `, the first of ${others + 1} files: one is shown at a time`;
      messages.show("rows", `${file.name} is shown${alone}.`, "info");
    } catch (error) {
      if (id !== newest) return;
      const reason = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
      messages.show("rows", `${file.name} is not shown: ${reason}.`, "error");
    }
  };

  const onFiles: FilesListener = ([file, ...others]) => {
    if (file !== undefined) void load(file, others.length);
  };
  const zone = dropZone(onFiles);
  listenForDrops(root, zone, onFiles);
  root.append(zone, shown);
}
