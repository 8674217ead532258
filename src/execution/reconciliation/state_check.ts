/**
 * Asks for balances and positions, and compares them with the ledger unless something happened meanwhile.
 * @module
 */
import type { PositionReport } from "../../core/account.ts";
import type { BalanceSnapshot } from "../../core/balance.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { JournalBalances } from "../journal_record.ts";
import { balanceTolerance, type Holding, holdingOf } from "./balance_baselines.ts";
import { BalanceCheck } from "./balance_check.ts";
import { type Comparison, numberText } from "./comparison.ts";
import { differenceCauses } from "./difference_causes.ts";
import type { Disagreements, Judgement } from "./disagreements.ts";
import type { FillSearch } from "./fill_search.ts";
import type { VenueContext } from "./venue_context.ts";

/** What the rest of the program knows of an account, and takes from it. */
export interface AccountView {
  /** What is free of a coin for orders; 0 when it is not known. */
  free(coin: string): number;
  /** All balances of the account, none left out. `askedAt` is in monotonic milliseconds. */
  takeAll(balances: readonly BalanceSnapshot[], askedAt: number): void;
  /** The account agrees with the ledger, and one of them has changed since the last time. */
  onAgreed(balances: JournalBalances): void;
}

/** What a {@link StateCheck} takes. */
export interface StateCheckOptions {
  readonly context: VenueContext;
  readonly disagreements: Disagreements;
  readonly fills: FillSearch;
  readonly account: AccountView;
  /** A comparison of an earlier run to go on from. */
  readonly restored?: JournalBalances | undefined;
}

/** How a look has come out. */
export interface StateResult {
  /** Whether something was not compared because it was changing. */
  readonly isOvertaken: boolean;
  readonly judgements: readonly Judgement[];
}

/** One venue's balances and positions. */
export class StateCheck {
  readonly balances: BalanceCheck;
  readonly #options: StateCheckOptions;
  readonly #startedAt: number;

  constructor(options: StateCheckOptions) {
    this.#options = options;
    const { account, context } = options;
    this.balances = new BalanceCheck({ ...options, onAgreed: (balances) => account.onAgreed(balances) });
    this.#startedAt = context.clock.epochMs();
  }

  /** One look. Throws what the venue's client throws. */
  async run(): Promise<StateResult> {
    const { context, account } = this.#options;
    const { venue, clock } = context;
    await this.balances.prepare();
    const isLive = venue.isLive;
    const before = context.mark();
    const askedAt = clock.monotonicMs();
    const balances = await context.answer(venue.balances());
    const positions = venue.positions === undefined ? [] : await context.answer(venue.positions());
    const after = context.mark();
    const isQuiet = isLive && venue.isLive && after.activity === before.activity;
    const holdings = this.#holdings(balances, positions);
    if (this.balances.isWhole(holdings)) {
      if (isQuiet) this.#compareFree(balances);
      account.takeAll(balances, askedAt);
    }
    if (!isQuiet) return { isOvertaken: true, judgements: [] };
    const moving = before.moving.union(after.moving);
    const ofPositions = this.#comparePositions(positions, moving);
    // What contracts have cost can only be taken off when they are what they should be.
    const ofBalances = ofPositions.every((judgement) => judgement === "agrees")
      ? await this.balances.run(holdings, (coin) => isMoving(coin, moving))
      : [];
    return { isOvertaken: moving.size > 0, judgements: [...ofPositions, ...ofBalances] };
  }

  #holdings(
    balances: readonly BalanceSnapshot[],
    positions: readonly PositionReport[],
  ): ReadonlyMap<string, Holding> {
    const { context } = this.#options;
    return new Map(balances.map((balance) => {
      return [balance.coin, holdingOf(balance, positions, (id) => context.instrument(id))];
    }));
  }

  #comparePositions(positions: readonly PositionReport[], moving: ReadonlySet<Instrument>): Judgement[] {
    const { instruments, flow } = this.#options.context;
    return instruments.filter(({ market }) => market === "perpetual").flatMap((instrument) => {
      const reports = positions.filter((report) => report.instrument === instrument.id);
      const { quantity } = flow.ledger.position(instrument);
      if (moving.has(instrument)) return [];
      return reports.length === 0 && quantity === 0 ? [] : [this.#judge(instrument, reports, quantity)];
    });
  }

  #judge(instrument: Instrument, reports: readonly PositionReport[], ours: number): Judgement {
    const { exchange, exchangeSymbol, base, lot, baseFactor } = instrument;
    const { disagreements, fills } = this.#options;
    const held = reports.reduce((sum, { lots }) => sum + lot.value(lots) * baseFactor, 0);
    const comparison: Comparison = {
      exchange,
      kind: "position",
      subject: exchangeSymbol,
      scope: base,
      unit: base,
      theirs: reports.length === 0 ? undefined : held,
      ours,
      tolerance: lot.size * baseFactor / 2,
    };
    const since = disagreements.agreedAt(comparison) ?? this.#startedAt;
    return disagreements.judge(comparison, (difference) => {
      return differenceCauses(comparison, difference, fills.foreign([instrument], since));
    });
  }

  /** With no order of ours about, no more can be free than there is. On futures that moves with the prices. */
  #compareFree(balances: readonly BalanceSnapshot[]): void {
    const { context, account } = this.#options;
    const { exchange, instruments, venue } = context;
    if (venue.positions !== undefined || context.orders.length > 0) return;
    for (const { coin, available } of balances) {
      const free = account.free(coin);
      if (free <= available + balanceTolerance(coin, instruments, available)) continue;
      const text =
        `${exchange}: ${numberText(free)} ${coin} seemed free, and ${numberText(available)} are: ` +
        "the streams have not told a change";
      context.tell("stale-balance", coin, text);
    }
  }
}

function isMoving(coin: string, moving: ReadonlySet<Instrument>): boolean {
  return [...moving].some(({ base, quote, market }) => quote === coin || market === "spot" && base === coin);
}
