/**
 * How long things are under way between a client and a simulated exchange.
 * @module
 */
import { maxDelayMs } from "../../core/clock.ts";
import { ConfigError } from "../../core/errors.ts";
import type { SeededRandom } from "../../core/random.ts";

/** How one kind of delay is drawn. Everything is in milliseconds, one way. */
export type LatencySpec =
  /** No delay at all. */
  | { readonly kind: "none" }
  /** The same delay every time. */
  | { readonly kind: "constant"; readonly ms: number }
  /** One half of the mean is always there, the other half is exponential. */
  | { readonly kind: "exponential"; readonly meanMs: number }
  /** The logarithm is normal: half of the delays are under the median; `sigma` 0.5 is a quiet line, 1 a bad one. */
  | { readonly kind: "lognormal"; readonly medianMs: number; readonly sigma: number }
  /** Drawn from measured delays, each as likely as the next. */
  | { readonly kind: "recorded"; readonly samplesMs: readonly number[] };

/** The three ways that have a delay of their own. */
export interface LatencyProfile {
  /** WebSocket frames from the venue to a client. */
  readonly feed: LatencySpec;
  /** Requests and WebSocket messages from a client to the venue. */
  readonly orderEntry: LatencySpec;
  /** Answers to requests, from the venue to a client. */
  readonly response: LatencySpec;
}

/** A host in the same region: a few milliseconds each way, so the order of events is that of a real day. */
export const defaultLatency: LatencyProfile = {
  feed: { kind: "exponential", meanMs: 3 },
  orderEntry: { kind: "exponential", meanMs: 6 },
  response: { kind: "exponential", meanMs: 6 },
};

/** No delay anywhere: what real sockets begin with, because they have delays of their own. */
export const noLatency: LatencyProfile = {
  feed: { kind: "none" },
  orderEntry: { kind: "none" },
  response: { kind: "none" },
};

/** Draws the delays of one way. */
export class LatencyModel {
  /** True when every delay is zero by definition, so that nothing needs to be queued. */
  readonly none: boolean;
  readonly #random: SeededRandom;
  readonly #spec: LatencySpec;

  /**
   * @param name What the delays are of, for the error.
   * @throws {ConfigError} when a number is not finite, is negative or too long for a timer, or there are no samples.
   */
  constructor(random: SeededRandom, spec: LatencySpec, name: string) {
    checkSpec(spec, name);
    this.#random = random;
    this.#spec = spec;
    this.none = spec.kind === "none";
  }

  /** The next delay in milliseconds. */
  drawMs(): number {
    const spec = this.#spec;
    switch (spec.kind) {
      case "none":
        return 0;
      case "constant":
        return spec.ms;
      case "exponential":
        return Math.min(maxDelayMs, spec.meanMs / 2 + this.#random.exponential(spec.meanMs / 2));
      case "lognormal":
        return Math.min(maxDelayMs, spec.medianMs * Math.exp(spec.sigma * this.#random.normal()));
      case "recorded":
        return spec.samplesMs[Math.floor(this.#random.uniform() * spec.samplesMs.length)]!;
    }
  }
}

/** The models of a {@link LatencyProfile}, each with a random stream of its own. */
export class Latencies {
  readonly feed: LatencyModel;
  readonly orderEntry: LatencyModel;
  readonly response: LatencyModel;

  /** @throws {ConfigError} as {@link LatencyModel}. */
  constructor(random: SeededRandom, profile: LatencyProfile) {
    this.feed = new LatencyModel(random.fork("feed"), profile.feed, "feed");
    this.orderEntry = new LatencyModel(random.fork("order entry"), profile.orderEntry, "orderEntry");
    this.response = new LatencyModel(random.fork("response"), profile.response, "response");
  }
}

function checkSpec(spec: LatencySpec, name: string): void {
  switch (spec.kind) {
    case "none":
      return;
    case "constant":
      return checkDelay(spec.ms, `${name}.ms`);
    case "exponential":
      return checkDelay(spec.meanMs, `${name}.meanMs`);
    case "lognormal":
      checkDelay(spec.medianMs, `${name}.medianMs`);
      return checkDelay(spec.sigma, `${name}.sigma`);
    case "recorded":
      if (spec.samplesMs.length === 0) {
        throw new ConfigError(`Latency ${name}.samplesMs is empty: give at least one measured delay`);
      }
      return spec.samplesMs.forEach((sample, index) => checkDelay(sample, `${name}.samplesMs[${index}]`));
    default:
      throw new ConfigError(
        `Latency ${name} has the unknown kind "${(spec as { kind: unknown }).kind}": ` +
          "use none, constant, exponential, lognormal or recorded",
      );
  }
}

function checkDelay(value: number, name: string): void {
  if (!(value >= 0 && value <= maxDelayMs)) {
    throw new ConfigError(`Latency ${name} is ${value}: use a number from 0 to ${maxDelayMs}`);
  }
}
