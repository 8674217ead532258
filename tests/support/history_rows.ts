/**
 * A row for each table that grows with time, and the venues and symbols that they are about.
 * @module
 */
import type { Database } from "../../src/storage/database.ts";
import type { HistoryTable } from "../../src/storage/history_tables.ts";

/** Creates a run (1), two venues (1, 2) and four symbols: A on both (1, 2), B on both with different coins (3, 4). */
export async function createSymbols(database: Database): Promise<void> {
  await database.script(`
    insert into runs (key, mode, started_at) values ('00000000-0000-4000-8000-000000000001', 'paper', now());
    insert into exchanges (id, key, name, market, buy_fee_coin)
      values (1, 'ONE', 'One', 'spot', 'base'), (2, 'TWO', 'Two', 'spot', 'base');
    insert into symbols (exchange_id, base, quote, exchange_symbol, market, tick_size, lot_size, contract_size,
      tradable, identities)
      values (1, 'A', 'USDT', 'AUSDT', 'spot', 0.1, 1, 1, true, '{}'),
        (2, 'A', 'USDT', 'A_USDT', 'spot', 0.1, 1, 1, true, '{eth:0xa}'),
        (1, 'B', 'USDT', 'BUSDT', 'spot', 0.1, 1, 1, true, '{eth:0xb}'),
        (2, 'B', 'USDT', 'B_USDT', 'spot', 0.1, 1, 1, true, '{sol:other}');`);
}

/** Statement that inserts a row of the time `t` with a number of its own `n`, without where those come from. */
export const historyRows: Readonly<Record<HistoryTable, string>> = {
  book_ticker_snapshots:
    `insert into book_ticker_snapshots (run_id, symbol_id, bid_price, bid_quantity, ask_price,
    ask_quantity, received_at, update_id) select 1, 1, 1, 1, 2, 1, t, n`,
  orderbook_depth: `insert into orderbook_depth (run_id, symbol_id, level, bid_price, received_at, update_id)
    select 1, 1, 1, 1, t, n`,
  trade_snapshots:
    `insert into trade_snapshots (run_id, symbol_id, trade_id, price, quantity, taker_side, internal,
    recovered, exchange_time, received_at) select 1, 1, n, 1, 1, 'buy', false, false, t, t`,
  order_flow_metrics: `insert into order_flow_metrics (run_id, symbol_id, window_ms, microprice, measured_at)
    select 1, 1, 1000, 1, t`,
  latency_samples:
    `insert into latency_samples (run_id, exchange_id, stage, samples, p50_us, p90_us, p99_us, max_us,
    measured_at) select 1, null, 'frame_to_book', 1, 1, 1, 1, 1, t`,
  funding_rate_snapshots: `insert into funding_rate_snapshots (run_id, symbol_id, funding_rate, funding_time,
    funding_interval, received_at) select 1, 1, 0.0001, t + interval '1 hour', 28800, t`,
  balance_snapshots:
    `insert into balance_snapshots (run_id, exchange_id, coin, available, locked, frozen, borrowing,
    interest, taken_at) select 1, 1, 'USDT', 1, 0, 0, 0, 0, t`,
  collector_status:
    `insert into collector_status (run_id, exchange_id, collector, state, messages, errors, gaps,
    reconnects, reported_at) select 1, 1, 'books', 'running', 1, 0, 0, 0, t`,
  arbitrage_opportunities:
    `insert into arbitrage_opportunities (run_id, id, buy_symbol_id, sell_symbol_id, started_at,
    ended_at, end_reason, executions, duration_ms) select 1, n, 1, 2, t, t, 'closed', 0, 0`,
  executions: `insert into executions (run_id, id, purpose, buy_symbol_id, sell_symbol_id, executed_at)
    select 1, n, 'enter', 1, 2, t`,
  fills:
    `insert into fills (run_id, symbol_id, trade_id, client_order_id, side, fee_coin, liquidity, paper, filled_at)
    select 1, 1, n, n, 'buy', 'USDT', 'taker', true, t`,
  orders:
    `insert into orders (run_id, symbol_id, client_order_id, order_id, side, type, time_in_force, status,
    reduce_only, paper, quantity, filled_quantity, created_at, updated_at)
    select 1, 1, n, '', 'buy', 'limit', 'ioc', 'filled', false, true, 1, 1, t, t`,
  positions: `insert into positions (run_id, symbol_id, side, paper, quantity, realised_pnl, taken_at)
    select 1, 1, 'single', true, 1, 0, t`,
};

/** Inserts a row of a time, epoch milliseconds, into each table. */
export async function insertEverywhere(database: Database, time: number, number: number): Promise<void> {
  for (const statement of Object.values(historyRows)) {
    const source = `from (select to_timestamp($1::float8 / 1000) as t, $2::integer as n) as of`;
    await database.query(`${statement} ${source}`, [time, number]);
  }
}
