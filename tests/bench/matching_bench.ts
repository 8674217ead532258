/**
 * Orders through the matching engine: the same stream for the engine alone, for the whole spot market around it with
 * balances and hashed ledger, and for a matching engine from npm.
 * @module
 */
import { OrderBook, Side as PeerSide, type TimeInForce } from "nodejs-order-book";
import { SimulatedBook } from "../../src/simulator/market/simulated_book.ts";
import type { Execution, MatchOrder } from "../../src/simulator/matching/match_order.ts";
import { LevelQueue } from "../../src/simulator/matching/level_queue.ts";
import { MatchingBook } from "../../src/simulator/matching/matching_book.ts";
import type { VenueOrder } from "../../src/simulator/trading/venue_order.ts";
import { flowSpec, flowTick, orderFlow } from "../support/order_flow.ts";
import { SpotExchange } from "../support/spot_exchange.ts";

const orders = 20_000;
const accounts = 8;
const flow = orderFlow(7, orders);

/** An order with nobody behind it. */
class PlainOrder implements MatchOrder {
  readonly stpGroup = 0;
  readonly stpAction = "cancel-newest";
  filledLots = 0;

  constructor(readonly side: "bid" | "ask", readonly tick: number, public openLots: number) {}

  onExecution({ lots }: Execution): void {
    this.filledLots += lots;
  }

  onSelfTradePrevented(): void {}
}

/** Runs the stream through the engine alone; returns the lots that were bought. */
function throughEngine(): number {
  let trades = 0;
  const book = new MatchingBook(new SimulatedBook(0), () => ++trades);
  const placed: PlainOrder[] = [];
  for (const command of flow) {
    if (command.kind === "cancel") {
      const order = placed[command.order]!;
      if (order.openLots > 0) book.withdraw(order);
      order.openLots = 0;
      continue;
    }
    const order = new PlainOrder(command.buy ? "bid" : "ask", command.tick, command.lots);
    placed.push(order);
    book.execute(order, 0);
    if (command.kind === "ioc") order.openLots = 0;
    else if (order.openLots > 0) book.rest(order);
  }
  return placed.reduce((sum, { side, filledLots }) => side === "bid" ? sum + filledLots : sum, 0);
}

/** Runs the stream through a spot market: every order reserves, trades and pays fees, in a hashed ledger. */
function throughMarket(): number {
  const exchange = new SpotExchange({
    spec: flowSpec,
    feeCoin: "quote",
    whenImpossible: "cancel",
    tick: flowTick,
  });
  for (let user = 0; user < accounts; user++) exchange.open({ BTC: "1000000", USDT: "1000000000" });
  const placed: VenueOrder[] = [];
  for (const command of flow) {
    if (command.kind === "cancel") {
      const order = placed[command.order]!;
      if (order.status === "open") exchange.trading.cancel(order);
      continue;
    }
    placed.push(exchange.place(exchange.accounts[placed.length % accounts]!, {
      side: command.buy ? "buy" : "sell",
      tick: command.tick,
      lots: command.lots,
      timeInForce: command.kind === "ioc" ? "ioc" : "gtc",
    }));
  }
  if (exchange.ledger.digest() === "") throw new Error("The ledger has no hash");
  return placed.reduce((sum, { side, filledLots }) => side === "bid" ? sum + filledLots : sum, 0);
}

/** Runs the stream through the peer. */
function throughPeer(): number {
  const book = new OrderBook();
  let [order, bought] = [0, 0];
  for (const command of flow) {
    if (command.kind === "cancel") {
      book.cancel(String(command.order));
      continue;
    }
    const { quantityLeft, err } = book.limit({
      id: String(order++),
      side: command.buy ? PeerSide.BUY : PeerSide.SELL,
      price: command.tick,
      size: command.lots,
      // The enumeration itself is not exported.
      timeInForce: (command.kind === "ioc" ? "IOC" : "GTC") as TimeInForce,
    });
    if (err !== null) throw err;
    bought += command.lots - quantityLeft;
  }
  return bought;
}

const bought = throughPeer();
/** Runs one of the engines, which must trade as much as the others. */
function measured(run: () => number): void {
  const lots = run();
  if (lots !== bought) throw new Error(`The engines disagree: ${lots} lots were bought, not ${bought}`);
}

const group = "20,000 orders, a fifth immediate-or-cancel, and 15,000 cancels";
Deno.bench("cexarb, matching alone", { group }, () => measured(throughEngine));
Deno.bench("cexarb, with balances, fees and hashed ledger", { group }, () => measured(throughMarket));
Deno.bench("nodejs-order-book, matching alone", { group, baseline: true }, () => measured(throughPeer));

const crowded = 5_000;

Deno.bench("cexarb", { group: "5,000 orders at one price, cancelled from the middle" }, () => {
  const queue = new LevelQueue(0);
  const waiting = Array.from({ length: crowded }, () => new PlainOrder("bid", 1, 1));
  for (const order of waiting) queue.push(order);
  for (let index = 0; index < crowded; index++) queue.remove(waiting[(index + crowded / 2) % crowded]!);
  if (queue.hasUsers) throw new Error("An order is left");
});
Deno.bench("array", { group: "5,000 orders at one price, cancelled from the middle", baseline: true }, () => {
  const waiting = Array.from({ length: crowded }, () => new PlainOrder("bid", 1, 1));
  const queue = [...waiting];
  for (let index = 0; index < crowded; index++) {
    queue.splice(queue.indexOf(waiting[(index + crowded / 2) % crowded]!), 1);
  }
  if (queue.length > 0) throw new Error("An order is left");
});
