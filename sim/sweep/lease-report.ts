/** @file What the leases of a sweep say at one look, for a report: nothing is claimed, waited for or changed. */
import { join } from "node:path";
import { errorCode } from "../file-system.ts";
import { storeError } from "./errors.ts";
import type { Listing } from "./lease-files.ts";
import {
  changeTime,
  claimFile,
  forgottenAfter,
  leasesFolder,
  listLeases,
  ownerFile,
  ownerIn,
  readText,
} from "./lease-files.ts";
import { hasEnded, identityIn, thisProcess } from "./owner.ts";

/**
 * What others hold at this moment, for a report. Nothing is waited for, so that an owner on another machine counts even
 * if it died a moment ago, but not when its last heartbeat is an hour old by the time of its file; one on this machine
 * counts only while its process lives.
 * @param folder folder of the sweep; one that does not exist has no leases
 * @returns the number of owners, and the keys of the tasks that they have claimed
 * @throws StoreError when the folder is there but cannot be read
 * @source protocol of this project, see leases.ts
 */
export function readLeases(folder: string): { owners: number; claimed: ReadonlySet<string> } {
  const path = leasesFolder(folder);
  let listing: Listing;
  try {
    listing = listLeases(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { owners: 0, claimed: new Set() };
    throw storeError("read", path, error);
  }
  const observer = thisProcess();
  const isRecent = (name: string): boolean =>
    changeTime(join(path, name)) > Date.now() / 1000 - forgottenAfter;
  const isLiving = (owner: string): boolean => {
    if (!isRecent(ownerFile(owner))) return false;
    const identity = identityIn(readText(join(path, ownerFile(owner))) ?? "");
    return identity === undefined || !hasEnded(identity, observer);
  };
  const living = new Set(listing.owners.filter(isLiving));
  const isClaimed = ([key, generations]: readonly [string, readonly number[]]): boolean =>
    generations.some((generation) => {
      const name = claimFile(key, generation);
      const owner = ownerIn(readText(join(path, name)) ?? "");
      return owner === undefined ? isRecent(name) : living.has(owner);
    });
  const claimed = new Set([...listing.claims].filter(isClaimed).map(([key]) => key));
  return { owners: living.size, claimed };
}
