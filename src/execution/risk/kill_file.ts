/**
 * A file that engages the kill switch by being there.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import type { KillSwitch } from "./kill_switch.ts";

/** What a {@link KillFile} takes. */
export interface KillFileOptions {
  readonly clock: Clock;
  readonly killSwitch: KillSwitch;
  readonly path: string;
  /** The beginning of the file, or undefined when there is none; throws when that cannot be told. */
  readonly read: (path: string) => string | undefined;
  /** Time between two looks, milliseconds; default 250. */
  readonly intervalMs?: number;
}

/** Looks that may fail in a row before the worst is taken to be so. */
const maxFailures = 3;

/**
 * Looks for the file a few times a second. Its first line is the reason. While it is there the switch cannot be let
 * go. A file of which nobody can tell whether it is there counts as there when that has failed three times in a row.
 */
export class KillFile {
  #timer: Timer | undefined;
  #failures = 0;

  constructor(private readonly options: KillFileOptions) {
    options.killSwitch.holdWhile(() => {
      const reason = this.#look();
      if (this.#failures > 0) return `nobody can tell whether the file ${options.path} is there`;
      return reason === undefined ? undefined : `the file ${options.path} is there; remove it first`;
    });
  }

  /** Looks now and from now on. */
  start(): void {
    this.stop();
    this.#poll();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #poll(): void {
    const { killSwitch, clock, intervalMs = 250 } = this.options;
    const reason = this.#look();
    this.#timer = clock.setTimer(intervalMs, () => this.#poll());
    if (reason !== undefined && !killSwitch.isEngaged) killSwitch.engage(reason, "file");
  }

  /** Why trading must stop; undefined when the file is not there. */
  #look(): string | undefined {
    const { path, read } = this.options;
    try {
      const text = read(path);
      this.#failures = 0;
      return text === undefined ? undefined : firstLine(text) || `the file ${path} is there`;
    } catch (error) {
      this.#failures += 1;
      return this.#failures < maxFailures
        ? undefined
        : `cannot tell whether the file ${path} is there: ${errorMessage(error)}`;
    }
  }
}

function firstLine(text: string): string {
  return text.trimStart().split(/[\r\n]/, 1)[0]!.trim().slice(0, 200);
}

/** The first kilobyte of a file on the disk; undefined when there is no such file. */
export function readBeginning(path: string): string | undefined {
  try {
    using file = Deno.openSync(path, { read: true });
    const bytes = new Uint8Array(1_024);
    return new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
