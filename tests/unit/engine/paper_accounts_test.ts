import { assertEquals } from "@std/assert";
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import { InstrumentTable } from "../../../src/core/instrument.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { PaperAccounts } from "../../../src/engine/paper_trading.ts";
import { bookOf, setBook } from "../../support/books.ts";
import { testInstruments, testSpec } from "../../support/instruments.ts";

const exchanges = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const;

/** Accounts on paper and their books. */
class Bench {
  readonly clock = new SimulatedClock(0);
  readonly books;
  readonly accounts: PaperAccounts;

  constructor(readonly table = testInstruments(["HYPE"])) {
    this.books = table.all.map(({ id }) => bookOf(id, [], []));
    this.accounts = new PaperAccounts({
      config: { paper: { quoteBalance: 50_000, inventoryNotional: 5_000, latencyMs: 5, latencyJitterMs: 0 } },
      clock: this.clock,
      random: new SeededRandom(1),
      exchanges,
      instruments: table,
      book: ({ id }) => this.books[id],
    });
  }

  quote(instrument: number, middle: number): void {
    const book = this.books[instrument]!;
    setBook(book, [[middle - 0.1, 500]], [[middle + 0.1, 500]]);
    this.accounts.onBook(book);
  }

  /** Units of a coin that the venue tells when it is asked. */
  async balance(exchange: ExchangeKey, coin: string): Promise<number> {
    const question = this.accounts.venues.get(exchange)!.balances();
    while (this.clock.step());
    return (await question).find((balance) => balance.coin === coin)?.available ?? 0;
  }
}

Deno.test("PaperAccounts give coins in whole lots at the first middle price, money once a venue, and nothing twice", async () => {
  const bench = new Bench();
  bench.quote(1, 3);
  bench.quote(1, 6);
  bench.quote(2, 6);
  assertEquals(await bench.balance("GATEIO_SPOT", "HYPE"), 1_666.66);
  assertEquals(await bench.balance("GATEIO_SPOT", "USDT"), 50_000);
  assertEquals(await bench.balance("GATEIO_FUTURES", "USDT"), 50_000);
  assertEquals(await bench.balance("GATEIO_FUTURES", "HYPE"), 0);
  assertEquals(await bench.balance("MEXC_SPOT", "USDT"), 0);
});

Deno.test("PaperAccounts wait with the coins while one side of the book is empty", async () => {
  const bench = new Bench();
  const book = bench.books[0]!, instrument = bench.table.all[0]!;
  setBook(book, [], [[100, 1]]);
  bench.accounts.onBook(book);
  assertEquals(bench.accounts.isEndowed(instrument), false);
  assertEquals(await bench.balance("MEXC_SPOT", "USDT"), 0);
  setBook(book, [[99, 1]], [[101, 1]]);
  bench.accounts.onBook(book);
  assertEquals(bench.accounts.isEndowed(instrument), true);
  assertEquals(await bench.balance("MEXC_SPOT", "HYPE"), 50);
  assertEquals(await bench.balance("MEXC_SPOT", "USDT"), 50_000);
});

Deno.test("PaperAccounts give money in every quote coin of a venue", async () => {
  const table = new InstrumentTable();
  table.add(testSpec("MEXC_SPOT", "HYPE"));
  table.add({ ...testSpec("MEXC_SPOT", "HYPE"), quote: "USDC", exchangeSymbol: "HYPEUSDC" });
  const bench = new Bench(table);
  bench.quote(0, 100);
  bench.quote(1, 100);
  const balances = [await bench.balance("MEXC_SPOT", "USDT"), await bench.balance("MEXC_SPOT", "USDC")];
  assertEquals(balances, [50_000, 50_000]);
});
