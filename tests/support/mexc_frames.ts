/**
 * Good MEXC frames of every kind, to be damaged.
 * @module
 */
import pushAccount from "../unit/exchanges/mexc_private_payloads/push_account.json" with { type: "json" };
import pushDeal from "../unit/exchanges/mexc_private_payloads/push_deal.json" with { type: "json" };
import pushOrder from "../unit/exchanges/mexc_private_payloads/push_order.json" with { type: "json" };
import { mexcByteVectors } from "./mexc_byte_vectors.ts";
import { encodeMexc } from "./mexc_protobuf.ts";
import { missing, recordedFile } from "./recorded_data.ts";

const level = (price: string, quantity: string): { price: string; quantity: string } => ({ price, quantity });
const quote = { bidPrice: "72.29", bidQuantity: "7.01", askPrice: "72.34", askQuantity: "82.10" };
const depth = {
  asks: [level("72.34", "82.10"), level("72.60", "0.02"), level("1234567.89012", "0")],
  bids: [level("72.29", "7.01"), level("0.0000354", "701.01")],
};
const small = {
  price: "93158.47",
  rate: "0.0123",
  zonedRate: "-0.0045",
  high: "94000",
  low: "91000.5",
  volume: "3424811.05",
  quantity: "36.83803224",
};

function frame(channel: string, body: Record<string, unknown>): Uint8Array {
  return encodeMexc({
    channel: `spot@public.${channel}@HYPEUSDT`,
    symbol: "HYPEUSDT",
    createTime: "1780505866507",
    sendTime: "1780505866508",
    ...body,
  });
}

const recorded: Uint8Array[] = missing("frames/mexc_spot_pb_frames.json")
  ? []
  : (JSON.parse(Deno.readTextFileSync(recordedFile("frames/mexc_spot_pb_frames.json"))) as { hex: string }[])
    .map(({ hex }) => Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16)));

/** Public frames: documented, recorded, and one of each kind that is neither. */
export const mexcFrames: readonly Uint8Array[] = [
  mexcByteVectors.depth.bytes,
  mexcByteVectors.bookTicker.bytes,
  mexcByteVectors.deals.bytes,
  ...recorded,
  frame("aggre.deals.v3.api.pb@100ms", {
    publicAggreDeals: {
      eventType: "spot@public.aggre.deals.v3.api.pb@100ms",
      deals: [
        { price: "72.34", quantity: "1.5", tradeType: 1, time: "1780505866500", tradeId: "123456X1" },
        { price: "72.35", quantity: "20", tradeType: 2, time: "1780505866501", tradeId: "123457X1" },
      ],
    },
  }),
  frame("deals.v3.api.pb", {
    publicDeals: { deals: [{ price: "72.34", quantity: "1.5", tradeType: 1, time: "1780505866500" }] },
  }),
  frame("limit.depth.v3.api.pb@5", {
    publicLimitDepths: { ...depth, version: "1320043373", lastOrderCreateTime: "1780505866479" },
  }),
  frame("aggre.depth.v3.api.pb@10ms", {
    publicAggreDepths: {
      ...depth,
      eventType: "spot@public.aggre.depth.v3.api.pb@10ms",
      fromVersion: "1320043370",
      toVersion: "1320043373",
    },
  }),
  frame("increase.depth.v3.api.pb", { publicIncreaseDepths: { ...depth, version: "1320043373" } }),
  frame("increase.depth.batch.v3.api.pb", {
    publicIncreaseDepthsBatch: { items: ["7", "8"].map((version) => ({ ...depth, version })) },
  }),
  frame("aggre.bookTicker.v3.api.pb@100ms", {
    publicAggreBookTicker: { ...quote, version: "1320043356", lastOrderCreateTime: "1780505866058" },
  }),
  frame("bookTicker.v3.api.pb", { publicBookTicker: quote }),
  frame("bookTicker.batch.v3.api.pb", { publicBookTickerBatch: { items: [quote, quote], version: "77" } }),
  frame("kline.v3.api.pb@Min15", {
    publicSpotKline: {
      interval: "Min15",
      windowStart: "1780505100",
      openingPrice: "72.1",
      closingPrice: "72.34",
      highestPrice: "73",
      lowestPrice: "71.5",
      volume: "36.83803224",
      amount: "3424811.05",
      windowEnd: "1780506000",
    },
  }),
  frame("miniTicker.v3.api.pb", { publicMiniTicker: { symbol: "HYPEUSDT", ...small } }),
  frame("miniTickers.v3.api.pb", {
    publicMiniTickers: { items: ["HYPEUSDT", "ELSEUSDT", "BTCUSDT"].map((symbol) => ({ symbol, ...small })) },
  }),
];

/** Frames of the account. */
export const mexcPrivateFrames: readonly Uint8Array[] = [
  ...[pushOrder, pushDeal, pushAccount].map((push) => encodeMexc({ ...push, symbol: "HYPEUSDT" })),
  encodeMexc({
    ...pushOrder,
    symbol: "BTCUSDT",
    privateOrders: {
      ...pushOrder.privateOrders,
      orderType: 1,
      tradeType: 1,
      status: 3,
      price: "30000.1",
      quantity: "0.002",
      cumulativeQuantity: "0.001",
      cumulativeAmount: "30",
    },
  }),
];

const channels = "spot@private.orders.v3.api.pb,spot@private.deals.v3.api.pb,spot@private.account.v3.api.pb";

/** Answers on either socket. */
export const mexcTexts: readonly string[] = [
  '{"id":7,"code":0,"msg":"spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT"}',
  '{"id":0,"code":0,"msg":"Not Subscribed successfully! [spot@public.x@BTCUSDT].  Reason： Blocked! "}',
  '{"id":0,"code":0,"msg":"PONG"}',
  '{"id":3,"code":1,"msg":"no"}',
  `{"id":1,"code":0,"msg":"${channels}"}`,
  "Invalid listen key",
];
