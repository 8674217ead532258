/**
 * The trades of one venue, each once and none left out: what happened while a stream was interrupted is asked for, and
 * what both the answer and the stream tell is told once.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument, InstrumentId } from "../core/instrument.ts";
import { PublicTrade, TradeColumns } from "../core/public_trade.ts";
import type { Logger } from "../logging/logger.ts";
import type { Delivery } from "./interfaces/public_channels.ts";
import type { TradeList, TradeQuery } from "./interfaces/public_rest.ts";
import { Multiset } from "./public_multiset.ts";
import { RecentTrades, tradeKey } from "./public_recent_trades.ts";
import type { RecoveryQueue } from "./public_recovery_queue.ts";

/** What the trades take. */
export interface PublicTradesOptions {
  readonly exchange: ExchangeKey;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly queue: RecoveryQueue;
  /** Asks for trades. */
  fetchTrades(instrument: Instrument, query: TradeQuery): Promise<TradeList>;
  /** One trade; the struct is reused. */
  onTrade(trade: PublicTrade): void;
  /** Trades before the next one cannot be had any more. */
  onMissed(instrument: InstrumentId): void;
}

/** Trades of one instrument. */
interface Entry {
  readonly instrument: Instrument;
  readonly recent: RecentTrades;
  /** `lost` from an interruption until its stream is live, `recovering` until its trades have come. */
  state: "new" | "live" | "lost" | "recovering";
  /** Number of the interruption. */
  interruption: number;
  /** Epoch milliseconds since which the stream tells every trade. */
  liveSince: number;
  /** What the stream told while older trades were asked for. */
  readonly waiting: TradeColumns;
  /** How often trades with this key may come once more although they were told; undefined when none may. */
  told: Multiset | undefined;
  toldTimer: Timer | undefined;
}

/** For so long a stream may tell what was told: frames are put together for up to 100 ms and may be late. */
const toldMs = 10_000;

/** Keeps trades complete. */
export class PublicTrades {
  readonly #entries = new Map<InstrumentId, Entry>();
  readonly #trade = new PublicTrade();

  constructor(private readonly options: PublicTradesOptions) {}

  /** Expects trades of an instrument. */
  add(instrument: Instrument): void {
    this.#entries.set(instrument.id, {
      instrument,
      recent: new RecentTrades(),
      state: "new",
      interruption: 0,
      liveSince: 0,
      waiting: new TradeColumns(),
      told: undefined,
      toldTimer: undefined,
    });
  }

  /** The stream of an instrument is live. */
  begin(instrument: InstrumentId): void {
    const entry = this.#entries.get(instrument);
    if (entry?.state === "new") {
      entry.state = "live";
      entry.liveSince = this.options.clock.epochMs();
    } else if (entry?.state === "lost") {
      entry.state = "recovering";
      this.#recover(entry, entry.interruption);
    }
  }

  /** The stream of an instrument is gone. */
  lose(instrument: InstrumentId): void {
    const entry = this.#entries.get(instrument);
    if (entry === undefined || entry.state === "new") return;
    entry.state = "lost";
    entry.interruption += 1;
  }

  /** Stops everything. */
  stop(): void {
    for (const { toldTimer } of this.#entries.values()) toldTimer?.cancel();
  }

  /** Takes trades of the stream. */
  onTrades(trades: TradeColumns, delivery: Delivery): void {
    for (let i = 0; i < trades.length; i++) {
      const entry = this.#entries.get(trades.instruments[i] as InstrumentId);
      if (entry === undefined) continue;
      // Trades may come before the answer to their subscription.
      if (entry.state !== "live") this.begin(entry.instrument.id);
      if (delivery === "overlap" && entry.told === undefined) this.#remember(entry, entry.recent.keys());
      if (entry.state === "recovering") entry.waiting.append(trades, i);
      else this.#tell(entry, trades, i);
    }
  }

  /** Tells a trade of the stream unless it has been told. */
  #tell(entry: Entry, trades: TradeColumns, index: number): void {
    if (entry.told !== undefined && wasTold(entry.told, trades, index)) return;
    if (entry.recent.repeats(trades, index)) return;
    entry.recent.add(trades, index);
    this.options.onTrade(this.#trade.moveTo(trades, index));
  }

  #recover(entry: Entry, interruption: number): void {
    const { instrument, recent } = entry;
    this.options.queue.ask({
      what: `trades of ${instrument.exchangeSymbol}`,
      fetch: () => {
        const since = { id: recent.lastId, timeMs: recent.resumeTime(entry.liveSince) };
        return this.options.fetchTrades(instrument, { since });
      },
      // Another interruption: what has come so far is asked for again.
      isWanted: () => entry.state === "recovering" && entry.interruption === interruption,
      onAnswer: (list) => this.#complete(entry, list),
    });
  }

  /** Tells what was missed, and then what the stream has told meanwhile. */
  #complete(entry: Entry, list: TradeList | undefined): void {
    const { recent, waiting } = entry;
    entry.state = "live";
    if (list?.complete !== true) this.#reportMissed(entry);
    if (list !== undefined) {
      const known = recent.keys();
      list.trades.recovered = true;
      for (let i = 0; i < list.trades.length; i++) {
        if (known.take(tradeKey(list.trades, i))) continue;
        recent.add(list.trades, i);
        this.options.onTrade(this.#trade.moveTo(list.trades, i));
      }
      this.#remember(entry, keysOf(list.trades));
    }
    waiting.receivedAt = this.options.clock.epochMs();
    for (let i = 0; i < waiting.length; i++) this.#tell(entry, waiting, i);
    waiting.clear();
  }

  #remember(entry: Entry, told: Multiset): void {
    entry.told = told;
    entry.toldTimer?.cancel();
    entry.toldTimer = this.options.clock.setTimer(toldMs, () => entry.told = undefined);
  }

  #reportMissed({ instrument }: Entry): void {
    this.options.logger.warn("Trades of an interruption are missing", {
      exchange: this.options.exchange,
      symbol: instrument.exchangeSymbol,
    });
    this.options.onMissed(instrument.id);
  }
}

/** An id stands for one trade; of trades without ids several may be alike, and each is told once. */
function wasTold(told: Multiset, trades: TradeColumns, index: number): boolean {
  const key = tradeKey(trades, index);
  return trades.ids[index]! > 0 ? told.has(key) : told.take(key);
}

function keysOf(trades: TradeColumns): Multiset {
  const keys = new Multiset();
  for (let i = 0; i < trades.length; i++) keys.add(tradeKey(trades, i));
  return keys;
}
