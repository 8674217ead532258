import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import protobuf from "protobufjs";
import { protoFiles } from "../../proto/mod.ts";
import { mexcByteVectors } from "../support/mexc_byte_vectors.ts";

/** The published schema, field by field: number, name, presence, type. */
const schema: Readonly<Record<string, readonly string[]>> = {
  PrivateAccountV3Api: [
    "1 vcoinName: string",
    "2 coinId: string",
    "3 balanceAmount: string",
    "4 balanceAmountChange: string",
    "5 frozenAmount: string",
    "6 frozenAmountChange: string",
    "7 type: string",
    "8 time: int64",
  ],
  PrivateDealsV3Api: [
    "1 price: string",
    "2 quantity: string",
    "3 amount: string",
    "4 tradeType: int32",
    "5 isMaker: bool",
    "6 isSelfTrade: bool",
    "7 tradeId: string",
    "8 clientOrderId: string",
    "9 orderId: string",
    "10 feeAmount: string",
    "11 feeCurrency: string",
    "12 time: int64",
  ],
  PrivateOrdersV3Api: [
    "1 id: string",
    "2 clientId: string",
    "3 price: string",
    "4 quantity: string",
    "5 amount: string",
    "6 avgPrice: string",
    "7 orderType: int32",
    "8 tradeType: int32",
    "9 isMaker: bool",
    "10 remainAmount: string",
    "11 remainQuantity: string",
    "12 lastDealQuantity: optional string",
    "13 cumulativeQuantity: string",
    "14 cumulativeAmount: string",
    "15 status: int32",
    "16 createTime: int64",
    "17 market: optional string",
    "18 triggerType: optional int32",
    "19 triggerPrice: optional string",
    "20 state: optional int32",
    "21 ocoId: optional string",
    "22 routeFactor: optional string",
    "23 symbolId: optional string",
    "24 marketId: optional string",
    "25 marketCurrencyId: optional string",
    "26 currencyId: optional string",
  ],
  PublicAggreBookTickerV3Api: [
    "1 bidPrice: string",
    "2 bidQuantity: string",
    "3 askPrice: string",
    "4 askQuantity: string",
    "5 version: string",
    "6 lastOrderCreateTime: int64",
  ],
  PublicAggreDealsV3Api: [
    "1 deals: repeated PublicAggreDealsV3ApiItem",
    "2 eventType: string",
  ],
  PublicAggreDealsV3ApiItem: [
    "1 price: string",
    "2 quantity: string",
    "3 tradeType: int32",
    "4 time: int64",
    "5 tradeId: string",
  ],
  PublicAggreDepthV3ApiItem: [
    "1 price: string",
    "2 quantity: string",
  ],
  PublicAggreDepthsV3Api: [
    "1 asks: repeated PublicAggreDepthV3ApiItem",
    "2 bids: repeated PublicAggreDepthV3ApiItem",
    "3 eventType: string",
    "4 fromVersion: string",
    "5 toVersion: string",
    "6 lastOrderCreateTime: int64",
  ],
  PublicBookTickerBatchV3Api: [
    "1 items: repeated PublicBookTickerV3Api",
    "2 version: string",
    "3 lastOrderCreateTime: int64",
  ],
  PublicBookTickerV3Api: [
    "1 bidPrice: string",
    "2 bidQuantity: string",
    "3 askPrice: string",
    "4 askQuantity: string",
  ],
  PublicDealsV3Api: [
    "1 deals: repeated PublicDealsV3ApiItem",
    "2 eventType: string",
  ],
  PublicDealsV3ApiItem: [
    "1 price: string",
    "2 quantity: string",
    "3 tradeType: int32",
    "4 time: int64",
  ],
  PublicIncreaseDepthV3ApiItem: [
    "1 price: string",
    "2 quantity: string",
  ],
  PublicIncreaseDepthsBatchV3Api: [
    "1 items: repeated PublicIncreaseDepthsV3Api",
    "2 eventType: string",
  ],
  PublicIncreaseDepthsV3Api: [
    "1 asks: repeated PublicIncreaseDepthV3ApiItem",
    "2 bids: repeated PublicIncreaseDepthV3ApiItem",
    "3 eventType: string",
    "4 version: string",
  ],
  PublicLimitDepthV3ApiItem: [
    "1 price: string",
    "2 quantity: string",
  ],
  PublicLimitDepthsV3Api: [
    "1 asks: repeated PublicLimitDepthV3ApiItem",
    "2 bids: repeated PublicLimitDepthV3ApiItem",
    "3 eventType: string",
    "4 version: string",
    "5 lastOrderCreateTime: int64",
  ],
  PublicMiniTickerV3Api: [
    "1 symbol: string",
    "2 price: string",
    "3 rate: string",
    "4 zonedRate: string",
    "5 high: string",
    "6 low: string",
    "7 volume: string",
    "8 quantity: string",
    "9 lastCloseRate: string",
    "10 lastCloseZonedRate: string",
    "11 lastCloseHigh: string",
    "12 lastCloseLow: string",
  ],
  PublicMiniTickersV3Api: [
    "1 items: repeated PublicMiniTickerV3Api",
  ],
  PublicSpotKlineV3Api: [
    "1 interval: string",
    "2 windowStart: int64",
    "3 openingPrice: string",
    "4 closingPrice: string",
    "5 highestPrice: string",
    "6 lowestPrice: string",
    "7 volume: string",
    "8 amount: string",
    "9 windowEnd: int64",
  ],
  PushDataV3ApiWrapper: [
    "1 channel: string",
    "3 symbol: optional string",
    "4 symbolId: optional string",
    "5 createTime: optional int64",
    "6 sendTime: optional int64",
    "301 publicDeals: oneof PublicDealsV3Api",
    "302 publicIncreaseDepths: oneof PublicIncreaseDepthsV3Api",
    "303 publicLimitDepths: oneof PublicLimitDepthsV3Api",
    "304 privateOrders: oneof PrivateOrdersV3Api",
    "305 publicBookTicker: oneof PublicBookTickerV3Api",
    "306 privateDeals: oneof PrivateDealsV3Api",
    "307 privateAccount: oneof PrivateAccountV3Api",
    "308 publicSpotKline: oneof PublicSpotKlineV3Api",
    "309 publicMiniTicker: oneof PublicMiniTickerV3Api",
    "310 publicMiniTickers: oneof PublicMiniTickersV3Api",
    "311 publicBookTickerBatch: oneof PublicBookTickerBatchV3Api",
    "312 publicIncreaseDepthsBatch: oneof PublicIncreaseDepthsBatchV3Api",
    "313 publicAggreDepths: oneof PublicAggreDepthsV3Api",
    "314 publicAggreDeals: oneof PublicAggreDealsV3Api",
    "315 publicAggreBookTicker: oneof PublicAggreBookTickerV3Api",
  ],
};

const root = new protobuf.Root();
for (const text of Object.values(protoFiles)) protobuf.parse(text, root, { keepCase: true });
root.resolveAll();
const wrapper = root.lookupType("PushDataV3ApiWrapper");

function describe(field: protobuf.Field): string {
  const presence = field.repeated
    ? "repeated "
    : field.options?.proto3_optional === true
    ? "optional "
    : field.partOf?.name === "body"
    ? "oneof "
    : "";
  return `${field.id} ${field.name}: ${presence}${field.type}`;
}

Deno.test("The schema has 16 files, each named after the message that it is for", () => {
  const names = Object.keys(protoFiles);
  assertEquals(names.length, 16);
  for (const name of names) {
    const message = name.replace(/\.proto$/, "");
    assert(protoFiles[name]!.includes(`\nmessage ${message} {`), name);
  }
});

Deno.test("Every file of proto/ is in the table of texts, under its own name and word for word", async () => {
  const folder = new URL("../../proto/", import.meta.url);
  const found: Record<string, string> = {};
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".proto")) found[name] = await Deno.readTextFile(new URL(name, folder));
  }
  assertEquals(found, { ...protoFiles });
});

Deno.test("Every schema file is proto3 without a package and imports only files of the schema", () => {
  for (const [name, text] of Object.entries(protoFiles)) {
    assert(text.startsWith('syntax = "proto3";'), name);
    const { imports = [], package: packageName } = protobuf.parse(text, new protobuf.Root());
    assertStrictEquals(packageName ?? undefined, undefined, name);
    for (const imported of imports) assert(imported in protoFiles, `${name} imports ${imported}`);
  }
});

Deno.test("The schema has exactly the published messages and fields, with their numbers and types", () => {
  const messages = root.nestedArray.filter((nested) => nested instanceof protobuf.Type);
  const found = Object.fromEntries(
    messages.map((message) => [message.name, message.fieldsArray.map(describe)]),
  );
  assertEquals(found, { ...schema });
});

Deno.test("Every body of the wrapper is written under the tag that is published for its number", () => {
  const tags = "ea12 f212 fa12 8213 8a13 9213 9a13 a213 aa13 b213 ba13 c213 ca13 d213 da13".split(" ");
  const bodies = wrapper.oneofs.body!.oneof;
  assertEquals(bodies.length, tags.length);
  bodies.forEach((body, index) => {
    const bytes = wrapper.encode(wrapper.create({ [body]: {} })).finish();
    assertStrictEquals(hex(bytes), tags[index]! + "00", body);
  });
});

for (const { name, bytes, content } of Object.values(mexcByteVectors)) {
  Deno.test(`The frame of ${name} decodes to what it says, and to nothing else`, () => {
    assertEquals(wrapper.toObject(wrapper.decode(bytes), { longs: String }), content);
  });

  Deno.test(`The frame of ${name} encodes to the same bytes again`, () => {
    assertStrictEquals(hex(wrapper.encode(wrapper.decode(bytes)).finish()), hex(bytes));
    assertStrictEquals(hex(wrapper.encode(wrapper.fromObject(content)).finish()), hex(bytes));
  });

  Deno.test(`The frame of ${name} is refused when it is cut anywhere inside its body`, () => {
    // A cut between two fields of the wrapper leaves a shorter valid message; the body is the last field.
    const body = bytes.length - bodyLength(bytes);
    for (let length = body; length < bytes.length; length++) {
      let refused = false;
      try {
        wrapper.decode(bytes.subarray(0, length));
      } catch {
        refused = true;
      }
      assert(refused, `${length} of ${bytes.length} bytes were taken for a whole frame`);
    }
  });
}

Deno.test("A zero, an empty text and false are not on the wire and decode to their defaults", () => {
  const order = root.lookupType("PrivateOrdersV3Api");
  const bytes = order.encode(order.create({ id: "", status: 0, isMaker: false, createTime: 0 })).finish();
  assertStrictEquals(bytes.length, 0);
  const decoded = order.toObject(order.decode(bytes), { defaults: true, longs: String });
  assertEquals([decoded.id, decoded.status, decoded.isMaker, decoded.createTime], ["", 0, false, "0"]);
});

Deno.test("A field that the schema does not know is skipped", () => {
  const { bytes, content } = mexcByteVectors.bookTicker;
  const unknown = new Uint8Array([...bytes, 0xa2, 0x3e, 0x02, 0x68, 0x69]); // field 996, two bytes long
  assertEquals(wrapper.toObject(wrapper.decode(unknown), { longs: String }), content);
});

/** Length of the body of a frame, which is its last field. */
function bodyLength(bytes: Uint8Array): number {
  const body = wrapper.oneofs.body!.oneof;
  const message = wrapper.decode(bytes) as unknown as Record<string, protobuf.Message | undefined>;
  const name = body.find((candidate) => Object.hasOwn(message, candidate))!;
  return root.lookupType(wrapper.fields[name]!.type).encode(message[name]!).finish().length;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
