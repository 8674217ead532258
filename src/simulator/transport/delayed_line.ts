/**
 * Both directions of a real connection with the simulated delays on top of the real ones.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import { DeliveryQueue } from "./delivery_queue.ts";
import type { Latencies, LatencyModel } from "./latency.ts";

/** Keeps the order of each direction. A direction without delays runs everything at once, as if it were not there. */
export class DelayedLine {
  readonly #latency: Latencies;
  readonly #toServer: DeliveryQueue;
  readonly #toClient: DeliveryQueue;

  constructor(clock: Clock, latency: Latencies) {
    this.#latency = latency;
    this.#toServer = new DeliveryQueue(clock);
    this.#toClient = new DeliveryQueue(clock);
  }

  /** True when frames to the client are not delayed. */
  get feedsAtOnce(): boolean {
    return this.#latency.feed.none;
  }

  /** Something from the client arrives at the venue. */
  arrive(deliver: () => void): void {
    pass(this.#toServer, this.#latency.orderEntry, deliver);
  }

  /** A frame from the venue reaches the client. */
  feed(deliver: () => void): void {
    pass(this.#toClient, this.#latency.feed, deliver);
  }

  /** The answer to a request reaches the client. */
  respond(deliver: () => void): void {
    pass(this.#toClient, this.#latency.response, deliver);
  }

  /** Forgets everything that is under way. */
  clear(): void {
    this.#toServer.clear();
    this.#toClient.clear();
  }
}

function pass(queue: DeliveryQueue, model: LatencyModel, deliver: () => void): void {
  if (model.none) deliver();
  else queue.post(model.drawMs(), deliver);
}
