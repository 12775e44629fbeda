/**
 * @file The words by which the docstring lint recognises a unit, a domain and a source. A docstring that says the
 * right thing in other words fails: then either the docstring or a list of this file is changed.
 */

/** Any of these words at its own place: `sample` and `samples`, not `resample`. */
const anyOf = (words: readonly string[], flags = "iu"): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_])(?:${words.join("|")})(?![\\p{L}\\p{N}_])`, flags);

/** What a number counts or is measured in. */
const unit = anyOf([
  ...["dimensionless", "nats?", "bits?", "bytes?", "pixels?", "px", "pt", "mm", "cm", "ms", "seconds?"],
  ...["standard deviations?", "standard errors?", "variances?", "correlations?", "strengths?", "residuals?"],
  ...[
    "fractions?",
    "shares?",
    "probabilit(?:y|ies)",
    "(?:learning )?rates?",
    "factors?",
    "percent",
    "ratios?",
  ],
  ...["numbers? of", "counts?", "ind(?:ex|ices)", "address(?:es)?", "seeds?", "labels?"],
  ...["overlaps?", "distances?", "magnetizations?", "signs?", "logarithms?", "log", "exponents?"],
  ...["neurons?", "spins?", "flips?", "sweeps?", "iterations?", "replicas?", "samples?", "updates?"],
  ...["epochs?", "batch(?:es)?", "class(?:es)?", "layers?", "rows?", "columns?", "nodes?", "states?"],
  ...[
    "evaluations?",
    "patterns?",
    "pairs?",
    "networks?",
    "images?",
    "threads?",
    "workers?",
    "cores?",
    "tasks?",
  ],
  ...["couplings?", "weights?", "dimensions?", "self-couplings?", "entropy", "entropies"],
]);

/** What values are allowed. */
const domain = new RegExp(
  [
    "[≥≤<>∈±]|\\.\\.| in [[({]",
    anyOf(["at least", "at most", "positive", "non-negative", "finite", "integers?", "any", "domain"]).source,
    anyOf(["one of", "from [^ ]+ (?:to|on)", "between", "0 or", "uint32", "strictly"]).source,
  ].join("|"),
  "iu",
);

/** Where it comes from: an equation of this project, or a paper. */
const source = /\bP\d+[a-d]?'?\)|arXiv|PNAS/u;

/** A symbol such as S* as a pattern that matches just that. */
const literal = (symbol: string): string => symbol.replace(/[*+?.^$()|[\]\\{}]/gu, "\\$&");

/** What is defined once for all docstrings. */
export interface Glossary {
  /** Symbols such as J_D, whose unit is written down. */
  readonly symbols: readonly string[];
  /** Names of properties that mean the same everywhere. */
  readonly properties: readonly string[];
}

/** The names in the first column of a table: `low`, `high`. */
const firstColumn = (table: string): string[] =>
  [...table.matchAll(/^\|([^|]*)\|/gmu)].flatMap(([, cell]) => {
    return [...cell!.matchAll(/`([^`]+)`/gu)].map(([, name]) => name!);
  });

/**
 * Reads docs/reference/symbols.md.
 * @param markdown its text: a table of symbols, then a table of properties that begins with `| property`
 */
export function readGlossary(markdown: string): Glossary {
  const [symbols = "", properties = ""] = markdown.split(/^(?=\| property)/mu);
  return { symbols: firstColumn(symbols), properties: firstColumn(properties) };
}

/** Says whether a text names a unit: one of the list, or a symbol whose unit is written down once for all docstrings. */
export function unitFinder({ symbols }: Glossary): (text: string) => boolean {
  const symbol = anyOf(symbols.map(literal), "u");
  return (text) => unit.test(text) || (symbols.length > 0 && symbol.test(text));
}

/** Whether a text says what values are allowed. */
export const namesDomain = (text: string): boolean => domain.test(text);

/** Whether a text cites an equation or a paper. */
export const namesSource = (text: string): boolean => source.test(text);
