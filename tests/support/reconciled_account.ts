/**
 * Orders, ledger and comparison with the simulated venues, without anything that decides.
 * @module
 */
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { OrderRequest } from "../../src/core/order_request.ts";
import { AccountState } from "../../src/execution/account_state.ts";
import { clientOrderId } from "../../src/execution/client_order_id.ts";
import { FundingBooking } from "../../src/execution/funding_booking.ts";
import type { JournalEvent } from "../../src/execution/journal_record.ts";
import { Ledger } from "../../src/execution/ledger.ts";
import { OrderFlow } from "../../src/execution/order_flow.ts";
import { OrderResolver } from "../../src/execution/order_resolver.ts";
import { OrderTracker } from "../../src/execution/order_tracker.ts";
import { Reconciliation, type ReconciliationSettings } from "../../src/execution/reconciliation.ts";
import type { Finding } from "../../src/execution/reconciliation/finding.ts";
import type { TrackedOrder } from "../../src/execution/tracked_order.ts";
import type { TradingSite } from "./trading_site.ts";

const intervalMs = 8 * 3_600_000;
const journalId = "test";

/** What trades on a {@link TradingSite}, and is compared with it. */
export class ReconciledAccount {
  readonly events: JournalEvent[] = [];
  readonly findings: Finding[] = [];
  /** Stops and resumptions as `stop BTC`, `resume BTC`. */
  readonly told: string[] = [];
  readonly ledger: Ledger = new Ledger();
  readonly tracker: OrderTracker;
  readonly flow: OrderFlow;
  readonly resolver: OrderResolver;
  readonly reconciliation: Reconciliation;
  readonly states: ReadonlyMap<ExchangeKey, AccountState>;
  settings: ReconciliationSettings = { everyMs: 5_000, soonMs: 1_000, resumes: false, maxFailures: 3 };
  readonly #funding: FundingBooking | undefined;
  readonly #stopped = new Set<string>();
  #orders = 0;

  constructor(readonly site: TradingSite) {
    const { clock, logger, venues, instruments } = site;
    this.tracker = new OrderTracker({
      clock,
      onIllegal: (order): void => void this.resolver.resolve(order),
    });
    this.states = new Map(
      [...venues.keys()].map((exchange) => [exchange, new AccountState({ clock, exchange })]),
    );
    this.flow = new OrderFlow({
      clock,
      logger,
      journal: { id: journalId, append: (event): void => void this.events.push(event) },
      tracker: this.tracker,
      ledger: this.ledger,
      venues,
      instruments,
      listener: {
        onOrder: (order) => this.resolver.notify(order),
        onOutcome: () => {},
        onFill: () => {},
        onForeign: () => {},
        onBalance: (balance) => this.states.get(balance.exchange)!.take(balance),
        onPosition: () => {},
        onConnection: (exchange, state) => {
          if (state === "live") this.reconciliation.onLive(exchange);
          else this.states.get(exchange)!.lost();
        },
        onJournalFailure: (error) => {
          throw error;
        },
      },
    });
    this.resolver = new OrderResolver({ clock, logger, venues, flow: this.flow, settleTimeoutMs: 500 });
    const futures = venues.get("GATEIO_FUTURES");
    this.#funding = futures && new FundingBooking({
      clock,
      logger,
      venue: futures,
      instruments: instruments.ofExchange("GATEIO_FUTURES"),
      ledger: this.ledger,
      record: (event) => this.flow.record(event),
      nextSettlement: () => (Math.floor(clock.epochMs() / intervalMs) + 1) * intervalMs,
      since: clock.epochMs(),
    });
    const funding = this.#funding;
    this.reconciliation = new Reconciliation({
      clock,
      logger,
      flow: this.flow,
      journalId,
      venues,
      instruments,
      settings: () => this.settings,
      free: (exchange, coin) => this.states.get(exchange)!.free(coin),
      takeBalances: (exchange, balances, askedAt) => this.states.get(exchange)!.takeAll(balances, askedAt),
      onMissing: (order) => void this.resolver.resolve(order),
      ...(funding === undefined ? {} : { bookFunding: new Map([["GATEIO_FUTURES", () => funding.check()]]) }),
      listener: {
        stop: (scope) => {
          if (!this.#stopped.has(scope)) this.told.push(`stop ${scope}`);
          this.#stopped.add(scope);
        },
        resume: (scope) => {
          if (this.#stopped.delete(scope)) this.told.push(`resume ${scope}`);
        },
        onFinding: (finding) => this.findings.push(finding),
      },
    });
    this.flow.bind();
  }

  /** Starts everything, and waits until the accounts are live. */
  async start(): Promise<void> {
    await this.site.start();
    this.#funding?.start();
    this.reconciliation.start();
    await this.site.advance(1_000);
  }

  stop(): void {
    this.reconciliation.stop();
    this.#funding?.stop();
    this.resolver.stop();
  }

  /** Sends an order and sees it through, as far as it does not rest. */
  send(exchange: ExchangeKey, change: Partial<OrderRequest> = {}): TrackedOrder {
    const id = clientOrderId({ journal: journalId, execution: 1, order: ++this.#orders });
    const request = this.site.order(exchange, { ...change, clientOrderId: id });
    const order = this.tracker.plan(request, 1);
    void this.flow.send(order);
    if (request.timeInForce !== "gtc") void this.resolver.resolve(order);
    return order;
  }

  /** Findings of a kind. */
  found(kind: Finding["kind"]): Finding[] {
    return this.findings.filter((finding) => finding.kind === kind);
  }

  /** Base units that the ledger's flow says were added, or the futures position. */
  held(exchange: ExchangeKey): number {
    if (exchange === "GATEIO_FUTURES") return this.ledger.position(this.site.instrument(exchange)).quantity;
    return this.flow.ledger.flows().find((flow) => flow.exchange === exchange && flow.coin === "BTC")
      ?.amount ?? 0;
  }

  /**
   * Changes of the account at the venue that the ledger does not have, in words. Fills that become known late realise
   * profit at another moment; what the open contracts have cost makes up for that.
   */
  unbooked(exchange: ExchangeKey): string[] {
    const isFutures = exchange === "GATEIO_FUTURES";
    const start: Readonly<Record<string, number>> = { USDT: 100_000, ...(isFutures ? {} : { BTC: 2 }) };
    const { truth } = this.site.simulator;
    const instrument = this.site.instrument(exchange);
    const { quantity, averageEntry } = this.ledger.position(instrument);
    const cost = isFutures ? quantity * averageEntry : 0;
    const contracts = isFutures ? truth.positions(this.site.uid(exchange)) : [];
    const venueCost = contracts.reduce((sum, { size, entryPrice }) => {
      return sum + Number(size) * instrument.baseFactor * entryPrice;
    }, 0);
    return truth.balances({ venue: exchange, uid: this.site.uid(exchange) }).flatMap(
      ({ coin, available, locked }) => {
        const change = Number(available) + Number(locked) - (start[coin] ?? 0) - venueCost;
        const flows = this.ledger.flows().filter((row) => row.exchange === exchange && row.coin === coin);
        const flow = flows.reduce((sum, { amount }) => sum + amount, 0) - cost;
        return Math.abs(change - flow) <= 1e-6
          ? []
          : [`${coin}: ${change} at the venue, ${flow} in the ledger`];
      },
    );
  }
}
