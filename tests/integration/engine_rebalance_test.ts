/** Proposals to bring a coin back, of whole runs on a market in which nothing is traded. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import demoYaml from "../../config/demo.yaml" with { type: "text" };
import { DemoAccounts } from "../../src/commands/demo_accounts.ts";
import { type HftConfig, parseConfig } from "../../src/config/hft_config.ts";
import type { TimedProposal } from "../../src/engine/rebalance_proposals.ts";
import { defaultAssets, MarketModel } from "../../src/simulator/mod.ts";
import { type SimulatedRunOptions, simulatedStart, withRun } from "../support/simulated_run.ts";

const coin = "SOL";

/** What the report of a run proposes, and its log; nine tenths of the coin are wanted on MEXC, and half is there. */
async function lookedAt(
  mode: HftConfig["mode"],
  live: Pick<SimulatedRunOptions, "live"> = {},
): Promise<{ readonly proposals: readonly TimedProposal[]; readonly log: readonly string[] }> {
  const { trading } = parseConfig(demoYaml, "config/demo.yaml");
  let proposals: readonly TimedProposal[] = [], log: readonly string[] = [];
  await withRun({
    ...live,
    stored: false,
    source: new MarketModel({
      assets: defaultAssets.filter(({ base }) => base === coin),
      bursts: { meanGapMs: Infinity },
    }),
    config: {
      mode,
      pairs: [{ base: coin, quote: "USDT" }],
      trading: { ...trading, inventory: { ...trading.inventory, targetShare: 0.9 } },
    },
  }, async (run) => {
    await run.start();
    await run.advance(65_000);
    await run.finish();
    run.engine.stop();
    const { rebalance, executions } = run.engine.report();
    assertEquals(executions, 0);
    proposals = rebalance;
    log = run.log.filter((line) => line.includes("Rebalance proposed"));
  });
  return { proposals, log };
}

Deno.test("The report of a run with money proposes a transfer over a network that both venues have", async () => {
  const given = new Map<string, number>();
  const { proposals, log } = await lookedAt("live", {
    live: (simulator, clock, { paper }) => {
      const accounts = new DemoAccounts(simulator, paper);
      for (const { venue, coin: each, available } of simulator.truth.balances()) {
        if (each === coin) given.set(venue, Number(available));
      }
      return { ...accounts.liveOptions(clock), orders: simulator };
    },
  });
  assertEquals([proposals.length, log.length, given.size], [1, 1, 2]);
  const proposal = proposals[0]!;
  if (proposal.kind !== "transfer") throw new Error(JSON.stringify(proposal));
  const { from, to, amount, withdrawNetwork, fee, at } = proposal;
  assertEquals([proposal.coin, from, to], [coin, "GATEIO_SPOT", "MEXC_SPOT"]);
  const onMexc = given.get("MEXC_SPOT")!, onGate = given.get("GATEIO_SPOT")!;
  assertAlmostEquals(amount, 0.9 * (onMexc + onGate) - onMexc, 1e-6);
  assert(withdrawNetwork !== "" && fee >= 0);
  assert(at >= simulatedStart + 60_000);
});

Deno.test("The report of a run on paper says that nobody can tell how the coin could be moved", async () => {
  const { proposals, log } = await lookedAt("paper");
  assertEquals([proposals.length, log.length], [1, 1]);
  const proposal = proposals[0]!;
  if (proposal.kind !== "blocked") throw new Error(JSON.stringify(proposal));
  assertEquals([proposal.from, proposal.to], ["GATEIO_SPOT", "MEXC_SPOT"]);
  assert(proposal.reason.startsWith("there is no account with money at GATEIO_SPOT"), proposal.reason);
});
