import { assert, assertEquals } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { CaptureSource, Simulator } from "../../src/simulator/mod.ts";
import { NaiveBook, spotChange } from "../unit/simulator/box.ts";
import { missing, recordedFile } from "../support/recorded_data.ts";

const file = "captures/gateio_spot_20210422.jsonl";
const ignore = missing(file);

async function snapshot(rest: string, pair: string): Promise<NaiveBook> {
  const response = await fetch(`${rest}/spot/order_book?currency_pair=${pair}&limit=100&with_id=true`);
  const { id, bids, asks } = await response.json();
  return new NaiveBook(id, bids, asks);
}

Deno.test({
  name: "A recording on a real port: ten books from plain WebSocket and fetch are those of the recording",
  ignore,
  fn: async () => {
    const source = await CaptureSource.load(recordedFile(file), { speed: 10 });
    const simulator = Simulator.create({ clock: new SystemClock(), seed: 1, source });
    const { rest, ws } = (await simulator.listen()).GATEIO_SPOT;
    const texts: string[] = [];
    const socket = new WebSocket(ws);
    socket.onmessage = ({ data }): void => void texts.push(data);
    await new Promise((resolve) => socket.onopen = resolve);
    for (const pair of source.pairs) {
      socket.send(JSON.stringify({
        time: Math.floor(Date.now() / 1000),
        channel: "spot.order_book_update",
        event: "subscribe",
        payload: [pair, "100ms"],
      }));
    }
    const started = performance.now();
    // Held by the exchange until the recorded moment of each snapshot.
    const books = new Map(
      await Promise.all(source.pairs.map(async (pair) => [pair, await snapshot(rest, pair)] as const)),
    );
    assert(performance.now() - started > 2500, "the last snapshot came 26.8 s after the connect");
    await new Promise((resolve) => setTimeout(resolve, source.durationMs - 2679 + 300));
    for (const text of texts) {
      const { event, result } = JSON.parse(text);
      if (event === "update") books.get(result.s)!.apply(spotChange(result));
    }
    for (const [pair, book] of books) {
      const { version, bids, asks } = simulator.truth.book("GATEIO_SPOT", pair)!;
      assertEquals(book.id, version);
      assertEquals(book.levels() as unknown, { bids, asks });
    }
    const closed = new Promise((resolve) => socket.onclose = resolve);
    socket.close();
    await closed;
    await simulator.stop();
  },
});

Deno.test({
  name: "Stopping answers a request that is held for its recorded moment with 503",
  ignore,
  fn: async () => {
    const source = await CaptureSource.load(recordedFile(file));
    const simulator = Simulator.create({ clock: new SystemClock(), seed: 1, source });
    const { rest } = (await simulator.listen()).GATEIO_SPOT;
    simulator.start();
    const held = fetch(`${rest}/spot/order_book?currency_pair=NANO_USDT`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await simulator.stop();
    const response = await held;
    assertEquals(response.status, 503);
    await response.body?.cancel();
  },
});
