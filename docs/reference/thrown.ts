/**
 * @file Which typed errors a function throws: its own `throw`, those of checks (`require…`) it calls, and those of helpers
 * that have no @throws of their own. A function with a @throws is a contract that callers may know to fulfil.
 */
import ts from "typescript";

/** Where the sources of the project end and those of others begin. */
export type IsOwn = (file: ts.SourceFile) => boolean;

const isFunction = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isFunctionLike(node) && "body" in node;

/** The function that a declaration holds, if any: itself, or the arrow function of a constant. */
export function functionOf(declaration: ts.Node): ts.FunctionLikeDeclaration | undefined {
  if (isFunction(declaration)) return declaration;
  if (ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined) {
    return isFunction(declaration.initializer) ? declaration.initializer : undefined;
  }
  return undefined;
}

/** Whether it says by itself what it throws, and is no check, whose purpose is to throw in the name of its caller. */
function isContract(called: ts.FunctionLikeDeclaration): boolean {
  const name = called.name?.getText() ?? "";
  const holder = ts.isVariableDeclaration(called.parent) ? called.parent.parent.parent : called;
  return (
    !name.startsWith("require") && ts.getJSDocTags(holder).some(({ tagName }) => tagName.text === "throws")
  );
}

/** Follows calls; what a `try` with a `catch` surrounds is taken to be caught, and what the `catch` throws is counted. */
export class ThrownErrors {
  readonly #checker: ts.TypeChecker;
  readonly #isOwn: IsOwn;
  readonly #known = new Map<ts.Node, ReadonlySet<string>>();

  constructor(checker: ts.TypeChecker, isOwn: IsOwn) {
    this.#checker = checker;
    this.#isOwn = isOwn;
  }

  /** Names of the error classes of the project that leave the function. */
  of(declaration: ts.FunctionLikeDeclaration): ReadonlySet<string> {
    const known = this.#known.get(declaration);
    if (known !== undefined) return known;
    const found = new Set<string>();
    // A function that calls itself adds nothing by that.
    this.#known.set(declaration, found);
    if (declaration.body !== undefined) this.#collect(declaration.body, found);
    return found;
  }

  #collect(node: ts.Node, found: Set<string>): void {
    if (ts.isTryStatement(node) && node.catchClause !== undefined) {
      this.#collect(node.catchClause.block, found);
      if (node.finallyBlock !== undefined) this.#collect(node.finallyBlock, found);
      return;
    }
    if (ts.isThrowStatement(node) && ts.isNewExpression(node.expression)) {
      const thrown = this.#declarationOf(node.expression.expression);
      if (thrown !== undefined && ts.isClassDeclaration(thrown)) found.add(thrown.name!.text);
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) this.#addCalled(node.expression, found);
    ts.forEachChild(node, (child) => this.#collect(child, found));
  }

  #addCalled(callee: ts.Expression, found: Set<string>): void {
    const declaration = this.#declarationOf(callee);
    if (declaration === undefined) return;
    const called = ts.isClassDeclaration(declaration)
      ? declaration.members.find(ts.isConstructorDeclaration)
      : functionOf(declaration);
    if (called === undefined || isContract(called)) return;
    for (const name of this.of(called)) found.add(name);
  }

  /** What a name stands for, if it is of the project. */
  #declarationOf(name: ts.Expression): ts.Declaration | undefined {
    let symbol = this.#checker.getSymbolAtLocation(name);
    if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) {
      symbol = this.#checker.getAliasedSymbol(symbol);
    }
    const declaration = symbol?.valueDeclaration;
    return declaration !== undefined && this.#isOwn(declaration.getSourceFile()) ? declaration : undefined;
  }
}
