/**
 * Brings every order of the journal to its end, finds those that the journal has lost, and books all fills.
 * @module
 */
import type { Fill } from "../core/fill.ts";
import type { Instrument } from "../core/instrument.ts";
import type { OrderReport, OrderRequest } from "../core/order_request.ts";
import { hasEnded } from "../exchanges/private_reports.ts";
import { parseClientOrderId } from "./client_order_id.ts";
import { journalOrder } from "./journal_values.ts";
import { fillKey } from "./order_flow.ts";
import type { RecoveryContext } from "./recovery_context.ts";
import type { TrackedOrder } from "./tracked_order.ts";
import type { TradingVenue } from "./trading_venue.ts";

/** First and longest wait between two cancels of an order, and between two listings, milliseconds. */
const firstWaitMs = 1_000, longestWaitMs = 30_000;
/** Fills of so long before the journal's last word are asked for again, milliseconds: clocks differ and listings lag. */
const overlapMs = 60_000;

/** Orders and fills of all venues. */
export class OrderRecovery {
  readonly #context: RecoveryContext;
  readonly #touched: Set<Instrument>;
  readonly #foreign = new Set<string>();
  readonly #known: ReadonlySet<string>;

  /** @param touched Instruments with orders or bookings since the last snapshot. */
  constructor(context: RecoveryContext, touched: Iterable<Instrument>) {
    this.#context = context;
    this.#touched = new Set(touched);
    this.#known = new Set(context.world.state.recentFills.map(({ id }) => id));
  }

  /** Until every order of ours has ended with all its fills, and no venue lists an open one. */
  async endAll(): Promise<void> {
    const { venues } = this.#context.world;
    for (let waitMs = firstWaitMs;; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      const counts = await Promise.all([...venues.values()].map((venue) => this.#list(venue)));
      await this.settle();
      if (counts.every((count) => count === 0)) return;
      // The listing may be older than the cancels; whatever it shows then is looked into.
      await this.#context.wait(waitMs);
    }
  }

  /** Asks for the fills of all instruments on which something may have happened. */
  async findFills(): Promise<void> {
    await Promise.all([...this.#touched].map((instrument) => this.fillsOf(instrument)));
    await this.settle();
  }

  /** Asks for the fills of an instrument since the journal's last word and books those that are new. */
  async fillsOf(instrument: Instrument): Promise<void> {
    const { state: { fillsUntil } } = this.#context.world;
    const venue = this.#context.venueOf(instrument);
    const { exchange, exchangeSymbol } = instrument;
    const fills = await this.#context.answer(
      exchange,
      `fills of ${exchangeSymbol}`,
      () => venue.fills(instrument, Math.floor(fillsUntil - overlapMs)),
    );
    for (const fill of fills) await this.#takeFill(instrument, venue, fill);
  }

  /** Ends every order that is known and not settled. */
  async settle(): Promise<void> {
    await Promise.all(this.#context.world.flow.tracker.open.map((order) => this.#end(order)));
  }

  async #end(order: TrackedOrder): Promise<void> {
    const { flow, resolver } = this.#context.world;
    const { clientOrderId, instrument, timeInForce } = order.request;
    const before = order.state;
    const settled = resolver.resolve(order);
    // An order that rests is taken back until it has ended; the others end by themselves.
    for (let waitMs = firstWaitMs; timeInForce === "gtc" && isAlive(order); waitMs *= 2) {
      await flow.cancel(order);
      await this.#context.atMost(settled, Math.min(waitMs, longestWaitMs));
    }
    await this.#context.whileWanted(settled);
    const { lot, exchange } = instrument;
    const filled = `${lot.format(order.filledLots)} of ${lot.format(order.request.lots)} filled`;
    const text = `The order ${clientOrderId} was ${before} and is ${order.state} now, ${filled}`;
    this.#context.findings.tell("order", exchange, clientOrderId, text);
  }

  /** Takes what a venue lists. Returns the number of orders of ours that it says are open. */
  async #list(venue: TradingVenue): Promise<number> {
    const { flow, instruments } = this.#context.world;
    const { exchange } = venue;
    const reports = await this.#context.answer(exchange, "open orders", () => venue.openOrders());
    let count = 0;
    for (const report of reports) {
      if (!this.#isOwn(report.clientOrderId)) {
        this.#leaveAlone(venue, report);
        continue;
      }
      if (!hasEnded(report.status)) count += 1;
      if (flow.tracker.find(report.clientOrderId) !== undefined) flow.takeReport(report, "recovery");
      else this.#adopt(instruments.get(report.instrument), report);
    }
    return count;
  }

  #leaveAlone({ exchange }: TradingVenue, { clientOrderId, exchangeOrderId, instrument }: OrderReport): void {
    const key = `${exchange} ${exchangeOrderId}`;
    if (this.#foreign.has(key)) return;
    this.#foreign.add(key);
    const { exchangeSymbol } = this.#context.world.instruments.get(instrument);
    const name = clientOrderId === "" ? exchangeOrderId : clientOrderId;
    const text = `The open order ${name} of ${exchangeSymbol} at ${exchange} is not ours and is left alone`;
    this.#context.findings.tell("foreign-order", exchange, name, text);
  }

  /** An order with a name of this journal that is not in it: its line went with the power. */
  #adopt(instrument: Instrument, report: OrderReport): void {
    const { flow, state } = this.#context.world;
    const { clientOrderId, exchangeOrderId, side, type, timeInForce, priceTicks, lots, reduceOnly } = report;
    const request: OrderRequest = {
      ...{ clientOrderId, instrument, side, type, timeInForce, priceTicks, lots, reduceOnly },
    };
    const { execution } = parseClientOrderId(clientOrderId)!;
    const why = "found at the venue, not in the journal";
    this.#context.record({ kind: "order", execution, why, order: journalOrder(request) });
    const createdAt = Number.isFinite(report.createdAt) ? report.createdAt : state.fillsUntil;
    flow.tracker.restore(request, execution, {
      ...{ state: "unknown", exchangeOrderId, filledLots: 0, averagePrice: 0, fills: [] },
      ...{ createdAt, sentAt: createdAt, answeredAt: NaN, endedAt: NaN, heardAt: NaN },
    });
    this.#touched.add(instrument);
    const text =
      `The order ${clientOrderId} of ${instrument.exchangeSymbol} at ${instrument.exchange} was not in the ` +
      "journal: it is now, and is brought to its end";
    this.#context.findings.tell("adopted-order", instrument.exchange, clientOrderId, text);
    flow.takeReport(report, "recovery");
  }

  async #takeFill(instrument: Instrument, venue: TradingVenue, fill: Fill): Promise<void> {
    const { flow, state } = this.#context.world;
    const { clientOrderId, tradeId, side, quantity, price, time } = fill;
    if (!this.#isOwn(clientOrderId) || this.#known.has(fillKey(instrument, fill))) return;
    if (flow.tracker.find(clientOrderId) === undefined) {
      // It is in the snapshot.
      if (time < state.fillsUntil) return;
      const { exchange } = instrument;
      const report = await this.#context.answer(
        exchange,
        `order ${clientOrderId}`,
        () => venue.order({ instrument, clientOrderId }),
      );
      if (report !== undefined && flow.tracker.find(clientOrderId) === undefined) {
        this.#adopt(instrument, report);
      }
    }
    if (!flow.takeFill(fill, "recovery")) return;
    const text =
      `Trade ${tradeId} of the order ${clientOrderId} was not in the journal: ${side} ${quantity} ` +
      `${instrument.base} at ${price}`;
    this.#context.findings.tell("fill", instrument.exchange, clientOrderId, text);
  }

  #isOwn(clientOrderId: string): boolean {
    return parseClientOrderId(clientOrderId)?.journal === this.#context.world.state.id;
  }
}

/** Whether the venue has it or may have it. */
function isAlive(order: TrackedOrder): boolean {
  return !order.isFinal || order.isDisputed;
}
