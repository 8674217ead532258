/**
 * A trading program that is killed at every commit point, with orders alive, and started again. What counts is what the
 * exchanges say.
 */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { defaultAssets, MarketModel, Simulator } from "../../src/simulator/mod.ts";
import { programTest } from "../support/program.ts";
import type { TradingProgramOptions, TradingProgramResult } from "../support/trading_program.ts";

const inventory = { USDT: "100000", BTC: "2" };
/** Programs at a time. */
const lanes = 4;

/** Accounts of their own for one life and its restart. */
class Person {
  readonly uids: Readonly<Record<"MEXC" | "GATEIO", string>>;
  readonly #keys: TradingProgramOptions["keys"];

  constructor(
    private readonly simulator: Simulator,
    private readonly endpoints: TradingProgramOptions["endpoints"],
    private readonly directory: string,
  ) {
    const mexc = simulator.accounts.open({ family: "mexc", deposits: { MEXC_SPOT: inventory } });
    const gateio = simulator.accounts.open({
      family: "gateio",
      deposits: { GATEIO_SPOT: inventory, GATEIO_FUTURES: { USDT: "100000" } },
    });
    this.#keys = { MEXC: mexc, GATEIO: gateio };
    this.uids = { MEXC: mexc.account.uid, GATEIO: gateio.account.uid };
  }

  /** Runs the program; kills it when it stops at its commit point. */
  async run(
    rest: Pick<TradingProgramOptions, "trades" | "stopAt">,
  ): Promise<
    { readonly wasKilled: boolean; readonly result: TradingProgramResult | undefined; readonly log: string }
  > {
    const [mexc, gateio] = [this.#keys.MEXC, this.#keys.GATEIO];
    const options: TradingProgramOptions = {
      endpoints: this.endpoints,
      keys: {
        MEXC: { apiKey: mexc.apiKey, secretKey: mexc.secretKey },
        GATEIO: { apiKey: gateio.apiKey, secretKey: gateio.secretKey },
      },
      directory: this.directory,
      ...rest,
    };
    const child = new Deno.Command(Deno.execPath(), {
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
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const log = new Response(child.stderr).text();
    let said = "", wasKilled = false;
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (!said.includes("STOPPED\n") || wasKilled) continue;
      wasKilled = true;
      child.kill("SIGKILL");
    }
    const { code } = await child.status;
    const lines = await log;
    if (wasKilled) return { wasKilled, result: undefined, log: lines };
    assertEquals(code, 0, lines);
    return { wasKilled, result: JSON.parse(said.trimEnd().split("\n").at(-1)!), log: lines };
  }

  /** What the program believes is what the exchanges have. */
  check(result: TradingProgramResult, where: string): void {
    const { truth } = this.simulator;
    const uids: readonly string[] = Object.values(this.uids);
    const orders = truth.orders().filter(({ uid }) => uids.includes(uid));
    const names = orders.map(({ clientId }) => clientId.replace(/^t-/, ""));
    assertEquals(new Set(names).size, names.length, `${where}: a client order id was used twice`);
    const journal = [...Deno.readDirSync(this.directory)].filter(({ name }) => name.endsWith(".journal"))
      .map(({ name }) => Deno.readTextFileSync(`${this.directory}/${name}`)).join("");
    for (const name of names) {
      assert(journal.includes(`"${name}"`), `${where}: ${name} is not in the journal`);
    }
    const open = orders.filter(({ state }) => state === "open").map(({ clientId }) =>
      clientId.replace(/^t-/, "")
    );
    assertEquals(result.open, open, `${where}: open orders`);
    let exposure = 0;
    for (const { venue, uid, coin, available, locked } of truth.balances()) {
      if (!uids.includes(uid)) continue;
      const given = Number((inventory as Record<string, string>)[coin] ?? 0);
      const change = Number(available) + Number(locked) - given;
      const flow = result.flows.find((each) => each.exchange === venue && each.coin === coin)?.amount ?? 0;
      assertAlmostEquals(flow, change, 1e-6, `${where}: ${coin} at ${venue}`);
      if (coin === "BTC") exposure += change;
    }
    const position = truth.positions().filter(({ uid, symbol }) =>
      uids.includes(uid) && symbol === "BTC_USDT"
    )
      .reduce((sum, { size }) => sum + Number(size) * 0.0001, 0);
    assertAlmostEquals(result.position, position, 1e-9, `${where}: position`);
    assertAlmostEquals(result.exposure, exposure + position, 1e-9, `${where}: exposure`);
    assert(
      Math.abs(result.exposure) < (result.leastOrder || 1e-12),
      `${where}: ${result.exposure} BTC are not hedged`,
    );
    assertEquals(result.stops, {}, where);
  }
}

async function withExchanges(
  work: (person: (name: string) => Person) => Promise<void>,
): Promise<void> {
  await Deno.mkdir("data", { recursive: true });
  const folder = await Deno.makeTempDir({ dir: "data", prefix: "test-" });
  const source = new MarketModel({
    eventsPerSecond: 0,
    assets: defaultAssets.filter(({ base }) => base === "BTC"),
  });
  const simulator = Simulator.create({ clock: new SystemClock(), seed: 5, source });
  try {
    const endpoints = await simulator.listen();
    await work((name) => new Person(simulator, endpoints, `${folder}/${name}`));
  } finally {
    await simulator.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

programTest(
  "A trading program that is killed at any commit point knows its orders and its exposure after a restart",
  async () => {
    await withExchanges(async (person) => {
      let next = 0, points = 0, isOver = false;
      const lane = async (): Promise<void> => {
        while (!isOver) {
          const number = next++;
          const stopAt = { record: (number >> 1) + 1, when: number % 2 === 0 ? "before" : "after" } as const;
          const where = `killed ${stopAt.when} record ${stopAt.record}`;
          const somebody = person(String(number));
          const { wasKilled, result } = await somebody.run({ trades: true, stopAt });
          if (!wasKilled) {
            // There is no such record: the program has come to its end.
            isOver = true;
            somebody.check(result!, where);
            return;
          }
          points += 1;
          const { result: after } = await somebody.run({ trades: false });
          somebody.check(after!, where);
        }
      };
      const ends = await Promise.allSettled(Array.from({ length: lanes }, () =>
        lane().catch((error) => {
          isOver = true;
          throw error;
        })));
      for (const end of ends) if (end.status === "rejected") throw end.reason;
      assert(points >= 20, `${points} commit points`);
      // deno-lint-ignore no-console -- a test that is worth its number of cases says it
      console.log(`killed at ${points} commit points`);
    });
  },
);

programTest("A second program on the same journal refuses to start", async () => {
  await withExchanges(async (person) => {
    const somebody = person("one");
    const first = somebody.run({ trades: true, stopAt: { record: 1_000, when: "before" } });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const second = await somebody.run({ trades: false }).catch((error: Error) => error.message);
    assert(typeof second === "string" && second.includes("JournalError"), String(second));
    const { result } = await first;
    somebody.check(result!, "beside a second program");
  });
});
