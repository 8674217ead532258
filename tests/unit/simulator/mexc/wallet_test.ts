import { assert, assertEquals } from "@std/assert";
import { type Body, exact, MexcBox } from "./mexc_box.ts";

type Terms = Record<string, string | number>;

async function rows(box: MexcBox, path: string, parameters: Terms = {}): Promise<Body[]> {
  return (await box.signed("GET", path, parameters)).body as unknown as Body[];
}

async function network(box: MexcBox, coin: string): Promise<Body> {
  const coins = await rows(box, "/api/v3/capital/config/getall");
  return (coins.find((row) => row.coin === coin)!.networkList as Body[])[0]!;
}

Deno.test("Every coin of the market has a network with fees and limits", async () => {
  await using box = new MexcBox();
  const coins = await rows(box, "/api/v3/capital/config/getall");
  assertEquals(coins.map(({ coin }) => coin), [
    "BTC",
    "ETH",
    "SOL",
    "XRP",
    "DOGE",
    "LUNC",
    "HYPE",
    "PEPE",
    "USDT",
  ]);
  for (const { coin, Name, networkList } of coins) {
    assertEquals(Name, coin);
    assert((networkList as Body[]).length > 0);
    for (const each of networkList as Body[]) {
      assertEquals(each.coin, coin);
      assertEquals([each.depositEnable, each.withdrawEnable, typeof each.sameAddress], [
        true,
        true,
        "boolean",
      ]);
      assertEquals([typeof each.network, typeof each.netWork, typeof each.minConfirm], [
        "string",
        "string",
        "number",
      ]);
      assert(0n < exact(each.withdrawFee) && exact(each.withdrawFee) <= exact(each.withdrawMin));
      assert(exact(each.withdrawMin) < exact(each.withdrawMax));
    }
  }
});

Deno.test("First deposits and later ones are in the history, newest first", async () => {
  await using box = new MexcBox();
  box.run(1000);
  box.simulator.accounts.deposit(
    box.simulator.accounts.account("mexc", "209302839")!,
    "MEXC_SPOT",
    "SOL",
    "2.5",
  );
  const list = await rows(box, "/api/v3/capital/deposit/hisrec");
  assertEquals(list.map(({ coin, amount, status }) => [coin, amount, status]), [
    ["SOL", "2.5", 5],
    ["BTC", "1", 5],
    ["USDT", "100000", 5],
  ]);
  assertEquals(Object.keys(list[0]!).sort(), [
    "address",
    "amount",
    "coin",
    "confirmTimes",
    "insertTime",
    "memo",
    "network",
    "status",
    "txId",
    "unlockConfirm",
  ]);
  const path = "/api/v3/capital/deposit/hisrec";
  assertEquals((await rows(box, path, { coin: "BTC" })).length, 1);
  assertEquals((await rows(box, path, { limit: 2 })).map(({ coin }) => coin), ["SOL", "BTC"]);
  assertEquals(await rows(box, path, { status: 4 }), []);
  const now = Math.floor(box.clock.epochMs());
  const tooLong = { startTime: now - 8 * 86_400_000, endTime: now };
  assertEquals((await box.signed("GET", path, tooLong)).body.code, 400);
});

Deno.test("A deposit address stays the same, and differs by coin network and user", async () => {
  await using box = new MexcBox();
  const path = "/api/v3/capital/deposit/address";
  const both = await rows(box, path, { coin: "USDT" });
  assertEquals(both.map((row) => Object.keys(row)), [["coin", "network", "address", "memo"], [
    "coin",
    "network",
    "address",
    "memo",
  ]]);
  assertEquals(await rows(box, path, { coin: "USDT", network: String(both[1]!.network) }), [both[1]!]);
  assert(both[0]!.address !== both[1]!.address);
  const posted = await box.signed("POST", path, { coin: "XRP", network: "XRP" });
  assertEquals((posted.body as unknown as Body[])[0]!.memo, "209302839");
  assertEquals((await box.signed("GET", path, { coin: "NOSUCH" })).body.code, 33333);
});

Deno.test("A withdrawal takes its coins at once and matures to success", async () => {
  await using box = new MexcBox();
  const { netWork, withdrawFee, network: name } = await network(box, "USDT");
  const terms = { coin: "USDT", netWork: String(netWork), address: "T123", amount: "500", remark: "out" };
  const { body } = await box.signed("POST", "/api/v3/capital/withdraw", terms);
  assertEquals(Object.keys(body), ["id"]);
  assertEquals(await box.balance("USDT"), { free: exact("99500"), locked: 0n });
  const history = async (): Promise<Body> => (await rows(box, "/api/v3/capital/withdraw/history"))[0]!;
  const young = await history();
  assertEquals(
    [
      young.id,
      young.coin,
      young.network,
      young.address,
      young.amount,
      young.transferType,
      young.transactionFee,
    ],
    [body.id, "USDT", name, "T123", "500", 0, withdrawFee],
  );
  assertEquals([young.status, young.txId, young.remark], [1, null, "out"]);
  const statuses = new Set<unknown>();
  for (let second = 0; second < 40; second++) {
    box.run(1000);
    statuses.add((await history()).status);
  }
  assertEquals([...statuses].at(-1), 7);
  assert((await history()).txId !== null);
  assertEquals((await rows(box, "/api/v3/capital/withdraw/history", { status: 7 })).length, 1);
  const late = await box.signed("DELETE", "/api/v3/capital/withdraw", { id: String(body.id) });
  assertEquals(late.body.code, 26);
  const entry = box.simulator.ledger.entries().find(({ cause }) => cause === "withdrawal")!;
  assertEquals([entry.available, entry.reference], [-exact("500"), String(body.id)]);
});

Deno.test("A withdrawal that is taken back soon returns its coins", async () => {
  await using box = new MexcBox();
  const line = await box.openPrivate();
  const terms = { coin: "BTC", netWork: "BTC", address: "b1", amount: "0.5" };
  const { body } = await box.signed("POST", "/api/v3/capital/withdraw", terms);
  const back = await box.signed("DELETE", "/api/v3/capital/withdraw", { id: String(body.id) });
  assertEquals(back.body, { id: body.id });
  assertEquals(await box.balance("BTC"), { free: exact("1"), locked: 0n });
  assertEquals(line.bodies("privateAccount").map(({ type, balanceAmount }) => [type, balanceAmount]), [
    ["WITHDRAW", "0.5"],
    ["WITHDRAW", "1"],
  ]);
});

const refused: [string, Terms, number][] = [
  ["no coin", { coin: "", netWork: "BTC" }, 44444],
  ["an unknown coin", { coin: "NOSUCH", netWork: "BTC" }, 33333],
  ["an unknown network", { coin: "BTC", netWork: "ETH" }, 33333],
  ["no address", { coin: "BTC", netWork: "BTC", amount: "0.1" }, 44444],
  ["no amount", { coin: "BTC", netWork: "BTC", address: "b1" }, 44444],
  ["a negative amount", { coin: "BTC", netWork: "BTC", address: "b1", amount: "-1" }, 10102],
  ["an amount under the least", { coin: "BTC", netWork: "BTC", address: "b1", amount: "0.00000001" }, 10097],
  ["more than there is", { coin: "BTC", netWork: "BTC", address: "b1", amount: "1.1" }, 10101],
];

for (const [what, terms, code] of refused) {
  Deno.test(`A withdrawal with ${what} is refused with ${code}`, async () => {
    await using box = new MexcBox();
    assertEquals((await box.signed("POST", "/api/v3/capital/withdraw", terms)).body.code, code);
    assertEquals((await box.balance("BTC")).free, exact("1"));
  });
}

Deno.test("A transfer moves coins to the futures account and back, and no more than are there", async () => {
  await using box = new MexcBox();
  const line = await box.openPrivate();
  const path = "/api/v3/capital/transfer";
  const out = { fromAccountType: "SPOT", toAccountType: "FUTURES", asset: "USDT" };
  const back = { fromAccountType: "FUTURES", toAccountType: "SPOT", asset: "USDT" };
  const { body } = await box.signed("POST", path, { ...out, amount: "300" });
  const [{ tranId }] = body as unknown as [Body];
  assertEquals(Object.keys((body as unknown as Body[])[0]!), ["tranId"]);
  assertEquals((await box.signed("POST", path, { ...back, amount: "100" })).status, 200);
  assertEquals((await box.signed("POST", path, { ...back, amount: "201" })).body.code, 10101);
  assertEquals((await box.signed("POST", path, { ...out, amount: "100000" })).body.code, 10101);
  assertEquals(
    (await box.signed("POST", path, { ...out, toAccountType: "SPOT", amount: "1" })).body.code,
    33333,
  );
  assertEquals(await box.balance("USDT"), { free: exact("99800"), locked: 0n });
  assertEquals(
    line.bodies("privateAccount").map(({ type, balanceAmountChange }) => [type, balanceAmountChange]),
    [
      ["CONTRACT_TRANSFER", "-300"],
      ["CONTRACT_TRANSFER", "100"],
    ],
  );
  const history = (await box.signed("GET", path, {
    fromAccountType: "SPOT",
    toAccountType: "FUTURES",
  })).body as { rows: Body[]; total: number };
  assertEquals([history.total, history.rows.length], [1, 1]);
  const { timestamp, ...row } = history.rows[0]!;
  assertEquals(typeof timestamp, "number");
  assertEquals(row, {
    tranId,
    clientTranId: null,
    asset: "USDT",
    amount: "300",
    fromAccountType: "SPOT",
    toAccountType: "FUTURES",
    status: "SUCCESS",
  });
});
