import { assert, assertEquals } from "@std/assert";
import { ConfigReloader } from "../../src/config/config_reload.ts";
import type { HftConfig } from "../../src/config/hft_config.ts";
import { withRun } from "../support/simulated_run.ts";

/** The configuration with other settings in some sections. */
function changed(
  config: HftConfig,
  changes: { [Section in keyof HftConfig]?: Partial<HftConfig[Section]> },
): HftConfig {
  const next = structuredClone(config);
  for (const [section, settings] of Object.entries(changes)) {
    Object.assign(next[section as keyof HftConfig] as object, settings);
  }
  return next;
}

Deno.test("A limit that is reloaded holds for the next trade, and an interval from its next round on", async () => {
  await withRun({ stored: false }, async (run) => {
    const depthTimes: number[] = [];
    const record = run.store.recordDepth.bind(run.store);
    run.store.recordDepth = (book, levels, now): void => {
      depthTimes.push(now);
      record(book, levels, now);
    };
    await run.start();
    await run.advance(20_000);
    let before = run.recorded.fills.length;
    const values = (from: number): number[] => run.recorded.fills.slice(from).map(({ notional }) => notional);
    assert(before > 5, `${before} fills`);
    assert(values(0).some((value) => value > 100), "no trade is large enough to be kept small");

    const reloader = new ConfigReloader(run.config);
    const wider = changed(run.config, { trading: { maxNotional: 2_000 } });
    assertEquals(reloader.reload(wider).refused.map(({ path }) => path), ["risk.maxNotional"]);
    const stricter = changed(run.config, {
      trading: { maxNotional: 50 },
      recording: { depthIntervalMs: 5_000 },
    });
    assertEquals(reloader.reload(stricter).applied, ["recording.depthIntervalMs", "risk.maxNotional"]);
    // Orders that were sent before are filled after it, and what they leave unmatched is hedged.
    await run.advance(1_000);
    before = run.recorded.fills.length;
    await run.advance(19_000);
    const later = values(before);
    assert(later.length > 0, "no trade after the reload");
    // Whole lots may cost a little more than the limit of the route's other side; never a fifth more.
    for (const value of later) assert(value <= 60, `a trade of ${value}`);
    const rounds = [...new Set(depthTimes)];
    const gaps = rounds.slice(1).map((time, index) => time - rounds[index]!);
    assertEquals([gaps[0], gaps.at(-1)], [1_000, 5_000]);
  });
});

Deno.test("A reload that is refused changes no decision", async () => {
  const hash = async (between: (config: HftConfig) => void): Promise<string> => {
    let decisions = "";
    await withRun({ stored: false }, async (run) => {
      await run.start();
      await run.advance(10_000);
      between(run.config);
      await run.advance(10_000);
      run.engine.stop();
      decisions = run.engine.report().decisionsHash;
    });
    return decisions;
  };
  const untouched = await hash(() => {});
  const refused = await hash((config) => {
    const next = changed(config, { trading: { maxNotional: 50 } });
    new ConfigReloader(config).reload({ ...next, seed: config.seed + 1 });
  });
  assertEquals(refused, untouched);
});
