/** @file What an export may replace: missing and regular files, also through links, and nothing of the sweep itself. */
import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OutOfDomain } from "../../../theory/errors.ts";
import { StoreError } from "../../../sim/sweep/errors.ts";
import { exportRows } from "../../../sim/sweep/export.ts";
import { sourceOf, storedMeasurement, valueRow } from "./fixtures/measurements.ts";
import { temporaryFolder } from "./fixtures/sweeps.ts";

const source = sourceOf([storedMeasurement(0, [valueRow(1)])], 1);
const exported = "k,value,label,settled\n0,1.0,,\n";

test("a pipe, a device, a link to one, a link that leads nowhere: refused in one line, and still there", async (context) => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  try {
    execFileSync("mkfifo", [at("pipe")], { stdio: "pipe" });
    // A device like /dev/full: character device 1, 7.
    execFileSync("mknod", [at("device"), "c", "1", "7"], { stdio: "pipe" });
  } catch {
    context.skip("cannot make devices here");
  }
  symlinkSync("device", at("link"));
  symlinkSync("nothing", at("nowhere"));
  const kinds = {
    pipe: "a pipe",
    device: "a device",
    link: "a device",
    nowhere: "a link that leads nowhere",
  };
  for (const [name, kind] of Object.entries(kinds)) {
    const error: unknown = await exportRows(source, { format: "csv", file: at(name) }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(StoreError);
    expect((error as Error).message).toBe(`cannot write ${at(name)}: it is ${kind}`);
  }
  expect(readdirSync(folder).sort()).toEqual(["device", "link", "nowhere", "pipe"]);
  expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
  expect(lstatSync(at("device")).isCharacterDevice()).toBe(true);
  expect(lstatSync(at("link")).isSymbolicLink()).toBe(true);
});

test("a link to a file stays a link: the file is replaced", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "place"));
  writeFileSync(join(folder, "place", "rows.csv"), "older");
  symlinkSync(join("place", "rows.csv"), join(folder, "link.csv"));
  await exportRows(source, { format: "csv", file: join(folder, "link.csv") });
  expect(lstatSync(join(folder, "link.csv")).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, "place", "rows.csv"), "utf8")).toBe(exported);
  expect(readdirSync(join(folder, "place"))).toEqual(["rows.csv"]);
});

test("what belongs to the sweep is not replaced, by whatever path; a file beside it is", async () => {
  const folder = temporaryFolder();
  const sweep = join(folder, "sweep");
  const inside = ["rows", "failures", "leases", "slurm"].map((name) => join(sweep, name));
  mkdirSync(sweep);
  for (const place of inside) {
    mkdirSync(place);
    writeFileSync(join(place, "a.jsonl"), "kept");
  }
  mkdirSync(join(sweep, "slurm", "1"));
  const file = join(folder, "sweep.ts");
  writeFileSync(file, "kept");
  symlinkSync(sweep, join(folder, "other"));
  symlinkSync(join(sweep, "rows", "a.jsonl"), join(folder, "link.csv"));
  symlinkSync("sweep.ts", join(folder, "file.csv"));
  const kept = sourceOf([storedMeasurement(0, [valueRow(1)])], 1, sweep);
  const targets = [
    ...inside.map((place) => join(place, "a.jsonl")),
    join(sweep, "rows", "new.csv"),
    join(sweep, "slurm", "1", "new.csv"),
    join(folder, "other", "rows", "a.jsonl"),
    ...["link.csv", "sweep.ts", "file.csv"].map((name) => join(folder, name)),
  ];
  for (const target of targets) {
    const failing = exportRows(kept, {
      format: "csv",
      file: target,
      keep: [file, join(folder, "missing")],
    });
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OutOfDomain);
    expect((error as Error).message).toMatch(/^cannot write [^\n]+ not to be replaced$/);
    expect((error as Error).message).toContain(target);
  }
  for (const place of inside) expect(readFileSync(join(place, "a.jsonl"), "utf8")).toBe("kept");
  expect(readFileSync(file, "utf8")).toBe("kept");
  expect(readdirSync(join(sweep, "rows"))).toEqual(["a.jsonl"]);
  await exportRows(kept, { format: "csv", file: join(sweep, "rows.csv"), keep: [file] });
  expect(readFileSync(join(sweep, "rows.csv"), "utf8")).toBe(exported);
});
