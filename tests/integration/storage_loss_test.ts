/**
 * Rows that the store called safe are in the database exactly once, whatever happens to the database and to the
 * process. `deno task soak` does it for a minute.
 */
import { assert, assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams";
import { SeededRandom } from "../../src/core/random.ts";
import type { StorageReport } from "../../src/storage/mod.ts";
import { canStartPrograms } from "../support/program.ts";
import { noPostgresServer, PostgresServer } from "../support/postgres_server.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { withDirectory } from "./storage_fixture.ts";

const rowsPerSecond = 10_000;
const seconds = Number(Deno.args.find((argument) => argument.startsWith("--seconds="))?.slice(10) ?? 12);
const seed = 20_261_123;
const missing = noPostgresServer ?? (canStartPrograms ? undefined : "needs --allow-run for Deno itself");
const name =
  `MarketStore keeps every row that it called safe exactly once, while the server is stopped, killed, clogged
and cut off, and after kill -9`.replaceAll("\n", " ");

/** What a sender has said last. */
interface Ledger {
  safe: number;
  stored: number;
  idle: boolean;
  recorded?: number;
  report?: StorageReport;
  readonly errors: string[];
}

Deno.test({
  name: missing === undefined ? name : `${name} (skipped: ${missing})`,
  ignore: missing !== undefined,
  fn: () => withDirectory(loseNothing),
});

async function loseNothing(directory: string): Promise<void> {
  await using server = await PostgresServer.start();
  await using proxy = new TcpProxy(server.port);
  const random = new SeededRandom(seed);
  // The server is away when the first process starts, so that there is not even a schema to begin with.
  await server.stop();
  const killed = await send(directory, proxy.port, "killed", async (ledger, child) => {
    await wait(1_500);
    await server.restart();
    while (ledger.stored === 0) await wait(20);
    await plague(server, proxy, random, seconds / 2);
    child.kill("SIGKILL");
  });
  // The server is away while the next process starts, which finds what the first one left.
  await server.kill();
  const ended = await send(directory, proxy.port, "ended", async () => {
    await wait(1_000);
    await server.restart();
    await plague(server, proxy, random, seconds / 2);
    await wait(1_000);
  });
  assert(
    killed.stored > 0 && killed.safe > killed.stored,
    `${killed.stored} of ${killed.safe} rows were stored`,
  );
  assert(killed.safe > seconds * rowsPerSecond / 10, `only ${killed.safe} rows were safe before the kill`);
  assertEquals(ended.report?.lost, 0, ended.errors.join("\n"));
  assertEquals(ended.report?.spooled, 0);
  assertEquals(ended.safe, ended.recorded);
  assertEquals(ended.recorded, ended.report?.rows.book_ticker_snapshots.stored);
  await adoptRest(directory, server);
  // The sender's own ledger is all that is compared with: rows 1, 2, 3, … up to the last that it called safe.
  for (const [mode, { safe }] of Object.entries({ killed, ended })) {
    const [stored, distinct, missingRows] = await counts(server, mode, safe);
    assertEquals(stored, distinct, `${mode}: rows are stored twice`);
    assertEquals(missingRows, 0, `${mode}: rows of the first ${safe} are missing`);
  }
  assertEquals(
    await only(server, "select count(*) from runs where mode = 'ended' and ended_at is not null"),
    "1",
  );
  assertEquals([...Deno.readDirSync(`${directory}/spool`)].map((entry) => entry.name), []);
}

/** A last process, undisturbed, in case that the one before had no time for what the killed one left. */
async function adoptRest(directory: string, server: PostgresServer): Promise<void> {
  const { report } = await send(directory, server.port, "rest", async (ledger) => {
    while (!ledger.idle) await wait(50);
  });
  assertEquals(report?.lag.spooledBytes, 0);
}

/** Rows of a run, different rows among them, and how many of the first `safe` are not there. */
async function counts(server: PostgresServer, mode: string, safe: number): Promise<number[]> {
  const row = await only(
    server,
    `select count(*), count(distinct update_id), ${safe} - count(distinct update_id) filter (where update_id <= ${safe})
    from book_ticker_snapshots where run_id = (select id from runs where mode = '${mode}')`,
  );
  return row.split("|").map(Number);
}

async function only(server: PostgresServer, sql: string): Promise<string> {
  const { code, stdout, stderr } = await server.psql("-At", "-c", sql);
  assertEquals(code, 0, stderr);
  return stdout.trim();
}

/** Makes the database unreachable in every way, for some seconds. */
async function plague(
  server: PostgresServer,
  proxy: TcpProxy,
  random: SeededRandom,
  forS: number,
): Promise<void> {
  const plagues = [
    () => proxy.cut(),
    () => proxy.cut(),
    async () => {
      await server.stop();
      await wait(300);
      await server.restart();
    },
    async () => {
      await server.kill();
      await wait(300);
      await server.restart();
    },
    async () => {
      proxy.refusing = true;
      proxy.cut();
      await wait(700);
      proxy.refusing = false;
    },
    async () => {
      proxy.clog(true);
      await wait(500);
      proxy.cut();
      proxy.clog(false);
    },
  ];
  const end = performance.now() + forS * 1_000;
  for (let turn = 0; performance.now() < end; turn++) {
    await wait(400 + 1_000 * random.uniform());
    // Each at least once, then at random.
    await plagues[turn < plagues.length ? turn : Math.floor(random.uniform() * plagues.length)]!();
  }
}

/** Runs a sender for as long as something happens meanwhile, and lets it end. */
async function send(
  directory: string,
  port: number,
  mode: string,
  meanwhile: (ledger: Ledger, child: Deno.ChildProcess) => Promise<void>,
): Promise<Ledger> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-read=.", "--allow-write=data", "--allow-net=127.0.0.1"],
      ...["--allow-env=PGPASSWORD,PGAPPNAME", "tests/support/storage_sender.ts"],
      ...[String(port), directory, mode, String(rowsPerSecond)],
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const ledger: Ledger = { safe: 0, stored: 0, idle: false, errors: [] };
  const reading = read(child, ledger);
  await meanwhile(ledger, child);
  await child.stdin.close().catch(() => {});
  await reading;
  await child.status;
  return ledger;
}

async function read(child: Deno.ChildProcess, ledger: Ledger): Promise<void> {
  const lines = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream() as TransformStream<string, string>);
  for await (const line of lines) {
    // The last line of a killed process may be cut short.
    const said = line.endsWith("}") ? JSON.parse(line) : {};
    if (typeof said.error === "string") ledger.errors.push(said.error);
    else Object.assign(ledger, said);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
