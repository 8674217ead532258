/**
 * Says how coins could come back to where they are wanted. Nothing is moved.
 * @module
 */
import type { InventorySignals, SignalRate } from "../arbitrage/inventory_signals.ts";
import {
  planRebalance,
  type RebalanceProposal,
  type RebalanceSettings,
  type RebalanceVenue,
} from "../arbitrage/rebalance.ts";
import type { Route, RouteUniverse } from "../arbitrage/route.ts";
import type { InventorySettings } from "../arbitrage/strategy_settings.ts";
import type { NetworkStatus } from "../core/account.ts";
import type { Clock, Timer } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { TradingDesk } from "../execution/trading_desk.ts";
import { childLogger } from "../logging/child_logger.ts";
import type { Logger } from "../logging/logger.ts";

/** A proposal, and when it was made. */
export type TimedProposal = RebalanceProposal & {
  /** Epoch milliseconds of the last look at which everything about the coin was known. */
  readonly at: number;
};

/** What {@link RebalanceProposals} take. */
export interface RebalanceProposalsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly universe: Pick<RouteUniverse, "routes">;
  /** Read anew at each look. */
  readonly config: {
    readonly trading: { readonly inventory: InventorySettings & { readonly rebalance: RebalanceSettings } };
  };
  readonly parts: {
    readonly desk: {
      readonly accounts: Pick<TradingDesk["accounts"], "isOpen" | "free">;
      readonly risk: Pick<TradingDesk["risk"], "fairPrice">;
      readonly busy: ReadonlySet<string>;
    };
    readonly strategies: { readonly signals: Pick<InventorySignals, "rate"> };
  };
  /** Accounts that can be asked for the networks of coins; undefined on paper. */
  readonly venues: ReadonlyMap<ExchangeKey, NetworkSource> | undefined;
}

/** An account that may tell how coins can move. */
export interface NetworkSource {
  readonly networks?: (coins: readonly string[]) => Promise<readonly NetworkStatus[]>;
}

/** What a venue has told of its networks. */
interface Told {
  /** Monotonic milliseconds of the question. */
  readonly askedAt: number;
  readonly networks: readonly NetworkStatus[];
  /** Why nothing is known; undefined when the venue has answered. */
  readonly problem?: string;
}

/** Time between two looks, and the least between two questions to a venue, milliseconds. */
const lookMs = 60_000, askMs = 3_600_000;

/**
 * Looks at every coin that two spot venues trade. While a coin is traded, or its price or one of its accounts is not
 * known, what was proposed before stands.
 */
export class RebalanceProposals {
  readonly #options: RebalanceProposalsOptions;
  readonly #logger: Logger;
  /** Routes between spot venues by coin. */
  readonly #routes: ReadonlyMap<string, readonly Route[]>;
  readonly #told = new Map<ExchangeKey, Told>();
  readonly #proposed = new Map<string, readonly TimedProposal[]>();
  #timer: Timer | undefined;
  #isBusy = false;
  #isStopped = false;

  constructor(options: RebalanceProposalsOptions) {
    this.#options = options;
    this.#logger = childLogger(options.logger, "trading");
    const spot = options.universe.routes.filter(({ buy, sell }) =>
      buy.market === "spot" && sell.market === "spot"
    );
    this.#routes = Map.groupBy(spot, ({ buy }) => buy.base);
  }

  /** What is proposed now, coin by coin, the best way of each first. */
  get current(): readonly TimedProposal[] {
    return [...this.#proposed.values()].flat();
  }

  /** Looks once a minute, the first time after a minute. */
  start(): void {
    if (this.#routes.size > 0) this.#schedule();
  }

  /** Looks no more; what was proposed last can still be read. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #schedule(): void {
    this.#timer = this.#options.clock.setTimer(lookMs, () => {
      this.#schedule();
      // A venue that answers slowly holds up nothing but the next look.
      if (this.#isBusy) return;
      this.#isBusy = true;
      void this.#look().finally(() => this.#isBusy = false);
    });
  }

  async #look(): Promise<void> {
    const due = this.#dueQuestions();
    if (due.length > 0) await Promise.all(due.map((exchange) => this.#ask(exchange)));
    if (this.#isStopped) return;
    for (const coin of this.#routes.keys()) {
      const proposals = this.#plan(coin);
      if (proposals !== undefined) this.#publish(coin, proposals);
    }
  }

  /** Venues that must be asked before something can be sent from or to them. */
  #dueQuestions(): ExchangeKey[] {
    const due = new Set<ExchangeKey>();
    const now = this.#options.clock.monotonicMs();
    for (const coin of this.#routes.keys()) {
      for (const { kind, from, to } of this.#plan(coin) ?? []) {
        if (kind === "net") continue;
        for (const exchange of [from, to]) {
          if (now - (this.#told.get(exchange)?.askedAt ?? -Infinity) >= askMs) due.add(exchange);
        }
      }
    }
    return [...due];
  }

  /** Asks for all coins at once. Whatever goes wrong here must not end a run that trades. */
  async #ask(exchange: ExchangeKey): Promise<void> {
    const { venues, clock } = this.#options;
    const askedAt = clock.monotonicMs();
    const source = venues?.get(exchange);
    if (source?.networks === undefined) {
      const problem = `there is no account with money at ${exchange} that tells its networks`;
      this.#told.set(exchange, { askedAt, networks: [], problem });
      return;
    }
    try {
      const networks = await source.networks([...this.#routes.keys()]);
      this.#told.set(exchange, { askedAt, networks });
    } catch (error) {
      const problem = `${exchange} does not tell its networks: ${errorMessage(error)}`;
      this.#told.set(exchange, { askedAt, networks: [], problem });
      this.#logger.warn("No networks", { exchange, error: errorMessage(error) });
    }
  }

  /** The ways to bring a coin back; undefined when not all is known that decides about it. */
  #plan(coin: string): readonly RebalanceProposal[] | undefined {
    const { parts: { desk }, config } = this.#options;
    const { enabled, targetShare, rebalance } = config.trading.inventory;
    // Without trades between spot venues it does not matter where a coin is.
    if (!enabled) return [];
    const routes = this.#routes.get(coin)!;
    const { buy, sell } = routes[0]!;
    const isKnown = desk.accounts.isOpen(buy.exchange) && desk.accounts.isOpen(sell.exchange);
    // Orders bind coins: for a moment less is free than there is.
    if (!isKnown || desk.busy.has(coin)) return undefined;
    const price = routes.map((route) => desk.risk.fairPrice(route.buy)).find((each) => each > 0);
    if (price === undefined) return undefined;
    const proposals = planRebalance({
      coin,
      price,
      venues: [this.#venue(buy.exchange, coin), this.#venue(sell.exchange, coin)],
      targetShare,
      signals: (from, to) => this.#rate(routes, from, to),
    }, rebalance);
    return proposals.map((proposal) => this.#explained(proposal));
  }

  #venue(exchange: ExchangeKey, coin: string): RebalanceVenue {
    const amount = this.#options.parts.desk.accounts.free(exchange, coin);
    return { exchange, amount, networks: this.#told.get(exchange)?.networks ?? [] };
  }

  /** A coin leaves the venue where it is sold and comes to the one where it is bought. */
  #rate(routes: readonly Route[], from: ExchangeKey, to: ExchangeKey): SignalRate {
    const { parts: { strategies: { signals } }, clock } = this.#options;
    const now = clock.epochMs();
    let count = 0, quantity = 0;
    for (const route of routes) {
      if (route.sell.exchange !== from || route.buy.exchange !== to) continue;
      const rate = signals.rate(route, now);
      count += rate.count;
      quantity += rate.quantity;
    }
    return { count, quantity };
  }

  /** That no network fits says nothing where nobody told of any. */
  #explained(proposal: RebalanceProposal): RebalanceProposal {
    if (proposal.kind !== "blocked") return proposal;
    const problems = [proposal.from, proposal.to].flatMap((exchange) =>
      this.#told.get(exchange)?.problem ?? []
    );
    return problems.length === 0 ? proposal : { ...proposal, reason: problems.join("; ") };
  }

  #publish(coin: string, proposals: readonly RebalanceProposal[]): void {
    const before = this.#proposed.get(coin) ?? [];
    const at = this.#options.clock.epochMs();
    if (proposals.length === 0) this.#proposed.delete(coin);
    else this.#proposed.set(coin, proposals.map((proposal) => ({ ...proposal, at })));
    if (kindsOf(proposals) === kindsOf(before)) return;
    if (proposals.length === 0) this.#logger.info("Nothing to rebalance any more", { coin });
    else {
      this.#logger.info("Rebalance proposed, nothing is moved", {
        coin,
        proposal: proposals.map(proposalText).join("; then "),
      });
    }
  }
}

/** What makes a proposal another one; amounts and times change all the time. */
function kindsOf(proposals: readonly RebalanceProposal[]): string {
  return proposals.map(({ kind, from, to }) => `${kind} ${from} ${to}`).join(", ");
}

function proposalText(proposal: RebalanceProposal): string {
  const { kind, coin, from, to } = proposal;
  const what = `${Number(proposal.amount.toPrecision(6))} ${coin} from ${from} to ${to}`;
  if (kind === "net") {
    return `trades are expected to carry ${what} in ${Math.ceil(proposal.expectedMs / 60_000)} min`;
  }
  if (kind === "blocked") return `${what} cannot be sent: ${proposal.reason}`;
  return `send ${what} over ${proposal.withdrawNetwork}, fee ${proposal.fee} ${coin}`;
}
