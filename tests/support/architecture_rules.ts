/**
 * The rules of the house over an import graph. Each rule is a function from a graph to the sentences that say
 * what breaks it, so that a test can show on a planted violation that the rule notices.
 * @module
 */
import type { Import, SourceFile } from "./source_graph.ts";

/** Folders of `src/` from the ground up: a folder imports itself and those before it. */
export const layers: readonly string[] = [
  "core",
  "telemetry",
  "logging",
  "config",
  "net",
  "market",
  "exchanges",
  "storage",
  "arbitrage",
  "execution",
  "dashboard",
  "engine",
  "simulator",
  "commands",
];

/** What the sources may read besides `src/`: schemas, profiles and SQL. */
const resourceFolders: readonly string[] = ["proto", "sql", "config"];
const simulatorMayImport: readonly string[] = [
  "simulator",
  "core",
  "telemetry",
  "logging",
  "config",
  "proto",
];
/** Domains that share nothing but static symbol info. */
const domains = ["public", "private"] as const;

/** The folder under `src/` for a source, the folder at the top for anything else, empty for a file at the top. */
function folderOf(path: string): string {
  const segments = path.split("/");
  const folders = segments[0] === "src" ? segments.slice(1, -1) : segments.slice(0, -1);
  return folders[0] ?? "";
}

function* edges(
  graph: readonly SourceFile[],
): Generator<{ file: SourceFile; reference: Import; target: string }> {
  for (const file of graph) {
    for (const reference of file.imports) {
      if (reference.target !== undefined) yield { file, reference, target: reference.target };
    }
  }
}

function at(file: SourceFile, reference: Import): string {
  return `${file.path}:${reference.line}`;
}

/** A folder of `src/` imports itself and the folders before it; nothing in `src/` imports `main.ts` or tests. */
export function layeringViolations(graph: readonly SourceFile[]): string[] {
  const found: string[] = [];
  for (const file of graph) {
    if (file.path.startsWith("src/") && !layers.includes(folderOf(file.path))) {
      found.push(`${file.path} is in no folder of the layer order`);
    }
  }
  for (const { file, reference, target } of edges(graph)) {
    if (!file.path.startsWith("src/")) continue;
    const from = folderOf(file.path);
    const to = folderOf(target);
    if (target.startsWith("src/")) {
      if (layers.indexOf(to) > layers.indexOf(from) || !layers.includes(to)) {
        found.push(`${at(file, reference)}: ${from} must not import ${to} (${target})`);
      }
    } else if (!resourceFolders.includes(to)) {
      found.push(`${at(file, reference)}: src must not import ${target}`);
    }
  }
  return found;
}

/** `main.ts` imports commands, and the error classes at most. */
export function mainViolations(graph: readonly SourceFile[]): string[] {
  return [...edges(graph)]
    .filter(({ file, target }) =>
      file.path === "main.ts" && !target.startsWith("src/commands/") && target !== "src/core/errors.ts"
    )
    .map(({ file, reference, target }) => `${at(file, reference)}: main.ts must not import ${target}`);
}

/** The simulator shares no codec, book or client with the engine. */
export function simulatorViolations(graph: readonly SourceFile[]): string[] {
  return [...edges(graph)]
    .filter(({ file, target }) =>
      file.path.startsWith("src/simulator/") && !simulatorMayImport.includes(folderOf(target))
    )
    .map(({ file, reference, target }) => `${at(file, reference)}: the simulator must not import ${target}`);
}

/** Public and private files of the exchanges do not reach one another, directly or through others. */
export function separationViolations(graph: readonly SourceFile[]): string[] {
  const byPath = new Map(graph.map((file) => [file.path, file]));
  const found: string[] = [];
  for (const file of graph) {
    const own = domainsOf(file.path);
    if (own.length > 1) found.push(`${file.path} is named both public and private`);
    if (own.length !== 1) continue;
    for (const path of reachable(file, byPath)) {
      const others = domainsOf(path.at(-1)!).filter((domain) => domain !== own[0]);
      if (others.length > 0) found.push(`${own[0]} code reaches ${others[0]} code: ${path.join(" → ")}`);
    }
  }
  return found;
}

/** The domains that a path inside `src/exchanges/` names, in a folder or as a word of the file name. */
function domainsOf(path: string): string[] {
  if (!path.startsWith("src/exchanges/")) return [];
  const words = path.slice("src/exchanges/".length).split(/[/_.-]/);
  return domains.filter((domain) => words.includes(domain));
}

/** The shortest way from a file to each file that it needs. */
function reachable(start: SourceFile, byPath: ReadonlyMap<string, SourceFile>): string[][] {
  const ways = new Map<string, string[]>([[start.path, [start.path]]]);
  for (const [path, way] of ways) {
    for (const { target } of byPath.get(path)?.imports ?? []) {
      if (target !== undefined && !ways.has(target)) ways.set(target, [...way, target]);
    }
  }
  ways.delete(start.path);
  return [...ways.values()];
}

/** No file needs itself, however long the way. */
export function cycleViolations(graph: readonly SourceFile[]): string[] {
  const byPath = new Map(graph.map((file) => [file.path, file]));
  const found = new Map<string, string>();
  for (const file of graph) {
    const selfImport = file.imports.some(({ target }) => target === file.path);
    const back = reachable(file, byPath).find((way) =>
      byPath.get(way.at(-1)!)?.imports.some(({ target }) => target === file.path)
    );
    const cycle = selfImport ? [file.path] : back;
    if (cycle === undefined) continue;
    const key = cycle.toSorted().join();
    if (!found.has(key)) found.set(key, `import cycle: ${[...cycle, file.path].join(" → ")}`);
  }
  return [...found.values()];
}

/** Every package has its name in `deno.json`; only Node's own modules come without. */
export function dependencyViolations(graph: readonly SourceFile[], names: readonly string[]): string[] {
  const found: string[] = [];
  for (const file of graph) {
    for (const reference of file.imports) {
      const { specifier, target } = reference;
      if (specifier === "" || target !== undefined || specifier.startsWith("node:")) continue;
      const named = names.some((name) =>
        specifier === name || specifier.startsWith(name.endsWith("/") ? name : name + "/")
      );
      if (!named) found.push(`${at(file, reference)}: "${specifier}" has no name in deno.json`);
    }
  }
  return found;
}

/** Every import says where it leads, so that the other rules see it. */
export function computedImportViolations(graph: readonly SourceFile[]): string[] {
  return graph.flatMap((file) =>
    file.imports.filter(({ specifier }) => specifier === "")
      .map((reference) => `${at(file, reference)}: a computed ${reference.kind} import cannot be followed`)
  );
}

/** No file over 600 lines, 95 of 100 at most 400, no function over 80, no type `any`. */
export function sizeViolations(graph: readonly SourceFile[]): string[] {
  const found: string[] = [];
  for (const file of graph) {
    if (file.lines > 600) found.push(`${file.path} has ${file.lines} lines, 600 are the most`);
    for (const line of file.anyTypes) found.push(`${file.path}:${line}: the type any`);
    for (const { line, lines } of file.functions) {
      if (lines > 80) found.push(`${file.path}:${line}: a function of ${lines} lines, 80 are the most`);
    }
  }
  const sizes = graph.map((file) => file.lines).sort((a, b) => a - b);
  const percentile = sizes[Math.ceil(sizes.length * 0.95) - 1] ?? 0;
  if (percentile > 400) {
    found.push(`the 95th percentile of file sizes is ${percentile} lines, 400 are the most`);
  }
  return found;
}
