/**
 * Binary frames of MEXC spot, written with protobufjs from the schema in `proto/`.
 * @module
 */
import protobuf from "protobufjs";
import { protoFiles } from "../../../proto/mod.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { MarketTrade } from "../market/market_trade.ts";
import type { TickLevel } from "../market/book_side.ts";
import type { DepthChange } from "../publish/depth_collector.ts";
import type { Quote } from "../publish/quote_collector.ts";
import type { DepthSnapshot } from "../publish/snapshot_collector.ts";

const root = new protobuf.Root();
for (const text of Object.values(protoFiles)) protobuf.parse(text, root, { keepCase: true });
const wrapperType = root.lookupType("PushDataV3ApiWrapper");

interface WireLevel {
  readonly price: string;
  readonly quantity: string;
}

/**
 * Writes the frames of one channel and symbol. Field order on the wire is that of the field numbers, as live:
 * channel, symbol, sendTime, body.
 */
export class MexcFrameWriter {
  readonly #instrument: MarketInstrument;
  readonly #channel: string;
  /** The channel without its symbol, which some bodies repeat. */
  readonly #eventType: string;

  constructor(instrument: MarketInstrument, channel: string, eventType: string) {
    this.#instrument = instrument;
    this.#channel = channel;
    this.#eventType = eventType;
  }

  /** `publicAggreBookTicker`. UNCONFIRMED: `version` shares the version space of the book. */
  quote(quote: Quote, nowMs: number): Uint8Array {
    const { bidTick, bidLots, askTick, askLots } = quote;
    return this.#write(nowMs, {
      publicAggreBookTicker: {
        bidPrice: bidLots === 0 ? "" : this.#instrument.price(bidTick),
        bidQuantity: bidLots === 0 ? "" : this.#instrument.size(bidLots),
        askPrice: askLots === 0 ? "" : this.#instrument.price(askTick),
        askQuantity: askLots === 0 ? "" : this.#instrument.size(askLots),
        version: String(quote.version),
        lastOrderCreateTime: this.#instrument.changedAtMs,
      },
    });
  }

  /** `publicAggreDepths`. */
  depth(change: DepthChange, nowMs: number): Uint8Array {
    return this.#write(nowMs, {
      publicAggreDepths: {
        asks: this.#levels(change.asks),
        bids: this.#levels(change.bids),
        eventType: this.#eventType,
        fromVersion: String(change.firstId),
        toVersion: String(change.lastId),
        lastOrderCreateTime: this.#instrument.changedAtMs,
      },
    });
  }

  /** `publicLimitDepths`. */
  snapshot(snapshot: DepthSnapshot, nowMs: number): Uint8Array {
    return this.#write(nowMs, {
      publicLimitDepths: {
        asks: this.#levels(snapshot.asks),
        bids: this.#levels(snapshot.bids),
        eventType: this.#eventType,
        version: String(snapshot.version),
        lastOrderCreateTime: this.#instrument.changedAtMs,
      },
    });
  }

  /** `publicAggreDeals`: `tradeType` 1 for a taker who bought, 2 for one who sold. */
  deals(trades: readonly MarketTrade[], nowMs: number): Uint8Array {
    const deals = trades.map((trade) => ({
      price: this.#instrument.price(trade.tick),
      quantity: this.#instrument.size(trade.lots),
      tradeType: trade.takerSide === "buy" ? 1 : 2,
      time: trade.timeMs,
      tradeId: `${trade.id}X1`,
    }));
    return this.#write(nowMs, { publicAggreDeals: { deals, eventType: this.#eventType } });
  }

  #levels(levels: readonly TickLevel[]): WireLevel[] {
    return levels.map((level) => ({
      price: this.#instrument.price(level.tick),
      quantity: this.#instrument.size(level.lots),
    }));
  }

  #write(sendTime: number, body: Record<string, object>): Uint8Array {
    const symbol = this.#instrument.spec.exchangeSymbol;
    return wrapperType.encode({ channel: this.#channel, symbol, sendTime, ...body }).finish();
  }
}
