/**
 * Simulated venues on real sockets with a market that parts now and then, accounts there, and the real program that
 * trades with them.
 * @module
 */
import { assert } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { defaultAssets, MarketModel, Simulator, type SimulatorEndpoints } from "../../src/simulator/mod.ts";
import { flagsOf, linesOf, type Outcome, start } from "./program.ts";

const flags = flagsOf("start");
const secrets = { MEXC: "0123456789abcdef0123456789abcdef", GATEIO: "fedcba9876543210fedcba9876543210" };
/** What the environment of a program with accounts holds. */
export const liveKeys: Readonly<Record<string, string>> = {
  MEXC_API_KEY: "mx0live",
  MEXC_API_SECRET: secrets.MEXC,
  GATEIO_API_KEY: "gatelive",
  GATEIO_API_SECRET: secrets.GATEIO,
};
/** The environment of a program without accounts. */
export const noKeys: Readonly<Record<string, string>> = {
  MEXC_API_KEY: "",
  MEXC_API_SECRET: "",
  GATEIO_API_KEY: "",
  GATEIO_API_SECRET: "",
};

const coins = ["BTC", "ETH"];
/** What every account is given on spot. */
const given: Readonly<Record<string, string>> = { USDT: "50000", BTC: "0.5", ETH: "15" };
const accounts = [
  {
    family: "mexc",
    uid: "1001",
    apiKey: liveKeys.MEXC_API_KEY!,
    secretKey: secrets.MEXC,
    deposits: { MEXC_SPOT: given },
  },
  {
    family: "gateio",
    uid: "2002",
    apiKey: liveKeys.GATEIO_API_KEY!,
    secretKey: secrets.GATEIO,
    deposits: { GATEIO_SPOT: given, GATEIO_FUTURES: { USDT: given.USDT! } },
  },
] as const;
/** Base units of one contract. */
const contractSizes: Readonly<Record<string, number>> = { BTC_USDT: 0.0001, ETH_USDT: 0.01 };
/** Longest wait for anything, milliseconds. */
const patienceMs = 150_000;

/** The control of a running program, as it is told over HTTP. */
export interface Control {
  readonly mode: string;
  readonly kill: { readonly reason: string; readonly source: string } | null;
  readonly stops: Readonly<Record<string, string>>;
  readonly exposures: Readonly<Record<string, number>>;
}

/** A running `cexarb run`. */
export class LiveProgram implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdout: Promise<string>;
  readonly #log: Promise<void>;
  #stderr = "";
  #hasEnded = false;

  constructor(args: readonly string[], variables: Readonly<Record<string, string>>) {
    this.#child = start(["run", ...args], flags, { ...noKeys, ...variables });
    this.#stdout = new Response(this.#child.stdout).text();
    this.#log = this.#readLog();
    void this.#child.status.then(() => this.#hasEnded = true);
  }

  /** What it has said so far on standard error. */
  get log(): string {
    return this.#stderr;
  }

  /** Waits until it says this on standard error. */
  async says(text: string): Promise<void> {
    await until(() => {
      assert(!this.#hasEnded || this.#stderr.includes(text), `ended without "${text}":\n${this.#stderr}`);
      return this.#stderr.includes(text);
    }, () => `nothing says "${text}":\n${this.#stderr}`);
  }

  /** Asks for a page of its telemetry. */
  async ask(path: string, body?: unknown): Promise<{ readonly status: number; readonly text: string }> {
    await this.says("Telemetry");
    const [, url] = /Telemetry.* address=(\S+)/.exec(this.#stderr)!;
    const response = await fetch(
      url! + path,
      body === undefined ? {} : {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      },
    );
    return { status: response.status, text: await response.text() };
  }

  /** How trading stands, or what stands after a command. */
  async control(path = "", body?: unknown): Promise<Control> {
    const { status, text } = await this.ask(`/control${path}`, body);
    assert(status === 200, text);
    return JSON.parse(text);
  }

  signal(name: Deno.Signal): void {
    this.#child.kill(name);
  }

  /** Waits for its end. */
  async ended(): Promise<Outcome> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), patienceMs);
    const { code } = await this.#child.status;
    clearTimeout(timer);
    await this.#log;
    return { code, stdout: await this.#stdout, stderr: this.#stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.#child.kill("SIGKILL");
    await this.ended();
  }

  async #readLog(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) this.#stderr += text;
  }
}

/** Venues with accounts, and the folder of the programs that trade there. */
export class LiveSite {
  private constructor(
    readonly simulator: Simulator,
    readonly endpoints: SimulatorEndpoints,
    /** Folder of configuration, journal and everything that is written. */
    readonly folder: string,
  ) {}

  /** Opens one, and closes it when the work is done. */
  static async with(folder: string, work: (site: LiveSite) => Promise<void>): Promise<void> {
    const source = new MarketModel({
      assets: defaultAssets.filter(({ base }) => coins.includes(base)),
      bursts: { meanGapMs: 10_000 },
    });
    const clock = new SystemClock();
    const simulator = Simulator.create({ clock, seed: 7, source, accounts: [...accounts] });
    try {
      const endpoints = await simulator.listen();
      simulator.start();
      await work(new LiveSite(simulator, endpoints, folder));
    } finally {
      await simulator.stop();
    }
  }

  /** Starts the program with a configuration; `rest` overrides parts of it. */
  async start(
    args: readonly string[],
    rest: Readonly<Record<string, unknown>> = {},
    variables: Readonly<Record<string, string>> = liveKeys,
  ): Promise<LiveProgram> {
    const venues = Object.entries(this.endpoints).map(([key, { rest, ws }]) => [key, { rest, ws }]);
    const config = {
      mode: "live",
      exchanges: Object.fromEntries(venues),
      pairs: coins.map((base) => `${base}/USDT`),
      risk: { maxVolatility: "2000bps", maxNotional: "$500" },
      execution: { journal: { directory: this.journal }, killFile: this.killFile },
      telemetry: { listen: "127.0.0.1:0" },
      ...rest,
    };
    const path = `${this.folder}/live.json`;
    await Deno.writeTextFile(path, JSON.stringify(config));
    return new LiveProgram(["--config", path, ...args], variables);
  }

  get journal(): string {
    return `${this.folder}/journal`;
  }

  get killFile(): string {
    return `${this.folder}/kill`;
  }

  /** Orders that the venues have taken so far. */
  get orders(): number {
    return this.simulator.truth.orders().length;
  }

  /** Orders that are open at the venues. */
  get open(): readonly string[] {
    return this.simulator.truth.orders().filter(({ state }) => state === "open").map(({ clientId }) =>
      clientId
    );
  }

  /** Changes of coins by venue and coin, such as `MEXC_SPOT BTC`. */
  get changes(): ReadonlyMap<string, number> {
    return new Map(
      this.simulator.truth.balances().map(({ venue, coin, available, locked }) =>
        [`${venue} ${coin}`, Number(available) + Number(locked) - Number(given[coin])] as const
      ),
    );
  }

  /** Base units of a coin that are not hedged. */
  exposure(coin: string): number {
    const symbol = `${coin}_USDT`;
    const contracts = this.simulator.truth.positions().filter((position) => position.symbol === symbol)
      .reduce((sum, { size }) => sum + Number(size) * contractSizes[symbol]!, 0);
    return this.sumOf(coin) + contracts;
  }

  /** Change of a coin on all venues together. */
  sumOf(coin: string): number {
    return [...this.changes].filter(([name]) => name.endsWith(` ${coin}`))
      .reduce((sum, [, amount]) => sum + amount, 0);
  }

  /** Waits until the venues have taken more orders than now. */
  async moreOrders(program: LiveProgram): Promise<void> {
    const before = this.orders;
    await until(() => this.orders > before, () => `no more orders:\n${program.log}`);
  }

  /** Neither what a program said nor what it wrote holds a secret. */
  assertNoSecrets({ stdout, stderr }: Outcome): void {
    const texts = [["standard output", stdout], ["standard error", stderr]];
    for (const path of filesIn(this.folder)) texts.push([path, Deno.readTextFileSync(path)]);
    for (const [place, text] of texts) {
      for (const secret of Object.values(secrets)) {
        assert(!text!.includes(secret), `a secret is in ${place}`);
      }
    }
    assert(!/^\s+at /m.test(stderr), stderr);
  }
}

/** The result of a run: the last line of standard output. */
export function resultOf({ stdout, stderr, code }: Outcome): Readonly<Record<string, number>> {
  assert(code === 0, stderr);
  return JSON.parse(linesOf(stdout).at(-1)!);
}

/** Waits until that is so, as long as patience lasts. */
export async function until(isSo: () => boolean | Promise<boolean>, why: () => string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!await isSo()) {
    assert(Date.now() < deadline, why());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}
