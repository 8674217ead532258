import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Fill } from "../../../src/core/fill.ts";
import type { Execution } from "../../../src/core/opportunity.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { baseQuantity, quoteAmount } from "../../../src/core/units.ts";
import { RunMeasurements } from "../../../src/engine/run_measurements.ts";
import { addTradingMetrics } from "../../../src/engine/trading_metrics.ts";
import { MetricsRegistry } from "../../../src/telemetry/metrics_registry.ts";
import type { TradingState } from "../../../src/telemetry/trading_figures.ts";
import { FakeNetwork } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import { Scrape } from "../../support/prometheus_text.ts";

const start = 1_767_225_600_000;
const instruments = testInstruments(["BTC", "LUNC"]);

function bench(): { measurements: RunMeasurements; scrape: () => Promise<Scrape> } {
  const clock = new SimulatedClock(start);
  const measurements = new RunMeasurements({
    venues: ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"],
    network: new FakeNetwork(),
    clock,
    traceShare: 0,
  });
  measurements.useInstruments(instruments);
  const registry = new MetricsRegistry();
  addTradingMetrics(registry, measurements, "live");
  return { measurements, scrape: async () => new Scrape(await registry.text()) };
}

function fill(changes: Partial<Fill>): Fill {
  return {
    tradeId: "1",
    clientOrderId: "1",
    exchangeOrderId: "",
    instrument: instruments.all[0]!.id,
    side: "buy",
    price: 100,
    quantity: baseQuantity(20),
    notional: quoteAmount(2_000),
    fee: 1,
    feeCoin: "USDT",
    feeQuote: quoteAmount(1),
    liquidity: "taker",
    time: start,
    ...changes,
  };
}

Deno.test("Before anybody trades nothing is open, and every figure that an alarm reads is there", async () => {
  const { scrape } = bench();
  const found = await scrape();
  assertEquals(found.byLabels("cexarb_exposure_usdt"), { BTC: 0, LUNC: 0 });
  assertEquals(found.byLabels("cexarb_residue_usdt"), { BTC: 0, LUNC: 0 });
  const zeroes = [
    "cexarb_orders_open",
    "cexarb_orders_unresolved",
    "cexarb_executions_open",
    "cexarb_kill_switch_engaged",
    "cexarb_acquisition_stops",
    "cexarb_breakers_open",
    "cexarb_fee_drift_alarms",
    "cexarb_fees_unvalued_total",
    "cexarb_journal_appends_total",
  ];
  for (const name of zeroes) assertEquals(found.value(name), 0, name);
  assertEquals(Object.keys(found.byLabels("cexarb_executions_total")).length, 15);
  assertEquals(Object.keys(found.byLabels("cexarb_order_outcomes_total")).length, 9);
  assertEquals(found.value("cexarb_intent_refusals_total", { limit: "busy" }), 0);
});

Deno.test("How trading stands is shown as whoever trades tells it", async () => {
  const { measurements, scrape } = bench();
  const state: TradingState = {
    openOrders: 3,
    unresolvedOrders: 1,
    openExecutions: 2,
    exposures: new Map([["BTC", 12.5], ["LUNC", 0]]),
    residues: new Map([["BTC", 0], ["LUNC", 0.75]]),
    breakers: [{ name: "daily loss", scope: "all" }, { name: "volatility", scope: "BTC" }],
    isKilled: true,
    stops: new Map([["BTC", "a balance cannot be explained"]]),
    journalAppends: 77,
  };
  measurements.useTrading(state);
  const found = await scrape();
  assertEquals(found.value("cexarb_orders_open"), 3);
  assertEquals(found.value("cexarb_orders_unresolved"), 1);
  assertEquals(found.value("cexarb_executions_open"), 2);
  assertEquals(found.byLabels("cexarb_exposure_usdt"), { BTC: 12.5, LUNC: 0 });
  assertEquals(found.byLabels("cexarb_residue_usdt"), { BTC: 0, LUNC: 0.75 });
  assertEquals(found.value("cexarb_breakers_open"), 2);
  assertEquals(found.byLabels("cexarb_breaker_open"), { "daily loss all": 1, "volatility BTC": 1 });
  assertEquals(found.value("cexarb_kill_switch_engaged"), 1);
  assertEquals(found.value("cexarb_acquisition_stops"), 1);
  assertEquals(found.value("cexarb_journal_appends_total"), 77);
});

Deno.test("What came of orders and executions is counted by its names", async () => {
  const { measurements, scrape } = bench();
  const { counts } = measurements;
  counts.countSend("MEXC_SPOT", "accepted");
  counts.countSend("GATEIO_FUTURES", "unknown");
  counts.countRefusal("GATEIO_SPOT", "balance");
  counts.countHedge("GATEIO_FUTURES");
  counts.countIntentRefusal("daily loss");
  const execution: Execution = {
    id: 1,
    opportunity: 1,
    purpose: "enter",
    buy: instruments.all[0]!.id,
    sell: instruments.all[1]!.id,
    quantity: baseQuantity(1),
    edgeQuote: quoteAmount(1),
    time: start,
    attribution: {
      strategy: "carry",
      outcome: "residue",
      reason: "no depth",
      orders: 4,
      seenAt: start,
      decidedAt: start,
      sentAt: start,
      acknowledgedAt: start,
      filledAt: start,
      hedgedAt: NaN,
      endedAt: start,
      wanted: baseQuantity(1),
      missed: baseQuantity(1),
      hedgedQuantity: baseQuantity(0),
      residue: baseQuantity(1),
      expectedQuote: quoteAmount(1),
      profitQuote: quoteAmount(-1),
      expectedFees: quoteAmount(1),
      chargedFees: quoteAmount(1),
    },
  };
  measurements.onExecution(execution);
  const found = await scrape();
  const mode = "live";
  assertEquals(
    found.value("cexarb_order_outcomes_total", { mode, exchange: "MEXC_SPOT", outcome: "accepted" }),
    1,
  );
  assertEquals(
    found.value("cexarb_order_outcomes_total", { exchange: "GATEIO_FUTURES", outcome: "unknown" }),
    1,
  );
  assertEquals(
    found.value("cexarb_order_outcomes_total", { exchange: "GATEIO_SPOT", outcome: "refused" }),
    1,
  );
  assertEquals(found.byLabels("cexarb_order_refusals_total"), { "live GATEIO_SPOT balance": 1 });
  assertEquals(found.value("cexarb_hedges_total", { mode, exchange: "GATEIO_FUTURES" }), 1);
  assertEquals(found.value("cexarb_intent_refusals_total", { mode, limit: "daily loss" }), 1);
  assertEquals(found.sum("cexarb_intent_refusals_total"), 1);
  assertEquals(found.value("cexarb_executions_total", { mode, strategy: "carry", outcome: "residue" }), 1);
  assertEquals([found.sum("cexarb_executions_total"), found.sum("cexarb_order_outcomes_total")], [1, 3]);
});

Deno.test("Fees of fills stand beside those at the known rates, and a drift is shown with its symbol", async () => {
  const { measurements, scrape } = bench();
  const [mexc, gate] = instruments.all;
  const right = 2_000 * gate!.takerFee;
  assertEquals(measurements.onFill(fill({ instrument: gate!.id, feeQuote: quoteAmount(right) })), undefined);
  const wrong = 2_000 * mexc!.takerFee * 1.5;
  const alarm = measurements.onFill(fill({ feeQuote: quoteAmount(wrong) }));
  assertEquals([alarm?.instrument, alarm?.isAlarm], [mexc!.id, true]);
  measurements.onFill(fill({ feeCoin: "GT", feeQuote: quoteAmount(NaN) }));
  const found = await scrape();
  assertEquals(found.value("cexarb_fill_fees_usdt", { kind: "charged" }), right + wrong);
  assertAlmostEquals(found.value("cexarb_fill_fees_usdt", { kind: "expected" })!, right + wrong / 1.5, 1e-12);
  assertAlmostEquals(
    found.value("cexarb_fee_drift_ratio", { exchange: "MEXC_SPOT", symbol: "BTCUSDT" })!,
    0.5,
    1e-12,
  );
  assertEquals(found.value("cexarb_fee_drift_ratio", { exchange: "GATEIO_SPOT", symbol: "BTC_USDT" }), 0);
  assertEquals(found.value("cexarb_fee_drift_alarms"), 1);
  assertEquals(found.value("cexarb_fees_unvalued_total"), 1);
  assertEquals(
    measurements.trades.all.find(({ exchange, side }) => exchange === "MEXC_SPOT" && side === "buy")!.fills,
    2,
  );
});

Deno.test("A stage that never came is not measured, others are under their venue", () => {
  const { measurements } = bench();
  measurements.onStage("sent_to_ack", "MEXC_SPOT", 12);
  measurements.onStage("sent_to_ack", "MEXC_SPOT", NaN);
  measurements.onStage("fill_to_hedge", "GATEIO_FUTURES", 3);
  const counts = Object.entries(measurements.latencies).flatMap(([stage, latencies]) =>
    [...latencies.all].filter(([, { count }]) => count > 0).map(([venue, { count }]) => [stage, venue, count])
  );
  assertEquals(counts, [["sent_to_ack", "MEXC_SPOT", 1], ["fill_to_hedge", "GATEIO_FUTURES", 1]]);
});
