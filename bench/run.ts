/**
 * @file `npm run bench [NAME…]`: all benchmarks, or those named. Each states its figures as ratios against a reference
 * that is timed in the same run, or against a target in absolute time where there is none.
 */
import { runBeliefBench } from "./belief.ts";
import { runDynamicsBench } from "./dynamics.ts";
import { runEnumerateBench } from "./enumerate.ts";
import { runLearningBench } from "./learning.ts";
import { runSweepBench } from "./sweep.ts";
import { runSweepRowsBench } from "./sweep-rows.ts";
import { runTheoryBench } from "./theory.ts";

const benches = {
  theory: runTheoryBench,
  dynamics: runDynamicsBench,
  enumerate: runEnumerateBench,
  belief: runBeliefBench,
  learning: () => runLearningBench(),
  sweep: runSweepBench,
  "sweep-rows": runSweepRowsBench,
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in benches));
if (unknown !== undefined) {
  console.error(`no benchmark ${unknown}; there are ${Object.keys(benches).join(", ")}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  for (const line of await run()) console.log(`  ${line}`);
}
