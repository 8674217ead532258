import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { MarketInstrument } from "../../../src/simulator/market/market_instrument.ts";
import type { Side } from "../../../src/simulator/market/book_side.ts";
import { DepthCollector } from "../../../src/simulator/publish/depth_collector.ts";

const unit = DecimalStep.parse("1");

function instrument(): MarketInstrument {
  return new MarketInstrument({
    exchange: "GATEIO_SPOT",
    base: "X",
    quote: "USDT",
    exchangeSymbol: "X_USDT",
    tick: unit,
    lot: unit,
    contractSize: unit,
    minQuantity: 1,
    minNotional: 0,
    makerFee: 0,
    takerFee: 0,
    tradable: true,
  }, { version: 100, tradeId: 1, tick: 50 });
}

const change = fc.record({
  side: fc.constantFrom<Side>("bid", "ask"),
  tick: fc.integer({ min: 1, max: 30 }),
  lots: fc.integer({ min: 0, max: 3 }),
});

/** Changes, and between some of them the moments of a frame and of a client's REST request. */
const script = fc.array(
  fc.oneof({ weight: 6, arbitrary: change }, fc.constant("frame" as const), fc.constant("snapshot" as const)),
  { maxLength: 120 },
);

Deno.test("A client that applies every frame holds exactly the window, whenever its snapshot was taken", () => {
  fc.assert(
    fc.property(script, fc.integer({ min: 1, max: 6 }), (steps, depth) => {
      const market = instrument();
      const collector = new DepthCollector(market, depth);
      collector.attach(() => {});
      const top = (side: Side): [number, number][] =>
        market.book.side(side).top(depth).map(({ tick, lots }) => [tick, lots]);
      let client: { id: number; bid: Map<number, number>; ask: Map<number, number> } | undefined;
      let lastId = market.book.version;
      const frame = (): void => {
        const taken = collector.take();
        if (taken === undefined) return;
        assertEquals(taken.firstId, lastId + 1);
        lastId = taken.lastId;
        if (client === undefined || taken.lastId <= client.id) return;
        for (const { tick, lots } of taken.bids) {
          lots === 0 ? client.bid.delete(tick) : client.bid.set(tick, lots);
        }
        for (const { tick, lots } of taken.asks) {
          lots === 0 ? client.ask.delete(tick) : client.ask.set(tick, lots);
        }
        client.id = taken.lastId;
        assertEquals([...client.bid].sort((a, b) => b[0] - a[0]), top("bid"));
        assertEquals([...client.ask].sort((a, b) => a[0] - b[0]), top("ask"));
      };
      for (const step of [...steps, "frame" as const]) {
        if (step === "frame") frame();
        else if (step === "snapshot") {
          client = { id: market.book.version, bid: new Map(top("bid")), ask: new Map(top("ask")) };
        } else market.quote(step.side, step.tick, step.lots, 0);
      }
    }),
    { seed: 20261122, numRuns: 2000 },
  );
});

Deno.test("Versions count changes of levels, and a repeated size is no change", () => {
  const { book } = instrument();
  book.set("bid", 5, 1);
  book.set("bid", 5, 1);
  book.set("bid", 5, 2);
  book.set("bid", 6, 0);
  book.set("bid", 5, 0);
  assertEquals([book.version, book.bids.size], [103, 0]);
  assert(Number.isNaN(book.bids.tickAt(0)));
});
