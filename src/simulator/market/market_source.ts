/**
 * Where the prices of a simulation come from.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { GateBackend } from "../gateio/gate_backend.ts";
import type { MarketInstrument } from "./market_instrument.ts";

/** A book in numbers: what a client should hold when it has seen every frame up to `version`. */
export interface TruthBook {
  readonly version: number;
  /** Price and size, best first; sizes in base units on spot and in contracts on futures. */
  readonly bids: readonly (readonly [price: number, quantity: number])[];
  readonly asks: readonly (readonly [price: number, quantity: number])[];
}

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

/** The book of an instrument as numbers. */
export function truthOf(instrument: MarketInstrument): TruthBook {
  const { tick, lot } = instrument.spec;
  const { book } = instrument;
  const numbers = (side: "bid" | "ask"): [number, number][] =>
    book.side(side).top(Infinity).map((level) => [tick.value(level.tick), lot.value(level.lots)]);
  return { version: book.version, bids: numbers("bid"), asks: numbers("ask") };
}

/** The instrument with this name among `instruments`. */
export function findInstrument(
  instruments: readonly MarketInstrument[],
  exchange: ExchangeKey,
  symbol: string,
): MarketInstrument | undefined {
  return instruments.find(({ spec }) => spec.exchange === exchange && spec.exchangeSymbol === symbol);
}
