/**
 * @file Which files of a folder are kept alive by their writers. A file is dead when its text has not changed for a
 * while of our own monotonic clock: clocks and pids of other machines say nothing.
 */
import { join } from "node:path";
import { readText } from "./lease-files.ts";
import type { ProcessIdentity } from "./owner.ts";
import { hasEnded, identityIn } from "./owner.ts";

/** How a {@link Watch} judges; all times in seconds. */
export interface WatchOptions {
  /** Time between two changes of a living file. */
  readonly heartbeat: number;
  /** Time without change after which a file is dead. */
  readonly expiry: number;
  /** Monotonic clock of this process. */
  readonly now: () => number;
  readonly observer: ProcessIdentity;
}

interface Subject {
  text: string;
  /** Observed time since the last change in seconds. */
  age: number;
  /** Whether it names a process of this machine that has ended. */
  ended: boolean;
}

/**
 * Time credited between two observations, in heartbeats. We may have been suspended together with the writers, or the
 * clock may have jumped: what we did not see for longer than this does not count.
 */
const mostCredit = 2;

/** Files read again sooner than this, in heartbeats, would tell little new. */
const leastPause = 0.5;

/**
 * Watches files of one folder.
 * @source liveness by observed change, as the leases of this project define it
 */
export class Watch {
  readonly #folder: string;
  readonly #options: WatchOptions;
  readonly #subjects = new Map<string, Subject>();
  #last: number | undefined;

  /**
   * @param folder the folder of the files
   * @param options see {@link WatchOptions}
   */
  constructor(folder: string, options: WatchOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /**
   * Reads files again, unless that was done a moment ago; those not named are forgotten.
   * @param names file names to watch, with those judged by {@link Watch.isLiving} before that still exist
   * @param always true reads however short ago the last time was
   */
  observe(names: ReadonlySet<string>, always: boolean): void {
    for (const name of this.#subjects.keys()) if (!names.has(name)) this.#subjects.delete(name);
    const now = this.#options.now();
    const { heartbeat } = this.#options;
    const pause = Math.max(now - (this.#last ?? now), 0);
    const due = always || this.#last === undefined || pause >= leastPause * heartbeat;
    for (const name of names) {
      const subject = this.#subjects.get(name);
      if (subject === undefined) this.#begin(name);
      else if (due) this.#look(name, subject, Math.min(pause, mostCredit * heartbeat));
    }
    if (due) this.#last = now;
  }

  /** Whether a file was judged or observed before and has not been forgotten. */
  knows(name: string): boolean {
    return this.#subjects.has(name);
  }

  /**
   * Whether a file exists and its writer may live. One that is new to us does, unless it names a process of this
   * machine that has ended.
   * @param name its file name
   */
  isLiving(name: string): boolean {
    const subject = this.#subjects.get(name) ?? this.#begin(name);
    return subject !== undefined && !subject.ended && subject.age < this.#options.expiry;
  }

  #begin(name: string): Subject | undefined {
    const text = this.#read(name);
    if (text === undefined) return undefined;
    const subject = { text, age: 0, ended: this.#hasEnded(text) };
    this.#subjects.set(name, subject);
    return subject;
  }

  #look(name: string, subject: Subject, credit: number): void {
    const text = this.#read(name);
    if (text === undefined) {
      this.#subjects.delete(name);
      return;
    }
    subject.age = text === subject.text ? subject.age + credit : 0;
    subject.text = text;
    subject.ended = this.#hasEnded(text);
  }

  #hasEnded(text: string): boolean {
    const identity = identityIn(text);
    return identity !== undefined && hasEnded(identity, this.#options.observer);
  }

  #read(name: string): string | undefined {
    return readText(join(this.#folder, name));
  }
}
