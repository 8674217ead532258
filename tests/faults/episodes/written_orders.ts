/**
 * What is in the journal's bytes of one moment, as far as the venues' truth is held against it.
 * @module
 */
import type { TradeIntent } from "../../../src/arbitrage/trade_intent.ts";
import type { JournalEvent } from "../../../src/execution/journal_record.ts";
import type { JournalState } from "../../../src/execution/journal/journal_state.ts";
import type { Plan } from "./truth_watch.ts";

/** Client order ids that are written, and the executions that they belong to. */
export class WrittenOrders {
  readonly #ids = new Set<string>();
  readonly #plans = new Map<number, Plan>();
  readonly #intents = new Map<number, TradeIntent>();
  /** What is stopped: a coin, a venue, or all. */
  readonly #stops = new Set<string>();

  /** @param fail Told of something that must never be. */
  constructor(private readonly fail: (what: string) => void) {}

  /** An intent that is about to be handed over. */
  plan(intent: TradeIntent): void {
    this.#intents.set(intent.opportunity, intent);
  }

  /** A process begins with what is in the bytes: a loss of power may have taken what was there before. */
  begin({ stops }: Pick<JournalState, "stops">): void {
    this.#stops.clear();
    for (const { scope } of stops) this.#stops.add(scope);
  }

  /** An event is in the bytes. */
  take(event: JournalEvent): void {
    if (event.kind === "order") this.#ids.add(event.order.clientOrderId);
    if (event.kind === "stopped") this.#stops.add(event.scope);
    if (event.kind === "resumed") this.#stops.delete(event.scope);
    if (event.kind !== "execution") return;
    const legs = event.orders.map(({ clientOrderId }) => clientOrderId);
    for (const id of legs) this.#ids.add(id);
    const intent = this.#intents.get(event.opportunity);
    if (intent === undefined) return this.fail(`Execution ${event.execution} is of no intent`);
    this.#plans.set(event.execution, { intent, legs });
    const { buy: { instrument: buy }, sell: { instrument: sell } } = intent;
    const stop = ["all", buy.base, buy.exchange, sell.exchange].find((scope) => this.#stops.has(scope));
    if (stop !== undefined) this.fail(`Execution ${event.execution} was begun while ${stop} was stopped`);
  }

  /** Whether an order is written. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** What was planned for an execution; undefined for one of recovery. */
  planOf(execution: number): Plan | undefined {
    return this.#plans.get(execution);
  }
}
