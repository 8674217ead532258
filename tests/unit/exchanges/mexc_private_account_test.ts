import { assert, assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../src/core/errors.ts";
import { markClosedSymbols } from "../../../src/exchanges/mexc/api_symbols.ts";
import { MexcPrivateRest } from "../../../src/exchanges/mexc/private_rest.ts";
import { bitcoin, client, hype, now } from "../../support/mexc_fake_sender.ts";
import accountBody from "./mexc_private_payloads/account.json" with { type: "json" };
import configBody from "./mexc_private_payloads/capital_config.json" with { type: "json" };
import defaultBody from "./mexc_private_payloads/default_symbols.json" with { type: "json" };
import depositsBody from "./mexc_private_payloads/deposits.json" with { type: "json" };
import selfBody from "./mexc_private_payloads/self_symbols.json" with { type: "json" };
import tradeFeeBody from "./mexc_private_payloads/trade_fee.json" with { type: "json" };
import tradesBody from "./mexc_private_payloads/my_trades.json" with { type: "json" };
import uidBody from "./mexc_private_payloads/uid.json" with { type: "json" };
import withdrawalsBody from "./mexc_private_payloads/withdrawals.json" with { type: "json" };

const day = 86_400_000;

Deno.test("MexcPrivateRest tells fills with the value of their fee", async () => {
  const { rest, lines } = client(() => ({ body: tradesBody }));
  assertEquals(await rest.fills(bitcoin, now - day) as unknown, [{
    tradeId: "505979017439002624X1",
    clientOrderId: "",
    exchangeOrderId: "C02__505979017439002624115",
    instrument: bitcoin.id,
    side: "buy",
    price: 30_000,
    quantity: 0.001,
    notional: 30,
    fee: 0.015,
    feeCoin: "USDT",
    feeQuote: 0.015,
    liquidity: "taker",
    time: 1_700_000_001_000,
  }]);
  assertEquals(lines(), [
    `Q GET /api/v3/myTrades?symbol=BTCUSDT&startTime=${now - day}&endTime=${now + 60_000}&limit=100`,
  ]);
});

Deno.test("A fee in base is worth what the fill paid for it, one in another coin the instrument's rate", async () => {
  const fee = async (changes: Record<string, unknown>): Promise<number[]> => {
    const { rest } = client(() => ({ body: [{ ...tradesBody[0], ...changes }] }));
    const [fill] = await rest.fills(bitcoin, now - day);
    return [fill!.fee, fill!.feeQuote];
  };
  assertEquals(await fee({ commission: "0.0000005", commissionAsset: "BTC" }), [5e-7, 0.015]);
  assertEquals(await fee({ commission: "0.004", commissionAsset: "MX" }), [0.004, 30 * 0.0005]);
  assertEquals(await fee({ commission: "0", commissionAsset: "MX" }), [0, 0]);
  assertEquals(await fee({ commission: "-0.003" }), [-0.003, -0.003]);
});

/** A venue with fills at these times, which leaves out the oldest or the newest of a long answer. */
function manyFills(
  times: readonly number[],
  cut: "oldest" | "newest",
): { rest: MexcPrivateRest; lines: () => string[] } {
  const rows = times.map((time, index) => ({ ...tradesBody[0]!, id: `${index}X1`, time }));
  return client(({ parameters }) => {
    const { startTime, endTime, limit } = Object.fromEntries(parameters);
    const found = rows.filter(({ time }) => time >= Number(startTime) && time <= Number(endTime));
    if (cut === "oldest") found.reverse();
    return { body: found.slice(0, Number(limit)) };
  });
}

for (const cut of ["oldest", "newest"] as const) {
  Deno.test(`MexcPrivateRest finds every fill when the venue leaves out the ${cut} of a long answer`, async () => {
    // Some share a millisecond, and pages end within such a group.
    const times = Array.from({ length: 1234 }, (_, index) => now - day + Math.floor(index / 7) * 1000);
    const { rest, lines } = manyFills(times, cut);
    const fills = await rest.fills(bitcoin, now - 2 * day);
    assertEquals(fills.map(({ time }) => time), times);
    assertEquals(fills.map(({ tradeId }) => tradeId), times.map((_, index) => `${index}X1`));
    assert(lines().length < 40, `${lines().length} requests`);
  });
}

Deno.test("MexcPrivateRest says so when fills cannot be listed, and asks for no fills that are too old", async () => {
  const { rest } = manyFills(Array.from({ length: 100 }, () => now - 5), "oldest");
  await assertRejects(() => rest.fills(bitcoin, now - day), ProtocolError, "same millisecond");
  const old = client(() => ({ body: [] }));
  await old.rest.fills(bitcoin, 0);
  assert(old.lines()[0]!.includes(`startTime=${now - 30 * day + 60_000}&`), old.lines()[0]);
  await assertRejects(
    () => client(() => ({ body: tradesBody })).rest.fills(hype, now - day),
    ProtocolError,
    "BTCUSDT instead of HYPEUSDT",
  );
});

Deno.test("MexcPrivateRest tells balances and fee rates", async () => {
  const { rest } = client(({ path }) => ({ body: path.endsWith("account") ? accountBody : tradeFeeBody }));
  assertEquals(await rest.balances(), [
    { exchange: "MEXC_SPOT", coin: "USDT", available: 90, locked: 10, time: now },
  ]);
  assertEquals(await rest.fees(bitcoin), { maker: 0, taker: 0.0005 });
});

Deno.test("MexcPrivateRest tells the networks of the coins that are asked for", async () => {
  const { rest } = client(() => ({ body: configBody }));
  const networks = await rest.networks(["USDT", "BTC"]);
  assertEquals(networks, [
    {
      coin: "USDT",
      network: "TRX",
      depositEnabled: true,
      withdrawEnabled: false,
      withdrawFee: 1,
      withdrawMin: 10,
      contract: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    },
    {
      coin: "USDT",
      network: "ETH",
      depositEnabled: false,
      withdrawEnabled: true,
      withdrawFee: 3.5,
      withdrawMin: 20,
      contract: "0xdac17f958d2ee523a2206206994597c13d831ec7",
    },
    {
      coin: "BTC",
      network: "BTC",
      depositEnabled: true,
      withdrawEnabled: true,
      withdrawFee: 0.0001,
      withdrawMin: 0.001,
      contract: "",
    },
  ]);
  await assertRejects(() => rest.networks(), ProtocolError, "ODD");
});

Deno.test("MexcPrivateRest tells deposits and withdrawals week by week", async () => {
  const { rest, lines } = client(({ path, parameters }) => {
    const first = parameters[0]![1] === String(now - 10 * day);
    return { body: first ? path.endsWith("hisrec") ? depositsBody : withdrawalsBody : [] };
  });
  const rows = (await rest.transfers(now - 10 * day)).map((
    { kind, id, amount, status },
  ) => [kind, id, amount, status]);
  assertEquals(rows, [
    ["deposit", "77aa:1", 0.5, "pending"],
    ["deposit", "81e5e6b1a2c8:0", 50_000, "done"],
    ["withdrawal", "cc17", 25.5, "done"],
    ["withdrawal", "bb17a2d452684f00a523c015d512a341", 10, "pending"],
  ]);
  const ranges = lines().filter((line) => line.includes("hisrec"))
    .map((line) => /startTime=(\d+)&endTime=(\d+)/.exec(line)!.slice(1).map((text) => now - Number(text)));
  assertEquals(ranges, [[10 * day, 3 * day + 1], [3 * day, 0]]);
});

Deno.test("MexcPrivateRest says which symbols the key may trade, and the others are marked", async () => {
  const { rest } = client(({ path }) => ({ body: path.endsWith("selfSymbols") ? selfBody : defaultBody }));
  const symbols = await rest.apiSymbols();
  assertEquals([...symbols], ["BTCUSDT"]);
  assertEquals(markClosedSymbols([bitcoin, hype], symbols).map(({ tradable }) => tradable), [true, false]);
  const free = client(({ path }) => ({
    body: path.endsWith("selfSymbols") ? { data: [], code: 200 } : defaultBody,
  }));
  assertEquals([...await free.rest.apiSymbols()], ["AUSDT", "BTCUSDT"]);
});

Deno.test("MexcPrivateRest tells the number of the account", async () => {
  const { rest } = client(() => ({ body: uidBody }));
  assertEquals(await rest.uid(), "209302839");
});
