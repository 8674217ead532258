/**
 * One recorded stream.
 * @module
 */
import type { Subscriber, Topic } from "../publish/topic.ts";

/** Passes recorded frames on, as they are. */
export class CaptureTopic implements Topic {
  readonly #subscribers = new Set<Subscriber>();

  add(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
  }

  remove(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
  }

  /** Sends one frame to whoever is subscribed now. */
  publish(text: string): void {
    for (const subscriber of this.#subscribers) subscriber.push(text);
  }
}
