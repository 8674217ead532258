/**
 * A recorded Gate.io spot session as a market.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { MarketSource, OpenMarket, SourceContext } from "../market/market_source.ts";
import { Playback } from "../market/playback.ts";
import { CaptureBackend } from "./capture_backend.ts";
import { type Capture, type CaptureFrame, readCapture } from "./capture_file.ts";
import { countHoles } from "./capture_holes.ts";

/** How a recording is played. */
export interface CaptureOptions {
  /** Recorded seconds per second. Default 1. */
  readonly speed?: number;
  /** Frames that are lost on the wire, by their index or by a test; the truth includes them. */
  readonly drop?: readonly number[] | ((frame: CaptureFrame) => boolean);
}

/**
 * Plays recorded frames verbatim to those who are subscribed, at their recorded distance from the recorded
 * connect. Books come from the recorded snapshots: a request that is early waits for the recorded moment, a later
 * one gets the snapshot merged with every frame played so far. The other venues list nothing.
 */
export class CaptureSource implements MarketSource {
  /** Places where the recording itself lacks a change; the merge passes over them. */
  readonly holesInFile: number;
  readonly #capture: Capture;
  readonly #speed: number;
  readonly #dropped: (frame: CaptureFrame) => boolean;

  private constructor(capture: Capture, { speed = 1, drop = [] }: CaptureOptions) {
    this.holesInFile = countHoles(capture);
    this.#capture = capture;
    this.#speed = speed;
    this.#dropped = typeof drop === "function" ? drop : ({ index }): boolean => drop.includes(index);
  }

  /**
   * Reads a recording.
   *
   * @throws {DataFileError} when the file cannot be read or is not such a recording.
   */
  static async load(path: string | URL, options: CaptureOptions = {}): Promise<CaptureSource> {
    return new CaptureSource(await readCapture(path), options);
  }

  /** Length of the recording as it is played, in milliseconds. */
  get durationMs(): number {
    return (this.#capture.frames.at(-1)?.offsetMs ?? 0) / this.#speed;
  }

  /** The pairs with a recorded book. */
  get pairs(): readonly string[] {
    return this.#capture.snapshots.map(({ pair }) => pair);
  }

  open({ clock }: SourceContext): OpenMarket {
    const gateSpot = new CaptureBackend(clock, this.#capture);
    const playback = this.#playback(clock, gateSpot);
    return {
      instruments: [],
      gateSpot,
      start: (): void => playback.start(),
      stop: (): void => playback.stop(),
    };
  }

  #playback(clock: Clock, backend: CaptureBackend): Playback {
    const frames = this.#capture.frames.map((frame) => ({
      atMs: frame.offsetMs / this.#speed,
      play: (): void => backend.playFrame(frame, !this.#dropped(frame)),
    }));
    const snapshots = this.#capture.snapshots.map((snapshot) => ({
      atMs: snapshot.offsetMs / this.#speed,
      play: (): void => backend.playSnapshot(snapshot),
    }));
    const scenes = [...frames, ...snapshots].sort((a, b) => a.atMs - b.atMs);
    return new Playback(clock, scenes.values());
  }
}
