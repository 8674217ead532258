/**
 * The running form of a market model.
 * @module
 */
import { type Clock, maxDelayMs, type Timer } from "../../core/clock.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { OpenMarket } from "../market/market_source.ts";
import type { MarketUpkeep } from "../market/market_upkeep.ts";
import { EventQueue } from "./event_queue.ts";
import type { ModelInstrument } from "./model_instrument.ts";

/** Lets the instruments of a model act, each at its own random moments, all on one timer. */
export class ModelMarket implements OpenMarket {
  readonly instruments: readonly MarketInstrument[];
  readonly #clock: Clock;
  readonly #queue: EventQueue<ModelInstrument>;
  readonly #upkeep: MarketUpkeep;
  #timer: Timer | undefined;
  #startedMs = 0;
  #stopped = false;

  constructor(clock: Clock, members: readonly ModelInstrument[], upkeep: MarketUpkeep) {
    this.instruments = members.map((member) => member.instrument);
    this.#clock = clock;
    this.#queue = new EventQueue(members);
    this.#upkeep = upkeep;
  }

  start(): void {
    this.#startedMs = this.#clock.monotonicMs();
    this.#upkeep.start();
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#upkeep.stop();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const next = this.#queue.first?.nextEventMs ?? Infinity;
    if (this.#stopped || next === Infinity) return;
    const waitMs = Math.min(maxDelayMs, Math.max(0, next - this.#nowMs()));
    this.#timer = this.#clock.setTimer(waitMs, () => this.#act());
  }

  #act(): void {
    const nowMs = this.#nowMs();
    const epochMs = Math.floor(this.#clock.epochMs());
    // The first event was waited for, so it happens even if the timer came a rounding error too early.
    do {
      this.#queue.first!.step(nowMs, epochMs);
      this.#queue.moved();
    } while (this.#queue.first!.nextEventMs <= nowMs);
    this.#arm();
  }

  #nowMs(): number {
    return this.#clock.monotonicMs() - this.#startedMs;
  }
}
