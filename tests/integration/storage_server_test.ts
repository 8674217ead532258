import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { serverSettings, type TlsSettings } from "../../src/config/server_settings.ts";
import { exchanges } from "../../src/core/exchange.ts";
import { BatchWriter } from "../../src/storage/batch_writer.ts";
import { DatabaseAwayError, DatabaseRefusalError } from "../../src/storage/database_errors.ts";
import { migrate } from "../../src/storage/migrations.ts";
import type { RowBatch } from "../../src/storage/row_batch.ts";
import { RunBatches } from "../../src/storage/run_batches.ts";
import { schema } from "../../src/storage/schema.ts";
import { ServerDatabase } from "../../src/storage/server_database.ts";
import { tables } from "../../src/storage/tables.ts";
import { testInstruments } from "../support/instruments.ts";
import { PostgresServer, serverTest } from "../support/postgres_server.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { bookTicker, withDirectory } from "./storage_fixture.ts";

const encryption =
  "select ssl, application_name from pg_stat_ssl join pg_stat_activity using (pid) where pid = pg_backend_pid()";

/** Asks a server once. */
async function ask(address: string, tls: TlsSettings = {}, sql = encryption): Promise<unknown> {
  const database = await ServerDatabase.open(serverSettings(address, tls));
  try {
    return (await database.query(sql))[0];
  } finally {
    await database.close();
  }
}

serverTest(
  "ServerDatabase protects the way as it is told, and believes nobody else's certificate",
  () =>
    withDirectory(async (directory) => {
      await using server = await PostgresServer.start({ tls: "IP:127.0.0.1" });
      await using misnamed = await PostgresServer.start({ tls: "DNS:db.example" });
      const [caFile, otherCa] = [`${directory}/ca.pem`, `${directory}/other.pem`];
      Deno.writeTextFileSync(caFile, server.caCertificate);
      Deno.writeTextFileSync(otherCa, misnamed.caCertificate);
      const name = { application_name: "cexarb" };
      assertEquals(await ask(server.url()), { ssl: false, ...name });
      assertEquals(await ask(server.url(), { tls: "require" }), { ssl: true, ...name });
      assertEquals(await ask(misnamed.url(), { tls: "require" }), { ssl: true, ...name });
      assertEquals(await ask(server.url(), { tls: "verify-full", caFile }), { ssl: true, ...name });
      await assertRejects(() => ask(server.url(), { tls: "verify-full" }), DatabaseAwayError, "certificate");
      await assertRejects(
        () => ask(server.url(), { tls: "verify-full", caFile: otherCa }),
        DatabaseAwayError,
      );
      await assertRejects(
        () => ask(misnamed.url(), { tls: "verify-full", caFile: otherCa }),
        DatabaseAwayError,
      );
      await using plain = await PostgresServer.start();
      await assertRejects(() => ask(plain.url(), { tls: "require" }), DatabaseAwayError, "does not take TLS");
    }),
);

serverTest("ServerDatabase reads the password from the environment", async () => {
  await using server = await PostgresServer.start();
  const before = Deno.env.get("PGPASSWORD");
  try {
    Deno.env.set("PGPASSWORD", "secret");
    assertEquals(await ask(server.url("cexarb"), {}, "select current_user as me"), { me: "cexarb" });
    Deno.env.set("PGPASSWORD", "wrong");
    const error = await assertRejects(() => ask(server.url("cexarb")), DatabaseAwayError);
    assertStringIncludes(error.message, "password authentication failed");
    assertEquals(error.message.includes("wrong"), false);
  } finally {
    if (before === undefined) Deno.env.delete("PGPASSWORD");
    else Deno.env.set("PGPASSWORD", before);
  }
});

serverTest("ServerDatabase tells whether the server is away or refuses", async (test) => {
  await using server = await PostgresServer.start();
  await using proxy = new TcpProxy(server.port);
  const settings = { ...serverSettings(server.url()), port: proxy.port, statementTimeoutMs: 300 };
  const database = await ServerDatabase.open(settings);
  await database.script("create table numbers (n smallint check (n > 0))");

  await test.step("a value that a column does not take", async () => {
    const error = await assertRejects(
      () => database.query("insert into numbers values (0)"),
      DatabaseRefusalError,
    );
    assertEquals(error.code, "23514");
    await assertRejects(() => database.query("select nonsense"), DatabaseRefusalError);
  });
  await test.step("a statement that takes too long, but not a schema file", async () => {
    await assertRejects(() => database.query("select pg_sleep(2)"), DatabaseAwayError, "statement timeout");
    await database.script("select pg_sleep(0.5)");
    await assertRejects(
      () => database.transaction((session) => session.query("select pg_sleep(2)")),
      DatabaseAwayError,
    );
    assertEquals(await database.query("select 1 as one"), [{ one: 1 }]);
  });
  await test.step("a connection that is cut in the middle of a transaction, which is undone", async () => {
    await assertRejects(() =>
      database.transaction(async (session) => {
        await session.query("insert into numbers values (1)");
        proxy.cut();
        await session.query("insert into numbers values (2)");
      }), DatabaseAwayError);
    assertEquals(await database.query("select * from numbers"), []);
  });
  await test.step("a server that has stopped", async () => {
    await server.stop();
    await assertRejects(() => database.query("select 1"), DatabaseAwayError);
    await server.restart();
    assertEquals(await database.query("select 1 as one"), [{ one: 1 }]);
  });
  await test.step("a connection that says nothing any more", async () => {
    proxy.clog(true);
    await assertRejects(() => database.query("select 1"), DatabaseAwayError, "has not answered");
    proxy.clog(false);
  });
  await database.close();
});

serverTest(
  "BatchWriter copies the same rows that it inserts, and a refused batch leaves nothing",
  async () => {
    await using server = await PostgresServer.start();
    const database = await ServerDatabase.open(serverSettings(server.url()));
    await migrate(database, schema);
    const run = { key: crypto.randomUUID(), mode: "test", seed: null, startedAt: 1_000 };
    const writer = await BatchWriter.start(database, run);
    const batches = new RunBatches(1_000);
    for (const exchange of exchanges) batches.exchanges.append(exchange);
    for (const instrument of testInstruments().all) {
      batches.symbols.append({ exchange: exchanges[instrument.id % 3]!, instrument });
    }
    await writer.write([batches.exchanges.take(1)!, batches.symbols.take(2)!]);
    const any = fc.double();
    const time = fc.oneof(fc.integer({ min: 1, max: 4e12 }), fc.double({ min: 1, max: 4e12, noNaN: true }));
    const quotes = fc.sample(
      fc.record({
        bidPrice: any,
        bidQuantity: any,
        askPrice: any,
        askQuantity: any,
        exchangeTime: time,
        receivedAt: time,
      }),
      { numRuns: 300, seed: 1 },
    );
    quotes.forEach((quote, index) =>
      batches.bookTickers.append(
        bookTicker(index % 9, { ...quote, updateId: Number.MAX_SAFE_INTEGER - index }),
      )
    );
    const batch = batches.bookTickers.take(3)!;
    const names = tables.book_ticker_snapshots.numbers.map(({ name }) => name);
    const stored = (): Promise<unknown> =>
      database.query(`select ${names.join(", ")} from book_ticker_snapshots order by update_id`);

    await writer.write([batch]);
    const copied = await stored();
    await database.script("truncate book_ticker_snapshots; truncate stored_batches");
    await writer.writeAlone(batch);
    assertEquals(await stored(), copied);

    const bad: RowBatch = { ...batch, sequence: 4, numbers: batch.numbers.slice() };
    bad.numbers[0] = 77;
    await assertRejects(() => writer.write([{ ...batch, sequence: 5 }, bad]), DatabaseRefusalError);
    await assertRejects(() => writer.writeAlone(bad), DatabaseRefusalError, "symbol_id");
    assertEquals(await stored(), copied);
    await writer.write([{ ...batch, sequence: 5 }]);
    assert(
      JSON.stringify(await database.query("select sequence from stored_batches order by 1")) ===
        '[{"sequence":3},{"sequence":5}]',
    );
    await database.close();
  },
);
