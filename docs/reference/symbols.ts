/**
 * @file Shows symbols of running text as they are written by hand: J_D, h_i, e^{−x} with sub- and superscripts. Docstrings
 * are read as plain text too, so that only what stands alone on a line is TeX.
 */

/** The parts of markdown-it that are used here. */
interface Token {
  readonly content: string;
}
interface MarkdownIt {
  readonly utils: { escapeHtml(text: string): string };
  readonly renderer: {
    readonly rules: Record<string, ((tokens: readonly Token[], index: number) => string) | undefined>;
  };
}

/** A single letter, with a hat or a star where it has one, that is no part of a word. */
const letter = "(?<![\\p{L}\\p{N}_])(\\p{L}\\p{M}?\\*?)";

/** Up to four letters or digits, or anything in braces; the end of a word, so that MAX_NEURONS stays as it is. */
const script = "(?:\\{([^{}]+)\\}|(\\p{L}{1,4}\\*?|\\p{N}{1,3})(?![\\p{L}\\p{N}_]))";

const subscript = new RegExp(`${letter}_${script}`, "gu");
const superscript = /(?<=[\p{L}\p{N})\]𝒜])\^(?:\{([^{}]+)\}|(\p{N}{1,2}|\p{L})(?![\p{L}\p{N}_]))/gu;

/**
 * Markup of symbols in text that is already escaped.
 * @param text as HTML
 * @returns HTML in which J_D is `<var>J<sub>D</sub></var>`
 */
export function symbolsAsHtml(text: string): string {
  return text
    .replace(
      subscript,
      (_, base: string, braced?: string, bare?: string) => `<var>${base}<sub>${braced ?? bare}</sub></var>`,
    )
    .replace(superscript, (_, braced?: string, bare?: string) => `<sup>${braced ?? bare}</sup>`);
}

/** markdown-it plugin: symbols in running text and in inline code get their scripts; blocks of code stay as they are. */
export function showSymbols(parser: MarkdownIt): void {
  const { rules } = parser.renderer;
  const html = (tokens: readonly Token[], index: number): string =>
    symbolsAsHtml(parser.utils.escapeHtml(tokens[index]!.content));
  rules["text"] = html;
  rules["code_inline"] = (tokens, index) => `<code>${html(tokens, index)}</code>`;
}
