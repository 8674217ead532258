import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataFileError } from "../../../src/core/errors.ts";
import { CaptureSource } from "../../../src/simulator/mod.ts";
import { Box, NaiveBook, spotChange, type SpotUpdate } from "./box.ts";
import { missing, recordedFile } from "../../support/recorded_data.ts";

const file = "captures/gateio_spot_20210422.jsonl";
const ignore = missing(file);

interface Recorded {
  books: Map<string, NaiveBook>;
  texts: Map<string, string[]>;
}

/** The file merged by hand: snapshot, then every later frame. */
function mergeFile(): Recorded {
  const books = new Map<string, NaiveBook>();
  const texts = new Map<string, string[]>();
  const lines = Deno.readTextFileSync(recordedFile(file)).split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  for (const { t, url, data } of lines) {
    const pair = t === "http" ? new URL(url).searchParams.get("currency_pair") : null;
    if (pair === null) continue;
    const { id, bids, asks } = JSON.parse(data);
    books.set(pair, new NaiveBook(id, bids, asks));
  }
  for (const { t, data } of lines) {
    if (t !== "recv") continue;
    const { channel, event, result } = JSON.parse(data);
    if (channel !== "spot.order_book_update" || event !== "update") continue;
    texts.set(result.s, [...texts.get(result.s) ?? [], data]);
    books.get(result.s)!.apply(spotChange(result));
  }
  return { books, texts };
}

async function play(
  source: CaptureSource,
): Promise<{ box: Box; books: Map<string, NaiveBook>; gaps: string[]; texts: Map<string, string[]> }> {
  const box = new Box({ source });
  const line = box.open("GATEIO_SPOT");
  for (const pair of source.pairs) line.gate("spot.order_book_update", "subscribe", [pair, "100ms"]);
  const snapshots = source.pairs.map((pair) =>
    box.simulator.fetch({
      method: "GET",
      url:
        `${box.simulator.localEndpoints.GATEIO_SPOT.rest}/spot/order_book?currency_pair=${pair}&limit=100&with_id=true`,
      timeoutMs: 60_000,
    })
  );
  box.run(source.durationMs + 1000);
  const texts = new Map<string, string[]>();
  const books = new Map<string, NaiveBook>();
  for (const [index, pair] of source.pairs.entries()) {
    const { id, bids, asks } = JSON.parse((await snapshots[index]!).text);
    books.set(pair, new NaiveBook(id, bids, asks));
    texts.set(pair, []);
  }
  const gaps: string[] = [];
  for (const text of line.texts) {
    const { channel, event, result } = JSON.parse(text) as {
      channel: string;
      event: string;
      result: SpotUpdate;
    };
    if (channel !== "spot.order_book_update" || event !== "update") continue;
    texts.get(result.s)!.push(text);
    try {
      books.get(result.s)!.apply(spotChange(result));
    } catch {
      gaps.push(result.s);
    }
  }
  return { box, books, gaps, texts };
}

Deno.test({
  name: "A served recording gives the ten books that the file gives when it is merged by hand",
  ignore,
  fn: async () => {
    const recorded = mergeFile();
    const source = await CaptureSource.load(recordedFile(file));
    assertEquals([source.pairs.length, source.holesInFile], [10, 0]);
    const { box, books, gaps, texts } = await play(source);
    assertEquals(gaps, []);
    for (const [pair, book] of recorded.books) {
      assertEquals(texts.get(pair), recorded.texts.get(pair), "frames are passed on verbatim");
      assertEquals(books.get(pair)!.levels(), book.levels());
      const truth = box.simulator.truth.book("GATEIO_SPOT", pair)!;
      assertEquals({ bids: truth.bids, asks: truth.asks } as unknown, book.levels());
      assertEquals(truth.version, book.id);
    }
    await box.simulator.stop();
  },
});

Deno.test({
  name: "A recording keeps its distances, divided by the speed",
  ignore,
  fn: async () => {
    const source = await CaptureSource.load(recordedFile(file), { speed: 10 });
    assert(Math.abs(source.durationMs - 3112.5) < 1);
    const box = new Box({ source });
    const line = box.open("GATEIO_SPOT");
    line.gate("spot.order_book_update", "subscribe", ["NANO_USDT", "100ms"]);
    let answered = false;
    box.simulator.fetch({
      method: "GET",
      url: `${box.simulator.localEndpoints.GATEIO_SPOT.rest}/spot/order_book?currency_pair=NANO_USDT`,
      timeoutMs: 60_000,
    }).then(() => answered = true);
    box.run(2300);
    await Promise.resolve();
    assertEquals([answered, box.simulator.truth.book("GATEIO_SPOT", "NANO_USDT")], [false, undefined]);
    box.run(400);
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert(answered, "the recorded snapshot came 26.8 s after the connect");
    await box.simulator.stop();
  },
});

Deno.test({
  name: "A frame that is dropped is missing on the wire and present in the truth",
  ignore,
  fn: async () => {
    const recorded = mergeFile();
    let count = 0;
    const source = await CaptureSource.load(recordedFile(file), {
      drop: (frame) => frame.subject === "OMG_USDT" && frame.update !== undefined && ++count === 12,
    });
    const { box, gaps, texts } = await play(source);
    assertEquals(texts.get("OMG_USDT")!.length, recorded.texts.get("OMG_USDT")!.length - 1);
    assert(gaps.length > 0 && gaps.every((pair) => pair === "OMG_USDT"));
    const truth = box.simulator.truth.book("GATEIO_SPOT", "OMG_USDT")!;
    assertEquals({ bids: truth.bids, asks: truth.asks } as unknown, recorded.books.get("OMG_USDT")!.levels());
    await box.simulator.stop();
  },
});

Deno.test({
  name: "A recording lists its pairs, refuses others, and its other channels play too",
  ignore,
  fn: async () => {
    const source = await CaptureSource.load(recordedFile(file));
    const box = new Box({ source });
    const pairs = (await box.get("GATEIO_SPOT", "/spot/currency_pairs")).body as { id: string }[];
    assert(pairs.length > 100);
    assertEquals((await box.get("GATEIO_SPOT", "/spot/currency_pairs/NEO_BTC")).status, 200);
    assertEquals((await box.get("GATEIO_SPOT", "/spot/order_book?currency_pair=NOSUCH_X")).status, 400);
    assertEquals((await box.get("MEXC_SPOT", "/api/v3/depth?symbol=BTCUSDT")).status, 400);
    const line = box.open("GATEIO_SPOT");
    line.gate("spot.tickers", "subscribe", ["NEO_BTC", "INK_USDT"]);
    line.gate("spot.candlesticks", "subscribe", ["1m", "DIS_USDT"]);
    line.gate("spot.order_book_update", "subscribe", ["NEO_BTC", "20ms"]);
    line.gate("spot.order_book_update", "subscribe", ["NOSUCH_X", "100ms"]);
    box.run(32_000);
    assertEquals(
      line.json.filter((message) => message.event === "subscribe").map(({ error }) => error?.code),
      [
        undefined,
        undefined,
        2,
        2,
      ],
    );
    assert(line.pushes("spot.tickers").length > 0 && line.pushes("spot.candlesticks").length > 0);
    assertEquals(line.pushes("spot.order_book_update").length, 0);
    await box.simulator.stop();
  },
});

/** A recording of two frames between which one is missing. */
function brokenRecording(): string {
  const push = (U: number, u: number, price: string): string =>
    JSON.stringify({
      t: "recv",
      ts: 100 + U / 10,
      data: JSON.stringify({
        time: 100,
        channel: "spot.order_book_update",
        event: "update",
        result: { t: 1, e: "depthUpdate", E: 1, s: "A_B", U, u, b: [[price, "1"]], a: [] },
      }),
    });
  const http = (path: string, ts: number, data: unknown): string =>
    JSON.stringify({ t: "http", ts, url: `https://x/api/v4/spot/${path}`, data: JSON.stringify(data) });
  return [
    http("currency_pairs", 99, [{ id: "A_B" }]),
    JSON.stringify({ t: "connect", ts: 100 }),
    http("order_book?currency_pair=A_B", 100.05, { id: 0, asks: [["9", "1"]], bids: [] }),
    push(1, 2, "1"),
    push(4, 5, "2"),
  ].join("\n");
}

Deno.test("A recording that lacks a frame is served all the same and says so", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, brokenRecording());
    const source = await CaptureSource.load(path);
    assertEquals(source.holesInFile, 1);
    const box = new Box({ source });
    box.simulator.start();
    box.run(2000);
    assertEquals(box.simulator.truth.book("GATEIO_SPOT", "A_B"), {
      version: 5,
      bids: [[2, 1], [1, 1]],
      asks: [[9, 1]],
    });
    await box.simulator.stop();
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("A file that is no recording is refused with its name", async () => {
  await assertRejects(() => CaptureSource.load("no/such/file.jsonl"), DataFileError, "no/such/file.jsonl");
});
