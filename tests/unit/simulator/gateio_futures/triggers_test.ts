import { assert, assertEquals } from "@std/assert";
import { type Body, FuturesBox } from "./futures_box.ts";

interface Wish {
  price: string;
  rule: 1 | 2;
  priceType?: 0 | 1 | 2;
  expiration?: number;
  initial?: Body;
}

function wish({ price, rule, priceType = 0, expiration = 0, initial = {} }: Wish): Body {
  return {
    initial: { contract: "BTC_USDT", size: 2, price: "0", tif: "ioc", text: "api", ...initial },
    trigger: { strategy_type: 0, price_type: priceType, price, rule, expiration },
  };
}

async function last(box: FuturesBox): Promise<number> {
  return Number((await box.get<Body[]>("/tickers", "contract=BTC_USDT")).body[0]!["last"]);
}

Deno.test("A futures trigger order fires when the last price reaches it, and names the order that it placed", async () => {
  const box = new FuturesBox();
  const line = box.open();
  line.join("futures.autoorders", ["10001", "!all"]);
  const { ask } = await box.top();
  const at = (Math.max(ask, await last(box)) + 0.1).toFixed(1);
  const made = await box.own("POST", "/price_orders", { body: wish({ price: at, rule: 1 }) });
  const id = String(made.body["id"]);
  assertEquals([made.status, made.body], [201, { id: Number(id), id_string: id }]);
  const open = (await box.own<Body[]>("GET", "/price_orders", { query: "status=open" })).body;
  assertEquals(open.map((row) => [row["id"], row["status"], row["trade_id"]]), [[Number(id), "open", 0]]);
  const { body: book } = await box.get<{ asks: { p: string; s: number }[] }>(
    "/order_book",
    "contract=BTC_USDT&limit=20",
  );
  const through = book.asks.findIndex(({ p }) => Number(p) >= Number(at));
  const size = book.asks.slice(0, through + 1).reduce((sum, { s }) => sum + s, 0);
  await box.order({ size, price: book.asks[through]!.p, tif: "ioc" });
  box.run(50);
  const { body: done } = await box.own("GET", `/price_orders/${id}`);
  assertEquals([done["status"], done["finish_as"]], ["finished", "succeeded"]);
  const { body: [order], text } = await box.own<Body[]>("GET", "/orders", {
    query: "status=finished&limit=1",
  });
  assertEquals([order!["size"], order!["finish_as"], order!["text"]], [2, "filled", "api"]);
  const orderId = /"id":(\d+),/.exec(text)![1]!;
  const told = line.pushes("futures.autoorders");
  assertEquals(told.flatMap(({ result }) => result).map(({ status }) => status), ["open", "finished"]);
  assert(line.texts.at(-1)!.includes(`"trade_id":${orderId},`));
  const [row] = told[0]!.result;
  const names =
    "user trigger initial id trade_id status reason create_time name is_stop_order stop_trigger order_type me_order_id";
  assertEquals(Object.keys(row!).sort(), names.split(" ").sort());
  await box.simulator.stop();
});

Deno.test("Futures trigger orders are refused on the wrong side of the last price", async () => {
  const box = new FuturesBox();
  const price = await last(box);
  const label = async (body: Body): Promise<unknown> =>
    (await box.own("POST", "/price_orders", { body })).body["label"];
  assertEquals(await label(wish({ price: String(price), rule: 1 })), "AUTO_TRIGGER_PRICE_LESS_LAST");
  assertEquals(await label(wish({ price: String(price + 1), rule: 2 })), "AUTO_TRIGGER_PRICE_GREATE_LAST");
  assertEquals(await label(wish({ price: "0", rule: 2 })), "INVALID_PARAM_VALUE");
  assertEquals(await label({ initial: {} }), "MISSING_REQUIRED_PARAM");
  await box.simulator.stop();
});

Deno.test("Futures trigger orders watch mark and index prices, expire, fail and are cancelled", async () => {
  const box = new FuturesBox({ eventsPerSecond: 20 });
  box.open();
  box.run(2000);
  const price = await last(box);
  const add = async (body: Body): Promise<string> => {
    const { status, body: made } = await box.own("POST", "/price_orders", { body });
    assertEquals(status, 201);
    return String(made["id"]);
  };
  const ends = async (id: string): Promise<unknown[]> => {
    const { body } = await box.own("GET", `/price_orders/${id}`);
    return [body["status"], body["finish_as"], body["reason"]];
  };
  const index = Number((await box.get("/contracts/BTC_USDT")).body["index_price"]);
  // The index is above the last price, and so a price between them is reached at once.
  const [low, high] = [Math.min(price, index), Math.max(price, index)];
  const between = ((low + high) / 2).toFixed(1);
  const reached = await add(wish({ price: between, rule: index > price ? 1 : 2, priceType: 2 }));
  const expiring = await add(wish({ price: (price * 1.5).toFixed(1), rule: 1, expiration: 5 }));
  const failing = await add(
    wish({ price: between, rule: index > price ? 1 : 2, priceType: 2, initial: { size: 200_000 } }),
  );
  const waiting = await add(wish({ price: (price * 0.5).toFixed(1), rule: 2, priceType: 1 }));
  box.run(1000);
  assertEquals(await ends(reached), ["finished", "succeeded", ""]);
  assertEquals(await ends(failing), ["finished", "failed", "RISK_LIMIT_EXCEEDED"]);
  assertEquals(await ends(expiring), ["open", undefined, ""]);
  box.run(6000);
  assertEquals(await ends(expiring), ["finished", "expired", ""]);
  const amended = await box.own("PUT", "/price_orders/amend", {
    body: { order_id: waiting, trigger_price: (price * 0.6).toFixed(1), size: 3 },
  });
  assertEquals(amended.status, 200);
  const cancelled = await box.own("DELETE", `/price_orders/${waiting}`);
  assertEquals([cancelled.body["finish_as"], (cancelled.body["initial"] as Body)["size"]], ["cancelled", 3]);
  const again = await box.own("DELETE", `/price_orders/${waiting}`);
  assertEquals([again.status, again.body["label"]], [400, "ORDER_FINISHED"]);
  await add(wish({ price: (price * 0.5).toFixed(1), rule: 2 }));
  const all = await box.own<Body[]>("DELETE", "/price_orders", { query: "contract=BTC_USDT" });
  assertEquals(all.body.map(({ finish_as }) => finish_as), ["cancelled"]);
  assertEquals((await box.own<Body[]>("GET", "/price_orders", { query: "status=finished" })).body.length, 5);
  await box.simulator.stop();
});
