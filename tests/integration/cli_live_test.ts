/**
 * `cexarb run --live` as a process of its own that trades with accounts at simulated venues on real sockets. What it says
 * is held to what the venues know.
 */
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { type LiveProgram, LiveSite, noKeys, resultOf, until } from "../support/live_site.ts";
import { programTest } from "../support/program.ts";
import { withDirectory } from "./storage_fixture.ts";

/** Time in which a program that may not trade is watched, milliseconds. */
const watchedMs = 4_000;

/** Two addresses of venues where nobody answers as a venue would; what comes there is counted. */
class CountingVenues implements AsyncDisposable {
  requests = 0;
  readonly #server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    this.requests += 1;
    return new Response("", { status: 500 });
  });

  /** As a configuration has them. */
  get exchanges(): Readonly<Record<string, { rest: string; ws: string }>> {
    const { port } = this.#server.addr;
    const urls = { rest: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` };
    return { MEXC_SPOT: urls, GATEIO_SPOT: urls };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

programTest(
  "Trading with money has to be said twice and needs keys; before that no venue is asked",
  async () => {
    await withSite(async (site) => {
      await using venues = new CountingVenues();
      const { exchanges } = venues;
      const calls = [
        { args: [], mode: "live", keys: undefined, says: ["mode", "is live", "add --live"] },
        { args: ["--live"], mode: "paper", keys: undefined, says: ["mode", "is paper", "set mode: live"] },
        { args: ["--live"], mode: "observe", keys: undefined, says: ["mode", "is observe"] },
        { args: ["--live"], mode: "live", keys: noKeys, says: ["MEXC_API_KEY", "MEXC_API_SECRET"] },
        {
          args: ["--live"],
          mode: "live",
          keys: { MEXC_API_KEY: "one", MEXC_API_SECRET: "two" },
          says: ["GATEIO_API_KEY", "GATEIO_API_SECRET"],
        },
      ];
      for (const { args, mode, keys, says } of calls) {
        const program = await site.start([...args, "--for", "20s", "--json"], { mode, exchanges }, keys);
        const outcome = await program.ended();
        assertEquals([outcome.code, outcome.stdout], [2, ""], outcome.stderr);
        for (const text of says) assertStringIncludes(outcome.stderr, text);
        site.assertNoSecrets(outcome);
      }
      assertEquals([venues.requests, site.orders], [0, 0]);
    });
  },
);

programTest("A run trades with money, and its report is what the venues know", async () => {
  await withSite(async (site) => {
    // Two spot venues only: what is bought is sold, and profit depends on no price of the last moment. The perpetual is
    // not there, for on a slow machine it may stand in for a missing leg and stay open.
    const { MEXC_SPOT, GATEIO_SPOT } = site.endpoints;
    const program = await site.start(["--live", "--for", "20s", "--json"], {
      exchanges: { MEXC_SPOT, GATEIO_SPOT },
    });
    const outcome = await program.ended();
    const report = resultOf(outcome);
    site.assertNoSecrets(outcome);
    const { truth } = site.simulator;
    const fills = truth.fills();
    assert(report.executions! > 0, outcome.stderr);
    assertEquals([report.fills, site.open], [fills.length, []]);
    assertEquals(outcome.stderr.match(/ error /g), null, outcome.stderr);
    let left = 0;
    for (const coin of ["BTC", "ETH"]) {
      const price = truth.book("GATEIO_SPOT", `${coin}_USDT`)!.bids[0]![0];
      assert(Math.abs(site.exposure(coin) * price) < 5, `${site.exposure(coin)} ${coin} are not hedged`);
      left += site.exposure(coin) * price;
    }
    assertAlmostEquals(report.pnlUsd! + report.unrealisedPnlUsd!, site.sumOf("USDT") + left, 0.01);
    assertAlmostEquals(report.feesUsd!, feesOf(fills), 0.01);
  });
});

programTest("A run that observes sends nothing, needs no key and has no desk", async () => {
  await withSite(async (site) => {
    await using program = await site.start(["--json"], { mode: "observe" }, noKeys);
    await program.says("6/6 books");
    assertEquals((await program.ask("/control")).status, 404);
    assertEquals((await program.ask("/control/kill", { reason: "none" })).status, 404);
    await new Promise((resolve) => setTimeout(resolve, watchedMs));
    program.signal("SIGINT");
    const outcome = await program.ended();
    const { executions, fills } = resultOf(outcome);
    assertEquals([executions, fills, site.orders], [0, 0, 0]);
    assertEquals(await exists(site.journal), false);
  });
});

programTest(
  "Trading is stopped by signal, file and HTTP, stays stopped over a restart, and goes on when told",
  async () => {
    await withSite(async (site) => {
      await firstLife(site);
      await secondLife(site);
    });
  },
);

/** Stops and goes on again and again, beside a second program, and ends stopped. */
async function firstLife(site: LiveSite): Promise<void> {
  await using program = await site.start(["--live", "--json"]);
  await program.says("Trading begins");
  await site.moreOrders(program);
  await refuseSecond(site);

  const killed = await program.control("/kill", { reason: "lunch" });
  assertEquals([killed.mode, killed.kill?.reason, killed.kill?.source], ["live", "lunch", "api"]);
  await assertStopped(site, program, 1);
  assertEquals((await program.control("/reset", { name: "kill" })).kill, null);
  await site.moreOrders(program);

  program.signal("SIGUSR1");
  await until(async () => (await program.control()).kill?.source === "signal", () => program.log);
  await assertStopped(site, program, 2);
  assertEquals((await program.control("/reset", { name: "kill" })).stops, {});
  await site.moreOrders(program);

  await Deno.writeTextFile(site.killFile, "fire drill\n");
  await until(async () => (await program.control()).kill?.reason === "fire drill", () => program.log);
  await assertStopped(site, program, 3);
  const refused = await program.ask("/control/reset", { name: "kill" });
  assertEquals(refused.status, 409);
  assertStringIncludes(refused.text, "remove it first");
  await Deno.remove(site.killFile);

  program.signal("SIGINT");
  const outcome = await program.ended();
  assertEquals(resultOf(outcome).fills, site.simulator.truth.fills().length);
  site.assertNoSecrets(outcome);
}

/** A second program on the journal of a first one ends before it asks a venue, opens a store or listens. */
async function refuseSecond(site: LiveSite): Promise<void> {
  await using venues = new CountingVenues();
  const dataDirectory = `${site.folder}/second`;
  const rest = { exchanges: venues.exchanges, storage: { dataDirectory } };
  const second = await (await site.start(["--live", "--for", "1s", "--json"], rest)).ended();
  assertEquals([second.code, second.stdout], [1, ""], second.stderr);
  assertStringIncludes(second.stderr, "in use by another process");
  assertEquals([venues.requests, await exists(dataDirectory)], [0, false], second.stderr);
  assert(!second.stderr.includes("Telemetry"), second.stderr);
  site.assertNoSecrets(second);
}

/** Begins stopped, is allowed to trade, and is ended by Ctrl-C in the midst of it. */
async function secondLife(site: LiveSite): Promise<void> {
  await using program = await site.start(["--live", "--json"]);
  await program.says("Trading begins");
  const { kill, stops } = await program.control();
  assertStringIncludes(kill?.reason ?? "", "fire drill");
  assertEquals(kill?.source, "journal");
  assertEquals(Object.keys(stops), ["all"]);
  await assertStopped(site, program, 0);
  assertEquals((await program.control("/reset", { name: "kill" })).stops, {});
  await site.moreOrders(program);
  program.signal("SIGINT");
  const outcome = await program.ended();
  resultOf(outcome);
  site.assertNoSecrets(outcome);
  assertHedged(site);
  for (const { clientId } of site.simulator.truth.orders()) assert(/^(t-)?cx/.test(clientId), clientId);
  const names = site.simulator.truth.orders().map(({ clientId }) => clientId);
  assertEquals(new Set(names).size, names.length);
}

/**
 * Nothing is open, nothing is unhedged, and nothing more is sent.
 *
 * @param kills Times that the program has been killed so far.
 */
async function assertStopped(site: LiveSite, program: LiveProgram, kills: number): Promise<void> {
  await until(() => program.log.split(" Killed ").length > kills, () => program.log);
  assertHedged(site);
  const { orders } = site;
  await new Promise((resolve) => setTimeout(resolve, watchedMs));
  assertEquals(site.orders, orders, program.log);
}

function assertHedged(site: LiveSite): void {
  assertEquals(site.open, []);
  for (const coin of ["BTC", "ETH"]) {
    const [price] = site.simulator.truth.book("GATEIO_SPOT", `${coin}_USDT`)!.bids[0]!;
    assert(Math.abs(site.exposure(coin) * price) < 10, `${site.exposure(coin)} ${coin} are not hedged`);
  }
}

/** USDT; a fee in a coin counts at the price of its trade. */
function feesOf(
  fills: readonly { symbol: string; price: string; fee: string; feeCoin: string }[],
): number {
  return fills.reduce(
    (sum, { price, fee, feeCoin }) => sum + Number(fee) * (feeCoin === "USDT" ? 1 : Number(price)),
    0,
  );
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function withSite(work: (site: LiveSite) => Promise<void>): Promise<void> {
  await withDirectory(async (folder) => await LiveSite.with(folder, work));
}
