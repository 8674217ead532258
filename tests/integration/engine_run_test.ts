import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Fill } from "../../src/core/fill.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { parseClientOrderId } from "../../src/execution/client_order_id.ts";
import { type SimulatedRun, simulatedStart, withRun } from "../support/simulated_run.ts";

type Row = Record<string, unknown>;

/** Profit from nothing but the fills: money that came minus money that went, what is left at the last middles. */
function profitOf(run: SimulatedRun, engine: Engine): number {
  const middles = new Map<string, number>();
  let profit = 0;
  const held = new Map<string, number>();
  for (const fill of run.recorded.fills) {
    const instrument = engine.instruments.get(fill.instrument);
    // A coin is the same on both spot venues; each contract stands for itself.
    const key = instrument.market === "spot" ? instrument.base : instrument.exchangeSymbol;
    const sign = fill.side === "buy" ? 1 : -1;
    const fee = fill.feeCoin === instrument.base ? fill.fee : 0;
    profit -= sign * fill.notional + (fill.feeCoin === instrument.base ? 0 : fill.fee);
    held.set(key, (held.get(key) ?? 0) + sign * fill.quantity - fee);
    middles.set(key, engine.middle(instrument));
  }
  for (const [key, quantity] of held) profit += quantity * middles.get(key)!;
  return profit;
}

/** What tells one trade from all others. */
function tradeName({ instrument, tradeId }: Fill): string {
  return `${instrument} ${tradeId}`;
}

/** Number of the execution that a trade is of. */
function executionOf({ clientOrderId }: Fill): number {
  return parseClientOrderId(clientOrderId)!.execution;
}

/** Number of the order within its execution: 1 and 2 are the pair, others hedge. */
function orderOf({ clientOrderId }: Fill): number {
  return parseClientOrderId(clientOrderId)!.order;
}

async function oneRow(run: SimulatedRun, sql: string): Promise<Row> {
  return (await run.store.query(sql))[0] as Row;
}

Deno.test("A run trades, reports every figure, and its profit is what its fills say", async () => {
  await withRun({ stored: false }, async (run) => {
    await run.start();
    await run.advance(15_000);
    await run.finish();
    const { engine } = run;
    const live = engine.report();
    engine.stop();
    engine.stop();
    const report = engine.report();
    assertEquals(Object.keys(report), [
      "venues",
      "books",
      "opportunities",
      "executions",
      "fills",
      "refused",
      "pnlUsd",
      "unrealisedPnlUsd",
      "feesUsd",
      "rebalance",
      "rows",
      "lost",
      "storage",
      "symbolCache",
      "latencyUs",
      "uptimeS",
      "decisionsHash",
    ]);
    for (const venue of ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const) {
      const { frames, ...rest } = report.venues[venue]!;
      assert(frames > 100, `${frames} frames from ${venue}`);
      assertEquals(rest, { decodeErrors: 0, gaps: 0, resyncs: 0, reconnects: 0 });
    }
    assertEquals(report.books, { usable: 24, total: 24 });
    const { recorded } = run;
    assert(report.opportunities >= 1 && report.executions >= 1);
    assertEquals(report.opportunities, recorded.opportunities.length);
    assertEquals(report.executions, recorded.executions.length);
    assertEquals(report.fills, recorded.fills.length);
    // Nobody is told of a trade twice, and every trade is of an execution that was told.
    assertEquals(new Set(recorded.fills.map(tradeName)).size, report.fills);
    const ids = new Set(recorded.executions.map(({ id }) => id));
    assertEquals(recorded.fills.filter((fill) => !ids.has(executionOf(fill))), []);
    assertAlmostEquals(report.feesUsd, recorded.fills.reduce((sum, fill) => sum + fill.feeQuote, 0), 1e-6);
    assertAlmostEquals(report.pnlUsd + report.unrealisedPnlUsd, profitOf(run, engine), 1e-5);
    assertEquals(report.unrealisedPnlUsd, live.unrealisedPnlUsd);
    // The instruments were asked for before the run began, and the last trades ended after 15 s.
    assert(report.uptimeS > 14.5 && report.uptimeS <= 18, `${report.uptimeS} s`);
    await run.advance(1_000);
    const { rows: _rows, lost: _lost, storage: _storage, ...later } = engine.report();
    assertEquals({ ...report, ...later }, report);
    const { frameToBook, frameToDecision } = report.latencyUs;
    assert(frameToBook.p50 > 0 && frameToBook.p99 >= frameToBook.p50);
    assert(frameToDecision.p50 >= frameToBook.p50 && frameToDecision.p99 >= frameToDecision.p50);
    assertEquals(report.decisionsHash.length, 64);
  });
});

Deno.test("The database holds exactly the rows that the run handed over", async () => {
  await withRun({ seed: 5 }, async (run) => {
    await run.start();
    await run.advance(10_000);
    await run.finish();
    run.engine.stop();
    await run.store.drained();
    const { recorded, engine } = run;
    const report = engine.report();
    assertEquals(report.lost, 0);
    assertEquals(run.storageErrors, []);
    for (const [table, { queued, stored }] of Object.entries(report.rows)) {
      assertEquals(stored, queued, table);
      const { rows } = await oneRow(run, `select count(*)::int as rows from ${table}`);
      // An order is written anew with each of its states.
      if (table !== "orders") assertEquals(rows, queued, table);
    }
    const orders = engine.measurements.trades.all.reduce((sum, each) => sum + each.orders, 0);
    assertEquals(await oneRow(run, "select count(*)::int as orders from orders"), { orders });
    assertEquals(report.rows.exchanges.stored, 3);
    assertEquals(report.rows.symbols.stored, 24);
    assertEquals(report.rows.book_ticker_snapshots.stored, recorded.tickers.length);
    assertEquals(report.rows.fills.stored, recorded.fills.length);
    assert(recorded.fills.length > 0 && recorded.tickers.length > 100);

    const bySide = await run.store.query(
      `select side, count(*)::int as fills, sum(fee_quote) as fees, sum(notional) as notional,
              sum(quantity * price) as value from fills group by side order by side`,
    ) as Row[];
    for (const row of bySide) {
      const own = recorded.fills.filter(({ side }) => side === row["side"]);
      const sum = (of: (fill: typeof own[number]) => number): number =>
        own.reduce((total, fill) => total + of(fill), 0);
      assertEquals(row["fills"], own.length);
      assertAlmostEquals(row["fees"] as number, sum((fill) => fill.feeQuote), 1e-6);
      assertAlmostEquals(row["notional"] as number, sum((fill) => fill.notional), 1e-6);
      assertAlmostEquals(row["value"] as number, sum((fill) => fill.notional), 1e-6);
    }
    assertEquals(bySide.map((row) => row["side"]), ["buy", "sell"]);

    const opportunities = await run.store.query(
      `select o.id, b.exchange_symbol as buy, s.exchange_symbol as sell, peak_edge_bps, peak_profit, executions,
              end_reason, (extract(epoch from started_at) * 1000)::float8 as started,
              (extract(epoch from ended_at) * 1000)::float8 as ended
       from arbitrage_opportunities o
       join symbols b on b.id = o.buy_symbol_id join symbols s on s.id = o.sell_symbol_id order by o.id`,
    ) as Row[];
    const symbol = (instrument: Instrument): string => instrument.exchangeSymbol;
    const expected = recorded.opportunities.toSorted((a, b) => a.id - b.id);
    assertEquals(
      opportunities.map((row) => [row["id"], row["buy"], row["sell"], row["executions"], row["end_reason"]]),
      expected.map(({ id, buy, sell, executions, endReason }) => [
        id,
        symbol(engine.instruments.get(buy)),
        symbol(engine.instruments.get(sell)),
        executions,
        endReason,
      ]),
    );
    for (const [index, row] of opportunities.entries()) {
      assertEquals(row["peak_edge_bps"], expected[index]!.peakEdgeBps);
      assertEquals(row["peak_profit"], expected[index]!.peakProfit);
      assertAlmostEquals(row["started"] as number, expected[index]!.startedAt, 0.002);
      assertAlmostEquals(row["ended"] as number, expected[index]!.endedAt, 0.002);
    }

    const executions = await oneRow(run, "select sum(edge_quote) as edge, min(id) as first from executions");
    assertAlmostEquals(
      executions["edge"] as number,
      recorded.executions.reduce((total, { edgeQuote }) => total + edgeQuote, 0),
      1e-6,
    );
    const tickers = await oneRow(
      run,
      "select sum(bid_price * bid_quantity) as bids, sum(ask_price * ask_quantity) as asks from book_ticker_snapshots",
    );
    const total = (of: (row: typeof recorded.tickers[number]) => number): number =>
      recorded.tickers.reduce((sum, row) => sum + of(row), 0);
    const bids = total((row) => row.bidPrice * row.bidQuantity);
    const asks = total((row) => row.askPrice * row.askQuantity);
    assertAlmostEquals((tickers["bids"] as number) / bids, 1, 1e-9);
    assertAlmostEquals((tickers["asks"] as number) / asks, 1, 1e-9);
  });
});

Deno.test("Every trade of a run is within its limits, on lots, and brings what is told of it", async () => {
  await withRun({ seed: 9, stored: false }, async (run) => {
    await run.start();
    await run.advance(12_000);
    await run.finish();
    const { engine, recorded } = run;
    const { maxNotional } = run.config.trading;
    assert(recorded.executions.length > 0);
    for (const execution of recorded.executions) {
      const { attribution, buy, sell, quantity, edgeQuote } = execution;
      const { wanted, hedgedQuantity, missed, residue, orders, outcome } = attribution!;
      const fills = recorded.fills.filter((fill) => executionOf(fill) === execution.id);
      let money = 0, coins = 0;
      for (const fill of fills) {
        const instrument = engine.instruments.get(fill.instrument);
        const step = instrument.lot.times(instrument.contractSize);
        assertEquals(step.value(step.nearest(fill.quantity)), fill.quantity);
        const sign = fill.side === "buy" ? 1 : -1;
        const isInCoin = fill.feeCoin === instrument.base;
        money -= sign * fill.notional + (isInCoin ? 0 : fill.fee);
        coins += sign * fill.quantity - (isInCoin ? fill.fee : 0);
      }
      assertAlmostEquals(coins, residue, 1e-9 * wanted);
      // What is left is too little for an order: it has hardly a value.
      const price = engine.middle(engine.instruments.get(buy));
      assertAlmostEquals(edgeQuote, money + coins * price, 0.01 * Math.abs(coins) * price + 1e-8);
      const pair = fills.filter((fill) => orderOf(fill) <= 2);
      for (const side of ["buy", "sell"] as const) {
        const own = pair.filter((fill) => fill.side === side);
        const notional = own.reduce((sum, fill) => sum + fill.notional, 0);
        assert(notional <= maxNotional * (1 + 1e-12), `${side} for ${notional}`);
        for (const fill of own) assertEquals(fill.instrument, side === "buy" ? buy : sell);
      }
      const hedges = fills.filter((fill) => orderOf(fill) > 2);
      assertAlmostEquals(hedges.reduce((sum, fill) => sum + fill.quantity, 0), hedgedQuantity, 1e-9 * wanted);
      if (outcome === "hedged" && orders === 2) {
        assertAlmostEquals(quantity, wanted, 1e-9 * wanted);
        assertAlmostEquals(missed, 0, 1e-9 * wanted);
      }
      assert(execution.time > simulatedStart && execution.time <= run.clock.epochMs());
    }
    // A coin that is bought on one venue was sold on another: nothing stays open beyond what is told.
    for (const { base, quantity, leastOrder } of engine.trading!.parts.desk.residues()) {
      assert(Math.abs(quantity) < leastOrder, `${quantity} ${base} are unhedged`);
    }
    run.engine.stop();
    const entries = recorded.executions.filter(({ purpose, opportunity }) =>
      purpose === "enter" && opportunity > 0
    );
    for (const { id, startedAt, endedAt, executions } of recorded.opportunities) {
      assert(startedAt <= endedAt);
      assertEquals(executions, entries.filter(({ opportunity }) => opportunity === id).length);
    }
  });
});
