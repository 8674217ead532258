import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type SimulatedRun, withRun } from "../support/simulated_run.ts";

type Row = Record<string, unknown>;

async function rowsOf(run: SimulatedRun, sql: string, parameters: (string | number)[] = []): Promise<Row[]> {
  return await run.store.query(sql, parameters);
}

Deno.test("A run records books, trades, pressure, latencies, feeds, funding, balances, positions and orders", async (test) => {
  await withRun({ seed: 5 }, async (run) => {
    await run.start();
    await run.advance(21_500);
    const { engine, simulator } = run;
    const exchanges = run.config.exchanges.map(({ exchange }) => exchange);

    await test.step("a book is recorded as it is at the venue", async () => {
      const instrument = engine.instruments.all[0]!;
      const book = engine.book(instrument.id)!;
      const levels = Array.from({ length: 10 }, (_, depth) => [
        depth + 1,
        book.bids.price(depth),
        book.bids.quantity(depth),
        book.asks.price(depth),
        book.asks.quantity(depth),
      ]);
      engine.stop();
      const rows = await rowsOf(
        run,
        `select level, bid_price, bid_quantity, ask_price, ask_quantity from orderbook_depth d
         join symbols s on s.id = d.symbol_id join exchanges e on e.id = s.exchange_id
         where e.key = $1 and exchange_symbol = $2 and received_at = (
           select max(received_at) from orderbook_depth where symbol_id = d.symbol_id
         ) order by level`,
        [instrument.exchange, instrument.exchangeSymbol],
      );
      assertEquals(rows.map((row) => Object.values(row)), levels);
      const each = await rowsOf(run, "select count(distinct symbol_id)::int as symbols from orderbook_depth");
      assertEquals(each[0]!["symbols"], 24);
    });

    await test.step("trades are those that the venues made, each once", async () => {
      for (const exchange of exchanges) {
        const rows = await rowsOf(
          run,
          `select exchange_symbol as symbol, trade_id, price, quantity, taker_side from trade_snapshots t
           join symbols s on s.id = t.symbol_id join exchanges e on e.id = s.exchange_id where e.key = $1
           order by t.ctid`,
          [exchange],
        );
        assert(rows.length > 5, `${rows.length} trades of ${exchange}`);
        const keys = rows.map((row) => `${row["symbol"]} ${row["trade_id"]}`);
        assertEquals(new Set(keys).size, keys.length);
      }
    });

    await test.step("funding is known of every contract that the venue lists", async () => {
      const contracts = simulator.truth.pairs("GATEIO_FUTURES");
      const rows = await rowsOf(
        run,
        `select distinct exchange_symbol as symbol, funding_interval, funding_time > received_at as ahead
         from funding_rate_snapshots f join symbols s on s.id = f.symbol_id order by 1`,
      );
      assertEquals(rows.map((row) => row["symbol"]), contracts.map(({ symbol }) => symbol).sort());
      for (const row of rows) assertEquals([row["funding_interval"], row["ahead"]], [28_800, true]);
    });

    await test.step("balances and positions are those of the account, in two rounds of one time each", async () => {
      const rounds = await rowsOf(
        run,
        `select (extract(epoch from taken_at) * 1000)::float8 as time, count(distinct exchange_id)::int as venues
         from balance_snapshots group by 1 order by 1`,
      );
      assertEquals(rounds.map((row) => row["venues"]), [3, 3]);
      const [{ opened }] = await rowsOf(run, "select count(*)::int as opened from positions") as [Row];
      assert((opened as number) > 0);
      const usdt = await rowsOf(
        run,
        `select e.key, available + locked as total from balance_snapshots b join exchanges e on e.id = b.exchange_id
         where coin = 'USDT' and taken_at = (select max(taken_at) from balance_snapshots) order by 1`,
      );
      const spent = run.recorded.fills.filter(({ time }) => time <= (rounds.at(-1)!["time"] as number));
      const bought = spent.filter((fill) =>
        fill.side === "buy" && engine.instruments.get(fill.instrument).exchange === "MEXC_SPOT"
      );
      const sold = spent.filter((fill) =>
        fill.side === "sell" && engine.instruments.get(fill.instrument).exchange === "MEXC_SPOT"
      );
      const expected = 50_000 - bought.reduce((sum, { notional, fee }) => sum + notional + fee, 0) +
        sold.reduce((sum, { notional, fee }) => sum + notional - fee, 0);
      assertAlmostEquals(usdt.find((row) => row["key"] === "MEXC_SPOT")!["total"] as number, expected, 1e-6);
    });

    await test.step("each fill has its order, and each order its fills", async () => {
      const rows = await rowsOf(
        run,
        `select count(*)::int as orders, sum(f.fills)::int as fills,
                bool_and(abs(o.filled_quantity - coalesce(f.filled, 0)) <= 1e-9 * o.quantity) as whole,
                bool_and(o.filled_quantity <= o.quantity) as within
         from orders o left join (
           select run_id, symbol_id, client_order_id, count(*) as fills, sum(quantity) as filled from fills
           group by 1, 2, 3
         ) f using (run_id, symbol_id, client_order_id)`,
      );
      const orders = engine.measurements.trades.all.reduce((sum, each) => sum + each.orders, 0);
      assertEquals(rows, [{ orders, fills: run.recorded.fills.length, whole: true, within: true }]);
    });

    await test.step("pressure, latencies and feeds have their rows", async () => {
      const [flow] = await rowsOf(
        run,
        `select count(distinct symbol_id)::int as symbols, min(microprice) > 0 as priced,
                bool_or(order_flow_imbalance <> 0) as moves from order_flow_metrics`,
      );
      assertEquals(flow, { symbols: 24, priced: true, moves: true });
      const stages = await rowsOf(
        run,
        `select stage, count(distinct exchange_id)::int as venues from latency_samples group by 1 order by 1`,
      );
      const venues = Object.fromEntries(stages.map((row) => [row["stage"], row["venues"]]));
      // Not everything needs a hedge.
      const { fill_to_hedge: _, ...always } = venues;
      const everywhere = [
        "decision_to_sent",
        "frame_to_book",
        "frame_to_decision",
        "sent_to_ack",
        "sent_to_fill",
      ];
      assertEquals(always, Object.fromEntries(everywhere.map((stage) => [stage, 3])));
      const feeds = await rowsOf(
        run,
        `select collector, count(distinct exchange_id)::int as venues, string_agg(distinct state, ' ' order by state) as states
         from collector_status group by 1 order by 1`,
      );
      assertEquals(feeds.map((row) => Object.values(row)), [
        ["balances", 3, "running"],
        ["books", 3, "running stopped"],
        ["funding", 1, "running"],
        ["trades", 3, "running stopped"],
      ]);
    });

    await run.store.drained();
    assertEquals(run.storageErrors, []);
    const { rows, lost } = run.store.report();
    assertEquals(lost, 0);
    for (const [table, { queued, stored }] of Object.entries(rows)) assertEquals(stored, queued, table);
  });
});
