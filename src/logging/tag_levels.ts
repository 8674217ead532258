/**
 * The lowest level that is written, by tag.
 * @module
 */
import type { LogLevel } from "./logger.ts";

/** Levels by tag; a tag without one has that of the nearest tag above it. */
export class TagLevels {
  readonly #levels = new Map<string, LogLevel>();

  /** @param level Of tags for which nothing else is said. */
  constructor(level: LogLevel, levels: Readonly<Record<string, LogLevel>> = {}) {
    for (const [tag, each] of Object.entries(levels)) this.#levels.set(tag, each);
    this.#levels.set("", level);
  }

  /** The level of a tag such as `exchange.mexc.ws`. */
  of(tag: string): LogLevel {
    for (let each = tag;; each = parentTag(each)) {
      const level = this.#levels.get(each);
      if (level !== undefined) return level;
    }
  }

  /** Sets the level of a tag and of those below it that have none of their own; undefined takes it back. */
  set(tag: string, level: LogLevel | undefined): void {
    if (level !== undefined) this.#levels.set(tag, level);
    else if (tag !== "") this.#levels.delete(tag);
  }
}

/** Whether a tag is another one or below it; every tag is below the empty one. */
export function isTagWithin(tag: string, other: string): boolean {
  return other === "" || tag === other || tag.startsWith(`${other}.`);
}

/** A tag below another one. */
export function childTag(tag: string, name: string): string {
  return tag === "" ? name : `${tag}.${name}`;
}

function parentTag(tag: string): string {
  return tag.slice(0, Math.max(0, tag.lastIndexOf(".")));
}
