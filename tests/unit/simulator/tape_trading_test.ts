import { assertEquals } from "@std/assert";
import { TapeSource } from "../../../src/simulator/mod.ts";
import { faultBox, mexc } from "../../faults/venue_clients.ts";

/** Best quotes of one venue over three seconds: the price rises by five, then falls by ten. */
const tape = `recv_us,venue,bid,bid_qty,ask,ask_qty
1000000,mexc_spot,100.0,2,100.5,3
2000000,mexc_spot,105.0,2,105.5,3
3000000,mexc_spot,95.0,2,95.5,3
`;

async function onTape(test: (source: TapeSource) => Promise<void>): Promise<void> {
  await Deno.mkdir("data", { recursive: true });
  const path = await Deno.makeTempFile({ dir: "data", suffix: ".csv" });
  try {
    await Deno.writeTextFile(path, tape);
    await test(
      await TapeSource.load(path, { base: "BTC", venues: { mexc_spot: { exchange: "MEXC_SPOT" } } }),
    );
  } finally {
    await Deno.remove(path);
  }
}

const order = { symbol: "BTCUSDT", type: "LIMIT", quantity: "1" };

Deno.test("Orders match among the quotes of a tape, and its prices run over those that rest", async () => {
  await onTape(async (source) => {
    const box = faultBox(source);
    const prices = (): unknown[] =>
      box.simulator.truth.fills({ venue: "MEXC_SPOT" }).map(({ side, role, price, size }) => [
        side,
        role,
        price,
        size,
      ]);
    const book = (): unknown => box.simulator.truth.book("MEXC_SPOT", "BTCUSDT")!.asks[0];
    // What a taker takes is gone from the book until the tape says otherwise.
    await mexc(box, "POST", "/api/v3/order", { ...order, side: "BUY", price: "101" });
    assertEquals([prices(), book()], [[["buy", "taker", "100.5", "1"]], [100.5, 2]]);
    await mexc(box, "POST", "/api/v3/order", { ...order, side: "SELL", price: "104" });
    await mexc(box, "POST", "/api/v3/order", { ...order, side: "BUY", price: "97" });
    assertEquals(prices().length, 1);
    box.simulator.start();
    box.run(1500);
    // The quote that rose over the seller's price bought from it, at the seller's price.
    assertEquals(prices().slice(1), [["sell", "maker", "104", "1"]]);
    assertEquals(book(), [105.5, 3]);
    box.run(1500);
    assertEquals(prices().slice(2), [["buy", "maker", "97", "1"]]);
    assertEquals(
      box.simulator.truth.orders({ venue: "MEXC_SPOT" }).every(({ state }) => state === "finished"),
      true,
    );
    assertEquals(box.simulator.truth.sums().every(({ difference }) => difference === "0"), true);
    await box.simulator.stop();
  });
});
