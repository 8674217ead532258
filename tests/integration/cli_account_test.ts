/**
 * `cexarb account` as a process of its own against simulated venues on real sockets. Orders are placed by a client that
 * is written here; what the program says is held to the venues' own truth.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createHash, createHmac } from "node:crypto";
import { SystemClock } from "../../src/core/clock.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import { MarketModel, parseFaultRule, Simulator, type SimulatorEndpoints } from "../../src/simulator/mod.ts";
import { flagsOf, linesOf, type Outcome, programTest, run } from "../support/program.ts";

const flags = flagsOf("start");
const mexcSecret = "0123456789abcdef0123456789abcdef";
const gateSecret = "fedcba9876543210fedcba9876543210";
const keys = {
  MEXC_API_KEY: "mx0account",
  MEXC_API_SECRET: mexcSecret,
  GATEIO_API_KEY: "gateaccount",
  GATEIO_API_SECRET: gateSecret,
};
const nothing = { MEXC_API_KEY: "", MEXC_API_SECRET: "", GATEIO_API_KEY: "", GATEIO_API_SECRET: "" };
const accounts = [
  {
    family: "mexc",
    uid: "1001",
    apiKey: keys.MEXC_API_KEY,
    secretKey: mexcSecret,
    deposits: { MEXC_SPOT: { USDT: "5000.5", BTC: "2" } },
    fees: { MEXC_SPOT: { maker: 0.0001, taker: 0.0004 } },
  },
  {
    family: "gateio",
    uid: "2002",
    apiKey: keys.GATEIO_API_KEY,
    secretKey: gateSecret,
    deposits: { GATEIO_SPOT: { USDT: "7000", ETH: "3.25" }, GATEIO_FUTURES: { USDT: "9000" } },
    fees: { GATEIO_SPOT: { maker: 0.0011, taker: 0.0012 } },
  },
] as const;

/** Venues, and a configuration that leads to them. */
interface Site {
  readonly simulator: Simulator;
  readonly endpoints: SimulatorEndpoints;
  /** Runs the verb with these options. */
  account(variables: Readonly<Record<string, string>>, ...options: string[]): Promise<Outcome>;
}

async function withSite(test: (site: Site) => Promise<void>): Promise<void> {
  await Deno.mkdir("data", { recursive: true });
  const directory = await Deno.makeTempDir({ dir: "data", prefix: "test-" });
  const source = new MarketModel({ eventsPerSecond: 0 });
  const simulator = Simulator.create({ clock: new SystemClock(), seed: 5, source, accounts: [...accounts] });
  try {
    const endpoints = await simulator.listen();
    const path = `${directory}/venues.json`;
    const venues = Object.entries(endpoints).map(([key, { rest, ws }]) => [key, { rest, ws }]);
    const config = { exchanges: Object.fromEntries(venues), pairs: ["BTC/USDT", "ETH/USDT", "NONE/USDT"] };
    await Deno.writeTextFile(path, JSON.stringify(config));
    await test({
      simulator,
      endpoints,
      account: async (variables, ...options) => {
        const outcome = await run(["account", "--config", path, ...options], flags, {
          ...nothing,
          ...variables,
        });
        for (const secret of [mexcSecret, gateSecret]) {
          assert(!(outcome.stdout + outcome.stderr).includes(secret), "a secret was printed");
        }
        assert(!/^\s+at /m.test(outcome.stderr), outcome.stderr);
        return outcome;
      },
    });
  } finally {
    await simulator.stop();
    await Deno.remove(directory, { recursive: true });
  }
}

async function sent(url: string, init: RequestInit): Promise<void> {
  const response = await fetch(url, init);
  const text = await response.text();
  assert(response.ok, `${url}: ${response.status} ${text}`);
}

/** A buy order that rests on MEXC. */
async function restOnMexc({ endpoints }: Site): Promise<void> {
  const order = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "0.01", price: "12345.67" };
  const query = new URLSearchParams({ ...order, timestamp: String(Date.now()) }).toString();
  const signature = createHmac("sha256", mexcSecret).update(query).digest("hex");
  await sent(`${endpoints.MEXC_SPOT.rest}/api/v3/order?${query}&signature=${signature}`, {
    method: "POST",
    headers: { "X-MEXC-APIKEY": keys.MEXC_API_KEY },
  });
}

async function postToGate(base: string, path: string, query: string, content: unknown): Promise<void> {
  const body = content === undefined ? "" : JSON.stringify(content);
  const Timestamp = String(Math.floor(Date.now() / 1000));
  const hash = createHash("sha512").update(body).digest("hex");
  const text = ["POST", `/api/v4${path}`, query, hash, Timestamp].join("\n");
  const SIGN = createHmac("sha512", gateSecret).update(text).digest("hex");
  await sent(`${base}${path}${query === "" ? "" : `?${query}`}`, {
    method: "POST",
    headers: { KEY: keys.GATEIO_API_KEY, Timestamp, SIGN, "Content-Type": "application/json" },
    ...(body === "" ? {} : { body }),
  });
}

/** A position of 20 contracts with leverage 7, and an order that rests in a contract that is not configured. */
async function tradeOnGate({ endpoints }: Site): Promise<void> {
  const { rest } = endpoints.GATEIO_FUTURES;
  await postToGate(rest, "/futures/usdt/positions/BTC_USDT/leverage", "leverage=7", undefined);
  await postToGate(rest, "/futures/usdt/orders", "", {
    contract: "BTC_USDT",
    size: 20,
    price: "0",
    tif: "ioc",
    text: "t-position",
  });
  await postToGate(rest, "/futures/usdt/orders", "", {
    contract: "SOL_USDT",
    size: 3,
    price: "152",
    tif: "gtc",
    text: "t-resting",
  });
}

// deno-lint-ignore no-explicit-any -- what another program wrote is whatever it is
type Document = any;

function venuesOf({ stdout, stderr }: Outcome): Document {
  const lines = linesOf(stdout);
  assertEquals(lines.length, 1, stdout + stderr);
  return JSON.parse(lines[0]!).venues;
}

function trueBalances({ simulator }: Site, venue: ExchangeKey): [string, number, number][] {
  return simulator.truth.balances({ venue }).map((
    { coin, available, locked },
  ): [string, number, number] => [coin, Number(available), Number(locked)]).sort();
}

function toldBalances(
  rows: { coin: string; available: number; locked: number }[],
): [string, number, number][] {
  return rows.map(({ coin, available, locked }): [string, number, number] => [coin, available, locked])
    .sort();
}

programTest(
  "account tells of every venue what the venue itself knows, and changes nothing there",
  async () => {
    await withSite(async (site) => {
      await restOnMexc(site);
      await tradeOnGate(site);
      const { simulator } = site;
      const before = JSON.stringify([simulator.truth.orders(), simulator.truth.balances()]);
      const outcome = await site.account(keys, "--json");
      assertEquals([outcome.code, outcome.stderr], [0, ""]);
      assertEquals(JSON.stringify([simulator.truth.orders(), simulator.truth.balances()]), before);
      const { MEXC_SPOT, GATEIO_SPOT, GATEIO_FUTURES } = venuesOf(outcome);
      for (const venue of [MEXC_SPOT, GATEIO_SPOT, GATEIO_FUTURES]) {
        assertEquals([venue.state, venue.unlisted], ["accepted", ["NONE/USDT"]]);
        // The wall clock that the offset is told against has whole milliseconds.
        assert(Math.abs(venue.clock.offsetMs) <= venue.clock.uncertaintyMs + 1, JSON.stringify(venue.clock));
        assert(venue.clock.roundTripMs > 0 && venue.clock.samples >= 5, JSON.stringify(venue.clock));
        assert(venue.streamsLiveMs > 0);
      }
      assertEquals([MEXC_SPOT.key.uid, GATEIO_SPOT.key.uid, GATEIO_FUTURES.key.uid], [
        "1001",
        "2002",
        "2002",
      ]);
      assertEquals(MEXC_SPOT.key.permissions, ["trade", "withdraw", "deposit"]);
      assertEquals(toldBalances(MEXC_SPOT.balances), trueBalances(site, "MEXC_SPOT"));
      assertEquals(toldBalances(GATEIO_SPOT.balances), trueBalances(site, "GATEIO_SPOT"));
      assertEquals(MEXC_SPOT.fees, {
        BTCUSDT: { maker: 0.0001, taker: 0.0004 },
        ETHUSDT: { maker: 0.0001, taker: 0.0004 },
      });
      assertEquals(GATEIO_SPOT.fees.ETH_USDT, { maker: 0.0011, taker: 0.0012 });
      const [order] = MEXC_SPOT.openOrders;
      assertEquals(
        [MEXC_SPOT.openOrders.length, order.symbol, order.side, order.price, order.quantity, order.filled],
        [1, "BTCUSDT", "buy", 12345.67, 0.01, 0],
      );
      assertEquals(order.exchangeOrderId, simulator.truth.orders({ venue: "MEXC_SPOT" })[0]!.id);
      assertEquals(GATEIO_SPOT.openOrders, []);
      assertEquals(
        GATEIO_FUTURES.openOrders.map(({ symbol, clientOrderId, quantity, price }: Document) => [
          symbol,
          clientOrderId,
          quantity,
          price,
        ]),
        [["SOL_USDT", "resting", 3, 152]],
      );
      const [truth] = simulator.truth.positions("2002").filter(({ size }) => Number(size) !== 0);
      const [position] = GATEIO_FUTURES.positions;
      assertEquals(
        [GATEIO_FUTURES.positions.length, position.symbol, position.contracts, position.leverage],
        [1, truth!.symbol, Number(truth!.size), 7],
      );
      assertEquals([position.marginMode, GATEIO_FUTURES.positionMode], ["isolated", "single"]);
      assertEquals(position.margin, Number(truth!.margin));
      assert(Math.abs(position.entryPrice - truth!.entryPrice) < 1e-6 * truth!.entryPrice);
      for (const venue of [MEXC_SPOT, GATEIO_SPOT]) {
        const coins = new Set(venue.networks.map(({ coin }: Document) => coin));
        assertEquals([...coins].sort(), ["BTC", "ETH", "USDT"]);
      }
    });
  },
);

programTest("account for people names everything in lines of at most 110 columns", async () => {
  await withSite(async (site) => {
    await tradeOnGate(site);
    const { code, stdout, stderr } = await site.account(keys);
    assertEquals([code, stderr], [0, ""]);
    for (const line of linesOf(stdout)) assert(line.length <= 110, line);
    for (
      const words of [
        "MEXC spot (MEXC_SPOT)",
        "Gate.io USDT perpetuals (GATEIO_FUTURES)",
        "accepted, user 1001",
        "may trade, withdraw, deposit",
        "round trip",
        "5000.5",
        "3.25",
        "7x isolated",
        "resting",
        "0.01 %",
        "not listed     NONE/USDT",
        "single",
      ]
    ) assertStringIncludes(stdout, words);
  });
});

programTest("A key that a venue refuses is said to be refused, and the exit code tells", async () => {
  await withSite(async ({ account }) => {
    const wrong = await account({ ...keys, MEXC_API_SECRET: "wrong", GATEIO_API_KEY: "unknown" }, "--json");
    assertEquals(wrong.code, 1);
    const { MEXC_SPOT, GATEIO_SPOT, GATEIO_FUTURES } = venuesOf(wrong);
    assertEquals([MEXC_SPOT.state, MEXC_SPOT.code], ["refused", "700002"]);
    for (const venue of [GATEIO_SPOT, GATEIO_FUTURES]) {
      assertEquals([venue.state, venue.code], ["refused", "INVALID_KEY"]);
    }
    assertStringIncludes(wrong.stderr, "MEXC_SPOT refused the key");
    const one = await account(
      { ...keys, GATEIO_API_SECRET: "wrong" },
      "--exchange",
      "MEXC_SPOT",
      "GATEIO_SPOT",
    );
    assertEquals(one.code, 1);
    assertStringIncludes(one.stdout, "refused with INVALID_SIGNATURE");
    assertStringIncludes(one.stdout, "accepted, user 1001");
    assertEquals(one.stderr, "cexarb: GATEIO_SPOT refused the key\n");
  });
});

programTest(
  "A venue without a key is named with the variables to set; no key at all is a wrong call",
  async () => {
    await withSite(async ({ account }) => {
      const { GATEIO_API_KEY, GATEIO_API_SECRET } = keys;
      const [one, none, half, asked, other] = await Promise.all([
        account({ GATEIO_API_KEY, GATEIO_API_SECRET }, "--json"),
        account({}),
        account({ GATEIO_API_KEY }),
        account({ GATEIO_API_KEY, GATEIO_API_SECRET }, "--exchange", "MEXC_SPOT"),
        account(keys, "--exchange", "BINANCE"),
      ]);
      assertEquals(one.code, 0);
      assertEquals(venuesOf(one).MEXC_SPOT, {
        state: "no-credentials",
        variables: ["MEXC_API_KEY", "MEXC_API_SECRET"],
      });
      assertEquals(venuesOf(one).GATEIO_SPOT.state, "accepted");
      for (const outcome of [none, half, asked, other]) assertEquals([outcome.code, outcome.stdout], [2, ""]);
      assertStringIncludes(
        none.stderr,
        "MEXC_API_KEY and MEXC_API_SECRET, or GATEIO_API_KEY and GATEIO_API_SECRET",
      );
      assertStringIncludes(half.stderr, "GATEIO_API_KEY is set and GATEIO_API_SECRET is not");
      assertStringIncludes(asked.stderr, "MEXC_SPOT needs an account");
      assertStringIncludes(other.stderr, "BINANCE");
    });
  },
);

programTest("account works with a venue whose clock is half a minute off, and says so", async () => {
  await withSite(async ({ simulator, account }) => {
    simulator.start();
    simulator.script.add(parseFaultRule({ fault: "clock-jump", venue: "MEXC_SPOT", ms: 30_000 }));
    simulator.script.add(parseFaultRule({ fault: "clock-jump", venue: "GATEIO_SPOT", ms: -90_000 }));
    const outcome = await account(keys, "--json");
    assertEquals([outcome.code, outcome.stderr], [0, ""]);
    const { MEXC_SPOT, GATEIO_SPOT, GATEIO_FUTURES } = venuesOf(outcome);
    const offsets = [[MEXC_SPOT, 30_000], [GATEIO_SPOT, -90_000], [GATEIO_FUTURES, -90_000]] as const;
    for (const [{ clock, state, balances }, offset] of offsets) {
      assertEquals(state, "accepted");
      assert(balances.length > 0);
      assert(Math.abs(clock.offsetMs - offset) <= clock.uncertaintyMs + 1, JSON.stringify(clock));
    }
  });
});

programTest("A venue that does not answer fails, and the others are told", async () => {
  await withSite(async ({ simulator, account }) => {
    simulator.start();
    simulator.script.add(parseFaultRule({ fault: "dark", venue: "MEXC_SPOT", forMs: 60_000 }));
    const outcome = await account(keys, "--json");
    assertEquals(outcome.code, 1);
    assertEquals(venuesOf(outcome).MEXC_SPOT.state, "failed");
    assertEquals(venuesOf(outcome).GATEIO_SPOT.state, "accepted");
    assertStringIncludes(outcome.stderr, "MEXC_SPOT could not be asked");
  });
});
