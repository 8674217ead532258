/**
 * The one way in for everything that venues say about orders and fills, and the one way out for orders.
 * @module
 */
import type { PositionReport } from "../core/account.ts";
import type { BalanceSnapshot } from "../core/balance.ts";
import type { Clock } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import type { OrderAck, OrderReport, Outcome } from "../core/order_request.ts";
import { type BaseQuantity, baseQuantity } from "../core/units.ts";
import type { Logger } from "../logging/logger.ts";
import { parseClientOrderId } from "./client_order_id.ts";
import type { Journal, JournalEvent } from "./journal_record.ts";
import { journalFill } from "./journal_values.ts";
import type { Ledger } from "./ledger.ts";
import { netOfFills, type TrackedOrder } from "./tracked_order.ts";
import type { OrderTracker } from "./order_tracker.ts";
import type { TradingVenue } from "./trading_venue.ts";
import { UnclaimedFills } from "./unclaimed_fills.ts";

/** Who is told. */
export interface OrderFlowListener {
  /** Something became known of an order. */
  onOrder(order: TrackedOrder): void;
  /** The venue has answered a sending, or nobody knows what became of it. */
  onOutcome(order: TrackedOrder, outcome: Outcome<OrderAck>): void;
  /** A trade of ours is in the ledger. The order is undefined when it is older than what is remembered. */
  onFill(fill: Fill, order: TrackedOrder | undefined): void;
  /** An order that is not in the journal of this program. */
  onForeign(exchange: ExchangeKey, report: OrderReport): void;
  onBalance(balance: BalanceSnapshot): void;
  onPosition(exchange: ExchangeKey, position: PositionReport): void;
  onConnection(exchange: ExchangeKey, state: "live" | "lost"): void;
  /** The journal cannot be written any more: nothing may be sent. */
  onJournalFailure(error: unknown): void;
}

/** What an {@link OrderFlow} takes. */
export interface OrderFlowOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly journal: Journal;
  readonly tracker: OrderTracker;
  readonly ledger: Ledger;
  readonly venues: ReadonlyMap<ExchangeKey, TradingVenue>;
  readonly instruments: InstrumentTable;
  /** Fills before this epoch millisecond are in the ledger already. */
  readonly fillsUntil?: number;
  /** The fills at and after it that are in the ledger, by {@link fillKey}. */
  readonly knownFills?: Iterable<string>;
  readonly listener: OrderFlowListener;
}

/** What is remembered of fills whose orders are forgotten. */
const rememberedFills = 50_000;

/** Takes what venues say: each thing once, written down before anything follows from it. */
export class OrderFlow {
  readonly tracker: OrderTracker;
  readonly ledger: Ledger;
  readonly #options: OrderFlowOptions;
  /** Fills in the ledger, by {@link fillKey}. */
  #fills: Set<string>;
  readonly #unclaimed: UnclaimedFills;
  #hasFailed = false;
  /** Counts by venue what was sent or told: a question that saw two numbers was overtaken. */
  readonly #activity = new Map<ExchangeKey, number>();

  constructor(options: OrderFlowOptions) {
    this.#options = options;
    this.tracker = options.tracker;
    this.ledger = options.ledger;
    this.#fills = new Set(options.knownFills);
    const { clock } = options;
    this.#unclaimed = new UnclaimedFills({ clock, onForeign: (fills) => this.#tellForeign(fills) });
  }

  /** Listens to every venue. */
  bind(): void {
    const { venues, listener } = this.#options;
    for (const [exchange, venue] of venues) {
      venue.bind("order", (report) => this.takeReport(report, "stream"));
      venue.bind("fill", (fill) => void this.takeFill(fill, "stream"));
      venue.bind("balance", (balance) => listener.onBalance(balance));
      venue.bind("position", (position) => listener.onPosition(exchange, position));
      venue.bind("connection", (state) => listener.onConnection(exchange, state));
    }
  }

  /** Grows whenever an order is sent to a venue, or something is told about one there. */
  activity(exchange: ExchangeKey): number {
    return this.#activity.get(exchange) ?? 0;
  }

  /** Whether a client order id is of this program's journal. */
  isOwn(clientOrderId: string): boolean {
    return parseClientOrderId(clientOrderId)?.journal === this.#options.journal.id;
  }

  /** Whether the journal could not be written: nothing is sent any more. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /**
   * Sends an order that is in the journal already, and takes its outcome in. The bytes leave before this returns,
   * as far as the venue's limits allow. Never rejects.
   */
  async send(order: TrackedOrder): Promise<void> {
    const { request } = order;
    const venue = this.#venue(request.instrument.exchange);
    this.tracker.sent(order);
    this.#count(venue.exchange);
    let outcome: Outcome<OrderAck>;
    try {
      outcome = await venue.place(request);
    } catch (error) {
      outcome = { kind: "unknown", why: errorMessage(error) };
    }
    this.#takeOutcome(order, outcome);
  }

  /** Asks the venue to cancel an order. What becomes of it is told by the venue's reports. */
  async cancel(order: TrackedOrder): Promise<void> {
    const { instrument, clientOrderId } = order.request;
    this.tracker.cancelling(order);
    const name = order.exchangeOrderId === ""
      ? { clientOrderId }
      : { exchangeOrderId: order.exchangeOrderId };
    try {
      await this.#venue(instrument.exchange).cancel({ instrument, ...name });
    } catch (error) {
      this.#options.logger.warn("Cancel failed", { order: clientOrderId, error: errorMessage(error) });
    }
  }

  /**
   * The venue has stated that there is no such order, at a time at which it could not come any more. Of an order that
   * the venue had confirmed this is taken only when the venue may have forgotten it.
   */
  absent(order: TrackedOrder, why: string): void {
    const wasFinal = order.isFinal;
    this.tracker.absent(order);
    // Too early: it is a contradiction, which was told.
    if (!order.isFinal || order.isDisputed) return;
    const { exchangeOrderId, filledLots, averagePrice, request: { clientOrderId } } = order;
    // What the venue has had and forgotten was cancelled.
    const isForgotten = wasFinal || order.state !== "absent";
    const facts = { clientOrderId, exchangeOrderId, filledLots, averagePrice };
    this.record(
      isForgotten ? { kind: "report", ...facts, status: "cancelled" } : outcomeEvent(order, "absent", why),
    );
    this.#options.logger.info("Order not there", { order: clientOrderId, state: order.state, why });
    this.#told(order);
  }

  /** Takes the state of an order. `source` names where it comes from, for the log. */
  takeReport(report: OrderReport, source: string): void {
    const { exchange } = this.#options.instruments.get(report.instrument);
    const known = this.tracker.find(report.clientOrderId) ??
      this.tracker.findByVenueId(report.instrument, report.exchangeOrderId);
    const before = known === undefined ? undefined : stateOf(known);
    const order = this.tracker.report(report);
    if (order === undefined) return this.#takeUntracked(exchange, report, source);
    this.#count(exchange);
    // An order whose state is as before may still have trades that were told before its id.
    if (before === stateOf(order)) return this.#claim(order, source);
    const { exchangeOrderId, status, filledLots, averagePrice } = report;
    const { clientOrderId } = order.request;
    const facts = { clientOrderId, exchangeOrderId, status, filledLots, averagePrice };
    this.record({ kind: "report", ...facts });
    this.#options.logger.debug("Order", { ...facts, state: order.state, source });
    this.#claim(order, source);
    this.#told(order);
  }

  /**
   * Takes a trade. One without a client order id belongs to the order that the venue calls so; where that is not known
   * yet, it waits until it is.
   *
   * @returns Whether it is one of ours and new.
   */
  takeFill(told: Fill, source: string): boolean {
    const { instruments, logger, listener, fillsUntil = 0 } = this.#options;
    const instrument = instruments.get(told.instrument);
    const key = fillKey(instrument, told);
    if (this.#fills.has(key)) return false;
    const fill = this.#named(told);
    if (fill === undefined) {
      if (told.clientOrderId === "" && told.exchangeOrderId !== "") this.#unclaimed.add(told);
      return false;
    }
    const known = this.tracker.find(fill.clientOrderId);
    // The ledger began with everything before that moment.
    if (known === undefined && fill.time < fillsUntil) return false;
    this.#fills = withKey(this.#fills, key);
    this.#count(instrument.exchange);
    this.record({ kind: "fill", fill: journalFill(instrument, fill) });
    this.ledger.apply(instrument, fill);
    const order = this.tracker.fill(fill)?.order;
    const { clientOrderId, side, price, quantity, fee, feeCoin } = fill;
    logger.debug("Fill", { order: clientOrderId, side, price, quantity, fee, feeCoin, source });
    listener.onFill(fill, order);
    if (order !== undefined) this.#told(order);
    return true;
  }

  /** The client order id of the order that a trade is of; empty when it is none of ours as far as is known. */
  nameOf(fill: Fill): string {
    return this.#named(fill)?.clientOrderId ?? "";
  }

  /**
   * Whose a trade is. `unclaimed`: the venue tells it by its own order id alone, and an order of ours on the instrument
   * has none yet, so it may be that one's.
   */
  ownerOf(fill: Fill): "ours" | "others" | "unclaimed" {
    const instrument = this.#options.instruments.get(fill.instrument);
    if (this.#fills.has(fillKey(instrument, fill)) || this.#named(fill) !== undefined) return "ours";
    const isNameless = fill.clientOrderId === "" &&
      this.tracker.open.some(({ exchangeOrderId, request }) =>
        exchangeOrderId === "" && request.instrument === instrument
      );
    return isNameless ? "unclaimed" : "others";
  }

  /** The venue's ids of orders with trades of which nobody knows yet whose they are. */
  unclaimedOrders(instrument: Instrument): string[] {
    return this.#unclaimed.orders(instrument.id);
  }

  /** To be called now and then: lets go the trades of others. */
  sweep(): void {
    this.#unclaimed.sweep();
  }

  /** Fills at and after an epoch millisecond that are in the ledger, for a snapshot. */
  get knownFills(): ReadonlySet<string> {
    return this.#fills;
  }

  /**
   * Base units that are not hedged, signed: what the ledger holds of a coin on all venues, and what reports tell of
   * orders whose fills are not known one by one yet.
   */
  exposure(base: string, quote: string): BaseQuantity {
    let sum: number = this.ledger.exposure(base, quote);
    for (const order of this.tracker.open) {
      const { instrument } = order.request;
      if (instrument.base !== base || instrument.quote !== quote) continue;
      sum += order.filledNet - netOfFills(order);
    }
    return baseQuantity(sum);
  }

  /**
   * Writes an event down. When that fails everything that was sent goes on being watched, and nothing more is sent.
   *
   * @returns Whether it is written.
   */
  record(event: JournalEvent): boolean {
    try {
      this.#options.journal.append(event);
      return true;
    } catch (error) {
      this.#hasFailed = true;
      this.#options.listener.onJournalFailure(error);
      return false;
    }
  }

  #takeOutcome(order: TrackedOrder, outcome: Outcome<OrderAck>): void {
    const { exchange } = order.request.instrument;
    this.#count(exchange);
    const why = outcome.kind === "accepted"
      ? ""
      : outcome.kind === "unknown"
      ? outcome.why
      : `${outcome.reason} ${outcome.code} ${outcome.message}`;
    const id = outcome.kind === "accepted" ? outcome.value.exchangeOrderId : "";
    // A refused duplicate says that an order of this id is there.
    const isDuplicate = outcome.kind === "refused" && outcome.reason === "duplicate-id";
    this.record(outcomeEvent(order, isDuplicate ? "unknown" : outcome.kind, why, id));
    this.tracker.outcome(order, outcome);
    if (outcome.kind !== "accepted") {
      const { clientOrderId } = order.request;
      this.#options.logger.warn("Order not accepted", {
        exchange,
        order: clientOrderId,
        kind: outcome.kind,
        why,
      });
    }
    this.#options.listener.onOutcome(order, outcome);
    const report = outcome.kind === "accepted" ? outcome.value.report : undefined;
    if (report !== undefined) this.takeReport(report, "answer");
    this.#claim(order, "answer");
    this.#told(order);
  }

  #takeUntracked(exchange: ExchangeKey, report: OrderReport, source: string): void {
    const { instrument, clientOrderId, exchangeOrderId } = report;
    if (this.isOwn(clientOrderId)) {
      // Its trades count, although nobody follows it any more.
      const fills = this.#unclaimed.claim(instrument, exchangeOrderId);
      for (const fill of fills) this.takeFill({ ...fill, clientOrderId }, source);
      if (this.tracker.wasUsed(clientOrderId)) return;
    } else this.#unclaimed.disown(instrument, exchangeOrderId);
    this.#options.listener.onForeign(exchange, report);
  }

  /** Takes the trades that waited for the venue's id of an order. */
  #claim({ exchangeOrderId, request: { instrument } }: TrackedOrder, source: string): void {
    if (exchangeOrderId === "") return;
    for (const fill of this.#unclaimed.claim(instrument.id, exchangeOrderId)) this.takeFill(fill, source);
  }

  /** The trade with the client order id of its order; undefined when no order of ours is known to be its. */
  #named(fill: Fill): Fill | undefined {
    if (this.isOwn(fill.clientOrderId)) return fill;
    if (fill.exchangeOrderId === "") return undefined;
    const order = this.tracker.findByVenueId(fill.instrument, fill.exchangeOrderId);
    return order === undefined ? undefined : { ...fill, clientOrderId: order.request.clientOrderId };
  }

  #tellForeign(fills: readonly Fill[]): void {
    const { instrument, exchangeOrderId: order } = fills[0]!;
    const { exchange, exchangeSymbol: symbol } = this.#options.instruments.get(instrument);
    this.#options.logger.warn("Trades of somebody else", { exchange, symbol, order, trades: fills.length });
  }

  #told(order: TrackedOrder): void {
    this.#options.listener.onOrder(order);
  }

  #count(exchange: ExchangeKey): void {
    this.#activity.set(exchange, this.activity(exchange) + 1);
  }

  #venue(exchange: ExchangeKey): TradingVenue {
    const venue = this.#options.venues.get(exchange);
    if (venue === undefined) throw new RangeError(`There is no account at ${exchange} to send orders to`);
    return venue;
  }
}

/** What makes a fill one of a kind: both sides of a trade with oneself have the same id. */
export function fillKey({ exchange, exchangeSymbol }: Instrument, { tradeId, side }: Fill): string {
  return `${exchange} ${exchangeSymbol} ${tradeId} ${side}`;
}

function outcomeEvent(
  { request }: TrackedOrder,
  outcome: "accepted" | "refused" | "unknown" | "absent",
  why: string,
  exchangeOrderId = "",
): JournalEvent {
  return { kind: "outcome", clientOrderId: request.clientOrderId, outcome, exchangeOrderId, why };
}

/** Two of these are the same when nothing became known in between. */
function stateOf({ state, filledLots, exchangeOrderId }: TrackedOrder): string {
  return `${state} ${filledLots} ${exchangeOrderId}`;
}

/** Adds a key and forgets the older half when there are too many. */
function withKey(keys: Set<string>, key: string): Set<string> {
  keys.add(key);
  return keys.size < 2 * rememberedFills ? keys : new Set([...keys].slice(-rememberedFills));
}
