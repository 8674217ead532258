/**
 * The Gate.io USDT futures market over simulated instruments.
 * @module
 */
import { type TruthBook, truthOf } from "../market/truth_book.ts";
import type { Topic } from "../publish/topic.ts";
import type { FuturesEngine } from "../trading/futures_contract.ts";
import type { VenueContext } from "../venue_context.ts";
import { candleEndpoints } from "./futures_candle_rest.ts";
import { FuturesChannels } from "./futures_channels.ts";
import { FuturesMarket } from "./futures_market.ts";
import { marketEndpoints } from "./futures_market_rest.ts";
import { referenceEndpoints } from "./futures_reference_rest.ts";
import { FuturesReferences } from "./futures_references.ts";
import type { GateBackend } from "./gate_backend.ts";
import { emptyModule, type GateEndpoint, type GateModule } from "./gate_endpoint.ts";
import { gateRestErrors } from "./gate_errors.ts";

/** Clients that load every market ask for the contracts that are settled in BTC too; there are none. */
const coinSettled: GateEndpoint = {
  method: "GET",
  path: "/futures/btc/contracts",
  access: "public",
  handle: (_, respond): void => respond(200, []),
};

/** Endpoints under `/futures/usdt` and the futures channels. */
export class FuturesBackend implements GateBackend {
  readonly #market: FuturesMarket;
  readonly #references: FuturesReferences;
  readonly #channels: FuturesChannels;

  /** @param engine Where orders are traded; without it the market is public data only. */
  constructor(context: VenueContext, engine?: FuturesEngine) {
    this.#market = new FuturesMarket(context, engine);
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
      ...emptyModule,
      endpoints: [
        coinSettled,
        ...marketEndpoints(this.#market),
        ...candleEndpoints(this.#market, this.#references),
        ...referenceEndpoints(this.#market),
      ],
    };
  }

  get(): void {
    throw gateRestErrors.notFound();
  }
}
