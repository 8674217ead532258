/**
 * Carries intents through: both orders at once, every outcome known, what is unmatched hedged.
 * @module
 */
import type { LegPlan, TradeIntent } from "../arbitrage/trade_intent.ts";
import type { Clock } from "../core/clock.ts";
import { delay } from "../core/clock.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import type { OrderRequest } from "../core/order_request.ts";
import type { Logger } from "../logging/logger.ts";
import type { OrderBook } from "../market/order_book.ts";
import { clientOrderId } from "./client_order_id.ts";
import type { DeskAccounts } from "./desk_accounts.ts";
import { ExecutionRun } from "./execution_run.ts";
import {
  bandOf,
  type HedgeCandidate,
  type HedgeOrder,
  type HedgeSettings,
  isResidue,
  isTrapped,
  nextHedge,
} from "./hedge_ladder.ts";
import { journalOrder } from "./journal_values.ts";
import type { OrderFlow } from "./order_flow.ts";
import type { OrderResolver } from "./order_resolver.ts";
import type { TrackedOrder } from "./tracked_order.ts";

/** A coin against its money: what is hedged together. */
export interface Pair {
  readonly base: string;
  readonly quote: string;
}

/** What an {@link Executor} takes. */
export interface ExecutorOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly journalId: string;
  readonly flow: OrderFlow;
  readonly resolver: OrderResolver;
  readonly accounts: DeskAccounts;
  readonly instruments: InstrumentTable;
  /** The book of an instrument if prices may be read from it now. */
  readonly book: (instrument: Instrument) => OrderBook | undefined;
  /** Read anew for each attempt. */
  readonly hedge: () => HedgeSettings;
  /** Largest value of one hedge, quote: what is more is hedged in parts. */
  readonly maxHedgeNotional: () => number;
  /** Whether the limits allow a hedge to be sent now; the reason if they do not. */
  readonly hedgeObstacle: (order: HedgeOrder) => string | undefined;
  /** Told when orders are on their way. */
  readonly onSent: (orders: readonly TrackedOrder[]) => void;
  /** A coin stays unhedged for more attempts than the settings allow; trying goes on. */
  readonly onStuck: (pair: Pair, exposure: number, why: string) => void;
  /** Number of the first execution. */
  readonly firstExecution: number;
}

/** Wait between two attempts of which none could be sent or filled, milliseconds; it doubles up to the longest. */
const longestPauseMs = 5_000;

/** Sends what was decided and does not rest before it is known and hedged. */
export class Executor {
  readonly #options: ExecutorOptions;
  #next: number;
  #isStopped = false;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#next = options.firstExecution;
  }

  /** Sends nothing more: whatever waits stays as it is. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Writes both orders down. Nothing is sent yet.
   *
   * @returns undefined when the journal cannot be written.
   */
  plan(intent: TradeIntent): ExecutionRun | undefined {
    const { clock, flow } = this.#options;
    const id = this.#next++;
    const buy = this.#planned(legRequest(intent.buy, this.#name(id, 1)), id);
    const sell = this.#planned(legRequest(intent.sell, this.#name(id, 2)), id);
    const { strategy, purpose, opportunity, quantity, expected } = intent;
    const isWritten = flow.record({
      kind: "execution",
      execution: id,
      strategy,
      purpose,
      opportunity,
      quantity,
      expected: expected.value,
      orders: [journalOrder(buy.request), journalOrder(sell.request)],
    });
    if (isWritten) return new ExecutionRun(id, intent, buy, sell, clock.epochMs());
    this.#withdraw(buy);
    this.#withdraw(sell);
    return undefined;
  }

  /**
   * Sends both orders at once and resolves when nothing of them is unknown or unhedged, except what is too little to
   * trade. Never rejects.
   */
  async carryThrough(run: ExecutionRun): Promise<void> {
    const { clock, resolver, onSent } = this.#options;
    const { buy, sell, moments } = run;
    // Both are on their way before anything is waited for.
    const answers = [this.#send(buy), this.#send(sell)];
    moments.sentAt = clock.epochMs();
    onSent([buy, sell]);
    await Promise.all(answers);
    moments.acknowledgedAt = clock.epochMs();
    await Promise.all([resolver.ended(buy), resolver.ended(sell)]);
    moments.filledAt = clock.epochMs();
    const hedged = await this.flatten(run.intent.route.buy, run.id, missingLeg(run), run.hedges, 3);
    if (hedged > 0) moments.hedgedAt = clock.epochMs();
    moments.endedAt = clock.epochMs();
  }

  /**
   * Hedges what a coin has unmatched until only a residue is left, and all fills of the orders are known.
   *
   * @param pair The coin.
   * @param execution Number of the execution that the orders are of.
   * @param preferred The instrument on which something is missing.
   * @param orders Where the orders are noted.
   * @param firstOrder Number of the first order within the execution.
   * @returns Orders that were sent.
   */
  async flatten(
    pair: Pair,
    execution: number,
    preferred: Instrument | undefined,
    orders: TrackedOrder[] = [],
    firstOrder = 1,
  ): Promise<number> {
    const { flow, hedge, onStuck, resolver } = this.#options;
    let attempt = 0, pauses = 0;
    while (!this.#isStopped && !flow.hasFailed) {
      const exposure = flow.exposure(pair.base, pair.quote);
      const candidates = this.#candidates(pair, exposure, bandOf(attempt, hedge().bandsBps));
      const step = nextHedge(exposure, attempt, candidates, preferred, {
        ...hedge(),
        maxNotional: this.#options.maxHedgeNotional(),
      });
      if (step.kind === "done") {
        // The fills tell the fees, which may move the exposure a little once more.
        await this.#settled(pair);
        if (isResidue(flow.exposure(pair.base, pair.quote), candidates)) break;
        continue;
      }
      const obstacle = step.kind === "wait" ? step.why : this.#options.hedgeObstacle(step.order);
      const { waitMs, maxAttempts, bandsBps } = hedge();
      if (step.kind === "order" && obstacle === undefined) {
        const order = this.#planned(
          limitIoc(step.order, this.#name(execution, firstOrder + orders.length)),
          execution,
        );
        orders.push(order);
        const event = {
          kind: "order",
          execution,
          why: step.order.why,
          order: journalOrder(order.request),
        } as const;
        if (!flow.record(event)) {
          this.#withdraw(order);
          break;
        }
        const answer = this.#send(order);
        this.#options.onSent([order]);
        await answer;
        await resolver.ended(order);
        attempt += 1;
        if (order.filledLots > 0) pauses = 0;
        // What brought something off is gone on with at once.
        if (order.filledLots > 0 || attempt < bandsBps.length) continue;
      }
      if (attempt + pauses >= maxAttempts) {
        const isLeft = step.kind === "wait" && isTrapped(exposure, candidates);
        if (!isLeft) onStuck(pair, exposure, obstacle ?? "hedges were not filled");
        else {
          await this.#settled(pair);
          // The next hedge of the coin takes it along.
          if (flow.exposure(pair.base, pair.quote) === exposure) break;
        }
      }
      await delay(this.#options.clock, pauseMs(waitMs, pauses));
      pauses += 1;
    }
    return orders.length;
  }

  /** A number for orders that are of no execution. */
  nextNumber(): number {
    return this.#next++;
  }

  /** Number that the next execution gets. */
  get next(): number {
    return this.#next;
  }

  /** What can take an exposure off. */
  #candidates({ base, quote }: Pair, exposure: number, bandBps: number): HedgeCandidate[] {
    const { instruments, accounts, book } = this.#options;
    const side = exposure > 0 ? "sell" : "buy";
    return instruments.all
      .filter((instrument) => instrument.base === base && instrument.quote === quote)
      .map((instrument) => {
        const current = book(instrument);
        // An order binds its money at its limit.
        const price = current === undefined ? NaN : current.asks.bestPrice * (1 + bandBps / 10_000);
        return {
          instrument,
          book: current,
          isOpen: accounts.isOpen(instrument.exchange),
          room: accounts.room(instrument, side, price),
          closable: accounts.closable(instrument, side),
        };
      });
  }

  async #settled({ base, quote }: Pair): Promise<void> {
    const { flow, resolver } = this.#options;
    const open = flow.tracker.open.filter(({ request: { instrument } }) =>
      instrument.base === base && instrument.quote === quote
    );
    await Promise.all(open.map((order) => resolver.resolve(order)));
  }

  /** Its money is free again when it has ended. */
  #send(order: TrackedOrder): Promise<void> {
    const { flow, resolver, accounts } = this.#options;
    const answer = flow.send(order);
    void resolver.ended(order).then(() => accounts.release(order.request));
    return answer;
  }

  #planned(request: OrderRequest, execution: number): TrackedOrder {
    const order = this.#options.flow.tracker.plan(request, execution);
    this.#options.accounts.reserve(request);
    return order;
  }

  /** An order that was not written down is not sent. */
  #withdraw(order: TrackedOrder): void {
    const { flow, accounts } = this.#options;
    flow.tracker.absent(order);
    accounts.release(order.request);
  }

  #name(execution: number, order: number): string {
    return clientOrderId({ journal: this.#options.journalId, execution, order });
  }
}

/** Never none, and never too long: a venue may come back at any time. */
function pauseMs(waitMs: number, pauses: number): number {
  return Math.min(Math.max(waitMs, 1) * 2 ** Math.min(pauses, 30), longestPauseMs);
}

/** The instrument of the leg that had less. */
function missingLeg({ buy, sell }: ExecutionRun): Instrument {
  return (buy.filledNet < -sell.filledNet ? buy : sell).request.instrument;
}

function legRequest({ capTicks, ...leg }: LegPlan, id: string): OrderRequest {
  return limitIoc({ ...leg, priceTicks: capTicks }, id);
}

/** Takes what is there up to a price, and rests nowhere. */
function limitIoc(
  { instrument, side, lots, priceTicks, reduceOnly }: Omit<HedgeOrder, "why">,
  clientOrderId: string,
): OrderRequest {
  return { clientOrderId, instrument, side, type: "limit", timeInForce: "ioc", priceTicks, lots, reduceOnly };
}
