import { assert, assertEquals } from "@std/assert";
import { type Body, exact, GateBox, other, shape, user } from "./gate_box.ts";

const detail = JSON.parse(
  `{"user_id":1,"ip_whitelist":[],"currency_pairs":[],"key":{"mode":1},"tier":0,"tier_expire_time":"0001-01-01T00:00:00Z","copy_trading_role":0}`,
);
const fee = JSON.parse(
  `{"user_id":1,"taker_fee":"0.002","maker_fee":"0.002","rpi_maker_fee":"0","gt_discount":false,"gt_taker_fee":"0","gt_maker_fee":"0","loan_fee":"0.18","point_type":"1","futures_taker_fee":"0.0005","futures_maker_fee":"0.0002","futures_rpi_maker_fee":"0","delivery_taker_fee":"0.00016","delivery_maker_fee":"-0.00015","debit_fee":3,"rpi_mm":0}`,
);

Deno.test("Gate.io answers account and fee questions in the documented shape", async () => {
  await using box = new GateBox();
  const account = (await box.call("GET", "/account/detail")).body;
  assertEquals(shape(account), shape(detail));
  assertEquals([account["user_id"], account["key"]], [Number(user.uid), { mode: 1 }]);
  const fees = (await box.call("GET", "/wallet/fee", { query: { currency_pair: "BTC_USDT" } })).body;
  assertEquals([shape(fees), Object.keys(fees)], [shape(fee), Object.keys(fee)]);
  assertEquals({ ...fees, user_id: 1 }, fee);
  const limits = (await box.call<Body[]>("GET", "/account/rate_limit")).body;
  const row = { type: "spot", tier: "1", ratio: "0", main_ratio: "0", updated_at: "1728230400" };
  assertEquals(limits.map(shape), [shape(row), shape(row)]);
  assertEquals((await box.call("GET", "/account/debit_fee")).body, { enabled: false });
  assertEquals((await box.call("POST", "/account/debit_fee", { body: { enabled: true } })).status, 204);
  assertEquals((await box.call("GET", "/account/debit_fee")).body, { enabled: true });
});

Deno.test("A transfer moves USDT between the spot and the futures account of Gate.io, and back", async () => {
  await using box = new GateBox();
  const transfer = (from: string, to: string, amount: string, more: Body = {}): Promise<{ body: Body }> =>
    box.call("POST", "/wallet/transfers", { body: { currency: "USDT", from, to, amount, ...more } });
  const futures = async (): Promise<unknown> =>
    (await box.call("GET", "/futures/usdt/accounts")).body["available"];
  const first = await transfer("spot", "futures", "250.75", { settle: "usdt" });
  assertEquals((await box.balance("USDT")).free, exact("99749.25"));
  assertEquals(exact(await futures()), exact("750.75"));
  const second = await transfer("futures", "spot", "750.75", { settle: "USDT" });
  assert(Number(second.body["tx_id"]) > Number(first.body["tx_id"]));
  assertEquals((await box.balance("USDT")).free, exact("100500"));
  assertEquals(exact(await futures()), 0n);
  const refused = async (answer: Promise<{ body: Body }>, label: string): Promise<void> => {
    assertEquals((await answer).body["label"], label);
  };
  await refused(transfer("futures", "spot", "0.01"), "FUTURES_BALANCE_NOT_ENOUGH");
  await refused(transfer("spot", "futures", "100500.01"), "BALANCE_NOT_ENOUGH");
  await refused(transfer("spot", "spot", "1"), "INVALID_PARAM_VALUE");
  await refused(transfer("spot", "margin", "1"), "INVALID_PARAM_VALUE");
  await refused(transfer("spot", "futures", "-1"), "INVALID_PARAM_VALUE");
  await refused(transfer("spot", "futures", "1", { currency: "BTC" }), "INVALID_CURRENCY");
  await refused(transfer("spot", "futures", "1", { settle: "btc" }), "INVALID_PARAM_VALUE");
  assertEquals((await box.balance("USDT")).free, exact("100500"), "nothing moved");
});

Deno.test("What is bound in orders cannot be transferred", async () => {
  await using box = new GateBox();
  await box.order({ type: "limit", side: "buy", amount: "1.5", price: "60000" });
  const body = { currency: "USDT", from: "spot", to: "futures", amount: "10000.01" };
  assertEquals((await box.call("POST", "/wallet/transfers", { body })).body["label"], "BALANCE_NOT_ENOUGH");
  assertEquals(
    (await box.call("POST", "/wallet/transfers", { body: { ...body, amount: "10000" } })).status,
    200,
  );
});

Deno.test("A Gate.io withdrawal leaves at once, can be cancelled at first and is done later", async () => {
  await using box = new GateBox();
  const body = {
    currency: "USDT",
    amount: "100.5",
    address: "0xabc",
    chain: "ETH",
    memo: "",
    withdraw_order_id: "o-1",
  };
  const { status, body: row } = await box.call("POST", "/withdrawals", { body });
  assertEquals([status, row["status"], row["amount"]], [200, "REQUEST", "100.5"]);
  assertEquals((await box.balance("USDT")).free, exact("99899.5"));
  const soon = await box.call("POST", "/withdrawals", { body: { ...body, withdraw_order_id: "o-2" } });
  assertEquals(soon.status, 429, "one in three seconds");
  box.run(3000);
  assertEquals((await box.call("POST", "/withdrawals", { body })).body["label"], "DUPLICATE_REQUEST");
  box.run(3000);
  const poor = { ...body, withdraw_order_id: "o-3", amount: "99899.51" };
  assertEquals((await box.call("POST", "/withdrawals", { body: poor })).body["label"], "BALANCE_NOT_ENOUGH");
  const cancelled = await box.call("DELETE", `/withdrawals/${row["id"]}`);
  assertEquals([cancelled.status, cancelled.body["status"]], [200, "CANCEL"]);
  assertEquals((await box.balance("USDT")).free, exact("100000"));
  const again = await box.call("DELETE", `/withdrawals/${row["id"]}`);
  assertEquals(again.body["label"], "INVALID_WITHDRAW_CANCEL_STATUS");
  assertEquals((await box.call("DELETE", "/withdrawals/w1")).body["label"], "INVALID_WITHDRAW_ID");
  box.run(3000);
  await box.call("POST", "/withdrawals", { body: { ...body, withdraw_order_id: "o-4" } });
  box.run(700_000);
  const list = (await box.call<Body[]>("GET", "/wallet/withdrawals", { query: { currency: "USDT" } })).body;
  assertEquals(list.map((each) => each["status"]), ["DONE", "CANCEL"]);
});

Deno.test("Gate.io lists first deposits, addresses, chains and withdrawal terms", async () => {
  await using box = new GateBox();
  const deposits = (await box.call<Body[]>("GET", "/wallet/deposits")).body;
  assertEquals(deposits.map((row) => [row["currency"], row["amount"], row["status"]]), [
    ["ETH", "10", "DONE"],
    ["BTC", "2", "DONE"],
    ["USDT", "100000", "DONE"],
  ]);
  for (
    const name of ["id", "txid", "currency", "amount", "address", "memo", "chain", "status", "timestamp"]
  ) {
    assertEquals(typeof deposits[0]![name], "string");
  }
  const query = { currency: "BTC" };
  const own = (await box.call("GET", "/wallet/deposit_address", { query })).body;
  const theirs = (await box.call("GET", "/wallet/deposit_address", { query, as: other })).body;
  assert(own["address"] !== theirs["address"] && (own["multichain_addresses"] as unknown[]).length === 1);
  const status = (await box.call<Body[]>("GET", "/wallet/withdraw_status", { query })).body;
  assertEquals([status.length, status[0]!["currency"]], [1, "BTC"]);
  const chains = (await box.call<Body[]>("GET", "/wallet/currency_chains", { query, as: "none" })).body;
  assertEquals(chains[0]!["chain"], "BTC");
});

Deno.test("USDT and ETH of Gate.io come and go on more than one chain, Ethereum first", async () => {
  await using box = new GateBox();
  for (const [coin, names] of [["USDT", ["ETH", "TRX"]], ["ETH", ["ETH", "ARBEVM"]]] as const) {
    const query = { currency: coin };
    const { body: chains } = await box.call<Body[]>("GET", "/wallet/currency_chains", { query, as: "none" });
    assertEquals(chains.map((row) => row["chain"]), [...names]);
    assertEquals(chains[0]!["name_en"], "ETH/ERC20");
    const { body: own } = await box.call("GET", "/wallet/deposit_address", { query });
    const addresses = own["multichain_addresses"] as Body[];
    assertEquals(addresses.map((row) => row["chain"]), [...names]);
    assertEquals(addresses[0]!["address"], own["address"]);
    assert(addresses[1]!["address"] !== own["address"]);
    const { body: currency } = await box.call("GET", `/spot/currencies/${coin}`, { as: "none" });
    assertEquals((currency["chains"] as Body[]).map((row) => row["name"]), [...names]);
    const { body: status } = await box.call<Body[]>("GET", "/wallet/withdraw_status", { query });
    assertEquals(Object.keys(status[0]!["withdraw_fix_on_chains"] as Body), [...names]);
  }
  const body = { currency: "USDT", amount: "1", address: "T1", chain: "TRX" };
  assertEquals((await box.call("POST", "/withdrawals", { body })).body["chain"], "TRX");
  box.run(3000);
  const refused = await box.call("POST", "/withdrawals", { body: { ...body, chain: "SOL" } });
  assertEquals(refused.body["label"], "INVALID_PARAM_VALUE");
});

Deno.test("Nobody on Gate.io has a margin or a unified account", async () => {
  await using box = new GateBox();
  assertEquals((await box.call<Body[]>("GET", "/margin/accounts")).body, []);
  const { status, body } = await box.call("GET", "/unified/accounts");
  assertEquals([status, body["label"]], [400, "ACCOUNT_EXCEPTION"]);
  const liquidation = { currency_pair: "BTC_USDT", amount: "1", price: "65000" };
  const refused = await box.call("POST", "/spot/cross_liquidate_orders", { body: liquidation });
  assertEquals(refused.body["label"], "MARGIN_NOT_SUPPORTED");
});

Deno.test("Fee ratios of Gate.io have no exponent, however small", async () => {
  const fees = { GATEIO_SPOT: { maker: 0.0000005, taker: 0.00000025 } };
  await using box = new GateBox({ accounts: [{ ...user, fees }] });
  const { body } = await box.call("GET", "/wallet/fee", { query: { currency_pair: "BTC_USDT" } });
  assertEquals([body["maker_fee"], body["taker_fee"]], ["0.0000005", "0.00000025"]);
});

Deno.test("The total balance of Gate.io is worth what its coins are worth at the last prices", async () => {
  await using box = new GateBox();
  const { body } = await box.call("GET", "/wallet/total_balance");
  const details = body["details"] as Record<string, Body>;
  // 100,000 USDT, 2 BTC at 65,000, 10 ETH at 2,000.
  assertEquals(details["spot"], { currency: "USDT", amount: "250000" });
  assertEquals(details["futures"], { currency: "USDT", amount: "500", unrealised_pnl: "0" });
  assertEquals((body["total"] as Body)["amount"], "250500");
});

Deno.test("Users of Gate.io join and leave groups against self-trading", async () => {
  await using box = new GateBox();
  const group = (await box.call("POST", "/account/stp_groups", { body: { name: "desk" } })).body;
  assertEquals(shape(group), { id: "number", name: "string", creator_id: "number", create_time: "number" });
  const path = `/account/stp_groups/${group["id"]}/users`;
  const uids = [Number(user.uid), Number(other.uid)];
  const joined = (await box.call<Body[]>("POST", path, { body: uids })).body;
  assertEquals(joined.map((row) => [row["user_id"], row["stp_id"]]), uids.map((uid) => [uid, group["id"]]));
  const order = { type: "limit", side: "sell", amount: "0.001", price: "64999.5", stp_act: "cb" };
  assertEquals((await box.order(order, { as: other })).body["stp_id"], group["id"]);
  const left = (await box.call<Body[]>("DELETE", path, { query: { user_id: other.uid } })).body;
  assertEquals(left.map((row) => row["user_id"]), [Number(user.uid)]);
  assertEquals((await box.order(order, { as: other })).body["label"], "INVALID_PARAM_VALUE");
  assertEquals((await box.call<Body[]>("GET", "/account/stp_groups", { query: { name: "de" } })).body, [
    group,
  ]);
  assertEquals((await box.call<Body[]>("GET", "/account/stp_groups", { as: other })).body, []);
  assertEquals((await box.call("GET", path, { as: other })).body["label"], "INVALID_PARAM_VALUE");
  assertEquals((await box.call("POST", path, { body: [1] })).body["label"], "SUB_ACCOUNT_NOT_FOUND");
});
