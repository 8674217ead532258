import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { PositionReport } from "../../../src/core/account.ts";
import type { BalanceSnapshot } from "../../../src/core/balance.ts";
import { NetworkError } from "../../../src/core/errors.ts";
import type { Fill } from "../../../src/core/fill.ts";
import type { OrderReport } from "../../../src/core/order_request.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import {
  FuturesPrivateChannels,
  SpotPrivateChannels,
} from "../../../src/exchanges/gateio/private_channels.ts";
import { GateioSigner } from "../../../src/exchanges/gateio/private_signer.ts";
import { GateioPrivateStream } from "../../../src/exchanges/gateio/private_stream.ts";
import { advance, FakeNetwork, settle } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const table = testInstruments(["BTC"]);
const spot = table.find("GATEIO_SPOT", "BTC_USDT")!;
const futures = table.find("GATEIO_FUTURES", "BTC_USDT")!;
const start = 1_700_000_000_000;

interface Sent {
  readonly time: number;
  readonly id: number;
  readonly channel: string;
  readonly event: string;
  readonly payload?: readonly string[];
  readonly auth: { readonly SIGN: string };
}

/** A private stream whose other side is the test. */
class Ear {
  readonly clock = new SimulatedClock(start);
  readonly network = new FakeNetwork();
  readonly logger = new MemoryLogger();
  readonly orders: OrderReport[] = [];
  readonly fills: Fill[] = [];
  readonly balances: BalanceSnapshot[] = [];
  readonly positions: PositionReport[] = [];
  readonly life: string[] = [];
  readonly stream: GateioPrivateStream;
  /** Answers of the account: how often it was asked, and whether it fails. */
  asked = { users: 0, balances: 0, failing: false };

  constructor(market: "spot" | "futures") {
    const find = (symbol: string): typeof spot | undefined =>
      table.find(market === "spot" ? "GATEIO_SPOT" : "GATEIO_FUTURES", symbol);
    this.stream = new GateioPrivateStream({
      url: "wss://venue",
      network: this.network,
      clock: this.clock,
      random: new SeededRandom(1),
      logger: this.logger,
      signer: new GateioSigner({ apiKey: "gateTestKey0001", secretKey: "gateTestSecret0001" }),
      channels: market === "spot" ? new SpotPrivateChannels(find) : new FuturesPrivateChannels(find),
      ...(market === "spot" ? {} : { account: this.#account() }),
    });
    this.stream.bind("order", (report) => this.orders.push(report));
    this.stream.bind("fill", (fill) => this.fills.push(fill));
    this.stream.bind("balance", (balance) => this.balances.push(balance));
    this.stream.bind("position", (position) => this.positions.push(position));
    this.stream.bind("live", () => this.life.push("live"));
    this.stream.bind("lost", () => this.life.push("lost"));
  }

  get sent(): Sent[] {
    return this.network.socket.sent.map((text) => JSON.parse(text));
  }

  async open(): Promise<this> {
    this.stream.start();
    this.network.socket.handlers.onOpen();
    await settle();
    return this;
  }

  /** Opens the connection and confirms everything. */
  async live(): Promise<this> {
    await this.open();
    for (const { id, channel } of this.sent) this.reply(channel, id);
    assertEquals(this.stream.isLive, true);
    return this;
  }

  reply(channel: string, id: number | undefined, error?: { code: number; message: string }): void {
    this.receive({
      time: 1_700_000_000,
      ...(id === undefined ? {} : { id }),
      channel,
      event: "subscribe",
      ...(error === undefined ? { result: { status: "success" } } : { error, result: null }),
    });
  }

  push(channel: string, ...rows: unknown[]): void {
    this.receive({ time: 1_700_000_000, time_ms: start + 7, channel, event: "update", result: rows });
  }

  receive(message: unknown): void {
    this.network.socket.handlers.onText(typeof message === "string" ? message : JSON.stringify(message));
  }

  #account(): { userId(): Promise<string>; balances(): Promise<BalanceSnapshot[]> } {
    const fail = (): void => {
      if (this.asked.failing) throw new NetworkError("No answer");
    };
    return {
      userId: async (): Promise<string> => {
        this.asked.users += 1;
        await Promise.resolve();
        fail();
        return "110284739";
      },
      balances: async (): Promise<BalanceSnapshot[]> => {
        this.asked.balances += 1;
        const time = this.asked.balances;
        await Promise.resolve();
        fail();
        return [{ exchange: "GATEIO_FUTURES", coin: "USDT", available: 90, locked: 10, time }];
      },
    };
  }
}

Deno.test("GateioPrivateStream subscribes to spot as the documents sign it", async () => {
  const ear = await new Ear("spot").open();
  assertEquals(ear.sent.map(({ channel, event, payload }) => [channel, event, payload]), [
    ["spot.orders", "subscribe", ["!all"]],
    ["spot.usertrades", "subscribe", ["!all"]],
    ["spot.balances", "subscribe", undefined],
  ]);
  const [orders] = ear.sent;
  assertEquals([orders!.time, orders!.auth.SIGN.slice(0, 16)], [1_700_000_000, "cab101d848ff789e"]);
});

Deno.test("GateioPrivateStream subscribes to futures with the number of the user, which it asks for once", async () => {
  const ear = await new Ear("futures").live();
  assertEquals(ear.sent.map(({ channel, payload }) => [channel, payload]), [
    ["futures.orders", ["110284739", "!all"]],
    ["futures.usertrades", ["110284739", "!all"]],
    ["futures.positions", ["110284739", "!all"]],
    ["futures.balances", ["110284739"]],
  ]);
  assertEquals(ear.sent[2]!.auth.SIGN.slice(0, 16), "a69b75c14aec556b");
  ear.network.socket.handlers.onClose(1006, "");
  advance(ear.clock, 1000);
  await ear.live();
  assertEquals([ear.asked.users, ear.life], [1, ["live", "lost", "live"]]);
});

Deno.test("GateioPrivateStream is live only when every subscription is confirmed", async () => {
  const ear = await new Ear("spot").open();
  const [orders, trades, balances] = ear.sent;
  ear.reply(orders!.channel, orders!.id);
  ear.reply(orders!.channel, orders!.id);
  ear.reply(balances!.channel, balances!.id);
  assertEquals([ear.stream.isLive, ear.life], [false, []]);
  ear.reply(trades!.channel, trades!.id);
  assertEquals([ear.stream.isLive, ear.life], [true, ["live"]]);
  ear.stream.stop();
  assertEquals([ear.stream.isLive, ear.network.socket.closedWith], [false, 1000]);
});

Deno.test("GateioPrivateStream starts over when a subscription is refused or not confirmed in time", async () => {
  const error = { code: 4, message: `{"label":"INVALID_KEY","message":"Invalid key provided"}\n` };
  for (const numbered of [true, false]) {
    const ear = await new Ear("spot").open();
    ear.reply("spot.orders", numbered ? ear.sent[0]!.id : undefined, error);
    assertEquals(ear.logger.messages("error"), ["A private subscription was refused"]);
    advance(ear.clock, 1000);
    assertEquals([ear.network.sockets.length, ear.life], [2, []]);
  }
  const silent = await new Ear("spot").open();
  advance(silent.clock, 10_500);
  assertEquals(silent.network.sockets.length, 2);
});

Deno.test("GateioPrivateStream starts over when it cannot learn the number of the user", async () => {
  const ear = new Ear("futures");
  ear.asked.failing = true;
  await ear.open();
  assertEquals(ear.sent, []);
  ear.asked.failing = false;
  advance(ear.clock, 1000);
  await ear.live();
  assertEquals([ear.asked.users, ear.life], [2, ["live"]]);
});

Deno.test("GateioPrivateStream forgets a connection that was replaced while it asked for the user", async () => {
  const ear = new Ear("futures");
  ear.stream.start();
  ear.network.socket.handlers.onOpen();
  ear.network.socket.handlers.onClose(1006, "");
  await settle();
  assertEquals(ear.sent, []);
  advance(ear.clock, 1000);
  await ear.live();
});

Deno.test("GateioPrivateStream reads the captured spot order, and its states", async () => {
  const ear = await new Ear("spot").live();
  const row = JSON.parse(
    `{"id":"1036717689726","text":"t-mine","create_time":"1774613210","update_time":"1774613210","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.1","price":"200","time_in_force":"gtc","left":"0.1","filled_amount":"0","filled_total":"0","avg_deal_price":"0","fee":"0","fee_currency":"BTC","point_fee":"0","gt_fee":"0","rebated_fee":"0","rebated_fee_currency":"BTC","create_time_ms":"1774613210391","update_time_ms":"1774613210391","user":10406147,"event":"put","stp_id":0,"stp_act":"-","finish_as":"open","biz_info":"-","amend_text":"-"}`,
  );
  const part = { left: "0.06", filled_amount: "0.04", filled_total: "8", avg_deal_price: "200" };
  ear.push("spot.orders", row, { ...row, event: "update", ...part });
  ear.push("spot.orders", { ...row, event: "finish", finish_as: "cancelled", ...part });
  ear.push("spot.orders", { ...row, event: "finish", finish_as: "cancelled" }, {
    ...row,
    event: "finish",
    finish_as: "filled",
    left: "0",
    filled_amount: "0.1",
    filled_total: "20",
    avg_deal_price: "200",
  });
  ear.push("spot.orders", { ...row, currency_pair: "NOSUCH_USDT" }, {
    ...row,
    id: 12,
    amount: 0.1,
    price: 200,
    text: "web",
  });
  assertEquals(ear.orders[0], {
    instrument: spot.id,
    exchangeOrderId: "1036717689726",
    clientOrderId: "mine",
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    priceTicks: 2000,
    lots: 100_000,
    filledLots: 0,
    averagePrice: 0,
    status: "open",
    reduceOnly: false,
    createdAt: 1774613210391,
    updatedAt: 1774613210391,
  });
  assertEquals(ear.orders.map(({ status, filledLots, averagePrice }) => [status, filledLots, averagePrice]), [
    ["open", 0, 0],
    ["partially-filled", 40_000, 200],
    ["partially-cancelled", 40_000, 200],
    ["cancelled", 0, 0],
    ["filled", 100_000, 200],
    ["open", 0, 0],
  ]);
  assertEquals([ear.orders[5]!.exchangeOrderId, ear.orders[5]!.clientOrderId], ["12", ""]);
});

Deno.test("GateioPrivateStream reads a spot market buy, whose amount is in quote", async () => {
  const ear = await new Ear("spot").live();
  const row = {
    id: "1",
    text: "t-m",
    currency_pair: "BTC_USDT",
    type: "market",
    side: "buy",
    amount: "50",
    price: "0",
    time_in_force: "ioc",
    left: "0.01",
    filled_amount: "0.0008",
    filled_total: "49.99",
    avg_deal_price: "62487.5",
    create_time_ms: "1774613210391",
    update_time_ms: "1774613210392",
    event: "finish",
    finish_as: "filled",
  };
  ear.push("spot.orders", row, { ...row, filled_amount: undefined });
  for (const { type, lots, filledLots, status, priceTicks } of ear.orders) {
    assertEquals([type, lots, filledLots, status, priceTicks], ["market", 800, 800, "filled", 0]);
  }
  assertEquals(ear.orders.length, 2);
});

Deno.test("GateioPrivateStream reads the documented spot fill, and fees in every coin", async () => {
  const ear = await new Ear("spot").live();
  const row = JSON.parse(
    `{"id":5736713,"user_id":1000001,"order_id":"30784428","currency_pair":"BTC_USDT","create_time":1605176741,"create_time_ms":"1605176741123.456","side":"sell","amount":"1","role":"taker","price":"10000","fee":"0.002","fee_currency":"USDT","point_fee":"0","gt_fee":"0","text":"apiv4","amend_text":"-","id_market":5736713}`,
  );
  ear.push(
    "spot.usertrades",
    row,
    { ...row, side: "buy", fee: "0.0015", fee_currency: "BTC" },
    { ...row, fee: "0", fee_currency: "", gt_fee: "0.7" },
    { ...row, fee: "0", fee_currency: "", point_fee: "1.5" },
    { ...row, fee: "-0.5" },
  );
  const [sold, bought, gt, points, rebate] = ear.fills;
  assertEquals<unknown>(sold, {
    tradeId: "5736713",
    clientOrderId: "",
    exchangeOrderId: "30784428",
    instrument: spot.id,
    side: "sell",
    price: 10_000,
    quantity: 1,
    notional: 10_000,
    fee: 0.002,
    feeCoin: "USDT",
    feeQuote: 0.002,
    liquidity: "taker",
    time: 1605176741123,
  });
  assertEquals<unknown>([bought!.feeCoin, bought!.fee, bought!.feeQuote], ["BTC", 0.0015, 15]);
  assertEquals<unknown>([gt!.feeCoin, gt!.fee, gt!.feeQuote], ["GT", 0.7, NaN]);
  assertEquals<unknown>([points!.feeCoin, points!.fee, points!.feeQuote], ["POINT", 1.5, NaN]);
  assertEquals<unknown>([rebate!.fee, rebate!.feeQuote], [-0.5, -0.5]);
});

Deno.test("GateioPrivateStream reads the documented spot balance", async () => {
  const ear = await new Ear("spot").live();
  ear.push(
    "spot.balances",
    JSON.parse(
      `{"timestamp":"1667556323","timestamp_ms":"1667556323730","user":"1000001","currency":"USDT","change":"0","total":"222244.38","available":"222239.38","freeze":"5","freeze_change":"5.000000","change_type":"order-create"}`,
    ),
  );
  assertEquals(ear.balances, [{
    exchange: "GATEIO_SPOT",
    coin: "USDT",
    available: 222239.38,
    locked: 5,
    time: 1667556323730,
  }]);
});

const futuresOrder =
  `{"contract":"BTC_USDT","create_time":1628736847,"create_time_ms":1628736847325,"fill_price":40000.4,"finish_as":"filled","finish_time":1628736848,"finish_time_ms":1628736848321,"iceberg":0,"id":4872460,"id_string":"4872460","is_close":false,"is_liq":false,"is_reduce_only":false,"left":0,"mkfr":-0.00025,"price":40000.4,"refr":0,"refu":0,"size":1,"status":"finished","text":"t-1","tif":"gtc","tkfr":0.0005,"user":"110","update_id":1,"update_time":1628736848321,"biz_info":"-","stp_id":"0","stp_act":"-","amend_text":"-","role":"taker","fee":"0.02","point_fee":"0","pos_margin_mode":"cross","leverage":"10"}`;

Deno.test("GateioPrivateStream reads the documented futures order, with numbers and with texts", async () => {
  const ear = await new Ear("futures").live();
  const row = JSON.parse(futuresOrder);
  const texts = { fill_price: "40000.4", price: "40000.4", size: "1", left: "0" };
  ear.push("futures.orders", row, { ...row, ...texts });
  ear.push(
    "futures.orders",
    {
      ...row,
      size: -10,
      left: -10,
      fill_price: 0,
      status: "open",
      finish_as: "_new",
      finish_time: 0,
      tif: "poc",
    },
    { ...row, size: -10, left: -4, status: "open", finish_as: "_update", is_reduce_only: true },
    { ...row, size: -10, left: -4, finish_as: "reduce_out" },
    { ...row, size: 10, left: 10, finish_as: "stp", price: 0, tif: "ioc", fill_price: 0 },
    { ...row, contract: "NOSUCH_USDT" },
  );
  assertEquals(ear.orders[1], ear.orders[0]);
  assertEquals(ear.orders[0], {
    instrument: futures.id,
    exchangeOrderId: "4872460",
    clientOrderId: "1",
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    priceTicks: 400004,
    lots: 1,
    filledLots: 1,
    averagePrice: 40000.4,
    status: "filled",
    reduceOnly: false,
    createdAt: 1628736847325,
    updatedAt: 1628736848321,
  });
  assertEquals(
    ear.orders.slice(2).map((
      { side, type, status, filledLots, lots, reduceOnly },
    ) => [side, type, status, filledLots, lots, reduceOnly]),
    [
      ["sell", "post-only", "open", 0, 10, false],
      ["sell", "limit", "partially-filled", 6, 10, true],
      ["sell", "limit", "partially-cancelled", 6, 10, false],
      ["buy", "market", "cancelled", 0, 10, false],
    ],
  );
});

Deno.test("GateioPrivateStream keeps every digit of a futures order id", async () => {
  const ear = await new Ear("futures").live();
  const text = futuresOrder.replace(`"id_string":"4872460",`, "").replace("4872460", "299207900263708423");
  ear.receive(`{"time":1700000000,"channel":"futures.orders","event":"update","result":[${text}]}`);
  assertEquals(ear.orders[0]!.exchangeOrderId, "299207900263708423");
});

Deno.test("GateioPrivateStream reads the documented futures fill in base units, and the position", async () => {
  const ear = await new Ear("futures").live();
  const fill = JSON.parse(
    `{"id":"3335259","create_time":1628736848,"create_time_ms":1628736848321,"contract":"BTC_USDT","order_id":"4872460","size":1,"price":"40000.4","role":"maker","text":"api","fee":0.0009290592,"point_fee":0,"amend_text":"-","biz_info":"-","close_size":0}`,
  );
  ear.push("futures.usertrades", fill, { ...fill, size: -25, fee: "-0.01" });
  const [first, second] = ear.fills;
  assertEquals<unknown>([first!.tradeId, first!.side, first!.quantity], ["3335259", "buy", 0.0001]);
  assertAlmostEquals(first!.notional, 4.00004, 1e-12);
  assertEquals<unknown>([first!.fee, first!.feeCoin, first!.feeQuote, first!.time], [
    0.0009290592,
    "USDT",
    0.0009290592,
    1628736848321,
  ]);
  assertEquals<unknown>([second!.side, second!.quantity, second!.fee], ["sell", 0.0025, -0.01]);
  const position = JSON.parse(
    `{"contract":"BTC_USDT","cross_leverage_limit":0,"entry_price":40000.36666661111,"history_pnl":-0.000108569505,"history_point":0,"last_close_pnl":-0.000050123368,"leverage":0,"leverage_max":100,"liq_price":0.1,"maintenance_rate":0.005,"margin":49.999890611186,"mode":"single","realised_pnl":-1.25e-8,"realised_point":0,"risk_limit":100,"size":3,"time":1628736848,"time_ms":1628736848321,"user":"110","update_id":170919,"pos_margin_mode":"cross","lever":"10"}`,
  );
  ear.push("futures.positions", position, {
    ...position,
    mode: "dual_short",
    size: "-3",
    pos_margin_mode: undefined,
    lever: undefined,
    leverage: "20",
  });
  const expected: PositionReport = {
    instrument: futures.id,
    side: "single",
    lots: 3,
    entryPrice: 40000.36666661111,
    markPrice: NaN,
    liquidationPrice: 0.1,
    marginMode: "cross",
    leverage: 10,
    maxLeverage: 100,
    margin: 49.999890611186,
    unrealisedPnl: NaN,
    realisedPnl: -1.25e-8,
    time: 1628736848321,
  };
  assertEquals(ear.positions, [expected, {
    ...expected,
    side: "short",
    lots: -3,
    marginMode: "isolated",
    leverage: 20,
  }]);
});

Deno.test("GateioPrivateStream asks for the futures balance after every hint, one request at a time", async () => {
  const ear = await new Ear("futures").live();
  const row = JSON.parse(
    `{"balance":9.998739899488,"change":-0.000002074115,"text":"BTC_USDT:3914424","time":1547199246,"time_ms":1547199246123,"type":"fee","user":"211","currency":"usdt"}`,
  );
  for (let i = 0; i < 5; i++) ear.push("futures.balances", row);
  await settle();
  assertEquals([ear.asked.balances, ear.balances.length], [1, 1]);
  advance(ear.clock, 250);
  await settle();
  assertEquals([ear.asked.balances, ear.balances.at(-1)!.time], [2, 2]);
  advance(ear.clock, 5000);
  await settle();
  assertEquals(ear.asked.balances, 2);
  ear.push("futures.orders", JSON.parse(futuresOrder));
  await settle();
  assertEquals(ear.asked.balances, 3);
});

Deno.test("GateioPrivateStream asks for the futures balance again when there was no answer", async () => {
  const ear = await new Ear("futures").live();
  ear.asked.failing = true;
  ear.push("futures.balances", {});
  await settle();
  assertEquals([ear.balances.length, ear.logger.messages("warn").at(-1)], [
    0,
    "Cannot read the balance that has changed",
  ]);
  ear.asked.failing = false;
  advance(ear.clock, 1000);
  await settle();
  assertEquals(ear.balances.length, 1);
});

Deno.test("GateioPrivateStream is lost with a push that it cannot read, and comes back", async () => {
  const pushes = [
    `{"channel":"futures.orders","event":"update","result":[{"id":1}]}`,
    `{"channel":"futures.orders","event":"update","result":[${futuresOrder.replace('"finished"', '"odd"')}]}`,
    `{"channel":"futures.orders","event":"update"}`,
    `{"channel":"futures.positions"`,
    `{"channel":"futures.orders","event":"update","result":[${
      futuresOrder.replace(`"size":1`, `"size":1e300`)
    }]}`,
    `{"channel":"futures.orders","event":"update","result":[${
      futuresOrder.replace(`"price":40000.4`, `"price":1e300`)
    }]}`,
    `[]`,
  ];
  for (const text of pushes) {
    const ear = await new Ear("futures").live();
    ear.receive(text);
    assertEquals([ear.life, ear.orders], [["live", "lost"], []], text);
    assertEquals(ear.logger.messages("error"), ["Cannot read a private push"]);
    advance(ear.clock, 1000);
    await ear.live();
  }
});

Deno.test("GateioPrivateStream takes no negative price or size of a spot order for one", async () => {
  const row = {
    id: "1",
    text: "t-m",
    currency_pair: "BTC_USDT",
    type: "limit",
    side: "buy",
    amount: "1",
    price: "200",
    time_in_force: "gtc",
    left: "1",
    filled_amount: "0",
    filled_total: "0",
    avg_deal_price: "0",
    create_time_ms: "1774613210391",
    update_time_ms: "1774613210392",
    event: "put",
    finish_as: "open",
  };
  for (const field of ["amount", "price", "left", "filled_amount", "filled_total", "avg_deal_price"]) {
    const ear = await new Ear("spot").live();
    ear.push("spot.orders", { ...row, [field]: "-1" });
    assertEquals([ear.orders.length, ear.life], [0, ["live", "lost"]], field);
  }
});

Deno.test("GateioPrivateStream takes pongs, announcements and other channels for no data", async () => {
  const ear = await new Ear("spot").live();
  ear.receive({ time: 1, time_ms: 1000, channel: "spot.pong", event: "", error: null, result: null });
  ear.receive({ time: 1, channel: "spot.system", event: "update", result: { type: "upgrade", msg: "soon" } });
  ear.push("spot.priceorders", { id: 1 });
  assertEquals([ear.stream.isLive, ear.orders.length], [true, 0]);
  assert(ear.logger.messages("warn").includes("The venue announces something"));
});
