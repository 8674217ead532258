import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../../src/core/errors.ts";
import type { MarketKind } from "../../../src/core/exchange.ts";
import { GateioPublicCodec } from "../../../src/exchanges/gateio/public_codec.ts";
import { SymbolIndex } from "../../../src/exchanges/symbol_index.ts";
import {
  contentOf,
  type DepthContent,
  type Expectation,
  idsOf,
  meaning,
  type ReplyContent,
} from "../../support/codec_content.ts";
import { expectGateio, futuresFrames, spotFrames } from "../../support/gateio_frames.ts";
import { testInstruments } from "../../support/instruments.ts";
import { Mutator } from "../../support/mutation.ts";

const markets = ["spot", "perpetual"] as const;
const instruments = {
  spot: testInstruments().ofExchange("GATEIO_SPOT"),
  perpetual: testInstruments().ofExchange("GATEIO_FUTURES"),
};
const ids = { spot: idsOf(instruments.spot), perpetual: idsOf(instruments.perpetual) };
const frames: Readonly<Record<MarketKind, readonly string[]>> = {
  spot: Object.values(spotFrames),
  perpetual: Object.values(futuresFrames),
};

function newCodec(market: MarketKind): GateioPublicCodec {
  return new GateioPublicCodec(new SymbolIndex(instruments[market]), market);
}

Deno.test("GateioPublicCodec reads the documented spot book update", () => {
  assertEquals(contentOf(newCodec("spot"), spotFrames.bookUpdate), {
    kind: "depth",
    instrument: ids.spot.get("BTC_USDT")!,
    exchangeTime: 1606294781123,
    firstId: 48776301,
    lastId: 48776306,
    full: false,
    depthLimit: 100,
    bids: [[19137.74, 0.0001], [19088.37, 0]],
    asks: [[19137.75, 0.6135]],
  });
});

Deno.test("GateioPublicCodec reads the documented futures book update, whose levels are objects", () => {
  assertEquals(contentOf(newCodec("perpetual"), futuresFrames.bookUpdate), {
    kind: "depth",
    instrument: ids.perpetual.get("BTC_USDT")!,
    exchangeTime: 1786540562811,
    firstId: 121506953481,
    lastId: 121506953514,
    full: false,
    depthLimit: 100,
    bids: [[64013, 33565]],
    asks: [[64013.1, 33783], [64018, 0]],
  });
});

Deno.test("GateioPublicCodec reads the documented book tickers", () => {
  assertEquals(contentOf(newCodec("spot"), spotFrames.bookTicker), {
    kind: "ticker",
    instrument: ids.spot.get("BTC_USDT")!,
    exchangeTime: 1671363004228,
    updateId: 9793320464,
    bidPrice: 16716.8,
    bidQuantity: 0.0134,
    askPrice: 16716.9,
    askQuantity: 0.0353,
  });
  assertEquals(contentOf(newCodec("perpetual"), futuresFrames.oneSidedTicker), {
    kind: "ticker",
    instrument: ids.perpetual.get("BTC_USDT")!,
    exchangeTime: 1615366379123,
    updateId: 2517661077,
    bidPrice: 54696.6,
    bidQuantity: 37000,
    askPrice: NaN,
    askQuantity: 0,
  });
});

Deno.test("GateioPublicCodec reads the documented trades: a side on spot, a signed size on futures", () => {
  const spot = ids.spot.get("BTC_USDT")!;
  const perpetual = ids.perpetual.get("BTC_USDT")!;
  const trade = {
    instrument: perpetual,
    price: 63994.5,
    quantity: 2,
    internal: false,
    exchangeTime: 1786540580715,
  };
  assertEquals(contentOf(newCodec("spot"), spotFrames.trade), {
    kind: "trades",
    trades: [{
      instrument: spot,
      id: "214976613",
      price: 64028.2,
      quantity: 0.0803,
      takerSide: "buy",
      internal: false,
      exchangeTime: 1786539952742.901,
    }],
  });
  assertEquals(contentOf(newCodec("perpetual"), futuresFrames.trades), {
    kind: "trades",
    trades: [
      { ...trade, id: "807645690", takerSide: "buy" },
      { ...trade, id: "807645691", takerSide: "sell", price: 63994.4, quantity: 7, internal: true },
    ],
  });
});

Deno.test("GateioPublicCodec refuses a trade without side, price or size", () => {
  for (const part of ['"side":"buy"', '"price":"64028.2"', '"amount":"0.0803"']) {
    const text = spotFrames.trade.replace(part, '"nothing":1');
    assertStrictEquals(contentOf(newCodec("spot"), text).kind, "error", part);
  }
  for (const size of ["0", '""', '"x"', "null"]) {
    const text = futuresFrames.trades.replace('"size":2', `"size":${size}`);
    assertStrictEquals(contentOf(newCodec("perpetual"), text).kind, "error", size);
  }
});

Deno.test("GateioPublicCodec reads the documented tickers", () => {
  const ticker = { bidQuantity: NaN, askQuantity: NaN, highPrice: 65000, lowPrice: 63000 };
  assertEquals(contentOf(newCodec("spot"), spotFrames.ticker), {
    kind: "messages",
    messages: [{
      kind: "ticker",
      value: {
        ...ticker,
        instrument: ids.spot.get("BTC_USDT")!,
        lastPrice: 64028.2,
        bidPrice: 64028.2,
        askPrice: 64028.3,
        change: 0.01618,
        volume: 4643.1,
        quoteVolume: 297000000.4,
        exchangeTime: 1786539970435,
        contract: undefined,
      },
    }],
  });
  assertEquals(contentOf(newCodec("perpetual"), futuresFrames.ticker), {
    kind: "messages",
    messages: [{
      kind: "ticker",
      value: {
        ...ticker,
        instrument: ids.perpetual.get("BTC_USDT")!,
        lastPrice: 63994.5,
        bidPrice: NaN,
        askPrice: NaN,
        change: -0.004,
        volume: 184040233,
        quoteVolume: 1184040233,
        exchangeTime: 1786540580090,
        contract: {
          markPrice: 63994.6,
          indexPrice: 64020.1,
          fundingRate: 0.000031,
          nextFunding: 1786550400000,
          fundingInterval: 28_800_000,
          openInterest: 783779,
        },
      },
    }],
  });
});

Deno.test("GateioPublicCodec reads the documented candles, whose letters differ between the markets", () => {
  assertEquals(contentOf(newCodec("spot"), spotFrames.candle), {
    kind: "messages",
    messages: [{
      kind: "kline",
      value: {
        instrument: ids.spot.get("BTC_USDT")!,
        interval: "1m",
        openTime: 1786539960000,
        closeTime: 1786540020000,
        open: 64035.1,
        high: 64044,
        low: 64026.5,
        close: 64044,
        volume: 1.888203,
        quoteVolume: 120920.0651408,
        closed: false,
      },
    }],
  });
  assertEquals(contentOf(newCodec("perpetual"), futuresFrames.candle), {
    kind: "messages",
    messages: [{
      kind: "kline",
      value: {
        instrument: ids.perpetual.get("BTC_USDT")!,
        interval: "1m",
        openTime: 1786540560000,
        closeTime: 1786540620000,
        open: 64007.3,
        high: 64015.8,
        low: 63968.2,
        close: 63968.3,
        volume: 106665,
        quoteVolume: 682624.39971,
        closed: false,
      },
    }],
  });
});

Deno.test("GateioPublicCodec reads the documented liquidation and statistics", () => {
  assertEquals(contentOf(newCodec("perpetual"), futuresFrames.liquidation), {
    kind: "messages",
    messages: [{
      kind: "liquidation",
      value: {
        instrument: ids.perpetual.get("BTC_USDT")!,
        position: "long",
        size: 124,
        price: 63900.1,
        exchangeTime: 1786540600120,
      },
    }],
  });
  assertEquals(contentOf(newCodec("perpetual"), futuresFrames.statistics), {
    kind: "messages",
    messages: [{
      kind: "contractStats",
      value: {
        instrument: ids.perpetual.get("BTC_USDT")!,
        time: 1742812860000,
        markPrice: 87746.16,
        openInterest: 22883730,
        openInterestUsd: 22883730,
        longLiquidated: 0,
        longLiquidatedUsd: 0,
        shortLiquidated: 0,
        shortLiquidatedUsd: 0,
        takerRatio: 0,
        accountRatio: 1.97,
        topAccountRatio: 1.19,
        topSizeRatio: 0.83,
      },
    }],
  });
});

Deno.test("GateioPublicCodec reads order book V2, whose first frame is the whole book", () => {
  const book = { kind: "depth" as const, instrument: ids.spot.get("BTC_USDT")!, depthLimit: 50 };
  assertEquals(contentOf(newCodec("spot"), spotFrames.obuFull), {
    ...book,
    exchangeTime: 1786541318124,
    firstId: 39106162812,
    lastId: 39106162812,
    full: true,
    bids: [[63915.2, 0.011845]],
    asks: [[63915.3, 0.375206]],
  });
  assertEquals(contentOf(newCodec("spot"), spotFrames.obuDelta), {
    ...book,
    exchangeTime: 1786541318151,
    firstId: 39106162813,
    lastId: 39106162816,
    full: false,
    bids: [[63915.2, 0.022796]],
    asks: [],
  });
});

Deno.test("GateioPublicCodec takes the notice of an upgrade for the end of the connection", () => {
  assertEquals(contentOf(newCodec("perpetual"), futuresFrames.upgradeNotice), { kind: "closing" });
});

Deno.test("GateioPublicCodec refuses rows of slow channels that are not as the protocol has them", () => {
  const wrong: readonly [MarketKind, string, string, string][] = [
    ["spot", spotFrames.ticker, '"last":"64028.2"', '"last":null'],
    ["spot", spotFrames.candle, '"n":"1m_BTC_USDT"', '"n":"2m_BTC_USDT"'],
    ["spot", spotFrames.candle, '"c":"64044"', '"c":"x"'],
    ["perpetual", futuresFrames.ticker, '"mark_price":"63994.6",', ""],
    ["perpetual", futuresFrames.liquidation, '"size":-124', '"size":"many"'],
    ["perpetual", futuresFrames.statistics, '"open_interest":22883730,', ""],
  ];
  for (const [market, text, part, changed] of wrong) {
    assertStrictEquals(contentOf(newCodec(market), text.replace(part, changed)).kind, "error", part);
  }
});

Deno.test("GateioPublicCodec takes a full frame, which has no first id, for a whole book", () => {
  const content = contentOf(newCodec("perpetual"), futuresFrames.fullBookUpdate) as DepthContent;
  assertEquals([content.full, content.firstId, content.lastId], [true, 121506953514, 121506953514]);
});

Deno.test("GateioPublicCodec reads acknowledgements and refusals with the number of their request", () => {
  assertEquals(contentOf(newCodec("spot"), spotFrames.accepted), {
    kind: "accepted",
    id: 1,
    channel: "spot.order_book_update",
    message: "",
  });
  assertEquals(contentOf(newCodec("spot"), spotFrames.rejected), {
    kind: "rejected",
    id: 4,
    channel: "spot.book_ticker",
    message: "unknown currency pair: NOSUCH_USDT",
  });
  // As it was in 2021.
  const old =
    '{"time":1619093532,"channel":"spot.order_book_update","event":"subscribe","result":{"status":"success"}}';
  assertStrictEquals(contentOf(newCodec("spot"), old).kind, "accepted");
  const escaped = spotFrames.rejected.replace("unknown currency", 'unknown \\"currency\\" \\u00e9');
  const content = contentOf(newCodec("spot"), escaped) as ReplyContent;
  assertStrictEquals(content.message, 'unknown "currency" é pair: NOSUCH_USDT');
});

Deno.test("GateioPublicCodec refuses a level without price or size", () => {
  for (
    const level of [
      "[]",
      '[]"1","2"]',
      '["1"]',
      '["1"]"2"]',
      '["","2"]',
      '["1",""]',
      '["0","1"]',
      '["-1","1"]',
      '["1","-1"]',
      "{}",
      '{"p":"1"}',
      "1",
      "null",
    ]
  ) {
    const text = spotFrames.bookUpdate.replace('["19088.37","0"]', level);
    assertStrictEquals(contentOf(newCodec("spot"), text).kind, "error", level);
  }
});

Deno.test("GateioPublicCodec refuses binary frames", () => {
  assertThrows(() => newCodec("spot").decodeBinary(new Uint8Array(3)), ProtocolError);
});

for (const market of markets) {
  Deno.test(`GateioPublicCodec of the ${market} market reads each usual frame as JSON.parse does`, () => {
    const codec = newCodec(market);
    for (const text of [...frames.spot, ...frames.perpetual]) {
      assertStrictEquals(
        meaning(contentOf(codec, text)),
        meaning(expectGateio(text, market, ids[market])),
        text,
      );
    }
  });

  Deno.test(`GateioPublicCodec of the ${market} market refuses each usual frame that is cut anywhere`, () => {
    const codec = newCodec(market);
    for (const text of [...frames.spot, ...frames.perpetual]) {
      for (let length = 0; length < text.length; length++) {
        assertStrictEquals(contentOf(codec, text.slice(0, length)).kind, "error", text.slice(0, length));
      }
    }
  });
}

// Frames of any look: fields in any order, unknown fields, white space, numbers in quotes or bare.

type Json = null | boolean | number | string | RawNumber | Json[] | [string, Json][] & { object?: true };

/** A number that is written exactly so. */
class RawNumber {
  constructor(readonly text: string) {}
}

/** An object is a list of its members, so that their order is free. */
function object(members: [string, Json][]): Json {
  return Object.assign(members, { object: true as const });
}

const blank = fc.string({ unit: fc.constantFrom(" ", "\t", "\n", "\r"), maxLength: 2 });

/** Writes a value with these blanks between its tokens. */
function write(value: Json, blanks: readonly string[]): string {
  let next = 0;
  const gap = (): string => blanks.length === 0 ? "" : blanks[next++ % blanks.length]!;
  const render = (each: Json): string => {
    if (each instanceof RawNumber) return each.text;
    if (!Array.isArray(each)) return JSON.stringify(each);
    const isObject = "object" in each;
    const parts = isObject
      ? (each as [string, Json][]).map(([key, member]) =>
        `${gap()}${JSON.stringify(key)}${gap()}:${gap()}${render(member)}${gap()}`
      )
      : (each as Json[]).map((element) => `${gap()}${render(element)}${gap()}`);
    const inside = parts.length === 0 ? gap() : parts.join(",");
    return isObject ? `{${inside}}` : `[${inside}]`;
  };
  return gap() + render(value) + gap();
}

const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: min, maxLength: max });
const plainNumber = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 999_999_999 }), digits(1, 12)).map(([whole, part]) =>
    `${whole}.${part}`
  ),
  fc.integer({ min: 0, max: 2 ** 40 }).map(String),
  fc.constantFrom(
    "0",
    "0.5",
    "16716.8",
    "0.0000354",
    "1e-7",
    "2E+3",
    "1.5e3",
    "12345678901234567890.5",
    "0e0",
  ),
);
const quotedOrBare = plainNumber.chain((text) => fc.constantFrom<Json>(text, new RawNumber(text)));
const wholeNumber = fc.integer({ min: 0, max: 2 ** 50 }).map(String).chain((text) =>
  fc.constantFrom<Json>(text, new RawNumber(text))
);
const anything: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 3 }).map((value) => fromPlain(value));
const unknownMember = fc.tuple(fc.string({ minLength: 2, maxLength: 8 }).map((key) => `x${key}`), anything);

function fromPlain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== "object" || value === null) {
    // -0 is written as 0.
    return value as Json;
  }
  return object(Object.entries(value).map(([key, member]) => [key, fromPlain(member)]));
}

/** Members of an object, each there or not, with unknown ones, in any order. */
function members(known: Readonly<Record<string, fc.Arbitrary<Json>>>, certain = 8): fc.Arbitrary<Json> {
  const parts = Object.entries(known).map(([key, value]) =>
    fc.option(value.map((each): [string, Json] => [key, each]), { nil: undefined, freq: certain })
  );
  return fc.tuple(
    fc.tuple(...parts),
    fc.uniqueArray(unknownMember, { maxLength: 3, selector: ([key]) => key }),
  )
    .chain(([chosen, unknown]) => {
      const all = [...chosen.filter((part) => part !== undefined), ...unknown];
      return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
    }).map((all) => object(all as [string, Json][]));
}

const symbol = fc.constantFrom("BTC_USDT", "HYPE_USDT", "LUNC_USDT", "NOSUCH_USDT");
const levelPair = fc.tuple(quotedOrBare, quotedOrBare, fc.array(anything, { maxLength: 1 }))
  .map(([price, size, rest]): Json => [price, size, ...rest]);
const levels = fc.array(fc.oneof(levelPair, members({ p: quotedOrBare, s: quotedOrBare }, 30)), {
  maxLength: 5,
});
const tickerResult = members({
  t: wholeNumber,
  u: wholeNumber,
  s: symbol,
  b: fc.oneof(fc.constant(""), quotedOrBare),
  B: quotedOrBare,
  a: quotedOrBare,
  A: quotedOrBare,
}, 12);
const versions = fc.tuple(fc.integer({ min: 1, max: 2 ** 45 }), fc.nat(500));
const depthResult = versions.chain(([first, more]) =>
  members({
    t: wholeNumber,
    e: fc.constant("depthUpdate"),
    E: wholeNumber,
    s: symbol,
    U: fc.constantFrom<Json>(first, String(first)),
    u: fc.constantFrom<Json>(first + more, String(first + more)),
    l: fc.constantFrom<Json>("100", 20),
    full: fc.boolean(),
    b: fc.oneof(levels as fc.Arbitrary<Json>, fc.constant(null)),
    a: levels as fc.Arbitrary<Json>,
  }, 16)
);
const positive = fc.integer({ min: 1, max: 999_999 }).map((n) => String(n / 100));
const tradeOf = (market: MarketKind): fc.Arbitrary<Json> =>
  market === "spot"
    ? members({
      id: wholeNumber,
      create_time_ms: plainNumber,
      currency_pair: symbol,
      side: fc.constantFrom("buy", "sell", "sell", "none"),
      amount: positive,
      price: quotedOrBare,
    }, 30)
    : members({
      id: wholeNumber,
      size: fc.integer({ min: -500, max: 500 }).chain((size) => fc.constantFrom<Json>(size, String(size))),
      create_time_ms: wholeNumber,
      contract: symbol,
      price: positive,
      is_internal: fc.boolean(),
    }, 40);
const tradesOf = (market: MarketKind): fc.Arbitrary<Json> =>
  fc.oneof(tradeOf(market), fc.array(tradeOf(market), { maxLength: 4 }) as fc.Arbitrary<Json>);
const streamResult = versions.chain(([first, more]) =>
  members({
    t: wholeNumber,
    s: fc.tuple(symbol, fc.constantFrom(".50", ".400", "", ".x")).map(([name, levels]) =>
      `ob.${name}${levels}`
    ),
    U: fc.constant<Json>(first),
    u: fc.constant<Json>(first + more),
    full: fc.boolean(),
    b: levels as fc.Arbitrary<Json>,
    a: levels as fc.Arbitrary<Json>,
  }, 16)
);
const replyResult = fc.oneof(members({ status: fc.constantFrom("success", "fail") }), fc.constant(null));
const replyError = fc.oneof(fc.constant(null), members({ code: fc.constant(2), message: fc.string() }));

function envelope(
  prefix: string,
  channel: string,
  event: string,
  more: Readonly<Record<string, fc.Arbitrary<Json>>>,
): fc.Arbitrary<Json> {
  return members({
    time: wholeNumber,
    time_ms: wholeNumber,
    channel: fc.constant(`${prefix}.${channel}`),
    event: fc.constant(event),
    conn_id: fc.string(),
    ...more,
  }, 30);
}

function frameOf(market: MarketKind): fc.Arbitrary<string> {
  const prefix = market === "spot" ? "spot" : "futures";
  const value = fc.oneof(
    { weight: 4, arbitrary: envelope(prefix, "book_ticker", "update", { result: tickerResult }) },
    { weight: 6, arbitrary: envelope(prefix, "order_book_update", "update", { result: depthResult }) },
    {
      weight: 2,
      arbitrary: envelope(prefix, "order_book_update", "subscribe", {
        id: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        payload: anything,
        error: replyError,
        result: replyResult,
      }),
    },
    {
      weight: 1,
      arbitrary: envelope(prefix, "pong", "", { error: fc.constant(null), result: fc.constant(null) }),
    },
    { weight: 3, arbitrary: envelope(prefix, "trades", "update", { result: tradesOf(market) }) },
    { weight: 2, arbitrary: envelope(prefix, "obu", "update", { result: streamResult }) },
    { weight: 1, arbitrary: envelope(prefix, "trades_v2", "update", { result: anything }) },
    {
      weight: 1,
      arbitrary: envelope(prefix === "spot" ? "futures" : "spot", "book_ticker", "update", {
        result: tickerResult,
      }),
    },
  );
  return fc.tuple(value, fc.oneof(fc.constant([]), fc.array(blank, { minLength: 1, maxLength: 9 })))
    .map(([each, blanks]) => write(each, blanks));
}

/** @throws when it is no JSON, with the text. */
function expectationOf(text: string, market: MarketKind): Expectation {
  try {
    return expectGateio(text, market, ids[market]);
  } catch (error) {
    throw new Error(`JSON.parse refuses ${text}`, { cause: error });
  }
}

/** The name of a channel in a reply goes to the log only, and there an escape sequence stays as it was written. */
function plainlyNamed(content: Expectation): Expectation {
  if (content.kind !== "accepted" && content.kind !== "rejected") return content;
  return /^[a-z_.]*$/.test(content.channel) ? content : { ...content, channel: "not a plain name" };
}

for (const market of markets) {
  Deno.test(`GateioPublicCodec of the ${market} market reads what JSON.parse reads, whatever the frame looks like`, () => {
    const codec = newCodec(market);
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(frameOf(market), (text) => {
        const content = contentOf(codec, text);
        assertStrictEquals(meaning(content), meaning(expectGateio(text, market, ids[market])), text);
        kinds.set(content.kind, (kinds.get(content.kind) ?? 0) + 1);
      }),
      { numRuns: 5000 },
    );
    for (const kind of ["ticker", "depth", "trades", "accepted", "rejected", "pong", "other", "error"]) {
      assert((kinds.get(kind) ?? 0) > 20, `${kind}: ${kinds.get(kind)}`);
    }
  });

  Deno.test(`GateioPublicCodec of the ${market} market refuses whatever frame is cut anywhere`, () => {
    const codec = newCodec(market);
    fc.assert(
      fc.property(frameOf(market), (text) => {
        const end = text.trimEnd().length;
        for (let length = 0; length < end; length += 1 + (length % 5)) {
          assertStrictEquals(contentOf(codec, text.slice(0, length)).kind, "error");
        }
      }),
      { numRuns: 200 },
    );
  });

  Deno.test(`GateioPublicCodec of the ${market} market reads of 20,000 damaged frames what JSON.parse reads, or refuses them`, () => {
    const codec = newCodec(market);
    const mutator = new Mutator(market === "spot" ? 20_261 : 20_262);
    const kinds = new Map<string, number>();
    const odd = [...'{}[]",:\\.-+eE0129btfnu \n\0\x1fé€😀'];
    for (let i = 0; i < 20_000; i++) {
      const text = mutator.damage([...mutator.pick(frames[market])], () => mutator.pick(odd)).join("");
      const content = contentOf(codec, text);
      kinds.set(content.kind, (kinds.get(content.kind) ?? 0) + 1);
      if (content.kind === "error") continue;
      const expected = expectationOf(text, market);
      assertStrictEquals(meaning(plainlyNamed(content)), meaning(plainlyNamed(expected)), text);
    }
    for (const kind of ["ticker", "depth", "trades", "messages", "accepted", "other", "error"]) {
      assert((kinds.get(kind) ?? 0) > 100, `${kind}: ${kinds.get(kind)}`);
    }
  });
}

Deno.test("GateioPublicCodec reads or refuses any text, and raises nothing but ProtocolError", () => {
  const codec = newCodec("spot");
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => void contentOf(codec, text)),
    { numRuns: 3000 },
  );
});

Deno.test("GateioPublicCodec refuses a text that is nested without end", () => {
  for (
    const open of [
      "[",
      '{"a":',
      '{"result":',
      '{"channel":"spot.order_book_update","event":"update","result":{"b":[[',
    ]
  ) {
    assertStrictEquals(contentOf(newCodec("spot"), open.repeat(200_000)).kind, "error");
  }
});

Deno.test("GateioPublicCodec reads a good frame right after a bad one", () => {
  const codec = newCodec("spot");
  const mutator = new Mutator(9);
  const expected = frames.spot.map((text) => meaning(contentOf(newCodec("spot"), text)));
  for (let i = 0; i < 2000; i++) {
    contentOf(
      codec,
      mutator.damage([...mutator.pick(frames.spot)], () => mutator.pick([...'{}[]",:0'])).join(""),
    );
    const good = mutator.below(frames.spot.length);
    assertStrictEquals(meaning(contentOf(codec, frames.spot[good]!)), expected[good]);
  }
});

Deno.test("GateioPublicCodec reads a frame that is longer than any before", () => {
  const codec = newCodec("spot");
  for (const count of [10, 1000, 100, 20_000]) {
    const side = Array.from({ length: count }, (_, i) => `["${(i + 1) / 10}","${i}"]`).join(",");
    const text = spotFrames.bookUpdate.replace(/"b":.*/, `"b":[${side}],"a":[]}}`);
    assertStrictEquals(meaning(contentOf(codec, text)), meaning(expectGateio(text, "spot", ids.spot)));
  }
});

Deno.test("GateioPublicCodec refuses prices and sizes that are negative or beyond a double", () => {
  const ticker = (price: string): string =>
    `{"channel":"spot.book_ticker","event":"update","result":{"s":"BTC_USDT","b":"${price}","B":"1","a":"2","A":"1"}}`;
  const depth = (price: string, size: string): string =>
    `{"channel":"spot.order_book_update","event":"update","result":{"s":"BTC_USDT","U":1,"u":2,"b":[["${price}","${size}"]]}}`;
  const codec = newCodec("spot");
  assertStrictEquals(codec.decodeText(ticker("1")), "ticker");
  assertStrictEquals(codec.decodeText(depth("1", "1")), "depth");
  for (
    const text of [ticker("-1"), ticker("1e400"), depth("1e400", "1"), depth("-1", "1"), depth("1", "-1")]
  ) {
    assertThrows(() => codec.decodeText(text), ProtocolError);
  }
});
