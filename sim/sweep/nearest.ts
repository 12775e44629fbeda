/** @file The known word that a misspelt one was probably meant to be. */

/** Share of the letters that may be wrong for a suggestion to be of use. */
const wrongShare = 0.4;

/** Number of letters to insert, remove, replace or swap with their neighbour to get from one word to the other. */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1] + Number(from[i - 1] !== to[j - 1]);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1, swapped ? before[j - 2] + 1 : Infinity));
    }
    before = row;
    row = next;
  }
  return row[to.length];
}

/** Longer words are no slips of the keyboard. */
const longestWord = 80;

/**
 * The known word nearest to another one, upper and lower case alike.
 * @param word as it was written
 * @param known the words that there are
 * @returns undefined when none is near
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > longestWord) return undefined;
  const distances = known.map((name) => ({
    name,
    distance: editDistance(word.toLowerCase(), name.toLowerCase()),
    most: Math.max(1, Math.floor(wrongShare * Math.min(word.length, name.length))),
  }));
  return distances.filter(({ distance, most }) => distance <= most).sort((a, b) => a.distance - b.distance)[0]
    ?.name;
}

/**
 * What to write after a name that is not known: `; did you mean n?`, or the names that there are.
 * @param word as it was written
 * @param known the words that there are
 */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? `; known: ${known.join(", ")}` : `; did you mean ${near}?`;
}
