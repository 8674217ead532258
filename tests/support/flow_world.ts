/**
 * Orders, ledger, journal and scripted venues around an order flow, on simulated time.
 * @module
 */
import type { Fill } from "../../src/core/fill.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { OrderReport, OrderRequest } from "../../src/core/order_request.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import type { Journal, JournalEvent } from "../../src/execution/journal_record.ts";
import { Ledger } from "../../src/execution/ledger.ts";
import { OrderFlow, type OrderFlowOptions } from "../../src/execution/order_flow.ts";
import { OrderResolver } from "../../src/execution/order_resolver.ts";
import { OrderTracker } from "../../src/execution/order_tracker.ts";
import type { TrackedOrder } from "../../src/execution/tracked_order.ts";
import { testInstruments } from "./instruments.ts";
import { MemoryLogger } from "./memory_logger.ts";
import { requestOf } from "./order_messages.ts";
import { ScriptedVenue } from "./scripted_venue.ts";

/** When the clock starts, epoch milliseconds. */
export const worldStart = 1_786_540_560_000;
/** Id of the journal. */
export const worldJournal = "test";

/** A journal that is a list, and that can be full. */
export class ListedJournal implements Journal {
  readonly id = worldJournal;
  readonly events: JournalEvent[] = [];
  isFull = false;

  append(event: JournalEvent): void {
    if (this.isFull) throw new Error("the disk is full");
    this.events.push(event);
  }

  /** Events of a kind, in order. */
  of<Kind extends JournalEvent["kind"]>(kind: Kind): Extract<JournalEvent, { kind: Kind }>[] {
    return this.events.filter((event): event is Extract<JournalEvent, { kind: Kind }> => event.kind === kind);
  }
}

/** Gives everything that is resolved its turn. */
export async function letSettle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
}

/** Runs a clock for a time, and gives promises their turn after every timer. */
export async function pass(clock: SimulatedClock, ms: number): Promise<void> {
  const end = clock.epochMs() + ms;
  await letSettle();
  while (clock.nextDue !== undefined && clock.nextDue <= end) {
    clock.step();
    await letSettle();
  }
  clock.moveTo(end);
}

/** HYPE on MEXC spot and Gate.io spot and futures. */
export class FlowWorld {
  readonly clock = new SimulatedClock(worldStart);
  readonly logger = new MemoryLogger();
  readonly journal = new ListedJournal();
  readonly ledger = new Ledger();
  readonly instruments = testInstruments(["HYPE"]);
  readonly mexc = new ScriptedVenue(this.clock, "MEXC_SPOT");
  readonly gate = new ScriptedVenue(this.clock, "GATEIO_SPOT");
  readonly futures = new ScriptedVenue(this.clock, "GATEIO_FUTURES");
  readonly venues = new Map(
    [this.mexc, this.gate, this.futures].map((venue) => [venue.exchange, venue] as const),
  );
  /** Everything that the listener was told, by kind. */
  readonly told: { what: string; id: string }[] = [];
  readonly fills: { readonly fill: Fill; readonly order: TrackedOrder | undefined }[] = [];
  readonly doubts: string[] = [];
  readonly tracker = new OrderTracker({
    clock: this.clock,
    onIllegal: (_order, _event, why) => this.doubts.push(why),
  });
  readonly flow: OrderFlow;
  readonly resolver: OrderResolver;
  #orders = 0;

  constructor(
    options: Partial<Pick<OrderFlowOptions, "fillsUntil" | "knownFills">> = {},
    settleTimeoutMs = 300,
  ) {
    const tell = (what: string, id: string): void => void this.told.push({ what, id });
    const parts = { clock: this.clock, logger: this.logger, venues: this.venues };
    this.flow = new OrderFlow({
      ...parts,
      ...options,
      journal: this.journal,
      tracker: this.tracker,
      ledger: this.ledger,
      instruments: this.instruments,
      listener: {
        onOrder: (order) => {
          tell("order", order.request.clientOrderId);
          this.resolver.notify(order);
        },
        onOutcome: (order, { kind }) => tell(kind, order.request.clientOrderId),
        onFill: (fill, order) => {
          tell("fill", fill.clientOrderId);
          this.fills.push({ fill, order });
        },
        onForeign: (_exchange, report) => tell("foreign", report.exchangeOrderId),
        onBalance: (balance) => tell("balance", balance.coin),
        onPosition: (exchange) => tell("position", exchange),
        onConnection: (exchange, state) => tell(state, exchange),
        onJournalFailure: () => tell("journal", ""),
      },
    });
    this.resolver = new OrderResolver({ ...parts, flow: this.flow, settleTimeoutMs });
    this.flow.bind();
  }

  /** The instrument of a venue. */
  of(venue: ScriptedVenue): Instrument {
    return this.instruments.ofExchange(venue.exchange)[0]!;
  }

  /** An order to buy 10 lots there, planned. */
  plan(venue: ScriptedVenue, changes: Partial<OrderRequest> = {}): TrackedOrder {
    const clientOrderId = `cx${worldJournal}-1-${++this.#orders}`;
    return this.tracker.plan(requestOf(this.of(venue), { clientOrderId, ...changes }), 1);
  }

  /** What the listener was told of a kind. */
  ids(what: string): string[] {
    return this.told.filter((each) => each.what === what).map(({ id }) => id);
  }

  /** Lets time pass. */
  pass(ms: number): Promise<void> {
    return pass(this.clock, ms);
  }

  /** A report through the stream of a venue. */
  push(venue: ScriptedVenue, report: OrderReport): void {
    venue.handlers.order!(report);
  }
}
