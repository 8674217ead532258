import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ConfigError } from "../../../../src/core/errors.ts";
import { ListingState } from "../../../../src/simulator/market/listing_state.ts";
import { ModelBox, openedMs } from "./listed.ts";

const minute = 60_000;
const key = { exchange: "GATEIO_FUTURES", symbol: "SOL_USDT" } as const;

Deno.test("Each venue states a listing in its own words", () => {
  const state = new ListingState();
  const words = (): unknown[] => [
    state.status,
    state.open,
    state.reduceOnly,
    state.mexcStatus,
    state.gateTradeStatus,
    state.gateContractStatus,
    state.inDelisting,
    state.delistingSeconds,
  ];
  assertEquals(words(), ["trading", true, false, "1", "tradable", "trading", false, 0]);
  state.halt();
  assertEquals(words(), ["halted", false, false, "2", "untradable", "suspend", false, 0]);
  state.resume();
  state.beginDelisting(openedMs + 1500);
  const seconds = openedMs / 1000 + 1;
  assertEquals(words(), ["delisting", true, true, "1", "tradable", "delisting", true, seconds]);
  state.delist(openedMs + 9000);
  assertEquals(words(), ["delisted", false, false, "3", "untradable", "delisted", true, openedMs / 1000 + 9]);
});

Deno.test("Whatever is called in whatever order, delisted is for good and an announced delisting is not forgotten", () => {
  const call = fc.constantFrom("halt", "resume", "beginDelisting", "delist");
  fc.assert(
    fc.property(fc.array(call, { maxLength: 12 }), (calls) => {
      const state = new ListingState();
      const seen: string[] = [];
      state.listen(({ status }, before) => seen.push(`${before} ${status}`));
      let [halted, announced, delisted] = [false, false, false];
      for (const name of calls) {
        if (name === "halt") state.halt();
        else if (name === "resume") state.resume();
        else if (name === "beginDelisting") state.beginDelisting(5);
        else state.delist(5);
        delisted ||= name === "delist";
        announced ||= name === "beginDelisting";
        if (name === "halt") halted = true;
        if (name === "resume") halted = false;
        const expected = delisted ? "delisted" : halted ? "halted" : announced ? "delisting" : "trading";
        assertEquals(state.status, expected, calls.join());
      }
      seen.slice(1).forEach((change, index) => {
        assertEquals(change.split(" ")[0], seen[index]!.split(" ")[1]);
      });
    }),
  );
});

Deno.test("A halted book stands still while the price goes on; afterwards it catches up", () => {
  const events = [
    { ...key, atMs: 1 * minute, action: "halt" },
    { ...key, atMs: 6 * minute, action: "resume" },
  ] as const;
  const box = new ModelBox({ listings: { events } });
  box.market.start();
  const halted = box.instrument("GATEIO_FUTURES", "SOL_USDT");
  const other = box.instrument("GATEIO_FUTURES", "BTC_USDT");
  box.run(minute + 1);
  assertEquals(halted.listing.status, "halted");
  const [version, otherVersion, index] = [halted.book.version, other.book.version, halted.indexPrice];
  assert(halted.book.bids.size > 0);
  box.run(4 * minute);
  assertEquals(halted.book.version, version);
  assert(other.book.version > otherVersion + 1000);
  assert(halted.indexPrice !== index);
  box.run(2 * minute);
  assertEquals(halted.listing.status, "trading");
  assert(halted.book.version > version);
  assert(Math.abs(halted.mid / halted.indexPrice - 1) < 0.03);
  box.market.stop();
});

Deno.test("A delisting is announced, trades on, and leaves an empty book at its time", () => {
  const box = new ModelBox({
    listings: { events: [{ ...key, atMs: minute, action: "delist", noticeMs: 10 * minute }] },
  });
  box.market.start();
  const { listing, book } = box.instrument("GATEIO_FUTURES", "SOL_USDT");
  box.run(minute + 1);
  assertEquals([listing.status, listing.delistAtMs], ["delisting", openedMs + 11 * minute]);
  const { version } = book;
  box.run(10 * minute - 2);
  assertEquals(listing.status, "delisting");
  assert(book.version > version + 1000);
  box.run(1);
  assertEquals([listing.status, book.bids.size, book.asks.size], ["delisted", 0, 0]);
  const last = book.version;
  box.run(5 * minute);
  assertEquals(book.version, last);
  box.market.stop();
});

Deno.test("A delisting announced at run time happens by itself, also when it was put off, before the start or not", () => {
  const box = new ModelBox({ eventsPerSecond: 1, levels: 5 });
  const early = box.instrument("MEXC_SPOT", "BTCUSDT").listing;
  const late = box.instrument("GATEIO_SPOT", "BTC_USDT").listing;
  early.beginDelisting(openedMs + minute);
  box.market.start();
  late.beginDelisting(openedMs + minute);
  late.beginDelisting(openedMs + 40 * 86_400_000);
  box.run(minute);
  assertEquals([early.status, late.status], ["delisted", "delisting"]);
  const stopped = new ModelBox({ eventsPerSecond: 0 }, 1);
  const { listing, book } = stopped.instrument("MEXC_SPOT", "BTCUSDT");
  listing.delist(openedMs);
  assertEquals(book.bids.size + book.asks.size, 0);
  box.market.stop();
  assertEquals(box.clock.nextDue, undefined);
});

Deno.test("Random halts have the frequency and the durations that were asked for, by the seed", () => {
  const halts = { meanGapMs: 20 * minute, minMs: minute, maxMs: 3 * minute };
  const watch = (seed: number): { begin: number; end: number }[] => {
    const box = new ModelBox({ eventsPerSecond: 0, listings: { halts } }, seed);
    const found: { begin: number; end: number }[] = [];
    for (const { listing } of box.market.instruments) {
      let begin = 0;
      listing.listen(({ status }) => {
        if (status === "halted") begin = box.clock.epochMs();
        else found.push({ begin, end: box.clock.epochMs() });
      });
    }
    box.market.start();
    box.run(24 * 60 * minute);
    box.market.stop();
    return found;
  };
  const found = watch(1);
  assertEquals(found, watch(1));
  // 24 instruments, a day, one halt in 20 + 2 minutes.
  const expected = 24 * 24 * 60 / 22;
  assert(Math.abs(found.length / expected - 1) < 0.1, `${found.length} of ${expected}`);
  for (const { begin, end } of found) assert(end - begin >= minute - 1 && end - begin <= 3 * minute + 1);
});

Deno.test("A plan for an instrument that does not exist is refused", () => {
  const events = [{ ...key, symbol: "NO_USDT", atMs: 0, action: "halt" }] as const;
  assertThrows(() => new ModelBox({ listings: { events } }), ConfigError, '"NO_USDT"');
});
