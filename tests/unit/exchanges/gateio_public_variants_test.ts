/**
 * Gate.io's public rows in forms that the documented examples do not show.
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Instrument } from "../../../src/core/instrument.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { GateioFuturesPublicRest } from "../../../src/exchanges/gateio/public_futures_rest.ts";
import { GateioSpotPublicRest } from "../../../src/exchanges/gateio/public_spot_rest.ts";
import { RestClient } from "../../../src/net/rest_client.ts";
import { FakeNetwork } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import { gateioContracts, gateioCurrencyPairs } from "../../support/rest_bodies.ts";

const table = testInstruments(["BTC", "HYPE"]);
const [spotBtc, spotHype] = table.ofExchange("GATEIO_SPOT") as [Instrument, Instrument];
const [futuresBtc, futuresHype] = table.ofExchange("GATEIO_FUTURES") as [Instrument, Instrument];
const bitcoin = { base: "BTC", quote: "USDT" };

/** Clients of a venue that gives this answer to everything. */
function clients(body: unknown): { spot: GateioSpotPublicRest; futures: GateioFuturesPublicRest } {
  const network = new FakeNetwork();
  network.answer = () => ({ body });
  const client = new RestClient({ network, baseUrl: "http://venue", errorCode: () => "" });
  const clock = new SimulatedClock(1_786_540_580_000);
  return {
    spot: new GateioSpotPublicRest(client, clock),
    futures: new GateioFuturesPublicRest(client, clock),
  };
}

Deno.test("A market without a trade yet keeps no other ticker of Gate.io from being read", async () => {
  const pair = { currency_pair: "BTC_USDT", last: "64028.2", highest_bid: "64028.2", highest_size: "0.1" };
  const { spot } = clients([pair, { currency_pair: "HYPE_USDT", last: "", lowest_ask: "", base_volume: "" }]);
  const prices = (await spot.fetchTickers([spotBtc, spotHype])).map(({ lastPrice }) => lastPrice);
  assertEquals(prices, [64028.2, NaN]);

  const contract = {
    contract: "BTC_USDT",
    last: "64012.9",
    total_size: "5",
    mark_price: "64013.2",
    index_price: "64030.1",
    funding_rate: "-0.0001",
  };
  const untraded = { last: "", total_size: "", mark_price: "", index_price: "", funding_rate: "" };
  const { futures } = clients([contract, { ...untraded, contract: "HYPE_USDT" }]);
  assertEquals(
    (await futures.fetchTickers([futuresBtc, futuresHype])).map(({ lastPrice, contract }) => [
      lastPrice,
      contract!.markPrice,
      contract!.fundingRate,
      contract!.openInterest,
    ]),
    [[64012.9, 64013.2, -0.0001, 5], [NaN, NaN, NaN, NaN]],
  );
});

Deno.test("A liquidation of Gate.io may state its price and sizes as numbers or as texts", async () => {
  const row = {
    time: 1548654951,
    contract: "BTC_USDT",
    size: 600,
    order_size: -600,
    fill_price: "3424",
    left: 0,
  };
  for (const form of [row, { ...row, fill_price: 3424 }, { ...row, size: "600.0" }]) {
    const [told] = await clients([form]).futures.fetchLiquidations(futuresBtc);
    assertEquals([told!.position, told!.size, told!.price], ["long", 600, 3424]);
  }
});

Deno.test("A contract with decimal sizes is listed, with a least size of one contract, and not tradable", async () => {
  const contract = gateioContracts[0] as Record<string, unknown>;
  const { futures } = clients([{ ...contract, enable_decimal: true, order_size_min: 0 }]);
  const [spec] = await futures.fetchInstruments([bitcoin]);
  assertEquals([spec!.tradable, spec!.minQuantity, spec!.lot.size], [false, 1, 1]);
});

Deno.test("A pair may state its minima as numbers, texts or not at all", async () => {
  const pair = gateioCurrencyPairs[0] as Record<string, unknown>;
  const minimum = async (min: unknown): Promise<number> => {
    const { spot } = clients([{ ...pair, min_quote_amount: min }]);
    return (await spot.fetchInstruments([bitcoin]))[0]!.minNotional;
  };
  assertEquals(await Promise.all(["3", 3, "", null, undefined].map(minimum)), [3, 3, 0, 0, 0]);
});

Deno.test("A spot candle of Gate.io that does not say whether it is closed is so when its time is over", async () => {
  const candle = (minutes: number, ...closed: unknown[]): unknown[] => {
    const openTime = String(1_786_540_560 - 60 * minutes);
    return [openTime, "1157762.868212", "67772.5", "67839.9", "67715", "67715.1", "17.0779", ...closed];
  };
  const rows = [candle(2, "true"), candle(2, true), candle(2), candle(0), candle(0, "false")];
  const closed = (await clients(rows).spot.fetchKlines(spotBtc, "1m")).map(({ closed }) => closed);
  assertEquals(closed, [true, true, true, false, false]);
});
