/**
 * `futures.contract_info`: the terms of a contract, and their changes.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { Subscriber, Topic } from "../publish/topic.ts";
import type { FuturesMarket } from "./futures_market.ts";
import { markStep } from "./futures_prices.ts";
import { tierRows } from "./futures_tiers.ts";
import { gatePush } from "./gate_push.ts";

/** UNCONFIRMED: `contract` as the name, and one object for each contract. */
function push(event: "all" | "update", instrument: MarketInstrument, nowMs: number): string {
  const { spec } = instrument;
  return gatePush("futures.contract_info", event, nowMs, {
    contract: spec.exchangeSymbol,
    quanto_multiplier: spec.contractSize.format(1),
    order_price_round: spec.tick.format(1),
    mark_price_round: markStep(instrument).format(1),
    risk_limit_tiers: tierRows(instrument),
  });
}

/** Tells everybody the terms when they join, and again when the listing changes. */
export class ContractInfoTopic implements Topic {
  readonly #market: FuturesMarket;
  readonly #instrument: MarketInstrument;
  readonly #subscribers = new Set<Subscriber>();

  constructor(market: FuturesMarket, instrument: MarketInstrument) {
    this.#market = market;
    this.#instrument = instrument;
  }

  add(subscriber: Subscriber): void {
    if (this.#subscribers.has(subscriber)) return;
    if (this.#subscribers.size === 0) this.#instrument.listing.listen(this.#changed);
    this.#subscribers.add(subscriber);
    subscriber.push(push("all", this.#instrument, this.#market.nowMs));
  }

  remove(subscriber: Subscriber): void {
    if (this.#subscribers.delete(subscriber) && this.#subscribers.size === 0) {
      this.#instrument.listing.unlisten(this.#changed);
    }
  }

  readonly #changed = (): void => {
    const frame = push("update", this.#instrument, this.#market.nowMs);
    for (const subscriber of this.#subscribers) subscriber.push(frame);
  };
}
