import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { BookTickerSnapshot } from "../../src/core/book_ticker.ts";
import type { InstrumentId } from "../../src/core/instrument.ts";
import { baseQuantity, quoteAmount } from "../../src/core/units.ts";
import type { MarketStore, Row } from "../../src/storage/mod.ts";
import { testInstruments } from "../support/instruments.ts";
import {
  attribution,
  bookTicker,
  execution,
  fill,
  openStore,
  opportunity,
  someTime,
} from "./storage_fixture.ts";

const nullIfNaN = (value: number): number | null => Number.isNaN(value) ? null : value;
const nullIfZero = (value: number): number | null => value === 0 ? null : value;

/** Symbol names by instrument id, as a query would show them. */
const names = testInstruments().all.map((instrument) =>
  `${instrument.exchange} ${instrument.exchangeSymbol}`
);

async function only(store: MarketStore, sql: string): Promise<Row> {
  const rows = await store.query(sql);
  assertEquals(rows.length, 1);
  return rows[0]!;
}

/** Expression for the name of the symbol that a column refers to. */
function symbolName(column: string): string {
  return `(select e.key || ' ' || s.exchange_symbol from symbols s
    join exchanges e on e.id = s.exchange_id where s.id = ${column})`;
}

const anyDouble = fc.double();
const anyTicker = fc.record({
  instrument: fc.nat(8).map((id) => id as InstrumentId),
  bidPrice: anyDouble,
  bidQuantity: anyDouble,
  askPrice: anyDouble,
  askQuantity: anyDouble,
  exchangeTime: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4_102_444_800_000 })),
  receivedAt: fc.integer({ min: 1, max: 4_102_444_800_000 }),
  updateId: fc.maxSafeNat(),
});
const anyBatch = fc.array(anyTicker, { minLength: 1, maxLength: 200, size: "max" });

Deno.test("MarketStore keeps every kind of record as it was", async (test) => {
  const { store, errors } = openStore({ seed: 42 });
  store.registerInstruments(testInstruments().all);
  for (const [name, check] of Object.entries(checks)) await test.step(name, () => check(store));
  const report = await store.close();
  assertEquals(report.lost, 0);
  for (const { queued, stored } of Object.values(report.rows)) assertEquals(stored, queued);
  assert(report.rows.book_ticker_snapshots.stored > 1_000);
  assertEquals(errors, []);
});

const checks: Readonly<Record<string, (store: MarketStore) => Promise<void>>> = {
  "an instrument with its steps as exact decimals": keepsInstrument,
  "a run with its mode, seed and start": keepsRun,
  "an opportunity": keepsOpportunity,
  "an execution, and one that belongs to no opportunity": keepsExecutions,
  "what an execution came to, and who rejected an opportunity": keepsAttribution,
  "a fill, marked as paper in a run that is not live": keepsFill,
  "book tickers with any doubles: exact, null for an empty side and for a missing time or version": (store) =>
    fc.assert(fc.asyncProperty(anyBatch, (batch) => keepsBookTickers(store, batch)), { numRuns: 60 }),
};

async function keepsInstrument(store: MarketStore): Promise<void> {
  const row = await only(
    store,
    `select s.*, e.key as exchange from symbols s join exchanges e on e.id = s.exchange_id
    where e.key = 'GATEIO_FUTURES' and base = 'LUNC'`,
  );
  const expected = {
    exchange: "GATEIO_FUTURES",
    quote: "USDT",
    exchange_symbol: "LUNC_USDT",
    market: "perpetual",
    tick_size: "0.00000001",
    lot_size: "1",
    contract_size: "10000",
    min_quantity: 1,
    min_notional: 0,
    maker_fee: 0.0002,
    taker_fee: 0.0005,
    tradable: true,
  };
  for (const [column, value] of Object.entries(expected)) assertEquals(row[column], value, column);
}

async function keepsRun(store: MarketStore): Promise<void> {
  const row = await only(store, "select mode, seed, started_at, ended_at from runs");
  assertEquals(row, { mode: "demo", seed: 42, started_at: new Date(someTime), ended_at: null });
}

async function keepsOpportunity(store: MarketStore): Promise<void> {
  const [buy, sell] = [3 as InstrumentId, 8 as InstrumentId];
  store.recordOpportunity(opportunity(7, { buy, sell, peakEdgeBps: 0.1 + 0.2, executions: 3 }));
  const row = await only(
    store,
    `select o.*, ${symbolName("buy_symbol_id")} as buy, ${symbolName("sell_symbol_id")} as sell
    from arbitrage_opportunities o`,
  );
  assertEquals([row["buy"], row["sell"]], [names[3], names[8]]);
  assertEquals([row["id"], row["executions"], row["end_reason"]], [7, 3, "closed"]);
  assertEquals([row["peak_edge_bps"], row["peak_quantity"], row["peak_profit"]], [0.1 + 0.2, 0.25, 1.75]);
  assertEquals([row["started_at"], row["ended_at"]], [new Date(someTime), new Date(someTime + 250)]);
}

async function keepsExecutions(store: MarketStore): Promise<void> {
  store.recordExecution(execution(1, { opportunity: 7, edgeQuote: quoteAmount(-0.3) }));
  store.recordExecution(execution(2, { opportunity: 0, purpose: "exit" }));
  const rows = await store.query("select * from executions order by id");
  assertEquals(rows.map((row) => row["opportunity_id"]), [7, null]);
  assertEquals(rows.map((row) => row["purpose"]), ["enter", "exit"]);
  assertEquals(rows.map((row) => row["edge_quote"]), [-0.3, 1.5]);
  assertEquals(rows[0]!["executed_at"], new Date(someTime + 20));
}

async function keepsAttribution(store: MarketStore): Promise<void> {
  store.recordExecution(execution(3, { opportunity: 0, attribution: attribution({ reason: "too slow" }) }));
  const row = await only(store, "select * from executions where id = 3");
  const expected = {
    strategy: "inventory",
    outcome: "flattened",
    reason: "too slow",
    orders: 3,
    seen_at: new Date(someTime + 1),
    decided_at: new Date(someTime + 2),
    sent_at: new Date(someTime + 3),
    acknowledged_at: new Date(someTime + 5),
    filled_at: new Date(someTime + 8),
    hedged_at: null,
    ended_at: new Date(someTime + 13),
    wanted_quantity: 0.3,
    missed_quantity: 0.05,
    hedged_quantity: 0.02,
    residue_quantity: -0.001,
    expected_quote: 1.25,
    profit_quote: -0.75,
    expected_fees: 0.5,
    charged_fees: null,
  };
  for (const [column, value] of Object.entries(expected)) assertEquals(row[column], value, column);
  store.recordOpportunity(opportunity(8, { decision: "spread too wide", rejectedBy: "risk" }));
  const passed = await only(store, "select * from arbitrage_opportunities where id = 8");
  assertEquals([passed["decision"], passed["rejected_by"]], ["spread too wide", "risk"]);
}

async function keepsFill(store: MarketStore): Promise<void> {
  const tradeId = `quoted " and \\ and {braces}, null`;
  const quantity = baseQuantity(1e-8);
  store.recordFill(fill(tradeId, { side: "sell", fee: -0.01, feeCoin: "BTC", quantity, liquidity: "maker" }));
  const row = await only(store, `select f.*, ${symbolName("symbol_id")} as symbol from fills f`);
  assertEquals([row["trade_id"], row["client_order_id"]], [tradeId, `order-${tradeId}`]);
  assertEquals([row["symbol"], row["side"], row["liquidity"]], [names[0], "sell", "maker"]);
  assertEquals([row["price"], row["quantity"], row["notional"]], [93_387.29, 1e-8, 23_346.8225]);
  assertEquals([row["fee"], row["fee_coin"], row["fee_quote"]], [-0.01, "BTC", 11.67]);
  assertEquals([row["paper"], row["filled_at"]], [true, new Date(someTime + 21)]);
}

async function keepsBookTickers(store: MarketStore, batch: readonly BookTickerSnapshot[]): Promise<void> {
  await store.query("delete from book_ticker_snapshots");
  const reused = { ...bookTicker(0) };
  for (const ticker of batch) store.recordBookTicker(Object.assign(reused, ticker));
  const rows = await store.query(
    `select ${symbolName("symbol_id")} as symbol, bid_price, bid_quantity, ask_price, ask_quantity, update_id,
      (extract(epoch from exchange_time) * 1000)::float8 as exchange_time,
      (extract(epoch from received_at) * 1000)::float8 as received_at from book_ticker_snapshots order by ctid`,
  );
  assertEquals(
    rows,
    batch.map((ticker) => ({
      symbol: names[ticker.instrument],
      bid_price: nullIfNaN(ticker.bidPrice),
      bid_quantity: Number.isNaN(ticker.bidPrice) ? null : nullIfNaN(ticker.bidQuantity),
      ask_price: nullIfNaN(ticker.askPrice),
      ask_quantity: Number.isNaN(ticker.askPrice) ? null : nullIfNaN(ticker.askQuantity),
      update_id: nullIfZero(ticker.updateId),
      exchange_time: nullIfZero(ticker.exchangeTime),
      received_at: ticker.receivedAt,
    })),
  );
}
