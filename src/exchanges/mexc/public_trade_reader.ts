/**
 * Reads MEXC's public trades in place.
 * @module
 */
import { ProtocolError } from "../../core/errors.ts";
import type { InstrumentId } from "../../core/instrument.ts";
import type { TradeColumns } from "../../core/public_trade.ts";
import type { ProtobufReader } from "./protobuf_reader.ts";
import { readDecimalField } from "./wire_numbers.ts";

/** Tags of a list of trades and of one of them. */
const itemTag = 0x0a;
const priceTag = 0x0a;
const quantityTag = 0x12;
const typeTag = 0x18;
const timeTag = 0x20;
/** Tag of the id of an aggregated trade; other trades have none. */
export const tradeIdTag = 0x2a;
/** For trades without ids. */
export const noTradeId = 0;
/** `tradeType`: side of the taker. */
const buys = 1;
const sells = 2;

/**
 * Appends the trades of `PublicAggreDealsV3Api` (or `PublicDealsV3Api`, whose trades have no id): 1 deals, 2 eventType.
 *
 * @param reader Stands at the beginning of the message.
 * @param end End of the message.
 * @param idTag {@link tradeIdTag} or {@link noTradeId}.
 * @throws {ProtocolError} when a trade lacks price, quantity or side.
 */
export function readMexcTrades(
  reader: ProtobufReader,
  end: number,
  instrument: InstrumentId,
  trades: TradeColumns,
  idTag: number,
): void {
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag !== itemTag) reader.skip(tag, end);
    else {
      reader.slice(end);
      const itemEnd = reader.end;
      reader.position = reader.start;
      readTrade(reader, itemEnd, instrument, trades, idTag);
    }
  }
}

/** 1 price, 2 quantity, 3 tradeType, 4 time, 5 tradeId. */
function readTrade(
  reader: ProtobufReader,
  end: number,
  instrument: InstrumentId,
  trades: TradeColumns,
  idTag: number,
): void {
  const index = trades.add();
  trades.instruments[index] = instrument;
  trades.prices[index] = trades.quantities[index] = NaN;
  trades.times[index] = 0;
  let type = 0;
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag === priceTag) readDecimalField(reader, end, trades.prices, index);
    else if (tag === quantityTag) readDecimalField(reader, end, trades.quantities, index);
    else if (tag === typeTag) type = reader.varint(end);
    else if (tag === timeTag) reader.varintTo(end, trades.times, index);
    else if (tag === idTag) {
      reader.slice(end);
      trades.setIdText(index, reader.bytes, reader.start, reader.end);
    } else reader.skip(tag, end);
  }
  if (!(trades.prices[index]! > 0 && trades.quantities[index]! > 0) || (type !== buys && type !== sells)) {
    throw new ProtocolError(
      `MEXC trade has price ${trades.prices[index]}, quantity ${trades.quantities[index]} and type ${type}`,
    );
  }
  trades.sides[index] = type === buys ? 1 : -1;
}
