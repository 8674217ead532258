import { assert, assertEquals } from "@std/assert";
import { SeededRandom } from "../../../../src/core/random.ts";
import { syntheticAssets } from "../../../../src/simulator/mod.ts";
import { faultBox, mexc, restingMexcOrder } from "../../../faults/venue_clients.ts";
import { MarketModel } from "../../../../src/simulator/mod.ts";

Deno.test("A symbol that is closed to programs looks online, is in no list for them, and takes no order", async () => {
  const [btc] = syntheticAssets(1, new SeededRandom(1));
  const { MEXC_SPOT, ...others } = btc!.venues;
  const source = new MarketModel({
    assets: [{ ...btc!, venues: { ...others, MEXC_SPOT: { ...MEXC_SPOT!, closedToApi: true } } }],
  });
  const box = faultBox(source);
  const info = (await box.get("MEXC_SPOT", "/api/v3/exchangeInfo")).body as {
    symbols: { status: string; isSpotTradingAllowed: boolean }[];
  };
  assertEquals(info.symbols.map(({ status, isSpotTradingAllowed }) => [status, isSpotTradingAllowed]), [[
    "1",
    false,
  ]]);
  assertEquals(((await box.get("MEXC_SPOT", "/api/v3/defaultSymbols")).body as { data: string[] }).data, []);
  const refused = (await mexc(box, "POST", "/api/v3/order", restingMexcOrder))!;
  assertEquals([refused.status, (refused.body as { code: number }).code], [400, 30016]);
  assert(box.simulator.truth.book("MEXC_SPOT", "BTCUSDT")!.bids.length > 0);
});

Deno.test("A few of many invented coins are closed to programs on MEXC", () => {
  const closed = syntheticAssets(400, new SeededRandom(1))
    .filter(({ venues }) => venues.MEXC_SPOT?.closedToApi === true).length;
  assert(closed >= 5 && closed <= 30, `${closed} of 400`);
});
