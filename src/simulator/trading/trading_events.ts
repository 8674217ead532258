/**
 * What happens to an account, told as it happens.
 * @module
 */
import type { LedgerEntry } from "../accounts/ledger.ts";
import type { VenueFill, VenueOrder } from "./venue_order.ts";

/** `put` created, `update` partly filled or amended, `finish` ended. */
export type OrderEvent = "put" | "update" | "finish";

/** Hears of one account, or of all. Calls come in the middle of matching: read the state, do not trade. */
export interface TradingListener {
  /** The order is in the state that is to be told. */
  onOrder?(order: VenueOrder, event: OrderEvent): void;
  /** The fill is booked already. */
  onFill?(fill: VenueFill): void;
  /** A balance changed. */
  onBalance?(entry: LedgerEntry): void;
}

/** Passes events on to the listeners of an account. */
export class TradingEvents<Listener extends TradingListener = TradingListener> {
  readonly #byUid = new Map<string, Set<Listener>>();
  readonly #everybody = new Set<Listener>();

  /** Lets `listener` hear of this account, or of all accounts when no uid is given. */
  listen(listener: Listener, uid?: string): void {
    if (uid === undefined) {
      this.#everybody.add(listener);
      return;
    }
    const listeners = this.#byUid.get(uid) ?? new Set();
    this.#byUid.set(uid, listeners.add(listener));
  }

  /** Ends {@link TradingEvents.listen}. */
  unlisten(listener: Listener, uid?: string): void {
    if (uid === undefined) this.#everybody.delete(listener);
    else this.#byUid.get(uid)?.delete(listener);
  }

  /** Tells everybody who listens to this account. */
  tell(uid: string, event: (listener: Listener) => void): void {
    for (const listener of this.#everybody) event(listener);
    const listeners = this.#byUid.get(uid);
    if (listeners !== undefined) { for (const listener of listeners) event(listener); }
  }
}
