/**
 * The Gate.io USDT futures market over simulated instruments.
 * @module
 */
import type { Ledger } from "../accounts/ledger.ts";
import { type TruthBook, truthOf } from "../market/truth_book.ts";
import type { Topic } from "../publish/topic.ts";
import type { FuturesEngine } from "../trading/futures_contract.ts";
import type { VenueContext } from "../venue_context.ts";
import { candleEndpoints } from "./futures_candle_rest.ts";
import { FuturesChannels } from "./futures_channels.ts";
import { FuturesMarket } from "./futures_market.ts";
import { marketEndpoints } from "./futures_market_rest.ts";
import { futuresPrivateModule } from "./futures_private_module.ts";
import { referenceEndpoints } from "./futures_reference_rest.ts";
import { FuturesReferences } from "./futures_references.ts";
import type { GateBackend } from "./gate_backend.ts";
import { emptyModule, type GateModule } from "./gate_endpoint.ts";

/** Endpoints under `/futures/usdt` and the futures channels. */
export class FuturesBackend implements GateBackend {
  readonly #market: FuturesMarket;
  readonly #references: FuturesReferences;
  readonly #channels: FuturesChannels;
  readonly #private: GateModule;

  /**
   * @param engine Where orders are traded; without it the market is public data only.
   * @param ledger What happened to the accounts before.
   */
  constructor(context: VenueContext, engine?: FuturesEngine, ledger?: Ledger) {
    this.#market = new FuturesMarket(context, engine);
    this.#private = engine === undefined
      ? emptyModule
      : futuresPrivateModule({ market: this.#market, engine }, ledger?.entries() ?? []);
    this.#references = new FuturesReferences(this.#market);
    this.#channels = new FuturesChannels(this.#market, this.#references);
  }

  topics(channel: string, payload: readonly unknown[], headers: Headers): Topic[] {
    return this.#channels.resolve(channel, payload, headers);
  }

  truth(symbol: string): TruthBook | undefined {
    const instrument = this.#market.context.instruments.get(symbol);
    return instrument && truthOf(instrument);
  }

  module(): GateModule {
    return {
      ...this.#private,
      endpoints: [
        ...this.#private.endpoints,
        ...marketEndpoints(this.#market),
        ...candleEndpoints(this.#market, this.#references),
        ...referenceEndpoints(this.#market),
      ],
    };
  }
}
