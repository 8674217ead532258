/**
 * Frames of public channels.
 * @module
 */
import type { Candle } from "../../market/candle.ts";
import type { MarketInstrument } from "../../market/market_instrument.ts";
import type { MarketTrade } from "../../market/market_trade.ts";
import type { TickLevel } from "../../market/book_side.ts";
import type { DepthChange } from "../../publish/depth_collector.ts";
import type { Quote } from "../../publish/quote_collector.ts";
import type { DepthSnapshot } from "../../publish/snapshot_collector.ts";
import { internalId } from "../mexc_venue.ts";
import { decimalText } from "../rest/decimal_text.ts";
import type { BookStep } from "./book_step_topic.ts";
import { encodePush } from "./wire.ts";

const quoteDecimals = 8;

interface WireLevel {
  readonly price: string;
  readonly quantity: string;
}

/** Writes the frames of one channel and symbol. */
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
    return this.#write(nowMs, {
      publicAggreBookTicker: {
        ...this.#best(quote),
        version: String(quote.version),
        lastOrderCreateTime: this.#instrument.changedAtMs,
      },
    });
  }

  /** `publicBookTickerBatch`. @param quotes One after the other, at least one. */
  quotes(quotes: readonly Quote[], nowMs: number): Uint8Array {
    return this.#write(nowMs, {
      publicBookTickerBatch: {
        items: quotes.map((quote) => this.#best(quote)),
        version: String(quotes.at(-1)!.version),
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

  /** `publicIncreaseDepthsBatch`: every change of a level with its own version. */
  steps(steps: readonly BookStep[], nowMs: number): Uint8Array {
    const items = steps.map(({ version, side, tick, lots }) => ({
      asks: side === "ask" ? this.#levels([{ tick, lots }]) : [],
      bids: side === "bid" ? this.#levels([{ tick, lots }]) : [],
      eventType: this.#eventType,
      version: String(version),
    }));
    return this.#write(nowMs, { publicIncreaseDepthsBatch: { items, eventType: this.#eventType } });
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

  /** `publicSpotKline`. The window is in seconds, and the head has a `createTime` in place of a `sendTime`. */
  candle(candle: Candle, interval: string, nowMs: number): Uint8Array {
    const { exchangeSymbol: symbol, tick, lot } = this.#instrument.spec;
    return encodePush({ channel: this.#channel, symbol, symbolId: internalId(symbol), createTime: nowMs }, {
      publicSpotKline: {
        interval,
        windowStart: candle.openMs / 1000,
        openingPrice: tick.format(candle.openTick),
        closingPrice: tick.format(candle.closeTick),
        highestPrice: tick.format(candle.highTick),
        lowestPrice: tick.format(candle.lowTick),
        volume: lot.format(candle.lots),
        amount: decimalText(candle.quote, quoteDecimals),
        windowEnd: candle.closeMs / 1000,
      },
    });
  }

  #best({ bidTick, bidLots, askTick, askLots }: Quote): Record<string, string> {
    return {
      bidPrice: bidLots === 0 ? "" : this.#instrument.price(bidTick),
      bidQuantity: bidLots === 0 ? "" : this.#instrument.size(bidLots),
      askPrice: askLots === 0 ? "" : this.#instrument.price(askTick),
      askQuantity: askLots === 0 ? "" : this.#instrument.size(askLots),
    };
  }

  #levels(levels: readonly TickLevel[]): WireLevel[] {
    return levels.map((level) => ({
      price: this.#instrument.price(level.tick),
      quantity: this.#instrument.size(level.lots),
    }));
  }

  #write(sendTime: number, body: Record<string, object>): Uint8Array {
    const symbol = this.#instrument.spec.exchangeSymbol;
    return encodePush({ channel: this.#channel, symbol, sendTime }, body);
  }
}
