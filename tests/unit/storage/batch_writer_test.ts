import { assertEquals, assertRejects } from "@std/assert";
import { exchanges } from "../../../src/core/exchange.ts";
import { StorageError } from "../../../src/core/errors.ts";
import { BatchWriter } from "../../../src/storage/batch_writer.ts";
import { EmbeddedDatabase } from "../../../src/storage/embedded_database.ts";
import { migrate } from "../../../src/storage/migrations.ts";
import { RunBatches } from "../../../src/storage/run_batches.ts";
import { schema } from "../../../src/storage/schema.ts";
import { bookTicker, fill } from "../../integration/storage_fixture.ts";
import { testInstruments } from "../../support/instruments.ts";

const run = { key: "6c84fb90-12c4-11e1-840d-7b25c5ee775a", mode: "test", seed: null, startedAt: 1_000 };

Deno.test("BatchWriter", async (test) => {
  const database = await EmbeddedDatabase.open(null);
  await migrate(database, schema);
  const writer = await BatchWriter.start(database, run);
  const batches = new RunBatches(10);
  for (const exchange of exchanges) batches.exchanges.append(exchange);
  for (const instrument of testInstruments().all) {
    batches.symbols.append({ exchange: exchanges[instrument.id % 3]!, instrument });
  }
  const shared = [batches.exchanges.take(1)!, batches.symbols.take(2)!];
  const count = async (table: string): Promise<unknown> =>
    (await database.query(`select count(*) as n from ${table}`))[0]!["n"];

  await test.step("stores a batch of shared rows again without making new ones", async () => {
    for (const batch of [...shared, ...shared]) await writer.write([batch]);
    assertEquals([await count("exchanges"), await count("symbols")], [3, 9]);
  });

  await test.step("stores a batch of a run once when it is sent twice", async () => {
    batches.bookTickers.append(bookTicker(4));
    const batch = batches.bookTickers.take(3)!;
    await writer.write([batch]);
    await writer.write([batch]);
    assertEquals(await count("book_ticker_snapshots"), 1);
  });

  await test.step("continues a run that is announced again", async () => {
    await writer.end(2_000, 0);
    const other = await BatchWriter.start(database, run);
    for (const batch of shared) await other.write([batch]);
    batches.bookTickers.append(bookTicker(4));
    await other.write([batches.bookTickers.take(3)!]);
    assertEquals([await count("runs"), await count("book_ticker_snapshots")], [1, 1]);
  });

  await test.step("stores nothing of a batch that is refused, so that it can be sent again", async () => {
    batches.fills.append({ fill: fill("1"), paper: true });
    batches.fills.append({ fill: fill("2", { side: "neither" as "buy" }), paper: true });
    const batch = batches.fills.take(4)!;
    await assertRejects(() => writer.write([batch]), StorageError, "refused 2 rows for fills");
    assertEquals(await count("fills"), 0);
    await writer.write([{ ...batch, rows: 1, texts: batch.texts.map((texts) => texts.slice(0, 1)) }]);
    assertEquals(await count("fills"), 1);
  });

  await database.close();
});
