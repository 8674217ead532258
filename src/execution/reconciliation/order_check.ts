/**
 * Compares open orders with what the venue lists.
 * @module
 */
import type { Instrument } from "../../core/instrument.ts";
import type { OrderReport } from "../../core/order_request.ts";
import { hasEnded } from "../../exchanges/private_reports.ts";
import type { TrackedOrder } from "../tracked_order.ts";
import type { Comparison } from "./comparison.ts";
import type { Disagreements, Judgement } from "./disagreements.ts";
import type { VenueContext } from "./venue_context.ts";

/** Time that the streams and whoever waits for an order have for it, milliseconds. */
const graceMs = 3_000;

/** An order that the venue has open and the program does not. */
interface Stray {
  readonly instrument: Instrument;
  readonly exchangeOrderId: string;
  readonly clientOrderId: string;
  /** Whether its name is in the journal: then it had ended here. */
  readonly isKnown: boolean;
}

/** A listing that leaves an order out ends nothing: the order is asked for by its id. */
export class OrderCheck {
  readonly #context: VenueContext;
  readonly #disagreements: Disagreements;
  readonly #onMissing: (order: TrackedOrder) => void;
  readonly #foreign = new Set<string>();
  #strays = new Map<string, Stray>();

  /** @param onMissing Told of an open order of which the venue says that it does not exist. */
  constructor(
    context: VenueContext,
    disagreements: Disagreements,
    onMissing: (order: TrackedOrder) => void,
  ) {
    this.#context = context;
    this.#disagreements = disagreements;
    this.#onMissing = onMissing;
  }

  /** One look. Throws what the venue's client throws. */
  async run(): Promise<Judgement[]> {
    const { venue, clock } = this.#context;
    const oldest = clock.epochMs() - graceMs;
    const resting = this.#context.orders.filter((order) => isOpenSince(order, oldest));
    const reports = await this.#context.answer(venue.openOrders());
    for (const report of reports) this.#take(report, oldest);
    const listed = new Set(reports.map(({ exchangeOrderId }) => exchangeOrderId));
    for (const order of resting) {
      if (!listed.has(order.exchangeOrderId) && !order.isFinal) await this.#askFor(order);
    }
    const judgements: Judgement[] = [];
    for (const stray of this.#strays.values()) judgements.push(await this.#judge(stray));
    return judgements;
  }

  #take(report: OrderReport, oldest: number): void {
    const { flow, exchange } = this.#context;
    const { clientOrderId, exchangeOrderId } = report;
    if (!this.#context.isOwn(clientOrderId)) {
      if (this.#foreign.has(exchangeOrderId)) return;
      this.#foreign.add(exchangeOrderId);
      const text = `${exchange}: the open order ${
        clientOrderId || exchangeOrderId
      } is not ours and is left alone`;
      return this.#context.tell("foreign-order", clientOrderId || exchangeOrderId, text);
    }
    const order = flow.tracker.find(clientOrderId);
    if (order !== undefined && !order.isFinal) return flow.takeReport(report, "listing");
    // The listing may be older than the end of the order.
    if (order !== undefined && order.endedAt > oldest) return;
    const instrument = this.#context.instrument(report.instrument);
    if (instrument === undefined) return;
    const isKnown = flow.tracker.wasUsed(clientOrderId);
    this.#strays.set(clientOrderId, { instrument, exchangeOrderId, clientOrderId, isKnown });
  }

  /** An order that should be open is not in the listing. */
  async #askFor(order: TrackedOrder): Promise<void> {
    const { venue, flow, exchange, tell } = this.#context;
    const { exchangeOrderId, request: { instrument, clientOrderId } } = order;
    const report = await this.#context.answer(venue.order({ instrument, exchangeOrderId }));
    if (order.isFinal) return;
    if (report === undefined) return this.#onMissing(order);
    flow.takeReport(report, "comparison");
    if (!hasEnded(report.status)) {
      const text = `${exchange}: the open order ${clientOrderId} is missing in the listing of open orders`;
      return tell("short-listing", clientOrderId, text);
    }
    const end = `${report.status} with ${report.filledLots} of ${report.lots} lots filled`;
    const text = `${exchange}: the streams have not told that the order ${clientOrderId} is ${end}`;
    tell("order-found", clientOrderId, text);
  }

  async #judge(stray: Stray): Promise<Judgement> {
    const { venue, flow } = this.#context;
    const { instrument, exchangeOrderId, clientOrderId, isKnown } = stray;
    const report = await this.#context.answer(venue.order({ instrument, exchangeOrderId }));
    const isOpen = report !== undefined && !hasEnded(report.status);
    if (report !== undefined && flow.tracker.find(clientOrderId) !== undefined) {
      flow.takeReport(report, "comparison");
    }
    if (!isOpen) this.#strays.delete(clientOrderId);
    const lots = isOpen ? report.lots - report.filledLots : 0;
    return this.#disagreements.judge(comparisonOf(stray, lots), () => [
      isKnown
        ? "the venue said before that this order had ended, or that there was no such order"
        : "an older copy of the journal is in use, or another program uses its name",
    ]);
  }
}

function comparisonOf({ instrument, clientOrderId }: Stray, lots: number): Comparison {
  const { exchange, base, lot, baseFactor } = instrument;
  return {
    exchange,
    kind: "order",
    subject: clientOrderId,
    scope: base,
    unit: base,
    theirs: lot.value(lots) * baseFactor,
    ours: 0,
    tolerance: 0,
  };
}

function isOpenSince(order: TrackedOrder, oldest: number): boolean {
  const isOpen = order.state === "open" || order.state === "partially-filled";
  return isOpen && order.exchangeOrderId !== "" && !(order.answeredAt > oldest);
}
