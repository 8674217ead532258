/**
 * What the records of a journal leave open: orders, executions, holdings, stops.
 * @module
 */
import type { OrderStatus } from "../../core/order.ts";
import { parseClientOrderId } from "../client_order_id.ts";
import { fundingOverlapMs } from "../funding_booking.ts";
import type {
  JournalBalances,
  JournalDay,
  JournalEvent,
  JournalExecution,
  JournalFill,
  JournalFillName,
  JournalFunding,
  JournalHolding,
  JournalOrder,
  JournalOrderState,
  JournalSnapshot,
  JournalStop,
} from "../journal_record.ts";

/** What of a snapshot the records tell by themselves; the rest is the ledger's. */
export type OpenFacts = Omit<JournalSnapshot, "kind" | "positions" | "flows" | "feesQuote">;

type OrderEntry = { -readonly [Key in keyof JournalOrderState]: JournalOrderState[Key] } & {
  fills: JournalFill[];
};
type Event<Kind extends JournalEvent["kind"]> = JournalEvent & { readonly kind: Kind };

const finalStatuses: readonly OrderStatus[] = ["filled", "cancelled", "partially-cancelled", "rejected"];

/** Follows a journal record by record. Orders stay until a snapshot leaves them out. */
export class OpenItems {
  readonly #orders = new Map<string, OrderEntry>();
  readonly #executions = new Map<number, JournalExecution & { readonly orders: string[] }>();
  readonly #holdings = new Map<string, JournalHolding>();
  readonly #stops = new Map<string, string>();
  readonly #balances = new Map<string, JournalBalances>();
  /** Times of fills, by name. */
  readonly #fills = new Map<string, number>();
  /** Fills of orders that are not written down, by client order id: a loss of power may have taken those, and recovery finds them. */
  readonly #unclaimed = new Map<string, { readonly fill: JournalFill; readonly at: number }[]>();
  #funding: JournalFunding[] = [];
  #fundingSince = 0;
  #day: JournalDay | null = null;
  #nextExecution = 1;
  #fillsUntil = 0;

  /** Number that the next execution gets: more than any that is in an order's name. */
  get nextExecution(): number {
    return this.#nextExecution;
  }

  /** Gives as many numbers to nobody. */
  leaveOut(executions: number): void {
    this.#nextExecution += executions;
  }

  /** Everything that the records leave open. Orders are in the order in which they were written down. */
  all(): OpenFacts {
    return {
      nextExecution: this.#nextExecution,
      fillsUntil: this.#fillsUntil,
      recentFills: [...this.#fills].map(([id, time]): JournalFillName => ({ id, time })),
      orders: [...this.#orders.values()],
      executions: [...this.#executions.values()],
      holdings: [...this.#holdings.values()],
      stops: [...this.#stops].map(([scope, why]): JournalStop => ({ scope, why })),
      balances: [...this.#balances.values()],
      fundingSince: this.#fundingSince,
      recentFunding: this.#funding,
      day: this.#day,
    };
  }

  /** Takes an event that was written down at this epoch millisecond. */
  apply(event: JournalEvent, at: number): void {
    switch (event.kind) {
      case "execution":
        return this.#begin(event, at);
      case "order":
        return this.#planOne(event, at);
      case "outcome":
        return this.#outcome(event, at);
      case "report":
        return this.#report(event, at);
      case "fill":
        return this.#fill(event.fill, at);
      case "funding": {
        const { instrument, amount, time } = event;
        this.#funding.push({ instrument, amount, time });
        return;
      }
      case "ended":
        this.#executions.delete(event.execution);
        return;
      case "holding":
        return this.#hold(event.holding);
      case "stopped":
        this.#stops.set(event.scope, event.why);
        return;
      case "resumed":
        this.#stops.delete(event.scope);
        return;
      case "day":
        this.#day = event.day;
        return;
      case "balances":
        this.#balances.set(event.balances.exchange, event.balances);
        return;
      case "snapshot":
        return this.#restore(event);
    }
  }

  /**
   * The facts of a snapshot at this moment.
   *
   * @param until Fills before this epoch millisecond are known to be all in the ledger.
   * @param isSettled Whether nothing more can come of an order; such orders are left out.
   */
  facts(until: number, isSettled: (clientOrderId: string) => boolean): OpenFacts {
    const all = this.all();
    // What an earlier snapshot has left out is not known any more, even if the clock was set back since then.
    const fillsUntil = Math.max(all.fillsUntil, until);
    const orders = all.orders.filter(({ order, execution }) =>
      this.#executions.has(execution) || !isSettled(order.clientOrderId)
    );
    // Fills of orders that are watched on may be told again, however old they are.
    const watched = new Set(orders.flatMap(({ fills }) => fills.map(fillName)));
    const recentFills = all.recentFills.filter(({ id, time }) => time >= fillsUntil || watched.has(id));
    const fundingSince = Math.max(this.#fundingSince, fillsUntil - fundingOverlapMs);
    const recentFunding = this.#funding.filter(({ time }) => time >= fundingSince);
    return { ...all, fillsUntil, orders, recentFills, fundingSince, recentFunding };
  }

  #begin(event: Event<"execution">, at: number): void {
    const { execution, strategy, purpose, opportunity, quantity, expected } = event;
    const orders: string[] = [];
    this.#executions.set(execution, {
      execution,
      at,
      strategy,
      purpose,
      opportunity,
      quantity,
      expected,
      orders,
    });
    this.#nextExecution = Math.max(this.#nextExecution, execution + 1);
    for (const order of event.orders) this.#plan(order, execution, at);
  }

  #planOne({ order, execution }: Event<"order">, at: number): void {
    this.#plan(order, execution, at);
    // Orders of no execution take numbers for their names too, and no name may come twice.
    const named = parseClientOrderId(order.clientOrderId)?.execution ?? 0;
    this.#nextExecution = Math.max(this.#nextExecution, named + 1);
  }

  #plan(order: JournalOrder, execution: number, at: number): void {
    const { clientOrderId } = order;
    this.#orders.set(clientOrderId, {
      order,
      execution,
      at,
      outcome: "none",
      exchangeOrderId: "",
      status: null,
      filledLots: 0,
      averagePrice: 0,
      heardAt: null,
      endedAt: null,
      fills: [],
    });
    this.#executions.get(execution)?.orders.push(clientOrderId);
    for (const { fill, at } of this.#unclaimed.get(clientOrderId) ?? []) this.#fill(fill, at);
    this.#unclaimed.delete(clientOrderId);
  }

  #outcome({ clientOrderId, outcome, exchangeOrderId }: Event<"outcome">, at: number): void {
    const entry = this.#orders.get(clientOrderId);
    if (entry === undefined) return;
    entry.outcome = outcome;
    if (exchangeOrderId !== "") entry.exchangeOrderId = exchangeOrderId;
    if (outcome === "accepted") entry.heardAt = at;
    if (outcome === "refused" || outcome === "absent") entry.endedAt ??= at;
  }

  #report({ clientOrderId, ...report }: Event<"report">, at: number): void {
    const entry = this.#orders.get(clientOrderId);
    if (entry === undefined) return;
    entry.heardAt = at;
    if (report.exchangeOrderId !== "") entry.exchangeOrderId = report.exchangeOrderId;
    if (report.filledLots >= entry.filledLots) {
      entry.filledLots = report.filledLots;
      entry.averagePrice = report.averagePrice;
    }
    // What has ended does not come back, whatever is told late.
    if (entry.status !== null && finalStatuses.includes(entry.status)) return;
    entry.status = report.status;
    if (finalStatuses.includes(report.status)) entry.endedAt ??= at;
  }

  #fill(fill: JournalFill, at: number): void {
    this.#fills.set(fillName(fill), fill.time);
    const entry = this.#orders.get(fill.clientOrderId);
    if (entry === undefined) {
      const { clientOrderId } = fill;
      this.#unclaimed.set(clientOrderId, [...this.#unclaimed.get(clientOrderId) ?? [], { fill, at }]);
      return;
    }
    entry.heardAt = at;
    entry.fills.push(fill);
  }

  #hold(holding: JournalHolding): void {
    const key = holdingKey(holding);
    if (holding.quantity === 0) this.#holdings.delete(key);
    else this.#holdings.set(key, holding);
  }

  #restore(snapshot: JournalSnapshot): void {
    const parts = [this.#orders, this.#executions, this.#holdings, this.#stops, this.#balances, this.#fills];
    for (const part of [...parts, this.#unclaimed]) part.clear();
    this.#nextExecution = snapshot.nextExecution;
    this.#fillsUntil = snapshot.fillsUntil;
    this.#fundingSince = snapshot.fundingSince;
    this.#funding = [...snapshot.recentFunding];
    this.#day = snapshot.day;
    for (const order of snapshot.orders) {
      this.#orders.set(order.order.clientOrderId, { ...order, fills: [...order.fills] });
    }
    for (const execution of snapshot.executions) {
      this.#executions.set(execution.execution, { ...execution, orders: [...execution.orders] });
    }
    for (const holding of snapshot.holdings) this.#hold(holding);
    for (const { scope, why } of snapshot.stops) this.#stops.set(scope, why);
    for (const balances of snapshot.balances) this.#balances.set(balances.exchange, balances);
    for (const { id, time } of snapshot.recentFills) this.#fills.set(id, time);
  }
}

/** What makes a fill one of a kind: both sides of a trade with oneself have the same id. */
export function fillName({ exchange, symbol, tradeId, side }: JournalFill): string {
  return `${exchange} ${symbol} ${tradeId} ${side}`;
}

function holdingKey({ strategy, buy, sell }: JournalHolding): string {
  return `${strategy} ${buy.exchange} ${buy.symbol} ${sell.exchange} ${sell.symbol}`;
}
