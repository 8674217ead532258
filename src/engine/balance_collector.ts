/**
 * Records what accounts hold: balances and positions.
 * @module
 */
import type { BalanceSnapshot } from "../core/balance.ts";
import type { Clock, Timer } from "../core/clock.ts";
import { CexarbError, errorMessage } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Logger } from "../logging/logger.ts";
import type { PositionRow } from "../storage/mod.ts";
import type { MarketSink } from "./market_sink.ts";

/** An account that is asked. */
export interface BalanceSource {
  readonly exchange: ExchangeKey;
  /** Balances of all coins, of now. */
  readonly balances: () => Promise<readonly BalanceSnapshot[]>;
  /** Positions of now; left out where there are none. */
  readonly positions?: () => Promise<readonly PositionRow[]>;
}

/** What an account holds. */
interface Holdings {
  readonly balances: readonly BalanceSnapshot[];
  readonly positions: readonly PositionRow[];
}

/** What a {@link BalanceCollector} takes. */
export interface BalanceCollectorOptions {
  readonly sources: readonly BalanceSource[];
  readonly sink: Pick<MarketSink, "recordBalances" | "recordPositions" | "recordCollectorStatus">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Time from the start of one round to that of the next, milliseconds. */
  readonly intervalMs: number;
}

/** Snapshots the balances and positions of all accounts, in one batch per round. */
export class BalanceCollector {
  readonly #counts: { snapshots: number; errors: number; lastAt: number }[];
  /** Venue and coin of what was held the last time. */
  #held = new Set<string>();
  #timer: Timer | undefined;
  #isStopped = false;
  #isBusy = false;
  #rounds = 0;

  constructor(private readonly options: BalanceCollectorOptions) {
    this.#counts = options.sources.map(() => ({ snapshots: 0, errors: 0, lastAt: 0 }));
  }

  /** Rounds that have begun. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Begins with the first round after one interval. */
  start(): void {
    if (this.options.sources.length > 0) this.#schedule();
  }

  /** Ends the rounds; what is asked for already is not recorded any more. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /**
   * One round over all accounts. All rows bear the time of the round, so that they add up; an account that does not
   * answer is reported and left out. A coin of which there is nothing is recorded only when there was something.
   */
  async collect(): Promise<void> {
    const { sources, sink, clock } = this.options;
    this.#rounds += 1;
    const answers = await Promise.all(sources.map((source, index) => this.#ask(source, index)));
    if (this.#isStopped) return;
    const time = clock.epochMs();
    sink.recordPositions(
      answers.flatMap(({ positions }) => positions.map((position) => ({ ...position, time }))),
    );
    const rows = answers.flatMap(({ balances }) => balances).filter((balance) =>
      isHeld(balance) || this.#held.has(keyOf(balance))
    );
    for (const row of rows) {
      if (isHeld(row)) this.#held.add(keyOf(row));
      else this.#held.delete(keyOf(row));
    }
    sink.recordBalances(rows.map((balance) => ({ ...balance, time })));
    sources.forEach(({ exchange }, index) => {
      const { snapshots, errors, lastAt } = this.#counts[index]!;
      sink.recordCollectorStatus({
        exchange,
        collector: "balances",
        state: lastAt < time - 2 * this.options.intervalMs ? "degraded" : "running",
        messages: snapshots,
        errors,
        gaps: 0,
        reconnects: 0,
        lastMessageAt: lastAt,
        time,
      });
    });
  }

  #schedule(): void {
    this.#timer = this.options.clock.setTimer(this.options.intervalMs, () => {
      this.#schedule();
      // A venue that answers slowly is not asked twice at a time.
      if (this.#isBusy) return;
      this.#isBusy = true;
      void this.collect().finally(() => this.#isBusy = false);
    });
  }

  async #ask(source: BalanceSource, index: number): Promise<Holdings> {
    const counts = this.#counts[index]!;
    const { exchange } = source;
    try {
      const [balances, positions] = await Promise.all([source.balances(), source.positions?.() ?? []]);
      counts.snapshots += balances.length;
      counts.lastAt = this.options.clock.epochMs();
      return { balances, positions };
    } catch (error) {
      if (!(error instanceof CexarbError)) throw error;
      // An account that is closed at the end of a run has no answer.
      if (this.#isStopped) return { balances: [], positions: [] };
      counts.errors += 1;
      this.options.logger.warn("No balances", { exchange, error: errorMessage(error) });
      return { balances: [], positions: [] };
    }
  }
}

function isHeld({ available, locked, frozen = 0, borrowing = 0, interest = 0 }: BalanceSnapshot): boolean {
  return available !== 0 || locked !== 0 || frozen !== 0 || borrowing !== 0 || interest !== 0;
}

function keyOf({ exchange, coin }: BalanceSnapshot): string {
  return `${exchange} ${coin}`;
}
