/**
 * Measures, records and audits what a desk does.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { InstrumentTable } from "../core/instrument.ts";
import type { OrderAck, OrderReport, Outcome } from "../core/order_request.ts";
import type { ExecutionRun } from "../execution/execution_run.ts";
import type { TrackedOrder } from "../execution/tracked_order.ts";
import type { DeskListener } from "../execution/trading_desk.ts";
import type { AuditTrail } from "../logging/audit_trail.ts";
import type { Logger } from "../logging/logger.ts";
import type { MarketStore } from "../storage/mod.ts";
import { auditPaperOutcome, auditPaperSending } from "./paper_audit.ts";
import { orderRow } from "./position_rows.ts";
import type { RunMeasurements } from "./run_measurements.ts";

/** What a {@link DeskRecorder} takes. */
export interface DeskRecorderOptions {
  readonly clock: Clock;
  readonly store: Pick<MarketStore, "recordOrder" | "recordFill">;
  readonly logger: Logger;
  readonly measurements: RunMeasurements;
  readonly instruments: InstrumentTable;
  /** Where orders on paper leave their trail; those with money leave it on their way. */
  readonly paperAudit: AuditTrail | undefined;
  readonly paper: boolean;
  /** Told when an execution has ended. */
  readonly onExecution: (run: ExecutionRun) => void;
  readonly onConnection: (exchange: ExchangeKey, state: "live" | "lost") => void;
}

/** Changes nothing of what the desk does. */
export class DeskRecorder implements DeskListener {
  /** Orders whose end is on the trail: venues go on telling about an order that has ended. */
  readonly #audited = new WeakSet<TrackedOrder>();

  constructor(private readonly options: DeskRecorderOptions) {}

  onSent(orders: readonly TrackedOrder[]): void {
    const { measurements, paperAudit } = this.options;
    for (const order of orders) {
      measurements.trades.countOrder(order.request.instrument.exchange, order.request.side);
      if (paperAudit !== undefined) auditPaperSending(paperAudit, order);
    }
  }

  onOutcome(order: TrackedOrder, outcome: Outcome<OrderAck>): void {
    const { measurements: { counts } } = this.options;
    const { exchange } = order.request.instrument;
    if (outcome.kind === "refused") counts.countRefusal(exchange, outcome.reason);
    else counts.countSend(exchange, outcome.kind);
    this.#measure(order, "sent_to_ack", order.answeredAt - order.sentAt);
  }

  onOrder(order: TrackedOrder): void {
    const { store, clock, paper, paperAudit } = this.options;
    store.recordOrder(orderRow(order, { time: clock.epochMs(), paper }));
    if (paperAudit === undefined || !order.isFinal || this.#audited.has(order)) return;
    this.#audited.add(order);
    auditPaperOutcome(paperAudit, order);
  }

  onFill(fill: Fill, order: TrackedOrder | undefined): void {
    const { store, measurements, logger, instruments, clock } = this.options;
    store.recordFill(fill);
    if (order !== undefined && order.fills.length === 1) {
      this.#measure(order, "sent_to_fill", clock.epochMs() - order.sentAt);
    }
    const alarm = measurements.onFill(fill);
    if (alarm === undefined) return;
    const { exchange, exchangeSymbol } = instruments.get(fill.instrument);
    const { drift, expected, charged } = alarm;
    logger.error("Fees are not the expected ones", {
      exchange,
      symbol: exchangeSymbol,
      drift,
      expected,
      charged,
    });
  }

  onExecution(run: ExecutionRun): void {
    const { measurements: { counts }, onExecution } = this.options;
    const { hedges, buy, sell, moments: { decidedAt, sentAt, filledAt, hedgedAt } } = run;
    for (const { request } of hedges) counts.countHedge(request.instrument.exchange);
    for (const order of [buy, sell]) {
      this.#measure(order, "decision_to_sent", sentAt - decidedAt);
      this.#measure(order, "fill_to_hedge", hedgedAt - filledAt);
    }
    onExecution(run);
  }

  onStop(): void {}

  onForeign(exchange: ExchangeKey, { clientOrderId, exchangeOrderId }: OrderReport): void {
    this.options.logger.info("Somebody else's order", { exchange, clientOrderId, exchangeOrderId });
  }

  onConnection(exchange: ExchangeKey, state: "live" | "lost"): void {
    this.options.onConnection(exchange, state);
  }

  #measure(
    order: TrackedOrder,
    stage: "decision_to_sent" | "sent_to_ack" | "sent_to_fill" | "fill_to_hedge",
    ms: number,
  ): void {
    this.options.measurements.onStage(stage, order.request.instrument.exchange, ms);
  }
}
