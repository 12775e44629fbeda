/**
 * @file The docstring lint: what every export that users reach has to say. A docstring that leaves one of these out
 * fails the build of the reference.
 *
 *  1. description: an exported function, method, type, class or constant says what it is.
 *  2. parameter:   each parameter has a @param, or is a named object whose properties all have a docstring.
 *  3. unit:        a number (or list of numbers) among parameters, properties of exported interfaces and results names
 *                  its unit or "dimensionless", or a symbol of docs/reference/symbols.md, where the unit is written;
 *                  properties with a name of that page are explained there.
 *  4. domain:      a number among parameters and their properties says which values are allowed.
 *  5. throws:      each typed error that a function lets out, also from functions it calls, is named in its @throws.
 *  6. returns:     a function whose result is a number (or holds numbers) says in @returns what it is.
 *  7. source:      a function cites an equation (P…) or a paper, or says what it rests on by @source.
 *
 * Which words count as unit and domain: vocabulary.ts.
 */
import type { Described, DescribedParameter, ExportDoc, FunctionDoc } from "./docstrings.ts";
import type { Glossary } from "./vocabulary.ts";
import { namesDomain, namesSource, unitFinder } from "./vocabulary.ts";

/** What a docstring leaves out. */
export interface Violation {
  readonly rule: "description" | "parameter" | "unit" | "domain" | "throws" | "returns" | "source";
  /** `theory/entropy.ts:31`. */
  readonly place: string;
  /** One line. */
  readonly message: string;
}

/** Whether a number of a name and a text has a unit. */
type HasUnit = (number: Described) => boolean;

function lintNumber(what: string, number: Described, hasUnit: HasUnit): Violation[] {
  const { place, text } = number;
  const violations: Violation[] = [];
  if (!hasUnit(number)) {
    violations.push({ rule: "unit", place, message: `${what} names neither a unit nor "dimensionless"` });
  }
  if (!namesDomain(text)) {
    violations.push({ rule: "domain", place, message: `${what} does not say which values are allowed` });
  }
  return violations;
}

function lintParameter(owner: string, parameter: DescribedParameter, hasUnit: HasUnit): Violation[] {
  const { name, text, place, numeric, isNamed, properties } = parameter;
  const bare = properties.filter((property) => property.text === "");
  const described = text !== "" || (isNamed && properties.length > 0 && bare.length === 0);
  // What the properties do not say has to stand in the text of the parameter.
  const countsAsNumber = numeric || bare.some((property) => property.numeric);
  if (!described) {
    const missing = bare.map((property) => property.name).join(", ");
    const message = `${owner}: parameter ${name} has no @param${missing === "" ? "" : `, nor have ${missing} a docstring`}`;
    return [{ rule: "parameter", place, message }];
  }
  return [
    ...(countsAsNumber ? lintNumber(`${owner}: parameter ${name}`, parameter, hasUnit) : []),
    ...properties
      .filter((property) => property.numeric && property.text !== "")
      .flatMap((property) => lintNumber(`property ${property.name}`, property, hasUnit)),
  ];
}

function lintMembers({ members = [] }: ExportDoc, hasUnit: HasUnit): Violation[] {
  return members
    .filter((member) => member.numeric && !hasUnit(member))
    .map(({ name, place }) => ({
      rule: "unit",
      place,
      message: `${name} names neither a unit nor "dimensionless"`,
    }));
}

function lintFunction(doc: FunctionDoc, hasUnit: HasUnit): Violation[] {
  const { name, place, text, returns, throws, source } = doc;
  const violations = doc.parameters.flatMap((parameter) => lintParameter(name, parameter, hasUnit));
  if (doc.numeric && !hasUnit({ ...doc, text: `${text}\n${returns}` })) {
    violations.push({ rule: "unit", place, message: `${name}: the result has no unit` });
  }
  if (doc.numeric && returns === "") {
    violations.push({ rule: "returns", place, message: `${name}: a number without @returns` });
  }
  const silent = doc.thrown.filter((error) => !throws.includes(error));
  if (silent.length > 0) {
    violations.push({ rule: "throws", place, message: `${name}: no @throws ${silent.join(", ")}` });
  }
  if (source === "" && !namesSource(text)) {
    violations.push({
      rule: "source",
      place,
      message: `${name}: neither an equation (P…), a paper nor @source`,
    });
  }
  return violations;
}

/**
 * Everything that the docstrings of exports leave out.
 * @param docs what they say, of `readDocstrings`
 * @param glossary what is defined once for all docstrings
 * @returns violations in the order of `docs`, each once
 */
export function lintDocstrings(docs: readonly (FunctionDoc | ExportDoc)[], glossary: Glossary): Violation[] {
  const namesUnit = unitFinder(glossary);
  const properties = new Set(glossary.properties);
  const hasUnit: HasUnit = ({ name, text }) => namesUnit(text) || properties.has(name.split(".").at(-1)!);
  const violations = docs.flatMap((doc): Violation[] => {
    const { name, place, text } = doc;
    const silent: Violation[] =
      text === "" ? [{ rule: "description", place, message: `${name}: no description` }] : [];
    return [...silent, ...(doc.kind === "function" ? lintFunction(doc, hasUnit) : lintMembers(doc, hasUnit))];
  });
  return [...new Map(violations.map((violation) => [JSON.stringify(violation), violation])).values()];
}
