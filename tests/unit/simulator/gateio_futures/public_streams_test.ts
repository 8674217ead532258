import { assert, assertEquals } from "@std/assert";
import { parseFaultRule } from "../../../../src/simulator/faults/fault_rule.ts";
import { assertShape, type Body, FuturesBox } from "./futures_box.ts";

const samples = {
  tickers: JSON.parse(
    `{"contract":"BTC_USDT","last":"63994.5","change_percentage":"-0.4","change_price":"-256.1","total_size":"783779","volume_24h":"184040233","volume_24h_base":"18404","volume_24h_quote":"1184040233","volume_24h_settle":"1184040233","mark_price":"63994.6","funding_rate":"0.000031","funding_rate_indicative":"0.000031","funding_interval":28800,"funding_offset":0,"funding_next_apply":1786550400,"index_price":"64020.1","quanto_base_rate":"","low_24h":"63000","high_24h":"65000","price_type":"last","change_from":"24h","t":1786540580090}`,
  ),
  trades: JSON.parse(
    `{"id":807645690,"size":2,"create_time":1786540580,"create_time_ms":1786540580715,"price":"63994.5","contract":"BTC_USDT"}`,
  ),
  book_ticker: JSON.parse(
    `{"t":1615366379123,"u":2517661076,"s":"BTC_USDT","b":"54696.6","B":37000,"a":"54696.7","A":47061}`,
  ),
  order_book: JSON.parse(
    `{"t":1541500161123,"contract":"BTC_USDT","id":93973511,"asks":[{"p":"97.1","s":2245}],"bids":[{"p":"97","s":1000}],"l":"20"}`,
  ),
  candlesticks: JSON.parse(
    `{"t":1786540560,"c":"63968.3","h":"64015.8","l":"63968.2","o":"64007.3","a":"682624.39971","n":"1m_BTC_USDT","w":false,"v":106665}`,
  ),
  contract_stats: JSON.parse(
    `{"time":1742812860,"contract":"BTC_USDT","mark_price":87746.16,"lsr_taker":0,"lsr_account":1.97,"long_liq_size":0,"long_liq_amount":0,"long_liq_usd":0,"short_liq_size":0,"short_liq_amount":0,"short_liq_usd":0,"open_interest":22883730,"open_interest_usd":22883730,"top_lsr_account":1.19,"top_lsr_size":0.83}`,
  ),
};

Deno.test("Every public futures channel pushes what its sample shows", async () => {
  const box = new FuturesBox({ eventsPerSecond: 50 });
  const line = box.open();
  const joins: [string, unknown[]][] = [
    ["tickers", ["BTC_USDT"]],
    ["trades", ["BTC_USDT"]],
    ["book_ticker", ["BTC_USDT"]],
    ["order_book", ["BTC_USDT", "20", "0"]],
    ["candlesticks", ["1m", "BTC_USDT"]],
    ["contract_stats", ["BTC_USDT", "1m"]],
    ["adl_warning", ["BTC_USDT"]],
  ];
  for (const [name, payload] of joins) {
    line.subscribe(`futures.${name}`, payload);
    assertEquals(line.reply(`futures.${name}`).result, { status: "success" });
  }
  box.run(25_000);
  for (const [name, sample] of Object.entries(samples)) {
    const pushes = line.pushes<Body | Body[]>(`futures.${name}`);
    assert(pushes.length > 1, name);
    for (const { result } of pushes) assertShape(Array.isArray(result) ? result[0] : result, sample);
  }
  assertEquals(line.pushes("futures.order_book")[0]!.event, "all");
  assertEquals(line.pushes("futures.adl_warning"), []);
  await box.simulator.stop();
});

interface Obu {
  t: number;
  s: string;
  u: number;
  U?: number;
  full?: boolean;
  b?: [string, string][];
  a?: [string, string][];
}

interface RestBook {
  id: number;
  bids: { p: string; s: number }[];
  asks: { p: string; s: number }[];
}

function merge(side: Map<string, number>, levels: [string, string][] = []): void {
  for (const [price, size] of levels) {
    if (size === "0") side.delete(price);
    else side.set(price, Number(size));
  }
}

Deno.test("futures.obu begins with the whole book for everybody and then leaves no gap", async () => {
  const box = new FuturesBox({ eventsPerSecond: 50 });
  const lines = [box.open()];
  lines[0]!.subscribe("futures.obu", ["ob.BTC_USDT.50"]);
  box.run(3333);
  lines.push(box.open());
  lines[1]!.subscribe("futures.obu", ["ob.BTC_USDT.50"]);
  box.run(5000);
  for (const line of lines) {
    const texts = line.texts.filter((text) => text.includes(`"channel":"futures.obu"`));
    const first = texts.findIndex((text) => text.includes(`"full":true`));
    const ack = texts.findIndex((text) => text.includes(`"event":"subscribe"`));
    assertEquals([first, ack], [0, 1], "the book comes before the acknowledgement");
    const pushes = line.pushes<Obu>("futures.obu").map(({ result }) => result);
    assert(pushes.length > 50);
    let id = 0;
    for (const push of pushes) {
      assertEquals(push.s, "ob.BTC_USDT.50");
      if (push.full) assertEquals([push.U, push.b!.length, push.a!.length], [undefined, 50, 50]);
      else assertEquals(push.U, id + 1);
      id = push.u;
    }
  }
  let compared = 0;
  for (let attempt = 0; attempt < 200 && compared < 3; attempt++) {
    const { body } = await box.get<RestBook>("/order_book", "contract=BTC_USDT&limit=50&with_id=true");
    box.run(97);
    for (const line of lines) {
      const pushes = line.pushes<Obu>("futures.obu").map(({ result }) => result);
      // A change covers several versions; only the last of them can be compared.
      const count = pushes.findIndex(({ u }) => u === body.id) + 1;
      if (count === 0) continue;
      compared += 1;
      const [bids, asks] = [new Map<string, number>(), new Map<string, number>()];
      for (const push of pushes.slice(0, count)) {
        merge(bids, push.b);
        merge(asks, push.a);
      }
      assertEquals(bids, new Map(body.bids.map(({ p, s }) => [p, s])));
      assertEquals(asks, new Map(body.asks.map(({ p, s }) => [p, s])));
    }
  }
  assert(compared >= 3);
  await box.simulator.stop();
});

Deno.test("futures.obu ends with the book that REST states", async () => {
  const box = new FuturesBox();
  const line = box.open();
  line.subscribe("futures.obu", ["ob.BTC_USDT.400"]);
  const { bid } = await box.top();
  await box.order({ size: 11, price: (bid + 0.1).toFixed(1) });
  box.run(500);
  const [full, delta] = line.pushes<Obu>("futures.obu").map(({ result }) => result);
  assertEquals([full!.full, delta!.U, delta!.a], [true, full!.u + 1, undefined]);
  assertEquals(delta!.b, [[String(Number((bid + 0.1).toFixed(1))), "11"]]);
  line.subscribe("futures.obu", ["ob.BTC_USDT.400"]);
  assertEquals(line.reply("futures.obu").error, { code: 2, message: "Alert sub ob.BTC_USDT.400" });
  line.subscribe("futures.obu", ["ob.BTC_USDT.10"]);
  assertEquals(line.reply("futures.obu").error!.code, 2);
  await box.simulator.stop();
});

Deno.test("A futures candle is told as closed when its window is over, with the trades of that window", async () => {
  const box = new FuturesBox({ eventsPerSecond: 50 });
  const line = box.open();
  line.subscribe("futures.candlesticks", ["10s", "BTC_USDT"]);
  line.subscribe("futures.candlesticks", ["10s", "mark_BTC_USDT"]);
  line.subscribe("futures.trades", ["BTC_USDT"]);
  box.run(35_000);
  const rows = line.rows("futures.candlesticks");
  const mark = rows.filter(({ n }) => n === "10s_mark_BTC_USDT");
  assertEquals(Object.keys(mark[0]!).sort(), ["c", "h", "l", "n", "o", "t", "w"]);
  const closed = rows.filter(({ n, w }) => n === "10s_BTC_USDT" && w === true);
  assert(closed.length >= 2);
  const trades = line.rows("futures.trades");
  for (const candle of closed.slice(1)) {
    const start = Number(candle["t"]) * 1000;
    const own = trades.filter(({ create_time_ms: at }) => Number(at) >= start && Number(at) < start + 10_000);
    const prices = own.map(({ price }) => Number(price));
    assertEquals(candle["v"], own.reduce((sum, { size }) => sum + Math.abs(Number(size)), 0));
    assertEquals(
      [candle["h"], candle["l"], candle["c"]].map(Number),
      [Math.max(...prices), Math.min(...prices), prices.at(-1)],
    );
  }
  await box.simulator.stop();
});

Deno.test("futures.contract_info tells the terms at once and again when the listing changes", async () => {
  const box = new FuturesBox();
  const line = box.open();
  line.subscribe("futures.contract_info", ["BTC_USDT"]);
  const [first] = line.pushes<Body>("futures.contract_info");
  assertEquals([first!.event, first!.result["quanto_multiplier"]], ["all", "0.0001"]);
  const { body: tiers } = await box.get<Body[]>("/risk_limit_tiers", "contract=BTC_USDT");
  assertEquals(first!.result["risk_limit_tiers"], tiers);
  box.simulator.script.add(parseFaultRule({ venue: "GATEIO_FUTURES", fault: "halt", symbol: "BTC_USDT" }));
  box.run(100);
  assertEquals(line.pushes("futures.contract_info").map(({ event }) => event), ["all", "update"]);
  assertEquals((await box.get("/contracts/BTC_USDT")).body["status"], "suspend");
  const refused = await box.own("POST", "/orders", {
    body: { contract: "BTC_USDT", size: 1, price: "0", tif: "ioc" },
  });
  assertEquals([refused.status, refused.body["label"]], [400, "CONTRACT_NO_COUNTER"]);
  await box.simulator.stop();
});

Deno.test("Leaving unsub_all ends all futures statistics of the connection", async () => {
  const box = new FuturesBox({ eventsPerSecond: 20 });
  const line = box.open();
  line.subscribe("futures.contract_stats", ["BTC_USDT", "1m"]);
  line.subscribe("futures.contract_stats", ["ETH_USDT", "5m"]);
  box.run(15_000);
  const told = line.pushes("futures.contract_stats").length;
  assert(told >= 2);
  line.subscribe("futures.contract_stats", ["unsub_all", "1m"], "unsubscribe");
  box.run(30_000);
  assertEquals(line.pushes("futures.contract_stats").length, told);
  await box.simulator.stop();
});
