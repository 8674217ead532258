import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../src/core/errors.ts";
import type { Instrument } from "../../../src/core/instrument.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { GateioFuturesPublicRest } from "../../../src/exchanges/gateio/public_futures_rest.ts";
import { GateioSpotPublicRest } from "../../../src/exchanges/gateio/public_spot_rest.ts";
import { MexcPublicRest } from "../../../src/exchanges/mexc/public_rest.ts";
import { checkBody, wholeNumber, wordIn } from "../../../src/exchanges/wire_schema.ts";
import { RestClient } from "../../../src/net/rest_client.ts";
import { FakeNetwork } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import {
  gateioFuturesDocuments,
  gateioSpotDocuments,
  mexcPublicDocuments,
} from "../../support/rest_documents.ts";

const table = testInstruments(["BTC"]);
const [mexcBtc] = table.ofExchange("MEXC_SPOT") as [Instrument];
const [futuresBtc] = table.ofExchange("GATEIO_FUTURES") as [Instrument];

/** Clients whose every question is answered with this. */
function clients(body: unknown): {
  mexc: MexcPublicRest;
  spot: GateioSpotPublicRest;
  futures: GateioFuturesPublicRest;
} {
  const network = new FakeNetwork();
  network.answer = (): string => typeof body === "string" ? body : JSON.stringify(body);
  const client = new RestClient({ network, baseUrl: "http://venue", errorCode: () => "" });
  const clock = new SimulatedClock(1_786_540_600_000);
  return {
    mexc: new MexcPublicRest(client, clock),
    spot: new GateioSpotPublicRest(client, clock),
    futures: new GateioFuturesPublicRest(client, clock),
  };
}

Deno.test("Public requests refuse negative and infinite prices and sizes", async () => {
  const [ticker] = mexcPublicDocuments["24hr"] as [object];
  await assertRejects(
    () => clients([{ ...ticker, quoteVolume: "-0.5" }]).mexc.fetchTickers([mexcBtc]),
    ProtocolError,
    "negative",
  );
  const book = gateioFuturesDocuments["/futures/usdt/order_book"];
  for (const size of ["-1", "1e999"]) {
    const text = JSON.stringify({ ...book, bids: [{ p: "97", s: 0.125 }] }).replace("0.125", size);
    await assertRejects(() => clients(text).futures.fetchDepth(futuresBtc, 5), ProtocolError);
  }
  const [candle] = gateioFuturesDocuments["/futures/usdt/candlesticks"] as [object];
  const negative = clients([{ ...candle, l: "-1.032" }]).futures;
  await assertRejects(() => negative.fetchKlines(futuresBtc, "1m"), ProtocolError);
  assertEquals((await negative.fetchReferenceKlines(futuresBtc, "premium", "1m"))[0]!.low, -1.032);
});

Deno.test("A listing marks rows as unreadable whose steps or limits make no sense", async () => {
  const [pair] = gateioSpotDocuments["/spot/currency_pairs"] as [object];
  const odd: object[] = [{ precision: 19 }, { amount_precision: 1.5 }, { precision: -1 }, {
    min_quote_amount: "-3",
  }];
  for (const change of odd) {
    const { symbols, unreadable } = await clients([{ ...pair, ...change }]).spot.fetchSymbols();
    assertEquals([symbols, unreadable], [[], ["BTC_USDT"]], JSON.stringify(change));
  }
  const [contract] = gateioFuturesDocuments["/futures/usdt/contracts"] as [object];
  for (const change of [{ order_price_round: "0" }, { quanto_multiplier: "0.0000000000000000001" }]) {
    const network = clients([{ ...contract, ...change, contract: "BTC_USDT" }]);
    await assertRejects(
      () => network.futures.fetchInstruments([{ base: "BTC", quote: "USDT" }]),
      ProtocolError,
      "not a usable step",
    );
  }
});

Deno.test("A pair whose status is the name of something that every object has is not open", async () => {
  const [pair] = gateioSpotDocuments["/spot/currency_pairs"] as [object];
  const { symbols: [symbol] } = await clients([{ ...pair, trade_status: "constructor" }]).spot.fetchSymbols();
  assertEquals([symbol!.sides, symbol!.online, symbol!.spec.tradable], ["none", false, false]);
  assertEquals(wordIn({ a: 1 }, "toString"), undefined);
});

Deno.test("A listing of contracts without end is given up", async () => {
  const row = { name: "BTC_USDT" };
  const { futures } = clients(Array.from({ length: 1000 }, () => row));
  await assertRejects(() => futures.fetchInstruments([]), ProtocolError, "no end");
});

Deno.test("Ids, counts and times of documents are not negative", () => {
  assertEquals(checkBody(wholeNumber, "12", "an id"), 12);
  for (const value of [-1, "-1", 1.5, "1e3", 2 ** 53]) {
    assertThrows(() => checkBody(wholeNumber, value, "an id"), ProtocolError);
  }
});
