/**
 * Versions of TimescaleDB.
 * @module
 */

/** A version of the extension. */
export interface TimescaleVersion {
  /** As the database tells it: `2.23.0-dev`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/** Reads a version; undefined when the text is none. */
export function versionOf(text: string): TimescaleVersion | undefined {
  const match = /^(\d+)\.(\d+)/.exec(text);
  return match === null ? undefined : { text, major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether a version is this one or a later one. */
export function atLeast(version: TimescaleVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}
