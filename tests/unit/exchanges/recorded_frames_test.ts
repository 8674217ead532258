import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { SystemClock } from "../../../src/core/clock.ts";
import { type Instrument, InstrumentTable } from "../../../src/core/instrument.ts";
import { GateioPublicCodec } from "../../../src/exchanges/gateio/public_codec.ts";
import { GateioSpotPublicRest } from "../../../src/exchanges/gateio/public_spot_rest.ts";
import { MexcPublicCodec } from "../../../src/exchanges/mexc/public_codec.ts";
import { MexcPublicRest } from "../../../src/exchanges/mexc/public_rest.ts";
import { SymbolIndex } from "../../../src/exchanges/symbol_index.ts";
import { RestClient } from "../../../src/net/rest_client.ts";
import { contentOf, idsOf, meaning } from "../../support/codec_content.ts";
import { FakeNetwork } from "../../support/fake_network.ts";
import { expectGateio } from "../../support/gateio_frames.ts";
import { testInstruments, testSpec } from "../../support/instruments.ts";
import { decodeMexc, encodeMexc, expectMexc } from "../../support/mexc_protobuf.ts";
import { levelsOfColumns } from "../../support/naive_book.ts";
import { recordedFile, recordedLines, recordedTest } from "../../support/recorded_data.ts";

const captureFile = "captures/gateio_spot_20210422.jsonl";
const mexcPushes = "frames/mexc_spot_decoded_and_text.jsonl";
const gateFrames = "frames/gate_frames_2026.jsonl";

/** Test instruments of MEXC and the pairs that only the recordings have. */
function mexcInstruments(): readonly Instrument[] {
  const table = testInstruments();
  table.add({ ...testSpec("MEXC_SPOT", "BTC"), quote: "USDC", exchangeSymbol: "BTCUSDC" });
  return table.ofExchange("MEXC_SPOT");
}

function clientOf(body: unknown): RestClient {
  const network = new FakeNetwork();
  network.answer = (): { body: unknown } => ({ body });
  return new RestClient({ network, baseUrl: "http://venue", errorCode: () => "" });
}

interface PbFrame {
  readonly id: string;
  readonly hex: string;
  readonly decoded: Record<string, unknown>;
}

recordedTest(
  "Every recorded MEXC frame decodes to what was recorded with it",
  "frames/mexc_spot_pb_frames.json",
  () => {
    const frames = JSON.parse(
      Deno.readTextFileSync(recordedFile("frames/mexc_spot_pb_frames.json")),
    ) as PbFrame[];
    const instruments = mexcInstruments();
    const ids = idsOf(instruments);
    const codec = new MexcPublicCodec(new SymbolIndex(instruments));
    const kinds: string[] = [];
    for (const { id, hex, decoded } of frames) {
      const bytes = Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));
      const recorded = withTexts(decoded);
      assertEquals(decodeMexc(bytes), recorded, id);
      const content = contentOf(codec, bytes);
      assertStrictEquals(meaning(content), meaning(expectMexc(recorded, ids)), id);
      kinds.push(content.kind);
    }
    assertEquals(kinds.toSorted(), ["depth", "messages", "ticker", "ticker", "trades"]);
  },
);

recordedTest("Every recorded MEXC push is read as protobufjs and the recording have it", mexcPushes, () => {
  const instruments = mexcInstruments();
  const ids = idsOf(instruments);
  const codec = new MexcPublicCodec(new SymbolIndex(instruments));
  const kinds: string[] = [];
  for (const line of recordedLines(mexcPushes) as { msg?: Record<string, unknown> }[]) {
    if (line.msg === undefined) continue;
    const content = contentOf(codec, encodeMexc(line.msg));
    assertStrictEquals(meaning(content), meaning(expectMexc(line.msg, ids)));
    kinds.push(content.kind);
  }
  assertEquals(kinds, ["depth", "depth", "ticker", "trades"]);
});

recordedTest("Every recorded MEXC text is read: acknowledgement and pong", mexcPushes, () => {
  const codec = new MexcPublicCodec(new SymbolIndex([]));
  const lines = recordedLines(mexcPushes) as { text?: string }[];
  const texts = lines.flatMap(({ text }) => text === undefined ? [] : [text]);
  assertEquals(texts.map((text) => contentOf(codec, text)), [
    {
      kind: "accepted",
      id: 0,
      channel: "spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT",
      message: "spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT",
    },
    { kind: "pong" },
  ]);
});

recordedTest("The recorded MEXC depth body becomes a snapshot", mexcPushes, async () => {
  const lines = recordedLines(mexcPushes) as { kind: string; json: unknown }[];
  const body = lines.find(({ kind }) => kind === "REST GET /api/v3/depth")!.json;
  const snapshot = await new MexcPublicRest(clientOf(body), new SystemClock()).fetchDepth(
    mexcInstruments()[0]!,
    1000,
  );
  assertEquals([snapshot.full, snapshot.firstId, snapshot.lastId], [true, 20453289489, 20453289489]);
  assertEquals(levelsOfColumns(snapshot.bids), [[45995.47, 10.337165]]);
  assertEquals(levelsOfColumns(snapshot.asks), [[45995.48, 13.457322]]);
});

recordedTest("Every recorded Gate.io frame of 2026 is read as JSON.parse has it", gateFrames, () => {
  const table = testInstruments();
  const kinds = new Map<string, number>();
  for (const { kind, json } of recordedLines(gateFrames) as { kind: string; json: unknown }[]) {
    if (!kind.startsWith("ws ")) continue;
    const market = kind.startsWith("ws spot") ? "spot" : "perpetual";
    const instruments = table.ofExchange(market === "spot" ? "GATEIO_SPOT" : "GATEIO_FUTURES");
    const text = JSON.stringify(json);
    const content = contentOf(new GateioPublicCodec(new SymbolIndex(instruments), market), text);
    assertStrictEquals(meaning(content), meaning(expectGateio(text, market, idsOf(instruments))), kind);
    kinds.set(content.kind, (kinds.get(content.kind) ?? 0) + 1);
  }
  assertEquals(Object.fromEntries(kinds), { ticker: 2, depth: 1, trades: 1, messages: 1, other: 1 });
});

recordedTest("The recorded Gate.io pair becomes an instrument", gateFrames, async () => {
  const lines = recordedLines(gateFrames) as { kind: string; json: unknown }[];
  const body = [lines.find(({ kind }) => kind.endsWith("currency_pairs/BTC_USDT"))!.json];
  const specs = await new GateioSpotPublicRest(clientOf(body), new SystemClock()).fetchInstruments([{
    base: "BTC",
    quote: "USDT",
  }]);
  assertEquals(
    specs.map(({ tick, lot, minQuantity, minNotional, tradable }) => [
      tick.size,
      lot.size,
      minQuantity,
      minNotional,
      tradable,
    ]),
    [[0.1, 0.000001, 0.000001, 3, true]],
  );
});

interface CaptureLine {
  readonly t: string;
  readonly url?: string;
  readonly data?: string;
}

recordedTest(
  "Every frame of the recorded Gate.io session is read as JSON.parse has it, and none cut in two",
  captureFile,
  () => {
    const lines = recordedLines(captureFile) as CaptureLine[];
    const snapshots = lines.filter(({ url }) => url?.includes("/spot/order_book?"));
    const table = new InstrumentTable();
    for (const { url } of snapshots) {
      const exchangeSymbol = new URL(url!).searchParams.get("currency_pair")!;
      table.add({ ...testSpec("GATEIO_SPOT", "BTC"), exchangeSymbol });
    }
    const ids = idsOf(table.all);
    const codec = new GateioPublicCodec(new SymbolIndex(table.all), "spot");
    const kinds = new Map<string, number>();
    for (const { t, data } of lines) {
      if (t !== "recv" || data === undefined) continue;
      const content = contentOf(codec, data);
      assertStrictEquals(meaning(content), meaning(expectGateio(data, "spot", ids)), data);
      assertStrictEquals(contentOf(codec, data.slice(0, Math.floor(data.length / 2))).kind, "error");
      kinds.set(content.kind, (kinds.get(content.kind) ?? 0) + 1);
    }
    assertStrictEquals(kinds.get("error"), undefined);
    assert(
      kinds.get("depth")! > 100 && kinds.get("accepted")! > 10 && kinds.get("messages")! > 10 &&
        kinds.get("trades")! > 5,
      `${[...kinds]}`,
    );
  },
);

recordedTest("Every book body of the recorded Gate.io session becomes a snapshot", captureFile, async () => {
  const lines = recordedLines(captureFile) as CaptureLine[];
  const bodies = lines.filter(({ url }) => url?.includes("/spot/order_book?")).map(({ data }) =>
    JSON.parse(data!)
  );
  assertStrictEquals(bodies.length, 10);
  for (const body of bodies) {
    const snapshot = await new GateioSpotPublicRest(clientOf(body), new SystemClock()).fetchDepth(
      mexcInstruments()[0]!,
      100,
    );
    assertStrictEquals(snapshot.lastId, body.id);
    assertEquals(levelsOfColumns(snapshot.bids), body.bids.map((level: string[]) => level.map(Number)));
    assertEquals(levelsOfColumns(snapshot.asks), body.asks.map((level: string[]) => level.map(Number)));
  }
});

recordedTest("The recorded Gate.io list of pairs gives the wanted pairs only", captureFile, async () => {
  const lines = recordedLines(captureFile) as CaptureLine[];
  const body = JSON.parse(lines.find(({ url }) => url?.endsWith("/spot/currency_pairs"))!.data!);
  const wanted = [{ base: "NEO", quote: "BTC" }, { base: "INK", quote: "USDT" }, {
    base: "NOSUCH",
    quote: "USDT",
  }];
  const specs = await new GateioSpotPublicRest(clientOf(body), new SystemClock()).fetchInstruments(wanted);
  assertEquals(specs.map(({ exchangeSymbol }) => exchangeSymbol).toSorted(), ["INK_USDT", "NEO_BTC"]);
});

/** Recorded 64-bit numbers are JSON numbers; decoded ones are texts. */
function withTexts(value: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value, (key, each) => {
    return typeof each === "number" && key !== "tradeType" ? String(each) : each;
  }));
}
