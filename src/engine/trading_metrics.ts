/**
 * The metrics of what trading came to and how it stands.
 * @module
 */
import type { InstrumentId, InstrumentTable } from "../core/instrument.ts";
import type { FeeDriftFigures, FeeTotals } from "../telemetry/fee_drift.ts";
import type { MetricsRegistry, Sample } from "../telemetry/metrics_registry.ts";
import type { TradingCounts } from "../telemetry/trading_counts.ts";
import type { TradingState } from "../telemetry/trading_figures.ts";

/** Where the figures come from: a run's measurements have all of it. */
export interface TradingSources {
  readonly counts: TradingCounts;
  readonly trading: TradingState;
  readonly fees: { readonly totals: FeeTotals; figures(now: number): readonly FeeDriftFigures[] };
  readonly instruments: Pick<InstrumentTable, "get">;
  /** Epoch milliseconds of the run. */
  readonly epochMs: number;
}

/** Adds them. `mode` is that of the run. */
export function addTradingMetrics(registry: MetricsRegistry, sources: TradingSources, mode: string): void {
  addCounts(registry, sources.counts, mode);
  addState(registry, () => sources.trading);
  addFees(registry, sources);
}

function addCounts(registry: MetricsRegistry, counts: TradingCounts, mode: string): void {
  registry.counter(
    {
      name: "cexarb_executions_total",
      help: "Pairs of orders that have ended, by what came of them",
      labels: ["mode", "strategy", "outcome"],
    },
    () =>
      counts.executions.map(({ strategy, outcome, count }) => ({
        labels: { mode, strategy, outcome },
        value: count,
      })),
  );
  registry.counter(
    {
      name: "cexarb_order_outcomes_total",
      help: "Orders by what came of their sending",
      labels: ["mode", "exchange", "outcome"],
    },
    () =>
      counts.sends.map(({ exchange, outcome, count }) => ({
        labels: { mode, exchange, outcome },
        value: count,
      })),
  );
  registry.counter(
    {
      name: "cexarb_order_refusals_total",
      help: "Orders that a venue has refused, by the reason",
      labels: ["mode", "exchange", "reason"],
    },
    () =>
      counts.refusals.map(({ exchange, reason, count }) => ({
        labels: { mode, exchange, reason },
        value: count,
      })),
  );
  registry.counter(
    {
      name: "cexarb_hedges_total",
      help: "Orders that hedged what a pair had left unmatched",
      labels: ["mode", "exchange"],
    },
    () => [...counts.hedges].map(([exchange, value]) => ({ labels: { mode, exchange }, value })),
  );
  registry.counter(
    {
      name: "cexarb_intent_refusals_total",
      help: "Trades that were wanted and kept by a limit",
      labels: ["mode", "limit"],
    },
    () => [...counts.intentRefusals].map(([limit, value]) => ({ labels: { mode, limit }, value })),
  );
}

function addState(registry: MetricsRegistry, state: () => TradingState): void {
  const gauge = (name: string, help: string, read: (state: TradingState) => number): void =>
    registry.gauge({ name, help }, () => [{ value: read(state()) }]);
  const byCoin = (values: ReadonlyMap<string, number>): Sample[] =>
    [...values].map(([base, value]) => ({ labels: { base }, value }));
  gauge("cexarb_orders_open", "Orders that have not ended", ({ openOrders }) => openOrders);
  gauge(
    "cexarb_orders_unresolved",
    "Orders of which nobody knows whether the venue has taken them",
    ({ unresolvedOrders }) => unresolvedOrders,
  );
  gauge(
    "cexarb_executions_open",
    "Pairs of orders that have not ended",
    ({ openExecutions }) => openExecutions,
  );
  gauge(
    "cexarb_kill_switch_engaged",
    "1 when everything was stopped for good",
    ({ isKilled }) => Number(isKilled),
  );
  gauge(
    "cexarb_acquisition_stops",
    "Coins, or all, of which nothing new is begun",
    ({ stops }) => stops.size,
  );
  gauge("cexarb_breakers_open", "Breakers that keep trades", ({ breakers }) => breakers.length);
  registry.gauge(
    {
      name: "cexarb_breaker_open",
      help: "1 for each breaker that keeps trades",
      labels: ["breaker", "scope"],
    },
    () => state().breakers.map(({ name, scope }) => ({ labels: { breaker: name, scope }, value: 1 })),
  );
  registry.gauge(
    {
      name: "cexarb_exposure_usdt",
      help: "Value of what is unhedged, as far as an order can be made of it",
      labels: ["base"],
    },
    () => byCoin(state().exposures),
  );
  registry.gauge(
    {
      name: "cexarb_residue_usdt",
      help: "Value of what is less than an order and carried",
      labels: ["base"],
    },
    () => byCoin(state().residues),
  );
  registry.counter(
    { name: "cexarb_journal_appends_total", help: "Records that the journal took" },
    () => [{ value: state().journalAppends }],
  );
}

function addFees(registry: MetricsRegistry, sources: TradingSources): void {
  const { fees } = sources;
  let figures: readonly FeeDriftFigures[] = [];
  registry.beforeReading(() => figures = fees.figures(sources.epochMs));
  const nameOf = (id: InstrumentId): { exchange: string; symbol: string } => {
    const { exchange, exchangeSymbol } = sources.instruments.get(id);
    return { exchange, symbol: exchangeSymbol };
  };
  registry.gauge({
    name: "cexarb_fill_fees_usdt",
    help: "Fees of the run's fills: at the known rates, and as they were charged",
    labels: ["kind"],
  }, () => [
    { labels: { kind: "expected" }, value: fees.totals.expected },
    { labels: { kind: "charged" }, value: fees.totals.charged },
  ]);
  registry.counter(
    { name: "cexarb_fees_unvalued_total", help: "Fills whose fee is in a coin without a known price" },
    () => [{ value: fees.totals.unvalued }],
  );
  registry.gauge({
    name: "cexarb_fee_drift_ratio",
    help: "Charged minus expected fees over the expected ones, of the last fills",
    labels: ["exchange", "symbol"],
  }, () => figures.map(({ instrument, drift }) => ({ labels: nameOf(instrument), value: drift })));
  registry.gauge(
    { name: "cexarb_fee_drift_alarms", help: "Symbols whose fees are not the expected ones" },
    () => [{ value: figures.filter(({ isAlarm }) => isAlarm).length }],
  );
}
