import { assertEquals } from "@std/assert";
import { MexcBox, other, user } from "./mexc_box.ts";

Deno.test("A MEXC account states its balances with every documented field", async () => {
  await using box = new MexcBox();
  await box.order({ symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "0.01", price: "80000" });
  assertEquals((await box.signed("GET", "/api/v3/account")).body, {
    makerCommission: null,
    takerCommission: null,
    buyerCommission: null,
    sellerCommission: null,
    canTrade: true,
    canWithdraw: true,
    canDeposit: true,
    updateTime: null,
    accountType: "SPOT",
    balances: [
      { asset: "USDT", free: "99200", locked: "800", available: "99200" },
      { asset: "BTC", free: "1", locked: "0", available: "1" },
    ],
    permissions: ["SPOT"],
  });
});

Deno.test("Fees are numbers, those of the account before those of the symbol", async () => {
  const cheap = { ...other, fees: { MEXC_SPOT: { maker: 0, taker: 0.0002 } } };
  await using box = new MexcBox({ accounts: [user, cheap] });
  const { body } = await box.signed("GET", "/api/v3/tradeFee", { symbol: "BTCUSDT" });
  const { timestamp, ...rest } = body;
  assertEquals(typeof timestamp, "number");
  assertEquals(rest, { data: { makerCommission: 0, takerCommission: 0.0005 }, code: 0, msg: "success" });
  const own = await box.signed("GET", "/api/v3/tradeFee", { symbol: "BTCUSDT" }, { as: cheap });
  assertEquals((own.body.data as Record<string, number>).takerCommission, 0.0002);
});

Deno.test("An account has a uid, a verification, symbols and a switch for fees in MX", async () => {
  await using box = new MexcBox();
  assertEquals((await box.signed("GET", "/api/v3/uid")).body, { uid: "209302839" });
  assertEquals((await box.signed("GET", "/api/v3/kyc/status")).body, { status: "2" });
  const { code, data, msg } = (await box.signed("GET", "/api/v3/selfSymbols")).body;
  assertEquals([code, (data as string[]).length, msg], [200, 8, null]);
  const path = "/api/v3/mxDeduct/enable";
  const enabled = async (): Promise<unknown> => (await box.signed("GET", path)).body.data;
  assertEquals(await enabled(), { mxDeductEnable: false });
  const { body } = await box.signed("POST", path, { mxDeductEnable: "true" });
  assertEquals([body.code, body.msg, Object.keys(body)], [0, "success", [
    "data",
    "code",
    "msg",
    "timestamp",
  ]]);
  assertEquals(await enabled(), { mxDeductEnable: true });
  assertEquals((await box.signed("POST", path, { mxDeductEnable: "maybe" })).body.code, 33333);
});

Deno.test("Strategy groups are made, found, joined, left and removed", async () => {
  await using box = new MexcBox();
  const path = "/api/v3/strategy/group";
  const made = await box.signed("POST", path, { tradeGroupName: "mine" });
  assertEquals(Object.keys(made.body), ["data", "code", "msg", "timestamp"]);
  const data = made.body.data as Record<string, unknown>;
  assertEquals(Object.keys(data), ["tradeGroupName", "tradeGroupId", "createTime", "updateTime"]);
  assertEquals((await box.signed("GET", path, { tradeGroupName: "mine" })).body.data, data);
  assertEquals((await box.signed("GET", path, { tradeGroupName: "mine" }, { as: other })).status, 400);
  const tradeGroupId = String(data.tradeGroupId);
  assertEquals((await box.signed("POST", `${path}/uid`, { tradeGroupId, uid: "1" })).body.code, 140001);
  const account = box.simulator.accounts.account("mexc", user.uid)!;
  await box.signed("POST", `${path}/uid`, { tradeGroupId, uid: user.uid });
  assertEquals(account.stpGroup > 0, true);
  await box.signed("DELETE", `${path}/uid`, { tradeGroupId, uid: user.uid });
  assertEquals(account.stpGroup, 0);
  await box.signed("DELETE", path, { tradeGroupId });
  assertEquals((await box.signed("GET", path, { tradeGroupName: "mine" })).status, 400);
  for (let count = 0; count < 10; count++) {
    assertEquals((await box.signed("POST", path, { tradeGroupName: `g${count}` })).status, 200);
  }
  assertEquals((await box.signed("POST", path, { tradeGroupName: "g10" })).status, 400);
});
