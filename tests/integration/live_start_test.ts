/**
 * The journal of a run with money, from before its start to after its end, with an engine that starts at simulated
 * exchanges, or fails to.
 */
import { assert, assertEquals, assertObjectMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { DemoAccounts } from "../../src/commands/demo_accounts.ts";
import { type HftConfig, parseConfig } from "../../src/config/hft_config.ts";
import { ConfigError, VenueError } from "../../src/core/errors.ts";
import { Secret } from "../../src/core/secret.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import type { LiveOptions } from "../../src/engine/live_accounts.ts";
import { type LiveJournal, withLiveJournal } from "../../src/engine/live_journal.ts";
import { JournalError } from "../../src/execution/journal/journal_error.ts";
import type { KillState } from "../../src/execution/risk/kill_switch.ts";
import { defaultAssets, MarketModel } from "../../src/simulator/mod.ts";
import { MemoryLogger } from "../support/memory_logger.ts";
import { simulatedStart, withRun } from "../support/simulated_run.ts";
import { withDirectory } from "./storage_fixture.ts";

const pairs = [{ base: "BTC", quote: "USDT" }];
const yaml = "mode: live\nexchanges: { MEXC_SPOT: {}, GATEIO_SPOT: {} }\npairs: [BTC/USDT]\n";
const assets = defaultAssets.filter(({ base }) => base === "BTC");

/** Opens the journal in a folder as `run --live` does. */
async function withJournal<Result>(
  directory: string,
  work: (opened: LiveJournal) => Promise<Result>,
  logger = new MemoryLogger(),
): Promise<Result> {
  const config = parseConfig(`${yaml}execution: { journal: { directory: "${directory}" } }\n`, "test.yaml");
  return await withLiveJournal({ config, clock: new SimulatedClock(simulatedStart), logger }, work);
}

/** What trading is stopped by. */
interface Stopped {
  readonly stops: Readonly<Record<string, string>>;
  readonly kill: KillState | undefined;
}

/** Starts an engine with that journal, kills it and ends it. Returns what it was stopped by before that. */
async function trade(
  journal: LiveJournal,
  config: Partial<HftConfig> = {},
  keys: Partial<LiveOptions> = {},
): Promise<Stopped> {
  let found: Stopped | undefined;
  await withRun({
    stored: false,
    source: new MarketModel({ assets }),
    config: { mode: "live", pairs, ...config },
    live: (simulator, clock, { paper }) => {
      const options = new DemoAccounts(simulator, paper).liveOptions(clock);
      return { ...options, orders: simulator, ...keys, journal };
    },
  }, async (run) => {
    await run.start();
    await run.advance(5_000);
    assert(run.log.some((line) => line.includes("Trading begins")), run.log.join("\n"));
    const { desk, kill } = run.engine.trading!.parts;
    found = { stops: Object.fromEntries(desk.stops), kill: kill.state };
    kill.engage("enough", "signal");
    await run.finish();
  });
  return found!;
}

Deno.test("While one run has the journal another one does not begin; when it has ended, the next one goes on with it", async () => {
  await withDirectory(async (folder) => {
    let begun = 0;
    const id = await withJournal(`${folder}/journal`, async ({ journal }) => {
      const second = withJournal(`${folder}/journal`, () => Promise.resolve(begun += 1));
      const error = await assertRejects(() => second, JournalError);
      assertStringIncludes(error.message, "in use by another process");
      journal.append({ kind: "stopped", scope: "BTC", why: "test" });
      return journal.id;
    });
    assertEquals(begun, 0);
    await withJournal(`${folder}/journal`, ({ journal, state }) => {
      assertEquals([journal.id, state.stops], [id, [{ scope: "BTC", why: "test" }]]);
      return Promise.resolve();
    });
  });
});

Deno.test("A start that fails gives the journal back, wherever it fails, and the next start trades", async () => {
  await withDirectory(async (folder) => {
    const directory = `${folder}/journal`;
    const nothing = { pairs: [{ base: "NOSUCHCOIN", quote: "USDT" }] };
    await assertRejects(() => withJournal(directory, (journal) => trade(journal, nothing)), ConfigError);
    const wrong = {
      apiKey: new Secret("mx0wrong"),
      secretKey: new Secret("0123456789abcdef0123456789abcdef"),
    };
    const credentials = (): typeof wrong => wrong;
    await assertRejects(
      () => withJournal(directory, (journal) => trade(journal, {}, { credentials })),
      VenueError,
    );
    assertEquals(await withJournal(directory, (journal) => trade(journal)), { stops: {}, kill: undefined });
  });
});

Deno.test("A kill by signal is engaged after a restart, and the source that is told is the journal", async () => {
  await withDirectory(async (folder) => {
    const directory = `${folder}/journal`;
    await withJournal(directory, (journal) => trade(journal));
    const { stops, kill } = await withJournal(directory, (journal) => trade(journal));
    const reason = "kill switch: enough";
    assertEquals(stops, { all: reason });
    assertObjectMatch(kill ?? {}, { reason, source: "journal" });
  });
});

Deno.test("Trading live without a folder for the journal is refused", async () => {
  const options = { clock: new SimulatedClock(simulatedStart), logger: new MemoryLogger() };
  const config = parseConfig(yaml, "test.yaml");
  await assertRejects(
    () => withLiveJournal({ ...options, config }, () => Promise.resolve()),
    ConfigError,
    "set execution.journal.directory",
  );
});

Deno.test("A torn end of the journal is told in the log", async () => {
  await withDirectory(async (folder) => {
    const directory = `${folder}/journal`;
    await withJournal(directory, () => Promise.resolve());
    const [name] = [...Deno.readDirSync(directory)].map((entry) => entry.name)
      .filter((each) => each.endsWith(".journal"));
    Deno.writeTextFileSync(`${directory}/${name}`, '{"torn', { append: true });
    const logger = new MemoryLogger();
    await withJournal(directory, ({ torn }) => Promise.resolve(assert(torn !== undefined)), logger);
    assertEquals(logger.messages("warn"), ["The end of the journal was cut off"]);
  });
});
