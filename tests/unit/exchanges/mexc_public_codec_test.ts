import { assert, assertEquals, assertObjectMatch, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import protobuf from "protobufjs";
import { ProtocolError } from "../../../src/core/errors.ts";
import { MexcPublicCodec } from "../../../src/exchanges/mexc/public_codec.ts";
import { SymbolIndex } from "../../../src/exchanges/symbol_index.ts";
import { contentOf, idsOf, meaning, type TradesContent } from "../../support/codec_content.ts";
import { testInstruments } from "../../support/instruments.ts";
import { mexcByteVectors } from "../../support/mexc_byte_vectors.ts";
import { decodeMexc, decodeUsedMexc, encodeMexc, expectMexc } from "../../support/mexc_protobuf.ts";
import { Mutator } from "../../support/mutation.ts";

const instruments = testInstruments().ofExchange("MEXC_SPOT");
const ids = idsOf(instruments);
const symbols = new SymbolIndex(instruments);
const bitcoin = ids.get("BTCUSDT")!;

function newCodec(): MexcPublicCodec {
  return new MexcPublicCodec(symbols);
}

Deno.test("MexcPublicCodec reads the documented depth frame", () => {
  assertEquals(contentOf(newCodec(), mexcByteVectors.depth.bytes), {
    kind: "depth",
    instrument: bitcoin,
    exchangeTime: 1754741322152,
    firstId: 43296363236,
    lastId: 43296363255,
    full: false,
    depthLimit: 0,
    bids: [[117145.48, 0.5]],
    asks: [[117145.49, 0]],
  });
});

Deno.test("MexcPublicCodec reads the documented book ticker, which has no version", () => {
  assertEquals(contentOf(newCodec(), mexcByteVectors.bookTicker.bytes), {
    kind: "ticker",
    instrument: bitcoin,
    exchangeTime: 1736412092433,
    updateId: 0,
    bidPrice: 93387.28,
    bidQuantity: 3.73485,
    askPrice: 93387.29,
    askQuantity: 7.669875,
  });
});

Deno.test("MexcPublicCodec reads the documented trades, which have no ids", () => {
  assertEquals(contentOf(newCodec(), mexcByteVectors.deals.bytes), {
    kind: "trades",
    trades: [{
      instrument: bitcoin,
      id: "",
      price: 93220,
      quantity: 0.04438243,
      takerSide: "sell",
      internal: false,
      exchangeTime: 1736409765051,
    }],
  });
});

Deno.test("MexcPublicCodec reads trades of today, whose ids are no numbers", () => {
  const deal = { price: "93220.00", quantity: "0.04438243", tradeType: 1, time: "1736409765051" };
  const bytes = encodeMexc({
    channel: "spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT",
    symbol: "BTCUSDT",
    sendTime: "1736409765052",
    publicAggreDeals: {
      deals: [{ ...deal, tradeId: "505979017439002624X1" }, { ...deal, tradeId: "505979017439002624X2" }],
      eventType: "spot@public.aggre.deals.v3.api.pb@100ms",
    },
  });
  const content = contentOf(newCodec(), bytes) as TradesContent;
  assertEquals(content.trades.map(({ id, takerSide }) => [id, takerSide]), [
    ["505979017439002624X1", "buy"],
    ["505979017439002624X2", "buy"],
  ]);
});

Deno.test("MexcPublicCodec reads a candle, whose window is in seconds, and tells when it is over", () => {
  const publicSpotKline = {
    interval: "Min15",
    windowStart: "1736410500",
    openingPrice: "92925",
    closingPrice: "93158.47",
    highestPrice: "93158.47",
    lowestPrice: "92800",
    volume: "36.83803224",
    amount: "3424811.05",
    windowEnd: "1736411400",
  };
  const frame = (createTime: string): Uint8Array =>
    encodeMexc({
      channel: "spot@public.kline.v3.api.pb@BTCUSDT@Min15",
      symbol: "BTCUSDT",
      symbolId: "2fb942154ef44a4ab2ef98c8afb6a4a7",
      createTime,
      publicSpotKline,
    });
  const kline = {
    instrument: bitcoin,
    interval: "15m",
    openTime: 1736410500000,
    closeTime: 1736411400000,
    open: 92925,
    high: 93158.47,
    low: 92800,
    close: 93158.47,
    volume: 36.83803224,
    quoteVolume: 3424811.05,
    closed: false,
  };
  assertEquals(contentOf(newCodec(), frame("1736410707571")), {
    kind: "messages",
    messages: [{ kind: "kline", value: kline }],
  });
  assertEquals(contentOf(newCodec(), frame("1736411400000")), {
    kind: "messages",
    messages: [{ kind: "kline", value: { ...kline, closed: true } }],
  });
});

/** A small ticker with every field. */
const miniTicker = {
  symbol: "BTCUSDT",
  price: "93158.47",
  rate: "0.0123",
  zonedRate: "-0.0045",
  high: "94000",
  low: "91000.5",
  volume: "3424811.05",
  quantity: "36.83803224",
  lastCloseRate: "0.0123",
  lastCloseZonedRate: "-0.0045",
  lastCloseHigh: "94000",
  lastCloseLow: "91000.5",
};

Deno.test("MexcPublicCodec reads small tickers, whose volume is the turnover", () => {
  const value = {
    instrument: bitcoin,
    lastPrice: 93158.47,
    bidPrice: NaN,
    askPrice: NaN,
    bidQuantity: NaN,
    askQuantity: NaN,
    highPrice: 94000,
    lowPrice: 91000.5,
    change: -0.0045,
    volume: 36.83803224,
    quoteVolume: 3424811.05,
    exchangeTime: 1736409765052,
    contract: undefined,
  };
  const one = encodeMexc({
    channel: "spot@public.miniTicker.v3.api.pb@BTCUSDT@24H",
    symbol: "BTCUSDT",
    sendTime: "1736409765052",
    publicMiniTicker: miniTicker,
  });
  const all = encodeMexc({
    channel: "spot@public.miniTickers.v3.api.pb@24H",
    sendTime: "1736409765052",
    publicMiniTickers: { items: [{ ...miniTicker, symbol: "ELSEUSDT" }, miniTicker] },
  });
  for (const bytes of [one, all]) {
    assertEquals(contentOf(newCodec(), bytes), { kind: "messages", messages: [{ kind: "ticker", value }] });
  }
});

Deno.test("MexcPublicCodec takes single book steps of a batch for one change, and refuses a batch with a hole", () => {
  const frame = (versions: readonly string[]): Uint8Array =>
    encodeMexc({
      channel: "spot@public.increase.depth.batch.v3.api.pb@BTCUSDT",
      symbol: "BTCUSDT",
      sendTime: "5",
      publicIncreaseDepthsBatch: {
        items: versions.map((version, i) => ({
          bids: [{ price: "10", quantity: String(i) }],
          eventType: "spot@public.increase.depth.batch.v3.api.pb",
          version,
        })),
        eventType: "spot@public.increase.depth.batch.v3.api.pb",
      },
    });
  assertEquals(contentOf(newCodec(), frame(["7", "8", "9"])), {
    kind: "depth",
    instrument: bitcoin,
    exchangeTime: 5,
    firstId: 7,
    lastId: 9,
    full: false,
    depthLimit: 0,
    bids: [[10, 0], [10, 1], [10, 2]],
    asks: [],
  });
  assertEquals(contentOf(newCodec(), frame(["7", "9"])), { kind: "error" });
  assertEquals(contentOf(newCodec(), frame([])), { kind: "other" });
});

Deno.test("MexcPublicCodec takes the last quote of a batch", () => {
  const quote = { bidPrice: "1", bidQuantity: "2", askPrice: "3", askQuantity: "4" };
  const bytes = encodeMexc({
    channel: "spot@public.bookTicker.batch.v3.api.pb@BTCUSDT",
    symbol: "BTCUSDT",
    sendTime: "5",
    publicBookTickerBatch: { items: [{ ...quote, bidPrice: "0.5" }, quote], version: "77" },
  });
  assertEquals(contentOf(newCodec(), bytes), {
    kind: "ticker",
    instrument: bitcoin,
    exchangeTime: 5,
    updateId: 77,
    bidPrice: 1,
    bidQuantity: 2,
    askPrice: 3,
    askQuantity: 4,
  });
});

for (
  const vector of [
    mexcByteVectors.privateOrder,
    mexcByteVectors.privateDeal,
    mexcByteVectors.privateAccount,
  ]
) {
  Deno.test(`MexcPublicCodec has no use for ${vector.name}`, () => {
    assertEquals(contentOf(newCodec(), vector.bytes), { kind: "other" });
  });
}

Deno.test("MexcPublicCodec reads acknowledgements, refusals and pongs", () => {
  const codec = newCodec();
  const channel = "spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT";
  assertEquals(contentOf(codec, `{"id":7,"code":0,"msg":"${channel}"}`), {
    kind: "accepted",
    id: 7,
    channel,
    message: channel,
  });
  const refusal = `Not Subscribed successfully! [${channel}].  Reason： Blocked! `;
  assertEquals(contentOf(codec, JSON.stringify({ id: 0, code: 0, msg: refusal })), {
    kind: "rejected",
    id: 0,
    channel: refusal,
    message: refusal,
  });
  const late = `{"msg":"${channel}","code":"0","id":"7"}`;
  for (const form of [late, new TextEncoder().encode(late)]) {
    assertObjectMatch(contentOf(codec, form), { kind: "accepted", id: 7, channel });
  }
  assertEquals(contentOf(codec, `{"id":0,"code":0,"msg":"PONG"}`), { kind: "pong" });
  assertStrictEquals(contentOf(codec, `{"id":3,"code":1,"msg":"no"}`).kind, "rejected");
});

Deno.test("MexcPublicCodec refuses texts that are no answers", () => {
  const wrong = [
    "",
    "Invalid listen key",
    "null",
    "1",
    "[]",
    "{}",
    `"PONG"`,
    `{"id":"x","code":0,"msg":"x"}`,
    `{"id":"","code":0,"msg":"x"}`,
    `{"id":1,"msg":"x"}`,
    `{"id":1,"code":0,"msg":null}`,
  ];
  for (const text of wrong) assertThrows(() => newCodec().decodeText(text), ProtocolError, undefined, text);
});

/** A field that is written by hand, so that its order and form are free. */
type Part = (writer: protobuf.Writer) => void;

const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: min, maxLength: max });
const decimal = fc.oneof(
  fc.tuple(digits(1, 9), digits(1, 12)).map(([whole, fraction]) => `${whole}.${fraction}`),
  digits(1, 10),
  fc.constantFrom("0", "0.00000000", "117145.49", "0.0000354", "12345678901234567890.123456789"),
);
const version = fc.integer({ min: 0, max: 99_999_999_999_999 }).map(String);
const symbol = fc.constantFrom("BTCUSDT", "HYPEUSDT", "LUNCUSDT", "BTCUSDC", "BTCUSD", "");
const time = fc.integer({ min: 0, max: 2 ** 48 });

function text(field: number, value: string): Part {
  return (writer) => writer.uint32((field << 3) | 2).string(value);
}

function message(field: number, parts: readonly Part[]): Part {
  return (writer) => {
    writer.uint32((field << 3) | 2).fork();
    for (const part of parts) part(writer);
    writer.ldelim();
  };
}

/** Fields that nobody knows, of every wire type. */
const unknownPart: fc.Arbitrary<Part> = fc.tuple(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 400, max: 5000 }),
  fc.uint8Array({ maxLength: 40 }),
)
  .map(([type, field, bytes]) => (writer) => {
    if (type === 0) writer.uint32(field << 3).uint64(bytes.length * 1e9);
    else if (type === 1) writer.uint32((field << 3) | 1).double(bytes.length);
    else if (type === 2) writer.uint32((field << 3) | 2).bytes(bytes);
    else writer.uint32((field << 3) | 5).fixed32(bytes.length);
  });

/** Some of these parts and some unknown ones, in any order. */
function mixed(parts: readonly fc.Arbitrary<Part>[]): fc.Arbitrary<Part[]> {
  return fc.tuple(
    ...parts.map((part) => fc.option(part, { nil: undefined, freq: 8 })),
    fc.array(unknownPart, { maxLength: 2 }),
  )
    .chain((chosen) => {
      const all = (chosen as (Part | Part[] | undefined)[]).flat().filter((part) => part !== undefined);
      return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
    });
}

const level = mixed([decimal.map((value) => text(1, value)), decimal.map((value) => text(2, value))]);
const levels = (field: number): fc.Arbitrary<Part> =>
  fc.array(level, { maxLength: 6 }).map((all) => (writer) =>
    all.forEach((parts) => message(field, parts)(writer))
  );
const lastOrderTime = (field: number): fc.Arbitrary<Part> =>
  time.map((value) => (writer) => writer.uint32(field << 3).int64(value));
const ticker = mixed([
  ...[1, 2, 3, 4].map((field) => decimal.map((value) => text(field, value))),
  version.map((value) => text(5, value)),
  lastOrderTime(6),
]).map((parts) => message(315, parts));
const aggreDepth = mixed([
  levels(1),
  levels(2),
  fc.constant(text(3, "spot@public.aggre.depth.v3.api.pb@100ms")),
  version.map((value) => text(4, value)),
  version.map((value) => text(5, value)),
  lastOrderTime(6),
]).map((parts) => message(313, parts));
const limitDepth = mixed([
  levels(1),
  levels(2),
  fc.constant(text(3, "x")),
  version.map((value) => text(4, value)),
  lastOrderTime(5),
])
  .map((parts) => message(303, parts));
const deal = mixed([
  decimal.map((value) => text(1, value)),
  decimal.map((value) => text(2, value)),
  fc.constantFrom(1, 2, 1, 2, 3).map((value) => (writer) => writer.uint32(3 << 3).int32(value)),
  time.map((value) => (writer) => writer.uint32(4 << 3).int64(value)),
  fc.string({ unit: fc.constantFrom(..."0123456789X"), maxLength: 60 }).map((value) => text(5, value)),
]);
const deals = fc.tuple(
  fc.constantFrom(314, 301),
  mixed([
    fc.array(deal, { maxLength: 4 }).map((all) => (writer) =>
      all.forEach((parts) => message(1, parts)(writer))
    ),
    fc.constant(text(2, "spot@public.aggre.deals.v3.api.pb@100ms")),
  ]),
).map(([body, parts]) => message(body, parts));
const increase = mixed([
  levels(1),
  levels(2),
  fc.constant(text(3, "x")),
  version.map((value) => text(4, value)),
]);
const increases = increase.map((parts) => message(302, parts));
const increaseBatch = fc.tuple(fc.integer({ min: 1, max: 2 ** 40 }), fc.array(increase, { maxLength: 3 }))
  .map(([first, items]): Part => (writer) => {
    writer.uint32((312 << 3) | 2).fork();
    items.forEach((parts, i) => message(1, [...parts, text(4, String(first + i))])(writer));
    writer.ldelim();
  });
const quote = mixed([1, 2, 3, 4].map((field) => decimal.map((value) => text(field, value))));
const quotes = quote.map((parts) => message(305, parts));
const quoteBatch = mixed([
  fc.array(quote, { maxLength: 3 }).map((all) => (writer) =>
    all.forEach((parts) => message(1, parts)(writer))
  ),
  version.map((value) => text(2, value)),
  lastOrderTime(3),
]).map((parts) => message(311, parts));
const candle = mixed([
  fc.constantFrom("Min1", "Hour4", "Month1", "Min2").map((value) => text(1, value)),
  time.map((value) => (writer) => writer.uint32(2 << 3).int64(value)),
  ...[3, 4, 5, 6, 7, 8].map((field) => decimal.map((value) => text(field, value))),
  time.map((value) => (writer) => writer.uint32(9 << 3).int64(value)),
]).map((parts) => message(308, parts));
const rate = fc.constantFrom("0", "-0.0123", "0.05", "x");
const smallTicker = mixed([
  symbol.map((value) => text(1, value)),
  decimal.map((value) => text(2, value)),
  rate.map((value) => text(4, value)),
  ...[5, 6, 7, 8].map((field) => decimal.map((value) => text(field, value))),
]);
const smallTickers = fc.oneof(
  smallTicker.map((parts) => message(309, parts)),
  fc.array(smallTicker, { maxLength: 3 }).map((all) => message(310, all.map((parts) => message(1, parts)))),
);
const otherBody = fc.constantFrom(message(304, [text(1, "x")]), message(307, [text(1, "USDT")]));
const frame = mixed([
  fc.string({ maxLength: 200 }).map((value) => text(1, value)),
  symbol.map((value) => text(3, value)),
  fc.string().map((value) => text(4, value)),
  time.map((value) => (writer) => writer.uint32(5 << 3).int64(value)),
  time.map((value) => (writer) => writer.uint32(6 << 3).int64(value)),
  fc.oneof(
    { weight: 3, arbitrary: fc.oneof(ticker, aggreDepth, limitDepth, deals) },
    { weight: 2, arbitrary: fc.oneof(increases, increaseBatch, quotes, quoteBatch, candle, smallTickers) },
    otherBody,
  ),
]).map((parts) => {
  const writer = protobuf.Writer.create();
  for (const part of parts) part(writer);
  return writer.finish();
});

Deno.test("MexcPublicCodec reads what protobufjs reads: any order, any unknown or missing field", () => {
  const codec = newCodec();
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(frame, (bytes) => {
      const content = contentOf(codec, bytes);
      assertStrictEquals(meaning(content), meaning(expectMexc(decodeMexc(bytes), ids)));
      kinds.set(content.kind, (kinds.get(content.kind) ?? 0) + 1);
    }),
    { numRuns: 6000 },
  );
  for (const kind of ["ticker", "depth", "trades", "messages", "other", "error"]) {
    assert((kinds.get(kind) ?? 0) > 50, `${kind}: ${kinds.get(kind)}`);
  }
});

Deno.test("MexcPublicCodec reads a book of thousands of levels", () => {
  const side = (from: number): { price: string; quantity: string }[] =>
    Array.from({ length: 2500 }, (_, i) => ({ price: (from + i / 100).toFixed(2), quantity: `${i}.5` }));
  const bytes = encodeMexc({
    channel: "c",
    symbol: "BTCUSDT",
    publicAggreDepths: { bids: side(50), asks: side(900), fromVersion: "1", toVersion: "2" },
  });
  assertStrictEquals(meaning(contentOf(newCodec(), bytes)), meaning(expectMexc(decodeMexc(bytes), ids)));
});

/** Real and usual frames to be damaged. */
const samples: readonly Uint8Array[] = [
  mexcByteVectors.depth.bytes,
  mexcByteVectors.bookTicker.bytes,
  mexcByteVectors.deals.bytes,
  encodeMexc({
    channel: "spot@public.aggre.deals.v3.api.pb@100ms@HYPEUSDT",
    symbol: "HYPEUSDT",
    sendTime: "1780505866508",
    publicAggreDeals: {
      eventType: "spot@public.aggre.deals.v3.api.pb@100ms",
      deals: [
        { price: "72.34", quantity: "1.5", tradeType: 1, time: "1780505866500", tradeId: "123456X1" },
        { price: "72.35", quantity: "20", tradeType: 2, time: "1780505866501", tradeId: "123457X1" },
      ],
    },
  }),
  encodeMexc({
    channel: "spot@public.limit.depth.v3.api.pb@HYPEUSDT@5",
    symbol: "HYPEUSDT",
    sendTime: "1780505866508",
    publicLimitDepths: {
      asks: [{ price: "72.34", quantity: "82.10" }, { price: "72.60", quantity: "0.02" }],
      bids: [{ price: "72.29", quantity: "7.01" }],
      eventType: "spot@public.limit.depth.v3.api.pb",
      version: "1320043373",
      lastOrderCreateTime: "1780505866479",
    },
  }),
  encodeMexc({
    channel: "spot@public.aggre.bookTicker.v3.api.pb@100ms@LUNCUSDT",
    symbol: "LUNCUSDT",
    sendTime: "1780505866106",
    publicAggreBookTicker: {
      bidPrice: "0.0000354",
      bidQuantity: "701.01",
      askPrice: "0.00003541",
      askQuantity: "82.1",
      version: "1320043356",
      lastOrderCreateTime: "1780505866058",
    },
  }),
];

/** Reads a frame with both; protobufjs' refusal is an error. */
function compare(codec: MexcPublicCodec, bytes: Uint8Array): string {
  const content = contentOf(codec, bytes);
  if (content.kind === "error" || content.kind === "other") return content.kind;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  let expected;
  try {
    expected = expectMexc(decodeUsedMexc(bytes), ids);
  } catch (error) {
    throw new Error(`protobufjs refuses ${hex}`, { cause: error });
  }
  assertStrictEquals(meaning(content), meaning(expected), hex);
  return content.kind;
}

Deno.test("MexcPublicCodec never reads a wrong value from a frame that ends too early", () => {
  const codec = newCodec();
  for (const sample of samples) {
    assert(compare(codec, sample) !== "error");
    for (let length = 0; length < sample.length; length++) compare(codec, sample.subarray(0, length));
    // The body is the last field: a frame that ends within it is no frame.
    for (let length = sample.length - 30; length < sample.length; length++) {
      assertStrictEquals(compare(codec, sample.subarray(0, length)), "error");
    }
  }
});

Deno.test("MexcPublicCodec does not look behind the end of a frame that is part of a larger buffer", () => {
  const codec = newCodec();
  for (const sample of samples) {
    const buffer = new Uint8Array(sample.length * 2);
    buffer.set(sample);
    buffer.set(sample, sample.length);
    for (let length = 0; length <= sample.length; length++) {
      assertStrictEquals(
        meaning(contentOf(codec, buffer.subarray(0, length))),
        meaning(contentOf(codec, sample.slice(0, length))),
      );
    }
  }
});

Deno.test("MexcPublicCodec reads of 20,000 damaged frames what protobufjs reads, or refuses them", () => {
  const codec = newCodec();
  const mutator = new Mutator(20_251);
  const kinds = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    const bytes = Uint8Array.from(mutator.damage([...mutator.pick(samples)], () => mutator.below(256)));
    const kind = compare(codec, bytes);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  for (const kind of ["ticker", "depth", "trades", "other", "error"]) {
    assert((kinds.get(kind) ?? 0) > 500, `${kind}: ${kinds.get(kind)}`);
  }
});

Deno.test("MexcPublicCodec reads or refuses any bytes and any text, and raises nothing but ProtocolError", () => {
  const codec = newCodec();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void contentOf(codec, bytes)), {
    numRuns: 3000,
  });
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (each) => void contentOf(codec, each)), {
    numRuns: 1000,
  });
});

Deno.test("MexcPublicCodec reads a good frame right after a bad one", () => {
  const codec = newCodec();
  const mutator = new Mutator(7);
  const expected = samples.map((sample) => meaning(contentOf(newCodec(), sample)));
  for (let i = 0; i < 2000; i++) {
    contentOf(codec, Uint8Array.from(mutator.damage([...mutator.pick(samples)], () => mutator.below(256))));
    const good = mutator.below(samples.length);
    assertStrictEquals(meaning(contentOf(codec, samples[good]!)), expected[good]);
  }
});

Deno.test("MexcPublicCodec refuses a frame with two bodies, which protobuf would merge", () => {
  const depth = mexcByteVectors.depth.bytes;
  const bodyAt = depth.findIndex((byte, i) => byte === 0xca && depth[i + 1] === 0x13);
  const twice = Uint8Array.of(...depth, ...depth.subarray(bodyAt));
  assertEquals(contentOf(newCodec(), depth).kind, "depth");
  assertEquals(contentOf(newCodec(), twice), { kind: "error" });
});

Deno.test("MexcPublicCodec refuses tags and lengths of more than five bytes, as protobufjs does", () => {
  const unknown = (tag: readonly number[], length: readonly number[]): Uint8Array =>
    Uint8Array.of(...mexcByteVectors.depth.bytes, ...tag, ...length, 1);
  assertEquals(
    contentOf(newCodec(), unknown([0x92, 0x80, 0x80, 0x80, 0], [0x81, 0x80, 0x80, 0x80, 0])).kind,
    "depth",
  );
  for (
    const bytes of [
      unknown([0x92, 0x80, 0x80, 0x80, 0x80, 0], [1]),
      unknown([0x92, 0x03], [0x81, 0x80, 0x80, 0x80, 0x80, 0]),
    ]
  ) {
    assertThrows(() => decodeMexc(bytes));
    assertEquals(contentOf(newCodec(), bytes), { kind: "error" });
  }
});

Deno.test("MexcPublicCodec reads a level whose tag is written in more bytes than needed, as protobufjs does", () => {
  const level = [0x0a, 2, 0x35, 0x30, 0x12, 1, 0x31];
  const text = (
    tag: number,
    value: string,
  ): number[] => [tag, value.length, ...new TextEncoder().encode(value)];
  const fields = [0x8a, 0x80, 0x80, 0x00, level.length, ...level, ...text(0x22, "7"), ...text(0x2a, "8")];
  const bytes = Uint8Array.of(...text(0x1a, "BTCUSDT"), 0xca, 0x13, fields.length, ...fields);
  const content = contentOf(newCodec(), bytes);
  assertStrictEquals(meaning(content), meaning(expectMexc(decodeMexc(bytes), ids)));
  assertEquals(content.kind === "depth" && content.asks, [[50, 1]]);
});
