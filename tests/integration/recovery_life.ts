/**
 * A process that trades by hand, dies and recovers, for tests: journal, ledger and orders over real accounts.
 * @module
 */
import { Holdings } from "../../src/arbitrage/holdings.ts";
import { buildRoutes } from "../../src/arbitrage/route.ts";
import { CexarbError } from "../../src/core/errors.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { OrderRequest } from "../../src/core/order_request.ts";
import { clientOrderId } from "../../src/execution/client_order_id.ts";
import type { TornTail } from "../../src/execution/journal/journal_line.ts";
import type { JournalState } from "../../src/execution/journal/journal_state.ts";
import { MemoryJournal } from "../../src/execution/journal/memory_journal.ts";
import { journalOrder } from "../../src/execution/journal_values.ts";
import { Ledger } from "../../src/execution/ledger.ts";
import { OrderFlow } from "../../src/execution/order_flow.ts";
import { OrderResolver } from "../../src/execution/order_resolver.ts";
import { OrderTracker } from "../../src/execution/order_tracker.ts";
import { recover } from "../../src/execution/recovery.ts";
import { type TakenUp, takeUp } from "../../src/execution/recovery_memory.ts";
import type { RecoveryReport } from "../../src/execution/recovery_report.ts";
import type { TrackedOrder } from "../../src/execution/tracked_order.ts";
import type { TradingVenue } from "../../src/execution/trading_venue.ts";
import type { TradingSite } from "../support/trading_site.ts";

/** Id of the journal. */
export const journalId = "jrec";

/** One life of the process. */
export class Life {
  readonly journal: MemoryJournal;
  readonly state: JournalState;
  readonly torn: TornTail | undefined;
  readonly ledger = new Ledger();
  readonly flow: OrderFlow;
  readonly resolver: OrderResolver;
  readonly holdings: Holdings;
  readonly taken: TakenUp;
  readonly stops = new Map<string, string>();
  readonly contradictions: string[] = [];
  #next: number;

  private constructor(
    readonly site: TradingSite,
    readonly venues: ReadonlyMap<ExchangeKey, TradingVenue>,
    bytes: Uint8Array,
  ) {
    const { clock, logger, instruments } = site;
    const { journal, state, torn } = MemoryJournal.open({ clock, id: journalId, bytes });
    this.journal = journal;
    this.state = state;
    this.torn = torn;
    this.#next = state.nextExecution;
    const tracker = new OrderTracker({
      clock,
      onIllegal: (order, _event, why) => {
        this.contradictions.push(`${order.request.clientOrderId}: ${why}`);
      },
    });
    this.flow = new OrderFlow({
      clock,
      logger,
      journal,
      tracker,
      ledger: this.ledger,
      venues,
      instruments,
      fillsUntil: state.fillsUntil,
      knownFills: state.recentFills.map(({ id }) => id),
      listener: {
        onOrder: (order) => this.resolver.notify(order),
        onFill: () => {},
        onOutcome: () => {},
        onForeign: () => {},
        onBalance: () => {},
        onPosition: () => {},
        onConnection: () => {},
        onJournalFailure: (error) => {
          throw error;
        },
      },
    });
    this.resolver = new OrderResolver({ clock, logger, flow: this.flow, venues, settleTimeoutMs: 500 });
    this.holdings = new Holdings(buildRoutes(instruments));
    this.taken = takeUp({
      state,
      tracker,
      ledger: this.ledger,
      holdings: this.holdings,
      instruments,
      restoreStop: (scope, why) => this.stops.set(scope, why),
    });
    this.flow.bind();
  }

  /** Opens accounts and the journal that an earlier life has left, and waits until the accounts are live. */
  static async begin(site: TradingSite, bytes: Uint8Array = new Uint8Array()): Promise<Life> {
    const venues = new Map<ExchangeKey, TradingVenue>();
    for (const exchange of site.venues.keys()) venues.set(exchange, await openAccount(site, exchange));
    const life = new Life(site, venues, bytes);
    for (const venue of venues.values()) venue.start();
    await site.until(() => [...venues.values()].every(({ isLive }) => isLive), "the accounts to be live");
    return life;
  }

  /** Recovers, for as long as that takes. */
  recover(signal?: AbortSignal): Promise<RecoveryReport> {
    const { site: { clock, logger, instruments }, state, flow, resolver, venues, taken, torn } = this;
    return recover({
      ...{ state, flow, resolver, venues, instruments, clock, logger, taken, torn, signal },
      stop: (scope, why) => {
        if (this.stops.has(scope)) return;
        this.stops.set(scope, why);
        flow.record({ kind: "stopped", scope, why });
      },
      takeSnapshot: (facts) => this.journal.takeSnapshot(facts),
    });
  }

  /** Writes orders of one execution down. */
  plan(...changes: { exchange: ExchangeKey; change?: Partial<OrderRequest> }[]): TrackedOrder[] {
    const execution = this.#next++;
    const orders = changes.map(({ exchange, change = {} }, index) => {
      const name = clientOrderId({ journal: journalId, execution, order: index + 1 });
      return this.flow.tracker.plan(this.site.order(exchange, { ...change, clientOrderId: name }), execution);
    });
    this.flow.record({
      ...{ kind: "execution", execution, strategy: "basis", purpose: "enter" },
      ...{ opportunity: 0, quantity: 0.001, expected: 1 },
      orders: orders.map(({ request }) => journalOrder(request)),
    });
    return orders;
  }

  /** Dies: what it has left is handed to the next life, and whatever reaches it later is not. */
  die(): Uint8Array {
    const { bytes } = this.journal;
    for (const venue of this.venues.values()) venue.stop();
    this.resolver.stop();
    return bytes;
  }
}

/** A venue on which something goes wrong is tried again, as a supervisor does. */
async function openAccount(site: TradingSite, exchange: ExchangeKey): Promise<TradingVenue> {
  for (;;) {
    try {
      return await site.account(exchange);
    } catch (error) {
      if (!(error instanceof CexarbError)) throw error;
      await site.advance(5_000);
    }
  }
}
