import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { SeededRandom } from "../../../../src/core/random.ts";
import { listInstrument } from "../../../../src/simulator/market/listing.ts";
import { type PublicTrade, TradeHistory } from "../../../../src/simulator/market/trade_history.ts";

Deno.test("The trade history gives the latest trades, newest first, and forgets the oldest", () => {
  const trade = fc.record({
    takerSide: fc.constantFrom<PublicTrade["takerSide"]>("buy", "sell"),
    tick: fc.integer({ min: 1, max: 2 ** 40 }),
    lots: fc.integer({ min: 1, max: 2 ** 50 }),
    timeMs: fc.integer({ min: 1, max: 2e12 }),
  });
  fc.assert(
    fc.property(
      fc.array(trade, { maxLength: 120 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 60 }),
      (drawn, capacity, limit) => {
        const all = drawn.map((one, index) => ({ id: 842_235_619 + index, ...one }));
        const history = new TradeHistory(capacity);
        for (const one of all) history.add(one);
        assertEquals(history.latest(limit), all.slice(-capacity).reverse().slice(0, limit));
        assertEquals(history.size, Math.min(capacity, all.length));
      },
    ),
  );
});

Deno.test("Before the run there were trades, and they agree with the candles of that time", () => {
  const openedMs = 1_786_540_560_250;
  const instrument = listInstrument({
    exchange: "GATEIO_SPOT",
    base: "BTC",
    tick: "0.1",
    lot: "0.000001",
    contractSize: "1",
    price: 84_000,
    openedMs,
  }, new SeededRandom(3));
  const trades = instrument.trades.latest(1000);
  assert(trades.length > 20 && trades.length <= 200, `${trades.length} trades`);
  for (const [index, { id, timeMs }] of trades.entries()) {
    assertEquals(id, trades[0]!.id - index);
    assert(timeMs < openedMs);
    if (index > 0) assert(timeMs < trades[index - 1]!.timeMs);
  }
  const candles = instrument.candles.range("1s", trades.at(-1)!.timeMs - 500, openedMs, 1000, openedMs);
  for (const { timeMs, tick, lots } of trades) {
    const candle = candles.find(({ openMs, closeMs }) => openMs <= timeMs && timeMs < closeMs)!;
    assertEquals([candle.closeTick, candle.lots], [tick, lots]);
  }
  const { id } = trades[0]!;
  instrument.take("bid", Infinity, 1, openedMs);
  instrument.quote("ask", instrument.spec.tick.nearest(84_000), 5, openedMs);
  instrument.take("bid", Infinity, 1, openedMs);
  assertEquals(instrument.trades.latest(2).map((trade) => trade.id), [id + 1, id]);
});
