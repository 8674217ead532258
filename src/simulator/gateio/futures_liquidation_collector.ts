/**
 * Liquidations of everybody, for `futures.public_liquidates`.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { Collector } from "../publish/topic.ts";
import type { FuturesEngine, FuturesListener, Liquidation } from "../trading/futures_contract.ts";

/** Gathers the liquidations between two frames. */
export class LiquidationCollector implements Collector<readonly Liquidation[]>, FuturesListener {
  readonly #engine: FuturesEngine | undefined;
  readonly #instrument: MarketInstrument | undefined;
  #waiting: Liquidation[] = [];
  #changed: (() => void) | undefined;

  /** @param instrument One contract; undefined for all. */
  constructor(engine: FuturesEngine | undefined, instrument: MarketInstrument | undefined) {
    this.#engine = engine;
    this.#instrument = instrument;
  }

  attach(changed: () => void): void {
    this.#changed = changed;
    this.#engine?.events.listen(this);
  }

  detach(): void {
    this.#engine?.events.unlisten(this);
    this.#waiting = [];
  }

  onLiquidation(liquidation: Liquidation): void {
    if (this.#instrument !== undefined && liquidation.instrument !== this.#instrument) return;
    this.#waiting.push(liquidation);
    this.#changed?.();
  }

  take(): readonly Liquidation[] | undefined {
    if (this.#waiting.length === 0) return undefined;
    return this.#waiting.splice(0);
  }
}
