/**
 * What is in the journal's bytes of one moment, as far as the venues' truth is held against it.
 * @module
 */
import type { TradeIntent } from "../../../src/arbitrage/trade_intent.ts";
import type { JournalEvent } from "../../../src/execution/journal_record.ts";
import type { Plan } from "./truth_watch.ts";

/** Client order ids that are written, and the executions that they belong to. */
export class WrittenOrders {
  readonly #ids = new Set<string>();
  readonly #plans = new Map<number, Plan>();
  readonly #intents = new Map<number, TradeIntent>();

  /** An intent that is about to be handed over. */
  plan(intent: TradeIntent): void {
    this.#intents.set(intent.opportunity, intent);
  }

  /** An event is in the bytes. */
  take(event: JournalEvent): void {
    if (event.kind === "order") this.#ids.add(event.order.clientOrderId);
    if (event.kind !== "execution") return;
    const legs = event.orders.map(({ clientOrderId }) => clientOrderId);
    for (const id of legs) this.#ids.add(id);
    const intent = this.#intents.get(event.opportunity);
    if (intent !== undefined) this.#plans.set(event.execution, { intent, legs });
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
