/**
 * Where the prices of a simulation come from.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { GateBackend } from "../gateio/gate_backend.ts";
import type { MarketInstrument } from "./market_instrument.ts";

/** What a source gets from the simulator. */
export interface SourceContext {
  readonly clock: Clock;
  /** A stream of its own for the source. */
  readonly random: SeededRandom;
}

/** A market that a source opened: instruments whose books move once it is started. */
export interface OpenMarket {
  readonly instruments: readonly MarketInstrument[];
  /** Stands in for the whole Gate.io spot side when the source holds recorded wire traffic. */
  readonly gateSpot?: GateBackend;
  /** Starts the market. Called once. */
  start(): void;
  /** Stops it and its timers for good. */
  stop(): void;
}

/** A kind of market: a model, a tape, a capture. */
export interface MarketSource {
  /** Opens the market. Books are filled when this returns. */
  open(context: SourceContext): OpenMarket;
}

/** The instrument with this name among `instruments`. */
export function findInstrument(
  instruments: readonly MarketInstrument[],
  exchange: ExchangeKey,
  symbol: string,
): MarketInstrument | undefined {
  return instruments.find(({ spec }) => spec.exchange === exchange && spec.exchangeSymbol === symbol);
}
