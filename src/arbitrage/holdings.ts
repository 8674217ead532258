/**
 * What the strategies hold: pairs of a spot coin and a perpetual that were opened and not yet taken off.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import { type BaseQuantity, baseQuantity } from "../core/units.ts";
import type { Route, RouteUniverse } from "./route.ts";
import type { StrategyName, TradeIntent } from "./trade_intent.ts";

/** A hedged position of a strategy. */
export interface Holding {
  readonly strategy: StrategyName;
  /** The route by which it was opened. */
  readonly route: Route;
  readonly quantity: BaseQuantity;
  /** Epoch milliseconds; the mean by quantity where it was opened in parts. */
  readonly openedAt: number;
  /** Quote per base unit that opening it brought, fees taken off; negative when it cost. */
  readonly entryEdge: number;
}

/** An instrument as it is named outside of a run: ids differ from run to run. */
export interface StoredInstrument {
  readonly exchange: ExchangeKey;
  readonly symbol: string;
}

/** A holding as it is kept over restarts. */
export interface StoredHolding {
  readonly strategy: StrategyName;
  readonly buy: StoredInstrument;
  readonly sell: StoredInstrument;
  /** Base units; 0 when nothing is left of it. */
  readonly quantity: number;
  readonly openedAt: number;
  readonly entryEdge: number;
}

/** A rest this small beside what it is left of is rounding of doubles, not a holding. */
const dust = 1e-9;

/**
 * Pure bookkeeping: executions add up by strategy and route, and take off what they close. Only pairs of a coin and
 * a perpetual are held; two spot trades leave nothing.
 */
export class Holdings {
  readonly #all = new Set<Holding>();
  /** By the route that opened them. */
  readonly #opened: Holding[][];
  /** By a route that can take them off: the same contract the other way, the coin on any spot venue. */
  readonly #closable: Holding[][];
  readonly #closing: (readonly Route[])[];

  constructor(private readonly universe: RouteUniverse) {
    this.#opened = universe.routes.map(() => []);
    this.#closable = universe.routes.map(() => []);
    this.#closing = universe.routes.map((route) => closingRoutes(universe, route));
  }

  /** Everything that is held. */
  get all(): Iterable<Holding> {
    return this.#all;
  }

  /** What was opened by a route. */
  of(route: Route): readonly Holding[] {
    return this.#opened[route.id]!;
  }

  /** What a route can take off. */
  closableBy(route: Route): readonly Holding[] {
    return this.#closable[route.id]!;
  }

  /** The routes that can take off what a route opens, its reverse first. */
  closingRoutes(route: Route): readonly Route[] {
    return this.#closing[route.id]!;
  }

  /**
   * Books what became of an intent, be it one of an earlier run. It first takes off what is held the other way, of the intent's own strategy
   * first; an `enter` holds what is left.
   *
   * @param quantity Base units that were bought and sold against each other; 0 when nothing was.
   * @param edge Quote that this brought, fees taken off.
   * @returns The holdings that have changed, to be kept.
   */
  onExecuted(
    { strategy, route, purpose }: Pick<TradeIntent, "strategy" | "route" | "purpose">,
    quantity: number,
    epochMs: number,
    edge: number,
  ): StoredHolding[] {
    if (!(quantity > 0) || route.buy.market === route.sell.market) return [];
    const changed: StoredHolding[] = [];
    let left = quantity;
    for (const holding of closingOrder(this.#closable[route.id]!, strategy, route.reverse)) {
      const taken = Math.min(left, holding.quantity);
      if (taken <= 0) break;
      left -= taken;
      changed.push(this.resize(holding, holding.quantity - taken));
    }
    if (purpose === "enter" && left > quantity * dust) {
      changed.push(this.#open(strategy, route, left, epochMs, edge / quantity));
    }
    return changed;
  }

  /**
   * Gives a holding another size, such as when its position was closed by the venue. 0 or dust removes it.
   *
   * @returns What it is now, to be kept.
   */
  resize(holding: Holding, quantity: number): StoredHolding {
    this.#remove(holding);
    const rest = { ...holding, quantity: baseQuantity(quantity > holding.quantity * dust ? quantity : 0) };
    if (rest.quantity > 0) this.#insert(rest);
    return stored(rest);
  }

  /**
   * Makes what is held in a contract no more than its position: what the venue or a hand has closed is not held any more.
   * What was opened last goes first, so that whole lots stay whole.
   *
   * @param position Base units of the contract, signed.
   * @returns The holdings that have changed, to be kept.
   */
  fit(contract: Instrument, position: number): StoredHolding[] {
    return (["buy", "sell"] as const).flatMap((side) => {
      const held = [...this.#all].filter(({ route }) => route[side] === contract);
      let beyond = this.heldIn(contract, side) - Math.max(side === "buy" ? position : -position, 0);
      const changed: StoredHolding[] = [];
      for (const holding of held.toSorted((a, b) => b.openedAt - a.openedAt)) {
        const taken = Math.min(beyond, holding.quantity);
        if (taken <= holding.quantity * dust) continue;
        beyond -= taken;
        changed.push(this.resize(holding, holding.quantity - taken));
      }
      return changed;
    });
  }

  /** Base units of a contract that are held because they were bought (`buy`) or sold. */
  heldIn(contract: Instrument, side: "buy" | "sell"): BaseQuantity {
    let sum = 0;
    for (const { route, quantity } of this.#all) sum += route[side] === contract ? quantity : 0;
    return baseQuantity(sum);
  }

  /**
   * Takes up what was held before a restart. A later record of the same strategy and route replaces an earlier one.
   *
   * @returns Those whose route does not exist any more: their positions must be taken off by hand or by a hedge.
   */
  restore(records: Iterable<StoredHolding>): StoredHolding[] {
    const routes = new Map(this.universe.routes.map((route) => [routeKey(named(route)), route]));
    const lost: StoredHolding[] = [];
    for (const record of records) {
      const route = routes.get(routeKey(record));
      if (route === undefined) {
        if (record.quantity > 0) lost.push(record);
        continue;
      }
      const before = this.#find(record.strategy, route);
      if (before !== undefined) this.#remove(before);
      const { strategy, quantity, openedAt, entryEdge } = record;
      if (quantity > 0) {
        this.#insert({ strategy, route, quantity: baseQuantity(quantity), openedAt, entryEdge });
      }
    }
    return lost;
  }

  #open(
    strategy: StrategyName,
    route: Route,
    quantity: number,
    epochMs: number,
    entryEdge: number,
  ): StoredHolding {
    const before = this.#find(strategy, route);
    const total = (before?.quantity ?? 0) + quantity;
    const share = quantity / total;
    if (before !== undefined) this.#remove(before);
    const holding: Holding = {
      strategy,
      route,
      quantity: baseQuantity(total),
      openedAt: before === undefined ? epochMs : before.openedAt + (epochMs - before.openedAt) * share,
      entryEdge: before === undefined ? entryEdge : before.entryEdge + (entryEdge - before.entryEdge) * share,
    };
    this.#insert(holding);
    return stored(holding);
  }

  #find(strategy: StrategyName, route: Route): Holding | undefined {
    return this.#opened[route.id]!.find((holding) => holding.strategy === strategy);
  }

  #insert(holding: Holding): void {
    this.#all.add(holding);
    this.#opened[holding.route.id]!.push(holding);
    for (const { id } of this.#closing[holding.route.id]!) this.#closable[id]!.push(holding);
  }

  #remove(holding: Holding): void {
    this.#all.delete(holding);
    removeFrom(this.#opened[holding.route.id]!, holding);
    for (const { id } of this.#closing[holding.route.id]!) removeFrom(this.#closable[id]!, holding);
  }
}

/** A holding as it is kept over restarts. */
export function stored({ strategy, route, quantity, openedAt, entryEdge }: Holding): StoredHolding {
  return { strategy, ...named(route), quantity, openedAt, entryEdge };
}

/** The perpetual of a route between a spot venue and one. */
export function perpetualOf({ buy, sell }: Route): Instrument {
  return sell.market === "perpetual" ? sell : buy;
}

function named({ buy, sell }: Route): Pick<StoredHolding, "buy" | "sell"> {
  return {
    buy: { exchange: buy.exchange, symbol: buy.exchangeSymbol },
    sell: { exchange: sell.exchange, symbol: sell.exchangeSymbol },
  };
}

function routeKey({ buy, sell }: Pick<StoredHolding, "buy" | "sell">): string {
  return `${buy.exchange} ${buy.symbol} ${sell.exchange} ${sell.symbol}`;
}

function closingRoutes(universe: RouteUniverse, route: Route): readonly Route[] {
  if (route.buy.market === route.sell.market) return [];
  const reverse = universe.routes[route.reverse]!;
  const contract = perpetualOf(route);
  const others = universe.byInstrument[contract.id]!.filter((other) =>
    other !== reverse && (route.sell === contract ? other.buy : other.sell) === contract
  );
  return [reverse, ...others];
}

/** A copy, the strategy's own first and of those the ones that were opened by the route's reverse. */
function closingOrder(holdings: readonly Holding[], strategy: StrategyName, reverse: number): Holding[] {
  const rank = (holding: Holding): number =>
    (holding.strategy === strategy ? 0 : 2) + (holding.route.id === reverse ? 0 : 1);
  return holdings.toSorted((a, b) => rank(a) - rank(b));
}

function removeFrom(holdings: Holding[], holding: Holding): void {
  const index = holdings.indexOf(holding);
  if (index >= 0) holdings.splice(index, 1);
}
