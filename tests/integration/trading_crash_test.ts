/**
 * A trading program that is killed at every commit point, with orders alive, and started again. What counts is what the
 * exchanges say.
 */
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { defaultAssets, MarketModel, Simulator } from "../../src/simulator/mod.ts";
import { programTest } from "../support/program.ts";
import type { TradingProgramOptions, TradingProgramResult } from "../support/trading_program.ts";
import { withDirectory } from "./storage_fixture.ts";

const inventory: Readonly<Record<string, string>> = { USDT: "100000", BTC: "2", ETH: "10" };
/** BTC of one contract. */
const contractSize = 0.0001;
/** Points that are tried at a time. */
const lanes = 8;
/** Longest life of a program, milliseconds: none waits for ever. */
const longestLifeMs = 60_000;

type Life = Pick<TradingProgramOptions, "trades" | "stopAt">;

/** A program that runs. */
class Program {
  readonly #child: Deno.ChildProcess;
  readonly #log: Promise<string>;
  readonly #output: ReadableStreamDefaultReader<string>;
  readonly #deadline: ReturnType<typeof setTimeout>;
  #said = "";

  constructor(options: TradingProgramOptions) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-check",
        "--no-prompt",
        "--allow-read=.",
        "--allow-write=data",
        "--allow-net=127.0.0.1",
        "tests/support/trading_program.ts",
        JSON.stringify(options),
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#log = new Response(this.#child.stderr).text();
    this.#output = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#deadline = setTimeout(() => this.#child.kill("SIGKILL"), longestLifeMs);
  }

  /** Resolves when it stands at its commit point, or has ended without one. Returns whether it stands there. */
  async stops(): Promise<boolean> {
    while (!this.#said.includes("STOPPED\n")) {
      const { done, value } = await this.#output.read();
      if (done) return false;
      this.#said += value;
    }
    return true;
  }

  /** Kills it without a word, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#gone();
  }

  /** Waits for its end. `result` is undefined when it failed. */
  async ends(): Promise<{ readonly result: TradingProgramResult | undefined; readonly log: string }> {
    const code = await this.#gone();
    const log = await this.#log;
    if (code !== 0) return { result: undefined, log };
    return { result: JSON.parse(this.#said.trimEnd().split("\n").at(-1)!), log };
  }

  /** Waits for its end, which has to be a good one. */
  async succeeds(where: string): Promise<TradingProgramResult> {
    const { result, log } = await this.ends();
    if (result === undefined) throw new Error(`${where}: it failed\n${log}`);
    return result;
  }

  async #gone(): Promise<number> {
    for (;;) {
      const { done, value } = await this.#output.read();
      if (done) break;
      this.#said += value;
    }
    const { code } = await this.#child.status;
    clearTimeout(this.#deadline);
    await this.#log;
    return code;
  }
}

/** Exchanges with one person's accounts, and the journal of that person's program. */
class Site {
  private constructor(
    private readonly simulator: Simulator,
    private readonly options: Omit<TradingProgramOptions, keyof Life>,
  ) {}

  static async with(directory: string, work: (site: Site) => Promise<void>): Promise<void> {
    const assets = defaultAssets.filter(({ base }) => base in inventory);
    const source = new MarketModel({ eventsPerSecond: 0, levels: 20, assets });
    const simulator = Simulator.create({ clock: new SystemClock(), seed: 5, source });
    try {
      const endpoints = await simulator.listen();
      const mexc = simulator.accounts.open({ family: "mexc", deposits: { MEXC_SPOT: inventory } });
      const gateio = simulator.accounts.open({
        family: "gateio",
        deposits: { GATEIO_SPOT: inventory, GATEIO_FUTURES: { USDT: inventory.USDT! } },
      });
      const keys = {
        MEXC: { apiKey: mexc.apiKey, secretKey: mexc.secretKey },
        GATEIO: { apiKey: gateio.apiKey, secretKey: gateio.secretKey },
      };
      await work(new Site(simulator, { endpoints, keys, directory }));
    } finally {
      await simulator.stop();
    }
  }

  start(life: Life): Program {
    return new Program({ ...this.options, ...life });
  }

  /** What the program believes is what the exchanges have. */
  check(result: TradingProgramResult, where: string): void {
    this.#checkOrders(result, where);
    const { truth } = this.simulator;
    const contracts = truth.positions().reduce((sum, { size }) => sum + Number(size) * contractSize, 0);
    assertAlmostEquals(result.position, contracts, 1e-9, `${where}: position`);
    let exposure = contracts;
    for (const { venue, coin, available, locked } of truth.balances()) {
      const change = Number(available) + Number(locked) - Number(inventory[coin]);
      const flow = result.flows.find((each) => each.exchange === venue && each.coin === coin)?.amount ?? 0;
      assertAlmostEquals(flow, change, 1e-6, `${where}: ${coin} at ${venue}`);
      if (coin === "BTC") exposure += change;
    }
    assertAlmostEquals(result.exposure, exposure, 1e-9, `${where}: exposure`);
    assert(
      Math.abs(exposure) < Math.max(result.leastOrder ?? 0, 1e-12),
      `${where}: ${exposure} BTC are not hedged`,
    );
    assertEquals(result.stops, {}, where);
  }

  #checkOrders(result: TradingProgramResult, where: string): void {
    const orders = this.simulator.truth.orders().map(({ clientId, state }) => ({
      name: clientId.replace(/^t-/, ""),
      state,
    }));
    const names = orders.map(({ name }) => name);
    assertEquals(new Set(names).size, names.length, `${where}: a client order id was used twice`);
    const open = orders.filter(({ state }) => state === "open").map(({ name }) => name);
    assertEquals(result.open, open, `${where}: open orders`);
    assertEquals(open, [], `${where}: open orders`);
  }

  /** Whatever the exchanges have was written down before it was sent. */
  checkJournal(where: string): void {
    const { directory } = this.options;
    const journal = [...Deno.readDirSync(directory)].filter(({ name }) => name.endsWith(".journal"))
      .map(({ name }) => Deno.readTextFileSync(`${directory}/${name}`)).join("");
    for (const { clientId } of this.simulator.truth.orders()) {
      const name = clientId.replace(/^t-/, "");
      assert(journal.includes(`"${name}"`), `${where}: ${name} is not in the journal`);
    }
  }

  /** Orders that are alive at the exchanges. */
  get alive(): number {
    return this.simulator.truth.orders().filter(({ state }) => state === "open").length;
  }
}

/** Tries points with so many at a time; ends when one says that there are no more, or fails. */
async function tryPoints(tryPoint: (number: number) => Promise<boolean>): Promise<number> {
  let next = 0, points = 0, isOver = false;
  const lane = async (): Promise<void> => {
    while (!isOver) {
      try {
        if (await tryPoint(next++)) points += 1;
        else isOver = true;
      } catch (error) {
        isOver = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return points;
}

function pointOf(number: number): NonNullable<Life["stopAt"]> {
  return { record: (number >> 1) + 1, when: number % 2 === 0 ? "before" : "after" };
}

programTest(
  "A trading program that is killed at any commit point knows its orders and its exposure after a restart",
  async () => {
    await withDirectory(async (folder) => {
      let withAliveOrders = 0;
      const points = await tryPoints(async (number) => {
        const stopAt = pointOf(number);
        const where = `killed ${stopAt.when} record ${stopAt.record}`;
        let wasKilled = false;
        await Site.with(`${folder}/${number}`, async (site) => {
          const first = site.start({ trades: true, stopAt });
          wasKilled = await first.stops();
          if (!wasKilled) {
            // There is no such record: the program has come to its end.
            site.check(await first.succeeds(where), where);
            return;
          }
          await first.kill();
          site.checkJournal(where);
          if (site.alive > 0) withAliveOrders += 1;
          site.check(await site.start({ trades: false }).succeeds(where), where);
        });
        return wasKilled;
      });
      assert(points >= 60 && withAliveOrders >= 30, `${points} points, ${withAliveOrders} with open orders`);
      // deno-lint-ignore no-console -- a test that is worth its number of cases says it
      console.log(`killed at ${points} commit points, at ${withAliveOrders} of them with orders open`);
    });
  },
);

programTest(
  "A program that is killed at any commit point of settling what a killed one left is settled by the next",
  async () => {
    await withDirectory(async (folder) => {
      const points = await tryPoints(async (number) => {
        const stopAt = pointOf(number);
        const where = `killed while settling, ${stopAt.when} record ${stopAt.record}`;
        let wasKilled = false;
        await Site.with(`${folder}/${number}`, async (site) => {
          // Both orders of a pair are on their way, one of them finds nobody, and nothing is known of either.
          const first = site.start({ trades: true, stopAt: { since: 3, record: 2, when: "before" } });
          assert(await first.stops(), where);
          await first.kill();
          const second = site.start({ trades: false, stopAt });
          wasKilled = await second.stops();
          if (wasKilled) {
            await second.kill();
            return site.check(await site.start({ trades: false }).succeeds(where), where);
          }
          site.check(await second.succeeds(where), where);
        });
        return wasKilled;
      });
      assert(points >= 20, `${points} points`);
      // deno-lint-ignore no-console -- a test that is worth its number of cases says it
      console.log(`killed at ${points} commit points of settling`);
    });
  },
);

programTest("A second program on the same journal refuses to start", async () => {
  await withDirectory(async (folder) => {
    await Site.with(`${folder}/journal`, async (site) => {
      const first = site.start({ trades: true, stopAt: { record: 12, when: "after" } });
      assert(await first.stops());
      const { result, log } = await site.start({ trades: false }).ends();
      assertEquals(result, undefined);
      assertStringIncludes(log, "JournalError");
      assertStringIncludes(log, "in use by another process");
      await first.kill();
      const where = "after a second program";
      site.check(await site.start({ trades: false }).succeeds(where), where);
    });
  });
});
