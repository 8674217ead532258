/**
 * What a run measures of itself.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { InstrumentId, InstrumentTable } from "../core/instrument.ts";
import type { Network } from "../core/network.ts";
import type { ArbitrageOpportunity } from "../core/opportunity.ts";
import type { PaperTrade } from "../execution/paper_broker.ts";
import { MeasuredNetwork } from "../net/measured_network.ts";
import { FrameTrace } from "../telemetry/frame_trace.ts";
import type { LatencyHistogram } from "../telemetry/latency_histogram.ts";
import { OpportunityTracer } from "../telemetry/opportunity_tracer.ts";
import { VenueLatencies } from "../telemetry/venue_latencies.ts";
import type { Stage, StageLatencies } from "./market_recorder.ts";
import { TradeCounts } from "./trade_counts.ts";

/** What {@link RunMeasurements} take. */
export interface RunMeasurementsOptions {
  readonly venues: readonly ExchangeKey[];
  readonly network: Network;
  readonly clock: Clock;
  /** Share of the opportunities that are traced, 0 to 1. */
  readonly traceShare: number;
}

/** Stamps, latencies, counts and traces of a run. Nothing in it changes what the run does. */
export class RunMeasurements {
  /** Stamp of the frame that is being worked on. */
  readonly trace = new FrameTrace();
  /** From the receipt of a frame to the end of each stage. */
  readonly latencies: StageLatencies;
  /** The way out of each venue's requests for public data. */
  readonly requests: ReadonlyMap<ExchangeKey, MeasuredNetwork>;
  readonly trades: TradeCounts;
  readonly #tracer: OpportunityTracer | undefined;
  /** By instrument id. */
  #toBook: readonly LatencyHistogram[] = [];
  #toDecision: readonly LatencyHistogram[] = [];
  #instruments: InstrumentTable | undefined;

  constructor({ venues, network, clock, traceShare }: RunMeasurementsOptions) {
    this.latencies = {
      frame_to_book: new VenueLatencies(venues),
      frame_to_decision: new VenueLatencies(venues),
    };
    this.requests = new Map(venues.map((venue) => [venue, new MeasuredNetwork(network, clock)]));
    this.trades = new TradeCounts(venues);
    this.#tracer = OpportunityTracer.open(traceShare, this.trace);
  }

  /** The instruments are known. */
  useInstruments(instruments: InstrumentTable): void {
    this.#instruments = instruments;
    const byInstrument = (stage: Stage): LatencyHistogram[] =>
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

  /** A pair of trades was made. */
  onTrade({ execution, fills }: PaperTrade): void {
    const exchanges = fills.map(({ instrument }) => this.#instruments!.get(instrument).exchange);
    for (const [index, { side }] of fills.entries()) {
      // On paper an order is filled at once and whole.
      this.trades.countOrder(exchanges[index]!, side);
      this.trades.countFill(exchanges[index]!, side);
    }
    // A trade that takes a position off belongs to no opportunity.
    if (this.#tracer === undefined || execution.opportunity === 0) return;
    this.#tracer.traded(execution.opportunity, {
      "cexarb.execution.id": execution.id,
      "cexarb.quantity": execution.quantity,
      "cexarb.edge_usdt": execution.edgeQuote,
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
