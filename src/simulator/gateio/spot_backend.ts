/**
 * The Gate.io spot market over simulated instruments.
 * @module
 */
import type { Ledger } from "../accounts/ledger.ts";
import { type TruthBook, truthOf } from "../market/truth_book.ts";
import type { Topic } from "../publish/topic.ts";
import type { SpotTrading } from "../trading/spot_trading.ts";
import type { VenueContext } from "../venue_context.ts";
import type { GateBackend } from "./gate_backend.ts";
import type { GateModule } from "./gate_endpoint.ts";
import { SpotChannels } from "./spot_channels.ts";
import { SpotMarket } from "./spot_market.ts";
import { spotModule } from "./spot_module.ts";

/** The endpoints under `/spot`, the spot channels, and trading. */
export class SpotBackend implements GateBackend {
  readonly #market: SpotMarket;
  readonly #channels: SpotChannels;
  readonly #module: GateModule;

  /** @param ledger Every change of every balance. */
  constructor(context: VenueContext, trading: SpotTrading, ledger: Ledger) {
    this.#market = new SpotMarket(context, trading);
    this.#channels = new SpotChannels(context);
    this.#module = spotModule(this.#market, ledger);
  }

  topics(channel: string, payload: readonly unknown[]): Topic[] {
    return this.#channels.resolve(channel, payload);
  }

  truth(symbol: string): TruthBook | undefined {
    const instrument = this.#market.context.instruments.get(symbol);
    return instrument && truthOf(instrument);
  }

  module(): GateModule {
    return this.#module;
  }
}
