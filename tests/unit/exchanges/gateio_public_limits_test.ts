import { assertEquals } from "@std/assert";
import type { MarketKind } from "../../../src/core/exchange.ts";
import { GateioPublicCodec } from "../../../src/exchanges/gateio/public_codec.ts";
import { SymbolIndex } from "../../../src/exchanges/symbol_index.ts";
import { contentOf } from "../../support/codec_content.ts";
import { futuresFrames, spotFrames } from "../../support/gateio_frames.ts";
import { testInstruments } from "../../support/instruments.ts";

/** What the codec makes of a frame, with one part replaced. */
function kindOf(market: MarketKind, frame: string, part: string, other: string): string {
  if (!frame.includes(part)) throw new Error(`${part} is not in the frame`);
  const instruments = testInstruments().ofExchange(market === "spot" ? "GATEIO_SPOT" : "GATEIO_FUTURES");
  const codec = new GateioPublicCodec(new SymbolIndex(instruments), market);
  return contentOf(codec, frame.replace(part, other)).kind;
}

Deno.test("GateioPublicCodec refuses negative and infinite prices, sizes and volumes in slow channels", () => {
  const replacements: [MarketKind, string, string, string[]][] = [
    ["spot", spotFrames.ticker, '"quote_volume":"297000000.4"', ['"quote_volume":"-1"']],
    ["spot", spotFrames.ticker, '"highest_bid":"64028.2"', ['"highest_bid":-64028.2', '"highest_bid":1e999']],
    ["spot", spotFrames.candle, '"a":"1.888203"', ['"a":"-1.888203"', '"a":1e999']],
    ["perpetual", futuresFrames.ticker, '"mark_price":"63994.6"', ['"mark_price":"-63994.6"']],
    ["perpetual", futuresFrames.ticker, '"volume_24h":"184040233"', [
      '"volume_24h":"-1"',
      '"volume_24h":1e400',
    ]],
    ["perpetual", futuresFrames.statistics, '"open_interest":22883730', ['"open_interest":-1']],
  ];
  for (const [market, frame, part, others] of replacements) {
    assertEquals(kindOf(market, frame, part, part), "messages");
    for (const other of others) assertEquals(kindOf(market, frame, part, other), "error", other);
  }
});

Deno.test("GateioPublicCodec refuses times and ids that are negative or too large to be any", () => {
  const replacements: [MarketKind, string, string, string[]][] = [
    ["spot", spotFrames.bookTicker, '"t":1671363004228', ['"t":-1671363004228', '"t":9007199254740993']],
    ["spot", spotFrames.bookTicker, '"u":9793320464', ['"u":-9793320464', '"u":"-1"']],
    ["spot", spotFrames.trade, '"create_time_ms":"1786539952742.901000"', [
      '"create_time_ms":"-1"',
      '"create_time_ms":"9007199254740993"',
      '"create_time_ms":""',
    ]],
    ["perpetual", futuresFrames.candle, '"t":1786540560', ['"t":1e308', '"t":-1786540560']],
    ["perpetual", futuresFrames.liquidation, '"time":1786540600120', ['"time":-1', '"time":1e300']],
  ];
  for (const [market, frame, part, others] of replacements) {
    for (const other of others) assertEquals(kindOf(market, frame, part, other), "error", other);
  }
});

Deno.test("GateioPublicCodec takes no byte order mark for a part of a number", () => {
  for (const number of ['"\ufeff1e5"', "\ufeff1e5", "\ufeff-1"]) {
    assertEquals(kindOf("spot", spotFrames.bookTicker, '"16716.8"', number), "error", number);
  }
});
