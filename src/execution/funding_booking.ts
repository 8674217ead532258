/**
 * Books the funding payments of perpetual contracts, each once.
 * @module
 */
import type { FundingPayment } from "../core/account.ts";
import type { Clock, Timer } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { Instrument } from "../core/instrument.ts";
import { flatPosition, type Position } from "../core/position.ts";
import type { Logger } from "../logging/logger.ts";
import type { JournalEvent, JournalInstrument } from "./journal_record.ts";
import { journalInstrument } from "./journal_values.ts";
import type { Ledger } from "./ledger.ts";
import type { TradingVenue } from "./trading_venue.ts";

/** A payment that is in the ledger. */
export interface BookedFunding {
  readonly instrument: JournalInstrument;
  /** Quote; positive when received. */
  readonly amount: number;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** What a {@link FundingBooking} takes. */
export interface FundingBookingOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly venue: TradingVenue;
  /** The contracts of the venue that may be traded. */
  readonly instruments: readonly Instrument[];
  readonly ledger: Ledger;
  /** Writes an event into the journal. Returns whether it is written; nothing is booked that is not. */
  record(event: JournalEvent): boolean;
  /** Epoch milliseconds of the next settlement of a contract; NaN when it is not known. */
  nextSettlement(instrument: Instrument): number;
  /** Payments before this epoch millisecond are in the ledger, or are not the program's: they are left alone. */
  readonly since: number;
  /** The payments from then on that are in the ledger. Default none. */
  readonly booked?: readonly BookedFunding[];
  /** Time between two questions without a settlement, milliseconds. Default an hour. */
  readonly everyMs?: number;
  /** Told after a payment is in the ledger. */
  onBooked?(instrument: Instrument, payment: FundingPayment): void;
}

/** Venues may post a payment late: each question goes back by this much, milliseconds. */
export const fundingOverlapMs: number = 12 * 3_600_000;

const hourMs = 3_600_000;
/** Time that a venue has to post payments after a settlement, milliseconds. */
const marginMs = 20_000;
/** Payments are asked for once more so long after a settlement, for a venue that was late. */
const secondLookMs = 120_000;
/** A contract without a position is asked about for so long after its last trade, milliseconds. */
const interestMs = 3 * hourMs;
const retryMs = 10_000;
const longestRetryMs = 300_000;

/** What is known of a contract. */
interface Contract {
  readonly instrument: Instrument;
  /** Number of payments of a moment that are in the ledger, by epoch milliseconds. A long and a short side have one each. */
  readonly booked: Map<number, number>;
  /** Payments before it were asked for, epoch milliseconds. */
  askedUntil: number;
  /** The position at the last look: another object when something was booked since. */
  position: Position;
  /** Epoch milliseconds of the last look that saw a position or a trade; -Infinity for none. */
  activeAt: number;
}

/** Asks after each settlement, and now and then, for the contracts that have or had a position. */
export class FundingBooking {
  readonly #options: FundingBookingOptions;
  readonly #contracts: readonly Contract[];
  #timer: Timer | undefined;
  #state: "new" | "running" | "stopped" = "new";
  #round: Promise<number> | undefined;
  #failures = 0;
  /** Epoch milliseconds of the settlements that are still looked at. */
  #settlements: readonly number[] = [];

  /** @throws {RangeError} when the venue tells no funding payments. */
  constructor(options: FundingBookingOptions) {
    const { venue, instruments, since, booked = [] } = options;
    if (venue.fundingPayments === undefined) {
      throw new RangeError(`${venue.exchange} does not tell funding payments`);
    }
    this.#options = options;
    this.#contracts = instruments.map((instrument) => ({
      instrument,
      booked: countsOf(instrument, booked),
      askedUntil: since,
      position: flatPosition,
      activeAt: -Infinity,
    }));
  }

  /** Questions in a row that failed. */
  get failures(): number {
    return this.#failures;
  }

  /** Asks now for what was paid before, and goes on. */
  start(): void {
    if (this.#state !== "new") return;
    this.#state = "running";
    void this.#work();
  }

  /** Ends it for good; an answer on its way is not booked. */
  stop(): void {
    this.#state = "stopped";
    this.#timer?.cancel();
  }

  /**
   * Asks now and books what is new. While a question is under way its answer is waited for instead. Rejects with the
   * errors of the venue.
   *
   * @returns Number of payments that were booked.
   */
  check(): Promise<number> {
    this.#round ??= this.#ask().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  async #work(): Promise<void> {
    const waitMs = await this.check().then(() => this.#answered(), (error) => this.#failed(error));
    if (this.#state !== "running") return;
    this.#timer = this.#options.clock.setTimer(waitMs, () => void this.#work());
  }

  /** Time until the next look: at the coming settlements, at the last ones once more, or after an hour. */
  #answered(): number {
    this.#failures = 0;
    const { clock, nextSettlement, everyMs = hourMs } = this.#options;
    const now = clock.epochMs();
    const coming = this.#contracts.map(({ instrument }) => nextSettlement(instrument));
    this.#settlements = [...new Set([...this.#settlements, ...coming])]
      .filter((time) => time + secondLookMs > now && time < now + everyMs);
    const looks = this.#settlements.flatMap((time) => [time + marginMs, time + secondLookMs]);
    return Math.min(everyMs, ...looks.filter((time) => time > now).map((time) => time - now));
  }

  #failed(error: unknown): number {
    this.#failures += 1;
    const { logger, venue: { exchange } } = this.#options;
    const failures = this.#failures;
    logger.warn("Funding payments not known", { exchange, failures, error: errorMessage(error) });
    return Math.min(retryMs * 2 ** Math.min(failures - 1, 20), longestRetryMs);
  }

  async #ask(): Promise<number> {
    const { clock, venue, ledger } = this.#options;
    let count = 0;
    for (const contract of this.#contracts) {
      const { instrument } = contract;
      const now = clock.epochMs();
      const position = ledger.position(instrument);
      if (position.quantity !== 0 || position !== contract.position) contract.activeAt = now;
      contract.position = position;
      if (now - contract.activeAt > interestMs) {
        contract.askedUntil = now;
        continue;
      }
      const payments = await venue.fundingPayments!(instrument, contract.askedUntil - fundingOverlapMs);
      if (this.#state === "stopped") return count;
      const booked = this.#book(contract, payments);
      if (booked === undefined) return count;
      count += booked;
      contract.askedUntil = Math.max(contract.askedUntil, now);
      forgetOld(contract);
    }
    return count;
  }

  /** Books what is new of an answer. Returns the number, or undefined when the journal cannot be written. */
  #book(contract: Contract, payments: readonly FundingPayment[]): number | undefined {
    const { record, ledger, logger, onBooked } = this.#options;
    const { instrument, booked } = contract;
    const seen = new Map<number, number>();
    let count = 0;
    for (const payment of payments) {
      const { time, amount } = payment;
      if (time < this.#options.since) continue;
      const nth = (seen.get(time) ?? 0) + 1;
      seen.set(time, nth);
      if (nth <= (booked.get(time) ?? 0)) continue;
      if (!record({ kind: "funding", instrument: journalInstrument(instrument), amount, time })) {
        return undefined;
      }
      booked.set(time, nth);
      // Another trade may have been booked while the answer was on its way: that one still counts as one.
      const isSame = contract.position === ledger.position(instrument);
      ledger.applyFunding(instrument, amount);
      if (isSame) contract.position = ledger.position(instrument);
      logger.info("Funding", { contract: instrument.exchangeSymbol, amount, time });
      onBooked?.(instrument, payment);
      count += 1;
    }
    return count;
  }
}

function countsOf(instrument: Instrument, payments: readonly BookedFunding[]): Map<number, number> {
  const counts = new Map<number, number>();
  const { exchange, symbol } = journalInstrument(instrument);
  for (const { instrument: { exchange: at, symbol: of }, time } of payments) {
    if (at === exchange && of === symbol) counts.set(time, (counts.get(time) ?? 0) + 1);
  }
  return counts;
}

/** What is so old is not asked for any more. */
function forgetOld({ booked, askedUntil }: Contract): void {
  for (const time of booked.keys()) if (time < askedUntil - 2 * fundingOverlapMs) booked.delete(time);
}
