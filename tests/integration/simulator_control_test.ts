import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createHash, createHmac } from "node:crypto";
import {
  defaultAssets,
  MarketModel,
  type MarketModelOptions,
  parseSimulationConfig,
  Simulation,
  type SimulationDescription,
} from "../../src/simulator/mod.ts";

const yaml = `
seed: 5
clock: { kind: simulated, start: "2026-01-01T00:00:00Z" }
accounts:
  - { family: mexc, deposits: { MEXC_SPOT: { USDT: "50000" } }, inventory: 5000 }
`;

/** A running simulation on a clock that stands. */
class Bench {
  private constructor(readonly simulation: Simulation, readonly where: SimulationDescription) {}

  static async start(text = yaml, model: MarketModelOptions = {}): Promise<Bench> {
    const simulation = new Simulation(parseSimulationConfig(text, "test"), new MarketModel(model));
    return new Bench(simulation, await simulation.start());
  }

  async ask(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const response = await fetch(this.where.control + path, {
      method,
      ...(body === undefined ? {} : {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    return { status: response.status, text: await response.text() };
  }

  async json<Value>(path: string): Promise<Value> {
    const { status, text } = await this.ask("GET", path);
    assertEquals(status, 200, text);
    return JSON.parse(text);
  }

  async advance(ms: number): Promise<number> {
    const { text } = await this.ask("POST", "/time/advance", { ms });
    return JSON.parse(text).epochMs;
  }

  /** A signed request to MEXC over its real port, at the simulation's time. */
  async mexc(method: string, path: string, params: Record<string, string>): Promise<unknown> {
    const { apiKey, secretKey } = this.where.accounts[0]!;
    const timestamp = String(this.simulation.clock.epochMs());
    const query = new URLSearchParams({ ...params, timestamp }).toString();
    const signature = createHmac("sha256", secretKey).update(query).digest("hex");
    const url = `${this.where.venues.MEXC_SPOT.rest}${path}?${query}&signature=${signature}`;
    const response = await fetch(url, { method, headers: { "X-MEXC-APIKEY": apiKey } });
    return await response.json();
  }

  stop(): Promise<void> {
    return this.simulation.stop();
  }
}

async function withBench(
  test: (bench: Bench) => Promise<void>,
  text?: string,
  model?: MarketModelOptions,
): Promise<void> {
  const bench = await Bench.start(text, model);
  try {
    await test(bench);
  } finally {
    await bench.stop();
  }
}

Deno.test("The clock stands until the control port moves it, and then exactly as far", async () => {
  await withBench(async (bench) => {
    const start = Date.parse("2026-01-01T00:00:00Z");
    const serverTime = async (): Promise<number> =>
      (await (await fetch(`${bench.where.venues.MEXC_SPOT.rest}/api/v3/time`)).json()).serverTime;
    const book = (): Promise<unknown> => bench.json("/book?venue=MEXC_SPOT&symbol=BTCUSDT");
    const before = await book();
    assertEquals([await serverTime(), await book()], [start, before]);
    assertEquals(await bench.advance(60_000), start + 60_000);
    assertEquals(await serverTime(), start + 60_000);
    assert(JSON.stringify(await book()) !== JSON.stringify(before));
  });
});

Deno.test("The control port tells orders, fills, balances and sums as they are at that moment", async () => {
  await withBench(async (bench) => {
    await bench.advance(1000);
    const buy = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "0.01" };
    await bench.mexc("POST", "/api/v3/order", { ...buy, price: "50000", newClientOrderId: "rests" });
    await bench.mexc("POST", "/api/v3/order", { ...buy, price: "200000", newClientOrderId: "takes" });
    const orders = await bench.json<Record<string, unknown>[]>("/orders?venue=MEXC_SPOT");
    assertEquals(orders.map(({ clientId, state, locked }) => [clientId, state, locked]), [
      ["rests", "open", "500"],
      ["takes", "finished", "0"],
    ]);
    const fills = await bench.json<{ value: string; fee: string; size: string }[]>("/fills");
    const sum = (texts: string[]): number => texts.map(Number).reduce((a, b) => a + b, 0);
    assertEquals(sum(fills.map(({ size }) => size)), 0.01);
    const [usdt] = await bench.json<{ coin: string; available: string; locked: string }[]>("/balances");
    assertEquals([usdt!.coin, usdt!.locked], ["USDT", "500"]);
    const spent = sum(fills.map(({ value }) => value)) + sum(fills.map(({ fee }) => fee));
    assert(Math.abs(50_000 - 500 - spent - Number(usdt!.available)) < 1e-9);
    for (const { difference } of await bench.json<{ difference: string }[]>("/sums")) {
      assertEquals(difference, "0");
    }
    const { text } = await bench.ask("GET", "/ledger");
    const digest = await bench.json<{ length: number; sha256: string }>("/ledger/digest");
    assertEquals(digest.length, text.trimEnd().split("\n").length);
    assertEquals(digest.sha256, createHash("sha256").update(text).digest("hex"));
  });
});

/** Places and cancels orders at fixed moments of simulated time and returns the ledger. */
async function trade(steps: readonly number[]): Promise<string> {
  let ledger = "";
  await withBench(async (bench) => {
    for (let round = 0; round < 6; round++) {
      const side = round % 2 === 0 ? "BUY" : "SELL";
      const book = bench.simulation.simulator.truth.book("MEXC_SPOT", "ETHUSDT")!;
      const [price] = (side === "BUY" ? book.asks : book.bids)[2]!;
      const order = { symbol: "ETHUSDT", side, type: "LIMIT", quantity: "0.05", price: price.toFixed(2) };
      await bench.mexc("POST", "/api/v3/order", order);
      const resting = { ...order, side: "BUY", price: book.bids[0]![0].toFixed(2) };
      await bench.mexc("POST", "/api/v3/order", resting);
      for (const ms of steps) await bench.advance(ms);
      await bench.mexc("DELETE", "/api/v3/openOrders", { symbol: "ETHUSDT" });
    }
    ledger = (await bench.ask("GET", "/ledger")).text;
  });
  return ledger;
}

Deno.test("The same seed and commands give the same ledger, byte for byte, however the clock is moved", async () => {
  const once = await trade([30_000]);
  assert(once.split("\n").length > 40, once);
  assertEquals(await trade([30_000]), once);
  assertEquals(await trade(Array(30).fill(1000)), once);
  assertEquals(await trade([1, 9, 90, 900, 29_000]), once);
});

Deno.test("A clock with a speed runs by itself and can be stopped", async () => {
  await withBench(async (bench) => {
    const time = async (): Promise<number> => (await bench.json<{ epochMs: number }>("/time")).epochMs;
    const start = await time();
    await bench.ask("POST", "/time/speed", { speed: 50 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await bench.ask("POST", "/time/speed", { speed: 0 });
    const stopped = await time();
    assert(stopped - start > 2000, `only ${stopped - start} ms passed`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assertEquals(await time(), stopped);
  });
});

Deno.test("Accounts can be opened and filled, faults added and taken back at run time", async () => {
  await withBench(async (bench) => {
    const opened = JSON.parse(
      (await bench.ask("POST", "/accounts", { family: "gateio", deposits: { GATEIO_SPOT: { USDT: "7" } } }))
        .text,
    );
    await bench.ask("POST", "/deposit", {
      venue: "GATEIO_SPOT",
      uid: opened.uid,
      coin: "BTC",
      amount: "0.5",
    });
    const balances = await bench.json<{ coin: string; available: string }[]>(`/balances?uid=${opened.uid}`);
    assertEquals(balances.map(({ coin, available }) => [coin, available]), [["USDT", "7"], ["BTC", "0.5"]]);
    const { id } = JSON.parse(
      (await bench.ask("POST", "/faults", { fault: "dark", venue: "MEXC_SPOT", forMs: 60_000 })).text,
    );
    const ping = `${bench.where.venues.MEXC_SPOT.rest}/api/v3/ping`;
    assertEquals(await fetch(ping).then(() => "answered", () => "refused"), "refused");
    assertEquals((await bench.ask("DELETE", `/faults?id=${id}`)).text.trim(), '{"ended":true}');
    assertEquals(await (await fetch(ping)).json(), {});
  });
});

Deno.test("Wrong requests get an error that says what is wrong", async () => {
  await withBench(async (bench) => {
    for (
      const [method, path, body, status, words] of [
        ["GET", "/nothing", undefined, 404, "There is no GET /nothing"],
        ["GET", "/book?venue=BINANCE", undefined, 400, "MEXC_SPOT"],
        ["GET", "/book?venue=MEXC_SPOT&symbol=NOSUCH", undefined, 400, "NOSUCH"],
        ["POST", "/faults", { fault: "dark", venue: "MEXC_SPOT" }, 400, "forMs"],
        ["POST", "/time/advance", { ms: -1 }, 400, "ms"],
        ["POST", "/deposit", { venue: "MEXC_SPOT", uid: "1", coin: "BTC", amount: "-1" }, 400, "amount"],
      ] as const
    ) {
      const answer = await bench.ask(method, path, body);
      assertEquals(answer.status, status, path);
      assertStringIncludes(answer.text, words);
    }
    const plain = await fetch(`${bench.where.control}/faults`, { method: "POST", body: "{}" });
    assertEquals(plain.status, 400);
    assertStringIncludes(await plain.text(), "application/json");
  });
});

Deno.test("A connection lives through an hour that passes in seconds, and the exchange ends it after 24", async () => {
  await withBench(
    async (bench) => {
      const socket = new WebSocket(bench.where.venues.MEXC_SPOT.ws);
      socket.binaryType = "arraybuffer";
      const opened = Promise.withResolvers<void>();
      const closed = Promise.withResolvers<void>();
      let frames = 0;
      socket.onopen = (): void => opened.resolve();
      socket.onclose = (): void => closed.resolve();
      socket.onmessage = ({ data }): void => {
        if (typeof data !== "string") frames += 1;
      };
      await opened.promise;
      const params = ["spot@public.aggre.bookTicker.v3.api.pb@100ms@BTCUSDT"];
      socket.send(JSON.stringify({ method: "SUBSCRIPTION", params }));
      await new Promise((resolve) => setTimeout(resolve, 50));
      await bench.advance(3_600_000);
      assertEquals(socket.readyState, WebSocket.OPEN);
      assert(frames > 300, `only ${frames} frames came`);
      await bench.advance(23 * 3_600_000);
      await closed.promise;
    },
    yaml,
    { assets: defaultAssets.slice(0, 1), eventsPerSecond: 0.2 },
  );
});

Deno.test("A clock of the machine cannot be moved", async () => {
  await withBench(async (bench) => {
    const { status, text } = await bench.ask("POST", "/time/advance", { ms: 1 });
    assertEquals(status, 400);
    assertStringIncludes(text, "clock.kind");
  }, "seed: 1");
});
