/**
 * Compares, while the program runs, what the venues say with what it believes.
 * @module
 */
import type { BalanceSnapshot } from "../core/balance.ts";
import type { Clock, Timer } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { InstrumentTable } from "../core/instrument.ts";
import { baseQuantity } from "../core/units.ts";
import type { Logger } from "../logging/logger.ts";
import type { JournalBalances } from "./journal_record.ts";
import { journalInstrument } from "./journal_values.ts";
import type { OrderFlow } from "./order_flow.ts";
import type { Disagreement } from "./reconciliation/comparison.ts";
import { Disagreements } from "./reconciliation/disagreements.ts";
import { alarming, type Finding, type FindingKind } from "./reconciliation/finding.ts";
import { VenueContext } from "./reconciliation/venue_context.ts";
import { type RoundResult, VenueReconciliation } from "./reconciliation/venue_reconciliation.ts";
import type { TrackedOrder } from "./tracked_order.ts";
import type { TradingVenue } from "./trading_venue.ts";

/** How often, and what follows. Read anew each time. */
export interface ReconciliationSettings {
  /** Time between two looks at a venue, milliseconds. */
  readonly everyMs: number;
  /** Time until another look at what did not fit or was overtaken, milliseconds. */
  readonly soonMs: number;
  /** Whether acquisition goes on by itself when everything agrees again. Otherwise somebody allows it. */
  readonly resumes: boolean;
  /** Looks in a row that may fail before acquisition at the venue stops. */
  readonly maxFailures: number;
}

/** Who is told. */
export interface ReconciliationListener {
  /**
   * Nothing more may be acquired in this scope: a coin, a venue's key (it is not reached), or `all`. Told again as long
   * as the reason stands.
   */
  stop(scope: string, why: string): void;
  /** It may be again. */
  resume(scope: string, why: string): void;
  /** Everything that is found. It is in the log already. */
  onFinding?(finding: Finding): void;
}

/** What a {@link Reconciliation} takes. */
export interface ReconciliationOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly flow: OrderFlow;
  /** Id of the journal: whose orders are ours. */
  readonly journalId: string;
  readonly venues: ReadonlyMap<ExchangeKey, TradingVenue>;
  readonly instruments: InstrumentTable;
  settings(): ReconciliationSettings;
  readonly listener: ReconciliationListener;
  /** What is free of a coin for orders; 0 when it is not known. */
  free(exchange: ExchangeKey, coin: string): number;
  /** All balances of an account, none left out. `askedAt` is in monotonic milliseconds. */
  takeBalances(exchange: ExchangeKey, balances: readonly BalanceSnapshot[], askedAt: number): void;
  /** Told of an open order of which its venue says that it does not exist: it is to be resolved. */
  onMissing(order: TrackedOrder): void;
  /** Books funding payments of a venue that are not in the ledger yet. */
  readonly bookFunding?: ReadonlyMap<ExchangeKey, () => Promise<unknown>>;
  /** The last comparisons of an earlier run, if nothing but the flows can have changed the accounts since. */
  readonly restored?: readonly JournalBalances[];
}

/** What was done so far. */
export interface ReconciliationFigures {
  /** Looks that have compared everything. */
  readonly compared: number;
  /** Looks that were overtaken. */
  readonly overtaken: number;
  readonly failed: number;
  /** Findings by kind. */
  readonly findings: Readonly<Partial<Record<FindingKind, number>>>;
}

/** One venue and when it is looked at. */
interface Watch {
  readonly context: VenueContext;
  readonly rounds: VenueReconciliation;
  timer: Timer | undefined;
  round: Promise<RoundResult> | undefined;
  failures: number;
  /** Looks in a row that were overtaken. */
  overtaken: number;
  isUnreachable: boolean;
}

/** Looks in a row that may be overtaken before that is told. */
const patientLooks = 20;

/**
 * Looks at every venue now and then and after each reconnection. What the streams have missed is taken in through the
 * order flow. What does not agree stops acquisition on its coin. Nothing is ever sent and nothing of others is touched.
 */
export class Reconciliation {
  readonly #options: ReconciliationOptions;
  readonly #disagreements: Disagreements;
  readonly #watches: ReadonlyMap<ExchangeKey, Watch>;
  readonly #counts = { compared: 0, overtaken: 0, failed: 0 };
  readonly #findings = new Map<FindingKind, number>();
  #state: "new" | "running" | "stopped" = "new";

  constructor(options: ReconciliationOptions) {
    this.#options = options;
    const { clock, listener, settings } = options;
    this.#disagreements = new Disagreements({
      clock,
      resumes: () => settings().resumes,
      listener: {
        stop: (scope, why): void => listener.stop(scope, why),
        resume: (scope, why): void => listener.resume(scope, why),
        onDisagreement: ({ exchange, subject, why }): void =>
          this.#tell("disagreement", exchange, subject, why),
        onAgreement: ({ exchange, subject }, why): void => this.#tell("agreement", exchange, subject, why),
      },
    });
    this.#watches = new Map([...options.venues].map(([exchange, venue]) => [exchange, this.#watch(venue)]));
  }

  /** Disagreements that stopped something and are not over. */
  get standing(): readonly Disagreement[] {
    return this.#disagreements.standing;
  }

  get figures(): ReconciliationFigures {
    return { ...this.#counts, findings: Object.fromEntries(this.#findings) };
  }

  /** Looks at every venue now, and goes on. */
  start(): void {
    if (this.#state !== "new") return;
    this.#state = "running";
    for (const exchange of this.#watches.keys()) this.#soon(exchange, 0);
  }

  /** Ends it for good: no answer that is on its way is used. */
  stop(): void {
    this.#state = "stopped";
    for (const { context, timer } of this.#watches.values()) {
      context.end();
      timer?.cancel();
    }
  }

  /** The account of a venue is followed again: looks at it at once. */
  onLive(exchange: ExchangeKey): void {
    if (this.#state === "running") this.#soon(exchange, 0);
  }

  /**
   * Looks at a venue now; when that is being done already, waits for it. Never rejects.
   *
   * @throws {RangeError} when there is no account at this venue.
   */
  look(exchange: ExchangeKey): Promise<RoundResult> {
    const watch = this.#watches.get(exchange);
    if (watch === undefined) throw new RangeError(`There is no account at ${exchange} to compare with`);
    watch.round ??= watch.rounds.run().then((result) => {
      watch.round = undefined;
      this.#count(exchange, watch, result);
      return result;
    });
    return watch.round;
  }

  /**
   * Somebody allows a scope again. What the venues say of it is taken as it is: balances begin anew, and positions are
   * booked to what they are at the venue's price, with the reason in the journal.
   *
   * @param price Quote per base at which a position is booked; NaN takes its own entry price.
   * @returns Whether there was something to accept.
   */
  accept(scope: string, by: string, price: (disagreement: Disagreement) => number): boolean {
    const wasStopped = this.#disagreements.stopped.has(scope);
    const accepted = this.#disagreements.reset(scope);
    for (const disagreement of accepted) {
      if (disagreement.kind === "position") this.#adopt(disagreement, by, price(disagreement));
      this.#watches.get(disagreement.exchange)?.rounds.accept(disagreement);
    }
    if (wasStopped) this.#options.listener.resume(scope, by);
    return wasStopped;
  }

  #watch(venue: TradingVenue): Watch {
    const { exchange } = venue;
    const { instruments, bookFunding, restored, flow, journalId, clock, logger } = this.#options;
    const context = new VenueContext({
      venue,
      flow,
      journalId,
      clock,
      logger,
      instruments: instruments.ofExchange(exchange),
      tell: (kind, subject, text) => this.#tell(kind, exchange, subject, text),
    });
    const rounds = new VenueReconciliation({
      context,
      disagreements: this.#disagreements,
      account: {
        free: (coin) => this.#options.free(exchange, coin),
        takeAll: (balances, askedAt) => this.#options.takeBalances(exchange, balances, askedAt),
        onAgreed: (balances) => void flow.record({ kind: "balances", balances }),
      },
      onMissing: (order) => this.#options.onMissing(order),
      bookFunding: bookFunding?.get(exchange),
      restored: restored?.find((balances) => balances.exchange === exchange),
    });
    return {
      context,
      rounds,
      timer: undefined,
      round: undefined,
      failures: 0,
      overtaken: 0,
      isUnreachable: false,
    };
  }

  #soon(exchange: ExchangeKey, waitMs: number): void {
    const watch = this.#watches.get(exchange);
    if (watch === undefined) return;
    watch.timer?.cancel();
    watch.timer = this.#options.clock.setTimer(waitMs, () => void this.#next(exchange, watch));
  }

  async #next(exchange: ExchangeKey, watch: Watch): Promise<void> {
    const result = await this.look(exchange);
    if (this.#state === "running") this.#soon(exchange, this.#waitAfter(watch, result));
  }

  #waitAfter({ overtaken, failures }: Watch, result: RoundResult): number {
    const { everyMs, soonMs } = this.#options.settings();
    if (result.kind === "compared") return result.isSure ? everyMs : soonMs;
    if (result.kind === "down" || result.kind === "ended") return everyMs;
    // A venue that is busy or in trouble is asked less and less often.
    const before = (result.kind === "overtaken" ? overtaken : failures) - 1;
    return Math.min(soonMs * 2 ** Math.min(before, 20), everyMs);
  }

  #count(exchange: ExchangeKey, watch: Watch, result: RoundResult): void {
    if (result.kind === "failed") return this.#failed(exchange, watch, result.error);
    if (result.kind !== "compared" && result.kind !== "overtaken") return;
    this.#counts[result.kind] += 1;
    this.#reached(exchange, watch);
    watch.overtaken = result.kind === "overtaken" ? watch.overtaken + 1 : 0;
    if (watch.overtaken !== patientLooks) return;
    this.#tell(
      "overtaken",
      exchange,
      "",
      `${exchange}: nothing was compared in ${patientLooks} looks in a row`,
    );
  }

  #failed(exchange: ExchangeKey, watch: Watch, error: string): void {
    this.#counts.failed += 1;
    watch.failures += 1;
    const { failures } = watch;
    this.#options.logger.warn("Comparison failed", { exchange, failures, error });
    if (watch.isUnreachable || failures < this.#options.settings().maxFailures) return;
    watch.isUnreachable = true;
    const why = `${exchange} could not be compared with ${failures} times in a row: ${error}`;
    this.#tell("unreachable", exchange, "", why);
    this.#options.listener.stop(exchange, why);
  }

  /** Nothing had disagreed, so that acquisition goes on by itself. */
  #reached(exchange: ExchangeKey, watch: Watch): void {
    watch.failures = 0;
    if (!watch.isUnreachable) return;
    watch.isUnreachable = false;
    const why = `${exchange} can be compared with again`;
    this.#tell("reachable", exchange, "", why);
    this.#options.listener.resume(exchange, why);
  }

  #adopt(disagreement: Disagreement, by: string, price: number): void {
    const { instruments, flow } = this.#options;
    const instrument = instruments.find(disagreement.exchange, disagreement.subject);
    if (instrument === undefined) return;
    const quantity = disagreement.theirs - disagreement.ours;
    const at = Number.isNaN(price) ? flow.ledger.position(instrument).averageEntry : price;
    const why = `${by}: ${disagreement.why}`;
    const isWritten = flow.record({
      kind: "adjustment",
      instrument: journalInstrument(instrument),
      quantity,
      price: at,
      why,
    });
    if (!isWritten) return;
    flow.ledger.adjust(instrument, baseQuantity(quantity), at);
    // What closing it has really brought is in the balance only.
    this.#watches.get(disagreement.exchange)?.rounds.forgetBalance(instrument.quote);
  }

  #tell(kind: FindingKind, exchange: ExchangeKey, subject: string, text: string): void {
    this.#findings.set(kind, (this.#findings.get(kind) ?? 0) + 1);
    const { logger, listener } = this.#options;
    const fields = { exchange, kind, subject };
    if (alarming.includes(kind)) logger.error(text, fields);
    else logger.warn(text, fields);
    listener.onFinding?.({ kind, exchange, subject, text });
  }
}
