import { assert, assertEquals } from "@std/assert";
import { parseFaultRule } from "../../../../src/simulator/faults/fault_rule.ts";
import { type Body, exact, MexcBox } from "./mexc_box.ts";

type Terms = Record<string, string | number>;

const limit: Terms = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "0.01", price: "80000" };
const market: Terms = { symbol: "BTCUSDT", side: "BUY", type: "MARKET" };

/** Without the named parameters. */
function without(terms: Terms, ...names: string[]): Terms {
  return Object.fromEntries(Object.entries(terms).filter(([name]) => !names.includes(name)));
}

const refused: [string, Terms, number][] = [
  ["an unknown symbol", { ...limit, symbol: "NOSUCH" }, -1121],
  ["a symbol in lower case", { ...limit, symbol: "btcusdt" }, -1121],
  ["no symbol", without(limit, "symbol"), 44444],
  ["no side", without(limit, "side"), 44444],
  ["another side", { ...limit, side: "HOLD" }, 33333],
  ["no type", without(limit, "type"), 44444],
  ["another type", { ...limit, type: "STOP" }, 30041],
  ["the name of an object's member as type", { ...limit, type: "constructor" }, 30041],
  ["a limit order without a price", without(limit, "price"), -1128],
  ["a limit order without a quantity", without(limit, "quantity"), -1128],
  ["a market order without any size", market, -1128],
  ["a quantity of zero", { ...limit, quantity: "0" }, 10102],
  ["a negative quantity", { ...limit, quantity: "-1" }, 10102],
  ["a quantity that is no number", { ...limit, quantity: "1e-2" }, 10097],
  ["a quantity with 9 decimals", { ...limit, quantity: "0.010000001" }, 10096],
  ["a price with 3 decimals", { ...limit, price: "80000.001" }, 10096],
  ["a price of zero", { ...limit, price: "0" }, 30010],
  ["a price that is no number", { ...limit, price: "cheap" }, 30010],
  ["a quote amount with 3 decimals", { ...market, quoteOrderQty: "10.001" }, 10096],
  ["a value of 0.99 USDT", { ...limit, quantity: "0.00001", price: "99000" }, 30002],
  ["a value above 4,000,000 USDT", { ...limit, quantity: "50", price: "80000.01" }, 30003],
  ["a quantity beyond all numbers", { ...limit, quantity: "99999999999999999999" }, 10097],
  ["a quantity of a million digits", {
    ...limit,
    quantity: `0.${"0".repeat(500_000)}1${"0".repeat(500_000)}`,
  }, 10097],
  ["a market order of 0.99 USDT", { ...market, quoteOrderQty: "0.99" }, 30002],
  ["a market order above 2,000,000 USDT", { ...market, quoteOrderQty: "2000000.01" }, 30003],
  ["a client order id with a blank", { ...limit, newClientOrderId: "a b" }, 700008],
  ["a client order id of 33 characters", { ...limit, newClientOrderId: "x".repeat(33) }, 700008],
  ["another self-trade mode", { ...limit, stpMode: "cancel_all" }, 33333],
  ["more USDT than there are", { ...limit, quantity: "2" }, 30004],
  ["more BTC than there are", { ...limit, side: "SELL", price: "90000", quantity: "1.1" }, 30005],
];

for (const [what, terms, code] of refused) {
  Deno.test(`MEXC refuses ${what} with ${code}, and nothing is locked`, async () => {
    await using box = new MexcBox();
    const { status, body } = await box.order(terms);
    assertEquals([status, body.code, Object.keys(body)], [400, code, ["code", "msg"]]);
    assertEquals(await box.balance("USDT"), { free: exact("100000"), locked: 0n });
    if (code > 30003 && code < 30006) return;
    assertEquals((await box.signed("POST", "/api/v3/order/test", terms)).body.code, code);
  });
}

Deno.test("MEXC states its limits in the texts that client libraries know", async () => {
  await using box = new MexcBox();
  const small = await box.order({ ...limit, quantity: "0.00001" });
  assertEquals(small.body.msg, "The minimum transaction volume cannot be less than:1USDT");
  const poor = await box.order({ ...limit, quantity: "2" });
  assertEquals(poor.body.msg, "Insufficient position");
  const short = await box.order({ ...limit, side: "SELL", quantity: "2" });
  assertEquals(short.body.msg, "Oversold");
});

Deno.test("MEXC takes an order of exactly the least and of exactly the greatest value", async () => {
  const rich = {
    family: "mexc",
    apiKey: "k",
    secretKey: "s",
    deposits: { MEXC_SPOT: { USDT: "5000000" } },
  } as const;
  await using box = new MexcBox({ accounts: [rich] });
  assertEquals((await box.order({ ...limit, quantity: "0.0000125" }, { as: rich })).status, 200);
  assertEquals((await box.order({ ...limit, quantity: "50" }, { as: rich })).status, 200);
});

Deno.test("A MEXC test order is checked and not placed", async () => {
  await using box = new MexcBox();
  assertEquals((await box.signed("POST", "/api/v3/order/test", limit)).body, {});
  assertEquals((await box.signed("GET", "/api/v3/openOrders", { symbol: "BTCUSDT" })).body as unknown, []);
});

Deno.test("A client order id is taken while its order is open, and free afterwards", async () => {
  await using box = new MexcBox();
  const named = { ...limit, newClientOrderId: "same" };
  const first = await box.order(named);
  assertEquals((await box.order(named)).body.code, 30026);
  await box.signed("DELETE", "/api/v3/order", { symbol: "BTCUSDT", origClientOrderId: "same" });
  const second = await box.order(named);
  const found = await box.signed("GET", "/api/v3/order", { symbol: "BTCUSDT", origClientOrderId: "same" });
  assertEquals(found.body.orderId, second.body.orderId);
  assert(first.body.orderId !== second.body.orderId);
});

Deno.test("The 501st open order is refused with 30029", async () => {
  await using box = new MexcBox();
  const cheap = { ...limit, quantity: "0.0001", price: "10000" };
  for (let batch = 0; batch < 25; batch++) {
    box.run(600);
    const batchOrders = JSON.stringify(Array.from({ length: 20 }, () => cheap));
    const { body } = await box.signed("POST", "/api/v3/batchOrders", { batchOrders });
    assert((body as unknown as Body[]).every((row) => typeof row.orderId === "string"));
  }
  assertEquals((await box.order(cheap)).body.code, 30029);
});

Deno.test("A symbol that is halted takes cancellations and no orders; one that is delisted is none", async () => {
  await using box = new MexcBox();
  const happen = (fault: "halt" | "resume" | "delist"): void => {
    box.simulator.script.add(parseFaultRule({ fault, venue: "MEXC_SPOT", symbol: "BTCUSDT" }));
  };
  const open = await box.order(limit);
  const symbolOf = async (): Promise<Body> =>
    ((await box.get("/api/v3/exchangeInfo?symbol=BTCUSDT")).body.symbols as Body[])[0]!;
  const names = async (): Promise<unknown> => (await box.get("/api/v3/defaultSymbols")).body.data;
  happen("halt");
  assertEquals((await box.order(limit)).body.code, 30000);
  const halted = await symbolOf();
  assertEquals([halted.status, halted.isSpotTradingAllowed, halted.tradeSideType], ["2", false, 4]);
  assert(!(await names() as string[]).includes("BTCUSDT"));
  const canceled = await box.signed("DELETE", "/api/v3/order", {
    symbol: "BTCUSDT",
    orderId: String(open.body.orderId),
  });
  assertEquals(canceled.body.status, "CANCELED");
  happen("resume");
  assertEquals((await box.order(limit)).status, 200);
  happen("delist");
  assertEquals((await box.order(limit)).body, { code: -1121, msg: "Invalid symbol." });
  assertEquals((await symbolOf()).status, "3");
});
