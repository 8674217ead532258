/**
 * What is wrong with a configuration: one line each, with file, line, path, what is wrong and what to do.
 * @module
 */
import { ConfigError } from "../core/errors.ts";

/** A text that was read, with its name. */
export class ConfigSource {
  #lineStarts: number[] | undefined;

  /**
   * @param name Name of the file, as the user wrote it or relative to that.
   * @param text What it holds.
   */
  constructor(readonly name: string, readonly text: string) {}

  /** Line and column, both from 1, of a place in the text. */
  position(offset: number): { readonly line: number; readonly column: number } {
    this.#lineStarts ??= [0, ...[...this.text.matchAll(/\r\n?|\n/g)].map((end) => end.index + end[0].length)];
    let line = 0;
    while (line + 1 < this.#lineStarts.length && this.#lineStarts[line + 1]! <= offset) line += 1;
    return { line: line + 1, column: offset - this.#lineStarts[line]! + 1 };
  }
}

/** A place in a file. */
export interface ConfigPlace {
  readonly source: ConfigSource;
  /** UTF-16 units from the start of the text. */
  readonly offset: number;
}

/** One thing that is wrong. */
export interface ConfigProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Names from the outside in, with dots between, as in the file; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong, and what to do. */
  readonly message: string;
}

/** The problem as one line: `my.yaml:5:3: trading.minEdge: …`. */
export function problemLine({ file, line, column, path, message }: ConfigProblem): string {
  return `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`;
}

/** A configuration cannot be used. The message has a line for every problem. */
export class ConfigFileError extends ConfigError {
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(problems.map(problemLine).join("\n"));
  }
}

/** Collects problems. */
export class ConfigProblems {
  readonly #found: (ConfigProblem & { readonly offset: number })[] = [];

  /** How many there are. */
  get count(): number {
    return this.#found.length;
  }

  /** Adds one; a second one of the same path in the same place is left out, because the first one says it. */
  add({ source, offset }: ConfigPlace, path: string, message: string): void {
    const known = this.#found.some((other) =>
      other.path === path && other.offset === offset && other.file === source.name
    );
    if (known) return;
    const text = message.replaceAll(/\s*[\r\n]+\s*/g, " ");
    this.#found.push({ file: source.name, ...source.position(offset), path, message: text, offset });
  }

  /** Whether there is one at a path or inside it. */
  hasInside(path: string): boolean {
    return this.#found.some((problem) => problem.path === path || problem.path.startsWith(`${path}.`));
  }

  /** @throws {ConfigFileError} with all of them when there is any. */
  throwIfAny(): void {
    if (this.#found.length > 0) throw this.error();
  }

  /** All of them, file by file from the top. */
  error(): ConfigFileError {
    const files = [...new Set(this.#found.map(({ file }) => file))];
    const sorted = this.#found.toSorted((a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) || a.offset - b.offset
    );
    return new ConfigFileError(sorted.map(({ offset: _, ...problem }) => problem));
  }
}
