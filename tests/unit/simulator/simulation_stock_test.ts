import { assertEquals } from "@std/assert";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { listInstrument } from "../../../src/simulator/market/listing.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { type MarketSource, parseSimulationConfig, Simulation } from "../../../src/simulator/mod.ts";

/** Two pairs with one bid each: one against USDT, one against another coin. */
const market: MarketSource = {
  open: () => {
    const instruments = [["NEO", "USDT", 80], ["NEO", "BTC", 0.001]].map(([base, quote, price]) => {
      const instrument = listInstrument({
        exchange: "GATEIO_SPOT",
        base: String(base),
        quote: String(quote),
        tick: DecimalStep.ofDecimals(4).format(1),
        lot: "0.01",
        contractSize: "1",
        price: Number(price),
        openedMs: 0,
      }, new SeededRandom(1));
      instrument.quote("bid", instrument.spec.tick.nearest(Number(price)), 100, 0);
      return instrument;
    });
    return { instruments, start: (): void => {}, stop: (): void => {} };
  },
};

Deno.test("Inventory is given in coins that are listed against USDT, once and at their price", async () => {
  const config = parseSimulationConfig("accounts: [{ family: gateio, inventory: 1000 }]", "it");
  const { simulator } = new Simulation(config, market);
  const held = simulator.truth.balances().map(({ coin, available }) => [coin, available]);
  assertEquals(held, [["NEO", "12.5"]]);
  await simulator.stop();
});
