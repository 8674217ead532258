/**
 * Liquidations of one venue, each once: those of an interruption are asked for.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { Instrument, InstrumentId } from "../core/instrument.ts";
import type { HistoryRange } from "../core/kline.ts";
import type { PublicLiquidation } from "../core/market_ticker.ts";
import { Multiset } from "./public_multiset.ts";
import type { RecoveryQueue } from "./public_recovery_queue.ts";

/** What the liquidations take. */
export interface PublicLiquidationsOptions {
  readonly queue: RecoveryQueue;
  readonly clock: Clock;
  /** Asks for liquidations, oldest first. */
  fetch(instrument: Instrument, range: HistoryRange): Promise<PublicLiquidation[]>;
  onLiquidation(liquidation: PublicLiquidation): void;
}

interface Entry {
  readonly instrument: Instrument;
  live: boolean;
  interruption: number;
  /** Epoch milliseconds since which all were told. */
  since: number;
  /** Keys of the last ones that were told, oldest first. */
  readonly recent: string[];
  /** Keys of those that an answer told: the stream may tell them once more. */
  answered: Multiset;
}

/** Liquidations that are remembered per contract. */
const remembered = 200;
/** Requests have whole seconds, and the stream tells a second together. */
const marginMs = 2_000;

/** Keeps liquidations complete. */
export class PublicLiquidations {
  readonly #entries = new Map<InstrumentId, Entry>();

  constructor(private readonly options: PublicLiquidationsOptions) {}

  /** Expects liquidations of a contract. */
  add(instrument: Instrument): void {
    this.#entries.set(instrument.id, {
      instrument,
      live: false,
      interruption: 0,
      since: 0,
      recent: [],
      answered: new Multiset(),
    });
  }

  /** The stream of a contract is live. */
  begin(instrument: InstrumentId): void {
    const entry = this.#entries.get(instrument);
    if (entry === undefined || entry.live) return;
    entry.live = true;
    const { interruption, since } = entry;
    if (since === 0) {
      entry.since = this.options.clock.epochMs();
      return;
    }
    this.options.queue.ask({
      what: `liquidations of ${entry.instrument.exchangeSymbol}`,
      fetch: () => this.options.fetch(entry.instrument, { fromMs: since - marginMs }),
      isWanted: () => entry.interruption === interruption,
      onAnswer: (liquidations = []) => this.#onAnswer(entry, liquidations, since - marginMs),
    });
  }

  /** The stream of a contract is gone. */
  lose(instrument: InstrumentId): void {
    const entry = this.#entries.get(instrument);
    if (entry === undefined) return;
    if (entry.live) entry.since = Math.max(entry.since, this.options.clock.epochMs() - marginMs);
    entry.live = false;
    entry.interruption += 1;
  }

  /** Takes a liquidation of the stream. */
  onLiquidation(liquidation: PublicLiquidation): void {
    const entry = this.#entries.get(liquidation.instrument);
    if (entry === undefined) return;
    // It may come before the answer to its subscription.
    this.begin(liquidation.instrument);
    if (!entry.answered.take(keyOf(liquidation))) this.#tell(entry, liquidation);
  }

  #onAnswer(entry: Entry, liquidations: readonly PublicLiquidation[], firstMs: number): void {
    const known = new Multiset();
    for (const key of entry.recent) known.add(key);
    entry.answered = new Multiset();
    for (const each of liquidations) {
      if (each.exchangeTime < firstMs || known.take(keyOf(each))) continue;
      entry.answered.add(keyOf(each));
      this.#tell(entry, each);
    }
  }

  #tell(entry: Entry, liquidation: PublicLiquidation): void {
    entry.recent.push(keyOf(liquidation));
    if (entry.recent.length > remembered) entry.recent.shift();
    this.options.onLiquidation(liquidation);
  }
}

/** Requests have whole seconds. */
function keyOf({ exchangeTime, position, size, price }: PublicLiquidation): string {
  return `${Math.floor(exchangeTime / 1000)} ${position} ${size} ${price}`;
}
