/**
 * Decoding market data, beside the decoder that everybody has.
 * @module
 */
import protobuf from "protobufjs";
import { protoFiles } from "../../proto/mod.ts";
import { GateioPublicCodec } from "../../src/exchanges/gateio/public_codec.ts";
import { MexcPublicCodec } from "../../src/exchanges/mexc/public_codec.ts";
import { SymbolIndex } from "../../src/exchanges/symbol_index.ts";
import { interleavedRatio } from "../support/interleaved.ts";
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

const dealBytes = new Uint8Array(
  wrapper.encode({
    channel: "spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT",
    symbol: "BTCUSDT",
    sendTime: 1736409765052,
    publicAggreDeals: {
      deals: Array.from({ length: 3 }, (_, i) => ({
        price: "93220.01",
        quantity: "0.044382",
        tradeType: 1 + i % 2,
        time: 1736409765051,
        tradeId: `505979017439002624X${i}`,
      })),
      eventType: "spot@public.aggre.deals.v3.api.pb@100ms",
    },
  }).finish(),
);

const gateTrade =
  '{"time":1786539952,"time_ms":1786539952743,"channel":"spot.trades","event":"update","result":{"id":214976613,"id_market":214976613,"create_time":1786539952,"create_time_ms":"1786539952742.901000","side":"buy","currency_pair":"BTC_USDT","amount":"0.0803","price":"64028.2","range":"214976613-214976613"}}';

interface Pair {
  readonly group: string;
  readonly peer: string;
  ours(): void;
  theirs(): void;
}

const pairs: readonly Pair[] = [
  {
    group: "MEXC book ticker",
    peer: "protobufjs",
    ours: () => void mexc.decodeBinary(tickerBytes),
    theirs: () => void wrapper.decode(tickerBytes),
  },
  {
    group: "MEXC depth, 10 levels",
    peer: "protobufjs",
    ours: () => void mexc.decodeBinary(depthBytes),
    theirs: () => void wrapper.decode(depthBytes),
  },
  {
    group: "MEXC trades, 3",
    peer: "protobufjs",
    ours: () => void mexc.decodeBinary(dealBytes),
    theirs: () => void wrapper.decode(dealBytes),
  },
  {
    group: "Gate.io trade",
    peer: "JSON.parse",
    ours: () => void gate.decodeText(gateTrade),
    theirs: () => void JSON.parse(gateTrade),
  },
  {
    group: "Gate.io book ticker",
    peer: "JSON.parse",
    ours: () => void gate.decodeText(gateText),
    theirs: () => void JSON.parse(gateText),
  },
];

/** Runs a function a thousand times, so that the clock's resolution does not show. */
function thousand(once: () => void): () => void {
  return () => {
    for (let i = 0; i < 1_000; i++) once();
  };
}

/** Bytes of heap that a call takes: the middle of many batches, without those in which garbage was collected. */
function allocated(once: () => void): number {
  const size = 200;
  const deltas: number[] = [];
  for (let round = 0; round < 100; round++) {
    const before = Deno.memoryUsage().heapUsed;
    for (let i = 0; i < size; i++) once();
    deltas.push((Deno.memoryUsage().heapUsed - before) / size);
  }
  const whole = deltas.filter((delta) => delta >= 0).sort((a, b) => a - b);
  return whole[whole.length >> 1] ?? NaN;
}

for (const { group, peer, ours, theirs } of pairs) {
  const ratio = interleavedRatio(thousand(ours), thousand(theirs));
  // deno-lint-ignore no-console -- a bench prints its figures
  console.log(
    `${group}: ${ratio.toFixed(1)} times as fast as ${peer}, measured in turns; ` +
      `${allocated(ours).toFixed(0)} bytes of heap a message, ${peer} ${allocated(theirs).toFixed(0)}`,
  );
  Deno.bench("cexarb", { group: `${group} ×1,000` }, thousand(ours));
  Deno.bench(peer, { group: `${group} ×1,000`, baseline: true }, thousand(theirs));
}
