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
