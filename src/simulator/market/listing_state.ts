/**
 * Whether an instrument can be traded right now.
 * @module
 */

/** `delisting` still trades: a spot pair as ever, a contract only to close positions. `delisted` is for good. */
export type ListingStatus = "trading" | "halted" | "delisting" | "delisted";

/** Hears of a change; the state is the new one already. */
export type ListingListener = (state: ListingState, before: ListingStatus) => void;

/** The listing of one instrument, and how each venue states it. Calls that make no sense in a state change nothing. */
export class ListingState {
  readonly #listeners = new Set<ListingListener>();
  #status: ListingStatus = "trading";
  /** What a halt interrupted. */
  #resumed: ListingStatus = "trading";
  #delistAtMs: number | undefined;
  #frozen = false;

  /** Where it stands. */
  get status(): ListingStatus {
    return this.#status;
  }

  /** Epoch milliseconds of the delisting: the announced one, or when it happened; undefined when there is none. */
  get delistAtMs(): number | undefined {
    return this.#delistAtMs;
  }

  /** Whether orders execute: neither halted nor delisted. */
  get open(): boolean {
    return this.#status === "trading" || this.#status === "delisting";
  }

  /** Whether the crowd neither quotes nor trades, although nothing is published about it: a fault. */
  get frozen(): boolean {
    return this.#frozen;
  }

  /** Starts or ends a freeze. */
  freeze(frozen: boolean): void {
    this.#frozen = frozen;
  }

  /** Whether a contract takes orders that close positions only. */
  get reduceOnly(): boolean {
    return this.#status === "delisting";
  }

  /** MEXC's `status`: "1" online, "2" paused, "3" offline. */
  get mexcStatus(): "1" | "2" | "3" {
    if (this.#status === "delisted") return "3";
    return this.#status === "halted" ? "2" : "1";
  }

  /** Gate.io's `trade_status` of a currency pair. */
  get gateTradeStatus(): "tradable" | "untradable" {
    return this.open ? "tradable" : "untradable";
  }

  /** Gate.io's `status` of a contract. UNCONFIRMED: `suspend` for a halt; the documents list no word for it. */
  get gateContractStatus(): "trading" | "suspend" | "delisting" | "delisted" {
    return this.#status === "halted" ? "suspend" : this.#status;
  }

  /** Gate.io's `in_delisting` of a contract. */
  get inDelisting(): boolean {
    return this.#delistAtMs !== undefined;
  }

  /** Gate.io's `delisting_time` in Unix seconds; 0 for none. */
  get delistingSeconds(): number {
    return this.#delistAtMs === undefined ? 0 : Math.floor(this.#delistAtMs / 1000);
  }

  /** Stops trading; orders and levels stay. */
  halt(): void {
    if (!this.open) return;
    this.#resumed = this.#status;
    this.#change("halted");
  }

  /** Ends a halt; a delisting that was announced meanwhile or before goes on. */
  resume(): void {
    if (this.#status === "halted") this.#change(this.#resumed);
  }

  /** Announces the delisting. @param delistAtMs Epoch milliseconds at which it is to happen. */
  beginDelisting(delistAtMs: number): void {
    if (this.#status === "delisted") return;
    this.#delistAtMs = delistAtMs;
    this.#resumed = "delisting";
    if (this.#status !== "halted") this.#change("delisting");
  }

  /** Ends the listing for good. @param nowMs Epoch milliseconds. */
  delist(nowMs: number): void {
    if (this.#status === "delisted") return;
    this.#delistAtMs = nowMs;
    this.#change("delisted");
  }

  /** Starts telling `listener`. */
  listen(listener: ListingListener): void {
    this.#listeners.add(listener);
  }

  /** Ends {@link ListingState.listen}. */
  unlisten(listener: ListingListener): void {
    this.#listeners.delete(listener);
  }

  /** Tells even when only the announced time is another. */
  #change(status: ListingStatus): void {
    const before = this.#status;
    this.#status = status;
    for (const listener of this.#listeners) listener(this, before);
  }
}
