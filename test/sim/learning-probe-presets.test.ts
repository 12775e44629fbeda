/** @file Presets of the experiments on trained networks: tasks that can be made, and what they are said to cost. */
import { describe, expect, test } from "vitest";
import { equilibrationExperiment } from "../../sim/experiments/equilibration.ts";
import { representationsExperiment } from "../../sim/experiments/representations.ts";
import { shiftExperiment } from "../../sim/experiments/shift.ts";
import {
  paperLearningProbes,
  quickLearningProbes,
  standardLearningProbes,
} from "../../sim/learning-probe-presets.ts";
import type { LearningProbeParameters } from "../../sim/learning-probe-presets.ts";
import { taskKey } from "../../sim/sweep/task.ts";
import type { Task } from "../../sim/sweep/task.ts";

/** Tasks of each experiment with their cost in seconds of one core. */
function tasksOf({ representations, equilibration, shift }: LearningProbeParameters) {
  const priced = (tasks: Task[], cost: (task: Task) => number) => ({
    tasks,
    seconds: tasks.reduce((sum, task) => sum + cost(task), 0),
  });
  return [
    priced(representationsExperiment.tasks(representations, 1), representationsExperiment.cost),
    priced(equilibrationExperiment.tasks(equilibration, 1), equilibrationExperiment.cost),
    priced(shiftExperiment.tasks(shift, 1), shiftExperiment.cost),
  ];
}

describe.each([
  ["quick", quickLearningProbes, 12],
  ["standard", standardLearningProbes, 240],
  ["paper", paperLearningProbes, 3600],
])("preset %s", (_, parameters, most) => {
  test(`tasks of their own keys, none expected to take more than ${most} s in all`, () => {
    const priced = tasksOf(parameters);
    const keys = priced.flatMap(({ tasks }) => tasks.map(taskKey));
    expect(new Set(keys).size).toBe(keys.length);
    for (const { seconds } of priced) {
      expect(seconds).toBeGreaterThan(1);
      expect(seconds).toBeLessThanOrEqual(most);
    }
  });
});
