/**
 * Everything that a venue says about an account, by questions only.
 * @module
 */
import type { FeeRates, KeyReport, NetworkStatus, PositionMode, PositionReport } from "../core/account.ts";
import type { BalanceSnapshot } from "../core/balance.ts";
import { type Clock, delay } from "../core/clock.ts";
import { CexarbError, errorMessage, VenueError } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import { type Instrument, InstrumentTable } from "../core/instrument.ts";
import type { OrderReport } from "../core/order_request.ts";
import { CompositePrivateFuturesExchange } from "../exchanges/interfaces/composite_private_futures.ts";
import { CompositePrivateSpotExchange } from "../exchanges/interfaces/composite_private_spot.ts";
import type { AssetPair } from "../exchanges/interfaces/public_rest.ts";
import { RateLimitError } from "../net/rate_limiter.ts";
import { refusesKey, type VenueAccess } from "./venue_access.ts";
import type { VenueAccountSettings, VenueConnections } from "./venue_connections.ts";
import type { VenueTime, VenueTimeFigures } from "./venue_time.ts";

/** What was told, or why not. */
export type Told<Value> = { readonly value: Value } | { readonly error: string };

/** An open order with its instrument. */
export interface OrderOfAccount {
  readonly instrument: Instrument;
  readonly order: OrderReport;
}

/** A position with its instrument; flat ones are left out. */
export interface PositionOfAccount {
  readonly instrument: Instrument;
  readonly position: PositionReport;
}

/** Fees of an instrument. */
export interface FeesOfInstrument {
  readonly instrument: Instrument;
  readonly fees: Told<FeeRates>;
}

/** One account. */
export interface AccountReport {
  readonly exchange: ExchangeKey;
  /** Undefined when the key may not ask about itself. */
  readonly key: KeyReport | undefined;
  readonly time: VenueTimeFigures | undefined;
  /** Coins of which there is something. */
  readonly balances: Told<BalanceSnapshot[]>;
  /** Of all symbols that the venue lists. */
  readonly openOrders: Told<OrderOfAccount[]>;
  /** Of all contracts that the venue lists. Undefined on spot. */
  readonly positions: Told<PositionOfAccount[]> | undefined;
  /** Undefined on spot. */
  readonly positionMode: Told<PositionMode> | undefined;
  /** Of the configured pairs that the venue lists. */
  readonly fees: readonly FeesOfInstrument[];
  /** Configured pairs that the venue does not list. */
  readonly unlisted: readonly string[];
  /** Of the coins of the configured pairs. Undefined on futures, which share the wallet of spot. */
  readonly networks: Told<NetworkStatus[]> | undefined;
  /** Milliseconds until the private streams told everything. */
  readonly streams: Told<number>;
}

/** What came of asking. */
export type AccountAnswer =
  | { readonly kind: "accepted"; readonly report: AccountReport }
  /** The venue does not accept the key. */
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  /** No answer, or none that can be read. */
  | { readonly kind: "failed"; readonly message: string };

/** Longest wait for the private streams, milliseconds. */
const streamTimeoutMs = 15_000;
/** Longest wait for room within the venue's limits, for one question, milliseconds. */
const longestWaitMs = 30_000;
/** Samples of the venue's time that are waited for, and how long, milliseconds. */
const clockSamples = 5;
const clockTimeoutMs = 4_000;
const pollMs = 10;

/** Asks a venue everything about an account. Every failure that cexarb knows is an answer. */
export async function askForAccount(
  connections: VenueConnections,
  settings: Omit<VenueAccountSettings, "instruments">,
  pairs: readonly AssetPair[],
  clock: Clock,
): Promise<AccountAnswer> {
  const { exchange } = settings;
  try {
    const { symbols } = await connections.publicRest(settings).fetchSymbols();
    const table = new InstrumentTable();
    for (const { spec } of symbols) table.add(spec);
    const listed = pairs.map(({ base, quote }) =>
      table.all.find((each) => each.base === base && each.quote === quote)
    );
    const instruments = listed.filter((each) => each !== undefined);
    const access = await connections.open({ ...settings, instruments });
    const questions = new AccountQuestions(access, table.all, instruments, clock);
    const unlisted = pairs.filter((_, index) => listed[index] === undefined);
    return {
      kind: "accepted",
      report: await questions.ask(unlisted.map(({ base, quote }) => `${base}/${quote}`)),
    };
  } catch (error) {
    if (!(error instanceof CexarbError)) throw error;
    if (!refusesKey(exchange, error)) return { kind: "failed", message: errorMessage(error) };
    return { kind: "refused", code: error.code, message: error.message };
  }
}

/** The questions about one account, one after the other: limits of venues are narrow. */
class AccountQuestions {
  constructor(
    private readonly access: VenueAccess,
    private readonly all: readonly Instrument[],
    private readonly instruments: readonly Instrument[],
    private readonly clock: Clock,
  ) {}

  async ask(unlisted: readonly string[]): Promise<AccountReport> {
    const { exchange, key, composite, time } = this.access;
    const balances = await this.#told(() => composite.balances());
    const report = {
      exchange,
      key,
      balances: mapped(balances, (rows) => rows.filter((row) => row.available !== 0 || row.locked !== 0)),
      openOrders: await this.#openOrders(),
      positions: await this.#positions(),
      positionMode: composite instanceof CompositePrivateFuturesExchange
        ? await this.#told(() => composite.positionMode())
        : undefined,
      fees: await this.#fees(),
      unlisted,
      networks: await this.#networks(),
      streams: await this.#streams(),
    };
    return { ...report, time: await this.#figures(time) };
  }

  /** The first questions for the time are the slowest: a few more make it exact. */
  async #figures(time: VenueTime): Promise<VenueTimeFigures | undefined> {
    const deadline = this.clock.monotonicMs() + clockTimeoutMs;
    while ((time.figures()?.samples ?? 0) < clockSamples && this.clock.monotonicMs() < deadline) {
      await delay(this.clock, pollMs);
    }
    return time.figures();
  }

  async #openOrders(): Promise<Told<OrderOfAccount[]>> {
    const rest = this.access.rest(this.all);
    const told = await this.#told(async () => {
      try {
        return await rest.openOrders();
      } catch (error) {
        // MEXC's older documents have the symbol mandatory.
        if (!(error instanceof VenueError) || error.status >= 500) throw error;
        const rows: OrderReport[] = [];
        for (const instrument of this.instruments) rows.push(...await rest.openOrders(instrument));
        return rows;
      }
    });
    return mapped(
      told,
      (orders) => orders.map((order) => ({ order, instrument: this.#instrument(order.instrument) })),
    );
  }

  async #positions(): Promise<Told<PositionOfAccount[]> | undefined> {
    const rest = this.access.rest(this.all);
    if (!("positions" in rest)) return undefined;
    const told = await this.#told(() => rest.positions());
    return mapped(
      told,
      (positions) =>
        positions.filter(({ lots }) => lots !== 0).map((position) => ({
          position,
          instrument: this.#instrument(position.instrument),
        })),
    );
  }

  async #fees(): Promise<FeesOfInstrument[]> {
    const rows: FeesOfInstrument[] = [];
    for (const instrument of this.instruments) {
      rows.push({ instrument, fees: await this.#told(() => this.access.composite.fees(instrument)) });
    }
    return rows;
  }

  async #networks(): Promise<Told<NetworkStatus[]> | undefined> {
    const { composite } = this.access;
    if (!(composite instanceof CompositePrivateSpotExchange)) return undefined;
    const coins = [...new Set(this.instruments.flatMap(({ base, quote }) => [base, quote]))];
    return await this.#told(() => composite.networks(coins));
  }

  /** Connects the private streams and ends them again. */
  async #streams(): Promise<Told<number>> {
    const { access, clock } = this;
    const start = clock.monotonicMs();
    access.start();
    try {
      while (!access.composite.isLive) {
        if (clock.monotonicMs() - start > streamTimeoutMs) {
          return { error: `not live after ${streamTimeoutMs / 1000} s` };
        }
        await delay(clock, pollMs);
      }
      return { value: clock.monotonicMs() - start };
    } finally {
      access.stop();
    }
  }

  /** Asks, again when a limit had no room for the question. */
  async #told<Value>(question: () => Promise<Value>): Promise<Told<Value>> {
    const deadline = this.clock.monotonicMs() + longestWaitMs;
    for (;;) {
      try {
        return { value: await question() };
      } catch (error) {
        if (!(error instanceof CexarbError)) throw error;
        const waitMs = error instanceof RateLimitError ? Math.max(error.retryAfterMs, pollMs) : Infinity;
        if (this.clock.monotonicMs() + waitMs > deadline) return { error: errorMessage(error) };
        await delay(this.clock, waitMs);
      }
    }
  }

  #instrument(id: Instrument["id"]): Instrument {
    return this.all[id]!;
  }
}

function mapped<From, To>(told: Told<From>, change: (value: From) => To): Told<To> {
  return "error" in told ? told : { value: change(told.value) };
}
