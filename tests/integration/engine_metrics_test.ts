import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { addEngineMetrics } from "../../src/engine/engine_metrics.ts";
import { addCacheMetrics, addStorageMetrics } from "../../src/engine/storage_metrics.ts";
import { latencyBounds, MetricsRegistry } from "../../src/telemetry/metrics_registry.ts";
import { Scrape } from "../support/prometheus_text.ts";
import { type SimulatedRun, withRun } from "../support/simulated_run.ts";

/** Scrapes a run; nothing happens in it between the scrape and what a test compares it with. */
async function scrape(run: SimulatedRun): Promise<Scrape> {
  const registry = new MetricsRegistry();
  addEngineMetrics(registry, run.engine);
  addStorageMetrics(registry, run.store);
  addCacheMetrics(registry, () => run.engine.symbolCache);
  return new Scrape(await registry.text());
}

/** The fills that were recorded, by venue and side. */
function tradesOf(run: SimulatedRun): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const exchange of ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"]) {
    for (const side of ["buy", "sell"]) counts[`${exchange} ${side} paper`] = 0;
  }
  for (const { instrument, side } of run.recorded.fills) {
    counts[`${run.engine.instruments.get(instrument).exchange} ${side} paper`]! += 1;
  }
  return counts;
}

/** The orders that were stored, by venue and side. */
async function ordersOf(run: SimulatedRun): Promise<Record<string, number>> {
  const rows = await run.store.query(
    `select e.key, o.side, count(*)::int as orders from orders o
    join symbols s on s.id = o.symbol_id join exchanges e on e.id = s.exchange_id group by 1, 2`,
  );
  const found = rows.map((row) => [`${row["key"]} ${row["side"]} paper`, Number(row["orders"])]);
  const none = Object.keys(tradesOf(run)).map((key) => [key, 0]);
  return Object.fromEntries([...none, ...found]);
}

Deno.test("The metrics of a run are the figures of its own report at the same moment", async () => {
  await withRun({}, async (run) => {
    await run.start();
    await run.advance(40_000);
    const found = await scrape(run);
    const report = run.engine.report();
    for (const [exchange, venue] of Object.entries(report.venues)) {
      const value = (name: string): number | undefined => found.value(name, { exchange });
      assert(venue.frames > 0);
      assertEquals(value("cexarb_frames_total"), venue.frames);
      assertEquals(value("cexarb_decode_errors_total"), venue.decodeErrors);
      assertEquals(value("cexarb_book_gaps_total"), venue.gaps);
      assertEquals(value("cexarb_book_resyncs_total"), venue.resyncs);
      assertEquals(value("cexarb_websocket_reconnects_total"), venue.reconnects);
      assertEquals(value("cexarb_websocket_connected"), 1);
    }
    assertEquals(found.sum("cexarb_books"), report.books.total);
    assertEquals(found.sum("cexarb_books_usable"), report.books.usable);
    assertEquals(found.value("cexarb_opportunities_total"), report.opportunities);
    assertEquals(
      found.sum("cexarb_executions_total") + found.value("cexarb_executions_open")!,
      report.executions,
      "those that have ended and those that have not",
    );
    for (const outcome of ["hedged", "missed", "refused", "flattened", "residue"]) {
      const ended = run.recorded.executions.filter(({ attribution }) => attribution?.outcome === outcome);
      const counted = found.samples.filter(({ name, labels }) =>
        name === "cexarb_executions_total" && labels["outcome"] === outcome
      );
      assertEquals(counted.reduce((sum, { value }) => sum + value, 0), ended.length, outcome);
    }
    assertEquals(found.sum("cexarb_fills_total"), report.fills);
    assertEquals(found.sum("cexarb_intent_refusals_total"), report.refused);
    assertEquals(found.value("cexarb_pnl_usdt", { kind: "realised" }), report.pnlUsd);
    assertEquals(found.value("cexarb_pnl_usdt", { kind: "unrealised" }), report.unrealisedPnlUsd);
    assertEquals(found.value("cexarb_fees_usdt"), report.feesUsd);
    for (const [table, { queued }] of Object.entries(report.rows)) {
      assertEquals(found.value("cexarb_storage_rows_queued_total", { table }), queued, table);
    }
    assertEquals(found.value("cexarb_storage_rows_lost_total"), report.lost);
    assert(report.executions > 0, "nothing was traded");
    const trades = tradesOf(run);
    assertEquals(found.byLabels("cexarb_fills_total"), trades);
    assertEquals(found.byLabels("cexarb_orders_total"), await ordersOf(run));
    assertEquals(
      found.value("cexarb_order_outcomes_total", { exchange: "MEXC_SPOT", outcome: "unknown" }),
      0,
    );
    const fees = run.recorded.fills.reduce((sum, { feeQuote }) => sum + feeQuote, 0);
    assertAlmostEquals(found.value("cexarb_fill_fees_usdt", { kind: "charged" })!, fees, 1e-9);
    assertAlmostEquals(found.value("cexarb_fill_fees_usdt", { kind: "charged" })!, report.feesUsd, 1e-6);
    assertEquals(found.value("cexarb_fee_drift_alarms"), 0);
  });
});

Deno.test("Latencies by venue and stage hold as many frames as were measured, a later stage no shorter", async () => {
  await withRun({ stored: false }, async (run) => {
    await run.start();
    await run.advance(10_000);
    const found = await scrape(run);
    const { frameToBook, frameToDecision } = run.engine;
    const count = (stage: string): number =>
      found.samples.filter(({ name, labels }) =>
        name === "cexarb_latency_seconds_count" && labels["stage"] === stage
      ).reduce((sum, { value }) => sum + value, 0);
    assertEquals([count("frame_to_book"), count("frame_to_decision")], [
      frameToBook.count,
      frameToDecision.count,
    ]);
    assert(frameToBook.count > 100);
    for (const exchange of ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"]) {
      const sum = (stage: string): number => found.value("cexarb_latency_seconds_sum", { stage, exchange })!;
      assert(sum("frame_to_book") > 0 && sum("frame_to_decision") > sum("frame_to_book"), exchange);
      const buckets = latencyBounds.map((le) =>
        found.value("cexarb_latency_seconds_bucket", { stage: "frame_to_book", exchange, le: String(le) })!
      );
      assertEquals(buckets, buckets.toSorted((a, b) => a - b), "buckets hold all that is shorter");
    }
  });
});

Deno.test("Requests, limits and ages of books are those of the run", async () => {
  await withRun({ stored: false }, async (run) => {
    await run.start();
    await run.advance(10_000);
    const found = await scrape(run);
    const outcomes = found.byLabels("cexarb_requests_total");
    const answered = Object.entries(outcomes).filter(([labels]) => labels.endsWith(" answered"));
    const sum = answered.reduce((total, [, value]) => total + value, 0);
    assertEquals(sum, run.simulator.settledResponses, "every answer of the exchanges");
    assertEquals(found.sum("cexarb_requests_total"), sum, "nothing else happened");
    assertEquals(found.sum("cexarb_request_duration_seconds_count"), sum);
    assertEquals(found.byLabels("cexarb_rate_limit_waiting_requests"), { MEXC: 0, GATEIO: 0 });
    for (
      const { labels, value } of found.samples.filter(({ name }) => name === "cexarb_rate_limit_used_ratio")
    ) {
      assert(value >= 0 && value <= 1, `${labels["bucket"]}: ${value}`);
    }
    assertEquals(found.value("cexarb_rate_limit_blocked_seconds", { family: "MEXC", bucket: "*" }), 0);
    const now = run.clock.monotonicMs();
    for (const composite of run.engine.composites) {
      const ages = run.engine.instruments.ofExchange(composite.exchange)
        .map(({ id }) => (now - composite.book(id)!.updatedAt) / 1_000);
      const labels = { exchange: composite.exchange, book: "oldest" };
      assertEquals(found.value("cexarb_book_age_seconds", labels), Math.max(...ages));
    }
  });
});

Deno.test("A run that is watched decides the same as one that is not", async () => {
  const hashes: string[] = [];
  for (const isWatched of [false, true]) {
    await withRun({ stored: false }, async (run) => {
      await run.start();
      for (let second = 0; second < 15; second++) {
        await run.advance(1_000);
        if (isWatched) await scrape(run);
      }
      hashes.push(run.engine.report().decisionsHash);
    });
  }
  assertEquals(hashes[0], hashes[1]);
});
