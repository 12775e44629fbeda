/** @file Widths of texts without a browser, for what has to be placed before it is drawn. */

/** Advance widths of Arial and its metric twins, in thousandths of the font size, by kinds of characters. */
const widths: readonly (readonly [characters: string, width: number])[] = [
  ["ijlI.,:;'|![]()/ tf·", 280],
  ['-r−*°"', 400],
  ["mwMW%@—", 880],
  ["ABCDEFGHJKLNOPQRSTUVXYZΣΦ&+=<>±×→∞", 680],
];

/** Digits and most small letters. */
const usualWidth = 556;

/** Subscripts and superscripts are drawn at this fraction of the size around them. */
const scriptSize = 0.7;

const widthOf = (character: string): number =>
  widths.find(([characters]) => characters.includes(character))?.[1] ?? usualWidth;

/**
 * Width of the longest line of a text with the markup of figures, to about a tenth.
 * @param text may use <i>, <b>, <sub>, <sup>, <br>
 * @param size of the font, in CSS pixels
 * @returns CSS pixels
 */
export function textWidth(text: string, size: number): number {
  const lines = text.split("<br>").map((line) => {
    let script = 1;
    let width = 0;
    for (const part of line.split(/(<[^<>]*>)/)) {
      if (/^<su[bp]>$/.test(part)) script = scriptSize;
      else if (/^<\/su[bp]>$/.test(part)) script = 1;
      else if (!/^<\/?[a-z]+>$/.test(part))
        width += [...part].reduce((sum, character) => sum + script * widthOf(character), 0);
    }
    return width;
  });
  return (Math.max(...lines) / 1000) * size;
}
