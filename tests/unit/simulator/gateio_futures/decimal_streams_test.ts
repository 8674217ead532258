import { assertEquals } from "@std/assert";
import { SeededRandom } from "../../../../src/core/random.ts";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { AccountRegistry } from "../../../../src/simulator/accounts/account_registry.ts";
import { Ledger } from "../../../../src/simulator/accounts/ledger.ts";
import { Faults } from "../../../../src/simulator/faults.ts";
import { FuturesBackend } from "../../../../src/simulator/gateio/futures_backend.ts";
import { type Listing, listInstrument } from "../../../../src/simulator/market/listing.ts";
import { FlushTickers } from "../../../../src/simulator/publish/tickers.ts";

const listing: Listing = {
  exchange: "GATEIO_FUTURES",
  base: "BTC",
  tick: "0.1",
  lot: "0.01",
  contractSize: "0.0001",
  price: 60_000,
  openedMs: 1_786_540_560_000,
};

/** The pushes of one change of the book and one trade to a reader with these handshake headers. */
function pushes(headers: Record<string, string>): Record<string, unknown>[] {
  const clock = new SimulatedClock(listing.openedMs);
  const random = new SeededRandom(5);
  const instrument = listInstrument(listing, random.fork("btc"));
  const backend = new FuturesBackend({
    clock,
    random,
    tickers: new FlushTickers(clock, random),
    faults: new Faults(() => {}),
    accounts: new AccountRegistry({ mexc: clock, gateio: clock }, new Ledger(), random, () => {}),
    instruments: new Map([["BTC_USDT", instrument]]),
  });
  const frames: string[] = [];
  const reader = { push: (frame: string | Uint8Array): unknown => frames.push(String(frame)) };
  const join = (channel: string, ...payload: string[]): void => {
    for (const topic of backend.topics(channel, payload, new Headers(headers))) topic.add(reader);
  };
  join("futures.book_ticker", "BTC_USDT");
  join("futures.order_book_update", "BTC_USDT", "100ms", "20");
  join("futures.trades", "BTC_USDT");
  instrument.quote("bid", 599_990, 250, listing.openedMs);
  instrument.quote("ask", 600_010, 1075, listing.openedMs);
  instrument.commit(listing.openedMs);
  while (clock.step());
  instrument.take("ask", 599_990, 175, listing.openedMs + 200);
  instrument.commit(listing.openedMs + 200);
  return frames.map((frame) => JSON.parse(frame).result);
}

Deno.test("Without the decimal header futures streams cut fractions of contracts off", () => {
  const [quote, depth, trades] = pushes({}) as [Record<string, unknown>, Record<string, unknown>, unknown];
  assertEquals([quote["B"], quote["A"]], [2, 10]);
  assertEquals([depth["b"], depth["a"]], [[{ p: "59999", s: 2 }], [{ p: "60001", s: 10 }]]);
  assertEquals((trades as unknown as Record<string, unknown>[]).map(({ size }) => size), [-1]);
});

Deno.test("With the decimal header futures streams state sizes as exact texts", () => {
  const [quote, depth, trades] = pushes({ "X-Gate-Size-Decimal": "1" }) as [
    Record<string, unknown>,
    Record<string, unknown>,
    unknown,
  ];
  assertEquals([quote["B"], quote["A"]], ["2.5", "10.75"]);
  assertEquals([depth["b"], depth["a"]], [[{ p: "59999", s: "2.5" }], [{ p: "60001", s: "10.75" }]]);
  assertEquals((trades as unknown as Record<string, unknown>[]).map(({ size }) => size), ["-1.75"]);
});
