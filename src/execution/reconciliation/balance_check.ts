/**
 * Compares what an account holds with what it should hold.
 * @module
 */
import type { TransferRecord } from "../../core/account.ts";
import { errorMessage } from "../../core/errors.ts";
import type { JournalBalances } from "../journal_record.ts";
import { BalanceBaselines, balanceTolerance, type Holding } from "./balance_baselines.ts";
import { type Comparison, everything, numberText } from "./comparison.ts";
import { differenceCauses } from "./difference_causes.ts";
import type { Disagreements, Judgement } from "./disagreements.ts";
import type { FillSearch } from "./fill_search.ts";
import type { VenueContext } from "./venue_context.ts";

/** What a {@link BalanceCheck} takes. */
export interface BalanceCheckOptions {
  readonly context: VenueContext;
  readonly disagreements: Disagreements;
  readonly fills: FillSearch;
  /** The account agrees with the ledger, and one of them has changed since the last time. */
  onAgreed(balances: JournalBalances): void;
  /** A comparison of an earlier run to go on from. */
  readonly restored?: JournalBalances | undefined;
}

/** Looks at which a coin must be left out before it counts as none, when it was never seen. */
const absencesForNone = 4;
/** Time that a futures venue and the booking have for funding payments, milliseconds: they are in the balance first. */
const fundingPatienceMs = 60_000;
/** Deposits and withdrawals are asked for from this long ago on, milliseconds: they take their time. */
const transferSpanMs = 24 * 3_600_000;

/** The coins of one venue that its instruments are traded in. */
export class BalanceCheck {
  readonly #options: BalanceCheckOptions;
  readonly #baselines: BalanceBaselines;
  /** Traded coins; on futures only what contracts are settled in. */
  readonly #coins: readonly string[];
  /** Looks at which a coin without a baseline was left out. */
  readonly #absences = new Map<string, number>();
  /** Deposits and withdrawals that are in a baseline; undefined until they were asked for. */
  #transfers: Set<string> | undefined;
  readonly #startedAt: number;
  /** What was agreed last, as text. */
  #agreed = "";

  constructor(options: BalanceCheckOptions) {
    this.#options = options;
    const { context: { exchange, flow, clock, instruments }, restored } = options;
    this.#baselines = new BalanceBaselines(exchange, flow.ledger, instruments);
    if (restored !== undefined) this.#baselines.restore(restored);
    this.#startedAt = clock.epochMs();
    const coins = instruments.flatMap(({ market, base, quote }) =>
      market === "spot" ? [base, quote] : [quote]
    );
    this.#coins = [...new Set(coins)];
  }

  /** Takes note of the deposits and withdrawals that are in the balances already. Without effect after the first time. */
  async prepare(): Promise<void> {
    if (this.#transfers !== undefined) return;
    const known = await this.#askTransfers();
    this.#transfers = new Set(known.map(({ id }) => id));
  }

  /** Whether an answer has every coin of which there should be something. */
  isWhole(listed: ReadonlyMap<string, Holding>): boolean {
    const flows = this.#baselines.flows();
    return this.#coins.every((coin) => {
      const expected = this.#baselines.expected(coin, flows.get(coin) ?? 0) ?? 0;
      // A futures account without anything is listed too.
      return listed.has(coin) || expected <= this.#tolerance(coin, expected);
    });
  }

  /**
   * Compares the coins with an answer that nothing has overtaken.
   *
   * @param isMoving Whether something of a coin is on its way; it is left out.
   */
  async run(listed: ReadonlyMap<string, Holding>, isMoving: (coin: string) => boolean): Promise<Judgement[]> {
    const flows = this.#baselines.flows();
    const judgements: Judgement[] = [];
    const agreed = new Map<string, number>();
    for (const coin of this.#coins) {
      if (isMoving(coin)) continue;
      const flow = flows.get(coin) ?? 0;
      const holding = listed.get(coin);
      if (holding !== undefined && Number.isNaN(holding.amount - holding.cost)) continue;
      const judgement = this.#begin(coin, holding, flow) ?? await this.#judge(coin, holding, flow);
      judgements.push(judgement);
      if (judgement !== "agrees") continue;
      const amount = holding === undefined ? 0 : holding.amount - holding.cost;
      this.#baselines.agree(coin, amount, flow);
      agreed.set(coin, amount);
    }
    if (agreed.size === this.#coins.length) this.#tellAgreed(agreed, flows);
    return judgements;
  }

  /** Nothing is claimed about a coin until it is seen anew. */
  forget(coin: string): void {
    this.#baselines.forget(coin);
    this.#absences.delete(coin);
  }

  /** The first look at a coin; undefined when there was one before. */
  #begin(coin: string, holding: Holding | undefined, flow: number): Judgement | undefined {
    if (this.#baselines.expected(coin, flow) !== undefined) return undefined;
    if (holding !== undefined) return "agrees";
    // Venues leave out coins of which there is nothing, and listings are cut short.
    const absences = (this.#absences.get(coin) ?? 0) + 1;
    this.#absences.set(coin, absences);
    return absences < absencesForNone ? "doubtful" : "agrees";
  }

  async #judge(coin: string, holding: Holding | undefined, flow: number): Promise<Judgement> {
    const { disagreements, fills, context } = this.#options;
    const before = this.#comparison(coin, holding, flow);
    const causes = disagreements.isDoubtful(before) ? await this.#explain(before) : [];
    const comparison = this.#comparison(coin, holding, flow);
    const related = context.instruments.filter(({ base, quote }) => base === coin || quote === coin);
    const since = disagreements.agreedAt(comparison) ?? this.#startedAt;
    return disagreements.judge(comparison, (difference) => {
      return [...causes, ...differenceCauses(comparison, difference, fills.foreign(related, since))];
    });
  }

  #comparison(coin: string, holding: Holding | undefined, flow: number): Comparison {
    const { exchange, instruments } = this.#options.context;
    const ours = (this.#baselines.expected(coin, flow) ?? 0) + (holding?.cost ?? 0);
    const isBase = instruments.some(({ base, market }) => market === "spot" && base === coin);
    const largest = Math.max(Math.abs(ours), Math.abs(holding?.amount ?? 0));
    return {
      exchange,
      kind: "balance",
      subject: coin,
      scope: isBase ? coin : everything,
      unit: coin,
      theirs: holding?.amount,
      ours,
      tolerance: this.#tolerance(coin, largest) + (holding?.uncertainty ?? 0),
      patienceMs: this.#options.context.venue.fundingPayments === undefined ? 0 : fundingPatienceMs,
    };
  }

  #tolerance(coin: string, amount: number): number {
    return balanceTolerance(coin, this.#options.context.instruments, amount);
  }

  /** Looks for deposits and withdrawals behind a difference that was there before. Returns what they say. */
  async #explain({ subject, theirs, ours, tolerance, unit, exchange }: Comparison): Promise<string[]> {
    if (theirs === undefined || Math.abs(theirs - ours) <= tolerance) return [];
    const known = this.#transfers ?? new Set<string>();
    const transfers = (await this.#askTransfers()).filter(({ id, coin }) =>
      coin === subject && !known.has(id)
    );
    if (transfers.length === 0) return [];
    const net = transfers.reduce(
      (sum, each) => sum + (each.kind === "deposit" ? each.amount : -each.amount),
      0,
    );
    const list = transfers.map(({ kind, amount, id }) =>
      `a ${kind} of ${numberText(amount)} ${unit} (${id})`
    );
    const isAll = Math.abs(theirs - ours - net) <= tolerance;
    if (!isAll) return [`${list.join(", ")}, which is not all of it`];
    for (const { id } of transfers) known.add(id);
    this.#baselines.move(subject, net);
    const text = `${exchange}: ${list.join(", ")} explains the balance of ${numberText(theirs)} ${unit}`;
    this.#options.context.tell("explained", subject, text);
    return [];
  }

  /** Deposits and withdrawals that are in the balances. None when the venue does not tell: they only explain. */
  async #askTransfers(): Promise<TransferRecord[]> {
    const { context } = this.#options;
    const { venue, clock } = context;
    if (venue.transfers === undefined) return [];
    const since = Math.min(this.#startedAt, clock.epochMs()) - transferSpanMs;
    const answer = await context.answer(
      venue.transfers(since).catch((error) => {
        context.logger.debug("Transfers not known", { exchange: venue.exchange, error: errorMessage(error) });
        return [];
      }),
    );
    return answer.filter(({ status }) => status === "done");
  }

  #tellAgreed(agreed: ReadonlyMap<string, number>, flows: ReadonlyMap<string, number>): void {
    const amounts = (map: ReadonlyMap<string, number>): { coin: string; amount: number }[] =>
      [...map].map(([coin, amount]) => ({ coin, amount }));
    const { onAgreed, context: { exchange } } = this.#options;
    const balances = { exchange, balances: amounts(agreed), flows: amounts(flows) };
    const text = JSON.stringify(balances);
    if (text === this.#agreed) return;
    this.#agreed = text;
    onAgreed(balances);
  }
}
