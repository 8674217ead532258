/**
 * Plays recorded moments at their time.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";

/** Something that happens at a moment of a recording. */
export interface Scene {
  /** Milliseconds after the start. */
  readonly atMs: number;
  /** Makes it happen. */
  play(): void;
}

/** Runs scenes in their order, each at its moment; those that are late on a busy machine follow at once. */
export class Playback {
  readonly #clock: Clock;
  readonly #scenes: Iterator<Scene>;
  #timer: Timer | undefined;
  #startedMs = 0;

  /** @param scenes In the order of their moments. Read as they are needed, so they may be endless. */
  constructor(clock: Clock, scenes: Iterator<Scene>) {
    this.#clock = clock;
    this.#scenes = scenes;
  }

  /** Starts with the first scene. */
  start(): void {
    this.#startedMs = this.#clock.monotonicMs();
    this.#next();
  }

  /** Stops for good. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #next(): void {
    for (;;) {
      const { done, value: scene } = this.#scenes.next();
      if (done) return;
      const waitMs = this.#startedMs + scene.atMs - this.#clock.monotonicMs();
      if (waitMs > 0) {
        this.#timer = this.#clock.setTimer(waitMs, () => {
          scene.play();
          this.#next();
        });
        return;
      }
      scene.play();
    }
  }
}
