/**
 * @file Tuples of two, three and four fixed points of one network, every two of them at the same Hamming distance: the
 * cliques of the graph that joins fixed points at that distance.
 */
import { OutOfDomain, requireInteger } from "../../theory/errors.ts";
import type { FixedPoints } from "./enumerate.ts";

/** Largest N: with N grow the fixed points, and the time with their square at least. */
export const largestTupleSize = 22;

/** Most fixed points, of both signs: all pairs take seconds, and the bits of all edges at most half a gigabyte. */
export const mostTupleMembers = 65_536;

/** Ordered tuples at one distance; exact integers. */
export interface TupleCounts {
  /** Number of ordered pairs, ≥ 0. */
  readonly pairs: number;
  /** Number of ordered tuples of three, ≥ 0. */
  readonly triples: number;
  /** Number of ordered tuples of four, ≥ 0. */
  readonly quadruples: number;
}

/** Number of orders of two, three and four members. */
const orders = { pairs: 2, triples: 6, quadruples: 24 };

/** Bits of one entry of an adjacency row. */
const wordBits = 32;

/** Number of bits set. */
function bitCount(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  count = (count + (count >>> 4)) & 0x0f0f0f0f;
  return Math.imul(count, 0x01010101) >>> 24;
}

/** The fixed points with s_N = −1 too. */
function withNegatives({ n, words }: FixedPoints): Uint32Array {
  const mask = 2 ** n - 1;
  const all = new Uint32Array(2 * words.length);
  all.set(words);
  all.set(
    words.map((word) => word ^ mask),
    words.length,
  );
  return all;
}

/** Later states at the given distance from that of index `from`. */
function laterNeighbours(states: Uint32Array, from: number, flips: number, into: Uint32Array): Uint32Array {
  const word = states[from]!;
  let found = 0;
  for (let k = from + 1; k < states.length; k++) {
    if (bitCount(word ^ states[k]!) === flips) into[found++] = states[k]!;
  }
  return into.subarray(0, found);
}

/** Edges and triangles among states, by rows of bits that hold the later neighbours of each. */
function edgesAndTriangles(states: Uint32Array, flips: number): { edges: number; triangles: number } {
  const width = Math.ceil(states.length / wordBits);
  const rows = new Uint32Array(width * states.length);
  let edges = 0;
  let triangles = 0;
  // From the last state back, so that the rows of all later neighbours are complete.
  for (let a = states.length - 1; a >= 0; a--) {
    const row = rows.subarray(a * width, (a + 1) * width);
    for (let b = a + 1; b < states.length; b++) {
      if (bitCount(states[a]! ^ states[b]!) !== flips) continue;
      row[b >>> 5]! |= 1 << (b & 31);
      edges++;
    }
    for (let b = a + 1; b < states.length; b++) {
      if (((row[b >>> 5]! >>> (b & 31)) & 1) === 0) continue;
      for (let k = b >>> 5; k < width; k++) triangles += bitCount(row[k]! & rows[b * width + k]!);
    }
  }
  return { edges, triangles };
}

/**
 * Ordered tuples of distinct fixed points, every two at Hamming distance D: each clique of the graph that joins fixed
 * points at that distance is counted at its first member, in all orders. Every fixed point counts with its negative.
 * @param fixedPoints all fixed points of a network of N ≤ 22 neurons, from `findFixedPoints`; at most 65,536 of them,
 *   negatives included
 * @param flips Hamming distance D, an integer, 1..N
 * @returns numbers of ordered pairs, triples and quadruples; exact integers
 * @throws OutOfDomain for another N or D, or more fixed points
 * @source finite-N counterpart of the first moment of tuples; pairs as in (P6')
 */
export function countTuples(fixedPoints: FixedPoints, flips: number): TupleCounts {
  requireInteger("n", fixedPoints.n, 2, largestTupleSize);
  requireInteger("flips", flips, 1, fixedPoints.n);
  const members = 2 * fixedPoints.words.length;
  if (members > mostTupleMembers)
    throw new OutOfDomain(`fixed points must be at most ${mostTupleMembers} to count tuples, got ${members}`);
  const states = withNegatives(fixedPoints);
  const room = new Uint32Array(states.length);
  let [pairs, triples, quadruples] = [0, 0, 0];
  for (let first = 0; first < states.length; first++) {
    const neighbours = laterNeighbours(states, first, flips, room);
    const { edges, triangles } =
      flips % 2 === 0 ? edgesAndTriangles(neighbours, flips) : { edges: 0, triangles: 0 };
    pairs += neighbours.length;
    triples += edges;
    quadruples += triangles;
  }
  return {
    pairs: orders.pairs * pairs,
    triples: orders.triples * triples,
    quadruples: orders.quadruples * quadruples,
  };
}
