/**
 * The matching engine and the naive one side by side: every command goes to both, and they are compared after it.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Side } from "../../../../src/simulator/market/book_side.ts";
import { SimulatedBook } from "../../../../src/simulator/market/simulated_book.ts";
import type {
  Execution,
  MatchOrder,
  SelfTradeAction,
} from "../../../../src/simulator/matching/match_order.ts";
import { MatchingBook } from "../../../../src/simulator/matching/matching_book.ts";
import { NaiveMatching, type NaiveOrder } from "./naive_matching.ts";

/** One step of a script. An `index` picks among the resting orders. */
export type PairCommand =
  | { readonly kind: "quote"; readonly side: Side; readonly tick: number; readonly lots: number }
  | { readonly kind: "take"; readonly side: Side; readonly tick: number; readonly lots: number }
  | {
    readonly kind: "order";
    readonly side: Side;
    readonly tick: number;
    readonly lots: number;
    readonly life: "gtc" | "ioc" | "fok" | "poc" | "budget";
    readonly group: number;
    readonly action: SelfTradeAction;
  }
  | { readonly kind: "cancel"; readonly index: number }
  | { readonly kind: "shrink"; readonly index: number; readonly lots: number }
  | { readonly kind: "move"; readonly index: number; readonly tick: number; readonly lots: number };

/** An order as the engine sees it. */
class PairOrder implements MatchOrder {
  tick: number;
  openLots: number;
  filled = 0;

  constructor(readonly twin: NaiveOrder, readonly events: string[]) {
    this.tick = twin.tick;
    this.openLots = twin.open;
  }

  get side(): Side {
    return this.twin.side;
  }

  get stpGroup(): number {
    return this.twin.group;
  }

  get stpAction(): SelfTradeAction {
    return this.twin.action;
  }

  get name(): string {
    return this.twin.name;
  }

  onExecution(execution: Execution): void {
    assert(execution.taker === this || execution.maker === this, "it is this order that was executed");
    assert(execution.taker === undefined || execution.takerSide === execution.taker.side, "the taker's side");
    this.filled += execution.lots;
    // It was noted as a trade between others when it was reported.
    assertEquals(this.events.pop()?.split(",")[0], tradeText(execution).split(",")[0], "the trade reported");
    this.events.push(tradeText(execution));
  }

  onSelfTradePrevented(): void {
    this.events.push(`prevented ${this.name}`);
  }
}

/** A trade as the naive engine writes it. */
function tradeText({ tradeId, takerSide, tick, lots, taker, maker }: Execution): string {
  const [to, from] = [taker, maker].map((order) => order instanceof PairOrder ? order.name : "crowd");
  return `trade ${tradeId}: ${takerSide} ${lots} at ${tick}, ${to} from ${from}`;
}

/** Both engines. */
export class MatchingPair {
  readonly naive = new NaiveMatching();
  readonly book = new SimulatedBook(0);
  readonly #events: string[] = [];
  readonly #seen = { bid: new Map<number, number>(), ask: new Map<number, number>() };
  readonly engine: MatchingBook;
  #orders: PairOrder[] = [];
  #count = 0;
  #trades = 0;
  #compared = 0;

  constructor() {
    this.engine = new MatchingBook(this.book, (takerSide, tick, lots, timeMs) => {
      const tradeId = ++this.#trades;
      this.#events.push(
        tradeText({ tradeId, takerSide, tick, lots, timeMs, taker: undefined, maker: undefined }),
      );
      return tradeId;
    });
    let version = 0;
    this.book.observe({
      levelChanged: (side, tick): void => {
        version += 1;
        assertEquals(this.book.version, version, "the version grows by one with each change");
        const lots = this.book.side(side).lotsWithin(tick, Infinity);
        assert(lots !== (this.#seen[side].get(tick) ?? 0), "a change that is told is one");
        this.#seen[side].set(tick, lots);
        assert(
          !(this.book.bids.tickAt(0) >= this.book.asks.tickAt(0)),
          "the published book is never crossed",
        );
      },
    });
  }

  /** Runs one command on both and compares everything. */
  run(command: PairCommand): void {
    this.#act(command);
    this.#compare();
    this.#orders = this.#orders.filter(({ twin }) => this.naive.rests(twin));
  }

  #act(command: PairCommand): void {
    switch (command.kind) {
      case "quote":
        this.naive.quote(command.side, command.tick, command.lots);
        this.engine.quote(command.side, command.tick, command.lots, 0);
        break;
      case "take":
        assertEquals(
          this.engine.take(command.side, command.tick, command.lots, 0),
          this.naive.take(command.side, command.tick, command.lots),
          "lots that the crowd got",
        );
        break;
      case "order":
        this.#place(command);
        break;
      default:
        if (this.#orders.length > 0) {
          this.#change(command, this.#orders[command.index % this.#orders.length]!);
        }
    }
  }

  #place(command: PairCommand & { readonly kind: "order" }): void {
    const { side, tick, lots, life, group, action } = command;
    const twin = { name: `#${++this.#count}`, side, tick, open: lots, filled: 0, group, action };
    const order = new PairOrder(twin, this.#events);
    const crossing = this.naive.crossing(side, tick);
    assertEquals(this.engine.wouldTake(side, tick), crossing, "whether it would take");
    if (life === "poc" && crossing) return;
    const fillable = this.naive.fillable(twin);
    assertEquals(this.engine.fillable(order), fillable, "whether it can be filled");
    if (life === "fok" && !fillable) return;
    // A budget for half of the lots at the worst price.
    const budget = life === "budget" ? Math.ceil(tick * lots / 2) : Infinity;
    let left = budget;
    this.naive.execute(twin, budget);
    order.onExecution = (execution): void => {
      left -= execution.tick * execution.lots;
      PairOrder.prototype.onExecution.call(order, execution);
    };
    this.engine.execute(
      order,
      0,
      life === "budget" ? (price): number => Math.floor(left / price) : undefined,
    );
    assertEquals(order.openLots, twin.open, "open lots of the incoming order");
    assertEquals(order.filled, twin.filled, "executions that the incoming order heard of");
    if (life === "fok") assertEquals(order.openLots, 0, "what is fillable is filled");
    if ((life === "gtc" || life === "poc") && twin.open > 0) this.#rest(order);
  }

  #change(command: PairCommand & { readonly index: number }, order: PairOrder): void {
    const { twin } = order;
    if (command.kind === "shrink") {
      const lots = 1 + command.lots % twin.open;
      this.naive.shrink(twin, lots);
      this.engine.shrink(order, lots);
      return;
    }
    this.naive.withdraw(twin);
    this.engine.withdraw(order);
    if (command.kind !== "move") return;
    twin.tick = command.tick;
    order.tick = command.tick;
    twin.open = command.lots;
    order.openLots = command.lots;
    this.naive.execute(twin);
    this.engine.execute(order, 0);
    if (twin.open > 0) this.#rest(order);
  }

  #rest(order: PairOrder): void {
    this.naive.rest(order.twin);
    this.engine.rest(order);
    if (!this.#orders.includes(order)) this.#orders.push(order);
  }

  #compare(): void {
    const { events, version } = this.naive;
    assertEquals(this.#events.slice(this.#compared), events.slice(this.#compared), "what happened, in order");
    this.#compared = events.length;
    assertEquals(this.book.version, version, "version");
    for (const side of ["bid", "ask"] as const) {
      assertEquals(this.book.side(side).top(Infinity), this.naive.levels(side), `published ${side} levels`);
      const crowd = side === "bid" ? this.engine.crowd.bids : this.engine.crowd.asks;
      assertEquals(crowd.top(Infinity), this.naive.levels(side, false), `the crowd's ${side} levels`);
    }
    for (const order of this.#orders) {
      assertEquals(order.openLots, order.twin.open, `open lots of ${order.name}`);
      assertEquals(order.filled, order.twin.filled, `executions that ${order.name} heard of`);
      if (!this.naive.rests(order.twin)) continue;
      assertEquals(this.engine.ahead(order), this.naive.ahead(order.twin), `lots ahead of ${order.name}`);
    }
  }
}
