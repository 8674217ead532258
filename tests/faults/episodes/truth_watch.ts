/**
 * What must hold at the venues at every moment, read from what the venues hold and from nothing that the engine says.
 * @module
 */
import type { TradeIntent } from "../../../src/arbitrage/trade_intent.ts";
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import type { Instrument, InstrumentTable } from "../../../src/core/instrument.ts";
import { parseClientOrderId } from "../../../src/execution/client_order_id.ts";
import { atomsToNumber } from "../../../src/simulator/accounts/atoms.ts";
import type { Simulator } from "../../../src/simulator/mod.ts";
import type { EpisodeTrace } from "./episode_trace.ts";

/** Something that must never be. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** What an execution may do at most. */
export interface Plan {
  readonly intent: TradeIntent;
  /** Client order ids of its first two orders. */
  readonly legs: readonly string[];
}

/** What a {@link TruthWatch} takes. */
export interface TruthWatchOptions {
  readonly simulator: Simulator;
  readonly instruments: InstrumentTable;
  readonly trace: EpisodeTrace;
  /** Whether an order is in the bytes of the journal. */
  isWritten(clientOrderId: string): boolean;
  /** What was planned for an execution of the journal. */
  planOf(execution: number): Plan | undefined;
  /** Largest exposure of a coin in base units, either way. */
  exposureLimit(base: string): number;
  /** Base units that no venue of a coin takes as an order, at most. */
  leastOrder(base: string): number;
}

interface Taken {
  bought: number;
  sold: number;
}

type TruthOrder = ReturnType<Simulator["truth"]["orders"]>[number];
type TruthFill = ReturnType<Simulator["truth"]["fills"]>[number];

const uncounted = ["deposit", "withdrawal", "transfer"];

/** Looks after every step of the clock that changed something. */
export class TruthWatch {
  /** Changes of balances since the deposits, by venue and coin. */
  readonly flows = new Map<string, number>();
  /** Orders that came to the venues. */
  orders = 0;
  fills = 0;
  readonly #options: TruthWatchOptions;
  readonly #names = new Map<string, TruthOrder>();
  readonly #taken = new Map<number, Taken>();
  readonly #fillCounts = new Map<ExchangeKey, number>();
  #entries = 0;

  constructor(options: TruthWatchOptions) {
    this.#options = options;
  }

  /** @throws {Violation} when something is as it must not be. */
  look(): void {
    if (this.#options.simulator.ledger.length === this.#entries) return;
    this.readOrders();
    this.#readLedger();
    this.#readFills();
    this.#checkExposure();
    this.#checkTaken();
  }

  /** Signed base units of a coin: what spot balances have changed by, and positions of contracts. */
  exposure(base: string): number {
    let sum = 0;
    for (const exchange of ["MEXC_SPOT", "GATEIO_SPOT"] as const) {
      sum += this.flows.get(`${exchange} ${base}`) ?? 0;
    }
    return sum + this.position(base);
  }

  /** Base units of a coin's contract. */
  position(base: string): number {
    const { instruments, simulator } = this.#options;
    let sum = 0;
    for (const { symbol, size } of simulator.truth.positions()) {
      const instrument = instruments.find("GATEIO_FUTURES", symbol)!;
      if (instrument.base === base) sum += Number(size) * instrument.baseFactor;
    }
    return sum;
  }

  /** Profit that closing a contract's position at a price would bring, quote. */
  unrealised({ exchangeSymbol, baseFactor }: Instrument, price: number): number {
    return this.#options.simulator.truth.positions()
      .filter(({ symbol }) => symbol === exchangeSymbol)
      .reduce((sum, { size, entryPrice }) => sum + Number(size) * baseFactor * (price - entryPrice || 0), 0);
  }

  /** Orders that are open at a venue. */
  open(): TruthOrder[] {
    return this.#options.simulator.truth.orders().filter(({ state }) => state === "open");
  }

  /** Looks at the orders, also those that have moved nothing. @throws {Violation} as {@link TruthWatch.look}. */
  readOrders(): void {
    const { simulator, trace, isWritten } = this.#options;
    const orders = simulator.truth.orders();
    if (trace.isOn) this.#describe(orders);
    for (const order of orders) {
      const id = order.clientId.replace(/^t-/, "");
      const name = `${order.venue} ${id}`;
      const known = this.#names.get(name);
      if (known !== undefined && known.id === order.id) continue;
      if (known !== undefined) throw new Violation(`Two orders at ${order.venue} are called ${id}`);
      if (!isWritten(id)) throw new Violation(`Order ${id} at ${order.venue} is not in the journal`);
      this.#names.set(name, order);
      this.#checkSize(order, id);
      this.orders += 1;
    }
  }

  /** The first two orders of an execution have the sizes of the intent. */
  #checkSize(order: TruthOrder, id: string): void {
    const { planOf, instruments } = this.#options;
    const plan = planOf(parseClientOrderId(id)?.execution ?? 0);
    if (plan === undefined || !plan.legs.includes(id)) return;
    const leg = order.side === "buy" ? plan.intent.buy : plan.intent.sell;
    const instrument = instruments.find(order.venue, order.symbol);
    const lots = instrument?.lot.nearest(Number(order.size));
    if (instrument !== leg.instrument || lots !== leg.lots) {
      throw new Violation(`Order ${id} is ${order.side} ${order.size} of ${order.symbol} at ${order.venue}`);
    }
  }

  #readLedger(): void {
    const { ledger } = this.#options.simulator;
    for (const { exchange, coin, available, locked, cause } of ledger.entries(this.#entries + 1)) {
      if (uncounted.includes(cause)) continue;
      const key = `${exchange} ${coin}`;
      this.flows.set(key, (this.flows.get(key) ?? 0) + atomsToNumber(available + locked));
    }
    this.#entries = ledger.length;
  }

  #readFills(): void {
    const { simulator, instruments, trace } = this.#options;
    for (const venue of ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const) {
      const fills = simulator.truth.fills({ venue });
      const seen = this.#fillCounts.get(venue) ?? 0;
      this.#fillCounts.set(venue, fills.length);
      for (const fill of fills.slice(seen)) {
        this.fills += 1;
        const { clientId } = this.#ofId(venue, fill.orderId);
        const base = Number(fill.size) * instruments.find(venue, fill.symbol)!.baseFactor;
        trace.add(() => `  VENUE fill ${venue} ${clientId} ${describe(fill)}`);
        this.#take(parseClientOrderId(clientId.replace(/^t-/, ""))!.execution, fill, base);
      }
    }
  }

  #ofId(venue: ExchangeKey, id: string): TruthOrder {
    for (const order of this.#names.values()) if (order.venue === venue && order.id === id) return order;
    throw new Violation(`A fill at ${venue} belongs to an order ${id} that was never seen`);
  }

  #take(execution: number, { side }: TruthFill, base: number): void {
    const taken = this.#taken.get(execution) ?? { bought: 0, sold: 0 };
    if (side === "buy") taken.bought += base;
    else taken.sold += base;
    this.#taken.set(execution, taken);
  }

  #checkExposure(): void {
    const { instruments, exposureLimit } = this.#options;
    for (const base of new Set(instruments.all.map((instrument) => instrument.base))) {
      const exposure = this.exposure(base);
      const limit = exposureLimit(base);
      if (!(Math.abs(exposure) <= limit)) {
        throw new Violation(`Exposure of ${exposure} ${base}, more than ${limit}`);
      }
    }
  }

  /** Whatever happens to an execution, neither side of it is ever more than was planned, rests aside. */
  #checkTaken(): void {
    const { planOf, leastOrder } = this.#options;
    for (const [execution, { bought, sold }] of this.#taken) {
      const intent = planOf(execution)?.intent;
      if (intent === undefined) continue;
      const planned = Math.max(intent.buy.quantity, intent.sell.quantity);
      const most = planned * (1 + 1e-9) + 2 * leastOrder(intent.buy.instrument.base);
      if (Math.max(bought, sold) > most) {
        throw new Violation(`Execution ${execution} bought ${bought} and sold ${sold}, planned ${planned}`);
      }
    }
  }

  /** New orders and new states, for the trace. */
  #describe(orders: readonly TruthOrder[]): void {
    for (const order of orders) {
      const { venue, clientId, side, size, symbol, price, timeInForce, state, finish, filled } = order;
      const text = `${state} ${finish ?? ""} filled ${filled}`;
      if (this.#told.get(`${venue} ${order.id}`) === text) continue;
      this.#told.set(`${venue} ${order.id}`, text);
      this.#options.trace.add(() =>
        `  VENUE order ${venue} ${clientId} ${side} ${size} ${symbol} at ${price} ${timeInForce}: ${text}`
      );
    }
  }

  readonly #told = new Map<string, string>();
}

function describe({ side, size, price, fee, feeCoin, tradeId }: TruthFill): string {
  return `${side} ${size} at ${price} fee ${fee} ${feeCoin} trade ${tradeId}`;
}
