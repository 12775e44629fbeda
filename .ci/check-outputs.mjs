// Checks that a report of `reproduce` is complete and that its numbers are sane: node .ci/check-outputs.mjs FOLDER
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const problems = [];
const check = (holds, what) => holds || problems.push(what);
const read = (name) => readFileSync(join(folder, name), "utf8");
const tablesOf = (name) => JSON.parse(read(`${name}.json`)).tables;

const figures = [
  ...["entropy", "local-entropy", "phase-diagram", "typical", "complexity", "accessibility"],
  ...["focusing", "focusing-entropy", "surroundings", "reach"],
  ...["symmetry", "layers", "gap-sides", "activity"],
  ...[
    "learning-size",
    "learning-coupling",
    "learning-ablations",
    "learning-batch",
    "representations",
    "equilibration",
    "shift",
  ],
  "hetero",
];
for (const name of figures) {
  for (const ending of [".html", ".json", ".csv", ".svg", ".png", ".pdf", "-column.svg", "-column.pdf"]) {
    const path = join(folder, `${name}${ending}`);
    // A table may be a few rows.
    const least = ending === ".csv" ? 100 : 500;
    check(existsSync(path) && statSync(path).size > least, `${name}${ending} is missing or too small`);
  }
}
const index = read("index.html");
check(index.includes("plotly.min.js"), "index.html does not load Plotly");
check(index.includes('href="../../dist/api/index.html"'), "index.html does not link the API reference");
for (const name of figures) {
  const { findings = [] } = JSON.parse(read(`${name}.json`));
  check(findings.length > 0, `${name} has no findings`);
  check(index.includes(`atlas figure ${name} --preset`), `the report does not say how to remake ${name}`);
}
// Exact statements of theory: whatever the seed, these must agree.
for (const name of ["entropy", "local-entropy", "phase-diagram"]) {
  const { findings } = JSON.parse(read(`${name}.json`));
  const differing = findings.filter(({ verdict }) => verdict === "differs");
  check(differing.length === 0, `${name}: ${differing.map(({ claim }) => claim).join("; ")}`);
}
check(
  !/NaN|undefined/.test(figures.map((name) => read(`${name}.csv`)).join("")),
  "a CSV holds NaN or undefined",
);

const rowsOf = (name, column) =>
  tablesOf(name).find(({ columns }) => columns.includes(column))?.rows ??
  problems.push(`no ${column} in ${name}`);

for (const row of rowsOf("entropy", "annealed")) {
  check(
    Math.abs(row.annealed - row.rsEntropy) < 1e-10,
    `RS entropy differs from the closed form at ${row.selfCoupling}`,
  );
}
for (const row of rowsOf("entropy", "expectedCount")) {
  check(
    row.zScore === null || Math.abs(row.zScore) < 5,
    `enumeration is off at N = ${row.n}, J_D = ${row.selfCoupling}`,
  );
}
const thresholds = JSON.parse(read("thresholds.json")).rows;
const gap = thresholds.find(({ threshold }) => /gap/i.test(threshold));
check(gap?.selfCoupling > 0.05 && gap.selfCoupling < 0.07, `J_gap is ${gap?.selfCoupling}`);
const access = rowsOf("accessibility", "low").find(({ n, budget }) => n === 200 && budget === 2000);
check(Math.abs(access?.selfCoupling - 0.37) < 0.04, `J_a(200) is ${access?.selfCoupling}`);

for (const row of rowsOf("focusing", "betheEntropy")) {
  const annealed = rowsOf("entropy", "annealed").findLast(
    ({ selfCoupling }) => selfCoupling <= row.selfCoupling,
  );
  check(
    row.betheEntropy > annealed.annealed - 0.02,
    `Bethe entropy is off at N = ${row.n}, J_D = ${row.selfCoupling}`,
  );
  check(
    row.selfCoupling < 0.25 || row.solved >= 0.9 * row.samples,
    `focusing fails at J_D = ${row.selfCoupling}`,
  );
}
for (const row of rowsOf("focusing-entropy", "centredEntropy")) {
  const off = row.status === "ok" ? Math.abs(row.localEntropy - row.centredEntropy) : 0;
  check(off < 0.1, `local entropy is off theory by ${off} at J_D = ${row.selfCoupling}, y = ${row.replicas}`);
}

const closing = rowsOf("symmetry", "gapClosing").filter((row) => row.gapClosing !== null);
check(closing.length >= 8, `J_gap is known at ${closing.length} symmetries`);
for (const { symmetry, gapClosing, gapError } of closing) {
  const sane = symmetry === 0 ? Math.abs(gapClosing - 0.06009920188) < 1e-8 : Math.abs(gapClosing) < 0.5;
  check(sane && gapError < 1e-6, `J_gap is ${gapClosing} at symmetry ${symmetry}`);
}
check(rowsOf("layers", "gapClosing").length >= 8, "J_gap of layers is known at too few places");
for (const name of ["symmetry", "layers"]) {
  for (const row of rowsOf(name, "expectedCount")) {
    check(
      row.zScore === null || Math.abs(row.zScore) < 5,
      `${name}: enumeration is off at J_D = ${row.selfCoupling}`,
    );
  }
}

const accuracies = rowsOf("learning-size", "testAccuracyError");
const accuracyOf = (method, hidden) =>
  accuracies.find((row) => row.method === method && row.hidden === hidden)?.testAccuracy;
for (const hidden of [100, 200, 400]) {
  for (const baseline of ["random-features", "reservoir"]) {
    const lead = accuracyOf("rule", hidden) - accuracyOf(baseline, hidden);
    check(lead > 0, `the rule is ahead of ${baseline} by ${lead} at H = ${hidden}`);
  }
}
for (const batchSize of [16, 64, 256, 1024]) {
  const [row] = rowsOf("learning-batch", "fromSmallestBatch").filter((each) => each.batchSize === batchSize);
  check(row?.testAccuracy > 0.2, `batches of ${batchSize} end at an accuracy of ${row?.testAccuracy}`);
}
const slopes = rowsOf("hetero", "slope");
const slopeAt = (depth) => slopes.find(({ layers }) => layers === depth)?.slope;
check(slopeAt(7) > slopeAt(2), `slopes of hetero-association are ${slopeAt(2)} and ${slopeAt(7)}`);

for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? `${folder}: complete and sane` : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
