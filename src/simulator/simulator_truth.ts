/**
 * What the simulated venues really hold, for tests.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";
import type { GateBackend } from "./gateio/gate_backend.ts";
import type { MarketInstrument } from "./market/market_instrument.ts";
import { findInstrument } from "./market/market_source.ts";
import { type TruthBook, truthOf } from "./market/truth_book.ts";

/** Reads the venues' own state. */
export class SimulatorTruth {
  readonly #instruments: readonly MarketInstrument[];
  readonly #gateSpot: GateBackend | undefined;

  constructor(instruments: readonly MarketInstrument[], gateSpot: GateBackend | undefined) {
    this.#instruments = instruments;
    this.#gateSpot = gateSpot;
  }

  /** The book of a symbol as it stands, or undefined when the venue has none with this name. */
  book(exchange: ExchangeKey, symbol: string): TruthBook | undefined {
    if (exchange === "GATEIO_SPOT" && this.#gateSpot !== undefined) return this.#gateSpot.truth(symbol);
    const instrument = findInstrument(this.#instruments, exchange, symbol);
    return instrument && truthOf(instrument);
  }
}
