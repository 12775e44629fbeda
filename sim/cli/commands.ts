/** @file The commands but for those on sweeps, in the order of the help. */
import type { CommandDefinition } from "./command.ts";
import { activityCommand } from "./activity.ts";
import { dynamicsCommand } from "./dynamics.ts";
import { entropyCommand } from "./entropy.ts";
import { enumerateCommand } from "./enumerate.ts";
import { figureCommand } from "./figure.ts";
import { focusingCommand } from "./focusing.ts";
import { franzParisiCommand } from "./franz-parisi.ts";
import { heteroCommand } from "./hetero.ts";
import { learnCommand } from "./learn.ts";
import { localEntropyCommand } from "./local-entropy.ts";
import { reproduceCommand } from "./reproduce.ts";
import { thresholdsCommand } from "./thresholds.ts";

/** Definitions of the commands. */
export const commands: readonly CommandDefinition[] = [
  entropyCommand,
  localEntropyCommand,
  franzParisiCommand,
  thresholdsCommand,
  enumerateCommand,
  dynamicsCommand,
  activityCommand,
  focusingCommand,
  learnCommand,
  heteroCommand,
  reproduceCommand,
  figureCommand,
];
