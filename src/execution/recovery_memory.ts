/**
 * From the journal into memory: what a start takes up before it hears anything from the venues.
 * @module
 */
import type { Holdings, StoredHolding } from "../arbitrage/holdings.ts";
import { ConfigError } from "../core/errors.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import { baseQuantity } from "../core/units.ts";
import { hasEnded } from "../exchanges/private_reports.ts";
import type { JournalBooking, JournalState } from "./journal/journal_state.ts";
import type { JournalExecution, JournalInstrument, JournalOrderState } from "./journal_record.ts";
import { fillOf, orderRequest } from "./journal_values.ts";
import type { Ledger } from "./ledger.ts";
import { isFinal, type OrderState } from "./order_state.ts";
import type { OrderTracker } from "./order_tracker.ts";
import type { OrderMemory, TrackedOrder } from "./tracked_order.ts";

/** What {@link takeUp} takes. */
export interface TakeUpOptions {
  readonly state: JournalState;
  /** Nothing may be planned in it yet. */
  readonly tracker: OrderTracker;
  /** Nothing may be booked in it yet. */
  readonly ledger: Ledger;
  readonly holdings: Pick<Holdings, "restore">;
  readonly instruments: InstrumentTable;
  /** Takes over a stop; it is in the journal already. */
  restoreStop(scope: string, why: string): void;
}

/** An execution that the end of the program interrupted: what it was for, and its orders. */
export interface InterruptedExecution {
  readonly facts: JournalExecution;
  /** In the order in which they were written down: the buying and the selling one of the pair, then hedges. */
  readonly orders: readonly TrackedOrder[];
}

/** What was taken up. */
export interface TakenUp {
  /** Orders that have not ended, or whose fills are not all known. */
  readonly open: readonly TrackedOrder[];
  readonly interrupted: readonly InterruptedExecution[];
  /** Holdings whose route the run does not have: nobody will take them off. */
  readonly lostHoldings: readonly StoredHolding[];
  /** Instruments that had orders or bookings since the last snapshot. */
  readonly touched: readonly Instrument[];
}

/**
 * Takes up orders, ledger, holdings and stops. To be done before the venues are listened to.
 *
 * @throws {ConfigError} when something is open in an instrument that the run does not have.
 */
export function takeUp(options: TakeUpOptions): TakenUp {
  const { state, tracker, ledger, holdings, instruments, restoreStop } = options;
  ledger.restore(state.ledger, instruments);
  for (const booking of state.bookings) book(booking, ledger, instruments);
  const isOpen = new Set(state.executions.map(({ execution }) => execution));
  const open: TrackedOrder[] = [];
  for (const known of state.orders) {
    const order = restoreOrder(known, tracker, instruments);
    if (order === undefined) continue;
    if (!order.isSettled) open.push(order);
    // Its name stays known, so that what is told late is recognised.
    else if (!isOpen.has(known.execution)) tracker.forget(order);
  }
  for (const { scope, why } of state.stops) restoreStop(scope, why);
  return {
    open,
    interrupted: state.executions.map((facts) => ({
      facts,
      orders: facts.orders.map((id) => tracker.find(id)).filter((order) => order !== undefined),
    })),
    lostHoldings: holdings.restore(state.holdings),
    touched: touchedInstruments(state, instruments),
  };
}

/** The state of an order in the words of the tracker. What is doubtful is unknown, so that it is asked for. */
export function stateOfOrder({ order, outcome, status, filledLots, fills }: JournalOrderState): OrderState {
  const isFilled = filledLots > 0 || fills.length > 0;
  if (status === "rejected") return isFilled ? "unknown" : "refused";
  if (status === "filled" || (order.lots > 0 && filledLots >= order.lots)) return "filled";
  if (status !== null && hasEnded(status)) return isFilled ? "partially-cancelled" : "cancelled";
  // The venue has denied it, and has told of it.
  const isDenied = outcome === "refused" || outcome === "absent";
  if (isDenied) return isFilled || status !== null ? "unknown" : outcome;
  if (isFilled) return "partially-filled";
  return status !== null || outcome === "accepted" ? "open" : "unknown";
}

function restoreOrder(
  known: JournalOrderState,
  tracker: OrderTracker,
  instruments: InstrumentTable,
): TrackedOrder | undefined {
  const { order, execution } = known;
  const state = stateOfOrder(known);
  const instrument = instruments.find(order.exchange, order.symbol);
  if (instrument !== undefined) {
    return tracker.restore(orderRequest(order, instrument), execution, memoryOf(known, state, instrument));
  }
  if (!isFinal(state)) throw missing(order, `the order ${order.clientOrderId}`);
  tracker.retire(order.clientOrderId);
  return undefined;
}

function memoryOf(known: JournalOrderState, state: OrderState, instrument: Instrument): OrderMemory {
  const { exchangeOrderId, filledLots, averagePrice, at, heardAt, endedAt } = known;
  return {
    state,
    exchangeOrderId,
    filledLots,
    averagePrice,
    fills: known.fills.map((fill) => fillOf(fill, instrument)),
    createdAt: at,
    // If it was sent, then just after it was written down.
    sentAt: at,
    answeredAt: heardAt ?? NaN,
    endedAt: endedAt ?? NaN,
    heardAt: heardAt ?? NaN,
  };
}

function book(booking: JournalBooking, ledger: Ledger, instruments: InstrumentTable): void {
  if (booking.kind === "fill") {
    const instrument = instrumentOf(booking.fill, "a fill", instruments);
    return ledger.apply(instrument, fillOf(booking.fill, instrument));
  }
  const instrument = instrumentOf(booking.instrument, `a record of ${booking.kind}`, instruments);
  if (booking.kind === "funding") return ledger.applyFunding(instrument, booking.amount);
  ledger.adjust(instrument, baseQuantity(booking.quantity), booking.price);
}

function instrumentOf(name: JournalInstrument, what: string, instruments: InstrumentTable): Instrument {
  const instrument = instruments.find(name.exchange, name.symbol);
  if (instrument === undefined) throw missing(name, what);
  return instrument;
}

function missing({ exchange, symbol }: JournalInstrument, what: string): ConfigError {
  return new ConfigError(
    `The journal holds ${what} of ${symbol} at ${exchange}, which the run does not have: add the symbol to the ` +
      "configuration",
  );
}

function touchedInstruments(state: JournalState, instruments: InstrumentTable): Instrument[] {
  const names: JournalInstrument[] = [
    ...state.orders.map(({ order }) => order),
    ...state.bookings.map((booking) => booking.kind === "fill" ? booking.fill : booking.instrument),
  ];
  const found = names.map(({ exchange, symbol }) => instruments.find(exchange, symbol));
  return [...new Set(found)].filter((instrument) => instrument !== undefined);
}
