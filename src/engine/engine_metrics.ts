/**
 * The metrics of a run.
 * @module
 */
import { requestOutcomes } from "../net/measured_network.ts";
import type { LatencySeries, MetricsRegistry, Sample } from "../telemetry/metrics_registry.ts";
import { bookAges } from "./book_ages.ts";
import type { Engine } from "./engine.ts";
import type { EngineReport, VenueReport } from "./report.ts";
import { addTradingMetrics } from "./trading_metrics.ts";

/** Adds everything that a run counts and measures. */
export function addEngineMetrics(registry: MetricsRegistry, engine: Engine): void {
  let report = engine.report();
  registry.beforeReading(() => report = engine.report());
  const latest = (): EngineReport => report;
  addFeeds(registry, engine, latest);
  addBooks(registry, engine);
  addLatencies(registry, engine);
  addTrading(registry, engine, latest);
  addTradingMetrics(registry, engine.measurements, engine.options.config.mode);
  addRequests(registry, engine);
  addLimits(registry, engine);
}

/** What is counted of each feed. */
const feedCounters: readonly [name: string, help: string, figure: keyof VenueReport][] = [
  ["cexarb_frames_total", "Frames received, of any kind", "frames"],
  ["cexarb_decode_errors_total", "Frames that the venue's protocol does not allow", "decodeErrors"],
  ["cexarb_book_gaps_total", "Book updates that did not follow their predecessor", "gaps"],
  ["cexarb_book_resyncs_total", "Books that became usable again after they had been", "resyncs"],
  ["cexarb_websocket_reconnects_total", "Connections that were lost", "reconnects"],
];

function addFeeds(registry: MetricsRegistry, engine: Engine, report: () => EngineReport): void {
  for (const [name, help, figure] of feedCounters) {
    registry.counter(
      { name, help, labels: ["exchange"] },
      () =>
        Object.entries(report().venues).map(([exchange, venue]) => ({
          labels: { exchange },
          value: venue[figure],
        })),
    );
  }
  registry.gauge(
    { name: "cexarb_websocket_connected", help: "1 when every connection is open", labels: ["exchange"] },
    () => byVenue(engine, ({ ws }) => Number(ws.connected)),
  );
}

function addBooks(registry: MetricsRegistry, engine: Engine): void {
  registry.gauge(
    { name: "cexarb_books", help: "Books that are watched", labels: ["exchange"] },
    () => byVenue(engine, (composite) => composite.counts().total),
  );
  registry.gauge(
    { name: "cexarb_books_usable", help: "Books whose prices may be used", labels: ["exchange"] },
    () => byVenue(engine, (composite) => composite.counts().usable),
  );
  registry.gauge({
    name: "cexarb_book_age_seconds",
    help:
      "Time since a usable book was heard of, on the run's clock; of the book in the middle and the oldest",
    labels: ["exchange", "book"],
  }, () =>
    [...bookAges(engine)].flatMap(([exchange, { medianMs, oldestMs }]) => [
      { labels: { exchange, book: "median" }, value: medianMs / 1_000 },
      { labels: { exchange, book: "oldest" }, value: oldestMs / 1_000 },
    ]));
}

/** The order is that of a frame's and an order's way. */
function addLatencies(registry: MetricsRegistry, engine: Engine): void {
  registry.latencies(
    {
      name: "cexarb_latency_seconds",
      help: "Time that a stage took; those of a frame count from its receipt",
      labels: ["stage", "exchange"],
    },
    () =>
      Object.entries(engine.measurements.latencies).flatMap(([stage, latencies]): LatencySeries[] =>
        [...latencies.all].map(([exchange, histogram]) => ({ labels: { stage, exchange }, histogram }))
      ),
  );
}

function addTrading(registry: MetricsRegistry, engine: Engine, report: () => EngineReport): void {
  const { mode } = engine.options.config;
  registry.counter(
    { name: "cexarb_opportunities_total", help: "Opportunities that began" },
    () => [{ value: report().opportunities }],
  );
  registry.gauge(
    { name: "cexarb_opportunities_open", help: "Opportunities that have not ended" },
    () => [{ value: engine.detector.open.length }],
  );
  for (const figure of ["orders", "fills"] as const) {
    const help = figure === "orders" ? "Orders that were placed" : "Fills of orders, wholly or in part";
    registry.counter(
      { name: `cexarb_${figure}_total`, help, labels: ["exchange", "side", "mode"] },
      () =>
        engine.measurements.trades.all.map((count) => ({
          labels: { exchange: count.exchange, side: count.side, mode },
          value: count[figure],
        })),
    );
  }
  registry.gauge({
    name: "cexarb_pnl_usdt",
    help: "Profit with all fees taken off; that of open positions at the middle of the books",
    labels: ["kind"],
  }, () => [
    { labels: { kind: "realised" }, value: report().pnlUsd },
    { labels: { kind: "unrealised" }, value: report().unrealisedPnlUsd },
  ]);
  registry.gauge(
    { name: "cexarb_fees_usdt", help: "Fees paid; less than 0 when venues paid more" },
    () => [{ value: report().feesUsd }],
  );
}

function addRequests(registry: MetricsRegistry, engine: Engine): void {
  registry.latencies(
    {
      name: "cexarb_request_duration_seconds",
      help: "From a request to the end of its answer, without the wait for room within the limits",
      labels: ["exchange"],
    },
    () =>
      [...engine.measurements.requests].map(([exchange, { roundTrips }]) => ({
        labels: { exchange },
        histogram: roundTrips,
      })),
  );
  registry.counter(
    { name: "cexarb_requests_total", help: "Requests by how they ended", labels: ["exchange", "outcome"] },
    () =>
      [...engine.measurements.requests].flatMap(([exchange, { outcomes }]) =>
        requestOutcomes.map((outcome) => ({ labels: { exchange, outcome }, value: outcomes[outcome] }))
      ),
  );
}

function addLimits(registry: MetricsRegistry, engine: Engine): void {
  registry.gauge(
    {
      name: "cexarb_rate_limit_used_ratio",
      help: "Weight used within the last window, of what the venue allows",
      labels: ["family", "bucket"],
    },
    () =>
      engine.limits.use().flatMap(({ family, gauges }) =>
        gauges.filter(({ limit }) => Number.isFinite(limit)).map(({ bucket, used, limit }) => ({
          labels: { family, bucket },
          value: used / limit,
        }))
      ),
  );
  registry.gauge(
    {
      name: "cexarb_rate_limit_blocked_seconds",
      help: "Time for which nothing may pass; bucket * stands for all requests",
      labels: ["family", "bucket"],
    },
    () =>
      engine.limits.use().flatMap(({ family, gauges }) =>
        gauges.map(({ bucket, blockedMs }) => ({ labels: { family, bucket }, value: blockedMs / 1_000 }))
      ),
  );
  registry.gauge(
    { name: "cexarb_rate_limit_waiting_requests", help: "Requests that wait for room", labels: ["family"] },
    () => engine.limits.use().map(({ family, waiting }) => ({ labels: { family }, value: waiting })),
  );
}

function byVenue(engine: Engine, figure: (composite: Engine["composites"][number]) => number): Sample[] {
  return engine.composites.map((composite) => ({
    labels: { exchange: composite.exchange },
    value: figure(composite),
  }));
}
