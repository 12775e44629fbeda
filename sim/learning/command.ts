/** @file What the workers of a learning network are told to do; each of them does its part of every command. */
import { prepareFeedback } from "./batch.ts";
import type { Lane } from "./lane.ts";
import type { UpdateWords } from "./relax.ts";
import { answerSamples, sweepsOfStep, trainStep } from "./steering.ts";

/** Trains on consecutive batches of the shuffled training samples. */
export interface TrainCommand {
  readonly kind: "train";
  readonly set: string;
  /** Batches firstBatch..lastBatch−1 of the epoch. */
  readonly firstBatch: number;
  readonly lastBatch: number;
  readonly rateFactor: number;
  /** Random words of partial updates in this epoch. */
  readonly key: UpdateWords["key"];
}

/** Inference on consecutive samples. */
export interface AnswerCommand {
  readonly kind: "answer";
  readonly set: string;
  readonly first: number;
  readonly count: number;
  readonly key: UpdateWords["key"];
}

/** The fields of the feedback follow new weights. */
export interface FeedbackCommand {
  readonly kind: "feedback";
}

export type LaneCommand = TrainCommand | AnswerCommand | FeedbackCommand;

/** Batches of an epoch; the last one may be smaller. */
export const batchesOf = (samples: number, batchSize: number): number => Math.ceil(samples / batchSize);

/** Does the part of one worker. */
export function runCommand(lane: Lane, command: LaneCommand): void {
  const { rule, layout } = lane.plan;
  switch (command.kind) {
    case "train":
      for (let batch = command.firstBatch; batch < command.lastBatch; batch++) {
        const set = layout.sets[command.set]!;
        const first = batch * rule.batchSize;
        const samples = Math.min(rule.batchSize, set.count - first);
        const words = { key: command.key, first: batch * sweepsOfStep(rule) };
        const source = { set, first, samples, shuffled: true };
        trainStep(lane, { source, rateFactor: command.rateFactor, words });
      }
      return;
    case "answer":
      answerSamples(lane, { ...command, set: layout.sets[command.set]! }, command.key);
      return;
    case "feedback":
      prepareFeedback(lane);
      return;
    default:
      command satisfies never;
  }
}
