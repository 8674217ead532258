/**
 * The import graph of the sources, read with a TypeScript parser: everything that makes one file need another.
 * @module
 */
import { parse } from "@babel/parser";

/** How a file refers to another. */
export type ImportKind = "import" | "type" | "re-export" | "dynamic" | "url";

/** One reference to another file or package. */
export interface Import {
  readonly kind: ImportKind;
  /** As written; empty when it is computed, so that nobody can say where it leads. */
  readonly specifier: string;
  /** Path from the project's folder when the specifier is a relative one. */
  readonly target: string | undefined;
  readonly line: number;
}

/** One function, method or arrow function. */
export interface FunctionSize {
  readonly line: number;
  readonly lines: number;
}

/** What a source file says about itself. */
export interface SourceFile {
  /** Path from the project's folder, with slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Lines with the type `any`. */
  readonly anyTypes: readonly number[];
  readonly functions: readonly FunctionSize[];
}

interface Node {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
  readonly [field: string]: unknown;
}

/**
 * Reads one source file.
 *
 * @throws {SyntaxError} when it is no TypeScript or JavaScript; the message names the file.
 */
export function readSource(path: string, text: string): SourceFile {
  const imports: Import[] = [];
  const anyTypes: number[] = [];
  const functions: FunctionSize[] = [];
  for (const node of nodesOf(parseModule(path, text))) {
    const { line } = node.loc.start;
    if (node.type === "TSAnyKeyword") anyTypes.push(line);
    if (isFunction(node)) functions.push({ line, lines: node.loc.end.line - line + 1 });
    const reference = referenceOf(node);
    if (reference === undefined) continue;
    const { kind, specifier } = reference;
    const relative = /^\.\.?(\/|$)/.test(specifier) || (kind === "url" && specifier !== "");
    imports.push({ kind, specifier, target: relative ? resolvePath(path, specifier) : undefined, line });
  }
  return { path, lines: text.split("\n").length - 1, imports, anyTypes, functions };
}

/** Reads every TypeScript and JavaScript file under `folder`, a path from the project's folder `root`. */
export async function readSourceFolder(root: URL, folder: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for await (const entry of Deno.readDir(new URL(folder + "/", root))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) files.push(...await readSourceFolder(root, path));
    else if (/\.[cm]?[jt]sx?$/.test(entry.name)) files.push(await readSourceFile(root, path));
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Reads the file at `path`, a path from the project's folder `root`. */
export async function readSourceFile(root: URL, path: string): Promise<SourceFile> {
  return readSource(path, await Deno.readTextFile(new URL(path, root)));
}

function parseModule(path: string, text: string): unknown {
  try {
    return parse(text, {
      sourceType: "module",
      plugins: ["typescript", "decoratorAutoAccessors", ...jsx(path)],
    }).program;
  } catch (error) {
    throw new SyntaxError(`Cannot parse ${path}: ${(error as Error).message}`);
  }
}

function jsx(path: string): "jsx"[] {
  return path.endsWith("x") ? ["jsx"] : [];
}

function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== "object" || value === null) return;
  if (isNode(value)) yield value;
  for (const child of Object.values(value)) yield* nodesOf(child);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "loc" in value;
}

function isFunction(node: Node): boolean {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ObjectMethod|Class(Private)?Method)$/
    .test(node.type);
}

function referenceOf(node: Node): { kind: ImportKind; specifier: string } | undefined {
  switch (node.type) {
    case "ImportDeclaration":
      return { kind: node.importKind === "type" ? "type" : "import", specifier: literal(node.source) };
    case "ExportAllDeclaration":
    case "ExportNamedDeclaration":
      return node.source ? { kind: "re-export", specifier: literal(node.source) } : undefined;
    case "ImportExpression":
      return { kind: "dynamic", specifier: literal(node.source) };
    case "TSImportType":
      return { kind: "type", specifier: literal(node.argument) || literal(node.source) };
    case "TSExternalModuleReference":
      return { kind: "import", specifier: literal(node.expression) };
    case "CallExpression":
    case "NewExpression":
      return callReference(node);
    default:
      return undefined;
  }
}

/** `new URL(x, import.meta.url)`, `new Worker("x")`, `import.meta.resolve(x)` and `require(x)`. */
function callReference(node: Node): { kind: ImportKind; specifier: string } | undefined {
  const callee = node.callee as Node;
  const [first, second] = node.arguments as (Node | undefined)[];
  if (callee.type === "Identifier") {
    if (callee.name === "URL" && second !== undefined && isMetaProperty(second, "url")) {
      return { kind: "url", specifier: literal(first) };
    }
    if (callee.name === "Worker" && literal(first) !== "") return { kind: "url", specifier: literal(first) };
    if (callee.name === "require") return { kind: "dynamic", specifier: literal(first) };
  }
  return isMetaProperty(callee, "resolve") ? { kind: "dynamic", specifier: literal(first) } : undefined;
}

/** Whether the node reads `import.meta.<name>`. */
function isMetaProperty(node: Node, name: string): boolean {
  return node.type === "MemberExpression" && (node.object as Node).type === "MetaProperty" &&
    (node.property as Node).name === name;
}

/** The text of a string that is written out, also between back-ticks; empty for anything else. */
function literal(value: unknown): string {
  if (!isNode(value)) return "";
  if (value.type === "StringLiteral") return String(value.value);
  if (value.type === "TSLiteralType") return literal(value.literal);
  const quasis = value.type === "TemplateLiteral" ? value.quasis as { value: { cooked: string } }[] : [];
  return quasis.length === 1 ? quasis[0]!.value.cooked : "";
}

function resolvePath(from: string, specifier: string): string {
  const url = new URL(specifier, new URL(from, "file:///"));
  return url.protocol === "file:" ? decodeURIComponent(url.pathname).slice(1) : specifier;
}
