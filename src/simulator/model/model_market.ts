/**
 * The running form of a market model.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { OpenMarket } from "../market/market_source.ts";
import type { ModelInstrument } from "./model_instrument.ts";

/** Lets the instruments of a model act, each at its own random moments. */
export class ModelMarket implements OpenMarket {
  readonly instruments: readonly MarketInstrument[];
  readonly #clock: Clock;
  readonly #members: readonly ModelInstrument[];
  readonly #meanGapMs: number;
  readonly #timers = new Map<ModelInstrument, Timer>();
  #startedMs = 0;

  /** @param meanGapMs Mean time between two events of one instrument in milliseconds; Infinity for none at all. */
  constructor(clock: Clock, members: readonly ModelInstrument[], meanGapMs: number) {
    this.instruments = members.map((member) => member.instrument);
    this.#clock = clock;
    this.#members = members;
    this.#meanGapMs = meanGapMs;
  }

  start(): void {
    this.#startedMs = this.#clock.monotonicMs();
    if (this.#meanGapMs === Infinity) return;
    for (const member of this.#members) this.#arm(member);
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #arm(member: ModelInstrument): void {
    const waitMs = member.nextEventMs - this.#nowMs();
    this.#timers.set(member, this.#clock.setTimer(Math.max(0, waitMs), () => this.#act(member)));
  }

  #act(member: ModelInstrument): void {
    member.run(this.#nowMs(), Math.floor(this.#clock.epochMs()), this.#meanGapMs);
    this.#arm(member);
  }

  #nowMs(): number {
    return this.#clock.monotonicMs() - this.#startedMs;
  }
}
