import { assert, assertEquals } from "@std/assert";
import { type Body, GateBox, other, shape } from "./gate_box.ts";

const trigger = { price: "64950", rule: "<=", expiration: 3600 };
const put = {
  type: "limit",
  side: "buy",
  price: "64000",
  amount: "0.001",
  account: "normal",
  time_in_force: "gtc",
  text: "api",
};
const stop = { trigger, put, market: "BTC_USDT" };

async function create(box: GateBox, body: Body = stop): Promise<Body> {
  const answer = await box.call("POST", "/spot/price_orders", { body });
  assertEquals(answer.status, 201);
  return answer.body;
}

async function read(box: GateBox, id: unknown): Promise<Body> {
  return (await box.call("GET", `/spot/price_orders/${id}`)).body;
}

Deno.test("A price order of Gate.io waits, fires when a trade gets there, and names its order", async () => {
  await using box = new GateBox();
  const { id } = await create(box);
  assertEquals(typeof id, "number");
  const sample = {
    market: "",
    user: 1,
    trigger: { price: "", rule: "", expiration: 1 },
    put: { type: "", side: "", price: "", amount: "", account: "", time_in_force: "", text: "" },
    id: 1,
    ctime: 1,
    ftime: 1,
    fired_order_id: 1,
    status: "",
    reason: "",
  };
  const waiting = await read(box, id);
  assertEquals(shape(waiting), shape(sample));
  assertEquals([waiting["status"], waiting["fired_order_id"]], ["open", 0]);
  assertEquals((await box.balance("USDT")).locked, 0n, "nothing is bound before");
  await box.order({ type: "limit", side: "sell", amount: "0.5", price: "64999" }, { as: other });
  box.run(100);
  assertEquals((await read(box, id))["status"], "open", "64,999 is not low enough");
  await box.order({ type: "limit", side: "sell", amount: "1.1", price: "64900.5" }, { as: other });
  box.run(100);
  const fired = await read(box, id);
  assertEquals([fired["status"], Number(fired["ftime"]) > 0], ["finish", true]);
  const query = { currency_pair: "BTC_USDT" };
  const order = (await box.call("GET", `/spot/orders/${fired["fired_order_id"]}`, { query })).body;
  assertEquals([order["status"], order["price"], order["amount"]], ["open", "64000", "0.001"]);
});

Deno.test("A price order fires on a rise as on a fall, and a market order may be what it puts", async () => {
  await using box = new GateBox();
  const { id } = await create(box, {
    ...stop,
    trigger: { price: "65000.5", rule: ">=", expiration: 60 },
    put: { ...put, type: "market", side: "sell", price: "0", amount: "0.01", time_in_force: "ioc" },
  });
  await box.order({ type: "limit", side: "buy", amount: "0.5", price: "65000" }, { as: other });
  box.run(100);
  assertEquals((await read(box, id))["status"], "open");
  await box.order({ type: "limit", side: "buy", amount: "0.1", price: "65000.5" }, { as: other });
  box.run(100);
  const fired = await read(box, id);
  assertEquals(fired["status"], "finish");
  const { body } = await box.call<Body[]>("GET", "/spot/my_trades");
  assertEquals(body.map((row) => [row["order_id"], row["amount"]]), [[
    String(fired["fired_order_id"]),
    "0.01",
  ]]);
});

Deno.test("A price order that cannot be placed fails with the label as its reason", async () => {
  await using box = new GateBox();
  const { id } = await create(box, { ...stop, put: { ...put, amount: "1.7" } });
  await box.order({ type: "limit", side: "sell", amount: "1.6", price: "64900.5" }, { as: other });
  box.run(100);
  const failed = await read(box, id);
  assertEquals([failed["status"], failed["reason"], failed["fired_order_id"]], [
    "failed",
    "BALANCE_NOT_ENOUGH",
    0,
  ]);
});

Deno.test("Price orders expire, are cancelled, and are listed by what became of them", async () => {
  await using box = new GateBox();
  const short = (await create(box, { ...stop, trigger: { ...trigger, expiration: 10 } }))["id"];
  const long = (await create(box))["id"];
  const third = (await create(box))["id"];
  box.run(11_000);
  const list = async (status: string): Promise<unknown[]> =>
    (await box.call<Body[]>("GET", "/spot/price_orders", { query: { status, market: "BTC_USDT" } })).body
      .map((row) => row["id"]);
  assertEquals([await list("open"), await list("finished")], [[third, long], [short]]);
  assertEquals((await read(box, short))["status"], "expired");
  assertEquals((await box.call("DELETE", `/spot/price_orders/${long}`)).body["status"], "cancelled");
  assertEquals((await box.call("DELETE", `/spot/price_orders/${long}`)).body["label"], "ORDER_CLOSED");
  const rest =
    (await box.call<Body[]>("DELETE", "/spot/price_orders", { query: { market: "BTC_USDT" } })).body;
  assertEquals(rest.map((row) => [row["id"], row["status"]]), [[third, "cancelled"]]);
  const foreign = await box.call("GET", `/spot/price_orders/${long}`, { as: other });
  assertEquals(foreign.body["label"], "ORDER_NOT_FOUND");
});

Deno.test("A price order may wait for longer than a timer can", async () => {
  await using box = new GateBox();
  const month = 30 * 86_400;
  const body = {
    market: "BTC_USDT",
    trigger: { price: "1000", rule: "<=", expiration: month },
    put: { type: "limit", side: "buy", price: "1000", amount: "0.01", account: "normal" },
  };
  const made = await box.call("POST", "/spot/price_orders", { body });
  assertEquals(made.status, 201);
  const status = async (): Promise<unknown> =>
    (await box.call("GET", `/spot/price_orders/${made.body["id"]}`)).body["status"];
  for (let half = 0; half < 2; half++) box.run((month - 60) * 500);
  assertEquals(await status(), "open");
  box.run(61_000);
  assertEquals(await status(), "expired");
});

Deno.test("spot.priceorders tells what becomes of a price order", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.join("spot.priceorders", ["!all"]);
  const { id } = await create(box);
  await box.call("DELETE", `/spot/price_orders/${id}`);
  box.run(100);
  const rows = line.pushes("spot.priceorders").map(({ result }) => result as Body);
  assertEquals(rows.length, 2);
  const names =
    "market uid id currency_type exchange_type reason err_msg fired_order_id instant_cancel trigger_price " +
    "trigger_rule trigger_expiration price amount source order_type side engine_type is_stop_order " +
    "stop_trigger_price stop_trigger_rule stop_price ctime ftime";
  assertEquals(Object.keys(rows[0]!), names.split(" "));
  assert(rows.every((row) => row["id"] === String(id) && row["market"] === "BTC_USDT"));
});

for (
  const [what, body] of [
    ["no trigger", { put, market: "BTC_USDT" }],
    ["another rule", { ...stop, trigger: { ...trigger, rule: ">" } }],
    ["no time to wait", { ...stop, trigger: { ...trigger, expiration: 0 } }],
    ["an unknown market", { ...stop, market: "NOSUCH_USDT" }],
    ["too fine a price", { ...stop, put: { ...put, price: "1.23" } }],
    ["the margin account", { ...stop, put: { ...put, account: "margin" } }],
  ] as const
) {
  Deno.test(`Gate.io refuses a price order with ${what}`, async () => {
    await using box = new GateBox();
    const answer = await box.call("POST", "/spot/price_orders", { body });
    assertEquals([answer.status, "label" in answer.body], [400, true]);
  });
}
