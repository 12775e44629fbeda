/**
 * @file Leases: which process works on which task, so that processes on one folder share a sweep instead of doubling
 * it, on machines that have nothing in common but the files. `leases/OWNER.owner` is the heartbeat of a process,
 * `leases/KEY.GENERATION` its claim of a task. A claim of a dead owner is not removed but outbid by one of the next
 * generation, which exclusive creation gives to one process only. To lose a lease never makes a result wrong: at worst
 * a task runs twice.
 */
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { requireInside } from "../../theory/errors.ts";
import { errorCode } from "../file-system.ts";
import { atEnding } from "./ending.ts";
import { StoreError, attempt } from "./errors.ts";
import { makeFolder } from "./folder.ts";
import type { Listing } from "./lease-files.ts";
import {
  changeTime,
  claimFile,
  createFile,
  forgottenAfter,
  leasesFolder,
  listLeases,
  mostGenerations,
  overwriteFile,
  ownerFile,
  ownerIn,
  readText,
  removeFile,
} from "./lease-files.ts";
import { Watch } from "./liveness.ts";
import type { ProcessIdentity } from "./owner.ts";
import { heartbeatText, thisProcess } from "./owner.ts";

/** Timing of the leases, by which processes on one folder share its tasks. */
export interface LeaseOptions {
  /** Seconds between two heartbeats, above 0, at most a day; default 5. */
  readonly heartbeat?: number;
  /** Seconds without a heartbeat after which an owner is dead, at least 3 heartbeats; default 30. */
  readonly expiry?: number;
  /** Monotonic clock in seconds; default that of the process. */
  readonly now?: () => number;
}

/** The leases of one owner; see {@link openLeases}. */
export interface Leases {
  /**
   * Reserves tasks, all that nobody living has. A task may have been finished before by its last owner: look for its
   * result after the claim.
   * @param keys keys of the tasks, as `taskKey` makes them
   * @returns those of them that are now reserved for this owner, or were already
   * @throws StoreError when the folder cannot be read or written; nothing more is then reserved than before
   */
  claim(keys: readonly string[]): ReadonlySet<string>;
  /**
   * Gives tasks back, and removes what dead owners left of them; keys that this owner does not hold are left alone.
   * Never throws: a claim that cannot be removed is found dead when this process has ended.
   */
  release(keys: Iterable<string>): void;
  /**
   * Keys of the tasks that living other owners hold.
   * @throws StoreError when the folder cannot be read
   */
  heldByOthers(): ReadonlySet<string>;
  /** True while another living owner was in the folder when we last looked: then rows of others may appear. */
  hasCompany(): boolean;
  /**
   * Releases everything, removes the owner file, and what others left that certainly no longer matters; may be called
   * again without effect. Never throws.
   * @param isDone whether the result of a task is stored, so that a claim of it can win nothing; default of none
   */
  close(isDone?: (key: string) => boolean): void;
}

interface Held {
  readonly generation: number;
  /** Names of the claims that this one has outbid. */
  readonly outbid: readonly string[];
}

/** Fewer missed heartbeats may be those of a busy machine. */
const leastBeats = 3;

/** A day in seconds; the timers of Node cannot wait for more than 24. */
const longestHeartbeat = 86_400;

/**
 * Takes part in a sweep: makes its folder of leases and starts the heartbeat, which keeps no process from ending. The
 * leases are closed when the process exits, and on SIGINT and SIGTERM unless the program handles these itself.
 * @param folder folder of the sweep
 * @param owner id of its own for each opening, see `newOwnerId`
 * @param options see {@link LeaseOptions}
 * @throws OutOfDomain when an option is outside its domain
 * @throws StoreError when the files cannot be made
 * @source protocol of this project, see the file's head
 */
export function openLeases(folder: string, owner: string, options: LeaseOptions = {}): Leases {
  const { heartbeat = 5, expiry = 30, now = () => performance.now() / 1000 } = options;
  requireInside("heartbeat", heartbeat, { min: 0, openMin: true, max: longestHeartbeat });
  requireInside("expiry", expiry, { min: leastBeats * heartbeat, max: Infinity, openMax: true });
  return new FolderLeases(leasesFolder(folder), owner, { heartbeat, expiry, now });
}

class FolderLeases implements Leases {
  readonly #folder: string;
  readonly #owner: string;
  readonly #identity: ProcessIdentity = thisProcess();
  readonly #watch: Watch;
  readonly #timer: NodeJS.Timeout;
  readonly #cancelEnding: () => void;
  readonly #held = new Map<string, Held>();
  /** Owners of claims by file name, as read since the last heartbeat. */
  readonly #owners = new Map<string, string>();
  /** The last claim that was made, if it is still there. */
  #lastClaim: string | undefined;
  #beats = 0;
  #company = false;
  #closed = false;

  constructor(folder: string, owner: string, options: Required<LeaseOptions>) {
    this.#folder = folder;
    this.#owner = owner;
    this.#watch = new Watch(folder, { ...options, observer: this.#identity });
    makeFolder(folder);
    attempt("write", this.#path(ownerFile(owner)), () => this.#beat());
    this.#look(true);
    this.#timer = setInterval(() => this.#tick(), options.heartbeat * 1000).unref();
    this.#cancelEnding = atEnding(() => this.close());
  }

  claim(keys: readonly string[]): ReadonlySet<string> {
    this.#requireOpen();
    const before = this.#look();
    const mine = new Set<string>();
    const created = new Map<string, number>();
    try {
      for (const key of new Set(keys)) {
        if (this.#held.has(key)) {
          if (this.#stillHolds(key, before)) mine.add(key);
          continue;
        }
        const generations = before.claims.get(key) ?? [];
        if (generations.some((generation) => this.#isBusy(claimFile(key, generation)))) continue;
        const generation = (generations.at(-1) ?? -1) + 1;
        if (generation > mostGenerations) throw this.#tooHigh(claimFile(key, generation - 1));
        if (this.#create(claimFile(key, generation))) created.set(key, generation);
      }
      if (created.size > 0) this.#confirm(created, mine);
    } catch (error) {
      for (const [key, generation] of created) this.#giveBack(key, generation);
      throw error;
    }
    return mine;
  }

  release(keys: Iterable<string>): void {
    for (const key of keys) {
      const held = this.#held.get(key);
      if (held === undefined) continue;
      this.#held.delete(key);
      // From below: as long as ours is there nobody can bid anew.
      for (const name of held.outbid) this.#removeDead(name);
      this.#giveBack(key, held.generation);
    }
  }

  heldByOthers(): ReadonlySet<string> {
    this.#requireOpen();
    const others = new Set<string>();
    for (const [key, generations] of this.#look().claims) {
      if (this.#held.has(key)) continue;
      if (generations.some((generation) => this.#seemsBusy(claimFile(key, generation)))) others.add(key);
    }
    return others;
  }

  hasCompany(): boolean {
    return this.#company;
  }

  close(isDone: (key: string) => boolean = () => false): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#cancelEnding();
    this.release([...this.#held.keys()]);
    const lastBeat = changeTime(this.#path(ownerFile(this.#owner)));
    // Before we look: of several that end together the last one is then alone, and tidies up.
    this.#remove(ownerFile(this.#owner));
    try {
      const listing = this.#look(true);
      if (this.#company) this.#removeOver(listing, lastBeat, isDone);
      else this.#removeAllDead(listing);
    } catch {
      // The folder is gone, or cannot be read: then somebody else has to tidy up.
    }
  }

  /**
   * Of the claims just created keeps those that nobody contests. Of two processes whose claims of a task live side by
   * side, each created its own before it looked, so that the second to look sees the other's and gives way.
   */
  #confirm(created: ReadonlyMap<string, number>, mine: Set<string>): void {
    const { claims } = this.#look();
    for (const [key, generation] of created) {
      const generations = claims.get(key) ?? [];
      const outbid = generations.filter((other) => other < generation).map((other) => claimFile(key, other));
      if (generations.at(-1) === generation && !outbid.some((name) => this.#isBusy(name))) {
        this.#held.set(key, { generation, outbid });
        mine.add(key);
      } else {
        this.#giveBack(key, generation);
      }
    }
  }

  /** False when others took us for dead (we were suspended) and the task over: then we give way. */
  #stillHolds(key: string, { claims }: Listing): boolean {
    const generation = claims.get(key)?.at(-1);
    if (generation !== undefined && generation === this.#held.get(key)?.generation) {
      if (this.#isOurs(claimFile(key, generation))) return true;
    }
    this.release([key]);
    return false;
  }

  /** Whether a claim belongs to another owner that may live; its content is read anew. */
  #isBusy(name: string): boolean {
    const text = readText(this.#path(name));
    if (text === undefined) return false;
    const owner = ownerIn(text);
    // Its writer is about to write its name, or was killed before it did: known by the claim alone.
    if (owner === undefined) return this.#watch.isLiving(name);
    this.#owners.set(name, owner);
    return owner !== this.#owner && this.#watch.isLiving(ownerFile(owner));
  }

  /** As {@link FolderLeases.#isBusy}, without reading again what was read since the last heartbeat. */
  #seemsBusy(name: string): boolean {
    const owner = this.#owners.get(name);
    return owner !== undefined && owner !== this.#owner && this.#watch.isLiving(ownerFile(owner))
      ? true
      : this.#isBusy(name);
  }

  /** Creates a claim; false when another process was faster. */
  #create(name: string): boolean {
    const path = this.#path(name);
    return attempt("write", path, () => {
      try {
        createFile(path, `${this.#owner}\n`, this.#lastClaim);
        this.#lastClaim = path;
        return true;
      } catch (error) {
        if (errorCode(error) === "EEXIST") return false;
        throw error;
      }
    });
  }

  /** Lists the folder and notes who lives; sees to it that our own heartbeat is there. */
  #look(always = false): Listing {
    const listing = attempt("read", this.#folder, () => listLeases(this.#folder));
    const others = listing.owners.filter((owner) => owner !== this.#owner);
    if (others.length === listing.owners.length && !this.#closed) this.#beatIfPossible();
    const watched = new Set(others.map(ownerFile));
    for (const name of listing.names) if (this.#watch.knows(name)) watched.add(name);
    this.#watch.observe(watched, always);
    this.#company = others.some((owner) => this.#watch.isLiving(ownerFile(owner)));
    return listing;
  }

  #tick(): void {
    this.#beatIfPossible();
    this.#owners.clear();
    try {
      this.#removeDeadOwners(this.#look(true));
    } catch {
      // The next claim says what is wrong with the folder.
    }
  }

  #beatIfPossible(): void {
    try {
      this.#beat();
    } catch {
      // If this goes on we are taken for dead, and tasks of ours run twice.
    }
  }

  /** When others took us for dead and removed the owner file, this makes it again. */
  #beat(): void {
    overwriteFile(this.#path(ownerFile(this.#owner)), heartbeatText(this.#identity, this.#beats++));
  }

  /** Removes the files of dead owners whose claims are gone or outbid. */
  #removeDeadOwners({ owners, claims }: Listing): void {
    const dead = owners.filter((owner) => owner !== this.#owner && !this.#watch.isLiving(ownerFile(owner)));
    if (dead.length === 0) return;
    const inUse = new Set<string | undefined>();
    for (const [key, generations] of claims) {
      const text = readText(this.#path(claimFile(key, generations.at(-1)!)));
      if (text !== undefined) inUse.add(ownerIn(text));
    }
    for (const owner of dead) if (!inUse.has(owner)) this.#remove(ownerFile(owner));
  }

  /** Removes everything that dead owners left; only where nobody living could bid for it meanwhile. */
  #removeAllDead({ owners, claims }: Listing): void {
    for (const [key, generations] of claims)
      for (const generation of generations) this.#removeDead(claimFile(key, generation));
    for (const owner of owners) if (!this.#watch.isLiving(ownerFile(owner))) this.#remove(ownerFile(owner));
  }

  /**
   * Removes what is over whether or not its owner lives: claims of done tasks, and the files of owners without claims
   * that have not beaten for long before our last beat: times of one file system are compared, and no clocks. An owner
   * that lives after all (it was suspended, say) writes its file again before it claims anything.
   */
  #removeOver({ owners, claims }: Listing, lastBeat: number, isDone: (key: string) => boolean): void {
    const inUse = new Set<string | undefined>();
    for (const [key, generations] of claims) {
      for (const name of generations.map((generation) => claimFile(key, generation))) {
        if (isDone(key)) this.#remove(name);
        else inUse.add(ownerIn(readText(this.#path(name)) ?? ""));
      }
    }
    for (const owner of owners) {
      const isForgotten = changeTime(this.#path(ownerFile(owner))) < lastBeat - forgottenAfter;
      if (isForgotten && !inUse.has(owner)) this.#remove(ownerFile(owner));
    }
  }

  #removeDead(name: string): void {
    if (!this.#isBusy(name)) this.#remove(name);
  }

  /** Removes a claim of ours, unless others took us for dead and the name has a new owner. */
  #giveBack(key: string, generation: number): void {
    const name = claimFile(key, generation);
    if (this.#isOurs(name)) this.#remove(name);
  }

  #isOurs(name: string): boolean {
    return ownerIn(readText(this.#path(name)) ?? "") === this.#owner;
  }

  #remove(name: string): void {
    removeFile(this.#path(name));
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #tooHigh(name: string): StoreError {
    return new StoreError(
      `cannot claim tasks in ${this.#folder}: no run has made the claim ${name}; delete it`,
    );
  }

  #requireOpen(): void {
    if (this.#closed) throw new StoreError(`cannot claim tasks in ${this.#folder}: the leases are closed`);
  }
}
