/**
 * Reads MEXC's book tickers in place.
 * @module
 */
import type { BookTicker } from "../../core/book_ticker.ts";
import { readDecimal } from "../decimal.ts";
import { emptyTicker } from "../interfaces/public_codec.ts";
import type { ProtobufReader } from "./protobuf_reader.ts";
import { notDecimal, readDecimalField, readVersion } from "./wire_numbers.ts";

/** Tags of the four values of a book ticker: fields 1 to 4. */
const firstValueTag = 0x0a;
const lastValueTag = 0x22;
/** Tag of an item and of the version in a batch. */
const itemTag = 0x0a;
const batchVersionTag = 0x12;

/** Tag of the version in the aggregated book ticker. */
export const tickerVersion = 0x2a;
/** For book tickers without a version of their own. */
export const noVersion = 0;

/** Keeps one struct and reads into it. */
export class MexcTickerReader {
  readonly ticker: BookTicker = emptyTicker();
  /** Values of a book ticker, in the order of their fields. */
  readonly #values = new Float64Array(4);
  readonly #reader: ProtobufReader;

  /** @param reader Holds the frame that is read. */
  constructor(reader: ProtobufReader) {
    this.#reader = reader;
  }

  /**
   * `PublicAggreBookTickerV3Api`: 1 bidPrice, 2 bidQuantity, 3 askPrice, 4 askQuantity, 5 version; or
   * `PublicBookTickerV3Api`, which has the first four.
   */
  read(bytes: Uint8Array, start: number, end: number, versionTag: number): void {
    const { ticker } = this;
    const values = this.#values.fill(NaN);
    ticker.updateId = 0;
    let position = start;
    while (position < end) {
      const tag = bytes[position]!;
      const valueStart = position + 2;
      const valueEnd = valueStart + bytes[position + 1]!;
      if (
        (tag & 7) === 2 && tag <= lastValueTag && tag >= firstValueTag && bytes[position + 1]! < 0x80 &&
        valueEnd <= end && valueEnd > valueStart
      ) {
        readDecimal(bytes, valueStart, valueEnd, values, (tag >> 3) - 1);
        if (!(values[(tag >> 3) - 1]! < Infinity)) throw notDecimal(bytes, valueStart, valueEnd);
        position = valueEnd;
      } else position = this.#readField(position, end, versionTag);
    }
    ticker.bidPrice = values[0]!;
    ticker.bidQuantity = values[1]!;
    ticker.askPrice = values[2]!;
    ticker.askQuantity = values[3]!;
  }

  /** The version, or a field in a form that is not usual. Returns where it ends. */
  #readField(position: number, end: number, versionTag: number): number {
    const reader = this.#reader;
    reader.position = position;
    const tag = reader.tag(end);
    if ((tag & 7) === 2 && tag >= firstValueTag && tag <= lastValueTag) {
      readDecimalField(reader, end, this.#values, (tag >> 3) - 1);
    } else if (tag === versionTag) this.ticker.updateId = readVersion(reader, end);
    else reader.skip(tag, end);
    return reader.position;
  }

  /** `PublicBookTickerBatchV3Api`: 1 items, of which the last one stands, 2 version. Returns whether it has any. */
  readBatch(bytes: Uint8Array, start: number, end: number): boolean {
    const reader = this.#reader;
    let found = false;
    let version = 0;
    for (reader.position = start; reader.position < end;) {
      const tag = reader.tag(end);
      if (tag === itemTag) {
        reader.slice(end);
        const next = reader.end;
        this.read(bytes, reader.start, next, noVersion);
        reader.position = next;
        found = true;
      } else if (tag === batchVersionTag) version = readVersion(reader, end);
      else reader.skip(tag, end);
    }
    this.ticker.updateId = version;
    return found;
  }
}
