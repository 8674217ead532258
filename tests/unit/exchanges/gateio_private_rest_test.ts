import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { NetworkError, ProtocolError, VenueError } from "../../../src/core/errors.ts";
import type { Instrument } from "../../../src/core/instrument.ts";
import type { HttpRequest, HttpResponse, Network } from "../../../src/core/network.ts";
import type { OrderRequest } from "../../../src/core/order_request.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { GateioFuturesOrders } from "../../../src/exchanges/gateio/private_futures_orders.ts";
import { GateioFuturesPrivateRest } from "../../../src/exchanges/gateio/private_futures_rest.ts";
import { GateioSender } from "../../../src/exchanges/gateio/private_sender.ts";
import { GateioSigner } from "../../../src/exchanges/gateio/private_signer.ts";
import { GateioSpotOrders } from "../../../src/exchanges/gateio/private_spot_orders.ts";
import { GateioSpotPrivateRest } from "../../../src/exchanges/gateio/private_spot_rest.ts";
import { FakeNetwork } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";

const table = testInstruments(["BTC", "LUNC"]);
const spot = table.find("GATEIO_SPOT", "BTC_USDT")!;
const futures = table.find("GATEIO_FUTURES", "BTC_USDT")!;
const start = 1_700_000_000_000;
const day = 86_400_000;
const root = "https://api.gateio.ws/api/v4";

/** Two accounts whose venue answers with what the test gives it. */
class Bench {
  readonly clock = new SimulatedClock(start);
  readonly orders = new FakeNetwork();
  readonly queries = new FakeNetwork();
  readonly spot: GateioSpotPrivateRest;
  readonly futures: GateioFuturesPrivateRest;

  constructor(orders: Network | undefined = undefined) {
    const sender = new GateioSender({
      orders: orders ?? this.orders,
      queries: this.queries,
      baseUrl: root,
      signer: new GateioSigner({ apiKey: "gateTestKey0001", secretKey: "gateTestSecret0001" }),
      clock: this.clock,
    });
    this.spot = new GateioSpotPrivateRest(sender, (symbol) => table.find("GATEIO_SPOT", symbol));
    this.futures = new GateioFuturesPrivateRest(sender, (symbol) => table.find("GATEIO_FUTURES", symbol));
  }

  /** Answers every question with these bodies in turn, the last one for ever. */
  answer(...bodies: unknown[]): this {
    let next = 0;
    this.queries.answer = (): string => {
      const body = bodies[Math.min(next++, bodies.length - 1)];
      return typeof body === "string" ? body : JSON.stringify(body);
    };
    return this;
  }

  /** Paths and queries that were asked. */
  get asked(): string[] {
    return this.queries.requests.map(({ url }) => url.slice(root.length));
  }
}

function order(changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: "abc",
    instrument: spot,
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    priceTicks: 300_000,
    lots: 1000,
    reduceOnly: false,
    ...changes,
  };
}

const spotOrder =
  `{"id":"1852454420","text":"t-abc","amend_text":"-","create_time":"1710488334","update_time":"1710488334","create_time_ms":1710488334073,"update_time_ms":1710488334074,"status":"closed","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.001","price":"65000","time_in_force":"gtc","iceberg":"0","left":"0","filled_amount":"0.001","fill_price":"63.4693","filled_total":"63.4693","avg_deal_price":"63469.3","fee":"0.000002","fee_currency":"BTC","point_fee":"0","gt_fee":"0","gt_maker_fee":"0","gt_taker_fee":"0","gt_discount":false,"rebated_fee":"0","rebated_fee_currency":"USDT","stp_id":0,"stp_act":"-","finish_as":"filled"}`;
const futuresOrder =
  `{"refu":0,"tkfr":"0.0005","mkfr":"0.0002","contract":"BTC_USDT","id":299207900263708423,"price":"0","tif":"ioc","iceberg":0,"text":"t-abc","user":10406147,"is_reduce_only":false,"is_close":false,"is_liq":false,"fill_price":"64013.1","create_time":1768397866.662,"update_time":1768397866.663,"finish_time":1768397866.663,"finish_as":"filled","status":"finished","left":0,"refr":"0","size":100,"biz_info":"-","amend_text":"-","stp_act":"-","stp_id":0,"update_id":1,"pnl":"0","pnl_margin":"0","bbo":"-","market_order_slip_ratio":"0.05"}`;

Deno.test("GateioSpotPrivateRest sends order G3 of the documents with its signature and a deadline", async () => {
  const bench = new Bench();
  bench.orders.answer = (): string => spotOrder;
  const outcome = await bench.spot.place(order());
  const [{ method, url, body, headers }] = bench.orders.requests as [HttpRequest];
  assertEquals([method, url], ["POST", `${root}/spot/orders`]);
  assertEquals(
    body,
    `{"text":"t-abc","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.001","price":"30000","time_in_force":"gtc"}`,
  );
  assertEquals(headers, {
    KEY: "gateTestKey0001",
    Timestamp: "1700000000",
    SIGN:
      "d4b6ae43225ae91ed8961beea5fb2474f11afdabfc4ca56ae8ac7cbb3bbd132f1204ec9666e9cdf266db68f82d1d657a29967dfaf550c7d6de35eab982b6ab0c",
    "Content-Type": "application/json",
    "x-gate-exptime": String(start + 5000),
  });
  assertEquals(outcome, {
    kind: "accepted",
    value: {
      clientOrderId: "abc",
      exchangeOrderId: "1852454420",
      report: {
        instrument: spot.id,
        exchangeOrderId: "1852454420",
        clientOrderId: "abc",
        side: "buy",
        type: "limit",
        timeInForce: "gtc",
        priceTicks: 650_000,
        lots: 1000,
        filledLots: 1000,
        averagePrice: 63469.3,
        status: "filled",
        reduceOnly: false,
        createdAt: 1710488334073,
        updatedAt: 1710488334074,
      },
    },
  });
});

Deno.test("GateioFuturesPrivateRest sends signed contracts as text, and reads an id beyond 2^53", async () => {
  const bench = new Bench();
  bench.orders.answer = (): string => futuresOrder;
  const request = order({ instrument: futures, type: "market", priceTicks: 0, lots: 100, reduceOnly: true });
  const outcome = await bench.futures.place(request);
  assertEquals(outcome.kind === "accepted" && outcome.value.exchangeOrderId, "299207900263708423");
  const report = outcome.kind === "accepted" ? outcome.value.report! : undefined;
  assertEquals([report!.type, report!.lots, report!.filledLots, report!.averagePrice], [
    "market",
    100,
    100,
    64013.1,
  ]);
  assertEquals([report!.createdAt, report!.updatedAt], [1768397866662, 1768397866663]);
  await bench.futures.place({ ...request, side: "sell", lots: 2 });
  assertEquals(bench.orders.requests.map(({ body }) => body), [
    `{"contract":"BTC_USDT","size":"100","price":"0","tif":"ioc","text":"t-abc","reduce_only":true}`,
    `{"contract":"BTC_USDT","size":"-2","price":"0","tif":"ioc","text":"t-abc","reduce_only":true}`,
  ]);
  assertEquals(bench.orders.requests[0]!.headers!["X-Gate-Size-Decimal"], "1");
});

Deno.test("Gate.io's private REST sends every command to its path, and changes nothing on the way of questions", async () => {
  const bench = new Bench();
  bench.orders.answer = (): { body: unknown } => ({ body: [] });
  const { spot: s, futures: f } = bench;
  const reference = { instrument: spot, exchangeOrderId: "12345" };
  const contract = { instrument: futures, exchangeOrderId: "987654321" };
  await s.cancel(reference);
  await s.amend(reference, { priceTicks: 301_000 });
  await s.cancelAll(spot);
  await s.placeBatch([order()]);
  await s.keepAlive(30);
  await f.cancel(contract);
  await f.amend(contract, { priceTicks: 301_000 });
  await f.cancelAll(futures);
  await f.placeBatch([order({ instrument: futures })]);
  await f.keepAlive(0);
  await f.setLeverage(futures, 10);
  await f.setLeverage(futures, 0);
  await f.setMarginMode(futures, "isolated");
  await f.changeMargin(futures, -0.1);
  await f.setPositionMode("dual");
  assertEquals(
    bench.orders.requests.map(({ method, url, body }) => [method, url.slice(root.length), body]),
    [
      ["DELETE", "/spot/orders/12345?currency_pair=BTC_USDT", undefined],
      ["PATCH", "/spot/orders/12345?currency_pair=BTC_USDT", `{"price":"30100"}`],
      ["DELETE", "/spot/orders?currency_pair=BTC_USDT", undefined],
      [
        "POST",
        "/spot/batch_orders",
        `[{"text":"t-abc","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.001","price":"30000","time_in_force":"gtc"}]`,
      ],
      ["POST", "/spot/countdown_cancel_all", `{"timeout":30}`],
      ["DELETE", "/futures/usdt/orders/987654321", undefined],
      ["PUT", "/futures/usdt/orders/987654321", `{"price":"30100"}`],
      ["DELETE", "/futures/usdt/orders?contract=BTC_USDT", undefined],
      [
        "POST",
        "/futures/usdt/batch_orders",
        `[{"contract":"BTC_USDT","size":"1000","price":"30000","tif":"gtc","text":"t-abc"}]`,
      ],
      ["POST", "/futures/usdt/countdown_cancel_all", `{"timeout":0}`],
      ["POST", "/futures/usdt/positions/BTC_USDT/leverage?leverage=10", undefined],
      ["POST", "/futures/usdt/positions/BTC_USDT/leverage?leverage=0", undefined],
      ["POST", "/futures/usdt/positions/cross_mode", `{"mode":"ISOLATED","contract":"BTC_USDT"}`],
      ["POST", "/futures/usdt/positions/BTC_USDT/margin?change=-0.1", undefined],
      ["POST", "/futures/usdt/dual_mode?dual_mode=true", undefined],
    ],
  );
  assertEquals(bench.queries.requests, []);
  const amend = bench.orders.requests[1]!.headers!;
  assertEquals([amend["SIGN"]!.slice(0, 16), amend["x-gate-exptime"]], [
    "6b4174a323eb57f9",
    String(start + 5000),
  ]);
  assertEquals(
    bench.orders.requests[0]!.headers!["x-gate-exptime"],
    undefined,
    "a late cancellation is no harm",
  );
});

Deno.test("GateioFuturesPrivateRest repeats a setting for dual mode only when the venue says that it is in it", async () => {
  const bench = new Bench();
  const position =
    `{"user":10000,"contract":"BTC_USDT","size":-9440,"leverage":"0","lever":"10","pos_margin_mode":"cross","cross_leverage_limit":"10","risk_limit":"1000000","leverage_max":"125","maintenance_rate":"0.004","average_maintenance_rate":"0.004","value":"3568.62","margin":"356.9","initial_margin":"358.6","maintenance_margin":"16.0","entry_price":"3779.55","liq_price":"99999999","mark_price":"3780.32","unrealised_pnl":"-0.72","realised_pnl":"-1.7","pnl_pnl":"0","pnl_fund":"0","pnl_fee":"-1.7","history_pnl":"0","last_close_pnl":"0","realised_point":"0","history_point":"0","adl_ranking":5,"pending_orders":16,"close_order":null,"mode":"dual_short","open_time":1684913253,"update_time":1684994406,"update_id":1,"risk_limit_table":"","trade_max_size":"0","pid":0}`;
  bench.orders.answer = ({ url }): string | { status: number; body: unknown } =>
    url.includes("/dual_comp/")
      ? `[${position}]`
      : { status: 400, body: { label: "POSITION_DUAL_MODE", detail: "position in dual mode" } };
  const outcome = await bench.futures.changeMargin(futures, 2.5, "short");
  assertEquals(outcome, {
    kind: "accepted",
    value: [{
      instrument: futures.id,
      side: "short",
      lots: -9440,
      entryPrice: 3779.55,
      markPrice: 3780.32,
      liquidationPrice: 99999999,
      marginMode: "cross",
      leverage: 10,
      maxLeverage: 125,
      margin: 356.9,
      unrealisedPnl: -0.72,
      realisedPnl: -1.7,
      time: 1684994406000,
    }],
  });
  assertEquals(bench.orders.requests.map(({ url }) => url.slice(root.length)), [
    "/futures/usdt/positions/BTC_USDT/margin?change=2.5",
    "/futures/usdt/dual_comp/positions/BTC_USDT/margin?change=2.5&dual_side=dual_short",
  ]);
  assertEquals((await bench.futures.changeMargin(futures, 2.5)).kind, "refused");
  bench.orders.answer = (): { status: number; body: unknown } => ({ status: 502, body: "<html>" });
  assertEquals((await bench.futures.setLeverage(futures, 3)).kind, "unknown");
  assertEquals(bench.orders.requests.length, 4);
});

/** A network that answers everything with one response. */
function answering(response: Partial<HttpResponse>): Network {
  return {
    connect: () => {
      throw new Error("no sockets here");
    },
    fetch: () => Promise.resolve({ status: 200, headers: new Headers(), text: "", ...response }),
  };
}

Deno.test("Gate.io's private REST knows accepted, refused and unknown apart by status and label", async () => {
  const outcomes = async (response: Partial<HttpResponse>): Promise<unknown> => {
    const outcome = await new Bench(answering(response)).spot.place(order());
    return outcome.kind === "refused" ? [outcome.reason, outcome.code, outcome.message] : outcome.kind;
  };
  assertEquals(await outcomes({ status: 201, text: spotOrder }), "accepted");
  assertEquals(await outcomes({ status: 201, text: "" }), "unknown");
  assertEquals(await outcomes({ status: 201, text: "<html>" }), "unknown");
  assertEquals(await outcomes({ status: 201, text: spotOrder.replace("t-abc", "t-other") }), "unknown");
  assertEquals(
    await outcomes({ status: 201, text: spotOrder.replace("BTC_USDT", "NOSUCH_USDT") }),
    "unknown",
  );
  assertEquals(await outcomes({ status: 504, text: "" }), "unknown");
  assertEquals(await outcomes({ status: 403, text: "<html>forbidden</html>" }), "unknown");
  assertEquals(await outcomes({ status: 400, text: `{"label":"NEW_LABEL","message":"x"}` }), "unknown");
  assertEquals(
    await outcomes({ status: 400, text: `{"label":"BALANCE_NOT_ENOUGH","message":"Not enough balance"}` }),
    ["balance", "BALANCE_NOT_ENOUGH", "Not enough balance"],
  );
  assertEquals(
    await outcomes({ status: 400, text: `{"label":"ORDER_POC_IMMEDIATE","detail":"order price 1700"}` }),
    ["post-only", "ORDER_POC_IMMEDIATE", "order price 1700"],
  );
  assertEquals((await new Bench().spot.place(order())).kind, "unknown");
});

Deno.test("Gate.io's private REST tells how long to wait after a limit", async () => {
  const headers = new Headers({ "X-Gate-RateLimit-Reset-Timestamp": String(start / 1000 + 3) });
  const text = `{"label":"TOO_MANY_REQUESTS","message":"Request Rate limit Exceeded (311)"}`;
  const outcome = await new Bench(answering({ status: 429, headers, text })).spot.place(order());
  assertEquals(outcome.kind === "refused" && outcome.retryAfterMs, 3000);
});

Deno.test("Gate.io's questions fail with typed errors", async () => {
  const bench = new Bench();
  await assertRejects(() => bench.spot.balances(), NetworkError);
  bench.queries.answer = (): { status: number; body: unknown } => ({
    status: 401,
    body: { label: "INVALID_KEY", message: "Invalid key provided" },
  });
  const error = await assertRejects(() => bench.spot.balances(), VenueError);
  assertEquals<unknown>([(error as VenueError).status, (error as VenueError).code], [401, "INVALID_KEY"]);
  await assertRejects(() => bench.answer("<html>").spot.balances(), ProtocolError, "not JSON");
  await assertRejects(() => bench.answer([{ currency: "BTC" }]).spot.balances(), ProtocolError, "available");
});

Deno.test("Gate.io's query is signed as it reads and sent as it must be", async () => {
  const bench = new Bench().answer({ maker_fee: "0.1", taker_fee: "0.2" });
  const odd: Instrument = { ...spot, exchangeSymbol: "币安_USDT" };
  assertEquals(await bench.spot.fees(odd), { maker: 0.1, taker: 0.2 });
  assertEquals(bench.asked, [`/wallet/fee?currency_pair=${encodeURIComponent("币安")}_USDT`]);
  const signer = new GateioSigner({ apiKey: "gateTestKey0001", secretKey: "gateTestSecret0001" });
  const signed = { method: "GET", path: "/api/v4/wallet/fee", query: "currency_pair=币安_USDT", body: "" };
  assertEquals(bench.queries.requests[0]!.headers, signer.headers(signed, start / 1000));
});

Deno.test("GateioSpotPrivateRest reads the documented accounts, fees, fills, networks and transfers", async () => {
  const bench = new Bench().answer([{ currency: "USDT", available: "968.8", locked: "20", update_id: 98 }]);
  assertEquals(await bench.spot.balances(), [
    { exchange: "GATEIO_SPOT", coin: "USDT", available: 968.8, locked: 20, time: start },
  ]);
  bench.answer(
    `{"user_id":1,"taker_fee":"0.002","maker_fee":"-0.0001","rpi_maker_fee":"0","gt_discount":false,"debit_fee":3}`,
  );
  assertEquals(await bench.spot.fees(spot), { maker: -0.0001, taker: 0.002 });
  bench.answer(
    `[{"id":"1232893232","create_time":"1699999990","create_time_ms":"1699999990123.456","currency_pair":"BTC_USDT","order_id":"4128442423","side":"buy","role":"maker","amount":"0.15","price":"0.03","fee":"0.0005","fee_currency":"BTC","point_fee":"0","gt_fee":"0","amend_text":"-","sequence_id":"588018","text":"t-test"}]`,
  );
  const [fill, ...none] = await bench.spot.fills(spot, start - day);
  assertEquals<unknown>(
    [
      fill!.tradeId,
      fill!.clientOrderId,
      fill!.exchangeOrderId,
      fill!.liquidity,
      fill!.time,
      fill!.quantity,
      none,
    ],
    ["1232893232", "test", "4128442423", "maker", 1699999990123, 0.15, []],
  );
  assertAlmostEquals(fill!.feeQuote, 0.0005 * 0.03, 1e-15);
  const open = { withdraw_disabled: false, withdraw_delayed: false, deposit_disabled: false };
  bench.answer([
    {
      currency: "USDT",
      delisted: false,
      ...open,
      trade_disabled: false,
      chain: "TRX",
      chains: [
        { name: "ETH", addr: "0xdac17f958d2ee523a2206206994597c13d831ec7", ...open },
        { name: "TRX", addr: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", ...open, deposit_disabled: true },
      ],
    },
    { currency: "OLD", delisted: true, chain: "OLD", chains: null },
  ], [{ currency: "USDT", withdraw_amount_mini: "2", withdraw_fix_on_chains: { ETH: "3.5", TRX: "1" } }]);
  assertEquals(await bench.spot.networks(), [
    {
      coin: "USDT",
      network: "ETH",
      depositEnabled: true,
      withdrawEnabled: true,
      withdrawFee: 3.5,
      withdrawMin: 2,
      contract: "0xdac17f958d2ee523a2206206994597c13d831ec7",
    },
    {
      coin: "USDT",
      network: "TRX",
      depositEnabled: false,
      withdrawEnabled: true,
      withdrawFee: 1,
      withdrawMin: 2,
      contract: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    },
    {
      coin: "OLD",
      network: "OLD",
      depositEnabled: false,
      withdrawEnabled: false,
      withdrawFee: NaN,
      withdrawMin: NaN,
      contract: "",
    },
  ]);
  const record = { currency: "USDT", chain: "TRX", address: "T…", memo: "", txid: "" };
  bench.queries.answer = ({ url }): string =>
    JSON.stringify(
      url.includes("/wallet/deposits")
        ? [{ id: "d1", ...record, amount: "10", status: "PEND", timestamp: "1699999000" }]
        : [
          { id: "w1", ...record, amount: "3", status: "DONE", timestamp: "1699998000" },
          { id: "w2", ...record, amount: "4", status: "CANCEL", timestamp: "1699999500" },
        ],
    );
  const transfers = await bench.spot.transfers(start - day);
  assertEquals(transfers.map(({ kind, id, amount, status, time }) => [kind, id, amount, status, time]), [
    ["withdrawal", "w1", 3, "done", 1699998000000],
    ["deposit", "d1", 10, "pending", 1699999000000],
    ["withdrawal", "w2", 4, "failed", 1699999500000],
  ]);
});

Deno.test("GateioFuturesPrivateRest reads the documented account, fills, tiers and funding", async () => {
  const bench = new Bench().answer(
    `{"user":1666,"currency":"USDT","total":"9707.80","unrealised_pnl":"3.37","position_margin":"38.71","order_margin":"1.29","available":"9669.09","point":"0","bonus":"0","in_dual_mode":false,"enable_credit":true,"position_mode":"single"}`,
  );
  assertEquals(await bench.futures.balances(), [
    { exchange: "GATEIO_FUTURES", coin: "USDT", available: 9669.09, locked: 40, time: start },
  ]);
  assertEquals(await bench.futures.positionMode(), "single");
  bench.answer(`{"BTC_USDT":{"taker_fee":"0.0005","maker_fee":"-0.0002"}}`);
  assertEquals(await bench.futures.fees(futures), { maker: -0.0002, taker: 0.0005 });
  await assertRejects(() => bench.answer({}).futures.fees(futures), ProtocolError, "BTC_USDT");
  bench.answer(
    `[{"trade_id":121234231,"create_time":1699999990.123,"contract":"BTC_USDT","order_id":"21893289839","size":"-100","close_size":"0","price":"100.123","role":"taker","text":"t-123456","fee":"0.01","point_fee":"0","trade_value":"100.1"}]`,
  );
  const [fill] = await bench.futures.fills(futures, start - day);
  assertEquals<unknown>(
    [
      fill!.tradeId,
      fill!.clientOrderId,
      fill!.exchangeOrderId,
      fill!.side,
      fill!.time,
      fill!.fee,
      fill!.feeCoin,
    ],
    ["121234231", "123456", "21893289839", "sell", 1699999990123, 0.01, "USDT"],
  );
  assertAlmostEquals(fill!.quantity, 0.01, 1e-15);
  bench.answer(
    `[{"tier":1,"risk_limit":"1000000","initial_rate":"0.008","maintenance_rate":"0.004","leverage_max":"125","contract":"BTC_USDT","deduction":"0"}]`,
  );
  assertEquals(await bench.futures.riskTiers(futures), [
    { limit: 1000000, initialRate: 0.008, maintenanceRate: 0.004, maxLeverage: 125 },
  ]);
  const row = { balance: "4.59", type: "fund", text: "BTC_USDT", contract: "BTC_USDT", trade_id: "" };
  bench.answer([
    { ...row, time: 1699999200.5, change: "0.25", id: "8" },
    { ...row, time: 1699970400, change: "-0.01" },
  ]);
  assertEquals(await bench.futures.fundingPayments(futures, start - day), [
    { instrument: futures.id, amount: -0.01, time: 1699970400000 },
    { instrument: futures.id, amount: 0.25, time: 1699999200500 },
  ]);
  assertEquals(
    bench.asked.at(-1)!.startsWith("/futures/usdt/account_book?contract=BTC_USDT&type=fund&from="),
    true,
  );
  bench.answer({ user_id: 110284739, key: { mode: 1 } });
  assertEquals(await bench.futures.userId(), "110284739");
});

Deno.test("Gate.io's lists are read to their last page, each row once", async () => {
  const rows = Array.from(
    { length: 250 },
    (_, i) => ({ ...JSON.parse(spotOrder), id: String(i), status: "open" }),
  );
  const bench = new Bench();
  bench.queries.answer = ({ url }): { body: unknown } => {
    const query = new URL(url).searchParams;
    const [page, limit] = [Number(query.get("page")), Number(query.get("limit"))];
    // An order that came on top while the pages were read moves one row to the next page.
    const from = (page - 1) * limit - (page > 1 ? 1 : 0);
    return { body: rows.slice(from, from + limit) };
  };
  const reports = await bench.spot.openOrders(spot);
  assertEquals(reports.map(({ exchangeOrderId }) => exchangeOrderId), rows.map(({ id }) => id));
  assertEquals(bench.asked.length, 3);
  const futuresRow = JSON.parse(futuresOrder.replace("299207900263708423", "1"));
  bench.queries.answer = ({ url }): { body: unknown } => {
    const query = new URL(url).searchParams;
    const [offset, limit] = [Number(query.get("offset")), Number(query.get("limit"))];
    return {
      body: rows.slice(offset, offset + limit).map(({ id }) => ({ ...futuresRow, id: Number(id) + 1 })),
    };
  };
  assertEquals((await bench.futures.openOrders()).length, 250);
});

Deno.test("Gate.io's open orders of all pairs are read to the last page of the longest", async () => {
  const row = JSON.parse(spotOrder);
  const rows = Array.from({ length: 150 }, (_, i) => ({ ...row, id: `b${i}`, status: "open" }));
  const bench = new Bench();
  bench.queries.answer = ({ url }): { body: unknown } => {
    const page = Number(new URL(url).searchParams.get("page"));
    return {
      body: [
        { currency_pair: "BTC_USDT", total: 150, orders: rows.slice((page - 1) * 100, page * 100) },
        { currency_pair: "NOSUCH_USDT", total: 1, orders: page === 1 ? [{}] : [] },
      ],
    };
  };
  assertEquals((await bench.spot.openOrders()).length, 150);
  assertEquals(bench.asked, ["/spot/open_orders?page=1&limit=100", "/spot/open_orders?page=2&limit=100"]);
  bench.answer([{ currency_pair: "BTC_USDT", total: 2, orders: rows.slice(0, 1) }]);
  await assertRejects(() => bench.spot.openOrders(), ProtocolError, "not whole");
});

Deno.test("Gate.io's history is asked for in spans that the venue answers", async () => {
  const bench = new Bench().answer([]);
  await bench.spot.fills(spot, start - 70 * day);
  const spans = bench.asked.map((url) => {
    const query = new URLSearchParams(url.split("?")[1]);
    return [Number(query.get("from")), Number(query.get("to"))] as const;
  });
  assertEquals(spans.length, 3);
  spans.forEach(([from, to], i) => {
    assertEquals(to, i < 2 ? spans[i + 1]![0] - 1 : 0);
    assertEquals(((to || start / 1000) - from) <= 30 * 86_400, true);
  });
  assertEquals(spans[0]![0] <= (start - 70 * day) / 1000, true);
});

Deno.test("Gate.io's order is searched by its client id when the venue does not know it any more", async () => {
  const bench = new Bench();
  const notFound = (label: string): { status: number; body: unknown } => ({ status: 404, body: { label } });
  const other = spotOrder.replace("t-abc", "t-other");
  bench.queries.answer = ({ url }): string | { status: number; body: unknown } =>
    url.includes("/orders/") ? notFound("CLIENT_ID_NOT_FOUND") : `[${other},${spotOrder}]`;
  const found = await bench.spot.order({ instrument: spot, clientOrderId: "abc" });
  assertEquals(found?.exchangeOrderId, "1852454420");
  assertEquals(bench.asked, [
    "/spot/orders/t-abc?currency_pair=BTC_USDT",
    `/spot/orders?currency_pair=BTC_USDT&status=finished&from=${(start - 7 * day) / 1000}&limit=1000&page=1`,
  ]);
  assertEquals(await bench.spot.order({ instrument: spot, clientOrderId: "abd" }), undefined);
  assertEquals(await bench.spot.order({ instrument: spot, exchangeOrderId: "1" }), undefined);
  bench.queries.answer = ({ url }): string | { status: number; body: unknown } =>
    url.includes("/orders/") ? notFound("ORDER_NOT_FOUND") : `[${futuresOrder}]`;
  const late = await bench.futures.order({ instrument: futures, clientOrderId: "abc" });
  assertEquals(late?.exchangeOrderId, "299207900263708423");
  for (const label of ["NOT_FOUND", "SERVER_ERROR", ""]) {
    bench.queries.answer = (): { status: number; body: unknown } => notFound(label);
    await assertRejects(() => bench.spot.order({ instrument: spot, clientOrderId: "abc" }), VenueError);
  }
});

Deno.test("Gate.io's orders carry exactly the ticks and lots that were asked for", () => {
  const steps = fc.tuple(
    fc.constantFrom("1", "0.5", "0.01", "0.00000001", "10", "0.0025"),
    fc.integer({ min: 1, max: 1e9 }),
  );
  fc.assert(fc.property(steps, steps, fc.boolean(), ([tick, priceTicks], [lot, lots], sells) => {
    const shape = { tick: DecimalStep.parse(tick), lot: DecimalStep.parse(lot) };
    const request = order({ side: sells ? "sell" : "buy", priceTicks, lots });
    const onSpot = new GateioSpotOrders(() => spot).order({ ...request, instrument: { ...spot, ...shape } });
    const onFutures = new GateioFuturesOrders(() => futures, "decimal").order({
      ...request,
      instrument: { ...futures, ...shape },
    });
    const [price, size] = [exact(tick, priceTicks), exact(lot, lots)];
    const spotBody = onSpot as Record<string, string>;
    const futuresBody = onFutures as Record<string, string>;
    assertEquals([atoms(spotBody["price"]!), atoms(spotBody["amount"]!)], [price, size]);
    assertEquals([atoms(futuresBody["price"]!), atoms(futuresBody["size"]!)], [price, sells ? -size : size]);
  }));
});

/** Decimal text in units of 10^-12. */
function atoms(text: string): bigint {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text)!;
  const value = BigInt(whole + fraction.padEnd(12, "0"));
  return sign === "-" ? -value : value;
}

function exact(step: string, count: number): bigint {
  return atoms(step) * BigInt(count);
}

Deno.test("Gate.io's trading connection carries whole contracts only", () => {
  const instrument = { ...futures, lot: DecimalStep.parse("0.1") };
  const orders = new GateioFuturesOrders(() => futures, "whole");
  assertEquals<unknown>(
    Object.entries(orders.order(order({ instrument, lots: 15 }))).slice(0, 2),
    [["kind", "refused"], ["reason", "size"]],
  );
  assertEquals(
    (orders.order(order({ instrument, lots: 20, side: "sell" })) as Record<string, unknown>)["size"],
    -2,
  );
});
