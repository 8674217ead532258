import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Instrument } from "../../src/core/instrument.ts";
import type { Engine } from "../../src/engine/engine.ts";
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

async function oneRow(run: SimulatedRun, sql: string): Promise<Row> {
  return (await run.store.query(sql))[0] as Row;
}

Deno.test("A run trades, reports every figure, and its profit is what its fills say", async () => {
  await withRun({ stored: false }, async (run) => {
    await run.start();
    await run.advance(15_000);
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
    assertEquals(report.fills, 2 * report.executions);
    assertAlmostEquals(report.feesUsd, recorded.fills.reduce((sum, fill) => sum + fill.feeQuote, 0), 1e-6);
    assertAlmostEquals(report.pnlUsd + report.unrealisedPnlUsd, profitOf(run, engine), 1e-5);
    assertEquals(report.unrealisedPnlUsd, live.unrealisedPnlUsd);
    // The instruments were asked for before the run began.
    assert(report.uptimeS > 14.5 && report.uptimeS <= 15, `${report.uptimeS} s`);
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
    run.engine.stop();
    await run.store.drained();
    const { recorded, engine } = run;
    const report = engine.report();
    assertEquals(report.lost, 0);
    assertEquals(run.storageErrors, []);
    for (const [table, { queued, stored }] of Object.entries(report.rows)) {
      assertEquals(stored, queued, table);
      const { rows } = await oneRow(run, `select count(*)::int as rows from ${table}`);
      assertEquals(rows, queued, table);
    }
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

Deno.test("Every trade of a run is within its limits, on lots, hedged, and made while both books could be read", async () => {
  await withRun({ seed: 9, stored: false }, async (run) => {
    await run.start();
    await run.advance(12_000);
    const { engine, recorded } = run;
    const { maxNotional, minProfit } = run.config.trading;
    assert(recorded.executions.length > 0);
    for (const [index, execution] of recorded.executions.entries()) {
      const [buy, sell] = [recorded.fills[2 * index]!, recorded.fills[2 * index + 1]!];
      assertEquals([buy.side, sell.side], ["buy", "sell"]);
      assertEquals([buy.instrument, sell.instrument], [execution.buy, execution.sell]);
      assert(buy.notional <= maxNotional * (1 + 1e-12), `bought for ${buy.notional}`);
      for (const fill of [buy, sell]) {
        const { lot, contractSize } = engine.instruments.get(fill.instrument);
        const step = lot.times(contractSize);
        assertEquals(step.value(step.nearest(fill.quantity)), fill.quantity);
      }
      const arrived = buy.quantity - (buy.feeCoin === "USDT" ? 0 : buy.fee);
      assert(arrived >= sell.quantity * (1 - 1e-12), "less arrived than was sold");
      assertEquals(sell.quantity, execution.quantity);
      const money = sell.notional - buy.notional - sell.fee - (buy.feeCoin === "USDT" ? buy.fee : 0);
      assertAlmostEquals(execution.edgeQuote, money, 1e-8);
      if (execution.purpose === "enter") assert(money >= minProfit, `entered for ${money}`);
      assert(execution.time > simulatedStart && execution.time <= run.clock.epochMs());
    }
    run.engine.stop();
    for (const { startedAt, endedAt, executions } of recorded.opportunities) {
      assert(startedAt <= endedAt && executions <= 1);
    }
  });
});
