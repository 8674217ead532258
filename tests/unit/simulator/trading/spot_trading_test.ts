import { assert, assertEquals, assertThrows } from "@std/assert";
import { DecimalStep } from "../../../../src/core/decimal_step.ts";
import type { Account } from "../../../../src/simulator/accounts/account.ts";
import { formatAtoms, parseAtoms } from "../../../../src/simulator/accounts/atoms.ts";
import { Refusal, type RefusalReason } from "../../../../src/simulator/trading/refusal.ts";
import type { VenueOrder } from "../../../../src/simulator/trading/venue_order.ts";
import { flowSpec } from "../../../support/order_flow.ts";
import { SpotExchange } from "../../../support/spot_exchange.ts";

/** Price step 1 USDT, size step 0.01 BTC; maker 0.02 %, taker 0.05 %. */
const spec = { ...flowSpec, tick: DecimalStep.parse("1"), lot: DecimalStep.parse("0.01") };
const rich = { BTC: "100", USDT: "100000" };

function mexc(): SpotExchange {
  return new SpotExchange({ spec, feeCoin: "quote", whenImpossible: "cancel" });
}

function gate(): SpotExchange {
  return new SpotExchange({ spec, feeCoin: "received", whenImpossible: "refuse" });
}

/** What an account has of a coin: free, then bound. */
function balance(exchange: SpotExchange, account: Account, coin: "BTC" | "USDT"): [string, string] {
  const { available, locked } = exchange.wallet(account).balance(coin);
  return [formatAtoms(available), formatAtoms(locked)];
}

function assertRefused(reason: RefusalReason, act: () => unknown): void {
  assertEquals(assertThrows(act, Refusal).reason, reason);
}

/** How an order stands: status or end, filled and left. */
function stateOf({ status, finish, filledLots, leftLots }: VenueOrder): [string, number, number] {
  return [finish ?? status, filledLots, leftLots];
}

Deno.test("A buyer binds the limit price, pays the maker's, and gets the difference back", () => {
  const exchange = gate();
  const [buyer, seller] = [exchange.open({ USDT: "1000" }), exchange.open(rich)];
  exchange.place(seller, { side: "sell", tick: 990, lots: 50 });
  const order = exchange.place(buyer, { side: "buy", tick: 1000, lots: 100 });
  assertEquals(stateOf(order), ["open", 50, 50]);
  // 1000 - 50 x 9.90 - 50 x 10.00
  assertEquals(balance(exchange, buyer, "USDT"), ["5", "500"]);
  assertEquals(balance(exchange, buyer, "BTC"), ["0.49975", "0"]);
  assertEquals(balance(exchange, seller, "USDT"), ["100494.901", "0"]);
  assertEquals(formatAtoms(order.filledValue), "495");
  assertEquals([...order.fees], [["BTC", parseAtoms("0.00025")!]]);
});

Deno.test("A fee in the quote coin is taken in the bought coin when no quote coin is left", () => {
  const exchange = mexc();
  const [poor, seller] = [exchange.open({ USDT: "10" }), exchange.open(rich)];
  exchange.place(seller, { side: "sell", tick: 1000, lots: 1 });
  const order = exchange.place(poor, { side: "buy", tick: 1000 });
  assertEquals([...order.fees], [["BTC", parseAtoms("0.000005")!]]);
  assertEquals([balance(exchange, poor, "USDT"), balance(exchange, poor, "BTC")], [["0", "0"], [
    "0.009995",
    "0",
  ]]);
});

Deno.test("A post-only order that would take is refused on one market, and cancelled on the other", () => {
  const refusing = gate();
  refusing.instrument.quote("ask", 1000, 5, 0);
  const user = refusing.open(rich);
  assertRefused("would-take", () => refusing.place(user, { side: "buy", tick: 1000, timeInForce: "poc" }));
  assertEquals(refusing.ledger.length, 2);
  const cancelling = mexc();
  cancelling.instrument.quote("ask", 1000, 5, 0);
  const order = cancelling.place(cancelling.open(rich), { side: "buy", tick: 1000, timeInForce: "poc" });
  assertEquals(stateOf(order), ["poc", 0, 1]);
});

Deno.test("A post-only order stays when it does not take, and cannot be moved to where it would", () => {
  const exchange = gate();
  exchange.instrument.quote("ask", 1000, 5, 0);
  const order = exchange.place(exchange.open(rich), { side: "buy", tick: 999, timeInForce: "poc" });
  assertRefused("would-take", () => exchange.trading.amend(order, { tick: 1000 }));
  assertEquals(stateOf(order), ["open", 0, 1]);
  exchange.trading.amend(order, { tick: 998 });
  assertEquals(order.tick, 998);
});

Deno.test("A fill-or-kill order fills completely or does nothing", () => {
  const exchange = mexc();
  exchange.instrument.quote("ask", 1000, 5, 0);
  const user = exchange.open(rich);
  const fok = (lots: number): VenueOrder =>
    exchange.place(user, { side: "buy", tick: 1000, lots, timeInForce: "fok" });
  assertEquals(stateOf(fok(6)), ["fok", 0, 6]);
  assertEquals(stateOf(fok(5)), ["filled", 5, 0]);
});

Deno.test("A fill-or-kill market order of a group binds enough to pass over the group's cheaper orders", () => {
  for (const size of [{ lots: 5 }, { lots: 0, budget: parseAtoms("55")! }]) {
    const exchange = gate();
    const user = exchange.open(rich, { stpGroup: 3 });
    const own = exchange.place(user, { side: "sell", tick: 1000, lots: 5, stpGroup: 3 });
    const market = { side: "buy", tick: Infinity, kind: "market", timeInForce: "fok" } as const;
    const stp = { stpGroup: 3, stpAction: "cancel-oldest" } as const;
    exchange.instrument.quote("ask", 1100, 4, 0);
    assertRefused("not-fillable", () => exchange.place(user, { ...market, ...size, ...stp }));
    exchange.instrument.quote("ask", 1100, 5, 0);
    const order = exchange.place(user, { ...market, ...size, ...stp });
    assertEquals([stateOf(order), stateOf(own)], [["filled", 5, 0], ["stp", 0, 5]]);
  }
});

Deno.test("A market buyer with a budget spends it but for what buys no further lot", () => {
  const exchange = gate();
  exchange.instrument.quote("ask", 1000, 3, 0);
  exchange.instrument.quote("ask", 1100, 9, 0);
  const user = exchange.open(rich);
  const market = { side: "buy", tick: Infinity, kind: "market", timeInForce: "ioc", lots: 0 } as const;
  const order = exchange.place(user, { ...market, budget: parseAtoms("60")! });
  assertEquals([stateOf(order), formatAtoms(order.filledValue)], [["filled", 5, 0], "52"]);
  assertEquals(balance(exchange, user, "USDT"), ["99948", "0"]);
});

Deno.test("A market buyer whose budget is spent to the last atom is filled, even if the book is empty then", () => {
  const exchange = gate();
  exchange.instrument.quote("ask", 1000, 3, 0);
  const market = { side: "buy", tick: Infinity, kind: "market", timeInForce: "ioc", lots: 0 } as const;
  const user = exchange.open(rich);
  assertEquals(stateOf(exchange.place(user, { ...market, budget: parseAtoms("30")! })), ["filled", 3, 0]);
  exchange.instrument.quote("ask", 1000, 3, 0);
  assertEquals(stateOf(exchange.place(user, { ...market, budget: parseAtoms("31")! })), ["ioc", 3, 0]);
});

Deno.test("A fill-or-kill budget that does not buy one lot is refused", () => {
  const exchange = gate();
  exchange.instrument.quote("ask", 1000, 3, 0);
  const terms = { side: "buy", tick: Infinity, kind: "market", timeInForce: "fok", lots: 0 } as const;
  assertRefused(
    "not-fillable",
    () => exchange.place(exchange.open(rich), { ...terms, budget: parseAtoms("9")! }),
  );
});

Deno.test("A smaller order keeps its place; a larger or a moved one goes to the back", () => {
  const exchange = gate();
  const user = exchange.open(rich);
  const [first, second] = [10, 10].map((lots) => exchange.place(user, { side: "buy", tick: 900, lots }));
  const { matching } = exchange.instrument;
  exchange.trading.amend(first!, { lots: 4 });
  assertEquals([matching.ahead(first!), matching.ahead(second!)], [0, 4]);
  assertEquals(balance(exchange, user, "USDT"), ["99874", "126"]);
  exchange.trading.amend(first!, { lots: 5 });
  assertEquals([matching.ahead(first!), matching.ahead(second!)], [10, 0]);
  exchange.trading.amend(second!, { tick: 901 });
  exchange.trading.amend(second!, { tick: 900 });
  assertEquals([matching.ahead(first!), matching.ahead(second!)], [0, 5]);
});

Deno.test("An amended order executes when its new price is acceptable, at the other's price", () => {
  const exchange = gate();
  exchange.instrument.quote("ask", 1000, 2, 0);
  const user = exchange.open(rich);
  const order = exchange.place(user, { side: "buy", tick: 900, lots: 3 });
  exchange.trading.amend(order, { tick: 1010, lots: 5 });
  assertEquals([stateOf(order), formatAtoms(order.filledValue)], [["open", 2, 3], "20"]);
  assertEquals(balance(exchange, user, "USDT"), ["99949.7", "30.3"]);
});

Deno.test("An amendment that changes nothing, or not enough is free for, is refused and leaves the order alone", () => {
  const exchange = gate();
  const user = exchange.open({ USDT: "100" });
  exchange.instrument.quote("ask", 1000, 2, 0);
  const order = exchange.place(user, { side: "buy", tick: 1000, lots: 5 });
  const before = exchange.ledger.length;
  assertRefused("no-change", () => exchange.trading.amend(order, { tick: 1000 }));
  assertRefused("size-below-filled", () => exchange.trading.amend(order, { lots: 2 }));
  assertRefused("insufficient-balance", () => exchange.trading.amend(order, { lots: 11 }));
  assertEquals([stateOf(order), exchange.ledger.length], [["open", 2, 3], before]);
  exchange.trading.cancel(order);
  assertRefused("order-not-open", () => exchange.trading.amend(order, { lots: 9 }));
  assertRefused("order-not-open", () => exchange.trading.cancel(order));
});

Deno.test("Self-trade prevention frees what the order bound, and says so", () => {
  const exchange = gate();
  const user = exchange.open(rich, { stpGroup: 1 });
  const resting = exchange.place(user, { side: "sell", tick: 1000, lots: 4, stpGroup: 1 });
  const taker = exchange.place(user, {
    side: "buy",
    tick: 1000,
    lots: 4,
    stpGroup: 1,
    stpAction: "cancel-both",
  });
  assertEquals([stateOf(resting), stateOf(taker)], [["stp", 0, 4], ["stp", 0, 4]]);
  assertEquals([balance(exchange, user, "BTC"), balance(exchange, user, "USDT")], [["100", "0"], [
    "100000",
    "0",
  ]]);
});

Deno.test("An account without a group may trade with itself, and both fills say so", () => {
  const exchange = gate();
  const user = exchange.open(rich);
  exchange.place(user, { side: "sell", tick: 1000, lots: 4 });
  exchange.place(user, { side: "buy", tick: 1000, lots: 4 });
  const { fills } = exchange.trading.store(user);
  assertEquals(fills.map(({ role, selfTrade, tradeId }) => [role, selfTrade, tradeId]), [["maker", true, 1], [
    "taker",
    true,
    1,
  ]]);
});

Deno.test("A halted market takes no orders and no amendments, but cancels", () => {
  const exchange = gate();
  const user = exchange.open(rich);
  const order = exchange.place(user, { side: "buy", tick: 900, lots: 4 });
  exchange.instrument.listing.halt();
  assertRefused("halted", () => exchange.place(user, { side: "buy", tick: 900 }));
  assertRefused("halted", () => exchange.trading.amend(order, { lots: 2 }));
  exchange.trading.cancel(order);
  assertEquals(stateOf(order), ["cancelled", 0, 4]);
});

Deno.test("A client id is taken while its order is open, and finds the latest order after that", () => {
  const exchange = gate();
  const user = exchange.open(rich);
  const store = exchange.trading.store(user);
  const terms = { side: "buy", tick: 900, clientId: "t-1" } as const;
  const first = exchange.place(user, terms);
  assertRefused("duplicate-client-id", () => exchange.place(user, terms));
  exchange.trading.cancel(first);
  assert(store.byClientId("t-1") === first && store.byId(first.id) === first);
  const second = exchange.place(user, terms);
  assert(store.byClientId("t-1") === second);
  exchange.trading.cancel(second);
  assert(store.byClientId("t-1") === second && store.byId(first.id) === first);
});
