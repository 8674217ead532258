/**
 * Two contracts, a crowd that a test moves, and accounts.
 * @module
 */
import { SeededRandom } from "../../../../src/core/random.ts";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import type { Account } from "../../../../src/simulator/accounts/account.ts";
import { parseAtoms } from "../../../../src/simulator/accounts/atoms.ts";
import { listInstrument } from "../../../../src/simulator/market/listing.ts";
import type { MarketInstrument } from "../../../../src/simulator/market/market_instrument.ts";
import type {
  FuturesAccountView,
  FuturesOrderTerms,
  PositionKey,
  PositionSlot,
  PositionView,
} from "../../../../src/simulator/trading/futures_contract.ts";
import { Refusal } from "../../../../src/simulator/trading/refusal.ts";
import type { VenueOrder } from "../../../../src/simulator/trading/venue_order.ts";
import { TradingFloor } from "../../../../src/simulator/trading_floor.ts";

/** Levels that the crowd quotes on each side. */
const crowdLevels = 8;

/** Atoms of decimal text. */
export function usdt(text: string): bigint {
  return parseAtoms(text)!;
}

/** The reason for which something is refused, or `accepted`. */
export function reasonOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
  return "accepted";
}

/** Everything for a test of the futures engine. */
export class ContractFloor {
  readonly clock = new SimulatedClock(1_786_540_560_000);
  readonly floor: TradingFloor;
  readonly btc: MarketInstrument;
  readonly xrp: MarketInstrument;
  readonly accounts: readonly Account[];

  /** @param deposits USDT of each account. */
  constructor(...deposits: string[]) {
    const clocks = { mexc: this.clock, gateio: this.clock };
    const users = deposits.map((amount, index) => ({
      family: "gateio" as const,
      uid: String(index + 1),
      deposits: { GATEIO_FUTURES: { USDT: amount } },
    }));
    this.floor = new TradingFloor(clocks, new SeededRandom(1), users);
    this.accounts = this.floor.accounts.accounts;
    this.btc = this.#list("BTC", "0.1", "0.0001", 80_000);
    this.xrp = this.#list("XRP", "0.0001", "10", 2.5);
    this.floor.watch([this.btc, this.xrp]);
    this.move(this.btc, 800_000);
    this.move(this.xrp, 25_000);
  }

  get futures(): TradingFloor["futures"] {
    return this.floor.futures;
  }

  /** The crowd quotes around a price in ticks, and the index goes there. */
  move(instrument: MarketInstrument, middle: number, lots = 1000, step = 10): void {
    const now = this.clock.epochMs();
    for (const side of ["bid", "ask"] as const) {
      const levels = side === "bid" ? instrument.crowd.bids : instrument.crowd.asks;
      while (levels.size > 0) instrument.quote(side, levels.tickAt(0), 0, now);
    }
    instrument.indexPrice = instrument.spec.tick.value(middle);
    for (let rank = 1; rank <= crowdLevels; rank++) {
      instrument.quote("bid", middle - rank * step, lots, now);
      instrument.quote("ask", middle + rank * step, lots, now);
    }
    instrument.commit(now);
  }

  /** Places an order in BTC; by default a limit order that rests. */
  place(
    account: number,
    side: "buy" | "sell",
    lots: number,
    tick: number,
    more: Partial<FuturesOrderTerms> = {},
  ): VenueOrder {
    return this.futures.place(this.accounts[account]!, {
      instrument: this.btc,
      side,
      kind: "limit",
      timeInForce: "gtc",
      tick,
      lots,
      clientId: "",
      ...more,
    });
  }

  /** A market order in BTC. */
  market(
    account: number,
    side: "buy" | "sell",
    lots: number,
    more: Partial<FuturesOrderTerms> = {},
  ): VenueOrder {
    const tick = side === "buy" ? Infinity : 0;
    return this.place(account, side, lots, tick, { kind: "market", timeInForce: "ioc", ...more });
  }

  key(account: number, slot: PositionSlot = "single", instrument = this.btc): PositionKey {
    return { account: this.accounts[account]!, instrument, slot };
  }

  position(account: number, slot: PositionSlot = "single", instrument = this.btc): PositionView {
    return this.futures.position(this.key(account, slot, instrument))!;
  }

  view(account: number): FuturesAccountView {
    return this.futures.view(this.accounts[account]!);
  }

  #list(base: string, tick: string, contractSize: string, price: number): MarketInstrument {
    return listInstrument(
      {
        exchange: "GATEIO_FUTURES",
        base,
        tick,
        lot: "1",
        contractSize,
        price,
        openedMs: this.clock.epochMs(),
      },
      new SeededRandom(2),
    );
  }
}
