/**
 * One look at everything that a venue says about the account.
 * @module
 */
import { errorMessage } from "../../core/errors.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { JournalBalances } from "../journal_record.ts";
import type { TrackedOrder } from "../tracked_order.ts";
import type { Disagreement } from "./comparison.ts";
import type { Disagreements, Judgement } from "./disagreements.ts";
import { FillSearch } from "./fill_search.ts";
import { OrderCheck } from "./order_check.ts";
import { type AccountView, StateCheck } from "./state_check.ts";
import { ReconciliationEnded, type VenueContext } from "./venue_context.ts";

/** What a {@link VenueReconciliation} takes. */
export interface VenueReconciliationOptions {
  readonly context: VenueContext;
  readonly disagreements: Disagreements;
  readonly account: AccountView;
  /** Told of an open order of which the venue says that it does not exist. */
  onMissing(order: TrackedOrder): void;
  /** Books funding payments that are not in the ledger yet. */
  readonly bookFunding?: (() => Promise<unknown>) | undefined;
  /** A comparison of an earlier run to go on from. */
  readonly restored?: JournalBalances | undefined;
}

/** How a look has come out. */
export type RoundResult =
  /** Everything was compared. `isSure` when nothing is to be looked at again soon. */
  | { readonly kind: "compared"; readonly isSure: boolean }
  /** Something changed meanwhile, so not everything could be compared. */
  | { readonly kind: "overtaken" }
  /** The account is not followed now: there is nothing to compare with. */
  | { readonly kind: "down" }
  | { readonly kind: "failed"; readonly error: string }
  | { readonly kind: "ended" };

/** Compares one venue: fills first, because they explain everything else. */
export class VenueReconciliation {
  readonly #options: VenueReconciliationOptions;
  readonly #fills: FillSearch;
  readonly #orders: OrderCheck;
  readonly #state: StateCheck;
  readonly #startedAt: number;
  /** Whether something did not fit at the last look. */
  #isDoubtful = false;

  constructor(options: VenueReconciliationOptions) {
    this.#options = options;
    const { context, disagreements, onMissing } = options;
    this.#fills = new FillSearch(context);
    this.#orders = new OrderCheck(context, disagreements, (order) => onMissing(order));
    this.#state = new StateCheck({ ...options, fills: this.#fills });
    this.#startedAt = context.clock.epochMs();
  }

  /** One look. Never rejects. */
  async run(): Promise<RoundResult> {
    const { context, bookFunding } = this.#options;
    if (!context.venue.isLive) return { kind: "down" };
    try {
      await this.#fills.run(this.#suspects(), (suspect) => this.#inDoubtSince(suspect));
      if (this.#isDoubtful && bookFunding !== undefined) await context.answer(bookFunding());
      const orders = await this.#orders.run();
      const { judgements, isOvertaken } = await this.#state.run();
      const all = [...orders, ...judgements];
      if (!isOvertaken || judgements.length > 0) this.#isDoubtful = all.some(needsAnotherLook);
      return isOvertaken ? { kind: "overtaken" } : { kind: "compared", isSure: !all.some(needsAnotherLook) };
    } catch (error) {
      if (error instanceof ReconciliationEnded) return { kind: "ended" };
      return context.venue.isLive ? { kind: "failed", error: errorMessage(error) } : { kind: "down" };
    }
  }

  /** Somebody accepts what the venue says of something that is compared here. */
  accept({ kind, subject }: Disagreement): void {
    if (kind === "balance") this.forgetBalance(subject);
  }

  /** Nothing is claimed about a coin until it is seen anew. */
  forgetBalance(coin: string): void {
    this.#state.balances.forget(coin);
  }

  /** Instruments behind what does not fit. */
  #suspects(): ReadonlySet<Instrument> {
    const { context, disagreements } = this.#options;
    const subjects = new Set(
      disagreements.doubts.filter(({ exchange }) => exchange === context.exchange).map(({ subject }) =>
        subject
      ),
    );
    return new Set(context.instruments.filter(({ base, exchangeSymbol }) => {
      return subjects.has(base) || subjects.has(exchangeSymbol);
    }));
  }

  /** Epoch milliseconds of the last time at which an instrument and its coin agreed. */
  #inDoubtSince({ base, exchangeSymbol }: Instrument): number {
    const { context, disagreements } = this.#options;
    const times = disagreements.doubts.filter(({ exchange, subject }) => {
      return exchange === context.exchange && (subject === base || subject === exchangeSymbol);
    }).map((doubt) => disagreements.agreedAt(doubt) ?? this.#startedAt);
    return Math.min(...times);
  }
}

function needsAnotherLook(judgement: Judgement): boolean {
  return judgement === "doubtful" || judgement === "new";
}
