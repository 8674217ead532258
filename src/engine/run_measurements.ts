/**
 * What a run measures of itself.
 * @module
 */
import type { StrategyName } from "../arbitrage/trade_intent.ts";
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { InstrumentId, InstrumentTable } from "../core/instrument.ts";
import type { Network } from "../core/network.ts";
import type { ArbitrageOpportunity, Execution } from "../core/opportunity.ts";
import { MeasuredNetwork } from "../net/measured_network.ts";
import {
  expectedFee,
  FeeDrift,
  type FeeDriftFigures,
  type FeeDriftSettings,
} from "../telemetry/fee_drift.ts";
import { FrameTrace } from "../telemetry/frame_trace.ts";
import type { LatencyHistogram } from "../telemetry/latency_histogram.ts";
import { OpportunityTracer } from "../telemetry/opportunity_tracer.ts";
import { TradingCounts } from "../telemetry/trading_counts.ts";
import type { TradingState } from "../telemetry/trading_figures.ts";
import { emptyLatencies, type FrameStage, type OrderStage, type StageLatencies } from "./market_recorder.ts";
import { TradeCounts } from "./trade_counts.ts";

/** What {@link RunMeasurements} take. */
export interface RunMeasurementsOptions {
  readonly venues: readonly ExchangeKey[];
  readonly network: Network;
  readonly clock: Clock;
  /** Share of the opportunities that are traced, 0 to 1. */
  readonly traceShare: number;
  /** When fees that differ from the expected ones give the alarm. */
  readonly feeDrift?: FeeDriftSettings;
}

const strategies: readonly StrategyName[] = ["inventory", "basis", "carry"];
/** What keeps an intent beside the limits of the risk gate. */
const deskLimits = ["stopped", "busy", "account", "balance", "rules", "journal"];

/** Stamps, latencies, counts and traces of a run. Nothing in it changes what the run does. */
export class RunMeasurements {
  /** Stamp of the frame that is being worked on. */
  readonly trace = new FrameTrace();
  /** How long each stage of a frame and of an order took. */
  readonly latencies: StageLatencies;
  /** The way out of each venue's requests for public data. */
  readonly requests: ReadonlyMap<ExchangeKey, MeasuredNetwork>;
  /** Orders and fills by venue and side. */
  readonly trades: TradeCounts;
  /** What sendings and executions came to. */
  readonly counts: TradingCounts;
  /** Fees beside what they should be. */
  readonly fees: FeeDrift;
  readonly #clock: Clock;
  readonly #tracer: OpportunityTracer | undefined;
  /** By instrument id. */
  #toBook: readonly LatencyHistogram[] = [];
  #toDecision: readonly LatencyHistogram[] = [];
  #instruments: InstrumentTable | undefined;
  #trading: TradingState | undefined;

  constructor({ venues, network, clock, traceShare, feeDrift }: RunMeasurementsOptions) {
    this.#clock = clock;
    this.latencies = emptyLatencies(venues);
    this.counts = new TradingCounts(venues, strategies, deskLimits);
    this.fees = new FeeDrift(feeDrift);
    this.requests = new Map(venues.map((venue) => [venue, new MeasuredNetwork(network, clock)]));
    this.trades = new TradeCounts(venues);
    this.#tracer = OpportunityTracer.open(traceShare, this.trace);
  }

  /** The instruments are known. */
  useInstruments(instruments: InstrumentTable): void {
    this.#instruments = instruments;
    this.#trading ??= nothingOpen(instruments);
    const byInstrument = (stage: FrameStage): LatencyHistogram[] =>
      instruments.all.map(({ exchange }) => this.latencies[stage].of(exchange)!);
    this.#toBook = byInstrument("frame_to_book");
    this.#toDecision = byInstrument("frame_to_decision");
  }

  /** The frame that is being worked on is in its book. */
  reachBook(instrument: InstrumentId): void {
    this.#toBook[instrument]!.recordMs(this.trace.reachBook());
  }

  /** Everything about the frame that is being worked on is decided. */
  reachDecision(instrument: InstrumentId): void {
    this.#toDecision[instrument]!.recordMs(this.trace.elapsedMs());
  }

  /** The opportunities after the id `seen` have begun, up to and with the id `latest`. */
  onBegun(seen: number, latest: number): void {
    if (this.#tracer === undefined) return;
    for (let id = seen + 1; id <= latest; id++) this.#tracer.begin(id);
  }

  /** The instruments of the run. */
  get instruments(): InstrumentTable {
    return this.#instruments!;
  }

  /** Epoch milliseconds on the run's clock. */
  get epochMs(): number {
    return this.#clock.epochMs();
  }

  /** How trading stands; before anybody trades nothing is open. */
  get trading(): TradingState {
    return this.#trading!;
  }

  /** Whoever trades shows from now on how it stands. */
  useTrading(state: TradingState): void {
    this.#trading = state;
  }

  /** A stage after a decision took so long, milliseconds; NaN when it never came. */
  onStage(stage: OrderStage, exchange: ExchangeKey, ms: number): void {
    if (!Number.isNaN(ms)) this.latencies[stage].of(exchange)?.recordMs(ms);
  }

  /** An order was filled, wholly or in part. Returns the fees of its instrument when this gives the alarm. */
  onFill(fill: Fill): FeeDriftFigures | undefined {
    const instrument = this.#instruments!.get(fill.instrument);
    this.trades.countFill(instrument.exchange, fill.side);
    return this.fees.add(fill, expectedFee(instrument, fill), this.#clock.epochMs());
  }

  /** An execution has ended. */
  onExecution({ id, opportunity, quantity, edgeQuote, attribution }: Execution): void {
    if (attribution !== undefined) this.counts.countExecution(attribution.strategy, attribution.outcome);
    // A trade that takes a position off belongs to no opportunity.
    if (this.#tracer === undefined || opportunity === 0) return;
    this.#tracer.traded(opportunity, {
      "cexarb.execution.id": id,
      "cexarb.quantity": quantity,
      "cexarb.edge_usdt": edgeQuote,
    });
  }

  /** An opportunity has ended. */
  onEnded(opportunity: ArbitrageOpportunity): void {
    if (this.#tracer === undefined) return;
    const buy = this.#instruments!.get(opportunity.buy), sell = this.#instruments!.get(opportunity.sell);
    this.#tracer.end(opportunity.id, {
      "cexarb.pair": `${buy.base}/${buy.quote}`,
      "cexarb.buy_exchange": buy.exchange,
      "cexarb.sell_exchange": sell.exchange,
      "cexarb.peak_edge_bps": opportunity.peakEdgeBps,
      "cexarb.executions": opportunity.executions,
      "cexarb.decision": opportunity.decision,
      "cexarb.end_reason": opportunity.endReason,
    });
  }
}

function nothingOpen(instruments: InstrumentTable): TradingState {
  const nothing = new Map(instruments.all.map(({ base }) => [base, 0]));
  return {
    openOrders: 0,
    unresolvedOrders: 0,
    openExecutions: 0,
    exposures: nothing,
    residues: nothing,
    breakers: [],
    isKilled: false,
    stops: new Map(),
    journalAppends: 0,
  };
}
