import { assert, assertEquals, assertMatch } from "@std/assert";
import { assertShape, type Body, FuturesBox, key, owner, restSign, secret } from "./futures_box.ts";

/** A captured reply of 6.9. */
const orderSample = JSON.parse(
  `{"refu":0,"tkfr":"0.0005","mkfr":"0.0002","contract":"BTC_USDT","id":299207900263,"price":"0","tif":"ioc","iceberg":0,"text":"api","user":10406147,"is_reduce_only":false,"is_close":false,"is_liq":false,"fill_price":"64013.1","create_time":1768397866.662,"update_time":1768397866.663,"finish_time":1768397866.663,"finish_as":"filled","status":"finished","left":0,"refr":"0","size":100,"biz_info":"-","amend_text":"-","stp_act":"-","stp_id":0,"update_id":1,"pnl":"0","pnl_margin":"0","bbo":"-","market_order_slip_ratio":"0.05"}`,
);

/** A price that rests: below the market, on the step of 0.1. */
async function resting(box: FuturesBox): Promise<string> {
  return ((await box.top()).bid - 100).toFixed(1);
}

Deno.test("Futures requests are signed as the vectors G5, G6 and G8 say", () => {
  const sign = (method: string, path: string, query: string, body: string): string =>
    restSign({ method, path: `/api/v4/futures/usdt${path}`, query, body, time: "1700000000" }, secret);
  assertEquals(
    sign("POST", "/positions/BTC_USDT/leverage", "leverage=10", ""),
    "78d664e0891fc470793aeda6cb1b398f597fb6c34a32561ae3effc6e9fd8c55bcd512e6784808c778671494bc018f6173ecab1a25e26a6ed96ffb241274a9d63",
  );
  assertEquals(
    sign(
      "POST",
      "/orders",
      "",
      `{"contract":"BTC_USDT","size":-2,"price":"0","tif":"ioc","text":"t-mkt","reduce_only":true}`,
    ),
    "2b7fbc1d4e8cd033277376657ba9bf6fbaa9d5dadfff3baaca53c4d62c9071c1a5d0a6f0e7dbc39f9e797f6e87d4c2e6a1891b3c9e7ae55d08f3b3114226b820",
  );
  assertEquals(
    sign("PUT", "/orders/987654321", "", `{"price":"30100","size":3}`),
    "66f52619e10cb6f5b7112fd8260efdc08228648e52ae0752641a203a19657e421191306b996c4d69b7839f59cf13a73614e8e8b8350386ab9a8808b67a0f926d",
  );
});

Deno.test("A futures market order is answered with its fills, and its id is a JSON integer beyond 2^53", async () => {
  const box = new FuturesBox();
  const { ask } = await box.top();
  const { status, text, body } = await box.own("POST", "/orders", {
    body: { contract: "BTC_USDT", size: 3, price: "0", tif: "ioc" },
  });
  assertEquals(status, 201);
  assertShape(body, orderSample);
  const id = /"id":(\d+),/.exec(text)![1]!;
  assert(BigInt(id) > BigInt(Number.MAX_SAFE_INTEGER));
  assertEquals([body["fill_price"], body["left"], body["status"], body["finish_as"]], [
    String(ask),
    0,
    "finished",
    "filled",
  ]);
  assertEquals([body["text"], body["price"], body["user"]], ["api", "0", 10001]);
  const found = await box.own("GET", `/orders/${id}`);
  assertEquals(found.text, text);
  await box.simulator.stop();
});

Deno.test("A resting futures order is found by id and text, listed, amended and cancelled", async () => {
  const box = new FuturesBox();
  const price = await resting(box);
  const order = await box.order({ size: 5, price, text: "t-mine_1.A-z" });
  const { finish_time: _, finish_as: __, ...open } = orderSample;
  assertShape(order, open);
  assertEquals([order["status"], order["left"], order["price"], order["tif"]], ["open", 5, price, "gtc"]);
  const [listed] = (await box.own<Body[]>("GET", "/orders", { query: "status=open&contract=BTC_USDT" })).body;
  assertEquals(listed, order);
  assertEquals((await box.own("GET", "/orders/t-mine_1.A-z")).body, order);
  const lower = (Number(price) - 1).toFixed(1);
  const amended = await box.own("PUT", "/orders/t-mine_1.A-z", {
    body: { price: lower, size: 7, amend_text: "moved", currency_pair: "BTC_USDT", account: "futures" },
  });
  assertEquals(
    [
      amended.status,
      amended.body["price"],
      amended.body["size"],
      amended.body["left"],
      amended.body["amend_text"],
    ],
    [200, lower, 7, 7, "moved"],
  );
  const same = await box.own("PUT", "/orders/t-mine_1.A-z", { body: { size: 7 } });
  assertEquals([same.status, same.text], [400, `{"label":"NO_CHANGE","message":"No change is made"}`]);
  const cancelled = await box.own("DELETE", "/orders/t-mine_1.A-z", { query: "contract=BTC_USDT" });
  assertEquals([cancelled.status, cancelled.body["finish_as"], cancelled.body["left"]], [
    200,
    "cancelled",
    7,
  ]);
  const again = await box.own("DELETE", "/orders/t-mine_1.A-z");
  assertEquals([again.status, again.body["label"]], [400, "ORDER_FINISHED"]);
  await box.simulator.stop();
});

Deno.test("A client id finds a finished futures order for 60 s, and an empty cancelled one is forgotten after 10 minutes", async () => {
  const box = new FuturesBox();
  const price = await resting(box);
  await box.order({ size: 1, price, text: "t-gone" });
  const { text } = await box.own("DELETE", "/orders/t-gone");
  const id = /"id":(\d+),/.exec(text)![1]!;
  const status = async (name: string): Promise<number> => (await box.own("GET", `/orders/${name}`)).status;
  const finished = async (): Promise<number> =>
    (await box.own<Body[]>("GET", "/orders", { query: "status=finished" })).body.length;
  box.run(59_000);
  assertEquals([await status("t-gone"), await status(id)], [200, 200]);
  box.run(1500);
  assertEquals([await status("t-gone"), await status(id), await finished()], [400, 200, 1]);
  box.run(537_000);
  assertEquals([await status(id), await finished()], [200, 1]);
  box.run(3500);
  assertEquals([await status(id), await finished()], [400, 0]);
  const filled = await box.order({ size: 1, price: "0", tif: "ioc" });
  box.run(700_000);
  assertEquals([filled["finish_as"], await finished()], ["filled", 1]);
  await box.simulator.stop();
});

Deno.test("Immediate, post-only and fill-or-kill futures orders end as documented", async () => {
  const box = new FuturesBox();
  const { bid, ask, askSize } = await box.top();
  const rest = await box.order({ size: askSize + 5, price: String(ask), tif: "ioc" });
  assertEquals(
    [rest["status"], rest["finish_as"], rest["left"], rest["size"], rest["fill_price"]],
    ["finished", "ioc", 5, askSize + 5, String(ask)],
  );
  const poc = await box.own("POST", "/orders", {
    body: { contract: "BTC_USDT", size: -1, price: String(bid), tif: "poc" },
  });
  assertEquals([poc.status, poc.body["label"], typeof poc.body["detail"], poc.body["message"]], [
    400,
    "ORDER_POC_IMMEDIATE",
    "string",
    undefined,
  ]);
  const fok = await box.own("POST", "/orders", {
    body: { contract: "BTC_USDT", size: askSize + 10_000, price: String(bid), tif: "fok" },
  });
  assertEquals([fok.status, fok.body["label"]], [400, "ORDER_FOK"]);
  assertEquals((await box.own<Body[]>("GET", "/orders", { query: "status=open" })).body, []);
  await box.simulator.stop();
});

Deno.test("The average price of a futures order over two levels is exact", async () => {
  const box = new FuturesBox();
  const { body } = await box.get<{ asks: { p: string; s: number }[] }>(
    "/order_book",
    "contract=BTC_USDT&limit=2",
  );
  const [first, second] = body.asks as [{ p: string; s: number }, { p: string; s: number }];
  const size = first.s + 7;
  const order = await box.order({ size, price: second.p, tif: "ioc" });
  const tenths = (text: string): bigint => BigInt(Math.round(Number(text) * 10));
  // In units of 10^-9: the price step has one decimal, and an average eight more.
  const sum = (tenths(first.p) * BigInt(first.s) + tenths(second.p) * 7n) * 100_000_000n;
  const average = Number(sum / BigInt(size)) / 1e9;
  assertEquals(Number(order["fill_price"]), average);
  await box.simulator.stop();
});

Deno.test("A futures order that is amended to what is filled already ends, and never changes its side", async () => {
  const box = new FuturesBox();
  const { ask, askSize } = await box.top();
  await box.order({ size: askSize + 5, price: String(ask), text: "t-part" });
  const amend = (size: number): Promise<{ status: number; body: Body }> =>
    box.own("PUT", "/orders/t-part", { body: { size } });
  assertEquals((await amend(-askSize)).body["label"], "INVALID_PARAM_VALUE");
  const smaller = await amend(askSize + 2);
  assertEquals([smaller.body["status"], smaller.body["left"]], ["open", 2]);
  const ended = await amend(askSize);
  assertEquals([ended.status, ended.body["finish_as"]], [200, "cancelled"]);
  await box.simulator.stop();
});

Deno.test("A client that asks for decimal sizes may send and gets texts", async () => {
  const box = new FuturesBox();
  const headers = { "x-gate-size-decimal": "1" };
  const { status, body } = await box.own("POST", "/orders", {
    headers,
    body: { contract: "BTC_USDT", size: "3", price: "0", tif: "ioc" },
  });
  assertEquals([status, body["size"], body["left"], body["iceberg"]], [201, "3", "0", "0"]);
  const [trade] = (await box.own<Body[]>("GET", "/my_trades", { headers })).body;
  assertEquals([trade!["size"], trade!["close_size"]], ["3", "0"]);
  assertEquals((await box.own("GET", "/positions/BTC_USDT", { headers })).body["size"], "3");
  assertEquals((await box.own("GET", "/positions/BTC_USDT")).body["size"], 3);
  await box.simulator.stop();
});

const bad: [string, Body, string][] = [
  ["without a price", { size: 1 }, "INVALID_PARAM_VALUE"],
  ["at market that would rest", { size: 1, price: "0" }, "INVALID_PARAM_VALUE"],
  ["without a size", { price: "1", tif: "ioc" }, "INVALID_ARGUMENT"],
  ["of half a contract", { size: 0.5, price: "0", tif: "ioc" }, "INVALID_ARGUMENT"],
  ["off the price step", { size: 1, price: "80000.05" }, "INVALID_PARAM_VALUE"],
  ["too far from the mark price", { size: 1, price: "40000" }, "PRICE_TOO_DEVIATED"],
  ["of too many contracts", { size: 12_000_001, price: "84000" }, "SIZE_TOO_LARGE"],
  ["of too many contracts at market", { size: 300_001, price: "0", tif: "ioc" }, "SIZE_TOO_LARGE"],
  ["over its balance", { size: 100_000, price: "84000" }, "INSUFFICIENT_AVAILABLE"],
  ["with a text that has no prefix", { size: 1, price: "84000", text: "mine" }, "INVALID_PARAM_VALUE"],
  [
    "with a text of 29 bytes",
    { size: 1, price: "84000", text: "t-" + "a".repeat(29) },
    "INVALID_PARAM_VALUE",
  ],
  ["with a text of other letters", { size: 1, price: "84000", text: "t-a b" }, "INVALID_PARAM_VALUE"],
  [
    "with self-trade prevention outside a group",
    { size: 1, price: "84000", stp_act: "cn" },
    "INVALID_PARAM_VALUE",
  ],
  ["that reduces nothing", { size: 1, price: "84000", reduce_only: true }, "POSITION_EMPTY"],
  ["that closes nothing", { size: 0, price: "0", tif: "ioc", close: true }, "POSITION_EMPTY"],
  ["for a contract that nobody lists", { contract: "NO_USDT", size: 1, price: "1" }, "CONTRACT_NOT_FOUND"],
];
for (const [what, order, label] of bad) {
  Deno.test(`A futures order ${what} is refused with ${label}`, async () => {
    const box = new FuturesBox();
    const { status, body } = await box.own("POST", "/orders", { body: { contract: "BTC_USDT", ...order } });
    assertEquals([status, body["label"]], [400, label]);
    assertEquals((await box.own("GET", "/accounts")).body["available"], "10000");
    await box.simulator.stop();
  });
}

Deno.test("A futures batch says for each order what became of it", async () => {
  const box = new FuturesBox();
  const price = await resting(box);
  const item = { contract: "BTC_USDT", price, settle: "usdt", textIsRequired: true };
  const { status, body } = await box.own<Body[]>("POST", "/batch_orders", {
    body: [{ ...item, size: 1, text: "t-b1" }, { ...item, size: 100_000 }, {
      ...item,
      size: -2,
      price: "0",
      tif: "ioc",
    }],
  });
  assertEquals([status, body.map(({ succeeded }) => succeeded)], [200, [true, false, true]]);
  assertEquals([body[1]!["label"], typeof body[1]!["detail"]], ["INSUFFICIENT_AVAILABLE", "string"]);
  assertEquals([body[0]!["text"], body[0]!["status"], body[2]!["finish_as"]], ["t-b1", "open", "filled"]);
  const lower = (Number(price) - 5).toFixed(1);
  const amended = await box.own<Body[]>("POST", "/batch_amend_orders", {
    body: [{ order_id: "t-b1", price: lower }, { order_id: "1", size: 2 }],
  });
  assertEquals(amended.body.map(({ succeeded, label }) => [succeeded, label]), [
    [true, undefined],
    [false, "ORDER_NOT_FOUND"],
  ]);
  assertEquals(amended.body[0]!["price"], lower);
  const cancelled = await box.own<Body[]>("POST", "/batch_cancel_orders", { body: ["t-b1", "2"] });
  assertEquals(cancelled.body, [
    { user_id: 10001, id: "t-b1", succeeded: true, message: "" },
    { user_id: 10001, id: "2", succeeded: false, message: "ORDER_NOT_FOUND" },
  ]);
  const long = await box.own("POST", "/batch_orders", {
    body: Array.from({ length: 11 }, () => ({ ...item, size: 1 })),
  });
  assertEquals([long.status, long.body["label"]], [400, "INVALID_PARAM_VALUE"]);
  await box.simulator.stop();
});

Deno.test("All futures orders of a side, or all but reducing ones, are cancelled at once", async () => {
  const box = new FuturesBox();
  const { bid, ask } = await box.top();
  const low = (bid - 100).toFixed(1);
  const high = (ask + 100).toFixed(1);
  await box.order({ size: 4, price: "0", tif: "ioc" });
  await box.order({ size: 1, price: low, text: "t-buy" });
  await box.order({ size: -1, price: high, reduce_only: true, text: "t-exit" });
  await box.order({ size: -1, price: high, text: "t-sell" });
  const other = String((await box.top("LUNC_USDT")).bid);
  await box.order({ contract: "LUNC_USDT", size: 1, price: other, text: "t-other" });
  const gone = async (query: string): Promise<unknown[]> =>
    (await box.own<Body[]>("DELETE", "/orders", { query })).body.map(({ text }) => text);
  assertEquals(await gone("contract=BTC_USDT&side=ask&exclude_reduce_only=true"), ["t-sell"]);
  assertEquals(await gone("contract=BTC_USDT&side=bid"), ["t-buy"]);
  assertEquals(await gone("contract=ETH_USDT"), []);
  assertEquals(await gone(""), ["t-exit", "t-other"]);
  await box.simulator.stop();
});

Deno.test("A futures order takes its price from a level of the book", async () => {
  const box = new FuturesBox();
  const { body: book } = await box.get<{ bids: { p: string }[] }>("/order_book", "contract=BTC_USDT&limit=3");
  const { status, body } = await box.own("POST", "/bbo_orders", {
    body: { contract: "BTC_USDT", size: 1, direction: "buy", level: 3, text: "t-bbo" },
  });
  assertEquals([status, body["price"], body["status"], body["text"]], [
    201,
    book.bids[2]!.p,
    "open",
    "t-bbo",
  ]);
  const far = await box.own("POST", "/bbo_orders", {
    body: { contract: "BTC_USDT", size: 1, direction: "buy", level: 21 },
  });
  assertEquals(far.body["label"], "INVALID_PARAM_VALUE");
  await box.simulator.stop();
});

Deno.test("The futures dead-man switch cancels after the time-out, unless it is put off or ended", async () => {
  const box = new FuturesBox();
  const price = await resting(box);
  const open = async (): Promise<number> =>
    (await box.own<Body[]>("GET", "/orders", { query: "status=open" })).body.length;
  const set = async (body: Body): Promise<Body> =>
    (await box.own("POST", "/countdown_cancel_all", { body })).body;
  await box.order({ size: 1, price });
  const { triggerTime } = await set({ timeout: 30, contract: "BTC_USDT" });
  assertMatch(String(triggerTime), /^\d{13}$/);
  assert(Math.abs(Number(triggerTime) - box.clock.epochMs() - 30_000) < 1000);
  box.run(25_000);
  await set({ timeout: 30, contract: "BTC_USDT" });
  box.run(25_000);
  assertEquals(await open(), 1);
  box.run(6000);
  assertEquals(await open(), 0);
  await box.order({ size: 1, price });
  await set({ timeout: 5 });
  assertEquals((await set({ timeout: 0 }))["triggerTime"], "0");
  box.run(10_000);
  assertEquals(await open(), 1);
  assertEquals((await set({ timeout: 4 }))["label"], "INVALID_PARAM_VALUE");
  await box.simulator.stop();
});

Deno.test("Futures orders of one self-trade group do not meet: the newest gives way", async () => {
  const box = new FuturesBox({ accounts: [{ ...owner, stpGroup: 7 }] });
  const { bid } = await box.top();
  const price = (bid + 0.1).toFixed(1);
  await box.order({ size: 2, price });
  const taker = await box.order({ size: -3, price, stp_act: "cn" });
  assertEquals(
    [taker["finish_as"], taker["stp_act"], taker["stp_id"], taker["left"], taker["fill_price"]],
    ["stp", "cn", 7, -3, "0"],
  );
  const oldest = await box.order({ size: -1, price, stp_act: "co" });
  assertEquals([oldest["status"], oldest["left"]], ["open", -1]);
  const { body } = await box.own<Body[]>("GET", "/orders", { query: "status=finished" });
  assertEquals(body.map(({ finish_as }) => finish_as), ["stp", "stp"]);
  await box.simulator.stop();
});

Deno.test("Reading keys may look at futures orders and not place any", async () => {
  const box = new FuturesBox({ accounts: [{ ...owner, permissions: [] }] });
  assertEquals((await box.own("GET", "/orders", { query: "status=open" })).status, 200);
  const { status, body } = await box.own("POST", "/orders", {
    body: { contract: "BTC_USDT", size: 1, price: "0", tif: "ioc" },
  });
  assertEquals([status, body["label"]], [403, "READ_ONLY"]);
  const unsigned = await box.call("GET", "/orders", { query: "status=open" });
  assertEquals([unsigned.status, unsigned.body["label"]], [400, "MISSING_REQUIRED_HEADER"]);
  const wrong = await box.own("GET", "/orders", { query: "status=open", key, secret: "other" });
  assertEquals([wrong.status, wrong.body["label"]], [401, "INVALID_SIGNATURE"]);
  await box.simulator.stop();
});

Deno.test("Lists of futures orders can be paged, continued behind an id and limited to a time", async () => {
  const box = new FuturesBox();
  const price = await resting(box);
  const ids: string[] = [];
  for (let count = 0; count < 5; count++) {
    const { text } = await box.own("POST", "/orders", {
      body: { contract: "BTC_USDT", size: count + 1, price },
    });
    ids.unshift(/"id":(\d+),/.exec(text)![1]!);
    box.run(2000);
  }
  const list = async (path: string, query: string): Promise<string[]> => {
    const { text } = await box.own("GET", path, { query });
    return [...text.matchAll(/"id":(\d+),/g)].map(([, id]) => id!);
  };
  assertEquals(await list("/orders", "status=open"), ids);
  assertEquals(await list("/orders", "status=open&limit=2&offset=1"), ids.slice(1, 3));
  assertEquals(await list("/orders", `status=open&last_id=${ids[1]}`), ids.slice(2));
  const page = await box.own("GET", "/orders", { query: "status=open&limit=2" });
  assertEquals(page.headers.get("x-pagination-total"), "5");
  const missing = await box.own("GET", "/orders");
  assertEquals([missing.status, missing.body["label"]], [400, "MISSING_REQUIRED_PARAM"]);
  const { body: orders } = await box.own<Body[]>("GET", "/orders", { query: "status=open" });
  const third = Math.floor(Number(orders[2]!["create_time"]));
  await box.own("DELETE", "/orders", { query: "contract=BTC_USDT" });
  assertEquals(await list("/orders", "status=open"), []);
  const later = orders.filter(({ create_time }) => Number(create_time) >= third).length;
  assertEquals((await list("/orders_timerange", `contract=BTC_USDT&from=${third}`)).length, later);
  assertEquals((await list("/orders_timerange", `contract=BTC_USDT&to=${third - 1}`)).length, 5 - later);
  await box.simulator.stop();
});
