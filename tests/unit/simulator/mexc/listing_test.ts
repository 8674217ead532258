import { assert, assertEquals } from "@std/assert";
import { parseFaultRule } from "../../../../src/simulator/faults/fault_rule.ts";
import { type Body, exact, MexcBox } from "./mexc_box.ts";

const depth = "spot@public.aggre.depth.v3.api.pb@10ms@BTCUSDT";

interface Frame {
  readonly bids?: { readonly price: string; readonly quantity: string }[];
  readonly asks?: { readonly price: string; readonly quantity: string }[];
  readonly fromVersion: string;
  readonly toVersion: string;
}

Deno.test("A delisting empties the depth stream without a gap, ends open orders and closes the channel to new readers", async () => {
  await using box = new MexcBox({ model: { eventsPerSecond: 20 } });
  const open = await box.order({
    symbol: "BTCUSDT",
    side: "BUY",
    type: "LIMIT",
    quantity: "0.01",
    price: "50000",
  });
  const line = box.open();
  const own = await box.openPrivate();
  line.subscribe(depth);
  box.run(300);
  const snapshot = (await box.get("/api/v3/depth?symbol=BTCUSDT&limit=5000")).body as unknown as {
    lastUpdateId: number;
    bids: [string, string][];
    asks: [string, string][];
  };
  box.run(300);
  box.simulator.script.add(parseFaultRule({ fault: "delist", venue: "MEXC_SPOT", symbol: "BTCUSDT" }));
  box.run(2000);
  const book = { bids: new Map(snapshot.bids), asks: new Map(snapshot.asks) };
  let version: number | undefined;
  for (const frame of line.bodies("publicAggreDepths") as unknown as Frame[]) {
    if (version !== undefined) assertEquals(Number(frame.fromVersion), version + 1);
    version = Number(frame.toVersion);
    if (version <= snapshot.lastUpdateId) continue;
    for (const side of ["bids", "asks"] as const) {
      for (const { price, quantity } of frame[side] ?? []) {
        if (exact(quantity) === 0n) book[side].delete(price);
        else book[side].set(price, quantity);
      }
    }
  }
  assertEquals([book.bids.size, book.asks.size], [0, 0]);
  const truth = box.simulator.truth.book("MEXC_SPOT", "BTCUSDT")!;
  assertEquals([truth.version, truth.bids, truth.asks], [version, [], []]);
  assertEquals((await box.query(open.body.orderId)).status, "CANCELED");
  assertEquals(own.bodies("privateOrders").map((body: Body) => body.status), [4]);
  assertEquals(await box.balance("USDT"), { free: exact("100000"), locked: 0n });
  const late = box.open();
  late.subscribe(depth);
  box.run(100);
  assert(late.texts[0]!.includes("Not Subscribed"));
});
