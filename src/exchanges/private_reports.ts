/**
 * Keeps what is told about orders and fills to what is new.
 * @module
 */
import type { Fill } from "../core/fill.ts";
import type { InstrumentId } from "../core/instrument.ts";
import type { OrderStatus } from "../core/order.ts";
import type { OrderReport } from "../core/order_request.ts";

/** An order that has not ended, as far as it was told. */
export interface OpenOrder {
  readonly instrument: InstrumentId;
  readonly exchangeOrderId: string;
  readonly clientOrderId: string;
}

/** Ended orders and fills whose ids are remembered, so that late reports of them are recognised. */
const remembered = 20_000;
const clockStepMs = 5_000;

/** Whether an order has ended. */
export function hasEnded(status: OrderStatus): boolean {
  return status !== "open" && status !== "partially-filled";
}

/**
 * Streams repeat, streams and answers overlap, and what is late is old: a report passes when it tells more than the
 * reports before it, a fill when its id is new. Nothing of this is handed out as a state.
 */
export class PrivateReports {
  readonly #open = new Map<string, OrderReport>();
  #ended = new Set<string>();
  #fills = new Set<string>();
  readonly #stateTimes = new Map<string, number>();

  /** Orders that were told and have not ended. */
  get open(): OpenOrder[] {
    return [...this.#open.values()];
  }

  /** Whether anything was told of an order. */
  knows(exchangeOrderId: string): boolean {
    return this.#open.has(exchangeOrderId) || this.#ended.has(exchangeOrderId);
  }

  /**
   * Whether a balance or a position is not older than the one that was told before. What seems older by far was told
   * by a clock that was set back.
   *
   * @param key What it is the balance or position of.
   * @param time Epoch milliseconds of its stamp.
   */
  passesState(key: string, time: number): boolean {
    const last = this.#stateTimes.get(key) ?? -Infinity;
    if (time < last && last - time <= clockStepMs) return false;
    this.#stateTimes.set(key, time);
    return true;
  }

  /** Whether the report is news. */
  passesOrder(report: OrderReport): boolean {
    const id = report.exchangeOrderId;
    if (this.#ended.has(id)) return false;
    const known = this.#open.get(id);
    if (known !== undefined && !tellsMore(report, known)) return false;
    if (hasEnded(report.status)) {
      this.#open.delete(id);
      this.#ended = withId(this.#ended, id);
    } else this.#open.set(id, report);
    return true;
  }

  /** Whether the fill is news. */
  passesFill({ instrument, tradeId, side }: Fill): boolean {
    // Both sides of a trade with oneself have the same id.
    const id = `${instrument} ${tradeId} ${side}`;
    if (this.#fills.has(id)) return false;
    this.#fills = withId(this.#fills, id);
    return true;
  }
}

function tellsMore(report: OrderReport, known: OrderReport): boolean {
  if (report.filledLots !== known.filledLots) return report.filledLots > known.filledLots;
  if (hasEnded(report.status)) return true;
  // An amendment changes price or size without a fill.
  return report.updatedAt >= known.updatedAt &&
    (report.priceTicks !== known.priceTicks || report.lots !== known.lots || report.status !== known.status);
}

/** Adds an id and forgets the older half when there are too many. */
function withId(ids: Set<string>, id: string): Set<string> {
  ids.add(id);
  return ids.size < 2 * remembered ? ids : new Set([...ids].slice(-remembered));
}
