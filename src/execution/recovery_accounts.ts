/**
 * Compares what accounts hold with what the journal says they should.
 * @module
 */
import type { PositionReport } from "../core/account.ts";
import type { BalanceSnapshot } from "../core/balance.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import { baseQuantity } from "../core/units.ts";
import type { JournalBalances } from "./journal_record.ts";
import { journalInstrument } from "./journal_values.ts";
import { BalanceBaselines, balanceTolerance, holdingOf } from "./reconciliation/balance_baselines.ts";
import { everything, numberText } from "./reconciliation/comparison.ts";
import type { RecoveryContext } from "./recovery_context.ts";
import type { TradingVenue } from "./trading_venue.ts";

/** Waits before a difference is looked at again, milliseconds. Listings lag, and some are cut short: one look is none. */
const lookWaitsMs = [500, 1_000, 2_000, 4_000];
/** Where it differs otherwise each time somebody else is trading: that is for people. */
const mostLooks = 20;

/** What is done about differences. */
export interface AccountRecoveryOptions {
  readonly context: RecoveryContext;
  /** Looks for trades of these instruments that nobody told. */
  findFills(instruments: readonly Instrument[]): Promise<void>;
  /** Stops acquisition, and writes that down. */
  stop(scope: string, why: string): void;
}

interface Difference {
  readonly instrument: Instrument;
  /** Base units, signed: what the venue has more. */
  readonly quantity: number;
  /** Quote per base. */
  readonly price: number;
}

interface CoinDifference {
  readonly coin: string;
  readonly amount: number;
  readonly expected: number;
}

/** Positions and balances of all venues. */
export class AccountRecovery {
  readonly #options: AccountRecoveryOptions;

  constructor(options: AccountRecoveryOptions) {
    this.#options = options;
  }

  /**
   * Futures: the venue's position counts. What cannot be explained by trades is written down and booked at the mark price.
   */
  async comparePositions(): Promise<void> {
    for (const venue of this.#options.context.world.venues.values()) {
      if (venue.positions === undefined) continue;
      const differences = await this.#lookAgain(
        () => this.#positionDifferences(venue),
        ({ instrument, quantity }) => `${instrument.id} ${quantity}`,
        (found) => found.map(({ instrument }) => instrument),
      );
      for (const difference of differences) this.#adjust(difference);
    }
  }

  /** What every account holds; a coin of which less is there than there should be is not traded any more. */
  async compareBalances(): Promise<JournalBalances[]> {
    const records: JournalBalances[] = [];
    for (const venue of this.#options.context.world.venues.values()) {
      records.push(await this.#compareVenue(venue));
    }
    return records;
  }

  async #compareVenue(venue: TradingVenue): Promise<JournalBalances> {
    const { context } = this.#options;
    const { state, flow, instruments } = context.world;
    const traded = instruments.ofExchange(venue.exchange);
    const baselines = new BalanceBaselines(venue.exchange, flow.ledger, traded);
    const before = state.balances.find(({ exchange }) => exchange === venue.exchange);
    if (before !== undefined) baselines.restore(before);
    let held = new Map<string, number>();
    const differences = await this.#lookAgain(
      async () => {
        const answer = await this.#holdings(venue);
        held = answer.held;
        return this.#coinDifferences(venue.exchange, baselines, answer);
      },
      // The money of a futures account moves with the prices of its positions.
      ({ coin, amount, expected }) => `${coin} ${amount < expected}`,
      (found, isFirst) => this.#suspects(venue.exchange, found.map(({ coin }) => coin), isFirst),
    );
    for (const difference of differences) this.#tell(venue, difference);
    const flows = [...baselines.flows()].map(([coin, amount]) => ({ coin, amount }));
    const balances = [...held].map(([coin, amount]) => ({ coin, amount }));
    const record = { exchange: venue.exchange, balances, flows };
    context.record({ kind: "balances", balances: record });
    return record;
  }

  /**
   * Looks until nothing differs, or the same does at every look.
   *
   * @param key Two differences with the same are the same.
   * @param suspects Instruments of which trades may be missing; it is told whether this is the first search.
   */
  async #lookAgain<Found>(
    look: () => Promise<readonly Found[]>,
    key: (found: Found) => string,
    suspects: (found: readonly Found[], isFirst: boolean) => readonly Instrument[],
  ): Promise<readonly Found[]> {
    const { context, findFills } = this.#options;
    let differences = await look();
    let seen = 0;
    for (let looks = 0; differences.length > 0 && seen < lookWaitsMs.length && looks < mostLooks; looks++) {
      await context.wait(lookWaitsMs[seen]!);
      await findFills(suspects(differences, looks === 0));
      const before = differences.map(key).sort().join();
      differences = await look();
      // Something is on its way: the looks begin anew.
      seen = differences.map(key).sort().join() === before ? seen + 1 : 0;
    }
    return differences;
  }

  async #positionDifferences(venue: TradingVenue): Promise<Difference[]> {
    const { context } = this.#options;
    const { instruments, flow } = context.world;
    const positions = await context.answer(venue.exchange, "positions", () => venue.positions!());
    return instruments.ofExchange(venue.exchange).flatMap((instrument) => {
      const { lot, baseFactor } = instrument;
      const reports = positions.filter((report) => report.instrument === instrument.id);
      const theirs = reports.reduce((sum, { lots }) => sum + lot.value(lots) * baseFactor, 0);
      const ours = flow.ledger.position(instrument);
      const quantity = theirs - ours.quantity;
      // Positions are whole lots; anything less is rounding of doubles.
      if (Math.abs(quantity) <= lot.size * baseFactor / 2) return [];
      const mark = reports.find(({ markPrice }) => markPrice > 0)?.markPrice;
      return [{ instrument, quantity, price: mark ?? ours.averageEntry }];
    });
  }

  #adjust({ instrument, quantity, price }: Difference): void {
    const { context } = this.#options;
    const { ledger } = context.world.flow;
    const { exchange, exchangeSymbol, base } = instrument;
    const ours = ledger.position(instrument).quantity;
    const why = `${exchange} holds ${numberText(ours + quantity)} ${base} in ${exchangeSymbol}, the ledger ` +
      `${numberText(ours)}: a liquidation, a hand, or another program`;
    context.record({
      kind: "adjustment",
      instrument: journalInstrument(instrument),
      quantity,
      price,
      why,
    });
    ledger.adjust(instrument, baseQuantity(quantity), price);
    const text = `${why}. The venue's counts; the difference is booked at ${numberText(price)}`;
    context.findings.tell("adjustment", exchange, exchangeSymbol, text);
  }

  async #holdings(venue: TradingVenue): Promise<Answer> {
    const { context } = this.#options;
    const { instruments } = context.world;
    const { exchange } = venue;
    const balances = await context.answer(exchange, "balances", () => venue.balances());
    const positions: PositionReport[] = venue.positions === undefined
      ? []
      : await context.answer(exchange, "positions", () => venue.positions!());
    const byCoin = new Map(balances.map((balance): [string, BalanceSnapshot] => [balance.coin, balance]));
    const held = new Map<string, number>(), uncertainty = new Map<string, number>();
    for (const coin of coinsOf(instruments.ofExchange(exchange))) {
      const balance = byCoin.get(coin);
      // Venues leave out coins of which there is nothing.
      const holding = balance === undefined
        ? { amount: 0, cost: 0, uncertainty: 0 }
        : holdingOf(balance, positions, (id) => instruments.all[id]);
      const amount = holding.amount - holding.cost;
      // Nothing is claimed of what the venue does not tell.
      if (Number.isNaN(amount)) continue;
      held.set(coin, amount);
      uncertainty.set(coin, holding.uncertainty);
    }
    return { held, uncertainty };
  }

  #coinDifferences(
    exchange: ExchangeKey,
    baselines: BalanceBaselines,
    { held, uncertainty }: Answer,
  ): CoinDifference[] {
    const instruments = this.#options.context.world.instruments.ofExchange(exchange);
    const flows = baselines.flows();
    return [...held].flatMap(([coin, amount]) => {
      const expected = baselines.expected(coin, flows.get(coin) ?? 0);
      if (expected === undefined) return [];
      const largest = Math.max(Math.abs(expected), amount);
      const tolerance = balanceTolerance(coin, instruments, largest) + (uncertainty.get(coin) ?? 0);
      return Math.abs(amount - expected) <= tolerance ? [] : [{ coin, amount, expected }];
    });
  }

  #tell({ exchange, positions }: TradingVenue, { coin, amount, expected }: CoinDifference): void {
    const { context, stop } = this.#options;
    const isShort = amount < expected;
    const numbers =
      `${exchange} holds ${numberText(amount)} ${coin}, ${numberText(expected)} were expected from the ` +
      `last comparison and the trades since then (${numberText(amount - expected)})`;
    if (!isShort) {
      return context.findings.tell("surplus", exchange, coin, `${numbers}: a deposit, or another's trade`);
    }
    const why = `${numbers}: a withdrawal, another's trade, or a trade that no venue tells`;
    context.findings.tell("shortage", exchange, coin, why);
    // Money of a futures account also goes with funding, and with what was adjusted at a price that nobody paid.
    if (positions !== undefined) return;
    stop(this.#instrumentsOf(exchange, [coin]).length > 0 ? coin : everything, why);
  }

  /**
   * The instruments whose missing trades may explain differences. Trades there and back leave a difference of money alone,
   * and that may be any instrument's: those are all asked about once.
   */
  #suspects(exchange: ExchangeKey, coins: readonly string[], isFirst: boolean): readonly Instrument[] {
    const all = this.#options.context.world.instruments.ofExchange(exchange);
    const traded = this.#instrumentsOf(exchange, coins);
    return isFirst && traded.length === 0 ? all.filter(({ quote }) => coins.includes(quote)) : traded;
  }

  /** The instruments whose trades move one of these coins as what is traded. */
  #instrumentsOf(exchange: ExchangeKey, coins: readonly string[]): Instrument[] {
    const all = this.#options.context.world.instruments.ofExchange(exchange);
    return all.filter(({ base }) => coins.includes(base));
  }
}

/** Units of each coin, the cost of open contracts taken off, and how far off they may be. */
interface Answer {
  readonly held: Map<string, number>;
  readonly uncertainty: ReadonlyMap<string, number>;
}

/** Coins that trades of these instruments move: contracts move only money. */
function coinsOf(instruments: readonly Instrument[]): Set<string> {
  return new Set(
    instruments.flatMap(({ base, quote, market }) => market === "spot" ? [base, quote] : [quote]),
  );
}
