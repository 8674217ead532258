/**
 * Decoding market data, beside the decoder that everybody has.
 * @module
 */
import protobuf from "protobufjs";
import { protoFiles } from "../../proto/mod.ts";
import { GateioPublicCodec } from "../../src/exchanges/gateio/public_codec.ts";
import { MexcPublicCodec } from "../../src/exchanges/mexc/public_codec.ts";
import { SymbolIndex } from "../../src/exchanges/symbol_index.ts";
import { testInstruments } from "../support/instruments.ts";

const root = new protobuf.Root();
for (const text of Object.values(protoFiles)) protobuf.parse(text, root, { keepCase: true });
const wrapper = root.lookupType("PushDataV3ApiWrapper");
const instruments = testInstruments();
const mexc = new MexcPublicCodec(new SymbolIndex(instruments.ofExchange("MEXC_SPOT")));
const gate = new GateioPublicCodec(new SymbolIndex(instruments.ofExchange("GATEIO_SPOT")), "spot");

const channel = "spot@public.aggre.bookTicker.v3.api.pb@100ms@BTCUSDT";
const tickerBytes = new Uint8Array(
  wrapper.encode({
    channel,
    symbol: "BTCUSDT",
    sendTime: 1736412092433,
    publicAggreBookTicker: {
      bidPrice: "93387.28",
      bidQuantity: "3.73485",
      askPrice: "93387.29",
      askQuantity: "7.669875",
      version: "43296363236",
    },
  }).finish(),
);

const levels = (price: number): { price: string; quantity: string }[] =>
  Array.from(
    { length: 5 },
    (_, i) => ({ price: (price + i / 100).toFixed(2), quantity: (0.1234 + i).toFixed(6) }),
  );
const depthBytes = new Uint8Array(
  wrapper.encode({
    channel: "spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT",
    symbol: "BTCUSDT",
    sendTime: 1754741322152,
    publicAggreDepths: {
      asks: levels(117145.49),
      bids: levels(117140.1),
      eventType: "spot@public.aggre.depth.v3.api.pb@100ms",
      fromVersion: "43296363236",
      toVersion: "43296363255",
    },
  }).finish(),
);

const gateText =
  '{"time":1671363004,"time_ms":1671363004235,"channel":"spot.book_ticker","event":"update","result":{"t":1671363004228,"u":9793320464,"s":"BTC_USDT","b":"16716.8","B":"0.0134","a":"16716.9","A":"0.0353"}}';

/** Iterations per measurement, so that the clock's resolution does not show. */
const repeat = 1_000;

Deno.bench("cexarb", { group: "MEXC book ticker ×1,000" }, () => {
  for (let i = 0; i < repeat; i++) mexc.decodeBinary(tickerBytes);
});
Deno.bench("protobufjs", { group: "MEXC book ticker ×1,000", baseline: true }, () => {
  for (let i = 0; i < repeat; i++) wrapper.decode(tickerBytes);
});
Deno.bench("cexarb", { group: "MEXC depth, 10 levels ×1,000" }, () => {
  for (let i = 0; i < repeat; i++) mexc.decodeBinary(depthBytes);
});
Deno.bench("protobufjs", { group: "MEXC depth, 10 levels ×1,000", baseline: true }, () => {
  for (let i = 0; i < repeat; i++) wrapper.decode(depthBytes);
});
Deno.bench("cexarb", { group: "Gate.io book ticker ×1,000" }, () => {
  for (let i = 0; i < repeat; i++) gate.decodeText(gateText);
});
Deno.bench("JSON.parse", { group: "Gate.io book ticker ×1,000", baseline: true }, () => {
  for (let i = 0; i < repeat; i++) JSON.parse(gateText);
});
