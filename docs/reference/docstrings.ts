/** @file Reads what the docstrings of a program's exports say, as plain data for the rules of the lint. */
import ts from "typescript";
import type { IsOwn } from "./thrown.ts";
import { functionOf, ThrownErrors } from "./thrown.ts";

/** A number, or something else, with the text that describes it. */
export interface Described {
  readonly name: string;
  /** Empty where nothing is said. */
  readonly text: string;
  /** Whether it is a number or a list of numbers. */
  readonly numeric: boolean;
  /** `theory/entropy.ts:31`. */
  readonly place: string;
}

/** A parameter; if it is an object of the project (options), with its properties. */
export interface DescribedParameter extends Described {
  /** False for one that is taken apart in the list of parameters. */
  readonly isNamed: boolean;
  readonly properties: readonly Described[];
}

/** An exported name that is not called: interface, type, constant, class. */
export interface ExportDoc extends Described {
  readonly kind: "other";
  /** Properties of an interface, without those it inherits. */
  readonly members?: readonly Described[];
}

/** An exported function, or a public method of an exported class. */
export interface FunctionDoc extends Described {
  readonly kind: "function";
  /** All of the docstring but the tags @param, @returns and @throws. */
  readonly text: string;
  readonly parameters: readonly DescribedParameter[];
  /** Whether its result is a number or a list of numbers. */
  readonly numeric: boolean;
  readonly returns: string;
  readonly throws: string;
  /** Text of @source, of the class where a method has none. */
  readonly source: string;
  /** Error classes of the project that it lets out. */
  readonly thrown: readonly string[];
}

const numericArrays = new Set(
  ["Int8", "Uint8", "Int16", "Uint16", "Int32", "Uint32", "Float32", "Float64"].map((kind) => `${kind}Array`),
);

/** Text of a comment or tag as it stands in the source. */
const textOf = (comment: ts.JSDoc["comment"]): string => (ts.getTextOfJSDocComment(comment) ?? "").trim();

/** The docstring right above a declaration: the last one, without those of the file. */
function docstringOf(node: ts.Node): ts.JSDoc | undefined {
  const holder = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  return ts
    .getJSDocCommentsAndTags(holder)
    .filter(ts.isJSDoc)
    .findLast(({ tags }) => !tags?.some(({ tagName }) => tagName.text === "file"));
}

const tagTexts = (doc: ts.JSDoc | undefined, ...names: readonly string[]): string[] =>
  (doc?.tags ?? [])
    .filter(({ tagName }) => names.includes(tagName.text))
    .map(({ comment }) => textOf(comment));

/** What the docstring rests on by its tag @source. */
const sourceOf = (doc: ts.JSDoc | undefined): string => tagTexts(doc, "source").join("\n");

/** Whether it is marked as no business of users. */
const isHidden = (doc: ts.JSDoc | undefined): boolean =>
  doc?.tags?.some(({ tagName }) => ["internal", "hidden"].includes(tagName.text)) ?? false;

/** Reads the exports of a program. */
class Reader {
  readonly #checker: ts.TypeChecker;
  readonly #isOwn: IsOwn;
  readonly #thrown: ThrownErrors;
  readonly #root: string;

  constructor(program: ts.Program, root: string) {
    this.#checker = program.getTypeChecker();
    this.#isOwn = (file) => !program.isSourceFileFromExternalLibrary(file) && !file.isDeclarationFile;
    this.#thrown = new ThrownErrors(this.#checker, this.#isOwn);
    this.#root = root;
  }

  /** Everything that a module exports from the project's own files, methods of classes included. */
  exportsOf(module: ts.SourceFile): (FunctionDoc | ExportDoc)[] {
    const symbol = this.#checker.getSymbolAtLocation(module);
    const exported = symbol === undefined ? [] : this.#checker.getExportsOfModule(symbol);
    return exported.flatMap((alias) => {
      const isAlias = (alias.flags & ts.SymbolFlags.Alias) !== 0;
      const declared = (isAlias ? this.#checker.getAliasedSymbol(alias) : alias).declarations ?? [];
      return declared
        .filter((node) => this.#isOwn(node.getSourceFile()))
        .flatMap((node) => this.#export(node));
    });
  }

  #export(node: ts.Declaration): (FunctionDoc | ExportDoc)[] {
    const called = functionOf(node);
    if (called !== undefined) return [this.#function(node, called)];
    const self: ExportDoc = { kind: "other", ...this.#describe(node, docstringOf(node)) };
    if (ts.isClassDeclaration(node)) return [self, ...this.#methods(node)];
    return ts.isInterfaceDeclaration(node) ? [{ ...self, members: this.#members(node) }] : [self];
  }

  #members(node: ts.InterfaceDeclaration): Described[] {
    return node.members
      .filter(ts.isPropertySignature)
      .map((member) => this.#describe(member, docstringOf(member)))
      .map((member) => ({ ...member, name: `${node.name.text}.${member.name}` }));
  }

  #methods(node: ts.ClassDeclaration): FunctionDoc[] {
    const isPublic = (member: ts.ClassElement): boolean =>
      (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0 &&
      !(member.name !== undefined && ts.isPrivateIdentifier(member.name));
    const source = sourceOf(docstringOf(node));
    return node.members
      .filter(
        (member) => ts.isMethodDeclaration(member) && isPublic(member) && !isHidden(docstringOf(member)),
      )
      .map((member) => {
        const method = this.#function(member, member as ts.MethodDeclaration);
        const name = `${node.name?.text ?? "class"}.${method.name}`;
        return { ...method, name, source: method.source || source };
      });
  }

  #function(node: ts.Declaration, called: ts.FunctionLikeDeclaration): FunctionDoc {
    const doc = docstringOf(node);
    const signature = this.#checker.getSignatureFromDeclaration(called);
    const text = [textOf(doc?.comment), ...tagTexts(doc, "remarks", "see")].join("\n").trim();
    return {
      kind: "function",
      ...this.#describe(node, doc),
      text,
      parameters: this.#parameters(called, doc),
      numeric: signature !== undefined && this.#isNumeric(signature.getReturnType()),
      returns: tagTexts(doc, "returns").join("\n"),
      throws: tagTexts(doc, "throws").join("\n"),
      source: sourceOf(doc),
      thrown: [...this.#thrown.of(called)].sort(),
    };
  }

  /** A tag belongs to the parameter of its name; parameters taken apart in the list have none and take the rest in order. */
  #parameters({ parameters }: ts.FunctionLikeDeclaration, doc: ts.JSDoc | undefined): DescribedParameter[] {
    const tags = [...(doc?.tags ?? [])].filter(ts.isJSDocParameterTag);
    const texts = new Map(tags.map((tag) => [tag.name.getText(), textOf(tag.comment)]));
    const names = parameters.map(({ name }) => (ts.isIdentifier(name) ? name.text : undefined));
    const others = [...texts.keys()].filter((name) => !name.includes(".") && !names.includes(name));
    return parameters.map((parameter, k) => {
      const name = names[k] ?? others.shift() ?? "options";
      const type = this.#checker.getTypeAtLocation(parameter);
      return {
        name,
        text: texts.get(name) ?? "",
        numeric: this.#isNumeric(type),
        isNamed: names[k] !== undefined,
        place: this.#place(parameter),
        properties: this.#properties(type).map((property) => ({
          ...property,
          text: texts.get(`${name}.${property.name}`) ?? property.text,
        })),
      };
    });
  }

  /** Properties of an object of the project; none of what has methods, of lists and of what others declare. */
  #properties(type: ts.Type): Described[] {
    const object = this.#checker.getNonNullableType(type);
    if (object.isUnion() || this.#checker.isArrayType(object) || this.#checker.isTupleType(object)) return [];
    if (object.getCallSignatures().length > 0 || object.isClass()) return [];
    return this.#checker.getPropertiesOfType(object).flatMap((property) => {
      const declaration = property.declarations?.[0];
      if (declaration === undefined || !this.#isOwn(declaration.getSourceFile())) return [];
      return [this.#describe(declaration, docstringOf(declaration))];
    });
  }

  #describe(node: ts.Declaration, doc: ts.JSDoc | undefined): Described {
    const name = ts.getNameOfDeclaration(node)?.getText() ?? "default";
    const numeric = this.#isNumeric(this.#checker.getTypeAtLocation(node));
    return { name, text: textOf(doc?.comment), numeric, place: this.#place(node) };
  }

  #place(node: ts.Node): string {
    const file = node.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    const path = file.fileName.startsWith(`${this.#root}/`)
      ? file.fileName.slice(this.#root.length + 1)
      : file.fileName;
    return `${path}:${line + 1}`;
  }

  #isNumeric(type: ts.Type): boolean {
    const parts = this.#checker.getNonNullableType(type);
    return (parts.isUnion() ? parts.types : [parts]).some((part) => {
      // Literal numbers are words of a choice.
      if (part.flags === ts.TypeFlags.Number) return true;
      if (numericArrays.has(part.symbol?.name)) return true;
      const list = this.#checker.isArrayType(part)
        ? this.#checker.getTypeArguments(part as ts.TypeReference)
        : [];
      return list.some((entry) => this.#isNumeric(entry));
    });
  }
}

/** What the docstrings of all exports of the entry points say, each declaration once. */
export function readDocstrings(
  program: ts.Program,
  entryPoints: readonly ts.SourceFile[],
  root: string,
): (FunctionDoc | ExportDoc)[] {
  const reader = new Reader(program, root);
  const all = entryPoints.flatMap((module) => reader.exportsOf(module));
  return [...new Map(all.map((doc) => [`${doc.place} ${doc.name}`, doc])).values()];
}
