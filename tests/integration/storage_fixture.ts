/**
 * What the storage tests share: stores on the machine's clock, directories, and records with made-up values.
 * @module
 */
import type { BookTickerSnapshot } from "../../src/core/book_ticker.ts";
import { SystemClock } from "../../src/core/clock.ts";
import type { Fill } from "../../src/core/fill.ts";
import type { InstrumentId } from "../../src/core/instrument.ts";
import type { ArbitrageOpportunity, Execution, ExecutionAttribution } from "../../src/core/opportunity.ts";
import { baseQuantity, quoteAmount } from "../../src/core/units.ts";
import { MarketStore, type MarketStoreOptions } from "../../src/storage/mod.ts";

/** 2026-01-02T03:04:05.678Z. */
export const someTime = 1_767_323_045_678;

/** Opens a store and collects its errors. */
export function openStore(
  options: Partial<MarketStoreOptions> = {},
): { store: MarketStore; errors: Error[] } {
  const errors: Error[] = [];
  const store = MarketStore.open({
    clock: new SystemClock(),
    mode: "demo",
    startedAt: someTime,
    onError: (error) => errors.push(error),
    ...options,
  });
  return { store, errors };
}

/** Runs `work` with a new directory under `data/`, which is removed afterwards. */
export async function withDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  Deno.mkdirSync("data", { recursive: true });
  const directory = Deno.makeTempDirSync({ dir: "data", prefix: "test-" });
  try {
    await work(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** A book ticker of the instrument. */
export function bookTicker(
  instrument: number,
  changes: Partial<BookTickerSnapshot> = {},
): BookTickerSnapshot {
  return {
    instrument: instrument as InstrumentId,
    bidPrice: 93_387.28,
    bidQuantity: 3.73485,
    askPrice: 93_387.29,
    askQuantity: 7.669875,
    exchangeTime: someTime,
    receivedAt: someTime + 12,
    updateId: 43_296_363_236,
    ...changes,
  };
}

/** An opportunity between the first two instruments. */
export function opportunity(id: number, changes: Partial<ArbitrageOpportunity> = {}): ArbitrageOpportunity {
  return {
    id,
    buy: 0 as InstrumentId,
    sell: 1 as InstrumentId,
    startedAt: someTime,
    endedAt: someTime + 250,
    endReason: "closed",
    peakEdgeBps: 12.34,
    peakQuantity: baseQuantity(0.25),
    peakProfit: quoteAmount(1.75),
    executions: 1,
    ...changes,
  };
}

/** An execution between the first two instruments. */
export function execution(id: number, changes: Partial<Execution> = {}): Execution {
  return {
    id,
    opportunity: id,
    purpose: "enter",
    buy: 0 as InstrumentId,
    sell: 1 as InstrumentId,
    quantity: baseQuantity(0.25),
    edgeQuote: quoteAmount(1.5),
    time: someTime + 20,
    ...changes,
  };
}

/** What an execution came to: every figure is another one. */
export function attribution(changes: Partial<ExecutionAttribution> = {}): ExecutionAttribution {
  return {
    strategy: "inventory",
    outcome: "flattened",
    reason: "",
    orders: 3,
    seenAt: someTime + 1,
    decidedAt: someTime + 2,
    sentAt: someTime + 3,
    acknowledgedAt: someTime + 5,
    filledAt: someTime + 8,
    hedgedAt: NaN,
    endedAt: someTime + 13,
    wanted: baseQuantity(0.3),
    missed: baseQuantity(0.05),
    hedgedQuantity: baseQuantity(0.02),
    residue: baseQuantity(-0.001),
    expectedQuote: quoteAmount(1.25),
    profitQuote: quoteAmount(-0.75),
    expectedFees: quoteAmount(0.5),
    chargedFees: quoteAmount(NaN),
    ...changes,
  };
}

/** A fill of the first instrument. */
export function fill(tradeId: string, changes: Partial<Fill> = {}): Fill {
  return {
    tradeId,
    clientOrderId: `order-${tradeId}`,
    exchangeOrderId: "",
    instrument: 0 as InstrumentId,
    side: "buy",
    price: 93_387.29,
    quantity: baseQuantity(0.25),
    notional: quoteAmount(23_346.8225),
    fee: 11.67,
    feeCoin: "USDT",
    feeQuote: quoteAmount(11.67),
    liquidity: "taker",
    time: someTime + 21,
    ...changes,
  };
}
