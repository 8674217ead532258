import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { GateBox } from "./gate_box.ts";

const strange = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom("constructor", "__proto__", "toString", "-1", "1e5", "9".repeat(40), "0x10", "NaN", ""),
  fc.constantFrom(
    "BTC_USDT",
    "buy",
    "sell",
    "limit",
    "market",
    "ioc",
    "0.001",
    "64000",
    "t-a",
    "open",
    "finished",
  ),
);
const names = fc.constantFrom(
  "currency_pair",
  "side",
  "type",
  "amount",
  "price",
  "time_in_force",
  "text",
  "iceberg",
  "slippage",
  "stp_act",
  "action_mode",
  "account",
  "id",
  "order_id",
  "amend_text",
  "timeout",
  "trigger",
  "put",
  "market",
  "currency",
  "from",
  "to",
  "limit",
  "page",
  "offset",
  "status",
  "interval",
  "chain",
  "address",
  "settle",
  "enabled",
  "user_id",
  "__proto__",
);
const terms = fc.dictionary(names, strange);
const almost = terms.map((each) => ({
  currency_pair: "BTC_USDT",
  side: "buy",
  type: "limit",
  amount: "0.001",
  price: "64000",
  trigger: { price: "64000", rule: "<=", expiration: 60 },
  put: { side: "buy", price: "64000", amount: "0.001" },
  market: "BTC_USDT",
  ...each,
}));
const bodies = fc.oneof(almost, terms, fc.array(almost, { maxLength: 4 }), strange);

const posts = [
  "POST /spot/orders",
  "POST /spot/batch_orders",
  "POST /spot/cancel_batch_orders",
  "POST /spot/amend_batch_orders",
  "POST /spot/countdown_cancel_all",
  "POST /spot/price_orders",
  "PATCH /spot/orders/1",
  "POST /wallet/transfers",
  "POST /withdrawals",
  "POST /account/stp_groups",
  "POST /account/stp_groups/1/users",
  "POST /account/debit_fee",
];

Deno.test("No body, however strange, gets anything but an answer out of Gate.io", async () => {
  await using box = new GateBox();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...posts), bodies, async (route, body) => {
      const [method, path] = route.split(" ") as [string, string];
      box.run(3000);
      const answer = await box.call(method, path, { body });
      assert(answer.status >= 200 && answer.status < 500);
      if (answer.status >= 400) assertEquals(typeof answer.body["label"], "string");
    }),
    { numRuns: 600 },
  );
});

const gets = [
  "/spot/orders",
  "/spot/open_orders",
  "/spot/my_trades",
  "/spot/account_book",
  "/spot/accounts",
  "/spot/batch_fee",
  "/spot/fee",
  "/spot/price_orders",
  "/spot/tickers",
  "/spot/order_book",
  "/spot/trades",
  "/spot/candlesticks",
  "/wallet/fee",
  "/wallet/deposits",
  "/wallet/withdrawals",
  "/wallet/total_balance",
  "/wallet/deposit_address",
  "/wallet/currency_chains",
];

/** Breaks whoever writes it again: 5,000 levels, or a member that `String` calls. */
const hostile = ["[".repeat(5000) + "]".repeat(5000), '{"a":'.repeat(5000) + "1" + "}".repeat(5000)];
const unspeakable = { toString: 1, valueOf: 1 };

Deno.test("JSON without end and objects that cannot be texts are refused like any other nonsense", async () => {
  await using box = new GateBox();
  for (
    const path of [
      ...["/spot/orders", "/spot/batch_orders", "/spot/cancel_batch_orders", "/account/stp_groups"],
      ...["/futures/usdt/orders", "/futures/usdt/batch_cancel_orders", "/futures/usdt/price_orders"],
    ]
  ) {
    for (const rawBody of hostile) {
      const { status, body } = await box.call("POST", path, { rawBody });
      assertEquals([status, body["label"]], [400, "INVALID_REQUEST_BODY"]);
    }
    box.run(3000);
    for (
      const body of [{ currency_pair: unspeakable, contract: unspeakable, name: unspeakable }, [unspeakable]]
    ) {
      const answer = await box.call("POST", path, { body });
      assert(answer.status === 400 || (answer.status === 200 && Array.isArray(answer.body)));
    }
  }
  const group = await box.call("POST", "/account/stp_groups", { body: { name: "firm" } });
  const join = `/account/stp_groups/${group.body["id"]}/users`;
  assertEquals(
    (await box.call("POST", join, { body: [unspeakable] })).body["label"],
    "SUB_ACCOUNT_NOT_FOUND",
  );
  const body = { contracts: [unspeakable] };
  const rates = await box.call("POST", "/futures/usdt/funding_rates", { body, as: "none" });
  assertEquals(rates.body["label"], "CONTRACT_NOT_FOUND");
});

Deno.test("A string full of brackets is not deep", async () => {
  await using box = new GateBox();
  const terms = { side: "buy", amount: "0.001", price: "64000", unknown: '\\"' + "[".repeat(500) };
  assertEquals((await box.order(terms)).status, 201);
});

Deno.test("Connections to Gate.io outlive hostile messages and headers that are none", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.login();
  for (const depth of hostile) {
    line.send(`{"time":${box.seconds},"channel":"spot.trades","event":"subscribe","payload":${depth}}`);
    assertEquals(line.messages.at(-1)!.error!.code, 1);
    line.send(
      `{"time":${box.seconds},"channel":"spot.order_place","event":"api","payload":{"req_param":${depth}}}`,
    );
    assertEquals(line.messages.at(-1)!.error!.code, 1);
  }
  const time = box.seconds;
  const auth = { method: "api_key", KEY: unspeakable, SIGN: unspeakable };
  line.send({ time, channel: "spot.orders", event: "subscribe", payload: ["!all"], auth });
  assertEquals(line.messages.at(-1)!.error!.code, 4);
  const terms = { currency_pair: "BTC_USDT", side: "buy", amount: "0.001", price: "64000" };
  const headers = { "no header\n": "1", "": "2", "x-text": "\u{1F4A5}", "x-object": unspeakable };
  const placed = line.call("spot.order_place", terms, { req_header: headers });
  assertEquals(placed.header!["status"], "200");
  const late = line.call("spot.order_place", terms, { req_header: { ...headers, "X-Gate-Exptime": "1" } });
  assertEquals(late.data!.errs!.label, "REQUEST_EXPIRED");
});

Deno.test("Counts and pages of Gate.io are written in digits", async () => {
  await using box = new GateBox();
  for (const limit of ["1e1", " 5", "0x10", "5.0", "+5"]) {
    for (const path of ["/spot/my_trades", "/spot/account_book", "/futures/usdt/account_book"]) {
      const { status, body } = await box.call("GET", path, { query: { limit } });
      assertEquals([status, body["label"]], [400, "INVALID_PARAM_VALUE"]);
    }
    const query = { contract: "BTC_USDT", offset: limit };
    assertEquals((await box.call("GET", "/futures/usdt/account_book", { query })).status, 400);
  }
});

Deno.test("No query, however strange, gets anything but an answer out of Gate.io", async () => {
  await using box = new GateBox();
  const text = strange.map((value) => typeof value === "string" ? value : JSON.stringify(value));
  const queries = fc.dictionary(names, text);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...gets), queries, fc.boolean(), async (path, query, withPair) => {
      box.run(1000);
      const pair = withPair ? { currency_pair: "BTC_USDT" } : {};
      const answer = await box.call("GET", path, { query: { ...query, ...pair }, as: "none" });
      const signed = await box.call("GET", path, { query: { ...query, ...pair } });
      assert(answer.status < 500 && signed.status < 500);
    }),
    { numRuns: 600 },
  );
});

Deno.test("No message, however strange, breaks a connection to Gate.io", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.login();
  const channels = fc.constantFrom(
    ...["trades", "tickers", "book_ticker", "order_book", "order_book_update", "candlesticks", "obu"],
    ...["orders", "usertrades", "balances", "priceorders", "order_place", "order_cancel", "order_cancel_ids"],
    ...["order_cancel_cp", "order_amend", "order_status", "order_list", "login"],
  ).map((name) => `spot.${name}`);
  const channel = fc.oneof(channels, fc.constantFrom("constructor", "__proto__", "toString", ""));
  const message = fc.record({
    time: fc.oneof(fc.constant("now"), strange),
    id: fc.option(strange, { nil: undefined }),
    channel,
    event: fc.oneof(fc.constantFrom("subscribe", "unsubscribe", "api", ""), strange),
    payload: fc.oneof(
      fc.array(strange, { maxLength: 3 }),
      fc.record({ req_id: strange, req_param: bodies }),
      strange,
    ),
    auth: strange,
  });
  fc.assert(
    fc.property(message, (each) => {
      const count = line.messages.length;
      line.send({ ...each, time: each.time === "now" ? box.seconds : each.time });
      assert(line.messages.length > count, JSON.stringify(each));
      assertEquals(line.closed, undefined);
    }),
    { numRuns: 1000 },
  );
});
